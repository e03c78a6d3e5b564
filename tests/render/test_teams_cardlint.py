"""The linter of cards finds what Teams, phones and screen readers would stumble on."""

import json

import pytest

from cardlint import lint
from lisbot.cards.fill import fill, template


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
        extend(type="Input.ChoiceSet", id="a", label="Valg", value="b", choices=[{"title": "A", "value": "a"}]),
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
    for name in ("button", "ask"):
        drawn = fill(template(name), {"verb": "a.b", "title": "Gjør det", "data": {"x": 1}, "style": "default"})
        assert lint(right() | {"actions": [drawn]}) == []
