"""What the page of a sheet makes of each of its parts."""

import json
import re
from importlib.resources import files

import pytest

from browser import Forms
from lisbot.cards.roles import short_role, short_seat
from lisbot.cards.views import (
    Action,
    Chip,
    Fact,
    Grid,
    GridCell,
    GridRow,
    Opens,
    Row,
    Section,
    Sheet,
    Step,
    Table,
    TableRow,
)
from lisbot.channels.web.navigation import button_target
from lisbot.channels.web.responses import make_templates
from lisbot.commands import COMMANDS
from lisbot.council.enums import Response
from lisbot.routes import PAGES
from lisbot.texts import text

HERE = "/meeting/7"
MEETING = Opens("meeting.show", {"meeting_id": 7})


def draw(sheet: Sheet) -> str:
    return (
        make_templates()
        .get_template("sheet.html")
        .render(
            sheet=sheet,
            style="meeting",
            form=None,
            t=lambda key, **holes: text("nb", key, **holes),
            lang="nb",
            languages=("nb",),
            member=None,
            links=[],
            here=HERE,
            hidden={"_csrf": "token", "_next": HERE},
            target=lambda action: button_target(action, HERE),
            static=lambda name: f"/static/{name}",
            done="",
            demo=False,
            clock="",
        )
        .split("<main", 1)[1]
        .split("</main>")[0]
    )


def test_headings_follow_one_another():
    page = draw(
        Sheet(
            "Møtet",
            sections=(
                Section("Saker", rows=(Row("Sak 1"),)),
                Section(rows=(Row("Sak 2"),)),
            ),
        )
    )
    assert "<h1>Møtet</h1>" in page and '<h2 id="part-1">Saker</h2>' in page
    assert '<h3 id="row-1-1">Sak 1</h3>' in page
    assert '<h2 id="row-2-1">Sak 2</h2>' in page


def test_facts_are_terms_and_an_address_in_them_is_a_link():
    page = draw(Sheet("Møtet", facts=(Fact("Møtelenke", "https://video.example.no/x"),)))
    link = '<a href="https://video.example.no/x" rel="noopener noreferrer nofollow">https://video.example.no/x</a>'
    assert f"<dt>Møtelenke</dt><dd>{link}</dd>" in page


def test_the_way_back_says_what_it_leads_to():
    page = draw(Sheet("Referat", subtitle="onsdag", up=MEETING))
    assert '<p class="back"><a href="/meeting/7">Vis møtet</a></p>' in page
    assert '<p class="over">onsdag</p>' in page


def test_a_row_and_a_row_of_a_table_that_open_something_are_links():
    table = Table(("Råd", "Neste møte"), (TableRow(("Samordningsrådet", "9. juni"), MEETING, "warning"),))
    page = draw(Sheet("Oversikt", sections=(Section(rows=(Row("Møtet", opens=MEETING),)), Section("Råd", table=table))))
    assert '<h2 id="row-1-1"><a href="/meeting/7">Møtet</a></h2>' in page
    cell = page.split('<th role="rowheader" scope="row">')[1].split("</th>")[0]
    assert cell.endswith('<a href="/meeting/7">Samordningsrådet</a>')
    assert 'Følg med: </span></span><a href="/meeting/7">' in cell
    assert '<td role="cell" data-label="Neste møte">9. juni</td>' in page
    assert '<table role="table" aria-label="Råd">' in page


def test_a_status_is_said_in_words_too():
    for status, said in (("good", "I orden"), ("warning", "Følg med"), ("attention", "Må gjøres")):
        page = draw(Sheet("x", sections=(Section(rows=(Row("Svar", status=status),)),)))
        assert f'<span class="dot {status}"><span class="unseen">{said}: </span></span>Svar' in page


def test_buttons_lead_to_a_form_to_a_page_or_to_a_command_and_back():
    page = draw(
        Sheet(
            "Møtet",
            actions=(
                Action("Flytt", "meeting.move", {"meeting_id": 7}, asks=True),
                Action("Referat", "minutes.show", {"meeting_id": 7}),
                Action("Kommer", "attendance.respond", {"meeting_id": 7, "response": Response.COMES}, style="positive"),
                Action("Trekk", "proposal.withdraw", {"proposal_id": 2}, style="destructive"),
            ),
        )
    )
    comes, move, minutes, withdraw = Forms(page).buttons  # what is next comes first
    assert (move.words, move.href) == ("Flytt", "/form/meeting.move?meeting_id=7&_next=%2Fmeeting%2F7")
    assert (minutes.words, minutes.href) == ("Referat", "/meeting/7/minutes")
    assert comes.form and comes.form["method"] == "post" and comes.form["action"] == "/do/attendance.respond"
    assert dict(comes.form["fields"]) == {"_csrf": "token", "_next": HERE}
    assert json.loads(comes.attributes["value"]) == {"meeting_id": 7, "response": "comes"}
    assert comes.attributes["class"] == "button primary"
    assert withdraw.attributes["class"] == "button danger"


def test_a_button_is_about_the_row_or_the_part_it_stands_in():
    take = Action("Ta inn", "proposal.accept", {"proposal_id": 2})
    page = draw(
        Sheet("Forslag", sections=(Section("Venter", rows=(Row("Vaktplan", actions=(take,)),), actions=(take,)),))
    )
    assert [button.about for button in Forms(page).buttons] == ["Vaktplan", "Venter"]


def test_what_is_next_stands_at_the_top_once_wherever_the_sheet_has_it():
    send, add = Action("Send", "notice.send", style="positive"), Action("Ny sak", "agenda_item.add")
    page = draw(Sheet("Møtet", state="utkast", sections=(Section("Saker", lines=("x",), actions=(add, send)),)))
    hero, part = page.split("<section", 1)
    assert '<div class="buttons first">' in hero and ">Send<" in hero and "utkast" in hero.split("Send")[0]
    assert ">Ny sak<" in part and "Send" not in part


def test_what_may_be_changed_about_a_row_lies_behind_one_button_or_is_the_button():
    edit, move = Action("Endre teksten", "agenda_item.edit"), Action("Flytt opp", "agenda_item.move_up")
    page = draw(
        Sheet("Møtet", sections=(Section(rows=(Row("Sak 1", quiet=(edit, move)), Row("Sak 2", quiet=(edit,)))),))
    )
    first, second = page.split("<li")[1:]
    assert '<details class="change"><summary aria-describedby="row-1-1">Endre</summary>' in first
    assert "<details" not in second and '<div class="buttons quiet">' in second
    assert [button.about for button in Forms(page).buttons] == ["Sak 1", "Sak 1", "Sak 2"]


def test_what_a_thing_is_stands_in_chips_and_the_parts_of_a_note_keep_their_dots_inside_a_line():
    row = Row("Sak 1", note="25 minutter · Nord sykehus", chips=(Chip("drøfting"), Chip("for sent", "warning")))
    page = draw(Sheet("Forslag", chips=(Chip("konfidensielt"),), sections=(Section(rows=(row,)),)))
    assert '<li class="chip">konfidensielt</li>' in page.split("<section")[0]
    assert '<li class="chip">drøfting</li><li class="chip warning">for sent</li>' in page
    assert (
        '<span class="bit">25 minutter</span> <span class="bit"><span class="sep">· </span>Nord sykehus</span>' in page
    )


def test_a_long_role_is_short_in_a_list_and_a_short_one_whole():
    role = "Leder med overordnet ansvar for spesialistutdanning av leger"
    assert short_role(role) == "Leder med overordnet ansvar"
    assert short_seat(f"{role}, Helse Nord, RegUt") == "Leder med overordnet ansvar, Helse Nord, RegUt"
    for whole in ("Overlege", "Leder for utdanning", "Utdanningskoordinerendeoverlegeiindremedisin"):
        assert short_role(whole) == whole


def test_the_steps_of_a_meeting_are_a_list_that_says_which_is_present_and_which_are_done():
    steps = (
        Step("Innkalling", "1. des.", True, False),
        Step("Møte", "9. des.", False, True),
        Step("Referat", "", False, False),
    )
    page = draw(Sheet("Møtet", steps=steps))
    done, now, to_come = page.split('<ol class="course"')[1].split("<li")[1:]
    assert "ferdig" in done and "1. des." in done and "aria-current" not in done
    assert 'aria-current="step"' in now and "ferdig" not in now
    assert "aria-current" not in to_come


def test_a_picture_says_its_labels_whole_a_long_one_on_two_lines_or_three():
    columns = ("Ås", "Konsekvenser forelagt linjene i HF og RHF")
    label = "Regionalt råd for LIS-utdanning i fordøyelsessykdommer"
    grid = Grid("Bilde", columns, (GridRow(label, (GridCell("✓", "ferdig"), None)),), (GridCell("✓", "ferdig"),))
    page = draw(Sheet("Saken", sections=(Section("Saken", grid=grid),)))
    lines = [re.findall(">([^<>]+)<", part) for part in re.findall("<text class=.*?</text>", page)]
    assert [" ".join(each) for each in lines] == [*columns, label]
    assert [len(each) for each in lines] == [1, 2, 3]


def test_the_style_sheet_knows_pages_by_the_names_they_have():
    sheet = (files("lisbot.channels.web") / "static/lisbot.css").read_text("utf-8")
    templates = files("lisbot.channels.web") / "templates"
    own = {name for each in templates.iterdir() for name in re.findall("page-[a-z-]+", each.read_text("utf-8"))}
    shown = {f"page-{command.shows.replace('_', '-')}" for command in COMMANDS.values()}
    assert set(re.findall(r"\.(page-[\w-]+)", sheet)) <= own | shown | {f"page-{page.style}" for page in PAGES}


@pytest.mark.parametrize(("status", "buttons"), [("attention", 2), ("warning", 1), ("", 1)])
def test_what_is_asked_of_one_has_a_button_where_all_there_is_to_do_is_to_open_it(status, buttons):
    vote = Opens("vote.show", {"vote_id": 3})
    page = draw(Sheet("Min side", sections=(Section(rows=(Row("Rådet spør deg", status=status, opens=vote),)),)))
    found = Forms(page).buttons
    assert len(found) == buttons
    assert {button.href for button in found} == {"/show/vote.show?vote_id=3"}


def test_everything_is_text():
    nasty = '"><script>alert(1)</script>'
    opens, action = Opens("vote.show", {"vote_id": nasty}), Action(nasty, "vote.close", {nasty: nasty})
    row = Row(nasty, nasty, nasty, "warning", opens, (action,))
    table = Table((nasty, nasty), (TableRow((nasty, nasty), opens),))
    facts = (Fact(nasty, nasty),)
    sheet = Sheet(
        nasty,
        nasty,
        (nasty,),
        facts,
        (Section(nasty, (nasty,), facts, (row,), table, (action,)),),
        (action, Action(nasty, "vote.recuse", {"vote_id": nasty}, asks=True)),
        opens,
        opens,
    )
    page = draw(sheet)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 15
