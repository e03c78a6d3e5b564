"""A form as a Slack modal: every kind of input, what was typed in it, and what was wrong with it."""

import pytest
from hypothesis import given, settings

from lisbot.cards.form import submit
from lisbot.commands import COMMANDS
from lisbot.render.slack import limits
from lisbot.render.slack.blocks import CannotDraw, field_errors, read_inputs
from lisbot.texts import LANGUAGES, look_up, text
from sample_cards import (
    SOME,
    asked,
    button,
    card,
    chosen_among,
    element,
    form,
    heading,
    line,
    sent,
    shown,
    texts,
)


@pytest.mark.parametrize("over, whole", [(0, True), (1, False)])
def test_a_title_too_long_for_a_modal_stands_first_in_it(over: int, whole: bool):
    title = "å" * (limits.TITLE + over)
    view = shown(form(asked("Text"), title=title))
    assert (view["title"]["text"] == title) is whole
    assert (view["blocks"][0]["type"] == "header") is not whole
    assert title in [view["title"]["text"], *texts(view["blocks"])]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "name", [name for name, command in COMMANDS.items() if command.has_form and not command.is_internal]
)
def test_every_form_has_a_title_and_a_button_that_fit_a_modal(name: str, lang: str):
    title, send = text(lang, f"command.{name}.name"), submit(lang, name)
    view = shown(form(asked("Text"), verb=name, title=title, submit=send, lang=lang))
    assert view["title"]["text"] in (title, look_up(lang, f"command.{name}").get("modal"))
    assert view["submit"]["text"] == send


def test_a_form_is_sent_by_its_one_button_and_says_the_rest_above_its_fields():
    problem = {"type": "Container", "style": "attention", "items": [line("Noe må rettes.")]}
    view = shown(form(line("Samrådet", weight="Bolder"), problem, asked("Text", hint="Kort", problem="mangler")))
    assert view["submit"]["text"] == "Send inn"
    assert texts(view["blocks"]) == ["*Samrådet*", "⚠️ Noe må rettes.", "⚠️ mangler", "Felt", "Kort"]
    assert [block["type"] for block in view["blocks"]] == ["section", "section", "section", "input"]


def test_a_card_that_asks_for_nothing_is_a_modal_with_nothing_to_send():
    view = shown(card(heading("Møtet"), line("tekst"), actions=[button("Åpne")]))
    assert "submit" not in view and view["blocks"][-1]["type"] == "actions"


@pytest.mark.parametrize("over, has_hint", [(0, True), (1, False)])
def test_a_hint_too_long_for_a_hint_stands_above_its_field(over: int, has_hint: bool):
    hint = "h" * (limits.LABEL + over)
    blocks = shown(form(asked("Text", hint=hint)))["blocks"]
    assert ("hint" in blocks[-1]) is has_hint and hint in texts(blocks)


KINDS = {
    "line": (asked("Text", "Felles rotasjon", maxLength=200), "plain_text_input", "Felles rotasjon"),
    "empty line": (asked("Text", maxLength=200), "plain_text_input", ""),
    "number": (asked("Number", 20, min=1, max=480), "number_input", "20"),
    "no number": (asked("Number", None, placeholder="mange", max=480), "plain_text_input", "mange"),
    "number out of range": (asked("Number", 481, placeholder="481", max=480), "plain_text_input", "481"),
    "absurd number": (asked("Number", None, placeholder="9" * 5000), "plain_text_input", "9" * 5000),
    "date": (asked("Date", "2027-03-10"), "datepicker", "2027-03-10"),
    "empty date": (asked("Date"), "datepicker", ""),
    "no date": (asked("Date", "31.02.2027"), "plain_text_input", "31.02.2027"),
    "week": (asked("Date", "2027-W10-3"), "plain_text_input", "2027-W10-3"),
    "time": (asked("Time", "09:00"), "timepicker", "09:00"),
    "no time": (asked("Time", "kl. 9"), "plain_text_input", "kl. 9"),
    "ticked": (asked("Toggle", "true", title="Felt", valueOn="true"), "checkboxes", "true"),
    "not ticked": (asked("Toggle", "false", title="Felt", valueOn="true"), "checkboxes", "false"),
    "one of few": (chosen_among("abc", "1", style="expanded", isRequired=True), "radio_buttons", "1"),
    "one or none of few": (chosen_among("abc", "1", style="expanded"), "static_select", "1"),
    "one of many": (chosen_among(map(str, range(12)), "11", isRequired=True), "static_select", "11"),
    "none of many": (chosen_among(map(str, range(12))), "static_select", ""),
    "several of few": (
        chosen_among("abc", "0,2", style="expanded", isMultiSelect=True, isRequired=True),
        "checkboxes",
        "0,2",
    ),
    "none of few": (chosen_among("abc", style="expanded", isMultiSelect=True), "checkboxes", ""),
    "several of many": (
        chosen_among(map(str, range(12)), "3,11", isMultiSelect=True),
        "multi_static_select",
        "3,11",
    ),
    "none of several": (chosen_among("abc", isMultiSelect=True), "multi_static_select", ""),
    "no choice of theirs": (chosen_among("abc", "9", isRequired=True), "static_select", ""),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_stands_in_a_field_comes_back_from_it(name: str):
    field, kind, value = KINDS[name]
    view = shown(form(field))
    assert view["blocks"][0]["element"]["type"] == kind
    assert sent(view) == {"field": value}


def test_choosing_none_is_choosing_nothing():
    offered = element(form(chosen_among("abc", "1")))
    none = offered["options"][0]
    state = {"field": {"field": {"type": "static_select", "selected_option": none}}}
    assert none["text"]["text"] == "Ikke valgt" and read_inputs(state) == {"field": ""}


@pytest.mark.parametrize("required", [True, False])
def test_a_field_is_as_optional_as_it_was(required: bool):
    (block,) = shown(form(asked("Text", isRequired=required)))["blocks"]
    assert block["optional"] is not required


@pytest.mark.parametrize(
    "length, inputs", [(0, 1), (2500, 1), (2501, 2), (3000, 2), (3001, 2), (8000, 3), (9999, 4), (10_000, 4)]
)
def test_long_prose_stands_whole_in_as_many_inputs_as_it_takes(length: int, inputs: int):
    value = ("Rådet meiner *dette* & meir.\n" * 400)[:length].rstrip().ljust(length, ".")
    view = shown(form(asked("Text", value, isMultiline=True, maxLength=10_000, isRequired=True)))
    blocks = view["blocks"]
    assert [block["block_id"] for block in blocks] == ["field", "field~2", "field~3", "field~4"][:inputs]
    assert [block["optional"] for block in blocks] == [False, *[True] * (inputs - 1)]
    assert blocks[-1]["label"]["text"] == ("Felt" if inputs == 1 else f"Felt ({inputs})")
    assert sent(view) == {"field": value}
    starts = [block["element"].get("initial_value", "") for block in blocks]
    assert all(start == start.strip() for start in starts[1:])


@settings(max_examples=40, deadline=None)
@given(value=SOME.map(lambda text: text[:10_000]))
def test_whatever_was_typed_comes_back(value: str):
    long = asked("Text", value, isMultiline=True, maxLength=10_000)
    short = asked("Text", value, maxLength=200)
    for field in (long, short):
        assert sent(shown(form(field))) == {"field": value}


def test_three_long_texts_fit_in_one_form():
    prose = "å" * 10_000
    fields = [asked("Text", prose, id=f"text{n}", maxLength=10_000, problem="p" * 3500) for n in range(3)]
    assert sent(shown(form(*fields))) == {f"text{n}": prose for n in range(3)}


def test_a_form_that_no_modal_holds_is_not_sent_half():
    with pytest.raises(CannotDraw, match="101 blocks"):
        shown(form(*(asked("Text", id=f"f{n}") for n in range(limits.VIEW_BLOCKS + 1))))
    assert len(shown(form(*(asked("Text", id=f"f{n}") for n in range(limits.VIEW_BLOCKS))))["blocks"]) == 100


@pytest.mark.parametrize("over", [0, 1])
def test_choices_with_long_words_are_numbered_and_listed_whole(over: int):
    titles = ["å" * (limits.OPTION + over), "kort"]
    blocks = shown(form(chosen_among(titles, "1", isRequired=True)))["blocks"]
    offered = [o["text"]["text"] for o in blocks[-1]["element"]["options"]]
    if over:
        assert offered[1] == "2. kort" and offered[0].startswith("1. å") and offered[0].endswith("…")
        assert f"1. {titles[0]}\n2. kort" in texts(blocks)
    else:
        assert offered == titles and len(blocks) == 1


@pytest.mark.parametrize("over, kind", [(0, "radio_buttons"), (1, "static_select")])
def test_too_many_choices_to_lay_out_are_in_a_menu(over: int, kind: str):
    titles = [str(n) for n in range(limits.BOXES + over)]
    assert element(form(chosen_among(titles, style="expanded", isRequired=True)))["type"] == kind


@pytest.mark.parametrize("over", [0, 1])
def test_a_long_menu_is_in_groups(over: int):
    titles = [f"Sak {n}" for n in range(limits.OPTIONS + over)]
    given_form = form(chosen_among(titles, str(len(titles) - 1), isRequired=True))
    offered = element(given_form)
    assert ("option_groups" in offered) is bool(over)
    if over:
        assert [group["label"]["text"] for group in offered["option_groups"]] == ["1–100", "101–101"]
    assert sent(shown(given_form)) == {"field": str(len(titles) - 1)}


@pytest.mark.parametrize("over", [0, 1])
def test_a_choice_is_known_by_no_more_than_slack_takes(over: int):
    choices = [{"title": "a", "value": "v" * (limits.OPTION_VALUE + over)}]
    given_form = form(asked("ChoiceSet", choices=choices, isRequired=True))
    if over:
        with pytest.raises(CannotDraw):
            shown(given_form)
    else:
        shown(given_form)


def test_problems_are_shown_beside_the_fields_that_are_there():
    view = shown(form(asked("Text", "x" * 4000, maxLength=10_000), asked("Date", id="day")))
    found = field_errors(view, {"field": "for lang", "day": "<!here>", "gone": "finnes ikke"})
    assert found == {"field": "for lang", "day": "<\u200b!here>"}
