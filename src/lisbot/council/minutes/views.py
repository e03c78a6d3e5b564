"""What the minutes' commands return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Agreement, MinutesState, OutcomeKind
from lisbot.council.meetings.views import ItemVote, MeetingRef
from lisbot.council.register.views import BodyRef


@dataclass(frozen=True, slots=True)
class PresenceLine:
    """A seat in the minutes, as it was called that day. `deputy_for`: whom a deputy sat there for."""

    seat_id: int
    name: str
    deputy_for: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """What the minutes say of one item. Of a withheld one the viewer learns only that it was there."""

    id: int
    case_id: int | None
    number: str
    title: str
    is_withheld: bool
    discussed: str
    outcome: OutcomeKind | None
    outcome_text: str
    agreement: Agreement | None
    sides: str
    follow_ups: tuple[FollowUpLine, ...]
    votes: tuple[ItemVote, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class CommentLine:
    """A comment on minutes that are out for comments."""

    name: str
    organisation: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MinutesView:
    """A meeting's minutes. `state_since` is when they entered their present state.

    `absent` are those who had said so, `missing` those who had not. What keeps whoever may approve them from it:
    `lacking`, the ids of items without an outcome, and `has_open_vote`.
    """

    meeting: MeetingRef
    state: MinutesState
    state_since: datetime | None
    comments_until: date | None
    present: tuple[PresenceLine, ...]
    absent: tuple[PresenceLine, ...]
    missing: tuple[PresenceLine, ...]
    items: tuple[MinutesItem, ...]
    comments: tuple[CommentLine, ...]
    lacking: tuple[int, ...]
    has_open_vote: bool
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of one item."""

    item_id: int
    meeting: MeetingRef
    number: str
    title: str
    outcome: OutcomeKind | None
    outcome_text: str
    agreement: Agreement | None
    sides: str
    has_minutes: bool


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """One case in the register of outcomes, as it was treated at one meeting."""

    item_id: int
    case_id: int
    number: str
    title: str
    outcome: OutcomeKind
    outcome_text: str
    meeting: MeetingRef


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
