"""A card as HTML: its structure for those who listen, and nothing in it but text."""

import json

import pytest

from browser import Forms
from lisbot.render import html
from lisbot.render.html import Target, safe_url


def find_target(action):
    if "verb" not in action:
        return None
    return Target(f"/do/{action['verb']}", "post", action.get("data", {}))


def drawn(*body, actions=(), lang="nb"):
    card = {"type": "AdaptiveCard", "lang": lang, "body": list(body), "actions": list(actions)}
    return str(html.render_card(card, find_target=find_target, hidden={"_csrf": "token"}))


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
        actions=[execute("proposal.submit")],
    )
    hint, problem = (
        page.split(f">{words}<")[0].rsplit('id="', 1)[1].split('"')[0] for words in ("Kort", "er for kort")
    )
    assert f'aria-describedby="{hint} {problem}"' in page
    assert 'aria-invalid="true"' in page and "required" in page


def test_a_required_input_says_in_its_own_words_that_it_is_missing():
    field = {"type": "Input.Text", "id": "t", "label": "T", "isRequired": True, "errorMessage": "Fyll ut: T"}
    page = drawn(field, actions=[execute("proposal.submit")])
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
        actions=[execute("proposal.submit")],
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
    page = drawn({"type": "Input.Date", "id": "on", "label": "Dato", "value": "31.02.2027"}, actions=[execute("x.y")])
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
    assert "elsewhere" not in drawn({"type": "Image", "url": "https://elsewhere.example/x.png", "altText": "Kart"})
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
        actions=[execute("proposal.submit")],
    )
    assert '<option value="">Ikke valgt</option>' in page


def test_a_web_address_in_a_text_is_a_link_and_nothing_more_than_the_address():
    page = drawn({"type": "TextBlock", "text": 'Se https://example.no/a?b=1&c="><script>. Slutt'})
    assert '<a href="https://example.no/a?b=1&amp;c=" rel="noopener noreferrer nofollow">' in page
    assert "<script>" not in page


def block(words, **more):
    return {"type": "TextBlock", "text": words, **more}


@pytest.mark.parametrize("style", ["attention", "good", "warning", "accent", "emphasis"])
def test_what_a_container_and_a_text_stand_out_by_is_a_class_and_the_words_stay(style):
    page = drawn(
        {"type": "Container", "style": style, "items": [block("Må gjøres", color=style.capitalize())]},
    )
    assert f'<div class="box {style}"><p class="{style}">Må gjøres</p></div>' in page


def test_only_what_was_wrong_with_a_form_interrupts_a_screen_reader():
    problem = {"type": "Container", "style": "attention", "items": [block("Skriv en tittel")]}
    assert "role=" not in drawn(problem)
    asked = {"type": "Container", "items": [{"type": "Input.Text", "id": "title", "label": "Tittel"}]}
    assert '<div class="box attention" role="alert" tabindex="-1" autofocus><p>Skriv en tittel</p></div>' in drawn(
        problem, asked, actions=[execute("proposal.submit")]
    )


def test_columns_stand_beside_one_another_in_their_own_styles():
    page = drawn(
        {
            "type": "ColumnSet",
            "columns": [
                {"type": "Column", "items": [block("09.00")]},
                {"type": "Column", "style": "good", "items": [block("Godkjent")]},
                {"type": "Column", "isVisible": False, "items": [block("Skjult")]},
            ],
        }
    )
    assert '<div class="columns"><div><p>09.00</p></div><div class="box good"><p>Godkjent</p></div></div>' in page


@pytest.mark.parametrize("target", ["more", {"elementId": "more", "isVisible": True}])
def test_what_a_button_would_show_is_shown_and_the_button_is_not(target):
    toggle = {"type": "Action.ToggleVisibility", "title": "Vis flere", "targetElements": [target]}
    hidden = {"type": "Container", "id": "more", "isVisible": False, "items": [block("Sak 7")]}
    other = {"type": "Container", "id": "other", "isVisible": False, "items": [block("Ingen ser dette")]}
    for page in (
        drawn(hidden, other, actions=[toggle]),
        drawn({"type": "ActionSet", "actions": [toggle]}, hidden, other),
    ):
        assert "Sak 7" in page
        assert "Ingen ser dette" not in page and "Vis flere" not in page


def test_a_link_in_a_card_is_a_link_on_the_page():
    link = {
        "type": "Action.OpenUrl",
        "title": "Delta",
        "url": "https://video.example.no/samordning",
        "style": "positive",
    }
    anchor = '<a href="https://video.example.no/samordning" class="button primary">Delta</a>'
    assert anchor in drawn(actions=[link]) and anchor in drawn({"type": "ActionSet", "actions": [link]})


def test_an_element_that_pages_do_not_know_is_drawn_as_what_it_falls_back_to():
    assert "<p>Kart</p>" in drawn({"type": "Carousel", "fallback": block("Kart")})
    assert "Kart" not in drawn({"type": "Carousel", "fallback": "drop", "pages": [block("Kart")]})
