"""Argument parsers that speak the reader's language, built for one sub-command at a time."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from lisbot.cli.helping import LOCAL, key
from lisbot.texts import text

__all__ = ["LOCAL", "Parser", "WrongUsage", "local_parser", "read_file"]


class WrongUsage(Exception):
    """What was typed is no use of lisbot. The text says why, in the reader's language."""


class Formatter(argparse.HelpFormatter):
    lang = "nb"

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, f"{text(self.lang, 'cli.usage')}: ")


class Parser(argparse.ArgumentParser):
    """One sub-command. Says what is wrong itself, since argparse speaks English only."""

    def __init__(self, name: str, lang: str, help: str, **options: Any) -> None:
        class Spoken(Formatter):
            pass

        Spoken.lang = lang
        self.lang = lang
        super().__init__(
            prog=f"lisbot {name}",
            description=help,
            formatter_class=Spoken,
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self.own = self.add_argument_group(text(lang, "cli.arguments"))
        self.common = self.add_argument_group(text(lang, "cli.common"))
        self.common.add_argument("-h", "--help", action="store_true", help=text(lang, "cli.help"))

    def read(self, given: Sequence[str]) -> argparse.Namespace | None:
        """The arguments, or None when help was asked for. Raises WrongUsage."""
        must = [action for action in self._actions if action.required]
        for action in must:
            action.required = False
        try:
            args, extra = self.parse_known_args(given)
        finally:
            for action in must:
                action.required = True
        if args.help:
            return None
        if extra:
            raise WrongUsage(self.wrong("cli.unknown_option", given=extra[0]))
        missing = [called(action) for action in must if getattr(args, action.dest) is None]
        if missing:
            raise WrongUsage(self.wrong("cli.missing", names=", ".join(missing)))
        return args

    def wrong(self, key: str, **values: object) -> str:
        return f"{text(self.lang, key, **values)}\n{self.format_usage().strip()}"

    def error(self, message: str) -> NoReturn:
        name = message.removeprefix("argument ").split(":")[0]
        raise WrongUsage(self.wrong("cli.no_value", name=name))


def called(action: argparse.Action) -> str:
    return action.option_strings[0] if action.option_strings else str(action.metavar or action.dest)


def local_parser(name: str, lang: str) -> Parser:
    """The parser of a sub-command that keeps the machine."""
    words = f"cli.{key(name)}"
    parser = Parser(name, lang, text(lang, f"{words}.help"))
    match name:
        case "load":
            name, about = text(lang, f"{words}.pack"), text(lang, f"{words}.pack_help")
            parser.own.add_argument("pack", type=Path, metavar=name, help=about)
            parser.own.add_argument("--dry-run", action="store_true", help=text(lang, f"{words}.dry_run"))
            parser.common.add_argument("--json", action="store_true", help=text(lang, "cli.json"))
        case "teams-package":
            name, about = text(lang, f"{words}.file"), text(lang, f"{words}.file_help")
            parser.own.add_argument("file", type=Path, metavar=name, help=about)
        case "slack-manifest":
            url = text(lang, f"{words}.url")
            parser.own.add_argument("--url", metavar=url, help=text(lang, f"{words}.url_help"))
            parser.own.add_argument("--socket-mode", action="store_true", help=text(lang, f"{words}.socket"))
            parser.own.add_argument("--several", action="store_true", help=text(lang, f"{words}.several"))
        case "completion":
            parser.own.add_argument("shell", metavar=text(lang, f"{words}.shell"))
    for action in parser._actions:
        action.required = not action.option_strings
        if action.required:
            action.nargs, action.default = "?", None
    return parser


def read_file(path: str, lang: str) -> str:
    """The text of a file that stands for an argument. Raises WrongUsage."""
    try:
        return Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise WrongUsage(text(lang, "cli.no_file", file=path, why=error.strerror or "")) from None
    except UnicodeDecodeError:
        raise WrongUsage(text(lang, "cli.not_utf8", file=path)) from None
