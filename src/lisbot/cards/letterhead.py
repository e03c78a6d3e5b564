"""What stands over a council's document on paper."""

from datetime import date

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Letterhead, pairs
from lisbot.council.register.views import BodyRef
from lisbot.texts import long_date


def letterhead(
    body: BodyRef, kind: str, viewer: Viewer, *, on: date | None = None, goes_out: bool = False
) -> Letterhead:
    """Returns the letterhead of a document. `kind`: what it is, a text key under card.letterhead; `on`: its date, today
    where it has none yet; `goes_out`: whether it is sent to those who sit there, and to those who only read agendas."""
    t = viewer.t
    return Letterhead(
        body.region,
        body.name,
        pairs(
            [
                (t("card.letterhead.document"), t(f"card.letterhead.{kind}")),
                (t("card.letterhead.date"), long_date(viewer.lang, on or viewer.today)),
                (t("card.letterhead.to"), t("card.letterhead.members") if goes_out else ""),
                (t("card.letterhead.copy"), t("card.letterhead.readers") if goes_out else ""),
            ]
        ),
    )
