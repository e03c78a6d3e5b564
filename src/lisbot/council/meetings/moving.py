"""What follows when a meeting's time or place is changed: what differs is told, and whoever answered for another day
or hour is asked again."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lisbot.council.core.calendar import working_day_before
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import DeputyResponse
from lisbot.council.meetings.concerned import AUDIENCE, Concerned, concerned_by, notify_all, notify_readers
from lisbot.council.meetings.dates import (
    PlannedDate,
    clashing_meetings,
    date_taken,
    default_deadline,
    oddities,
    require_usable_date,
    set_lead_times,
    set_minutes_day,
    span_of,
)
from lisbot.council.meetings.guest_invitations import tell_changes
from lisbot.council.meetings.handover import bring_up_to_date
from lisbot.council.meetings.invited import raise_sequence
from lisbot.council.meetings.published import when_and_where
from lisbot.council.meetings.rows import is_soon, title_of
from lisbot.council.meetings.visitors import notify_visitors
from lisbot.council.models import AgendaItem, Attendance, Guest, Meeting, Vote
from lisbot.texts import Days, Phrase

OF_THE_DAY = ("holiday", "weekend")  # what may be odd about a day, whatever the hour and place


def differs(meeting: Meeting, planned: PlannedDate) -> bool:
    return (span_of(meeting), meeting.place, meeting.link) != (planned.span, planned.place, planned.link)


def is_another_time(meeting: Meeting, planned: PlannedDate) -> bool:
    """Returns whether an answer given for the meeting says nothing of the planned one: another day, another hour at
    which it begins, or a day more."""
    begins = (meeting.held_on, meeting.starts) != (planned.day, planned.starts)
    return begins or planned.ends_on > meeting.ends_on


async def change_meeting(
    act: Act,
    meeting: Meeting,
    planned: PlannedDate,
    field: str,
    *,
    always_asks: bool = False,
    moved_next: Collection[int] = (),
) -> None:
    """Change a meeting's time or place to what is planned, and tell those who knew of it what differs.

    Raises Conflict where nothing differs, and for a time at which the body has another meeting; `moved_next` are
    those that make way at once. Asks first where the new date is odd, or people have answered for the old one;
    `always_asks`: also where nobody knows of it yet.
    """
    if not differs(meeting, planned):
        raise Conflict("meeting_unchanged", day=meeting.days)
    require_usable_date(act, planned, field, former=meeting)
    others_to_move = {meeting.id, *moved_next}
    for other in await clashing_meetings(act, planned, except_for=others_to_move):
        raise date_taken(planned, span_of(other), field)
    is_same_time, is_same_place = planned.span == span_of(meeting), planned.place == meeting.place
    has_same_days = (planned.day, planned.ends_on) == (meeting.held_on, meeting.ends_on)
    for key, values in await oddities(act, planned, except_for=others_to_move):
        is_known = has_same_days if key in OF_THE_DAY else is_same_time and (is_same_place or key != "place_twice")
        if not is_known:
            act.ask_first(key, **values)
    is_known_of = meeting.call_opened_at is not None or meeting.published_at is not None
    is_asked_again = is_another_time(meeting, planned)
    kind, facts = describe_time(meeting, planned)
    of_time, of_place = describe_end(meeting, planned), describe_place(meeting, planned)
    former, title = meeting.days, title_of(act, meeting)
    before = Concerned() if planned.day == meeting.held_on else await concerned_by(act, meeting)
    released = await ask_again(act, meeting) if is_asked_again else set()
    former_span = meeting.starts_at, meeting.ends_at
    deadline = move_meeting(act, meeting, planned)
    act.trace.is_urgent |= is_soon(meeting, act.at)
    await act.db.flush()
    questions = await move_questions(act, meeting, *former_span)
    deadline = (*deadline, *questions)
    is_known_of = is_known_of or bool(questions)
    await bring_up_to_date(act, meeting, is_moving=True)
    answer = [Phrase("change.answer_again")] if is_asked_again and meeting.published_at else []
    changes = (*of_time, *of_place, *deadline, *answer)
    if is_known_of or always_asks:
        when = (Phrase(f"change.{kind}", facts),) if facts else ()
        act.ask_first("meeting_changes", body=title, changes=(*when, *changes))
    if is_known_of:
        about: dict[str, Any] = {"day_on": former, **facts}
        now = await notify_all(act, meeting, kind, changes=changes, **about)
        knew = before.everybody if meeting.published_at else before.members | set(before.newcomers)
        await notify_former(act, meeting, kind, knew - now.everybody - released, **about)
        if kind != "meeting_changed" or of_time:
            await notify_readers(act, meeting, kind, changes=tuple(of_time), **about)
        await notify_visitors(act, meeting, kind, changes=(*of_time, *of_place, *answer), **about)
        await notify_released(act, meeting, released, former)
    if meeting.published is not None:
        # Told by this, and not once more with the agenda.
        meeting.published = {**meeting.published, **when_and_where(meeting)}
    await tell_changes(act, meeting, is_asked_again=is_asked_again)
    mark_stale(act, f"meeting:{meeting.id}")


def move_meeting(act: Act, meeting: Meeting, planned: PlannedDate) -> Sequence[Phrase]:
    """Set a meeting's time and place, and the days that follow from it. Returns what is to be said of the deadline
    of its call."""
    former_day, former_last_day = meeting.held_on, meeting.ends_on
    meeting.held_on, meeting.ends_on = planned.day, planned.ends_on
    meeting.starts, meeting.ends = planned.starts, planned.ends
    meeting.place, meeting.link = planned.place, planned.link
    raise_sequence(meeting)
    if meeting.held_on == former_day:
        if meeting.ends_on != former_last_day:
            set_minutes_day(meeting, act.today)
        return ()
    told = meeting.call_closes_on
    set_lead_times(meeting, act.today)
    if meeting.is_call_open and told is not None:
        meeting.call_closes_on = moved_deadline(meeting, told, former_day, act.today)
        meeting.call_opens_on = min(meeting.call_opens_on or act.today, meeting.call_closes_on)
        if meeting.call_closes_on != told:
            return (Phrase("change.deadline", {"until_on": meeting.call_closes_on}),)
    return ()


async def move_questions(act: Act, meeting: Meeting, began: datetime, ended: datetime) -> list[Phrase]:
    """Let open questions that were to close at the meeting close as far into it as before. Returns what is said."""
    shift = meeting.starts_at - began
    if not shift:
        return []
    query = (
        select(Vote)
        .join(AgendaItem, AgendaItem.id == Vote.item_id)
        .where(AgendaItem.meeting_id == meeting.id, Vote.closed_at.is_(None), Vote.closes_at.between(began, ended))
        .order_by(Vote.id)
        .with_for_update(of=Vote)
    )
    votes = list(await act.db.scalars(query))
    for vote in votes:
        assert vote.closes_at is not None
        vote.closes_at += shift
        mark_stale(act, f"vote:{vote.id}")
    return [Phrase("change.questions_moved", {"count": len(votes)})] if votes else []


def moved_deadline(meeting: Meeting, told: date, former_day: date, today: date) -> date:
    """Returns the deadline of a call that is open: as many days before the meeting as it was, but never earlier than
    people were told, unless the meeting itself is."""
    follows = working_day_before(meeting.held_on - (former_day - told))
    if follows >= max(told, today):
        return follows
    if told < meeting.held_on:
        return told
    meeting.call_closes_on = None
    return default_deadline(meeting, today)


async def ask_again(act: Act, meeting: Meeting) -> set[int]:
    """Ask everybody again who has answered, with a seat or without: their answers are kept beside, with the day they
    were given for.

    Returns the deputies who had been asked or had said that they come.
    """
    released: set[int] = set()
    answered = 0
    for row in await act.db.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id)):
        if row.deputy_id is not None and row.deputy_response is not DeputyResponse.DECLINED:
            released.add(row.deputy_id)
        if row.response is not None:
            answered += 1
            row.former_response, row.former_on = row.response, meeting.held_on
        row.response, row.responded_at, row.reason, row.noted_by = None, None, "", ""
        row.deputy_id, row.deputy_response, row.deputy_name = None, None, ""
    expected = (Guest.meeting_id == meeting.id, Guest.response.is_not(None), Guest.withdrawn_at.is_(None))
    for guest in await act.db.scalars(select(Guest).where(*expected)):
        answered += 1
        guest.former_response, guest.former_on = guest.response, meeting.held_on
        guest.response, guest.responded_at = None, None
    if answered:
        act.ask_first("answers_again", count=answered)
    return released


async def notify_released(act: Act, meeting: Meeting, people: set[int], former: Days) -> None:
    """Tell deputies that the meeting they were to come to is moved, and that their representatives are asked again."""
    await notify(
        act,
        "meeting_moved_from_deputy",
        people=people - act.trace.told,
        body_id=meeting.body_id,
        body=meeting.body.name,
        day_on=former,
        to_on=meeting.days,
        hour=meeting.starts,
    )


async def notify_former(act: Act, meeting: Meeting, kind: str, people: Collection[int], **facts: Any) -> None:
    """Tell those whom a meeting concerned on its former day and no longer does, in words alone."""
    about: dict[str, Any] = {"body_id": meeting.body_id, "body": meeting.body.name, "audience": AUDIENCE}
    args = {"meeting_id": meeting.id}
    await notify(
        act, kind, people={*people} - act.trace.told, args=args, told_as="former", changes=(), **about, **facts
    )


def describe_time(meeting: Meeting, planned: PlannedDate) -> tuple[str, dict[str, Any]]:
    """Returns the kind of notification a change is told by, and its facts."""
    if planned.day != meeting.held_on:
        return "meeting_moved", {"from_on": meeting.days, "to_on": planned.days, "hour": planned.starts}
    if planned.starts != meeting.starts:
        return "meeting_begins", {"before": meeting.starts, "after": planned.starts}
    return "meeting_changed", {}


def describe_end(meeting: Meeting, planned: PlannedDate) -> list[Phrase]:
    found = []
    if planned.day == meeting.held_on and planned.ends_on != meeting.ends_on:
        found.append(Phrase("change.last_day", {"before_on": meeting.ends_on, "after_on": planned.ends_on}))
    if planned.ends != meeting.ends:
        found.append(Phrase("change.ends", {"before": meeting.ends, "after": planned.ends}))
    return found


def describe_place(meeting: Meeting, planned: PlannedDate) -> list[Phrase]:
    found = []
    for name in ("place", "link"):
        before, after = getattr(meeting, name), getattr(planned, name)
        if before != after:
            how = "gone" if not after else "set" if not before else "changed"
            found.append(Phrase(f"change.{name}_{how}", {"before": before, "after": after}))
    return found
