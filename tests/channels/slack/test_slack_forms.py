"""Forms in Slack: opened at a press, refused with what is wrong beside its field, sent once."""

import asyncio
import importlib
import json

import pytest

from channels.slack.helpers import (
    ASTRID,
    BJORN,
    RAGNHILD,
    STRANGER,
    form_reply,
    in_front_of,
    press_command,
    put_card,
    settle,
    with_button,
)
from dumps import rows
from fakes.slack_client import buttons
from fakes.slack_payloads import submission
from fakes.slack_ui import shown
from fakes.slack_world import Channel
from lisbot.channels.slack.form_metadata import FormMetadata, FormTarget
from lisbot.channels.slack.payload import SlackUser
from lisbot.commands import Reply
from lisbot.council.models import Account, Meeting, Proposal, Receipt
from lisbot.texts import text

run_module = importlib.import_module("lisbot.commands.run")  # the package has a function of that name
MEETING = "Samordningsrådet, onsdag 10. mars 2027"
TYPED = {
    "Møte": MEETING,
    "Tittel": "Felles rotasjon",
    "Bakgrunn": "Vi treng ei felles ordning.\n\nFor alle.",
    "Tid i møtet (minutt)": "20",
    "Konfidensielt": True,
}


async def opened_form(slack, person=ASTRID, words="foreslå sak"):
    await slack.slash(person, words)
    await settle(slack)
    view = slack.fake.modal(person)
    assert view, [shown(m) for m in slack.fake.messages_to(person)]
    return view


def standing(view):
    """What stands in the fields, by block."""
    return {
        block: next((v for k, v in state.items() if k != "type"), None)
        for block, inside in view.values.items()
        for state in inside.values()
    }


@pytest.fixture
async def call(scene):
    return await scene.called()


# Sent


async def test_a_form_that_is_sent_is_done_and_shown_where_it_was_asked_for(real, call, runtime, fake):
    await opened_form(real)
    await real.submit(ASTRID, TYPED)
    await settle(real)
    (proposal,) = await rows(runtime.db, Proposal)
    assert (proposal.title, proposal.duration_minutes, proposal.confidential) == ("Felles rotasjon", 20, True)
    assert proposal.background == TYPED["Bakgrunn"]
    assert fake.modal(ASTRID) is None
    assert "Felles rotasjon" in shown(fake.messages_to(ASTRID)[-1])


async def test_a_form_opened_at_home_shows_there_what_came_of_it_and_draws_the_page_anew(real, call, fake):
    await real.home(ASTRID)
    await settle(real)
    await real.press(ASTRID, fake.homes[ASTRID.id], "Føreslå sak", beside="Meld inn")
    await settle(real)
    drawn = len(fake.homes[ASTRID.id].history)
    await real.submit(ASTRID, {name: value for name, value in TYPED.items() if name != "Møte"})
    await settle(real)
    assert "Felles rotasjon" in shown(fake.modal(ASTRID))
    assert len(fake.homes[ASTRID.id].history) == drawn + 1
    assert fake.messages_to(ASTRID) == []


async def test_a_form_sent_twice_is_done_once(real, call, runtime, fake):
    view = await opened_form(real)
    real.type(ASTRID, TYPED)
    sent = submission(fake, ASTRID, fake.workspaces[ASTRID.team], view)
    heard = [await real.transport.send("interactive", sent) for _ in range(2)]
    await settle(real)
    assert [h.status for h in heard] == [200, 200]
    assert heard[1].body == {"response_action": "clear"}
    assert len(await rows(runtime.db, Proposal)) == 1
    assert [shown(m) for m in fake.messages_to(ASTRID)] == [shown(fake.messages_to(ASTRID)[0])], "one answer"


async def test_a_form_sent_again_while_the_first_is_under_way_is_done_once(real, call, runtime, fake, monkeypatch):
    """The second waits for the first one's transaction, and then knows that it is done."""
    write_log = run_module.write_log

    async def slow(*args):
        await asyncio.sleep(0.5)
        await write_log(*args)

    monkeypatch.setattr(run_module, "write_log", slow)
    view = await opened_form(real)
    real.type(ASTRID, TYPED)
    sent = submission(fake, ASTRID, fake.workspaces[ASTRID.team], view)
    first = asyncio.create_task(real.transport.send("interactive", sent))
    await asyncio.sleep(0.2)
    again = await real.transport.send("interactive", sent)
    assert again.body == {"response_action": "clear"}
    assert (await first).status == 200
    await settle(real)
    assert len(await rows(runtime.db, Proposal)) == 1


async def test_a_form_that_was_refused_left_no_receipt_and_is_done_when_it_is_sent_again(real, call, runtime, fake):
    """Slack changes no view's hash where it only shows what was wrong beside a field."""
    view = await opened_form(real)
    await real.submit(ASTRID, TYPED | {"Lenkjer": "ikke en lenke"})
    assert await rows(runtime.db, Receipt, platform="slack") == []
    hash_before = view.hash
    await real.submit(ASTRID, {"Lenkjer": ""})
    await settle(real)
    (receipt,) = await rows(runtime.db, Receipt, platform="slack")
    assert receipt.key == f"view:{view.id}:{hash_before}"
    assert len(await rows(runtime.db, Proposal)) == 1


async def test_a_form_that_only_looks_something_up_takes_no_receipt(recorded, run, ask):
    ask.replies["outcome.search"] = form_reply("outcome.search", "text")
    on = put_card(recorded, with_button("ask", command="outcome.search", args={}))
    await press_command(recorded, ASTRID, on, "outcome.search")
    await recorded.submit(ASTRID, {"Tekst": "rotasjon"})
    await settle(recorded)
    assert run.given("outcome.search") == [{"text": "rotasjon"}]
    assert set(run.receipts) == {None}


async def test_two_forms_of_the_same_kind_are_two_deeds(real, call, runtime, fake):
    for title in ("Éi sak", "Ei anna sak"):
        await opened_form(real)
        await real.submit(ASTRID, TYPED | {"Tittel": title})
        await settle(real)
    assert {p.title for p in await rows(runtime.db, Proposal)} == {"Éi sak", "Ei anna sak"}


# Refused


async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(real, call, runtime, fake):
    view = await opened_form(real)
    await real.submit(ASTRID, TYPED | {"Lenkjer": "ikke en lenke"})
    before = standing(view)
    assert fake.modal(ASTRID) is view
    assert list(view.errors) == ["links"]
    assert before["title"] == "Felles rotasjon"
    assert await rows(runtime.db, Proposal) == []
    await real.submit(ASTRID, {"Lenkjer": "https://fjord.example/"})
    await settle(real)
    assert len(await rows(runtime.db, Proposal)) == 1


async def test_what_concerns_the_whole_form_stands_above_it_and_what_was_typed_stays(real, call, runtime, fake):
    """The same title again, with more to it: the very same a moment later is a press too many, and no refusal."""
    for minutes in ("15", "20"):
        view = await opened_form(real)
        await real.submit(ASTRID, {**TYPED, "Tid i møtet (minutt)": minutes})
    assert fake.modal(ASTRID) is view
    assert text("nn", "error.proposed_already", title="Felles rotasjon") in shown(view)
    assert {k: v for k, v in standing(view).items() if k in ("title", "background", "duration_minutes")} == {
        "title": "Felles rotasjon",
        "background": TYPED["Bakgrunn"],
        "duration_minutes": "20",
    }
    assert standing(view)["confidential"], "the box stays ticked"
    await real.submit(ASTRID, {"Tittel": "Ei anna sak"})
    await settle(real)
    assert {p.title for p in await rows(runtime.db, Proposal)} == {"Felles rotasjon", "Ei anna sak"}


async def test_a_form_that_could_not_be_drawn_again_keeps_what_was_typed(recorded, run, ask, fake):
    ask.replies["proposal.submit"] = form_reply("proposal.submit", "title")
    run.replies["proposal.submit"] = Reply(403, "Det får du ikke.")
    view = await opened_form(recorded)
    await recorded.submit(ASTRID, {"Tittel": "Sak"})
    assert view.errors == {"title": "Det får du ikke."}
    assert standing(view) == {"title": "Sak"}


async def test_a_bug_says_its_reference_in_the_form_and_it_can_be_sent_again(open_channel, run, ask, fake, caplog):
    fails = ["once"]

    async def failing(name, *rest, **more):
        if name == "proposal.submit" and fails:
            raise RuntimeError(fails.pop())
        return await run(name, *rest, **more)

    ask.replies["proposal.submit"] = form_reply("proposal.submit", "title")
    slack = await open_channel(failing, ask)
    view = await opened_form(slack)
    assert (await slack.submit(ASTRID, {"Tittel": "Sak"})).status == 200
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage().split()[-1] in view.errors["title"]
    await slack.submit(ASTRID, {"Tittel": "Sak"})
    assert run.given("proposal.submit") == [{"title": "Sak"}]
    assert fake.modal(ASTRID) is None


async def test_a_deed_that_wants_confirming_asks_in_the_form_and_is_done_when_it_is_sent_again(
    real, scene, runtime, fake
):
    await scene.planned()
    (meeting,) = [m for m in await rows(runtime.db, Meeting) if m.held_on.month == 3]
    await real.slash(RAGNHILD, "saker")
    await settle(real)
    for command in ("meeting.show", "meeting.move"):
        await press_command(real, RAGNHILD, in_front_of(real, RAGNHILD), command, meeting_id=meeting.id)
    view = fake.modal(RAGNHILD)
    day = next(label for label in ("Dato", "Dag", "Ny dato") if label in shown(view))
    await real.submit(RAGNHILD, {day: "2027-03-13"})  # a Saturday
    assert fake.modal(RAGNHILD) is view, shown(view)
    user = SlackUser(RAGNHILD.id, RAGNHILD.team, RAGNHILD.team)
    assert metadata_of(real).read(user, view.body).about.get("confirm")
    await real.submit(RAGNHILD)
    await settle(real)
    (moved,) = [m for m in await rows(runtime.db, Meeting) if m.id == meeting.id]
    assert moved.held_on.isoformat() == "2027-03-13"


# Trap 21


@pytest.mark.parametrize("heading", ["Møteinnkallingsfristutsettelse", "Ei svært lang overskrift " * 8], ids=len)
async def test_a_heading_too_long_for_a_modals_title_stands_whole_in_the_form(
    recorded, ask, fake, heading, monkeypatch
):
    def worded(lang, key, **values):
        return heading.strip() if key == "command.proposal.submit.name" else text(lang, key, **values)

    monkeypatch.setattr("lisbot.cards.form.text", worded)
    ask.replies["proposal.submit"] = form_reply("proposal.submit", "title")
    view = await opened_form(recorded)
    assert len(view.title) <= 24
    assert heading.strip() in shown(view)


# The trigger (S-ref: once, and for three seconds)


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"])
async def test_a_form_that_came_too_late_is_offered_in_the_conversation(real, call, fake, error):
    fake.refuse_next("views.open", error)
    await real.slash(ASTRID, "foreslå sak")
    await settle(real)
    assert fake.modal(ASTRID) is None
    (offer,) = fake.messages_to(ASTRID)
    assert text("nn", "slack.open_form", name=text("nn", "command.proposal.submit.name")) in shown(offer)
    await real.press(ASTRID, offer, buttons(offer)[0])
    await settle(real)
    await real.submit(ASTRID, TYPED)
    await settle(real)
    assert "Felles rotasjon" in shown(fake.messages_to(ASTRID)[-1])


async def test_a_message_whose_form_came_too_late_is_not_lost_from_it(real, call, fake, room):
    fake.refuse_next("views.open", "expired_trigger_id")
    await use_shortcut(real, "Vi må snakke om rotasjon", room)
    (offer,) = fake.messages_to(ASTRID)
    await real.press(ASTRID, offer, buttons(offer)[0])
    await settle(real)
    assert standing(fake.modal(ASTRID))["title"] == "Vi må snakke om rotasjon"
    assert "/archives/" in standing(fake.modal(ASTRID))["links"]


async def test_nobody_waits_for_the_address_of_a_message_longer_than_a_form_can(real, call, fake, room):
    fake.slow_next("chat.getPermalink", 4)
    _, view = await use_shortcut(real, "Vi må snakke om rotasjon", room)
    assert standing(view)["title"] == "Vi må snakke om rotasjon"
    assert real.warnings == []


async def test_a_trigger_older_than_three_seconds_opens_nothing_and_loses_nothing(open_channel, run, ask, fake):
    ask.replies["proposal.submit"] = form_reply("proposal.submit", "title", meeting_id=3)

    async def slow(*args, **more):
        fake.clock.goes(3.5)
        return await ask(*args, **more)

    slack = await open_channel(run, slow)
    await slack.slash(ASTRID, "foreslå sak")
    await settle(slack)
    (offer,) = fake.messages_to(ASTRID)
    assert json.loads(offer.blocks[-1]["elements"][0]["value"]) == {
        "command": "proposal.submit",
        "args": {"meeting_id": 3},
    }


# A message that becomes a proposal


async def use_shortcut(slack, words, where, person=ASTRID):
    message = slack.fake.put(slack.fake.workspaces[person.team], where, words, [], by=BJORN.id)
    await slack.shortcut(person, message, "propose")
    await settle(slack)
    return message, slack.fake.modal(person)


@pytest.fixture
def room(fake):
    return fake.channel("radet", ASTRID, BJORN, is_private=True)


async def test_a_message_is_proposed_with_its_words_and_the_way_back_to_it(real, call, runtime, fake, room):
    message, view = await use_shortcut(real, "Vi må snakke om rotasjon", room)
    assert standing(view)["title"] == "Vi må snakke om rotasjon"
    link = f"https://huset.slack.com/archives/{room.id}/p{message.ts.replace('.', '')}"
    assert standing(view)["links"] == link
    await real.submit(ASTRID, {"Møte": MEETING})
    await settle(real)
    (proposal,) = await rows(runtime.db, Proposal)
    assert (proposal.title, proposal.links) == ("Vi må snakke om rotasjon", link)
    assert "Vi må snakke om rotasjon" in shown(fake.modal(ASTRID))


async def test_a_message_lisbot_may_not_see_is_proposed_without_the_way_back(real, call, fake):
    elsewhere = fake.channel("lukket", ASTRID, BJORN, is_private=True, with_bot=False)
    _, view = await use_shortcut(real, "Vi må snakke om rotasjon", elsewhere)
    assert standing(view)["title"] == "Vi må snakke om rotasjon"
    assert not standing(view)["links"]


@pytest.mark.parametrize("length", [201, 2900, 3500, 9_900])
async def test_a_long_message_is_the_background_whole_and_its_beginning_the_title(
    real, call, runtime, fake, room, length
):
    words = " ".join(f"ord{n}" for n in range(length))[:length].strip()
    _, view = await use_shortcut(real, words, room)
    assert len(standing(view)["title"]) <= 200
    await real.submit(ASTRID, {"Møte": MEETING})
    await settle(real)
    (proposal,) = await rows(runtime.db, Proposal)
    assert words.startswith(proposal.title)
    assert proposal.background == words


async def test_a_message_longer_than_a_proposal_may_be_is_there_to_be_shortened(real, call, runtime, fake, room):
    words = " ".join(f"ord{n}" for n in range(3000))
    _, view = await use_shortcut(real, words, room)
    await real.submit(ASTRID, {"Møte": MEETING})
    assert fake.modal(ASTRID) is view
    assert "".join(value for block, value in standing(view).items() if block.startswith("background")) == words
    assert list(view.errors) == ["background"]
    assert await rows(runtime.db, Proposal) == []


async def test_slacks_markup_in_a_message_becomes_plain_words(real, call, fake, room):
    said = "Se <https://fjord.example/a?b=1&amp;c=2|avtalen> &amp; spør <@U123|Kari> i <#C1|drift>"
    _, view = await use_shortcut(real, f"{said} <!channel> &lt;b&gt;", room)
    assert standing(view)["title"] == "Se avtalen (https://fjord.example/a?b=1&c=2) & spør Kari i drift <b>"


async def test_a_stranger_proposes_nothing(real, call, fake, room):
    room.members.append(STRANGER.id)
    fake.has(STRANGER)
    await use_shortcut(real, "Vi må snakke om rotasjon", room, STRANGER)
    assert text("nb", "error.stranger") in shown(fake.modal(STRANGER))


# What a form carries is signed, and for one person


def metadata_of(slack):
    return slack.channel.endpoint.handler.responder.metadata


@pytest.mark.parametrize("metadata", ["", "{", "[]", "7", '{"c": 7}', '{"c": "no.such", "a": [], "w": 3}'], ids=str)
async def test_a_form_that_carries_junk_is_answered_and_does_nothing(real, call, runtime, fake, caplog, metadata):
    view = await opened_form(real)
    view.body["private_metadata"] = metadata
    heard = await real.submit(ASTRID, TYPED)
    await settle(real)
    assert heard.status == 200
    assert list(view.errors.values()) == [text("nn", "error.unknown_command")]
    assert await rows(runtime.db, Proposal) == []
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


async def test_a_form_that_carries_what_another_signed_or_another_opened_does_nothing(real, call, runtime, fake):
    await real.say(BJORN, "hjelp")
    await settle(real)
    his = fake.messages_to(BJORN)[0]
    astrid, bjorn = (SlackUser(each.id, each.team, each.team) for each in (ASTRID, BJORN))
    place = {"k": "message", "ch": his.channel.id, "ts": his.ts, "r": "https://evil.example/"}
    about = {"meeting_id": call}
    target = FormTarget("proposal.submit", about, place)
    for metadata in (
        FormMetadata(b"a key of somebody else's, and long enough").write(astrid, target),
        metadata_of(real).write(bjorn, target),
    ):
        view = await opened_form(real)
        view.body["private_metadata"] = metadata
        await real.submit(ASTRID, TYPED)
        await settle(real)
        assert list(view.errors.values()) == [text("nn", "error.unknown_command")]
    assert await rows(runtime.db, Proposal) == []
    assert his.history == [] and fake.messages_to(BJORN) == [his]


async def test_a_form_opened_between_two_colleagues_changes_nothing_of_where_one_is_reached(real, call, runtime, fake):
    """A slash command may be typed in a conversation that lisbot is not in."""
    elsewhere = Channel("D0KOLLEGER", "directmessage", ASTRID.team, [ASTRID.id, BJORN.id], True)
    fake.channels[elsewhere.id] = elsewhere
    await real.slash(ASTRID, "hjelp", elsewhere)
    await settle(real)
    await real.slash(ASTRID, "foreslå sak", elsewhere)
    await settle(real)
    await real.submit(ASTRID, TYPED)
    await settle(real)
    (account,) = await rows(runtime.db, Account)
    assert account.conversation_id == fake.direct(ASTRID).id


async def test_what_a_form_carries_fits_in_private_metadata(real, call, fake):
    view = await opened_form(real)
    assert len(view.body["private_metadata"]) <= 3000
