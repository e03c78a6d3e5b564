"""Reading JSON that somebody sent: what is of another type than expected reads as empty."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def string_in(raw: Json, name: str) -> str:
    """Returns a string of an object; "" where it is missing or of another type."""
    value = raw.get(name)
    return value if isinstance(value, str) else ""


def object_in(raw: Json, name: str) -> dict[str, Any]:
    """Returns an object of an object; {} where it is missing or of another type."""
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def objects_in(raw: Json, name: str) -> list[dict[str, Any]]:
    """Returns the objects of a list in an object; what is of another type is left out."""
    value = raw.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
