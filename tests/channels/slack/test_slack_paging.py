"""A card longer than Slack takes is turned page by page, wherever it is shown, and nothing of it is lost."""

import json
from functools import partial

import pytest
from sqlalchemy import delete

import builders
from channels.slack.cast import ASTRID, RAGNHILD, card, hang, settle, with_button
from fakes.slack_client import buttons
from fakes.slack_hands import shown
from lisbot import cards, commands
from lisbot.commands import Reply
from lisbot.council.models import Term
from lisbot.council.people import Caller
from lisbot.ports import Address, Message
from lisbot.texts import text

ITEMS = 60
LONG = card(*(f"Sak om emne {n}." for n in range(ITEMS)))
NEXT = text("nn", "slack.next_page")
PREVIOUS = text("nn", "slack.previous_page")


@pytest.fixture
async def agenda(scene, house, fake, real):
    """A published agenda of sixty items; the meeting's id."""
    await real.slash(ASTRID, "hjelp")
    await settle(real)
    meeting_id = await scene.called()
    for number in range(ITEMS):
        await scene.ok(
            builders.RAGNHILD,
            "agenda.add",
            meeting_id=meeting_id,
            title=f"Sak om emne {number}.",
            kind="discussion",
        )
    await scene.ok(builders.RAGNHILD, "agenda.publish", meeting_id=meeting_id)
    return meeting_id


def titles(words):
    return {number for number in range(ITEMS) if f"Sak om emne {number}." in words}


async def turn_through(slack, what, times=12):
    """Press «next page» until there is none, and gather what each page said."""
    found, pages = titles(shown(what())), 1
    while NEXT in buttons(what()) and pages < times:
        await slack.press(ASTRID, what(), NEXT)
        await settle(slack)
        found |= titles(shown(what()))
        pages += 1
    assert pages > 1
    return found


def opener(meeting_id):
    return with_button("agenda.show", meeting_id=meeting_id)


EVERY = set(range(ITEMS))


async def test_in_ones_own_conversation_the_message_itself_is_turned(real, agenda, fake):
    on = hang(real, opener(agenda))
    await real.press(ASTRID, on, "Trykk")
    await settle(real)
    count = len(fake.told(ASTRID))
    assert await turn_through(real, lambda: on) == EVERY
    assert len(fake.told(ASTRID)) == count
    await real.press(ASTRID, on, PREVIOUS)
    await settle(real)
    assert NEXT in buttons(on)


async def test_the_next_page_of_what_somebody_looked_up_is_the_same_card_of_the_same_thing(
    real, agenda, house, fake
):
    """The secretary's agenda stands on the meeting's page; it is the agenda that is turned all the same."""
    fake.has(RAGNHILD)
    on = hang(real, opener(agenda), to=RAGNHILD)
    await real.press(RAGNHILD, on, "Trykk")
    await settle(real)
    heading = shown(on).splitlines()[0]
    turning = [e for b in on.blocks for e in b.get("elements", ()) if e.get("action_id", "").endswith("page")]
    assert {json.loads(e["value"])["command"] for e in turning} == {"agenda.show"}
    seen = titles(shown(on))
    for _ in range(12):
        if text("nb", "slack.next_page") not in buttons(on):
            break
        await real.press(RAGNHILD, on, text("nb", "slack.next_page"))
        await settle(real)
        seen |= titles(shown(on))
    assert heading.startswith("Sakliste") and seen == EVERY


async def test_in_a_channel_the_pages_are_the_readers_alone(real, agenda, fake):
    room = fake.channel("radet", ASTRID, RAGNHILD)
    on = hang(real, opener(agenda), room)
    await real.press(ASTRID, on, "Trykk")
    await settle(real)
    own = fake.told(ASTRID)[-1]
    assert (own.user, own.channel) == (ASTRID.id, room)
    assert await turn_through(real, lambda: own) == EVERY
    assert on.history == []
    assert fake.told(RAGNHILD) == []


async def test_a_slash_commands_answer_is_turned_where_it_stands(told, run, fake):
    run.replies["menu.show"] = Reply(200, shown=LONG, lang="nn")
    run.hrefs["menu.show"] = "/show/menu.show"
    room = fake.channel("radet", ASTRID, RAGNHILD)
    await told.slash(ASTRID, "hjelp", room)
    await settle(told)
    (answer,) = fake.told(ASTRID)
    assert await turn_through(told, lambda: answer) == EVERY
    assert fake.told(RAGNHILD) == []


async def test_from_home_the_pages_are_turned_in_the_modal(real, agenda, fake, monkeypatch):
    await real.home(ASTRID)
    await settle(real)
    home = fake.homes[ASTRID.id]
    forge(home, "agenda.show", agenda)
    await real.press(ASTRID, home, action_id="1:agenda.show")
    await settle(real)
    assert await turn_through(real, lambda: fake.modal(ASTRID)) == EVERY
    assert len(fake.stacks[ASTRID.id]) == 1


def forge(view, verb, meeting_id):
    for block in view.blocks:
        element = block.get("accessory") or block.get("elements", [{}])[0]
        if element.get("type") == "button":
            element |= {"action_id": f"1:{verb}", "value": f'{{"meeting_id": {meeting_id}}}'}
            return


async def test_the_home_tab_itself_is_turned_in_its_place(told, run, fake):
    run.replies["me.page"] = Reply(200, shown={**LONG, "body": LONG["body"] * 2}, lang="nn")
    run.hrefs["me.page"] = "/me"
    await told.home(ASTRID)
    await settle(told)
    home = fake.homes[ASTRID.id]
    assert await turn_through(told, lambda: home) == EVERY
    assert fake.modal(ASTRID) is None


async def test_what_lisbot_sends_of_its_own_accord_is_turned_too(real, agenda, house, fake):
    given = {"meeting_id": agenda}
    reply = await commands.run(
        house, "agenda.show", given, Caller("cli", ASTRID.email), partial(cards.draw, whole=True)
    )
    where = fake.direct(ASTRID)
    message = Message("Sakslista er klar.", reply.shown, "nn", shows="agenda.show", args=given)
    await real.door.sender.send(Address("slack", where.team, where.team, where.id), message)
    sent = fake.told(ASTRID)[-1]
    assert await turn_through(real, lambda: sent) == EVERY


async def test_every_page_says_which_it_is_and_its_text_says_what_the_whole_card_says(real, agenda, fake):
    on = hang(real, opener(agenda))
    await real.press(ASTRID, on, "Trykk")
    await settle(real)
    assert text("nn", "slack.page_of", page=1, pages=2) in shown(on)
    assert titles(on.text) == EVERY


async def test_a_page_that_is_no_more_is_the_last_there_is(told, run, fake):
    run.replies["agenda.show"] = Reply(200, shown=LONG, lang="nn")
    run.hrefs["agenda.show"] = "/show/agenda.show?meeting_id=1"
    for page in (99, -3):
        on = hang(told, with_button("page", command="agenda.show", args={"meeting_id": 1}, page=page))
        await told.press(ASTRID, on, "Trykk")
        await settle(told)
        assert titles(shown(on))
        assert (NEXT in buttons(on)) is (page < 0)


async def test_a_long_card_that_nothing_shows_again_comes_in_as_many_messages_as_it_takes(told, run, fake):
    run.replies["x.y"] = Reply(200, shown=LONG)
    on = hang(told, with_button("x.y"))
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert set.union(*(titles(shown(m)) for m in fake.told(ASTRID))) == EVERY
    assert len(fake.told(ASTRID)) > 1


async def test_a_page_turned_changes_nothing_and_asks_for_the_right_anew(real, agenda, house, fake):
    """Whoever may no longer see it turns no pages of it."""
    on = hang(real, opener(agenda))
    await real.press(ASTRID, on, "Trykk")
    await settle(real)
    async with house.db.write() as db:
        await db.execute(delete(Term))
    before = shown(on)
    await real.press(ASTRID, on, NEXT)
    await settle(real)
    assert shown(on) == before
    assert titles(shown(fake.told(ASTRID)[-1])) == set()


async def test_a_page_of_a_deed_is_never_turned(told, run):
    on = hang(told, with_button("page", command="call.nothing", args={"meeting_id": 1}, page=0))
    assert (await told.press(ASTRID, on, "Trykk")).status == 200
    await settle(told)
    assert run.asked == []


async def test_a_shared_card_of_many_pages_is_turned_for_the_presser_alone(told, run, fake):
    run.replies["agenda.show"] = Reply(200, shown=LONG, lang="nn")
    run.hrefs["agenda.show"] = "/show/agenda.show?meeting_id=1"
    room = fake.channel("radet", ASTRID)
    on = hang(told, with_button("page", command="agenda.show", args={"meeting_id": 1}, page=1), room)
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert on.history == []
    assert titles(shown(fake.told(ASTRID)[0])) and fake.told(ASTRID)[0].user == ASTRID.id
