"""The sub-commands that maintain the machine: serving, migrating, loading packs, writing files for others."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from lisbot import settings
from lisbot.cli import DONE, REFUSED, print_help
from lisbot.cli.arguments import Parser, WrongUsage
from lisbot.cli.overview import GROUPS, MAINTENANCE, commands, text_key
from lisbot.texts import text

SubCommand = Callable[[argparse.Namespace, str], int]


def run_maintenance(name: str, given: Sequence[str], lang: str) -> int:
    """Run a sub-command of this module. Returns its exit code. Raises WrongUsage and BadSetting."""
    parser = maintenance_parser(name, lang)
    args = parser.read(given)
    return print_help(parser) if args is None else SUB_COMMANDS[name](args, lang)


def maintenance_parser(name: str, lang: str) -> Parser:
    """Returns the parser of a sub-command of this module."""
    key = f"cli.{text_key(name)}"
    parser = Parser(name, lang, text(lang, f"{key}.help"))
    match name:
        case "load":
            metavar, help = text(lang, f"{key}.pack"), text(lang, f"{key}.pack_help")
            parser.own.add_argument("pack", type=Path, metavar=metavar, help=help)
            parser.own.add_argument("--dry-run", action="store_true", help=text(lang, f"{key}.dry_run"))
            parser.add_json()
        case "setup":
            for name in ("secretariat", "region", "name", "email"):
                parser.own.add_argument(f"--{name}", help=text(lang, f"{key}.{name}"))
        case "teams-package":
            metavar, help = text(lang, f"{key}.file"), text(lang, f"{key}.file_help")
            parser.own.add_argument("file", type=Path, metavar=metavar, help=help)
        case "slack-manifest":
            parser.own.add_argument("--url", metavar=text(lang, f"{key}.url"), help=text(lang, f"{key}.url_help"))
            parser.own.add_argument("--socket-mode", action="store_true", help=text(lang, f"{key}.socket"))
            parser.own.add_argument("--several", action="store_true", help=text(lang, f"{key}.several"))
        case "completion":
            parser.own.add_argument("shell", metavar=text(lang, f"{key}.shell"))
    for action in parser._actions:
        action.required = not action.option_strings
        if action.required:
            action.nargs, action.default = "?", None
    return parser


def serve(_args: argparse.Namespace, _lang: str) -> int:
    config = settings.read()
    from lisbot import app

    app.run_forever(config)
    return DONE


def demo(_args: argparse.Namespace, _lang: str) -> int:
    config = settings.read(demo=True)
    from lisbot import app, packs
    from lisbot.demo.mailbox import begin_again
    from lisbot.demo.scene import set_scene
    from lisbot.runtime import Runtime

    async def scene(runtime: Runtime) -> None:
        for place in packs.SHIPPED:
            await packs.load(runtime, place)
        await set_scene(runtime)

    begin_again(config.database_file)
    app.run_forever(config, scene=scene)
    return DONE


def migrate(_args: argparse.Namespace, lang: str) -> int:
    config = settings.read()
    from lisbot import db
    from lisbot.cli.runtime import require_reachable

    asyncio.run(require_reachable(config.database_url))
    asyncio.run(db.migrate(config.database_url))
    print(text(lang, "cli.migrate.done"))
    return DONE


def load(args: argparse.Namespace, lang: str) -> int:
    from lisbot.cli.runtime import NotReady

    try:
        return asyncio.run(load_pack(args, lang))
    except NotReady:
        return REFUSED


async def load_pack(args: argparse.Namespace, lang: str) -> int:
    """Load a pack, or show what loading it would change. Returns the exit code."""
    from lisbot import packs
    from lisbot.cli.output import print_json
    from lisbot.cli.pack_plan import change_words, finding_words, plan_data, summary
    from lisbot.cli.progress import progress_bar
    from lisbot.cli.runtime import open_runtime
    from lisbot.council.log.link import link_committed

    async with open_runtime(lang) as runtime:
        with progress_bar(text(lang, "cli.load.progress")) as tick:
            plan = await packs.load(runtime, args.pack, dry_run=args.dry_run, tick=tick)
        if plan.changes and not args.dry_run and not runtime.db.is_sqlite:
            await link_committed(runtime.db, runtime.key, runtime.former_keys)
    words = summary(plan, lang, dry_run=args.dry_run)
    if args.json:
        print_json({"status": 422 if plan.faults else 200, "words": words, "shown": plan_data(plan, lang)})
        return REFUSED if plan.faults else DONE
    for finding in (*plan.faults, *plan.warnings):
        print(finding_words(finding, lang), file=sys.stderr)
    if plan.faults:
        print(words, file=sys.stderr)
        return REFUSED
    for change in plan.changes:
        print(change_words(change, lang))
    print(words)
    return DONE


def setup(args: argparse.Namespace, lang: str) -> int:
    from lisbot.cli.runtime import NotReady

    given = {name: " ".join((getattr(args, name) or "").split()) for name in ("secretariat", "region", "name", "email")}
    missing = ", ".join(f"--{name}" for name, value in given.items() if not value)
    if missing:
        raise WrongUsage(text(lang, "cli.setup.missing", options=missing))
    try:
        return asyncio.run(set_up_first(given, lang))
    except NotReady:
        return REFUSED


async def set_up_first(given: Mapping[str, str], lang: str) -> int:
    """Set up a first secretariat and who works there, and print a link that signs them in. Returns the exit code."""
    from lisbot.cli.runtime import open_runtime
    from lisbot.council.core.context import Act, Permission
    from lisbot.council.core.errors import Refusal
    from lisbot.council.register.first_staff import set_up
    from lisbot.packs import OPERATOR
    from lisbot.routes import address

    async with open_runtime(lang) as runtime:
        try:
            async with runtime.db.write() as db:
                at, keeps = runtime.now(), Permission.KEEP_REGISTER
                act = Act(db, OPERATOR, at, "cli", runtime.tz, keeps, True, runtime.key, runtime.former_keys)
                link = await set_up(act, **given, lang=lang)
        except Refusal as refusal:
            print(text(lang, f"error.{refusal.key}", **refusal.values), file=sys.stderr)
            return REFUSED
        query = urlencode({"token": link.token, "_next": address("secretariat.show", {})})
        print(text(lang, "cli.setup.done", name=given["name"], secretariat=given["secretariat"]))
        print(f"{runtime.base_url}/signin/link?{query}")
    return DONE


def teams_package(args: argparse.Namespace, lang: str) -> int:
    config = settings.read()
    from lisbot.channels.teams import package

    try:
        package.write(args.file, config)
    except OSError as error:
        raise WrongUsage(text(lang, "cli.no_file", file=args.file, why=error.strerror or "")) from None
    print(text(lang, "cli.teams_package.done", file=args.file))
    return DONE


def slack_manifest(args: argparse.Namespace, lang: str) -> int:
    from lisbot.channels.slack import manifest

    env = os.environ | ({"BASE_URL": args.url} if args.url else {})
    written = manifest.write(
        settings.read_base_url(env, "http://127.0.0.1"),
        lang,
        socket_mode=args.socket_mode or bool(env.get("SLACK_APP_TOKEN")),
        several=args.several or bool(env.get("SLACK_CLIENT_ID")),
    )
    print(written)
    return DONE


def completion(args: argparse.Namespace, lang: str) -> int:
    import shtab

    from lisbot.cli.command import command_parser
    from lisbot.commands import COMMANDS

    known = shtab.SUPPORTED_SHELLS
    if args.shell not in known:
        raise WrongUsage(text(lang, "cli.completion.unknown", given=args.shell, known=", ".join(known)))
    parser = argparse.ArgumentParser(prog="lisbot", description=text(lang, "cli.about"), add_help=False)
    under = parser.add_subparsers()
    for name in MAINTENANCE:
        one = maintenance_parser(name, lang)
        under.add_parser(name, parents=[one], add_help=False, help=one.description)
    for nouns in GROUPS.values():
        for name, help in commands(lang, nouns):
            one = command_parser(COMMANDS[name], lang, offer=True)
            under.add_parser(name, parents=[one], add_help=False, help=help)
    print(shtab.complete(parser, args.shell))
    return DONE


SUB_COMMANDS: dict[str, SubCommand] = {
    "serve": serve,
    "demo": demo,
    "migrate": migrate,
    "setup": setup,
    "load": load,
    "teams-package": teams_package,
    "slack-manifest": slack_manifest,
    "completion": completion,
}
