"""Each refusal of blocks and views is a documented rule: docs.slack.dev/reference/block-kit.

The fake has its numbers from the manual, and lisbot has its own: here they are held against each other.
"""

from collections.abc import Callable
from typing import Any

import pytest

from fakes.slack_rules import LARGEST_VIEW, LONGEST_POST, LONGEST_UPDATE, wrong_with_blocks, wrong_with_view
from lisbot.render.slack import limits

Make = Callable[[int], Any]
WORDS = {"type": "plain_text", "text": "Ja"}


def plain(length: int) -> dict[str, str]:
    return {"type": "plain_text", "text": "å" * length}


def mrkdwn(length: int) -> dict[str, str]:
    return {"type": "mrkdwn", "text": "å" * length}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": WORDS, **more}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "1:vote.cast", "text": WORDS, **more}


def buttons(count: int) -> dict[str, Any]:
    return {"type": "actions", "elements": [button(action_id=f"{n}:vote.cast") for n in range(count)]}


def options(count: int) -> list[dict[str, Any]]:
    return [option(value=str(n)) for n in range(count)]


def option(**more: Any) -> dict[str, Any]:
    return {"text": WORDS, "value": "ja", **more}


def groups(count: int) -> list[dict[str, Any]]:
    return [{"label": WORDS, "options": [option(value=str(n))]} for n in range(count)]


def acting(**element: Any) -> dict[str, Any]:
    return {"type": "actions", "elements": [{"action_id": "a", **element}]}


def asking(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "a", **more.pop("element", {})}
    return {"type": "input", "label": WORDS, "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": WORDS, "submit": WORDS, "blocks": list(blocks) or [section()], **more}


MOST_IN_BLOCKS: list[tuple[str, int, Make]] = [
    ("section: text of 3000 characters", limits.TEXT, lambda n: section(text=mrkdwn(n))),
    ("section: 10 fields", limits.FIELDS, lambda n: section(fields=[WORDS] * n)),
    ("section: a field of 2000 characters", limits.FIELD, lambda n: section(fields=[plain(n)])),
    ("header: text of 150 characters", limits.HEADER, lambda n: {"type": "header", "text": plain(n)}),
    ("actions: 25 elements", limits.ACTIONS, buttons),
    ("context: 10 elements", limits.CONTEXT, lambda n: {"type": "context", "elements": [WORDS] * n}),
    ("button: text of 75 characters", limits.BUTTON, lambda n: acting(**button(text=plain(n)))),
    ("button: value of 2000 characters", limits.VALUE, lambda n: acting(**button(value="v" * n))),
    ("button: url of 3000 characters", limits.URL, lambda n: acting(**button(url="https://a".ljust(n, "a")))),
    (
        "button: label of 75 characters",
        limits.BUTTON,
        lambda n: acting(**button(accessibility_label="v" * n)),
    ),
    ("action_id of 255 characters", limits.ID, lambda n: acting(**button(action_id="v" * n))),
    ("block_id of 255 characters", limits.ID, lambda n: section(block_id="v" * n)),
    ("overflow: 5 options", limits.OVERFLOW, lambda n: acting(type="overflow", options=options(n))),
    ("select: 100 options", limits.OPTIONS, lambda n: acting(type="static_select", options=options(n))),
    ("checkboxes: 10 options", limits.BOXES, lambda n: acting(type="checkboxes", options=options(n))),
    ("radio buttons: 10 options", limits.BOXES, lambda n: acting(type="radio_buttons", options=options(n))),
    ("option: text of 75", limits.OPTION, lambda n: acting(type="overflow", options=[option(text=plain(n))])),
    (
        "option: value of 150",
        limits.OPTION_VALUE,
        lambda n: acting(type="overflow", options=[option(value="v" * n)]),
    ),
    (
        "option: description of 75",
        limits.OPTION,
        lambda n: acting(type="overflow", options=[option(description=plain(n))]),
    ),
    ("input: label of 2000 characters", limits.LABEL, lambda n: asking(label=plain(n))),
    ("input: hint of 2000 characters", limits.LABEL, lambda n: asking(hint=plain(n))),
    (
        "input: placeholder of 150 characters",
        limits.PLACEHOLDER,
        lambda n: asking(element={"placeholder": plain(n)}),
    ),
    ("plain text input: 3000 characters", limits.INPUT, lambda n: asking(element={"initial_value": "v" * n})),
    ("plain text input: max_length of 3000", limits.INPUT, lambda n: asking(element={"max_length": n})),
    (
        "plain text input: its own length",
        8,
        lambda n: asking(element={"max_length": 8, "initial_value": "v" * n}),
    ),
    (
        "image: alt_text of 2000",
        limits.ALT_TEXT,
        lambda n: {"type": "image", "image_url": "https://a.b", "alt_text": "v" * n},
    ),
    (
        "image: title of 2000",
        2000,
        lambda n: {"type": "image", "image_url": "https://a.b", "alt_text": "v", "title": plain(n)},
    ),
    (
        "confirm: title of 100",
        limits.CONFIRM_TITLE,
        lambda n: acting(**button(confirm=confirm(title=plain(n)))),
    ),
    (
        "confirm: text of 300",
        limits.CONFIRM_TEXT,
        lambda n: acting(**button(confirm=confirm(text=mrkdwn(n)))),
    ),
    (
        "confirm: button of 30",
        limits.CONFIRM_BUTTON,
        lambda n: acting(**button(confirm=confirm(confirm=plain(n)))),
    ),
    (
        "confirm: deny of 30",
        limits.CONFIRM_BUTTON,
        lambda n: acting(**button(confirm=confirm(deny=plain(n)))),
    ),
    (
        "image: image_url of 3000",
        limits.IMAGE_URL,
        lambda n: {"type": "image", "image_url": "https://a".ljust(n, "a"), "alt_text": "v"},
    ),
    ("select: 100 groups", limits.GROUPS, lambda n: acting(type="static_select", option_groups=groups(n))),
    ("markdown: 12 000 characters", limits.MARKDOWN, lambda n: {"type": "markdown", "text": "v" * n}),
]


def confirm(**more: Any) -> dict[str, Any]:
    return {"title": WORDS, "text": WORDS, "confirm": WORDS, "deny": WORDS, **more}


@pytest.mark.parametrize(("rule", "most", "make"), MOST_IN_BLOCKS, ids=[r for r, _, _ in MOST_IN_BLOCKS])
def test_a_block_may_have_so_much_and_not_one_more(rule: str, most: int, make: Make) -> None:
    assert wrong_with_blocks([make(most)], "message") == []
    assert wrong_with_blocks([make(most + 1)], "message")


@pytest.mark.parametrize(
    ("surface", "most"),
    [("message", limits.MESSAGE_BLOCKS), ("modal", limits.VIEW_BLOCKS), ("home", limits.VIEW_BLOCKS)],
)
def test_a_surface_holds_so_many_blocks(surface: str, most: int) -> None:
    assert wrong_with_blocks([{"type": "divider"}] * most, surface) == []
    (said,) = wrong_with_blocks([{"type": "divider"}] * (most + 1), surface)
    assert said == f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"


MOST_IN_VIEWS: list[tuple[str, int, Make]] = [
    ("modal: title of 24 characters", limits.TITLE, lambda n: modal(title=plain(n))),
    ("modal: submit of 24 characters", limits.TITLE, lambda n: modal(submit=plain(n))),
    ("modal: close of 24 characters", limits.TITLE, lambda n: modal(close=plain(n))),
    ("modal: private_metadata of 3000", limits.METADATA, lambda n: modal(private_metadata="v" * n)),
    ("modal: callback_id of 255", limits.ID, lambda n: modal(callback_id="v" * n)),
    ("modal: external_id of 255", 255, lambda n: modal(external_id="v" * n)),
    ("modal: 100 blocks", limits.VIEW_BLOCKS, lambda n: modal(*[{"type": "divider"}] * n)),
]


@pytest.mark.parametrize(("rule", "most", "make"), MOST_IN_VIEWS, ids=[r for r, _, _ in MOST_IN_VIEWS])
def test_a_view_may_have_so_much_and_not_one_more(rule: str, most: int, make: Make) -> None:
    assert wrong_with_view(make(most)) == []
    assert wrong_with_view(make(most + 1))


def test_a_text_and_a_view_are_as_large_as_lisbot_makes_them() -> None:
    ours = (limits.MESSAGE_TEXT, limits.UPDATE_TEXT, limits.VIEW_BYTES)
    assert ours == (LONGEST_POST, LONGEST_UPDATE, LARGEST_VIEW)


MISSHAPEN: list[tuple[str, dict[str, Any], str]] = [
    ("a field nobody knows", section(colour="red"), "invalid additional property: colour"),
    ("a type nobody knows", {"type": "fact_set"}, "unsupported type: fact_set"),
    ("alert stands only in modals", {"type": "alert", "text": WORDS}, "unsupported type: alert"),
    ("a section says something", {"type": "section"}, "missing required field: one of text, fields"),
    ("a text is not empty", section(text=plain(0)), "must be more than 0 characters"),
    ("a header is plain text", {"type": "header", "text": mrkdwn(3)}, "unsupported type: mrkdwn"),
    ("a button is plain text", acting(**button(text=mrkdwn(3))), "unsupported type: mrkdwn"),
    (
        "an option is plain text",
        acting(type="overflow", options=[option(text=mrkdwn(3))]),
        "unsupported type: mrkdwn",
    ),
    (
        "mrkdwn has no emoji",
        section(text={**mrkdwn(3), "emoji": False}),
        "invalid additional property: emoji",
    ),
    ("a style is one of two", acting(**button(style="default")), "must be one of primary, danger"),
    ("actions are not empty", {"type": "actions", "elements": []}, "no fewer than 1 items required"),
    ("no text input among actions", acting(type="plain_text_input"), "unsupported type: plain_text_input"),
    ("no button in an input", asking(element={"type": "button", "text": WORDS}), "unsupported type: button"),
    (
        "an input has a label",
        {"type": "input", "element": {"type": "datepicker"}},
        "missing required field: label",
    ),
    (
        "an image has alt_text",
        {"type": "image", "image_url": "https://a.b"},
        "missing required field: alt_text",
    ),
    ("a date is YYYY-MM-DD", acting(type="datepicker", initial_date="1.2.2027"), "must match"),
    ("a time is HH:mm", acting(type="timepicker", initial_time="9.30"), "must match"),
    (
        "options or groups, not both nor none",
        acting(type="static_select"),
        "exactly one of options and option_groups",
    ),
    (
        "what is chosen is offered",
        acting(type="static_select", options=options(2), initial_option=option(value="9")),
        "initial option is not among the options",
    ),
    (
        "min is not above max",
        asking(element={"min_length": 9, "max_length": 8}),
        "min_length is more than max_length",
    ),
]


@pytest.mark.parametrize(("rule", "block", "says"), MISSHAPEN, ids=[r for r, _, _ in MISSHAPEN])
def test_what_is_not_block_kit_is_refused_in_its_place(rule: str, block: dict[str, Any], says: str) -> None:
    (said, *_) = wrong_with_blocks([block], "message")
    assert says in said
    assert "[json-pointer:/blocks/0" in said


TOGETHER: list[tuple[str, str, list[dict[str, Any]], str]] = [
    ("block_id", "message", [section(block_id="a")] * 2, "block_id is not unique: a"),
    (
        "action_id",
        "message",
        [{"type": "actions", "elements": [button(), button()]}],
        "action_id is not unique in its block: 1:vote.cast",
    ),
    (
        "focus",
        "modal",
        [asking(element={"focus_on_load": True})] * 2,
        "only one element can have focus_on_load",
    ),
    (
        "markdown",
        "message",
        [{"type": "markdown", "text": "v" * 7000}] * 2,
        "markdown blocks must be less than",
    ),
    ("markdown in a modal", "modal", [{"type": "markdown", "text": "v"}], "unsupported type: markdown"),
    (
        "number in a home",
        "home",
        [asking(element={"type": "number_input", "is_decimal_allowed": False})],
        "unsupported type: number_input",
    ),
]


@pytest.mark.parametrize(("rule", "surface", "blocks", "says"), TOGETHER, ids=[r for r, *_ in TOGETHER])
def test_blocks_that_do_not_go_together_are_refused(
    rule: str, surface: str, blocks: list[dict[str, Any]], says: str
) -> None:
    (said, *_) = wrong_with_blocks(blocks, surface)
    assert says in said


WRONG_VIEWS: list[tuple[str, dict[str, Any], str]] = [
    (
        "inputs need a submit",
        {"type": "modal", "title": WORDS, "blocks": [asking()]},
        "missing required field: submit",
    ),
    ("a modal has a title", {"type": "modal", "blocks": [section()]}, "missing required field: title"),
    (
        "a home has no title",
        {"type": "home", "title": WORDS, "blocks": [section()]},
        "invalid additional property: title",
    ),
    ("a view is a modal or a home", {"type": "page", "blocks": [section()]}, "unsupported type: page"),
    ("what Slack adds is not sent back", modal(hash="1.2"), "invalid additional property: hash"),
]


@pytest.mark.parametrize(("rule", "view", "says"), WRONG_VIEWS, ids=[r for r, _, _ in WRONG_VIEWS])
def test_what_is_not_a_view_is_refused(rule: str, view: dict[str, Any], says: str) -> None:
    (said, *_) = wrong_with_view(view)
    assert says in said


def test_a_number_stands_between_its_bounds() -> None:
    number = {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}
    assert wrong_with_blocks([asking(element={**number, "initial_value": "9"})], "modal") == []
    assert wrong_with_blocks([asking(element={**number, "initial_value": "10"})], "modal")
    assert wrong_with_blocks([asking(element={**number, "initial_value": "1.5"})], "modal")
    assert wrong_with_blocks([asking(element={**number, "max_value": "0"})], "modal")
