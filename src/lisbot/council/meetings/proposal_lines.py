"""A proposal as a line in a list: in the triage, under a call, and on its sender's own page."""

from lisbot.council.core.context import Act
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.states import PROPOSAL
from lisbot.council.meetings.views import ProposalLine
from lisbot.council.models import Proposal


def proposal_line(act: Act, proposal: Proposal, *, with_actions: bool = False) -> ProposalLine:
    """Returns the line of a proposal that is read with its meeting, sender, organisation and case."""
    return ProposalLine(
        id=proposal.id,
        meeting=meeting_ref(act, proposal.meeting),
        title=proposal.title,
        kind=proposal.kind,
        background=proposal.background,
        source=proposal.organisation.name if proposal.organisation else proposal.by.name,
        confidential=proposal.confidential,
        late=proposal.late,
        state=proposal.state,
        reason=proposal.reason,
        case_number=proposal.case.label if proposal.case else "",
        actions=PROPOSAL.allowed(act, proposal) if with_actions else (),
    )
