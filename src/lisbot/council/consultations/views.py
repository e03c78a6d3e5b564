"""What the commands about consultations return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import AdoptionWay, ConsultationState, QuestionKind
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class ConsultationQuestion:
    """A question of the form that each organisation fills in."""

    id: int
    words: str
    kind: QuestionKind
    options: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class ConsultationAnswer:
    """An answer to one question: in words, or where it was asked for a day or a yes or no."""

    question_id: int
    words: str
    day: date | None = None
    is_yes: bool | None = None


@dataclass(frozen=True, slots=True)
class ConsultationStatementLine:
    """What an organisation stated. `corrected`: how many times it stated something before this."""

    at: datetime
    by_name: str
    is_noted: bool
    is_late: bool
    corrected: int
    answers: tuple[ConsultationAnswer, ...]


@dataclass(frozen=True, slots=True)
class ConsultationRequestLine:
    """An organisation of a body that was asked, and what it stated, as far as the viewer may read it.

    stated_at     when it stated it; None: it is silent, or recused
    is_own        whether the viewer speaks for it
    """

    id: int
    body: str
    organisation: str
    is_recused: bool
    stated_at: datetime | None
    is_late: bool
    is_own: bool
    statement: ConsultationStatementLine | None
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsultedBodyLine:
    """A body that is asked, and how it adopted the reply."""

    body: BodyRef
    adopted_at: datetime | None
    adopted_by: str
    adopted_way: AdoptionWay | None
    adopted_note: str
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsultationCommentLine:
    """What a member said of the draft. `version`: which draft it was."""

    at: datetime
    by_name: str
    organisation: str
    text: str
    version: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class ConsultationDay:
    """A step of a consultation and the day it ends. `step`: "ask_by", "statements_by", …; `done_on`: the day it was
    done."""

    step: str
    day: date
    is_done: bool
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class ConsultationCase:
    """The case that a consultation is about, to those who may open it."""

    id: int
    body: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class ConsultationContact:
    """Whom whoever asked from outside may ask about the reply: somebody at the secretariat that keeps it."""

    name: str
    email: str
    secretariat: str


@dataclass(frozen=True, slots=True)
class ConsultationView:
    """A consultation, as far as the viewer may see.

    is_own      the secretariat asks by itself: there is nobody outside to reply to
    is_asker    the viewer is whoever asks from outside, and nothing else
    contact     whom they may ask, to whoever asks from outside
    is_keeper   the viewer works at the secretariat of a body that is asked
    is_recused  the viewer is the applicant's: of the reply they see nothing before it is sent
    is_by_hand  whoever asks has no address: somebody hands the reply over
    draft       "" to those who may not read it, and where there is none
    silent      the organisations that have not stated anything; nothing to whoever asks from outside
    unrepresented  of these, those that nobody can speak for today, to the secretariat while statements come in
    next_step   what it waits for: "ask_by", "statements_by", …; is_overdue: the day of that has passed
    """

    id: int
    number: str
    title: str
    asker: str
    is_own: bool
    reference: str
    background: str
    links: tuple[str, ...]
    specialty: str
    region: str
    applicant: str
    state: ConsultationState
    arrived_on: date
    registered_by: str
    answer_by: date
    days: tuple[ConsultationDay, ...]
    next_step: str
    is_overdue: bool
    is_keeper: bool
    is_recused: bool
    bodies: tuple[ConsultedBodyLine, ...]
    questions: tuple[ConsultationQuestion, ...]
    requests: tuple[ConsultationRequestLine, ...]
    silent: tuple[str, ...]
    draft: str
    draft_version: int
    drafted_at: datetime | None
    drafted_by: str
    comments: tuple[ConsultationCommentLine, ...]
    reply: str
    replied_at: datetime | None
    replied_by: str
    is_by_hand: bool
    ended_at: datetime | None
    end_reason: str
    actions: tuple[AllowedAction, ...] = ()
    case: ConsultationCase | None = None
    is_asker: bool = False
    unrepresented: tuple[str, ...] = ()
    contact: ConsultationContact | None = None


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """One consultation, in a list.

    step    what it waits for: "ask_by", "statements_by", …; "" where it is over
    day     by when
    silent  the organisations that have not stated anything, to the secretariat; to others their own alone
    """

    id: int
    number: str
    title: str
    asker: str
    bodies: tuple[str, ...]
    state: ConsultationState
    step: str
    day: date | None
    answer_by: date
    is_overdue: bool
    asked: int
    stated: int
    silent: tuple[str, ...]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedConsultation:
    """A consultation that waits for the viewer: for their organisation's statement or comments on the draft, for the
    body they chair, or for their secretariat.

    step          what it waits for: "ask_by", "statements_by", …
    organisation  whose statement it is; "" where it waits for something else
    body          which adopts the reply, to its chair; "" where it waits for something else
    until         by when; answer_by: until when its asker wants the reply
    is_due        somebody here has to do something; False: it goes on, and a secretariat sees that it does
    """

    id: int
    number: str
    title: str
    asker: str
    step: str
    organisation: str
    body: str
    until: date
    answer_by: date
    is_overdue: bool
    actions: tuple[AllowedAction, ...]
    is_due: bool = True


@dataclass(frozen=True, slots=True)
class ConsultationsView:
    """The consultations of the member's councils: what is open, by the day the next step ends; and where asked for
    what is over. `is_keeper`: the viewer works at the secretariat of one of these councils."""

    body: BodyRef | None
    done: bool
    open: tuple[ConsultationLine, ...]
    over: tuple[ConsultationLine, ...]
    has_more: bool = False
    is_keeper: bool = False
    actions: tuple[AllowedAction, ...] = ()
