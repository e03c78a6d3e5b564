"""The items of an agenda: put on, changed, moved and taken off by the secretariat."""

from sqlalchemy import select

from lisbot.council.cases.cases import get_case_for
from lisbot.council.cases.numbering import open_case
from lisbot.council.cases.referred import items_telling_answers, read_incoming, written_background
from lisbot.council.cases.waiting import has_waiting_proposal, require_not_merged, waiting_cases
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import CaseId, DurationMinutes, ItemId, Line, Links, MeetingId, Number, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.enums import ItemKind, OutcomeKind, StandingItem
from lisbot.council.meetings.agenda import add_last, agenda_view, case_ids, cases_to_put_on, move_to_place, set_order
from lisbot.council.meetings.carrying import put_on, take_along
from lisbot.council.meetings.guest_invitations import release_guests
from lisbot.council.meetings.published import (
    ITEM_FACTS,
    WITH_AGENDA,
    is_told_as_confidential,
    open_again,
    withhold,
    withhold_elsewhere,
)
from lisbot.council.meetings.rows import coming_meetings_of, get_meeting_for, title_of
from lisbot.council.meetings.standing_items import minutes_to_approve
from lisbot.council.meetings.states import NOTICE
from lisbot.council.meetings.triage import take_off
from lisbot.council.meetings.upcoming import MAX_CHOICES
from lisbot.council.meetings.views import AgendaView
from lisbot.council.models import AgendaItem, Case, Meeting


async def get_item_for(act: Act, item_id: int) -> AgendaItem:
    """Returns an agenda item with its meeting and body. Raises NotFound for another body's.

    Changing an item locks its meeting, so that the agenda and minutes of one meeting are changed by one at a
    time.
    """
    meeting_id = await act.db.scalar(select(AgendaItem.meeting_id).where(AgendaItem.id == item_id))
    if meeting_id is None:
        raise NotFound
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    item = next(item for item in meeting.items if item.id == item_id)
    subject = f"case:{item.case_id}" if item.case_id else f"agenda_item:{item.id}"
    act.concerns(subject, f"meeting:{meeting.id}")
    return item


async def get_editable_item_for(act: Act, item_id: int, command: str) -> AgendaItem:
    """Returns an item of an agenda that is open to the command. Raises Conflict for one that is not."""
    item = await get_item_for(act, item_id)
    NOTICE.require(act, command, item.meeting)
    return item


async def add_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id)
    return Prefill(about=title_of(act, meeting), values={"kind": ItemKind.INFORMATION})


async def add(
    act: Act,
    *,
    meeting_id: MeetingId,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    duration_minutes: DurationMinutes | None = None,
    links: Links = "",
    confidential: bool = False,
    number: Number | None = None,
) -> AgendaView:
    """Put a case of the secretariat's own on the agenda, last or where `number` says. Returns AgendaView."""
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda_item.add", meeting)
    require_advisory_wording(meeting.body, title=title, background=background, wording=wording)
    if any(item.title == title and item.case is not None for item in meeting.items):
        raise Conflict("already_there", title=title)
    case = await open_case(act, meeting.body_id, meeting.held_on.year, title, confidential)
    item = AgendaItem(
        case=case,
        followups=[],
        title=title,
        kind=kind,
        background=background,
        wording=wording,
        duration_minutes=duration_minutes,
        links=links,
        confidential=confidential,
    )
    await add_last(act, meeting, item)
    if number is not None:
        await move_to_place(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA), item.id, number)
    act.did(title=title)
    act.concerns(f"case:{case.id}", f"meeting:{meeting.id}")
    return await agenda_view(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))


async def add_case_prefill(act: Act, *, meeting_id: MeetingId | None = None, case_id: CaseId | None = None) -> Prefill:
    choices: dict[str, list[tuple[object, str]]] = {}
    case = None if case_id is None else await get_case_for(act, case_id)
    meeting = None if meeting_id is None else await get_meeting_for(act, meeting_id)
    if meeting is None and case is not None:
        choices["meeting_id"] = await coming_meetings_of(act, case.body_id)
    if case is None and meeting is not None:
        choices["case_id"] = await cases_to_choose(act, meeting)
    about = (title_of(act, meeting) if meeting else "", f"{case.label} {case.title}" if case else "")
    return Prefill(about="\n".join(filter(None, about)), choices=choices)


async def cases_to_choose(act: Act, meeting: Meeting) -> list[tuple[object, str]]:
    """Returns the cases that may be put on an agenda: first those that wait, then the last ones treated."""
    waiting = [case for case, _ in await waiting_cases(act, meeting.body_id)]
    newest = cases_to_put_on(meeting.body_id, act).order_by(AgendaItem.id.desc()).limit(MAX_CHOICES)
    others = [item.case for item in await act.db.scalars(newest)]
    cases = {case.id: case for case in (*waiting, *others)}
    return [(case.id, f"{case.label} {case.title}") for case in cases.values()]


async def add_case(act: Act, *, meeting_id: MeetingId, case_id: CaseId) -> AgendaView:
    """Put a case that is there already on the agenda, under its number: one that was put off, is to be followed up,
    or was on the agenda of a cancelled meeting.

    Returns AgendaView. Raises Conflict where it is on another coming agenda, or what was proposed about it waits.
    """
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda_item.add_case", meeting)
    case = await get_case_for(act, case_id)
    if case.body_id != meeting.body_id:
        raise Invalid("not_the_bodys_case", field="case_id")
    if case.id in case_ids(meeting.items):
        raise Conflict("already_there", title=case.title)
    if await act.db.scalar(select(has_waiting_proposal()).where(Case.id == case.id)):
        raise Conflict("case_waits_for_answer", number=case.label)
    await require_not_merged(act, case)
    last = await find_last_item(act, case)
    if last is None:
        await add_last(act, meeting, await received_item(act, meeting, case))
    else:
        await put_on(act, meeting, case, last)
        await take_along(act, meeting, last)
    act.did(title=f"{case.label} {case.title}", day=meeting.days)
    act.concerns(f"case:{case.id}", f"meeting:{meeting.id}")
    return await agenda_view(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))


async def find_last_item(act: Act, case: Case) -> AgendaItem | None:
    """Returns what a case was last as on an agenda. An item that told of an answer is passed over once that was told:
    it is not what the case is about."""
    query = select(AgendaItem).where(AgendaItem.case_id == case.id).order_by(AgendaItem.id.desc())
    items = list(await act.db.scalars(query))
    telling = await items_telling_answers(act, case)
    own = (item for item in items if item.id not in telling or item.outcome in (None, OutcomeKind.POSTPONED))
    return next(own, None)


async def received_item(act: Act, meeting: Meeting, case: Case) -> AgendaItem:
    """Returns the item of a case that was sent to the council and has been on no agenda yet, with what came with it."""
    sent = await read_incoming(act, case)
    return AgendaItem(
        case=case,
        followups=[],
        title=case.title,
        kind=ItemKind.DISCUSSION,
        background=written_background(meeting.body.lang, sent) if sent else "",
        links=sent["links"] if sent else "",
        confidential=case.confidential,
    )


async def edit_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_item_for(act, item_id)
    return Prefill(
        about=f"{item.case.label} {item.title}" if item.case else item.title,
        values={name: getattr(item, name) for name in ITEM_FACTS},
        is_saved=True,
    )


async def edit(
    act: Act,
    *,
    item_id: ItemId,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    duration_minutes: DurationMinutes | None = None,
    links: Links = "",
    confidential: bool = False,
) -> AgendaView:
    """Change an item's title, kind, time or text. Returns AgendaView.

    What becomes confidential is withheld from those outside the body at once, before any new notice; what becomes open
    again that was sent out, from the next notice on.
    """
    item = await get_editable_item_for(act, item_id, "agenda_item.edit")
    meeting, was_confidential = item.meeting, item.confidential
    require_advisory_wording(meeting.body, title=title, background=background, wording=wording)
    if confidential and not item.confidential:
        withhold(meeting, item.id)
        if item.case is not None:
            await withhold_elsewhere(act, item.case)
    item.title, item.kind, item.background, item.wording = title, kind, background, wording
    item.duration_minutes, item.links, item.confidential = duration_minutes, links, confidential
    act.did(title=title)
    await act.db.flush()
    if was_confidential and not confidential and item.case is not None and not is_told_as_confidential(item):
        await open_again(act, [item.case])
    return await agenda_view(act, meeting)


async def move_up(act: Act, *, item_id: ItemId) -> AgendaView:
    """Move an item one place up the agenda. Returns AgendaView."""
    item = await get_editable_item_for(act, item_id, "agenda_item.move_up")
    meeting = item.meeting
    order = [each.id for each in meeting.items]
    at = order.index(item.id)
    if at == 0:
        raise Conflict("already_first", title=item.title)
    order[at - 1], order[at] = order[at], order[at - 1]
    act.did(title=item.title)
    return await agenda_view(act, await set_order(act, meeting, order))


async def remove_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    return Prefill(about=(await get_item_for(act, item_id)).title)


async def remove(act: Act, *, item_id: ItemId) -> AgendaView:
    """Take an item off the agenda. Its case keeps its number, and it waits among the proposals as it stood there;
    whoever proposed it is told.

    Returns AgendaView. Raises Conflict for a standing item, but for an approval of minutes that are approved, and
    for one that has been treated.
    """
    item = await get_editable_item_for(act, item_id, "agenda_item.remove")
    meeting = item.meeting
    is_approval = item.standing is StandingItem.LAST_MINUTES
    if item.standing and not (is_approval and not await minutes_to_approve(act, meeting)):
        raise Conflict("standing_item", title=item.title)
    if item.is_treated:
        raise Conflict("item_treated", title=item.title)
    act.did(title=item.title)
    if item.case is None:
        await release_guests(act, item, meeting)
        await act.db.delete(item)
        await act.db.flush()
    else:
        act.ask_first("item_is_kept", number=item.case.label)
        await take_off(act, item)
    return await agenda_view(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))
