"""What a computer can send and nobody can type: it can be neither stored nor shown."""

import re
from collections.abc import Mapping
from typing import Any

SUBSTITUTE = "\x1a"  # Unicode's own; a field that holds it is refused by name
HALVES = re.compile("[\ud800-\udfff]")  # of characters: no encoding has them
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL's texts have no U+0000 either


def without_halves(value: Any) -> Any:
    """Returns what was sent, with a substitute for half characters."""
    return substitute(value, HALVES)


def storable(value: Any) -> Any:
    """Returns what was sent, with a substitute for whatever some database cannot keep."""
    return substitute(value, UNSTORABLE)


def substitute(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case str():
            return pattern.sub(SUBSTITUTE, value)
        case list():
            return [substitute(each, pattern) for each in value]
        case Mapping():
            return {substitute(name, pattern): substitute(each, pattern) for name, each in value.items()}
    return value
