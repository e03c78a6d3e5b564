"""What there is to remind of, read off the tables: a query for each kind of thing, however much history there is."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from lisbot.council.core.calendar import moment
from lisbot.council.enums import MinutesState, SeatChangeState, Standing
from lisbot.council.enums import ReminderKind as K
from lisbot.council.meetings.calls import closing_moment
from lisbot.council.minutes.asking import is_asked_again, is_asked_on
from lisbot.council.models import AgendaItem, FollowUp, Meeting, Reminder, Seat, SeatChange, Term, Vote, table
from lisbot.council.reminders.reminder_plans import read_plans
from lisbot.council.reminders.stages import Chore, Step, due_steps, steps_of

AHEAD = timedelta(days=70)  # deadlines that are looked at, the longest step and a holiday before it among them
BEHIND = timedelta(days=120)  # meetings whose minutes are looked at
RECENT = timedelta(days=30)
DAY = timedelta(days=1)
MEETING, REMINDER = table(Meeting), table(Reminder)
MEETING_COLUMNS = (
    MEETING.c.id,
    MEETING.c.body_id,
    MEETING.c.held_on,
    MEETING.c.starts,
    MEETING.c.ends_on,
    MEETING.c.zone,
    MEETING.c.call_opened_at,
    MEETING.c.call_closed_at,
    MEETING.c.call_closes_on,
    MEETING.c.notice_on,
    MEETING.c.published_at,
    MEETING.c.minutes_on,
    MEETING.c.minutes_state,
    MEETING.c.minutes_at,
    MEETING.c.comments_until,
    MEETING.c.entered_at,
)


async def read_steps(
    db: AsyncSession, at: datetime, tz: ZoneInfo, noun: str = "", id_: int | None = None
) -> list[list[Step]]:
    """Returns the steps of reminding of each thing there is, or of one ("meeting", 7). At most five statements."""
    today = at.astimezone(tz).date()
    readers = [read for name, read in READERS.items() if noun in ("", name)]
    rows = [(read, (await db.execute(read.query(today, at, id_))).all()) for read in readers]
    chores = list(chain.from_iterable(read.chores(row, tz) for read, found in rows for row in found))
    plans = await read_plans(db, {chore.body_id for chore in chores}) if chores else {}
    return [steps_of(chore, plans[chore.body_id][chore.what], tz) for chore in chores]


async def read_due(db: AsyncSession, at: datetime, tz: ZoneInfo, noun: str = "", id_: int | None = None) -> list[Step]:
    """Returns the steps that are due and not done yet, those first that have been due longest."""
    found = [step for steps in await read_steps(db, at, tz, noun, id_) for step in due_steps(steps, at)]
    if not found:
        return []
    subjects = sorted({step.chore.subject for step in found})
    query = select(REMINDER.c.subject, REMINDER.c.what, REMINDER.c.step).where(REMINDER.c.subject.in_(subjects))
    done = {(row.subject, row.what, row.step) for row in await db.execute(query)}
    left = [step for step in found if (step.chore.subject, step.chore.what, step.key) not in done]
    return sorted(left, key=lambda step: (step.at, step.chore.what, step.chore.id, step.stage))


async def due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the reminders that are due, as arguments to reminder.send."""
    return [
        {"what": step.chore.what, "stage": step.stage, f"{step.chore.noun}_id": step.chore.id}
        for step in await read_due(db, at, tz)
    ]


async def next_due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next reminder is due."""
    steps = chain.from_iterable(await read_steps(db, at, tz))
    return min((step.at for step in steps if step.at > at), default=None)


def is_only(column: Any, id_: int | None) -> tuple[Any, ...]:
    return () if id_ is None else (column == id_,)


def end_of(day: date, tz: ZoneInfo) -> datetime:
    return moment(day + DAY, time(), tz)


def asked_before(today: date) -> Any:
    """Returns when organisations were asked what they did with what came of a body's cases, where some have still to
    say and a meeting is the body's next."""
    sooner, past = table(Meeting).alias("sooner").c, aliased(Meeting)
    is_next = ~exists().where(
        sooner.body_id == MEETING.c.body_id,
        sooner.held_on >= today,
        sooner.held_on < MEETING.c.held_on,
        sooner.cancelled_at.is_(None),
    )
    return (
        select(func.max(FollowUp.asked_at))
        .join(AgendaItem, AgendaItem.id == FollowUp.item_id)
        .join(past, past.id == AgendaItem.meeting_id)
        .where(
            past.body_id == MEETING.c.body_id,
            past.held_on <= today,
            is_asked_on(today, past),
            *is_asked_again(MEETING.c.held_on, past),
            MEETING.c.held_on >= today,
            is_next,
        )
        .correlate(MEETING)
        .scalar_subquery()
        .label("asked_before")
    )


class Meetings:
    """What there is to remind of about meetings, before them and after."""

    @staticmethod
    def query(today: date, _at: datetime, id_: int | None) -> Any:
        return select(*MEETING_COLUMNS, asked_before(today)).where(
            MEETING.c.cancelled_at.is_(None),
            MEETING.c.ends_on.between(today - BEHIND, today + AHEAD),
            MEETING.c.minutes_state != MinutesState.APPROVED,
            *is_only(MEETING.c.id, id_),
        )

    @staticmethod
    def chores(row: Any, tz: ZoneInfo) -> Iterator[Chore]:
        starts_at = moment(row.held_on, row.starts, ZoneInfo(row.zone))

        def chore(what: K, day: date, until: datetime | None, asked_at: datetime | None = None) -> Chore:
            return Chore(what, "meeting", row.id, row.body_id, day, until, asked_at)

        if row.call_opened_at and row.call_closed_at is None and row.call_closes_on:
            until = closing_moment(row.call_closes_on, starts_at, tz)
            yield chore(K.CALL, row.call_closes_on, until, row.call_opened_at)
        if row.published_at is not None:
            if row.entered_at is None:
                yield chore(K.NOTICE, row.held_on, starts_at, row.published_at)
                yield chore(K.MEETING, row.held_on, starts_at, row.published_at)
        elif row.notice_on is not None:
            yield chore(K.AGENDA_DUE, row.notice_on, starts_at)
            yield chore(K.NOTICE_DUE, row.notice_on, starts_at)
        if row.asked_before is not None:
            yield chore(K.FOLLOW_UP, row.held_on, starts_at, row.asked_before)
        if row.minutes_on is not None and row.minutes_state in (MinutesState.NONE, MinutesState.DRAFT):
            yield chore(K.MINUTES_DUE, max(row.minutes_on, row.ends_on), None)
        if row.minutes_state is MinutesState.COMMENTS and row.comments_until is not None:
            yield chore(K.COMMENTS, row.comments_until, end_of(row.comments_until, tz), row.minutes_at)


class Votes:
    """Open questions that close by themselves."""

    @staticmethod
    def query(_today: date, at: datetime, id_: int | None) -> Any:
        return select(Vote.id, Vote.body_id, Vote.closes_at, Vote.opened_at).where(
            Vote.closed_at.is_(None), Vote.closes_at.between(at, at + AHEAD), *is_only(Vote.id, id_)
        )

    @staticmethod
    def chores(row: Any, tz: ZoneInfo) -> Iterator[Chore]:
        day = row.closes_at.astimezone(tz).date()
        yield Chore(K.VOTE, "vote", row.id, row.body_id, day, row.closes_at, row.opened_at)


class FollowUps:
    """What organisations are to do, by approved minutes, and have not done."""

    @staticmethod
    def query(today: date, _at: datetime, id_: int | None) -> Any:
        return (
            select(FollowUp.id, Meeting.body_id, FollowUp.due_on, Meeting.minutes_at)
            .join(AgendaItem, AgendaItem.id == FollowUp.item_id)
            .join(Meeting, Meeting.id == AgendaItem.meeting_id)
            .where(
                FollowUp.done_on.is_(None),
                FollowUp.due_on.between(today - RECENT, today + AHEAD),
                Meeting.minutes_state == MinutesState.APPROVED,
                Meeting.cancelled_at.is_(None),
                *is_only(FollowUp.id, id_),
            )
        )

    @staticmethod
    def chores(row: Any, tz: ZoneInfo) -> Iterator[Chore]:
        until = end_of(row.due_on, tz)
        yield Chore(K.FOLLOW_UP, "follow_up", row.id, row.body_id, row.due_on, until, row.minutes_at, is_after=True)


class Terms:
    """Who takes over a seat these days, and whose term ends with nobody to follow."""

    @staticmethod
    def query(today: date, _at: datetime, id_: int | None) -> Any:
        after = table(Term).alias("after").c
        followed = exists().where(
            after.seat_id == Term.seat_id,
            after.rank == 0,
            after.id != Term.id,
            after.from_on > Term.from_on,
        )
        reported = exists().where(
            SeatChange.seat_id == Term.seat_id,
            SeatChange.rank == 0,
            SeatChange.name != "",
            SeatChange.state == SeatChangeState.REPORTED,
        )
        return (
            select(
                Term.id,
                Seat.body_id,
                Term.from_on,
                Term.to_on,
                Term.recorded_at,
                or_(followed, reported).label("is_followed"),
            )
            .join(Seat, Seat.id == Term.seat_id)
            .where(
                Term.rank == 0,
                Seat.standing != Standing.COPY,
                or_(Term.from_on.between(today - RECENT, today + AHEAD), Term.to_on.between(today, today + AHEAD)),
                *is_only(Term.id, id_),
            )
        )

    @staticmethod
    def chores(row: Any, tz: ZoneInfo) -> Iterator[Chore]:
        begins_at = moment(row.from_on, time(), tz)
        if row.recorded_at < begins_at:  # what is entered afterwards is known to whoever entered it
            yield Chore(K.TERM_START, "term", row.id, row.body_id, row.from_on, end_of(row.from_on + DAY * 7, tz))
        if row.to_on is not None and not row.is_followed:
            yield Chore(K.TERM_END, "term", row.id, row.body_id, row.to_on, end_of(row.to_on, tz))


READERS: dict[str, Any] = {"meeting": Meetings, "vote": Votes, "follow_up": FollowUps, "term": Terms}
