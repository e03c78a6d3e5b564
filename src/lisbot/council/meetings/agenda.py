"""The agenda of a meeting: its order, its standing items, and what may be read of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, not_, select

from lisbot.council.cases.shared import read_statements, take_shared_along
from lisbot.council.cases.views import ItemStatementLine
from lisbot.council.cases.waiting import is_on_coming_agenda, newest_items
from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, Ids, MeetingId, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ItemKind, NoticeState, StandingItem
from lisbot.council.meetings.item_guests import read_item_guests
from lisbot.council.meetings.item_order import set_order as set_order
from lisbot.council.meetings.published import WITH_AGENDA, changes_since_sent, readable_items
from lisbot.council.meetings.rows import get_meeting_for, meeting_ref, title_of
from lisbot.council.meetings.standing_items import (
    minutes_to_approve,
    missing_templates,
    refresh_standing_items,
    title_for,
    trailing_items,
)
from lisbot.council.meetings.states import NOTICE, WAITING
from lisbot.council.meetings.upcoming import nearest_meeting_id
from lisbot.council.meetings.views import AgendaItemLine, AgendaView, ItemGuest, ItemVote
from lisbot.council.meetings.visitors import own_visit
from lisbot.council.models import AgendaItem, Case, Meeting, Proposal


async def show(act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None) -> AgendaView:
    """See a meeting's agenda, the nearest's where none is named, perhaps of one council. A draft is seen by the
    secretariat only.

    Returns AgendaView.
    """
    meeting = await get_meeting_for(act, meeting_id or await nearest_meeting_id(act, body_id), *WITH_AGENDA)
    return await agenda_view(act, meeting)


async def agenda_view(act: Act, meeting: Meeting) -> AgendaView:
    extra = await look_up_actions(act, meeting)
    visit = await own_visit(act, meeting)
    return AgendaView(
        meeting=meeting_ref(act, meeting),
        link=meeting.link if may(act.by, P.VIEW, meeting.body_id) or visit is not None else "",
        notice=agenda_state(act, meeting),
        items=item_lines(
            act,
            meeting,
            statements=await read_statements(act, meeting.body_id, [meeting]),
            guests=await read_item_guests(act, meeting),
            takes_off_minutes=extra.takes_off_minutes,
        ),
        changes=tuple(changes_since_sent(meeting)) if sees_draft(act, meeting) else (),
        actions=(*NOTICE.allowed(act, meeting), *extra.actions),
        visit=visit,
    )


@dataclass(frozen=True, slots=True)
class AgendaExtras:
    """What may be done to an agenda that its own row does not say: to put a case on it that is there already, and to
    take off an approval of minutes that are approved."""

    actions: tuple[AllowedAction, ...] = ()
    takes_off_minutes: bool = False


async def look_up_actions(act: Act, meeting: Meeting) -> AgendaExtras:
    if not NOTICE.is_open(act, "agenda_item.add_case", meeting) or not act.allows(
        "agenda_item.add_case", meeting.body_id
    ):
        return AgendaExtras()
    found = select(cases_to_put_on(meeting.body_id, act).exists(), last_agenda_of(meeting).exists())
    has_cases, has_last = (await act.db.execute(found)).one()
    has_approval = any(item.standing is StandingItem.LAST_MINUTES for item in meeting.items)
    lacks_standing = bool(meeting.items) and bool(missing_templates(meeting))
    extra = (("agenda_item.add_case", has_cases), ("agenda.copy", has_last), ("agenda.add_standing", lacks_standing))
    offered = [name for name, is_open in extra if is_open]
    return AgendaExtras(
        actions=tuple(AllowedAction(name, {"meeting_id": meeting.id}) for name in offered),
        takes_off_minutes=has_approval and not await minutes_to_approve(act, meeting),
    )


def last_agenda_of(meeting: Meeting) -> Select[Any]:
    """Returns the query for the id of the body's last meeting before this one that had a case on its agenda."""
    return (
        select(Meeting.id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.held_on < meeting.held_on,
            Meeting.cancelled_at.is_(None),
            AgendaItem.case_id.is_not(None),
        )
        .order_by(Meeting.held_on.desc(), Meeting.starts.desc())
        .limit(1)
    )


def cases_to_put_on(body_id: int, act: Act) -> Select[Any]:
    """Returns the query for the newest item of each case of a body that is on no coming agenda."""
    return newest_items(body_id).where(not_(is_on_coming_agenda(act)))


async def require_on_no_other_agenda(act: Act, case: Case, meeting: Meeting) -> None:
    """Raises Conflict for a case that is on another coming agenda. Two who put it on one are let in one at a time."""
    await act.db.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    other = await find_coming_agenda(act, case, meeting)
    if other is not None and meeting.ends_at > act.at:
        raise Conflict("on_another_agenda", number=case.label, day=other.days)


async def find_coming_agenda(act: Act, case: Case, but: Meeting) -> Meeting | None:
    """Returns the coming meeting, but for one, on whose agenda a case is."""
    found: Meeting | None = await act.db.scalar(
        select(Meeting)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(AgendaItem.case_id == case.id, Meeting.id != but.id, is_on_coming_agenda(act))
        .limit(1)
    )
    return found


def agenda_state(act: Act, meeting: Meeting) -> NoticeState:
    """Returns the state of the notice. To those who see no draft, a changed one is as it was sent."""
    state = NoticeState(NOTICE.state_of(act, meeting))
    return NoticeState.SENT if state is NoticeState.CHANGED and not sees_draft(act, meeting) else state


def sees_draft(act: Act, meeting: Meeting) -> bool:
    return sight(act.by, meeting.body_id) is Sight.DRAFT


def item_lines(
    act: Act,
    meeting: Meeting,
    votes: Mapping[int, tuple[ItemVote, ...]] = {},
    *,
    statements: Mapping[int, tuple[ItemStatementLine, ...]] = {},
    guests: Mapping[int | None, tuple[ItemGuest, ...]] = {},
    takes_off_minutes: bool = False,
) -> tuple[AgendaItemLine, ...]:
    """Returns the items as the member may read them, with what may be done to each."""
    on_draft = {item.id for item in meeting.items}
    first = meeting.items[0].id if meeting.items else None
    editable = on_draft if NOTICE.is_open(act, "agenda_item.edit", meeting) else set()
    shown = readable_items(act, meeting)
    standing = {item.id: item.standing for item in meeting.items}
    removable = {
        item.id
        for item in meeting.items
        if not item.is_treated
        and (item.standing is None or (takes_off_minutes and item.standing is StandingItem.LAST_MINUTES))
    }
    return tuple(
        AgendaItemLine(
            id=facts["id"],
            case_id=facts["case_id"],
            number=facts["number"],
            title=title_for(act.by.lang, meeting, standing.get(facts["id"]), facts["title"]),
            kind=ItemKind(facts["kind"]),
            starts=starts,
            duration_minutes=facts["duration_minutes"],
            background=facts["background"],
            wording=facts["wording"],
            links=tuple(filter(None, facts["links"].split("\n"))),
            confidential=facts["confidential"],
            is_withheld=facts["is_withheld"],
            is_on_draft=facts["id"] in on_draft,
            votes=() if facts["is_withheld"] else votes.get(facts["id"], ()),
            actions=item_actions(act, meeting, facts, first, removable) if facts["id"] in editable else (),
            place=place,
            break_minutes=facts["break_minutes"],
            statements=() if facts["is_withheld"] else statements.get(facts["case_id"], ()),
            guests=() if facts["is_withheld"] else guests.get(facts["id"], ()),
        )
        for place, (facts, starts) in enumerate(zip(shown, item_hours(meeting, shown), strict=True), start=1)
    )


def item_hours(meeting: Meeting, items: Iterable[Mapping[str, Any]]) -> Iterator[time | None]:
    """Yields when each item is due: after those before it and their breaks, as long as each says how long it takes."""
    due: datetime | None = datetime.combine(meeting.held_on, meeting.starts)
    for item in items:
        yield due.time() if due else None
        minutes = item["duration_minutes"]
        due = due + timedelta(minutes=minutes + (item["break_minutes"] or 0)) if due and minutes else None


def item_actions(
    act: Act, meeting: Meeting, item: Mapping[str, Any], first: int | None, removable: Collection[int]
) -> tuple[AllowedAction, ...]:
    """Returns what may be done to one item. What stands on every agenda stays on it, but for an approval of
    minutes that are approved; so does what has been treated."""
    commands = ["agenda_item.edit"]
    if item["id"] != first:
        commands.append("agenda_item.move_up")
    if item["id"] in removable:
        commands.append("agenda_item.remove")
    if item["number"]:
        commands += ["vote.open", "guest_invitation.send"]
    about = {"item_id": item["id"]}
    more = {"guest_invitation.send": {"meeting_id": meeting.id}}
    return tuple(
        AllowedAction(name, more.get(name, {}) | about) for name in commands if act.allows(name, meeting.body_id)
    )


async def reorder_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    return Prefill(about=title_of(act, meeting), values={"order": [item.id for item in meeting.items]}, is_saved=True)


async def reorder(act: Act, *, meeting_id: MeetingId, order: Ids) -> AgendaView:
    """Set the order of a whole agenda, by its items' ids. Returns AgendaView."""
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.reorder", meeting)
    if sorted(order) != sorted(item.id for item in meeting.items):
        raise Invalid("not_the_items", field="order")
    return await agenda_view(act, await set_order(act, meeting, order))


async def move_to_place(act: Act, meeting: Meeting, item_id: int, place: int) -> None:
    """Have an item stand at a place on its agenda, from 1 on; last where there are not so many."""
    order = [item.id for item in meeting.items if item.id != item_id]
    order.insert(place - 1, item_id)
    await set_order(act, meeting, order)


async def add_last(act: Act, meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """Put an item last on the agenda, but before what always stands last: "any other business". Returns it.

    Raises Conflict where its case is on another coming agenda.
    """
    if item.case is not None:
        await require_on_no_other_agenda(act, item.case, meeting)
        await take_shared_along(act, item.case, meeting)
    if all(other.case_id is None for other in meeting.items):
        await refresh_waiting_proposals(act, meeting)
    await refresh_standing_items(act, meeting)
    after = trailing_items(meeting)
    item.position = after[0].position
    for other in reversed(after):
        other.position += 1
        await act.db.flush()
    item.meeting_id = meeting.id
    act.db.add(item)
    await act.db.flush()
    await get_meeting_for(act, meeting.id, *WITH_AGENDA)
    return item


async def refresh_waiting_proposals(act: Act, meeting: Meeting) -> None:
    """Mark the posted cards of waiting proposals as out of date: from its first case on, an agenda has something
    to merge them into."""
    ids = await act.db.scalars(
        select(Proposal.id).where(Proposal.meeting_id == meeting.id, Proposal.state.in_(WAITING))
    )
    for proposal_id in ids:
        mark_stale(act, f"proposal:{proposal_id}")


def case_ids(items: Iterable[AgendaItem]) -> set[int]:
    """Returns the cases on an agenda."""
    return {item.case_id for item in items if item.case_id is not None}
