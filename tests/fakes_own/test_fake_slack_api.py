"""The fake's Web API refuses what the manual says Slack refuses: docs.slack.dev/reference/methods."""

import json
from typing import Any

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack_rate_limit import RateLimiter
from fakes.slack_world import TEAM, Clock, SlackPerson

SAYS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Sak 1"}}]
WORDS = {"type": "plain_text", "text": "Ny sak"}
MODAL = {"type": "modal", "title": WORDS, "blocks": SAYS}
HOME = {"type": "home", "blocks": SAYS}
ABROAD = SlackPerson("Eva Berg", "eva@andre.example", team="T0ANDRE")


class refused:
    """Slack refuses what is asked for within, by this name."""

    def __init__(self, error: str, status: int = 200) -> None:
        self.error, self.status = error, status

    async def __aenter__(self) -> "refused":
        return self

    async def __aexit__(self, kind: Any, raised: Any, trace: Any) -> bool:
        assert isinstance(raised, SlackApiError), f"not refused as {self.error}: {raised}"
        assert (raised.response["error"], raised.response.status_code) == (self.error, self.status)
        self.body = raised.response.data
        return True


# Who asks


async def test_a_call_needs_a_token_that_is_alive_and_of_the_right_sort(desk):
    for token, error in (("", "not_authed"), ("xoxb-other", "invalid_auth")):
        async with refused(error):
            await AsyncWebClient(token, base_url=desk.fake.url).auth_test()
    async with refused("not_allowed_token_type"):
        await AsyncWebClient(desk.fake.app_token, base_url=desk.fake.url).auth_test()
    async with refused("not_allowed_token_type"):
        await desk.api.apps_connections_open(app_token=desk.api.token)
    await desk.api.auth_revoke(test=True)
    await desk.api.auth_test()
    await desk.api.auth_revoke()
    async with refused("invalid_auth"):
        await desk.api.auth_test()


async def test_a_scope_that_was_not_granted_is_named(desk, kari):
    desk.fake.has(kari)
    desk.fake.workspaces[TEAM].scopes = ("chat:write",)
    async with refused("missing_scope") as refusal:
        await desk.api.users_info(user=kari.id)
    assert refusal.body["needed"] == "users:read"
    assert refusal.body["provided"] == "chat:write"


async def test_an_argument_that_is_missing_or_unknown_is_named(desk):
    async with refused("invalid_arguments") as refusal:
        await desk.api.api_call("chat.postMessage", json={"channel_id": "C1"})
    assert refusal.body["response_metadata"]["messages"] == [
        "[ERROR] missing required field: channel",
        "[ERROR] invalid additional property: channel_id",
    ]
    async with refused("unknown_method"):
        await desk.api.api_call("chat.shout")


async def test_a_token_within_json_and_json_where_a_form_is_wanted_are_not_read(desk, kari):
    desk.fake.has(kari)
    headers = {"Authorization": f"Bearer {desk.api.token}"}
    asked = {"user": kari.id}
    session, url = desk.api.session, desk.fake.url
    async with session.post(f"{url}auth.test", json={"token": desk.api.token}) as got:
        assert (await got.json())["error"] == "not_authed"
    async with session.post(f"{url}users.info", json=asked, headers=headers) as got:
        assert (await got.json())["error"] == "invalid_arguments"
    async with session.post(f"{url}users.info", data=asked | {"token": desk.api.token}) as got:
        assert (await got.json())["ok"] is True


# Who there is


async def test_people_of_other_workspaces_are_seen_only_in_a_shared_channel_and_never_by_address(desk, kari):
    desk.fake.has(kari)
    desk.fake.has(ABROAD)
    async with refused("user_not_visible"):
        await desk.api.users_info(user=ABROAD.id)
    desk.fake.channel("felles", kari, ABROAD)
    found = (await desk.api.users_info(user=ABROAD.id))["user"]
    assert (found["team_id"], "email" in found["profile"]) == ("T0ANDRE", False)
    for email in (ABROAD.email, "nobody@huset.example"):
        async with refused("users_not_found"):
            await desk.api.users_lookupByEmail(email=email)
    async with refused("user_not_found"):
        await desk.api.users_info(user="U0NOBODY")
    assert (await desk.api.users_lookupByEmail(email=kari.email))["user"]["id"] == kari.id


async def test_somebody_who_has_left_is_known_but_not_found_nor_written_to(desk):
    gone = desk.fake.has(SlackPerson("Per Dahl", "per@huset.example", deleted=True))
    assert (await desk.api.users_info(user=gone.id))["user"]["deleted"] is True
    async with refused("users_not_found"):
        await desk.api.users_lookupByEmail(email=gone.email)
    async with refused("user_disabled"):
        await desk.api.conversations_open(users=gone.id)


async def test_an_address_is_told_only_with_its_scope(desk, kari):
    desk.fake.has(kari)
    assert (await desk.api.users_info(user=kari.id))["user"]["profile"]["email"] == kari.email
    desk.fake.workspaces[TEAM].scopes = ("users:read",)
    assert "email" not in (await desk.api.users_info(user=kari.id))["user"]["profile"]


# Where


async def test_members_come_in_pages_of_fewer_than_asked_for(desk, kari, ola):
    room = desk.fake.channel("styret", kari, ola)
    first = await desk.api.conversations_members(channel=room.id, limit=200)
    cursor = first["response_metadata"]["next_cursor"]
    second = await desk.api.conversations_members(channel=room.id, limit=200, cursor=cursor)
    assert first["members"] + second["members"] == room.members
    assert second["response_metadata"]["next_cursor"] == ""
    async with refused("invalid_cursor"):
        await desk.api.conversations_members(channel=room.id, cursor="2")


async def test_a_channel_the_bot_is_not_in_takes_nothing(desk, kari):
    seen = desk.fake.channel("alle", kari, with_bot=False)
    hidden = desk.fake.channel("hemmelig", kari, with_bot=False, is_private=True)
    for room, error in ((seen, "not_in_channel"), (hidden, "channel_not_found")):
        async with refused(error):
            await desk.api.chat_postMessage(channel=room.id, text="Hei")
    async with refused("channel_not_found"):
        await desk.api.chat_postMessage(channel="C0NOWHERE", text="Hei")
    room = desk.fake.channel("styret", kari)
    room.is_archived = True
    async with refused("is_archived"):
        await desk.api.chat_postMessage(channel=room.id, text="Hei")


async def test_direct_messages_are_opened_once_and_closed_by_the_messages_tab(desk, kari):
    desk.fake.has(kari)
    opened = await desk.api.conversations_open(users=kari.id)
    again = await desk.api.conversations_open(users=kari.id)
    assert (again["channel"]["id"], again["already_open"]) == (opened["channel"]["id"], True)
    async with refused("users_list_not_supplied"):
        await desk.api.conversations_open(users="")
    async with refused("user_not_found"):
        await desk.api.conversations_open(users="U0NOBODY")
    desk.fake.workspaces[TEAM].has_messages_tab = False
    async with refused("messages_tab_disabled"):
        await desk.api.chat_postMessage(channel=opened["channel"]["id"], text="Hei")


# What is written


async def test_a_message_needs_text_or_blocks_that_are_right(desk, kari):
    room = desk.fake.channel("styret", kari)
    async with refused("no_text"):
        await desk.api.api_call("chat.postMessage", json={"channel": room.id})
    async with refused("invalid_blocks_format"):
        await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks="not JSON")
    async with refused("invalid_blocks") as refusal:
        await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=[{"type": "card"}])
    assert refusal.body["response_metadata"]["messages"]
    await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=json.dumps(SAYS))
    assert len(desk.fake.messages_in(room)) == 1


async def test_a_long_text_is_cut_when_posted_and_refused_when_updated(desk, kari):
    room = desk.fake.channel("styret", kari)
    posted = await desk.api.chat_postMessage(channel=room.id, text="a" * 40_001)
    assert (posted["warning"], len(desk.fake.messages_in(room)[0].text)) == ("message_truncated", 40_000)
    assert desk.fake.breaches == ["#styret: text over 40000 characters was cut"]
    await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="a" * 4_000)
    async with refused("msg_too_long"):
        await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="a" * 4_001)
    long = [{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 2_900}}] * 5
    async with refused("msg_blocks_too_long"):  # bolt-js#2509
        await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=long)


async def test_only_its_own_messages_are_changed_and_ephemerals_never(desk, kari, ola):
    room = desk.fake.channel("styret", kari, ola)
    theirs = desk.slack.write(kari, "Hei", room)
    async with refused("cant_update_message"):
        await desk.api.chat_update(channel=room.id, ts=theirs.ts, text="Ha")
    async with refused("cant_delete_message"):
        await desk.api.chat_delete(channel=room.id, ts=theirs.ts)
    async with refused("message_not_found"):
        await desk.api.chat_update(channel=room.id, ts="1.000001", text="Ha")
    whispered = await desk.api.chat_postEphemeral(channel=room.id, user=kari.id, text="Bare du")
    async with refused("message_not_found"):
        await desk.api.chat_update(channel=room.id, ts=whispered["message_ts"], text="Ha")
    async with refused("user_not_in_channel"):
        await desk.api.chat_postEphemeral(channel=room.id, user="U0NOBODY", text="Hei")
    assert [s.text for s in desk.fake.seen_by(ola)] == ["Hei"]


async def test_a_message_that_was_changed_or_deleted_was_still_seen(desk, kari, ola):
    room = desk.fake.channel("styret", kari, ola)
    posted = await desk.api.chat_postMessage(channel=room.id, text="Kari har stemt")
    await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="Noen har stemt")
    link = await desk.api.chat_getPermalink(channel=room.id, message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/{room.id}/p{posted['ts'].replace('.', '')}")
    await desk.api.chat_delete(channel=room.id, ts=posted["ts"])
    assert [s.text for s in desk.fake.seen_by(ola)] == ["Kari har stemt", "Noen har stemt"]
    assert desk.fake.messages_in(room) == []


async def test_live_markup_and_blocks_without_text_are_breaches(desk, kari):
    room = desk.fake.channel("styret", kari)
    for words in ("<!channel>", "<@U1>", "<#C1>", "<https://ond.example|Sak 1>"):
        await desk.api.chat_postMessage(channel=room.id, text=f"Sak: {words}")
    await desk.api.chat_postMessage(channel=room.id, text="Sak: &lt;!channel&gt; og 1 < 2")
    await desk.api.api_call("chat.postMessage", json={"channel": room.id, "blocks": SAYS})
    assert [breach.removeprefix("#styret: ") for breach in desk.fake.breaches] == [
        "<!channel> is live",
        "<@U1> is live",
        "<#C1> is live",
        "<https://ond.example|Sak 1> is live",
        "blocks without the text that screen readers read",
    ]
    desk.fake.breaches.clear()
    await desk.api.chat_postMessage(channel=room.id, text="Spør @her", link_names=True)
    assert desk.fake.breaches == ["#styret: names in the text are made live"]


# Views


async def test_a_trigger_opens_one_view_and_within_three_seconds(desk, kari):
    trigger = desk.fake.trigger(TEAM, kari)
    await desk.api.views_open(trigger_id=trigger, view=MODAL)
    async with refused("exchanged_trigger_id"):
        await desk.api.views_open(trigger_id=trigger, view=MODAL)
    late = desk.fake.trigger(TEAM, kari)
    desk.fake.clock.goes(3.1)
    async with refused("expired_trigger_id"):
        await desk.api.views_open(trigger_id=late, view=MODAL)
    async with refused("invalid_trigger_id"):
        await desk.api.views_open(trigger_id="1.2.three", view=MODAL)


async def test_three_views_stand_on_each_other_and_no_more(desk, kari):
    for asks in (desk.api.views_open, desk.api.views_push, desk.api.views_push):
        await asks(trigger_id=desk.fake.trigger(TEAM, kari), view=MODAL)
    async with refused("push_limit_reached"):
        await desk.api.views_push(trigger_id=desk.fake.trigger(TEAM, kari), view=MODAL)


async def test_a_view_is_changed_only_by_who_knows_how_it_stands(desk, kari):
    opened = await desk.api.views_open(trigger_id=desk.fake.trigger(TEAM, kari), view=MODAL)
    old, view_id = opened["view"]["hash"], opened["view"]["id"]
    await desk.api.views_update(view_id=view_id, view=MODAL, hash=old)
    async with refused("hash_conflict"):
        await desk.api.views_update(view_id=view_id, view=MODAL, hash=old)
    async with refused("not_found"):
        await desk.api.views_update(view_id="V0NONE", view=MODAL)
    desk.fake.has(kari)
    first = await desk.api.views_publish(user_id=kari.id, view=HOME)
    await desk.api.views_publish(user_id=kari.id, view=HOME, hash=first["view"]["hash"])
    async with refused("hash_conflict"):
        await desk.api.views_publish(user_id=kari.id, view=HOME, hash=first["view"]["hash"])


async def test_views_are_of_the_right_kind_and_size_and_name(desk, kari):
    desk.fake.has(kari)
    async with refused("invalid_arguments"):
        await desk.api.views_open(trigger_id=desk.fake.trigger(TEAM, kari), view=HOME)
    async with refused("invalid_arguments"):
        await desk.api.views_publish(user_id=kari.id, view=MODAL)
    async with refused("invalid_arguments"):
        await desk.api.views_publish(user_id="U0NOBODY", view=HOME)
    much = [{"type": "section", "text": {"type": "mrkdwn", "text": "å" * 3000}}] * 50
    async with refused("view_too_large"):
        await desk.api.views_publish(user_id=kari.id, view={"type": "home", "blocks": much})
    named = {**MODAL, "external_id": "sak-1"}
    await desk.api.views_open(trigger_id=desk.fake.trigger(TEAM, kari), view=named)
    async with refused("duplicate_external_id"):
        await desk.api.views_push(trigger_id=desk.fake.trigger(TEAM, kari), view=named)
    desk.fake.workspaces[TEAM].has_home = False
    async with refused("not_enabled"):
        await desk.api.views_publish(user_id=kari.id, view=HOME)


# How often


async def test_too_many_calls_are_429_and_say_when_to_come_back(desk, kari):
    room = desk.fake.channel("styret", kari)
    desk.fake.limit_next("chat.postMessage", 1)
    async with refused("ratelimited", 429):
        await desk.api.chat_postMessage(channel=room.id, text="Hei")
    desk.api.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    desk.fake.limit_next("chat.postMessage", 1)
    await desk.api.chat_postMessage(channel=room.id, text="Hei igjen")
    assert [call.error for call in desk.fake.calls] == ["ratelimited", "ratelimited", ""]


async def test_slack_may_fail_or_do_a_thing_and_not_be_heard(desk, kari):
    room = desk.fake.channel("styret", kari)
    desk.fake.refuse_next("chat.postMessage", "internal_error")
    async with refused("internal_error", 500):
        await desk.api.chat_postMessage(channel=room.id, text="Hei")
    assert desk.fake.messages_in(room) == []
    desk.api.retry_handlers.clear()  # slack_sdk would else post it twice: the manual has no key against that
    desk.fake.lose_next("chat.postMessage")
    with pytest.raises(ClientError):
        await desk.api.chat_postMessage(channel=room.id, text="Hei")
    assert [m.text for m in desk.fake.messages_in(room)] == ["Hei"]


@pytest.mark.parametrize(
    ("method", "burst"),
    [("users.lookupByEmail", 50), ("chat.update", 50), ("views.open", 100), ("users.info", 100)],
)
def test_a_method_keeps_its_tier_per_workspace(method: str, burst: int) -> None:
    clock = Clock(ahead=0.0)
    limiter = RateLimiter(lambda: clock.ahead, is_on=True)
    assert [limiter.wait(method, TEAM) for _ in range(burst)] == [0] * burst
    assert limiter.wait(method, TEAM) == (2 if burst == 50 else 1)
    assert limiter.wait(method, "T0ANDRE") == 0
    clock.goes(60)
    assert [limiter.wait(method, TEAM) for _ in range(burst)] == [0] * burst


def test_a_channel_takes_one_post_a_second_after_a_short_burst() -> None:
    clock = Clock()
    limiter = RateLimiter(lambda: clock.ahead, is_on=True)
    waits = [limiter.wait("chat.postMessage", TEAM, "C1") for _ in range(4)]
    assert waits == [0, 0, 0, 1]
    assert limiter.wait("chat.postMessage", TEAM, "C2") == 0
    clock.goes(1)
    assert [limiter.wait("chat.postMessage", TEAM, "C1") for _ in range(2)] == [0, 1]
