"""What the Connector answers, and what the outbox makes of it."""

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from cardlint import lint
from fakes.connector import FakeConnector
from fakes.teams import KARI, TENANT, links, words_of
from lisbot.channels.teams.connector import Connector, send_error
from lisbot.channels.teams.sender import TeamsSender
from lisbot.messaging import Address, GoneError, Message, MessageGoneError, PermanentError, SendError, TransientError
from lisbot.render import teams
from lisbot.settings import DEMO_KEY, read
from lisbot.texts import text

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "style": "heading", "wrap": True, "text": "Avstemning: *hele* saken"}],
}
WHY = Message("Du får denne fordi du sitter i rådet.", CARD, "nb")


@pytest.fixture
async def calls(connector: FakeConnector):
    connector.rosters["a:chat"] = [KARI.roster_entry]
    settings = read({"SECRET_KEY": DEMO_KEY, **connector.env()})
    async with ClientSession() as session:
        yield Connector(session, settings.teams)


def sender(calls):
    return TeamsSender(calls, lambda conversation_id: None)


@pytest.fixture
def to(connector):
    return Address("teams", TENANT, connector.url, "a:chat")


async def test_words_and_card_are_one_activity_whose_id_is_known(calls, connector, to):
    message_id = await sender(calls).send(to, WHY)
    (sent,) = connector.sent
    assert message_id == sent.id
    assert sent.activity["summary"] == WHY.words
    assert [e["text"] for e in sent.card["body"]] == [WHY.words, r"Avstemning: \*hele\* saken"]
    assert lint(sent.card) == []
    await sender(calls).edit(to, message_id, Message("", CARD, "nb"))
    assert (sent.edits, len(connector.sent)) == (1, 1)
    assert len(CARD["body"]) == 1


PAGE = "https://lisbot.example.no/meeting/3"


async def test_a_rooms_card_has_a_way_to_the_page_and_a_persons_own_buttons(calls, connector, to):
    for shared in (True, False):
        await sender(calls).send(to, replace(WHY, page_url=PAGE, shared=shared))
    in_room, alone = (sent.card for sent in connector.sent)
    (action,) = in_room["actions"]
    assert action == {"type": "Action.OpenUrl", "title": text("nb", "teams.open_page"), "url": PAGE}
    assert lint(in_room) == []
    assert links(alone) == []


@pytest.mark.parametrize("shared", [True, False])
async def test_a_message_that_was_cut_has_one_way_to_the_whole(calls, connector, to, shared):
    rows = [
        {"type": "Container", "items": [{"type": "TextBlock", "wrap": True, "text": f"Sak {n}"}]} for n in range(20)
    ]
    long = {**CARD, "body": [*CARD["body"], *rows]}
    await sender(calls).send(to, Message("Her er sakslisten.", long, "nb", PAGE, shared))
    (sent,) = connector.sent
    assert links(sent.card) == [PAGE]
    assert text("nb", "card.and_more", count=5) in words_of(sent.card)
    assert lint(sent.card) == []


async def test_a_card_for_many_is_made_ready_once_and_another_by_itself(calls, connector, to, monkeypatch):
    made, render = [], teams.render
    monkeypatch.setattr(teams, "render", lambda *args, **more: made.append(args) or render(*args, **more))
    one, why = sender(calls), replace(WHY)
    for _ in range(3):
        await one.send(to, why)
    await one.send(to, replace(why, words="Du får denne fordi du møter for en annen."))
    await one.send(to, replace(why, card={**CARD, "lang": "nn"}))
    assert len(made) == 3
    assert [words_of(sent.card)[0] for sent in connector.sent] == [WHY.words] * 3 + [
        "Du får denne fordi du møter for en annen.",
        WHY.words,
    ]


async def test_words_alone_are_a_plain_message(calls, connector, to):
    await sender(calls).send(to, Message("Møtet er *avlyst*.", {}, "nb"))
    assert connector.sent[0].activity == {
        "type": "message",
        "textFormat": "plain",
        "text": "Møtet er *avlyst*.",
    }


async def test_the_app_token_is_fetched_once_by_many_at_once(calls, connector, to):
    await asyncio.gather(*(sender(calls).send(to, WHY) for _ in range(5)))
    assert (connector.calls["token"], len(connector.sent)) == (1, 5)


async def test_a_token_that_was_withdrawn_is_fetched_anew_and_the_message_sent(calls, connector, to):
    await sender(calls).send(to, WHY)
    connector.issued.clear()
    await sender(calls).send(to, WHY)
    assert (connector.calls["token"], len(connector.sent)) == (2, 2)


async def test_a_wrong_secret_is_a_permanent_error_and_says_why(calls, connector, to):
    connector.password = "another"
    with pytest.raises(PermanentError, match="invalid_client"):
        await sender(calls).send(to, WHY)


async def test_a_login_service_that_is_busy_says_when_to_come_back(calls, connector, to):
    connector.refusals["token"].append(web.json_response({}, status=429, headers={"Retry-After": "9"}))
    with pytest.raises(TransientError, match="no app token: 429") as refused:
        await sender(calls).send(to, WHY)
    assert refused.value.retry_after == 9


async def test_the_app_token_never_travels_in_the_clear(calls, connector):
    with pytest.raises(PermanentError, match="https"):
        await calls.send("http://connector.example/", "a:chat", {"type": "message"})
    assert connector.calls["token"] == 0


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "Bad Argument", PermanentError),
        (401, "BotNotRegistered", PermanentError),
        (403, "BotDisabledByAdmin", GoneError),
        (403, "BotNotInConversationRoster", GoneError),
        (404, "BotNotInConversationRoster", GoneError),
        (403, "ConversationBlockedByUser", GoneError),
        (403, "ForbiddenOperationException", GoneError),
        (403, "MessageWritesBlocked", GoneError),
        (403, "InvalidBotApiHost", PermanentError),
        (403, "NotEnoughPermissions", PermanentError),
        (404, "ActivityNotFoundInConversation", MessageGoneError),
        (404, "ConversationNotFound", GoneError),
        (412, "PreconditionFailed", TransientError),
        (413, "MessageSizeTooBig", PermanentError),
        (429, "Throttled", TransientError),
        (500, "ServiceError", PermanentError),
        (502, "ServiceError", TransientError),
        (503, "ServiceError", TransientError),
        (504, "", TransientError),
    ],
)
async def test_each_documented_refusal_has_its_meaning(calls, connector, to, status, code, kind):
    connector.refuse(status, code, times=2)
    with pytest.raises(SendError) as refused:
        await sender(calls).send(to, WHY)
    assert type(refused.value) is kind
    assert refused.value.reason == (code or str(status))


async def test_a_blocked_write_is_read_out_of_its_message(calls, connector, to):
    inner = json.dumps({"subCode": "MessageWritesBlocked", "details": "Thread is not writable"})
    connector.refuse(403, "209", inner)
    with pytest.raises(GoneError, match="MessageWritesBlocked"):
        await sender(calls).send(to, WHY)


async def test_a_conversation_that_is_gone_is_made_known(calls, connector, to):
    gone = []
    for refusal in ("ConversationBlockedByUser", "MessageSizeTooBig"):
        connector.refuse(403, refusal)
        with pytest.raises(PermanentError, match=refusal):
            await TeamsSender(calls, gone.append).send(to, WHY)
    assert gone == [to.conversation_id]


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("soon", None), (None, None), ("-3", 0.0)])
def test_retry_after_is_kept(header, seconds):
    assert send_error(429, b"", header).retry_after == seconds


async def test_more_than_seven_a_second_to_one_conversation_is_throttled(calls, connector, to):
    with pytest.raises(TransientError) as refused:
        for _ in range(8):
            await sender(calls).send(to, WHY)
    assert (refused.value.reason, refused.value.retry_after) == ("Throttled", 1.0)


async def test_a_message_over_the_limit_is_not_even_sent(calls, connector, to):
    large = {"type": "message", "text": "ø" * 52_000}
    with pytest.raises(PermanentError, match="MessageSizeTooBig"):
        await calls.send(to.service_url, to.conversation_id, large)
    assert connector.calls["send"] == 0


async def test_a_connector_that_is_down_or_answers_html_is_tried_again_later(calls, connector, to):
    connector.refusals["send"].append(web.Response(status=502, text="<h1>Bad Gateway</h1>"))
    with pytest.raises(TransientError):
        await sender(calls).send(to, WHY)
    await connector.server.close()
    with pytest.raises(TransientError):
        await sender(calls).send(to, WHY)


async def test_an_edit_of_what_is_gone_is_final(calls, to):
    with pytest.raises(PermanentError, match="ActivityNotFoundInConversation"):
        await sender(calls).edit(to, "gone", WHY)


async def test_a_conversations_number_cannot_lead_elsewhere(calls, connector):
    with pytest.raises(GoneError, match="ConversationNotFound"):
        await calls.send(connector.url, "../../login/x?y#z", {"type": "message"})


async def test_the_fake_refuses_what_teams_would(calls, connector, to):
    with pytest.raises(PermanentError, match="Bad Argument"):
        unversioned = {k: v for k, v in CARD.items() if k != "version"}
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": unversioned}
        await calls.send(to.service_url, to.conversation_id, {"type": "message", "attachments": [attachment]})
    attachment["content"] = CARD
    both = {"type": "message", "text": "words", "attachments": [attachment]}
    assert await calls.send(to.service_url, to.conversation_id, both) == ""
