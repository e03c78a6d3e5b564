"""A long card in Teams comes in pages, and at most six of its buttons stand out; nothing is out of reach."""

import pytest

from cardlint import lint, walk
from fakes.recorded import viewer
from fakes.teams import buttons, links, words_of
from lisbot.cards.draw import sheet_card
from lisbot.cards.views import Action, Link, Opens, Row, section, sheet
from lisbot.render import teams
from lisbot.texts import LANGUAGES, text

PAGE = "https://lisbot.example.no/body/3"
AGAIN = ("year_plan.show", {"body_id": 3, "year": 2027})


def card_of(*sections, lang="nb", shows="year_plan", **more):
    return sheet_card(sheet("Rådet", sections=sections, **more), shows, viewer(lang))


def rows(count, words="", **more):
    return [
        Row(f"Møte {number}", words, opens=Opens("meeting.show", {"meeting_id": number}), **more)
        for number in range(count)
    ]


def pages_of(whole):
    """Every page, reached from the first by the button that turns them."""
    found = [teams.render(whole, PAGE, again=AGAIN)]
    while onward := [data for name, data, _ in buttons(found[-1]) if name == "page" and data["page"] == len(found)]:
        assert (onward[0]["command"], onward[0]["args"]) == AGAIN
        found.append(teams.render(whole, PAGE, again=AGAIN, page=onward[0]["page"]))
    return found


def primary(card):
    return [
        each["title"]
        for _, each in walk(card)
        if each.get("type", "").startswith("Action.") and each.get("mode") != "secondary"
    ]


def titled(card, start="Møte "):
    return [words for words in words_of(card) if words.startswith(start)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_long_list_goes_on_over_pages_each_with_its_heading_and_the_cards_buttons(lang):
    after = [Action("Sett årsplan", "year_plan.set_dates", {"body_id": 3})]
    pages = pages_of(
        card_of(section("Møter", rows=rows(43)), section("Fakta", facts=[("a", "b")]), lang=lang, actions=after)
    )
    assert [len(titled(page)) for page in pages] == [15, 15, 13]
    assert [words for page in pages for words in titled(page)] == [f"Møte {number}" for number in range(43)]
    for number, page in enumerate(pages, start=1):
        assert lint(page) == []
        assert words_of(page)[:2] == ["Rådet", "Møter"]
        assert text(lang, "teams.page_of", page=number, pages=3) in words_of(page)
        assert "year_plan.set_dates" in [name for name, _, _ in buttons(page)]
        assert links(page) == [PAGE]
    assert text(lang, "teams.previous_page") not in primary(pages[1])
    assert [text(lang, f"teams.{key}") in primary(pages[2]) for key in ("previous_page", "next_page")] == [True, False]
    assert "b" in words_of(pages[2])


def test_a_card_of_a_few_screens_is_one_page():
    whole = card_of(section("Møter", rows=rows(15)))
    (page,) = pages_of(whole)
    assert words_of(page) == words_of(whole)


def test_a_page_is_a_few_screens_of_a_phone_and_a_section_is_parted_between_its_rows():
    whole = card_of(section("Møter", rows=rows(9, "ord " * 110)), section("Flere", rows=rows(2)))
    first, second = pages_of(whole)
    assert (len(titled(first)), len(titled(second))) == (6, 5)
    assert words_of(second)[:2] == ["Rådet", "Møter"]


def test_a_heading_stays_with_what_it_heads():
    whole = card_of(section("Først", rows=rows(15)), section("Så", rows=rows(1)))
    first, second = pages_of(whole)
    assert "Så" not in words_of(first)
    assert words_of(second)[:3] == ["Rådet", "Så", "Møte 0"]


def test_what_is_asked_for_beyond_the_last_page_is_the_last():
    whole = card_of(section("Møter", rows=rows(20)))
    assert teams.render(whole, PAGE, again=AGAIN, page=9) == teams.render(whole, PAGE, again=AGAIN, page=1)
    assert teams.render(whole, PAGE, again=AGAIN, page=-1) == teams.render(whole, PAGE, again=AGAIN)


def test_every_proposal_has_its_one_button_in_sight_on_some_page():
    treat = [
        Row(f"Sak {number}", actions=(Action("Behandle", "proposal.show", {"proposal_id": number}, style="positive"),))
        for number in range(9)
    ]
    more = [Action(f"Annet {number}", "meeting.show", {"meeting_id": number}) for number in range(3)]
    pages = pages_of(card_of(section("Venter", rows=treat), shows="triage", actions=more))
    assert [primary(page).count("Behandle") for page in pages] == [4, 4, 1]
    assert all(len(primary(page)) <= 6 for page in pages)


def test_answers_stand_out_before_lists_and_rows_that_are_alike_are_shown_alike():
    answers = [Action(f"Svar {number}", "vote.cast", {"choice": number}) for number in range(3)]
    whole = card_of(section("Møter", rows=rows(5)), shows="vote", answers=answers, actions=[Action("Mer", "log.show")])
    card = teams.render(whole, PAGE)
    assert primary(card) == ["Svar 0", "Svar 1", "Svar 2", "Mer"]
    assert len(buttons(card)) == 9
    few = teams.render(card_of(section("Møter", rows=rows(2)), shows="vote", answers=answers), PAGE)
    assert len(primary(few)) == 5


def test_the_first_row_of_a_worklist_keeps_its_answers_in_sight():
    asked = [
        Row(f"Sak {number}", actions=tuple(Action(f"Svar {n}", "vote.cast", {"choice": n}) for n in range(3)),
            opens=Opens("vote.show", {"vote_id": number}))
        for number in range(3)
    ]  # fmt: skip
    card = teams.render(card_of(section("Venter", rows=asked), shows="worklist"), PAGE)
    assert primary(card) == ["Svar 0", "Svar 1", "Svar 2"] * 2
    assert len(buttons(card)) == 12


def test_the_way_to_the_page_and_the_link_of_a_meeting_stand_out_in_a_room():
    link = Link("Bli med i møtet", "https://video.example/m")
    acts = [Action(f"Gjør {number}", "meeting.show", {"meeting_id": number}) for number in range(8)]
    card = teams.render(card_of(shows="meeting", links=[link], actions=acts), PAGE, always_link=True, again=AGAIN)
    assert primary(card) == [
        "Bli med i møtet",
        *(f"Gjør {number}" for number in range(4)),
        text("nb", "teams.open_page"),
    ]


def test_what_stands_folded_can_be_unfolded_on_the_page_where_it_is():
    items = [
        section(
            f"Sak {n}", lines=[f"Sagt {n}. " + "ord " * 60], facts=[("Utfall", "ord " * 60)], mark=f"{n}.", folds_from=0
        )
        for n in range(1, 20)
    ]
    present = section("Til stede", lines=["Kari"], is_detail=True)
    pages = pages_of(card_of(present, *items, shows="minutes"))
    assert len(pages) > 1
    for page in pages:
        (toggle,) = [each for _, each in walk(page) if each.get("type") == "Action.ToggleVisibility"]
        folded = [each["id"] for _, each in walk(page) if each.get("isVisible") is False]
        assert folded
        assert toggle["targetElements"] == folded
    said = [words for page in pages for words in words_of(page)]
    assert [words for words in said if words.startswith("Sagt")] == [
        words for _, words in sorted((int(words.split()[1][:-1]), words) for words in said if words.startswith("Sagt"))
    ]
    assert sum(words.startswith("Sagt") for words in said) == 19
    assert "Kari" in said


def test_a_title_too_long_for_a_button_stands_whole_before_it():
    long = "Samme ordning som i dag, men med felles <kalender> fra høsten"
    answers = [Action(title, "vote.cast", {"choice": title}) for title in (long, "Avholdende")]
    card = teams.render(card_of(shows="vote", answers=answers), PAGE)
    assert lint(card) == []
    assert teams.escape(f"1. {long}") in words_of(card)
    assert primary(card) == ["1. Samme ordning som i dag, men m…", "2. Avholdende"]
    assert [data["choice"] for _, data, _ in buttons(card)] == [long, "Avholdende"]
