"""Year plans for many councils at once, read from a CSV file that somebody has filled in."""

import csv
from io import StringIO
from typing import Any

from pydantic_core import SchemaValidator, ValidationError
from sqlalchemy import select

from lisbot.council.core.access import bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Detail, Invalid
from lisbot.council.core.fields import Day, Hour, Line, Link, WholeFile
from lisbot.council.core.schemas import value_validator
from lisbot.council.meetings.dates import DEFAULT_END, DEFAULT_START, PlannedDate
from lisbot.council.meetings.views import YearPlansView
from lisbot.council.meetings.year_plan import add_dates, year_plan_view
from lisbot.council.models import Body
from lisbot.texts import sort_key

MAX_ERRORS = 50  # of one file, told at once
COLUMNS: dict[str, SchemaValidator] = {
    "body": value_validator(Line),
    "date": value_validator(Day),
    "starts": value_validator(Hour),
    "ends": value_validator(Hour),
    "place": value_validator(Line),
    "link": value_validator(Link),
}
# The same columns as those who write the file call them, in bokmål and nynorsk.
COLUMN_NAMES = {
    "råd": "body",
    "dato": "date",
    "start": "starts",
    "begynner": "starts",
    "slutt": "ends",
    "slutter": "ends",
    "sted": "place",
    "stad": "place",
    "lenke": "link",
    "lenkje": "link",
}


async def load(act: Act, *, plan: WholeFile) -> YearPlansView:
    """Set the dates of many councils at once, from a CSV with body, date, starts, ends, place and link.

    Returns YearPlansView. Raises Invalid with every line that is wrong.
    """
    planned = await read_plan(act, plan)
    await add_dates(act, planned, field="plan")
    bodies = {each.body.id: each.body for each in planned}
    collate = sort_key(act.by.lang)
    years = sorted(
        {(each.body.id, each.day.year) for each in planned},
        key=lambda plan: (collate(bodies[plan[0]].name), plan),
    )
    return YearPlansView(tuple([await year_plan_view(act, bodies[body_id], year) for body_id, year in years]))


async def read_plan(act: Act, text: str) -> list[PlannedDate]:
    """Returns the rows of a plan. Raises Invalid with the errors of all of them, each with its line."""
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    columns = [str(name).strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = [COLUMN_NAMES.get(name, name) for name in columns]
    missing = [name for name in ("body", "date") if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if missing or unknown:
        named = ", ".join(str(name)[:40] for name in (missing + unknown)[:10])
        raise Invalid("plan_columns", field="plan", columns=named)
    own = select(Body).where(Body.id.in_(bodies_where(act.by, act.needs)))
    bodies = {name.casefold(): b for b in await act.db.scalars(own) for name in (b.key, b.name)}
    found: list[PlannedDate] = []
    wrong: list[Detail] = []
    for row in reader:
        values: dict[str, Any] = {}
        for name, given in row.items():
            try:
                if given:
                    values[name] = COLUMNS[name].validate_python(given)
            except (ValidationError, KeyError):
                wrong.append(("plan_value", {"line": reader.line_num, "column": name, "given": str(given)[:40]}))
        body = bodies.get(str(values.get("body", "")).casefold())
        if body is None:
            wrong.append(("plan_body", {"line": reader.line_num, "key": str(row.get("body"))[:40]}))
        elif "date" not in values:
            if row.get("date"):
                continue
            wrong.append(("plan_value", {"line": reader.line_num, "column": "date", "given": ""}))
        else:
            hours = (values.get("starts", DEFAULT_START), values.get("ends", DEFAULT_END))
            place, link = values.get("place", ""), values.get("link", "")
            found.append(PlannedDate(body, values["date"], *hours, place, link, values["date"]))
    if wrong or not found:
        raise Invalid("plan_lines", field="plan", details=wrong[:MAX_ERRORS])
    return found
