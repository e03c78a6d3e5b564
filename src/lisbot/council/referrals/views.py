"""What the commands about cases sent on return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import OrgKind, ReferralAnswerKind, ReferralReason, ReferralState
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class OutsidePartyLine:
    """Whom a secretariat writes to outside lisbot. `waiting`: how many cases wait for its answer."""

    id: int
    name: str
    kind: OrgKind
    email: str
    contact: str
    closed_on: date | None
    waiting: int = 0
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralRuleLine:
    """Who receives what is sent on. `body`: of which council; "" for all of the secretariat's. `level`: 1 receives it
    first, higher numbers are higher up."""

    id: int
    body: str
    cause: ReferralReason | None
    level: int
    receiver: str
    is_closed: bool
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class OutsidePartiesView:
    """Whom the member's secretariats write to, and who receives what is sent on."""

    parties: tuple[OutsidePartyLine, ...]
    rules: tuple[ReferralRuleLine, ...]
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class SentPapers:
    """What was sent with a case, as it was that day."""

    background: str
    wording: str
    sides: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralAnswerLine:
    """What a receiver answered. `home_on`: the meeting whose agenda tells of it; `is_corrected`: a later one holds."""

    number: int
    kind: ReferralAnswerKind
    text: str
    sent_on_to: str
    at: datetime
    by_name: str
    noted_by: str
    is_late: bool
    is_corrected: bool
    home_on: date | None
    home_meeting_id: int | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A case sent on, as far as the viewer may see.

    case_id     for those who may open it in the council that it was raised in
    sent        None to those who are told only that it was sent
    to_case_id  the same of the council that received it
    """

    id: int
    body: BodyRef
    from_name: str
    receiver: str
    number: str
    title: str
    confidential: bool
    cause: ReferralReason
    document: str
    sent_at: datetime
    sent_by: str
    answer_by: date | None
    state: ReferralState
    received_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    days: int
    is_overdue: bool
    reminded_at: datetime | None
    sent: SentPapers | None
    answers: tuple[ReferralAnswerLine, ...]
    case_id: int | None
    to_case_id: int | None
    to_number: str
    sent_on_as: str
    next_id: int | None
    is_by_hand: bool = False  # its receiver had no address when it was sent: somebody hands it over
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One case sent on, in a list. `days`: how long it has waited, or waited for its answer."""

    id: int
    body: str
    receiver: str
    number: str
    title: str
    confidential: bool
    state: ReferralState
    sent_at: datetime
    answer_by: date | None
    ended_at: datetime | None
    days: int
    is_overdue: bool
    waits_for_agenda: bool
    is_by_hand: bool = False
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralsView:
    """What the member's councils have sent on and received: what waits, longest first, and where asked for what is
    over."""

    body: BodyRef | None
    done: bool
    incoming: tuple[ReferralLine, ...]
    waiting: tuple[ReferralLine, ...]
    ended: tuple[ReferralLine, ...]
    has_more: bool = False
