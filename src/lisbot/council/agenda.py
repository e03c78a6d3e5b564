"""The agenda: its order, its kinds, its publication, and changes told once."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from lisbot.council.access import AGENDA, P, item_for, may, meeting_for, with_seats
from lisbot.council.act import Act
from lisbot.council.bodies import holder, people_in, refuse_the_word
from lisbot.council.errors import Conflict, Invalid
from lisbot.council.kinds import ItemKind, ProposalState, Standing
from lisbot.council.meetings import (
    MeetingView,
    coming,
    refuse_cancelled,
    refuse_locked,
    view,
    when_and_where,
)
from lisbot.council.models import AgendaItem, Attendance, Body, Meeting, Proposal, Seat, Vote
from lisbot.council.notices import changed, tell
from lisbot.council.proposals import about, new_case, prepare, put_on
from lisbot.council.typed import Form, Id, Ids, Line, Links, Minutes, Prose

TOLD = ("title", "kind", "minutes", "background", "wording", "links", "confidential")


@dataclass(frozen=True)
class Agenda:
    """A meeting's agenda as this member may see it: as it stands, or as it was last told."""

    meeting: Meeting
    items: Sequence[Mapping[str, Any]]
    draft: bool
    changes: list[tuple[str, Mapping[str, object]]]  # since it was last told


async def show(act: Act, *, meeting_id: Id) -> Agenda:
    """See a meeting's agenda. A draft is seen by the secretariat only."""
    return agenda_of(act, await meeting_for(act, meeting_id, *AGENDA))


def agenda_of(act: Act, meeting: Meeting) -> Agenda:
    full = may(act.by, P.ARRANGE, meeting.body_id)
    if full:
        return Agenda(
            meeting, [told(item) for item in meeting.items], meeting.published_at is None, changes(meeting)
        )
    items: list[Mapping[str, Any]] = (meeting.published or {}).get("items", [])
    if act.by.id is None or not may(act.by, P.VIEW, meeting.body_id):
        # What has become confidential since the agenda was sent is hidden at once.
        hidden = {item.id for item in meeting.items if item.confidential}
        items = [outside(item, hidden) for item in items]
    return Agenda(meeting, items, meeting.published_at is None, [])


def outside(item: Mapping[str, Any], hidden: Container[int]) -> Mapping[str, Any]:
    """An item as those outside the body see it, and the body's channel, whose members the register does not
    know: of a confidential one only that it is there."""
    if not item["confidential"] and item["id"] not in hidden:
        return dict(item) | {"background": "", "links": ""}
    return dict(item) | {"title": "", "background": "", "wording": "", "links": "", "confidential": True}


def told(item: AgendaItem) -> dict[str, Any]:
    """An item as it is told to people."""
    facts = {name: getattr(item, name) for name in TOLD}
    return facts | {"id": item.id, "number": item.case.label if item.case else "", "kind": str(item.kind)}


async def add_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await meeting_for(act, meeting_id)
    return Form(about=about(meeting), values={"kind": ItemKind.INFORMATION})


async def add(
    act: Act,
    *,
    meeting_id: Id,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    minutes: Minutes | None = None,
    links: Links = "",
    confidential: bool = False,
) -> Agenda:
    """Put a case of the secretariat's own on the agenda."""
    meeting = await editable(act, meeting_id)
    refuse_the_word(meeting.body, title=title, background=background, wording=wording, links=links)
    if any(item.title == title and item.case is not None for item in meeting.items):
        raise Conflict("already_there", title=title)
    case = await new_case(act, meeting, title, confidential)
    item = AgendaItem(
        case=case,
        followups=[],
        title=title,
        kind=kind,
        background=background,
        wording=wording,
        minutes=minutes,
        links=links,
        confidential=confidential,
    )
    await put_on(act, meeting, item)
    return await show(act, meeting_id=meeting.id)


async def change_form(act: Act, *, item_id: Id) -> Form:
    item = await item_for(act, item_id)
    return Form(
        about=f"{item.case.label} {item.title}" if item.case else item.title,
        values={name: getattr(item, name) for name in TOLD},
    )


async def change(
    act: Act,
    *,
    item_id: Id,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    minutes: Minutes | None = None,
    links: Links = "",
    confidential: bool = False,
) -> Agenda:
    """Change an item's title, kind, time or text."""
    item = await item_for(act, item_id)
    meeting = await editable(act, item.meeting_id)
    refuse_the_word(meeting.body, title=title, background=background, wording=wording, links=links)
    item.title, item.kind, item.background, item.wording = title, kind, background, wording
    item.minutes, item.links, item.confidential = minutes, links, confidential
    await act.db.flush()
    return agenda_of(act, meeting)


async def lift(act: Act, *, item_id: Id) -> Agenda:
    """Move an item one place up the agenda."""
    item = await item_for(act, item_id)
    meeting = await editable(act, item.meeting_id)
    order = [each.id for each in meeting.items]
    at = order.index(item.id)
    if at == 0:
        raise Conflict("already_first", title=item.title)
    order[at - 1], order[at] = order[at], order[at - 1]
    return await reorder(act, meeting, order)


async def arrange_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await meeting_for(act, meeting_id, *AGENDA)
    return Form(about=about(meeting), values={"order": [item.id for item in meeting.items]})


async def arrange(act: Act, *, meeting_id: Id, order: Ids) -> Agenda:
    """Set the order of a whole agenda, by its items' ids."""
    meeting = await editable(act, meeting_id)
    if sorted(order) != sorted(item.id for item in meeting.items):
        raise Invalid("not_the_items", field="order")
    return await reorder(act, meeting, order)


async def reorder(act: Act, meeting: Meeting, order: list[int]) -> Agenda:
    items = {item.id: item for item in meeting.items}
    # Two steps, because positions are unique at every moment.
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = -place
    await act.db.flush()
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = place
    await act.db.flush()
    return agenda_of(act, await meeting_for(act, meeting.id, *AGENDA))


async def remove(act: Act, *, item_id: Id) -> Agenda:
    """Take an item off the agenda. Its case keeps its number, and what was proposed waits for an answer."""
    item = await item_for(act, item_id)
    meeting = await editable(act, item.meeting_id)
    if item.standing is not None:
        raise Conflict("standing_item", title=item.title)
    if item.outcome is not None or item.discussed or await has_votes(act, item.id):
        raise Conflict("item_treated", title=item.title)
    await act.db.execute(
        update(Proposal)
        .where(
            Proposal.meeting_id == meeting.id,
            Proposal.case_id == item.case_id,
            Proposal.state.in_((ProposalState.ACCEPTED, ProposalState.MERGED)),
        )
        .values(state=ProposalState.SENT)
    )
    await act.db.delete(item)
    await act.db.flush()
    return await show(act, meeting_id=meeting.id)


async def has_votes(act: Act, item_id: int) -> bool:
    return await act.db.scalar(select(Vote.id).where(Vote.item_id == item_id).limit(1)) is not None


async def editable(act: Act, meeting_id: int) -> Meeting:
    meeting = await meeting_for(act, meeting_id, *AGENDA)
    refuse_cancelled(meeting)
    refuse_locked(meeting)
    return meeting


async def publish(act: Act, *, meeting_id: Id) -> MeetingView:
    """Send the notice with place, link and agenda, or tell once what has changed since it was sent."""
    meeting = await coming(act, meeting_id)
    meeting = await meeting_for(act, meeting.id, *AGENDA)
    await prepare(act, meeting)
    body = await with_seats(act, meeting.body_id)
    again = meeting.published_at is not None
    differences = changes(meeting)
    if again and not differences:
        raise Conflict("nothing_changed", day=meeting.held_on)
    meeting.published_at = meeting.published_at or act.at
    meeting.published = snapshot(meeting)
    await invite(act, body, meeting)
    kind = "agenda_changed" if again else "notice"
    facts: dict[str, Any] = {
        "body": body.name,
        "day_on": meeting.held_on,
        "hour": f"{meeting.starts:%H:%M}",
    }
    await tell(
        act,
        kind,
        people=people_in(body, meeting.held_on),
        rooms_of=body.id,
        shows="meeting.show",
        args={"meeting_id": meeting.id},
        count=len(differences),
        **facts,
    )
    await tell(
        act,
        f"{kind}_copy",
        people=people_in(body, meeting.held_on, (Standing.COPY,)) - people_in(body, meeting.held_on),
        shows="agenda.show",
        args={"meeting_id": meeting.id},
        **facts,
    )
    await act.db.flush()
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting.id)


def snapshot(meeting: Meeting) -> dict[str, Any]:
    return {"items": [told(item) for item in meeting.items], **when_and_where(meeting)}


def changes(meeting: Meeting) -> list[tuple[str, Mapping[str, object]]]:
    """What differs from what people were last told: text keys under agenda_change.*, and their values."""
    if meeting.published is None:
        return []
    before, now = meeting.published, snapshot(meeting)
    old, new = ({item["id"]: item for item in side["items"]} for side in (before, now))
    found: list[tuple[str, Mapping[str, object]]] = []
    found += [("added", {"title": name(new[i])}) for i in new if i not in old]
    found += [("removed", {"title": name(old[i])}) for i in old if i not in new]
    found += [("changed", {"title": name(new[i])}) for i in new if i in old and new[i] != old[i]]
    kept_before, kept_now = [i for i in old if i in new], [i for i in new if i in old]
    if kept_before != kept_now:
        found.append(("reordered", {}))
    if any(before[fact] != now[fact] for fact in ("held_on", "starts", "ends", "place", "link")):
        found.append(("time_or_place", {}))
    return found


def name(item: Mapping[str, Any]) -> str:
    return f"{item['number']} {item['title']}".strip()


async def invite(act: Act, body: Body, meeting: Meeting) -> None:
    """Every seat that takes part gets its line in the meeting, with names as they are now."""
    await act.db.refresh(meeting, ["attendances"])
    have = {attendance.seat_id for attendance in meeting.attendances}
    for seat in body.seats:
        if seat.standing is not Standing.COPY and seat.id not in have:
            act.db.add(attendance(seat, meeting))
    await act.db.flush()


def attendance(seat: Seat, meeting: Meeting) -> Attendance:
    person = holder(seat, meeting.held_on)
    return Attendance(
        meeting_id=meeting.id,
        seat_id=seat.id,
        person_id=person.id if person else None,
        name=person.name if person else "",
        role=seat.role,
        organisation_name=seat.organisation.name,
        reason="",
        deputy_name="",
    )
