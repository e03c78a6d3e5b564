"""What Slack refuses in blocks and views, as data.

Limits: docs.slack.dev/reference/block-kit. Only what lisbot could come to send is known
here: a type that Slack knows and this table does not is refused like one that nobody knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from fakes.slack_checks import (
    Check,
    Look,
    any_of,
    boolean,
    by_type,
    listed,
    numeric,
    one_of,
    shape,
    string,
    text,
    whole,
)

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_MARKDOWN = 12_000  # characters, over all markdown blocks of a message
LARGEST_VIEW = 250 * 1024  # bytes of JSON
MOST_IN_BLOCKS = 13_200  # characters of text over all blocks of a message: bolt-js#2509, not in the manual
MOST_IN_TABLES = 10_000  # characters over all cells of the data tables of a message
LONGEST_POST = 40_000  # characters; what is longer is cut
LONGEST_UPDATE = 4_000  # characters; what is longer is refused

EITHER = ("plain_text", "mrkdwn")
ID = string(255)
DATE = string(10, pattern=r"\d{4}-\d\d-\d\d")
TIME = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = string(40, pattern=r"-?\d+(\.\d+)?")
HTTP = string(3000, pattern=r"https?://\S+")

CONFIRM = shape(
    {"title": text(100), "text": text(300, *EITHER), "confirm": text(30), "deny": text(30)},
    {"style": one_of("primary", "danger")},
)


def option(*kinds: str, with_url: bool = False) -> Check:
    more = {"url": HTTP} if with_url else {}
    return shape(
        {"text": text(75, *kinds), "value": string(150)},
        {"description": text(75, *kinds), **more},
    )


def is_offered(value: dict[str, Any], at: str, look: Look) -> None:
    """What is chosen from the start is, letter for letter, among what there is to choose from."""
    offered = offers(value)
    chosen = value.get("initial_options") or [value[k] for k in ("initial_option",) if k in value]
    if any(each not in offered for each in chosen):
        look.say("initial option is not among the options", at)


def offers(element: dict[str, Any]) -> list[dict[str, Any]]:
    groups = element.get("option_groups")
    return [o for g in groups for o in g["options"]] if groups else list(element.get("options") or ())


def one_source(value: dict[str, Any], at: str, look: Look) -> None:
    if ("options" in value) == ("option_groups" in value):
        look.say("exactly one of options and option_groups must be given", at)


def in_bounds(value: dict[str, Any], at: str, look: Look) -> None:
    said = value.get("initial_value", "")
    if len(said) > value.get("max_length", 3000):
        look.say("initial_value is longer than max_length", at)
    if value.get("min_length", 0) > value.get("max_length", 3000):
        look.say("min_length is more than max_length", at)


def in_range(value: dict[str, Any], at: str, look: Look) -> None:
    least, most = (float(value.get(k, d)) for k, d in (("min_value", "-inf"), ("max_value", "inf")))
    said = value.get("initial_value")
    if least > most:
        look.say("min_value is more than max_value", at)
    if said is not None and not least <= float(said) <= most:
        look.say("initial_value is not between min_value and max_value", at)
    if not value["is_decimal_allowed"] and any(
        "." in value.get(k, "") for k in ("min_value", "max_value", "initial_value")
    ):
        look.say("decimals are not allowed", at)


def element(kind: str, required: dict[str, Check], optional: dict[str, Check], *further: Check) -> Check:
    return shape(required, {"action_id": ID, **optional}, *further, kind=kind)


FIELD = {"focus_on_load": boolean, "placeholder": text(150)}
ASKED = {"confirm": CONFIRM, "focus_on_load": boolean}
OPTIONS = listed(option(), 100)
GROUPS = listed(shape({"label": text(75), "options": OPTIONS}), 100)
DISPATCH = shape({}, {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 2, least=0)})

ELEMENTS: dict[str, Check] = {
    "button": element(
        "button",
        {"text": text(75)},
        {
            "value": string(2000, least=0),
            "url": HTTP,
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "checkboxes": element(
        "checkboxes",
        {"options": listed(option(*EITHER), 10)},
        {"initial_options": listed(option(*EITHER), 10), **ASKED},
        is_offered,
    ),
    "radio_buttons": element(
        "radio_buttons",
        {"options": listed(option(*EITHER), 10)},
        {"initial_option": option(*EITHER), **ASKED},
        is_offered,
    ),
    "static_select": element(
        "static_select",
        {},
        {"options": OPTIONS, "option_groups": GROUPS, "initial_option": option(), **ASKED, **FIELD},
        one_source,
        is_offered,
    ),
    "multi_static_select": element(
        "multi_static_select",
        {},
        {
            "options": OPTIONS,
            "option_groups": GROUPS,
            "initial_options": listed(option(), 100),
            "max_selected_items": whole(1, 10_000),
            **ASKED,
            **FIELD,
        },
        one_source,
        is_offered,
    ),
    "overflow": element("overflow", {"options": listed(option(with_url=True), 5)}, {"confirm": CONFIRM}, is_offered),
    "datepicker": element("datepicker", {}, {"initial_date": DATE, **ASKED, **FIELD}),
    "timepicker": element("timepicker", {}, {"initial_time": TIME, "timezone": string(100), **ASKED, **FIELD}),
    "plain_text_input": element(
        "plain_text_input",
        {},
        {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
            "dispatch_action_config": DISPATCH,
            **FIELD,
        },
        in_bounds,
    ),
    "number_input": element(
        "number_input",
        {"is_decimal_allowed": boolean},
        {
            "initial_value": NUMBER,
            "min_value": NUMBER,
            "max_value": NUMBER,
            "dispatch_action_config": DISPATCH,
            **FIELD,
        },
        in_range,
    ),
    "email_text_input": element(
        "email_text_input", {}, {"initial_value": string(), "dispatch_action_config": DISPATCH, **FIELD}
    ),
    "url_text_input": element(
        "url_text_input", {}, {"initial_value": HTTP, "dispatch_action_config": DISPATCH, **FIELD}
    ),
    "image": shape({"alt_text": string(2000), "image_url": HTTP}, kind="image"),
}

CHOICES = {"checkboxes", "radio_buttons", "static_select", "datepicker", "timepicker"}
IN_ACTIONS = CHOICES | {"button", "overflow", "multi_static_select"}
BESIDE_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = CHOICES | {
    "multi_static_select",
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
}
# api.slack.com/reference/block-kit/block-elements, the column "Surfaces".
ONLY_IN_MODALS = {"number_input", "email_text_input", "url_text_input"}
CONTEXT = {**ELEMENTS, "plain_text": text(3000, "plain_text"), "mrkdwn": text(3000, "mrkdwn")}


def block(kind: str, required: dict[str, Check], optional: dict[str, Check], *further: Check) -> Check:
    return shape(required, {"block_id": ID, **optional}, *further, kind=kind)


# docs.slack.dev/reference/block-kit/blocks/data-table-block and /alert-block, looked up 2026-11-25 and 2026-11-26; that
# an alert stands in modals alone and holds 200 characters: slackapi/node-slack-sdk#2567, java-slack-sdk#1624.
CELL = by_type(
    {
        "raw_text": shape({"text": string()}, kind="raw_text"),
        "raw_number": shape({"value": numeric, "text": string()}, kind="raw_number"),
    }
)


def is_rectangle(value: dict[str, Any], at: str, look: Look) -> None:
    rows = value["rows"]
    if len({len(row) for row in rows}) > 1:
        look.say("all rows must have the same number of cells", at)
    if value.get("row_header_column_index", 0) >= len(rows[0]):
        look.say("row_header_column_index must be a column", at)
    if cells_length(value) > MOST_IN_TABLES:
        look.say(f"cells must be less than {MOST_IN_TABLES + 1} characters in all", at)


def cells_length(table: dict[str, Any]) -> int:
    return sum(len(cell["text"]) for row in table["rows"] for cell in row)


BLOCKS: dict[str, Check] = {
    "data_table": block(
        "data_table",
        {"caption": string(), "rows": listed(listed(CELL, 20), 101, least=2)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        is_rectangle,
    ),
    "alert": block(
        "alert",
        {"text": text(200, *EITHER)},
        {"level": one_of("default", "info", "warning", "error", "success")},
    ),
    "section": block(
        "section",
        {},
        {
            "text": text(3000, *EITHER),
            "fields": listed(text(2000, *EITHER), 10),
            "accessory": by_type(ELEMENTS, BESIDE_SECTION),
            "expand": boolean,
        },
        any_of("text", "fields"),
    ),
    "actions": block("actions", {"elements": listed(by_type(ELEMENTS, IN_ACTIONS), 25)}, {}),
    "context": block("context", {"elements": listed(by_type(CONTEXT, {"image", "plain_text", "mrkdwn"}), 10)}, {}),
    "header": block("header", {"text": text(150)}, {}),
    "divider": block("divider", {}, {}),
    "image": block("image", {"alt_text": string(2000), "image_url": HTTP}, {"title": text(2000)}),
    "input": block(
        "input",
        {"label": text(2000), "element": by_type(ELEMENTS, IN_INPUT)},
        {"hint": text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": block("markdown", {"text": string(MOST_MARKDOWN)}, {}),
}
ON_SURFACE = {
    "message": set(BLOCKS) - {"alert"},
    "modal": set(BLOCKS) - {"markdown", "data_table"},
    "home": set(BLOCKS) - {"markdown", "data_table", "alert"},
}

VIEWS: dict[str, Check] = {
    "modal": shape(
        {"title": text(24), "blocks": listed(lambda *_: None, 100)},
        {
            "submit": text(24),
            "close": text(24),
            "private_metadata": string(3000, least=0),
            "callback_id": ID,
            "external_id": ID,
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
        kind="modal",
    ),
    "home": shape(
        {"blocks": listed(lambda *_: None, 100)},
        {"private_metadata": string(3000, least=0), "callback_id": ID, "external_id": ID},
        kind="home",
    ),
}


def elements(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element people can press, choose or write in, each with its block."""
    for each in blocks:
        inside = [each.get("accessory"), each.get("element")]
        if each["type"] == "actions":
            inside += each["elements"]
        yield from ((each, found) for found in inside if found and found["type"] != "image")


def wrong_with_blocks(blocks: Any, surface: str, at: str = "/blocks") -> list[str]:
    """What Slack would say of these blocks on this surface; nothing when it takes them."""
    look = Look(surface)
    listed(by_type(BLOCKS, ON_SURFACE[surface]), MOST_BLOCKS[surface])(blocks, at, look)
    if not look.problems:
        look_at_the_whole(blocks, at, look)
        wrong_with_models(blocks, at, look)
    return look.problems


def look_at_the_whole(blocks: list[dict[str, Any]], at: str, look: Look) -> None:
    """What no block can know of the others: ids given twice, two that want the focus, markdown in all."""
    named = [b["block_id"] for b in blocks if "block_id" in b]
    for twice in sorted({n for n in named if named.count(n) > 1}):
        look.say(f"block_id is not unique: {twice}", at)
    for number, each in enumerate(blocks):
        ids = [e["action_id"] for _, e in elements([each]) if "action_id" in e]
        for twice in sorted({n for n in ids if ids.count(n) > 1}):
            look.say(f"action_id is not unique in its block: {twice}", f"{at}/{number}")
    if sum(1 for _, e in elements(blocks) if e.get("focus_on_load")) > 1:
        look.say("only one element can have focus_on_load", at)
    if look.surface != "modal":
        for kind in sorted({e["type"] for _, e in elements(blocks)} & ONLY_IN_MODALS):
            look.say(f"unsupported type: {kind}", at)
    if sum(cells_length(b) for b in blocks if b["type"] == "data_table") > MOST_IN_TABLES:
        look.say(f"table cells must be less than {MOST_IN_TABLES + 1} characters in all", at)
    if sum(len(b["text"]) for b in blocks if b["type"] == "markdown") > MOST_MARKDOWN:
        look.say(f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters in all", at)


def text_in(node: Any) -> int:
    """Characters of text in these blocks, wherever it stands."""
    if isinstance(node, dict):
        own = node.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_in(inner) for inner in node.values())
    return sum(text_in(inner) for inner in node) if isinstance(node, list) else 0


def wrong_with_models(blocks: list[dict[str, Any]], at: str, look: Look) -> None:
    """What slack_sdk's own models say of them, which know Block Kit from another hand."""
    try:
        # slack_sdk 3.48 has a model of alert and none of data_table.
        for each in Block.parse_all([block for block in blocks if block["type"] != "data_table"]):
            each.to_dict()
    except SlackObjectFormationError as error:
        look.say(str(error), at)


def wrong_with_view(view: Any, at: str = "/view") -> list[str]:
    """What Slack would say of this modal or home; nothing when it takes it."""
    look = Look("view")
    by_type(VIEWS)(view, at, look)
    if look.problems:
        return look.problems
    look.problems += wrong_with_blocks(view["blocks"], view["type"], f"{at}/blocks")
    if view["type"] == "modal" and "submit" not in view and has_input(view):
        look.say("missing required field: submit", at)
    try:
        View(**view).validate_json()
    except SlackObjectFormationError as error:
        look.say(str(error), at)
    return look.problems


def has_input(view: dict[str, Any]) -> bool:
    return any(each.get("type") == "input" for each in view["blocks"])


def is_too_large(view: Any) -> bool:
    return len(json.dumps(view, ensure_ascii=False).encode()) > LARGEST_VIEW
