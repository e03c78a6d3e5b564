"""The public roster: who sits in a council today, as far as it may be published."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import BodyId, Prefill
from lisbot.council.core.periods import in_force, not_abolished, not_closed
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import Body, Organisation, Person, Seat, Term, table
from lisbot.council.register.bodies import body_ref, get_body_for, has_roster
from lisbot.council.register.publishing import may_be_published
from lisbot.council.register.seats import SEATED
from lisbot.council.register.views.consents import BodyRoster, RosterPerson, RosterSeat, RosterView
from lisbot.db import is_one_of
from lisbot.texts import sort_key

SEAT, TERM, PERSON, ORGANISATION, BODY = (table(each).c for each in (Seat, Term, Person, Organisation, Body))
# Built once: it is asked by everybody. Of a name that may not be published not even the row leaves the database.
SEATS = (
    select(
        SEAT.id,
        SEAT.body_id,
        SEAT.role,
        SEAT.standing,
        SEAT.chairs,
        SEAT.specialty,
        ORGANISATION.id.label("organisation_id"),
        ORGANISATION.name.label("organisation"),
        TERM.rank,
        TERM.from_on,
        PERSON.id.label("person_id"),
        PERSON.name,
        PERSON.email,
    )
    .select_from(table(Seat))
    .join(table(Organisation), ORGANISATION.id == SEAT.organisation_id)
    .join(table(Body), BODY.id == SEAT.body_id)
    .outerjoin(table(Term), and_(TERM.seat_id == SEAT.id, in_force(TERM, bindparam("day"))))
    .outerjoin(
        table(Person),
        and_(
            PERSON.id == TERM.person_id,
            may_be_published(TERM.person_id, BODY.secretariat_id, bindparam("day"), bindparam("moment")),
        ),
    )
    .where(
        is_one_of(SEAT.body_id, "bodies"),
        SEAT.standing.in_(SEATED),
        not_abolished(SEAT, bindparam("day")),
    )
    .order_by(SEAT.body_id, SEAT.position, SEAT.id, TERM.rank)
)


async def show(act: Act, *, body_id: BodyId | None = None) -> RosterView:
    """See who sits in a council today, or in all that are published, by name where that may be published.

    Returns RosterView. The secretariat sees it before it is published. Raises NotFound for one that is not there.
    """
    published = (Body.is_published.is_(True), not_closed(Body, act.today))
    if body_id is None:
        bodies = list(await act.db.scalars(select(Body).where(*published).options(joinedload(Body.secretariat))))
    else:
        body = await act.db.get(Body, body_id, options=[joinedload(Body.secretariat)])
        if body is None or not (has_roster(body, act.today) or may(act.by, P.KEEP_REGISTER, body_id)):
            raise NotFound
        bodies = [body]
    seats = await read_seats(act, [body.id for body in bodies])
    collate = sort_key(act.by.lang)
    shown = sorted(bodies, key=lambda body: collate(body.name))
    return RosterView(
        act.today, body_id is None, tuple(body_roster(act, body, seats.get(body.id, ())) for body in shown)
    )


async def read_seats(act: Act, body_ids: list[int]) -> dict[int, list[RosterSeat]]:
    """Returns the seats of bodies with whom may be named on them today, in their order. One statement."""
    found: dict[int, dict[int, RosterSeat]] = {}
    rows = await act.db.execute(SEATS, {"bodies": body_ids, "day": act.today, "moment": act.at})
    for row in rows:
        seats = found.setdefault(row.body_id, {})
        seat = seats.get(row.id) or RosterSeat(
            row.id, row.role, row.organisation_id, row.organisation, row.standing, row.chairs, row.specialty, False
        )
        if row.rank == 0:
            seat = replace(seat, is_held=True)
        if row.person_id is not None:
            person = RosterPerson(row.person_id, row.name, row.email or "", row.rank, row.from_on)
            seat = replace(seat, people=(*seat.people, person))
        seats[row.id] = seat
    return {body_id: list(seats.values()) for body_id, seats in found.items()}


def body_roster(act: Act, body: Body, seats: Iterable[RosterSeat]) -> BodyRoster:
    commands = ("roster.set",) if act.allows("roster.set", body.id) else ()
    return BodyRoster(
        body_ref(act, body),
        body.secretariat.name,
        body.mandate_by,
        body.mandate_on,
        body.is_published,
        body.is_published and body.is_indexable,
        tuple(seats),
        tuple(AllowedAction(name, {"body_id": body.id}) for name in commands),
    )


async def set_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    values: dict[str, Any] = {"is_published": body.is_published, "is_indexable": body.is_indexable}
    return Prefill(about=body.name, values=values, is_saved=True)


async def set_roster(
    act: Act, *, body_id: BodyId, is_published: bool = False, is_indexable: bool = False
) -> RosterView:
    """Choose whether a council's roster is published for everybody, and whether search engines may list it.

    Returns RosterView.
    """
    body = await get_body_for(act, body_id)
    body.is_published, body.is_indexable = is_published, is_indexable
    act.concerns(f"body:{body.id}")
    await act.db.flush()
    return await show(act, body_id=body.id)
