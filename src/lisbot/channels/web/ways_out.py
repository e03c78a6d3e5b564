"""What may be taken along from which page, and where its link leads."""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlencode

from lisbot.cards import Sheet, exports
from lisbot.commands import COMMANDS
from lisbot.routes import query_values

MADE_OF: dict[str, Collection[str]] = {
    "calendar": exports.EVENTS,
    "csv": exports.TABLES,
    "json": exports.DATA,
    "text": exports.TEXTS,
    "zip": exports.ARCHIVES,
}
# A meeting's page has its agenda to copy.
ON_PAGES = {
    "meeting.show": (("calendar", "meeting.show"), ("text", "agenda.show")),
} | {
    command: tuple((form, command) for form in MADE_OF if COMMANDS[command].shows in MADE_OF[form])
    for command in (
        "agenda.show",
        "body.export",
        "dashboard.show",
        "minutes.show",
        "person.show_data",
        "register.show",
        "vote.show",
    )
}


# What is asked for beside what the page shows.
ALSO = {"zip": {"whole": "true"}}


class WayOut(NamedTuple):
    """Something that may be taken along: "text" is a page, "calendar" and "csv" are files. `given`: of what."""

    form: str
    path: str
    given: dict[str, str]

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode(self.given)}" if self.given else self.path


def ways_out(sheet: Sheet) -> list[WayOut]:
    """Returns what may be taken along from the page of a sheet."""
    if sheet.opens is None:
        return []
    given = query_values(sheet.opens.arguments)
    found = ON_PAGES.get(sheet.opens.command, ())
    return [WayOut(form, f"/out/{form}/{command}", given | ALSO.get(form, {})) for form, command in found]
