"""What Teams, phones and screen readers ask of a card: `lint(card)` lists every breach.

From the Adaptive Cards 1.5 schema, its pages on input validation and the universal action model, and
Teams' pages on cards, user-specific views and message size (learn.microsoft.com).
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

LARGEST = 80 * 1024  # bytes as UTF-16; Teams stops at 100 KB for the whole message
MOST_ACTIONS = 6
MOST_REFRESHED = 60
INPUTS = {
    "Input.Text",
    "Input.Number",
    "Input.Date",
    "Input.Time",
    "Input.Toggle",
    "Input.ChoiceSet",
}
ELEMENTS = INPUTS | {
    "TextBlock",
    "Container",
    "ColumnSet",
    "Column",
    "FactSet",
    "Image",
    "ActionSet",
    "Table",
    "TableRow",
    "TableCell",
}
ACTIONS = {"Action.Execute", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
LISTS = ("body", "items", "columns", "rows", "cells", "actions")
ROOT = {
    "type",
    "version",
    "body",
    "actions",
    "lang",
    "msteams",
    "refresh",
    "fallbackText",
    "$schema",
    "speak",
}
COLOURS = {"attention", "warning", "good"}


def lint(card: dict[str, Any]) -> list[str]:
    return [f"{where}: {what}" for where, what in breaches(card)]


def breaches(card: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if card.get("type") != "AdaptiveCard":
        yield "card", "is no AdaptiveCard"
    if card.get("version") not in ("1.4", "1.5"):
        yield "card", "declares no version that phones draw (1.5)"
    if unknown := set(card) - ROOT:
        yield "card", f"has {', '.join(sorted(unknown))}"
    size = len(json.dumps(card, ensure_ascii=False).encode("utf-16-le"))
    if size > LARGEST:
        yield "card", f"is {size} bytes as UTF-16, more than {LARGEST}"
    if len(card.get("refresh", {}).get("userIds", ())) > MOST_REFRESHED:
        yield "refresh", f"names more than {MOST_REFRESHED} people"
    if not card.get("body"):
        yield "card", "is empty"
    elif not any(e.get("type") == "TextBlock" and e.get("style") == "heading" for _, e in walk(card)):
        yield "card", "has no heading"
    ids = Counter(e["id"] for _, e in walk(card) if e.get("id"))
    for twice in (i for i, count in ids.items() if count > 1):
        yield twice, "is the id of two elements"
    if "${" in json.dumps(card):
        yield "card", "has a hole that was not filled"
    shown = [e for _, e in walk(card) if str(e.get("type", "")).startswith("Action.") and e.get("mode") != "secondary"]
    if len(shown) > MOST_ACTIONS:
        yield "card", f"has {len(shown)} actions outside the menu, more than {MOST_ACTIONS}"
    for where, element in walk(card):
        for what in wrong(element):
            yield where, what


def walk(node: dict[str, Any], where: str = "card") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every element and action, with the path to it."""
    for name in LISTS:
        for number, inner in enumerate(node.get(name) or ()):
            path = f"{where}.{name}[{number}]"
            yield path, inner
            yield from walk(inner, path)
    if isinstance(node.get("card"), dict):
        yield from walk(node["card"], f"{where}.card")


def wrong(element: dict[str, Any]) -> Iterator[str]:
    kind = element.get("type", "TableRow" if "cells" in element else "")
    if kind.startswith("Action."):
        yield from wrong_action(element)
    elif kind not in ELEMENTS:
        yield f"{kind or 'an element without a type'} is not drawn everywhere"
    if any(value is None for value in element.values()):
        yield "has a property that is null"
    match kind:
        case "TextBlock":
            if not isinstance(element.get("text"), str) or not element["text"].strip():
                yield "is a TextBlock without text"
            if not element.get("wrap"):
                yield "is a TextBlock that is cut off on phones (wrap)"
        case "Image":
            if not element.get("altText"):
                yield "is an Image without altText"
            if not str(element.get("url", "")).startswith("https://"):
                yield "is an Image that is not fetched over https"
        case "FactSet":
            for fact in element.get("facts") or [{}]:
                if not all(isinstance(fact.get(part), str) and fact[part] for part in ("title", "value")):
                    yield f"has a fact that is not two texts: {fact}"
        case "Table":
            if not element.get("firstRowAsHeaders", element.get("firstRowAsHeader")):
                yield "is a Table whose header is not announced"
        case _ if kind in INPUTS:
            yield from wrong_input(element, kind)


def wrong_input(element: dict[str, Any], kind: str) -> Iterator[str]:
    if not element.get("id"):
        yield "is an input without an id"
    if not element.get("label") and kind != "Input.Toggle":
        yield "is an input without a label"
    if element.get("isRequired") and not element.get("errorMessage"):
        yield "is required and does not say so when it is empty"
    if kind == "Input.Toggle" and not (element.get("title") and element.get("wrap")):
        yield "is a toggle whose title is missing, or cut off on phones (wrap)"
    if kind == "Input.ChoiceSet":
        choices = element.get("choices")
        if not isinstance(choices, list) or not choices:
            yield "is a choice among nothing"
            return
        if not all(isinstance(c.get(part), str) and c[part] for c in choices for part in ("title", "value")):
            yield "has a choice that is not two texts"
        values = [c.get("value") for c in choices]
        if len(set(values)) < len(values):
            yield "has one choice twice"
        if element.get("style") == "filtered":
            yield "is a filtered ChoiceSet, which shows nothing on phones (AdaptiveCards#8823)"
        given = str(element.get("value") or "")
        if given and not set(given.split(",") if element.get("isMultiSelect") else [given]) <= set(values):
            yield f"starts from a choice it does not offer: {given[:40]}"
    for limit in ("min", "max") if kind == "Input.Number" else ():
        if not isinstance(element.get(limit, 0), int):
            yield f"has a {limit} that is no number"


def wrong_action(action: dict[str, Any]) -> Iterator[str]:
    kind = action["type"]
    if kind not in ACTIONS:
        yield f"{kind} is not an action of ours"
    if not isinstance(action.get("title"), str) or not action["title"].strip():
        yield "is a button without words"
    if "isEnabled" in action:
        yield "isEnabled is not supported in Teams"
    if kind == "Action.OpenUrl" and not str(action.get("url", "")).startswith(("https://", "http://")):
        yield "opens no address"
    if kind == "Action.Execute":
        if not action.get("verb") or not isinstance(action.get("data", {}), dict):
            yield "executes nothing"
        fallback = action.get("fallback")
        if not isinstance(fallback, dict) or fallback.get("type") != "Action.Submit":
            yield "has no Action.Submit for old clients"
        elif (fallback.get("title"), fallback.get("data")) != (
            action.get("title"),
            {"verb": action.get("verb"), "args": action.get("data", {})},
        ):
            yield "says another thing to old clients"
