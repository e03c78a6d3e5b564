"""What a card asks for, as Slack's inputs, and what comes back from them. Pure.

An input's block_id and action_id are its field's name. A text longer than one input takes stands in several:
`background`, `background~2`, `background~3`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from lisbot.render.mrkdwn import (
    Block,
    batches,
    fitted,
    plain,
    reach,
    said,
    section,
    sections,
    size,
    unmarked,
)
from lisbot.render.slack_limits import BOXES, GROUPS, INPUT, LABEL, OPTION, OPTION_VALUE, OPTIONS
from lisbot.texts import text

Node = Mapping[str, Any]

WARNING = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16} "
CONTINUED = "~"  # before the number of a text's further inputs
SEVERAL = "~many"  # after the action_id of boxes of which several may be ticked: a toggle is a box too
NOTHING = "~"  # the value of the option that chooses none
LIMITS = {"min_value": "min", "max_value": "max"}
LARGEST = 10**15 - 1  # every client can count to it
SPACE = re.compile(r"\s")
NEARLY = 2500  # characters in an input that is about to need another


class CannotDraw(ValueError):
    """A card has something in it that Slack cannot show."""


def field(items: Sequence[Node], lang: str) -> list[Block]:
    """One input with its hint, and what was wrong with it before it, where it is met first."""
    asked, hints, problems = parts(items)
    hint = "\n".join(str(item["text"]) for item in hints)
    label = str(asked.get("label") or asked.get("title") or asked["id"])
    shown = drawn(asked, label, lang)
    room = size(hint) <= LABEL
    if hint and room:
        shown[-1 if asked["type"] != "Input.Text" else first_input(shown)]["hint"] = plain(hint, LABEL)
    return [
        *(block for item in problems for block in warned(str(item["text"]))),
        *(sections(said(hint)) if hint and not room else ()),
        *shown,
    ]


def parts(items: Sequence[Node]) -> tuple[Node, list[Node], list[Node]]:
    """The input among these, what is said of it, and what was wrong with it."""
    asked = next(item for item in items if is_input(item))
    told = [item for item in items if item.get("type") == "TextBlock" and item.get("text")]
    wrong = [item for item in told if item.get("color") == "Attention"]
    return asked, [item for item in told if item not in wrong], wrong


def is_input(node: Node) -> bool:
    return str(node.get("type", "")).startswith("Input.")


def first_input(blocks: Sequence[Block]) -> int:
    return next(at for at, block in enumerate(blocks) if block["type"] == "input")


def warned(words: str) -> list[Block]:
    return sections(said(WARNING + words))


def drawn(node: Node, label: str, lang: str) -> list[Block]:
    value = "" if node.get("value") is None else str(node["value"])
    match node["type"]:
        case "Input.Text":
            return texts(node, label, value)
        case "Input.Number":
            return number(node, label, value or str(node.get("placeholder") or ""))
        case "Input.Date" if not value or is_date(value):
            picker = {"type": "datepicker", **given("initial_date", value)}
            return [asking(node, label, picker)]
        case "Input.Time" if not value or is_time(value):
            picker = {"type": "timepicker", **given("initial_time", value)}
            return [asking(node, label, picker)]
        case "Input.Date" | "Input.Time":
            return texts(node, label, value)
        case "Input.Toggle":
            return [toggle(node, label, value, lang)]
        case "Input.ChoiceSet":
            return choice(node, label, value, lang)
    raise CannotDraw(node["type"])


def asking(node: Node, label: str, element: Block, block_id: str = "", *, optional: bool = False) -> Block:
    """An input block around one element."""
    name = block_id or str(node["id"])
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL),
        "element": {"action_id": name} | element,
        "optional": optional or not node.get("isRequired"),
    }


def given(name: str, value: Any) -> Block:
    """A property where there is something to say, and none where there is not."""
    return {name: value} if value else {}


def texts(node: Node, label: str, value: str) -> list[Block]:
    """A text's input, or as many as it takes to hold what already stands in it and leave room for more."""
    most = int(node.get("maxLength") or INPUT)
    pieces = list(seams(value))
    if len(pieces) * INPUT < most and size(pieces[-1]) > NEARLY:
        pieces.append("")
    many = len(pieces) > 1
    blocks = []
    for number, piece in enumerate(pieces, start=1):
        element = {
            "type": "plain_text_input",
            "multiline": many or bool(node.get("isMultiline")),
            "max_length": INPUT if many else max(min(most, INPUT), size(piece)),
            **given("initial_value", piece),
        }
        again = number > 1
        name, title = (f"{node['id']}{CONTINUED}{number}", f"{label} ({number})") if again else ("", label)
        blocks.append(asking(node, title, element, name, optional=again))
    return blocks


def seams(value: str) -> Iterator[str]:
    """A text in pieces an input can hold, with no space where they are sewn together: it could get lost."""
    while size(value) > INPUT:
        most = reach(value, INPUT, size)
        within = (at for at in range(most, most // 2, -1) if not SPACE.search(value, at - 1, at + 1))
        cut = next(within, most)
        yield value[:cut]
        value = value[cut:]
    yield value


def number(node: Node, label: str, value: str) -> list[Block]:
    """A number's input; one for text where Slack would not take what was typed, so that it is still seen."""
    limits = {name: int(node[limit]) for name, limit in LIMITS.items() if limit in node}
    if value and not is_within(value, limits):
        return texts(node, label, value)
    element = {
        "type": "number_input",
        "is_decimal_allowed": False,
        **given("initial_value", value),
        **{name: str(limit) for name, limit in limits.items()},
    }
    return [asking(node, label, element)]


def is_within(value: str, limits: Mapping[str, int]) -> bool:
    """Whether a value is a whole number within its limits."""
    if not (value.isascii() and value.isdecimal() and len(value) <= len(str(LARGEST))):
        return False
    return limits.get("min_value", 0) <= int(value) <= limits.get("max_value", LARGEST)


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_time(value: str) -> bool:
    try:
        return f"{time.fromisoformat(value):%H:%M}" == value
    except ValueError:
        return False


def toggle(node: Node, label: str, value: str, lang: str) -> Block:
    """A box to tick: the label says for what."""
    yes = {"text": plain(text(lang, "blocks.yes"), OPTION), "value": "true"}
    ticked = value == str(node.get("valueOn", "true"))
    element = {"type": "checkboxes", "options": [yes], **given("initial_options", [yes] if ticked else [])}
    return asking(node, label, element, optional=True)


def choice(node: Node, label: str, value: str, lang: str) -> list[Block]:
    """A choice among several. Where their words are too long for Slack, they are listed whole before it."""
    many, required = bool(node.get("isMultiSelect")), bool(node.get("isRequired"))
    choices = [(str(c["value"]), str(c["title"])) for c in node["choices"]]
    before: list[Block] = []
    if any(size(unmarked(title)) > OPTION for _, title in choices):
        choices = [(v, f"{at}. {title}") for at, (v, title) in enumerate(choices, start=1)]
        before = [
            section(f"*{said(label)[0]}*"),
            *sections(line for _, title in choices for line in said(title)),
        ]
    options = [option(v, title) for v, title in choices]
    chosen = [o for o in options if o["value"] in (value.split(",") if many else [value])]
    laid_out = node.get("style") == "expanded" and len(options) <= BOXES
    if many and laid_out:
        element = {"type": "checkboxes", "action_id": f"{node['id']}{SEVERAL}", "options": options}
    elif laid_out and required:
        element = {"type": "radio_buttons", "options": options}
    elif many:
        element = {"type": "multi_static_select", **grouped(options)}
    else:
        none = [] if required else [option(NOTHING, text(lang, "card.form.none"))]
        element = {"type": "static_select", **grouped([*none, *options])}
    initial = (
        given("initial_options", chosen) if many else given("initial_option", chosen[0] if chosen else None)
    )
    return [*before, asking(node, label, element | initial)]


def option(value: str, title: str) -> Block:
    if len(value) > OPTION_VALUE:
        raise CannotDraw(f"a choice whose value is {len(value)} characters")
    return {"text": plain(title, OPTION), "value": value}


def grouped(options: Sequence[Block]) -> Block:
    """The options of a select; in groups named by their numbers where they are too many."""
    if len(options) <= OPTIONS:
        return {"options": list(options)}
    groups, first = [], 1
    for part in batches(options, OPTIONS):
        last = first + len(part) - 1
        groups.append({"label": plain(f"{first}–{last}", OPTION), "options": list(part)})
        first = last + 1
    if len(groups) > GROUPS:
        raise CannotDraw(f"{len(options)} choices")
    return {"option_groups": groups}


def typed(values: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field, from a view's `state.values`. An empty field is an empty text."""
    pieces: dict[str, list[tuple[int, str]]] = {}
    for block_id, actions in values.items():
        name, number = named(block_id)
        for action_id, state in actions.items():
            pieces.setdefault(name, []).append((number, filled_in(action_id, state)))
    return {name: "".join(piece for _, piece in sorted(found)) for name, found in pieces.items()}


def named(block_id: str) -> tuple[str, int]:
    """The field a block belongs to, and its place among the field's inputs."""
    name, _, number = block_id.partition(CONTINUED)
    return name, int(number) if number.isdecimal() else 1


def filled_in(action_id: str, state: Node) -> str:
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


def errors(view: Node, problems: Mapping[str, str]) -> dict[str, str]:
    """Of these problems, those whose field is an input in the view: what Slack shows beside it."""
    asked = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    return {name: fitted(unmarked(words), LABEL) for name, words in problems.items() if name in asked}
