"""Who is asked for agenda items, and who has answered: one query for every count, list and task of a call.

A call asks the voting seats that somebody speaks for today. One answer, a proposal or "no items from us", is the
person's, and answers for every seat of theirs in the body.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import aliased

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.enums import ProposalState, Standing
from lisbot.council.models import CallDecline, Meeting, Organisation, Person, Proposal, Seat, Term
from lisbot.council.register.speaking import speaks_for_seat


def asked_seats(day: date, *which: ColumnElement[bool]) -> Select[int, int, int, int, bool, bool]:
    """Returns the query for the seats that the calls of some meetings ask, in their order: of which meeting and body,
    who speaks for them on a day, and whether that person has proposed something and has declined."""
    other = aliased(Term)
    own_seats = select(other.seat_id).where(
        other.person_id == Term.person_id, in_force(other, day), speaks_for_seat(other, day)
    )
    own_seats = own_seats.correlate(Term)
    proposed = select(Proposal.id).where(
        or_(Proposal.sent_for_id == Meeting.id, Proposal.meeting_id == Meeting.id),
        Proposal.state != ProposalState.WITHDRAWN,
        Proposal.seat_id.in_(own_seats),
    )
    declined = select(CallDecline.id).where(CallDecline.meeting_id == Meeting.id, CallDecline.seat_id.in_(own_seats))
    return (
        select(
            Meeting.id.label("meeting_id"),
            Meeting.body_id.label("body_id"),
            Seat.id.label("seat_id"),
            Term.person_id.label("person_id"),
            proposed.correlate(Meeting, Term).exists().label("has_proposed"),
            declined.correlate(Meeting, Term).exists().label("has_declined"),
        )
        .join(Seat, and_(Seat.body_id == Meeting.body_id, Seat.standing == Standing.VOTING))
        .join(Term, and_(Term.seat_id == Seat.id, in_force(Term, day), speaks_for_seat(Term, day)))
        .where(*which)
    )


def is_open() -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that a meeting's call is open."""
    return (
        Meeting.call_opened_at.is_not(None),
        Meeting.call_closed_at.is_(None),
        Meeting.cancelled_at.is_(None),
    )


def silent_seats(day: date, *which: ColumnElement[bool]) -> CTE:
    """Returns those of the seats that open calls ask which have not answered."""
    asked = asked_seats(day, *is_open(), *which).subquery("asked")
    return select(asked).where(~asked.c.has_proposed, ~asked.c.has_declined).cte("silent")


async def read_asked(act: Act, meeting: Meeting) -> list[Any]:
    """Returns the seats that one meeting's call asks, with their names. One statement."""
    asked = asked_seats(act.today, Meeting.id == meeting.id).subquery("asked")
    rows = await act.db.execute(
        select(asked, Seat.role, Organisation.name.label("organisation"), Person.name.label("holder"))
        .join(Seat, Seat.id == asked.c.seat_id)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .join(Person, Person.id == asked.c.person_id)
        .order_by(Seat.position, Seat.id)
    )
    return list(rows)


async def take_back_declines(act: Act, meeting_id: int, seat_ids: Iterable[int | None]) -> None:
    """Take back the "no items from us" of somebody's seats: they have proposed something after all."""
    await act.db.execute(
        delete(CallDecline).where(CallDecline.meeting_id == meeting_id, CallDecline.seat_id.in_(list(seat_ids)))
    )
