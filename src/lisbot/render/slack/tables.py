"""Tables as Slack's own: sorted and paged by the client, in as many blocks as it takes. Pure.

docs.slack.dev, "Data table block" (looked up 2026-11-25); slack_sdk 3.48 has no model of it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lisbot.render.slack.inputs import CannotDraw
from lisbot.render.slack.limits import (
    BUTTON,
    OPTION,
    OPTION_VALUE,
    OPTIONS,
    PLACEHOLDER,
    TABLE_COLUMNS,
    TABLE_PAGE,
    TABLE_ROWS,
    TABLE_TEXT,
)
from lisbot.render.slack.mrkdwn import Block, batches, length, plain_text
from lisbot.render.words import clean
from lisbot.texts import format_day

Row = Sequence[str | int | date | None]

NOTHING = "–"  # Slack takes no empty cell
MAX_PRESSED = 1000  # buttons and selects of a card
CHUNK = TABLE_TEXT // 2  # characters of one table, so that two have room in a message


def data_tables(caption: str, columns: Sequence[str], rows: Sequence[Row], lang: str) -> list[Block]:
    """Returns a table in as few blocks as hold it, each under the same header. Raises CannotDraw for one that has too
    many columns."""
    if not 0 < len(columns) <= TABLE_COLUMNS:
        raise CannotDraw(f"a table of {len(columns)} columns")
    header = [raw_text(name) for name in columns]
    drawn = draw_cells(rows, lang)
    parts = list(chunks(drawn, weight(header)))
    return [
        {
            "type": "data_table",
            "caption": caption if len(parts) == 1 else f"{caption} ({number}/{len(parts)})",
            "row_header_column_index": 0,
            "page_size": min(len(part), TABLE_PAGE),
            "rows": [header, *part],
        }
        for number, part in enumerate(parts, start=1)
    ]


def draw_cells(rows: Sequence[Row], lang: str) -> list[list[Block]]:
    """Returns rows of cells. A column of numbers or of days is sorted as such, what is empty first."""
    kinds = [column_kind(column) for column in zip(*rows, strict=True)]
    return [[draw_cell(cell, kind, lang) for cell, kind in zip(row, kinds, strict=True)] for row in rows]


def column_kind(cells: Sequence[object]) -> type:
    for kind in (int, date):
        if all(cell is None or isinstance(cell, kind) for cell in cells) and any(cell is not None for cell in cells):
            return kind
    return str


def draw_cell(cell: str | int | date | None, kind: type, lang: str) -> Block:
    if kind is str:
        return raw_text(words_of(cell, lang))
    value = cell.year * 10_000 + cell.month * 100 + cell.day if isinstance(cell, date) else cell
    return {"type": "raw_number", "value": value or 0, "text": words_of(cell, lang) or NOTHING}


def words_of(cell: str | int | date | None, lang: str) -> str:
    return format_day(lang, cell) if isinstance(cell, date) else "" if cell is None else str(cell)


def raw_text(words: str) -> Block:
    return {"type": "raw_text", "text": clean(words).strip() or NOTHING}


def chunks(rows: Sequence[list[Block]], header: int) -> Iterator[list[list[Block]]]:
    """Yields rows in parts that each fit in one table. Raises CannotDraw for a row that fits in none."""
    part: list[list[Block]] = []
    filled = header
    for row in rows:
        own = weight(row)
        if header + own > TABLE_TEXT:
            raise CannotDraw(f"a row of {own} characters")
        if part and (len(part) == TABLE_ROWS or filled + own > CHUNK):
            yield part
            part, filled = [], header
        part.append(row)
        filled += own
    yield part


def weight(cells: Sequence[Block]) -> int:
    """Returns how many characters there are in cells."""
    return sum(length(str(cell["text"])) for cell in cells)


def choosers(count: int, verb: str, title: str, lines: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Block]:
    """Returns selects that do one thing with the line that is chosen. Raises CannotDraw for what no option carries.

    `count`: the number of the first among what can be pressed on the card."""
    options = []
    for name, data in lines:
        value = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        if length(value) > OPTION_VALUE:
            raise CannotDraw(f"an option that carries {length(value)} characters")
        options.append({"text": plain_text(name, OPTION), "value": value})
    return [
        {
            "type": "static_select",
            "action_id": f"{count + number * MAX_PRESSED}:{verb}",
            "placeholder": plain_text(title, min(PLACEHOLDER, BUTTON)),
            "options": part,
        }
        for number, part in enumerate(batches(options, OPTIONS))
    ]
