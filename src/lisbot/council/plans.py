"""Year plans for many councils at once, read from a file that somebody has filled in."""

import csv
from io import StringIO
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from lisbot.council import meetings
from lisbot.council.access import bodies_where
from lisbot.council.act import Act
from lisbot.council.errors import Detail, Invalid
from lisbot.council.meetings import Date, Year
from lisbot.council.models import Body
from lisbot.council.typed import Day, Hour, Line, Link, Table

MOST_ERRORS = 50  # of one plan, told at once


async def load(act: Act, *, plan: Table, confirm: bool = False) -> list[Year]:
    """Set the dates of many councils at once, from a CSV with body, date, starts, ends, place and link."""
    planned = await read_plan(act, plan)
    await meetings.add(act, planned, confirm, field="plan")
    seen = sorted({(d.body.id, d.day.year) for d in planned})
    bodies = {d.body.id: d.body for d in planned}
    return [await meetings.year_of(act, bodies[body_id], year) for body_id, year in seen]


COLUMNS: dict[str, TypeAdapter[Any]] = {
    "body": TypeAdapter(Line),
    "date": TypeAdapter(Day),
    "starts": TypeAdapter(Hour),
    "ends": TypeAdapter(Hour),
    "place": TypeAdapter(Line),
    "link": TypeAdapter(Link),
}


# The same in the words of those who write the file.
ALSO_CALLED = {
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


async def read_plan(act: Act, text: str) -> list[Date]:
    """The rows of a plan, all of them or the errors of all of them, each with its line."""
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    reader = csv.DictReader(StringIO(text.lstrip("\ufeff")), delimiter=delimiter)
    columns = [str(name).strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = [ALSO_CALLED.get(name, name) for name in columns]
    missing = [name for name in ("body", "date") if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if missing or unknown:
        raise Invalid(
            "plan_columns",
            field="plan",
            columns=", ".join(str(name)[:40] for name in (missing + unknown)[:10]),
        )
    mine = select(Body).where(Body.id.in_(bodies_where(act.by, act.needs)))
    bodies = {name.casefold(): b for b in await act.db.scalars(mine) for name in (b.key, b.name)}
    found: list[Date] = []
    wrong: list[Detail] = []
    for row in reader:
        values: dict[str, Any] = {}
        for name, given in row.items():
            try:
                if given:
                    values[name] = COLUMNS[name].validate_python(given)
            except (ValidationError, KeyError):
                wrong.append(
                    ("plan_value", {"line": reader.line_num, "column": name, "given": str(given)[:40]})
                )
        body = bodies.get(str(values.get("body", "")).casefold())
        if body is None:
            wrong.append(("plan_body", {"line": reader.line_num, "key": str(row.get("body"))[:40]}))
        elif "date" not in values:
            if row.get("date"):
                continue
            wrong.append(("plan_value", {"line": reader.line_num, "column": "date", "given": ""}))
        else:
            found.append(
                Date(
                    body,
                    values["date"],
                    values.get("starts", meetings.NINE),
                    values.get("ends", meetings.THREE),
                    values.get("place", ""),
                    values.get("link", ""),
                )
            )
    if wrong or not found:
        raise Invalid("plan_lines", field="plan", details=wrong[:MOST_ERRORS])
    return found
