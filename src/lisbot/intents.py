"""What people type, and which command they mean by it: the phrases of all three languages at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import Parameter

from lisbot.commands import COMMANDS, Command
from lisbot.commands.command import keyword_parameters
from lisbot.texts import LANGUAGES, has, look_up

MENU = "menu.show"
# The argument that the rest of what was typed is given to.
TAKES_REST = {"room.link": "body", "outcome.search": "text"}


@dataclass(frozen=True)
class Intent:
    """A command somebody typed. `asks`: something is missing, so its form is shown instead."""

    command: str
    arguments: dict[str, str] = field(default_factory=dict)
    asks: bool = False


def understand(said: str, lang: str) -> Intent:
    """Returns the command whose phrase is the longest that starts what was said; the menu for anything else."""
    words = said.lower().strip(" .!?,:;/")
    names = read_phrases(lang)
    start = words[: max(map(len, names), default=0) + 1]
    for end in sorted({len(start), *(m.start() for m in re.finditer(r"\s", start))}, reverse=True):
        if name := names.get(start[:end]):
            return complete(COMMANDS[name], words[end:].strip())
    return Intent(MENU)


def complete(command: Command, rest: str) -> Intent:
    """Returns the command as it can be run, or else its form; the menu for what only a button can point at."""
    takes = TAKES_REST.get(command.name)
    given = {takes: rest} if takes and rest else {}
    missing = command.required - set(given)
    asked = keyword_parameters(command.prefill) if command.prefill else {}
    if any(
        name in command.references and (name not in asked or asked[name].default is Parameter.empty) for name in missing
    ):
        return Intent(MENU)
    asks = bool(missing) or command.asks_first or (command.changes and bool(command.inputs) and not given)
    return Intent(command.name, given, asks)


@cache
def read_phrases(lang: str) -> Mapping[str, str]:
    """Returns every phrase and its command. Where two languages use the same phrase, the speaker's own counts."""
    others = [other for other in LANGUAGES if other != lang]
    return dict(pair for each in (*others, lang) for pair in phrases_in(each))


def phrases_in(lang: str) -> Iterator[tuple[str, str]]:
    for name in COMMANDS:
        if has(lang, f"command.{name}.phrases"):
            for phrase in look_up(lang, f"command.{name}.phrases"):
                yield phrase, name
