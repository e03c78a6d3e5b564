"""Comparing with the register what a pack says of how bodies, seats and those outside hang together: who receives what
is sent on, who gets what, who may meet where, who runs a body when, and what a seat follows from.

None of these has a key: each is known by what it is between (schema.IDENTITY). As elsewhere, what the pack does not
mention is left alone, and an end date that lisbot has recorded is not taken away again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from lisbot.council.core.periods import overlap
from lisbot.council.enums import DerivedFrom
from lisbot.council.models import Coordination
from lisbot.council.register.rows import RegisterRows, party_name
from lisbot.packs.schema import IDENTITY, REFERS_TO, CoordinationEntry, Finding, Pack, Written, values_of
from lisbot.packs.terms import ended_or_changed

DAY = timedelta(days=1)
KEPT_BY = ("secretariat", "to_party")  # of a rule: who keeps it, and whom they write to under that name


@dataclass(frozen=True)
class RelationChange:
    """One relation that comes, changes or ends. `between`: the kind and key of what it is between, in order."""

    what: Literal["added", "changed", "ended"]
    kind: str
    between: tuple[tuple[str, str], ...]
    fields: Mapping[str, tuple[Any, Any]]
    row: Any = field(default=None, compare=False)


def compare_relations(pack: Pack, register: RegisterRows) -> Iterator[RelationChange | Finding]:
    """Yields the changes of the pack's relations, and what is wrong with them."""
    for kind in ("referral_rule", "distribution_line", "meeting_right"):
        yield from compare_lines(kind, pack, register)
    yield from compare_coordinations(pack, register)
    yield from compare_derived_roles(pack, register)
    yield from circles(pack, register)


def values_in(kind: str, row: Any, register: RegisterRows, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a row of the register says of these columns, what it names as keys."""
    refers = REFERS_TO[kind]
    return {
        name: register.keys[refers[name]].get(getattr(row, f"{name}_id")) if name in refers else getattr(row, name)
        for name in columns
    }


def between(kind: str, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Returns the kind and key of what a relation is between: what it is of first."""
    refers = REFERS_TO[kind]
    names = [name for name in refers if values[name] is not None]
    if len(names) > 2:  # a rule of one body is that body's, and not all of its secretariat's
        names.remove("secretariat")
    return tuple((refers[name], values[name]) for name in names)


def identity(kind: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Returns what a relation is known by. A rule of one body is that body's, whichever secretariat keeps it and writes
    to whom it names."""
    known = {name: values[name] for name in IDENTITY[kind]}
    if kind == "referral_rule" and known["body"] is not None:
        known["secretariat"] = None
        known["to_party"] = known["to_party"] and party_name(known["to_party"])
    return tuple(known.values())


def compare_lines(kind: str, pack: Pack, register: RegisterRows) -> Iterator[RelationChange]:
    """Yields the changes of relations of one kind: the same between the same in an overlapping period is the same."""
    names = IDENTITY[kind]
    existing: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in register.relations[kind]:
        known = values_in(kind, row, register, dict.fromkeys(names))
        existing[identity(kind, known)].append(row)
    taken: set[int] = set()
    for written in pack.entries(kind):
        values = values_of(kind, written.entry)
        rows = [each for each in existing[identity(kind, values)] if each.id not in taken]
        row = find_same(values, rows)
        if row is None:
            diff = {name: (None, value) for name, value in values.items()}
            yield RelationChange("added", kind, between(kind, values), diff)
            continue
        taken.add(row.id)
        if values.get("to_on", row) is None:
            values["to_on"] = row.to_on
        now = values_in(kind, row, register, values)
        if (
            kind == "referral_rule"
            and now["secretariat"] != values["secretariat"]
            and rotates(values["body"], pack, register)
        ):
            values |= {name: now[name] for name in KEPT_BY}
        if changed := {name: (now[name], value) for name, value in values.items() if now[name] != value}:
            yield RelationChange(ended_or_changed(changed), kind, between(kind, values), changed, row)


def find_same(values: Mapping[str, Any], rows: list[Any]) -> Any:
    """Returns the row that an entry is about: without a period any, else the one from the same day, or else one that
    overlaps. None: there is none."""
    if "from_on" not in values:
        return next(iter(rows), None)
    from_on, to_on = values["from_on"], values["to_on"]
    same = next((each for each in rows if each.from_on == from_on), None)
    return same or next((each for each in rows if overlap(each.from_on, each.to_on, from_on, to_on)), None)


def compare_coordinations(pack: Pack, register: RegisterRows) -> Iterator[RelationChange | Finding]:
    """Yields the changes of which secretariat runs which body when. What has come about stays as it was."""
    bodies: dict[str, list[Written[CoordinationEntry]]] = defaultdict(list)
    for written in pack.coordination:
        bodies[written.entry.body].append(written)
    for body, entries in bodies.items():
        rows = {each.from_on: each for each in coordinations_of(body, register)}
        latest = max((each.from_on for each in rows.values() if each.in_effect_at is not None), default=date.min)
        days = sorted({*rows, *(written.entry.from_on for written in entries)})
        ends: dict[date, date | None] = {day: after - DAY for day, after in pairwise(days)}
        for written in entries:
            entry = written.entry
            row = rows.pop(entry.from_on, None)
            values = values_of("coordination", entry) | {"to_on": ends.get(entry.from_on)}
            now = {} if row is None else values_in("coordination", row, register, values)
            diff = {name: (now.get(name), value) for name, value in values.items() if not now or now[name] != value}
            is_past = row is None and entry.from_on < latest
            if is_past or (row is not None and row.in_effect_at is not None and "secretariat" in diff):
                said = {"from_on": entry.from_on}
                at = written.line_of("secretariat")
                yield Finding(written.file, at, "packs.fault.coordination_past", said, "secretariat")
            elif diff:
                what: Any = "added" if row is None else ended_or_changed(diff)
                yield RelationChange(what, "coordination", between("coordination", values), diff, row)
        for day, row in rows.items():
            if row.to_on != ends.get(day):
                values = values_in("coordination", row, register, {"body": None, "secretariat": None})
                diff = {"to_on": (row.to_on, ends.get(day))}
                yield RelationChange("ended", "coordination", between("coordination", values), diff, row)


def coordinations_of(body: str, register: RegisterRows) -> list[Coordination]:
    keys = register.keys["body"]
    return [each for each in register.relations["coordination"] if keys[each.body_id] == body]


def rotates(body: str | None, pack: Pack, register: RegisterRows) -> bool:
    """Returns whether one secretariat after another runs a body."""
    return body is not None and bool(
        coordinations_of(body, register) or any(each.entry.body == body for each in pack.coordination)
    )


def coordinating(body: str, pack: Pack, register: RegisterRows, today: date) -> str | None:
    """Returns the secretariat that runs a body today where that rotates: as has come about, or as the pack brings it
    about now. None: it does not rotate."""
    known = coordinations_of(body, register)
    keys = register.keys["secretariat"]
    by_day = {each.entry.from_on: each.entry.secretariat for each in pack.coordination if each.entry.body == body}
    by_day |= {each.from_on: keys[each.secretariat_id] for each in known if each.in_effect_at is not None}
    waiting = {each.from_on for each in known if each.in_effect_at is None}  # the clock brings these about
    days = [day for day in by_day if day <= today and day not in waiting]
    return by_day[max(days)] if days else None


def compare_derived_roles(pack: Pack, register: RegisterRows) -> Iterator[RelationChange]:
    """Yields the seats that are to follow from something, or from something else."""
    for written in pack.derived_role:
        values = values_of("derived_role", written.entry)
        row = register.rows["seat"].get(written.entry.seat)
        said = {name: value for name, value in values.items() if name != "seat"}
        now = dict.fromkeys(said) if row is None else values_in("derived_role", row, register, said)
        if diff := {name: (now[name], value) for name, value in said.items() if now[name] != value}:
            what: Literal["added", "changed"] = "added" if now["derived_from"] is None else "changed"
            yield RelationChange(what, "derived_role", (("seat", written.entry.seat),), diff, row)


def circles(pack: Pack, register: RegisterRows) -> Iterator[Finding]:
    """Yields each derived seat of the pack that would follow from itself, by whatever way."""
    keys = register.keys
    seats = {key: (keys["body"][row.body_id], row.role) for key, row in register.rows["seat"].items()}
    seats |= {written.entry.key: (written.entry.body, written.entry.role) for written in pack.seat}
    follows = {
        key: (row.derived_from, keys["seat"].get(row.derived_seat_id))
        for key, row in register.rows["seat"].items()
        if row.derived_from is not None
    }
    follows |= {each.entry.seat: (each.entry.derived_from, each.entry.derived_seat) for each in pack.derived_role}
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, place in seats.items():
        alike[place].append(key)

    def sources(key: str) -> list[str]:
        by, source = follows.get(key, (None, None))
        if source is None or source not in seats:
            return []
        return (
            [each for each in alike[seats[source]] if each != key] if by is DerivedFrom.COORDINATING_SEAT else [source]
        )

    for written in pack.derived_role:
        seen: set[str] = set()
        waiting = sources(written.entry.seat)
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting += sources(at)
        if written.entry.seat in seen:
            at_line = written.line_of("derived_seat")
            yield Finding(written.file, at_line, "packs.fault.derived_circle", {}, "derived_seat")
