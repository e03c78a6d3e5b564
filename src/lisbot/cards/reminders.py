"""Reminders: what was done, and a body's plan of them."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, actions, section, sheet
from lisbot.council.reminders.views import PlannedReminder, ReminderPlanView, ReminderView


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


def reminder_plan(view: ReminderPlanView, viewer: Viewer) -> Sheet:
    """Returns when people are reminded of what, a section for each."""
    kinds = dict.fromkeys(step.what for step in view.steps)
    return sheet(
        viewer.t("card.reminder_plan.title"),
        subtitle=view.body.name,
        lines=[viewer.t("card.reminder_plan.intro")],
        sections=[
            section(
                viewer.say(what),
                facts=[(viewer.say(step.stage), days_before(step, viewer)) for step in view.steps if step.what is what],
            )
            for what in kinds
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("reminder_plan.show", {"body_id": view.body.id}),
        up=Opens("body.show", {"body_id": view.body.id}),
    )


def days_before(step: PlannedReminder, viewer: Viewer) -> str:
    if step.days is None:
        return viewer.t("card.reminder_plan.never")
    if step.days == 0:
        return viewer.t("card.reminder_plan.same_day")
    return viewer.t("card.reminder_plan.days", count=step.days)
