"""What the minutes' commands return."""

from dataclasses import dataclass
from datetime import date, datetime, time

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    Agreement,
    FollowUpState,
    MinutesState,
    OutcomeKind,
    ReferralAnswerKind,
    SummaryState,
)
from lisbot.council.meetings.views import ItemVote, MeetingRef
from lisbot.council.register.views.refs import BodyRef

PLANNED = (FollowUpState.WILL_BE, FollowUpState.WAITS)  # answers whose day is one to come


@dataclass(frozen=True, slots=True)
class PresenceLine:
    """A seat in the minutes, as it was called that day.

    `deputy_for`: whom a deputy sat there for; `instead_of`: whom somebody else did. Hours where they came later than
    the beginning or left before the end.
    """

    seat_id: int
    name: str
    deputy_for: str
    role: str
    organisation: str
    instead_of: str = ""
    arrived: time | None = None
    left: time | None = None
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class GuestLine:
    """Somebody without a seat who was at the meeting; with `item_id`, at that item alone."""

    id: int
    name: str
    affiliation: str
    item_id: int | None
    arrived: time | None
    left: time | None
    actions: tuple[AllowedAction, ...] = ()
    is_unsure: bool = False  # expected, and neither they nor the minutes have said that they came


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """What the minutes say of one item. Of a withheld one the viewer learns only that it was there."""

    id: int
    case_id: int | None
    number: str
    title: str
    is_withheld: bool
    confidential: bool = False
    discussed: str = ""
    outcome: OutcomeKind | None = None
    outcome_text: str = ""
    agreement: Agreement | None = None
    sides: str = ""
    follow_ups: tuple[FollowUpLine, ...] = ()
    votes: tuple[ItemVote, ...] = ()
    guests: tuple[GuestLine, ...] = ()
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment on the minutes, and what was answered. `item`: the title of the item it is about; of the whole: ""."""

    id: int
    item: str
    name: str
    organisation: str
    text: str
    at: datetime
    answer: str
    answered_by: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """Minutes as they were approved once, and why they were reopened."""

    number: int
    approved_at: datetime
    approved_by: str
    reopened_at: datetime | None = None
    reopened_by: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MinutesView:
    """A meeting's minutes. `state_since` is when they entered their present state.

    `absent` are those who had said so, `missing` those who had not: named to the secretariat while it writes, to
    others `missing_count`. What keeps whoever may approve them from it: `lacking`, the ids of items without an
    outcome, and `has_open_vote`.
    `version` is the number of the approved version that is shown; None for a draft. `is_corrected`: they have been
    reopened since, for the reason that the newest of `versions` gives.
    """

    meeting: MeetingRef
    state: MinutesState
    state_since: datetime | None
    comments_until: date | None
    present: tuple[PresenceLine, ...]
    absent: tuple[PresenceLine, ...]
    missing: tuple[PresenceLine, ...]
    missing_count: int
    guests: tuple[GuestLine, ...]
    items: tuple[MinutesItem, ...]
    comments: tuple[CommentLine, ...]
    lacking: tuple[int, ...]
    has_open_vote: bool
    actions: tuple[AllowedAction, ...]
    version: int | None
    newest_version: int
    is_corrected: bool
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The short account of a meeting: to the secretariat as it stands, to others as it was last sent. `written_by`:
    who wrote it, or sent it."""

    meeting: MeetingRef
    state: SummaryState
    text: str
    written_by: str
    sent_at: datetime | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of one item."""

    item_id: int
    meeting: MeetingRef
    number: str
    title: str
    confidential: bool
    outcome: OutcomeKind | None
    outcome_text: str
    agreement: Agreement | None
    sides: str
    is_case: bool
    to_meeting_on: date | None  # where it is postponed to; None: it waits in the council's list
    has_minutes: bool
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One case in the register of outcomes, as it was treated at one meeting."""

    item_id: int
    case_id: int
    number: str
    title: str
    confidential: bool
    outcome: OutcomeKind
    outcome_text: str
    meeting: MeetingRef
    is_corrected: bool  # the minutes are being corrected: what was approved, to the secretariat its draft


@dataclass(frozen=True, slots=True)
class FollowUpTask:
    """What an organisation is to follow up, with the item it comes from and what came of that. `answer_by`: the body's
    next meeting, before which it is asked for. `is_represented`: whether somebody is there to be reminded."""

    line: FollowUpLine
    organisation_id: int
    meeting: MeetingRef
    number: str
    title: str
    confidential: bool
    is_overdue: bool
    outcome: OutcomeKind | None = None
    outcome_text: str = ""
    answer_by: date | None = None
    is_represented: bool = True


@dataclass(frozen=True, slots=True)
class FollowUpsView:
    """What is being followed up in the viewer's councils: overdue first, then by deadline."""

    body_id: int | None
    done: bool
    bodies: tuple[BodyRef, ...]
    found: tuple[FollowUpTask, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """An organisation that is asked what it did."""

    id: int
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class CarryAnswer:
    """What an organisation says that it did with a case, or with what it was to do (`what`). `is_past`: the day that it
    gave has passed, and it has not said that it is done."""

    follow_up_id: int
    organisation: str
    what: str
    state: FollowUpState
    words: str
    day: date | None
    name: str
    due_on: date | None
    is_overdue: bool
    is_past: bool
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class CarriedCase:
    """What came of a case at a meeting, and what each organisation of the view says that it did with it: nothing of
    those that were not asked. A case that was decided of at several meetings stands once for each.

    Of a withheld one the viewer learns only that it is there.
    """

    case_id: int
    number: str
    title: str
    is_withheld: bool
    confidential: bool
    meeting_id: int
    held_on: date
    outcome: OutcomeKind | None
    outcome_text: str
    answers: tuple[tuple[CarryAnswer, ...], ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """An organisation that has not answered, how many questions, and whether anybody represents it."""

    organisation: Carrier
    count: int
    is_represented: bool


@dataclass(frozen=True, slots=True)
class CarryThroughView:
    """What each organisation did with the cases that a body treated in a year, the newest first, and how many of them
    are of earlier years. `answer_by`: the body's next meeting, before which they are asked."""

    body: BodyRef
    year: int
    organisations: tuple[Carrier, ...]
    cases: tuple[CarriedCase, ...]
    earlier: int
    silent: tuple[Silence, ...]
    answer_by: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What somebody a case was sent on to has answered, in the register of outcomes. `is_corrected`: a later answer of
    theirs holds instead; `corrects`: it holds instead of an earlier one."""

    referral_id: int
    number: str
    title: str
    confidential: bool
    body: str
    receiver: str
    kind: ReferralAnswerKind
    text: str
    on: date
    is_corrected: bool
    corrects: bool


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """What a search of the register of outcomes asked for and found, newest first."""

    text: str
    body_id: int | None
    year: int | None
    kind: OutcomeKind | None
    bodies: tuple[BodyRef, ...]
    found: tuple[OutcomeLine, ...]
    has_more: bool
    answers: tuple[AnswerLine, ...] = ()
