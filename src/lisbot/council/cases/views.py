"""What the cases' commands return."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    Agreement,
    CaseProcessState,
    ConsultationState,
    FollowUpState,
    OutcomeKind,
    ReferralReason,
    ReferralState,
)
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class CaseTreatment:
    """A case on one meeting's agenda, and what came of it there, once the minutes are sent out.

    `outcome_text` and `sides` are what the minutes say; None outcome: nothing is recorded or sent out yet.
    """

    meeting_id: int
    held_on: date
    is_cancelled: bool
    has_minutes: bool  # whether the viewer may read the meeting's minutes
    outcome: OutcomeKind | None
    outcome_text: str
    agreement: Agreement | None
    sides: str
    follow_ups: tuple["FollowUpLine", ...]
    is_corrected: bool = False  # the minutes are being corrected: what was approved, to the secretariat its draft


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """What an organisation is to do, by when, and what it says that it has. `what` "": it is asked what it did with
    what came of the case."""

    organisation: str
    what: str
    due_on: date | None
    id: int = 0
    done_on: date | None = None
    done_by: str = ""
    actions: tuple[AllowedAction, ...] = ()
    state: FollowUpState = FollowUpState.OPEN
    words: str = ""
    answer_on: date | None = None
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class AwaitedAnswer:
    """A case that was sent on and waits for an answer. `is_own`: that of the viewer's own council; else somebody else's
    to it. `is_taken_in`: the receiving council has given it a number; `is_placed`: and put it on an agenda."""

    id: int
    number: str
    title: str
    sender: str
    receiver: str
    confidential: bool
    sent_on: date
    answer_by: date | None
    is_own: bool
    is_taken_in: bool
    is_placed: bool
    is_overdue: bool
    is_to_hand_over: bool = False  # somebody is to hand it over to a receiver without an address
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseReferral:
    """To whom a case was sent on, or by whom it was sent here, why, by when they asked for an answer, and what was
    answered last."""

    id: int
    is_incoming: bool
    sender: str
    receiver: str
    state: ReferralState
    sent_on: date
    ended_on: date | None
    answer: str
    is_by_hand: bool = False
    cause: ReferralReason | None = None
    answer_by: date | None = None


@dataclass(frozen=True, slots=True)
class CaseConsultation:
    """A consultation in which councils are asked about a case. `answer_by`: until when its asker wants the reply."""

    id: int
    number: str
    title: str
    asker: str
    state: ConsultationState
    answer_by: date


@dataclass(frozen=True, slots=True)
class CaseStage:
    """At which stage of a process a case is, since when; of a process that is over, the last, and since when it is."""

    id: int
    process: str
    state: CaseProcessState
    stage: str
    since: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ItemStatementLine:
    """What an organisation states of a case before a meeting."""

    organisation: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class CaseCarryThrough:
    """How many of the questions what was done with a case are answered, of the newest meeting that asked each
    organisation. `silent`: who has not answered, `unasked`: whom nobody represents; `year`: of that meeting."""

    year: int
    asked: int
    answered: int
    silent: tuple[str, ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case through its meetings, oldest first. Background, wording and links are its newest."""

    id: int
    body: BodyRef
    number: str
    title: str
    confidential: bool
    opened_on: date
    background: str
    wording: str
    links: tuple[str, ...]
    treatments: tuple[CaseTreatment, ...]
    actions: tuple[AllowedAction, ...] = ()
    referrals: tuple[CaseReferral, ...] = ()
    stages: tuple[CaseStage, ...] = ()
    statements: tuple[ItemStatementLine, ...] = ()
    consultations: tuple[CaseConsultation, ...] = ()
    carry_through: CaseCarryThrough | None = None


class WaitsSince(StrEnum):
    """Why a case waits: it was put off without a date, or its meeting was cancelled."""

    PUT_OFF = "put_off"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case that waits to be put on an agenda. `held_on`: the meeting it was last for."""

    id: int
    number: str
    title: str
    confidential: bool
    since: WaitsSince
    held_on: date
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class WaitingCasesView:
    """A body's cases that wait: for an agenda, by their numbers, and for an answer of somebody they were sent on to."""

    body: BodyRef
    cases: tuple[WaitingCase, ...]
    awaited: tuple[AwaitedAnswer, ...] = ()
