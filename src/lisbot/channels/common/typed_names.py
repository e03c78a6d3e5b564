"""What is meant by a name that somebody typed: a council's or a deputy's, whole, in part or abbreviated."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from lisbot.council.addresses import fold_key

T = TypeVar("T")

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ð": "d"})  # that fall into no letter and mark
WORD = re.compile(r"[^\W_]+")
SHORT = 3  # letters of a word that an abbreviation may leave out: i, for, og
ENDING = 3  # letters that a definite form has more: fagrådet
PART = 4  # letters of a part of a compound: hjerte in «Barnehjerterådet»
ALIKE = 0.75  # how alike two words are of which one is the other mistyped (difflib's ratio)
MAX_TYPED = 100  # characters of a name that are looked at
MAX_OFFERED = 6


def fold(words: str) -> str:
    """Returns a name as those are compared that somebody typed: also without its accents."""
    marked = unicodedata.normalize("NFKD", fold_key(words[:MAX_TYPED])).translate(LETTERS)
    return "".join(char for char in marked if not unicodedata.combining(char))


def named(typed: str, things: Iterable[T], name_of: Callable[[T], str], *, in_part: bool = True) -> list[T]:
    """Returns what has this very name; else whatever has each word typed in its name; else, `in_part`, whatever has
    words that begin so or are put together so, or is abbreviated so."""
    known = [(thing, fold(name_of(thing))) for thing in things]
    said, words = fold(typed), WORD.findall(fold(typed))
    if all(len(word) < 2 for word in words):
        return []
    ways: Sequence[Callable[[str], bool]] = (
        lambda name: name == said,
        lambda name: set(words) <= set(WORD.findall(name)),
        *([lambda name: is_said_in_part(words, WORD.findall(name))] if in_part else ()),
    )
    return next((found for is_meant in ways if (found := [thing for thing, name in known if is_meant(name)])), [])


def is_said_in_part(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Returns whether each word typed is part of one in the name, or all of it is the name's first letters."""
    if len(typed) == 1 and len(typed[0]) > 1 and typed[0] in initials(name):
        return True
    return all(any(is_part(each, word) for word in name) for each in typed) and any(len(each) > 2 for each in typed)


def is_part(typed: str, word: str) -> bool:
    """Returns whether a word begins so, is put together so, or was typed in its definite form."""
    if word.startswith(typed) or (len(typed) >= PART and typed in word):
        return True
    return len(word) >= PART and typed.startswith(word) and len(typed) - len(word) <= ENDING


def initials(name: Sequence[str]) -> set[str]:
    """Returns what a name of several words is abbreviated to, with its small words and without."""
    long = [word for word in name if len(word) > SHORT]
    return {"".join(word[0] for word in words) for words in (name, long) if len(words) > 1}


def nearly_named(typed: str, things: Iterable[T], name_of: Callable[[T], str]) -> list[T]:
    """Returns what a name that is nobody's may have been meant for: mistyped, or shortened in a way of one's own. The
    likeliest first. To be offered, and never taken for it."""
    words = WORD.findall(fold(typed))
    found = [(likeness(words, WORD.findall(fold(name_of(thing)))), thing) for thing in things]
    likely = sorted((pair for pair in found if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [thing for _, thing in likely[:MAX_OFFERED]]


def likeness(typed: Sequence[str], name: Sequence[str]) -> float:
    """Returns how alike the least alike of the words typed is to some word of the name."""
    return min((max((alike(each, word) for word in name), default=0.0) for each in typed), default=0.0)


def alike(typed: str, word: str) -> float:
    if is_part(typed, word):
        return 1.0
    if len(typed) > 1 and is_shortened(typed, word):
        return ALIKE
    return difflib.SequenceMatcher(None, typed, word, autojunk=False).ratio()


def is_shortened(typed: str, word: str) -> bool:
    """Returns whether a word has these letters in this order, the first of them first: samråd, Samordningsrådet."""
    left = iter(word)
    return word[:1] == typed[:1] and all(char in left for char in typed)
