"""Facts about a thing, filled into its card for one viewer.

A card is shape (the JSON in cards/), facts (FACTS below) and words (texts), joined at the last moment in
the viewer's language. Text in a card is plain text: each face escapes it for the place it appears.
"""

from typing import Any

from lisbot.cards.fill import Card, fill, template
from lisbot.cards.form import Asked, Field, label
from lisbot.cards.viewer import Facts, Viewer, button
from lisbot.texts import section

__all__ = ["FACTS", "Asked", "Card", "Facts", "Field", "Viewer", "button", "draw", "facts", "label"]

from lisbot.cards import form

FACTS: dict[str, Facts] = {
    "form": form.facts,
}


def draw(shows: str, thing: Any, viewer: Viewer) -> Card:
    """The card of a thing, as this viewer may see it, in their language."""
    data = facts(shows, thing, viewer)
    card: Card = fill(template(shows), data | {"t": section(viewer.lang, f"card.{shows}")})
    card["lang"] = viewer.lang
    if buttons := data.get("buttons"):
        card["actions"] = buttons
    return card


def facts(shows: str, thing: Any, viewer: Viewer) -> dict[str, Any]:
    """What there is to say of a thing to this viewer: the card's facts, and the page's."""
    return FACTS[shows](thing, viewer)
