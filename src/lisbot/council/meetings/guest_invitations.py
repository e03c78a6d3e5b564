"""Guests: invited to one item of a meeting, or to the whole of it, by an address. They see what they are invited to as
long as it lasts, and nothing else of the body.

Source: Helse Sør-Øst, mandate of Samordningsrådet: others «kan inviteres inn på sak», and leaders are to be.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Email, GuestId, ItemIdOrNone, Line, MeetingId, Name, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import GuestState, Response, StandingItem
from lisbot.council.meetings.guest_calendars import guest_digest, guest_hours, is_withheld_from
from lisbot.council.meetings.invited import digest_at
from lisbot.council.meetings.published import WITH_AGENDA, Facts, item_facts, published_items
from lisbot.council.meetings.rows import get_coming_meeting_for, get_meeting_for, is_soon, meeting_ref, title_of
from lisbot.council.meetings.states import GUEST, GuestOf, require_guest_may_see
from lisbot.council.meetings.views import GuestInvitationsView, GuestInvitationView, InvitedGuest
from lisbot.council.meetings.visitors import may_still_come
from lisbot.council.models import AgendaItem, Body, Guest, Meeting
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.newcomers import add_newcomer
from lisbot.council.register.seats import people_in, seats_on
from lisbot.council.register.secretariats import staff_of
from lisbot.texts import text

SHOWN = ("background", "wording", "links")
WHOLE_MEETING = 0  # in place of an item


async def list_guest_invitation(act: Act, *, meeting_id: MeetingId) -> GuestInvitationsView:
    """See who is invited to a meeting without a seat, to which item, when, and what they have answered.

    Returns GuestInvitationsView.
    """
    return await invitations_view(act, await get_meeting_for(act, meeting_id, *WITH_AGENDA))


async def invitations_view(act: Act, meeting: Meeting) -> GuestInvitationsView:
    is_coming = meeting.cancelled_at is None and meeting.ends_at > act.at
    is_told = or_(Guest.invited_at.is_not(None), Guest.right_of_id.is_not(None))
    expected = (Guest.meeting_id == meeting.id, is_told, may_still_come(meeting))
    query = select(Guest).where(*expected).order_by(Guest.id)
    guests = list(await act.db.scalars(query))
    return GuestInvitationsView(
        meeting=meeting_ref(act, meeting),
        guests=tuple(invited_guest(act, GuestOf(guest, meeting)) for guest in guests),
        actions=(AllowedAction("guest_invitation.send", {"meeting_id": meeting.id}),)
        if is_coming and act.allows("guest_invitation.send", meeting.body_id)
        else (),
    )


def invited_guest(act: Act, of: GuestOf) -> InvitedGuest:
    starts, ends = guest_hours(of.meeting, of.guest.item_id)
    return InvitedGuest(
        id=of.guest.id,
        name=of.guest.name,
        affiliation=of.guest.affiliation,
        item=item_name(of.meeting, of.guest.item_id),
        starts=starts.time(),
        ends=ends.time(),
        state=GuestState(GUEST.state_of(act, of)),
        is_withheld=is_withheld_from(of.guest, of.meeting),
        former_response=of.guest.former_response if of.guest.response is None else None,
        former_on=of.guest.former_on,
        actions=GUEST.allowed(act, of) if of.guest.invited_at is not None else (),
    )


def item_name(meeting: Meeting, item_id: int | None) -> str:
    """Returns an item of the agenda by number and title; "" for the whole meeting."""
    item = next((each for each in meeting.items if each.id == item_id), None)
    return f"{item.case.label if item.case else ''} {item.title}".strip() if item else ""


async def send_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_coming_meeting_for(act, meeting_id, *WITH_AGENDA)
    items = [(item.id, item_name(meeting, item.id)) for item in items_for_guests(meeting)]
    whole = text(act.by.lang, "card.guest_invitations.whole")
    choices = {"item_id": [*items, (WHOLE_MEETING, whole)]}
    return Prefill(about=title_of(act, meeting), choices=choices, required={"item_id"})


def items_for_guests(meeting: Meeting) -> list[AgendaItem]:
    """Returns the items that guests are invited to: all but the approval of minutes, which comes and goes by itself."""
    return [item for item in meeting.items if item.standing is not StandingItem.LAST_MINUTES]


async def send(
    act: Act,
    *,
    meeting_id: MeetingId,
    name: Name,
    email: Email,
    affiliation: Line = "",
    item_id: ItemIdOrNone | None = None,
) -> GuestInvitationsView:
    """Invite somebody without a seat to one item of a meeting, or to the whole (item 0). They get an invitation of
    their own for its hours, and see that item and its papers until it is over.

    Whoever is invited to what has become confidential since is invited anew, to let them read it.

    Returns GuestInvitationsView. Raises Conflict for whoever is invited already, or has a seat. Asks first where the
    item is confidential.
    """
    meeting = await get_coming_meeting_for(act, meeting_id, *WITH_AGENDA)
    items = items_for_guests(meeting)
    if item_id is None and items:
        raise Invalid("guest_item_needed", field="item_id")
    item_id = item_id or None
    item = next((each for each in items if each.id == item_id), None)
    if item_id is not None and item is None:
        raise Invalid("not_on_the_agenda", field="item_id")
    person = await find_by_address(act, email) or await add_newcomer(act, name, email)
    seats = await seats_on(act, meeting.body_id, meeting.held_on)
    if person.id in people_in(seats) | await staff_of(act, meeting.body.secretariat_id):
        raise Conflict("guest_has_part", field="email", name=person.name)
    invited = (Guest.meeting_id == meeting.id, Guest.person_id == person.id, Guest.withdrawn_at.is_(None))
    same = (*invited, Guest.item_id.is_not_distinct_from(item_id))
    guest = (await act.db.scalars(select(Guest).where(*same).limit(1))).first()
    if guest is None:
        guest = Guest(
            meeting_id=meeting.id,
            item_id=item_id,
            name=name,
            affiliation=affiliation,
            email=person.email or email,
            person_id=person.id,
            invited_at=act.at,
        )
        act.db.add(guest)
    elif not is_withheld_from(guest, meeting):
        raise Conflict("guest_invited_already", field="email", name=person.name)
    guest.sees_confidential = item is not None and item.confidential
    await act.db.flush()
    if item is not None and item.confidential:
        act.ask_first("guest_sees_confidential", title=item.title)
    starts, ends = guest_hours(meeting, item_id)
    title = item_name(meeting, item_id) or meeting.body.name
    act.ask_first("guest_hours", title=title, day=meeting.days, starts=starts.time(), ends=ends.time())
    act.did(name=name)
    await tell(act, guest, meeting, "guest_invited", command="guest_invitation.show")
    mark_stale(act, f"meeting:{meeting.id}")
    return await invitations_view(act, meeting)


async def tell(act: Act, guest: Guest, meeting: Meeting, kind: str, *, command: str = "", **facts: Any) -> None:
    """Tell a guest something about what they are invited to; their calendar is told along with it."""
    starts, ends = guest_hours(meeting, guest.item_id)
    await notify(
        act,
        kind,
        people=[] if guest.person_id is None else [guest.person_id],
        command=command,
        args={"guest_id": guest.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        title=("" if is_withheld_from(guest, meeting) else item_name(meeting, guest.item_id)) or meeting.body.name,
        day_on=meeting.days,
        starts=starts.time(),
        ends=ends.time(),
        **facts,
    )


async def get_guest_of(act: Act, guest_id: int, *, is_own: bool = False) -> GuestOf:
    """Returns an invited guest with the meeting. Raises NotFound for another body's; where it is the guest who asks,
    for anybody else's invitation."""
    guest = await act.db.get(Guest, guest_id, with_for_update=act.changes or None, populate_existing=True)
    if guest is None or guest.invited_at is None or (is_own and guest.person_id != act.by_id):
        raise NotFound
    options = [joinedload(Meeting.body).joinedload(Body.secretariat), *WITH_AGENDA]
    meeting = await act.db.get_one(Meeting, guest.meeting_id, options=options, populate_existing=True)
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
    act.trace.bodies.add(meeting.body_id)
    act.trace.is_urgent |= is_soon(meeting, act.at)
    if not is_own:
        gate(act, meeting.body_id)
    return GuestOf(guest, meeting)


async def withdraw_prefill(act: Act, *, guest_id: GuestId) -> Prefill:
    of = await get_guest_of(act, guest_id)
    return Prefill(about=f"{of.guest.name} · {title_of(act, of.meeting)}")


async def withdraw(act: Act, *, guest_id: GuestId, reason: Line = "") -> GuestInvitationsView:
    """Take an invitation back: the guest is told, their calendar too, and they see nothing more.

    Returns GuestInvitationsView.
    """
    of = await get_guest_of(act, guest_id)
    GUEST.require(act, "guest_invitation.withdraw", of)
    await take_back(act, of, reason)
    await act.db.flush()
    act.did(name=of.guest.name)
    mark_stale(act, f"meeting:{of.meeting.id}")
    return await invitations_view(act, of.meeting)


async def take_back(act: Act, of: GuestOf, reason: str) -> None:
    of.guest.withdrawn_at = act.at
    await tell(act, of.guest, of.meeting, "guest_withdrawn", reason=reason)


async def show(act: Act, *, guest_id: GuestId) -> GuestInvitationView:
    """See what you are invited to as a guest: the item and its papers, when and where. Returns GuestInvitationView.

    Raises Conflict once it is over or taken back.
    """
    return guest_view(act, await get_guest_of(act, guest_id, is_own=True))


def guest_view(act: Act, of: GuestOf) -> GuestInvitationView:
    require_guest_may_see(act, of)
    guest, meeting = of.guest, of.meeting
    starts, ends = guest_hours(meeting, guest.item_id)
    # What is not told to anybody yet is still being written.
    told = {facts["id"]: facts for facts in published_items(meeting)} if meeting.published else {}
    drafts = {item.id: {**item_facts(item), **dict.fromkeys(SHOWN, "")} for item in meeting.items}
    is_withheld = is_withheld_from(guest, meeting)
    facts = {} if is_withheld else told.get(guest.item_id) or drafts.get(guest.item_id or 0) or {}
    return GuestInvitationView(
        id=guest.id,
        body=meeting.body.name,
        held_on=meeting.held_on,
        starts=starts.time(),
        ends=ends.time(),
        place=meeting.place,
        link=meeting.link,
        item=f"{facts['number']} {facts['title']}".strip() if facts else "",
        background=facts.get("background", ""),
        wording=facts.get("wording", ""),
        links=tuple(filter(None, facts.get("links", "").split("\n"))),
        confidential=bool(facts.get("confidential")),
        is_withheld=is_withheld,
        is_draft=not meeting.published and bool(facts),
        state=GuestState(GUEST.state_of(act, of)),
        actions=tuple(
            AllowedAction("guest_invitation.respond", {"guest_id": guest.id, "response": response.value})
            for response in Response
            if response is not guest.response
        ),
        response=guest.response,
    )


async def respond(act: Act, *, guest_id: GuestId, response: Response) -> GuestInvitationView:
    """Say as a guest whether you come. The secretariat is told where you do not. Returns GuestInvitationView."""
    of = await get_guest_of(act, guest_id, is_own=True)
    GUEST.require(act, "guest_invitation.respond", of)
    of.guest.response, of.guest.responded_at = response, act.at
    await act.db.flush()
    if response is Response.ABSENT:
        await notify(
            act,
            "guest_declined",
            people=await staff_of(act, of.meeting.body.secretariat_id),
            command="guest_invitation.list",
            args={"meeting_id": of.meeting.id},
            body_id=of.meeting.body_id,
            body=of.meeting.body.name,
            name=of.guest.name,
            title=item_name(of.meeting, of.guest.item_id) or of.meeting.body.name,
            day_on=of.meeting.days,
        )
    mark_stale(act, f"meeting:{of.meeting.id}")
    return guest_view(act, of)


async def guests_of(act: Act, meeting: Meeting) -> list[Guest]:
    """Returns who is invited to a meeting without a seat. One statement."""
    query = select(Guest).where(
        Guest.meeting_id == meeting.id, Guest.invited_at.is_not(None), Guest.withdrawn_at.is_(None)
    )
    return list(await act.db.scalars(query.order_by(Guest.id)))


async def tell_changes(
    act: Act, meeting: Meeting, *, is_asked_again: bool = False, former: Sequence[Facts] | None = None
) -> None:
    """Tell each guest of a meeting that is changed when and where they are expected now, where their calendar says
    something else, or they are to answer again; of one that is cancelled, that it is. Where the notice is sent,
    whose agenda was `former`, also that their item's papers are there or are others. One statement where there are
    none."""
    await act.db.flush()
    guests = await guests_of(act, meeting)
    if not guests:
        return
    meeting = await act.db.get_one(
        Meeting, meeting.id, options=[joinedload(Meeting.body), *WITH_AGENDA], populate_existing=True
    )
    for guest in guests:
        if meeting.cancelled_at is not None:
            await tell(act, guest, meeting, "guest_cancelled", reason=meeting.cancel_reason or "")
        elif is_asked_again:
            await tell(act, guest, meeting, "guest_moved", command="guest_invitation.show")
        elif guest.calendar_digest not in (None, digest_at(guest_digest(guest, meeting), guest.email or "")):
            await tell(act, guest, meeting, "guest_changed", command="guest_invitation.show")
        elif former is not None and has_new_papers(guest, meeting, former):
            await tell(act, guest, meeting, "guest_papers", command="guest_invitation.show")


def has_new_papers(guest: Guest, meeting: Meeting, former: Sequence[Facts]) -> bool:
    """Returns whether what a guest reads of their item is something else than in the agenda before."""
    if guest.item_id is None or is_withheld_from(guest, meeting):
        return False
    before, now = (papers_in(each, guest.item_id) for each in (former, published_items(meeting)))
    return now != before


def papers_in(items: Sequence[Facts], item_id: int) -> tuple[str, ...]:
    facts = next((each for each in items if each["id"] == item_id), None)
    return tuple(str(facts[name] or "") if facts else "" for name in SHOWN)


async def release_guests(act: Act, item: AgendaItem, meeting: Meeting) -> None:
    """Take back the invitations to an item that leaves the agenda, which is asked about first."""
    invited = [guest for guest in await guests_of(act, meeting) if guest.item_id == item.id]
    if invited:
        act.ask_first("guests_released", names=", ".join(guest.name for guest in invited))
    for guest in invited:
        await take_back(act, GuestOf(guest, meeting), "")
    gone = select(Guest).where(Guest.item_id == item.id)
    for guest in await act.db.scalars(gone):
        guest.item_id = None
    await act.db.flush()
