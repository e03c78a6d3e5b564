"""How all the councils of a secretariat stand: what is due, and who is silent."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MinutesState, ProposalState, SeatChangeState, Standing
from lisbot.council.meetings.rows import AS_LINE, meeting_ref
from lisbot.council.meetings.states import WAITING
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.models import (
    Attendance,
    Body,
    CallDecline,
    Meeting,
    Proposal,
    Seat,
    SeatChange,
    Term,
    Vote,
)
from lisbot.council.overview.views import BodyStatus, DashboardView, Due
from lisbot.council.register.bodies import body_ref
from lisbot.texts import sort_key


async def show(act: Act) -> DashboardView:
    """See all councils of the secretariat: what is due, and who is silent. Returns DashboardView."""
    own = bodies_where(act.by, P.OVERSEE)
    bodies = list(await act.db.scalars(select(Body).where(Body.id.in_(own))))
    entries = ("year_plan.load", "log.verify")
    return DashboardView(
        act.today,
        await statuses(act, bodies),
        tuple(AllowedAction(name) for name in entries if any(act.allows(name, body.id) for body in bodies)),
    )


async def statuses(act: Act, bodies: Iterable[Body]) -> tuple[BodyStatus, ...]:
    """Returns how these bodies stand, in the order of the member's language. Two statements."""
    collate = sort_key(act.by.lang)
    known = {body.id: body for body in sorted(bodies, key=lambda body: collate(body.name))}
    if not known:
        return ()
    meetings: dict[int, list[Meeting]] = defaultdict(list)
    for meeting in await act.db.scalars(open_meetings(act, list(known))):
        meetings[meeting.body_id].append(meeting)
    counts = await count_all(act, list(known))
    return tuple(status(act, body, meetings[body.id], counts[body.id]) for body in known.values())


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


def status(act: Act, body: Body, meetings: list[Meeting], counts: dict[str, int]) -> BodyStatus:
    coming = [meeting for meeting in meetings if meeting.ends_on >= act.today]
    unfinished = [
        meeting
        for meeting in meetings
        if meeting.held_on <= act.today and meeting.minutes_state is not MinutesState.APPROVED
    ]
    due = [each for meeting in coming for each in due_before(meeting) if each.on <= act.today or meeting is coming[0]]
    due += [Due("minutes", m.minutes_on, m.id) for m in unfinished if m.minutes_on is not None]
    last = unfinished[-1] if unfinished else None
    return BodyStatus(
        body=body_ref(act, body),
        next=meeting_ref(act, coming[0]) if coming else None,
        waiting=counts["waiting"],
        silent=counts["silent"],
        unanswered=counts["unanswered"],
        open_votes=counts["open_votes"],
        changes=counts["changes"],
        due=tuple(due),
        unfinished=meeting_ref(act, last) if last else None,
        may_start_minutes=last is not None
        and last.minutes_state is MinutesState.NONE
        and last.starts_at <= act.at
        and act.allows("minutes.start", body.id),
    )


def due_before(meeting: Meeting) -> list[Due]:
    """Returns what is to be done for a meeting that is coming, and when."""
    found: list[Due] = []
    if meeting.call_opens_on and meeting.call_opened_at is None:
        found.append(Due("call", meeting.call_opens_on, meeting.id))
    if meeting.is_call_open and meeting.call_closes_on:
        found.append(Due("deadline", meeting.call_closes_on, meeting.id))
    if meeting.notice_on and meeting.published_at is None:
        found.append(Due("notice", meeting.notice_on, meeting.id))
    return found


async def count_all(act: Act, body_ids: list[int]) -> dict[int, dict[str, int]]:
    """Returns five counts for each body, in one statement."""
    counts: dict[int, dict[str, int]] = {
        body_id: dict.fromkeys(("waiting", "silent", "unanswered", "open_votes", "changes"), 0) for body_id in body_ids
    }
    for name, body_id, number in await act.db.execute(counting(act, body_ids)):
        counts[body_id][name] = number
    return counts


def counting(act: Act, body_ids: list[int]) -> Any:
    waiting = (
        select(literal("waiting").label("name"), Meeting.body_id, func.count())
        .join(Proposal, Proposal.meeting_id == Meeting.id)
        .where(Meeting.body_id.in_(body_ids), Proposal.state.in_(WAITING))
        .group_by(Meeting.body_id)
    )
    declined = select(CallDecline.id).where(CallDecline.meeting_id == Meeting.id, CallDecline.seat_id == Seat.id)
    proposed = select(Proposal.id).where(
        Proposal.meeting_id == Meeting.id,
        Proposal.seat_id == Seat.id,
        Proposal.state != ProposalState.WITHDRAWN,
    )
    held = select(Term.id).where(Term.seat_id == Seat.id, Term.rank == 0, in_force(Term, act.today))
    silent = (
        select(literal("silent"), Meeting.body_id, func.count())
        .join(Seat, Seat.body_id == Meeting.body_id)
        .where(
            Meeting.body_id.in_(body_ids),
            Meeting.call_opened_at.is_not(None),
            Meeting.call_closed_at.is_(None),
            Meeting.cancelled_at.is_(None),
            Seat.standing == Standing.VOTING,
            held.exists(),
            ~declined.exists(),
            ~proposed.exists(),
        )
        .group_by(Meeting.body_id)
    )
    unanswered = (
        select(literal("unanswered"), Meeting.body_id, func.count())
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(
            Meeting.body_id.in_(body_ids),
            *is_coming(act.today),
            Attendance.response.is_(None),
        )
        .group_by(Meeting.body_id)
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
    return union_all(waiting, silent, unanswered, votes, changes)
