"""What people do in Teams, and what lisbot does with it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from fakes.recorded import card
from fakes.teams import FOREIGN, GROUP, KARI, STRANGER, TEAM, TENANT, Person
from lisbot.commands import COMMANDS, Reply
from lisbot.council.models import Account
from lisbot.ports import Address, Message, Unsent
from lisbot.texts import LANGUAGES, has, look_up, text

CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"
THREAD = f"{TEAM};messageid=1700000000000"


@pytest.fixture
def team(connector):
    """A team and a group chat in which lisbot is installed, with Kari and a stranger in them."""
    connector.rosters[TEAM] = [KARI.roster_entry, STRANGER.roster_entry]
    connector.rosters[GROUP] = [KARI.roster_entry, STRANGER.roster_entry]


async def accounts(house):
    async with house.db.read() as db:
        return (await db.execute(select(*Account.__table__.columns))).all()


async def settle(teams):
    """Wait for what lisbot does after it has answered."""
    while teams.door.roster.walks:
        await asyncio.gather(*teams.door.roster.walks)


# Buttons


async def test_a_button_runs_its_command_and_its_card_takes_the_place(teams, run):
    answer = await teams.press(KARI, "vote.cast", {"vote_id": 7, "choice": "for"})
    assert answer["statusCode"] == 200
    assert answer["type"] == CARD
    assert answer["value"]["version"] == "1.5"
    assert answer["value"]["body"][0]["text"] == "vote.cast"
    assert run.given("vote.cast") == [{"vote_id": 7, "choice": "for"}]


async def test_who_pressed_is_what_teams_says_and_never_what_the_button_says(teams, run):
    await teams.press(
        KARI, "vote.cast", {"external_id": "somebody", "from": {"id": "somebody"}, "tenant": FOREIGN}
    )
    _, _, caller = run.asked[0]
    assert (caller.platform, caller.tenant, caller.external_id) == ("teams", TENANT, KARI.object_id)
    assert caller.email is None


async def test_the_verb_ask_shows_a_form(teams, run, ask):
    answer = await teams.press(KARI, "ask", {"command": "proposal.make", "args": {"meeting_id": 3}})
    assert answer["value"]["body"][0]["text"] == "proposal.make"
    assert ask.given("proposal.make") == [{"meeting_id": 3}]
    assert run.names == []


@pytest.mark.parametrize("status", [409, 422])
async def test_a_refused_form_comes_back_as_a_card(teams, run, status):
    run.replies["proposal.make"] = Reply(status, "Noe må rettes.", shown=card("filled in again"))
    answer = await teams.press(KARI, "proposal.make", {"title": ""})
    assert (answer["statusCode"], answer["type"]) == (200, CARD)
    assert answer["value"]["body"][0]["text"] == "filled in again"


@pytest.mark.parametrize("status", [403, 404, 409, 422, 500])
async def test_a_refusal_without_a_form_is_said(teams, run, status):
    run.replies["vote.cast"] = Reply(status, "Avstemningen er over.")
    answer = await teams.press(KARI, "vote.cast")
    assert answer == {"statusCode": 200, "type": WORDS, "value": "Avstemningen er over."}


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_command_that_shows_nothing_says_that_it_is_done(teams, run, lang):
    run.replies["x.y"] = Reply(200, lang=lang)
    assert (await teams.press(KARI, "x.y"))["value"] == text(lang, "teams.done")


async def test_an_automatic_refresh_never_runs_a_changing_command(teams, run):
    for verb in ("me.language", "me.reached", "no.such"):
        answer = await teams.press(KARI, verb, {"language": "nn"}, trigger="automatic")
        assert answer["statusCode"] == 400
        assert answer["type"] == "application/vnd.microsoft.error"
    assert run.asked == []
    await teams.press(KARI, "log.verify", trigger="automatic")
    assert run.names == ["log.verify"]


async def test_where_somebody_is_reached_is_not_a_clients_word(teams, run):
    evil = {"service_url": "https://evil.example/", "conversation_id": "a:evil"}
    answer = await teams.press(KARI, "me.reached", evil)
    assert answer["type"] == WORDS
    await teams.submit(KARI, {"verb": "me.reached", "args": evil})
    await teams.press(KARI, "ask", {"command": "me.reached", "args": evil})
    assert evil not in run.given("me.reached")


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"action": None},
        {"action": {"type": "Action.Submit", "verb": "x"}},
        {"action": {"type": "Action.Execute"}},
        {"action": {"type": "Action.Execute", "verb": 7}},
        {"action": {"type": "Action.Execute", "verb": "x", "data": "text"}},
    ],
    ids=str,
)
async def test_a_button_lisbot_never_drew_is_answered_with_400_inside(teams, run, value):
    response = await teams.post(teams.activity(KARI, "invoke", name="adaptiveCard/action", value=value))
    answer = await response.json()
    assert (response.status, answer["statusCode"]) == (200, 400)
    assert set(answer["value"]) == {"code", "message"}
    assert run.asked == []


async def test_ask_without_a_command_is_refused_like_any_unknown_one(teams, ask):
    ask.replies["None"] = Reply(404, "Den kommandoen finnes ikke.")
    assert (await teams.press(KARI, "ask", {"args": []}))["value"] == "Den kommandoen finnes ikke."


async def test_an_invoke_lisbot_does_not_know_is_501(teams):
    response = await teams.post(teams.activity(KARI, "invoke", name="composeExtension/query", value={}))
    assert response.status == 501


async def test_a_bug_is_said_with_a_reference_and_logged_once(opened, ask, caplog):
    async def broken(name, given, caller):
        raise RuntimeError("a bug")

    teams = await opened(broken, ask)
    answer = await teams.press(KARI, "vote.cast")
    assert (answer["statusCode"], answer["type"]) == (200, WORDS)
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage().split()[-1] in answer["value"]
    assert (await teams.say(KARI, "hjelp")).status == 200
    assert "ref" not in teams.connector.sent[0].text
    assert teams.connector.sent[0].text.startswith(text("nb", "error.unexpected", ref="").split(".")[0])


# Old clients


async def test_an_old_clients_button_replaces_its_card_by_an_edit(teams, run, connector):
    await teams.say(KARI, "hjelp")
    (menu,) = connector.sent
    await teams.submit(KARI, {"verb": "vote.cast", "args": {"vote_id": 7}, "choice": "for"}, reply_to=menu.id)
    assert run.given("vote.cast") == [{"vote_id": 7, "choice": "for"}]
    assert (len(connector.sent), menu.edits) == (1, 1)
    assert menu.card["body"][0]["text"] == "vote.cast"


async def test_an_old_clients_button_on_a_card_that_is_gone_gets_a_new_card(teams, connector):
    await teams.submit(KARI, {"verb": "ask", "args": {"command": "proposal.make"}}, reply_to="gone")
    assert [s.card["body"][0]["text"] for s in connector.sent] == ["proposal.make"]


@pytest.mark.parametrize(
    "value", [{}, {"verb": 7}, {"verb": "x", "args": "text"}, {"verb": "ask", "args": {"args": 1}}]
)
async def test_a_submit_with_junk_is_answered_and_not_a_crash(teams, caplog, value):
    assert (await teams.submit(KARI, value)).status == 200
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


# Typed words


@pytest.mark.parametrize(
    "words", ["", "hva i all verden", "x" * 100_000, "a " * 50_000, "<script>", "\u202e", "🙂"]
)
async def test_words_lisbot_does_not_know_are_answered_with_the_menu(teams, run, connector, words):
    assert (await teams.say(KARI, words)).status == 200
    assert run.names == ["menu.show"]
    assert connector.sent[0].conversation == KARI.chat
    assert connector.sent[0].card["body"][0]["text"] == "menu.show"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_of_every_language_is_understood_whatever_the_speakers_locale(lang):
    from lisbot.phrases import understand

    for name in COMMANDS:
        for phrase in (
            look_up(lang, f"command.{name}.phrases") if has(lang, f"command.{name}.phrases") else ()
        ):
            assert understand(f"  {phrase.upper()}! ", lang).command == name
            assert understand(f"{phrase}xyz".split()[-1], lang).command == "menu.show"


@pytest.mark.parametrize(
    ("said", "command", "given", "asked"),
    [
        ("hjelp", "menu.show", {}, False),
        ("Saker", "me.page", {}, False),
        ("foreslå sak", "proposal.make", {}, True),
        ("koble", "room.link", {}, True),
        ("Koble samordningsrad", "room.link", {"body": "samordningsrad"}, False),
        ("koble fra", "room.unlink", {}, False),
        ("søk felles rotasjon", "outcome.search", {"text": "felles rotasjon"}, False),
        ("språk", "me.language", {}, True),
    ],
)
def test_a_phrase_runs_its_command_or_asks_for_what_is_missing(said, command, given, asked):
    from lisbot.phrases import Meant, understand

    for lang in LANGUAGES:
        assert understand(said, lang) == Meant(command, given, asked)


async def test_a_card_that_teams_does_not_take_is_logged_and_not_a_crash(teams, connector, caplog):
    connector.refuse(403, "ConversationBlockedByUser")
    assert (await teams.say(KARI, "hjelp")).status == 200
    assert "ConversationBlockedByUser" in caplog.text


async def test_an_answer_that_meets_another_is_sent_once_more(teams, connector):
    connector.refuse(412, "PreconditionFailed")
    await teams.say(KARI, "hjelp")
    assert len(connector.sent) == 1


# In company


@pytest.mark.parametrize("where", [TEAM, THREAD, GROUP])
async def test_in_company_lisbot_answers_only_who_mentions_it(team, teams, run, connector, where):
    await teams.say(KARI, "hjelp", where)
    assert run.asked == []
    assert connector.sent == []


@pytest.mark.parametrize("where", [TEAM, THREAD, GROUP])
async def test_what_is_asked_in_company_is_answered_in_the_chat_of_two(team, teams, run, connector, where):
    await teams.say(KARI, "hjelp", where, mention=True)
    assert run.names == ["menu.show"]
    alone, together = connector.sent
    assert (alone.conversation, together.conversation) == (KARI.chat, where)
    assert alone.card
    assert together.text == text("nb", "teams.answered_alone")


async def test_whoever_cannot_be_reached_alone_is_told_how(team, teams, connector):
    connector.blocked.add(KARI.id)
    await teams.say(KARI, "hjelp", TEAM, mention=True)
    assert [s.text for s in connector.sent] == [text("nb", "teams.ask_alone")]


async def test_a_button_on_the_shared_card_is_answered_to_the_presser(team, teams, run, connector):
    answer = await teams.press(KARI, "vote.show", {"vote_id": 7}, THREAD)
    assert answer["type"] == CARD
    _, _, caller = run.asked[0]
    assert caller.room.conversation_id == TEAM
    assert caller.room.service_url == connector.url
    assert connector.sent == []


async def test_the_room_is_the_conversation_that_teams_named(team, teams, run):
    await teams.press(KARI, "room.link", {"body": "rad"}, GROUP)
    await teams.press(KARI, "room.link", {"body": "rad"})
    rooms = [caller.room for name, _, caller in run.asked if name == "room.link"]
    assert rooms[0].conversation_id == GROUP
    assert rooms[1] is None


async def test_an_old_clients_button_in_company_leaves_the_shared_card_alone(team, teams, connector):
    await teams.submit(KARI, {"verb": "me.page", "args": {}}, TEAM, reply_to="message-1")
    assert [s.conversation for s in connector.sent] == [KARI.chat, TEAM]


# Who it is


async def test_a_stranger_gets_an_answer_and_no_data(teams, run, connector):
    answer = await teams.press(STRANGER, "overview.show")
    assert answer == {"statusCode": 200, "type": WORDS, "value": "Jeg kjenner deg ikke."}
    assert run.names == ["overview.show"] * 2
    assert run.given("me.reached") == []


async def test_the_first_time_a_person_is_linked_by_the_rosters_address(real, house, connector):
    kari = replace(KARI, email=KARI.email.upper())
    assert (await real.press(kari, "me.language", {"language": "nn"}))["type"] == CARD
    assert (await real.press(kari, "me.language", {"language": "nb"}))["type"] == CARD
    (account,) = await accounts(house)
    assert (account.tenant, account.external_id) == (TENANT, KARI.object_id)
    assert (account.service_url, account.conversation_id) == (connector.url, KARI.chat)
    assert connector.calls["member"] == 1


async def test_an_address_from_a_foreign_tenant_links_nobody(real, house, connector):
    answer = await real.press(replace(KARI, tenant=FOREIGN), "me.language", {"language": "nn"})
    assert answer["value"] == text("nb", "error.stranger")
    assert await accounts(house) == []
    assert connector.calls["member"] == 0


@pytest.mark.parametrize(
    "guest",
    [
        replace(KARI, role="guest"),
        replace(KARI, role="anonymous"),
        replace(KARI, home=FOREIGN),
        replace(KARI, email=""),
    ],
    ids=["guest", "anonymous", "another home", "no address"],
)
async def test_a_guest_of_the_tenant_is_linked_by_nobodys_word(real, house, guest):
    assert (await real.press(guest, "me.language", {"language": "nn"}))["type"] == WORDS
    assert await accounts(house) == []


async def test_somebody_without_an_object_id_is_a_stranger(real, house, connector):
    nobody = {"id": KARI.id, "name": "Kari"}
    connector.rosters[KARI.chat] = [{**KARI.roster_entry, "aadObjectId": None, "objectId": None}]
    value = {"action": {"type": "Action.Execute", "verb": "me.language", "data": {"language": "nn"}}}
    activity = {**real.activity(KARI, "invoke", name="adaptiveCard/action", value=value), "from": nobody}
    assert (await (await real.post(activity)).json())["value"] == text("nb", "error.stranger")
    assert await accounts(house) == []


async def test_a_roster_that_is_not_to_be_had_leaves_a_stranger(teams, run, connector):
    connector.refuse(500, "ServiceError", of="member")
    run.known.clear()
    assert (await teams.press(KARI, "me.page"))["value"] == "Jeg kjenner deg ikke."


@pytest.mark.parametrize(
    ("locale", "lang"), [("nn-NO", "nn"), ("en-GB", "en"), ("nb-NO", "nb"), ("de", "nb"), ("", "nb")]
)
async def test_a_stranger_is_answered_in_the_platforms_language(real, locale, lang):
    answer = await real.press(replace(STRANGER, locale=locale), "me.language")
    assert answer["value"] == text(lang, "error.stranger")


async def test_the_newest_address_is_kept_and_the_same_one_written_once(real, teams, run, connector):
    for _ in range(3):
        await teams.press(KARI, "me.page")
    assert run.given("me.reached") == [{"service_url": connector.url, "conversation_id": KARI.chat}]
    run.asked.clear()
    moved = teams.activity(KARI, "message", text="hjelp")
    moved["conversation"]["id"] = "a:moved"
    connector.rosters["a:moved"] = [KARI.roster_entry]
    await teams.post(moved)
    assert run.given("me.reached") == [{"service_url": connector.url, "conversation_id": "a:moved"}]


async def test_whoever_unblocks_lisbot_and_writes_is_reached_again(teams, run, connector):
    await teams.say(KARI, "hjelp")
    to = Address("teams", TENANT, connector.url, KARI.chat)
    connector.refuse(403, "ConversationBlockedByUser")
    with pytest.raises(Unsent):
        await teams.door.sender.send(to, Message("Du er innkalt.", {}, "nb"))
    await teams.say(KARI, "hjelp")
    assert len(run.given("me.reached")) == 2


async def test_a_shared_conversation_is_not_where_one_person_is_reached(team, teams, run):
    await teams.press(KARI, "me.page", {}, TEAM)
    assert run.given("me.reached") == []


# Coming and going


async def test_installing_in_ones_own_chat_is_greeted_once(teams, run, connector):
    await teams.install(KARI)
    greeting, menu = connector.sent
    assert greeting.text == text("nb", "teams.welcome")
    assert menu.card["body"][0]["text"] == "menu.show"


async def test_a_stranger_who_installs_is_told_what_to_do(teams, connector):
    await teams.install(STRANGER)
    assert [s.text for s in connector.sent] == [text("nb", "teams.welcome"), "Jeg kjenner deg ikke."]


async def test_installing_anew_keeps_the_address_anew(teams, run):
    await teams.say(KARI, "hjelp")
    await teams.post(teams.activity(KARI, "installationUpdate", action="remove"))
    await teams.say(KARI, "hjelp")
    assert len(run.given("me.reached")) == 2


@pytest.mark.parametrize("where", [GROUP, TEAM])
async def test_in_company_lisbot_says_once_how_it_is_used(team, teams, connector, where):
    await teams.install(KARI, where)
    assert [s.text for s in connector.sent] == [text("nb", "teams.welcome_room")]


async def test_a_teams_members_are_reached_through_it_and_strangers_left_alone(team, teams, run, connector):
    others = [Person(f"Medlem {n}", f"medlem{n}@example.no") for n in range(5)]
    guest = Person("Gjest", "gjest@example.no", role="guest")
    connector.rosters[TEAM] += [p.roster_entry for p in (*others, guest)]
    run.register |= {p.email for p in (*others, guest)}
    run.known.clear()
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert connector.calls["paged"] == 4
    assert set(connector.alone) == {KARI.id, *(p.id for p in others)}
    reached = {caller.external_id: given for name, given, caller in run.asked if name == "me.reached"}
    assert reached[KARI.object_id] == {"service_url": connector.url, "conversation_id": KARI.chat}
    assert set(reached) == {KARI.object_id, *(p.object_id for p in others)}


async def test_a_team_of_a_foreign_tenant_is_not_read(team, teams, run, connector):
    await teams.install(replace(KARI, tenant=FOREIGN), TEAM)
    await settle(teams)
    assert connector.calls["paged"] == 0
    assert run.asked == []


async def test_a_new_member_of_the_team_is_reached(team, teams, run, connector):
    added = [{"id": KARI.id}, {"id": STRANGER.id}]
    await teams.post(teams.activity(STRANGER, "conversationUpdate", TEAM, membersAdded=added))
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_a_throttled_walk_through_the_team_goes_on(team, teams, connector):
    connector.refuse(429, "Throttled", of="create", times=2, **{"Retry-After": "0.01"})
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_one_who_cannot_be_reached_does_not_stop_the_walk(team, teams, run, connector):
    run.register.add(STRANGER.email)
    connector.rosters[TEAM].reverse()
    connector.blocked.add(STRANGER.id)
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_a_roster_that_breaks_off_is_logged_and_not_a_crash(team, teams, connector, caplog):
    connector.refuse(403, "BotNotInConversationRoster", of="paged")
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert "BotNotInConversationRoster" in caplog.text
