"""What lisbot knows about somebody: how much of what, and the whole as a file."""

from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, goes_to, section, sheet
from lisbot.council.register.views.people import PersonDataView


def person_data(view: PersonDataView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.person_data.own") if view.is_own else t("card.person_data.title", name=view.name),
        subtitle=view.email,
        lines=[t("card.person_data.file"), t("card.person_data.ask")],
        facts=[(t("arg.name"), view.name)],
        sections=[
            section(
                t("card.person_data.parts"),
                facts=[(t(f"card.person_data.{part}"), str(count)) for part, count in view.counts],
            )
        ],
        actions=[goes_to(viewer, "consent.show"), goes_to(viewer, "roster.show")] if view.is_own else (),
        opens=Opens("person.show_data", {"person_id": view.id}),
        up=Opens("worklist.show", {}) if view.is_own else Opens("person.show", {"person_id": view.id}),
    )


def as_json(view: PersonDataView, _viewer: Viewer) -> dict[str, Any]:
    """Returns the whole as data, for a file."""
    return {"id": view.id, "name": view.name, "email": view.email, "at": view.at.isoformat(), "rows": dict(view.rows)}
