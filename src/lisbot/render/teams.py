"""A card's face in Teams: the same card, with people's own text escaped for Teams' Markdown.

Escaping follows the Markdown subset of Adaptive Cards (learn.microsoft.com, "Text features") and of
CommonMark: what could open emphasis, a link or code gets a backslash, what could open a list or quote gets
a no-break space, and `<at>` and {{DATE()}} are parted by a space of no width.
"""

import re
from typing import Any

Card = dict[str, Any]

VERSION = "1.5"
WITHIN = ("body", "items", "columns", "rows", "cells")
SPECIAL = re.compile(r"[\\*_\[\]`~<{\n]|^\s*(?:[-+#>]|\d+[.)])")
INLINE = re.compile(r"[\\*_\[\]`~]")
OPENING = re.compile(r"^([ \t]*(?:[-+#>]+|\d+[.)]))[ \t]", re.MULTILINE)
LIVE = re.compile(r"<(?=/?\s*at\b)|\{(?=\{)", re.IGNORECASE)
BREAK = re.compile(r"\n+")


def render(card: Card) -> Card:
    """The card as Teams takes it. The given card is left as it was."""
    return {
        **card,
        "version": VERSION,
        "msteams": {"width": "Full"},
        "body": [dress(element) for element in card.get("body", ())],
    }


def dress(element: Any) -> Any:
    """One element with everything in it."""
    if not isinstance(element, dict):
        return element
    dressed = element
    match element.get("type"):
        case "TextBlock":
            text = element["text"]
            if SPECIAL.search(text):
                dressed = {**element, "text": escape(text)}
        case "FactSet":
            facts = [{"title": escape(f["title"]), "value": escape(f["value"])} for f in element["facts"]]
            dressed = {**element, "facts": facts}
        case "Input.ChoiceSet" if element.get("style") == "expanded" or element.get("isMultiSelect"):
            # Only these are drawn with Markdown; a drop-down shows every backslash.
            dressed = {**element, "choices": [{**c, "title": escape(c["title"])} for c in element["choices"]]}
        case "Input.Toggle":
            dressed = {**element, "title": escape(element["title"])}
        case _:
            for name in WITHIN:
                if name in element:
                    dressed = {**dressed, name: [dress(inner) for inner in element[name]]}
    return dressed


def escape(text: str) -> str:
    """Plain text as Teams' Markdown that shows exactly that text."""
    if not SPECIAL.search(text):
        return text
    text = INLINE.sub(r"\\\g<0>", text)
    text = OPENING.sub("\\1\N{NO-BREAK SPACE}", text)
    text = LIVE.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
    return BREAK.sub("\n\n", text)
