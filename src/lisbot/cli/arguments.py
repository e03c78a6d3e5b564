"""Argument parsers that speak the reader's language, built for one sub-command at a time."""

import argparse
import base64
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from lisbot.council.core.text_files import NotTextError, decode_text
from lisbot.texts import text


class WrongUsage(Exception):
    """What was typed is no use of lisbot. The text says why, in the reader's language."""


class Formatter(argparse.HelpFormatter):
    """Help that says in the reader's language what usage is called."""

    def __init__(self, prog: str, *, lang: str) -> None:
        super().__init__(prog)
        self.lang = lang

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, f"{text(self.lang, 'cli.usage')}: ")


class Parser(argparse.ArgumentParser):
    """One sub-command's arguments. It words what is wrong itself, since argparse speaks English only.

    `own` takes the sub-command's own arguments, `common` those that many have.
    """

    def __init__(self, name: str, lang: str, help: str, **options: Any) -> None:
        super().__init__(
            prog=f"lisbot {name}",
            description=help,
            formatter_class=partial(Formatter, lang=lang),
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self.lang = lang
        self.own = self.add_argument_group(text(lang, "cli.arguments"))
        self.common = self.add_argument_group(text(lang, "cli.common"))
        self.common.add_argument("-h", "--help", action="store_true", help=text(lang, "cli.help"))

    def add_json(self) -> None:
        self.common.add_argument("--json", action="store_true", help=text(self.lang, "cli.json"))

    def read(self, given: Sequence[str]) -> argparse.Namespace | None:
        """Returns the arguments, or None when help was asked for. Raises WrongUsage."""
        required = [action for action in self._actions if action.required]
        for action in required:
            action.required = False
        try:
            args, extra = self.parse_known_args(given)
        finally:
            for action in required:
                action.required = True
        if args.help:
            return None
        if extra:
            raise WrongUsage(self.with_usage("cli.unknown_option", given=extra[0]))
        missing = [name_of(action) for action in required if getattr(args, action.dest) is None]
        if missing:
            raise WrongUsage(self.with_usage("cli.missing", names=", ".join(missing)))
        return args

    def with_usage(self, key: str, **values: object) -> str:
        """Returns what is wrong, and below it how the sub-command is used."""
        return f"{text(self.lang, key, **values)}\n{self.format_usage().strip()}"

    def error(self, message: str) -> NoReturn:
        name = message.removeprefix("argument ").split(":")[0]
        raise WrongUsage(self.with_usage("cli.no_value", name=name))


def name_of(action: argparse.Action) -> str:
    """Returns what an argument is called: its option, or what stands for it in the usage."""
    return action.option_strings[0] if action.option_strings else str(action.metavar or action.dest)


def read_file(path: str | Path, lang: str, *, takes_bytes: bool = False) -> str:
    """Returns the text of a file that stands for an argument, or its bytes in base64. Raises WrongUsage."""
    try:
        content = Path(path).read_bytes()
        return f"base64,{base64.b64encode(content).decode()}" if takes_bytes else decode_text(content)
    except OSError as error:
        raise WrongUsage(text(lang, "cli.no_file", file=path, why=error.strerror or "")) from None
    except NotTextError as error:
        raise WrongUsage(f"{path} {text(lang, f'input.{error.key}')}") from None
