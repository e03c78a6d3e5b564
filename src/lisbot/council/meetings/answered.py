"""Whether somebody who is to be reminded has answered since: a reminder may wait for the morning, and who has answered
meanwhile does not get it. A statement for each kind of thing, however many messages are looked at."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.periods import in_force
from lisbot.council.enums import DeputyResponse, FollowUpState, MinutesState
from lisbot.council.meetings.call_answers import silent_seats
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    FollowUp,
    Meeting,
    MinutesComment,
    Person,
    RollEntry,
    Seat,
    Term,
    Vote,
)

Silent = Callable[[Collection[int], datetime, date, Collection[int]], Any]


class Reminded(Protocol):
    """A reminder to one recipient, as far as it is looked at here."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def args(self) -> Any: ...
    @property
    def person_id(self) -> int | None: ...


def silent_in_calls(ids: Collection[int], _at: datetime, today: date, _people: Collection[int]) -> Any:
    seats = silent_seats(today, Meeting.id.in_(ids), Meeting.call_closes_on >= today)
    return select(seats.c.meeting_id, seats.c.person_id)


def silent_about_notices(ids: Collection[int], _at: datetime, _today: date, _people: Collection[int]) -> Any:
    return select(Attendance.meeting_id, Attendance.person_id).where(
        Attendance.meeting_id.in_(ids), Attendance.response.is_(None)
    )


def silent_deputies(ids: Collection[int], _at: datetime, _today: date, _people: Collection[int]) -> Any:
    return select(Attendance.meeting_id, Attendance.deputy_id).where(
        Attendance.meeting_id.in_(ids), Attendance.deputy_response == DeputyResponse.ASKED
    )


def silent_in_votes(ids: Collection[int], at: datetime, today: date, _people: Collection[int]) -> Any:
    """Whoever holds a seat that has not answered, or is its deputy: which of them answers was settled when the
    reminder was written."""
    return (
        select(Vote.id, Term.person_id)
        .join(RollEntry, RollEntry.vote_id == Vote.id)
        .join(Term, and_(Term.seat_id == RollEntry.seat_id, in_force(Term, today)))
        .where(
            Vote.id.in_(ids),
            Vote.closed_at.is_(None),
            or_(Vote.closes_at.is_(None), Vote.closes_at > at),
            RollEntry.answered.is_(False),
            RollEntry.recused.is_(False),
        )
    )


def silent_about_minutes(ids: Collection[int], _at: datetime, today: date, people: Collection[int]) -> Any:
    commented = select(MinutesComment.id).where(
        MinutesComment.meeting_id == Meeting.id,
        MinutesComment.by_id == Person.id,
        or_(Meeting.minutes_at.is_(None), MinutesComment.at >= Meeting.minutes_at),
    )
    return (
        select(Meeting.id, Person.id)
        .join(Person, Person.id.in_(people))
        .where(
            Meeting.id.in_(ids),
            Meeting.minutes_state == MinutesState.COMMENTS,
            Meeting.comments_until >= today,
            ~commented.exists(),
        )
    )


def asked_what_they_did(states: Collection[FollowUpState]) -> Silent:
    """Returns what reads whoever represents, in some bodies, an organisation that has still to say what it did with
    what came of a case, or has answered one of these."""

    def still_asked(ids: Collection[int], _at: datetime, today: date, people: Collection[int]) -> Any:
        return (
            select(Seat.body_id, Term.person_id)
            .join(Term, Term.seat_id == Seat.id)
            .join(Meeting, Meeting.body_id == Seat.body_id)
            .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
            .join(FollowUp, and_(FollowUp.item_id == AgendaItem.id, FollowUp.organisation_id == Seat.organisation_id))
            .where(
                Seat.body_id.in_(ids),
                Term.person_id.in_(people),
                in_force(Term, today),
                Meeting.cancelled_at.is_(None),
                FollowUp.asked_at.is_not(None),
                FollowUp.done_on.is_(None),
                FollowUp.due_on.is_(None),
                or_(FollowUp.answer.is_(None), FollowUp.answer.in_(states)),
            )
        )

    return still_asked


# What is read for each kind of reminder, and the argument that says of which thing.
SILENCE: dict[str, tuple[str, Silent]] = {
    "call_reminder": ("meeting_id", silent_in_calls),
    "notice_reminder": ("meeting_id", silent_about_notices),
    "deputy_reminder": ("meeting_id", silent_deputies),
    "vote_reminder": ("vote_id", silent_in_votes),
    "vote_reminder_open": ("vote_id", silent_in_votes),
    "comments_reminder": ("meeting_id", silent_about_minutes),
    "follow_up_asked": ("body_id", asked_what_they_did(())),
    "follow_up_asked_again": ("body_id", asked_what_they_did((FollowUpState.WILL_BE, FollowUpState.WAITS))),
}


async def answered_meanwhile(db: AsyncSession, reminders: Sequence[Reminded], at: datetime, today: date) -> set[int]:
    """Returns the ids of those of the reminders whose recipients have answered, or whose deadline is past."""
    found: set[int] = set()
    for kind, (argument, silent) in SILENCE.items():
        of_kind = [each for each in reminders if each.kind == kind]
        if not of_kind:
            continue
        ids = sorted({each.args[argument] for each in of_kind})
        people = sorted({each.person_id for each in of_kind if each.person_id is not None})
        still = {(row[0], row[1]) for row in await db.execute(silent(ids, at, today, people))}
        found |= {each.id for each in of_kind if (each.args[argument], each.person_id) not in still}
    return found
