"""How all the councils of a secretariat stand: what is due, and who is silent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, func, literal, or_, select, union_all

from lisbot.council.cases.awaited import read_awaited
from lisbot.council.consultations.asked import is_due_until, read_due_consultations
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.periods import in_force, not_abolished
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.deliveries import DELIVERY, LOOKED_BACK, is_late
from lisbot.council.delivery.states import IS_LOST
from lisbot.council.enums import MeetingState, MinutesState, SeatChangeState
from lisbot.council.meetings.call_answers import silent_seats
from lisbot.council.meetings.rows import AS_LINE, meeting_ref
from lisbot.council.meetings.states import meeting_state
from lisbot.council.meetings.triage import waits_in
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.minutes.follow_ups import tasks
from lisbot.council.minutes.views import PLANNED
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    Body,
    Consultation,
    ConsultationBody,
    FollowUp,
    Meeting,
    Proposal,
    Room,
    Seat,
    SeatChange,
    StageStay,
    Term,
    Vote,
)
from lisbot.council.overview.views import BodyStatus, DashboardView, Due, MeetingCount, UnfinishedMeeting
from lisbot.council.processes.under_way import read_tasks
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.seats import SEATED
from lisbot.texts import sort_key

DAY = timedelta(days=1)
COMING = (MeetingState.PLANNED, MeetingState.IN_PROGRESS)
BEGUN = (MeetingState.IN_PROGRESS, MeetingState.HELD)
Counts = Mapping[tuple[str, int], int]  # by what is counted, and the id of the meeting or body


async def show(act: Act) -> DashboardView:
    """See all councils of the secretariat: what is due, and who is silent. Returns DashboardView."""
    own = bodies_where(act.by, P.OVERSEE)
    bodies = list(await act.db.scalars(select(Body).where(Body.id.in_(own))))
    entries = ("follow_up.list", "composition.list", "inbound_mail.list", "year_plan.load", "log.verify")
    return DashboardView(
        act.today,
        await statuses(act, bodies),
        sum(task.is_overdue for task in await tasks(act)),
        (
            *(AllowedAction(name) for name in entries if any(act.allows(name, body.id) for body in bodies)),
            *(AllowedAction(name) for name in ("secretariat.show", "process.list") if act.allows(name, NO_BODY)),
        ),
        await read_tasks(act, act.today - DAY),
        await read_awaited(act, act.today),
        await read_due_consultations(act, act.today),
    )


async def statuses(
    act: Act, bodies: Iterable[Body], until: date | None = None, *, is_whole: bool = False
) -> tuple[BodyStatus, ...]:
    """Returns how these bodies stand, in the order of the member's language. Two statements.

    `until`: the day until which everything that is due is told; today, and of the next meeting the rest too.
    `is_whole`: with what of their cases is over its time, where that is not told beside it.
    """
    collate = sort_key(act.by.lang)
    known = {body.id: body for body in sorted(bodies, key=lambda body: collate(body.name))}
    if not known:
        return ()
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in await act.db.scalars(open_meetings(act, list(known))):
        meetings[meeting.body_id].append(meeting)
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for name, about, number in await act.db.execute(counting(act, list(known), is_whole=is_whole)):
        counts[name, about] = number
    return tuple(status(act, body, meetings[body.id], counts, until or act.today) for body in known.values())


def open_meetings(act: Act, body_ids: list[int]) -> Any:
    """Returns the query for the meetings that are coming, and those whose minutes are not approved."""
    return (
        select(Meeting)
        .where(
            Meeting.body_id.in_(body_ids),
            Meeting.cancelled_at.is_(None),
            or_(Meeting.ends_on >= act.today, Meeting.minutes_state != MinutesState.APPROVED),
        )
        .options(*AS_LINE)
        .order_by(Meeting.held_on, Meeting.starts)
    )


def status(act: Act, body: Body, meetings: list[Meeting], counts: Counts, until: date) -> BodyStatus:
    coming = [meeting for meeting in meetings if meeting_state(act, meeting) in COMING]
    unfinished = [
        meeting
        for meeting in meetings
        if meeting_state(act, meeting) in BEGUN and meeting.minutes_state is not MinutesState.APPROVED
    ]
    due = [each for m in coming for each in due_before(act, m) if each.on <= until or m is coming[0]]
    due += [Due("minutes", m.minutes_on, m.id) for m in unfinished if m.minutes_on is not None]
    calls = count_by_meeting(act, "silent", coming, counts)
    notices = count_by_meeting(act, "unanswered", coming, counts)
    return BodyStatus(
        body=body_ref(act, body),
        next=meeting_ref(act, coming[0]) if coming else None,
        waiting=counts["waiting", body.id],
        silent=sum(each.count for each in calls),
        unanswered=sum(each.count for each in notices),
        open_votes=counts["open_votes", body.id],
        changes=counts["changes", body.id],
        vacant=counts["vacant", body.id],
        gone_rooms=counts["gone_rooms", body.id],
        undelivered=counts["undelivered", body.id],
        late=counts["late", body.id],
        due=tuple(sorted(due, key=lambda each: each.on)),
        calls=calls,
        notices=notices,
        unfinished=tuple(unfinished_meeting(act, meeting) for meeting in unfinished if needs_minutes(act, meeting)),
        sendable=tuple(meeting.id for meeting in coming if counts["cases", meeting.id]),
        overdue=counts["overdue", body.id],
        passed=counts["passed", body.id],
        late_stages=counts["late_stages", body.id],
        late_consultations=counts["late_consultations", body.id],
    )


def due_before(act: Act, meeting: Meeting) -> list[Due]:
    """Returns what is to be done for a meeting that is coming, and when. A call whose deadline is past is no task."""
    found: list[Due] = []
    if meeting.call_closes_on is not None and meeting.call_closes_on >= act.today:
        if meeting.is_call_open:
            found.append(Due("deadline", meeting.call_closes_on, meeting.id))
        elif meeting.call_opens_on and meeting.call_opened_at is None:
            found.append(Due("call", meeting.call_opens_on, meeting.id))
    if meeting.notice_on and meeting.published_at is None:
        found.append(Due("notice", meeting.notice_on, meeting.id))
    return found


def needs_minutes(act: Act, meeting: Meeting) -> bool:
    """Returns whether something is to be done with a meeting's minutes: nothing while people may comment on them."""
    may_comment = meeting.comments_until is not None and meeting.comments_until >= act.today
    return meeting.minutes_state is not MinutesState.COMMENTS or not may_comment


def unfinished_meeting(act: Act, meeting: Meeting) -> UnfinishedMeeting:
    may_start = meeting.minutes_state is MinutesState.NONE and act.allows("minutes.start", meeting.body_id)
    return UnfinishedMeeting(
        meeting=meeting_ref(act, meeting),
        state=meeting_state(act, meeting),
        minutes=meeting.minutes_state,
        due_on=meeting.minutes_on,
        actions=(AllowedAction("minutes.start", {"meeting_id": meeting.id}),) if may_start else (),
    )


def count_by_meeting(act: Act, name: str, meetings: list[Meeting], counts: Counts) -> tuple[MeetingCount, ...]:
    return tuple(
        MeetingCount(meeting_ref(act, meeting), counts[name, meeting.id])
        for meeting in meetings
        if (name, meeting.id) in counts
    )


def counting(act: Act, body_ids: list[int], *, is_whole: bool = False) -> Any:
    """Returns the statement for what is counted: by meeting what each leads to a list of its own, by body the rest."""
    waiting = (
        select(literal("waiting").label("name"), Meeting.body_id.label("about"), func.count())
        .join(Proposal, Proposal.meeting_id == Meeting.id)
        .where(waits_in(*body_ids))
        .group_by(Meeting.body_id)
    )
    seats = silent_seats(act.today, Meeting.body_id.in_(body_ids))
    silent = select(literal("silent"), seats.c.meeting_id, func.count()).group_by(seats.c.meeting_id)
    unanswered = (
        select(literal("unanswered"), Meeting.id, func.count())
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(
            Meeting.body_id.in_(body_ids),
            *is_coming(act.today),
            Attendance.response.is_(None),
        )
        .group_by(Meeting.id)
    )
    cases = (
        select(literal("cases"), Meeting.id, func.count())
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            Meeting.body_id.in_(body_ids),
            *is_coming(act.today),
            Meeting.published_at.is_(None),
            AgendaItem.case_id.is_not(None),
        )
        .group_by(Meeting.id)
    )
    votes = (
        select(literal("open_votes"), Vote.body_id, func.count())
        .where(Vote.body_id.in_(body_ids), Vote.closed_at.is_(None))
        .group_by(Vote.body_id)
    )
    changes = (
        select(literal("changes"), Seat.body_id, func.count())
        .join(SeatChange, SeatChange.seat_id == Seat.id)
        .where(Seat.body_id.in_(body_ids), SeatChange.state == SeatChangeState.REPORTED)
        .group_by(Seat.body_id)
    )
    gone = (
        select(literal("gone_rooms"), Room.body_id, func.count())
        .where(Room.body_id.in_(body_ids), Room.gone_at.is_not(None))
        .group_by(Room.body_id)
    )
    held = exists().where(Term.seat_id == Seat.id, Term.rank == 0, in_force(Term, act.today))
    vacant = (
        select(literal("vacant"), Seat.body_id, func.count())
        .where(Seat.body_id.in_(body_ids), Seat.standing.in_(SEATED), ~held, not_abolished(Seat, act.today))
        .group_by(Seat.body_id)
    )
    lost = (
        select(literal("undelivered"), DELIVERY.c.body_id, func.count())
        .where(DELIVERY.c.body_id.in_(body_ids), IS_LOST, DELIVERY.c.made_at >= act.at - LOOKED_BACK)
        .group_by(DELIVERY.c.body_id)
    )
    late = (
        select(literal("late"), DELIVERY.c.body_id, func.count())
        .where(DELIVERY.c.body_id.in_(body_ids), is_late(act))
        .group_by(DELIVERY.c.body_id)
    )
    over_time = counting_over_time(act, body_ids) if is_whole else ()
    return union_all(waiting, silent, unanswered, cases, votes, changes, gone, vacant, lost, late, *over_time)


def counting_over_time(act: Act, body_ids: list[int]) -> tuple[Any, ...]:
    """Returns the queries for what is over its time: by body the follow-ups past their deadline, the days that
    organisations gave and that have passed, the cases that have been at a stage of a process too long, and the
    consultations that wait for a secretariat."""
    followed = (
        select(Meeting.body_id, FollowUp.due_on, FollowUp.answer_on, FollowUp.answer)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .join(FollowUp, FollowUp.item_id == AgendaItem.id)
        .where(
            Meeting.body_id.in_(body_ids),
            Meeting.minutes_version > 0,
            Meeting.cancelled_at.is_(None),
            FollowUp.done_on.is_(None),
            or_(FollowUp.due_on < act.today, FollowUp.answer_on < act.today),
        )
        .subquery()
        .c
    )
    overdue = (
        select(literal("overdue"), followed.body_id, func.count())
        .where(followed.due_on < act.today)
        .group_by(followed.body_id)
    )
    passed = (
        select(literal("passed"), followed.body_id, func.count())
        .where(followed.answer.in_(PLANNED), followed.answer_on < act.today)
        .group_by(followed.body_id)
    )
    stages = (
        select(literal("late_stages"), StageStay.body_id, func.count())
        .where(StageStay.body_id.in_(body_ids), StageStay.left_at.is_(None), StageStay.due_on < act.today)
        .group_by(StageStay.body_id)
    )
    consultations = (
        select(literal("late_consultations"), ConsultationBody.body_id, func.count())
        .join(Consultation, Consultation.id == ConsultationBody.consultation_id)
        .where(ConsultationBody.body_id.in_(body_ids), is_due_until(act.today - DAY))
        .group_by(ConsultationBody.body_id)
    )
    return overdue, passed, stages, consultations
