"""What each renderer makes of each element of a card, drawn to see: the table in cards/README.md.

`PYTHONPATH=src:tests python -m element_table` writes it anew.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lisbot.cards.fill import fill, template
from lisbot.render import html, teams
from lisbot.render.slack import blocks
from lisbot.render.words import words

README = Path(__file__).parents[1] / "cards/README.md"
TABLE = re.compile(r"(?<=<!-- element table -->\n).*?(?=<!-- /element table -->)", re.DOTALL)
TAG = re.compile(r"<(\w+)([^>]*)>")
TYPE = re.compile(r'\btype="(\w+)"')
FRAME = {"article", "div", "span", "option"}  # tags that only hold others
SAID = "*a*"  # Markdown, so that it shows who escapes


def text_block(**more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": SAID, "wrap": True} | more


def field(kind: str, **more: Any) -> dict[str, Any]:
    given = {"type": f"Input.{kind}", "id": "field", "label": "l", "title": SAID, "isRequired": True} | more
    return {"type": "Container", "items": [given]}


def choices(**more: Any) -> dict[str, Any]:
    return field("ChoiceSet", choices=[{"title": SAID, "value": "v"}], value="v", **more)


def pressed() -> dict[str, Any]:
    holes = {"title": SAID, "verb": "worklist.show", "style": "default", "data": {}}
    button: dict[str, Any] = fill(template("button"), holes)
    return button


HEADING = text_block(style="heading", weight="Bolder")
OPENS = {"type": "Action.OpenUrl", "title": SAID, "url": "https://lisbot.example/me"}
ROW = [text_block(weight="Bolder"), text_block()]
COLUMNS = [{"type": "Column", "items": [text_block()]}, {"type": "Column", "items": ROW}]
TOGGLE = {"type": "Action.ToggleVisibility", "title": SAID, "targetElements": ["folded"]}
FOLDED = {"type": "Container", "id": "folded", "isVisible": False, "items": ROW}

# Each element as a card has it.
ELEMENTS: dict[str, list[dict[str, Any]]] = {
    "`TextBlock`": [text_block()],
    "`TextBlock`, the first heading": [HEADING],
    "`TextBlock`, in a colour": [text_block(color="Good")],
    "`FactSet`": [{"type": "FactSet", "facts": [{"title": "f", "value": SAID}]}],
    "`Container`, a row": [{"type": "Container", "items": ROW}],
    "`Container`, a section": [{"type": "Container", "separator": True, "items": ROW}],
    "`Container`, in a colour": [{"type": "Container", "style": "good", "items": ROW}],
    "`Container`, what was wrong": [{"type": "Container", "style": "attention", "items": [text_block()]}],
    "`ColumnSet`, a row": [{"type": "ColumnSet", "columns": COLUMNS}],
    "`ActionSet`": [{"type": "ActionSet", "actions": [pressed()]}],
    "`ActionSet` in a row": [{"type": "Container", "items": [*ROW, {"type": "ActionSet", "actions": [pressed()]}]}],
    "`Action.Execute`, or `Action.Submit` for old clients": [pressed()],
    "`Action.OpenUrl`": [OPENS],
    "`Action.ToggleVisibility`, and what it shows": [FOLDED, {"type": "ActionSet", "actions": [TOGGLE]}],
    "`Input.Text`": [field("Text", value="t")],
    "`Input.Text`, of several lines": [field("Text", value="t", isMultiline=True)],
    "`Input.Text`, of more than 3000 characters": [field("Text", value="t" * 3001, isMultiline=True)],
    "`Input.Number`": [field("Number", value=7)],
    "`Input.Date`": [field("Date", value="2027-03-10")],
    "`Input.Date`, of no date": [field("Date", value="10.3")],
    "`Input.Time`": [field("Time", value="09:00")],
    "`Input.Toggle`": [field("Toggle", value="true")],
    "`Input.ChoiceSet`, expanded": [choices(style="expanded")],
    "`Input.ChoiceSet`, compact": [choices(style="compact")],
    "`Input.ChoiceSet`, of several": [choices(style="compact", isMultiSelect=True)],
}


def card(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """A card with one element: an action stands among its buttons, and what is asked for can be sent."""
    is_action = nodes[0]["type"].startswith("Action.")
    asks = any("Input." in str(inner["type"]) for inner in walk(nodes))
    sends = [{"type": "Action.Execute", "title": "s", "verb": "worklist.show", "data": {}}] if asks else []
    return {
        "type": "AdaptiveCard",
        "lang": "en",
        "body": [] if is_action else nodes,
        "actions": nodes if is_action else sends,
    }


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Everything in a card that has a type."""
    if isinstance(node, Mapping):
        if "type" in node:
            yield dict(node)
        for inner in node.values():
            yield from walk(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from walk(inner)


def in_teams(given: dict[str, Any]) -> str:
    before, after = list(walk(given)), list(walk(teams.render(given)))
    changed = {
        name
        for was, now in zip(before, after, strict=True)
        for name in was
        if was[name] != now[name] and not isinstance(was[name], list)
    }
    changed |= {
        name
        for was, now in zip(before, after, strict=True)
        for part in ("facts", "choices")
        for old, new in zip(was.get(part, ()), now.get(part, ()), strict=True)
        for name in old
        if old[name] != new[name]
    }
    return f"{', '.join(f'`{name}`' for name in sorted(changed))} escaped" if changed else "as it is"


def on_page(given: dict[str, Any]) -> str:
    drawn = str(html.render_card(given, find_target=lambda action: html.Target("/me", "post")))
    inner = re.sub(r'<button[^>]*>s</button>|<input type="hidden"[^>]*>', "", drawn)
    tags = [
        f"{name} {kind[1]}" if (kind := TYPE.search(rest)) and name == "input" else name
        for name, rest in TAG.findall(inner)
        if name not in FRAME
    ]
    shown = tags if tags[:1] != ["form"] or "button" in tags else tags[1:]
    return ", ".join(f"`{tag}`" for tag in dict.fromkeys(shown))


def in_words(given: dict[str, Any]) -> str:
    said = words(given).replace("\n", " / ")
    said = re.sub(r"t{9,}", "t…", said)
    return f"`{said}`" if said else "left out"


def in_slack(given: dict[str, Any]) -> str:
    if blocks.submit_action(given):
        drawn = blocks.modal(given, callback_id="c", metadata="", close="c")["blocks"]
    else:
        (drawn,) = blocks.pages(given)
    times = Counter(map(outline, drawn))
    return ", ".join(f"{count} × {what}" if count > 1 else what for what, count in times.items())


def outline(block: dict[str, Any]) -> str:
    inside = [*block.get("elements", ()), block.get("element"), block.get("accessory")]
    kinds = [f"`{part['type']}`" for part in inside if part]
    kinds += ["`fields`"] if "fields" in block else []
    return " with ".join([f"`{block['type']}`", *dict.fromkeys(kinds)])


def table() -> str:
    head = "| Element | Teams (`render/teams.py`) | Page (`render/html.py`) | Words (`render/words.py`) | "
    lines = [head + "Slack (`render/slack`) |", "|---|---|---|---|---|"]
    for name, nodes in ELEMENTS.items():
        given = card(nodes)
        cells = (name, in_teams(given), on_page(given), in_words(given), in_slack(given))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: table(), README.read_text("utf-8")), "utf-8")
