"""A pack read and checked: every fault it has in itself, at its file and line, and all of them at once."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from lisbot.council.entries import KINDS, Finding, Pack, Written
from lisbot.council.typed import wrong
from lisbot.packs.files import Row, find, rows


def read(place: Path) -> Pack:
    """The pack in a folder, or of a TOML file and the CSV files beside it. Its `faults` say what is wrong."""
    pack = Pack(place.stem if place.suffix == ".toml" else place.resolve().name)
    for file in find(place, pack.faults):
        for row in rows(file, pack.faults):
            take(row, pack)
    pack.faults += [
        *same_address_twice(pack),
        *overlapping(pack.term, lambda t: (t.seat, t.rank), "packs.fault.overlap"),
        *overlapping(pack.staff, lambda s: (s.secretariat, s.person), "packs.fault.overlap_staff"),
        *twice_on_a_seat(pack),
    ]
    pack.warnings += [
        Finding(w.file, w.line, "packs.warning.no_email", {"name": w.entry.name})
        for w in pack.person
        if w.entry.email is None
    ]
    return pack


def take(row: Row, pack: Pack) -> None:
    """One row as an entry, or its faults."""
    filled = {name: plain(value) for name, value in row.values.items() if plain(value) != ""}
    key, here = filled.get("key"), (row.file, row.line)
    first = pack.keys.setdefault(row.kind, {}).setdefault(key, here) if isinstance(key, str) else here
    if first != here:
        values = {"key": str(key)[:80], "file": first[0], "line": first[1]}
        pack.faults.append(Finding(row.file, line_of(row, "key"), "packs.fault.key_twice", values, "key"))
    try:
        entry = KINDS[row.kind].model_validate(filled)
    except ValidationError as error:
        pack.faults += [f for e in error.errors() if (f := fault(row, e)) is not None]
        return
    if first == here:
        pack.entries(row.kind).append(Written(entry, row.file, row.line, row.lines))


def plain(value: Any) -> Any:
    """What surrounds a word in a cell is not part of it."""
    return value.strip() if isinstance(value, str) else value


def line_of(row: Row, column: str) -> int:
    return row.lines.get(column, row.line)


def fault(row: Row, error: Any) -> Finding | None:
    """What pydantic says, as a finding. None where the whole file lacks the column, which has been said."""
    column = str(error["loc"][0]) if error["loc"] else ""
    context = error.get("ctx", {})
    values: dict[str, object] = {"given": str(error.get("input"))[:40]}
    match error["type"]:
        case "missing" if column in row.absent:
            return None
        case "extra_forbidden":
            known = ", ".join(f.alias or name for name, f in KINDS[row.kind].model_fields.items())
            key, values = "packs.fault.unknown_column", {"given": column[:40], "known": known}
            return Finding(row.file, line_of(row, column), key, values)
        case "enum":
            key, values = "packs.fault.not_offered", values | {"allowed": allowed(row.kind, column)}
        case "string_pattern_mismatch":
            key = "packs.fault.bad_key"
        case "yes_or_no":
            key, values = "packs.fault.yes_or_no", context
        case "call_days":
            key, values, column = "packs.fault.call_days", context, "call_days"
        case "order":
            key, values, column = "packs.fault.order", context, "from"
        case "string_type" | "int_type" | "bool_type":
            key = "packs.fault.wrong_type"
        case _:
            found, values = wrong(error)
            key = f"input.{found}"
    return Finding(row.file, line_of(row, column), key, values, column)


def allowed(kind: str, column: str) -> str:
    for name, info in KINDS[kind].model_fields.items():
        if column in (name, info.alias):
            kinds = get_args(info.annotation) or (info.annotation,)
            return ", ".join(member.value for member in kinds[0])
    return ""


def same_address_twice(pack: Pack) -> Iterator[Finding]:
    first: dict[str, Any] = {}
    for written in pack.person:
        email = written.entry.email
        if email is None:
            continue
        if (other := first.setdefault(email, written)) is not written:
            values = {"email": email, "name": other.entry.name, "file": other.file, "line": other.line}
            yield Finding(written.file, written.line_of("email"), "packs.fault.email_twice", values, "email")


def overlapping(written: list[Any], place: Any, key: str) -> Iterator[Finding]:
    """Two spells in one place on one day: the later one is at fault, and the other is named."""
    together = defaultdict(list)
    for one in written:
        together[place(one.entry)].append(one)
    for group in together.values():
        for first, second in combinations(group, 2):
            if first.entry.overlaps(second.entry):
                values = {"person": first.entry.person, "file": first.file, "line": first.line}
                yield Finding(second.file, second.line_of("from"), key, values)


def twice_on_a_seat(pack: Pack) -> Iterator[Finding]:
    """Nobody is their own deputy."""
    together = defaultdict(list)
    for one in pack.term:
        together[one.entry.seat, one.entry.person].append(one)
    for group in together.values():
        for first, second in combinations(group, 2):
            if first.entry.rank != second.entry.rank and first.entry.overlaps(second.entry):
                values = {"person": first.entry.person, "file": first.file, "line": first.line}
                yield Finding(second.file, second.line, "packs.fault.own_deputy", values)
