"""The agenda of a meeting: its order, its standing items, and what may be read of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import Ids, MeetingId, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ItemKind, MinutesState, NoticeState, StandingItem
from lisbot.council.meetings.published import changes_since_sent, readable_items
from lisbot.council.meetings.rows import WITH_AGENDA, get_meeting_for, meeting_ref, title_of
from lisbot.council.meetings.states import NOTICE, WAITING
from lisbot.council.meetings.upcoming import nearest_meeting_id
from lisbot.council.meetings.views import AgendaItemLine, AgendaView, ItemVote
from lisbot.council.models import AgendaItem, Meeting, Proposal
from lisbot.texts import text

STANDING_MINUTES = 5  # minutes of the meeting for approving the last minutes


async def show(act: Act, *, meeting_id: MeetingId | None = None) -> AgendaView:
    """See a meeting's agenda, the nearest's where none is named. A draft is seen by the secretariat only.

    Returns AgendaView.
    """
    return agenda_view(act, await get_meeting_for(act, meeting_id or await nearest_meeting_id(act), *WITH_AGENDA))


def agenda_view(act: Act, meeting: Meeting) -> AgendaView:
    return AgendaView(
        meeting=meeting_ref(act, meeting),
        link=meeting.link if may(act.by, P.VIEW, meeting.body_id) else "",
        notice=agenda_state(act, meeting),
        items=item_lines(act, meeting),
        changes=tuple(changes_since_sent(meeting)) if sees_draft(act, meeting) else (),
        actions=NOTICE.allowed(act, meeting),
    )


def agenda_state(act: Act, meeting: Meeting) -> NoticeState:
    """Returns the state of the notice. To those who see no draft, a changed one is as it was sent."""
    state = NoticeState(NOTICE.state_of(act, meeting))
    return NoticeState.SENT if state is NoticeState.CHANGED and not sees_draft(act, meeting) else state


def sees_draft(act: Act, meeting: Meeting) -> bool:
    return sight(act.by, meeting.body_id) is Sight.DRAFT


def item_lines(
    act: Act, meeting: Meeting, votes: Mapping[int, tuple[ItemVote, ...]] = {}
) -> tuple[AgendaItemLine, ...]:
    """Returns the items as the member may read them, with what may be done to each."""
    on_draft = {item.id for item in meeting.items}
    first = meeting.items[0].id if meeting.items else None
    editable = on_draft if NOTICE.is_open(act, "agenda_item.edit", meeting) else set()
    shown = readable_items(act, meeting)
    treated = {item.id for item in meeting.items if item.is_treated}
    return tuple(
        AgendaItemLine(
            id=facts["id"],
            case_id=facts["case_id"],
            number=facts["number"],
            title=facts["title"],
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
            actions=item_actions(act, meeting, facts, first, treated) if facts["id"] in editable else (),
        )
        for facts, starts in zip(shown, item_hours(meeting, shown), strict=True)
    )


def item_hours(meeting: Meeting, items: Iterable[Mapping[str, Any]]) -> Iterator[time | None]:
    """Yields when each item is due: after those before it, as long as each says how long it takes."""
    due: datetime | None = datetime.combine(meeting.held_on, meeting.starts)
    for item in items:
        yield due.time() if due else None
        minutes = item["duration_minutes"]
        due = due + timedelta(minutes=minutes) if due and minutes else None


def item_actions(
    act: Act, meeting: Meeting, item: Mapping[str, Any], first: int | None, treated: Collection[int]
) -> tuple[AllowedAction, ...]:
    """Returns what may be done to one item. What has no case number stands on every agenda, and stays; so does what
    has been treated."""
    commands = ["agenda_item.edit"]
    if item["id"] != first:
        commands.append("agenda_item.move_up")
    if item["number"] and item["id"] not in treated:
        commands.append("agenda_item.remove")
    if item["number"]:
        commands.append("vote.open")
    return tuple(AllowedAction(name, {"item_id": item["id"]}) for name in commands if act.allows(name, meeting.body_id))


async def reorder_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    return Prefill(about=title_of(act, meeting), values={"order": [item.id for item in meeting.items]}, is_saved=True)


async def reorder(act: Act, *, meeting_id: MeetingId, order: Ids) -> AgendaView:
    """Set the order of a whole agenda, by its items' ids. Returns AgendaView."""
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.reorder", meeting)
    if sorted(order) != sorted(item.id for item in meeting.items):
        raise Invalid("not_the_items", field="order")
    return agenda_view(act, await set_order(act, meeting, order))


async def set_order(act: Act, meeting: Meeting, order: list[int]) -> Meeting:
    """Set the items' positions. Returns the meeting as it is read afterwards."""
    items = {item.id: item for item in meeting.items}
    # Two steps, because positions are unique at every moment.
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = -place
    await act.db.flush()
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = place
    await act.db.flush()
    return await get_meeting_for(act, meeting.id, *WITH_AGENDA)


async def add_last(act: Act, meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """Put an item last on the agenda, but before "any other business". Returns it."""
    if all(other.case_id is None for other in meeting.items):
        await refresh_waiting_proposals(act, meeting)
    await add_standing_items(act, meeting)
    last = meeting.items[-1]
    item.position = last.position
    last.position += 1
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


async def add_standing_items(act: Act, meeting: Meeting) -> None:
    """Give an agenda the standing items it lacks: approval of the last minutes, once there are any, comes
    first and any other business last."""
    have = {item.standing for item in meeting.items}
    positions = [item.position for item in meeting.items]
    previous = None if StandingItem.LAST_MINUTES in have else await last_with_minutes(act, meeting)
    if previous is not None:
        title = text(meeting.body.lang, "standing_item.last_minutes_of", day=previous.held_on)
        first = min(positions, default=1) - 1
        item = standing_item(meeting, StandingItem.LAST_MINUTES, title, first)
        item.duration_minutes = STANDING_MINUTES
        act.db.add(item)
    if StandingItem.ANY_OTHER not in have:
        title = text(meeting.body.lang, "standing_item.any_other")
        act.db.add(standing_item(meeting, StandingItem.ANY_OTHER, title, max(positions, default=1) + 1))
    await act.db.flush()
    await get_meeting_for(act, meeting.id, *WITH_AGENDA)


def standing_item(meeting: Meeting, kind: StandingItem, title: str, position: int) -> AgendaItem:
    return AgendaItem(
        meeting_id=meeting.id,
        position=position,
        standing=kind,
        title=title,
        kind=ItemKind.DISCUSSION,
        case=None,
        followups=[],
    )


async def last_with_minutes(act: Act, meeting: Meeting) -> Meeting | None:
    """Returns the body's last meeting before this one that has minutes, begun or finished."""
    return await act.db.scalar(
        select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.held_on < meeting.held_on,
            Meeting.cancelled_at.is_(None),
            Meeting.minutes_state != MinutesState.NONE,
        )
        .order_by(Meeting.held_on.desc())
        .limit(1)
    )


def case_ids(items: Iterable[AgendaItem]) -> set[int]:
    """Returns the cases on an agenda."""
    return {item.case_id for item in items if item.case_id is not None}
