"""What people do in Slack, and where they are shown what comes of it."""

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.slack.cast import ASTRID, BJORN, ELI, RAGNHILD, STRANGER, form, hang, settle, with_button
from dumps import rows
from fakes.recorded import card
from fakes.slack_client import buttons
from fakes.slack_hands import shown
from lisbot.commands import Reply
from lisbot.council.models import Room
from lisbot.texts import text


@pytest.fixture
def room(fake):
    return fake.channel("radet", ASTRID, BJORN, ELI, RAGNHILD)


@pytest.fixture(autouse=True)
def answers(run, ask):
    run.known |= {BJORN.id, ELI.id, RAGNHILD.id}
    run.replies |= {
        "vote.show": Reply(200, shown=with_button("vote.show", "Igjen")),
        "vote.cast": Reply(200, shown=card("Du har stemt")),
        "me.page": Reply(200, shown=card("Min side")),
        "menu.show": Reply(200, shown=card("Meny")),
        "proposal.make": Reply(200, shown=card("Forslaget er sendt")),
    }
    ask.known |= run.known
    ask.replies |= {"proposal.make": Reply(200, shown=form("proposal.make", "title"))}


# Buttons


async def test_a_card_pressed_in_ones_own_conversation_gives_way_to_the_answer(told, fake):
    on = hang(told, with_button("vote.cast", vote_id=7, choice="for"))
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert fake.told(ASTRID) == [on]
    assert shown(on) == "Du har stemt"


async def test_the_councils_shared_card_stays_and_the_presser_alone_is_answered(told, run, fake, room):
    on = hang(told, with_button("vote.cast", vote_id=7, choice="for"), room)
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert on.history == []
    assert fake.hanging(room) == [on]
    assert [shown(m) for m in fake.told(ASTRID)] == ["Du har stemt"]
    assert fake.told(BJORN) == []
    _, _, caller = run.asked[0]
    assert (caller.room.platform, caller.room.conversation_id) == ("slack", room.id)


async def test_what_one_person_alone_sees_in_a_channel_gives_way_to_the_answer(told, fake, room):
    on = hang(told, with_button("vote.cast", vote_id=7), room, alone=ASTRID)
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert [shown(m) for m in fake.told(ASTRID)] == ["Du har stemt"]
    assert fake.told(ASTRID) == [on]


async def test_at_home_an_answer_opens_before_them_and_their_page_is_drawn_anew(told, run, fake):
    run.replies["me.page"] = Reply(200, shown=with_button("vote.cast", vote_id=7))
    await told.home(ASTRID)
    await settle(told)
    home = fake.homes[ASTRID.id]
    run.replies["me.page"] = Reply(200, shown=card("Ingenting venter"))
    await told.press(ASTRID, home, "Trykk")
    await settle(told)
    assert "Du har stemt" in shown(fake.modal(ASTRID))
    assert shown(fake.homes[ASTRID.id]) == "Ingenting venter"


async def press_at_home(told, run, fake):
    """Astrid opens a vote from her home tab, and has it before her in a modal."""
    run.replies["me.page"] = Reply(200, shown=with_button("vote.show", vote_id=7))
    await told.home(ASTRID)
    await settle(told)
    await told.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(told)


async def test_in_a_modal_an_answer_takes_its_place(told, run, fake):
    await press_at_home(told, run, fake)
    run.replies["vote.show"] = Reply(200, shown=card("Avstemningen"))
    await told.press(ASTRID, fake.modal(ASTRID), "Igjen")
    await settle(told)
    assert len(fake.stacks[ASTRID.id]) == 1
    assert "Avstemningen" in shown(fake.modal(ASTRID))


async def test_a_modal_that_changed_meanwhile_shows_what_was_done_last(told, run, fake):
    """The view's hash is no longer the one that was pressed: Slack says hash_conflict."""
    await press_at_home(told, run, fake)
    run.replies["vote.show"] = Reply(200, shown=card("Nyest"))
    fake.refuse_next("views.update", "hash_conflict")
    await told.press(ASTRID, fake.modal(ASTRID), "Igjen")
    await settle(told)
    assert "Nyest" in shown(fake.modal(ASTRID))
    assert fake.told(ASTRID) == []


@pytest.mark.parametrize("status", [403, 404, 409, 422, 500])
async def test_a_refusal_is_said_beside_the_card_to_the_presser_alone(told, run, fake, room, status):
    run.replies["vote.cast"] = Reply(status, "Avstemningen er over.")
    for on in (hang(told, with_button("vote.cast")), hang(told, with_button("vote.cast"), room)):
        await told.press(ASTRID, on, "Trykk")
        await settle(told)
        assert on.history == []
    assert [shown(m) for m in fake.told(ASTRID)][1:] == ["Avstemningen er over."] * 2
    assert fake.told(BJORN) == []


async def test_a_refusal_at_home_opens_before_them(told, run, fake):
    run.replies |= {
        "me.page": Reply(200, shown=with_button("vote.cast")),
        "vote.cast": Reply(409, "Avstemningen er over."),
    }
    await told.home(ASTRID)
    await settle(told)
    await told.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(told)
    assert "Avstemningen er over." in shown(fake.modal(ASTRID))


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_a_command_that_shows_nothing_says_that_it_is_done(told, run, fake, lang):
    run.replies["x.y"] = Reply(200, lang=lang)
    await told.press(ASTRID, hang(told, with_button("x.y")), "Trykk")
    await settle(told)
    assert shown(fake.told(ASTRID)[-1]) == text(lang, "slack.done")


async def test_a_button_that_leads_to_a_page_is_only_acknowledged(told, run):
    url = {"type": "Action.OpenUrl", "title": "Åpne", "url": "https://lisbot.example/"}
    heard = await told.press(ASTRID, hang(told, {**card("x"), "actions": [url]}), "Åpne")
    assert (heard.status, run.asked) == (200, [])


# Where an answer goes when its way is closed (S-int, S-ref)


async def test_after_half_an_hour_a_pressed_card_is_edited_instead(told, fake):
    on = hang(told, with_button("vote.cast", vote_id=7))
    await expired_press(told, on)
    assert fake.count("chat.update") == 1
    assert shown(on) == "Du har stemt"


async def test_after_half_an_hour_an_answer_in_a_channel_is_said_to_the_presser_alone(told, fake, room):
    on = hang(told, with_button("vote.cast", vote_id=7), room)
    await expired_press(told, on)
    assert on.history == []
    assert [shown(m) for m in fake.told(ASTRID)] == ["Du har stemt"]
    assert fake.told(ASTRID)[0].channel is fake.direct(ASTRID)


async def expired_press(slack, on):
    """A press whose own address Slack no longer knows by the time it is answered."""
    hook, slack.fake.hook = slack.fake.hook, lambda *a, **k: hook(*a, **k) + "gone"
    await slack.press(ASTRID, on, "Trykk")
    await settle(slack)
    slack.fake.hook = hook


async def test_an_address_that_is_used_up_is_not_the_end_of_it(told, run, fake):
    """Five times within half an hour: then the message itself is edited."""
    on = hang(told, with_button("vote.cast", vote_id=7))
    real_hook = fake.hook

    def used_up(*args, **more):
        url = real_hook(*args, **more)
        fake.hooks[url.rsplit("/", 1)[1]].uses = 5
        return url

    fake.hook = used_up
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    assert shown(on) == "Du har stemt"


async def test_an_edit_of_a_long_card_keeps_to_the_smaller_limit(told, run, fake):
    long = {
        **card("x"),
        "body": [{"type": "TextBlock", "text": f"Sak {n} " + "ord " * 40} for n in range(40)],
    }
    run.replies["vote.cast"] = Reply(200, shown=long)
    run.hrefs["vote.cast"] = "/show/vote.show?vote_id=7"
    on = hang(told, with_button("vote.cast", vote_id=7))
    await expired_press(told, on)
    assert "Sak 1 " in shown(on)
    assert len(on.text) <= 4000


async def test_words_that_fit_on_no_modal_are_said_in_the_conversation(told, run, fake):
    run.replies |= {
        "me.page": Reply(200, shown=with_button("vote.show", vote_id=7)),
    }
    await told.home(ASTRID)
    await settle(told)
    await told.press(ASTRID, fake.homes[ASTRID.id], "Trykk")
    await settle(told)
    run.replies["vote.show"] = Reply(409, "Avstemningen er over.")
    top = fake.modal(ASTRID)
    fake.refuse_next("views.push", "push_limit_reached")
    await told.press(ASTRID, top, "Igjen")
    await settle(told)
    assert [shown(m) for m in fake.told(ASTRID)] == ["Avstemningen er over."]


async def test_an_answer_whose_address_is_not_slacks_is_never_sent_there(told, fake):
    """An address that came with a payload is the sender's word."""
    heard = []

    async def listen(request):
        heard.append(await request.text())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", listen)
    server = TestServer(app)
    await server.start_server()
    hook, fake.hook = fake.hook, lambda *a, **k: str(server.make_url("/hook").with_host("localhost"))
    on = hang(told, with_button("vote.cast", vote_id=7))
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    fake.hook = hook
    await server.close()
    assert heard == []
    assert shown(on) == "Du har stemt"


async def test_an_answer_is_carried_nowhere_else_by_a_redirect(told, fake):
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
    hook, fake.hook = fake.hook, lambda *a, **k: str(server.make_url("/hook"))
    on = hang(told, with_button("vote.cast", vote_id=7))
    await told.press(ASTRID, on, "Trykk")
    await settle(told)
    fake.hook = hook
    await server.close()
    assert heard == []
    assert shown(on) == "Du har stemt"


# Words


@pytest.mark.parametrize("words", ["", "hva i all verden", "x" * 9000, "<script>", "\u202e", "🙂", "/help"])
async def test_words_lisbot_does_not_know_are_answered_with_the_menu(told, run, fake, words):
    await told.say(ASTRID, words)
    await told.slash(ASTRID, words[:7000])
    await settle(told)
    assert run.names == ["menu.show"] * 2
    assert [shown(m) for m in fake.told(ASTRID)] == ["Meny"] * 2


@pytest.mark.parametrize(
    ("person", "words", "command"),
    [
        (BJORN, "mine saker", "me.page"),
        (BJORN, "Møte", "meeting.show"),
        (ASTRID, "mi side", "me.page"),
        (ASTRID, "møte", "meeting.show"),
        (ELI, "my page", "me.page"),
        (ELI, "meetings", "meeting.show"),
        (ELI, "hjelp", "menu.show"),
    ],
)
async def test_the_slash_command_takes_the_same_phrases_in_three_languages(
    told, run, fake, room, person, words, command
):
    from lisbot.phrases import understand

    lang = {"nb-NO": "nb", "nn-NO": "nn", "en-GB": "en"}[person.locale]
    assert (await told.slash(person, f"  {words} ", room)).status == 200
    await told.say(person, words, room)
    await settle(told)
    assert run.names == [understand(words, lang).command] * 2
    assert len(fake.told(person)) == 2
    assert all(m.user == person.id for m in fake.told(person))
    assert not [m for m in fake.hanging(room) if m.by != person.id]


async def test_a_mention_is_answered_to_the_one_who_wrote_it_in_that_thread(told, fake, room):
    await told.say(ASTRID, "saker", room)
    home = fake.workspaces[ASTRID.team]
    said = dict(told.last["event"], thread_ts="1700000000.000100")
    await told.event(home, said)
    await settle(told)
    calls = [c.args for c in fake.calls if c.method == "chat.postEphemeral"]
    assert [(c["channel"], c["user"], c.get("thread_ts")) for c in calls] == [
        (room.id, ASTRID.id, None),
        (room.id, ASTRID.id, "1700000000.000100"),
    ]


async def test_linking_a_channel_is_for_all_in_it_to_see(real, scene, house, fake):
    room = fake.channel("samrad", RAGNHILD, ASTRID)
    await real.slash(RAGNHILD, "koble samrad", room)
    await settle(real)
    (linked,) = await rows(house.db, Room)
    assert (linked.platform, linked.tenant, linked.conversation_id) == ("slack", RAGNHILD.team, room.id)
    assert len(fake.hanging(room)) == 1
    await real.say(RAGNHILD, "koble fra", room)
    await settle(real)
    assert len([m for m in fake.hanging(room) if m.by != RAGNHILD.id]) == 2


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
    assert [m for m in fake.hanging(room) if m.by == bot] == []
    assert fake.told(STRANGER)


async def test_who_links_a_channel_lisbot_is_not_in_is_told_to_invite_it(real, scene, house, fake):
    room = fake.channel("samrad", RAGNHILD, ASTRID, with_bot=False)
    await real.slash(RAGNHILD, "koble samrad", room)
    await settle(real)
    assert len(await rows(house.db, Room)) == 1
    assert shown(fake.told(RAGNHILD)[-1]) == text("nb", "slack.invite")


async def test_a_form_asked_for_in_words_is_offered_by_a_button_that_opens_it(told, fake, room):
    await told.say(ASTRID, "foreslå sak")
    await settle(told)
    (offer,) = fake.told(ASTRID)
    await told.press(ASTRID, offer, buttons(offer)[0])
    await settle(told)
    assert "Title" in shown(fake.modal(ASTRID))


async def test_the_slash_command_opens_a_form_at_once(told, fake):
    await told.slash(ASTRID, "foreslå sak")
    await settle(told)
    assert "Title" in shown(fake.modal(ASTRID))


# The home tab


async def test_the_home_tab_is_ones_own_page_as_things_stand_now(told, run, fake):
    await told.home(ASTRID)
    await settle(told)
    run.replies["me.page"] = Reply(200, shown=card("Noe nytt"))
    await told.home(ASTRID)
    await settle(told)
    assert shown(fake.homes[ASTRID.id]) == "Noe nytt"
    await told.home(ASTRID, "messages")
    await settle(told)
    assert run.names == ["me.page"] * 2


async def test_a_workspace_without_the_home_tab_is_no_crash(told, fake, caplog):
    caplog.set_level(logging.INFO)
    fake.workspaces[ASTRID.team].has_home = False
    await told.home(ASTRID)
    await settle(told)
    assert "not_enabled" in caplog.text
    assert not [r for r in caplog.records if r.levelname == "ERROR"]
