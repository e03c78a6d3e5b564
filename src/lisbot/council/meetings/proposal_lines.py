"""A proposal as a line in a list: in the triage, under a call, and on its sender's own page."""

from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.states import PROPOSAL, is_stranded
from lisbot.council.meetings.views import ProposalLine
from lisbot.council.models import Proposal

SENDERS = ("proposal.edit", "proposal.withdraw", "proposal.restore")


def proposal_line(act: Act, proposal: Proposal, actions: tuple[AllowedAction, ...] = ()) -> ProposalLine:
    """Returns the line of a proposal that is read with its meeting, sender, organisation and case."""
    return ProposalLine(
        id=proposal.id,
        meeting=meeting_ref(act, proposal.meeting),
        title=proposal.title,
        kind=proposal.kind,
        background=proposal.background,
        wording=proposal.wording,
        duration_minutes=proposal.duration_minutes,
        links=tuple(filter(None, proposal.links.split("\n"))),
        source=source_of(proposal),
        confidential=proposal.confidential,
        late=proposal.late,
        state=proposal.state,
        is_stranded=is_stranded(act, proposal),
        reason=proposal.reason,
        case_number=proposal.case.label if proposal.case else "",
        case_title=proposal.case.title if proposal.case else "",
        actions=actions,
    )


def source_of(proposal: Proposal) -> str:
    """Returns the organisation a proposal comes from, or else the person."""
    return proposal.organisation.name if proposal.organisation else proposal.by.name


def senders_actions(act: Act, proposal: Proposal) -> tuple[AllowedAction, ...]:
    """Returns what whoever sent a proposal may do with it now."""
    return tuple(
        AllowedAction(name, {"proposal_id": proposal.id})
        for name in SENDERS
        if act.allows(name, proposal.meeting.body_id) and PROPOSAL.is_open(act, name, proposal)
    )
