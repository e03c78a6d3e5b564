"""When each step of reminding of a thing is due: arithmetic, without a database.

A step is due from six in the morning of its day, so that what waits for the end of the night's quiet comes together;
one whose day is in a weekend or a public holiday is due on the last working day before. Of several steps that are
overdue only the latest is taken; nothing is taken once its deadline is past, nor what should have been told long ago.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lisbot.council.core.calendar import moment, working_day_after, working_day_before
from lisbot.council.enums import ReminderKind, ReminderStage

HOUR = time(6)
LATE = timedelta(days=14)  # after which a step is of no use any more: what is left undone stands in the overviews
# Who is reminded first, and once more; and what the secretariat is told after that. Each goes its own way.
TRACKS = ((ReminderStage.FIRST, ReminderStage.SECOND), (ReminderStage.UNHEARD,))

Days = Mapping[ReminderStage, int]  # how many days before the deadline each step is


@dataclass(frozen=True, slots=True)
class Chore:
    """A thing that somebody is to be reminded of: its deadline, and until when that is of use.

    `noun` and `id`: "meeting", 7. `asked_at`: when people were asked; a step from before is of no use. `is_after`:
    whether what goes to the secretariat comes after the deadline.
    """

    what: ReminderKind
    noun: str
    id: int
    body_id: int
    day: date
    until: datetime | None
    asked_at: datetime | None = None
    is_after: bool = False

    @property
    def subject(self) -> str:
        return f"{self.noun}:{self.id}"


class Step(NamedTuple):
    """One step of reminding of a thing, and when it is due."""

    chore: Chore
    stage: ReminderStage
    at: datetime

    @property
    def key(self) -> str:
        """What the step is kept by: a deadline that is moved is reminded of anew."""
        return f"{self.stage}:{self.chore.day}"


def steps_of(chore: Chore, days: Days, tz: ZoneInfo) -> list[Step]:
    """Returns the steps of reminding of a thing, in the order of their stages."""
    return [Step(chore, stage, step_moment(chore, stage, days[stage], tz)) for stage in ReminderStage if stage in days]


def step_moment(chore: Chore, stage: ReminderStage, days: int, tz: ZoneInfo) -> datetime:
    """Returns when a step is due, which is before the deadline where it has an hour."""
    if chore.is_after and stage is ReminderStage.UNHEARD:
        return moment(working_day_after(chore.day + timedelta(days=max(days, 1))), HOUR, tz)
    day = working_day_before(chore.day - timedelta(days=days))
    while chore.until is not None and moment(day, HOUR, tz) >= chore.until:
        day = working_day_before(day - timedelta(days=1))
    return moment(day, HOUR, tz)


def due_steps(steps: Iterable[Step], at: datetime) -> list[Step]:
    """Returns the steps that are due of one thing: the latest of each track whose time has come."""
    begun = [step for step in steps if step.at <= at and is_of_use(step, at)]
    found = []
    for track in TRACKS:
        of_track = [step for step in begun if step.stage in track]
        if of_track:
            found.append(max(of_track, key=lambda step: (step.at, step.stage == ReminderStage.SECOND)))
    return found


def is_of_use(step: Step, at: datetime) -> bool:
    """Returns whether a step may still be taken: people were asked before it, its deadline is to come, and it is not
    long overdue."""
    until = None if step.chore.is_after and step.stage is ReminderStage.UNHEARD else step.chore.until
    was_asked = step.chore.asked_at is None or step.chore.asked_at < step.at
    return was_asked and at - step.at < LATE and (until is None or at < until)
