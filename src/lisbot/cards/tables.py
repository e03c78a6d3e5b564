"""The lists that are tables: a council's year, its register, how the councils stand. For a platform that has tables.

A cell is a text, a number, or a day: what is counted or dated is sorted as such where it is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lisbot.cards.draw import draw_sheet, row_actions, table_rows
from lisbot.cards.meetings.meetings import hours, stage
from lisbot.cards.register.terms import rank_name
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Row, Section, Sheet, joined
from lisbot.council.meetings.views import YearPlanView
from lisbot.council.overview.views import BodyStatus, DashboardView
from lisbot.council.register.views.seats import RegisterView, SeatHistory

Cell = str | int | date | None
Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen of a table's lines: what is done, and with which of them."""

    title: str
    lines: tuple[tuple[str, Action], ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A sheet without the list that is its table, the table, and what may be done with its lines."""

    sheet: Sheet
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    choices: tuple[Choice, ...]


def draw_table(shows: str, view: Any, viewer: Viewer) -> DataTable | None:
    """Returns what is shown as a table; None for what is none, or has no line."""
    if shows not in TABLES:
        return None
    sheet = draw_sheet(shows, view, viewer)
    rows, columns = TABLES[shows](view, viewer)
    listed = [each for each in sheet.sections if is_listed(each, shows, viewer)]
    if not listed or not rows:
        return None
    rest = tuple(each for each in sheet.sections if each not in listed)
    return DataTable(replace(sheet, sections=rest), columns, rows, line_choices(listed, viewer))


def is_listed(section: Section, shows: str, viewer: Viewer) -> bool:
    """Returns whether a section is of the list that its sheet is about, and so in the table: one without a heading, or
    of the register an organisation's seats."""
    if shows == "register":
        return not section.is_detail and section.heading != viewer.t("card.register.changes")
    return not section.heading and bool(section.rows or section.table)


def line_choices(listed: Sequence[Section], viewer: Viewer) -> tuple[Choice, ...]:
    """Returns what the buttons of the lines do, each with the lines that have it."""
    found: dict[tuple[str, bool, str], list[tuple[str, Action]]] = {}
    for section in listed:
        for line in (*section.rows, *(table_rows(section.table) if section.table else ())):
            name = line_name(section, line)
            for action in row_actions(line, viewer):
                found.setdefault((action.command, action.asks, action.title), []).append((name, action))
    return tuple(Choice(title, tuple(each)) for (_, _, title), each in found.items())


def line_name(section: Section, line: Row) -> str:
    """Returns what a line is called: under the heading it stood under, of which there are no others in a select."""
    return " ".join(joined(section.heading, line.title, by=": ").split())


def names(viewer: Viewer, key: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(viewer.t(f"export.{key}.{name}") for name in columns)


def year_plan_rows(view: YearPlanView, viewer: Viewer) -> tuple[tuple[Cells, ...], tuple[str, ...]]:
    rows = tuple(
        (line.meeting.held_on, hours(line.meeting, viewer), line.meeting.place, stage(line, viewer))
        for line in view.meetings
    )
    return rows, names(viewer, "year_plan", ("held_on", "hours", "place", "stage"))


def register_rows(view: RegisterView, viewer: Viewer) -> tuple[tuple[Cells, ...], tuple[str, ...]]:
    rows = tuple(row for seat in view.seats for row in term_cells(seat, viewer))
    return rows, names(viewer, "register", ("seat", "standing", "rank", "name", "from_on", "to_on"))


def term_cells(seat: SeatHistory, viewer: Viewer) -> list[Cells]:
    about = (seat.name, viewer.say(seat.standing))
    rows: list[Cells] = [
        (*about, rank_name(term.rank, viewer), person_name(term.name, term.email), term.from_on, term.to_on)
        for term in seat.terms
    ]
    if seat.vacant_from is not None:
        rows.append((*about, rank_name(0, viewer), viewer.t("card.body.vacant"), seat.vacant_from, None))
    return rows


def person_name(name: str, email: str | None) -> str:
    return f"{name} ({email})" if email else name


def dashboard_rows(view: DashboardView, viewer: Viewer) -> tuple[tuple[Cells, ...], tuple[str, ...]]:
    columns = ("body", "next", "due_on", "due", "waiting", "silent", "unanswered", "votes")
    return tuple(body_cells(status, viewer) for status in view.bodies), names(viewer, "dashboard", columns)


def body_cells(status: BodyStatus, viewer: Viewer) -> Cells:
    first = min(status.due, key=lambda due: due.on, default=None)
    return (
        status.body.name,
        status.next.held_on if status.next else None,
        first.on if first else None,
        viewer.t(f"export.due.{first.what}") if first else "",
        status.waiting,
        status.silent,
        status.unanswered,
        status.open_votes,
    )


TABLES: Mapping[str, Callable[[Any, Viewer], tuple[tuple[Cells, ...], tuple[str, ...]]]] = {
    "dashboard": dashboard_rows,
    "register": register_rows,
    "year_plan": year_plan_rows,
}
