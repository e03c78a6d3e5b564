"""A card is drawn once for all who are shown the same, and shows each what they would have seen themselves."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

import builders
from builders import ASTRID, BJORN, ELI, HILDE, PAAL
from dumps import rows
from lisbot.channels.slack.messages import from_outbox, message_bodies
from lisbot.channels.teams.sender import compose_activity
from lisbot.commands import COMMANDS
from lisbot.council.models import Account, Delivery, Meeting, Person, Term
from lisbot.outbox import Outbox
from lisbot.outbox.drawing import MAX_AGE
from lisbot.render.slack.limits import MESSAGE_TEXT
from lisbot.render.words import words
from lisbot.texts import text
from outbox.chat import Chat
from stages import MARCH, Scene


@pytest.fixture
async def scene(runtime, clock) -> Scene:
    """A council whose people are all in chat, each in the conversation with their address."""
    scene = Scene(runtime, clock, await builders.council(runtime.db))
    async with runtime.db.write() as db:
        found = await db.execute(select(Person.id, Person.email))
        accounts = [
            {
                "platform": "teams",
                "external_id": email,
                "person_id": person_id,
                "service_url": "https://teams.example/",
                "conversation_id": email,
                "linked_at": clock(),
            }
            for person_id, email in found
        ]
        await db.execute(insert(Account), accounts)
    return scene


SAID_OF_ONESELF = ("card.attendance.not_yet", "card.vote.not_yet")  # on the card of somebody who has not answered


def cards_of(chat: Chat, command: str) -> dict[str, dict]:
    """The newest card of a command that each has been sent."""
    return {to: message.card for to, message in chat.sent if message.command == command}


async def test_each_members_card_for_their_role_is_their_own_but_for_what_is_said_of_themselves(scene, chat):
    """The plain form is a card drawn for each. Compared for a call, a notice, a question and minutes."""
    outbox = Outbox(scene.runtime, {"teams": chat})
    compared = {"call.show": 0, "meeting.show": 0, "agenda.show": 0, "vote.show": 0, "minutes.show": 0}

    async def compare(command: str, **given: int) -> None:
        await outbox.drain()
        for email, card in cards_of(chat, command).items():
            own = await scene.card(email, command, **given)
            drawn, plain = lines(card), lines(own)
            of_themselves = [line for line in plain if line not in drawn]
            assert drawn == [line for line in plain if line in drawn], (command, email)
            assert set(of_themselves) <= {text(card["lang"], key) for key in SAID_OF_ONESELF}, (command, email)
            compared[command] += 1

    meeting_id = await scene.called()
    await compare("call.show", meeting_id=meeting_id)
    await scene.ok(builders.RAGNHILD, "proposal.accept", proposal_id=await scene.proposed())
    await scene.ok(builders.RAGNHILD, "notice.send", meeting_id=meeting_id)
    await compare("meeting.show", meeting_id=meeting_id)
    await compare("agenda.show", meeting_id=meeting_id)
    scene.at(2027, 3, 10, 10)
    vote_id = await scene.question(body_id=scene.body_id)
    await compare("vote.show", vote_id=vote_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(builders.RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(builders.RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    await compare("minutes.show", meeting_id=meeting_id)
    assert compared == {"call.show": 3, "meeting.show": 4, "agenda.show": 1, "vote.show": 3, "minutes.show": 4}
    votes = cards_of(chat, "vote.show")
    assert "vote.close" in verbs(votes[BJORN]), "a chair who represents has the buttons of both"
    assert "vote.close" not in verbs(votes[ASTRID])


def lines(card: dict) -> list[str]:
    """All that a card says, and every button on it."""
    return [line for line in words(card, buttons=True).splitlines() if line]


def verbs(card: dict) -> set[str]:
    """The commands of its buttons, those that ask first among them."""
    return {
        action["data"].get("command", "") if action["verb"] == "ask" else action["verb"]
        for action in card["actions"]
        if "verb" in action
    }


async def test_one_card_is_drawn_for_each_role_and_language(scene, chat):
    drawn = []
    runtime = replace(scene.runtime, on_command=lambda name, *_: drawn.append(name))
    await scene.published()
    await Outbox(runtime, {"teams": chat}).drain()
    told = {to: message for to, message in chat.sent if message.command == "meeting.show"}
    assert set(told) == {ASTRID, BJORN, ELI, PAAL}
    # Two representatives in two languages, one who chairs, and one without a vote.
    assert drawn.count("meeting.show") == 4
    # Now everybody without a role of their own is in one language.
    async with runtime.db.write() as db:
        await db.execute(update(Person).values(lang="nb"))
    drawn.clear()
    chat.sent.clear()
    scene.at(2027, 3, 10, 10)
    await scene.question(body_id=scene.body_id)
    await Outbox(runtime, {"teams": chat}).drain()
    told = dict(chat.sent)
    assert set(told) == {ASTRID, BJORN, ELI}
    assert drawn == ["vote.show", "vote.show"], "for those who represent, and the one who also chairs"
    assert told[ASTRID] is told[ELI]
    assert told[ASTRID] is not told[BJORN]


async def test_who_holds_nothing_in_the_body_any_more_is_shown_nothing(scene, chat):
    await scene.published()
    async with scene.runtime.db.write() as db:
        ended = select(Person.id).where(Person.email.in_([ASTRID, HILDE]))
        await db.execute(update(Term).where(Term.person_id.in_(ended)).values(to_on=date(2026, 6, 1)))
    await Outbox(scene.runtime, {"teams": chat}).drain()
    reached = {to for to, message in chat.sent if message.command in ("meeting.show", "agenda.show")}
    assert reached == {BJORN, ELI, PAAL}
    failed = [row for row in await rows(scene.runtime.db, Delivery) if row.state != "sent"]
    people = {await scene.person(ASTRID), await scene.person(HILDE)}
    assert {row.person_id for row in failed} == people
    assert {row.reason for row in failed if row.command in ("meeting.show", "agenda.show")} == {"not_concerned"}
    assert {(row.state, row.reason) for row in failed} == {("failed", "not_concerned"), ("failed", "not_shown_403")}


async def test_who_has_another_role_by_now_is_shown_what_that_one_may_see(scene, chat):
    """Access is asked when a message is sent: the agenda's reader is a deputy by now, and reads the background."""
    await scene.ok(builders.RAGNHILD, "proposal.accept", proposal_id=await scene.proposed(background="Bakteppet"))
    await scene.ok(builders.RAGNHILD, "notice.send", meeting_id=(await scene.one(Meeting, held_on=MARCH)).id)
    async with scene.runtime.db.write() as db:
        become = update(Term).values(seat_id=await scene.seat("fjord"), rank=2)
        await db.execute(become.where(Term.person_id == await scene.person(HILDE)))
    await Outbox(scene.runtime, {"teams": chat}).drain()
    assert "Bakteppet" in words(cards_of(chat, "agenda.show")[HILDE])


async def test_who_may_only_read_the_agenda_is_not_shown_the_background(scene, chat):
    await scene.ok(builders.RAGNHILD, "proposal.accept", proposal_id=await scene.proposed(background="Bakteppet"))
    await scene.ok(builders.RAGNHILD, "notice.send", meeting_id=(await scene.one(Meeting, held_on=MARCH)).id)
    await Outbox(scene.runtime, {"teams": chat}).drain()
    shown = words(cards_of(chat, "agenda.show")[HILDE])
    assert "Felles rotasjon" in shown
    assert "Bakteppet" not in shown


async def test_a_shared_card_is_drawn_anew_once_something_was_done_to_it(runtime, cast, tell, outbox, chat):
    for sign in ("En", "To"):
        await tell(sign, cast.astrid, cast.bjarne, shared=True)
        await outbox.drain()
    assert [message.card["body"][0]["text"] for _, message in chat.sent] == ["En", "En", "To", "To"]


async def test_a_shared_card_is_drawn_anew_after_a_moment(runtime, cast, tell, outbox, chat):
    """What no command changed, such as a state that follows from the hour, shows then."""
    drawn = []
    counting = replace(runtime, on_command=lambda name, *_: drawn.append(name))
    outbox = Outbox(counting, {"teams": chat})
    await tell("Hei", cast.astrid, shared=True)
    await outbox.drain()
    for passed in (timedelta(seconds=1), MAX_AGE):
        runtime.now.at += passed
        async with runtime.db.read() as db:
            await outbox.drawing.prepare(db)
        drawn.append(len(outbox.drawing.shared))
    assert drawn == ["body.board", 1, 0]


async def test_a_card_that_met_a_bug_is_drawn_again_next_time(runtime, cast, tell, outbox, chat, monkeypatch):
    async def broken(act, *, body_id: int):
        raise ValueError("no such column")

    await tell("Hei", cast.astrid, shared=True)
    with monkeypatch.context() as patched:
        patched.setitem(COMMANDS, "body.board", replace(COMMANDS["body.board"], function=broken))
        await outbox.drain()
    assert chat.sent == []
    runtime.now.at += timedelta(seconds=10)
    await outbox.drain()
    assert [message.card["body"][0]["text"] for _, message in chat.sent] == ["Hei"]


async def test_all_rooms_of_a_body_are_shown_one_card(runtime, cast, tell, outbox, chat, second_room):
    await tell("Hei")
    await outbox.drain()
    (one, first), (other, second) = chat.sent
    assert {one, other} == {"kanalen", "gruppen"}
    assert first is second


async def test_no_channel_changes_the_card_that_others_are_sent_too(scene, chat):
    await scene.published()
    await Outbox(scene.runtime, {"teams": chat}).drain()
    for _, message in chat.sent:
        before = deepcopy(message)
        compose_activity(message)
        message_bodies(from_outbox(message), most=MESSAGE_TEXT)
        assert message == before


async def test_a_card_that_is_redrawn_is_the_readers_own(scene, chat):
    """It was drawn for a role; now it says what each has answered."""
    outbox = Outbox(scene.runtime, {"teams": chat})
    vote_id = await scene.asked()
    await outbox.drain()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    scene.clock.at += timedelta(seconds=2)
    await outbox.drain()
    newest = {to: message.card for to, message in zip(posted_to(chat), [m for _, m in chat.edited], strict=True)}
    assert set(newest) == {ASTRID, BJORN, ELI}
    for email, card in newest.items():
        assert card == await scene.card(email, "vote.show", vote_id=vote_id)
    assert lines(newest[ASTRID]) != lines(newest[ELI])


def posted_to(chat: Chat) -> list[str]:
    """Where each edit of a question was made, by the ids that messages were given."""
    return [chat.sent[int(message_id.removeprefix("m")) - 1][0] for message_id, _ in chat.edited]


async def test_a_burst_is_one_edit_of_each_card_and_one_drawing_for_all_rooms(
    runtime, cast, tell, chat, letters, second_room
):
    drawn = []
    counting = replace(runtime, on_command=lambda name, *_: drawn.append(name))
    outbox = Outbox(counting, {"teams": chat, "mail": letters})
    await tell("En")
    await tell("En", cast.astrid)
    await outbox.drain()
    drawn.clear()
    for sign in ("To", "Tre", "Fire"):
        await tell(sign, cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    edited = [message for _, message in chat.edited]
    assert [message.card["body"][0]["text"] for message in edited] == ["Fire"] * 3, "two rooms and Astrid"
    assert len({id(message) for message in edited}) == 2
    assert drawn.count("body.board") == 2 + 3, "and once for each letter to Cecilie"
