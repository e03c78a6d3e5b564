"""Which organisations are asked what they did with what came of a case, and asking them.

Where the minutes say what an organisation is to follow up, it is asked for that; of other cases that something came of,
all with a voting seat are asked, unless the secretariat has chosen.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import contains_eager

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force, not_abolished
from lisbot.council.delivery.notifications import notify
from lisbot.council.delivery.reach import read_reach
from lisbot.council.enums import FollowUpState, MinutesState, OutcomeKind, Standing
from lisbot.council.meetings.concerned import SILENT
from lisbot.council.minutes.states import ASKED_AGAIN
from lisbot.council.minutes.views import PLANNED
from lisbot.council.models import AgendaItem, Body, FollowUp, Meeting, Organisation, Seat, Term

# What came of a case that somebody may have something to do with afterwards.
CARRIED_THROUGH = (OutcomeKind.ADVICE, OutcomeKind.INPUT, OutcomeKind.PROCESS, OutcomeKind.DECISION)

ASKED_FOR = timedelta(days=400)  # after the meeting, or the day that an organisation gave


async def voting_organisations(act: Act, body_id: int) -> dict[int, str]:
    """Returns the names of the organisations that have a voting seat in a body today, by their ids."""
    query = (
        select(Organisation.id, Organisation.name)
        .join(Seat, Seat.organisation_id == Organisation.id)
        .where(
            Seat.body_id == body_id,
            Seat.standing == Standing.VOTING,
            not_abolished(Seat, act.today),
        )
        .distinct()
    )
    return {row.id: row.name for row in await act.db.execute(query)}


async def ask_after_minutes(act: Act, meeting: Meeting) -> None:
    """Ask the organisations that what came of the cases of a meeting concerns, whose minutes are approved just now."""
    cases = [item for item in meeting.items if item.case_id is not None]
    if any(is_for_all(item) for item in cases):
        voting = await voting_organisations(act, meeting.body_id)
    else:
        voting = {}
    for item in cases:
        if item.is_carried_through is None:
            await set_concerned(act, item, voting if is_for_all(item) else {})
    await act.db.flush()
    await ask_of_meeting(act, meeting)


async def ask_of_meeting(act: Act, meeting: Meeting) -> None:
    """Ask those who have not been asked yet of a meeting whose minutes are approved. From now on all of it is asked
    for, also while these are being corrected."""
    items = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id)
    first = update(FollowUp).where(FollowUp.item_id.in_(items), FollowUp.asked_in.is_(None))
    await act.db.execute(first.values(asked_in=meeting.minutes_version))
    rows = await open_questions(act, meeting.body_id, meeting_id=meeting.id)
    await ask(act, meeting.body, [each for each in rows if each.asked_at is None])


def is_for_all(item: AgendaItem) -> bool:
    """Returns whether all with a voting seat are asked of a case, where nothing else is chosen."""
    has_tasks = any(not each.is_carry_through for each in item.followups)
    return item.is_carried_through is None and item.outcome in CARRIED_THROUGH and not has_tasks


async def set_concerned(act: Act, item: AgendaItem, names: dict[int, str]) -> list[str]:
    """Have these organisations asked of a case, and no others. Returns the names of those who have answered already
    and are not among them: what they answered is kept."""
    asked = {each.organisation_id: each for each in item.followups if each.is_carry_through}
    gone = [each for key, each in asked.items() if key not in names]
    for each in gone:
        if each.state is FollowUpState.OPEN:
            await act.db.delete(each)
    act.db.add_all(
        FollowUp(item_id=item.id, organisation_id=key, organisation_name=name, what="")
        for key, name in names.items()
        if key not in asked
    )
    return [each.organisation_name for each in gone if each.state is not FollowUpState.OPEN]


def is_asked_again(before: date | Any, meeting: type[Meeting] = Meeting) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for what is asked before the body's next meeting: whoever has not answered, or has said
    that it will be or waits, without a day or with one `before` this one. What has a deadline is reminded of by that.
    What is added while minutes are corrected is asked of nobody until they are approved again."""
    again = [state for state in ASKED_AGAIN if state is not FollowUpState.OPEN]
    has_come = or_(FollowUp.answer_on.is_(None), FollowUp.answer_on < before)
    return (
        FollowUp.done_on.is_(None),
        FollowUp.due_on.is_(None),
        or_(FollowUp.answer.is_(None), and_(FollowUp.answer.in_(again), has_come)),
        meeting.minutes_version > 0,
        or_(
            meeting.minutes_state == MinutesState.APPROVED,
            FollowUp.asked_in.is_not(None),
            FollowUp.asked_at.is_not(None),
        ),
        meeting.cancelled_at.is_(None),
    )


def is_asked_on(today: date, meeting: type[Meeting] = Meeting) -> ColumnElement[bool]:
    """Returns whether it is not too old to be asked for: whoever has given a day is asked for as long after that."""
    is_planned = and_(FollowUp.answer.in_(PLANNED), FollowUp.answer_on > today - ASKED_FOR)
    return or_(meeting.held_on > today - ASKED_FOR, is_planned)


async def open_questions(
    act: Act, body_id: int, *, meeting_id: int | None = None, before: date | None = None
) -> list[FollowUp]:
    """Returns what the organisations of a body have still to answer, of one meeting or of all. Whoever has given a day
    has more to say once it is past, or `before` another. One statement."""
    query = (
        select(FollowUp)
        .join(FollowUp.item)
        .join(AgendaItem.meeting)
        .where(Meeting.body_id == body_id, is_asked_on(act.today), *is_asked_again(before or act.today))
        .options(contains_eager(FollowUp.item))
        .order_by(FollowUp.id)
    )
    return list(await act.db.scalars(query if meeting_id is None else query.where(Meeting.id == meeting_id)))


async def unanswered(act: Act, body_id: int) -> list[FollowUp]:
    """Returns what the secretariat reminds of by hand: what nobody has answered, and what was to be done by a day that
    an organisation gave itself and that has passed. Whoever has said that it waits has answered."""
    return [
        each
        for each in await open_questions(act, body_id)
        if each.state is FollowUpState.OPEN or each.answer_on is not None
    ]


async def ask(act: Act, body: Body, rows: Iterable[FollowUp], kind: str = "follow_up_asked") -> dict[int, set[int]]:
    """Ask whoever represents these organisations what they did, in one message to each. Returns the organisations that
    somebody was asked for, and whom."""
    asked = list(rows)
    if not asked:
        return {}
    people = await representatives(act, body.id, {each.organisation_id for each in asked})
    for each in asked:
        if each.organisation_id in people and each.asked_at is None:
            each.asked_at = act.at
    everybody = {person_id for found in people.values() for person_id in found}
    await notify(
        act,
        kind,
        people=everybody,
        command="follow_up.list",
        args={"body_id": body.id},
        body_id=body.id,
        audience=SILENT,
        body=body.name,
    )
    return people


async def reached_of(act: Act, people: Mapping[int, Collection[int]]) -> set[int]:
    """Returns the organisations of which this command reaches somebody, of those who are to be told for each. At most
    one statement."""
    told = act.trace.told & {person_id for found in people.values() for person_id in found}
    reached = (await read_reach(act, told)).reached if told else frozenset()
    return {key for key, found in people.items() if not reached.isdisjoint(found)}


async def representatives(act: Act, body_id: int, organisation_ids: Collection[int]) -> dict[int, set[int]]:
    """Returns who represents each of these organisations in a body today; without those that nobody does."""
    query = (
        select(Seat.organisation_id, Term.person_id)
        .join(Term, Term.seat_id == Seat.id)
        .where(
            Seat.body_id == body_id,
            Seat.organisation_id.in_(organisation_ids),
            Seat.standing.in_((Standing.VOTING, Standing.NONVOTING)),
            Term.rank == 0,
            in_force(Term, act.today),
        )
    )
    found: dict[int, set[int]] = {}
    for organisation_id, person_id in await act.db.execute(query):
        found.setdefault(organisation_id, set()).add(person_id)
    return found


async def represented_in(act: Act, body_ids: Collection[int]) -> set[tuple[int, int]]:
    """Returns which organisations somebody represents today, each with the body that it is in."""
    query = (
        select(Seat.body_id, Seat.organisation_id)
        .join(Term, Term.seat_id == Seat.id)
        .where(
            Seat.body_id.in_(body_ids),
            Seat.organisation_id.is_not(None),
            Seat.standing.in_((Standing.VOTING, Standing.NONVOTING)),
            Term.rank == 0,
            in_force(Term, act.today),
        )
    )
    return {(row.body_id, row.organisation_id) for row in await act.db.execute(query)}


async def next_meetings(act: Act, body_ids: Collection[int]) -> dict[int, date]:
    """Returns the day of each body's next meeting, before which its organisations are asked: of one that has begun, of
    the one after it. One statement."""
    query = (
        select(Meeting.body_id, Meeting.held_on, Meeting.starts, Meeting.zone)
        .where(Meeting.body_id.in_(body_ids), Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.held_on.desc())
    )
    rows = list(await act.db.execute(query))
    return {row.body_id: row.held_on for row in rows if moment(row.held_on, row.starts, ZoneInfo(row.zone)) > act.at}
