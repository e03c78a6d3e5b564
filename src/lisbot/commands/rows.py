"""Arguments that hold the same fields for each of several things: a form's `items.12.words`, and back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from inspect import Parameter
from typing import Any

from pydantic_core import SchemaValidator, ValidationError

from lisbot.commands.command import Command, Given
from lisbot.council.core.fields import FormRow, Prefill, input_error, row_field
from lisbot.council.core.schemas import TODAY, value_validator

ROW_FIELD = re.compile(r"(\w+)\.([1-9][0-9]{0,8})\.(\w+)")
MOVE = re.compile(r"(\w+)\.([1-9][0-9]{0,8}):(up|down)")
Problem = tuple[str, dict[str, object]]


def find_row_field(command: Command, name: str) -> Parameter | None:
    """Returns the field that an input of this name fills in; None where it is no field of an argument that repeats."""
    parted = ROW_FIELD.fullmatch(name)
    return command.row_parameters.get(parted[1], {}).get(parted[3]) if parted else None


def parse_row_fields(command: Command, given: Given, today: date) -> tuple[dict[str, Any], dict[str, Problem]]:
    """Returns the fields of things, checked, by the names of their inputs, and what is wrong with others. An empty one
    is one that was emptied."""
    checked: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for name, value in given.items():
        parameter = find_row_field(command, name)
        if parameter is None:
            continue
        if isinstance(value, str) and not value.strip():
            if parameter.default is Parameter.empty:
                problems[name] = ("missing", {})
            else:
                checked[name] = parameter.default
            continue
        try:
            checked[name] = validator(parameter.annotation).validate_python(
                value.strip() if isinstance(value, str) else value, context={TODAY: today}
            )
        except ValidationError as error:
            problems[name] = input_error(error.errors()[0])
    return checked, problems


@cache
def validator(annotation: Any) -> SchemaValidator:
    return value_validator(annotation)


def gather_rows(command: Command, args: Given, prefill: Prefill) -> dict[str, Any]:
    """Returns the arguments with each thing's fields together. A field that was not given is as it was."""
    gathered = {name: value for name, value in args.items() if find_row_field(command, name) is None}
    start = prefill.filled
    for argument, repeats in command.repeats.items():
        keys = dict.fromkeys(
            int(parted[2]) for name in args if (parted := ROW_FIELD.fullmatch(name)) and parted[1] == argument
        )
        gathered[argument] = {
            key: repeats.row(
                **{
                    each: args[name] if name in args else start.get(name, parameter.default)
                    for each, parameter in command.row_parameters[argument].items()
                    for name in [row_field(argument, key, each)]
                }
            )
            for key in keys
        }
    return gathered


def shown_rows(command: Command, prefill: Prefill, given: Given) -> Iterator[tuple[str, FormRow]]:
    """Yields the things a form asks about, each with its argument: those that were filled in, or else those it starts
    with."""
    for argument in command.repeats:
        rows = prefill.rows.get(argument, ())
        filled = {parted[2] for name in given if (parted := ROW_FIELD.fullmatch(name)) and parted[1] == argument}
        is_part = bool(filled) and not command.repeats[argument].is_whole
        shown = [row for row in rows if (str(row.key) in filled if is_part else row.is_shown)]
        yield from ((argument, row) for row in in_given_order(command, argument, shown, given))


def in_given_order(command: Command, argument: str, rows: list[FormRow], given: Given) -> list[FormRow]:
    """Returns things in the order that a form has put them in, each once; otherwise as they are. What was read beside
    one for its place is gone with it."""
    order = command.repeats[argument].order
    places = {row.key: str(given.get(row_field(argument, row.key, order), "")) for row in rows} if order else {}
    if sorted(places.values()) != sorted(str(place) for place in range(1, len(rows) + 1)):
        return rows
    moved = sorted(rows, key=lambda row: int(places[row.key]))
    return rows if moved == rows else [replace(row, lines=()) for row in moved]


def move_row(command: Command, given: Given, move: str) -> dict[str, Any]:
    """Returns what a form holds with one of its things moved a place: `items.12:up`. All are numbered anew."""
    parted = MOVE.fullmatch(move)
    repeats = command.repeats.get(parted[1]) if parted else None
    if parted is None or repeats is None or not repeats.order:
        return dict(given)
    argument, way = parted[1], -1 if parted[3] == "up" else 1
    found = {
        int(name[2]): str(value)
        for each, value in given.items()
        if (name := ROW_FIELD.fullmatch(each)) and (name[1], name[3]) == (argument, repeats.order)
    }
    keys = sorted(found, key=lambda key: int(found[key]) if found[key].isdecimal() else len(found))
    if int(parted[2]) in keys:
        at = keys.index(int(parted[2]))
        to = min(max(at + way, 0), len(keys) - 1)
        keys.insert(to, keys.pop(at))
    return {**given, **{row_field(argument, key, repeats.order): str(n) for n, key in enumerate(keys, start=1)}}


def saved_of_shown(command: Command, prefill: Prefill, given: Given) -> dict[str, Any]:
    """Returns what is saved now of all that a form shows: it need not carry what it does not ask for."""
    shown = {f"{argument}.{row.key}" for argument, row in shown_rows(command, prefill, given)}
    return {
        name: value
        for name, value in prefill.saved.items()
        if find_row_field(command, name) is None or name.rpartition(".")[0] in shown
    }


def changed_only(command: Command, args: Given, prefill: Prefill) -> dict[str, Any]:
    """Returns the arguments without the fields of things that say what was saved already."""
    saved = {name: value for name, value in prefill.saved.items() if name not in prefill.suggested}
    return {
        name: value
        for name, value in args.items()
        if find_row_field(command, name) is None or name not in saved or saved[name] != value
    }
