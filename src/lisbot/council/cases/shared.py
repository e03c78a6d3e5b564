"""Whether an item may be shared with a member's own colleagues, who may, and what organisations state of it. The
commands are in council/local_inputs."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true, update
from sqlalchemy.orm import aliased, load_only

from lisbot.council.cases.views import ItemStatementLine
from lisbot.council.core.access import Sight, seats_of, sight
from lisbot.council.core.context import Act, Role
from lisbot.council.core.periods import in_force, not_abolished
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import DeputyResponse
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    Case,
    ItemStatement,
    LocalInput,
    Meeting,
    Organisation,
    Seat,
    Term,
    table,
)
from lisbot.council.register.speaking import speaks_for_seat

ASKERS = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.DEPUTY)
WITH_CASE = (LocalInput, ItemStatement)
COMES = (DeputyResponse.COMES, DeputyResponse.DIGITAL)


def shared_facts(case: Case, meeting: Meeting, item: AgendaItem | None) -> Mapping[str, Any] | None:
    """Returns an item of a meeting as members were last told it; None where it may be shown to nobody
    outside: it is not published or no more on the agenda, its meeting is cancelled, or it is confidential."""
    if item is None or meeting.published_at is None or meeting.cancelled_at is not None:
        return None
    published = meeting.published or {}
    facts: Mapping[str, Any] | None = next((each for each in published.get("items", ()) if each["id"] == item.id), None)
    if facts is None or facts["confidential"] or item.confidential or case.confidential:
        return None
    return None if item.id in published.get("withheld", ()) else facts


def speaks_at(act: Act, seat_id: Any, person_id: Any, meeting_id: Any) -> ColumnElement[bool]:
    """Returns the condition that somebody speaks for a seat: they hold it today or are its first deputy while nobody
    does, or they are the deputy who comes to the meeting in its holder's place."""
    term, seat, attendance = table(Term).alias().c, table(Seat).alias().c, table(Attendance).alias()
    comes = attendance.c
    stands_in = exists().where(
        comes.meeting_id == meeting_id,
        comes.seat_id == term.seat_id,
        comes.deputy_id == term.person_id,
        comes.deputy_response.in_(COMES),
    )
    # The meeting is a column of the statement around both: SQLAlchemy looks for it no further than in the one around.
    stands_in = stands_in.correlate_except(attendance)
    return exists().where(
        term.seat_id == seat_id,
        term.person_id == person_id,
        in_force(term, act.today),
        seat.id == term.seat_id,
        not_abolished(seat, act.today),
        or_(speaks_for_seat(term, act.today), stands_in),
    )


async def find_asking_seat(act: Act, meeting: Meeting, case_id: int) -> Any:
    """Returns the seat by which the member may share an item of a meeting: its id, its organisation's name, and
    `own_id`, what they share of it already; None where there is none. One statement, and none for who has no seat."""
    held = [hold.seat_id for hold in seats_of(act.by, meeting.body_id, *ASKERS)]
    if act.by.id is None or not held:
        return None
    own = select(func.max(LocalInput.id)).where(
        LocalInput.case_id == case_id,
        LocalInput.person_id == act.by.id,
        LocalInput.meeting_id == meeting.id,
        LocalInput.seat_id == Seat.id,
        LocalInput.stopped_at.is_(None),
    )
    query = (
        select(Seat.id, Organisation.name, own.correlate(Seat).scalar_subquery().label("own_id"))
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(Seat.id.in_(held), speaks_at(act, Seat.id, act.by.id, meeting.id))
        .order_by(Seat.id)
        .limit(1)
    )
    return (await act.db.execute(query)).one_or_none()


async def share_action(act: Act, case: Case, items: Iterable[AgendaItem]) -> tuple[AllowedAction, ...]:
    """Returns the action by which the member asks their own colleagues of a case on a coming agenda, or sees what came
    of it."""
    coming = (
        item for item in items if item.meeting.ends_at > act.at and shared_facts(case, item.meeting, item) is not None
    )
    item = next(coming, None)
    if item is None or not act.allows("local_input.share", case.body_id):
        return ()
    seat = await find_asking_seat(act, item.meeting, case.id)
    if seat is None:
        return ()
    if seat.own_id is not None:
        return (AllowedAction("local_input.show", {"local_input_id": seat.own_id}),)
    return (AllowedAction("local_input.share", {"item_id": item.id}),)


async def read_statements(
    act: Act, body_id: int, meetings: Iterable[Meeting], case_id: int | None = None
) -> Mapping[int, tuple[ItemStatementLine, ...]]:
    """Returns what organisations state before these meetings of one body, by case: to those who see all of the body.
    One statement, and none where nothing is stated."""
    ids = [meeting.id for meeting in meetings if meeting.has_statements]
    if not ids or sight(act.by, body_id) is Sight.OUTSIDE:
        return {}
    of_case = () if case_id is None else (ItemStatement.case_id == case_id,)
    query = select(ItemStatement).where(ItemStatement.meeting_id.in_(ids), *of_case)
    found: dict[int, tuple[ItemStatementLine, ...]] = {}
    for row in await act.db.scalars(query.order_by(ItemStatement.organisation_name, ItemStatement.id)):
        line = ItemStatementLine(row.organisation_name, row.text, row.at.astimezone(act.tz).date())
        found[row.case_id] = (*found.get(row.case_id, ()), line)
    return found


async def take_shared_along(act: Act, case: Case, to: Meeting) -> None:
    """Have what was shared and stated of a case before a meeting whose time has not come be for the meeting on whose
    agenda it is put instead. What is on the agenda of a meeting that is being held stays there, and so does what was
    stated before that; of two statements for one seat the newer goes along."""
    if case.opened_at == act.at:  # a case that is new has nothing
        return
    has_some = [exists().where(each.meeting_id == Meeting.id, each.case_id == case.id) for each in WITH_CASE]
    stands_there = exists().where(AgendaItem.meeting_id == Meeting.id, AgendaItem.case_id == case.id)
    is_left = or_(Meeting.cancelled_at.is_not(None), ~stands_there)
    query = select(Meeting).where(Meeting.body_id == to.body_id, Meeting.id != to.id, or_(*has_some), is_left)
    query = query.options(load_only(Meeting.ends_on, Meeting.ends, Meeting.zone, raiseload=True))
    former = [meeting.id for meeting in await act.db.scalars(query) if meeting.ends_at > act.at]
    if not former:
        return
    newer = aliased(ItemStatement)
    is_replaced = exists().where(
        newer.case_id == case.id,
        newer.seat_id == ItemStatement.seat_id,
        or_(newer.meeting_id == to.id, newer.meeting_id.in_(former) & (newer.id > ItemStatement.id)),
    )
    for each, is_kept in ((LocalInput, true()), (ItemStatement, ~is_replaced)):
        moved = update(each).where(each.case_id == case.id, each.meeting_id.in_(former), is_kept)
        await act.db.execute(moved.values(meeting_id=to.id).execution_options(synchronize_session=False))
