"""A card in Teams shows what people typed, exactly, and what there is no room for has a way to it."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cardlint import lint
from fakes.recorded import viewer
from fakes.teams import buttons, inputs, links, walk, words_of
from lisbot.cards import draw_card
from lisbot.cards.draw import sheet_card
from lisbot.cards.form import FormView
from lisbot.cards.views import Action, Opens, Row, Table, TableRow, section, sheet
from lisbot.render import teams
from lisbot.texts import LANGUAGES, text


def drawn(text):
    return teams.render({"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": text}]})["body"][0]["text"]


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
        ("> sitat", "\u200b> sitat"),
        ("Først\n1) så\n\n\nsist", "Først\n\n1)\u00a0så\n\n\u00a0\n\n\u00a0\n\nsist"),
        ("<at>everyone</at>", "<\u200bat>everyone<\u200b/at>"),
        ("< AT >x</ at>", "<\u200b AT >x<\u200b/ at>"),
        ("{{DATE(2026-03-02T09:00:00Z)}}", "{\u200b{DATE(2026-03-02T09:00:00Z)}}"),
        ("{{{TIME(x)}}}", "{\u200b{\u200b{TIME(x)}}}"),
        ("12/26 – 3 < 4 {ok}", "12/26 – 3 < 4 {ok}"),
        ("<script>alert(1)</script>", "<\u200bscript>alert(1)<\u200b/script>"),
        ("Krav <LIS2> & >= 70 år", "Krav <\u200bLIS2> & >= 70 år"),
        ("&lt;b&gt; R&D", "&\u200blt;b&\u200bgt; R&D"),
        ("<https://evil.example>", "<\u200bhttps://evil.example>"),
        ("a  b\tc", "a \u00a0b \u00a0\u00a0\u00a0c"),
        ("---", "\u200b---"),
        ("Tittel\n===", "Tittel\n\n\u200b==="),
        ("- - -", "-\u00a0- -"),
        ("1.", "1.\u200b"),
        ("#", "#\u200b"),
        ("    innrykk", "\u00a0\u00a0\u00a0\u00a0innrykk"),
        ("a\r\nb\rc", "a\n\nb\n\nc"),
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
        ],
    }
    before = copy.deepcopy(card)
    shown = teams.render(card)
    assert json.dumps(shown["body"]).count(r"\\*x\\*") == 5
    assert card == before
    assert (shown["version"], shown["msteams"], shown["lang"]) == ("1.5", {"width": "Full"}, "nn")
    untouched = {
        "type": "AdaptiveCard",
        "body": [
            {"type": "Input.Text", "id": "a", "label": plain, "value": plain, "placeholder": plain},
            {"type": "Input.Toggle", "id": "t", "title": plain, "label": plain},
            choice("compact", plain),
            choice("expanded", plain),
            {**choice("compact", plain), "isMultiSelect": True},
        ],
        "actions": [{"type": "Action.Execute", "title": plain, "verb": "x", "data": {"title": plain}}],
    }
    shown = teams.render(untouched)
    assert (shown["body"], shown["actions"]) == (untouched["body"], untouched["actions"])


def test_a_label_shows_no_date_that_was_not_typed():
    field = {"type": "Input.Date", "id": "a", "label": "{{DATE(2026-03-02T09:00:00Z)}}"}
    (shown,) = teams.render({"type": "AdaptiveCard", "body": [field]})["body"]
    assert shown["label"] == "{\u200b{DATE(2026-03-02T09:00:00Z)}}"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Krav <LIS2> og <b>fet</b>  *x*", "Krav <\u200bLIS2> og <\u200bb>fet<\u200b/b> \u00a0*x*"),
        ("3 < 4 &lt; R&D\n- a", "3 < 4 &lt; R&D\n- a"),
    ],
)
def test_in_plain_words_there_is_no_tag(typed, sent):
    assert teams.part_tags(typed) == sent


def choice(style, title):
    return {"type": "Input.ChoiceSet", "style": style, "choices": [{"title": title, "value": "v"}]}


# What there is no room for

PAGE = "https://lisbot.example.no/body/3"


def card_of(*sections, lang="nb", **more):
    return sheet_card(sheet("Rådet", sections=sections, **more), "meeting", viewer(lang))


def rows(count, words=""):
    opens = (Opens("meeting.show", {"meeting_id": number}) for number in range(count))
    return [Row(f"Møte {number}", words, opens=each) for number, each in enumerate(opens)]


def more(count, lang="nb"):
    return text(lang, "card.and_more", count=count)


def check(card, whole):
    """What every card in Teams is: small, right, and cut only where it says so and has the way to the rest."""
    assert lint(card) == []
    assert teams.weigh(card) <= 40_000
    said = words_of(card)
    has_cut = any(words.endswith("…") or words.startswith("…") for words in said)
    assert links(card) == ([PAGE] if has_cut else [])
    # Nothing is invented, and what is asked for stays.
    assert [field["id"] for field in inputs(card)] == [field["id"] for field in inputs(whole)]
    assert {json.dumps(data) for _, data, _ in buttons(card)} <= {json.dumps(data) for _, data, _ in buttons(whole)}


def test_a_card_there_is_room_for_is_whole():
    whole = card_of(section("Møter", rows=rows(15)))
    card = teams.render(whole, PAGE)
    check(card, whole)
    assert words_of(card) == words_of(whole)
    assert links(card) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_a_long_list_the_first_are_shown_with_their_buttons(lang):
    after = [Action("Foreslå", "proposal.submit", {"body_id": 3})]
    whole = card_of(section("Møter", rows=rows(43), actions=after), section("Saker", rows=rows(2)), lang=lang)
    card = teams.render(whole, PAGE)
    check(card, whole)
    said = words_of(card)
    assert [words for words in said if words.startswith("Møte ")] == [
        *(f"Møte {number}" for number in range(15)),
        "Møte 0",
        "Møte 1",
    ]
    assert said[said.index("Møte 14") + 1] == more(28, lang)
    assert [given["meeting_id"] for name, given, _ in buttons(card) if name == "meeting.show"] == [*range(15), 0, 1]
    assert "proposal.submit" in [name for name, _, _ in buttons(card)]
    assert card["actions"][-1]["title"] == text(lang, "teams.open_page")


def test_of_a_long_text_the_beginning_is_shown():
    typed = "Ordet rotasjon *fet* " * 100
    whole = card_of(section("Bakgrunn", lines=[typed], facts=[("Merknad", typed)]))
    card = teams.render(whole, PAGE)
    check(card, whole)
    clipped = teams.escape(typed[:499].rstrip() + "…")
    assert words_of(card).count(clipped) == 2


def test_a_card_that_is_too_large_is_cut_to_the_room_there_is():
    whole = card_of(*(section(f"Del {n}", rows=rows(12, "ord " * 100)) for n in range(20)))
    card = teams.render(whole, PAGE)
    check(card, whole)
    assert teams.weigh(card) > 30_000  # what room there is, is used
    said = words_of(card)
    shown = [words for words in said if words.startswith("Del ")]
    assert shown == [f"Del {number}" for number in range(len(shown))]
    assert said[-1] == more(20 - len(shown))


def test_the_section_that_is_cut_says_so_itself_and_keeps_its_buttons():
    closing = Action("Avslutt", "call.close", {"meeting_id": 1})
    whole = card_of(section("Lang", rows=rows(15, "🙂" * 490), lines=["x" * 490] * 60, actions=[closing]))
    card = teams.render(whole, PAGE)
    check(card, whole)
    assert "call.close" in [name for name, _, _ in buttons(card)]
    (heading, *_, last) = [words for words in words_of(card) if words != "x" * 490]
    assert heading == "Rådet"
    assert last.startswith("…")


@pytest.mark.parametrize("count", [16, 200])
def test_a_long_fact_list_and_a_long_table_are_cut_too(count):
    facts = [(f"Fakta {number}", "verdi " * 60) for number in range(count)]
    line = TableRow(("Møte", "verdi " * 60))
    table = Table(("Møte", "Tekst"), (line,) * count)
    whole = card_of(section("Fakta", facts=facts), section("Tabell", table=table))
    check(teams.render(whole, PAGE), whole)


def test_a_table_of_microsofts_own_is_cut():
    cell = {"type": "TableCell", "items": [{"type": "TextBlock", "wrap": True, "text": "celle"}]}
    table = {"type": "Table", "columns": [{"width": 1}] * 2, "rows": [{"type": "TableRow", "cells": [cell] * 2}] * 40}
    heading = {"type": "TextBlock", "style": "heading", "wrap": True, "text": "Tabell"}
    whole = {"type": "AdaptiveCard", "lang": "nb", "body": [heading, table]}
    card = teams.render(whole, PAGE)
    assert len(card["body"][1]["rows"]) == 15
    assert card["body"][2]["text"] == more(25)
    assert links(card) == [PAGE]


def test_what_is_asked_for_is_never_cut():
    fields = [
        {"type": "Container", "items": [{"type": "Input.Text", "id": f"f{n}", "label": "Felt", "value": "ord " * 100}]}
        for n in range(40)
    ]
    heading = {"type": "TextBlock", "style": "heading", "wrap": True, "text": "Skjema"}
    about = {"type": "TextBlock", "wrap": True, "text": "Det du svarer på. " * 100}
    listed = [{"type": "Container", "items": [{**about, "text": f"Rad {n}"}]} for n in range(40)]
    whole = {"type": "AdaptiveCard", "lang": "nb", "body": [heading, about, *fields, *listed]}
    card = teams.render(whole, PAGE)
    assert [field["id"] for field in inputs(card)] == [f"f{n}" for n in range(40)]
    assert all(field["value"] == "ord " * 100 for field in inputs(card))
    assert about["text"] in words_of(card)
    assert links(card) == [PAGE]


def test_a_form_is_whole():
    whole = draw_card("form", FormView("proposal.submit", (), problem="Feil. " * 200), viewer("nb"))
    card = teams.render(whole)
    assert words_of(card) == words_of(whole)
    assert links(card) == []


def test_the_answers_to_one_question_stand_together_and_before_what_may_only_be_opened():
    """«Forfall» behind three dots is no answer on a phone: the items to open took its place."""
    about = {"meeting_id": 1}
    answers = [
        Action("Kommer", "attendance.respond", {**about, "response": "comes"}),
        Action("Kommer digitalt", "attendance.respond", {**about, "response": "digital"}),
        Action("Forfall", "attendance.respond", {**about, "response": "absent"}, asks=True),
    ]
    asked = section("Kommer du?", actions=answers)
    opened = [Row(f"Sak {n}", actions=[Action("Vis saken", "case.show", {"case_id": n})]) for n in range(3)]
    whole = card_of(asked, section("Sakliste", rows=opened), actions=[Action("Foreslå sak", "proposal.submit", about)])
    drawn_actions = [each for each in walk(teams.render(whole)) if str(each.get("type", "")).startswith("Action.")]
    seen = [each["title"] for each in drawn_actions if "fallback" in each and each.get("mode") != "secondary"]
    assert seen[:3] == ["Kommer", "Kommer digitalt", "Forfall"]
    assert len(seen) <= 6


def test_the_way_to_the_page_is_not_folded_away():
    acts = [Action(f"Gjør {number}", "vote.show", {"vote_id": number}) for number in range(9)]
    whole = card_of(section("Møter", rows=rows(20)), actions=acts)
    card = teams.render(whole, PAGE)
    check(card, whole)
    primary = [action["title"] for action in card["actions"] if action.get("mode") != "secondary"]
    assert primary == [*(f"Gjør {number}" for number in range(5)), text("nb", "teams.open_page")]
    assert len(card["actions"]) == 10


def test_without_a_page_only_what_there_is_no_room_for_is_left_out():
    whole = card_of(section("Møter", rows=rows(20, "ord " * 130)))
    card = teams.render(whole)
    assert words_of(card) == words_of(whole)
    whole = card_of(section("Møter", rows=rows(100, "ord " * 130)))
    card = teams.render(whole)
    assert words_of(card)[-1].startswith("… og ")
    assert teams.weigh(card) <= 40_000
    assert links(card) == []


def test_a_room_always_has_the_way_to_the_page():
    card = teams.render(card_of(section("Møter", rows=rows(2))), PAGE, always_link=True)
    assert links(card) == [PAGE]


def test_colour_and_everything_else_a_shape_says_is_kept():
    block = {"type": "TextBlock", "wrap": True, "text": "Frist i dag", "color": "Attention", "weight": "Bolder"}
    toggle = {"type": "Action.ToggleVisibility", "title": "Vis mer", "targetElements": ["details"]}
    hidden = {"type": "Container", "id": "details", "isVisible": False, "items": [block]}
    whole = {"type": "AdaptiveCard", "lang": "nb", "body": [block, hidden, {"type": "ActionSet", "actions": [toggle]}]}
    assert teams.render(whole, PAGE)["body"] == whole["body"]


TYPED = st.text(max_size=600) | st.sampled_from(["ord " * 200, "🙂" * 300, '"' * 500, "*" * 500, "\n- a" * 100])
LINES = st.lists(TYPED.filter(str.strip), max_size=8)
ROW = st.builds(Row, title=TYPED.filter(str.strip), text=TYPED, note=TYPED)
SECTION = st.builds(
    lambda heading, lines, facts, given: section(heading, lines=lines, facts=facts, rows=given),
    TYPED,
    LINES,
    st.lists(st.tuples(st.just("Når"), TYPED.filter(str.strip)), max_size=8),
    st.lists(ROW, max_size=5) | st.lists(ROW, min_size=1, max_size=1).map(lambda one: one * 40),
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SECTION, max_size=6) | st.lists(SECTION, min_size=1, max_size=1).map(lambda one: one * 30))
def test_whatever_is_drawn_fits_in_a_message(sections):
    whole = card_of(*(each for each in sections if not each.is_empty))
    before = copy.deepcopy(whole)
    card = teams.render(whole, PAGE)
    assert teams.weigh(card) <= 40_000
    assert whole == before
    dropped = words_of(card) != [teams.escape(words) for words in words_of(whole)]
    assert links(card) == ([PAGE] if dropped else [])
