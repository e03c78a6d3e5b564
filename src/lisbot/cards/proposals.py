"""The call for agenda items, and what has been proposed."""

from lisbot.cards.sheet import Data, row, section, sheet
from lisbot.cards.viewer import Viewer, button
from lisbot.council.calls import CallView
from lisbot.council.models import Proposal
from lisbot.council.proposals import STILL_MINE, WAITING, Triage


def call(shown: CallView, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    secretary = viewer.can("proposal.list", m.body_id)
    proposing = viewer.can("proposal.make", m.body_id)
    state = "open" if m.is_call_open else "closed" if m.call_closed_at else "planned"
    answered = len(shown.seats) - len(shown.silent)
    return sheet(
        t("sheet.call.title", body=m.body.name),
        subtitle=t("sheet.call.for", day=m.held_on),
        lines=[
            t(f"sheet.call.{state}", day=m.call_closes_on) if m.call_closes_on else "",
            t("sheet.call.you_said_nothing") if shown.said_nothing else "",
        ],
        facts=[
            (t("sheet.call.answered"), t("sheet.call.answered_of", count=answered, seats=len(shown.seats)))
        ],
        sections=[
            section(t("sheet.call.mine"), rows=[own_row(p, viewer) for p in shown.mine]),
            section(
                t("sheet.call.silent"),
                rows=[row(s.holder, s.name, status="warning") for s in shown.silent],
            )
            if secretary
            else None,
        ],
        buttons=[
            button(viewer, "proposal.make", ask=True, meeting_id=m.id) if proposing else None,
            button(viewer, "call.nothing", meeting_id=m.id)
            if proposing and m.is_call_open and not shown.mine and not shown.said_nothing and not secretary
            else None,
            button(
                viewer, "proposal.list", title=t("sheet.call.waiting", count=shown.waiting), meeting_id=m.id
            )
            if secretary
            else None,
            button(viewer, "call.close", meeting_id=m.id) if secretary and m.is_call_open else None,
            button(viewer, "call.open", ask=True, meeting_id=m.id)
            if secretary and not m.is_call_open
            else None,
        ],
        href=f"/show/call.show?meeting_id={m.id}",
        up=f"/meeting/{m.id}" if viewer.can("meeting.show", m.body_id) else "",
        meeting_id=m.id,
    )


def own_row(p: Proposal, viewer: Viewer) -> Data:
    return row(
        p.title,
        viewer.say(p.state),
        p.reason or "",
        href=f"/show/proposal.show?proposal_id={p.id}",
        buttons=[button(viewer, "proposal.show", proposal_id=p.id)],
    )


def proposal(p: Proposal, viewer: Viewer) -> Data:
    t, m = viewer.t, p.meeting
    mine = p.by_id == viewer.by.id and p.state in STILL_MINE
    triage = viewer.can("proposal.accept", m.body_id) and p.state in WAITING
    return sheet(
        p.title,
        subtitle=t("sheet.proposal.for", body=m.body.name, day=m.held_on),
        lines=[t("sheet.proposal.late") if p.late else ""],
        facts=[
            (t("sheet.proposal.state"), viewer.say(p.state)),
            (t("sheet.proposal.case"), p.case.label if p.case else ""),
            (t("arg.reason"), p.reason or ""),
            (
                t("sheet.proposal.by"),
                ", ".join([p.by.name, *([p.organisation.name] if p.organisation else [])]),
            ),
            (t("arg.kind"), viewer.say(p.kind)),
            (t("arg.minutes"), t("sheet.minutes_long", count=p.minutes) if p.minutes else ""),
            (t("arg.confidential"), t("sheet.yes") if p.confidential else ""),
        ],
        sections=[
            section(t("arg.background"), lines=[p.background]),
            section(t("arg.wording"), lines=[p.wording]),
            section(t("arg.links"), lines=p.links.split("\n")),
        ],
        buttons=[
            button(viewer, "proposal.change", ask=True, proposal_id=p.id) if mine else None,
            button(viewer, "proposal.withdraw", proposal_id=p.id) if mine else None,
            *(triage_buttons(p, viewer) if triage else ()),
        ],
        href=f"/show/proposal.show?proposal_id={p.id}",
        up=f"/meeting/{m.id}" if viewer.can("meeting.show", m.body_id) else "",
        meeting_id=m.id,
    )


def triage_buttons(p: Proposal, viewer: Viewer) -> list[Data]:
    return [
        button(viewer, "proposal.accept", style="positive", proposal_id=p.id),
        *(
            button(viewer, f"proposal.{deed}", ask=True, proposal_id=p.id)
            for deed in ("return", "merge", "postpone", "reject")
        ),
    ]


def triage(shown: Triage, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    waiting = [p for p in shown.proposals if p.state in WAITING]
    settled = [p for p in shown.proposals if p.state not in WAITING]

    def told(p: Proposal, buttons: list[Data]) -> Data:
        source = p.organisation.name if p.organisation else p.by.name
        return row(
            f"{p.case.label} {p.title}" if p.case else p.title,
            p.background,
            " · ".join(
                part
                for part in (
                    source,
                    viewer.say(p.kind),
                    viewer.say(p.state),
                    t("sheet.proposal.late") if p.late else "",
                    t("arg.confidential") if p.confidential else "",
                )
                if part
            ),
            href=f"/show/proposal.show?proposal_id={p.id}",
            status="warning" if p.late else "",
            buttons=buttons,
        )

    return sheet(
        t("sheet.triage.title", body=m.body.name),
        subtitle=t("sheet.call.for", day=m.held_on),
        sections=[
            section(
                t("sheet.triage.waiting"),
                lines=() if waiting else [t("sheet.triage.none")],
                rows=[told(p, triage_buttons(p, viewer)) for p in waiting],
            ),
            section(t("sheet.triage.settled"), rows=[told(p, []) for p in settled]),
        ],
        buttons=[
            button(viewer, "agenda.show", meeting_id=m.id),
            button(viewer, "meeting.show", meeting_id=m.id),
        ],
        href=f"/show/proposal.list?meeting_id={m.id}",
        up=f"/meeting/{m.id}" if viewer.can("meeting.show", m.body_id) else "",
        meeting_id=m.id,
    )
