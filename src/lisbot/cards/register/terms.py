"""How a term is told: its period, and whether it is a deputy's."""

from datetime import date

from lisbot.cards.viewer import Viewer
from lisbot.council.register.views.seats import TermLine
from lisbot.texts import format_day


def term_line(term: TermLine, viewer: Viewer) -> str:
    t, who = viewer.t, term.name
    if term.email is not None:
        who += f" ({term.email or t('card.register.no_email')})"
    return f"{rank_name(term.rank, viewer)}: {who}, {period(term.from_on, term.to_on, viewer)}"


def period(from_on: date, to_on: date | None, viewer: Viewer) -> str:
    """Returns from when to when, in words: what is to come is not said to last until now."""
    begins = format_day(viewer.lang, from_on)
    if to_on is not None:
        return f"{begins} – {format_day(viewer.lang, to_on)}"
    if from_on > viewer.today:
        return viewer.t("card.register.from", day=begins)
    return f"{begins} – {viewer.t('card.register.now')}"


def rank_name(rank: int, viewer: Viewer) -> str:
    if rank == 0:
        return viewer.t("card.register.representative")
    return viewer.t("card.register.deputy", rank=rank)
