"""What stands over a council's document on paper."""

from datetime import date

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Fact, Letterhead, pairs
from lisbot.council.register.views.refs import BodyRef
from lisbot.texts import format_day, text


def letterhead(
    body: BodyRef, kind: str, viewer: Viewer, *, on: date | None = None, goes_out: bool = False
) -> Letterhead:
    """Returns the letterhead of a document. `on`: its date, today where it has none yet."""
    return Letterhead(body.region, body.name, kind, on or viewer.today, goes_out)


def letterhead_facts(letterhead: Letterhead, lang: str) -> tuple[Fact, ...]:
    """Returns what a letterhead says beside whose it is: what the document is, its date, to whom it goes."""
    to, copy = (text(lang, f"card.letterhead.{who}") if letterhead.goes_out else "" for who in ("members", "readers"))
    return pairs(
        [
            (text(lang, "card.letterhead.document"), text(lang, f"card.letterhead.{letterhead.kind}")),
            (text(lang, "card.letterhead.date"), format_day(lang, letterhead.on)),
            (text(lang, "card.letterhead.to"), to),
            (text(lang, "card.letterhead.copy"), copy),
        ]
    )
