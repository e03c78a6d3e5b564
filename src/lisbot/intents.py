"""What people type, and which command they mean by it: the phrases of all three languages at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import Parameter

from lisbot.commands import COMMANDS, Command
from lisbot.commands.command import keyword_parameters
from lisbot.council.core.fields import MAX_LINE
from lisbot.council.enums import Response
from lisbot.texts import LANGUAGES, has, look_up

MENU = "menu.show"
# The argument that the rest of what was typed is given to, and what a command's phrases say besides.
TAKES_REST = {
    "attendance.respond": "reason",
    "outcome.search": "text",
    "proposal.submit": "title",
    "room.link": "body",
}
SAYS: Mapping[str, Mapping[str, str]] = {"attendance.respond": {"response": Response.ABSENT.value}}
SHORT = {"outcome.search", "room.link"}  # commands after which what ends a sentence is no part of what is meant
# What a text that is too long for its argument is given to besides.
OVERFLOWS = {"proposal.submit": "background"}
LEADING = " \t\n.!?,:;/"
BETWEEN = " \t\n.!?,:;/–—-"
WORD_ENDS = re.compile(r"[\s.!?,:;/–—]")
PAIRS = {"«": "»", '"': '"', "“": "”", "„": "“", "‘": "’", "'": "'"}


@dataclass(frozen=True)
class Intent:
    """A command somebody typed. `asks`: something is missing, so its form is shown instead."""

    command: str
    arguments: dict[str, str] = field(default_factory=dict)
    asks: bool = False


def understand(said: str, lang: str) -> Intent:
    """Returns the command whose phrase is the longest that starts what was said; the menu for anything else. What is
    said after the phrase keeps its letters."""
    words = said.lstrip(LEADING).rstrip()
    names = read_phrases(lang)
    start = words[: max(map(len, names), default=0) + 1]
    for end in sorted({len(start), *(m.start() for m in WORD_ENDS.finditer(start))}, reverse=True):
        if name := names.get(start[:end].lower()):
            return complete(COMMANDS[name], read_rest(words[end:]))
    return Intent(MENU)


def propose(words: str) -> Intent:
    """Returns the form of a proposal with these words for its title."""
    return complete(COMMANDS["proposal.submit"], words.strip())


def read_rest(rest: str) -> str:
    """Returns what was said after a phrase, without what parts the two and without quotation marks around all of it."""
    rest = rest.lstrip(BETWEEN).rstrip()
    if len(rest) > 1 and PAIRS.get(rest[0]) == rest[-1] and rest[0] not in rest[1:-1]:
        return rest[1:-1].strip()
    return rest


def complete(command: Command, rest: str) -> Intent:
    """Returns the command as it can be run, or else its form; the menu for what only a button can point at."""
    takes = TAKES_REST.get(command.name)
    if command.name in SHORT:
        rest = read_rest(rest.rstrip(LEADING))
    given = (
        {takes: rest[:MAX_LINE], **SAYS.get(command.name, {})} if takes and rest else dict(SAYS.get(command.name, {}))
    )
    if takes and len(rest) > MAX_LINE and command.name in OVERFLOWS:
        given[OVERFLOWS[command.name]] = rest
    missing = command.required - set(given)
    asked = keyword_parameters(command.prefill) if command.prefill else {}
    if any(
        name in command.references and (name not in asked or asked[name].default is Parameter.empty) for name in missing
    ):
        return Intent(MENU)
    to_fill_in = set(command.inputs) - command.references
    asks = bool(missing) or command.asks_first or (command.changes and bool(to_fill_in) and not given)
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
