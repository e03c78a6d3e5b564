"""Sharing an item with one's own colleagues, and stopping it."""

from lisbot.council.cases.shared import find_asking_seat, shared_facts
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotAllowed
from lisbot.council.core.fields import ItemId, LocalInputId, Prefill
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.local_inputs.local_inputs import get_local_input_for, local_input_view, read_shared
from lisbot.council.local_inputs.states import LOCAL_INPUT
from lisbot.council.local_inputs.views import LocalInputView
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.published import published_items
from lisbot.council.models import AgendaItem, LocalInput


async def share_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_item_for(act, item_id)
    require_sharable(act, item)
    return Prefill(about=f"{item.case.label} {item.title}" if item.case else item.title)


async def share(act: Act, *, item_id: ItemId) -> LocalInputView:
    """Share an item of a published agenda with your own colleagues, by a link that needs no account and ends with the
    meeting. lisbot sends it to nobody.

    Returns LocalInputView: of one that is shared already, as it is. Raises Conflict for an item that is confidential or
    not published, NotAllowed for whoever does not speak for an organisation today.
    """
    item = await get_item_for(act, item_id)
    require_sharable(act, item)
    assert item.case is not None
    seat = await find_asking_seat(act, item.meeting, item.case.id)
    if seat is None:
        raise NotAllowed
    act.did(title=f"{item.case.label} {item.title}")
    if seat.own_id is not None:
        return await local_input_view(act, await get_local_input_for(act, seat.own_id))
    act.ask_first("local_input_opens", number=item.case.label, title=item.title, until=item.meeting.days)
    row = LocalInput(
        case_id=item.case.id,
        meeting_id=item.meeting.id,
        seat_id=seat.id,
        person_id=act.by_id,
        organisation_name=seat.name,
        lang=act.by.lang,
        shared_at=act.at,
    )
    act.db.add(row)
    await act.db.flush()
    return await local_input_view(act, await read_shared(act, row.id))


def require_sharable(act: Act, item: AgendaItem) -> None:
    """Raises Conflict for an item that may not be shown outside the council, or whose meeting is over."""
    if item.id not in {each["id"] for each in published_items(item.meeting)}:
        raise Conflict("local_input_not_published")  # before anything is said of it
    if item.case is None:
        raise Conflict("local_input_of_case", title=item.title)
    if item.confidential or item.case.confidential:
        raise Conflict("local_input_confidential")
    if shared_facts(item.case, item.meeting, item) is None:
        raise Conflict("local_input_not_published")
    if item.meeting.ends_at <= act.at:
        raise Conflict("local_input_over")


async def stop_prefill(act: Act, *, local_input_id: LocalInputId) -> Prefill:
    shared = await get_local_input_for(act, local_input_id)
    return Prefill(about=f"{shared.row.case.label} {shared.row.case.title}")


async def stop(act: Act, *, local_input_id: LocalInputId) -> LocalInputView:
    """Stop sharing an item: its link opens nothing more. What has come stays yours.

    Returns LocalInputView.
    """
    shared = await get_local_input_for(act, local_input_id)
    LOCAL_INPUT.require(act, "local_input.stop", shared)
    act.ask_first("local_input_stops")
    shared.row.stopped_at = act.at
    act.did(number=shared.row.case.label)
    mark_stale(act, f"local_input:{shared.row.id}")
    await act.db.flush()
    return await local_input_view(act, shared)
