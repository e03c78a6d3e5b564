"""Whatever is sent to the bot's endpoint with a token that holds: 400, or an answer that says so, and never 500.

The commands behind are the real ones.
"""

import json
import logging
from typing import Any

import pytest

from fakes.teams import KARI, TEAM

ODD: list[Any] = [None, True, -1.5, 10**400, "", "x", "\x00", [], [{}], {}, {"id": 7}]
SHORT = [None, 7, [1], {"id": 7}]
KINDS = (
    "message",
    "invoke",
    "conversationUpdate",
    "installationUpdate",
    "messageReaction",
    "event",
    "typing",
    "nobody's",
)
FIELDS = (
    *("id", "name", "action", "value", "text", "textFormat", "locale", "replyToId", "channelData", "from", "recipient"),
    *(
        "conversation",
        "entities",
        "membersAdded",
        "membersRemoved",
        "reactionsAdded",
        "reactionsRemoved",
        "attachments",
    ),
    *("timestamp", "localTimestamp", "topicName", "code", "relatesTo", "type", "channelId", "serviceUrl", "importance"),
)
NESTED = {
    "conversation": ("id", "tenantId", "conversationType", "isGroup", "name"),
    "from": ("id", "name", "aadObjectId", "role", "properties"),
    "recipient": ("id", "name"),
    "channelData": ("tenant", "team", "channel", "eventType", "source", "settings", "teamsChannelId"),
    "value": ("action", "trigger", "verb", "args", "command", "msteams", "state", "data"),
}
INVOKES = [
    *("", "x", "signin/verifyState", "signin/tokenExchange", "task/fetch", "task/submit", "fileConsent/invoke"),
    *("composeExtension/query", "composeExtension/submitAction", "actionableMessage/executeAction", "tab/fetch"),
    *("handoff/action", "application/search", "message/submitAction", "config/fetch", "adaptiveCard/Action"),
]


async def sent(teams, activity: Any) -> tuple[int, Any]:
    """The status, and the answer's body."""
    data = json.dumps(activity).encode()
    response = await teams.post(None, data=data, headers={"Content-Type": "application/json"})
    read = await response.read()
    return response.status, json.loads(read) if read else None


def says_so(status: int, body: Any) -> bool:
    """Whether an answer is none of a server that broke: 400 or 401, or 200 with what was done or why not."""
    inner = body.get("statusCode", 200) if isinstance(body, dict) else 200
    return status in (200, 400, 401) and inner in (200, 400) and "Noe gikk galt" not in str(body)


def bugs(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("activity", [[], [{}], [[]], "x", 7, None, True, {}, {"type": "message"}, {"type": []}])
async def test_what_is_no_activity_is_400(real, activity):
    assert (await sent(real, activity))[0] == 400


async def test_an_array_of_activities_is_400(real):
    assert (await sent(real, [real.activity(KARI, "message", text="hjelp")]))[0] == 400


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_field_of_a_wrong_type_breaks_nothing(real, caplog, kind):
    for where in (KARI.chat, TEAM):
        for field in FIELDS:
            for odd in SHORT if where == TEAM or kind == "message" else ODD:  # a message is answered by a whole card
                whole = real.activity(KARI, "message", where, text="hjelp") | {"type": kind}
                status, body = await sent(real, whole | {field: odd})
                assert says_so(status, body), (where, field, odd, status, body)
    assert bugs(caplog) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", KINDS[:4])
async def test_neither_does_a_field_of_a_field(real, caplog, kind):
    for field, names in NESTED.items():
        for name in names:
            for odd in ODD:
                whole = real.activity(KARI, "message", TEAM, text="hjelp") | {"type": kind}
                given = whole.get(field) if isinstance(whole.get(field), dict) else {}
                status, body = await sent(real, whole | {field: {**given, name: odd}})
                assert says_so(status, body), (field, name, odd, status, body)
    assert bugs(caplog) == []


@pytest.mark.parametrize("name", INVOKES)
async def test_an_invoke_that_lisbot_does_not_know_is_400_and_says_so(real, name):
    for value in (None, {}, [], {"action": {"type": "Action.Execute", "verb": "menu.show"}}):
        status, body = await sent(real, real.activity(KARI, "invoke", value=value) | {"name": name})
        assert (status, body["error"]["code"]) == (400, "NotSupported")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "verb", ["vote.cast", "menu.show", "ask", "no.such", "proposal.submit", "person.choose_language"]
)
async def test_a_button_with_odd_arguments_is_answered_in_words(real, caplog, verb):
    for odd in ODD:
        datas = (
            odd,
            {"vote_id": odd},
            {"command": odd},
            {"command": "vote.cast", "args": odd},
            {"vote_id": 1, "choice": odd},
        )
        for data in (*datas, {"language": odd}, {"": odd}, {"command": "vote.cast", "args": {"vote_id": odd}}):
            for trigger in ("manual", odd):
                value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}, "trigger": trigger}
                status, body = await sent(
                    real, real.activity(KARI, "invoke", value=value) | {"name": "adaptiveCard/action"}
                )
                assert says_so(status, body), (data, status, body)
    assert bugs(caplog) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_submitted_card_with_odd_arguments_too(real, caplog):
    for odd in ODD:
        for value in (
            {"verb": odd},
            {"verb": "vote.cast", "args": odd},
            {"verb": "ask", "command": odd, "args": odd},
            {"x": odd},
        ):
            status, body = await sent(real, real.activity(KARI, "message", value=value, text=None))
            assert says_so(status, body), (value, status, body)
    assert bugs(caplog) == []


@pytest.mark.parametrize("field", ["from", "conversation", "channelData", "text"])
async def test_a_null_character_in_what_is_looked_up_breaks_nothing(real, caplog, field):
    whole = real.activity(KARI, "message", text="hjelp")
    odd = {
        "from": {**whole["from"], "aadObjectId": "\x00"},
        "conversation": {**whole["conversation"], "id": "a\x00"},
        "channelData": {"tenant": {"id": "\x00"}},
        "text": "søk \x00",
    }
    status, body = await sent(real, whole | {field: odd[field]})
    assert says_so(status, body)
    assert bugs(caplog) == []
