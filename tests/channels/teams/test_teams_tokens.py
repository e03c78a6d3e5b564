"""Whom the endpoint lets in. Every wrong token is 401, every wrong body 400; nothing is 500."""

import asyncio
import io
import json
import time
from base64 import urlsafe_b64encode

import jwt
import pytest
from aiohttp import ClientSession, web
from cryptography.hazmat.primitives.asymmetric import rsa

from fakes.teams import KARI
from lisbot.channels.teams.tokens import TokenVerifier, Unauthorized
from lisbot.settings import DEMO_KEY, read


def teams_settings(connector):
    return read({"SECRET_KEY": DEMO_KEY, **connector.env()}).teams


async def post(teams, token="", **changed):
    activity = {**teams.activity(KARI, "message", text="hjelp"), **changed}
    return (await teams.post(activity, token)).status


async def test_a_signed_request_is_taken_and_a_second_one_reads_no_token_again(teams, run, connector):
    token = connector.sign()
    assert [await post(teams, token), await post(teams, token)] == [200, 200]
    assert len(run.names) == 2
    assert connector.calls["metadata"] == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "https://sts.example.net"},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": None},
        {"exp": int(time.time()) - 301},
        {"exp": None},
        {"nbf": int(time.time()) + 24 * 60 * 60},
        {"kid": "never published"},
        {"kid": "another kind"},
        {"algorithm": "RS512"},
        {"algorithm": "HS256", "key": "a shared secret that is 32 bytes or more"},
        {"algorithm": "none", "key": None},
    ],
    ids=lambda claims: (
        " ".join(f"{name}={str(claims[name])[:9]}" for name in claims if name not in ("exp", "nbf")) or " ".join(claims)
    ),
)
async def test_a_wrong_claim_key_or_algorithm_is_401(teams, run, connector, claims):
    if claims.get("algorithm") == "none":
        token = jwt.encode({"aud": connector.app_id}, None, algorithm="none", headers={"kid": "key-1"})
    else:
        token = connector.sign(**claims)
    assert await post(teams, token) == 401
    assert await post(teams, connector.sign()) == 200
    assert len(run.names) == 1


@pytest.mark.parametrize(
    "token",
    [None, "garbage", "a.b.c", "é.ø.å", "x" * 5000, urlsafe_b64encode(b"[]").decode() + ".e30.x", ".."],
    ids=lambda token: repr(token)[:20],
)
async def test_no_token_and_garbage_are_401(teams, run, token):
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")} if token else {}
    response = await teams.post(teams.activity(KARI, "message", text="hjelp"), None, headers=headers)
    assert response.status == 401
    assert not run.asked


async def test_a_token_of_a_stranger_with_a_published_kid_is_401(teams, connector):
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert await post(teams, connector.sign(key=own)) == 401


async def test_clocks_may_differ_by_five_minutes(teams, connector):
    assert await post(teams, connector.sign(exp=int(time.time()) - 290)) == 200


async def test_the_service_address_is_compared_letter_by_letter(teams, connector):
    assert await post(teams, connector.sign(), serviceUrl=connector.url.rstrip("/")) == 401


@pytest.mark.parametrize("channel", ["", None, "webchat", "directline", 7])
async def test_a_channel_other_than_teams_or_none_is_401(teams, connector, channel):
    connector.endorsements = ("msteams", "webchat", "")
    assert await post(teams, connector.sign(), channelId=channel) == 401


async def test_a_key_that_is_not_endorsed_for_teams_is_401(teams, connector):
    connector.endorsements = ("webchat",)
    assert await post(teams) == 401


async def test_a_new_key_is_fetched_at_once(teams, connector):
    assert await post(teams) == 200
    connector.rotate()
    assert await post(teams) == 200
    assert connector.calls["metadata"] == 2


async def test_an_unknown_key_is_looked_for_once_in_five_minutes(teams, connector):
    for _ in range(5):
        assert await post(teams, connector.sign(kid="never published")) == 401
    assert connector.calls["metadata"] <= 2
    assert await post(teams) == 200


async def test_keys_are_fetched_again_after_a_day_and_old_ones_serve_while_that_fails(connector):
    now = 0.0
    async with ClientSession() as session:
        verifier = TokenVerifier(session, teams_settings(connector), timer=lambda: now)
        old = connector.sign()
        assert await verifier.verify(old)
        now += 24 * 3600 + 1
        connector.refuse(503, "down", of="metadata")
        assert await verifier.verify(old)
        now += 11
        connector.rotate()
        assert await verifier.verify(connector.sign())
        with pytest.raises(Unauthorized, match="an unknown key"):
            await verifier.verify(old)


async def test_a_machines_clock_that_is_set_back_keeps_no_new_key_out(connector):
    wall = time.time() + 30 * 24 * 3600
    async with ClientSession() as session:
        verifier = TokenVerifier(session, teams_settings(connector), clock=lambda: wall)
        await verifier.verify(connector.sign())
        wall = time.time()
        connector.rotate()
        assert await verifier.verify(connector.sign())


@pytest.mark.parametrize("metadata", [{}, {"jwks_uri": 7}, {"jwks_uri": None}, []], ids=str)
async def test_metadata_that_names_no_keys_is_401(teams, connector, metadata):
    connector.refusals["metadata"].append(web.json_response(metadata))
    assert await post(teams) == 401


async def test_keys_that_cannot_be_had_are_401_and_not_asked_for_by_every_request(teams, connector):
    connector.refuse(503, "down", of="metadata", times=3)
    assert [await post(teams), await post(teams)] == [401, 401]
    assert connector.calls["metadata"] == 1


async def test_a_remembered_token_still_answers_for_its_own_service_address_only(teams, connector):
    token = connector.sign()
    assert await post(teams, token) == 200
    assert await post(teams, token, serviceUrl="https://evil.example/") == 401


@pytest.mark.parametrize(("left", "lasts"), [(-290, 10), (3600, 300)], ids=["until it ends", "five minutes"])
async def test_a_token_that_held_is_not_remembered_past_its_time(connector, left, lasts):
    now = 1000.0
    async with ClientSession() as session:
        verifier = TokenVerifier(session, teams_settings(connector), timer=lambda: now)
        header = f"Bearer {connector.sign(exp=int(time.time()) + left)}"
        await verifier(header)
        verifier.verify = refuse_verifying
        now += lasts - 5
        await verifier(header)
        now += 10
        with pytest.raises(AssertionError):
            await verifier(header)


async def refuse_verifying(token):
    raise AssertionError("verified again, as it should be")


@pytest.mark.parametrize("token", ["", None])
async def test_without_an_app_id_everything_is_401(opened, run, ask, connector, token):
    teams = await opened(run, ask, {})
    assert await post(teams, token) == 401
    assert (await teams.post(None, token, data=b"{", headers={"Content-Type": "application/json"})).status == 401


async def test_the_demo_needs_no_token_and_answers_this_machine_only(opened, run, ask, connector):
    connector.is_open = True
    teams = await opened(run, ask, {}, demo=True)
    assert await post(teams, None) == 200
    assert await post(teams, None, serviceUrl="https://evil.example/") == 401
    assert await post(teams, None, serviceUrl="http://127.0.0.1.evil.example/") == 401
    assert await post(teams, None, channelId="") == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b"{}", 400),
        (b'{"type": "message"}', 400),
        (b'{"type": 7, "conversation": {"id": "x"}}', 400),
        (b'{"type": "message", "conversation": []}', 400),
        (b'[{"type": "message", "conversation": {"id": "x"}}]', 400),
        (b'{"type": ["message"], "conversation": {"id": "x"}}', 400),
        (b'{"type": "message", "conversation": {"id": 7}}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 40_000, 400),
        (b"7", 400),
        (b"NaN", 400),
        (b"\xff\xfe", 400),
        (b'"' + b"x" * 300_000 + b'"', 413),
        (b"x" * 2_000_000, 413),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_is_no_activity_is_400_and_what_is_too_large_413(teams, run, body, status):
    response = await teams.post(None, data=io.BytesIO(body), headers={"Content-Type": "application/json"})
    assert response.status == status
    assert not run.asked


async def test_the_token_is_looked_at_before_the_body(teams, run):
    """Whoever has none is not read, however slowly or much they send."""
    sent = []

    async def chunks():
        for number in range(1000):
            sent.append(number)
            yield b" " * 1000
            await asyncio.sleep(0.01)

    headers = {"Content-Type": "application/json"}
    response = await teams.post(None, None, data=chunks(), headers=headers)
    assert response.status == 401
    assert len(sent) < 100


async def test_a_large_body_without_its_length_is_413(teams):
    async def chunks():
        for _ in range(40):
            yield b" " * 10_000

    response = await teams.post(None, data=chunks(), headers={"Content-Type": "application/json"})
    assert response.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_another_content_type_is_415(teams, kind):
    body = json.dumps(teams.activity(KARI, "message", text="hjelp")).encode()
    assert (await teams.post(None, data=body, headers={"Content-Type": kind})).status == 415


JUNK = [None, True, 7, 1e400, [], "x", {}, {"id": 7}, [7], [None], [[]], {"team": []}, "\ud83d" * 3]


FIELDS = (
    *("id", "action", "name", "locale", "from", "recipient", "channelData", "entities", "text", "value"),
    *("replyToId", "membersAdded", "membersRemoved", "reactionsAdded", "attachments", "timestamp", "conversation"),
)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
@pytest.mark.parametrize("field", FIELDS)
async def test_an_activity_with_junk_in_it_is_never_500(teams, caplog, field, junk):
    for kind in ("message", "invoke", "conversationUpdate", "installationUpdate", "messageReaction", "invented"):
        activity = teams.activity(KARI, kind, text="hjelp", name="adaptiveCard/action", action="add")
        body = json.dumps({**activity, field: junk}).replace("Infinity", "1e999").encode()
        response = await teams.post(None, data=body, headers={"Content-Type": "application/json"})
        assert response.status in (200, 400), kind
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
