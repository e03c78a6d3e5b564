"""A card as Block Kit: everything it says, within what Slack takes, and nothing in it live."""

import json
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocklint import lint
from lisbot.render.slack import limits
from lisbot.render.slack.blocks import CannotDraw, escape, fallback, modal, pages, plain_text
from lisbot.render.words import every_action, words
from sample_cards import (
    HOSTILE,
    SOME,
    asked,
    bare,
    button,
    card,
    chosen_among,
    facts,
    form,
    heading,
    line,
    one_page,
    row,
    section,
    shown,
    texts,
)


def test_a_card_is_read_from_its_title_to_its_buttons():
    page = one_page(
        card(
            heading("Møtet"),
            line("onsdag 10. mars"),
            facts(("Sted", "Oslo"), ("Lenke", "https://video.example/m?a=1&b=2")),
            section("Saker", row("1/27 Rotasjon", "drøfting", "20 minutter", buttons=[button("Åpne")])),
            actions=[button("Innmelding")],
        )
    )
    assert [block["type"] for block in page] == [
        *("header", "section", "section", "divider", "section", "section", "actions")
    ]
    assert texts(page[:2]) == ["Møtet", "onsdag 10. mars"]
    assert [f["text"] for f in page[2]["fields"]] == [
        "*Sted*\nOslo",
        "*Lenke*\n<https://video.example/m?a=1&amp;b=2>",
    ]
    assert page[4]["text"]["text"] == "*Saker*"
    assert page[5]["text"]["text"] == "*1/27 Rotasjon*\ndrøfting\n20 minutter"
    assert page[5]["accessory"]["text"]["text"] == "Åpne"
    assert page[6]["elements"][0]["text"]["text"] == "Innmelding"


def test_a_button_carries_its_command_and_its_arguments():
    opens = {"type": "Action.OpenUrl", "title": "Se", "url": "https://lisbot.example/me"}
    given = [
        button("For", vote_id=1, choice="for") | {"style": "positive"},
        button("Mot") | {"style": "default"},
    ]
    given += [button("Slett", "agenda_item.remove", item_id=2) | {"style": "destructive"}, opens]
    (block,) = one_page(card(actions=given))
    pressed = block["elements"]
    assert [b["action_id"] for b in pressed] == ["1:vote.cast", "2:vote.cast", "3:agenda_item.remove", "4:open"]
    assert json.loads(pressed[0]["value"]) == {"vote_id": 1, "choice": "for"}
    assert [b.get("style") for b in pressed] == ["primary", None, "danger", None]
    assert pressed[3]["url"] == "https://lisbot.example/me"


def test_why_it_comes_is_said_first():
    (page,) = pages(card(heading("Møtet")), words="Du er medlem av <rådet>.")
    assert page[0]["type"] == "context"
    assert page[0]["elements"][0]["text"] == "Du er medlem av &lt;rådet&gt;."
    assert lint(page, "message") == []


@pytest.mark.parametrize("unknown", ["Media", "Carousel", "Input.Rating", "Action.ShowCard"])
def test_what_slack_cannot_show_is_no_card(unknown: str):
    node = {"type": unknown, "id": "x", "title": "x"}
    with pytest.raises(CannotDraw, match=re.escape(unknown)):
        pages(card(heading("x"), actions=[node]) if unknown.startswith("Action") else card(heading("x"), node))


def test_what_is_pressed_without_a_button_is_no_card():
    """In Slack nobody could: a row that opens has a button."""
    with pytest.raises(CannotDraw, match="selectAction"):
        pages(card(row("Saken") | {"selectAction": button("Åpne")}))


def test_a_button_leads_to_no_address_but_one_of_the_web():
    with pytest.raises(CannotDraw):
        pages(card(actions=[{"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}]))


# Shapes of their own: columns, colours, what folds


def columns(*cells):
    return {"type": "ColumnSet", "columns": [{"type": "Column", "items": list(cell)} for cell in cells]}


def actions(*pressed):
    return {"type": "ActionSet", "actions": list(pressed)}


def toggle(*targets, title="Vis detaljer"):
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": list(targets)}


def bold(text):
    return line(text, weight="Bolder")


def test_a_row_in_columns_is_a_section_with_its_short_text_first_and_its_button_beside_it():
    given_row = columns([line("10:15")], [bold("1/27 Rotasjon"), line("drøfting"), line("20 minutter")], [])
    given_row["columns"][2]["items"] = [actions(button("Åpne"))]
    (block,) = one_page(card(section("Saker", given_row)))[2:]
    assert block["text"]["text"] == "10:15 · *1/27 Rotasjon*\ndrøfting\n20 minutter"
    assert block["accessory"]["text"]["text"] == "Åpne"


def test_columns_of_one_line_each_are_one_line():
    (block,) = one_page(card(columns([line("For")], [line("7")])))
    assert block["text"]["text"] == "For · 7"


def test_columns_of_buttons_alone_are_a_row_of_buttons():
    (block,) = one_page(card(columns([actions(button("For"))], [actions(button("Mot"))])))
    assert [element["text"]["text"] for element in block["elements"]] == ["For", "Mot"]


def test_a_column_of_more_than_words_is_drawn_after_the_one_before_it():
    page = one_page(card(columns([line("Til venstre")], [facts(("Sted", "Oslo"))])))
    assert [texts(block) for block in page] == [["Til venstre"], ["*Sted*\nOslo"]]


@pytest.mark.parametrize("over, parts", [(0, " · "), (1, "\n")])
def test_a_long_column_has_its_short_text_on_a_line_of_its_own(over: int, parts: str):
    words = "å" * (limits.TEXT - len("10:15 · ") + over)
    assert texts(one_page(card(columns([line("10:15")], [line(words)])))) == [f"10:15{parts}{words}"]


@pytest.mark.parametrize("style", ["good", "warning", "attention", "accent", "emphasis", "default"])
def test_a_row_in_a_colour_is_the_row(style: str):
    plain_row = row("Referatet", "Godkjent", buttons=[button("Åpne")])
    coloured = {**plain_row, "style": style, "items": [{**item, "color": "Good"} for item in plain_row["items"]]}
    assert one_page(card(coloured)) == one_page(card(plain_row))


def test_what_folds_stands_open_and_its_toggle_is_left_out():
    detail = {"type": "Container", "id": "detail", "isVisible": False, "items": [line("Bakgrunnen")]}
    page = one_page(
        card(row("Saken", buttons=[button("Åpne"), toggle("detail")]), actions(toggle("detail", title="Skjul")), detail)
    )
    assert texts(page) == ["*Saken*", "Åpne", "Bakgrunnen"]
    assert page[0]["accessory"]["text"]["text"] == "Åpne"


def test_a_toggle_that_names_elements_with_how_they_are_to_be_opens_them_too():
    detail = {**line("Bakgrunnen"), "id": "detail", "isVisible": False}
    opens = toggle({"elementId": "detail", "isVisible": True})
    assert texts(one_page(card(line("Saken"), detail, actions=[opens]))) == ["Saken\nBakgrunnen"]


def test_what_is_hidden_and_no_toggle_shows_is_not_said():
    assert texts(one_page(card(line("Saken"), {**line("x"), "id": "x", "isVisible": False}))) == ["Saken"]


def test_a_question_with_its_answers_under_it_stays_with_them():
    answers = actions(button("For", choice="for"), button("Mot", choice="against"))
    page = one_page(card(heading("Avstemning"), line("Tilrår rådet dette?"), answers, line("Åpen til kl. 12")))
    assert [block["type"] for block in page] == ["header", "section", "actions", "section"]


def test_a_row_opens_by_its_link_as_by_its_button():
    opens = {"type": "Action.OpenUrl", "title": "Delta", "url": "https://video.example/m"}
    (block,) = one_page(card(row("Møtet", "kl. 10", buttons=[opens])))
    assert block["accessory"]["url"] == "https://video.example/m"


def test_buttons_of_one_name_say_to_those_who_listen_what_each_is_about():
    page = one_page(card(section("Møter", *(row(name, buttons=[button("Åpne")]) for name in ("Mars", "Juni")))))
    assert [block["accessory"]["accessibility_label"] for block in page[2:]] == ["Åpne: Mars", "Åpne: Juni"]
    long = one_page(card(row("å" * 200, buttons=[button("Åpne"), button("Trekk")])))[-1]
    assert [len(element["accessibility_label"]) for element in long["elements"]] == [limits.BUTTON] * 2


# What people typed


@pytest.mark.parametrize("text", HOSTILE)
def test_text_people_typed_is_shown_as_it_is_and_nothing_in_it_is_live(text: str):
    field = asked("Text", text, hint=text, problem=text, label=text)
    choice = chosen_among([text, f"{text} " * 30], "0", id="other", label=text)
    everywhere = card(
        heading(text),
        line(text),
        facts((text, text)),
        section(text, row(text, text, buttons=[button(text, choice=text)])),
        actions=[button(text), button(text)],
    )
    for blocks in (
        *pages(everywhere, words=text),
        shown(form(field, choice, title=text, submit=text))["blocks"],
    ):
        assert lint(blocks, "message") == []
        said = "".join(texts(blocks))
        assert text.replace("\n", "") in said.replace("\u200b", "").replace("\n", "")
        for node in spoken(blocks):
            assert not re.search(r"<(?!https?://[^|<>\s]+>)", node) or "\u200b" in node
    top = fallback(everywhere, words=text)
    assert "<" not in top and unescape(top).replace("\u200b", "").count(text) >= 5


def spoken(node) -> list[str]:
    """The raw texts that Slack reads, without what stands in inputs and what buttons carry."""
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for inner in node.values() for text in spoken(inner)]
    return [text for inner in node for text in spoken(inner)] if isinstance(node, list) else []


@pytest.mark.parametrize(
    "text, mrkdwn",
    [
        ("<!channel> & co", "&lt;!channel&gt; &amp; co"),
        ("&lt;", "&amp;lt;"),
        ("*bold*", "*\u200bbold*\u200b"),
        (":smile:", ":\u200bsmile:"),
        ("> sitat", "\u200b&gt; sitat"),
        ("a\n>b", "a\n\u200b&gt;b"),
        ("snake_case_name 2*3", "snake_case_name 2*3"),
        ("kl. 10:00–11:30", "kl. 10:00–11:30"),
        ("a\x07b", "ab"),
    ],
)
def test_marks_are_parted_from_their_text_and_nothing_else_is(text: str, mrkdwn: str):
    assert escape(text) == mrkdwn


def test_a_title_with_a_star_in_it_is_not_bold_which_the_star_would_end():
    page = one_page(card(section("Saker", row("1/27 *Rotasjon*"), row("2/27 Rotasjon"))))
    assert page[2]["text"]["text"] == "1/27 *\u200bRotasjon*\u200b"
    assert page[3]["text"]["text"] == "*2/27 Rotasjon*"


def test_a_text_of_spaces_is_no_block():
    assert len(one_page(card(line(f"a\n{' ' * 2990}\n{'b' * 2990}")))) == 2


def test_plain_text_is_itself_but_for_what_might_be_taken_for_a_link():
    assert plain_text("Rett & <b>galt</b> *x*", 75)["text"] == "Rett & <b>galt</b> *x*"
    assert plain_text("<!here> <https://a|b> <@U1>", 75)["text"] == "<\u200b!here> <\u200bhttps://a|b> <\u200b@U1>"


def test_an_address_alone_on_its_line_leads_where_it_says():
    (page,) = pages(card(line("https://a.example/x_y\nse https://a.example/ her\nhttps://evil|tekst")))
    assert page[0]["text"]["text"].split("\n")[0] == "<https://a.example/x_y>"
    assert page[0]["text"]["text"].count("<") == 1


# Nothing is lost

TEXT = SOME.filter(lambda text: bare(text) != "")
NAME = TEXT.map(lambda text: " ".join(text.split())[:200]).filter(lambda text: bare(text) != "")
BUTTONS = st.lists(st.builds(button, NAME, vote_id=st.just(1)), max_size=4)
ROWS = st.builds(lambda t, m, b: row(t, *m, buttons=b), NAME, st.lists(TEXT, max_size=2), BUTTONS)
FACTS = st.builds(lambda f: facts(*f), st.lists(st.tuples(NAME, TEXT), min_size=1, max_size=14))
CELLS = st.lists(st.lists(TEXT.map(line) | NAME.map(bold), min_size=1, max_size=3), min_size=1, max_size=3)
PARTS = st.lists(TEXT.map(line) | FACTS | ROWS | CELLS.map(lambda cells: columns(*cells)), max_size=5)
SECTIONS = st.builds(lambda t, p: section(t, *p), NAME, PARTS)
CARDS = st.builds(
    lambda t, p, s, b: card(heading(t), *p, *s, actions=b),
    NAME,
    PARTS,
    st.lists(SECTIONS, max_size=4),
    BUTTONS,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_card=CARDS)
def test_the_pages_together_say_everything_the_card_says(given_card: dict[str, Any]):
    drawn = pages(given_card, words="Fordi")
    assert [breach for page in drawn for breach in lint(page, "message")] == []
    assert all(len(page) <= limits.PAGE_BLOCKS for page in drawn)
    told = bare("".join(text for page in drawn for text in texts(page)))
    for said_line in filter(bare, words(given_card).split("\n")):
        assert all(bare(part).replace(":", "") in told.replace(":", "") for part in said_line.split(" · "))
    for action in every_action(given_card):
        assert bare(action["title"]) in told


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_card=CARDS, most=st.sampled_from([300, 4_000, 40_000]))
def test_the_top_level_text_says_it_all_or_says_how_much_is_left(given_card: dict[str, Any], most: int):
    text = fallback(given_card, most=most)
    assert len(text) <= most
    assert re.search(r"<|&(?!amp;|lt;|gt;)", text) is None
    if not text.endswith("til står på kortet."):
        assert bare(unescape(text)) == bare(words(given_card))


def test_a_text_cut_at_the_end_of_a_line_counts_the_lines_that_are_left():
    many = card(heading("Møtet"), *(line(f"Linje {n} {'&' * 60}") for n in range(40)))
    text = fallback(many, most=limits.UPDATE_TEXT)
    last = text.split("\n")[-1]
    kept = len(text.split("\n")) - 1
    whole = len(fallback(many).split("\n"))
    assert last == f"… og {whole - kept} linjer til står på kortet."


@pytest.mark.parametrize("most", [limits.UPDATE_TEXT, limits.MESSAGE_TEXT])
def test_a_text_that_just_fits_is_not_cut(most: int):
    assert fallback(card(line("a" * most)), most=most) == "a" * most
    assert fallback(card(line("a" * (most + 1))), most=most).endswith("til står på kortet.")


# Each limit, at it and one over


@pytest.mark.parametrize("over, kind", [(0, "header"), (1, "section")])
def test_a_title_too_long_for_a_header_is_bold(over: int, kind: str):
    title = "å" * (limits.HEADER + over)
    (block,) = one_page(card(heading(title)))
    assert block["type"] == kind and texts(block) == [title if not over else f"*{title}*"]


@pytest.mark.parametrize("over, blocks", [(0, 1), (1, 2)])
def test_a_long_text_goes_on_in_the_next_section(over: int, blocks: int):
    text = "å" * (limits.TEXT + over)
    page = one_page(card(line(text)))
    assert len(page) == blocks and "".join(texts(page)) == text


@pytest.mark.parametrize("over, sections", [(0, [10]), (1, [10, 1])])
def test_many_facts_go_on_in_the_next_section(over: int, sections: list[int]):
    page = one_page(card(facts(*((f"F{n}", "x") for n in range(limits.FIELDS + over)))))
    assert [len(block["fields"]) for block in page] == sections


@pytest.mark.parametrize("over, part", [(0, "fields"), (1, "text")])
def test_a_long_fact_has_a_section_of_its_own(over: int, part: str):
    value = "x" * (limits.FIELD - len("*F*\n") + over)
    (block,) = one_page(card(facts(("F", value))))
    assert part in block and value in "".join(texts(block))


@pytest.mark.parametrize("over, rows", [(0, [25]), (1, [25, 1])])
def test_many_buttons_go_on_in_the_next_row(over: int, rows: list[int]):
    page = one_page(card(actions=[button(f"B{n}") for n in range(limits.ACTIONS + over)]))
    assert [len(block["elements"]) for block in page] == rows


@pytest.mark.parametrize("over, first", [(0, "actions"), (1, "section")])
def test_a_buttons_long_words_stand_whole_before_it(over: int, first: str):
    title = "å" * (limits.BUTTON + over)
    page = one_page(card(actions=[button(title), button("Nei")]))
    assert page[0]["type"] == first and title in "".join(texts(page))
    numbered = [b["text"]["text"][:2] for b in page[-1]["elements"]]
    assert numbered == (["1.", "2."] if over else ["åå", "Ne"])


def test_a_row_with_one_long_button_numbers_it_too():
    page = one_page(card(section("Svar", row("Spørsmål", buttons=[button("å" * (limits.BUTTON + 1))]))))
    assert [block["type"] for block in page] == ["divider", "section", "section", "section", "actions"]


@pytest.mark.parametrize("over", [0, 1])
def test_a_button_carries_no_more_than_slack_takes(over: int):
    carried = limits.VALUE - len('{"a":""}') + over
    given_card = card(actions=[button("B", a="x" * carried)])
    if over:
        with pytest.raises(CannotDraw, match="carries"):
            pages(given_card)
    else:
        one_page(given_card)


@pytest.mark.parametrize("over, count", [(0, 1), (1, 2)])
def test_a_message_has_room_left_for_turning_pages(over: int, count: int):
    rows = [row(f"Rad {n}") for n in range(limits.PAGE_BLOCKS + over)]
    drawn = pages(card(*rows))
    assert len(drawn) == count and [lint(page, "message") for page in drawn] == [[]] * count


@pytest.mark.parametrize("over, count", [(0, 1), (1, 2)])
def test_a_page_holds_no_more_text_than_a_message_does(over: int, count: int):
    each = limits.PAGE_TEXT // 10
    rows = [row("x" * 100, "y" * (each - 100 - len("**\n"))) for _ in range(10)]
    rows[-1]["items"][1]["text"] += "y" * over
    assert len(pages(card(*rows))) == count


def test_a_row_stays_with_its_buttons_and_a_heading_with_what_it_heads():
    two = [button("Ja"), button("Nei")]
    sections = [section(f"Del {n}", *(row(f"{n}.{m} {'x' * 900}", buttons=two) for m in range(5))) for n in range(8)]
    drawn = pages(card(heading("Alt"), *sections, actions=[button("Siste")]))
    assert len(drawn) > 2
    for page in drawn:
        assert lint(page, "message") == []
        assert page[0]["type"] in ("header", "divider", "section")
        for block, following in zip(page, [*page[1:], None], strict=True):
            if block["type"] == "divider" or texts(block)[0].startswith("*Del"):
                assert following is not None and following["type"] == "section"
            if re.match(r"\*\d\.\d", "".join(texts(block))):
                assert following is not None and following["type"] == "actions"


def test_a_row_longer_than_a_page_has_its_buttons_with_the_last_of_it():
    two = [button("Ja"), button("Nei")]
    drawn = pages(card(section("Sak", row("Tittel", "ord " * 5000, buttons=two))))
    assert len(drawn) == 2
    assert [block["type"] for block in drawn[0][:2]] == ["divider", "section"]
    assert [block["type"] for block in drawn[1][-2:]] == ["section", "actions"]


@pytest.mark.parametrize("given_card", [card(heading("Møtet")), form(asked("Text"))])
@pytest.mark.parametrize("over", [0, 1])
def test_a_modal_remembers_no_more_than_slack_takes(given_card: dict[str, Any], over: int):
    metadata = "x" * (limits.METADATA + over)
    if over:
        with pytest.raises(CannotDraw, match="3001 characters of private_metadata"):
            modal(given_card, callback_id="form", metadata=metadata, close="Lukk")
    else:
        assert lint(modal(given_card, callback_id="form", metadata=metadata, close="Lukk"), "modal") == []


@pytest.mark.parametrize("over", [0, 1])
def test_a_form_is_no_larger_than_slack_takes(over: int):
    def filled(last: str) -> dict[str, Any]:
        """What was typed stands in the form; an å is two bytes."""
        typed = [*(["å" * limits.INPUT] * 40), "x" * limits.INPUT, last]
        return form(*(asked("Text", words, id=f"f{n}", maxLength=3000) for n, words in enumerate(typed)))

    room = limits.VIEW_BYTES - len(json.dumps(shown(filled("x")), ensure_ascii=False).encode())
    just = filled("x" * (1 + room + over))
    if over:
        with pytest.raises(CannotDraw, match="256001 bytes"):
            shown(just)
    else:
        assert len([block for block in shown(just)["blocks"] if block["type"] == "input"]) == 42
