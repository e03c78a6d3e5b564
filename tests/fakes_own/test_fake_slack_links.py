"""Socket Mode and installation, with the official library at the other end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import encode_basic_auth
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack_client import Slack
from fakes.slack_oauth import approve
from fakes.slack_ui import Stopped
from fakes.slack_world import SlackPerson

REDIRECT = "https://lisbot.example/slack/oauth_redirect"


@pytest.fixture
async def linked(desk: Any) -> AsyncIterator[AsyncSocketModeHandler]:
    handler = AsyncSocketModeHandler(
        desk.app, desk.fake.app_token, web_client=AsyncWebClient(base_url=desk.fake.url), ping_interval=0.05
    )
    await handler.connect_async()
    await desk.fake.sockets.connected()
    yield handler
    await handler.close_async()


async def test_everything_comes_over_the_link_and_is_acked_there(desk, kari, linked):
    heard: list[str] = []

    @desk.app.event("message")
    async def said(event):
        heard.append(event["text"])

    @desk.app.command("/lisbot")
    async def command(ack, body):
        await ack(f"Du skrev {body['text']}")

    slack = Slack(None, desk.fake, transport=desk.fake.sockets)
    assert (await slack.say(kari, "hei")).status == 200
    await slack.slash(kari, "saker")
    assert heard == ["hei"]
    assert [m.text for m in desk.fake.messages_to(kari)] == ["Du skrev saker"]


async def test_an_app_that_is_asked_to_go_comes_again_on_a_new_link(desk, kari, linked):
    before = desk.fake.count("apps.connections.open")
    await desk.fake.sockets.disconnect()
    await desk.fake.sockets.connected()
    assert desk.fake.count("apps.connections.open") > before


async def test_a_link_opens_once_and_an_envelope_nobody_acks_has_failed(desk, kari):
    slack = Slack(None, desk.fake, transport=desk.fake.sockets)
    assert (await slack.slash(kari)).reason == "http_timeout"
    opened = await desk.api.apps_connections_open(app_token=desk.fake.app_token)
    async with desk.api.session.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        desk.fake.sockets.patience = 0.05
        sending = asyncio.create_task(slack.slash(kari, "saker"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert (await sending).status == 0
    refused = await desk.api.session.get(opened["url"].replace("ws", "http", 1))
    assert refused.status == 401


async def test_an_app_is_installed_with_a_code_that_is_good_once_for_ten_minutes(desk):
    boss = SlackPerson("Siri Aas", "siri@andre.example", team="T0ANDRE")
    asked = (
        f"https://slack.com/oauth/v2/authorize?client_id={desk.fake.client_id}"
        f"&scope=chat:write,users:read&state=s1&redirect_uri={REDIRECT}"
    )
    back = {name: v[0] for name, v in parse_qs(urlsplit(approve(desk.fake, asked, boss)).query).items()}
    assert back["state"] == "s1"
    right = {
        "client_id": desk.fake.client_id,
        "client_secret": desk.fake.client_secret,
        "code": back["code"],
        "redirect_uri": REDIRECT,
    }

    async def fetches(**wrong: str) -> Any:
        return await desk.api.api_call("oauth.v2.access", data={**right, **wrong})

    for wrong, error in (
        ({"client_id": "3"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"code": "guessed"}, "invalid_code"),
        ({"redirect_uri": "https://ond.example"}, "bad_redirect_uri"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await fetches(**wrong)
    got = await fetches()
    assert (got["team"]["id"], got["scope"]) == ("T0ANDRE", "chat:write,users:read")
    theirs = AsyncWebClient(got["access_token"], base_url=desk.fake.url, session=desk.api.session)
    assert (await theirs.auth_test())["team_id"] == "T0ANDRE"
    with pytest.raises(SlackApiError, match="invalid_code"):
        await fetches()
    late = parse_qs(urlsplit(approve(desk.fake, asked, boss)).query)["code"][0]
    desk.fake.clock.goes(10 * 60 + 1)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await fetches(code=late)


async def test_the_apps_secret_may_come_by_http_basic(desk, kari):
    asked = f"https://slack.com/oauth/v2/authorize?client_id={desk.fake.client_id}&scope=a&redirect_uri={REDIRECT}"
    code = parse_qs(urlsplit(approve(desk.fake, asked, kari)).query)["code"][0]
    headers = {"Authorization": encode_basic_auth(desk.fake.client_id, desk.fake.client_secret)}
    form = {"code": code, "redirect_uri": REDIRECT}
    async with desk.api.session.post(f"{desk.fake.url}oauth.v2.access", data=form, headers=headers) as got:
        assert (await got.json())["ok"] is True


def test_somebody_who_says_no_or_is_asked_wrongly_gives_no_code(desk, kari):
    asked = f"https://slack.com/oauth/v2/authorize?client_id={desk.fake.client_id}&scope=a&redirect_uri={REDIRECT}"
    assert approve(desk.fake, asked, kari, says_no=True) == f"{REDIRECT}?error=access_denied"
    with pytest.raises(Stopped):
        approve(desk.fake, asked.replace("/v2", ""), kari)
