"""What is asked of somebody now, and what a secretariat has going: looked up across everything else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.access import P, bodies_where
from lisbot.council.act import Act, Role
from lisbot.council.answers import ANSWERING
from lisbot.council.calls import ASKED
from lisbot.council.kinds import ChangeState, DeputyAnswer, MinutesState, ProposalState, Standing
from lisbot.council.models import (
    Attendance,
    Body,
    CallAnswer,
    Meeting,
    Proposal,
    RollEntry,
    Seat,
    SeatChange,
    Term,
    Vote,
)
from lisbot.council.proposals import WAITING

SOON = 12


@dataclass(frozen=True)
class Mine:
    """What is asked of a member now, and what they have coming."""

    calls: Sequence[Meeting] = ()
    invitations: Sequence[Meeting] = ()
    stand_ins: Sequence[Meeting] = ()
    votes: Sequence[Vote] = ()
    returned: Sequence[Proposal] = ()
    comments: Sequence[Meeting] = ()
    proposals: Sequence[Proposal] = ()
    meetings: Sequence[Meeting] = ()
    bodies: Sequence[Body] = ()
    run: Sequence["BodyStatus"] = ()  # for those at a secretariat: how its bodies stand


async def menu(act: Act) -> list[Body]:
    """See what lisbot can do for you, with a button for each."""
    return await my_bodies(act)


async def my_bodies(act: Act) -> list[Body]:
    ids = {hold.body_id for hold in act.by.holds}
    return list(await act.db.scalars(select(Body).where(Body.id.in_(ids)).order_by(Body.name)))


async def mine(act: Act) -> Mine:
    """See what is asked of you now, your own proposals and your next meetings."""
    asked = {h.body_id: h.seat_id for h in act.by.holds if h.role in ASKED}
    invited = [h.seat_id for h in act.by.holds if h.role in ANSWERING]
    viewing = bodies_where(act.by, P.VIEW)
    reading = bodies_where(act.by, P.READ_AGENDA)
    silent = select(Meeting).where(
        Meeting.body_id.in_({h.body_id for h in act.by.holds if h.role is Role.REPRESENTATIVE}),
        Meeting.call_opened_at.is_not(None),
        Meeting.call_closed_at.is_(None),
        Meeting.cancelled_at.is_(None),
        ~select(CallAnswer.id)
        .where(CallAnswer.meeting_id == Meeting.id, CallAnswer.seat_id.in_(asked.values()))
        .exists(),
        ~select(Proposal.id)
        .where(
            Proposal.meeting_id == Meeting.id,
            Proposal.seat_id.in_(asked.values()),
            Proposal.state != ProposalState.WITHDRAWN,
        )
        .exists(),
    )
    unanswered = (
        select(Meeting)
        .join(Attendance)
        .where(
            Attendance.seat_id.in_(invited), Attendance.answer.is_(None), Meeting.published_at.is_not(None)
        )
        .where(
            Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None), Meeting.minutes == MinutesState.NONE
        )
    )
    stand_in = (
        select(Meeting)
        .join(Attendance)
        .where(Attendance.deputy_id == act.by.id, Attendance.deputy_answer == DeputyAnswer.ASKED)
        .where(Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
    )
    coming = select(Meeting).where(
        Meeting.body_id.in_(reading), Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None)
    )
    commenting = select(Meeting).where(
        Meeting.body_id.in_(bodies_where(act.by, P.COMMENT)), Meeting.minutes == MinutesState.COMMENTS
    )
    proposals = list(
        await act.db.scalars(
            select(Proposal)
            .join(Proposal.meeting)
            .where(Proposal.by_id == act.by.id, Meeting.held_on >= act.today)
            .options(
                joinedload(Proposal.meeting).joinedload(Meeting.body),
                joinedload(Proposal.case),
                joinedload(Proposal.by),
                joinedload(Proposal.organisation),
            )
            .order_by(Proposal.id.desc())
            .limit(SOON)
        )
    )
    return Mine(
        calls=await meetings(act, silent),
        invitations=await meetings(act, unanswered),
        stand_ins=await meetings(act, stand_in),
        votes=await open_votes(act) if viewing else [],
        returned=[p for p in proposals if p.state is ProposalState.RETURNED],
        comments=await meetings(act, commenting),
        proposals=[p for p in proposals if p.state is not ProposalState.RETURNED],
        meetings=await meetings(act, coming),
        bodies=await my_bodies(act),
        run=await overview(act) if bodies_where(act.by, P.OVERSEE) else (),
    )


async def meetings(act: Act, query: object) -> list[Meeting]:
    rows = await act.db.scalars(
        query.options(joinedload(Meeting.body)).order_by(Meeting.held_on).limit(SOON)  # type: ignore[attr-defined]
    )
    return list(rows.unique())


async def open_votes(act: Act) -> list[Vote]:
    """The open votes a seat of theirs has not answered, or that they stand in for."""
    seats = {h.seat_id for h in act.by.holds if h.role is Role.REPRESENTATIVE}
    stand_in = select(Attendance.seat_id).where(
        Attendance.deputy_id == act.by.id,
        Attendance.deputy_answer.in_((DeputyAnswer.COMES, DeputyAnswer.DIGITAL)),
    )
    rows = await act.db.scalars(
        select(Vote)
        .join(RollEntry)
        .where(
            or_(RollEntry.seat_id.in_(seats), RollEntry.seat_id.in_(stand_in)),
            RollEntry.answered.is_(False),
            RollEntry.recused.is_(False),
            Vote.closed_at.is_(None),
            or_(Vote.closes_at.is_(None), Vote.closes_at > act.at),
        )
        .options(joinedload(Vote.body), joinedload(Vote.item))
        .order_by(Vote.id)
        .limit(SOON)
    )
    return list(rows.unique())


@dataclass
class BodyStatus:
    """How one body stands: its next meeting, what is due, and who is silent."""

    body: Body
    next: Meeting | None = None
    waiting: int = 0  # proposals that wait for an answer
    silent: int = 0  # voting seats that have not answered an open call
    unanswered: int = 0  # seats that have not answered the invitation
    open_votes: int = 0
    changes: int = 0  # reported changes of representative
    due: list[tuple[str, date]] = field(default_factory=list)
    minutes: Meeting | None = None  # the last meeting whose minutes are not approved


async def overview(act: Act) -> list[BodyStatus]:
    """See all councils of the secretariat: what is due, and who is silent."""
    ids = bodies_where(act.by, P.OVERSEE)
    bodies = await act.db.scalars(select(Body).where(Body.id.in_(ids)).order_by(Body.name))
    found = {body.id: BodyStatus(body) for body in bodies}
    upcoming = await act.db.scalars(
        select(Meeting)
        .where(Meeting.body_id.in_(ids), Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.held_on)
    )
    for meeting in upcoming:
        status = found[meeting.body_id]
        status.next = status.next or meeting
        for what, day in due_of(meeting):
            if day <= act.today or meeting is status.next:
                status.due.append((what, day))
    unfinished = await act.db.scalars(
        select(Meeting)
        .where(
            Meeting.body_id.in_(ids),
            Meeting.held_on <= act.today,
            Meeting.cancelled_at.is_(None),
            Meeting.minutes != MinutesState.APPROVED,
        )
        .order_by(Meeting.held_on)
    )
    for meeting in unfinished:
        found[meeting.body_id].minutes = meeting
        if meeting.minutes_on:
            found[meeting.body_id].due.append(("minutes", meeting.minutes_on))
    await count_up(act, found)
    return list(found.values())


def due_of(meeting: Meeting) -> list[tuple[str, date]]:
    """What is to be done for a meeting that is coming, and when."""
    found: list[tuple[str, date]] = []
    if meeting.call_opens_on and meeting.call_opened_at is None:
        found.append(("call", meeting.call_opens_on))
    if meeting.is_call_open and meeting.call_closes_on:
        found.append(("deadline", meeting.call_closes_on))
    if meeting.notice_on and meeting.published_at is None:
        found.append(("notice", meeting.notice_on))
    return found


async def count_up(act: Act, found: dict[int, BodyStatus]) -> None:
    """Five counts for all bodies, each in one statement."""
    ids = list(found)
    waiting = (
        select(Meeting.body_id, func.count())
        .join(Proposal, Proposal.meeting_id == Meeting.id)
        .where(Meeting.body_id.in_(ids), Proposal.state.in_(WAITING))
        .group_by(Meeting.body_id)
    )
    open_call = (Meeting.call_opened_at.is_not(None), Meeting.call_closed_at.is_(None))
    silent = (
        select(Meeting.body_id, func.count())
        .join(Seat, Seat.body_id == Meeting.body_id)
        .where(
            Meeting.body_id.in_(ids),
            *open_call,
            Meeting.cancelled_at.is_(None),
            Seat.standing == Standing.VOTING,
            select(Term.id)
            .where(
                Term.seat_id == Seat.id,
                Term.rank == 0,
                Term.from_on <= act.today,
                or_(Term.to_on.is_(None), Term.to_on >= act.today),
            )
            .exists(),
            ~select(CallAnswer.id)
            .where(CallAnswer.meeting_id == Meeting.id, CallAnswer.seat_id == Seat.id)
            .exists(),
            ~select(Proposal.id)
            .where(
                Proposal.meeting_id == Meeting.id,
                Proposal.seat_id == Seat.id,
                Proposal.state != ProposalState.WITHDRAWN,
            )
            .exists(),
        )
        .group_by(Meeting.body_id)
    )
    unanswered = (
        select(Meeting.body_id, func.count())
        .join(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Meeting.body_id.in_(ids), Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
        .where(Attendance.answer.is_(None))
        .group_by(Meeting.body_id)
    )
    votes = (
        select(Vote.body_id, func.count())
        .where(Vote.body_id.in_(ids), Vote.closed_at.is_(None))
        .group_by(Vote.body_id)
    )
    changes = (
        select(Seat.body_id, func.count())
        .join(SeatChange, SeatChange.seat_id == Seat.id)
        .where(Seat.body_id.in_(ids), SeatChange.state == ChangeState.REPORTED)
        .group_by(Seat.body_id)
    )
    for name, query in (
        ("waiting", waiting),
        ("silent", silent),
        ("unanswered", unanswered),
        ("open_votes", votes),
        ("changes", changes),
    ):
        for body_id, number in await act.db.execute(query):
            setattr(found[body_id], name, number)
