"""One council as a whole."""

from collections.abc import Iterable
from dataclasses import replace

from lisbot.cards.distribution import receiver_row
from lisbot.cards.meetings.meetings import meeting_row
from lisbot.cards.overview.attention import standing_rows
from lisbot.cards.overview.worklist import vote_row
from lisbot.cards.roles import short_role
from lisbot.cards.rules import rule_facts
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Opens,
    Row,
    Sheet,
    action,
    actions,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.meetings.views import MeetingLine
from lisbot.council.overview.views import BodyStatus, BodyView
from lisbot.council.register.views.bodies import GoneRoom
from lisbot.council.register.views.seats import SeatOnDay
from lisbot.texts import format_list


def body(view: BodyView, viewer: Viewer) -> Sheet:
    t = viewer.t
    body = view.body
    outcomes = (
        goes_to(viewer, "outcome.search", title=t("card.body.outcomes"), body_id=body.id)
        if viewer.allows("outcome.search", body.id)
        else None
    )
    carried = (
        goes_to(viewer, "carry_through.show", body_id=body.id) if viewer.allows("carry_through.show", body.id) else None
    )
    return sheet(
        body.name,
        subtitle=f"{view.secretariat} · {body.region}",
        sections=[
            section(t("card.dashboard.attend_to"), rows=own_rows(view.status, viewer) if view.status else ()),
            section(t("card.body.gone_rooms"), rows=[gone_room_row(room, viewer) for room in view.gone_rooms]),
            section(
                t("card.body.meetings"),
                lines=() if view.meetings else [t("card.body.no_meetings")],
                rows=[meeting_row(meeting, viewer) for meeting in view.meetings],
                actions=[
                    goes_to(viewer, "year_plan.show", body_id=body.id),
                    goes_to(viewer, "consultation.list", body_id=body.id)
                    if body.may_view and viewer.allows("consultation.list", body.id)
                    else None,
                    goes_to(viewer, "referral.list", body_id=body.id)
                    if viewer.allows("referral.list", body.id)
                    else None,
                    goes_to(viewer, "case.list_waiting", body_id=body.id)
                    if viewer.allows("case.list_waiting", body.id)
                    else None,
                    *(action(viewer, each) for each in view.actions if each.command == "year_plan.set_dates"),
                    None if view.past else outcomes,
                ],
            ),
            section(t("card.body.votes"), rows=[vote_row(vote, viewer) for vote in view.votes]),
            section(
                t("card.body.past"),
                rows=[past_row(line, view, viewer) for line in view.past],
                actions=[outcomes, carried] if view.past else (),
            ),
            section(
                t("card.body.seats"),
                rows=seat_rows(view.seats, viewer),
                actions=[goes_to(viewer, "register.look_back", body_id=body.id)],
                folds=True,
                count=len(view.seats),
            ),
            section(
                t("card.body.distribution"),
                rows=[receiver_row(line, viewer) for line in view.distribution],
                is_detail=True,
            ),
            section(t("card.body.rules"), facts=rule_facts(view.rules, viewer)),
        ],
        actions=[
            goes_to(viewer, "register.show", body_id=body.id),
            goes_to(viewer, "welcome.show", body_id=body.id) if viewer.allows("welcome.show", body.id) else None,
            goes_to(viewer, "roster.show", body_id=body.id) if view.has_roster else None,
            goes_to(viewer, "body.show_settings", body_id=body.id)
            if viewer.allows("body.show_settings", body.id)
            else None,
            goes_to(viewer, "coordination.show", body_id=body.id)
            if viewer.allows("coordination.show", body.id)
            else None,
            goes_to(viewer, "composition.show", body_id=body.id)
            if viewer.allows("composition.show", body.id)
            else None,
            goes_to(viewer, "distribution_line.list", body_id=body.id)
            if view.distribution or viewer.allows("distribution_line.add", body.id)
            else None,
            goes_to(viewer, "reminder_plan.show", body_id=body.id)
            if viewer.allows("reminder_plan.set", body.id)
            else None,
            goes_to(viewer, "standing_item.show", body_id=body.id)
            if viewer.allows("standing_item.show", body.id)
            else None,
            *(action(viewer, each) for each in view.actions if each.command == "vote.open"),
        ],
        opens=Opens("body.show", {"body_id": body.id}),
    )


def own_rows(status: BodyStatus, viewer: Viewer) -> list[Row]:
    """Returns how a council stands, on a page that says already whose it is."""
    return [
        replace(row, text="" if row.text == status.body.name else row.text) for row in standing_rows(status, viewer)
    ]


def gone_room_row(room: GoneRoom, viewer: Viewer) -> Row:
    """Returns a channel that can no longer be told anything, and what may be done."""
    return Row(
        viewer.t("card.body.gone_room", platform=viewer.t(f"platform.{room.platform}"), day=room.gone_on),
        viewer.t("card.body.what_to_do"),
        status="attention",
        actions=actions(viewer, room.actions),
    )


def past_row(line: MeetingLine, view: BodyView, viewer: Viewer) -> Row:
    """Returns a meeting that was held, with its minutes and its short account one press away."""
    row = meeting_row(line, viewer)
    papers = {"minutes.show": view.with_minutes, "summary.show": view.with_summaries}
    leads = [name for name, meetings in papers.items() if line.meeting.id in meetings]
    return replace(row, actions=tuple(goes_to(viewer, name, meeting_id=line.meeting.id) for name in leads))


def seat_rows(seats: Iterable[SeatOnDay], viewer: Viewer) -> list[Row]:
    """Returns who sits there, by organisation."""
    by_organisation: dict[str, list[SeatOnDay]] = {}
    for seat in seats:
        by_organisation.setdefault(seat.organisation, []).append(seat)
    return [
        Row(
            organisation,
            "\n".join(seat_line(seat, viewer) for seat in held),
            status="" if all(seat.holder for seat in held) else "warning",
        )
        for organisation, held in by_organisation.items()
    ]


def seat_line(seat: SeatOnDay, viewer: Viewer) -> str:
    deputies = format_list(viewer.lang, [deputy.name for deputy in seat.deputies])
    return joined(
        seat.holder.name if seat.holder else viewer.t("card.body.vacant"),
        short_role(seat.role),
        viewer.say(seat.standing),
        viewer.t("card.body.chairs") if seat.chairs else "",
        viewer.t("card.body.deputies", names=deputies) if deputies else "",
    )
