"""Cases carried from one meeting to another, under the numbers they have, and what was proposed along with them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.cases.waiting import is_to_be_treated
from lisbot.council.core.access import locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import ProposalState
from lisbot.council.meetings.agenda import add_last, case_ids
from lisbot.council.meetings.published import ITEM_FACTS, WITH_AGENDA
from lisbot.council.meetings.rows import get_coming_meeting_for
from lisbot.council.meetings.states import ON_AGENDA, OPEN_TO_SENDER, WAITING
from lisbot.council.models import AgendaItem, Case, Meeting, Proposal
from lisbot.council.register.seats import still_in
from lisbot.texts import Days, Phrase


@dataclass(frozen=True)
class Carried:
    """What goes from a meeting to another, or where there is no other what waits: the cases with what they came of,
    and the proposals that have no answer."""

    cases: int
    origins: list[Proposal]
    proposals: list[Proposal]
    to: Days | None

    @property
    def senders(self) -> set[int]:
        return {proposal.by_id for proposal in (*self.origins, *self.proposals)}

    def phrases(self) -> list[Phrase]:
        """Returns what is said of it."""
        how = "wait" if self.to is None else "carried"
        counts = {"cases": self.cases, "proposals": len(self.proposals)}
        return [
            Phrase(f"change.{what}_{how}", {"count": count, "to_on": self.to})
            for what, count in counts.items()
            if count
        ]


async def put_on(act: Act, to: Meeting, case: Case, newest: AgendaItem) -> None:
    """Put a case that is there already on an agenda, with its texts as they were last."""
    texts = {name: getattr(newest, name) for name in ITEM_FACTS}
    await add_last(act, to, AgendaItem(case=case, followups=[], **texts))


async def take_along(act: Act, to: Meeting, newest: AgendaItem) -> None:
    """Move what a case came of to the meeting that it is put on, where the one it was for is cancelled, and tell
    whoever proposed it."""
    query = (
        select(Proposal)
        .join(Proposal.meeting)
        .where(
            Proposal.meeting_id == newest.meeting_id,
            Proposal.case_id == newest.case_id,
            Proposal.state.in_(ON_AGENDA),
            Meeting.cancelled_at.is_not(None),
        )
        .options(joinedload(Proposal.case))
        .order_by(Proposal.id)
    )
    proposals = list(await act.db.scalars(locked(act, query, Proposal)))
    for proposal in proposals:
        move_proposal(act, proposal, to)
    await act.db.flush()
    await notify_origins(act, proposals, to)


def move_proposal(act: Act, proposal: Proposal, to: Meeting) -> None:
    proposal.meeting_id, proposal.changed_at = to.id, act.at
    set_committed_value(proposal, "meeting", to)
    mark_stale(act, f"proposal:{proposal.id}")


async def notify_origins(act: Act, proposals: Iterable[Proposal], to: Meeting) -> None:
    """Tell whoever proposed what has become a case that it is on another agenda now."""
    proposals = list(proposals)
    told = await still_in(act, to.body, (proposal.by_id for proposal in proposals))
    for proposal in proposals:
        assert proposal.case is not None
        await notify(
            act,
            "proposal_carried",
            people={proposal.by_id} & told,
            command="proposal.show",
            args={"proposal_id": proposal.id},
            body_id=to.body_id,
            title=proposal.title,
            number=proposal.case.label,
            day_on=to.days,
        )


async def get_target_for(act: Act, meeting: Meeting, to_meeting_id: int) -> Meeting:
    """Returns the meeting that cases are carried to. Raises Invalid for another body's and for the same one."""
    to = await get_coming_meeting_for(act, to_meeting_id, *WITH_AGENDA)
    if to.body_id != meeting.body_id or to.id == meeting.id:
        raise Invalid("not_another_meeting", field="to_meeting_id")
    return to


async def items_to_carry(act: Act, meeting: Meeting) -> list[AgendaItem]:
    """Returns the items of a cancelled meeting whose cases have been on no agenda since, in their order."""
    query = (
        select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.case_id.is_not(None), is_to_be_treated())
        .options(joinedload(AgendaItem.case))
        .order_by(AgendaItem.position)
    )
    items = list(await act.db.scalars(query))
    newest = select(AgendaItem.case_id, func.max(AgendaItem.id)).where(AgendaItem.case_id.in_(case_ids(items)))
    last = {row[0]: row[1] for row in await act.db.execute(newest.group_by(AgendaItem.case_id))}
    return [item for item in items if item.case_id is not None and last[item.case_id] == item.id]


async def carry(act: Act, meeting: Meeting, to: Meeting | None) -> Carried:
    """Carry the cases of a cancelled meeting to another, with all that was proposed for it and has no answer; or,
    without another, see what waits.

    Returns what was carried, or waits. Nobody is told here.
    """
    items = await items_to_carry(act, meeting)
    proposals = await proposals_to_carry(act, meeting, items)
    if to is not None:
        on_it = case_ids(to.items)
        for item in items:
            if item.case is not None and item.case_id not in on_it:
                await put_on(act, to, item.case, item)
        for proposal in proposals:
            if proposal.state in WAITING:
                proposal.before = {"state": proposal.state, "meeting_id": proposal.meeting_id}
                proposal.state = ProposalState.POSTPONED
            move_proposal(act, proposal, to)
        await act.db.flush()
        mark_stale(act, f"meeting:{to.id}")
    open_ones = [proposal for proposal in proposals if proposal.state in OPEN_TO_SENDER]
    origins = [proposal for proposal in proposals if proposal.state in ON_AGENDA]
    return Carried(len(items), origins, open_ones, to.days if to is not None else None)


async def proposals_to_carry(act: Act, meeting: Meeting, items: list[AgendaItem]) -> list[Proposal]:
    """Returns the proposals that go where their cases go, and those that have no answer yet."""
    query = select(Proposal).where(
        Proposal.meeting_id == meeting.id,
        or_(
            Proposal.state.in_(OPEN_TO_SENDER),
            Proposal.state.in_(ON_AGENDA) & Proposal.case_id.in_(case_ids(items)),
        ),
    )
    query = query.options(joinedload(Proposal.case)).order_by(Proposal.id)
    found = list(await act.db.scalars(locked(act, query, Proposal)))
    for proposal in found:
        set_committed_value(proposal, "meeting", meeting)
    return found
