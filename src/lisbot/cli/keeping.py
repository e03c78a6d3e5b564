"""The sub-commands that keep the machine: serving, migrating, loading packs, writing files for others."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from typing import Any

from lisbot import settings
from lisbot.cli.helping import LOCAL, commands
from lisbot.cli.parsers import WrongUsage, local_parser
from lisbot.texts import text

Deed = Callable[[argparse.Namespace, str], int]


def serve(_args: argparse.Namespace, _lang: str) -> int:
    config = settings.read()
    from lisbot import app

    app.run_forever(config)
    return 0


def demo(_args: argparse.Namespace, _lang: str) -> int:
    config = settings.read(demo=True)
    from lisbot import app, packs
    from lisbot.commands import House
    from lisbot.demo.scene import set_scene

    async def scene(house: House) -> None:
        for place in packs.SHIPPED:
            await packs.load(house, place)
        await set_scene(house)

    app.run_forever(config, scene=scene)
    return 0


def migrate(_args: argparse.Namespace, lang: str) -> int:
    config = settings.read()
    from lisbot import db

    asyncio.run(db.migrate(config.database_url))
    print(text(lang, "cli.migrate.done"))
    return 0


def load(args: argparse.Namespace, lang: str) -> int:
    return asyncio.run(load_pack(args, lang))


async def load_pack(args: argparse.Namespace, lang: str) -> int:
    config = settings.read()
    from lisbot import packs
    from lisbot.cli.doing import house, is_ready
    from lisbot.db import Database

    db = Database(config.database_url)
    try:
        if not await is_ready(db):
            print(text(lang, "cli.not_migrated"), file=sys.stderr)
            return 1
        with progress(lang) as tick:
            plan = await packs.load(house(config, db), args.pack, dry_run=args.dry_run, tick=tick)
    finally:
        await db.close()
    faults = [worded(finding, lang) for finding in plan.faults]
    warnings = [worded(finding, lang) for finding in plan.warnings]
    summary = summed_up(plan, lang, args.dry_run)
    if args.json:
        changes = [
            {
                "what": c.what,
                "kind": c.kind,
                "key": c.key,
                "name": c.name,
                "fields": {name: [plain(old), plain(new)] for name, (old, new) in c.fields.items()},
            }
            for c in plan.changes
        ]
        shown = {"faults": faults, "warnings": warnings, "changes": [] if faults else changes}
        status = 422 if faults else 200
        print(json.dumps({"status": status, "words": summary, "shown": shown}, ensure_ascii=False, indent=2))
        return 1 if faults else 0
    for line in (*faults, *warnings):
        print(line, file=sys.stderr)
    if faults:
        print(summary, file=sys.stderr)
        return 1
    for change in plan.changes:
        print(described(change, lang))
    print(summary)
    return 0


def progress(lang: str) -> AbstractContextManager[Callable[[int], None]]:
    """A bar on stderr where somebody is looking, and nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _total: None)
    from lisbot.cli.bars import bar

    return bar(text(lang, "cli.load.progress"))


def worded(finding: Any, lang: str) -> str:
    words = text(lang, finding.key, **finding.values)
    column = f"{finding.column}: " if finding.column else ""
    return f"{finding.file}:{finding.line}: {column}{words}"


def summed_up(plan: Any, lang: str, dry_run: bool) -> str:
    if plan.faults:
        return text(lang, "packs.refused", count=len(plan.faults))
    if not plan.changes:
        return text(lang, "packs.nothing")
    counts = {what: plan.count(what) for what in ("added", "changed", "ended")}
    return text(lang, "packs.would" if dry_run else "packs.done", **counts)


def described(change: Any, lang: str) -> str:
    """One change on one line, and for what was there before, each column's old and new value."""
    sign = {"added": "+", "changed": "~", "ended": "-"}[change.what]
    kind = text(lang, f"packs.kind.{change.kind}")
    head = f"{sign} {kind} {change.name} ({change.key})"
    if change.what == "added":
        return head
    return "\n".join([head, *(f"    {name}: {old} → {new}" for name, old, new in values(change, lang))])


def values(change: Any, lang: str) -> Iterable[tuple[str, str, str]]:
    empty = text(lang, "packs.not_set")
    for name, pair in change.fields.items():
        old, new = (empty if value in (None, "") else str(plain(value)) for value in pair)
        yield name.removesuffix("_on") if name in ("from_on", "to_on") else name, old, new


def plain(value: Any) -> Any:
    """A value as it is written in a pack."""
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, bool | int) else str(value)


def teams_package(args: argparse.Namespace, lang: str) -> int:
    config = settings.read()
    from lisbot.channels.teams import package

    try:
        package.write(args.file, config)
    except OSError as error:
        raise WrongUsage(text(lang, "cli.no_file", file=args.file, why=error.strerror or "")) from None
    print(text(lang, "cli.teams_package.done", file=args.file))
    return 0


def slack_manifest(args: argparse.Namespace, lang: str) -> int:
    from lisbot.channels.slack import manifest

    env = os.environ | ({"BASE_URL": args.url} if args.url else {})
    written = manifest.write(
        settings.base_url(env, "http://127.0.0.1"),
        lang,
        socket_mode=args.socket_mode or bool(env.get("SLACK_APP_TOKEN")),
        several=args.several or bool(env.get("SLACK_CLIENT_ID")),
    )
    print(written)
    return 0


def completion(args: argparse.Namespace, lang: str) -> int:
    import shtab

    from lisbot.cli.doing import command_parser
    from lisbot.commands import COMMANDS

    known = shtab.SUPPORTED_SHELLS
    if args.shell not in known:
        raise WrongUsage(text(lang, "cli.completion.unknown", given=args.shell, known=", ".join(known)))
    parser = argparse.ArgumentParser(prog="lisbot", description=text(lang, "cli.about"), add_help=False)
    under = parser.add_subparsers()
    for name in LOCAL:
        one = local_parser(name, lang)
        under.add_parser(name, parents=[one], add_help=False, help=one.description)
    helps = {name: words.get("help", "") for _, name, words in commands(lang)}
    for name, command in COMMANDS.items():
        one = command_parser(command, lang, offer=True)
        under.add_parser(name, parents=[one], add_help=False, help=helps.get(name, name))
    print(shtab.complete(parser, args.shell))
    return 0


DEEDS: dict[str, Deed] = {
    "serve": serve,
    "demo": demo,
    "migrate": migrate,
    "load": load,
    "teams-package": teams_package,
    "slack-manifest": slack_manifest,
    "completion": completion,
}
