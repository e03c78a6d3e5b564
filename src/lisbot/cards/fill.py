"""Filling the holes of a card's shape.

A property whose hole holds nothing (None) is left out.
Knows three words of Microsoft's templating language: ${path}, $data (once per row) and $when (only if
there is something). The shape is parsed before it is filled, so a quote or brace in somebody's title stays
a quote or brace, and nothing is evaluated. It is read once: what it says of holes, rows and conditions
becomes functions, since every answer draws a card.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

Card = dict[str, Any]
Data = dict[str, Any]
Filling = Callable[[Data], Any]
HOLE = re.compile(r"\$\{([\w.]+)\}")
PACKAGED = Path(__file__).parents[1] / "_cards"
SHAPES = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "cards"


def fill(shape: Filling, data: Data) -> Any:
    """A card or a button: its shape with every hole filled."""
    return shape(data)


@cache
def template(name: str) -> Filling:
    return read(json.loads((SHAPES / f"{name}.json").read_text("utf-8")))


def read(node: Any) -> Filling:
    """What fills this part of a shape."""
    match node:
        case str() if "${" in node:
            return read_text(node)
        case list():
            return read_list(node)
        case dict():
            return read_dict(node)
        case _:
            return lambda data: node


def read_dict(node: dict[str, Any]) -> Filling:
    kept = {k: v for k, v in node.items() if k not in ("$data", "$when")}
    parts = [(k, None if is_plain(v) else read(v), v) for k, v in kept.items()]

    def filled(data: Data) -> Card:
        card: Card = {}
        for name, filling, plain in parts:
            value = filling(data) if filling else plain
            if value is not None:
                card[name] = value
        return card

    return filled


def is_plain(node: Any) -> bool:
    """Whether nothing is ever filled in, so that the shape itself will do."""
    return isinstance(node, (bool, int, float)) or (isinstance(node, str) and "${" not in node)


def read_list(node: list[Any]) -> Filling:
    parts = [(read_rows(part), read(part)) for part in node]
    return lambda data: [filling(row) for rows, filling in parts for row in rows(data)]


def read_rows(part: Any) -> Callable[[Data], list[Data]]:
    """The data to fill one element of a list with: none, once, or once per row."""
    shape = part if isinstance(part, dict) else {}
    given = read_text(shape["$data"]) if "$data" in shape else None
    when = read_text(shape["$when"]) if "$when" in shape else None

    def rows(data: Data) -> list[Data]:
        found = [data]
        if given:
            found = [data | (row if isinstance(row, dict) else {"it": row}) for row in given(data)]
        return [row for row in found if when(row)] if when else found

    return rows


def read_text(shape: str) -> Filling:
    """Fill one string. A string that is a single hole keeps the value's own type."""
    if hole := HOLE.fullmatch(shape):
        return read_path(hole[1])
    return lambda data: HOLE.sub(lambda hole: str(read_path(hole[1])(data)), shape)


def read_path(path: str) -> Filling:
    first, *steps = path.split(".")

    def look_up(data: Data) -> Any:
        found = data[first]
        for step in steps:
            found = found[step]
        return found

    return look_up
