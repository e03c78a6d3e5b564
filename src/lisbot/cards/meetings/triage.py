"""What was proposed and waits for an answer, and what was answered."""

from dataclasses import replace

from lisbot.cards.meetings.proposals import PROPOSAL_STATUS, became
from lisbot.cards.meetings.references import days_of, up_to
from lisbot.cards.referrals import awaited_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Chip, Opens, Row, Section, Sheet, actions, chips, goes_to, joined, section, sheet
from lisbot.council.cases.views import AwaitedAnswer
from lisbot.council.enums import ProposalState
from lisbot.council.meetings.views import ProposalLine, TriageView
from lisbot.texts import date_and_name


def triage(view: TriageView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    title = t("card.triage.all")
    if ref or view.body:
        title = t("card.triage.title", body=ref.body.name if ref else view.body.name if view.body else "")
    return sheet(
        title,
        subtitle=t("card.call.for", day=days_of(ref)) if ref else "",
        sections=[
            section(t("card.triage.received"), rows=[received_row(line, viewer) for line in view.received]),
            *waiting_sections(view, viewer),
            section(t("card.triage.settled"), rows=[triage_row(p, viewer) for p in view.settled], is_detail=True),
            section(t("card.triage.withdrawn"), rows=[triage_row(p, viewer) for p in view.withdrawn], is_detail=True),
        ],
        actions=[
            *actions(viewer, view.actions, positive=["proposal.triage_all"]),
            goes_to(viewer, "agenda.show", meeting_id=ref.id) if ref else None,
            goes_to(viewer, "meeting.show", meeting_id=ref.id) if ref else None,
            goes_to(viewer, "body.show", body_id=view.body.id) if view.body else None,
        ],
        opens=triage_opens(view),
        up=triage_up(view),
    )


def received_row(line: AwaitedAnswer, viewer: Viewer) -> Row:
    """Returns a case that was sent to the council, under a heading that says so already."""
    return replace(awaited_row(line, viewer), title=joined(line.number, line.title, by=" "))


def triage_opens(view: TriageView) -> Opens:
    if view.meeting:
        return Opens("proposal.triage", {"meeting_id": view.meeting.id})
    return Opens("proposal.triage", {"body_id": view.body.id} if view.body else {})


def triage_up(view: TriageView) -> Opens | None:
    if view.meeting:
        return up_to(view.meeting)
    return Opens("body.show", {"body_id": view.body.id}) if view.body else Opens("dashboard.show", {})


def waiting_sections(view: TriageView, viewer: Viewer) -> list[Section]:
    """Returns what waits for one meeting; or for several, by meeting, and of one that takes no more items, that it is
    to go to another."""
    t = viewer.t
    if view.meeting or not view.waiting:
        nothing = [] if view.waiting or view.received else [t("card.triage.none"), t("card.triage.none_means")]
        return [section(t("card.triage.waiting"), lines=nothing, rows=[triage_row(p, viewer) for p in view.waiting])]
    by_meeting: dict[int, list[ProposalLine]] = {}
    for line in view.waiting:
        by_meeting.setdefault(line.meeting.id, []).append(line)
    return [
        section(
            date_and_name(viewer.lang, lines[0].meeting.body.name, days_of(lines[0].meeting)),
            lines=[t("card.proposal.stranded", day=days_of(lines[0].meeting)) if lines[0].is_stranded else ""],
            rows=[triage_row(line, viewer) for line in lines],
        )
        for lines in by_meeting.values()
    ]


def triage_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    """Returns a proposal with a button that opens it, where everything that may be done with it stands, and of one
    that is to go to another meeting the button for that."""
    t = viewer.t
    moves = [each for each in proposal.actions if each.command == "proposal.postpone"]
    treat = goes_to(viewer, "proposal.show", title=t("card.triage.treat"), proposal_id=proposal.id)
    return Row(
        joined(proposal.case_number if proposal.state is not ProposalState.MERGED else "", proposal.title, by=" "),
        joined(
            proposal.background,
            t("card.agenda.asked", wording=proposal.wording) if proposal.wording else "",
            *proposal.links,
            t("card.proposal.reason", reason=proposal.reason) if proposal.reason else "",
            by="\n",
        ),
        joined(
            proposal.source,
            t("card.duration_minutes", count=proposal.duration_minutes) if proposal.duration_minutes else "",
        ),
        status="warning" if proposal.late or proposal.is_stranded else PROPOSAL_STATUS.get(proposal.state, ""),
        chips=chips(
            Chip(became(proposal, viewer), PROPOSAL_STATUS.get(proposal.state, "")),
            viewer.say(proposal.kind),
            Chip(t("card.proposal.late") if proposal.late else "", "warning"),
            t("card.confidential_mark") if proposal.confidential else "",
        ),
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
        actions=(
            (
                *actions(viewer, moves, positive=["proposal.postpone"]),
                replace(treat, style="default" if moves else "positive"),
            )
            if proposal.actions
            else ()
        ),
    )
