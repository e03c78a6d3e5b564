"""A call for agenda items."""

from collections.abc import Iterable
from dataclasses import replace

from lisbot.cards.meetings.proposals import PROPOSAL_STATUS, became
from lisbot.cards.meetings.references import days_of, up_to
from lisbot.cards.roles import short_seat
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Bar, Opens, Row, Sheet, action, goes_to, section, sheet
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CallState
from lisbot.council.meetings.views import AskedSeat, CallView, ProposalLine


def asked_rows(seats: Iterable[AskedSeat], viewer: Viewer) -> list[Row]:
    return [asked_seat_row(seat, viewer) for seat in seats]


def asked_seat_row(seat: AskedSeat, viewer: Viewer) -> Row:
    note = viewer.t("card.call.note_decline")
    return Row(
        seat.holder, short_seat(seat.seat), quiet=tuple(action(viewer, each, title=note) for each in seat.actions)
    )


def call(view: CallView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    return sheet(
        t("card.call.title", body=ref.body.name),
        subtitle=t("card.call.for", day=days_of(ref)),
        state=call_line(view, viewer),
        status="good" if view.state is CallState.OPEN else "",
        lines=[view.message, t("card.call.you_declined") if view.has_declined else ""],
        answers=[action(viewer, each) for each in view.actions if is_members(each)],
        sections=[
            section(bars=answered_bar(view, viewer)),
            section(t("card.call.own"), rows=[own_proposal_row(p, viewer) for p in view.own]),
            *(
                section(
                    t(f"card.call.{name}"), rows=[asked_seat_row(s, viewer) for s in seats], is_detail=True, folds=True
                )
                for name, seats in (("silent", view.silent), ("declined", view.declined), ("proposed", view.proposed))
            ),
        ],
        actions=[
            to_proposals(view, viewer) if view.waiting is not None else None,
            *(call_action(each, view, viewer) for each in view.actions if not is_members(each)),
        ],
        facts=[(t("card.call.reminded"), viewer.say(view.reminded_at) if view.reminded_at else "")],
        opens=Opens("call.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def to_proposals(view: CallView, viewer: Viewer) -> Action:
    """Returns the button that leads to what was proposed. It stands out where some of it waits."""
    title = viewer.t("card.call.waiting", count=view.waiting or 0)
    shown = goes_to(viewer, "proposal.triage", title=title, meeting_id=view.meeting.id)
    return replace(shown, style="positive" if view.waiting else "default")


def is_members(allowed: AllowedAction) -> bool:
    """Returns whether an action on a call is for those who are asked, and not for the secretariat."""
    return allowed.command in ("proposal.submit", "call.decline")


def answered_bar(view: CallView, viewer: Viewer) -> list[Bar]:
    """Returns how many have answered, once a call has been opened: before that it has asked nobody."""
    if not view.asked:
        return []
    said = viewer.t("card.call.answered_of", count=view.answered, seats=view.asked)
    return [Bar(viewer.t("card.call.answered"), said, view.answered, view.asked)]


def call_action(allowed: AllowedAction, view: CallView, viewer: Viewer) -> Action:
    is_opened_again = allowed.command == "call.open" and view.state is CallState.CLOSED
    return action(viewer, allowed, title=viewer.t("card.call.open_again") if is_opened_again else "")


def call_line(view: CallView, viewer: Viewer) -> str:
    if view.closes_on is None:
        return ""
    if view.closed_on is not None and view.closed_on <= view.closes_on:
        return viewer.t("card.call.closed_early", day=view.closed_on, until=view.closes_on)
    state = {CallState.OPEN: "open", CallState.CLOSED: "closed"}.get(view.state, "planned")
    return viewer.t(f"card.call.{state}", day=view.closes_on)


def own_proposal_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    return Row(
        proposal.title,
        proposal.reason or "",
        became(proposal, viewer),
        PROPOSAL_STATUS.get(proposal.state, ""),
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
    )
