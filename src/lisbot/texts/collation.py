"""The order of words in each language, in code so that it is the same on every database.

Norwegian: a to z, then æ, ø, å; aa counts as å (Språkrådet, «Alfabetisering»); ä and ö with æ and ø. Letter case
and other accents count only where words are otherwise the same.
"""

import unicodedata
from collections.abc import Callable
from functools import cache

Key = tuple[tuple[tuple[int, int], ...], str]
AFTER_Z = {"æ": 1, "ä": 1, "ø": 2, "ö": 2, "å": 3}
LETTER, DIGIT, OTHER = 2, 1, 0


@cache
def collation_key(lang: str) -> Callable[[str], Key]:
    """Returns the key function that sorts words in a language."""
    return english if lang == "en" else norwegian


def norwegian(words: str) -> Key:
    lowered = unicodedata.normalize("NFC", words).casefold().replace("aa", "å")
    weights: list[tuple[int, int]] = []
    for char in lowered:
        if char in AFTER_Z:
            weights.append((LETTER, 1_000 + AFTER_Z[char]))
        else:
            weights += [weight(part) for part in base_letters(char)]
    return tuple(weights), words


def english(words: str) -> Key:
    lowered = unicodedata.normalize("NFC", words).casefold().replace("æ", "ae").replace("ø", "o")
    return tuple(weight(part) for char in lowered for part in base_letters(char)), words


def base_letters(char: str) -> str:
    """Returns a character without its accents."""
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def weight(char: str) -> tuple[int, int]:
    if "a" <= char <= "z":
        return LETTER, ord(char) - ord("a")
    if char.isalpha():
        return LETTER, 2_000 + ord(char)
    return (DIGIT, ord(char)) if char.isdigit() else (OTHER, ord(char))
