"""What the reminders' commands return."""

from dataclasses import dataclass

from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.register.views import BodyRef


@dataclass(frozen=True, slots=True)
class ReminderView:
    """That a step of reminding of a thing was done, and how many were told. Nobody, where nothing was left to say."""

    body: BodyRef
    what: ReminderKind
    stage: ReminderStage
    people: int
