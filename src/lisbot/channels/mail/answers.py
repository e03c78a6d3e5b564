"""What somebody means who answers a mail in words: yes, no, and nothing between the two.

Only what says one thing and no more is taken for an answer. Anything else is for people to read.
"""

import re
from collections.abc import Iterable, Iterator
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
    r"^((mvh|vh|hilsen|helsing|beste hilsen|beste helsing|(med )?venn?leg helsing|(med )?vennlig hilsen|"
    r"(best|kind) regards|regards|sendt fra|sent from|send frå)\b"
    # A word that begins many a sentence closes a mail alone, or before a name.
    r"|(best|takk|thanks)[,.!]*(?-i:( [A-ZÆØÅ][\w.-]*){0,3})$)",
    re.IGNORECASE,
)
MAX_CLOSING = 60  # characters: a longer line says something
POSTSCRIPT = re.compile(r"p\.?s\b", re.IGNORECASE)
ENDS = " \t\n.,!?:;–—-"


def understand_answer(words: str) -> Meant | None:
    """Returns what is meant; None where that is not plain. An absence may have its reason after it."""
    lines = list(bare_lines(words))
    if "?" in words_of(lines) or any(POSTSCRIPT.match(line.strip()) for line in words.splitlines()):
        return None
    said = "\n".join(lines).strip(ENDS)
    plain = " ".join(said.casefold().split())
    for phrase, meaning in phrases():
        if plain == phrase:
            return Meant(meaning)
    for phrase, meaning in phrases():
        if meaning is Meaning.ABSENT and plain.startswith(phrase) and said[len(phrase) :][:1] in ("", *ENDS[2:]):
            reason = said[len(phrase) :].strip(ENDS)
            return None if contradicts(reason) else Meant(meaning, reason)
    return None


def contradicts(reason: str) -> bool:
    """Returns whether what comes after a no says anything else than why: a yes, another no, or a but."""
    if has_contrary_word([reason]):
        return True
    left = f" {words_of([reason])} "
    absences = [words_of([phrase]) for phrase, meaning in phrases() if meaning is Meaning.ABSENT]
    if left.strip() in absences and " " not in left.strip():
        return True
    for phrase in absences:
        if " " in phrase:
            left = left.replace(f" {phrase} ", " ")
    return any(f" {words_of([phrase])} " in left for phrase, meaning in phrases() if meaning is not Meaning.ABSENT)


def has_contrary_word(lines: Iterable[str]) -> bool:
    said = f" {words_of(lines)} "
    return any(f" {word} " in said for word in contrary_words())


def words_of(lines: Iterable[str]) -> str:
    """Returns the words of some lines, in small letters, without what stands between them but for question marks."""
    return " ".join(re.sub(r"[^\w?'’ ]", " ", " ".join(lines).casefold()).split())


def bare_lines(words: str) -> Iterator[str]:
    """Yields the lines without greeting and closing."""
    for number, line in enumerate(filter(None, map(str.strip, words.splitlines()))):
        if number and len(line) <= MAX_CLOSING and CLOSING.match(line) and not has_contrary_word([line]):
            return
        if not (number == 0 and GREETING.match(line)):
            yield line


@cache
def contrary_words() -> list[str]:
    return [word.casefold() for lang in LANGUAGES for word in look_up(lang, "mail.words.contrary")]


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
