"""People's peace: quiet hours, weekends and public holidays hold back what can wait.

What can wait is held until the end of the quiet, and what has a deadline no longer than that leaves time for: then only
the night is kept, and where not even that leaves time it comes at once. It is worked out when a message is written, and
asked again when it is sent.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import is_working_day, moment
from lisbot.council.models import QuietTime, table
from lisbot.db import is_one_of

QUIET = table(QuietTime)
QUIET_COLUMNS = (QUIET.c.quiet_from, QUIET.c.quiet_to, QUIET.c.free_days, QUIET.c.digest, QUIET.c.copies)
READ = select(QUIET.c.person_id, *QUIET_COLUMNS).where(is_one_of(QUIET.c.person_id, "people"))
DAY = timedelta(days=1)
MORNING = time(7)
TIME_TO_ANSWER = timedelta(hours=1)  # before a deadline
BEGINS_SOON = timedelta(hours=48)  # what is about a meeting that begins within this time does not wait
# The kinds of message that keep for a night or a weekend: what is told for information, or asked by a later day.
CAN_WAIT = frozenset(
    (
        "agenda_changed",
        "agenda_changed_copy",
        "answer_noted",
        "call_closed",
        "call_closed_silent",
        "call_extended",
        "call_opened",
        "call_reminder",
        "call_reopened",
        "change_approved",
        "change_reported",
        "change_returned",
        "comment_answered",
        "comments_considered",
        "decline_noted",
        "deputy_moved_up",
        "deputy_reminder",
        "distributed_agenda",
        "distributed_agenda_cancelled",
        "distributed_agenda_changed",
        "distributed_minutes",
        "distributed_minutes_corrected",
        "guest_cancelled",
        "guest_changed",
        "guest_declined",
        "guest_invited",
        "guest_moved",
        "guest_withdrawn",
        "local_input_came",
        "meeting_begins",
        "meeting_cancelled",
        "meeting_changed",
        "meeting_moved",
        "follow_up_asked",
        "follow_up_asked_again",
        "follow_up_overdue",
        "follow_up_silent",
        "minutes_approved",
        "minutes_commented",
        "minutes_due",
        "minutes_reopened",
        "minutes_sent",
        "notice",
        "notice_copy",
        "notice_reminder",
        "person_edited",
        "proposal_accepted",
        "proposal_carried",
        "proposal_made",
        "proposal_merged",
        "proposal_postponed",
        "proposal_rejected",
        "proposal_restored",
        "proposal_returned",
        "proposal_sent_again",
        "proposal_taken_off",
        "proposal_undone",
        "proposal_withdrawn",
        "room_gone",
        "seat_filled",
        "seat_taken_over",
        "seat_vacated",
        "summary_corrected",
        "summary_sent",
        "term_corrected",
        "term_ended",
        "term_starts",
        "vacancy_returned",
        "visit_open",
        "vote_closed",
        "vote_reminder_open",
    )
)


@dataclass(frozen=True, slots=True)
class Quiet:
    """When somebody is left in peace, and whether what several councils tell them comes together."""

    quiet_from: time | None = time(20)
    quiet_to: time | None = MORNING
    free_days: bool = True
    digest: bool = True


DEFAULT = Quiet()  # lisbot's own rules, for whoever has chosen no others


def quiet_of(row: Any) -> Quiet:
    """Returns what a row says that may have QUIET_COLUMNS: lisbot's own rules where it has none."""
    if row.free_days is None:
        return DEFAULT
    return Quiet(row.quiet_from, row.quiet_to, row.free_days, row.digest)


async def read_quiet(db: AsyncSession, people: Collection[int]) -> dict[int, Quiet]:
    """Returns when each of these people is left in peace. One statement."""
    chosen = {row.person_id: quiet_of(row) for row in await db.execute(READ, {"people": sorted(people)})}
    return {person: chosen.get(person, DEFAULT) for person in people}


def released_at(quiet: Quiet, at: datetime, tz: ZoneInfo, *, keeps_free_days: bool = True) -> datetime:
    """Returns the first moment from `at` on when somebody is not left in peace."""
    local = at.astimezone(tz)
    day, moved = local.date(), False
    while quiet.free_days and keeps_free_days and not is_working_day(day):
        day, moved = day + timedelta(days=1), True
    starts, ends = quiet.quiet_from, quiet.quiet_to
    if starts is None or ends is None or starts == ends:
        return moment(day, MORNING, tz) if moved else at
    hour = time() if moved else local.time()
    if starts < ends:
        is_quiet, ends_on = starts <= hour < ends, day
    else:
        is_quiet, ends_on = hour >= starts or hour < ends, day + timedelta(days=hour >= starts)
    if not is_quiet:
        return moment(day, MORNING, tz) if moved else at
    end = moment(ends_on, ends, tz)
    return released_at(quiet, end, tz, keeps_free_days=keeps_free_days) if end > at else at


def release_before(quiet: Quiet, at: datetime, before: datetime, tz: ZoneInfo) -> tuple[datetime, bool]:
    """Returns when something is told that is of use before a deadline, and whether it can wait longer still."""
    latest = before - TIME_TO_ANSWER
    if (released := released_at(quiet, at, tz)) <= latest:
        return released, before - released > DAY
    if (released := released_at(quiet, at, tz, keeps_free_days=False)) <= latest:
        return released, False
    return at, False
