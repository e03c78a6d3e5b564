"""Comparing a pack with the register, and making the changes without rewriting history.

A key says which row an entry is about. What the pack says of that row then holds; what the pack does not
mention is left alone, and no term is ever deleted: a seat's new holder ends the one before.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from lisbot.council.core.context import Act
from lisbot.council.core.periods import overlap
from lisbot.council.log.write import write as write_log
from lisbot.council.meetings.handover import follow_seats
from lisbot.council.models import Body, OutsideParty, Person
from lisbot.council.referrals.outside_parties import send_again
from lisbot.council.register.body_receivers import hand_over_receivers
from lisbot.council.register.outside_parties import addressee
from lisbot.council.register.rows import TABLES, RegisterRows, read_register
from lisbot.packs.following import follow, hand_over
from lisbot.packs.names import Names
from lisbot.packs.processes import STAGE, StageChange, compare_processes, write_stages
from lisbot.packs.relations import RelationChange, compare_relations, coordinating
from lisbot.packs.schema import (
    KEYED,
    KINDS,
    REFERS_TO,
    BodyEntry,
    DistributionLineEntry,
    Finding,
    Pack,
    PersonEntry,
    SeatEntry,
    StaffEntry,
    TermEntry,
    Written,
    reference,
)
from lisbot.packs.terms import compare_staff, compare_terms

Held = TypeVar("Held", TermEntry, StaffEntry, DistributionLineEntry)
# When they were is written down.
RECORDED = ("person", "term", "staff", "distribution_line", "meeting_right", "coordination")
Diff = Mapping[str, tuple[Any, Any]]  # of each column that differs: what it says now, and what it will say


@dataclass(frozen=True)
class Change:
    """One row that comes, changes or ends. `name` is what people call it."""

    what: Literal["added", "changed", "ended"]
    kind: str
    key: str
    name: str
    fields: Diff
    row: Any = field(default=None, compare=False)


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
    """Returns what loading the pack would change, and everything that is wrong with it. Changes nothing."""
    register = await read_register(act)
    pack, merged = as_merged(pack, register)
    plan = Plan(pack.name, warnings=list(pack.warnings), faults=list(pack.faults))
    plan.warnings += merged
    plan.faults += unknown_references(pack, register)
    plan.faults += taken_addresses(pack, register)
    names = Names(pack, register)
    positions: dict[str, int] = defaultdict(int)
    for kind in KEYED:
        for written in pack.entries(kind):
            wanted = written.entry.model_dump()
            if isinstance(written.entry, SeatEntry):
                positions[written.entry.body] += 1
                if written.entry.position is None:
                    wanted["position"] = positions[written.entry.body]
            if isinstance(written.entry, BodyEntry):
                now = coordinating(written.entry.key, pack, register, act.today)
                wanted["secretariat"] = now or wanted["secretariat"]
            row = register.rows[kind].get(written.entry.key)
            if isinstance(written.entry, PersonEntry) and row is not None and row.lang is not None:
                wanted["lang"] = row.lang  # theirs to choose, once they have
            if isinstance(written.entry, PersonEntry) and row is not None:
                plan.warnings += keep_newer(written, wanted, row)
            diff = differences(kind, wanted, row, register)
            if kind == "seat" and "body" in diff and row is not None:
                values = {"from_body": diff["body"][0], "to_body": diff["body"][1]}
                plan.faults.append(
                    Finding(written.file, written.line_of("body"), "packs.fault.moved_seat", values, "body")
                )
            elif diff:
                what: Literal["added", "changed"] = "added" if row is None else "changed"
                key = written.entry.key
                plan.changes.append(Change(what, kind, key, names.of(kind, key), diff, row))
    for found in (
        *compare_terms(pack, register.terms, register.keys["person"], act.today),
        *compare_staff(pack, register.staff),
        *compare_relations(pack, register),
        *compare_processes(pack, register, act.today),
    ):
        if isinstance(found, Finding):
            (plan.warnings if found.key.startswith("packs.warning.") else plan.faults).append(found)
        elif isinstance(found, RelationChange):
            name = " – ".join(names.of(*each) for each in found.between)
            plan.changes.append(Change(found.what, found.kind, found.between[0][1], name, found.fields, found.row))
        elif isinstance(found, StageChange):
            name = f"{names.of('secretariat', found.secretariat)} – {found.process} – {found.name}"
            plan.changes.append(Change(found.what, STAGE, found.key, name, found.fields, found.row))
        else:
            name = names.of(found.kind, found.place, found.person)
            plan.changes.append(Change(found.what, found.kind, found.place, name, found.fields, found.row))
    plan.faults.sort()
    plan.warnings.sort()
    return plan


def as_merged(pack: Pack, register: RegisterRows) -> tuple[Pack, list[Finding]]:
    """Returns the pack with everybody as whom they turned out to be in lisbot, and a warning for each who turned out to
    be another: what the pack says of their name and address is left."""
    gone = [written for written in pack.person if written.entry.key in register.merged]
    if not gone:
        return pack, []
    warnings = []
    for written in gone:
        now = register.rows["person"][register.merged[written.entry.key]]
        values = {"name": written.entry.name, "now": now.name}
        at = written.line_of("key")
        warnings.append(Finding(written.file, at, "packs.warning.merged_here", values, "key"))
    persons = [written for written in pack.person if written.entry.key not in register.merged]
    terms = [of_whom_now(each, register) for each in pack.term]
    staff = [of_whom_now(each, register) for each in pack.staff]
    lines = [of_whom_now(each, register) for each in pack.distribution_line]
    return replace(pack, person=persons, term=terms, staff=staff, distribution_line=lines), warnings


def of_whom_now(written: Written[Held], register: RegisterRows) -> Written[Held]:
    """Returns a term, a post or a line as that of whom its person turned out to be."""
    now = register.merged.get(written.entry.person or "")
    return written if now is None else replace(written, entry=written.entry.model_copy(update={"person": now}))


async def apply(act: Act, plan: Plan, tick: Callable[[], None] = lambda: None) -> None:
    """Make the changes of a plan that has no faults, and write its one line in the log."""
    assert not plan.faults
    if not plan.changes:
        return
    register = await read_register(act)
    ids = {kind: {key: id for id, key in keys.items()} for kind, keys in register.keys.items()}
    made: dict[tuple[str, str], Any] = {}
    moved: list[Body] = []
    coordinated = {each.body_id for each in register.relations["coordination"]}
    await clear_changed_addresses(act, plan)
    for kind in KINDS:
        if kind == STAGE:
            stages = [change for change in plan.changes if change.kind == kind]
            await write_stages(act, stages, register, ids)
            for _ in stages:
                tick()
            continue
        # What ends or changes goes first: a seat has one holder of a rank at a time.
        changed = [change for change in plan.changes if change.kind == kind and change.what != "added"]
        added = [change for change in plan.changes if change.kind == kind and change.what == "added"]
        for group in (*(free_first(changed) if kind == "term" else [changed]), added):
            rows = []
            for change in group:
                rows.append((change, write_row(act, change, ids, made)))
                tick()
            await act.db.flush()
            if kind in KEYED:
                ids[kind].update({change.key: row.id for change, row in rows})
                made |= {(kind, change.key): row for change, row in rows}
            if kind == "outside_party":
                await find_addressees(act, rows)
            if kind == "coordination":
                bodies = [made.get(("body", each.key)) or register.rows["body"][each.key] for each, _ in rows]
                known = [*register.relations[kind], *(row for _, row in rows)]
                coordinated |= {row.body_id for _, row in rows}
                moved += hand_over(known, {body.id: body for body in bodies})
    added = [change for change in plan.changes if change.kind == "referral_rule" and change.what == "added"]
    ruled = {ids["body"][key] for change in added if (key := change.fields["body"][1]) is not None}
    for body_id in (ruled & coordinated) | {body.id for body in moved}:
        body = await act.db.get_one(Body, body_id)
        await hand_over_receivers(act, body.id, body.secretariat_id)
    summary: dict[str, dict[str, list[str]]] = {}
    for change in plan.changes:
        summary.setdefault(change.kind, {}).setdefault(change.what, []).append(change.key)
    await write_log(act, "pack.load", {"pack": plan.pack, **summary})
    derived = await follow(act, {each.kind for each in plan.changes})
    seats = {ids["seat"][each.key] for each in plan.changes if each.kind in ("term", "seat")}
    await follow_seats(act, seats | derived, is_bulk=True)


def free_first(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Yields terms that change, each group after those that make room for it: the database lets no two of a rank
    overlap, not even in between."""
    waiting: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for change in changes:
        waiting[change.row.seat_id, change.row.rank].append(change)
    while waiting:
        group = []
        for place, left in list(waiting.items()):
            held_up = [each for each in left if any(other is not each and is_in_way(other, each) for other in left)]
            # Those that wait for one another are left to the database, which refuses them.
            group += [each for each in left if each not in held_up] or left
            waiting[place] = held_up if len(held_up) < len(left) else []
            if not waiting[place]:
                del waiting[place]
        yield group


def is_in_way(other: Change, change: Change) -> bool:
    """Returns whether a term as it stands shares a day with another of its seat and rank as that will be."""
    was, row = other.row, change.row
    from_on, to_on = (
        change.fields[name][1] if name in change.fields else getattr(row, name) for name in ("from_on", "to_on")
    )
    return overlap(was.from_on, was.to_on, from_on, to_on)


def keep_newer(written: Written[PersonEntry], wanted: dict[str, Any], row: Person) -> Iterator[Finding]:
    """Have a person keep the name and address that lisbot gave them after the pack was written. Yields what is kept.

    What the pack says anew holds, and is remembered no longer.
    """
    if row.pack_name is None:
        return
    for column, said in (("name", row.pack_name), ("email", row.pack_email or None)):
        if wanted[column] == said != getattr(row, column):
            wanted[column] = getattr(row, column)
            values = {"name": row.name, "given": said or "–", "now": getattr(row, column) or "–"}
            yield Finding(written.file, written.line_of(column), "packs.warning.changed_here", values, column)


def differences(kind: str, wanted: Mapping[str, Any], row: Any, register: RegisterRows) -> Diff:
    """Returns what is to become of each column that differs, references as keys. Of a new row: all of it."""
    refers = REFERS_TO.get(kind, {})
    now = {
        name: None
        if row is None
        else register.keys[refers[name]][getattr(row, f"{name}_id")]
        if name in refers
        else getattr(row, name)
        for name in wanted
    }
    return {name: (now[name], value) for name, value in wanted.items() if row is None or now[name] != value}


def write_row(
    act: Act, change: Change, ids: Mapping[str, Mapping[str, int]], made: Mapping[tuple[str, str], Any]
) -> Any:
    """Make the row of a change, or bring it to what the pack says. Returns it. `made`: the rows of this load."""
    refers = REFERS_TO.get(change.kind, {})
    values: dict[str, Any] = {
        f"{name}_id" if name in refers else name: ids[refers[name]][new] if name in refers and new is not None else new
        for name, (_, new) in change.fields.items()
    }
    if change.kind == "derived_role":
        row = change.row if change.row is not None else made["seat", change.key]
        for name, value in values.items():
            setattr(row, name, value)
        return row
    if change.what == "added":
        if change.kind in RECORDED:
            values["recorded_at"] = act.at
        if change.kind == "term" and values["to_on"] is not None:
            values["ended_at"] = act.at
        if change.kind == "coordination" and values["from_on"] <= act.today:
            values["in_effect_at"] = act.at
        row = TABLES[change.kind](**values)
        act.db.add(row)
        return row
    for name, value in values.items():
        setattr(change.row, name, value)
    if change.kind == "person" and change.row.pack_name is not None:
        # What the pack says now is newer than what lisbot has changed since.
        change.row.pack_name = values.get("name", change.row.pack_name)
        change.row.pack_email = values.get("email", change.row.pack_email)
    if change.kind == "term":
        change.row.changed_at = act.at
        if "to_on" in values:
            change.row.ended_at = act.at
    return change.row


async def clear_changed_addresses(act: Act, plan: Plan) -> None:
    """Take away every address that changes: two people may trade theirs in one pack, and no two have the same."""
    for change in plan.changes:
        if change.kind == "person" and change.what == "changed" and "email" in change.fields:
            change.row.email = None
    await act.db.flush()


async def find_addressees(act: Act, rows: Sequence[tuple[Change, OutsideParty]]) -> None:
    """Find whom messages to parties outside are made for; what waits for an answer goes to a new address too."""
    for change, party in rows:
        if "email" in change.fields:
            was, party.person_id = party.person_id, await addressee(act, party)
            await act.db.flush()
            if change.what == "changed" and party.person_id not in (None, was):
                await send_again(act, party)


def unknown_references(pack: Pack, register: RegisterRows) -> Iterator[Finding]:
    """Yields each key that neither the pack nor the register has, with the one that may be meant."""
    known = {
        kind: {
            **register.rows[kind],
            **pack.keys.get(kind, {}),
            **{each.entry.key: each for each in pack.entries(kind)},
        }
        for kind in KEYED
    }
    for kind, columns in REFERS_TO.items():
        for written in pack.entries(kind):
            for name, named in columns.items():
                key = reference(written.entry, name)
                if key is not None and key not in known[named]:
                    meant = next(iter(difflib.get_close_matches(key, known[named], n=1, cutoff=0.7)), None)
                    yield Finding(
                        written.file,
                        written.line_of(name),
                        "packs.fault.unknown_key" if meant is None else "packs.fault.misspelt_key",
                        {"key": key, "kind": named, "meant": meant},
                        name,
                    )


def taken_addresses(pack: Pack, register: RegisterRows) -> Iterator[Finding]:
    """Yields each address that belongs to somebody whom the pack does not give another one."""
    rows = register.rows["person"]
    moved = {w.entry.key for w in pack.person if not is_kept(w.entry, rows.get(w.entry.key))}
    holders = {email: rows[key] for email, key in register.further.items()}
    holders |= {row.email.lower(): row for key, row in rows.items() if row.email and key not in moved}
    for written in pack.person:
        other = holders.get(written.entry.email) if written.entry.email else None
        if (
            other is not None
            and other.key != written.entry.key
            and not is_kept(written.entry, rows.get(written.entry.key))
        ):
            values = {"email": written.entry.email, "name": other.name, "key": other.key}
            yield Finding(written.file, written.line_of("email"), "packs.fault.email_taken", values, "email")


def is_kept(entry: PersonEntry, row: Person | None) -> bool:
    """Returns whether somebody keeps the address that lisbot gave them after the pack was written."""
    return row is not None and row.pack_name is not None and entry.email == (row.pack_email or None) != row.email
