"""Carry-through: what each organisation did with what came of a body's cases."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, load_only

from lisbot.council.cases.approved import approved_items, is_corrected
from lisbot.council.core.access import P, Sight, gate, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, CalendarYear, ItemId, OrganisationIds, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.delivery.reminded import ask_where_just_reminded
from lisbot.council.enums import FollowUpState, MinutesState, OutcomeKind
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.minutes.asking import (
    ASKED_FOR,
    ask,
    ask_of_meeting,
    is_for_all,
    next_meetings,
    reached_of,
    representatives,
    set_concerned,
    unanswered,
    voting_organisations,
)
from lisbot.council.minutes.follow_ups import is_raised, organisations_in
from lisbot.council.minutes.states import MINUTES, is_own
from lisbot.council.minutes.views import PLANNED, CarriedCase, Carrier, CarryAnswer, CarryThroughView, Silence
from lisbot.council.models import AgendaItem, Case, FollowUp, Meeting, Organisation, case_label
from lisbot.council.models.minutes import state_of
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.texts import format_list, join_items, sort_key

REMINDERS = ("follow_up_asked", "follow_up_asked_again")


async def show(act: Act, *, body_id: BodyId, year: CalendarYear | None = None) -> CarryThroughView:
    """See what each organisation did with what came of a council's cases in a year, this one where none is named. With
    this year stand the cases of earlier ones that somebody is still asked about.

    Returns CarryThroughView. Whoever sees drafts sees who is silent, and can remind them.
    """
    body = await get_body_for(act, body_id)
    gate(act, body.id)
    year = year or act.today.year
    rows = await read_rows(act, body.id, year)
    approved = await approved_items(act.db, {row.Meeting for row in rows})
    rows = [row for row in rows if is_approved(row, approved)]
    carriers = carriers_of(act, rows)
    cases = tuple(carried_cases(act, body.id, rows, carriers, approved))
    records = may(act.by, P.RECORD, body.id)
    act.concerns(f"body:{body.id}")
    return CarryThroughView(
        body=body_ref(act, body),
        year=year,
        organisations=carriers,
        cases=cases,
        earlier=len({each.case_id for each in cases if each.held_on.year < year}),
        silent=await silences(act, body.id, rows, carriers) if records else (),
        answer_by=(await next_meetings(act, {body.id})).get(body.id),
        actions=await remind_action(act, body.id),
    )


def is_approved(row: Any, approved: Mapping[int, Mapping[str, Any]]) -> bool:
    """Returns whether approved minutes ask for something: what is added while they are corrected is not seen yet."""
    if not is_corrected(row.Meeting):
        return True
    if row.item_id not in approved:
        return False
    is_asked = row.asked_in is not None or row.asked_at is not None
    return task_of(row, approved) is not None if row.what else is_asked


def task_of(row: Any, approved: Mapping[int, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Returns what an organisation is to do as it was approved, of minutes that are being corrected."""
    tasks = approved.get(row.item_id, {}).get("follow_ups", ())
    return next((each for each in tasks if each["id"] == row.id), None)


async def remind_action(act: Act, body_id: int) -> tuple[AllowedAction, ...]:
    """Returns the action that reminds those who have still to say what their organisation did, where somebody is there
    to."""
    if not act.allows("carry_through.remind", body_id):
        return ()
    waiting = await unanswered(act, body_id)
    if not waiting or not await representatives(act, body_id, {each.organisation_id for each in waiting}):
        return ()
    return (AllowedAction("carry_through.remind", {"body_id": body_id}),)


async def read_rows(act: Act, body_id: int, year: int) -> list[Any]:
    """Returns what each organisation was asked of each case of a body that was treated in a year, the newest meeting
    first; in this year with what somebody is still asked of earlier ones. One statement."""
    is_of_year: ColumnElement[bool] = Meeting.held_on.between(date(year, 1, 1), date(year, 12, 31))
    if year == act.today.year:
        since = min(act.today - ASKED_FOR, date(year, 1, 1))
        is_asked = or_(and_(Meeting.held_on > since, has_open_task()), AgendaItem.id.in_(planned_since(since)))
        is_of_year = or_(is_of_year, and_(Meeting.held_on < date(year, 1, 1), is_asked))
    query = (
        select(
            *(FollowUp.id, FollowUp.item_id, FollowUp.organisation_id, FollowUp.organisation_name, FollowUp.what),
            *(FollowUp.due_on, FollowUp.done_on, FollowUp.done_by, FollowUp.answer, FollowUp.words),
            *(FollowUp.answer_on, FollowUp.answered_by, FollowUp.asked_at, FollowUp.asked_in),
            *(AgendaItem.title, AgendaItem.outcome, AgendaItem.outcome_text, AgendaItem.case_id),
            (AgendaItem.confidential | Case.confidential).label("confidential"),
            *(Case.year, Case.number, Organisation.short_name),
            Meeting,
        )
        .join(AgendaItem, AgendaItem.id == FollowUp.item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .join(Case, Case.id == AgendaItem.case_id)
        .join(Organisation, Organisation.id == FollowUp.organisation_id)
        .where(
            Meeting.body_id == body_id,
            is_of_year,
            Meeting.minutes_version > 0,
            Meeting.cancelled_at.is_(None),
        )
        .options(load_only(Meeting.held_on, Meeting.minutes_state, Meeting.minutes_version, raiseload=True))
        .order_by(Meeting.held_on.desc(), AgendaItem.position, FollowUp.id)
    )
    return list(await act.db.execute(query))


def has_open_task() -> ColumnElement[bool]:
    """Returns whether some organisation has still to answer of the item, or to say more."""
    other = aliased(FollowUp)
    return exists().where(other.item_id == AgendaItem.id, other.done_on.is_(None), ~is_raised(other))


def planned_since(day: date) -> Select[Any]:
    """Returns the items of which some organisation has given a day after this one, and has not said that it is done."""
    return select(FollowUp.item_id).where(
        FollowUp.done_on.is_(None), FollowUp.answer.in_(PLANNED), FollowUp.answer_on > day
    )


def carriers_of(act: Act, rows: Iterable[Any]) -> tuple[Carrier, ...]:
    """Returns the organisations that were asked, in the order of the member's language."""
    collate = sort_key(act.by.lang)
    found = {row.organisation_id: Carrier(row.organisation_id, row.organisation_name, row.short_name) for row in rows}
    return tuple(sorted(found.values(), key=lambda each: (collate(each.name), each.id)))


def carried_cases(
    act: Act, body_id: int, rows: Iterable[Any], carriers: Sequence[Carrier], approved: Mapping[int, Mapping[str, Any]]
) -> Iterable[CarriedCase]:
    """Yields each case with what each organisation that was asked answered of it: of a case that was decided of at
    several meetings each decision, the newest first."""
    is_outside = sight(act.by, body_id) is Sight.OUTSIDE
    may_choose = act.allows("carry_through.choose", body_id)
    confidential: set[int] = set()  # the cases, with all that was decided of them
    by_item: dict[int, list[Any]] = {}
    for row in rows:
        by_item.setdefault(row.item_id, []).append(row)
        if row.confidential:
            confidential.add(row.case_id)
    for item_id, own in by_item.items():
        first = own[0]
        facts = approved.get(item_id, {})
        is_withheld = is_outside and first.case_id in confidential
        outcome = facts.get("outcome", first.outcome)
        yield CarriedCase(
            case_id=first.case_id,
            number=case_label(first.year, first.number),
            title="" if is_withheld else facts.get("title", first.title),
            is_withheld=is_withheld,
            confidential=first.case_id in confidential,
            meeting_id=first.Meeting.id,
            held_on=first.Meeting.held_on,
            outcome=None if is_withheld or outcome is None else OutcomeKind(outcome),
            outcome_text="" if is_withheld else facts.get("outcome_text", first.outcome_text),
            answers=tuple(
                () if is_withheld else answers_of(act, body_id, own, carrier.id, approved) for carrier in carriers
            ),
            actions=(AllowedAction("carry_through.choose", {"item_id": item_id}),) if may_choose else (),
        )


def answers_of(
    act: Act, body_id: int, rows: Iterable[Any], organisation_id: int, approved: Mapping[int, Mapping[str, Any]]
) -> tuple[CarryAnswer, ...]:
    """Returns what one organisation answered of what came of a case; nothing where it was not asked."""
    asked = [row for row in rows if row.organisation_id == organisation_id]
    may_answer = is_own(act, body_id, organisation_id) and act.allows("follow_up.answer", body_id)
    actions = tuple(
        (AllowedAction("follow_up.answer", {"follow_up_id": row.id}),) if may_answer else () for row in asked
    )
    return tuple(carry_answer(act, row, task_of(row, approved), own) for row, own in zip(asked, actions, strict=True))


def carry_answer(act: Act, row: Any, task: Mapping[str, Any] | None, actions: tuple[AllowedAction, ...]) -> CarryAnswer:
    due_on = row.due_on
    if task is not None:
        due_on = date.fromisoformat(task["due_on"]) if task["due_on"] else None
    state = state_of(row.answer, row.done_on)
    return CarryAnswer(
        follow_up_id=row.id,
        organisation=row.organisation_name,
        what=task["what"] if task else row.what,
        state=state,
        words=row.words,
        day=row.answer_on or row.done_on,
        name=row.answered_by or row.done_by,
        due_on=due_on,
        is_overdue=row.done_on is None and due_on is not None and due_on < act.today,
        is_past=state in PLANNED and row.answer_on is not None and row.answer_on < act.today,
        actions=actions,
    )


def is_silent(row: Any) -> bool:
    """Returns whether an organisation that was asked has never answered."""
    return state_of(row.answer, row.done_on) is FollowUpState.OPEN


async def silences(act: Act, body_id: int, rows: Iterable[Any], carriers: Iterable[Carrier]) -> tuple[Silence, ...]:
    """Returns the organisations that have not answered, each with how many questions, and whether anybody is there."""
    counts: dict[int, int] = {}
    for row in rows:
        if is_silent(row):
            counts[row.organisation_id] = counts.get(row.organisation_id, 0) + 1
    if not counts:
        return ()
    people = await representatives(act, body_id, counts)
    return tuple(Silence(each, counts[each.id], each.id in people) for each in carriers if each.id in counts)


async def choose_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_case_item_for(act, item_id)
    organisations = await organisations_in(act, item.meeting.body_id)
    asked = [each.organisation_id for each in await asked_of(act, item)]
    if item.is_carried_through is None and item.meeting.minutes_state is not MinutesState.APPROVED:
        asked = list(await voting_organisations(act, item.meeting.body_id)) if is_for_all(item) else []
    return Prefill(
        about=item.title,
        values={"organisation_id": asked},
        choices={"organisation_id": [(each.id, each.name) for each in organisations]},
        is_saved=True,
    )


async def get_case_item_for(act: Act, item_id: int) -> AgendaItem:
    """Returns a case on an agenda, its follow-ups read. Raises Conflict for one whose minutes are not begun, Invalid
    for what is no case."""
    item = await get_item_for(act, item_id)
    MINUTES.require(act, "carry_through.choose", item.meeting)
    if item.case_id is None:
        raise Invalid("no_case")
    await act.db.refresh(item, ["followups"])
    return item


async def asked_of(act: Act, item: AgendaItem) -> list[FollowUp]:
    found = await act.db.scalars(select(FollowUp).where(FollowUp.item_id == item.id, FollowUp.what == ""))
    return list(found)


async def choose(act: Act, *, item_id: ItemId, organisation_id: OrganisationIds | None = None) -> CarryThroughView:
    """Choose which organisations are asked what they did with what came of a case: none of them is all right too.

    Returns CarryThroughView. Who is chosen after the minutes are approved is asked at once. Raises Conflict for
    leaving out one that has answered.
    """
    item = await get_case_item_for(act, item_id)
    meeting = item.meeting
    names = {each.id: each.name for each in await organisations_in(act, meeting.body_id)}
    chosen = {key: names[key] for key in organisation_id or () if key in names}
    if len(chosen) < len(set(organisation_id or ())):
        raise Invalid("not_in_the_body", field="organisation_id")
    if kept := await set_concerned(act, item, chosen):
        raise Conflict("answered_already", organisations=join_items(kept))
    item.is_carried_through = bool(chosen)
    await act.db.flush()
    if meeting.minutes_state is MinutesState.APPROVED:
        await ask_of_meeting(act, meeting)
    act.did(title=item.title)
    mark_stale(act, f"meeting:{meeting.id}")
    await act.db.flush()
    return await show(act, body_id=meeting.body_id, year=meeting.held_on.year)


def named(act: Act, names: Mapping[int, str], keys: Iterable[int]) -> str:
    """Returns the names of some organisations in one line, in the order of the member's language."""
    found = sorted((names[key] for key in keys), key=sort_key(act.by.lang))
    return format_list(act.by.lang, found) if found else ""


async def remind_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    return Prefill(about=(await get_body_for(act, body_id)).name)


async def remind(act: Act, *, body_id: BodyId) -> CarryThroughView:
    """Remind all who have not said what their organisation did, and those who gave a day that has passed, in one
    message to each. Asks first whom, and where they were asked within the hour.

    Returns CarryThroughView. Raises Conflict where everybody has answered, or nobody is there to be asked.
    """
    body = await get_body_for(act, body_id)
    gate(act, body.id)
    waiting = await unanswered(act, body.id)
    if not waiting:
        raise Conflict("everybody_answered")
    await ask_where_just_reminded(act, f"body:{body.id}", *REMINDERS)
    people = await ask(act, body, waiting, "follow_up_asked_again")
    names = {each.organisation_id: each.organisation_name for each in waiting}
    if not people:
        raise Conflict("nobody_represents", organisation=join_items(sorted(names.values())))
    if absent := named(act, names, names.keys() - people.keys()):
        act.ask_first("nobody_to_tell", names=absent)
    reached = await reached_of(act, people)
    missed = named(act, names, names.keys() - reached)
    words = "done" if not missed else "done_in_part" if reached else "done_nobody"
    act.did(words, count=len(reached), names=missed)
    await act.db.flush()
    return await show(act, body_id=body.id)
