"""The rows of a year plan's file beside the meetings that are there: new, different, or the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Detail, Invalid
from lisbot.council.meetings.dates import (
    DEFAULT_END,
    DEFAULT_START,
    MAX_DAYS,
    PlannedDate,
    date_taken,
    overlap,
    require_usable_date,
    span_of,
)
from lisbot.council.meetings.moving import differs
from lisbot.council.meetings.states import MEETING
from lisbot.council.models import Body, Meeting
from lisbot.texts import Phrase

MAX_ERRORS = 50  # of one file, told at once


@dataclass(frozen=True)
class PlanRow:
    """One row of the file. What is not written in it stays as it is, or is as usual."""

    line: int
    body: Body
    day: date
    starts: time | None = None
    ends: time | None = None
    place: str | None = None
    link: str | None = None
    ends_on: date | None = None

    def as_new(self) -> PlannedDate:
        return PlannedDate(
            body=self.body,
            day=self.day,
            starts=self.starts or DEFAULT_START,
            ends=self.ends or DEFAULT_END,
            place=self.place or "",
            link=self.link or "",
            ends_on=self.ends_on or self.day,
        )

    def as_change(self, meeting: Meeting) -> PlannedDate:
        """Returns what the row makes of a meeting. One that begins at another hour lasts as long as before."""
        starts, ends = self.starts or meeting.starts, self.ends
        if ends is None:
            shifted = datetime.combine(self.day, starts) + (
                datetime.combine(self.day, meeting.ends) - datetime.combine(self.day, meeting.starts)
            )
            ends = shifted.time()
        return PlannedDate(
            body=meeting.body,
            day=self.day,
            starts=starts,
            ends=ends,
            place=meeting.place if self.place is None else self.place,
            link=meeting.link if self.link is None else self.link,
            ends_on=self.ends_on or self.day + (meeting.ends_on - meeting.held_on),
        )


@dataclass
class MatchedPlan:
    """What a file makes of the meetings that are there."""

    new: list[PlannedDate] = field(default_factory=list)
    changed: list[tuple[Meeting, PlannedDate]] = field(default_factory=list)
    unchanged: int = 0
    lines: dict[int, tuple[PlannedDate, Meeting | None]] = field(default_factory=dict)  # what each row plans


async def match_rows(act: Act, rows: Sequence[PlanRow]) -> MatchedPlan:
    """Returns what a file makes of the meetings that are there. Asks first about rows that are left out: of meetings
    that are cancelled, or over.

    Raises Invalid with every row that cannot be planned.
    """
    bodies, days = {row.body.id for row in rows}, [row.day for row in rows]
    query = select(Meeting).where(
        Meeting.body_id.in_(bodies),
        Meeting.held_on.between(min(days) - timedelta(days=MAX_DAYS), max(days) + timedelta(days=MAX_DAYS)),
    )
    query = locked(act, query.options(joinedload(Meeting.body)).order_by(Meeting.id), Meeting)
    there = sorted(await act.db.scalars(query), key=lambda meeting: meeting.starts)
    found = MatchedPlan()
    by_day: dict[tuple[int, date], list[PlanRow]] = defaultdict(list)
    for row in rows:
        by_day[row.body.id, row.day].append(row)
    for (body_id, day), of_day in by_day.items():
        same_day = [meeting for meeting in there if (meeting.body_id, meeting.held_on) == (body_id, day)]
        for row, meeting in pair(of_day, [each for each in same_day if each.cancelled_at is None]):
            if meeting is not None:
                take_change(act, found, row, meeting)
            elif is_cancelled(row, same_day):
                act.ask_first("plan_row_cancelled", line=row.line, body=row.body.name, day=row.day)
            else:
                found.new.append(row.as_new())
                found.lines[row.line] = (found.new[-1], None)
    require_plannable(act, found, there)
    if (found.changed or found.unchanged) and (found.new or found.changed):
        counts = {"added": len(found.new), "changed": len(found.changed), "unchanged": found.unchanged}
        act.ask_first("plan_counts", **counts)
    return found


def pair(rows: Iterable[PlanRow], meetings: Iterable[Meeting]) -> list[tuple[PlanRow, Meeting | None]]:
    """Returns each row of a body's day with its meeting: the one that begins at its hour, and else the next that no
    other row names."""
    free = list(meetings)
    found: list[tuple[PlanRow, Meeting | None]] = []
    others: list[PlanRow] = []
    for row in rows:
        same = next((meeting for meeting in free if meeting.starts == row.starts), None)
        if same is None:
            others.append(row)
        else:
            free.remove(same)
            found.append((row, same))
    for row in sorted(others, key=lambda row: row.starts or DEFAULT_START):
        found.append((row, free.pop(0) if free else None))
    return found


def is_cancelled(row: PlanRow, meetings: Iterable[Meeting]) -> bool:
    """Returns whether a row is of a meeting that has been cancelled since."""
    starts = [meeting.starts for meeting in meetings if meeting.cancelled_at is not None]
    return bool(starts) if row.starts is None else row.starts in starts


def take_change(act: Act, found: MatchedPlan, row: PlanRow, meeting: Meeting) -> None:
    planned = row.as_change(meeting)
    if not differs(meeting, planned):
        found.unchanged += 1
    elif not MEETING.is_open(act, "meeting.move", meeting):
        act.ask_first("plan_row_over", line=row.line, body=row.body.name, day=meeting.days)
    else:
        found.changed.append((meeting, planned))
        found.lines[row.line] = (planned, meeting)


def require_plannable(act: Act, found: MatchedPlan, there: Iterable[Meeting]) -> None:
    """Raises Invalid with every row whose date cannot be used, or at whose time the body has another meeting."""
    wrong: list[Detail] = []
    moved = {meeting.id for meeting, _ in found.changed}
    fixed = [meeting for meeting in there if meeting.cancelled_at is None and meeting.id not in moved]
    before: list[PlannedDate] = []
    for line, (planned, former) in sorted(found.lines.items()):
        refusals: list[Invalid | Conflict] = []
        try:
            require_usable_date(act, planned, "plan", former=former)
        except Invalid as refusal:
            refusals.append(refusal)
        spans = [span_of(meeting) for meeting in fixed if meeting.body_id == planned.body.id]
        spans += [other.span for other in before if other.body.id == planned.body.id]
        refusals += [date_taken(planned, span, "plan") for span in spans if overlap(planned.span, span)]
        wrong += [
            ("plan_row_refused", {"line": line, "why": Phrase(f"error.{each.key}", each.values)}) for each in refusals
        ]
        before.append(planned)
    if wrong:
        raise Invalid("plan_lines", field="plan", details=wrong[:MAX_ERRORS])
