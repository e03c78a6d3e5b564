"""Who may do what. The whole of it.

Two questions, asked in this order: does a role the member holds grant the permission (require), and does
it in the very body this thing belongs to (the fetches: body_for, meeting_for and their kin, which are the
only way to a row). What a member may not know of is not found.
"""

from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from lisbot.council.act import Act, Hold, Member, Permission, Role
from lisbot.council.errors import NotAllowed, NotFound
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    Body,
    Meeting,
    Proposal,
    Seat,
    SeatChange,
    Term,
    Vote,
)

P = Permission
Row = TypeVar("Row")
_READER = {P.SELF, P.READ_AGENDA}
_OBSERVER = _READER | {P.VIEW, P.ANSWER}
_PARTICIPANT = _OBSERVER | {P.PROPOSE, P.COMMENT, P.REPORT_CHANGE}
_REPRESENTATIVE = _PARTICIPANT | {P.VOTE}

GRANTS: dict[Role, set[Permission]] = {
    Role.READER: _READER,
    Role.OBSERVER: _OBSERVER,
    Role.PARTICIPANT: _PARTICIPANT,
    Role.DEPUTY: _OBSERVER | {P.COMMENT, P.VOTE},
    Role.REPRESENTATIVE: _REPRESENTATIVE,
    Role.CHAIR: {P.CONDUCT_VOTES},
    Role.SECRETARY: _OBSERVER
    | {P.CONDUCT_VOTES, P.PLAN, P.CALL, P.TRIAGE, P.ARRANGE, P.RECORD, P.KEEP_REGISTER, P.REPORT_CHANGE}
    | {P.LINK_ROOM, P.OVERSEE, P.COMMENT, P.PROPOSE},
    Role.ROOM: {P.VIEW, P.READ_AGENDA},
    Role.CLOCK: {P.CALL, P.CONDUCT_VOTES},
    Role.OPERATOR: {P.KEEP_REGISTER},
}


def may(member: Member, permission: Permission, body_id: int | None = None) -> bool:
    """Whether a role they hold, in this body or in any, grants the permission."""
    return any(
        permission in GRANTS[hold.role] and (body_id is None or hold.body_id in (body_id, 0))
        for hold in member.holds
    )


def bodies_where(member: Member, permission: Permission) -> set[int]:
    return {hold.body_id for hold in member.holds if permission in GRANTS[hold.role]}


def seats_of(member: Member, body_id: int, *roles: Role) -> list[Hold]:
    """The seats they hold in a body today, in these roles."""
    return [h for h in member.holds if h.body_id == body_id and h.seat_id is not None and h.role in roles]


def require(member: Member, permission: Permission) -> None:
    if not may(member, permission):
        raise NotAllowed


def gate(act: Act, body_id: int) -> None:
    """Gate two. What belongs to a body one has no part in does not exist."""
    if not any(hold.body_id in (body_id, 0) for hold in act.by.holds):
        raise NotFound
    if not may(act.by, act.needs, body_id):
        raise NotAllowed
    act.within.add(body_id)


async def body_for(act: Act, body_id: int, *options: ORMOption) -> Body:
    gate(act, body_id)
    return await act.db.get_one(
        Body,
        body_id,
        options=[joinedload(Body.secretariat), *options],
        with_for_update=lock(act, Body),
        populate_existing=True,
    )


def lock(act: Act, of: type) -> dict[str, object] | None:
    """Lock the row itself, not what is joined to it, when the deed changes something."""
    return {"of": of} if act.changes else None


def locked(act: Act, query: Select[Row], of: type) -> Select[Row]:
    """The query, with the row itself locked when the deed changes something."""
    return query.with_for_update(of=of) if act.changes else query


async def with_seats(act: Act, body_id: int) -> Body:
    """The body with its seats, their organisations and everybody who ever held them."""
    return await body_for(
        act,
        body_id,
        selectinload(Body.seats).options(
            joinedload(Seat.organisation), selectinload(Seat.terms).joinedload(Term.person)
        ),
    )


async def meeting_for(act: Act, meeting_id: int, *options: ORMOption) -> Meeting:
    meeting = await act.db.get(
        Meeting,
        meeting_id,
        options=[joinedload(Meeting.body), *options],
        with_for_update=lock(act, Meeting),
        populate_existing=True,
    )
    if meeting is None:
        raise NotFound
    gate(act, meeting.body_id)
    return meeting


AGENDA: tuple[ORMOption, ...] = (
    selectinload(Meeting.items).options(joinedload(AgendaItem.case), selectinload(AgendaItem.followups)),
)
ATTENDANCE: tuple[ORMOption, ...] = (
    selectinload(Meeting.attendances)
    .joinedload(Attendance.seat)
    .options(joinedload(Seat.organisation), selectinload(Seat.terms).joinedload(Term.person)),
)


async def item_for(act: Act, item_id: int) -> AgendaItem:
    """An agenda item with its meeting and body. Changing an item locks its meeting, so that agenda and
    minutes of one meeting are changed by one at a time."""
    meeting_id = await act.db.scalar(select(AgendaItem.meeting_id).where(AgendaItem.id == item_id))
    if meeting_id is None:
        raise NotFound
    meeting = await meeting_for(act, meeting_id, *AGENDA)
    item = next(item for item in meeting.items if item.id == item_id)
    set_committed_value(item, "meeting", meeting)
    return item


async def proposal_for(act: Act, proposal_id: int) -> Proposal:
    proposal = await act.db.scalar(
        locked(
            act,
            select(Proposal)
            .where(Proposal.id == proposal_id)
            .options(
                joinedload(Proposal.meeting).joinedload(Meeting.body),
                joinedload(Proposal.by),
                joinedload(Proposal.organisation),
                joinedload(Proposal.case),
            ),
            Proposal,
        )
    )
    if proposal is None:
        raise NotFound
    gate(act, proposal.meeting.body_id)
    # A proposal is its sender's and the secretariat's until it is on a published agenda.
    if proposal.by_id != act.by.id and not may(act.by, P.TRIAGE, proposal.meeting.body_id):
        raise NotFound
    return proposal


async def vote_for(act: Act, vote_id: int) -> Vote:
    """The vote, for those who conduct it; others read it from the roll."""
    query = (
        select(Vote)
        .where(Vote.id == vote_id)
        .options(joinedload(Vote.item).joinedload(AgendaItem.case), joinedload(Vote.body))
        .execution_options(populate_existing=True)
    )
    if act.changes:
        query = query.with_for_update(of=Vote)
    vote = await act.db.scalar(query)
    if vote is None:
        raise NotFound
    gate(act, vote.body_id)
    return vote


async def seat_for(act: Act, seat_id: int) -> Seat:
    seat = await act.db.scalar(
        locked(
            act,
            select(Seat)
            .where(Seat.id == seat_id)
            .options(
                joinedload(Seat.body),
                joinedload(Seat.organisation),
                selectinload(Seat.terms).joinedload(Term.person),
            ),
            Seat,
        )
    )
    if seat is None:
        raise NotFound
    gate(act, seat.body_id)
    return seat


async def change_for(act: Act, change_id: int) -> SeatChange:
    change = await act.db.scalar(
        locked(
            act,
            select(SeatChange)
            .where(SeatChange.id == change_id)
            .options(
                joinedload(SeatChange.reported_by),
                joinedload(SeatChange.seat).options(
                    joinedload(Seat.body),
                    joinedload(Seat.organisation),
                    selectinload(Seat.terms).joinedload(Term.person),
                ),
            ),
            SeatChange,
        )
    )
    if change is None:
        raise NotFound
    gate(act, change.seat.body_id)
    if change.reported_by_id != act.by.id and not may(act.by, P.KEEP_REGISTER, change.seat.body_id):
        raise NotFound
    return change
