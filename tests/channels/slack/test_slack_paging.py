"""A card longer than Slack takes is turned page by page, wherever it is shown, and nothing of it is lost."""

import json

import pytest
from sqlalchemy import delete

import builders
from channels.slack.helpers import (
    ASTRID,
    RAGNHILD,
    in_front_of,
    list_reply,
    press_command,
    put_card,
    settle,
    with_button,
)
from fakes.slack_client import buttons
from fakes.slack_ui import shown
from lisbot import cards, commands
from lisbot.council.core.fields import MAX_LINE
from lisbot.council.models import Term
from lisbot.council.register.identity import Caller
from lisbot.messaging import Address, Message
from lisbot.texts import text

ITEMS = 60
TITLES = [f"Sak om emne {n}." for n in range(ITEMS)]
LONG = list_reply(*TITLES, lang="nn")
NEXT = text("nn", "slack.next_page")
PREVIOUS = text("nn", "slack.previous_page")
EVERY = set(range(ITEMS))


@pytest.fixture
async def meeting_id(scene, runtime, fake, real):
    """The id of a meeting whose agenda of sixty items is sent out."""
    await real.slash(ASTRID, "hjelp")
    await settle(real)
    meeting_id = await scene.called()
    for title in TITLES:
        await scene.ok(builders.RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title=title, kind="discussion")
    await scene.ok(builders.RAGNHILD, "notice.send", meeting_id=meeting_id)
    return meeting_id


async def open_meeting(slack, person, meeting_id, *, where=None):
    """Open the meeting by its button among one's own things. Returns what is in front of them then."""
    await slack.say(person, "saker", where)
    await settle(slack)
    await press_command(slack, person, in_front_of(slack, person), "meeting.show", meeting_id=meeting_id)
    return in_front_of(slack, person)


def titles(words):
    return {number for number in range(ITEMS) if f"Sak om emne {number}." in words}


async def turn_through(slack, what, person=ASTRID, lang="nn", times=12):
    """Press «next page» until there is none, and gather what each page said."""
    found, pages, next_page = titles(shown(what())), 1, text(lang, "slack.next_page")
    while next_page in buttons(what()) and pages < times:
        await slack.press(person, what(), next_page)
        await settle(slack)
        found |= titles(shown(what()))
        pages += 1
    assert pages > 1
    return found


def pager_commands(message):
    """The commands that the pager's buttons run."""
    pressed = [each for block in message.blocks for each in block.get("elements", ())]
    return {json.loads(e["value"])["command"] for e in pressed if e.get("action_id", "").endswith(":page")}


async def test_in_ones_own_conversation_the_message_itself_is_turned(real, meeting_id, fake):
    on = await open_meeting(real, ASTRID, meeting_id)
    count = len(fake.messages_to(ASTRID))
    assert await turn_through(real, lambda: on) == EVERY
    assert len(fake.messages_to(ASTRID)) == count
    await real.press(ASTRID, on, PREVIOUS)
    await settle(real)
    assert NEXT in buttons(on)


async def test_the_next_page_of_what_somebody_looked_up_is_the_same_card_of_the_same_thing(real, meeting_id):
    """The secretary's agenda is part of the meeting's page; it is the agenda that is turned all the same."""
    on = await open_meeting(real, RAGNHILD, meeting_id)
    assert await turn_through(real, lambda: on, RAGNHILD, "nb") == EVERY
    for command in ("proposal.triage", "agenda.show"):
        await press_command(real, RAGNHILD, on, command, meeting_id=meeting_id)
    assert shown(on).startswith("Sakliste")
    assert pager_commands(on) == {"agenda.show"}
    assert await turn_through(real, lambda: on, RAGNHILD, "nb") == EVERY


async def test_what_something_done_shows_is_turned_by_what_shows_it_again(real, meeting_id):
    """An answer is given once: its pages are those of the meeting."""
    on = await open_meeting(real, ASTRID, meeting_id)
    await press_command(real, ASTRID, on, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert pager_commands(on) == {"meeting.show"}
    assert await turn_through(real, lambda: on) == EVERY


async def test_in_a_channel_the_pages_are_the_readers_alone(real, meeting_id, fake):
    room = fake.channel("radet", ASTRID, RAGNHILD)
    own = await open_meeting(real, ASTRID, meeting_id, where=room)
    assert (own.user, own.channel) == (ASTRID.id, room)
    assert await turn_through(real, lambda: own) == EVERY
    assert fake.messages_to(RAGNHILD) == []


async def test_a_slash_commands_answer_is_turned_where_it_stands(recorded, run, fake):
    run.replies["menu.show"] = LONG
    room = fake.channel("radet", ASTRID, RAGNHILD)
    await recorded.slash(ASTRID, "hjelp", room)
    await settle(recorded)
    (answer,) = fake.messages_to(ASTRID)
    assert await turn_through(recorded, lambda: answer) == EVERY
    assert fake.messages_to(RAGNHILD) == []


async def test_from_home_the_pages_are_turned_in_the_modal(real, meeting_id, fake):
    await real.home(ASTRID)
    await settle(real)
    await press_command(real, ASTRID, fake.homes[ASTRID.id], "meeting.show", meeting_id=meeting_id)
    assert await turn_through(real, lambda: fake.modal(ASTRID)) == EVERY
    assert len(fake.stacks[ASTRID.id]) == 1


async def test_the_home_tab_itself_is_turned_in_its_place(recorded, run, fake):
    run.replies["worklist.show"] = LONG
    await recorded.home(ASTRID)
    await settle(recorded)
    home = fake.homes[ASTRID.id]
    assert await turn_through(recorded, lambda: home) == EVERY
    assert fake.modal(ASTRID) is None


async def test_what_lisbot_sends_of_its_own_accord_is_turned_too(real, meeting_id, runtime, fake):
    given = {"meeting_id": meeting_id}
    answer = await commands.run(runtime, "agenda.show", given, Caller("cli", ASTRID.email))
    shown_card = cards.draw_card(answer.shows, answer.view, answer.viewer)
    where = fake.direct(ASTRID)
    message = Message("Sakslista er klar.", shown_card, "nn", command="agenda.show", args=given)
    await real.channel.sender.send(Address("slack", where.team, where.team, where.id), message)
    sent = fake.messages_to(ASTRID)[-1]
    assert await turn_through(real, lambda: sent) == EVERY


async def test_every_page_says_which_it_is_and_its_text_says_what_the_whole_card_says(real, meeting_id):
    on = await open_meeting(real, ASTRID, meeting_id)
    assert text("nn", "slack.page_of", page=1, pages=2) in shown(on)
    assert titles(on.text) == EVERY


async def test_a_page_that_is_no_more_is_the_last_there_is(recorded, run):
    run.replies["agenda.show"] = LONG
    for page in (99, -3):
        on = put_card(recorded, with_button("page", command="agenda.show", args={"meeting_id": 1}, page=page))
        await recorded.press(ASTRID, on, "Trykk")
        await settle(recorded)
        assert titles(shown(on))
        assert (NEXT in buttons(on)) is (page < 0)


async def test_a_long_card_that_nothing_shows_again_comes_in_as_many_messages_as_it_takes(recorded, run, fake):
    run.replies["x.y"] = LONG
    on = put_card(recorded, with_button("x.y"))
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert set.union(*(titles(shown(m)) for m in fake.messages_to(ASTRID))) == EVERY
    assert len(fake.messages_to(ASTRID)) > 1


async def test_a_page_turned_changes_nothing_and_asks_for_the_right_anew(real, meeting_id, runtime, fake):
    """Whoever may no longer see it turns no pages of it."""
    on = await open_meeting(real, ASTRID, meeting_id)
    async with runtime.db.write() as db:
        await db.execute(delete(Term))
    before = shown(on)
    await real.press(ASTRID, on, NEXT)
    await settle(real)
    assert shown(on) == before
    assert titles(shown(fake.messages_to(ASTRID)[-1])) == set()


async def test_a_page_of_a_deed_is_never_turned(recorded, run):
    on = put_card(recorded, with_button("page", command="call.decline", args={"meeting_id": 1}, page=0))
    assert (await recorded.press(ASTRID, on, "Trykk")).status == 200
    await settle(recorded)
    assert run.asked == []


async def test_a_page_of_what_has_another_name_today_is_turned(recorded, run):
    """A pager that hangs in an old chat."""
    run.replies["me.page"] = LONG
    on = put_card(recorded, with_button("page", command="me.page", args={}, page=1))
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert titles(shown(on)) and PREVIOUS in buttons(on)


async def test_a_shared_card_of_many_pages_is_turned_for_the_presser_alone(recorded, run, fake):
    run.replies["agenda.show"] = LONG
    room = fake.channel("radet", ASTRID)
    on = put_card(recorded, with_button("page", command="agenda.show", args={"meeting_id": 1}, page=1), room)
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert on.history == []
    assert titles(shown(fake.messages_to(ASTRID)[0])) and fake.messages_to(ASTRID)[0].user == ASTRID.id


async def test_what_is_longer_than_a_button_carries_comes_in_as_many_messages_as_it_takes(recorded, run, fake):
    """The pager's buttons would have to carry what was searched for: as JSON, a smiley is twelve characters."""
    run.replies["outcome.search"] = LONG
    await recorded.slash(ASTRID, f"søk {'😀' * MAX_LINE}")
    await settle(recorded)
    assert set.union(*(titles(shown(m)) for m in fake.messages_to(ASTRID))) == EVERY
    assert not any(NEXT in buttons(m) for m in fake.messages_to(ASTRID))
    assert recorded.warnings == []
