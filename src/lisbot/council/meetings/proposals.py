"""What members propose, and what the secretariat does with it. Nothing sent in is ever lost.

What becomes of a proposal is written here and nowhere else, and whoever sent it is told.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.cases.numbering import open_case
from lisbot.council.core.access import P, gate, locked, may, seats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import (
    DurationMinutes,
    ItemId,
    Line,
    Links,
    MeetingId,
    Prefill,
    ProposalId,
    Prose,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import ItemKind, ProposalState
from lisbot.council.meetings.agenda import add_last
from lisbot.council.meetings.calls import take_back_decline
from lisbot.council.meetings.proposal_lines import proposal_line
from lisbot.council.meetings.published import withhold
from lisbot.council.meetings.rows import (
    WITH_AGENDA,
    get_coming_meeting_for,
    get_meeting_for,
    later_meetings,
    later_meetings_of,
    meeting_ref,
    title_of,
)
from lisbot.council.meetings.states import ASKED, ON_AGENDA, OPEN_TO_SENDER, PROPOSAL, WAITING, is_in_time
from lisbot.council.meetings.upcoming import meetings_to_propose_for
from lisbot.council.meetings.views import ProposalView, TriageView
from lisbot.council.models import AgendaItem, Body, Meeting, Organisation, Person, Proposal
from lisbot.council.register.secretariats import staff_of

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
        reason=proposal.reason,
        by=proposal.by.name,
        organisation=proposal.organisation.name if proposal.organisation else "",
        case_id=proposal.case_id,
        case_number=proposal.case.label if proposal.case else "",
        actions=await open_actions(act, proposal),
    )


async def open_actions(act: Act, proposal: Proposal) -> tuple[AllowedAction, ...]:
    """Returns what may be done with a proposal: what needs another case, or a later meeting, only where there is
    one."""
    allowed = PROPOSAL.allowed(act, proposal)
    if not any(each.command in ("proposal.merge", "proposal.postpone") for each in allowed):
        return allowed
    others = select(AgendaItem.id).where(AgendaItem.meeting_id == proposal.meeting_id, AgendaItem.case_id.is_not(None))
    row = (await act.db.execute(select(others.exists(), later_meetings_of(act, proposal.meeting).exists()))).one()
    lacks = {name for name, is_there in zip(("proposal.merge", "proposal.postpone"), row, strict=True) if not is_there}
    return tuple(each for each in allowed if each.command not in lacks)


async def triage(act: Act, *, meeting_id: MeetingId) -> TriageView:
    """See what has been proposed for a meeting and still waits for an answer. Returns TriageView."""
    meeting = await get_meeting_for(act, meeting_id)
    proposals = list(
        await act.db.scalars(
            select(Proposal)
            .where(Proposal.meeting_id == meeting.id, Proposal.state != ProposalState.WITHDRAWN)
            .options(joinedload(Proposal.by), joinedload(Proposal.organisation), joinedload(Proposal.case))
            .order_by(Proposal.id)
        )
    )
    for proposal in proposals:
        set_committed_value(proposal, "meeting", meeting)
    lines = [(proposal.state, proposal_line(act, proposal, with_actions=True)) for proposal in proposals]
    return TriageView(
        meeting=meeting_ref(act, meeting),
        waiting=tuple(line for state, line in lines if state in WAITING),
        settled=tuple(line for state, line in lines if state not in WAITING),
    )


async def submit_prefill(act: Act, *, meeting_id: MeetingId | None = None) -> Prefill:
    values = {"kind": ItemKind.DISCUSSION}
    if meeting_id is None:
        return Prefill(values=values, choices={"meeting_id": await meetings_to_propose_for(act)})
    return Prefill(about=title_of(act, await get_coming_meeting_for(act, meeting_id)), values=values)


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
) -> ProposalView:
    """Propose an agenda item for a meeting. After the deadline it is accepted and marked late.

    Returns ProposalView. Raises Conflict where the member has proposed the same for that meeting already.
    """
    meeting = await get_coming_meeting_for(act, meeting_id)
    require_advisory_wording(meeting.body, title=title, background=background, wording=wording, links=links)
    same = select(Proposal.id).where(
        Proposal.meeting_id == meeting.id,
        Proposal.by_id == act.by_id,
        Proposal.title == title,
        Proposal.state.in_(OPEN_TO_SENDER),
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("proposed_already", title=title)
    seats = seats_of(act.by, meeting.body_id, *ASKED)
    seat_id = seats[0].seat_id if seats else None
    organisation_id = seats[0].organisation_id if seats else None
    proposal = Proposal(
        meeting_id=meeting.id,
        meeting=meeting,
        seat_id=seat_id,
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
    if seat_id is not None:
        await take_back_decline(act, meeting.id, seat_id)
    await notify_secretariat_of_proposal(act, proposal, "proposal_made")
    mark_stale(act, f"meeting:{meeting.id}")
    act.concerns(f"proposal:{proposal.id}", f"meeting:{meeting.id}")
    return await proposal_view(act, proposal)


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
    require_advisory_wording(proposal.meeting.body, title=title, background=background, wording=wording, links=links)
    proposal.title, proposal.kind, proposal.background = title, kind, background
    proposal.wording, proposal.duration_minutes, proposal.links = wording, duration_minutes, links
    proposal.confidential, proposal.changed_at = confidential, act.at
    if proposal.state is ProposalState.RETURNED:
        proposal.state = ProposalState.SENT
        await notify_secretariat_of_proposal(act, proposal, "proposal_sent_again")
    mark_stale(act, f"proposal:{proposal.id}")
    return await proposal_view(act, proposal)


async def withdraw_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    return Prefill(about=(await get_own_proposal_for(act, proposal_id, "proposal.withdraw")).title)


async def withdraw(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Withdraw one's own proposal. It is kept, marked withdrawn. Returns ProposalView."""
    proposal = await get_own_proposal_for(act, proposal_id, "proposal.withdraw")
    proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, act.at
    await notify_secretariat_of_proposal(act, proposal, "proposal_withdrawn")
    mark_stale(act, f"proposal:{proposal.id}")
    return await proposal_view(act, proposal)


async def get_own_proposal_for(act: Act, proposal_id: int, command: str) -> Proposal:
    """Returns one's own proposal, while the command is open to it. Raises NotFound for another's."""
    proposal = await get_proposal_for(act, proposal_id)
    if proposal.by_id != act.by.id:
        raise NotFound
    PROPOSAL.require(act, command, proposal)
    return proposal


async def get_waiting_proposal_for(act: Act, proposal_id: int, command: str) -> Proposal:
    """Returns a proposal that waits for an answer. Raises Conflict for one that has its answer."""
    proposal = await get_proposal_for(act, proposal_id)
    PROPOSAL.require(act, command, proposal)
    return proposal


async def accept(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Accept a proposal: it becomes a numbered case on the meeting's agenda. Returns ProposalView."""
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.accept")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    # One that was taken off the agenda comes back under the number it had.
    case = proposal.case or await open_case(
        act, meeting.body_id, meeting.held_on.year, proposal.title, proposal.confidential
    )
    copied = {name: getattr(proposal, name) for name in TYPED}
    await add_last(act, meeting, AgendaItem(case=case, followups=[], **copied))
    proposal.case_id, proposal.case = case.id, case
    return await settle(act, proposal, ProposalState.ACCEPTED, None, number=case.label)


async def send_back_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    return Prefill(about=(await get_waiting_proposal_for(act, proposal_id, "proposal.send_back")).title)


async def send_back(act: Act, *, proposal_id: ProposalId, reason: Prose) -> ProposalView:
    """Return a proposal to whoever sent it, with the reason, to be edited and sent again. Returns ProposalView."""
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.send_back")
    return await settle(act, proposal, ProposalState.RETURNED, reason)


async def reject_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    return Prefill(about=(await get_waiting_proposal_for(act, proposal_id, "proposal.reject")).title)


async def reject(act: Act, *, proposal_id: ProposalId, reason: Prose) -> ProposalView:
    """Reject a proposal, with the reason. It is kept. Returns ProposalView."""
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.reject")
    return await settle(act, proposal, ProposalState.REJECTED, reason)


async def merge_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.merge")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    cases = [(i.id, f"{i.case.label} {i.title}") for i in meeting.items if i.case is not None]
    return Prefill(about=proposal.title, choices={"item_id": cases})


async def merge(act: Act, *, proposal_id: ProposalId, item_id: ItemId) -> ProposalView:
    """Merge a proposal into a case already on the agenda; its background is added to the case's.

    Returns ProposalView.
    """
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.merge")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    item = next((item for item in meeting.items if item.id == item_id and item.case is not None), None)
    if item is None:
        raise Invalid("no_such_item", field="item_id")
    source = proposal.organisation.name if proposal.organisation else proposal.by.name
    added = f"{source}: {proposal.title}\n{proposal.background}".strip()
    item.background = f"{item.background}\n\n{added}".strip()
    if proposal.confidential and not item.confidential:
        item.confidential = True
        withhold(meeting, item.id)
    proposal.case_id, proposal.case = item.case_id, item.case
    assert item.case is not None
    return await settle(act, proposal, ProposalState.MERGED, None, number=item.case.label)


async def postpone_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.postpone")
    return Prefill(about=proposal.title, choices={"meeting_id": await later_meetings(act, proposal.meeting)})


async def postpone(act: Act, *, proposal_id: ProposalId, meeting_id: MeetingId, reason: Prose = "") -> ProposalView:
    """Postpone a proposal to another of the body's meetings, where it waits to be treated.

    Returns ProposalView.
    """
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.postpone")
    to = await get_coming_meeting_for(act, meeting_id)
    if to.body_id != proposal.meeting.body_id or to.id == proposal.meeting_id:
        raise Invalid("not_another_meeting", field="meeting_id")
    proposal.meeting_id, proposal.meeting = to.id, to
    return await settle(act, proposal, ProposalState.POSTPONED, reason or None, day_on=to.held_on)


async def settle(act: Act, proposal: Proposal, state: ProposalState, reason: str | None, **facts: Any) -> ProposalView:
    """Record what became of a proposal and tell whoever sent it. Returns ProposalView."""
    require_advisory_wording(proposal.meeting.body, reason=reason or "")
    proposal.state, proposal.reason, proposal.changed_at = state, reason, act.at
    await act.db.flush()
    await notify_sender(act, proposal, f"proposal_{state}", reason=reason or "", **facts)
    return await proposal_view(act, proposal)


async def return_to_waiting(act: Act, meeting: Meeting, case_id: int) -> None:
    """Let what was proposed wait for an answer again: its case was taken off the agenda. Tell whoever sent it."""
    proposals = await act.db.scalars(
        select(Proposal)
        .where(Proposal.meeting_id == meeting.id, Proposal.case_id == case_id, Proposal.state.in_(ON_AGENDA))
        .options(joinedload(Proposal.case))
    )
    for proposal in proposals:
        set_committed_value(proposal, "meeting", meeting)
        PROPOSAL.require(act, "agenda_item.remove", proposal)
        proposal.state, proposal.changed_at = ProposalState.SENT, act.at
        assert proposal.case is not None
        await notify_sender(act, proposal, "proposal_taken_off", number=proposal.case.label, day_on=meeting.held_on)


async def notify_sender(act: Act, proposal: Proposal, kind: str, **facts: Any) -> None:
    await notify(
        act,
        kind,
        people=[proposal.by_id],
        command="proposal.show",
        args={"proposal_id": proposal.id},
        body_id=proposal.meeting.body_id,
        title=proposal.title,
        **facts,
    )
    for subject in (f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}"):
        mark_stale(act, subject)


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
