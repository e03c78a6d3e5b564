"""A command of the table given on the command line: its arguments, its run, its exit code."""

import argparse
import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from lisbot import commands
from lisbot.cards.form import Field, choices, hint, label, looks
from lisbot.cli import REFUSED, print_help
from lisbot.cli.arguments import Parser, read_file
from lisbot.cli.output import exit_code, print_reply
from lisbot.cli.runtime import NotReady, open_runtime
from lisbot.commands import COMMANDS, Command, Reply
from lisbot.council.log.former_names import FORMER_ARGUMENTS
from lisbot.council.register.identity import Caller
from lisbot.runtime import Runtime
from lisbot.texts import has, text

log = logging.getLogger(__name__)


def run_command(name: str, given: Sequence[str], lang: str, *, called: str) -> int:
    """Run a command, which was `called` by this name or a former one. Returns its exit code.

    Raises WrongUsage and BadSetting.
    """
    command = COMMANDS[name]
    parser = command_parser(command, lang, called=called)
    args = parser.read(given)
    if args is None:
        return print_help(parser)
    filled = arguments(command, args, lang)
    try:
        reply = asyncio.run(run_as(command, filled, args.as_, lang))
    except NotReady:
        return REFUSED
    print_reply(reply, as_json=args.json)
    return exit_code(reply)


async def run_as(command: Command, given: Mapping[str, Any], email: str, lang: str) -> Reply:
    """Run a command as the person with this address. Returns its Reply.

    No server need be running, so that the lines of the log are linked here.
    """
    async with open_runtime(lang) as runtime:
        if command.name == "log.verify":
            await link_log(runtime)
        reply = await commands.run(runtime, command.name, given, Caller("cli", email, lang=lang))
        if reply.is_done and command.changes and not runtime.db.is_sqlite:
            await link_log(runtime)
    return reply


async def link_log(runtime: Runtime) -> None:
    """Link the committed lines of the log. What could not be linked is linked the next time, by whoever comes."""
    from lisbot.council.log.link import link_committed

    try:
        await link_committed(runtime.db, runtime.key, runtime.former_keys)
    except SQLAlchemyError:
        log.warning("the log's newest lines are not linked yet", exc_info=True)


def command_parser(command: Command, lang: str, *, called: str = "", offer: bool = False) -> Parser:
    """Returns the parser of one command.

    `called`: the name it was called by, whose arguments it takes too where that is a former one. `offer`: with
    the values there are to choose among, for completion.
    """
    key = f"command.{command.name}.help"
    parser = Parser(command.name, lang, text(lang, key) if has(lang, key) else "")
    former = FORMER_ARGUMENTS.get(command.name, {}) if called not in ("", command.name) else {}
    former_of = {today: before for before, today in former.items()}
    kinds = {
        add_argument(parser, command, field, lang, former_of.get(field.name), offer=offer)
        for field in fields_of(command)
    }
    if command.whole_file:
        options: dict[str, Any] = {"metavar": text(lang, "cli.metavar.file"), "help": text(lang, "cli.file")}
        options["type"] = file_in(lang, takes_bytes=command.takes_bytes)
        parser.own.add_argument("--file", dest=command.whole_file, **options)
    parser.common.add_argument("--as", dest="as_", required=True, metavar="EMAIL", help=text(lang, "cli.as"))
    parser.add_json()
    parser.epilog = text(lang, "cli.at_file") if kinds & {"line", "prose"} else None
    return parser


def fields_of(command: Command) -> list[Field]:
    """Returns a command's arguments as the fields of a form, empty."""
    return [Field(name, p.annotation, name in command.required, value=None) for name, p in command.parameters.items()]


def file_in(lang: str, *, takes_bytes: bool) -> Callable[[str], str]:
    return lambda path: read_file(path, lang, takes_bytes=takes_bytes)


def add_argument(parser: Parser, command: Command, field: Field, lang: str, former: str | None, *, offer: bool) -> str:
    """Add an argument as an option: --vote-id for vote_id. Returns what kind of argument it is."""
    kind, is_list, _ = looks(field)
    options: dict[str, Any] = {"help": describe(command, field, kind, lang), "dest": field.name}
    if field.name in command.repeats:
        options |= {"nargs": "+", "metavar": text(lang, "cli.metavar.rows")}
    elif kind == "toggle":
        options["action"] = argparse.BooleanOptionalAction
    else:
        options["metavar"] = metavar(field, kind, lang)
        if is_list:
            options["nargs"] = "+"
        if offer and kind == "choice":
            options["choices"] = [str(value) for value, _ in choices(field, lang)]
    flags = [f"--{name.replace('_', '-')}" for name in (field.name, former) if name]
    parser.own.add_argument(*flags, required=field.required, default=None, **options)
    return kind


def describe(command: Command, field: Field, kind: str, lang: str) -> str:
    """Returns the help of an argument: what it is called in a form, its hint, and what may be chosen among."""
    parts = [label(lang, command.name, field.name), hint(lang, command.name, field.name)]
    if kind == "choice":
        parts += [", ".join(f"{value}: {title}" for value, title in choices(field, lang))]
    return ". ".join(part.rstrip(".") for part in parts if part).replace("%", "%%")


def metavar(field: Field, kind: str, lang: str) -> str:
    if kind == "choice":
        return "{" + ",".join(str(value) for value, _ in choices(field, lang)) + "}"
    return text(lang, f"cli.metavar.{kind}")


def arguments(command: Command, args: argparse.Namespace, lang: str) -> dict[str, Any]:
    """Returns what was given, by argument. @file is the text of that file, and @@ is an ordinary @."""
    given = {name: getattr(args, name) for name in command.parameters}
    rows = {
        f"{name}.{at}": read_value(value, lang)
        for name in command.repeats
        for at, _, value in (part.partition("=") for part in given.pop(name) or ())
    }
    return rows | {name: read_value(value, lang) for name, value in given.items() if value is not None}


def read_value(value: Any, lang: str) -> Any:
    match value:
        case list():
            return "\n".join(read_value(part, lang) for part in value)
        case str() if value.startswith("@@"):
            return value[1:]
        case str() if value.startswith("@"):
            return read_file(value[1:], lang)
    return value
