"""What the distribution's commands return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Distributed
from lisbot.council.meetings.views import AgendaItemLine, MeetingRef
from lisbot.council.minutes.views import MinutesItem
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class LineOfDistribution:
    """Who gets one thing of a body's: `to` is a body, an organisation or an address outside, by name.

    count       how many people that is today; None where only the lines are told
    unreached   who of them nothing reaches: to the secretariat alone
    """

    id: int
    what: Distributed
    to: str
    role: str
    from_on: date
    to_on: date | None
    is_in_force: bool
    count: int | None = None
    unreached: tuple[str, ...] = ()
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOfRight:
    """That the people of another body may meet here, and whether they read what is confidential."""

    id: int
    of_body: str
    sees_confidential: bool
    from_on: date
    to_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class DistributionView:
    """Who gets what of a body beside its own members, and who else may meet there."""

    body: BodyRef
    lines: tuple[LineOfDistribution, ...]
    rights: tuple[LineOfRight, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class DispatchView:
    """What somebody outside a body was sent of a meeting, as those outside may read it now.

    agenda    the items of a notice or an agenda
    minutes   what the minutes say of each, or of outcomes what came of it
    text      the short account
    """

    meeting: MeetingRef
    what: Distributed
    cancel_reason: str | None
    link: str
    sent_at: datetime
    agenda: tuple[AgendaItemLine, ...] = ()
    minutes: tuple[MinutesItem, ...] = ()
    text: str = ""
