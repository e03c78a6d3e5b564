"""Seats that stand empty: their organisation is reminded as long as nobody is reported, as often as the body's plan
reminds before a term ends."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import SeatId
from lisbot.council.core.periods import in_force, not_abolished, not_closed, not_over
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import ReminderKind, ReminderStage, SeatChangeState, Standing
from lisbot.council.models import Body, LineConfirmation, Person, Seat, SeatChange, Term, table
from lisbot.council.register.seats import SEATED, seat_name
from lisbot.council.register.speaking import speaks_for_seat
from lisbot.council.reminders.reminder_plans import read_plans

SHORTEST = 7  # days between two reminders of one seat
REPORTING = (Standing.VOTING, Standing.NONVOTING)  # seats whose holders may report a change


def is_vacant(today: date) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that somebody held a seat, nobody does, and nobody is reported or to begin."""
    held = exists().where(Term.seat_id == Seat.id, Term.rank == 0)
    lasts = exists().where(Term.seat_id == Seat.id, Term.rank == 0, not_over(Term, today))
    reported = exists().where(
        SeatChange.seat_id == Seat.id,
        SeatChange.rank == 0,
        SeatChange.name != "",
        SeatChange.state == SeatChangeState.REPORTED,
    )
    return (
        Seat.standing.in_(SEATED),
        Seat.derived_from.is_(None),
        not_abolished(Seat, today),
        held,
        ~lasts,
        ~reported,
    )


async def due_to_remind_of(
    db: AsyncSession, at: datetime, tz: ZoneInfo, seat_id: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """Returns the seats that stand empty, whose organisation was not reminded lately and has somebody to remind, as
    arguments to seat.remind_of_vacancy. `seat_id`: this one alone."""
    today = at.astimezone(tz).date()
    query = (
        select(Seat.id, Seat.body_id, Seat.vacancy_reminded_at)
        .join(Body, Body.id == Seat.body_id)
        .where(*is_vacant(today), not_closed(Body, today))
        .order_by(Seat.id)
    )
    if seat_id is not None:
        query = query.where(Seat.id == seat_id)
    rows = (await db.execute(query)).all()
    plans = await read_plans(db, {row.body_id for row in rows}) if rows else {}
    due = [
        row.id
        for row in rows
        if (days := plans[row.body_id][ReminderKind.TERM_END].get(ReminderStage.FIRST)) is not None
        and is_time(row.vacancy_reminded_at, days, at, tz)
    ]
    # Of a seat with nobody to remind nothing is written: that is the secretariat's to see, and its organisation is
    # reminded once there is somebody.
    return [
        {"seat_id": each}
        for each in due
        if await reporters_of(db, each, today) or await leader_of(db, each) is not None
    ]


def is_time(reminded_at: datetime | None, days: int, at: datetime, tz: ZoneInfo) -> bool:
    """Returns whether a plan's days have passed since the last reminder."""
    if reminded_at is None:
        return True
    return at.astimezone(tz).date() - reminded_at.astimezone(tz).date() >= timedelta(days=max(days, SHORTEST))


async def next_vacancy(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns None: it is looked once a day."""
    return None


async def remind_of_vacancy(act: Act, *, seat_id: SeatId) -> None:
    """Remind an organisation that its seat stands empty: whoever in its line of management confirmed a change last, and
    those of it who may report one. Raises Conflict where it is reported, taken, or was reminded of lately, and where
    there is nobody to remind."""
    query = (
        select(Seat)
        .where(Seat.id == seat_id)
        .options(joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation))
        .with_for_update(of=Seat)
    )
    seat = await act.db.scalar(query)
    if seat is None:
        raise NotFound
    gate(act, seat.body_id)
    if not await due_to_remind_of(act.db, act.at, act.tz, seat.id):
        raise Conflict("reminder_not_due")
    ended: date | None = await act.db.scalar(
        select(func.max(Term.to_on)).where(Term.seat_id == seat.id, Term.rank == 0)
    )
    seat.vacancy_reminded_at = act.at
    await act.db.flush()
    facts: dict[str, Any] = {
        "seat": seat_name(seat),
        "body": seat.body.name,
        "secretariat": seat.body.secretariat.name,
        "until_on": ended,
    }
    own = await reporters_of(act.db, seat.id, act.today)
    await notify(
        act,
        "vacancy_reminder",
        people=own,
        command="register.show",
        args={"body_id": seat.body_id},
        body_id=seat.body_id,
        **facts,
    )
    leader = await leader_of(act.db, seat.id)
    await notify(act, "vacancy_reminder", people={leader} - own if leader else (), body_id=seat.body_id, **facts)


async def reporters_of(db: AsyncSession, seat_id: int, today: date) -> set[int]:
    """Returns those of a seat's organisation who may report a change in its body: whoever speaks for a seat there, this
    one's first deputy among them."""
    vacant = table(Seat).alias()
    query = (
        select(Term.person_id)
        .join(Seat, Seat.id == Term.seat_id)
        .join(vacant, and_(vacant.c.body_id == Seat.body_id, vacant.c.organisation_id == Seat.organisation_id))
        .where(
            vacant.c.id == seat_id,
            Seat.standing.in_(REPORTING),
            not_abolished(Seat, today),
            in_force(Term, today),
            speaks_for_seat(Term, today),
        )
    )
    return set(await db.scalars(query))


async def leader_of(db: AsyncSession, seat_id: int) -> int | None:
    """Returns who in the line of management of a seat's organisation last confirmed a change to the same secretariat,
    and is still somebody."""
    vacant, its_body = table(Seat).alias(), table(Body).alias()
    other, body = table(Seat).alias(), table(Body).alias()
    query = (
        select(LineConfirmation.person_id)
        .join(SeatChange, SeatChange.id == LineConfirmation.seat_change_id)
        .join(Person, Person.id == LineConfirmation.person_id)
        .join(other, other.c.id == SeatChange.seat_id)
        .join(body, body.c.id == other.c.body_id)
        .join(vacant, vacant.c.organisation_id == other.c.organisation_id)
        .join(its_body, and_(its_body.c.id == vacant.c.body_id, its_body.c.secretariat_id == body.c.secretariat_id))
        .where(vacant.c.id == seat_id, LineConfirmation.is_confirmed.is_(True), Person.erased_at.is_(None))
        .order_by(LineConfirmation.answered_at.desc())
        .limit(1)
    )
    found: int | None = await db.scalar(query)
    return found
