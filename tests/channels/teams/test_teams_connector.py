"""What the Connector answers, and what the outbox makes of it."""

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from cardlint import lint
from fakes.connector import FakeConnector
from fakes.teams import KARI, TENANT
from lisbot.channels.teams.connector import Connector, failure
from lisbot.channels.teams.sender import Sender
from lisbot.ports import Address, Message, Unsent
from lisbot.settings import DEMO_KEY, read

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "style": "heading", "wrap": True, "text": "Avstemning: *hele* saken"}],
}
WHY = Message("Du får denne fordi du sitter i rådet.", CARD, "nb")


@pytest.fixture
async def lines(connector: FakeConnector):
    connector.rosters["a:chat"] = [KARI.roster_entry]
    settings = read({"SECRET_KEY": DEMO_KEY, **connector.env()})
    async with ClientSession() as session:
        yield Connector(session, settings.teams)


def sender(lines):
    return Sender(lines, lambda conversation_id: None)


@pytest.fixture
def to(connector):
    return Address("teams", TENANT, connector.url, "a:chat")


async def test_words_and_card_are_one_activity_whose_id_is_known(lines, connector, to):
    message_id = await sender(lines).send(to, WHY)
    (sent,) = connector.sent
    assert message_id == sent.id
    assert sent.activity["summary"] == WHY.words
    assert [e["text"] for e in sent.card["body"]] == [WHY.words, r"Avstemning: \*hele\* saken"]
    assert lint(sent.card) == []
    await sender(lines).edit(to, message_id, Message("", CARD, "nb"))
    assert (sent.edits, len(connector.sent)) == (1, 1)
    assert len(CARD["body"]) == 1


async def test_a_rooms_card_has_a_way_to_the_page_and_a_persons_own_buttons(lines, connector, to):
    told = replace(WHY, href="https://lisbot.example.no/meeting/3")
    for shared in (True, False):
        await sender(lines).send(to, replace(told, shared=shared))
    (action,) = connector.sent[0].card["actions"]
    assert (action["type"], action["title"]) == ("Action.OpenUrl", "Åpne i nettleseren")
    assert action["url"] == "https://lisbot.example.no/meeting/3"
    assert lint(connector.sent[0].card) == []
    assert "actions" not in connector.sent[1].card


async def test_words_alone_are_a_plain_message(lines, connector, to):
    await sender(lines).send(to, Message("Møtet er *avlyst*.", {}, "nb"))
    assert connector.sent[0].activity == {
        "type": "message",
        "textFormat": "plain",
        "text": "Møtet er *avlyst*.",
    }


async def test_the_app_token_is_fetched_once_by_many_at_once(lines, connector, to):
    await asyncio.gather(*(sender(lines).send(to, WHY) for _ in range(5)))
    assert (connector.calls["token"], len(connector.sent)) == (1, 5)


async def test_a_token_that_was_withdrawn_is_fetched_anew_and_the_message_sent(lines, connector, to):
    await sender(lines).send(to, WHY)
    connector.issued.clear()
    await sender(lines).send(to, WHY)
    assert (connector.calls["token"], len(connector.sent)) == (2, 2)


async def test_a_wrong_secret_is_unsent_and_says_why(lines, connector, to):
    connector.password = "another"
    with pytest.raises(Unsent, match="invalid_client") as refused:
        await sender(lines).send(to, WHY)
    assert not refused.value.passing


async def test_the_app_token_never_travels_in_the_clear(lines, connector):
    with pytest.raises(Unsent, match="https"):
        await lines.send("http://connector.example/", "a:chat", {"type": "message"})
    assert connector.calls["token"] == 0


@pytest.mark.parametrize(
    ("status", "code", "passing", "gone"),
    [
        (400, "Bad Argument", False, False),
        (401, "BotNotRegistered", False, False),
        (403, "BotDisabledByAdmin", False, True),
        (403, "BotNotInConversationRoster", False, True),
        (404, "BotNotInConversationRoster", False, True),
        (403, "ConversationBlockedByUser", False, True),
        (403, "ForbiddenOperationException", False, True),
        (403, "InvalidBotApiHost", False, False),
        (403, "NotEnoughPermissions", False, False),
        (404, "ActivityNotFoundInConversation", False, False),
        (404, "ConversationNotFound", False, True),
        (412, "PreconditionFailed", True, False),
        (413, "MessageSizeTooBig", False, False),
        (429, "Throttled", True, False),
        (500, "ServiceError", False, False),
        (502, "ServiceError", True, False),
        (503, "ServiceError", True, False),
        (504, "", True, False),
    ],
)
async def test_each_documented_refusal_has_its_meaning(lines, connector, to, status, code, passing, gone):
    connector.refuse(status, code, times=2)
    with pytest.raises(Unsent) as refused:
        await sender(lines).send(to, WHY)
    assert (refused.value.passing, refused.value.gone) == (passing, gone)
    assert refused.value.reason == (code or str(status))


async def test_a_blocked_write_is_read_out_of_its_message(lines, connector, to):
    inner = json.dumps({"subCode": "MessageWritesBlocked", "details": "Thread is not writable"})
    connector.refuse(403, "209", inner)
    with pytest.raises(Unsent, match="MessageWritesBlocked") as refused:
        await sender(lines).send(to, WHY)
    assert refused.value.gone


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("soon", None), (None, None), ("-3", 0.0)]
)
def test_retry_after_is_kept(header, seconds):
    assert failure(429, b"", header).retry_after == seconds


async def test_more_than_seven_a_second_to_one_conversation_is_throttled(lines, connector, to):
    with pytest.raises(Unsent) as refused:
        for _ in range(8):
            await sender(lines).send(to, WHY)
    assert (refused.value.reason, refused.value.retry_after) == ("Throttled", 1.0)


async def test_a_card_over_the_limit_is_not_even_sent(lines, connector, to):
    large = {**CARD, "body": [{"type": "TextBlock", "text": "ø" * 52_000}]}
    with pytest.raises(Unsent, match="MessageSizeTooBig") as refused:
        await sender(lines).send(to, Message("", large, "nb"))
    assert not refused.value.passing
    assert connector.calls["send"] == 0


async def test_a_connector_that_is_down_or_answers_html_is_tried_again_later(lines, connector, to):
    connector.refusals["send"].append(web.Response(status=502, text="<h1>Bad Gateway</h1>"))
    with pytest.raises(Unsent) as refused:
        await sender(lines).send(to, WHY)
    assert refused.value.passing
    await connector.server.close()
    with pytest.raises(Unsent) as refused:
        await sender(lines).send(to, WHY)
    assert refused.value.passing


async def test_an_edit_of_what_is_gone_is_final(lines, to):
    with pytest.raises(Unsent, match="ActivityNotFoundInConversation") as refused:
        await sender(lines).edit(to, "gone", WHY)
    assert not refused.value.passing


async def test_a_conversations_number_cannot_lead_elsewhere(lines, connector):
    with pytest.raises(Unsent, match="ConversationNotFound"):
        await lines.send(connector.url, "../../login/x?y#z", {"type": "message"})


async def test_the_fake_refuses_what_teams_would(lines, connector, to):
    with pytest.raises(Unsent, match="Bad Argument"):
        unversioned = {k: v for k, v in CARD.items() if k != "version"}
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": unversioned}
        await lines.send(to.service_url, to.conversation_id, {"type": "message", "attachments": [attachment]})
    attachment["content"] = CARD
    both = {"type": "message", "text": "words", "attachments": [attachment]}
    assert await lines.send(to.service_url, to.conversation_id, both) == ""
