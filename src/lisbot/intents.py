"""What people type, and which command they mean by it: the phrases of all three languages at once."""

import difflib
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
    "journey.show": "number",
    "outcome.search": "text",
    "proposal.submit": "title",
    "room.link": "body",
}
# The commands after whose phrase a council may be named, and what is run then.
OF_BODY = {
    "agenda.show": "agenda.show",
    "body.show": "body.show",
    "call.show": "call.show",
    "carry_through.show": "carry_through.show",
    "follow_up.list": "follow_up.list",
    "meeting.show": "meeting.show",
    "minutes.show": "minutes.show",
    "proposal.triage": "proposal.triage",
    "register.look_back": "register.look_back",
    "register.show": "register.show",
    "worklist.show": "body.show",
    "year_plan.show": "year_plan.show",
}
SAYS: Mapping[str, Mapping[str, str]] = {"attendance.respond": {"response": Response.ABSENT.value}}
SHORT = {
    "journey.show",
    "outcome.search",
    "room.link",
}  # commands after which what ends a sentence is no part of what is meant
# What a text that is too long for its argument is given to besides.
OVERFLOWS = {"proposal.submit": "background"}
LEADING = " \t\n.!?,:;/"
BETWEEN = " \t\n.!?,:;/–—-"
WORD_ENDS = re.compile(r"[\s.!?,:;/–—]")
PARTS = re.compile(r"[,;]|[.](?=\s|$)|\s[–—-]\s")
MAX_NAME_WORDS = 5
ALIKE = 0.75  # how alike a phrase is to what was mistyped (difflib's ratio)
MISTYPED = 4  # letters of the shortest phrase that may have been mistyped
MAX_MEANT = 3
PAIRS = {"«": "»", '"': '"', "“": "”", "„": "“", "‘": "’", "'": "'"}


@dataclass(frozen=True)
class Intent:
    """A command somebody typed. `asks`: something is missing, so its form is shown instead.

    rest     what was said after the phrase of a command that is about a council, or where a deputy is named
    deputy   the name of whoever comes instead
    unknown  what no phrase begins; `meant`: the phrases it may be mistyped from, each with its command
    """

    command: str
    arguments: Mapping[str, int | str] = field(default_factory=dict)
    asks: bool = False
    rest: str = field(default="", compare=False)
    deputy: str = field(default="", compare=False)
    unknown: str = field(default="", compare=False)
    meant: tuple[tuple[str, "Intent"], ...] = field(default=(), compare=False)

    @property
    def is_about_body(self) -> bool:
        """Whether a council may be named with it."""
        return self.command in OF_BODY

    @property
    def needs_body(self) -> bool:
        """Whether it can be shown of one council only."""
        return "body_id" in COMMANDS[self.command].required - set(self.arguments)


def understand(said: str, lang: str) -> Intent:
    """Returns the command whose phrase is the longest that starts what was said; the menu for anything else. What is
    said after the phrase keeps its letters."""
    words = said.lstrip(LEADING).rstrip()
    names = read_phrases(lang)
    start = words[: longest_phrase(lang) + 1]
    for end in sorted({len(start), *(m.start() for m in WORD_ENDS.finditer(start))}, reverse=True):
        if name := names.get(start[:end].lower()):
            return complete(COMMANDS[name], read_rest(words[end:]))
    return Intent(MENU, unknown=words, meant=tuple(close_misses(words, lang)), deputy=read_deputy(words)[0])


def close_misses(words: str, lang: str) -> list[tuple[str, Intent]]:
    """Returns the phrases that the first of these words may be mistyped from, and what each would mean with the rest:
    one phrase of a command, the likeliest first."""
    parts = words[: 2 * longest_phrase(lang)].split()
    found: dict[str, tuple[float, str]] = {}
    for phrase, name in read_phrases(lang).items():
        count = phrase.count(" ") + 1
        typed = " ".join(parts[:count]).strip(LEADING).lower()
        likeness = ratio(typed, phrase) if len(phrase) >= MISTYPED and len(parts) >= count else 0.0
        if likeness >= ALIKE and likeness > found.get(name, (0.0, ""))[0]:
            found[name] = (likeness, phrase)
    likely = sorted(found.items(), key=lambda each: -each[1][0])[:MAX_MEANT]
    return [(phrase, complete(COMMANDS[name], rest_after(words, phrase))) for name, (_, phrase) in likely]


def ratio(typed: str, phrase: str) -> float:
    if not ALIKE / (2 - ALIKE) <= len(typed) / len(phrase) <= (2 - ALIKE) / ALIKE:
        return 0.0  # no two of such lengths are that alike
    likeness = difflib.SequenceMatcher(None, typed, phrase, autojunk=False)
    return likeness.ratio() if likeness.quick_ratio() >= ALIKE else 0.0


def rest_after(words: str, phrase: str) -> str:
    """Returns what was said after as many words as a phrase has."""
    count = phrase.count(" ") + 1
    return read_rest("".join(words.split(maxsplit=count)[count:]))


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
    said, deputy = rest, ""
    if command.name == "attendance.respond":
        deputy, rest = read_deputy(rest)
    if command.name in SHORT:
        rest = read_rest(rest.rstrip(LEADING))
    given = (
        {takes: rest[:MAX_LINE], **SAYS.get(command.name, {})} if takes and rest else dict(SAYS.get(command.name, {}))
    )
    if takes and len(rest) > MAX_LINE and command.name in OVERFLOWS:
        given[OVERFLOWS[command.name]] = rest
    if command.name in OF_BODY:
        return Intent(command.name, given, rest=rest)
    missing = command.required - set(given)
    asked = keyword_parameters(command.prefill) if command.prefill else {}
    if any(
        name in command.references and (name not in asked or asked[name].default is Parameter.empty) for name in missing
    ):
        return Intent(MENU)
    to_fill_in = set(command.inputs) - command.references
    asks = bool(missing) or command.asks_first or (command.changes and bool(to_fill_in) and not given)
    return Intent(command.name, given, asks, said if deputy else "", deputy)


def read_deputy(rest: str) -> tuple[str, str]:
    """Returns the name of whoever comes instead, "" where nobody is named, and what else was said."""
    start = 0
    for end, following in (*((m.start(), m.end()) for m in PARTS.finditer(rest)), (len(rest), len(rest))):
        if name := name_in(deputy_in(rest[start:end].strip())):
            others = (rest[:start].rstrip(BETWEEN), rest[following:].strip(BETWEEN))
            return name, ", ".join(filter(None, others))
        start = following
    return "", rest


def deputy_in(part: str) -> str:
    """Returns the name in «Kari Lie kommer» or «vara Kari Lie», in any of the languages; "" for anything else."""
    words, said = part.split(), part.lower()
    for lang in LANGUAGES:
        for end in look_up(lang, "typed.deputy_comes"):
            if said.endswith(f" {end}") and len(words) - end.count(" ") - 1 <= MAX_NAME_WORDS:
                return part[: -len(end)].strip()
        for start in look_up(lang, "typed.deputy_is"):
            if said.startswith((f"{start} ", f"{start}:")) and len(words) - start.count(" ") - 1 <= MAX_NAME_WORDS:
                return part[len(start) :].strip(BETWEEN)
    return ""


def is_filler(word: str) -> bool:
    """Returns whether a word says nothing of which council is meant."""
    return any(word in look_up(lang, "typed.fillers") for lang in LANGUAGES)


def name_in(rest: str) -> str:
    """Returns what was said after a phrase without the words around a name; "" where they are all there is."""
    words = rest.split()
    while words and is_filler(words[0].strip(LEADING).lower()):
        words.pop(0)
    while words and is_filler(words[-1].strip(LEADING).lower()):
        words.pop()
    return read_rest(" ".join(words).rstrip(LEADING))


@cache
def longest_phrase(lang: str) -> int:
    return max(map(len, read_phrases(lang)))


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
