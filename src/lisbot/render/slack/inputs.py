"""What a card asks for, as Slack's inputs, and what comes back from them. Pure.

An input's block_id and action_id are its field's name. A text longer than one input takes stands in several:
`background`, `background~2`, `background~3`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from lisbot.render.slack.limits import ALERT, BOXES, GROUPS, INPUT, LABEL, OPTION, OPTION_VALUE, OPTIONS
from lisbot.render.slack.mrkdwn import (
    Block,
    batches,
    escape,
    fitting_length,
    length,
    mrkdwn,
    part_links,
    plain_text,
    section,
    sections,
    shorten,
    to_lines,
)
from lisbot.texts import text

Node = Mapping[str, Any]

WARNING = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16} "
CONTINUED = "~"  # before the number of a text's further inputs
SEVERAL = "~many"  # after the action_id of checkboxes of which several may be ticked: a toggle is a checkbox too
NOTHING = "~"  # the value of the option that chooses none
LIMITS = {"min_value": "min", "max_value": "max"}
MAX_NUMBER = 10**15 - 1  # every client can count to it
SPACE = re.compile(r"\s")
NEARLY_FULL = 2500  # characters in an input after which another follows


class CannotDraw(ValueError):
    """A card has something in it that Slack cannot show."""


def draw_field(items: Sequence[Node], lang: str) -> list[Block]:
    """Returns one input with its hint, and before it what was wrong with it, where it is met first."""
    asked, hints, problems = split_field(items)
    hint = "\n".join(str(item["text"]) for item in hints)
    label = str(asked.get("label") or asked.get("title") or asked["id"])
    blocks = draw_input(asked, label, lang)
    has_room = length(hint) <= LABEL
    if hint and has_room:
        blocks[-1 if asked["type"] != "Input.Text" else first_input(blocks)]["hint"] = plain_text(hint, LABEL)
    return [
        *(block for item in problems for block in draw_warning(str(item["text"]))),
        *(sections(to_lines(hint)) if hint and not has_room else ()),
        *blocks,
    ]


def split_field(items: Sequence[Node]) -> tuple[Node, list[Node], list[Node]]:
    """Returns the input among these, what is said of it, and what was wrong with it."""
    asked = next(item for item in items if is_input(item))
    lines = [item for item in items if item.get("type") == "TextBlock" and item.get("text")]
    problems = [item for item in lines if str(item.get("color", "")).lower() == "attention"]
    return asked, [item for item in lines if item not in problems], problems


def is_input(node: Node) -> bool:
    """Returns whether a node asks for something."""
    return str(node.get("type", "")).startswith("Input.")


def first_input(blocks: Sequence[Block]) -> int:
    """Returns the place of the first input block."""
    return next(at for at, block in enumerate(blocks) if block["type"] == "input")


def draw_warning(words: str) -> list[Block]:
    """Returns what was wrong, behind a warning sign."""
    return sections(to_lines(WARNING + words))


def draw_alert(words: str) -> list[Block]:
    """Returns what was wrong as an alert; behind a warning sign where it is too long for one."""
    said = escape(words)
    if length(said) > ALERT or not said.strip():
        return draw_warning(words)
    return [{"type": "alert", "level": "error", "text": mrkdwn(said)}]


def draw_input(node: Node, label: str, lang: str) -> list[Block]:
    """Returns the blocks that ask for one field. Raises CannotDraw for a kind of input there is none for."""
    value = "" if node.get("value") is None else str(node["value"])
    match node["type"]:
        case "Input.Text":
            return text_inputs(node, label, value)
        case "Input.Number":
            return number_input(node, label, value or str(node.get("placeholder") or ""))
        case "Input.Date" if not value or is_date(value):
            picker = {"type": "datepicker", **optional("initial_date", value)}
            return [input_block(node, label, picker)]
        case "Input.Time" if not value or is_time(value):
            picker = {"type": "timepicker", **optional("initial_time", value)}
            return [input_block(node, label, picker)]
        case "Input.Date" | "Input.Time":
            return text_inputs(node, label, value)
        case "Input.Toggle":
            return [toggle_input(node, label, value, lang)]
        case "Input.ChoiceSet":
            return choice_input(node, label, value, lang)
    raise CannotDraw(node["type"])


def input_block(node: Node, label: str, element: Block, block_id: str = "", *, is_optional: bool = False) -> Block:
    """Returns an input block around one element."""
    name = block_id or str(node["id"])
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, LABEL),
        "element": {"action_id": name} | element,
        "optional": is_optional or not node.get("isRequired"),
    }


def optional(name: str, value: Any) -> Block:
    """Returns a property with a value; nothing where there is no value."""
    return {name: value} if value else {}


def text_inputs(node: Node, label: str, value: str) -> list[Block]:
    """Returns a text's input, or as many as hold what already stands in it and leave room for more."""
    most = int(node.get("maxLength") or INPUT)
    pieces = list(split_text(value))
    if len(pieces) * INPUT < most and length(pieces[-1]) > NEARLY_FULL:
        pieces.append("")
    many = len(pieces) > 1
    blocks = []
    for number, piece in enumerate(pieces, start=1):
        element = {
            "type": "plain_text_input",
            "multiline": many or bool(node.get("isMultiline")),
            "max_length": INPUT if many else max(min(most, INPUT), length(piece)),
            **optional("initial_value", piece),
        }
        again = number > 1
        name, title = (f"{node['id']}{CONTINUED}{number}", f"{label} ({number})") if again else ("", label)
        blocks.append(input_block(node, title, element, name, is_optional=again))
    return blocks


def split_text(value: str) -> Iterator[str]:
    """Yields a text in pieces an input can hold, with no space where they are parted: it could get lost."""
    start = 0
    while length(value[start : start + INPUT + 1]) > INPUT:
        most = start + fitting_length(value[start : start + INPUT], INPUT, length)
        within = (at for at in range(most, (start + most) // 2, -1) if not SPACE.search(value, at - 1, at + 1))
        cut = next(within, most)
        yield value[start:cut]
        start = cut
    yield value[start:]


def number_input(node: Node, label: str, value: str) -> list[Block]:
    """Returns a number's input; one for text where Slack would not take what was typed, so that it is still seen."""
    limits = {name: int(node[limit]) for name, limit in LIMITS.items() if limit in node}
    if value and not is_within(value, limits):
        return text_inputs(node, label, value)
    element = {
        "type": "number_input",
        "is_decimal_allowed": False,
        **optional("initial_value", value),
        **{name: str(limit) for name, limit in limits.items()},
    }
    return [input_block(node, label, element)]


def is_within(value: str, limits: Mapping[str, int]) -> bool:
    """Returns whether a value is a whole number within its limits."""
    if not (value.isascii() and value.isdecimal() and len(value) <= len(str(MAX_NUMBER))):
        return False
    return limits.get("min_value", 0) <= int(value) <= limits.get("max_value", MAX_NUMBER)


def is_date(value: str) -> bool:
    """Returns whether a value is a date as a datepicker holds it: YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: str) -> bool:
    """Returns whether a value is a time as a timepicker holds it: HH:MM."""
    try:
        return f"{time.fromisoformat(value):%H:%M}" == value
    except ValueError:
        return False


def toggle_input(node: Node, label: str, value: str, lang: str) -> Block:
    """Returns a checkbox: its label says for what."""
    yes = {"text": plain_text(text(lang, "blocks.yes"), OPTION), "value": "true"}
    is_ticked = value == str(node.get("valueOn", "true"))
    element = {"type": "checkboxes", "options": [yes], **optional("initial_options", [yes] if is_ticked else [])}
    return input_block(node, label, element, is_optional=True)


def choice_input(node: Node, label: str, value: str, lang: str) -> list[Block]:
    """Returns a choice among several. Where their words are too long for Slack, they are listed whole before it."""
    many, required = bool(node.get("isMultiSelect")), bool(node.get("isRequired"))
    choices = [(str(c["value"]), str(c["title"])) for c in node["choices"]]
    before: list[Block] = []
    if any(length(part_links(title)) > OPTION for _, title in choices):
        choices = [(v, f"{at}. {title}") for at, (v, title) in enumerate(choices, start=1)]
        before = [
            section(f"*{to_lines(label)[0]}*"),
            *sections(line for _, title in choices for line in to_lines(title)),
        ]
    options = [option(v, title) for v, title in choices]
    chosen = [o for o in options if o["value"] in (value.split(",") if many else [value])]
    is_laid_out = node.get("style") == "expanded" and len(options) <= BOXES
    if many and is_laid_out:
        element = {"type": "checkboxes", "action_id": f"{node['id']}{SEVERAL}", "options": options}
    elif is_laid_out and required:
        element = {"type": "radio_buttons", "options": options}
    elif many:
        element = {"type": "multi_static_select", **menu(options)}
    else:
        none = [] if required else [option(NOTHING, text(lang, "card.form.none"))]
        element = {"type": "static_select", **menu([*none, *options])}
    initial = optional("initial_options", chosen) if many else optional("initial_option", chosen[0] if chosen else None)
    return [*before, input_block(node, label, element | initial)]


def option(value: str, title: str) -> Block:
    """Returns one option. Raises CannotDraw where its value is longer than Slack takes."""
    if len(value) > OPTION_VALUE:
        raise CannotDraw(f"a choice whose value is {len(value)} characters")
    return {"text": plain_text(title, OPTION), "value": value}


def menu(options: Sequence[Block]) -> Block:
    """Returns the options of a select; in groups named by their numbers where they are too many."""
    if len(options) <= OPTIONS:
        return {"options": list(options)}
    groups, first = [], 1
    for part in batches(options, OPTIONS):
        last = first + len(part) - 1
        groups.append({"label": plain_text(f"{first}–{last}", OPTION), "options": list(part)})
        first = last + 1
    if len(groups) > GROUPS:
        raise CannotDraw(f"{len(options)} choices")
    return {"option_groups": groups}


def read_inputs(values: Mapping[str, Any]) -> dict[str, str]:
    """Returns what was filled in, by field, from a view's `state.values`. An empty field is an empty text."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    for block_id, actions in values.items():
        name, number = split_block_id(block_id)
        for action_id, state in actions.items():
            pieces.setdefault(name, []).append((number, read_input(action_id, state)))
    return {name: "".join(piece for _, piece in sorted(found)) for name, found in pieces.items()}


def split_block_id(block_id: str) -> tuple[str, int]:
    """Returns the field a block belongs to, and its place among the field's inputs."""
    name, _, number = block_id.partition(CONTINUED)
    return name, int(number) if number.isdecimal() and len(number) <= 2 else 1


def read_input(action_id: str, state: Node) -> str:
    """Returns what stands in one input, as a command takes it."""
    match state.get("type"):
        case "checkboxes" if not action_id.endswith(SEVERAL):
            return "true" if state.get("selected_options") else "false"
        case "checkboxes" | "multi_static_select":
            return ",".join(str(o["value"]) for o in state.get("selected_options") or ())
        case "static_select" | "radio_buttons":
            value = str((state.get("selected_option") or {}).get("value", ""))
            return "" if value == NOTHING else value
        case "datepicker":
            return str(state.get("selected_date") or "")
        case "timepicker":
            return str(state.get("selected_time") or "")
    return str(state.get("value") or "")


def field_errors(view: Node, problems: Mapping[str, str]) -> dict[str, str]:
    """Returns those of these problems whose field is an input in the view: what Slack shows beside it."""
    asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return {name: shorten(part_links(words), LABEL) for name, words in problems.items() if name in asked}
