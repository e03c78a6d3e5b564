"""What the overviews return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any

from lisbot.council.cases.views import AwaitedAnswer
from lisbot.council.consultations.views import AskedConsultation
from lisbot.council.core.views import AllowedAction
from lisbot.council.distribution.views import LineOfDistribution
from lisbot.council.enums import DeputyResponse, MeetingState, MinutesState, Response, WorkKind, WorkSpan
from lisbot.council.meetings.views import GuestInvitationView, MeetingLine, MeetingRef, ProposalLine
from lisbot.council.minutes.views import FollowUpTask
from lisbot.council.processes.views import CaseProcessTask
from lisbot.council.register.views.asked import AskedConfirmation, AskedConsent
from lisbot.council.register.views.bodies import BodyRules, GoneRoom
from lisbot.council.register.views.refs import BodyRef
from lisbot.council.register.views.seats import SeatOnDay
from lisbot.council.votes.views import AnsweredVote, AskedVote


class Doubt(StrEnum):
    """Why it is asked what somebody meant by what they typed."""

    NONE = auto()
    MISTYPED = auto()  # it is nearly a phrase
    WHICH_BODY = auto()  # several councils may be meant
    NO_SUCH_BODY = auto()  # no council is called so, though others nearly are
    NO_BODY = auto()  # nor is any other


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may have meant: a phrase or a council's name, and what it would run."""

    name: str
    action: AllowedAction


@dataclass(frozen=True, slots=True)
class MenuView:
    """What lisbot can do for the viewer: their councils, and the commands open to them in any of these.

    doubt: why it is asked what they meant by what they said; offers: what that may be.
    """

    bodies: tuple[BodyRef, ...]
    actions: tuple[AllowedAction, ...]
    doubt: Doubt = Doubt.NONE
    said: str = ""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingTask:
    """Something the viewer is asked about one meeting, and what they may answer."""

    meeting: MeetingRef
    until: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in a council: a text key under dashboard.due.*, the day, and the meeting it concerns."""

    what: str
    on: date
    meeting_id: int


@dataclass(frozen=True, slots=True)
class UnfinishedMeeting:
    """A meeting that has begun and whose minutes are not approved: whether it still goes on, how far the minutes have
    come, and when they are due."""

    meeting: MeetingRef
    state: MeetingState
    minutes: MinutesState
    due_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class MeetingCount:
    """How many there are of something at one meeting."""

    meeting: MeetingRef
    count: int


@dataclass(frozen=True, slots=True)
class BodyStatus:
    """How one council stands. Each count is how long the list is that it leads to.

    waiting      proposals that wait for an answer, for whichever meeting
    silent       voting seats that have not answered an open call, and `calls`: for each call
    vacant       seats that take part and that nobody holds today
    gone_rooms   channels that can no longer be told anything
    undelivered  messages that did not reach somebody they should have, lately
    late         messages that should have been sent long ago and still wait
    unanswered   seats that have not answered a notice, and `notices`: for each meeting
    unfinished   the meetings whose minutes are to be begun, sent out or approved, the oldest first
    sendable     the meetings that have a case on their agenda and whose notice may be sent: their ids
    overdue      follow-ups past their deadline, `passed`: days that organisations gave and that have passed, and
                 `late_stages`: cases too long at a stage of a process, and `late_consultations`: those whose next step
                 is the secretariat's and overdue; told where the body stands alone
    """

    body: BodyRef
    next: MeetingRef | None
    waiting: int
    silent: int
    unanswered: int
    open_votes: int
    changes: int
    vacant: int
    gone_rooms: int
    undelivered: int
    late: int
    due: tuple[Due, ...]
    calls: tuple[MeetingCount, ...]
    notices: tuple[MeetingCount, ...]
    unfinished: tuple[UnfinishedMeeting, ...]
    sendable: tuple[int, ...]
    overdue: int = 0
    passed: int = 0
    late_stages: int = 0
    late_consultations: int = 0


@dataclass(frozen=True, slots=True)
class DashboardView:
    """How all councils of the viewer's secretariat stand."""

    on: date
    bodies: tuple[BodyStatus, ...]
    overdue: int  # follow-ups that are not done by their deadline
    actions: tuple[AllowedAction, ...]
    stages: tuple[CaseProcessTask, ...] = ()  # cases that others moved here, or that are late
    awaited: tuple[AwaitedAnswer, ...] = ()  # cases sent on: what waits for the councils, and what they have not had
    consultations: tuple[AskedConsultation, ...] = ()  # those whose next step is the secretariat's, and due


@dataclass(frozen=True, slots=True)
class OwnResponse:
    """What the viewer has answered to a meeting's notice, for their own seat or as a deputy: one of the two."""

    meeting_id: int
    response: Response | None
    deputy_response: DeputyResponse | None


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which of a secretariat's work is shown: of what kind, of which council, and what is due until when."""

    what: WorkKind | None
    body_id: int | None
    when: WorkSpan
    until: date


@dataclass(frozen=True, slots=True)
class WorklistView:
    """What is asked of the viewer now, what they have answered, and what they have coming.

    filter     what of the viewer's councils' work is shown; None to those who are no secretariat
    several    what may be done at once for several of the meetings that are shown

    declined   the meetings for which they have said that they have no items, while the call is open
    link       where the next meeting is joined
    minutes    the meetings whose minutes are the newest they may read, one for a council

    confirmations  the reported changes that they are asked about as a leader
    consents       the secretariats whose text they are asked to consent to
    stages         the cases in processes that are their secretariats' task, and came from others or are due
    guest_invitations  what they are invited to as a guest, answered or not
    awaited        the cases sent on that wait for their councils, and the answers that these have not had in time
    """

    name: str
    on: date
    calls: tuple[MeetingTask, ...]
    invitations: tuple[MeetingTask, ...]
    stand_ins: tuple[MeetingTask, ...]
    votes: tuple[AskedVote, ...]
    returned: tuple[ProposalLine, ...]
    follow_ups: tuple[FollowUpTask, ...]
    comments: tuple[MeetingTask, ...]
    proposals: tuple[ProposalLine, ...]
    meetings: tuple[MeetingRef, ...]
    bodies: tuple[BodyRef, ...]
    overseen: tuple[BodyStatus, ...]
    actions: tuple[AllowedAction, ...]
    responses: tuple[OwnResponse, ...] = ()
    voted: tuple[AnsweredVote, ...] = ()
    declined: tuple[MeetingRef, ...] = ()
    link: str = ""
    minutes: tuple[MeetingRef, ...] = ()
    filter: WorkFilter | None = None
    several: tuple[AllowedAction, ...] = ()
    confirmations: tuple[AskedConfirmation, ...] = ()
    consents: tuple[AskedConsent, ...] = ()
    consultations: tuple[AskedConsultation, ...] = ()
    stages: tuple[CaseProcessTask, ...] = ()
    awaited: tuple[AwaitedAnswer, ...] = ()
    guest_invitations: tuple[GuestInvitationView, ...] = ()
    running: tuple[AskedConsultation, ...] = ()  # of the secretariat's, that wait for others or for a later day


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """A council to whoever is new in it. `seats`: those they have there; `minutes`: of which meeting they were approved
    last."""

    body: BodyRef
    seats: tuple[str, ...]
    mandate_text: str
    mandate_by: str
    mandate_on: date | None
    legal_basis: str
    minutes: MeetingRef | None
    calls: tuple[MeetingTask, ...]
    invitations: tuple[MeetingTask, ...]
    votes: tuple[AskedVote, ...]
    meetings: tuple[MeetingRef, ...]


@dataclass(frozen=True, slots=True)
class BodyView:
    """A council: its mandate and rules, who sits there today, its next meetings and open questions, and to its
    secretariat how it stands."""

    body: BodyRef
    secretariat: str
    on: date
    rules: BodyRules
    seats: tuple[SeatOnDay, ...]
    meetings: tuple[MeetingLine, ...]
    votes: tuple[AskedVote, ...]
    status: BodyStatus | None
    gone_rooms: tuple[GoneRoom, ...]
    actions: tuple[AllowedAction, ...]
    past: tuple[MeetingLine, ...] = ()  # the last that were held, the newest first
    with_minutes: tuple[int, ...] = ()  # the ids of those of them whose minutes the viewer may read
    with_summaries: tuple[int, ...] = ()  # and of those of which a short account was sent
    has_roster: bool = False  # one that is published for everybody
    distribution: tuple[LineOfDistribution, ...] = ()  # who else gets what of it


@dataclass(frozen=True, slots=True)
class BodyExportView:
    """All that is kept of a council, as data: the rows by the name of their table; of what is not whole, which there
    are."""

    body: BodyRef
    at: datetime
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
