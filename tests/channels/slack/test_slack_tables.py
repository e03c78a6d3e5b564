"""What is a table in Slack: a council's year, its register, how the councils stand. And alerts, in modals alone."""

from dataclasses import replace

import pytest

from blocklint import lint
from builders import RAGNHILD as SECRETARY
from channels.slack.helpers import BJORN, RAGNHILD, settle
from dumps import row
from fakes import slack_rules
from fakes.slack_ui import shown
from lisbot.channels.slack.messages import draw, modal_view, text_message
from lisbot.council.models import Body
from lisbot.render.slack.blocks import pages
from lisbot.texts import LANGUAGES, text
from people import member

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def without(monkeypatch):
    """Makes a Slack that knows one kind of block no more."""
    return lambda kind: [monkeypatch.setitem(slack_rules.ON_SURFACE, surface, {*kinds} - {kind})
                         for surface, kinds in slack_rules.ON_SURFACE.items()]  # fmt: skip


async def said(slack, words, where=None):
    before = len(slack.fake.messages_to(RAGNHILD))
    await slack.say(RAGNHILD, words, where)
    await settle(slack)
    return (await slack.until(lambda: slack.fake.messages_to(RAGNHILD)[before:], seconds=10))[-1]


def tables(message):
    return [block for block in message.blocks if block["type"] == "data_table"]


async def test_a_year_a_register_and_the_councils_are_tables_whose_lines_can_be_opened(real, scene, fake):
    await scene.planned()
    scene.at(2027, 1, 5, 9)
    message = await said(real, "årsplan")
    (table,) = tables(message)
    assert table["caption"] == "Samordningsrådet: årsplan 2027"
    assert next(cell["text"] for cell in table["rows"][1]) == "10. mars 2027"
    assert table["rows"][1][0]["value"] == 20270310
    message = await said(real, "register")
    (table,) = tables(message)
    assert (table["row_header_column_index"], table["page_size"]) == (0, min(len(table["rows"]) - 1, 10))
    assert [cell["text"] for cell in table["rows"][0]][:3] == ["Plass", "Rett i rådet", "Rolle"]
    assert {"raw_number"} == {row[4]["type"] for row in table["rows"][1:]}, "days are sorted as days"
    assert "Frode Vara" in message.text, "who listens hears all of it"
    message = await said(real, "oversikt")
    (table,) = tables(message)
    assert next(cell["text"] for cell in table["rows"][1]) == "Samordningsrådet"
    assert table["rows"][1][4] == {"type": "raw_number", "value": 0, "text": "0"}
    # One line has a button; what it leads to takes the message's place.
    await real.press(RAGNHILD, message, "Vis rådet: Samordningsrådet")
    await settle(real)
    assert "Samordningsrådet" in shown(message)
    assert tables(message) == []


async def test_of_several_lines_one_is_chosen(real, scene, runtime, fake):
    await scene.planned()
    first = await row(runtime.db, Body, key="samrad")
    async with runtime.db.write() as db:
        db.add(Body(key="heart", secretariat_id=first.secretariat_id, name="Hjerterådet", kind="fagråd",
                    region=first.region, authority=first.authority, lang="nb"))  # fmt: skip
    room = fake.channel("radet", RAGNHILD)
    message = await said(real, "oversikt", room)
    assert message.user == RAGNHILD.id, "in a channel it is the asker's alone"
    assert tables(message)
    await real.press(RAGNHILD, message, "Hjerterådet")
    await settle(real)
    assert "Hjerterådet" in shown(fake.messages_to(RAGNHILD)[-1])


async def test_the_slash_command_shows_the_table_too(real, scene, fake):
    await scene.planned()
    await real.slash(RAGNHILD, "register")
    await settle(real)
    assert tables(fake.messages_to(RAGNHILD)[-1])


async def test_a_workspace_that_knows_no_tables_gets_the_list_and_is_not_tried_again(real, scene, fake, without):
    await scene.planned()
    without("data_table")
    for words in ("register", "oversikt"):
        message = await said(real, words)
        assert tables(message) == []
        assert "Samordningsrådet" in shown(message)
    await real.slash(RAGNHILD, "register")
    await settle(real)
    assert tables(fake.messages_to(RAGNHILD)[-1]) == []
    refused = [call for call in fake.calls if call.error == "invalid_blocks"]
    assert [call.method for call in refused] == ["chat.postMessage"]


async def refused_at_home(real, scene, fake):
    """Somebody votes on a page from before the vote was closed. What is said of it."""
    vote_id = await scene.asked()
    home = await real.home(BJORN)
    await scene.ok(SECRETARY, "vote.close", vote_id=vote_id)
    await real.press(BJORN, home, text("nb", "choice.for"))
    await settle(real)
    return fake.modal(BJORN)


async def test_a_refusal_in_a_modal_is_an_alert(real, scene, fake):
    (block,) = (await refused_at_home(real, scene, fake)).blocks
    assert (block["type"], block["level"]) == ("alert", "error")
    assert "avsluttet" in block["text"]["text"]


async def test_a_workspace_that_knows_no_alerts_is_told_in_words(real, scene, fake, without):
    without("alert")
    view = await refused_at_home(real, scene, fake)
    assert [block["type"] for block in view.blocks] == ["section"]
    assert "avsluttet" in shown(view)


def test_the_alert_block_passes_the_models(database_url):
    message = text_message("Møtet er <avlyst> & *slutt*.", "nb", is_refusal=True)
    for alerts in (True, False):
        view = modal_view(replace(message, alerts=alerts))
        assert lint(view, "modal") == []
        assert [block["type"] for block in view["blocks"]] == ["alert" if alerts else "section"]
    long = text_message("x" * 300, "nb", is_refusal=True)
    assert modal_view(replace(long, alerts=True))["blocks"][0]["type"] == "section"


@pytest.mark.parametrize("count", [1, 100, 101, 250])
def test_more_rows_than_a_table_holds_are_several(database_url, count):
    rows = [(f"Råd {number}", "x" * 30, number, None) for number in range(count)]
    node = {"type": "DataTable", "caption": "Rådene", "header": ["Råd", "Hva", "Antall", "Dag"], "rows": rows}
    card = {"type": "AdaptiveCard", "body": [node], "lang": "nb"}
    drawn = pages(card)
    assert [lint(page, "message") for page in drawn] == [[]] * len(drawn)
    found = [block for page in drawn for block in page]
    assert sum(len(block["rows"]) - 1 for block in found) == count
    assert all(2 <= len(block["rows"]) <= 101 for block in found)
    assert len({block["caption"] for block in found}) == len(found)


async def test_what_no_table_holds_is_the_list(real, scene, runtime, fake):
    await scene.planned()
    async with runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).name = "Rådet " + "x" * 11_000
    message = await said(real, "oversikt")
    assert tables(message) == []
    assert shown(message)


async def test_in_each_language_the_tables_pass_the_rules(real, scene, runtime):
    await scene.planned()
    scene.at(2027, 1, 5, 9)
    for lang in LANGUAGES:
        secretary = member(runtime, SECRETARY, lang=lang)
        for name, about in (
            ("year_plan.show", {"body_id": 1}),
            ("register.show", {"body_id": 1}),
            ("dashboard.show", {}),
        ):
            message = draw((await secretary(name, **about)).reply)
            assert message and message.tabled
            assert [lint(page, "message") for page in message.pages] == [[]] * len(message.pages)
            assert message.pages != message.plain.pages


async def test_what_was_done_is_said_above_a_table_as_above_a_list(runtime, scene):
    reply = (await member(runtime, SECRETARY)("year_plan.set_dates", body_id=1, dates="2027-09-15")).reply
    message = draw(reply)
    assert reply.done and message.tabled
    for card in (message.card, message.tabled):
        assert reply.done in str(card)
