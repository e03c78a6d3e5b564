"""What the distribution's commands return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Distributed, PublishedOn
from lisbot.council.meetings.views import AgendaItemLine, MeetingRef
from lisbot.council.minutes.views import MinutesItem
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class LineOfDistribution:
    """Who gets one thing of a body's: `to` is a body, an organisation, a party or an address outside, by name; or where
    it is published (`published_on`).

    count       how many people that is today; None where only the lines are told, and of what is published
    unreached   who of them nothing reaches: to the secretariat alone
    address     where anybody may open what is on the web; "" where that is nowhere
    """

    id: int
    body_id: int
    what: Distributed
    to: str
    role: str
    from_on: date
    to_on: date | None
    is_in_force: bool
    count: int | None = None
    unreached: tuple[str, ...] = ()
    published_on: PublishedOn | None = None
    address: str = ""
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


@dataclass(frozen=True, slots=True)
class PublicationLine:
    """One thing of a meeting that anybody may read."""

    meeting: MeetingRef
    what: Distributed
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class PublicationsView:
    """What of a body's is on the web, newest first."""

    body: BodyRef
    publications: tuple[PublicationLine, ...]


@dataclass(frozen=True, slots=True)
class PublicationView:
    """An agenda or a short account as anybody may read it: without what is confidential, papers or the link."""

    meeting: MeetingRef
    what: Distributed
    is_cancelled: bool
    sent_at: datetime
    agenda: tuple[AgendaItemLine, ...] = ()
    text: str = ""
