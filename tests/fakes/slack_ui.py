"""What a Slack client does for the person before it: finds the button, fills in, stops what it stops."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fakes.slack_rules import elements, offers
from fakes.slack_words import plain, texts
from fakes.slack_world import Message, View

Block = dict[str, Any]


class Stopped(AssertionError):
    """Slack's own client would not let this person do that."""


def shown(thing: Message | View) -> str:
    """All that is to be read on a message, modal or home as it stands; an unblocked message's text."""
    if isinstance(thing, View):
        return "\n".join([thing.text, *thing.errors.values()])
    return "\n".join(texts(thing.blocks)) or plain(thing.text)


def find(thing: Message | View, title: str = "", beside: str = "", action_id: str = "") -> tuple[Block, Block]:
    """The block and element of this title or action id, in the smallest part that says `beside`; it may say so itself
    after its title, as the buttons of a table's rows do."""
    found = [
        (block, element, scopes)
        for block, scopes in in_their_places(thing.blocks)
        for _, element in elements([block])
        if action_id in ("", element["action_id"]) and (not title or is_called(element, title, beside))
    ]
    for width in range(3):
        near = [(block, element) for block, element, scopes in found if beside in scopes[width]]
        if len(near) == 1 or (near and beside):
            return near[0]
    kind = "several" if found else "no"
    raise Stopped(f"{kind} «{title or action_id}» beside «{beside}» on:\n{shown(thing)}")


def in_their_places(blocks: list[Block]) -> Iterator[tuple[Block, tuple[str, str, str]]]:
    """Each block with what is said in its row, since the last line or heading, and in all."""
    whole = "\n".join(texts(blocks))
    row = part = ""
    for block in blocks:
        said = "\n".join(texts(block))
        if block["type"] in ("divider", "header"):
            row = part = ""
        if block["type"] not in ("actions", "context"):
            row = ""
        row, part = f"{row}\n{said}", f"{part}\n{said}"
        yield block, (row, part, whole)


def is_called(element: Block, title: str, beside: str) -> bool:
    """Whether this is written on the element, or this and then what it stands beside."""
    named = (rest for each in titles(element) if (rest := each.removeprefix(f"{title}: ")) != each)
    return title in titles(element) or any(beside and beside in rest for rest in named)


def titles(element: Block) -> list[str]:
    """What is written on this element: its own title, or what can be chosen in it."""
    own = [plain(element["text"]["text"])] if "text" in element else []
    return own + [plain(each["text"]["text"]) for each in offers(element)]


def chosen(element: Block, value: Any) -> Block:
    """What the state says of this element once somebody has given it this value."""
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        if isinstance(value, bool):
            value = [plain(offers(element)[0]["text"]["text"])] if value else []
        value = [value] if isinstance(value, str) else value
        return {"type": kind, "selected_options": [pick(element, each) for each in value]}
    if kind in ("radio_buttons", "static_select", "overflow"):
        return {"type": kind, "selected_option": pick(element, value) if value else None}
    if kind == "datepicker":
        return {"type": kind, "selected_date": matching(value, r"\d{4}-\d\d-\d\d")}
    if kind == "timepicker":
        return {"type": kind, "selected_time": matching(value, r"([01]\d|2[0-3]):[0-5]\d")}
    if kind == "button":
        return {"type": kind, **({"value": element["value"]} if element.get("value") else {})}
    return {"type": kind, "value": written(element, str(value)) or None}


def pick(element: Block, title: str) -> Block:
    for each in offers(element):
        if plain(each["text"]["text"]) == title:
            found: Block = each
            return found
    raise Stopped(f"no «{title}» among {[plain(o['text']['text']) for o in offers(element)]}")


def matching(value: Any, pattern: str) -> str | None:
    if not value:
        return None
    if not re.fullmatch(pattern, str(value)):
        raise Stopped(f"the picker has no «{value}»")
    return str(value)


def written(element: Block, words: str) -> str:
    """What the field holds when somebody writes this; the client stops what cannot be sent."""
    if len(words) > element.get("max_length", 3000):
        raise Stopped(f"«{words[:40]}…» is longer than {element.get('max_length', 3000)} characters")
    if words and len(words) < element.get("min_length", 0):
        raise Stopped(f"«{words}» is shorter than {element['min_length']} characters")
    if element["type"] == "plain_text_input" and not element.get("multiline") and "\n" in words:
        raise Stopped("a field of one line takes no line break")
    if element["type"] == "number_input" and words:
        number = r"-?\d+([.,]\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
        low, high = element.get("min_value", "-inf"), element.get("max_value", "inf")
        is_number = re.fullmatch(number, words)
        if not is_number or not float(low) <= float(words.replace(",", ".")) <= float(high):
            raise Stopped(f"«{words}» is no number between {low} and {high}")
    return words


def inputs(view: View) -> dict[str, tuple[Block, Block]]:
    """The fields of a view by their labels."""
    return {
        plain(block["label"]["text"]): (block, block["element"]) for block in view.blocks if block["type"] == "input"
    }


def fill(view: View, given: Mapping[str, Any]) -> None:
    """Write and choose this in the view, by the labels of its fields; `_` may stand for a space."""
    fields = inputs(view)
    for label, value in given.items():
        name = label if label in fields else label.replace("_", " ")
        if name not in fields:
            raise Stopped(f"no «{name}» among {list(fields)}")
        block, element = fields[name]
        view.values[block["block_id"]][element["action_id"]] = chosen(element, value)


def unfilled(view: View) -> list[str]:
    """Labels of the required fields in which nothing stands."""
    return [
        label
        for label, (block, element) in inputs(view).items()
        if not block.get("optional") and is_empty(view.values[block["block_id"]][element["action_id"]])
    ]


def is_empty(state: Block) -> bool:
    return not any(value for name, value in state.items() if name != "type")
