"""Reminders: what was done, and a body's plan of them."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, sheet
from lisbot.council.reminders.views import ReminderView


def reminder(view: ReminderView, viewer: Viewer) -> Sheet:
    """Returns what was reminded of, and how many were told."""
    t = viewer.t
    return sheet(
        t("card.reminder.title"),
        subtitle=view.body.name,
        facts=[
            (t("card.reminder.what"), viewer.say(view.what)),
            (t("card.reminder.stage"), viewer.say(view.stage)),
        ],
        lines=[t("card.reminder.told", count=view.people)],
        up=Opens("body.show", {"body_id": view.body.id}),
    )
