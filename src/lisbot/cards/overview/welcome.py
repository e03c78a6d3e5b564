"""A council to whoever is new in it."""

from lisbot.cards.overview.attention import nearest_first
from lisbot.cards.overview.worklist import (
    asked_vote_row,
    call_row,
    closing_day,
    coming_row,
    invitation_row,
    minutes_row,
)
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, goes_to, joined, section, sheet
from lisbot.council.overview.views import WelcomeView


def welcome(view: WelcomeView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    asked = nearest_first(
        *((task.until, call_row(task, viewer)) for task in view.calls),
        *((closing_day(vote, viewer), asked_vote_row(vote, viewer)) for vote in view.votes),
        *((task.meeting.held_on, invitation_row(task, viewer)) for task in view.invitations),
    )
    return sheet(
        t("card.welcome.title", body=view.body.name),
        subtitle=joined(*view.seats),
        sections=[
            section(t("card.worklist.asked"), rows=asked),
            section(
                t("card.worklist.meetings"),
                lines=() if view.meetings else [t("card.body.no_meetings")],
                rows=[coming_row(meeting, viewer) for meeting in view.meetings],
            ),
            section(t("card.welcome.minutes"), rows=[minutes_row(view.minutes, viewer)] if view.minutes else ()),
            section(
                t("card.body_settings.mandate"),
                lines=view.mandate_text.split("\n"),
                facts=[
                    (t("arg.mandate_by"), view.mandate_by),
                    (t("arg.mandate_on"), viewer.say(view.mandate_on)),
                    (t("arg.mandate_basis"), view.legal_basis),
                ],
            ),
        ],
        actions=[
            goes_to(viewer, "body.show", body_id=view.body.id),
            goes_to(viewer, "register.show", body_id=view.body.id),
        ],
        opens=Opens("welcome.show", about),
        up=Opens("body.show", about),
    )
