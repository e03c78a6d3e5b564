"""What the secretariat does with what members propose. Nothing sent in is ever lost.

What becomes of a proposal is written here and nowhere else, and whoever sent it is told; until it has left the
house it can be taken back, with a trace.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.cases.awaited import read_received
from lisbot.council.cases.numbering import open_case
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import (
    MAX_LINKS,
    MAX_PROSE,
    BodyId,
    ItemId,
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
from lisbot.council.meetings.guest_invitations import release_guests
from lisbot.council.meetings.proposal_lines import proposal_line, source_of
from lisbot.council.meetings.proposals import TYPED, get_proposal_for, proposal_view, treated_items
from lisbot.council.meetings.published import ITEM_FACTS, WITH_AGENDA, withhold, withhold_elsewhere
from lisbot.council.meetings.rows import (
    AS_LINE,
    get_coming_meeting_for,
    get_meeting_for,
    later_meetings,
    later_meetings_of,
    meeting_ref,
)
from lisbot.council.meetings.states import ON_AGENDA, PROPOSAL, WAITING, is_stranded
from lisbot.council.meetings.views import ProposalLine, ProposalView, TriageView
from lisbot.council.models import AgendaItem, Case, Meeting, Proposal, Vote
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.seats import still_in
from lisbot.texts import text

WITH_SENDER = (joinedload(Proposal.by), joinedload(Proposal.organisation), joinedload(Proposal.case))


async def triage(act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None) -> TriageView:
    """See what has been proposed and still waits for an answer: for one meeting, or for all of one council's, those
    that are held or cancelled too, or for all councils'; and the cases that others have sent to the council.

    Returns TriageView.
    """
    meeting = body = None
    if meeting_id is not None:
        meeting = await get_meeting_for(act, meeting_id)
        which = or_(Proposal.meeting_id == meeting.id, Proposal.sent_for_id == meeting.id)
    elif body_id is not None:
        body = await get_body_for(act, body_id)
        which = waits_in(body.id)
    else:
        which = waits_in(*bodies_where(act.by, P.TRIAGE))
    of_body = meeting.body_id if meeting else body.id if body else None
    proposals = await read_proposals(act, which)
    waiting = [p for p in proposals if p.state in WAITING and (meeting is None or p.meeting_id == meeting.id)]
    may_postpone = await meetings_before_others(act, waiting)
    return TriageView(
        meeting=meeting_ref(act, meeting) if meeting else None,
        body=body_ref(act, body) if body else None,
        waiting=tuple(triage_line(act, p, may_postpone=p.meeting_id in may_postpone) for p in waiting),
        settled=tuple(
            proposal_line(act, p) for p in proposals if p not in waiting and p.state is not ProposalState.WITHDRAWN
        ),
        withdrawn=tuple(proposal_line(act, p) for p in proposals if p.state is ProposalState.WITHDRAWN),
        actions=(AllowedAction("proposal.triage_all", about_of(meeting_id, body_id)),) if len(waiting) > 1 else (),
        received=await read_received(act, bodies_where(act.by, P.TRIAGE) if of_body is None else (of_body,)),
    )


def about_of(meeting_id: int | None, body_id: int | None) -> dict[str, int]:
    """Returns the arguments that say which proposals these are."""
    about = {"meeting_id": meeting_id, "body_id": None if meeting_id else body_id}
    return {name: key for name, key in about.items() if key is not None}


def waits_in(*body_ids: int) -> ColumnElement[bool]:
    """Returns the condition that a proposal, joined with its meeting, waits for an answer in one of these bodies:
    what the overviews count, and what their numbers lead to."""
    return Meeting.body_id.in_(body_ids) & Proposal.state.in_(WAITING)


async def read_proposals(act: Act, which: ColumnElement[bool]) -> list[Proposal]:
    """Returns proposals with all that their lines say, those of the nearest meeting first."""
    return list(
        await act.db.scalars(
            select(Proposal)
            .join(Proposal.meeting)
            .where(which)
            .options(contains_eager(Proposal.meeting).options(*AS_LINE), *WITH_SENDER)
            .order_by(Meeting.held_on, Meeting.id, Proposal.id)
        )
    )


async def meetings_before_others(act: Act, proposals: list[Proposal]) -> set[int]:
    """Returns those of the proposals' meetings beside which the body has another that comes."""
    meetings = {proposal.meeting_id: proposal.meeting for proposal in proposals}
    rows = {key: later_meetings_of(act, meeting).exists() for key, meeting in meetings.items()}
    if not rows:
        return set()
    found = (await act.db.execute(select(*rows.values()))).one()
    return {key for key, is_there in zip(rows, found, strict=True) if is_there}


def triage_line(act: Act, proposal: Proposal, *, may_postpone: bool) -> ProposalLine:
    """Returns a waiting proposal's line: one whose meeting takes no more items is to go to another."""
    commands = ["proposal.postpone"] if is_stranded(act, proposal) and may_postpone else ["proposal.accept"]
    about = {"proposal_id": proposal.id}
    actions = [AllowedAction(name, about) for name in commands if PROPOSAL.is_open(act, name, proposal)]
    return proposal_line(act, proposal, tuple(actions))


async def get_waiting_proposal_for(act: Act, proposal_id: int, command: str) -> Proposal:
    """Returns a proposal that is open to the command. Raises Conflict for one that is not."""
    proposal = await get_proposal_for(act, proposal_id)
    PROPOSAL.require(act, command, proposal)
    return proposal


async def accept(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Accept a proposal: it becomes a numbered case on the meeting's agenda. Returns ProposalView."""
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.accept")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    # One that was taken off the agenda comes back under the number it had, and as it stood there.
    facts = {name: getattr(proposal, name) for name in TYPED} | (proposal.as_item or {})
    facts["kind"] = ItemKind(facts["kind"])
    case = proposal.case or await open_case(
        act, meeting.body_id, meeting.held_on.year, facts["title"], facts["confidential"]
    )
    await add_last(act, meeting, AgendaItem(case=case, followups=[], **facts))
    proposal.case_id, proposal.case, proposal.as_item = case.id, case, None
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
    act.ask_first("rejected_is_kept")
    return await settle(act, proposal, ProposalState.REJECTED, reason)


async def merge_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.merge")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    cases = [(i.id, f"{i.case.label} {i.title}") for i in meeting.items if i.case is not None]
    return Prefill(about=proposal.title, choices={"item_id": cases})


async def merge(act: Act, *, proposal_id: ProposalId, item_id: ItemId) -> ProposalView:
    """Merge a proposal into a case already on the agenda: whose it is, its title, background, wording, time and
    links are added to the case's.

    Returns ProposalView. Raises Conflict where there is no room for it.
    """
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.merge")
    meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
    item = next((item for item in meeting.items if item.id == item_id and item.case is not None), None)
    if item is None:
        raise Invalid("no_such_item", field="item_id")
    assert item.case is not None
    added = merged_text(meeting.body.lang, proposal)
    links = [link for link in proposal.links.split("\n") if link and link not in item.links.split("\n")]
    background = f"{item.background}\n\n{added}".strip()
    all_links = "\n".join(filter(None, [item.links, *links]))
    if len(background) > MAX_PROSE or len(all_links) > MAX_LINKS:
        raise Conflict("merge_too_long", number=item.case.label, max=MAX_PROSE)
    item.background, item.links = background, all_links
    if proposal.confidential and not item.confidential:
        item.confidential = True
        withhold(meeting, item.id)
        await withhold_elsewhere(act, item.case)
    case = item.case
    facts = {"number": case.label, "case": item.title}
    before = {"case_id": proposal.case_id, "item_id": item.id, "added": added, "links": links}
    proposal.case_id, proposal.case = case.id, case
    act.did(title=f"{case.label} {item.title}")
    return await settle(act, proposal, ProposalState.MERGED, None, before, **facts)


def merged_text(lang: str, proposal: Proposal) -> str:
    """Returns what a proposal adds to the case that it is merged into, in the body's language."""
    said = text(lang, "merged.title", source=source_of(proposal), title=proposal.title)
    wording = text(lang, "merged.wording", wording=proposal.wording) if proposal.wording else ""
    minutes = text(lang, "card.duration_minutes", count=proposal.duration_minutes) if proposal.duration_minutes else ""
    return "\n".join(filter(None, [said, proposal.background, wording, minutes]))


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
    before = {"meeting_id": proposal.meeting_id}
    mark_stale(act, f"meeting:{proposal.meeting_id}")
    proposal.meeting_id, proposal.meeting = to.id, to
    act.did(day=to.days)
    return await settle(act, proposal, ProposalState.POSTPONED, reason or None, before, day_on=to.days)


async def settle(
    act: Act,
    proposal: Proposal,
    state: ProposalState,
    reason: str | None,
    before: Mapping[str, Any] = {},
    **facts: Any,
) -> ProposalView:
    """Record what became of a proposal, and what was before it, and tell whoever sent it. Returns ProposalView."""
    require_advisory_wording(proposal.meeting.body, reason=reason or "")
    proposal.before = {"state": proposal.state, **before}
    proposal.state, proposal.reason, proposal.changed_at = state, reason, act.at
    await act.db.flush()
    await notify_sender(act, proposal, f"proposal_{state}", reason=reason or "", **facts)
    return await proposal_view(act, proposal)


async def undo_prefill(act: Act, *, proposal_id: ProposalId) -> Prefill:
    return Prefill(about=(await get_waiting_proposal_for(act, proposal_id, "proposal.undo")).title)


async def undo(act: Act, *, proposal_id: ProposalId) -> ProposalView:
    """Take back what was answered to a proposal: it waits for an answer again, and whoever sent it is told.

    Returns ProposalView. Raises Conflict once the agenda has been sent with it, or its item is treated.
    """
    proposal = await get_waiting_proposal_for(act, proposal_id, "proposal.undo")
    was, before = proposal.state, proposal.before or {}
    act.concerns(f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}", undone=was)
    act.ask_first("proposal_undone", state=was)
    if was in ON_AGENDA:
        if await act.db.scalar(treated_items(proposal).limit(1)) is not None:
            raise Conflict("item_treated", title=proposal.title)
        meeting = await get_meeting_for(act, proposal.meeting_id, *WITH_AGENDA)
        item = next((item for item in meeting.items if item.case_id == proposal.case_id), None)
        if was is ProposalState.ACCEPTED and item is not None:
            await take_off(act, item)
            return await proposal_view(act, await get_proposal_for(act, proposal.id))
        await take_out(act, item, proposal)
    if was is ProposalState.POSTPONED:
        proposal.meeting = await act.db.get_one(Meeting, before["meeting_id"], options=[joinedload(Meeting.body)])
        mark_stale(act, f"meeting:{proposal.meeting_id}")
        proposal.meeting_id = before["meeting_id"]
    wait_again(act, proposal)
    await act.db.flush()
    await notify_sender(act, proposal, "proposal_undone", state=was)
    return await proposal_view(act, await get_proposal_for(act, proposal.id))


def wait_again(act: Act, proposal: Proposal) -> None:
    """Let a proposal wait for an answer as if it had none."""
    proposal.state, proposal.reason = ProposalState.SENT, None
    proposal.before, proposal.changed_at = None, act.at


async def take_out(act: Act, item: AgendaItem | None, proposal: Proposal) -> None:
    """Take what a proposal added out of the item it was merged into, and give it back the case it had itself. What
    has been rewritten there meanwhile stays."""
    before = proposal.before or {}
    added, links = before.get("added", ""), before.get("links", [])
    if item is not None:
        if added and added not in item.background:
            act.ask_first("merged_text_stays", title=item.title)
        item.background = item.background.replace(added, "", 1).replace("\n\n\n\n", "\n\n").strip()
        item.links = "\n".join(link for link in item.links.split("\n") if link not in links)
        if proposal.confidential:
            act.ask_first("stays_confidential", title=item.title)
    own_case = before.get("case_id")
    proposal.case = await act.db.get(Case, own_case) if own_case else None
    await act.db.flush()


async def take_off(act: Act, item: AgendaItem) -> None:
    """Take an item off its agenda. What was proposed waits for an answer again, under the number it had and as it
    stood there, and whoever sent it is told; an item of the secretariat's own is kept as a proposal of theirs."""
    meeting, case = item.meeting, item.case
    assert case is not None
    proposals = list(
        await act.db.scalars(
            select(Proposal)
            .where(Proposal.meeting_id == meeting.id, Proposal.case_id == case.id, Proposal.state.in_(ON_AGENDA))
            .options(*WITH_SENDER)
            .order_by(Proposal.id)
        )
    )
    for proposal in proposals:
        set_committed_value(proposal, "meeting", meeting)
        PROPOSAL.require(act, "agenda_item.remove", proposal)
        if proposal.state is ProposalState.MERGED:
            await take_out(act, item, proposal)
    facts = {name: getattr(item, name) for name in ITEM_FACTS}
    if not any(proposal.case_id == case.id for proposal in proposals):
        kept = Proposal(
            meeting_id=meeting.id,
            sent_for_id=meeting.id,
            by_id=act.by_id,
            case_id=case.id,
            sent_at=act.at,
            changed_at=act.at,
            **facts,
        )
        act.db.add(kept)
    for proposal in proposals:
        if proposal.case_id == case.id:
            proposal.as_item = facts
        wait_again(act, proposal)
        told = {"number": case.label, "day_on": meeting.days}
        await notify_sender(act, proposal, "proposal_taken_off", **told)
    # Questions put on it by mistake are kept, without it.
    await act.db.execute(update(Vote).where(Vote.item_id == item.id).values(item_id=None))
    await release_guests(act, item, meeting)
    await act.db.delete(item)
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")


async def notify_sender(act: Act, proposal: Proposal, kind: str, **facts: Any) -> None:
    await notify(
        act,
        kind,
        people=await still_in(act, proposal.meeting.body, [proposal.by_id]),
        command="proposal.show",
        args={"proposal_id": proposal.id},
        body_id=proposal.meeting.body_id,
        title=proposal.title,
        **facts,
    )
    for subject in (f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}"):
        mark_stale(act, subject)
