"""What a case's journey is shown as."""

from dataclasses import dataclass
from datetime import date

from lisbot.council.consultations.views import ConsultationAnswer, ConsultationQuestion
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    AdoptionWay,
    Agreement,
    CaseLinkKind,
    ConsultationState,
    Distributed,
    FollowUpState,
    OutcomeKind,
    ReferralAnswerKind,
    ReferralReason,
    ReferralState,
    StationRole,
    WaitsFor,
)
from lisbot.council.meetings.views import ItemVote
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class Wait:
    """Where a case waits now.

    whom      for whom, by name; `asked_on`: when each organisation of these was asked first, None: by the minutes
    until     the deadline or the meeting's day
    unasked   organisations that nobody represents, so that nobody could be asked
    is_again  all have answered, and these have more to say
    """

    state: WaitsFor
    whom: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    is_overdue: bool = False
    meeting_id: int | None = None
    referral_id: int | None = None
    consultation_id: int | None = None
    asked_on: tuple[date | None, ...] = ()
    unasked: tuple[str, ...] = ()
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """What somebody had of a case. `sides`: each side's reasons."""

    background: str = ""
    wording: str = ""
    sides: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a case: what came of it at a meeting, an answer, or what was done with it.

    adopted   how a council adopted the reply to a consultation; `is_reply`: the words are the reply that was sent
    answers   what an organisation stated in one, to the station's `questions`
    """

    on: date | None
    by: str = ""
    words: str = ""
    outcome: OutcomeKind | None = None
    agreement: Agreement | None = None
    answer: ReferralAnswerKind | None = None
    done: FollowUpState | None = None
    sides: str = ""
    is_late: bool = False
    is_corrected: bool = False
    adopted: AdoptionWay | None = None
    is_reply: bool = False
    answers: tuple[ConsultationAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Station:
    """Somebody who had a case, as the viewer may know of it.

    name      what they were called; `number`: the case's number there
    title     what it was called there
    from_on   since when they had it; `to_on`: until when, None: they have it still
    papers    what they had with it; None where the viewer is told only that they had it
    what      the task that an organisation was given; `informed`: what they were sent of its meeting
    is_unasked  nobody represents an organisation, so that nobody could be asked
    questions what a council was asked in a consultation
    case_id, meeting_id, referral_id, proposal_id, consultation_id  what the viewer may open of it
    """

    role: StationRole
    name: str
    from_on: date
    to_on: date | None
    number: str = ""
    title: str = ""
    affiliation: str = ""
    is_outside: bool = False
    is_cancelled: bool = False
    cause: ReferralReason | None = None
    state: ReferralState | ConsultationState | FollowUpState | None = None
    is_unasked: bool = False
    is_by_hand: bool = False
    answer_by: date | None = None
    what: str = ""
    informed: Distributed | None = None
    papers: Papers | None = None
    said: tuple[Said, ...] = ()
    votes: tuple[ItemVote, ...] = ()
    case_id: int | None = None
    meeting_id: int | None = None
    referral_id: int | None = None
    proposal_id: int | None = None
    consultation_id: int | None = None
    questions: tuple[ConsultationQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherCase:
    """A case that belongs together with this one. `kind` None: of the same story, in another council.

    is_reversed: it is the other that was split from this one, or merged into it.
    """

    case_id: int
    body: str
    number: str
    title: str
    kind: CaseLinkKind | None = None
    is_reversed: bool = False
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class JourneyView:
    """A case from its beginning to now, as far as the viewer may know, the oldest station first."""

    case_id: int
    body: BodyRef
    number: str
    title: str
    confidential: bool
    opened_on: date
    waits: Wait
    stations: tuple[Station, ...]
    others: tuple[OtherCase, ...]
    actions: tuple[AllowedAction, ...] = ()
