"""What people type, and which command they mean by it: the phrases of all three languages at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import Parameter

from lisbot.commands import COMMANDS, Command, arguments
from lisbot.texts import LANGUAGES, has, look_up

MENU = "menu.show"
# The argument that the rest of what was typed is given to.
TAKES_REST = {"room.link": "body", "outcome.search": "text"}


@dataclass(frozen=True)
class Meant:
    """A command somebody typed. `asked`: something is missing, so its form is shown instead."""

    command: str
    given: dict[str, str] = field(default_factory=dict)
    asked: bool = False


def understand(said: str, lang: str) -> Meant:
    """The command whose phrase is the longest that starts what was said; the menu for anything else."""
    words = said.lower().strip(" .!?,:;/")
    names = read_phrases(lang)
    start = words[: max(map(len, names), default=0) + 1]
    for end in sorted({len(start), *(m.start() for m in re.finditer(r"\s", start))}, reverse=True):
        if name := names.get(start[:end]):
            return complete(COMMANDS[name], words[end:].strip())
    return Meant(MENU)


def complete(command: Command, rest: str) -> Meant:
    """The command as it can be run, or else its form; the menu for what only a button can point at."""
    takes = TAKES_REST.get(command.name)
    given = {takes: rest} if takes and rest else {}
    missing = {name for name, info in command.form.model_fields.items() if info.is_required()} - set(given)
    found = arguments(command.asks) if command.asks else {}
    if any(
        name.endswith("_id") and (name not in found or found[name].default is Parameter.empty)
        for name in missing
    ):
        return Meant(MENU)
    return Meant(
        command.name, given, asked=bool(missing) or (command.changes and bool(command.inputs) and not given)
    )


@cache
def read_phrases(lang: str) -> Mapping[str, str]:
    """Every phrase and its command. Where two languages use the same phrase, the speaker's own counts."""
    others = [other for other in LANGUAGES if other != lang]
    return dict(pair for each in (*others, lang) for pair in phrases_in(each))


def phrases_in(lang: str) -> Iterator[tuple[str, str]]:
    for name in COMMANDS:
        if has(lang, f"command.{name}.phrases"):
            for phrase in look_up(lang, f"command.{name}.phrases"):
                yield phrase, name
