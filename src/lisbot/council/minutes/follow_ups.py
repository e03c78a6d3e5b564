"""Follow-ups: what organisations are to do with an item, by when, and whether they have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.cases.answers import with_answer
from lisbot.council.cases.approved import approved_items
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, Day, FollowUpId, ItemId, OrganisationIds, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import FollowUpState, MinutesState, OutcomeKind
from lisbot.council.meetings.rows import AS_LINE, get_meeting_for, meeting_ref
from lisbot.council.minutes.follow_up_lines import with_actions, with_circumstances
from lisbot.council.minutes.minutes import get_writable_item_for, view_again
from lisbot.council.minutes.record import follow_up_line
from lisbot.council.minutes.states import FOLLOW_UP, FOLLOWING_UP
from lisbot.council.minutes.views import FollowUpsView, FollowUpTask, MinutesView
from lisbot.council.models import AgendaItem, Body, FollowUp, Meeting, Organisation, Seat
from lisbot.council.models.minutes import SETTLED
from lisbot.council.register.bodies import body_ref
from lisbot.texts import sort_key

MAX_LISTED = 100
AS_APPROVED = ("title", "outcome", "outcome_text")  # of an item in minutes that are being corrected
HAPPENED = (FollowUpState.RAISED, FollowUpState.INTRODUCED, FollowUpState.DONE)


async def organisations_in(act: Act, body_id: int) -> list[Organisation]:
    """Returns the organisations that have a seat in a body, in the order of the member's language."""
    rows = await act.db.scalars(
        select(Organisation).where(Organisation.id.in_(select(Seat.organisation_id).where(Seat.body_id == body_id)))
    )
    collate = sort_key(act.by.lang)
    return sorted(rows, key=lambda organisation: collate(organisation.name))


async def add_follow_up_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_writable_item_for(act, item_id, "minutes.add_follow_up")
    organisations = await organisations_in(act, item.meeting.body_id)
    return Prefill(about=item.title, choices={"organisation_id": [(o.id, o.name) for o in organisations]})


async def add_follow_up(
    act: Act, *, item_id: ItemId, organisation_id: OrganisationIds, what: Prose, due_on: Day | None = None
) -> MinutesView:
    """Record what organisations, one or several, are to do with an item, and by when. Returns MinutesView.

    Each has a follow-up of its own, so that each can say that it is done.
    """
    item = await get_writable_item_for(act, item_id, "minutes.add_follow_up")
    meeting = item.meeting
    require_due(meeting, due_on)
    require_advisory_wording(meeting.body, what=what)
    if not await add_for_each(act, item, organisation_id, what, due_on):
        raise Conflict("written_already")
    act.did(title=item.title)
    return await view_again(act, meeting.id)


async def add_for_each(
    act: Act,
    item: AgendaItem,
    organisation_ids: Sequence[int],
    what: str,
    due_on: date | None,
    *,
    field: str = "organisation_id",
) -> bool:
    """Add what each of several organisations is to follow up. Returns whether it was not written of all of them
    already. Raises Invalid for an organisation without a seat in the body."""
    names = {o.id: o.name for o in await organisations_in(act, item.meeting.body_id)}
    if not set(organisation_ids) <= set(names):
        raise Invalid("not_in_the_body", field=field)
    written = await act.db.scalars(
        select(FollowUp.organisation_id).where(
            FollowUp.item_id == item.id,
            FollowUp.what == what,
            FollowUp.due_on.is_(None) if due_on is None else FollowUp.due_on == due_on,
        )
    )
    have = set(written)
    missing = [each for each in dict.fromkeys(organisation_ids) if each not in have]
    act.db.add_all(
        FollowUp(item_id=item.id, organisation_id=each, organisation_name=names[each], what=what, due_on=due_on)
        for each in missing
    )
    return bool(missing)


def require_due(meeting: Meeting, due_on: date | None, *, field: str = "due_on") -> None:
    if due_on is not None and due_on < meeting.held_on:
        raise Invalid("due_before_meeting", field=field, day=meeting.held_on)


async def get_follow_up_for(act: Act, follow_up_id: int) -> FollowUp:
    """Returns a follow-up with its item and meeting. Raises NotFound for another body's.

    Where the act changes something its meeting is locked before it is read, so that of two who answer at once the
    second sees what the first said.
    """
    of = select(AgendaItem.meeting_id).join(FollowUp, FollowUp.item_id == AgendaItem.id)
    meeting_id = await act.db.scalar(of.where(FollowUp.id == follow_up_id))
    if meeting_id is None:
        raise NotFound
    meeting = await get_meeting_for(act, meeting_id)
    query = select(FollowUp).where(FollowUp.id == follow_up_id).options(joinedload(FollowUp.item))
    found: FollowUp | None = await act.db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    set_committed_value(found.item, "meeting", meeting)
    act.concerns(f"follow_up:{found.id}", f"meeting:{meeting.id}")
    act.did(organisation=found.organisation_name, title=found.item.title)
    return found


async def get_writable_for(act: Act, follow_up_id: int, command: str) -> FollowUp:
    """Returns what an organisation is to do, by minutes that are open to the command. Raises Conflict for one whose are
    not, NotFound for what the minutes do not say: that it is asked what it did."""
    found = await get_follow_up_for(act, follow_up_id)
    if found.is_carry_through:
        raise NotFound
    await get_writable_item_for(act, found.item_id, command)
    return found


async def edit_prefill(act: Act, *, follow_up_id: FollowUpId) -> Prefill:
    found = await get_writable_for(act, follow_up_id, "follow_up.edit")
    values = {"what": found.what, "due_on": found.due_on}
    return Prefill(about=f"{found.item.title}\n{found.organisation_name}", values=values, is_saved=True)


async def edit(act: Act, *, follow_up_id: FollowUpId, what: Prose, due_on: Day | None = None) -> MinutesView:
    """Change what an organisation is to follow up, or by when. Returns MinutesView."""
    found = await get_writable_for(act, follow_up_id, "follow_up.edit")
    require_due(found.item.meeting, due_on)
    require_advisory_wording(found.item.meeting.body, what=what)
    found.what, found.due_on = what, due_on
    return await view_again(act, found.item.meeting_id)


async def remove(act: Act, *, follow_up_id: FollowUpId) -> MinutesView:
    """Take a follow-up out of the minutes: it was written by mistake. Returns MinutesView."""
    found = await get_writable_for(act, follow_up_id, "follow_up.remove")
    meeting_id = found.item.meeting_id
    await act.db.delete(found)
    return await view_again(act, meeting_id)


async def answer_prefill(act: Act, *, follow_up_id: FollowUpId) -> Prefill:
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.answer", found)
    item = found.item
    facts = (await approved_items(act.db, [item.meeting])).get(item.id, {})
    outcome_text = facts.get("outcome_text", item.outcome_text)
    return Prefill(
        about="\n".join(filter(None, (item.title, outcome_text, found.organisation_name, found.what))),
        values={
            "answer": found.state if found.state is not FollowUpState.OPEN else None,
            "words": found.words,
            "day": found.answer_on,
        },
        excluded={"answer": no_answers(found)},
        is_saved=True,
    )


async def answer(
    act: Act, *, follow_up_id: FollowUpId, answer: FollowUpState, words: Prose = "", day: Day | None = None
) -> FollowUpsView:
    """Say what an organisation has done with what came of a case, or with what it was to follow up: its own people, or
    the secretariat for them. What was answered before stands in the log.

    Returns FollowUpsView. Raises NotAllowed for another organisation's. `day`: when it was raised or introduced, or
    when it will be.
    """
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.answer", found)
    require_answer(act, found, answer, day)
    require_advisory_wording(found.item.meeting.body, words=words)
    found.answer, found.words, found.answer_on = answer, words, day
    found.answered_at, found.answered_by = act.at, act.by.name
    is_settled = answer in SETTLED
    found.done_on = (day or act.today) if is_settled else None
    found.done_by = act.by.name if is_settled else ""
    act.did(answer=answer)
    return await view_with(act, found)


def no_answers(found: FollowUp) -> set[FollowUpState]:
    """Returns what nobody answers: what came of a case is introduced, and what was to be done is done."""
    return {FollowUpState.OPEN, FollowUpState.DONE if found.is_carry_through else FollowUpState.INTRODUCED}


def require_answer(act: Act, found: FollowUp, answer: FollowUpState, day: date | None) -> None:
    """Raises Invalid for no answer, and for a day that the answer cannot be about."""
    if answer in no_answers(found):
        raise Invalid("answer_needed", field="answer")
    if day is not None and answer in HAPPENED and day > act.today:
        raise Invalid("not_happened_yet", field="day", day=day)
    if day is not None and answer is FollowUpState.WILL_BE and day < act.today:
        raise Invalid("past_date", field="day", day=day)


async def complete(act: Act, *, follow_up_id: FollowUpId) -> FollowUpsView:
    """Say that an organisation has done what it was to follow up: its own people, or the secretariat.

    Returns FollowUpsView. It stays open to this after the minutes are approved: it is not them that change.
    """
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.complete", found)
    found.done_on, found.done_by = act.today, act.by.name
    found.answer, found.answered_at, found.answered_by = FollowUpState.DONE, act.at, act.by.name
    found.words, found.answer_on = "", act.today  # what was said before it was done is not said of this
    return await view_with(act, found)


async def reopen_follow_up(act: Act, *, follow_up_id: FollowUpId) -> FollowUpsView:
    """Say that it is not done after all. Returns FollowUpsView."""
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.reopen", found)
    found.done_on, found.done_by = None, ""
    found.answer, found.answered_at, found.answered_by = None, None, ""
    found.words, found.answer_on = "", None
    return await view_with(act, found)


async def view_with(act: Act, changed: FollowUp) -> FollowUpsView:
    """Returns what the member still has to follow up, after what was changed just now."""
    await act.db.flush()
    mark_stale(act, f"meeting:{changed.item.meeting_id}")
    open_tasks = [each for each in await tasks(act) if each.line.id != changed.id]
    own = await tasks(act, only_id=changed.id)
    return FollowUpsView(None, False, (), tuple(await with_circumstances(act, [*own, *open_tasks])), False)


async def list_prefill(act: Act) -> Prefill:
    return Prefill(choices={"body_id": [(body.id, body.name) for body in await followed_bodies(act)]})


async def followed_bodies(act: Act) -> list[Body]:
    """Returns the bodies whose follow-ups concern the member, in the order of their language."""
    collate = sort_key(act.by.lang)
    found = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.VIEW))))
    return sorted(found, key=lambda body: collate(body.name))


async def list_follow_up(act: Act, *, body_id: BodyId | None = None, done: bool = False) -> FollowUpsView:
    """See what is being followed up, and what of it is overdue: to the secretariat what all organisations of its
    councils do, to others what their own does.

    Returns FollowUpsView. `done`: also what has been done.
    """
    found = await with_circumstances(act, await tasks(act, body_id=body_id, done=done))
    bodies = tuple(body_ref(act, body) for body in await followed_bodies(act))
    return FollowUpsView(body_id, done, bodies, tuple(found[:MAX_LISTED]), len(found) > MAX_LISTED)


async def tasks(
    act: Act, *, body_id: int | None = None, done: bool = False, only_id: int | None = None, own: bool = False
) -> list[FollowUpTask]:
    """Returns follow-ups of approved minutes, overdue first: those that the member's organisations are to do, and
    unless only their `own` are wanted, all of the bodies whose secretariat they work at.

    Of minutes that are being corrected what was approved counts.
    """
    query = (
        select(FollowUp)
        .join(FollowUp.item)
        .join(AgendaItem.meeting)
        .where(
            Meeting.minutes_version > 0,
            Meeting.cancelled_at.is_(None),
            or_(*whose(act, own)),
        )
        .options(
            contains_eager(FollowUp.item).options(
                contains_eager(AgendaItem.meeting).options(*AS_LINE), joinedload(AgendaItem.case)
            )
        )
        .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
        .limit(MAX_LISTED + 1)
    )
    if only_id is not None:
        query = query.where(FollowUp.id == only_id)
    elif not done:
        query = query.where(FollowUp.done_on.is_(None), ~is_raised())
    if body_id is not None:
        query = query.where(Meeting.body_id == body_id)
    rows = list(await act.db.scalars(query))
    approved = await approved_items(act.db, {row.item.meeting for row in rows})
    return [found for row in rows if (found := task(act, row, approved)) is not None]


def is_raised(follow_up: type[FollowUp] = FollowUp) -> ColumnElement[bool]:
    """Returns whether it was raised in the line and has no deadline: then nobody waits for another answer."""
    raised = func.coalesce(follow_up.answer, FollowUpState.OPEN) == FollowUpState.RAISED
    return and_(raised, follow_up.due_on.is_(None))


def whose(act: Act, own: bool) -> list[ColumnElement[bool]]:
    """Returns the conditions for a follow-up to be the member's: one of them must hold."""
    organisations = defaultdict(set)
    for hold in act.by.holds:
        if hold.role in FOLLOWING_UP and hold.organisation_id is not None and not (own and hold.role is Role.DEPUTY):
            organisations[hold.body_id].add(hold.organisation_id)
    conditions = [
        (Meeting.body_id == body_id) & FollowUp.organisation_id.in_(ids) for body_id, ids in organisations.items()
    ]
    overseen = set() if own else bodies_where(act.by, P.OVERSEE)
    return [*conditions, Meeting.body_id.in_(overseen)]


def task(act: Act, row: FollowUp, approved: Mapping[int, Mapping[str, Any]]) -> FollowUpTask | None:
    """Returns a follow-up with its item; None for one that minutes which are being corrected had not."""
    item, line = row.item, with_answer(follow_up_line(row), row)
    said: tuple[Any, ...] = tuple(getattr(item, name) for name in AS_APPROVED)
    if item.meeting.minutes_state is not MinutesState.APPROVED and row.is_carry_through:
        if item.id not in approved or not row.is_asked:
            return None
        said = tuple(approved[item.id].get(name) for name in AS_APPROVED)
    elif item.meeting.minutes_state is not MinutesState.APPROVED:
        facts = approved.get(item.id, {"follow_ups": ()})
        then = next((each for each in facts["follow_ups"] if each["id"] == row.id), None)
        if then is None:
            return None
        due_on = date.fromisoformat(then["due_on"]) if then["due_on"] else None
        line = replace(line, what=then["what"], due_on=due_on)
        said = tuple(facts.get(name) for name in AS_APPROVED)
    title, outcome, outcome_text = said
    return FollowUpTask(
        line=with_actions(act, item.meeting, row, line),
        organisation_id=row.organisation_id,
        meeting=meeting_ref(act, item.meeting),
        number=item.case.label if item.case else "",
        title=title,
        confidential=item.confidential,
        is_overdue=line.done_on is None and line.due_on is not None and line.due_on < act.today,
        outcome=None if outcome is None else OutcomeKind(outcome),
        outcome_text=outcome_text or "",
    )
