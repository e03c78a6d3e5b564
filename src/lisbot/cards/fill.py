"""Filling a card's shape, in a subset of Microsoft's Adaptive Cards templating language.

Source: "Adaptive Cards Templating Language", learn.microsoft.com/adaptive-cards/templating/language. A hole is
${name}, of the data or of the row at hand; ${$data} is a row that is a text. "$data" repeats an element once
per row, and "$when" keeps it if a hole is true, or, by ${not(empty(name))}, if it holds something. A test
expands every shape with Microsoft's own engine too and compares.

A shape is parsed before it is filled, so that a quote or brace in somebody's title stays a quote or brace, and
nothing that was typed is evaluated. It is read once: what it says becomes functions, since every answer draws
a card.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

Card = dict[str, Any]
Data = Any  # a mapping, or a row that is a text
Filling = Callable[[Data], Any]
HOLE = re.compile(r"\$\{(\$data|\w+)\}")
IS_FILLED = re.compile(r"\$\{not\(empty\((\w+)\)\)\}")
PACKAGED = Path(__file__).parents[1] / "_cards"
SHAPES = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[3] / "cards"


def fill(shape: Filling, data: Data) -> Any:
    """Returns a card or a button: its shape with every hole filled. Raises ValueError for a hole that holds
    nothing, which Microsoft's engine would show as it stands."""
    return shape(data)


@cache
def template(name: str) -> Filling:
    """Returns what fills the shape in cards/ of this name."""
    return read(json.loads((SHAPES / f"{name}.json").read_text("utf-8")))


def read(node: Any) -> Filling:
    """Returns what fills this part of a shape."""
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
    kept = {name: part for name, part in node.items() if name not in ("$data", "$when")}
    parts = [(name, None if is_plain(part) else read(part), part) for name, part in kept.items()]
    return lambda data: {name: filling(data) if filling else plain for name, filling, plain in parts}


def is_plain(node: Any) -> bool:
    """Returns whether nothing is ever filled in, so that the shape itself will do."""
    return isinstance(node, (bool, int, float)) or (isinstance(node, str) and "${" not in node)


def read_list(node: list[Any]) -> Filling:
    parts = [(read_rows(part), read(part)) for part in node]
    return lambda data: [filling(row) for rows, filling in parts for row in rows(data)]


def read_rows(part: Any) -> Callable[[Data], list[Data]]:
    """Returns what finds the data to fill one element of a list with: none, once, or once per row."""
    shape = part if isinstance(part, dict) else {}
    given = read_text(shape["$data"]) if "$data" in shape else None
    when = read_condition(shape["$when"]) if "$when" in shape else None

    def rows(data: Data) -> list[Data]:
        found = given(data) if given else [data]
        return [row for row in found if when(row)] if when else found

    return rows


def read_condition(shape: str) -> Callable[[Data], bool]:
    if is_filled := IS_FILLED.fullmatch(shape):
        look_up = read_name(is_filled[1])
        return lambda data: len(look_up(data)) > 0
    look_up = read_text(shape)
    return lambda data: look_up(data) is True


def read_text(shape: str) -> Filling:
    """Returns what fills one text. One that is a single hole keeps the value's own type."""
    if hole := HOLE.fullmatch(shape):
        return read_name(hole[1])
    if shape.count("${") != len(HOLE.findall(shape)):
        raise ValueError(f"not a hole that is understood here: {shape}")
    holes = {name: read_name(name) for name in HOLE.findall(shape)}
    return lambda data: HOLE.sub(lambda hole: str(holes[hole[1]](data)), shape)


def read_name(name: str) -> Filling:
    if name == "$data":
        return lambda data: data

    def look_up(data: Data) -> Any:
        value = data[name]
        if value is None:
            raise ValueError(f"{name} holds nothing")
        return value

    return look_up
