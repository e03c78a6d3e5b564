"""The menu: what lisbot can do for somebody."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Sheet,
    action,
    actions,
    goes_to,
    section,
    sheet,
)
from lisbot.council.overview.views import (
    Doubt,
    MenuView,
    Offer,
)
from lisbot.council.register.views.refs import BodyRef
from lisbot.texts import LANGUAGES, text


def menu(view: MenuView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.menu.title"),
        lines=[question(view, viewer) or viewer.t("card.menu.intro"), viewer.t("card.menu.type")],
        answers=[offered(view, offer, viewer) for offer in view.offers],
        sections=[
            section(
                viewer.t("card.menu.bodies"),
                rows=[body_row(body, len(view.bodies) > 1, viewer) for body in view.bodies],
            ),
        ],
        actions=[*actions(viewer, view.actions), *languages(viewer)],
        opens=Opens("worklist.show", {}),
    )


def question(view: MenuView, viewer: Viewer) -> str:
    """Returns what is asked of what the viewer typed; "" where it was understood."""
    match view.doubt:
        case Doubt.MISTYPED:
            return viewer.t("card.menu.unsure", said=view.said)
        case Doubt.WHICH_BODY:
            return viewer.t("card.menu.which_body")
        case Doubt.NO_SUCH_BODY:
            return viewer.t("card.menu.no_such_body", said=view.said)
        case Doubt.NO_BODY:
            return viewer.t("card.menu.no_body", said=view.said)
    return ""


def offered(view: MenuView, offer: Offer, viewer: Viewer) -> Action:
    """Returns the button of what the viewer may have meant."""
    is_phrase = view.doubt is Doubt.MISTYPED
    title = viewer.t("card.menu.did_you_mean", phrase=offer.name) if is_phrase else offer.name
    return action(viewer, offer.action, title=title)


def body_row(body: BodyRef, is_one_of_several: bool, viewer: Viewer) -> Row:
    """Returns one of the viewer's councils; where there are several, with the way to its meetings."""
    sees_year = is_one_of_several and viewer.allows("year_plan.show", body.id)
    meetings = goes_to(viewer, "year_plan.show", title=viewer.t("card.body.meetings"), body_id=body.id)
    return Row(body.name, note=body.region, opens=body_opens(body), actions=(meetings,) if sees_year else ())


def body_opens(body: BodyRef) -> Opens | None:
    return Opens("body.show", {"body_id": body.id}) if body.may_view else None


def languages(viewer: Viewer) -> list[Action]:
    return [
        Action(text(lang, "card.menu.this_language"), "person.choose_language", {"language": lang})
        for lang in LANGUAGES
        if lang != viewer.lang
    ]
