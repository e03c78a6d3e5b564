"""The shape nearly everything lisbot shows has: a title, facts, sections of rows, and buttons.

Pages show a sheet whole, and so does Slack, on several. A card in Teams has less room: long texts are clipped
and long lists end in "and n more", with the page for the rest.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from lisbot.cards.viewer import Viewer

CLIP, ROWS, PRIMARY = 500, 15, 6
ROOM = 34_000  # characters of a card's JSON: Teams takes 100 KB of UTF-16 for the whole message
ELEMENT, BUTTON = 120, 450  # characters that one of them is, beside what it says
ESCAPED = re.compile(r"[\\*_\[\]`~\"\n]")
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


def whole(data: Data) -> Data:
    """A sheet with all it says, for a card that may go on over several pages."""
    return data | {"sections": [s | {"rows": card_rows(s)} for s in data["sections"]]}


def for_card(data: Data, viewer: Viewer) -> Data:
    """A sheet cut to a card's size. Nothing is cut silently."""
    top = data | {
        "title": clip(data["title"]),
        "lines": [clip(line) for line in data["lines"]],
        "facts": [f | {"value": clip(f["value"])} for f in data["facts"]],
    }
    left = ROOM - weigh(top["title"], data["subtitle"]) - weight(top | {"rows": ()})
    sections: list[Data] = []
    for s in data["sections"]:
        cut = card_section(s, left, viewer)
        left -= weight(cut)
        if left < 0 and sections:
            more = viewer.t("sheet.and_more", count=len(data["sections"]) - len(sections))
            sections.append(section(lines=[more]) | {"heading": ""})
            break
        sections.append(cut)
    return top | {"sections": sections}


def card_section(s: Data, left: int, viewer: Viewer) -> Data:
    """A section cut to the room that is left on its card."""
    rows = card_rows(s)
    lines = [clip(line) for line in s["lines"]]
    facts = [f | {"value": clip(f["value"])} for f in s["facts"]]
    left -= weight(s | {"lines": lines, "facts": facts, "rows": ()})
    kept: list[Data] = []
    for r in rows[:ROWS]:
        cut = r | {"text": clip(r["text"]), "title": clip(r["title"]), "note": clip(r["note"])}
        left -= weight_of_row(cut)
        if left < 0 and kept:
            break
        kept.append(cut)
    if len(kept) < len(rows):
        lines.append(viewer.t("sheet.and_more", count=len(rows) - len(kept)))
    return s | {"rows": kept, "lines": lines, "facts": facts}


def card_rows(s: Data) -> list[Data]:
    """A section's rows. Those of a table name each of their cells."""
    if not s["table"]:
        return list(s["rows"])
    columns = s["table"]["columns"]
    return [
        row(
            line["cells"][0],
            " · ".join(f"{c}: {v}" for c, v in zip(columns[1:], line["cells"][1:], strict=True) if v),
        )
        for line in s["table"]["rows"]
    ]


def clip(words: str) -> str:
    return words if len(words) <= CLIP else words[: CLIP - 1].rstrip() + "…"


def weight(s: Data) -> int:
    """About how many characters of JSON a sheet or a section becomes, when Teams' Markdown is escaped."""
    return (
        ELEMENT * (1 + len(s["lines"]) + len(s["facts"]))
        + weigh(s.get("heading", ""), *s["lines"], *(f["value"] for f in s["facts"]))
        + sum(weight_of_row(r) for r in s["rows"])
        + sum(BUTTON + 4 * len(b["title"]) for b in s["buttons"])
    )


def weight_of_row(r: Data) -> int:
    return (
        3 * ELEMENT
        + weigh(r["title"], r["text"], r["note"])
        + sum(BUTTON + 4 * len(b["title"]) for b in r["buttons"])
    )


def weigh(*texts: str) -> int:
    """Characters as they are counted in a message: two for an emoji, up to four where one is escaped."""
    return sum(len(text.encode("utf-16-le")) // 2 + 3 * len(ESCAPED.findall(text)) for text in texts)
