"""Who works at a secretariat (RegUt): taken on, and until when."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Day, Email, Id, Name, Prefill, StaffId
from lisbot.council.core.periods import overlap
from lisbot.council.enums import Lang, Post
from lisbot.council.models import Person, Secretariat, Staff
from lisbot.council.register.known_people import find_by_address, is_same_name
from lisbot.council.register.new_people import new_person
from lisbot.council.register.secretariat import secretariat_view
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats
from lisbot.council.register.views.secretariats import SecretariatView


async def add_prefill(act: Act) -> Prefill:
    secretariats = await own_secretariats(act)
    return Prefill(
        values={"from_on": act.today},
        choices={"secretariat_id": secretariats},
        required=("secretariat_id",) if secretariats else (),
    )


async def add(
    act: Act,
    *,
    name: Name,
    email: Email,
    post: Post,
    from_on: Day,
    to_on: Day | None = None,
    language: Lang | None = None,
    secretariat_id: Id | None = None,
) -> SecretariatView:
    """Take somebody on at the secretariat, from a day on: they run its councils.

    Returns SecretariatView. Raises Conflict where they work there then.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    if to_on is not None and to_on < from_on:
        raise Invalid("ends_before_it_begins", field="to_on", day=from_on)
    person = await find_by_address(act, email)
    if person is None:
        person = await new_person(act, name, email, language, None)
    elif not is_same_name(person.name, name):
        act.ask_first("is_known_as", email=email, name=person.name, given=name)
    held = await act.db.scalars(
        select(Staff).where(Staff.secretariat_id == secretariat.id, Staff.person_id == person.id)
    )
    if any(overlap(from_on, to_on, each.from_on, each.to_on) for each in held):
        raise Conflict("works_there", field="email", name=person.name)
    act.ask_first("staff_runs_councils", name=person.name, day=from_on)
    row = Staff(
        secretariat_id=secretariat.id,
        person_id=person.id,
        post=post,
        from_on=from_on,
        to_on=to_on,
        recorded_at=act.at,
    )
    act.db.add(row)
    await act.db.flush()
    act.did(name=person.name)
    return await secretariat_of_person(act, secretariat, person)


async def get_staff_for(act: Act, staff_id: int) -> tuple[Staff, Person, Secretariat]:
    """Returns somebody's post at a secretariat where the member works. Raises NotFound for another's."""
    query: Any = (
        select(Staff, Person, Secretariat)
        .join(Person, Person.id == Staff.person_id)
        .join(Secretariat, Secretariat.id == Staff.secretariat_id)
        .where(Staff.id == staff_id, Staff.secretariat_id.in_(secretariats_of(act.by)))
    )
    row = (await act.db.execute(query)).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


async def end_prefill(act: Act, *, staff_id: StaffId) -> Prefill:
    _, person, secretariat = await get_staff_for(act, staff_id)
    return Prefill(about=f"{person.name} · {secretariat.name}", values={"to_on": act.today})


async def end(act: Act, *, staff_id: StaffId, to_on: Day) -> SecretariatView:
    """Say until which day somebody works at the secretariat: afterwards they run its councils no more.

    Returns SecretariatView. Raises Conflict for the last one there, Invalid for a day before they began.
    """
    row, person, secretariat = await get_staff_for(act, staff_id)
    if to_on < row.from_on:
        raise Invalid("ends_before_it_begins", field="to_on", day=row.from_on)
    if row.to_on is not None and row.to_on < act.today:
        raise Conflict("works_there_no_more", name=person.name, day=row.to_on)
    others = list(
        await act.db.scalars(
            select(Staff).where(
                Staff.secretariat_id == secretariat.id, Staff.id != row.id, Staff.from_on <= max(to_on, act.today)
            )
        )
    )
    if not is_staffed_after(row, to_on, others):
        raise Conflict("last_of_staff", field="to_on", name=person.name)
    act.ask_first("staff_ends", name=person.name, day=to_on)
    row.to_on = to_on
    await act.db.flush()
    return await secretariat_of_person(act, secretariat, person)


async def secretariat_of_person(act: Act, secretariat: Secretariat, person: Person) -> SecretariatView:
    """Returns the secretariat; the log has what was done under it and under whoever works there."""
    view = await secretariat_view(act, secretariat)
    act.concerns(f"secretariat:{secretariat.id}", f"person:{person.id}")
    return view


def is_staffed_after(row: Staff, to_on: date, others: Iterable[Staff]) -> bool:
    """Returns whether somebody else works at a secretariat without an end when one post ends on a day. Where nobody
    does already, whether it is staffed for as long as before."""
    ends = [each.to_on for each in others]
    if None in ends:
        return True
    return row.to_on is not None and max([to_on, *(end for end in ends if end is not None)]) >= row.to_on
