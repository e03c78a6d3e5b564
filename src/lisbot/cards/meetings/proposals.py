"""A proposal, and what became of it."""

from lisbot.cards.meetings.references import days_of, up_to
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, actions, chips, goes_to, goes_to_sent, joined, section, sheet
from lisbot.council.enums import ProposalState
from lisbot.council.meetings.views import ProposalLine, ProposalView

PROPOSAL_STATUS = {
    ProposalState.SENT: "warning",
    ProposalState.RETURNED: "attention",
    ProposalState.ACCEPTED: "good",
    ProposalState.MERGED: "good",
    ProposalState.REJECTED: "attention",
}


BECAME = (ProposalState.ACCEPTED, ProposalState.MERGED, ProposalState.POSTPONED)  # which say into or to what


def became(proposal: ProposalLine | ProposalView, viewer: Viewer) -> str:
    """Returns what became of a proposal: with which case it was merged, to which meeting it is postponed."""
    if proposal.state in BECAME:
        values = {"number": proposal.case_number, "title": proposal.case_title, "day": days_of(proposal.meeting)}
        return viewer.t(f"card.became.{proposal.state}", **values)
    return viewer.say(proposal.state)


def late_line(view: ProposalView, viewer: Viewer) -> str:
    """Returns that a proposal came after the deadline, and until it is answered what that means."""
    if not view.late:
        return ""
    is_open = view.state in (ProposalState.SENT, ProposalState.RETURNED)
    return viewer.t("card.proposal.late_means" if is_open else "card.proposal.late")


def proposal(view: ProposalView, viewer: Viewer) -> Sheet:
    t, may_triage = viewer.t, viewer.allows("proposal.triage", view.meeting.body.id)
    minutes = t("card.duration_minutes", count=view.duration_minutes) if view.duration_minutes else ""
    return sheet(
        view.title,
        subtitle=t("card.proposal.for", body=view.meeting.body.name, day=days_of(view.meeting)),
        state=became(view, viewer),
        status=PROPOSAL_STATUS.get(view.state, ""),
        chips=chips(viewer.say(view.kind), t("card.confidential_mark") if view.confidential else ""),
        lines=[
            late_line(view, viewer),
            t("card.proposal.stranded", day=days_of(view.meeting)) if view.is_stranded else "",
            t("card.proposal.tells") if any(each.command == "proposal.accept" for each in view.actions) else "",
        ],
        facts=[
            (t("card.proposal.case"), view.case_number),
            (t("arg.reason"), view.reason or ""),
            (t("card.proposal.by"), joined(view.by, view.organisation, by=", ")),
            (t("arg.duration_minutes"), minutes),
            (t("arg.confidential"), t("hint.confidential") if view.confidential else ""),
        ],
        sections=[
            section(t("arg.background"), lines=[view.background]),
            section(t("arg.wording"), lines=[view.wording]),
            section(t("arg.links"), lines=view.links),
        ],
        actions=[
            *actions(viewer, view.actions, positive=["proposal.postpone" if view.is_stranded else "proposal.accept"]),
            goes_to(viewer, "proposal.triage", meeting_id=view.meeting.id) if may_triage else None,
            goes_to(viewer, "meeting.show", meeting_id=view.meeting.id) if may_triage else None,
            goes_to_sent(viewer, view.meeting.body.id, proposal_id=view.id),
        ],
        opens=Opens("proposal.show", {"proposal_id": view.id}),
        up=Opens("proposal.triage", {"meeting_id": view.meeting.id}) if may_triage else up_to(view.meeting),
    )
