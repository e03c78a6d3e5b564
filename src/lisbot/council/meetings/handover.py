"""What follows for coming meetings when somebody else speaks for a seat: the answer to the notice is asked for anew,
and the newcomer is told what is still of use.

The attendance lines are the schedule: a line belongs to whoever it was written for, and is due when somebody else
speaks for the seat on the meeting's day.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.periods import holds_on, in_force, not_abolished
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import DeliveryState, DeputyResponse, MinutesState, Standing
from lisbot.council.meetings.concerned import AUDIENCE, Concerned, concerned_by, tell_in_words
from lisbot.council.meetings.invitations import attendance_row, invite
from lisbot.council.meetings.upcoming import NOTICE_HOUR
from lisbot.council.models import Attendance, Body, CalendarEntry, Delivery, Meeting, RollEntry, Seat, Term, Vote, table
from lisbot.council.register.seats import seat_name, seats_on
from lisbot.council.register.views.bodies import BodySettingsView
from lisbot.council.register.views.composition import CoordinationView
from lisbot.council.register.views.seat_changes import SeatChangeView
from lisbot.council.register.views.seats import SeatOnDay, TermsView
from lisbot.db import is_one_of

DAY = timedelta(days=1)
UNANSWERED: dict[str, Any] = {
    "response": None,
    "responded_at": None,
    "deputy_id": None,
    "deputy_response": None,
    "former_response": None,
    "former_on": None,
    "noted_by": "",
}
# Meetings whose notice is sent and that are still to be held.
IS_SUMMONED = (
    Meeting.published_at.is_not(None),
    Meeting.cancelled_at.is_(None),
    Meeting.minutes_state == MinutesState.NONE,
)


async def bring_up_to_date(act: Act, meeting: Meeting, *, is_moving: bool = False) -> None:
    """Give each line of a meeting whose notice is sent to whoever speaks for the seat on its day, and tell those it
    was not for before.

    `is_moving`: everybody is told of the meeting's new day in any case.
    """
    if meeting.published_at is None:
        return
    seats = await seats_on(act, meeting.body_id, meeting.held_on)
    newcomers = await reopen_lines(act, meeting, seats) | await invite(act, seats, meeting)
    concerned = await concerned_by(act, meeting)
    facts: dict[str, Any] = {"day_on": meeting.days, "hour": meeting.starts}
    if newcomers and not is_moving:
        await notify_newcomers(act, meeting, newcomers & concerned.seated, **facts)
        later = {person: on for person, on in concerned.newcomers.items() if person in newcomers}
        await tell_in_words(act, meeting, "notice", later, **facts)
    await plan_notices(act, meeting, concerned, is_planned=True)
    if newcomers:
        mark_stale(act, f"meeting:{meeting.id}")


async def reopen_lines(act: Act, meeting: Meeting, seats: Collection[SeatOnDay]) -> set[int]:
    """Drop the answers that somebody else gave than who speaks for the seat on the meeting's day, and the lines of
    seats that are gone by then, and tell the deputies who were to come for them.

    `seats`: all that the body has on that day. Returns the ids of those who speak for these seats.
    """
    newcomers: set[int] = set()
    predecessors: set[int] = set()
    written = await act.db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id))
    lines = {line.seat_id: line for line in written}
    on_day = {seat.id: seat for seat in seats}
    for seat_id in (*on_day, *(sorted(lines.keys() - on_day.keys()))):
        line, seat = lines.get(seat_id), on_day.get(seat_id)
        speaker = seat.speaker if seat else None
        if line is None or (seat is not None and line.person_id == (speaker.id if speaker else None)):
            continue
        is_expected = line.deputy_response is not DeputyResponse.DECLINED and meeting.ends_at > act.at
        released = {line.deputy_id} if line.deputy_id is not None and is_expected else set()
        predecessors |= {line.person_id} if line.person_id is not None and meeting.ends_at > act.at else set()
        if seat is None:
            await act.db.delete(line)
        else:
            for name, value in {**UNANSWERED, **attendance_row(seat, meeting)}.items():
                setattr(line, name, value)
        newcomers |= {speaker.id} if speaker else set()
        await notify(
            act,
            "deputy_no_longer_asked",
            people=released - newcomers,
            command="meeting.show",
            args={"meeting_id": meeting.id},
            body_id=meeting.body_id,
            body=meeting.body.name,
            day_on=meeting.days,
            seat=f"{line.role}, {line.organisation_name}",
        )
    await act.db.flush()
    await take_out_of_calendars(act, meeting, predecessors)
    return newcomers


async def take_out_of_calendars(act: Act, meeting: Meeting, people: Collection[int]) -> None:
    """Have a meeting taken out of the calendars of those whose seat it no longer is, where it was put into them and
    they are not to come in another place."""
    entry, lines = table(CalendarEntry).c, table(Attendance).c
    is_expected = exists().where(
        lines.meeting_id == meeting.id, or_(lines.person_id == entry.person_id, lines.deputy_id == entry.person_id)
    )
    told = select(entry.person_id).where(
        entry.meeting_id == meeting.id, is_one_of(entry.person_id, people), entry.cancelled_at.is_(None), ~is_expected
    )
    await notify(
        act,
        "calendar_withdrawn",
        people=(await act.db.scalars(told)).all() if people else (),
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        day_on=meeting.days,
    )


async def notify_newcomers(act: Act, meeting: Meeting, people: Collection[int], **facts: Any) -> None:
    """Send the notice to those who were not sent it: now, or at the moment `at`."""
    await notify(
        act,
        "notice",
        people=people,
        command="meeting.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        audience=AUDIENCE,
        body=meeting.body.name,
        **facts,
    )


async def plan_notices(act: Act, meeting: Meeting, concerned: Concerned, *, is_planned: bool) -> None:
    """Have the notice sent to each who has no part in the body yet on the morning of their first day.

    `is_planned`: some may be planned already, for another day or with other words; they are planned anew.
    """
    if is_planned:
        planned = (Delivery.subject == f"meeting:{meeting.id}", Delivery.kind.in_(("notice", "notice_copy")))
        await act.db.execute(delete(Delivery).where(*planned, *still_planned(act)))
    for people, kind, command in (
        (concerned.newcomers, "notice", "meeting.show"),
        (concerned.new_readers, "notice_copy", "agenda.show"),
    ):
        for first_on in sorted(set(people.values())):
            await notify(
                act,
                kind,
                people={person for person, on in people.items() if on == first_on},
                command=command,
                args={"meeting_id": meeting.id},
                body_id=meeting.body_id,
                audience=AUDIENCE,
                at=moment(first_on, NOTICE_HOUR, act.tz),
                body=meeting.body.name,
                day_on=meeting.days,
                hour=meeting.starts,
            )


def still_planned(act: Act) -> tuple[Any, ...]:
    """Returns the conditions for a message that is to be sent on a day to come, and was not tried yet."""
    waits = (Delivery.state == DeliveryState.WAITING, Delivery.next_at > act.at, Delivery.attempts == 0)
    return (*waits, Delivery.audience == AUDIENCE, Delivery.made_at < Delivery.next_at, Delivery.can_wait.is_(False))


async def follow_seat_change(act: Act, change: SeatChangeView) -> None:
    """Let coming meetings follow a change of who holds a seat."""
    await follow_seats(act, {change.seat_id})


async def follow_terms(act: Act, terms: TermsView) -> None:
    """Let coming meetings follow a correction of who holds a seat."""
    await follow_seats(act, {terms.seat_id})


async def follow_body_settings(act: Act, body: BodySettingsView) -> None:
    """Let coming meetings follow a change of which seats a body has."""
    await act.db.flush()
    await follow_meetings(act, {body.body.id})


async def follow_new_holder(act: Act, _body: BodySettingsView) -> None:
    """Let coming meetings follow whoever is given a seat that stood empty: the one that the act turned out to be
    about."""
    _, _, seat_id = (act.trace.subject or "").partition(":")
    await follow_seats(act, {int(seat_id)})


async def follow_coordination(act: Act, coordination: CoordinationView) -> None:
    """Let coming meetings follow a body's derived seats."""
    await follow_seats(act, {seat.id for seat in coordination.seats})


async def follow_seats(act: Act, seat_ids: Collection[int], *, is_bulk: bool = False) -> None:
    """Let coming meetings follow the register, of these seats: their lines are for whoever speaks for them on the day,
    who is told what is of use. `is_bulk`: it is a whole register that is brought in."""
    await act.db.flush()
    if not seat_ids:
        return
    body_ids = set(await act.db.scalars(select(Seat.body_id).where(is_one_of(table(Seat).c.id, seat_ids))))
    await follow_meetings(act, body_ids)
    await welcome(act, seat_ids, is_bulk=is_bulk)


async def follow_meetings(act: Act, body_ids: Collection[int]) -> None:
    """Let coming meetings of these bodies follow the register."""
    summoned = select(Meeting.id).where(Meeting.body_id.in_(body_ids), Meeting.ends_on >= act.today, *IS_SUMMONED)
    for meeting_id in (await act.db.scalars(summoned.order_by(Meeting.id))).all():
        meeting = await act.db.get_one(
            Meeting,
            meeting_id,
            options=[joinedload(Meeting.body).joinedload(Body.secretariat)],
            with_for_update={"of": Meeting},
            populate_existing=True,
        )
        if meeting.ends_at > act.at:
            await bring_up_to_date(act, meeting)


async def welcome(act: Act, seat_ids: Collection[int], *, is_bulk: bool) -> None:
    """Show whoever takes over one of these seats the council and what waits for them: on their first day, or now where
    the seat is theirs already; of a whole register, only where something waits."""
    terms: dict[int, list[Term]] = defaultdict(list)
    represent = select(Term).where(is_one_of(table(Term).c.seat_id, seat_ids), Term.rank == 0).order_by(Term.id)
    for term in await act.db.scalars(represent):
        terms[term.seat_id].append(term)
    to_come = {term.person_id for each in terms.values() for term in each if term.from_on > act.today}
    begun = [seat for seat, each in terms.items() if any(is_recorded_now(act, term) for term in each)]
    if not to_come and not begun:
        return
    greeted = await seats_with_something_waiting(act, begun) if begun and is_bulk else set(begun)
    seats = select(Seat).where(is_one_of(table(Seat).c.id, terms), Seat.standing != Standing.COPY).order_by(Seat.id)
    for seat in await act.db.scalars(seats.options(joinedload(Seat.body), joinedload(Seat.organisation))):
        held = terms[seat.id]
        for term in held:
            begins = term.from_on > act.today
            goes_on = any(t.person_id == term.person_id and holds_on(t, term.from_on - DAY) for t in held)
            if goes_on or not (begins or (seat.id in greeted and is_recorded_now(act, term))):
                continue
            about: dict[str, Any] = {"seat": seat_name(seat), "body": seat.body.name}
            if begins:
                planned = (Delivery.kind == "seat_taken_over", Delivery.body_id == seat.body_id)
                theirs = (Delivery.person_id == term.person_id, *still_planned(act))
                await act.db.execute(delete(Delivery).where(*planned, *theirs))
            await notify(
                act,
                "seat_taken_over",
                people={term.person_id},
                command="welcome.show",
                args={"body_id": seat.body_id},
                body_id=seat.body_id,
                audience=AUDIENCE,
                at=moment(term.from_on, NOTICE_HOUR, act.tz) if begins else None,
                **about,
            )


def is_recorded_now(act: Act, term: Term) -> bool:
    """Returns whether a term is new in the register and has begun."""
    return term.recorded_at == act.at and holds_on(term, act.today)


async def seats_with_something_waiting(act: Act, seat_ids: Collection[int]) -> set[int]:
    """Returns those of the seats whose answer a call or a question waits for."""
    call = exists().where(
        Meeting.body_id == Seat.body_id,
        Meeting.call_opened_at.is_not(None),
        Meeting.call_closed_at.is_(None),
        Meeting.cancelled_at.is_(None),
        Meeting.call_closes_on >= act.today,
    )
    question = exists().where(
        Vote.id == RollEntry.vote_id,
        RollEntry.seat_id == Seat.id,
        RollEntry.answered.is_(False),
        RollEntry.recused.is_(False),
        Vote.closed_at.is_(None),
    )
    return set(await act.db.scalars(select(Seat.id).where(is_one_of(table(Seat).c.id, seat_ids), or_(call, question))))


async def due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the meetings with a line that is for somebody else than who speaks for its seat on the day, as arguments
    to attendance.hand_over."""
    today = at.astimezone(tz).date()
    speaker = (
        select(Term.person_id)
        .where(Term.seat_id == Seat.id, in_force(Term, Meeting.held_on))
        .order_by(Term.rank)
        .limit(1)
        .correlate(Seat, Meeting)
        .scalar_subquery()
    )
    exists_then = not_abolished(Seat, Meeting.held_on)
    meetings = (
        select(Meeting.id, Meeting.held_on, Meeting.ends_on, Meeting.ends, Meeting.zone)
        .join(Seat, Seat.body_id == Meeting.body_id)
        .outerjoin(Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.seat_id == Seat.id))
        .where(
            *IS_SUMMONED,
            Meeting.ends_on >= today,
            Seat.standing != Standing.COPY,
            case(
                (exists_then, Attendance.person_id.is_distinct_from(speaker)),
                else_=Attendance.id.is_not(None),
            ),
        )
        .distinct()
    )
    return [
        {"meeting_id": row.id}
        for row in sorted(await db.execute(meetings), key=lambda row: int(row.id))
        if datetime.combine(row.ends_on, row.ends, ZoneInfo(row.zone)) > at
    ]


async def next_due(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns None: a line falls due when the register changes, and not with time."""
    return None
