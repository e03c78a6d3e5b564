"""What somebody means who answers a mail in words: yes, no, and nothing between the two.

Only what says one thing and no more is taken for an answer. Anything else is for people to read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lisbot.texts import LANGUAGES, look_up


class Meaning(StrEnum):
    COMES = "comes"
    DIGITAL = "digital"
    ABSENT = "absent"
    DECLINES = "declines"  # no items for the agenda


@dataclass(frozen=True, slots=True)
class Meant:
    meaning: Meaning
    reason: str = ""


GREETING = re.compile(r"^(hei|hallo|heisann|hi|hello|dear|kjære|god (dag|morgen|morgon))\b[^\n]{0,40}$", re.IGNORECASE)
CLOSING = re.compile(
    r"^(mvh|vh|hilsen|helsing|beste hilsen|beste helsing|(med )?venn?leg helsing|(med )?vennlig hilsen|"
    r"(best|kind) regards|regards|best|takk|thanks|sendt fra|sent from|send frå)\b",
    re.IGNORECASE,
)
ENDS = " \t\n.,!?:;–—-"


def understand_answer(words: str) -> Meant | None:
    """Returns what is meant; None where that is not plain. An absence may have its reason after it."""
    said = "\n".join(bare_lines(words)).strip(ENDS)
    plain = " ".join(said.casefold().split())
    for phrase, meaning in phrases():
        if plain == phrase:
            return Meant(meaning)
    for phrase, meaning in phrases():
        if meaning is Meaning.ABSENT and plain.startswith(phrase) and said[len(phrase) :][:1] in ("", *ENDS[2:]):
            return Meant(meaning, said[len(phrase) :].strip(ENDS))
    return None


def bare_lines(words: str) -> Iterator[str]:
    """Yields the lines without greeting and closing."""
    for number, line in enumerate(filter(None, map(str.strip, words.splitlines()))):
        if CLOSING.match(line) and number:
            return
        if not (number == 0 and GREETING.match(line)):
            yield line


@cache
def phrases() -> list[tuple[str, Meaning]]:
    """Returns every phrase of all three languages, the longest first."""
    found = {
        phrase.casefold(): meaning
        for lang in LANGUAGES
        for meaning in Meaning
        for phrase in look_up(lang, f"mail.words.{meaning.value}")
    }
    return sorted(found.items(), key=lambda each: -len(each[0]))
