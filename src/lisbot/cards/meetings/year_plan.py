"""A year plan, and those that were read from a file."""

from lisbot.cards.letterhead import letterhead
from lisbot.cards.meetings.meetings import meeting_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, actions, goes_to, section, sheet
from lisbot.council.enums import MeetingState
from lisbot.council.meetings.views import YearPlansView, YearPlanView


def year_plan(view: YearPlanView, viewer: Viewer) -> Sheet:
    t, body_id = viewer.t, view.body.id
    held = sum(line.state is not MeetingState.CANCELLED for line in view.meetings)
    usual = t("card.year_plan.usual", count=view.usual_count, held=held) if view.usual_count else ""
    years = [
        goes_to(viewer, "year_plan.show", title=str(year), body_id=body_id, year=year)
        for year in (view.year - 1, view.year + 1)
    ]
    return sheet(
        t("card.year_plan.title", body=view.body.name, year=view.year),
        lines=[usual],
        sections=[
            section(
                lines=() if view.meetings else [t("card.year_plan.empty")],
                rows=[meeting_row(line, viewer, with_actions=True) for line in view.meetings],
            )
        ],
        # Where there are no dates yet, to set them is what is next.
        actions=[*actions(viewer, view.actions, positive=() if view.meetings else ["year_plan.set_dates"]), *years],
        letterhead=letterhead(view.body, "year_plan", viewer),
        opens=Opens("year_plan.show", {"body_id": body_id, "year": view.year}),
        up=Opens("body.show", {"body_id": body_id}),
    )


def year_plans(view: YearPlansView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.year_plan.planned"),
        lines=[viewer.t("card.year_plan.counts", added=view.added, changed=view.changed, unchanged=view.unchanged)],
        sections=[
            section(
                viewer.t("card.year_plan.title", body=plan.body.name, year=plan.year),
                rows=[meeting_row(line, viewer) for line in plan.meetings],
            )
            for plan in view.plans
        ],
        opens=Opens("dashboard.show", {}),
    )
