"""The shape nearly everything lisbot shows has: a title, facts, sections of rows, and buttons.

Pages show a sheet whole. A card has less room: long texts are clipped and long lists end in "and n more",
with the page for the rest.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from lisbot.cards.viewer import Viewer

CLIP, ROWS, PRIMARY = 500, 15, 6
Data = dict[str, Any]


def sheet(
    title: str,
    *,
    subtitle: str = "",
    lines: Iterable[str] = (),
    facts: Iterable[tuple[str, str]] = (),
    sections: Iterable[Data | None] = (),
    buttons: Iterable[Data | None] = (),
    href: str = "",
    **more: Any,
) -> Data:
    """What there is to say of a thing. Empty lines, facts and sections are left out."""
    return {
        "title": title,
        "subtitle": subtitle,
        "lines": [line for line in lines if line],
        "facts": pairs(facts),
        "sections": [s for s in sections if s and not is_empty(s)],
        "buttons": [button for button in buttons if button],
        "href": href,
        **more,
    }


def section(
    heading: str = "",
    *,
    lines: Iterable[str] = (),
    facts: Iterable[tuple[str, str]] = (),
    rows: Iterable[Data] = (),
    buttons: Iterable[Data | None] = (),
    table: Data | None = None,
) -> Data:
    return {
        "heading": heading,
        "lines": [line for line in lines if line],
        "facts": pairs(facts),
        "rows": list(rows),
        "buttons": [button for button in buttons if button],
        "table": table,
    }


def is_empty(data: Data) -> bool:
    return not any(data[name] for name in ("lines", "facts", "rows", "buttons", "table"))


def row(
    title: str,
    text: str = "",
    note: str = "",
    *,
    href: str = "",
    status: str = "",
    buttons: Iterable[Data | None] = (),
) -> Data:
    """One line of a list. status: "", "good", "warning" or "attention", always said in words too."""
    return {
        "title": title,
        "text": text,
        "note": note,
        "href": href,
        "status": status,
        "buttons": [button for button in buttons if button],
    }


def table(columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> Data:
    """Rows of cells, each with the page it leads to."""
    return {"columns": list(columns), "rows": [{"href": href, "cells": list(cells)} for href, cells in rows]}


def pairs(facts: Iterable[tuple[str, str]]) -> list[Data]:
    return [{"title": title, "value": value} for title, value in facts if value]


def for_card(data: Data, viewer: Viewer) -> Data:
    """A sheet cut to a card's size. Nothing is cut silently."""
    return data | {
        "lines": [clip(line) for line in data["lines"]],
        "sections": [card_section(s, viewer) for s in data["sections"]],
    }


def card_section(s: Data, viewer: Viewer) -> Data:
    rows = s["rows"]
    if s["table"]:
        columns = s["table"]["columns"]
        rows = [
            row(
                line["cells"][0],
                " · ".join(f"{c}: {v}" for c, v in zip(columns[1:], line["cells"][1:], strict=True) if v),
            )
            for line in s["table"]["rows"]
        ]
    left = len(rows) - ROWS
    lines = [clip(line) for line in s["lines"]]
    if left > 0:
        lines.append(viewer.t("sheet.and_more", count=left))
    return s | {
        "rows": [r | {"text": clip(r["text"]), "title": clip(r["title"])} for r in rows[:ROWS]],
        "lines": lines,
        "facts": [f | {"value": clip(f["value"])} for f in s["facts"]],
    }


def clip(words: str) -> str:
    return words if len(words) <= CLIP else words[: CLIP - 1].rstrip() + "…"
