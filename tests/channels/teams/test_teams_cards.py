"""A card's face in Teams shows what people typed, exactly, and does nothing else with it."""

import copy
import json

import pytest

from cardlint import lint
from lisbot.cards.fill import template
from lisbot.render import teams


def drawn(text):
    return teams.render({"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": text}]})["body"][0][
        "text"
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Innmelding av saker", "Innmelding av saker"),
        ("**fet** og _kursiv_", r"\*\*fet\*\* og \_kursiv\_"),
        ("[klikk](https://evil.example)", r"\[klikk\](https://evil.example)"),
        ("`kode` ~gammelt~ C:\\sti", r"\`kode\` \~gammelt\~ C:\\sti"),
        ("10. februar 2027", "10.\u00a0februar 2027"),
        ("- punkt", "-\u00a0punkt"),
        ("# tittel", "#\u00a0tittel"),
        ("> sitat", ">\u00a0sitat"),
        ("Først\n1) så\n\n\nsist", "Først\n\n1)\u00a0så\n\nsist"),
        ("<at>everyone</at>", "<\u200bat>everyone<\u200b/at>"),
        ("< AT >x</ at>", "<\u200b AT >x<\u200b/ at>"),
        ("{{DATE(2026-03-02T09:00:00Z)}}", "{\u200b{DATE(2026-03-02T09:00:00Z)}}"),
        ("{{{TIME(x)}}}", "{\u200b{\u200b{TIME(x)}}}"),
        ("12/26 – 3 < 4 {ok}", "12/26 – 3 < 4 {ok}"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("🙂", "🙂"),
    ],
)
def test_what_was_typed_is_what_is_seen(typed, shown):
    assert drawn(typed) == shown


def test_every_place_that_is_drawn_with_markdown_is_escaped_and_no_other():
    plain = "*x*"
    card = {
        "type": "AdaptiveCard",
        "lang": "nn",
        "body": [
            {"type": "Container", "items": [{"type": "TextBlock", "text": plain}]},
            {
                "type": "ColumnSet",
                "columns": [{"type": "Column", "items": [{"type": "TextBlock", "text": plain}]}],
            },
            {"type": "FactSet", "facts": [{"title": plain, "value": plain}]},
            {
                "type": "Table",
                "rows": [{"type": "TableRow", "cells": [{"items": [{"type": "TextBlock", "text": plain}]}]}],
            },
            choice("expanded", plain),
            {**choice("compact", plain), "isMultiSelect": True},
            {"type": "Input.Toggle", "id": "t", "title": plain, "label": "l"},
        ],
    }
    before = copy.deepcopy(card)
    shown = teams.render(card)
    assert json.dumps(shown["body"]).count(r"\\*x\\*") == 8
    assert card == before
    assert (shown["version"], shown["msteams"], shown["lang"]) == ("1.5", {"width": "Full"}, "nn")
    untouched = {
        "type": "AdaptiveCard",
        "body": [{"type": "Input.Text", "id": "a", "label": plain, "value": plain}, choice("compact", plain)],
        "actions": [{"type": "Action.Execute", "title": plain, "verb": "x", "data": {"title": plain}}],
    }
    assert "\\" not in json.dumps(teams.render(untouched))


def choice(style, title):
    return {"type": "Input.ChoiceSet", "style": style, "choices": [{"title": title, "value": "v"}]}


def button(**changed):
    data = {"vote_id": 7}
    return {
        "type": "Action.Execute",
        "title": "Stem",
        "verb": "vote.cast",
        "data": data,
        "fallback": {"type": "Action.Submit", "title": "Stem", "data": {"verb": "vote.cast", "args": data}},
        **changed,
    }


def right():
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "style": "heading", "wrap": True, "text": "Sak 12/26"},
            {
                "type": "Input.Text",
                "id": "reason",
                "label": "Grunn",
                "isRequired": True,
                "errorMessage": "Fyll ut",
            },
        ],
        "actions": [button()],
    }


def test_a_right_card_has_no_breach():
    assert lint(right()) == []


def extend(**parts):
    card = right()
    card["body"].append(parts)
    return card


@pytest.mark.parametrize(
    "card",
    [
        {k: v for k, v in right().items() if k != "version"},
        right() | {"version": "1.6"},
        right() | {"body": []},
        right() | {"body": [{"type": "TextBlock", "text": "Uten overskrift", "wrap": True}]},
        right() | {"actions": [button()] * 7},
        right() | {"made_up": 1},
        right() | {"actions": [button(fallback="drop")]},
        right() | {"actions": [button(verb="vote.close")]},
        right() | {"actions": [button(title="")]},
        right() | {"actions": [button(isEnabled=False)]},
        right() | {"refresh": {"userIds": [f"29:{n}" for n in range(61)]}},
        extend(type="TextBlock", text="", wrap=True),
        extend(type="TextBlock", text="${title}", wrap=True),
        extend(type="TextBlock", text="lang"),
        extend(type="TextBlock", text="x" * 41_000, wrap=True),
        extend(type="Image", url="https://x.example/a.png"),
        extend(type="Image", url="http://x.example/a.png", altText="a"),
        extend(type="Media"),
        extend(type="FactSet", facts=[{"title": "Når", "value": ""}]),
        extend(type="Input.Text", id="reason", label="Samme id"),
        extend(type="Input.Text", id="a", placeholder="ingen ledetekst"),
        extend(type="Input.Date", id="a", label="Dag", isRequired=True),
        extend(type="Input.ChoiceSet", id="a", label="Valg", choices=[]),
        extend(type="Input.ChoiceSet", id="a", label="Valg", choices=[{"title": "A", "value": "a"}] * 2),
        extend(
            type="Input.ChoiceSet", id="a", label="Valg", value="b", choices=[{"title": "A", "value": "a"}]
        ),
        extend(
            type="Input.ChoiceSet",
            id="a",
            label="V",
            style="filtered",
            choices=[{"title": "A", "value": "a"}],
        ),
    ],
    ids=lambda card: json.dumps(card)[-60:],
)
def test_the_linter_finds_each_breach(card):
    assert lint(card)


def test_our_own_buttons_pass_the_linter():
    from lisbot.cards.fill import fill

    for name in ("button", "ask"):
        drawn = fill(
            template(name), {"verb": "a.b", "title": "Gjør det", "data": {"x": 1}, "style": "default"}
        )
        assert lint(right() | {"actions": [drawn]}) == []
