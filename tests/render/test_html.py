"""A card as HTML: its structure for those who listen, and nothing in it but text."""

import json

import pytest

from browser import Forms
from lisbot.render.html import Place, html, safe_url


def lead(action):
    return Place(f"/do/{action['verb']}", "post", action.get("data", {}))


def drawn(*body, actions=(), lang="nb"):
    card = {"type": "AdaptiveCard", "lang": lang, "body": list(body), "actions": list(actions)}
    return str(html(card, lead=lead, hidden={"_csrf": "token"}))


def execute(verb, **more):
    return {"type": "Action.Execute", "verb": verb, "title": verb, "data": {}, **more}


def test_headings_follow_one_another():
    page = drawn(
        {"type": "TextBlock", "style": "heading", "text": "Møtet"},
        {"type": "TextBlock", "style": "heading", "text": "Saker"},
    )
    assert "<h1>Møtet</h1>" in page and "<h2>Saker</h2>" in page


def test_facts_are_a_list_of_terms():
    page = drawn({"type": "FactSet", "facts": [{"title": "Frist", "value": "<5. mars>"}]})
    assert "<dt>Frist</dt><dd>&lt;5. mars&gt;</dd>" in page


def test_an_input_is_labelled_and_its_hint_and_problem_are_read_with_it():
    page = drawn(
        {
            "type": "Container",
            "items": [
                {"type": "TextBlock", "isSubtle": True, "text": "Kort"},
                {"type": "Input.Text", "id": "title", "label": "Tittel", "isRequired": True, "value": "x"},
                {"type": "TextBlock", "color": "Attention", "text": "er for kort"},
            ],
        },
        actions=[execute("note.write")],
    )
    hint, problem = (
        page.split(f">{words}<")[0].rsplit('id="', 1)[1].split('"')[0] for words in ("Kort", "er for kort")
    )
    assert f'aria-describedby="{hint} {problem}"' in page
    assert 'aria-invalid="true"' in page and "required" in page


def test_a_required_input_says_in_its_own_words_that_it_is_missing():
    field = {"type": "Input.Text", "id": "t", "label": "T", "isRequired": True, "errorMessage": "Fyll ut: T"}
    page = drawn(field, actions=[execute("note.write")])
    at = page.split('aria-errormessage="')[1].split('"')[0]
    assert f'id="{at}">Fyll ut: T' in page


@pytest.mark.parametrize(
    ("many", "style", "tag"),
    [
        (False, "expanded", 'type="radio"'),
        (True, "compact", 'type="checkbox"'),
        (False, "compact", "<select"),
    ],
)
def test_choices_are_buttons_boxes_or_a_list(many, style, tag):
    choices = [{"title": "Ja", "value": "yes"}, {"title": "Nei", "value": "no"}]
    page = drawn(
        {
            "type": "Input.ChoiceSet",
            "id": "c",
            "label": "Svar",
            "isRequired": True,
            "isMultiSelect": many,
            "style": style,
            "choices": choices,
            "value": "no",
        },
        actions=[execute("note.write")],
    )
    assert tag in page
    assert Forms(page).forms[0]["fields"][-1] == ("c", "no")
    assert ("<fieldset" in page) == (tag != "<select")


def test_inputs_go_with_the_button_that_takes_them_and_with_no_other():
    page = drawn(
        {"type": "Input.Text", "id": "why", "label": "Hvorfor"},
        actions=[
            execute("vote.cast", data={"vote_id": 7, "choice": "agree"}),
            execute("vote.cast", data={"vote_id": 7, "choice": "disagree"}),
            execute("vote.close", data={"vote_id": 7}, associatedInputs="none"),
        ],
    )
    cast, close = Forms(page).forms
    assert cast["action"] == "/do/vote.cast" and close["action"] == "/do/vote.close"
    assert [json.loads(b["value"])["choice"] for b in cast["buttons"]] == ["agree", "disagree"]
    assert [name for name, _ in close["fields"]] == ["_csrf"]
    assert json.loads(close["buttons"][0]["value"]) == {"vote_id": 7}


def test_a_value_that_the_browsers_own_picker_cannot_show_is_still_there():
    page = drawn(
        {"type": "Input.Date", "id": "on", "label": "Dato", "value": "31.02.2027"}, actions=[execute("x.y")]
    )
    assert 'type="text"' in page and 'value="31.02.2027"' in page


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "http://",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_runs_something_is_not_a_link(url):
    assert safe_url(url) == ""
    assert url.strip() not in drawn(actions=[{"type": "Action.OpenUrl", "title": "x", "url": url}])


@pytest.mark.parametrize("url", ["https://example.no/møte?a=b", "/meeting/3", "mailto:regut@example.no"])
def test_an_ordinary_address_is_a_link(url):
    assert safe_url(url) == url


def test_a_picture_from_elsewhere_is_shown_by_its_words():
    assert "elsewhere" not in drawn(
        {"type": "Image", "url": "https://elsewhere.example/x.png", "altText": "Kart"}
    )
    assert "Kart" in drawn({"type": "Image", "url": "https://elsewhere.example/x.png", "altText": "Kart"})


def test_nothing_in_a_card_becomes_markup():
    nasty = '"><script>alert(1)</script>'
    page = drawn(
        {"type": "TextBlock", "style": "heading", "text": nasty},
        {
            "type": "Input.Text",
            "id": nasty,
            "label": nasty,
            "value": nasty,
            "isRequired": True,
            "errorMessage": nasty,
        },
        {"type": "Input.ChoiceSet", "id": "c", "label": nasty, "choices": [{"title": nasty, "value": nasty}]},
        {"type": "Input.Toggle", "id": nasty, "title": nasty},
        {"type": "Table", "rows": [{"cells": [{"items": [{"type": "TextBlock", "text": nasty}]}]}]},
        actions=[execute("x.y", title=nasty, data={nasty: nasty})],
        lang="nb",
    )
    assert "<script" not in page


def test_an_optional_choice_can_be_let_go_of():
    choices = [{"title": "Ja", "value": "yes"}]
    page = drawn(
        {"type": "Input.ChoiceSet", "id": "c", "label": "Svar", "style": "expanded", "choices": choices},
        actions=[execute("note.write")],
    )
    assert '<option value="">Ikke valgt</option>' in page


def test_a_web_address_in_a_text_is_a_link_and_nothing_more_than_the_address():
    page = drawn({"type": "TextBlock", "text": 'Se https://example.no/a?b=1&c="><script>. Slutt'})
    assert '<a href="https://example.no/a?b=1&amp;c=" rel="noopener noreferrer nofollow">' in page
    assert "<script>" not in page
