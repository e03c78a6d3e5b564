"""What the meetings' commands return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from lisbot.council.cases.views import AwaitedAnswer, ItemStatementLine
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    CallState,
    DeputyResponse,
    GuestState,
    ItemKind,
    Majority,
    MeetingState,
    MinutesState,
    NoticeState,
    ProposalState,
    Quorum,
    Response,
    Standing,
    StepKind,
    StepState,
    TieRule,
    Verdict,
    VoteForm,
)
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class MeetingRef:
    """A meeting by council and date. Hours are wall time: of the first day's start and the last day's end.

    `shares_day`: the body has another meeting that begins the same day.
    """

    id: int
    body: BodyRef
    held_on: date
    ends_on: date
    starts: time
    ends: time
    place: str
    shares_day: bool


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list, with how far it has come."""

    meeting: MeetingRef
    state: MeetingState
    call: CallState
    call_opens_on: date | None
    call_closes_on: date | None
    is_notice_sent: bool
    minutes: MinutesState
    cancel_reason: str | None
    actions: tuple[AllowedAction, ...] = ()
    is_entered_afterwards: bool = False


@dataclass(frozen=True, slots=True)
class YearPlanView:
    """A body's meetings in one calendar year. `usual_count`: how many there should be, where that is set."""

    body: BodyRef
    year: int
    usual_count: int | None
    meetings: tuple[MeetingLine, ...]
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class YearPlansView:
    """The year plans that a file has set dates for, and how many of its rows were new, changed or there already."""

    plans: tuple[YearPlanView, ...]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changed_ids: tuple[int, ...] = ()  # the meetings that were changed


@dataclass(frozen=True, slots=True)
class RecusedSeat:
    """A seat that a question was answered without, who held it, and why."""

    holder: str
    seat: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemVote:
    """A question put on an agenda item. The result's fields are empty until it is closed."""

    id: int
    question: str
    form: VoteForm
    is_open: bool
    secret: bool
    counts: Mapping[str, int]
    verdict: Verdict | None
    winner: str | None
    tied: tuple[str, ...]
    quorum: Quorum | None
    majority: Majority | None
    tie_rule: TieRule | None
    recused: tuple[RecusedSeat, ...]


@dataclass(frozen=True, slots=True)
class ItemGuest:
    """Somebody without a seat who is invited. `state`: what they have answered, to the secretariat alone."""

    name: str
    affiliation: str
    state: GuestState | None


@dataclass(frozen=True, slots=True)
class AgendaItemLine:
    """One item of an agenda, as the viewer may see it. Standing items have no case.

    `place`: its number on the agenda, from 1 on. `starts`: when it is due, where every item before it says how long it
    takes. `break_minutes`: of the break after it.
    `is_withheld`: confidential, and the viewer learns no more than that it is there.
    `is_on_draft`: whether it still stands on the secretariat's draft.
    """

    id: int
    case_id: int | None
    number: str
    title: str
    kind: ItemKind
    starts: time | None
    duration_minutes: int | None
    background: str
    wording: str
    links: tuple[str, ...]
    confidential: bool
    is_withheld: bool
    is_on_draft: bool
    votes: tuple[ItemVote, ...] = ()
    actions: tuple[AllowedAction, ...] = ()
    place: int = 0
    break_minutes: int | None = None
    statements: tuple[ItemStatementLine, ...] = ()
    guests: tuple[ItemGuest, ...] = ()


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """How an agenda differs from what people were last told: a text key under agenda_change.*, and of which item."""

    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """What somebody has answered who may come without a seat. `of_body`: by a seat in which body."""

    of_body: str
    response: Response | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class AgendaView:
    """A meeting's agenda: to the secretariat as it stands, to others as it was last sent."""

    meeting: MeetingRef
    link: str
    notice: NoticeState
    items: tuple[AgendaItemLine, ...]
    changes: tuple[AgendaChange, ...]
    actions: tuple[AllowedAction, ...]
    visit: OwnVisit | None = None


@dataclass(frozen=True, slots=True)
class OwnAttendance:
    """What this member has answered, or is asked. `stands_in_for`: whom a deputy is asked to stand in for.

    `is_known` is False where the view is drawn for a role and not for a person. `former_response`: what was answered
    before the meeting was moved, for `former_on`.
    """

    is_known: bool
    response: Response | None
    deputy: str
    deputy_response: DeputyResponse | None
    stands_in_for: str
    actions: tuple[AllowedAction, ...]
    former_response: Response | None = None
    former_on: date | None = None
    noted_by: str = ""  # who at the secretariat noted the answer; they themselves: ""


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One seat's answer to a notice. The reason for an absence is the secretariat's to see."""

    seat_id: int
    name: str
    role: str
    organisation: str
    standing: Standing
    response: Response | None
    reason: str
    deputy: str
    deputy_response: DeputyResponse | None
    is_represented: bool
    former_response: Response | None = None
    former_on: date | None = None
    noted_by: str = ""  # who at the secretariat noted the answer; they themselves: ""
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ForecastView:
    """Who will be at a meeting, and whether that is enough where a quorum is set.

    `coming` and `voting` count the voting seats that somebody holds, as on a vote's roll.
    """

    meeting: MeetingRef
    coming: int
    voting: int
    quorum: Quorum | None
    has_quorum: bool | None
    seats: tuple[AttendanceLine, ...]
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of what a meeting goes through. `on`: the day it was done, or is due; of an open call its deadline."""

    kind: StepKind
    state: StepState
    on: date | None


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting: when and where, its agenda, who comes, and what is asked there.

    `steps`: how far it has come, a step after the other; none of a meeting that is cancelled. `may_read_minutes` and
    `may_triage` say whether the viewer may go on to minutes and proposals.
    """

    line: MeetingLine
    link: str
    notice: NoticeState
    items: tuple[AgendaItemLine, ...]
    changes: tuple[AgendaChange, ...]
    own: OwnAttendance | None
    forecast: ForecastView | None
    may_read_minutes: bool
    may_triage: bool
    agenda_actions: tuple[AllowedAction, ...]
    actions: tuple[AllowedAction, ...]
    steps: tuple[Step, ...]
    guests: tuple[ItemGuest, ...] = ()  # of the whole meeting


@dataclass(frozen=True, slots=True)
class InvitedGuest:
    """Somebody invited without a seat: to one item, or where `item` is empty to the whole meeting."""

    id: int
    name: str
    affiliation: str
    item: str
    starts: time
    ends: time
    state: GuestState
    actions: tuple[AllowedAction, ...]
    is_withheld: bool = False  # it has become confidential since, and they see no more of it
    former_response: Response | None = None  # for another day, before the meeting was moved
    former_on: date | None = None


@dataclass(frozen=True, slots=True)
class GuestInvitationsView:
    """Who is invited to a meeting without a seat."""

    meeting: MeetingRef
    guests: tuple[InvitedGuest, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class GuestInvitationView:
    """What a guest is invited to, as they see it: the one item with its papers, or the whole meeting's hours."""

    id: int
    body: str
    held_on: date
    starts: time
    ends: time
    place: str
    link: str
    item: str
    background: str
    wording: str
    links: tuple[str, ...]
    confidential: bool
    state: GuestState
    response: Response | None
    actions: tuple[AllowedAction, ...]
    is_withheld: bool = False  # the item has become confidential since they were invited
    is_draft: bool = False  # its papers are not told to anybody yet


@dataclass(frozen=True, slots=True)
class AskedSeat:
    """A seat that a call asks."""

    seat_id: int
    seat: str
    holder: str
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. `source`: the organisation, or else the person, it comes from. `is_stranded`: it waits
    for a meeting that takes no more items. `case_number` and `case_title`: what it has become, or was merged into."""

    id: int
    meeting: MeetingRef
    title: str
    kind: ItemKind
    background: str
    wording: str
    duration_minutes: int | None
    links: tuple[str, ...]
    source: str
    confidential: bool
    late: bool
    state: ProposalState
    is_stranded: bool
    reason: str | None
    case_number: str
    case_title: str
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CallView:
    """A meeting's call for agenda items, how it has been answered, and one's own proposals.

    `closed_on`: the day it was closed. `asked`: how many seats are, from its opening on. Who has answered what
    (`proposed`, `declined`, `silent`), `waiting` (proposals that wait for an answer) and `reminded_at` are the
    secretariat's to see.
    """

    meeting: MeetingRef
    state: CallState
    opens_on: date | None
    closes_on: date | None
    closed_on: date | None
    answered: int
    asked: int
    proposed: tuple[AskedSeat, ...]
    declined: tuple[AskedSeat, ...]
    silent: tuple[AskedSeat, ...]
    reminded_at: datetime | None
    own: tuple[ProposalLine, ...]
    has_declined: bool
    waiting: int | None
    actions: tuple[AllowedAction, ...]
    message: str = ""  # what the secretariat says to those who are asked


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal, and what has become of it. `is_stranded`: it waits for a meeting that takes no more items."""

    id: int
    meeting: MeetingRef
    title: str
    kind: ItemKind
    background: str
    wording: str
    duration_minutes: int | None
    links: tuple[str, ...]
    confidential: bool
    late: bool
    state: ProposalState
    is_stranded: bool
    reason: str | None
    by: str
    organisation: str
    case_id: int | None
    case_number: str
    case_title: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class StandingItemLine:
    """An item that stands on every agenda of a council, by its title to this viewer."""

    title: str
    kind: ItemKind
    duration_minutes: int | None
    comes_last: bool


@dataclass(frozen=True, slots=True)
class StandingItemsView:
    """The items that stand on every agenda of a council, in their order."""

    body: BodyRef
    items: tuple[StandingItemLine, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One of several meetings that the same was done for: whether it was, or why not, and whom it told, in the
    viewer's language. `meeting`: None where it is not the viewer's to see."""

    meeting_id: int
    meeting: MeetingRef | None
    is_done: bool = False
    why: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchView:
    """What became of each of several meetings that the same was done for."""

    command: str
    lines: tuple[BatchLine, ...]


@dataclass(frozen=True, slots=True)
class TriageView:
    """What has been proposed, and how far the secretariat has come with it: for one meeting, or what waits in one
    body, or in all of the viewer's.

    `settled` and `withdrawn` are of one meeting; what was sent in for it and postponed to another is among the
    settled. `received`: the cases that were sent to the body by others, and are not taken in.
    """

    meeting: MeetingRef | None
    body: BodyRef | None
    waiting: tuple[ProposalLine, ...]
    settled: tuple[ProposalLine, ...]
    withdrawn: tuple[ProposalLine, ...]
    actions: tuple[AllowedAction, ...] = ()
    received: tuple[AwaitedAnswer, ...] = ()
