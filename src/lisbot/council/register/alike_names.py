"""Names that may be one person's or one organisation's, however they are spelled."""

from rapidfuzz import fuzz

from lisbot.council.addresses import fold_name
from lisbot.council.register.known_people import read_name

ALIKE_PERSON = 90  # per cent, from which two names may be one


def plain(name: str) -> str:
    """Returns a name without what people leave out of it: full stops, hyphens, «HF»."""
    words = "".join(char if char.isalnum() else " " for char in fold_name(name)).split()
    return " ".join(word for word in words if word not in ("hf", "as")) or fold_name(name)


def sorted_name(name: str) -> tuple[str, ...]:
    return tuple(sorted(read_name(name)))


def is_like(one: str, other: str) -> bool:
    """Returns whether two names may be one person's: but for spelling, or with names left out or shortened."""
    names, others = (tuple(each.strip(".") for each in sorted_name(name)) for name in (one, other))
    if fuzz.ratio(" ".join(names), " ".join(others)) >= ALIKE_PERSON:
        return True
    short, long = sorted((names, others), key=len)
    left = list(long)
    for name in sorted(short, key=len, reverse=True):
        match = next((each for each in left if each.startswith(name) or name.startswith(each)), None)
        if match is None:
            return False
        left.remove(match)
    return True
