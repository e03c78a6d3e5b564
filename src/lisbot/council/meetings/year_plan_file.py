"""Year plans for many councils at once, read from a CSV file that somebody has filled in.

The same file can be loaded again: a row that is there already changes nothing, and one that differs changes its meeting
once that is confirmed.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from pydantic_core import SchemaValidator, ValidationError
from sqlalchemy import select

from lisbot.council.core.access import bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Detail, Invalid
from lisbot.council.core.fields import Day, Hour, Line, Link, WholeFile
from lisbot.council.core.schemas import TODAY, value_validator
from lisbot.council.core.written_hours import read_hours
from lisbot.council.meetings.moving import change_meeting
from lisbot.council.meetings.plan_matching import MAX_ERRORS, PlanRow, match_rows
from lisbot.council.meetings.views import YearPlansView
from lisbot.council.meetings.year_plan import add_dates, year_plan_view
from lisbot.council.models import Body
from lisbot.texts import sort_key

COLUMNS: dict[str, SchemaValidator] = {
    "body": value_validator(Line),
    "date": value_validator(Day),
    "starts": value_validator(Hour),
    "ends": value_validator(Hour),
    "place": value_validator(Line),
    "link": value_validator(Link),
    "ends_on": value_validator(Day),
}
# The same columns as those who write the file call them, in bokmål and nynorsk.
COLUMN_NAMES = {
    "råd": "body",
    "dato": "date",
    "møtedato": "date",
    "start": "starts",
    "begynner": "starts",
    "slutt": "ends",
    "slutter": "ends",
    "sted": "place",
    "stad": "place",
    "lenke": "link",
    "lenkje": "link",
    "siste dag": "ends_on",
    "last day": "ends_on",
}
DELIMITERS = ";\t,"
UNSEEN = " \t\u00a0\u200b\ufeff"  # what a cell may hold without anything in it


async def load(act: Act, *, plan: WholeFile) -> YearPlansView:
    """Set the dates of many councils at once, from a CSV with body, date, starts, ends, place, link and ends_on. What
    is there already stays, and what differs is changed.

    Returns YearPlansView. Raises Invalid with every line that is wrong. Asks first what is changed.
    """
    rows = await read_plan(act, plan)
    found = await match_rows(act, rows)
    changed = [meeting.id for meeting, _ in found.changed]
    for number, (meeting, planned) in enumerate(found.changed, start=1):
        await change_meeting(act, meeting, planned, field="plan", always_asks=True, moved_next=changed[number:])
    await add_dates(act, found.new, field="plan")
    bodies = {row.body.id: row.body for row in rows}
    collate = sort_key(act.by.lang)
    years = sorted(
        {(row.body.id, row.day.year) for row in rows},
        key=lambda plan: (collate(bodies[plan[0]].name), plan),
    )
    return YearPlansView(
        plans=tuple([await year_plan_view(act, bodies[body_id], year) for body_id, year in years]),
        added=len(found.new),
        changed=len(found.changed),
        unchanged=found.unchanged,
        changed_ids=tuple(changed),
    )


@dataclass(frozen=True)
class Table:
    """A file's rows, each with its line: those in which something is written."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(text: str) -> Table:
    """Returns the rows of a file, the first of them its columns. Spreadsheets write semicolons, tabs or commas, a mark
    before the first letter, and rows and columns of nothing but separators."""
    text = text.lstrip("\ufeff")
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip(UNSEEN + DELIMITERS) and line[:4] != "sep="), 0)
    delimiter = max(DELIMITERS, key=lines[start].count)
    reader = csv.reader(StringIO("\n".join(lines[start:])), delimiter=delimiter)
    rows = [(start + reader.line_num, [cell.strip(UNSEEN) for cell in cells]) for cells in reader]
    rows = [(line, cells) for line, cells in rows if any(cells)]
    names = [cell.lower() for cell in rows[0][1]] if rows else []
    while names and not names[-1]:
        names.pop()
    return Table([COLUMN_NAMES.get(name, name) for name in names], rows[1:])


async def read_plan(act: Act, text: str) -> list[PlanRow]:
    """Returns the rows of a plan. Raises Invalid with the errors of all of them, each with its line."""
    try:
        table = read_table(text)
    except csv.Error:
        raise Invalid("plan_columns", field="plan", columns="CSV") from None
    missing = [name for name in ("body", "date") if name not in table.columns]
    unknown = [name for name in table.columns if name not in COLUMNS]
    if missing or unknown:
        named = ", ".join(name[:40] or "–" for name in (missing + unknown)[:10])
        raise Invalid("plan_columns", field="plan", columns=named)
    own = select(Body).where(Body.id.in_(bodies_where(act.by, act.needs)))
    bodies = {name.casefold(): b for b in await act.db.scalars(own) for name in (b.key, b.name)}
    found: list[PlanRow] = []
    wrong: list[Detail] = []
    for line, cells in table.rows:
        values, errors = read_cells(line, table.columns, cells, act.today)
        body = bodies.get(str(values.get("body", "")).casefold())
        if body is None:
            given = dict(zip(table.columns, cells, strict=False)).get("body", "")
            errors.append(("plan_body", {"line": line, "key": given[:40]}))
        elif "date" not in values and not any(detail["column"] == "date" for _, detail in errors):
            errors.append(("plan_value", {"line": line, "column": "date", "given": ""}))
        wrong += errors
        if body is not None and not errors:
            found.append(plan_row(line, body, values))
    if wrong or not found:
        raise Invalid("plan_lines", field="plan", details=wrong[:MAX_ERRORS])
    return found


def read_cells(
    line: int, columns: Sequence[str], cells: Sequence[str], today: date
) -> tuple[dict[str, Any], list[Detail]]:
    """Returns what is written in a row, by column, and what of it cannot be read."""
    values: dict[str, Any] = {}
    errors: list[Detail] = []
    for number, given in enumerate(cells):
        if not given:
            continue
        name = columns[number] if number < len(columns) else "–"
        parts = {name: given}
        if name == "starts" and (hours := read_hours(given)):
            parts = dict(zip(("starts", "ends"), hours, strict=True))
        try:
            for column, part in parts.items():
                values[column] = COLUMNS[column].validate_python(part, context={TODAY: today})
        except (ValidationError, KeyError):
            errors.append(("plan_value", {"line": line, "column": name, "given": given[:40]}))
    return values, errors


def plan_row(line: int, body: Body, values: Mapping[str, Any]) -> PlanRow:
    return PlanRow(
        line=line,
        body=body,
        day=values["date"],
        starts=values.get("starts"),
        ends=values.get("ends"),
        place=values.get("place"),
        link=values.get("link"),
        ends_on=values.get("ends_on"),
    )
