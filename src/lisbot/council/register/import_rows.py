"""The rows that a spreadsheet makes in the register, and taking them back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, exists, func, select

from lisbot.council.core.context import Act, Hold, Role
from lisbot.council.core.errors import Conflict
from lisbot.council.core.periods import not_closed
from lisbot.council.enums import Authority
from lisbot.council.models import (
    ActionLink,
    Base,
    Body,
    ConsentRequest,
    Delivery,
    FormerTerm,
    InboundMail,
    Organisation,
    Person,
    PersonAddress,
    Seat,
    Secretariat,
    Term,
    table,
)
from lisbot.council.register.import_plan import ImportPlan, KnownRegister, PlannedSeat
from lisbot.council.register.kept_people import workplace_of_other
from lisbot.council.register.keys import key_of, next_key

KINDS: dict[str, Any] = {"term": Term, "seat": Seat, "person": Person, "body": Body, "organisation": Organisation}
BATCH = 500  # ids in one statement


async def read_known(act: Act, secretariat_id: int) -> KnownRegister:
    """Returns what the register has that a spreadsheet of this secretariat may be about."""
    known = KnownRegister()
    bodies = select(Body.id, Body.name).where(Body.secretariat_id == secretariat_id, not_closed(Body, act.today))
    known.bodies = {row.id: row.name for row in await act.db.execute(bodies.order_by(Body.id))}
    rows = await act.db.execute(select(Organisation.id, Organisation.name, Organisation.short_name))
    known.organisations = {row.id: (row.name, row.short_name) for row in rows}
    addresses: dict[int, set[str]] = defaultdict(set)
    further = select(PersonAddress.person_id, PersonAddress.email).where(PersonAddress.removed_at.is_(None))
    for row in await act.db.execute(further):
        addresses[row.person_id].add(row.email)
    people = select(Person.id, Person.name, Person.email, workplace_of_other(act)).where(
        Person.merged_into_id.is_(None), Person.erased_at.is_(None)
    )
    for person_id, name, email, workplace in await act.db.execute(people.order_by(Person.id)):
        own = {email.lower()} if email else set()
        known.people[person_id] = (name, frozenset(addresses[person_id] | own))
        if workplace is not None:
            known.elsewhere[person_id] = workplace
    seats = (
        select(Seat.body_id, Seat.organisation_id, Seat.role, Seat.specialty, Seat.id, Seat.chairs)
        .join(Body, Body.id == Seat.body_id)
        .where(Body.secretariat_id == secretariat_id, Seat.abolished_on.is_(None))
        .order_by(Seat.id)
    )
    known.seats = [tuple(row) for row in await act.db.execute(seats)]  # type: ignore[misc]
    terms = (
        select(Term.seat_id, Term.person_id, Term.rank, Term.from_on, Term.to_on)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .where(Body.secretariat_id == secretariat_id)
    )
    for seat_id, *term in await act.db.execute(terms):
        known.terms.setdefault(seat_id, []).append(tuple(term))  # type: ignore[arg-type]
    return known


async def make_rows(act: Act, plan: ImportPlan, secretariat: Secretariat) -> dict[str, Any]:
    """Make what a plan says. Returns the ids of the rows by kind, and under "told" what they are called."""
    taken = {kind: set(await act.db.scalars(select(KINDS[kind].key))) for kind in KINDS if kind != "term"}
    made: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for organisation in plan.organisations:
        if organisation.id is None:
            made["organisation"].append((organisation, new_organisation(organisation, secretariat, taken)))
    for body in plan.bodies:
        if body.id is None:
            key = next_key(key_of(body.name), taken["body"])
            made["body"].append((body, new_body(key, body.name, secretariat)))
    await keep(act, made["organisation"])
    await keep(act, made["body"])
    for person in plan.people:
        if person.id is None:
            row = Person(
                key=next_key(key_of(person.name), taken["person"]),
                name=person.name,
                email=person.email or None,
                lang=person.language or None,
                organisation_id=person.organisation.id if person.organisation else None,
                recorded_at=act.at,
            )
            made["person"].append((person, row))
    await keep(act, made["person"])
    last = select(Seat.body_id, func.max(Seat.position)).group_by(Seat.body_id)
    positions: dict[int, int] = dict([tuple(row) for row in await act.db.execute(last)])  # type: ignore[misc]
    for seat in plan.seats:
        if seat.id is None:
            made["seat"].append((seat, new_seat_row(seat, taken["seat"], positions)))
    await keep(act, made["seat"])
    for seat in plan.seats:
        for term in seat.terms:
            if not term.is_there and term.person is not None:
                held = Term(
                    seat_id=seat.id,
                    person_id=term.person.id,
                    rank=term.rank,
                    from_on=term.from_on,
                    to_on=term.to_on,
                    recorded_at=act.at,
                    ended_at=act.at if term.to_on else None,
                )
                made["term"].append((None, held))
    await keep(act, made["term"])
    act.by = replace(act.by, holds=(*act.by.holds, *(Hold(Role.SECRETARY, row.id) for _, row in made["body"])))
    told = {kind: [each.name for each, _ in made[kind]] for kind in ("body", "organisation", "person")}
    ids: dict[str, Any] = {kind: [row.id for _, row in rows] for kind, rows in made.items()}
    return ids | {"told": {**told, "left_out": [list(each) for each in plan.left_out]}}


async def keep(act: Act, made: Iterable[tuple[Any, Any]]) -> None:
    """Write rows, and give the planned things their ids."""
    pairs = list(made)
    act.db.add_all([row for _, row in pairs])
    await act.db.flush()
    for planned, row in pairs:
        if planned is not None:
            planned.id = row.id


def new_organisation(planned: Any, secretariat: Secretariat, taken: Mapping[str, set[str]]) -> Organisation:
    return Organisation(
        key=next_key(key_of(planned.name), taken["organisation"]),
        name=planned.name,
        short_name=planned.name,
        kind=planned.kind,
        region=secretariat.region,
    )


def new_body(key: str, name: str, secretariat: Secretariat) -> Body:
    return Body(
        key=key,
        secretariat_id=secretariat.id,
        name=name,
        kind="",
        region=secretariat.region,
        authority=Authority.ADVISORY,
        lang="nb",
        standing_items=[],
    )


def new_seat_row(seat: PlannedSeat, taken: set[str], positions: dict[int, int]) -> Seat:
    assert seat.body.id is not None
    positions[seat.body.id] = positions.get(seat.body.id, 0) + 1
    return Seat(
        key=next_key(key_of(f"{seat.body.name} {seat.organisation.name} {seat.role}"), taken),
        body_id=seat.body.id,
        organisation_id=seat.organisation.id,
        role=seat.role,
        standing=seat.standing,
        chairs=seat.chairs,
        position=positions[seat.body.id],
        specialty=seat.specialty,
        credentials=[],
    )


async def take_back_questions(act: Act, request_ids: Iterable[int], asked_at: datetime | None) -> None:
    """Ask no longer for the consent that a spreadsheet asked people for and nobody has answered, with the messages that
    asked for it and their links. What was answered stays: who answered is in use."""
    for ids in in_batches(list(request_ids)):
        is_open = (ConsentRequest.id.in_(ids), ConsentRequest.answered_at.is_(None))
        people = list(await act.db.scalars(select(ConsentRequest.person_id).where(*is_open)))
        messages = select(Delivery.id).where(
            Delivery.kind == "consent_asked",
            Delivery.person_id.in_(people),
            Delivery.made_at == asked_at,
            ~exists().where(InboundMail.delivery_id == Delivery.id),
        )
        found = list(await act.db.scalars(messages))
        await act.db.execute(delete(ConsentRequest).where(*is_open))
        await act.db.execute(delete(ActionLink).where(ActionLink.delivery_id.in_(found)))
        await act.db.execute(delete(Delivery).where(Delivery.id.in_(found)))


async def remove_rows(act: Act, made: Mapping[str, Any]) -> None:
    """Remove the rows that a spreadsheet made, and what was known of its terms since.

    Raises Conflict where something else refers to one of them since, naming it.
    """
    await require_unused(act, made)
    for ids in in_batches(made["term"]):
        await act.db.execute(delete(FormerTerm).where(FormerTerm.term_id.in_(ids)))
    for kind, model in KINDS.items():
        for ids in in_batches(made[kind]):
            await act.db.execute(delete(model).where(model.id.in_(ids)))
    await act.db.flush()


async def require_unused(act: Act, made: Mapping[str, Any]) -> None:
    """Raises Conflict where a row that the spreadsheet did not make refers to one that it did, and where a term that
    it made was changed since."""
    for ids in in_batches(made["term"]):
        changed = select(Term.id).where(Term.id.in_(ids), Term.changed_at.is_not(None))
        if await act.db.scalar(changed.limit(1)) is not None:
            raise Conflict("import_in_use")
    own: dict[Table, tuple[str, set[int]]] = {table(model): (kind, set(made[kind])) for kind, model in KINDS.items()}
    own[table(FormerTerm)] = ("former_term", set())
    for ids in in_batches(made["term"]):
        own[table(FormerTerm)][1].update(await act.db.scalars(select(FormerTerm.id).where(FormerTerm.term_id.in_(ids))))
    for referring in Base.metadata.sorted_tables:
        for column in referring.columns:
            for key in column.foreign_keys:
                target = own.get(key.column.table)
                if target is None or not target[1]:
                    continue
                mine = own.get(referring, ("", set()))[1]
                for ids in in_batches(sorted(target[1])):
                    await require_none(act, referring, column, ids, mine)


async def require_none(act: Act, referring: Table, column: Any, ids: list[int], mine: set[int]) -> None:
    chosen = [referring.c.id] if "id" in referring.c else [column]
    found = await act.db.scalars(select(*chosen).where(column.in_(ids)))
    if "id" not in referring.c:
        mine = set()
    if any(each not in mine for each in found):
        raise Conflict("import_in_use")


def in_batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
