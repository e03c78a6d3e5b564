"""What members propose, and what the secretariat does with it. Nothing sent in is ever lost."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from lisbot.council import calls
from lisbot.council.access import AGENDA, meeting_for, proposal_for, seats_of
from lisbot.council.act import Act
from lisbot.council.bodies import refuse_the_word
from lisbot.council.errors import Conflict, Invalid, NotFound
from lisbot.council.kinds import ItemKind, MinutesState, ProposalState, StandingItem
from lisbot.council.meetings import coming, refuse_cancelled, refuse_locked
from lisbot.council.models import AgendaItem, Case, CaseSeries, Meeting, Organisation, Person, Proposal
from lisbot.council.notices import changed, tell
from lisbot.council.register import secretaries
from lisbot.council.typed import Form, Id, Line, Links, Minutes, Prose
from lisbot.texts import text

WAITING = (ProposalState.SENT, ProposalState.POSTPONED)
STILL_MINE = (*WAITING, ProposalState.RETURNED)


@dataclass(frozen=True)
class Triage:
    """What has been proposed for a meeting, and how far the secretariat has come with it."""

    meeting: Meeting
    proposals: list[Proposal]


async def make_form(act: Act, *, meeting_id: Id | None = None) -> Form:
    if meeting_id is None:
        return Form(values={"kind": ItemKind.DISCUSSION}, choices={"meeting_id": await calls.open_to(act)})
    meeting = await coming(act, meeting_id)
    return Form(about=about(meeting), values={"kind": ItemKind.DISCUSSION})


def about(meeting: Meeting) -> str:
    return f"{meeting.body.name}, {meeting.held_on:%d.%m.%Y}"


async def make(
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
) -> Proposal:
    """Propose an agenda item for a meeting. After the deadline it is accepted and marked late."""
    meeting = await coming(act, meeting_id)
    refuse_the_word(meeting.body, title=title, background=background, wording=wording, links=links)
    same = select(Proposal.id).where(
        Proposal.meeting_id == meeting.id,
        Proposal.by_id == act.by_id,
        Proposal.title == title,
        Proposal.state.in_(STILL_MINE),
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("proposed_already", title=title)
    own = seats_of(act.by, meeting.body_id, *calls.ASKED)
    seat_id = own[0].seat_id if own else None
    organisation_id = own[0].organisation_id if own else None
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
        minutes=minutes,
        links=links,
        confidential=confidential,
        late=not await calls.is_open_for(act, meeting),
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
        await calls.take_back_nothing(act, meeting.id, seat_id)
    await tell_secretariat(act, proposal, "proposal_made")
    changed(act, f"meeting:{meeting.id}")
    return proposal


async def change_form(act: Act, *, proposal_id: Id) -> Form:
    proposal = await own(act, proposal_id)
    names = ("title", "kind", "background", "wording", "minutes", "links", "confidential")
    return Form(about=about(proposal.meeting), values={name: getattr(proposal, name) for name in names})


async def change(
    act: Act,
    *,
    proposal_id: Id,
    title: Line,
    kind: ItemKind,
    background: Prose = "",
    wording: Prose = "",
    minutes: Minutes | None = None,
    links: Links = "",
    confidential: bool = False,
) -> Proposal:
    """Change one's own proposal until the deadline, or send a returned one again."""
    proposal = await own(act, proposal_id)
    refuse_the_word(proposal.meeting.body, title=title, background=background, wording=wording, links=links)
    returned = proposal.state is ProposalState.RETURNED
    proposal.title, proposal.kind, proposal.background = title, kind, background
    proposal.wording, proposal.minutes, proposal.links = wording, minutes, links
    proposal.confidential, proposal.changed_at = confidential, act.at
    if returned:
        proposal.state = ProposalState.SENT
        await tell_secretariat(act, proposal, "proposal_sent_again")
    changed(act, f"proposal:{proposal.id}")
    return proposal


async def withdraw(act: Act, *, proposal_id: Id) -> Proposal:
    """Withdraw one's own proposal. It is kept, marked withdrawn."""
    proposal = await own(act, proposal_id)
    proposal.state, proposal.changed_at = ProposalState.WITHDRAWN, act.at
    await tell_secretariat(act, proposal, "proposal_withdrawn")
    changed(act, f"proposal:{proposal.id}")
    return proposal


async def own(act: Act, proposal_id: int) -> Proposal:
    """One's own proposal, while it may still be changed."""
    proposal = await proposal_for(act, proposal_id)
    if proposal.by_id != act.by.id:
        raise NotFound
    if proposal.state not in STILL_MINE:
        raise Conflict("proposal_settled", title=proposal.title, state=proposal.state)
    in_time = proposal.state is ProposalState.RETURNED or proposal.late
    if not in_time and not await calls.is_open_for(act, proposal.meeting):
        raise Conflict("deadline_passed", title=proposal.title)
    if proposal.meeting.ends_at <= act.at:
        raise Conflict("meeting_over", day=proposal.meeting.held_on)
    refuse_cancelled(proposal.meeting)
    return proposal


async def show(act: Act, *, proposal_id: Id) -> Proposal:
    """See a proposal, and what has become of it."""
    return await proposal_for(act, proposal_id)


async def triage(act: Act, *, meeting_id: Id) -> Triage:
    """See what has been proposed for a meeting and still waits for an answer."""
    meeting = await meeting_for(act, meeting_id)
    proposals = await act.db.scalars(
        select(Proposal)
        .where(Proposal.meeting_id == meeting.id, Proposal.state != ProposalState.WITHDRAWN)
        .options(joinedload(Proposal.by), joinedload(Proposal.organisation), joinedload(Proposal.case))
        .order_by(Proposal.id)
    )
    return Triage(meeting, list(proposals))


async def accept(act: Act, *, proposal_id: Id) -> Proposal:
    """Accept a proposal: it becomes a numbered case on the meeting's agenda."""
    proposal = await waiting(act, proposal_id)
    meeting = await meeting_for(act, proposal.meeting_id, *AGENDA)
    refuse_locked(meeting)
    refuse_cancelled(meeting)
    # One that was taken off the agenda comes back under the number it had.
    case = proposal.case or await new_case(act, meeting, proposal.title, proposal.confidential)
    await put_on(
        act,
        meeting,
        AgendaItem(
            case=case,
            followups=[],
            title=proposal.title,
            kind=proposal.kind,
            minutes=proposal.minutes,
            background=proposal.background,
            wording=proposal.wording,
            links=proposal.links,
            confidential=proposal.confidential,
        ),
    )
    proposal.case_id, proposal.case = case.id, case
    await settle(act, proposal, ProposalState.ACCEPTED, None, number=case.label)
    return proposal


async def reason_form(act: Act, *, proposal_id: Id) -> Form:
    proposal = await waiting(act, proposal_id)
    return Form(about=proposal.title)


async def give_back(act: Act, *, proposal_id: Id, reason: Prose) -> Proposal:
    """Return a proposal to whoever sent it, with the reason, to be edited and sent again."""
    return await settle(act, await waiting(act, proposal_id), ProposalState.RETURNED, reason)


async def reject(act: Act, *, proposal_id: Id, reason: Prose) -> Proposal:
    """Reject a proposal, with the reason. It is kept."""
    return await settle(act, await waiting(act, proposal_id), ProposalState.REJECTED, reason)


async def merge_form(act: Act, *, proposal_id: Id) -> Form:
    proposal = await waiting(act, proposal_id)
    meeting = await meeting_for(act, proposal.meeting_id, *AGENDA)
    cases = [(i.id, f"{i.case.label} {i.title}") for i in meeting.items if i.case is not None]
    return Form(about=proposal.title, choices={"item_id": cases})


async def merge(act: Act, *, proposal_id: Id, item_id: Id) -> Proposal:
    """Merge a proposal into a case already on the agenda; its background is added to the case's."""
    proposal = await waiting(act, proposal_id)
    meeting = await meeting_for(act, proposal.meeting_id, *AGENDA)
    refuse_locked(meeting)
    item = next((item for item in meeting.items if item.id == item_id and item.case is not None), None)
    if item is None:
        raise Invalid("no_such_item", field="item_id")
    source = proposal.organisation.name if proposal.organisation else proposal.by.name
    added = f"{source}: {proposal.title}\n{proposal.background}".strip()
    item.background = f"{item.background}\n\n{added}".strip()
    item.confidential = item.confidential or proposal.confidential
    proposal.case_id, proposal.case = item.case_id, item.case
    assert item.case is not None
    return await settle(act, proposal, ProposalState.MERGED, None, number=item.case.label)


async def postpone_form(act: Act, *, proposal_id: Id) -> Form:
    proposal = await waiting(act, proposal_id)
    return Form(about=proposal.title, choices={"meeting_id": await later(act, proposal.meeting)})


async def later(act: Act, meeting: Meeting) -> list[tuple[object, str]]:
    """The same body's coming meetings, other than this one."""
    rows = await act.db.execute(
        select(Meeting.id, Meeting.held_on)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.held_on >= act.today,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.held_on)
        .limit(20)
    )
    return [(meeting_id, f"{held_on:%d.%m.%Y}") for meeting_id, held_on in rows]


async def postpone(act: Act, *, proposal_id: Id, meeting_id: Id, reason: Prose = "") -> Proposal:
    """Postpone a proposal to another of the body's meetings, where it waits to be treated."""
    proposal = await waiting(act, proposal_id)
    to = await coming(act, meeting_id)
    if to.body_id != proposal.meeting.body_id or to.id == proposal.meeting_id:
        raise Invalid("not_another_meeting", field="meeting_id")
    proposal.meeting_id, proposal.meeting = to.id, to
    return await settle(act, proposal, ProposalState.POSTPONED, reason or None, day_on=to.held_on)


async def waiting(act: Act, proposal_id: int) -> Proposal:
    proposal = await proposal_for(act, proposal_id)
    if proposal.state not in WAITING:
        raise Conflict("proposal_settled", title=proposal.title, state=proposal.state)
    return proposal


async def settle(
    act: Act, proposal: Proposal, state: ProposalState, reason: str | None, **facts: Any
) -> Proposal:
    """Record what became of a proposal and tell whoever sent it."""
    refuse_the_word(proposal.meeting.body, reason=reason or "")
    proposal.state, proposal.reason, proposal.changed_at = state, reason, act.at
    await act.db.flush()
    await tell(
        act,
        f"proposal_{state}",
        people=[proposal.by_id],
        shows="proposal.show",
        args={"proposal_id": proposal.id},
        title=proposal.title,
        reason=reason or "",
        **facts,
    )
    for subject in (f"proposal:{proposal.id}", f"meeting:{proposal.meeting_id}"):
        changed(act, subject)
    return proposal


async def tell_secretariat(act: Act, proposal: Proposal, kind: str) -> None:
    await tell(
        act,
        kind,
        people=await secretaries(act, proposal.meeting.body.secretariat_id),
        shows="proposal.show",
        args={"proposal_id": proposal.id},
        title=proposal.title,
        name=proposal.by.name,
        body=proposal.meeting.body.name,
    )


async def new_case(act: Act, meeting: Meeting, title: str, confidential: bool) -> Case:
    """A case with the body's next number that year. Numbers are taken one at a time and never reused."""
    year = meeting.held_on.year
    insert = postgresql.insert if act.db.get_bind().dialect.name == "postgresql" else sqlite.insert
    taken = await act.db.scalar(
        insert(CaseSeries)
        .values(body_id=meeting.body_id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[CaseSeries.body_id, CaseSeries.year], set_={"last": CaseSeries.last + 1}
        )
        .returning(CaseSeries.last)
    )
    assert taken is not None
    case = Case(
        body_id=meeting.body_id,
        year=year,
        number=taken,
        title=title,
        confidential=confidential,
        opened_at=act.at,
    )
    act.db.add(case)
    await act.db.flush()
    return case


async def put_on(act: Act, meeting: Meeting, item: AgendaItem) -> AgendaItem:
    """Put an item last on the agenda, but before "any other business"."""
    await prepare(act, meeting)
    last = meeting.items[-1]
    item.position = last.position
    last.position += 1
    await act.db.flush()
    item.meeting_id = meeting.id
    act.db.add(item)
    await act.db.flush()
    await meeting_for(act, meeting.id, *AGENDA)
    return item


async def prepare(act: Act, meeting: Meeting) -> None:
    """Give an agenda the standing items it lacks: approval of the last minutes, once there are any, comes
    first and any other business last."""
    have = {item.standing for item in meeting.items}
    places = [item.position for item in meeting.items]
    previous = None if StandingItem.LAST_MINUTES in have else await last_with_minutes(act, meeting)
    if previous is not None:
        title = text(meeting.body.lang, "standing_item.last_minutes_of", day=previous.held_on)
        first = min(places, default=1) - 1
        act.db.add(standing(meeting, StandingItem.LAST_MINUTES, title, first, minutes=5))
    if StandingItem.ANY_OTHER not in have:
        title = text(meeting.body.lang, "standing_item.any_other")
        act.db.add(standing(meeting, StandingItem.ANY_OTHER, title, max(places, default=1) + 1))
    await act.db.flush()
    await meeting_for(act, meeting.id, *AGENDA)


def standing(
    meeting: Meeting, kind: StandingItem, title: str, position: int, minutes: int | None = None
) -> AgendaItem:
    return AgendaItem(
        meeting_id=meeting.id,
        position=position,
        standing=kind,
        title=title,
        kind=ItemKind.DISCUSSION,
        minutes=minutes,
        case=None,
        followups=[],
    )


async def last_with_minutes(act: Act, meeting: Meeting) -> Meeting | None:
    """The body's last meeting before this one that has minutes, begun or finished."""
    return await act.db.scalar(
        select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.held_on < meeting.held_on,
            Meeting.cancelled_at.is_(None),
            Meeting.minutes != MinutesState.NONE,
        )
        .order_by(Meeting.held_on.desc())
        .limit(1)
    )
