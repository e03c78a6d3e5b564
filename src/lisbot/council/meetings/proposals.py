"""What members propose: sent in, changed, withdrawn and restored by whoever sent it. Nothing sent in is ever lost.

What the secretariat does with it is lisbot.council.meetings.triage.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, locked, may, seats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import DurationMinutes, Line, Links, MeetingId, Prefill, ProposalId, Prose, SeatId
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import ItemKind, ProposalState
from lisbot.council.meetings.call_answers import take_back_declines
from lisbot.council.meetings.rows import (
    get_coming_meeting_for,
    later_meetings_of,
    meeting_ref,
    title_of,
)
from lisbot.council.meetings.states import ASKED, ON_AGENDA, OPEN_TO_SENDER, PROPOSAL, is_in_time, is_stranded
from lisbot.council.meetings.upcoming import meetings_to_propose_for
from lisbot.council.meetings.views import ProposalView
from lisbot.council.models import AgendaItem, Body, Meeting, Organisation, Person, Proposal, Seat
from lisbot.council.register.seats import seat_name
from lisbot.council.register.secretariats import staff_of
from lisbot.texts import text

TYPED = ("title", "kind", "background", "wording", "duration_minutes", "links", "confidential")


async def get_proposal_for(act: Act, proposal_id: int) -> Proposal:
    """Returns a proposal with its meeting. Raises NotFound for all but its sender and the secretariat, until
    it is on a published agenda, where it is read as an agenda item."""
    proposal = await act.db.scalar(
        locked(
            act,
            select(Proposal)
            .where(Proposal.id == proposal_id)
            .options(
                joinedload(Proposal.meeting).joinedload(Meeting.body).joinedload(Body.secretariat),
                joinedload(Proposal.by),
                joinedload(Proposal.organisation),
                joinedload(Proposal.case),
            ),
            Proposal,
        )
    )
    if proposal is None:
        raise NotFound
    gate(act, proposal.meeting.body_id)
    if proposal.by_id != act.by.id and not may(act.by, P.TRIAGE, proposal.meeting.body_id):
        raise NotFound
    act.concerns(f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}")
    return proposal


async def show(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """See a proposal, and what has become of it. Returns ProposalView."""
    return await proposal_view(act, await get_proposal_for(act, proposal_id))


async def proposal_view(act: Act, proposal: Proposal) -> ProposalView:
    return ProposalView(
        id=proposal.id,
        meeting=meeting_ref(act, proposal.meeting),
        title=proposal.title,
        kind=proposal.kind,
        background=proposal.background,
        wording=proposal.wording,
        duration_minutes=proposal.duration_minutes,
        links=tuple(filter(None, proposal.links.split("\n"))),
        confidential=proposal.confidential,
        late=proposal.late,
        state=proposal.state,
        is_stranded=is_stranded(act, proposal),
        reason=proposal.reason,
        by=proposal.by.name,
        organisation=proposal.organisation.name if proposal.organisation else "",
        case_id=proposal.case_id,
        case_number=proposal.case.label if proposal.case else "",
        case_title=proposal.case.title if proposal.case else "",
        actions=await open_actions(act, proposal),
    )


async def open_actions(act: Act, proposal: Proposal) -> tuple[AllowedAction, ...]:
    """Returns what may be done with a proposal: what needs another case, a later meeting, or an item that is not
    treated, only where there is one. One statement at most."""
    allowed = PROPOSAL.allowed(act, proposal)
    names = {each.command for each in allowed}
    others = select(AgendaItem.id).where(AgendaItem.meeting_id == proposal.meeting_id, AgendaItem.case_id.is_not(None))
    found = {
        "proposal.merge": others.exists(),
        "proposal.postpone": later_meetings_of(act, proposal.meeting).exists(),
        "proposal.undo": ~treated_items(proposal).exists(),
    }
    asked = [name for name in found if name in names and (name != "proposal.undo" or proposal.state in ON_AGENDA)]
    if not asked:
        return allowed
    row = (await act.db.execute(select(*(found[name] for name in asked)))).one()
    lacks = {name for name, is_there in zip(asked, row, strict=True) if not is_there}
    return tuple(each for each in allowed if each.command not in lacks)


def treated_items(proposal: Proposal) -> Select[int]:
    """Returns the query for the item of a proposal's case, where that has been treated already."""
    return select(AgendaItem.id).where(
        AgendaItem.meeting_id == proposal.meeting_id,
        AgendaItem.case_id == proposal.case_id,
        AgendaItem.is_treated,
    )


async def submit_prefill(act: Act, *, meeting_id: MeetingId | None = None) -> Prefill:
    values: dict[str, object] = {"kind": ItemKind.DISCUSSION}
    if meeting_id is None:
        seats = await seats_to_propose_for(act, {hold.body_id for hold in act.by.holds})
        return Prefill(values=values, choices={"meeting_id": await meetings_to_propose_for(act), "seat_id": seats})
    meeting = await get_coming_meeting_for(act, meeting_id)
    about = title_of(act, meeting)
    if not is_in_time(act, meeting):
        about = text(act.by.lang, "form.propose_late", about=about)
    return Prefill(about=about, values=values, choices={"seat_id": await seats_to_propose_for(act, {meeting.body_id})})


async def seats_to_propose_for(act: Act, bodies: Iterable[int]) -> list[tuple[object, str]]:
    """Returns the member's seats to choose among, in the bodies where they hold several that propose."""
    own = [seats_of(act.by, body_id, *ASKED) for body_id in sorted(bodies)]
    ids = [hold.seat_id for holds in own if len(holds) > 1 for hold in holds]
    if not ids:
        return []
    query = select(Seat).where(Seat.id.in_(ids)).options(joinedload(Seat.organisation))
    seats = list(await act.db.scalars(query.order_by(Seat.body_id, Seat.position, Seat.id)))
    names = Counter(seat_name(seat) for seat in seats)
    told: Counter[str] = Counter()
    choices: list[tuple[object, str]] = []
    for seat in seats:
        name = seat_name(seat)
        told[name] += 1
        choices.append((seat.id, f"{name} ({told[name]})" if names[name] > 1 else name))
    return choices


async def submit(
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
    seat_id: SeatId | None = None,
) -> ProposalView:
    """Propose an agenda item for a meeting, for one of one's seats there. After the deadline it is accepted and
    marked late.

    Returns ProposalView. Raises Conflict where the member has proposed the same for that meeting already.
    """
    meeting = await get_coming_meeting_for(act, meeting_id)
    require_advisory_wording(meeting.body, title=title, background=background, wording=wording)
    await require_not_proposed(act, meeting, title)
    seats = seats_of(act.by, meeting.body_id, *ASKED)
    seat = next((hold for hold in seats if seat_id in (None, hold.seat_id)), None)
    if seat_id is not None and seat is None:
        raise Invalid("not_a_seat_here", field="seat_id")
    organisation_id = seat.organisation_id if seat else None
    proposal = Proposal(
        meeting_id=meeting.id,
        meeting=meeting,
        sent_for_id=meeting.id,
        seat_id=seat.seat_id if seat else None,
        organisation_id=organisation_id,
        by_id=act.by_id,
        title=title,
        kind=kind,
        background=background,
        wording=wording,
        duration_minutes=duration_minutes,
        links=links,
        confidential=confidential,
        late=not is_in_time(act, meeting),
        state=ProposalState.SENT,
        sent_at=act.at,
        changed_at=act.at,
    )
    proposal.by = await act.db.get_one(Person, act.by_id)
    proposal.organisation = await act.db.get(Organisation, organisation_id) if organisation_id else None
    proposal.case = None
    act.db.add(proposal)
    await act.db.flush()
    await take_back_declines(act, meeting.id, [hold.seat_id for hold in seats])
    await notify_secretariat_of_proposal(act, proposal, "proposal_made")
    mark_stale(act, f"meeting:{meeting.id}")
    act.concerns(f"proposal:{proposal.id}", f"meeting:{meeting.id}")
    return await proposal_view(act, proposal)


async def require_not_proposed(act: Act, meeting: Meeting, title: str) -> None:
    """Raises Conflict where the member has proposed the same for a meeting already, and it is open to them."""
    same = select(Proposal.id).where(
        Proposal.meeting_id == meeting.id,
        Proposal.by_id == act.by_id,
        Proposal.title == title,
        Proposal.state.in_(OPEN_TO_SENDER),
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("proposed_already", title=title)


async def edit_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    proposal = await get_own_proposal_for(act, proposal_id, "proposal.edit")
    values = {name: getattr(proposal, name) for name in TYPED}
    return Prefill(about=title_of(act, proposal.meeting), values=values, is_saved=True)


async def edit(
    act: Act,
    *,
    proposal_id: ProposalId,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    duration_minutes: DurationMinutes | None = None,
    links: Links = "",
    confidential: bool = False,
) -> ProposalView:
    """Change one's own proposal until the deadline, or send a returned one again. Returns ProposalView."""
    proposal = await get_own_proposal_for(act, proposal_id, "proposal.edit")
    require_advisory_wording(proposal.meeting.body, title=title, background=background, wording=wording)
    changed = {
        "title": title,
        "kind": kind,
        "background": background,
        "wording": wording,
        "duration_minutes": duration_minutes,
        "links": links,
        "confidential": confidential,
    }
    changed = {name: value for name, value in changed.items() if value != getattr(proposal, name)}
    for name, value in changed.items():
        setattr(proposal, name, value)
    if proposal.as_item is not None:
        proposal.as_item = {**proposal.as_item, **changed}
    proposal.changed_at = act.at
    if proposal.state is ProposalState.RETURNED:
        proposal.state = ProposalState.SENT
        await notify_secretariat_of_proposal(act, proposal, "proposal_sent_again")
    mark_stale(act, f"proposal:{proposal.id}")
    return await proposal_view(act, proposal)


async def withdraw_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    return Prefill(about=(await get_own_proposal_for(act, proposal_id, "proposal.withdraw")).title)


async def withdraw(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Withdraw one's own proposal. It is kept, marked withdrawn, and can be restored. Returns ProposalView."""
    proposal = await get_own_proposal_for(act, proposal_id, "proposal.withdraw")
    act.ask_first("withdrawn_is_kept")
    proposal.before = {**(proposal.before or {}), "state": proposal.state}
    proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, act.at
    await notify_secretariat_of_proposal(act, proposal, "proposal_withdrawn")
    mark_stale(act, f"proposal:{proposal.id}")
    return await proposal_view(act, proposal)


async def restore(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Send in again a proposal that one has withdrawn, as it was. The secretariat is told.

    Returns ProposalView. Raises Conflict once its meeting is over or cancelled.
    """
    proposal = await get_own_proposal_for(act, proposal_id, "proposal.restore")
    await require_not_proposed(act, proposal.meeting, proposal.title)
    proposal.state = ProposalState((proposal.before or {}).get("state", ProposalState.SENT))
    proposal.changed_at = act.at
    await take_back_declines(
        act, proposal.meeting_id, [hold.seat_id for hold in seats_of(act.by, proposal.meeting.body_id, *ASKED)]
    )
    await notify_secretariat_of_proposal(act, proposal, "proposal_restored")
    for subject in (f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}"):
        mark_stale(act, subject)
    return await proposal_view(act, proposal)


async def get_own_proposal_for(act: Act, proposal_id: int, command: str) -> Proposal:
    """Returns one's own proposal, while the command is open to it. Raises NotFound for another's."""
    proposal = await get_proposal_for(act, proposal_id)
    if proposal.by_id != act.by.id:
        raise NotFound
    PROPOSAL.require(act, command, proposal)
    return proposal


async def notify_secretariat_of_proposal(act: Act, proposal: Proposal, kind: str) -> None:
    await notify(
        act,
        kind,
        people=await staff_of(act, proposal.meeting.body.secretariat_id),
        command="proposal.show",
        args={"proposal_id": proposal.id},
        body_id=proposal.meeting.body_id,
        title=proposal.title,
        name=proposal.by.name,
        body=proposal.meeting.body.name,
    )
