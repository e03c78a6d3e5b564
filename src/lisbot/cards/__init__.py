"""Facts about a thing, filled into its card for one viewer.

A card is shape (the JSON in cards/), facts (FACTS below) and words (texts), joined at the last moment in
the viewer's language. Text in a card is plain text: each face escapes it for the place it appears.
"""

from typing import Any

from lisbot.cards import councils, form, meetings, members, minutes, proposals, sheet, votes
from lisbot.cards.fill import Card, fill, template
from lisbot.cards.form import Asked, Field, is_text, label
from lisbot.cards.viewer import Facts, Viewer, button

__all__ = [
    "FACTS",
    "Asked",
    "Card",
    "Facts",
    "Field",
    "Viewer",
    "button",
    "draw",
    "draw_and_place",
    "facts",
    "is_text",
    "label",
]

FACTS: dict[str, Facts] = {
    "form": form.facts,
    "menu": members.menu,
    "mine": members.mine,
    "language": members.language,
    "nothing": members.nothing,
    "verified": members.verified,
    "overview": councils.overview,
    "body": councils.body,
    "room": councils.room,
    "year": councils.year,
    "years": councils.years,
    "register": councils.register,
    "change": councils.change,
    "call": proposals.call,
    "proposal": proposals.proposal,
    "triage": proposals.triage,
    "meeting": meetings.meeting,
    "agenda": meetings.agenda,
    "forecast": meetings.forecast,
    "vote": votes.vote,
    "outcome": minutes.outcome,
    "outcomes": minutes.outcomes,
    "minutes": minutes.minutes,
}


def draw(shows: str, thing: Any, viewer: Viewer, *, whole: bool = False) -> Card:
    """The card of a thing, as this viewer may see it, in their language. `whole`: not cut to Teams' size."""
    return draw_and_place(shows, thing, viewer, whole=whole)[0]


def draw_and_place(shows: str, thing: Any, viewer: Viewer, *, whole: bool = False) -> tuple[Card, str]:
    """The card, and where on the pages the same is shown; nothing where it is on none."""
    data = facts(shows, thing, viewer)
    if shows == "form":
        card: Card = fill(template("form"), data)
    else:
        card = fill(template("sheet"), sheet.whole(data) if whole else sheet.for_card(data, viewer))
        card["actions"] = [
            pressed | ({"mode": "secondary"} if number >= sheet.PRIMARY else {})
            for number, pressed in enumerate(data["buttons"])
        ]
    card["lang"] = viewer.lang
    return card, data.get("href", "")


def facts(shows: str, thing: Any, viewer: Viewer) -> dict[str, Any]:
    """What there is to say of a thing to this viewer: the card's facts, and the page's."""
    return FACTS[shows](thing, viewer)
