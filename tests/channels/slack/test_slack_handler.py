"""What people do in Slack, and where they are shown what comes of it."""

import logging
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.slack.helpers import (
    ASTRID,
    BJORN,
    ELI,
    RAGNHILD,
    STRANGER,
    action,
    card,
    form_reply,
    put_card,
    reply,
    settle,
    with_button,
)
from dumps import rows
from fakes import slack_payloads as payloads
from fakes.recorded import shown as shown_sheet
from fakes.slack_client import buttons
from fakes.slack_ui import shown
from lisbot.cards import SHEETS, Opens
from lisbot.commands import Reply
from lisbot.council.models import Room
from lisbot.texts import text

LINE = "ord " * 40


@pytest.fixture
def room(fake):
    return fake.channel("radet", ASTRID, BJORN, ELI, RAGNHILD)


@pytest.fixture(autouse=True)
def answers(run, ask):
    run.known |= {BJORN.id, ELI.id, RAGNHILD.id}
    run.replies |= {
        "vote.show": reply("Et kort", action("vote.show", "Igjen")),
        "vote.cast": reply("Du har stemt"),
        "worklist.show": reply("Min side"),
        "menu.show": reply("Meny"),
        "proposal.submit": reply("Forslaget er sendt"),
    }
    ask.known |= run.known
    ask.replies |= {"proposal.submit": form_reply("proposal.submit", "title")}


# Buttons


async def test_a_card_pressed_in_ones_own_conversation_gives_way_to_the_answer(recorded, fake):
    on = put_card(recorded, with_button("vote.cast", vote_id=7, choice="for"))
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert fake.messages_to(ASTRID) == [on]
    assert shown(on) == "Du har stemt"


async def test_the_councils_shared_card_stays_and_the_presser_alone_is_answered(recorded, run, fake, room):
    on = put_card(recorded, with_button("vote.cast", vote_id=7, choice="for"), room)
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert on.history == []
    assert fake.messages_in(room) == [on]
    assert [shown(m) for m in fake.messages_to(ASTRID)] == ["Du har stemt"]
    assert fake.messages_to(BJORN) == []
    _, _, caller = run.asked[0]
    assert (caller.room.platform, caller.room.conversation_id) == ("slack", room.id)


async def test_what_one_person_alone_sees_in_a_channel_gives_way_to_the_answer(recorded, fake, room):
    on = put_card(recorded, with_button("vote.cast", vote_id=7), room, alone=ASTRID)
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert [shown(m) for m in fake.messages_to(ASTRID)] == ["Du har stemt"]
    assert fake.messages_to(ASTRID) == [on]


async def test_at_home_an_answer_opens_before_them_and_their_page_is_drawn_anew(recorded, run, fake):
    run.replies["worklist.show"] = reply("Et kort", action("vote.cast", vote_id=7))
    await recorded.home(ASTRID)
    await settle(recorded)
    home = fake.homes[ASTRID.id]
    run.replies["worklist.show"] = reply("Ingenting venter")
    await recorded.press(ASTRID, home, "Trykk")
    await settle(recorded)
    assert "Du har stemt" in shown(fake.modal(ASTRID))
    assert shown(fake.homes[ASTRID.id]) == "Ingenting venter"


async def press_at_home(recorded, run, fake):
    """Astrid opens a vote from her home tab, and has it before her in a modal."""
    run.replies["worklist.show"] = reply("Et kort", action("vote.show", vote_id=7))
    await recorded.home(ASTRID)
    await settle(recorded)
    await recorded.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(recorded)


async def test_in_a_modal_an_answer_takes_its_place(recorded, run, fake):
    await press_at_home(recorded, run, fake)
    run.replies["vote.show"] = reply("Avstemningen")
    await recorded.press(ASTRID, fake.modal(ASTRID), "Igjen")
    await settle(recorded)
    assert len(fake.stacks[ASTRID.id]) == 1
    assert "Avstemningen" in shown(fake.modal(ASTRID))


async def test_a_modal_that_changed_meanwhile_shows_what_was_done_last(recorded, run, fake):
    """The view's hash is no longer the one that was pressed: Slack says hash_conflict."""
    await press_at_home(recorded, run, fake)
    run.replies["vote.show"] = reply("Nyest")
    fake.refuse_next("views.update", "hash_conflict")
    await recorded.press(ASTRID, fake.modal(ASTRID), "Igjen")
    await settle(recorded)
    assert "Nyest" in shown(fake.modal(ASTRID))
    assert fake.messages_to(ASTRID) == []


@pytest.mark.parametrize("status", [403, 404, 409, 422, 500])
async def test_a_refusal_is_said_beside_the_card_to_the_presser_alone(recorded, run, fake, room, status):
    run.replies["vote.cast"] = Reply(status, "Avstemningen er over.")
    for on in (put_card(recorded, with_button("vote.cast")), put_card(recorded, with_button("vote.cast"), room)):
        await recorded.press(ASTRID, on, "Trykk")
        await settle(recorded)
        assert on.history == []
    assert [shown(m) for m in fake.messages_to(ASTRID)][1:] == ["Avstemningen er over."] * 2
    assert fake.messages_to(BJORN) == []


async def test_a_refusal_at_home_opens_before_them(recorded, run, fake):
    run.replies |= {
        "worklist.show": reply("Et kort", action("vote.cast")),
        "vote.cast": Reply(409, "Avstemningen er over."),
    }
    await recorded.home(ASTRID)
    await settle(recorded)
    await recorded.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(recorded)
    assert "Avstemningen er over." in shown(fake.modal(ASTRID))


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_a_command_that_shows_nothing_says_that_it_is_done(recorded, run, fake, lang):
    run.replies["x.y"] = Reply(200, lang=lang)
    await recorded.press(ASTRID, put_card(recorded, with_button("x.y")), "Trykk")
    await settle(recorded)
    assert shown(fake.messages_to(ASTRID)[-1]) == text(lang, "slack.done")


async def test_a_button_that_leads_to_a_page_is_only_acknowledged(recorded, run):
    url = {"type": "Action.OpenUrl", "title": "Åpne", "url": "https://lisbot.example/"}
    heard = await recorded.press(ASTRID, put_card(recorded, {**card("x"), "actions": [url]}), "Åpne")
    assert (heard.status, run.asked) == (200, [])


# Where an answer goes when its way is closed (S-int, S-ref)


async def test_after_half_an_hour_a_pressed_card_is_edited_instead(recorded, fake):
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    await expired_press(recorded, on)
    assert fake.count("chat.update") == 1
    assert shown(on) == "Du har stemt"


async def test_after_half_an_hour_an_answer_in_a_channel_is_said_to_the_presser_alone(recorded, fake, room):
    on = put_card(recorded, with_button("vote.cast", vote_id=7), room)
    await expired_press(recorded, on)
    assert on.history == []
    assert [shown(m) for m in fake.messages_to(ASTRID)] == ["Du har stemt"]
    assert fake.messages_to(ASTRID)[0].channel is fake.direct(ASTRID)


async def expired_press(slack, on):
    """A press whose own address Slack no longer knows by the time it is answered."""
    hook, slack.fake.response_url = slack.fake.response_url, lambda *a, **k: hook(*a, **k) + "gone"
    await slack.press(ASTRID, on, "Trykk")
    await settle(slack)
    slack.fake.response_url = hook


async def test_an_address_that_is_used_up_is_not_the_end_of_it(recorded, run, fake):
    """Five times within half an hour: then the message itself is edited."""
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    real_hook = fake.response_url

    def used_up(*args, **more):
        url = real_hook(*args, **more)
        fake.response_urls[url.rsplit("/", 1)[1]].uses = 5
        return url

    fake.response_url = used_up
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    assert shown(on) == "Du har stemt"


async def test_an_edit_of_a_long_card_keeps_to_the_smaller_limit(recorded, run, fake, monkeypatch):
    monkeypatch.setitem(SHEETS, "vote", lambda view, viewer: view)
    long = shown_sheet("Lang", opens=Opens("vote.show", {"vote_id": 7}), lines=[f"Sak {n} {LINE}" for n in range(40)])
    run.replies["vote.cast"] = replace(long, shows="vote")
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    await expired_press(recorded, on)
    assert "Sak 1 " in shown(on)
    assert len(on.text) <= 4000


async def test_words_that_fit_on_no_modal_are_said_in_the_conversation(recorded, run, fake):
    run.replies |= {
        "worklist.show": reply("Et kort", action("vote.show", vote_id=7)),
    }
    await recorded.home(ASTRID)
    await settle(recorded)
    await recorded.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(recorded)
    run.replies["vote.show"] = Reply(409, "Avstemningen er over.")
    top = fake.modal(ASTRID)
    fake.refuse_next("views.push", "push_limit_reached")
    await recorded.press(ASTRID, top, "Igjen")
    await settle(recorded)
    assert [shown(m) for m in fake.messages_to(ASTRID)] == ["Avstemningen er over."]


async def test_an_answer_whose_address_is_not_slacks_is_never_sent_there(recorded, fake):
    """An address that came with a payload is the sender's word."""
    heard = []

    async def listen(request):
        heard.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", listen)
    server = TestServer(app)
    await server.start_server()
    hook, fake.response_url = fake.response_url, lambda *a, **k: str(server.make_url("/hook").with_host("localhost"))
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    fake.response_url = hook
    await server.close()
    assert heard == []
    assert shown(on) == "Du har stemt"


async def test_an_answer_is_carried_nowhere_else_by_a_redirect(recorded, fake):
    heard = []

    async def listen(request):
        if request.path == "/hook":
            raise web.HTTPTemporaryRedirect(str(request.url.with_host("localhost").with_path("/elsewhere")))
        heard.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/{any}", listen)
    server = TestServer(app)
    await server.start_server()
    hook, fake.response_url = fake.response_url, lambda *a, **k: str(server.make_url("/hook"))
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    await recorded.press(ASTRID, on, "Trykk")
    await settle(recorded)
    fake.response_url = hook
    await server.close()
    assert heard == []
    assert shown(on) == "Du har stemt"


# Words


@pytest.mark.parametrize("words", ["", "hva i all verden", "x" * 9000, "<script>", "\u202e", "🙂", "/help"])
async def test_words_lisbot_does_not_know_are_answered_with_the_menu(recorded, run, fake, words):
    await recorded.say(ASTRID, words)
    await recorded.slash(ASTRID, words[:7000])
    await settle(recorded)
    assert run.names == ["menu.show"] * 2
    assert [shown(m) for m in fake.messages_to(ASTRID)] == ["Meny"] * 2


@pytest.mark.parametrize(
    ("person", "words", "command"),
    [
        (BJORN, "min side", "worklist.show"),
        (BJORN, "Søk rotasjon", "outcome.search"),
        (ASTRID, "mi side", "worklist.show"),
        (ASTRID, "saker", "worklist.show"),
        (ELI, "my page", "worklist.show"),
        (ELI, "overview", "dashboard.show"),
        (ELI, "hjelp", "menu.show"),
    ],
)
async def test_the_slash_command_takes_the_same_phrases_in_three_languages(
    recorded, run, fake, room, person, words, command
):
    assert (await recorded.slash(person, f"  {words} ", room)).status == 200
    await recorded.say(person, words, room)
    await settle(recorded)
    assert run.names == [command] * 2
    assert len(fake.messages_to(person)) == 2
    assert all(m.user == person.id for m in fake.messages_to(person))
    assert not [m for m in fake.messages_in(room) if m.by != person.id]


async def test_a_mention_is_answered_to_the_one_who_wrote_it_in_that_thread(recorded, fake, room):
    await recorded.say(ASTRID, "saker", room)
    home = fake.workspaces[ASTRID.team]
    said = dict(recorded.last["event"], thread_ts="1700000000.000100")
    await recorded.event(home, said)
    await settle(recorded)
    calls = [c.args for c in fake.calls if c.method == "chat.postEphemeral"]
    assert [(c["channel"], c["user"], c.get("thread_ts")) for c in calls] == [
        (room.id, ASTRID.id, None),
        (room.id, ASTRID.id, "1700000000.000100"),
    ]


async def test_linking_a_channel_is_for_all_in_it_to_see(real, scene, runtime, fake):
    room = fake.channel("samrad", RAGNHILD, ASTRID)
    await real.slash(RAGNHILD, "koble samrad", room)
    await settle(real)
    (linked,) = await rows(runtime.db, Room)
    assert (linked.platform, linked.tenant, linked.conversation_id) == ("slack", RAGNHILD.team, room.id)
    assert len(fake.messages_in(room)) == 1
    await real.say(RAGNHILD, "koble fra", room)
    await settle(real)
    assert len([m for m in fake.messages_in(room) if m.by != RAGNHILD.id]) == 2


@pytest.mark.parametrize("words", ["koble finnesikke", "koble"])
async def test_what_is_not_done_to_a_channel_is_said_to_the_one_who_asked(real, scene, fake, words):
    room = fake.channel("samrad", RAGNHILD, ASTRID)
    for person in (RAGNHILD, ASTRID, STRANGER):
        fake.has(person)
        room.members.append(person.id)
        await real.slash(person, words, room)
        await real.say(person, words, room)
    await settle(real)
    bot = fake.workspaces[RAGNHILD.team].bot_user
    assert [m for m in fake.messages_in(room) if m.by == bot] == []
    assert fake.messages_to(STRANGER)


async def test_who_links_a_channel_lisbot_is_not_in_is_told_to_invite_it(real, scene, runtime, fake):
    room = fake.channel("samrad", RAGNHILD, ASTRID, with_bot=False)
    await real.slash(RAGNHILD, "koble samrad", room)
    await settle(real)
    assert len(await rows(runtime.db, Room)) == 1
    assert shown(fake.messages_to(RAGNHILD)[-1]) == text("nb", "slack.invite")


async def test_a_form_asked_for_in_words_is_offered_by_a_button_that_opens_it(recorded, fake, room):
    await recorded.say(ASTRID, "foreslå sak")
    await settle(recorded)
    (offer,) = fake.messages_to(ASTRID)
    await recorded.press(ASTRID, offer, buttons(offer)[0])
    await settle(recorded)
    assert "Tittel" in shown(fake.modal(ASTRID))


async def test_the_slash_command_opens_a_form_at_once(recorded, fake):
    await recorded.slash(ASTRID, "foreslå sak")
    await settle(recorded)
    assert "Tittel" in shown(fake.modal(ASTRID))


async def test_what_was_typed_after_a_phrase_fills_the_form(real, scene, fake):
    await scene.called()
    for typed in ("slash", "say"):
        title = f"Felles Rotasjon ({typed}) i indremedisin"
        if typed == "slash":
            await real.slash(ASTRID, f"foreslå sak: {title}")
        else:
            await real.say(ASTRID, f"foreslå sak: {title}")
            await settle(real)
            offer = fake.messages_to(ASTRID)[-1]
            await real.press(ASTRID, offer, buttons(offer)[0])
        await settle(real)
        assert title in str(fake.modal(ASTRID).blocks)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_whatever_somebody_writes_is_answered(recorded, fake, subtype):
    home, where = recorded.home_of(ASTRID), fake.direct(ASTRID)
    said = payloads.said(ASTRID, home, recorded.write(ASTRID, "hjelp", where))
    await recorded.event(home, said | {"subtype": subtype})
    await settle(recorded)
    assert [shown(m) for m in fake.messages_to(ASTRID)][-1:] == ["Meny"]


@pytest.mark.parametrize("subtype", ["message_changed", "message_deleted", "bot_message"])
async def test_what_nobody_wrote_is_not_answered(recorded, run, fake, subtype):
    home, where = recorded.home_of(ASTRID), fake.direct(ASTRID)
    said = payloads.said(ASTRID, home, recorded.write(ASTRID, "hjelp", where))
    await recorded.event(home, said | {"subtype": subtype})
    await settle(recorded)
    assert run.names == []


@pytest.mark.parametrize(
    ("words", "title"),
    [("forslag til møtet", "forslag til møtet"), ("", "Notat.docx"), ("ny sak: Fordypning", "Fordypning")],
)
async def test_a_message_with_a_file_gets_the_form_with_what_was_typed(real, scene, fake, words, title):
    await scene.called()
    home, where = real.home_of(ASTRID), fake.direct(ASTRID)
    said = payloads.said(ASTRID, home, real.write(ASTRID, words, where))
    files = [{"id": "F1", "name": "Notat.docx", "title": "Notat.docx", "mimetype": "application/msword"}]
    await real.event(home, said | {"subtype": "file_share", "files": files})
    await settle(real)
    (offer,) = fake.messages_to(ASTRID)
    assert text("nn", "chat.no_files") in shown(offer)
    await real.press(ASTRID, offer, buttons(offer)[0])
    await settle(real)
    assert title in str(fake.modal(ASTRID).blocks)


# The home tab


async def test_the_home_tab_is_ones_own_page_as_things_stand_now(recorded, run, fake):
    await recorded.home(ASTRID)
    await settle(recorded)
    run.replies["worklist.show"] = reply("Noe nytt")
    await recorded.home(ASTRID)
    await settle(recorded)
    assert shown(fake.homes[ASTRID.id]) == "Noe nytt"
    await recorded.home(ASTRID, "messages")
    await settle(recorded)
    assert run.names == ["worklist.show"] * 2


async def test_a_workspace_without_the_home_tab_is_no_crash(recorded, fake, caplog):
    caplog.set_level(logging.INFO)
    fake.workspaces[ASTRID.team].has_home = False
    await recorded.home(ASTRID)
    await settle(recorded)
    assert "not_enabled" in caplog.text
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
