"""A command given on the command line: its arguments, its answer in words or as JSON, its exit code."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from lisbot import commands, settings
from lisbot.cards import Viewer, draw, label
from lisbot.cards.form import Field, choices, hint, looks
from lisbot.cli.helping import meant
from lisbot.cli.parsers import Parser, WrongUsage, read_file
from lisbot.commands import COMMANDS, Command, House
from lisbot.council.audit import Verified
from lisbot.council.people import Caller
from lisbot.db import Database, is_migrated
from lisbot.render.words import words
from lisbot.settings import BadSetting, Settings
from lisbot.texts import has, text

EXITS = {200: 0, 500: 3}
# An argument that is a whole file has an option of its own for naming it.
WHOLE_FILES = {"year.load": "plan"}


async def do(name: str, given: Sequence[str], lang: str) -> int:
    if name not in COMMANDS:
        close = meant(name, lang)
        key = "cli.unknown_command" if close is None else "cli.misspelt_command"
        raise WrongUsage(text(lang, key, given=name, meant=close))
    parser = command_parser(COMMANDS[name], lang)
    args = parser.read(given)
    if args is None:
        print(parser.format_help())
        return 0
    filled = arguments(COMMANDS[name], args, lang)
    config = settings.read()
    db = Database(config.database_url)
    is_broken = False

    def show(shows: str, thing: Any, viewer: Viewer) -> Any:
        nonlocal is_broken
        is_broken = isinstance(thing, Verified) and thing.broken_at is not None
        return draw(shows, thing, viewer)

    try:
        if not await is_ready(db):
            print(text(lang, "cli.not_migrated"), file=sys.stderr)
            return 1
        caller = Caller("cli", args.as_, lang=lang)
        reply = await commands.run(house(config, db), name, filled, caller, show=show)
    finally:
        await db.close()
    if args.json:
        shown = {"status": reply.status, "words": reply.words, "shown": reply.shown}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif reply.status != 200:
        print(reply.words, file=sys.stderr)
    else:
        print(words(reply.shown))
    return 1 if is_broken else EXITS.get(reply.status, 1)


async def is_ready(db: Database) -> bool:
    """Whether the tables are this version's. Raises BadSetting when there is no database to ask."""
    try:
        return await is_migrated(db)
    except (OSError, SQLAlchemyError) as error:
        raise BadSetting(f"DATABASE_URL: the database is not reachable ({type(error).__name__})") from error


def house(config: Settings, db: Database) -> House:
    key = config.secret_key.encode()
    return House(db, lambda: datetime.now(UTC), config.tz, config.lang, key, config.base_url)


def command_parser(command: Command, lang: str, *, offer: bool = False) -> Parser:
    """The parser of one command. `offer`: with the values there are to choose among, for completion."""
    key = f"command.{command.name}.help"
    parser = Parser(command.name, lang, text(lang, key) if has(lang, key) else "")
    kinds = {
        add(parser, command, Field(name, f.annotation, tuple(f.metadata), f.is_required(), None), lang, offer)
        for name, f in command.form.model_fields.items()
    }
    if whole := WHOLE_FILES.get(command.name):
        said: dict[str, Any] = {"metavar": text(lang, "cli.metavar.file"), "help": text(lang, "cli.file")}
        parser.own.add_argument("--file", dest=whole, type=file_at(lang), **said)
    parser.common.add_argument("--as", dest="as_", required=True, metavar="EMAIL", help=text(lang, "cli.as"))
    parser.common.add_argument("--json", action="store_true", help=text(lang, "cli.json"))
    parser.epilog = text(lang, "cli.at_file") if kinds & {"line", "prose"} else None
    return parser


def file_at(lang: str) -> Callable[[str], str]:
    return lambda path: read_file(path, lang)


def add(parser: Parser, command: Command, field: Field, lang: str, offer: bool) -> str:
    """One argument as an option: --vote-id for vote_id. The kind of argument it is."""
    kind, many, _ = looks(field)
    options: dict[str, Any] = {"help": about(command, field, kind, lang), "dest": field.name}
    if kind == "toggle":
        options["action"] = argparse.BooleanOptionalAction
    else:
        options["metavar"] = shown(field, kind, lang)
        if many:
            options["nargs"] = "+"
        if offer and kind == "choice":
            options["choices"] = [str(value) for value, _ in choices(field, lang)]
    flag = f"--{field.name.replace('_', '-')}"
    parser.own.add_argument(flag, required=field.required, default=None, **options)
    return kind


def about(command: Command, field: Field, kind: str, lang: str) -> str:
    said = [label(lang, command.name, field.name), hint(lang, command.name, field.name)]
    if kind == "choice":
        said += [", ".join(f"{value}: {title}" for value, title in choices(field, lang))]
    return ". ".join(part.rstrip(".") for part in said if part).replace("%", "%%")


def shown(field: Field, kind: str, lang: str) -> str:
    if kind == "choice":
        return "{" + ",".join(str(value) for value, _ in choices(field, lang)) + "}"
    return text(lang, f"cli.metavar.{kind}")


def arguments(command: Command, args: argparse.Namespace, lang: str) -> dict[str, Any]:
    """What was given, by argument. @file is the text of that file, and @@ is an ordinary @."""
    given = {name: getattr(args, name) for name in command.form.model_fields}
    return {name: read(value, lang) for name, value in given.items() if value is not None}


def read(value: Any, lang: str) -> Any:
    match value:
        case list():
            return "\n".join(read(part, lang) for part in value)
        case str() if value.startswith("@@"):
            return value[1:]
        case str() if value.startswith("@"):
            return read_file(value[1:], lang)
    return value
