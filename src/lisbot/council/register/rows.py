"""The whole register by its keys, for whatever brings it to what somebody else keeps: the import of packs."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from lisbot.council.core.context import Act
from lisbot.council.models import (
    Body,
    Coordination,
    DistributionLine,
    MeetingRight,
    Organisation,
    OutsideParty,
    Person,
    PersonAddress,
    Process,
    ProcessStage,
    ProcessVersion,
    ReferralRule,
    Seat,
    Secretariat,
    Staff,
    Term,
)

# The tables whose rows have a key, by the kind of thing. What refers is read before what it refers to: of a row
# that somebody commits in between, all that hangs on it is missed too, so that it is never seen without its own.
KEYED: dict[str, Any] = {
    "seat": Seat,
    "body": Body,
    "organisation": Organisation,
    "secretariat": Secretariat,
    "person": Person,
}
# Those whose rows say what holds between others, and have no key.
RELATIONS: dict[str, Any] = {
    "referral_rule": ReferralRule,
    "distribution_line": DistributionLine,
    "meeting_right": MeetingRight,
    "coordination": Coordination,
}
TABLES: dict[str, Any] = KEYED | RELATIONS | {"term": Term, "staff": Staff, "outside_party": OutsideParty}


NEWEST = (
    select(ProcessVersion.process_id, func.max(ProcessVersion.number).label("number"))
    .group_by(ProcessVersion.process_id)
    .subquery()
)
STAGES_NOW = (
    select(ProcessStage, ProcessVersion.process_id)
    .join(ProcessVersion, ProcessVersion.id == ProcessStage.version_id)
    .join(NEWEST, (NEWEST.c.process_id == ProcessVersion.process_id) & (NEWEST.c.number == ProcessVersion.number))
    .order_by(ProcessStage.position, ProcessStage.number)
)


def party_key(secretariat: str, name: str) -> str:
    """Returns what a party outside is known by: it has no key of its own, and its name is its secretariat's."""
    return f"{secretariat}: {name}"


def party_name(key: str) -> str:
    """Returns the name in the key of a party outside. A secretariat's key has no colon."""
    return key.partition(": ")[2]


def process_key(secretariat: str, name: str) -> str:
    """Returns what a change process is known by: its name is its secretariat's, too."""
    return f"{secretariat}: {name}"


def stage_key(process: str, number: int) -> str:
    """Returns what a stage is known by: the key of its process, and its number there."""
    return f"{process}: {number}"


@dataclass(frozen=True)
class RegisterRows:
    """Every row of the register.

    rows    by kind and key
    keys    the key of each row by kind and id
    terms   by the seat's key and the rank, in the order of their from-dates
    staff   by the secretariat's key and the person's, likewise
    relations  the rows of the tables whose rows have no key, by kind, in the order they were made
    processes  the change processes by key
    stages  of each change process, by its key, those of the version that cases are put into now
    merged  the key of whom each person turned out to be, by the key of who they were
    further the key of whoever has an address beside the one they are written to, by address
    """

    rows: dict[str, dict[str, Any]]
    keys: dict[str, dict[int, str]]
    terms: dict[tuple[str, int], list[Term]]
    staff: dict[tuple[str, str], list[Staff]]
    relations: dict[str, list[Any]]
    processes: dict[str, Process]
    stages: dict[str, list[ProcessStage]]
    merged: dict[str, str]
    further: dict[str, str]


async def read_register(act: Act) -> RegisterRows:
    """Returns every row of the register. For an operator alone: nothing is kept from whoever reads it."""
    relations: dict[str, list[Any]] = {}
    for kind, table in RELATIONS.items():
        relations[kind] = list(await act.db.scalars(select(table).order_by(table.id)))
    stages_now = (await act.db.execute(STAGES_NOW)).all()
    all_processes = (await act.db.scalars(select(Process).order_by(Process.id))).all()
    parties = (await act.db.scalars(select(OutsideParty).order_by(OutsideParty.id))).all()
    all_terms = (await act.db.scalars(select(Term).order_by(Term.from_on))).all()
    all_staff = (await act.db.scalars(select(Staff).order_by(Staff.from_on))).all()
    rows: dict[str, dict[str, Any]] = {}
    keys: dict[str, dict[int, str]] = {}
    for kind, table in KEYED.items():
        found = (await act.db.scalars(select(table).order_by(table.id))).all()
        rows[kind] = {row.key: row for row in found}
        keys[kind] = {row.id: row.key for row in found}
    keys["outside_party"] = {
        each.id: party_key(keys["secretariat"][each.secretariat_id], each.name) for each in parties
    }
    rows["outside_party"] = {keys["outside_party"][each.id]: each for each in parties}
    process_keys = {each.id: process_key(keys["secretariat"][each.secretariat_id], each.name) for each in all_processes}
    processes = {process_keys[each.id]: each for each in all_processes}
    stages: dict[str, list[ProcessStage]] = defaultdict(list)
    for stage, process_id in stages_now:
        stages[process_keys[process_id]].append(stage)
    terms: dict[tuple[str, int], list[Term]] = defaultdict(list)
    for term in all_terms:
        terms[keys["seat"][term.seat_id], term.rank].append(term)
    staff: dict[tuple[str, str], list[Staff]] = defaultdict(list)
    for one in all_staff:
        staff[keys["secretariat"][one.secretariat_id], keys["person"][one.person_id]].append(one)
    merged: dict[str, str] = {}
    for person in rows["person"].values():
        at = person
        while at.merged_into_id is not None:
            at = rows["person"][keys["person"][at.merged_into_id]]
        if at is not person:
            merged[person.key] = at.key
    addresses = await act.db.scalars(select(PersonAddress).where(PersonAddress.removed_at.is_(None)))
    further = {each.email: keys["person"][each.person_id] for each in addresses}
    return RegisterRows(rows, keys, terms, staff, relations, processes, stages, merged, further)
