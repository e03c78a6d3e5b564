"""What comes in at lisbot's address for Slack: whose word it is, what it may be, and what the log says."""

import asyncio
import json
import logging
import os
import time
from io import BytesIO
from urllib.parse import quote

import pytest

from channels.slack.helpers import ASTRID, settle, token
from fakes.slack_transport import encode, signature

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
EVENT = json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T", "event": {"type": "x"}}).encode()


async def status(slack, body, kind=JSON, **headers):
    return (await slack.transport.post(body, slack.transport.headers(body, kind) | headers)).status


# Whose word it is (trap 24, and what slack_sdk answers with a crash)


async def test_what_slack_signed_lately_is_taken(recorded):
    assert await status(recorded, EVENT) == 200


@pytest.mark.parametrize("off", [-301, 360, -86_400])
async def test_five_minutes_either_way_is_too_long(recorded, off):
    headers = recorded.transport.headers(EVENT, JSON, at=time.time() + off)
    assert (await recorded.transport.post(EVENT, headers)).status == 401


@pytest.mark.parametrize("off", [-290, 290])
async def test_nearly_five_minutes_either_way_are_not(recorded, off):
    headers = recorded.transport.headers(EVENT, JSON, at=time.time() + off)
    assert (await recorded.transport.post(EVENT, headers)).status == 200


@pytest.mark.parametrize("at", ["", "now", "1e9", "-1", "1.5", "²", "٣", "9" * 5000], ids=str)
async def test_a_timestamp_that_is_no_number_is_401(recorded, run, at):
    mark = signature(recorded.fake.signing_secret, at, EVENT)
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": mark}
    assert await status(recorded, EVENT, **headers) == 401
    assert run.asked == []


@pytest.mark.parametrize("mark", ["", "v0=", "v0=æøå", "v1=00", "x" * 4000], ids=str)
async def test_a_signature_that_is_none_is_401(recorded, mark):
    assert await status(recorded, EVENT, **{"X-Slack-Signature": mark}) == 401


@pytest.mark.parametrize("missing", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
async def test_a_request_without_the_headers_is_401(recorded, missing):
    headers = recorded.transport.headers(EVENT, JSON)
    del headers[missing]
    assert (await recorded.transport.post(EVENT, headers)).status == 401


async def test_another_secrets_signature_is_401_and_the_body_stays_out_of_the_log(recorded, run, caplog):
    caplog.set_level(logging.INFO)
    body, kind = encode("slash_commands", {"command": "/lisbot", "text": "noe fortrolig", "user_id": ASTRID.id})
    at = str(int(time.time()))
    mark = signature("another secret", at, body)
    assert await status(recorded, body, kind, **{"X-Slack-Request-Timestamp": at, "X-Slack-Signature": mark}) == 401
    assert run.asked == []
    assert "fortrolig" not in caplog.text


async def test_a_signature_covers_the_bytes_as_they_came(recorded):
    payload = {"type": "event_callback", "event_id": "Ev2", "text": "æøå", "event": {"type": "x"}}
    spaced = json.dumps(payload, ensure_ascii=False, indent=1).encode()
    assert await status(recorded, spaced) == 200
    written_anew = json.dumps(json.loads(spaced)).encode()
    assert (await recorded.transport.post(written_anew, recorded.transport.headers(spaced, JSON))).status == 401


# What it may be


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe{}", JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b"7", JSON),
        (b"[" * 200_000, JSON),
        (b'{"authorizations": 5}', JSON),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=[1]", FORM),
        (b"payload=" + quote("null").encode(), FORM),
    ],
    ids=lambda each: str(each)[:24],
)
async def test_a_body_that_is_none_of_slacks_is_400_even_when_signed(recorded, body, kind):
    assert await status(recorded, body, kind) == 400


@pytest.mark.parametrize(("is_signed", "expected"), [(True, 413), (False, 401)])
async def test_a_body_that_is_too_large_is_413(recorded, is_signed, expected):
    body = b"x" * (1024 * 1024 + 1)
    headers = recorded.transport.headers(body, JSON) if is_signed else {}
    response = await recorded.transport.client.post("/slack/events", data=BytesIO(body), headers=headers)
    assert response.status == expected


@pytest.mark.parametrize("age", [None, 301, -301])
async def test_what_is_not_signed_lately_is_refused_before_it_is_read(recorded, age):
    sent = []

    async def chunks():
        for number in range(1000):
            sent.append(number)
            yield b" " * 1000
            await asyncio.sleep(0.01)

    headers = {"Content-Type": JSON}
    if age is not None:
        at = str(int(time.time()) - age)
        headers |= {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": "v0=" + "0" * 64}
    response = await recorded.transport.client.post("/slack/events", data=chunks(), headers=headers)
    assert response.status == 401
    assert len(sent) < 100


async def test_the_largest_view_slack_knows_is_taken(recorded):
    body = b"payload=" + b"%22" * 300_000
    assert await status(recorded, body, FORM) == 400, "read, and then found not to be a payload"


async def test_slacks_question_whose_address_this_is_gets_its_answer(recorded):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
    heard = await recorded.transport.post(body, recorded.transport.headers(body, JSON))
    assert (heard.status, heard.body) == (200, {"challenge": "3eZbrw1aB"})
    assert (await recorded.transport.post(body, {"Content-Type": JSON})).status == 401


async def test_slacks_look_at_the_certificate_is_answered(recorded):
    assert await status(recorded, b"ssl_check=1&token=x", FORM) == 200


async def test_only_posts_to_the_one_address_are_answered(recorded):
    assert (await recorded.transport.client.get("/slack/events")).status == 405


# What the log says


async def test_the_log_holds_no_token_no_address_to_answer_at_and_nothing_anybody_typed(real, scene, fake, caplog):
    await scene.called()
    caplog.set_level(logging.INFO)
    await real.say(ASTRID, "noe fortrolig")
    await real.slash(ASTRID, "søk fortrolig")
    await settle(real)
    menu = fake.messages_to(ASTRID)[0]
    await real.press(ASTRID, menu, "Føreslå sak")
    await settle(real)
    for method in ("chat.update", "chat.postMessage"):
        fake.refuse_next(method, "account_inactive")
    fake.clock.goes(31 * 60)
    await real.submit(ASTRID, {"Møte": "Samordningsrådet, onsdag 10. mars 2027", "Tittel": "noe fortrolig"})
    fake.clock.goes(31 * 60)
    await settle(real)
    ours = [r for r in caplog.records if r.name.split(".")[0] in ("lisbot", "slack_bolt", "slack_sdk")]
    said = "\n".join(logging.Formatter().format(record) for record in ours if record.levelno >= logging.INFO)
    assert "an answer was not taken" in said
    for secret in (token(fake), fake.signing_secret, "/hooks/", "fortrolig", "xoxb-"):
        assert secret not in said


async def test_bolt_sets_nothing_up_from_the_settings_it_finds_in_the_environment(
    open_channel, run, ask, monkeypatch, caplog
):
    """With an app's client id there, as in production, it would keep installations in files of its own."""
    names = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    for name in names:
        monkeypatch.setenv(name, "as in production")
    caplog.set_level(logging.INFO)
    slack = await open_channel(run, ask)
    assert [r.getMessage() for r in caplog.records if r.name.startswith("slack_bolt")] == []
    assert [os.environ[name] for name in names] == ["as in production"] * 3
    assert await status(slack, EVENT) == 200
