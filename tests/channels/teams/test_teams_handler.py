"""What people do in Teams, and what lisbot does with it."""

from dataclasses import replace

import pytest

from cardlint import lint
from fakes.recorded import form_again, shown, viewer
from fakes.teams import FOREIGN, GROUP, KARI, TEAM, TENANT, buttons, find_button, links, words_of
from lisbot.cards import Opens, Row
from lisbot.cards.views import section
from lisbot.commands import COMMANDS, Reply
from lisbot.council.log.former_names import FORMER_NAMES
from lisbot.texts import LANGUAGES, text

CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"
THREAD = f"{TEAM};messageid=1700000000000"


# Buttons


async def test_a_button_runs_its_command_and_its_card_takes_the_place(teams, run):
    answer = await teams.press(KARI, "vote.cast", {"vote_id": 7, "choice": "for"})
    assert answer["statusCode"] == 200
    assert answer["type"] == CARD
    assert answer["value"]["version"] == "1.5"
    assert answer["value"]["body"][0]["text"] == "vote.cast"
    assert run.given("vote.cast") == [{"vote_id": 7, "choice": "for"}]


async def test_who_pressed_is_what_teams_says_and_never_what_the_button_says(teams, run):
    await teams.press(KARI, "vote.cast", {"external_id": "somebody", "from": {"id": "somebody"}, "tenant": FOREIGN})
    _, _, caller = run.asked[0]
    assert (caller.platform, caller.tenant, caller.external_id) == ("teams", TENANT, KARI.object_id)
    assert caller.email is None


async def test_the_verb_ask_shows_a_form(teams, run, ask):
    answer = await teams.press(KARI, "ask", {"command": "proposal.submit", "args": {"meeting_id": 3}})
    assert answer["value"]["body"][0]["text"] == "proposal.submit"
    assert ask.given("proposal.submit") == [{"meeting_id": 3}]
    assert run.names == []


@pytest.mark.parametrize("status", [409, 422])
async def test_a_refused_form_comes_back_as_a_card(teams, run, status):
    run.replies["proposal.submit"] = form_again("proposal.submit", status, "Noe må rettes.")
    answer = await teams.press(KARI, "proposal.submit", {"title": ""})
    assert (answer["statusCode"], answer["type"]) == (200, CARD)
    assert words_of(answer["value"]) == [
        text("nb", "command.proposal.submit.name"),
        text("nb", "command.proposal.submit.tells"),
        "Noe må rettes.",
    ]
    assert find_button(answer["value"], "proposal.submit", {})


# What was cut


def long_reply(command):
    """More rows than a card in Teams shows."""
    rows = [Row(f"Sak {number}") for number in range(20)]
    return shown("Saker", sections=[section("Alle", rows=rows)], opens=Opens(command, {"body_id": 3}))


@pytest.mark.parametrize(
    ("env", "page"),
    [
        ({"BASE_URL": "https://lisbot.example.no"}, "https://lisbot.example.no/body/3/register"),
        ({}, "http://127.0.0.1:3978/body/3/register"),
    ],
)
async def test_a_card_that_was_cut_has_a_way_to_the_whole(opened, run, ask, connector, env, page):
    teams = await opened(run, ask, connector.env(TEAMS_TENANTS=TENANT, **env))
    run.replies["register.show"] = long_reply("register.show")
    run.replies["menu.show"] = long_reply("register.show")
    answer = await teams.press(KARI, "register.show", {"body_id": 3})
    await teams.say(KARI, "hjelp")
    for card in (answer["value"], connector.sent[0].card):
        assert links(card) == [page]
        assert text("nb", "card.and_more", count=5) in words_of(card)
        assert lint(card) == []


async def test_in_the_demo_that_way_leads_to_the_demo_itself(opened, run, ask, connector):
    connector.is_open = True
    teams = await opened(run, ask, {"PORT": "4000"}, demo=True)
    run.replies["menu.show"] = long_reply("register.show")
    response = await teams.post(teams.activity(KARI, "message", text="hjelp"), None)
    assert response.status == 200
    assert links(connector.sent[0].card) == ["http://127.0.0.1:4000/body/3/register"]


async def test_a_card_that_is_whole_has_no_link(teams, run):
    run.replies["menu.show"] = shown("Meny", opens=Opens("menu.show", {}))
    assert links((await teams.press(KARI, "menu.show"))["value"]) == []


# Pages of a long card


def long_year_plan():
    rows = [Row(f"Møte {number}") for number in range(20)]
    return replace(
        shown("Årsplan", sections=[section("Alle", rows=rows)]), command="year_plan.show", given={"year": 2027}
    )


async def test_the_next_page_takes_the_place_of_the_one_before(team, teams, run, connector):
    run.replies["year_plan.show"] = long_year_plan()
    first = await teams.press(KARI, "year_plan.show", {"year": 2027})
    (turn,) = [data for name, data, _ in buttons(first["value"]) if name == "page"]
    second = await teams.press(KARI, "page", turn)
    assert [words for words in words_of(second["value"]) if words.startswith("Møte")] == [
        f"Møte {number}" for number in range(15, 20)
    ]
    (back,) = [data for name, data, _ in buttons(second["value"]) if name == "page"]
    assert (await teams.press(KARI, "page", back))["value"] == first["value"]
    await teams.submit(KARI, {"verb": "page", "args": turn}, reply_to="gone")
    assert connector.sent[0].card == second["value"]
    assert run.given("year_plan.show") == [{"year": 2027}] * 4
    await teams.submit(KARI, {"verb": "page", "args": turn}, TEAM)
    assert connector.sent[1].card == second["value"], "what is turned in company is answered alone, at that page"


async def test_a_page_turned_changes_nothing(teams, run, connector):
    turn = {"command": "person.choose_language", "args": {"language": "nn"}, "page": 1}
    assert (await teams.press(KARI, "page", turn))["statusCode"] == 400
    await teams.submit(KARI, {"verb": "page", "args": turn})
    assert (run.names, connector.sent) == ([], [])
    run.replies["year_plan.show"] = long_year_plan()
    for odd in ("2", None, -1, {}):
        answer = await teams.press(KARI, "page", {"command": "year_plan.show", "args": {}, "page": odd})
        assert "Møte 0" in words_of(answer["value"])


# Buttons of before


@pytest.mark.parametrize("former", ["answer.give", "me.page"])
async def test_a_button_of_an_old_card_does_what_it_did(teams, run, former):
    answer = await teams.press(KARI, former, {"meeting_id": 7})
    assert answer["type"] == CARD
    assert run.names == [former]  # commands.run knows what it is called today


async def test_an_old_cards_refresh_changes_nothing_under_any_name(teams, run):
    for former in FORMER_NAMES:
        answer = await teams.press(KARI, former, trigger="automatic")
        is_refused = COMMANDS[FORMER_NAMES[former]].changes
        assert (answer["statusCode"] == 400) == is_refused, former
    assert all(not COMMANDS[FORMER_NAMES[name]].changes for name in run.names)


# What is refused


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
    for verb in ("person.choose_language", "account.update_address", "no.such"):
        answer = await teams.press(KARI, verb, {"language": "nn"}, trigger="automatic")
        assert answer["statusCode"] == 400
        assert answer["type"] == "application/vnd.microsoft.error"
    assert run.asked == []
    await teams.press(KARI, "log.verify", trigger="automatic")
    assert run.names == ["log.verify"]


async def test_where_somebody_is_reached_is_not_a_clients_word(teams, run):
    evil = {"service_url": "https://evil.example/", "conversation_id": "a:evil"}
    answer = await teams.press(KARI, "account.update_address", evil)
    assert answer["type"] == WORDS
    await teams.submit(KARI, {"verb": "account.update_address", "args": evil})
    await teams.press(KARI, "ask", {"command": "account.update_address", "args": evil})
    await teams.press(KARI, "me.reached", evil)
    assert evil not in run.given("account.update_address") + run.given("me.reached")


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
    ask.replies[""] = Reply(404, "Den kommandoen finnes ikke.")
    assert (await teams.press(KARI, "ask", {"args": []}))["value"] == "Den kommandoen finnes ikke."


@pytest.mark.parametrize("name", ["composeExtension/query", "", None, 7, ["adaptiveCard/action"]], ids=repr)
async def test_an_invoke_lisbot_does_not_know_is_400_and_says_so(teams, run, name):
    response = await teams.post(teams.activity(KARI, "invoke", name=name, value={}))
    assert response.status == 400
    assert (await response.json())["error"] == {"code": "NotSupported", "message": "unknown invoke"}
    assert run.asked == []


async def test_a_bug_is_said_with_a_reference_and_logged_once(opened, ask, caplog):
    async def broken(name, given, caller, *, receipt=None):
        raise RuntimeError("a bug")

    teams = await opened(broken, ask)
    answer = await teams.press(KARI, "vote.cast")
    assert (answer["statusCode"], answer["type"]) == (200, WORDS)
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage().split()[-1] in answer["value"]
    assert (await teams.say(KARI, "hjelp")).status == 200
    said, logged = teams.connector.sent[0].text, caplog.records[-1].getMessage()
    assert said == text("nb", "error.unexpected", ref=logged.split()[-1])


async def test_a_bug_in_drawing_is_said_too(teams, run, caplog):
    run.replies["vote.cast"] = Reply(200, view=object(), shows="no such card", viewer=viewer())
    answer = await teams.press(KARI, "vote.cast")
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    said = text("nb", "error.done_and_not_drawn", ref=record.getMessage().split()[-1])
    assert answer["value"]["body"][0]["text"] == said


# Old clients


async def test_an_old_clients_button_replaces_its_card_by_an_edit(teams, run, connector):
    await teams.say(KARI, "hjelp")
    (menu,) = connector.sent
    await teams.submit(KARI, {"verb": "vote.cast", "args": {"vote_id": 7}, "choice": "for"}, reply_to=menu.id)
    assert run.given("vote.cast") == [{"vote_id": 7, "choice": "for"}]
    assert (len(connector.sent), menu.edits) == (1, 1)
    assert menu.card["body"][0]["text"] == "vote.cast"


async def test_an_old_clients_button_on_a_card_that_is_gone_gets_a_new_card(teams, connector):
    await teams.submit(KARI, {"verb": "ask", "args": {"command": "proposal.submit"}}, reply_to="gone")
    assert [s.card["body"][0]["text"] for s in connector.sent] == ["proposal.submit"]


@pytest.mark.parametrize(
    "value", [{}, {"verb": 7}, {"verb": "x", "args": "text"}, {"verb": "ask", "args": {"args": 1}}]
)
async def test_a_submit_with_junk_is_answered_and_not_a_crash(teams, caplog, value):
    assert (await teams.submit(KARI, value)).status == 200
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


# Typed words


@pytest.mark.parametrize("words", ["", "hva i all verden", "x" * 100_000, "a " * 50_000, "<script>", "\u202e", "🙂"])
async def test_words_lisbot_does_not_know_are_answered_with_the_menu(teams, run, connector, words):
    assert (await teams.say(KARI, words)).status == 200
    assert run.names == ["menu.show"]
    assert connector.sent[0].conversation == KARI.chat
    assert connector.sent[0].card["body"][0]["text"] == "menu.show"


async def test_a_notification_says_the_first_line_as_it_was_typed(teams, run, connector):
    run.replies["menu.show"] = shown("Krav <LIS2> & *alt*")
    await teams.say(KARI, "hjelp")
    assert connector.sent[0].activity["summary"] == "Krav <LIS2> & *alt*"


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
    await teams.submit(KARI, {"verb": "worklist.show", "args": {}}, TEAM, reply_to="message-1")
    assert [s.conversation for s in connector.sent] == [KARI.chat, TEAM]


# Files


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("forslag til møtet", {"title": "forslag til møtet"}),
        ("", {"title": "Notat.docx"}),
        ("ny sak: Fordypning", {"title": "Fordypning"}),
    ],
)
@pytest.mark.parametrize("kind", ["application/vnd.microsoft.teams.file.download.info", "reference", "image/png"])
async def test_a_message_with_a_file_gets_the_form_with_what_was_typed(teams, ask, connector, words, given, kind):
    html = {"contentType": "text/html", "content": "<p>x</p>"}
    files = [html, {"contentType": kind, "name": "Notat.docx", "contentUrl": "https://sp.example/Notat.docx"}]
    assert (await teams.post(teams.activity(KARI, "message", text=words, attachments=files))).status == 200
    assert ask.given("proposal.submit") == [given]
    assert connector.sent[-2].activity["text"].replace("\u200b", "") == text("nb", "chat.no_files")


async def test_formatted_text_and_quotes_are_no_files(teams, run, connector):
    for kind in ("text/html", "messageReference", "application/vnd.microsoft.card.adaptive"):
        files = [{"contentType": kind, "content": "x"}]
        assert (await teams.post(teams.activity(KARI, "message", text="hjelp", attachments=files))).status == 200
    assert run.names == ["menu.show"] * 3
