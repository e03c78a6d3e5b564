"""The menu: what lisbot can do for somebody."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Sheet,
    actions,
    section,
    sheet,
)
from lisbot.council.overview.views import (
    MenuView,
)
from lisbot.council.register.views import BodyRef
from lisbot.texts import LANGUAGES, text


def menu(view: MenuView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.menu.title"),
        lines=[viewer.t("card.menu.intro"), viewer.t("card.menu.type")],
        sections=[
            section(
                viewer.t("card.menu.bodies"),
                rows=[Row(body.name, note=body.region, opens=body_opens(body)) for body in view.bodies],
            ),
        ],
        actions=[*actions(viewer, view.actions), *languages(viewer)],
        opens=Opens("worklist.show", {}),
    )


def body_opens(body: BodyRef) -> Opens | None:
    return Opens("body.show", {"body_id": body.id}) if body.may_view else None


def languages(viewer: Viewer) -> list[Action]:
    return [
        Action(text(lang, "card.menu.this_language"), "person.choose_language", {"language": lang})
        for lang in LANGUAGES
        if lang != viewer.lang
    ]
