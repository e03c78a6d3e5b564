"""A council's rules and settings as its secretariat keeps them, and the channels where it is told things."""

from dataclasses import dataclass
from datetime import date, time

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Authority, Lang, Majority, Quorum, Standing, TieRule
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class BodyRules:
    """A body's mandate and rules. None is "not set". Days are before the meeting; those of the minutes after."""

    authority: Authority
    mandate_by: str | None
    mandate_on: date | None
    meetings_per_year: int | None
    quorum: Quorum | None
    majority: Majority | None
    tie_rule: TieRule | None
    secret_minimum: int | None
    escalates_to: str | None
    call_days: int | None
    deadline_days: int | None
    notice_days: int | None
    minutes_days: int | None


@dataclass(frozen=True, slots=True)
class SeatSettings:
    """A seat as the secretariat keeps it. `holder`: "" for nobody; `since`: from when they hold it."""

    id: int
    role: str
    organisation: str
    standing: Standing
    chairs: bool
    specialty: str
    credentials: tuple[str, ...]
    holder: str
    holder_id: int | None
    deputies: tuple[str, ...]
    abolished_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BodySettingsView:
    """A body as the secretariat keeps it: what it is, its mandate, its rules, its seats.

    template          the template that its rules come from; "" for none
    is_template_newer whether that was changed since
    """

    body: BodyRef
    secretariat: str
    kind: str
    lang: Lang
    rules: BodyRules
    mandate_text: str
    legal_basis: str
    place: str
    link: str
    hours: tuple[time | None, time | None]
    closed_on: date | None
    template: str
    is_template_newer: bool
    seats: tuple[SeatSettings, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class RoomView:
    """A channel or group chat, and the body that is told things there from now on, or is no longer."""

    body: BodyRef
    is_linked: bool


@dataclass(frozen=True, slots=True)
class GoneRoom:
    """A channel or group chat where nothing can be posted any more."""

    id: int
    platform: str
    gone_on: date
    actions: tuple[AllowedAction, ...]
