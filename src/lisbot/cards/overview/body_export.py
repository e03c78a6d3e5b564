"""All of a council as one file: how much of what, and the file's tables."""

import json
from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, section, sheet
from lisbot.council.overview.views import BodyExportView

COUNTED = ("seat", "term", "person", "meeting", "agenda_item", "council_case", "vote", "minutes_version")


def body_export(view: BodyExportView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    return sheet(
        t("card.body_export.title", body=view.body.name),
        lines=[t("card.body_export.file"), t("card.body_export.withheld"), t("card.body_export.logged")],
        sections=[
            section(
                t("card.body_export.parts"),
                facts=[(t(f"card.body_export.{name}"), str(len(view.rows.get(name, ())))) for name in COUNTED],
            )
        ],
        opens=Opens("body.export", about),
        up=Opens("body.show_settings", about),
    )


def body_files(view: BodyExportView, viewer: Viewer) -> dict[str, Any]:
    """Returns the files of a council's archive: a table for each kind of row, all of it as data, and what it is."""
    tables = {
        f"{name}.csv": (columns, [[cell(row.get(column)) for column in columns] for row in rows])
        for name, rows in view.rows.items()
        for columns in [list(dict.fromkeys(column for row in rows for column in row))]
    }
    names = "\n".join(f"{name}: {len(rows)}" for name, (_, rows) in tables.items())
    about = viewer.t("card.body_export.about", body=view.body.name, at=view.at)
    data = {"body": view.body.name, "at": view.at.isoformat(), "rows": dict(view.rows)}
    return {"README.txt": f"{about}\n\n{names}\n", "data.json": data, **tables}


def cell(value: Any) -> str:
    """Returns a value as a cell has it."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
