"""Drawing a reply once its transaction is over."""

from typing import NamedTuple

from lisbot.cards import Card, Opens, draw_card, draw_sheet
from lisbot.cards.draw import FORM, sheet_card
from lisbot.commands import Reply


class Drawing(NamedTuple):
    """A reply's card, whole, and what shows the same again: None for a form."""

    card: Card
    opens: Opens | None = None


def draw_reply(reply: Reply) -> Drawing | None:
    """Returns what is shown of a reply; None where its words are all there is, and they may be empty."""
    if reply.view is None or reply.viewer is None:
        return None
    if reply.shows == FORM:
        return Drawing(draw_card(reply.shows, reply.view, reply.viewer))
    sheet = draw_sheet(reply.shows, reply.view, reply.viewer)
    return Drawing(sheet_card(sheet, reply.shows, reply.viewer), sheet.opens)
