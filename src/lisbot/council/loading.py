"""A council pack beside the register: what differs, and putting it right without rewriting history.

A key says which row an entry is about. What the pack says of that row then holds; what the pack does not
mention is left alone, and no term is ever deleted: a seat's new holder ends the one before.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select

from lisbot.council import audit, spells
from lisbot.council.act import Act
from lisbot.council.entries import KINDS, REFERS_TO, Finding, Pack, PersonEntry, SeatEntry, Written
from lisbot.council.models import Body, Organisation, Person, Seat, Secretariat, Staff, Term

TABLES: dict[str, Any] = {
    "secretariat": Secretariat,
    "organisation": Organisation,
    "body": Body,
    "seat": Seat,
    "person": Person,
}
Diff = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Change:
    """One row that comes, changes or ends. `fields`: what it says now and what it will say."""

    what: Literal["added", "changed", "ended"]
    kind: str
    key: str
    name: str
    fields: Diff
    row: Any = field(default=None, compare=False)


@dataclass
class Register:
    """Every row there is, by its key; and every key by its row's id."""

    rows: dict[str, dict[str, Any]]
    keys: dict[str, dict[int, str]]
    terms: dict[tuple[str, int], list[Term]]
    staff: dict[tuple[str, str], list[Staff]]


@dataclass
class Plan:
    """What loading a pack would do. With faults, nothing is done."""

    pack: str
    changes: list[Change] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)

    def count(self, what: str) -> int:
        return sum(change.what == what for change in self.changes)


async def compare(act: Act, pack: Pack) -> Plan:
    """What loading the pack would change, and everything that is wrong with it. Changes nothing."""
    register = await look(act)
    plan = Plan(pack.name, warnings=list(pack.warnings), faults=list(pack.faults))
    plan.faults += unknown_references(pack, register)
    plan.faults += address_taken(pack, register)
    names = Names(pack, register)
    places: dict[str, int] = defaultdict(int)
    for kind in TABLES:
        for written in pack.entries(kind):
            wanted = written.entry.model_dump()
            if isinstance(written.entry, SeatEntry):
                places[written.entry.body] += 1
                if written.entry.position is None:
                    wanted["position"] = places[written.entry.body]
            row = register.rows[kind].get(written.entry.key)
            if isinstance(written.entry, PersonEntry) and row is not None and row.lang is not None:
                wanted["lang"] = row.lang  # theirs to choose, once they have
            diff = differences(kind, wanted, row, register)
            if kind == "seat" and "body" in diff and row is not None:
                values = {"from_body": diff["body"][0], "to_body": diff["body"][1]}
                at = written.line_of("body")
                plan.faults.append(Finding(written.file, at, "packs.fault.moved_seat", values, "body"))
            elif diff:
                what: Literal["added", "changed"] = "added" if row is None else "changed"
                key = written.entry.key
                plan.changes.append(Change(what, kind, key, names.of(kind, key), diff, row))
    for step in (
        *spells.terms(pack, register.terms, register.keys["person"], act.today),
        *spells.staff(pack, register.staff),
    ):
        if isinstance(step, Finding):
            (plan.warnings if step.key.startswith("packs.warning.") else plan.faults).append(step)
        else:
            name = names.of(step.kind, step.place, step.person)
            plan.changes.append(Change(step.what, step.kind, step.place, name, step.fields, step.row))
    plan.faults.sort()
    plan.warnings.sort()
    return plan


async def apply(act: Act, plan: Plan, tick: Callable[[], None] = lambda: None) -> None:
    """Carry out a plan that has no faults, and write its one line in the log."""
    assert not plan.faults
    if not plan.changes:
        return
    register = await look(act)
    ids = {kind: {key: id for id, key in keys.items()} for kind, keys in register.keys.items()}
    await let_go_of_addresses(act, plan)
    for kind in KINDS:
        # What ends or changes goes first: a seat has one holder of a rank at a time.
        for is_new in (False, True):
            rows = []
            for change in plan.changes:
                if change.kind == kind and (change.what == "added") == is_new:
                    rows.append((change, put(act, change, ids)))
                    tick()
            await act.db.flush()
            if kind in ids:
                ids[kind].update({change.key: row.id for change, row in rows})
    summary: dict[str, dict[str, list[str]]] = {}
    for change in plan.changes:
        summary.setdefault(change.kind, {}).setdefault(change.what, []).append(change.key)
    await audit.write(act, "pack.load", {"pack": plan.pack, **summary})


async def look(act: Act) -> Register:
    # What refers is read before what it refers to: a row that somebody commits in between is missed together
    # with all that hangs on it, never seen without it.
    all_terms = (await act.db.scalars(select(Term).order_by(Term.from_on))).all()
    all_staff = (await act.db.scalars(select(Staff).order_by(Staff.from_on))).all()
    rows: dict[str, dict[str, Any]] = {}
    keys: dict[str, dict[int, str]] = {}
    for kind in ("seat", "body", "organisation", "secretariat", "person"):
        table = TABLES[kind]
        found = (await act.db.scalars(select(table).order_by(table.id))).all()
        rows[kind] = {row.key: row for row in found}
        keys[kind] = {row.id: row.key for row in found}
    terms: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for term in all_terms:
        terms[keys["seat"][term.seat_id], term.rank].append(term)
    staff: dict[tuple[str, str], list[Staff]] = defaultdict(list)
    for one in all_staff:
        staff[keys["secretariat"][one.secretariat_id], keys["person"][one.person_id]].append(one)
    return Register(rows, keys, terms, staff)


def differences(kind: str, wanted: Mapping[str, Any], row: Any, register: Register) -> Diff:
    """What is to become of each column that differs, references as keys. Of a new row: all of it."""
    refers = REFERS_TO.get(kind, ())
    now = {
        name: None
        if row is None
        else register.keys[name][getattr(row, f"{name}_id")]
        if name in refers
        else getattr(row, name)
        for name in wanted
    }
    return {name: (now[name], value) for name, value in wanted.items() if row is None or now[name] != value}


def put(act: Act, change: Change, ids: Mapping[str, Mapping[str, int]]) -> Any:
    """The row of a change, made or brought to what the pack says."""
    refers = REFERS_TO.get(change.kind, ())
    values = {
        f"{name}_id" if name in refers else name: ids[name][new] if name in refers else new
        for name, (_, new) in change.fields.items()
    }
    if change.what == "added":
        if change.kind in ("term", "staff"):
            values["recorded_at"] = act.at
        if change.kind == "term" and values["to_on"] is not None:
            values["ended_at"] = act.at
        row = (TABLES | {"term": Term, "staff": Staff})[change.kind](**values)
        act.db.add(row)
        return row
    for name, value in values.items():
        setattr(change.row, name, value)
    if change.kind == "term" and "to_on" in values:
        change.row.ended_at = act.at
    return change.row


async def let_go_of_addresses(act: Act, plan: Plan) -> None:
    """Two people may trade addresses in one pack; in between, neither has one."""
    for change in plan.changes:
        if change.kind == "person" and change.what == "changed" and "email" in change.fields:
            change.row.email = None
    await act.db.flush()


def unknown_references(pack: Pack, register: Register) -> Iterator[Finding]:
    for kind, names in REFERS_TO.items():
        for written in pack.entries(kind):
            for name in names:
                key = getattr(written.entry, name)
                known = {**register.rows[name], **pack.keys.get(name, {})}
                if key not in known:
                    meant = next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.7)), None)
                    yield Finding(
                        written.file,
                        written.line_of(name),
                        "packs.fault.unknown_key" if meant is None else "packs.fault.misspelt_key",
                        {"key": key, "kind": name, "meant": meant},
                        name,
                    )


def address_taken(pack: Pack, register: Register) -> Iterator[Finding]:
    """An address belongs to somebody whom the pack does not give another one."""
    moved = {w.entry.key for w in pack.person}
    holders = {
        row.email.lower(): row
        for key, row in register.rows["person"].items()
        if row.email and key not in moved
    }
    for written in pack.person:
        if written.entry.email and (other := holders.get(written.entry.email)):
            values = {"email": written.entry.email, "name": other.name, "key": other.key}
            at = written.line_of("email")
            yield Finding(written.file, at, "packs.fault.email_taken", values, "email")


class Names:
    """What people call the rows that a pack is about."""

    def __init__(self, pack: Pack, register: Register) -> None:
        self.written: dict[str, dict[str, Written[Any]]] = {
            kind: {w.entry.key: w for w in pack.entries(kind)} for kind in TABLES
        }
        self.register = register

    def of(self, kind: str, key: str, person: str = "") -> str:
        if kind == "term":
            return f"{self.of('person', person)} – {self.of('seat', key)}"
        if kind == "staff":
            return f"{self.of('person', person)} – {self.of('secretariat', key)}"
        written = self.written[kind].get(key)
        row = self.register.rows[kind].get(key)
        if kind == "seat":
            if written is not None:
                return f"{written.entry.role}, {self.of('organisation', written.entry.organisation)}"
            if row is not None:
                organisation = self.register.keys["organisation"][row.organisation_id]
                return f"{row.role}, {self.of('organisation', organisation)}"
        found = written.entry if written is not None else row
        return key if found is None else str(found.name)
