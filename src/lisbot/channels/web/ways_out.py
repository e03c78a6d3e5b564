"""What may be taken along from which page, and where its link leads."""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlencode

from lisbot.cards import Sheet, exports
from lisbot.commands import COMMANDS
from lisbot.routes import query_values

MADE_OF: dict[str, Collection[str]] = {"calendar": exports.EVENTS, "csv": exports.TABLES, "text": exports.TEXTS}
# A meeting's page has its agenda to copy.
ON_PAGES = {"meeting.show": (("calendar", "meeting.show"), ("text", "agenda.show"))} | {
    command: tuple((form, command) for form in MADE_OF if COMMANDS[command].shows in MADE_OF[form])
    for command in ("agenda.show", "dashboard.show", "minutes.show", "register.show", "vote.show")
}


class WayOut(NamedTuple):
    """A link to what may be taken along. `form`: "text", "calendar" or "csv"."""

    form: str
    url: str


def ways_out(sheet: Sheet) -> list[WayOut]:
    """Returns what may be taken along from the page of a sheet."""
    if sheet.opens is None:
        return []
    query = urlencode(query_values(sheet.opens.arguments))
    found = ON_PAGES.get(sheet.opens.command, ())
    return [WayOut(form, f"/out/{form}/{command}" + (f"?{query}" if query else "")) for form, command in found]
