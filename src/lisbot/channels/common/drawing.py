"""Drawing a reply once its transaction is over."""

import logging
import secrets
from dataclasses import replace
from typing import NamedTuple

from lisbot.cards import Card, FormView, Opens, draw_card, draw_sheet
from lisbot.cards.draw import FORM, sheet_card
from lisbot.cards.views import sheet
from lisbot.commands import COMMANDS, Reply, changes_something
from lisbot.texts import text

log = logging.getLogger(__name__)


class Drawing(NamedTuple):
    """A reply's card, whole, and what shows the same again: None for a form."""

    card: Card
    opens: Opens | None = None


def confirmation(reply: Reply) -> tuple[str, ...]:
    """Returns what was done and whom it tells, line by line; nothing for what only looks."""
    return (reply.done, *reply.told) if reply.done else reply.told


def draw_reply(reply: Reply) -> Drawing | None:
    """Returns what is shown of a reply; None where its words are all there is, and they may be empty.

    What cannot be drawn was done all the same: a card says so, with a reference that is in the process's log.
    """
    if reply.view is None or reply.viewer is None:
        return None
    try:
        if reply.shows == FORM:
            return Drawing(draw_card(reply.shows, reply.view, reply.viewer))
        drawn = draw_sheet(reply.shows, reply.view, reply.viewer)
        drawn = replace(drawn, lines=(*confirmation(reply), *drawn.lines))
        return Drawing(sheet_card(drawn, reply.shows, reply.viewer), drawn.opens)
    except Exception:
        ref = secrets.token_hex(3)
        log.exception("what %s shows cannot be drawn, ref %s", reply.command, ref)
        is_done = reply.shows != FORM and changes_something(reply.command)
        key = "error.done_and_not_drawn" if is_done else "error.unexpected"
        return Drawing(sheet_card(sheet(text(reply.lang, key, ref=ref)), "sheet", reply.viewer))


def find_again(reply: Reply, opens: Opens | None) -> Opens | None:
    """Returns what shows the same as a reply once more: its own command if that changes nothing, else what the
    sheet says, if it is drawn as the same card. None for a form."""
    if isinstance(reply.view, FormView):
        return None
    if not changes_something(reply.command):
        return Opens(reply.command, reply.given)
    return opens if opens and COMMANDS[opens.command].shows == reply.shows else None
