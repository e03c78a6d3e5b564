"""Reported changes of who holds a seat, and what the line of management answered."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ChangeGap, ConfirmationState, ConsentStanding, SeatChangeState
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in the register, as they are known there."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ReportedDeputy:
    """A deputy who is reported together with a change, and that report."""

    change_id: int
    rank: int
    name: str
    email: str
    state: SeatChangeState


@dataclass(frozen=True, slots=True)
class Credential:
    """What a seat asks of its holder, and when it was declared; None where it was not."""

    name: str
    declared_on: date | None


@dataclass(frozen=True, slots=True)
class ConfirmationLine:
    """Who in the line of management is asked about a change, and what they have answered, where."""

    name: str
    email: str
    state: ConfirmationState
    asked_at: datetime
    answered_at: datetime | None
    via: str
    reason: str


@dataclass(frozen=True, slots=True)
class LineConfirmationView:
    """A reported change as whoever approved it in the line of management is asked about it. No name: nobody follows."""

    id: int
    body: str
    seat: str
    rank: int
    name: str
    from_on: date
    deputies: tuple[str, ...]
    credentials: tuple[str, ...]
    anchored_by: str
    reported_by: str
    state: ConfirmationState
    reason: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class SeatChangeView:
    """A report that somebody takes over a seat, or that nobody follows: then without name and address.

    replaces   who has it until then; "" for nobody
    known      who in the register may be meant, for those who settle it: somebody under another name or address
    part_of    the report that it came together with, where that is another
    is_past    whether it was to begin before the day it was reported
    consent    how it stands with the newcomer's consent to be named in public; None where there is nothing to ask
    gaps       what is missing before it should be approved
    """

    id: int
    body: BodyRef
    seat_id: int
    seat: str
    rank: int
    name: str
    email: str
    replaces: str
    known: KnownPerson | None
    from_on: date
    anchored_by: str
    state: SeatChangeState
    reason: str | None
    reported_by: str
    actions: tuple[AllowedAction, ...]
    on_behalf_of: str = ""
    is_past: bool = False
    part_of: int | None = None
    deputies: tuple[ReportedDeputy, ...] = ()
    credentials: tuple[Credential, ...] = ()
    confirmation: ConfirmationLine | None = None
    consent: ConsentStanding | None = None
    gaps: tuple[ChangeGap, ...] = ()
