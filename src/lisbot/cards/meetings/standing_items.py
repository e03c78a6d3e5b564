"""The items that stand on every agenda of a council."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, joined, section, sheet
from lisbot.council.meetings.views import StandingItemsView


def standing_items(view: StandingItemsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.standing_items.title", body=view.body.name),
        lines=[t("card.standing_items.intro"), "" if view.items else t("card.standing_items.none")],
        sections=[
            section(
                rows=[
                    Row(
                        item.title,
                        note=joined(
                            viewer.say(item.kind),
                            t("card.duration_minutes", count=item.duration_minutes) if item.duration_minutes else "",
                            t("arg.comes_last") if item.comes_last else "",
                        ),
                        mark=f"{place}.",
                    )
                    for place, item in enumerate(view.items, start=1)
                ]
            )
        ],
        actions=actions(viewer, view.actions, positive=["standing_item.set_all"]),
        opens=Opens("standing_item.show", {"body_id": view.body.id}),
        up=Opens("body.show", {"body_id": view.body.id}),
    )
