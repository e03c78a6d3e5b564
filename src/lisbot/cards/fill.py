"""Filling the holes of a card's shape.

A property whose hole holds nothing (None) is left out.
Knows three words of Microsoft's templating language: ${path}, $data (once per row) and $when (only if
there is something). The shape is parsed before it is filled, so a quote or brace in somebody's title stays
a quote or brace, and nothing is evaluated.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

Card = dict[str, Any]
HOLE = re.compile(r"\$\{([\w.]+)\}")
PACKAGED = Path(__file__).parents[1] / "_cards"
SHAPES = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "cards"


@cache
def template(name: str) -> Card:
    loaded: Card = json.loads((SHAPES / f"{name}.json").read_text("utf-8"))
    return loaded


def fill(node: Any, data: dict[str, Any]) -> Any:
    match node:
        case str():
            return fill_text(node, data) if "${" in node else node
        case list():
            return [fill(part, row) for part in node for row in rows(part, data)]
        case dict():
            filled = {k: fill(v, data) for k, v in node.items() if k not in ("$data", "$when")}
            return {k: v for k, v in filled.items() if v is not None}
        case _:
            return node


def rows(part: Any, data: dict[str, Any]) -> list[dict[str, Any]]:
    """The data to fill one element of a list with: none, once, or once per row."""
    if not isinstance(part, dict):
        return [data]
    found = [data]
    if "$data" in part:
        given = fill_text(part["$data"], data)
        found = [data | (row if isinstance(row, dict) else {"it": row}) for row in given]
    return [row for row in found if "$when" not in part or fill_text(part["$when"], row)]


def fill_text(shape: str, data: dict[str, Any]) -> Any:
    """Fill one string. A string that is a single hole keeps the value's own type."""
    if hole := HOLE.fullmatch(shape):
        return look_up(data, hole[1])
    return HOLE.sub(lambda hole: str(look_up(data, hole[1])), shape)


def look_up(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[step]
    return data
