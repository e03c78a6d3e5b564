"""What is asked of somebody now, and what they have coming. A handful of statements, however much history."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lisbot.council.cases.awaited import OF_REFERRAL, open_awaited, read_awaited
from lisbot.council.consultations.asked import OF_CONSULTATION, open_consultations, read_asked_consultations
from lisbot.council.core.access import P, bodies_where, may
from lisbot.council.core.context import Act, Role
from lisbot.council.core.fields import Id, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import SENT_OUT, DeputyResponse, MinutesState, ProposalState, Response, WorkKind, WorkSpan
from lisbot.council.meetings.call_answers import is_open, silent_seats
from lisbot.council.meetings.forecast import DEPUTY_ANSWERS
from lisbot.council.meetings.own_invitations import OF_GUEST, open_invitations, read_own_invitations
from lisbot.council.meetings.proposal_lines import proposal_line, senders_actions
from lisbot.council.meetings.rows import AS_LINE, meeting_ref
from lisbot.council.meetings.states import CALL, RESPONDING, may_propose
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.minutes.follow_ups import tasks
from lisbot.council.models import Attendance, Body, CallDecline, Meeting, MinutesComment, Proposal, Term
from lisbot.council.overview.views import MeetingTask, OwnResponse, WorkFilter, WorklistView
from lisbot.council.overview.work import at_once, choose, read_work
from lisbot.council.processes.under_way import OF_PROCESS, open_tasks, read_tasks
from lisbot.council.register.asked import OF_REGISTER, open_questions, read_asked
from lisbot.council.register.bodies import body_ref
from lisbot.council.votes.asked import read_own_votes
from lisbot.texts import sort_key

MAX_SHOWN = 12  # of each kind
MAX_MINUTES = 3
LOOKED_BACK = timedelta(days=400)  # for the last minutes
OF_OTHERS = (OF_REGISTER, OF_CONSULTATION, OF_PROCESS, OF_REFERRAL, OF_GUEST)  # what is asked about no meeting
KINDS = ("call", "invitation", "stand_in", "comment", "coming", "declined", "minutes")
AT_SECRETARIAT = (Role.SECRETARY, Role.STAFF)
ANSWERED_BEFORE = ("call", "invitation", "stand_in")  # what is answered before the meeting is over


async def show_prefill(act: Act) -> Prefill:
    """The councils whose work may be chosen."""
    own = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.OVERSEE))))
    collate = sort_key(act.by.lang)
    choices = [(body.id, body.name) for body in sorted(own, key=lambda body: collate(body.name))]
    return Prefill(values={"when": WorkSpan.TODAY}, choices={"body_id": choices}, required={"when"})


async def show(
    act: Act, *, what: WorkKind | None = None, body_id: Id | None = None, when: WorkSpan | None = None
) -> WorklistView:
    """See what is asked of you now, your own proposals and your next meetings. A secretariat chooses among its work:
    of what kind, of which council, and due until when.

    Returns WorklistView.
    """
    ids = {hold.body_id for hold in act.by.holds}
    bodies = {body.id: body for body in await act.db.scalars(select(Body).where(Body.id.in_(ids)))}
    collate = sort_key(act.by.lang)
    refs = sorted((body_ref(act, body) for body in bodies.values()), key=lambda ref: collate(ref.name))
    chosen = choose(act, what, body_id, when)
    overseen = [bodies[i] for i in bodies_where(act.by, P.OVERSEE) if i in bodies]
    work = await read_work(act, overseen, chosen) if chosen else ()
    rows = (await act.db.execute(asked_of(act, chosen))).all()
    meetings = await asked_meetings(act, rows)
    proposals = await own_proposals(act)
    lines = [(p.state, proposal_line(act, p, senders_actions(act, p))) for p in proposals]
    has_open_meeting = any(may_propose(act, meeting) for meeting in meetings["coming"])
    asked, voted = await read_own_votes(act)
    confirmations, consents = await read_asked(act) if any(kind == OF_REGISTER for kind, _ in rows) else ((), ())
    has_consultations = any(kind == OF_CONSULTATION for kind, _ in rows)
    found = await read_asked_consultations(act, *consultations_due(chosen)) if has_consultations else ()
    has_stages = any(kind == OF_PROCESS for kind, _ in rows)
    has_invitations = any(kind == OF_GUEST for kind, _ in rows)
    has_referrals = any(kind == OF_REFERRAL for kind, _ in rows)
    coming = meetings["coming"]
    may_join = coming and may(act.by, P.VIEW, coming[0].body_id)
    return WorklistView(
        name=act.by.name,
        on=act.today,
        calls=tuple(call_task(act, m) for m in meetings["call"] if CALL.is_open(act, "call.decline", m)),
        invitations=tuple(invitation_task(act, m) for m in meetings["invitation"]),
        stand_ins=tuple(stand_in_task(act, m) for m in meetings["stand_in"]),
        votes=tuple(asked),
        returned=tuple(line for state, line in lines if state is ProposalState.RETURNED),
        follow_ups=tuple(await tasks(act, own=True)),
        comments=tuple(MeetingTask(meeting_ref(act, m), m.comments_until, ()) for m in meetings["comment"]),
        proposals=tuple(line for state, line in lines if state is not ProposalState.RETURNED),
        meetings=tuple(meeting_ref(act, meeting) for meeting in meetings["coming"]),
        bodies=tuple(refs),
        overseen=work,
        actions=(AllowedAction("proposal.submit"),) if has_open_meeting else (),
        responses=await own_responses(act, [meeting.id for meeting in coming]),
        voted=tuple(voted),
        declined=tuple(meeting_ref(act, meeting) for meeting in meetings["declined"]),
        link=coming[0].link if may_join else "",
        minutes=tuple(meeting_ref(act, meeting) for meeting in newest_minutes(meetings["minutes"])),
        filter=chosen,
        several=at_once(work, act.today, chosen.until) if chosen else (),
        confirmations=tuple(confirmations),
        consents=tuple(consents),
        consultations=tuple(each for each in found if each.is_due),
        running=tuple(each for each in found if not each.is_due),
        stages=await read_tasks(act, chosen.until, chosen.body_id) if chosen and has_stages else (),
        guest_invitations=await read_own_invitations(act) if has_invitations else (),
        awaited=await read_awaited(act, chosen.until, chosen.body_id) if chosen and has_referrals else (),
    )


def shows_cases(chosen: WorkFilter | None) -> bool:
    """Returns whether a secretariat has chosen to see cases among its work."""
    return chosen is not None and chosen.what in (None, WorkKind.CASES)


def consultations_due(chosen: WorkFilter | None) -> tuple[date | None, int | None]:
    """Returns until when, and of which council, a secretariat has chosen to see what it has to do with consultations;
    None where it has not."""
    if chosen is None or chosen.what not in (None, WorkKind.CONSULTATIONS):
        return None, None
    return chosen.until, chosen.body_id


def newest_minutes(meetings: list[Meeting]) -> list[Meeting]:
    """Returns the newest of each body's meetings, the newest first."""
    newest = {meeting.body_id: meeting for meeting in meetings}  # the last of a body's is its newest
    return sorted(newest.values(), key=lambda meeting: meeting.held_on, reverse=True)[:MAX_MINUTES]


async def own_responses(act: Act, meeting_ids: list[int]) -> tuple[OwnResponse, ...]:
    """Returns what the member has answered to the notices of meetings. One statement, and none for whoever only works
    at a secretariat: nobody has answered for that."""
    if not meeting_ids or all(hold.role in AT_SECRETARIAT for hold in act.by.holds):
        return ()
    own = and_(Attendance.person_id == act.by.id, Attendance.response.is_not(None))
    as_deputy = and_(Attendance.deputy_id == act.by.id, Attendance.deputy_response != DeputyResponse.ASKED)
    rows = await act.db.execute(
        select(Attendance.meeting_id, Attendance.person_id, Attendance.response, Attendance.deputy_response)
        .where(Attendance.meeting_id.in_(meeting_ids), or_(own, as_deputy))
        .order_by(Attendance.id)
    )
    found: dict[int, OwnResponse] = {}
    for meeting_id, person_id, response, deputy_response in rows:
        is_own = person_id == act.by.id
        answer = OwnResponse(meeting_id, response if is_own else None, None if is_own else deputy_response)
        found.setdefault(meeting_id, answer)
    return tuple(found.values())


def call_task(act: Act, meeting: Meeting) -> MeetingTask:
    about = {"meeting_id": meeting.id}
    actions = (AllowedAction("proposal.submit", about), AllowedAction("call.decline", about))
    return MeetingTask(meeting_ref(act, meeting), meeting.call_closes_on, actions)


def invitation_task(act: Act, meeting: Meeting) -> MeetingTask:
    actions = tuple(
        AllowedAction("attendance.respond", {"meeting_id": meeting.id, "response": response.value})
        for response in Response
    )
    return MeetingTask(meeting_ref(act, meeting), None, actions)


def stand_in_task(act: Act, meeting: Meeting) -> MeetingTask:
    actions = tuple(
        AllowedAction("attendance.respond_as_deputy", {"meeting_id": meeting.id, "response": response.value})
        for response in DEPUTY_ANSWERS
    )
    return MeetingTask(meeting_ref(act, meeting), None, actions)


async def asked_meetings(act: Act, rows: Sequence[Any]) -> dict[str, list[Meeting]]:
    """Returns the meetings the member is asked something about, by what they are asked, soonest first. One
    statement."""
    ids = {meeting_id for kind, meeting_id in rows if kind not in OF_OTHERS}
    found: dict[str, list[Meeting]] = defaultdict(list)
    if not ids:
        return found
    query = select(Meeting).where(Meeting.id.in_(ids)).options(*AS_LINE)
    asked = set(rows)
    for meeting in await act.db.scalars(query.order_by(Meeting.held_on, Meeting.starts, Meeting.id)):
        is_over = meeting.ends_at <= act.at
        for kind in KINDS:
            if is_over and kind in ANSWERED_BEFORE:
                continue
            if (kind, meeting.id) in asked and (kind == "minutes" or len(found[kind]) < MAX_SHOWN):
                found[kind].append(meeting)
    return found


def asked_of(act: Act, chosen: WorkFilter | None = None) -> Any:
    """Returns the statement for every meeting the member is asked something about, by what they are asked, for what the
    register and consultations ask them, and for the cases in processes and those sent on that are a secretariat's
    task."""
    invited_seats = [h.seat_id for h in act.by.holds if h.role in (*RESPONDING, Role.DEPUTY)]
    coming_only = is_coming(act.today)
    # A call closes by itself a moment after its last day.
    silent = silent_seats(act.today, Term.person_id == act.by.id, Meeting.call_closes_on >= act.today)
    call = select(literal("call").label("kind"), silent.c.meeting_id).distinct()
    invitation = (
        select(literal("invitation"), Meeting.id)
        .join(Attendance)
        .where(
            Attendance.seat_id.in_(invited_seats),
            Attendance.person_id == act.by.id,
            Attendance.response.is_(None),
            Meeting.published_at.is_not(None),
            Meeting.minutes_state == MinutesState.NONE,
            *coming_only,
        )
    )
    stand_in = (
        select(literal("stand_in"), Meeting.id)
        .join(Attendance)
        .where(
            Attendance.deputy_id == act.by.id,
            Attendance.deputy_response == DeputyResponse.ASKED,
            Meeting.body_id.in_(bodies_where(act.by, P.RESPOND)),
            Meeting.minutes_state == MinutesState.NONE,
            *coming_only,
        )
    )
    commented = select(MinutesComment.id).where(
        MinutesComment.meeting_id == Meeting.id,
        MinutesComment.by_id == act.by.id,
        or_(Meeting.minutes_at.is_(None), MinutesComment.at >= Meeting.minutes_at),  # since they were sent
    )
    comment = select(literal("comment"), Meeting.id).where(
        Meeting.body_id.in_(bodies_where(act.by, P.COMMENT)),
        Meeting.minutes_state == MinutesState.COMMENTS,
        or_(Meeting.comments_until.is_(None), Meeting.comments_until >= act.today),
        ~commented.exists(),
    )
    coming = select(literal("coming"), Meeting.id).where(
        Meeting.body_id.in_(bodies_where(act.by, P.READ_AGENDA)), *coming_only
    )
    declined = (
        select(literal("declined"), CallDecline.meeting_id)
        .join(Meeting, Meeting.id == CallDecline.meeting_id)
        .where(
            CallDecline.by_id == act.by.id,
            Meeting.body_id.in_(bodies_where(act.by, P.READ_AGENDA)),
            *is_open(),
            Meeting.call_closes_on >= act.today,
        )
        .distinct()
    )
    newer = aliased(Meeting)
    is_newest = ~(
        select(newer.id)
        .where(newer.body_id == Meeting.body_id, newer.held_on > Meeting.held_on, *minutes_are_out(newer))
        .exists()
    )
    minutes = select(literal("minutes"), Meeting.id).where(
        Meeting.body_id.in_(bodies_where(act.by, P.VIEW)),
        Meeting.held_on >= act.today - LOOKED_BACK,
        *minutes_are_out(Meeting),
        is_newest,
    )
    consultations = open_consultations(act, *consultations_due(chosen))
    questions = (*open_questions(act), *consultations, open_invitations(act))
    cases: tuple[Any, ...] = ()
    if chosen and shows_cases(chosen):
        within = (chosen.until, chosen.body_id)
        cases = (open_tasks(act, *within), open_awaited(act, *within))
    return union_all(call, invitation, stand_in, comment, coming, declined, minutes, *questions, *cases)


def minutes_are_out(meeting: Any) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that a meeting's minutes are there for everybody in the council."""
    return (
        meeting.minutes_state.in_(SENT_OUT),
        meeting.cancelled_at.is_(None),
    )


async def own_proposals(act: Act) -> list[Proposal]:
    """Returns the member's proposals for meetings that are not over yet, and those they are to mend, newest first."""
    return list(
        await act.db.scalars(
            select(Proposal)
            .join(Proposal.meeting)
            .where(
                Proposal.by_id == act.by.id,
                Meeting.body_id.in_(bodies_where(act.by, P.VIEW)),
                or_(Meeting.ends_on >= act.today, Proposal.state == ProposalState.RETURNED),
            )
            .options(
                contains_eager(Proposal.meeting).options(*AS_LINE),
                joinedload(Proposal.case),
                joinedload(Proposal.by),
                joinedload(Proposal.organisation),
            )
            .order_by(Proposal.id.desc())
            .limit(MAX_SHOWN)
        )
    )
