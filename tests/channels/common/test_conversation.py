"""What the chat channels do alike: whoever speaks is looked up once, and nothing internal can be spoken."""

import asyncio
from dataclasses import replace

import pytest

from fakes.recorded import Recorded, shown
from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.conversation import (
    Conversation,
    Speaker,
    asked_for,
    is_about_the_room,
    is_known,
)
from lisbot.channels.common.drawing import draw_reply
from lisbot.commands import COMMANDS, Reply
from lisbot.council.log.former_names import FORMER_NAMES
from lisbot.council.register.identity import Caller, Reach
from lisbot.idempotency import ReceiptKey
from lisbot.intents import MENU
from lisbot.texts import text

KARI = Caller("teams", "object-of-Kari", "tenant", lang="nb", reach=Reach("https://teams.example/", "a:kari"))
MINUTE = 60.0


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run():
    return Recorded(known={KARI.external_id}, register={"ola@example.no"})


@pytest.fixture
def ask():
    return Recorded(known={KARI.external_id}, register={"ola@example.no"})


@pytest.fixture
def addresses(run, clock):
    return AddressBook(run, MINUTE, clock=clock)


@pytest.fixture
def conversation(run, ask, addresses):
    return Conversation(run, ask, addresses)


class Roster:
    def __init__(self, email=None):
        self.email, self.lookups = email, 0

    async def __call__(self):
        self.lookups += 1
        return self.email


def speaker(caller=KARI, email=None, lang="nb"):
    return Speaker(caller, lang, Roster(email))


# Typed words


async def test_typed_words_run_the_command_they_mean(conversation, run, ask):
    intent, reply = await conversation.say(speaker(), "søk felles rotasjon")
    assert (intent.command, reply.view.title) == ("outcome.search", "outcome.search")
    assert run.given("outcome.search") == [{"text": "felles rotasjon"}]
    assert ask.asked == []


async def test_words_that_lack_something_ask_for_the_form(conversation, run, ask):
    intent, _ = await conversation.say(speaker(), "foreslå sak")
    assert intent.asks
    assert ask.names == ["proposal.submit"]
    assert run.names == []


async def test_a_form_that_cannot_be_drawn_becomes_the_menu(conversation, run, ask):
    ask.replies["proposal.submit"] = Reply(422, "Hvilket møte?")
    intent, reply = await conversation.say(speaker(), "foreslå sak")
    assert (intent.command, intent.asks) == (MENU, False)
    assert reply.view.title == MENU


async def test_a_form_that_is_refused_for_another_reason_is_refused(conversation, run, ask):
    ask.replies["proposal.submit"] = Reply(409, "Innmeldingen er over.")
    intent, reply = await conversation.say(speaker(), "foreslå sak")
    assert (intent.command, reply.words) == ("proposal.submit", "Innmeldingen er over.")
    assert run.names == []


# Buttons


async def test_a_button_runs_its_command_with_its_receipt(conversation, run):
    receipt = ReceiptKey("teams", "press-1")
    await conversation.press(speaker(), "vote.cast", {"vote_id": 7, "choice": "for"}, receipt=receipt)
    assert run.given("vote.cast") == [{"vote_id": 7, "choice": "for"}]
    assert run.receipts[0] == receipt


async def test_the_verb_ask_asks_for_a_form(conversation, run, ask):
    await conversation.press(speaker(), "ask", {"command": "proposal.submit", "args": {"meeting_id": 3}})
    assert ask.given("proposal.submit") == [{"meeting_id": 3}]
    assert run.names == []


@pytest.mark.parametrize("data", [{}, {"command": 7}, {"command": None, "args": "text"}, {"args": [1]}], ids=str)
def test_ask_with_junk_asks_for_no_command(data):
    assert asked_for(data) == ("", {})


INTERNAL = [name for name, command in COMMANDS.items() if command.is_internal]
FORMERLY = [former for former, name in FORMER_NAMES.items() if name in INTERNAL]


@pytest.mark.parametrize("name", INTERNAL + FORMERLY)
@pytest.mark.parametrize("lang", ["nb", "en"])
async def test_what_channels_alone_run_is_unknown_to_those_who_speak(conversation, run, ask, name, lang):
    evil = {"service_url": "https://evil.example/", "conversation_id": "a:evil"}
    for verb, data in ((name, evil), ("ask", {"command": name, "args": evil})):
        reply = await conversation.press(speaker(lang=lang), verb, data)
        assert (reply.status, reply.words) == (404, text(lang, "error.unknown_command"))
    assert run.asked == ask.asked == []


def test_there_are_internal_commands_under_a_former_name_too():
    assert INTERNAL
    assert FORMERLY


# Who it is


async def test_a_stranger_is_looked_up_in_the_roster_and_the_call_made_once_more(conversation, run):
    stranger = replace(KARI, external_id="object-of-Ola")
    ola = speaker(stranger, "ola@example.no")
    assert (await conversation.run(ola, "menu.show", {})).is_done
    assert [caller.email for name, _, caller in run.asked if name == "menu.show"] == [None, "ola@example.no"]
    assert ola.find_email.lookups == 1


async def test_whoever_is_known_is_not_looked_up(conversation):
    kari = speaker(email="kari@example.no")
    await conversation.run(kari, "menu.show", {})
    assert kari.find_email.lookups == 0


@pytest.mark.parametrize("email", [None, "nobody@example.no"])
async def test_a_stranger_stays_one_and_is_not_remembered(conversation, run, email):
    reply = await conversation.run(speaker(replace(KARI, external_id="nobody"), email), "menu.show", {})
    assert not is_known(reply)
    assert run.given("account.update_address") == []


# Where they are reached


async def test_an_address_is_written_once_and_again_when_it_changes(conversation, run):
    for _ in range(3):
        await conversation.run(speaker(), "menu.show", {})
    moved = replace(KARI, reach=Reach("https://teams.example/", "a:moved"))
    await conversation.run(speaker(moved), "menu.show", {})
    assert [given["conversation_id"] for given in run.given("account.update_address")] == ["a:kari", "a:moved"]


async def test_an_address_is_written_again_after_a_while_and_when_it_led_nowhere(conversation, addresses, run, clock):
    await conversation.run(speaker(), "menu.show", {})
    clock.now += MINUTE + 1
    await conversation.run(speaker(), "menu.show", {})
    assert len(run.given("account.update_address")) == 2
    addresses.forget_conversation("a:another")
    await conversation.run(speaker(), "menu.show", {})
    assert len(run.given("account.update_address")) == 2
    addresses.forget_conversation("a:kari")
    await conversation.run(speaker(), "menu.show", {})
    assert len(run.given("account.update_address")) == 3


async def test_an_address_that_could_not_be_written_is_written_the_next_time(conversation, run):
    run.replies["account.update_address"] = Reply(500, "Noe gikk galt.")
    await conversation.run(speaker(), "menu.show", {})
    del run.replies["account.update_address"]
    await conversation.run(speaker(), "menu.show", {})
    assert len(run.given("account.update_address")) == 2


async def test_where_many_read_along_nobody_is_reached(conversation, run):
    await conversation.run(speaker(replace(KARI, reach=None)), "menu.show", {})
    assert run.given("account.update_address") == []


# In company


def test_what_is_done_to_the_room_is_answered_in_it():
    assert {name for name in COMMANDS if is_about_the_room(name)} == {"room.link", "room.unlink"}
    assert not is_about_the_room("no.such")
    assert not is_about_the_room("")


# What is shown


def test_a_reply_is_drawn_with_what_shows_it_again():
    drawing = draw_reply(Recorded().answer("meeting.show", {"meeting_id": 3}))
    assert drawing.card["body"][0]["text"] == "meeting.show"
    assert (drawing.opens.command, drawing.opens.arguments) == ("meeting.show", {"meeting_id": 3})
    assert draw_reply(Reply(403, "Nei.")) is None
    assert draw_reply(shown("Uten adresse")).opens is None


async def test_what_is_typed_takes_its_receipt_where_it_changes_something(conversation, run):
    receipt = ReceiptKey("slack", "Ev1")
    await conversation.say(speaker(), "koble samrad", receipt=receipt)
    assert (run.names, run.receipts[0]) == (["room.link"], receipt)


async def test_what_only_looks_takes_no_receipt(conversation, run):
    """It is read in a transaction that writes nothing."""
    receipt = ReceiptKey("slack", "Ev1")
    await conversation.say(speaker(), "hjelp", receipt=receipt)
    await conversation.run(speaker(), "vote.show", {"vote_id": 7}, receipt=receipt)
    assert run.names == ["menu.show", "vote.show"]
    assert set(run.receipts) == {None}


# Pressed twice


@pytest.mark.parametrize("at_once", [True, False])
async def test_pressed_twice_shows_what_was_done_and_not_a_refusal(conversation, run, at_once):
    answers = iter([shown("Meldt"), Reply(409, "Det er alt meldt.", key="reported_already")])

    async def once(name, given, caller, *, receipt=None):
        await asyncio.sleep(0)
        return next(answers)

    conversation.run_command = once
    given = {"seat_id": 1, "name": "Nina"}
    presses = [conversation.press(speaker(), "seat_change.report", dict(given)) for _ in range(2)]
    replies = await asyncio.gather(*presses) if at_once else [await press for press in presses]
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].view is replies[1].view


async def test_another_press_and_another_person_get_their_own_answer(conversation, run):
    answers = iter([shown("Meldt"), Reply(409, "Nei"), Reply(409, "Nei")])

    async def once(name, given, caller, *, receipt=None):
        return next(answers)

    conversation.run_command = once
    assert (await conversation.press(speaker(), "vote.cast", {"vote_id": 1})).status == 200
    assert (await conversation.press(speaker(), "vote.cast", {"vote_id": 2})).status == 409
    other = replace(speaker(), caller=replace(KARI, external_id="object-of-Ola"))
    assert (await conversation.press(other, "vote.cast", {"vote_id": 1})).status == 409
