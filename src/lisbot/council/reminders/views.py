"""What the reminders' commands return."""

from dataclasses import dataclass

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class ReminderView:
    """That a step of reminding of a thing was done, and how many were told. Nobody, where nothing was left to say."""

    body: BodyRef
    what: ReminderKind
    stage: ReminderStage
    people: int


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One step of a plan: how many days before the deadline, or not at all; and what lisbot's own plan says."""

    what: ReminderKind
    stage: ReminderStage
    days: int | None
    usual: int | None


@dataclass(frozen=True, slots=True)
class ReminderPlanView:
    """When a body's people are reminded of what."""

    body: BodyRef
    steps: tuple[PlannedReminder, ...]
    actions: tuple[AllowedAction, ...]
