"""The Web API's methods that concern who there is, where, and what is written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fakes.slack_checks import Refusal
from fakes.slack_rules import LONGEST_POST, LONGEST_UPDATE, MOST_IN_BLOCKS, text_in, wrong_with_blocks
from fakes.slack_world import Channel, Message, SlackPerson, Workspace, code

if TYPE_CHECKING:
    from fakes.slack import FakeSlack

Args = dict[str, Any]
READ = {"im": "im:read", "private": "groups:read", "public": "channels:read"}


# Who


def auth_test(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    return {
        "url": f"https://{home.domain}.slack.example/",
        "team": home.name,
        "team_id": home.id,
        "user": "lisbot",
        "user_id": home.bot_user,
        "bot_id": home.bot_id,
        "is_enterprise_install": False,
    }


def auth_revoke(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    """The token is dead from now on, and the app with it; `test` only says that it would be."""
    home.is_installed = truth(args.get("test"))
    return {"revoked": not home.is_installed}


def users_info(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    """Somebody of another workspace is seen in a channel both are in, else not; their address never is."""
    if args["user"] == home.bot_user:
        return {"user": {"id": home.bot_user, "team_id": home.id, "name": "lisbot", "is_bot": True, "profile": {}}}
    person = fake.people.get(args["user"])
    if person is None:
        raise Refusal("user_not_found")
    is_known = person.team == home.id or fake.shares_a_channel(person.id, home)
    if not is_known and not person.is_stranger:
        raise Refusal("user_not_visible")
    return {"user": profile(person, home, with_locale=bool(truth(args.get("include_locale"))))}


def users_lookup_by_email(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    """Only the workspace's own people are found by address, and nobody who has left."""
    for person in fake.people.values():
        if person.email.lower() == args["email"].lower() and person.team == home.id and not person.deleted:
            return {"user": profile(person, home)}
    raise Refusal("users_not_found")


def profile(person: SlackPerson, home: Workspace, *, with_locale: bool = False) -> Args:
    shown: Args = {"real_name": person.name, "display_name": person.name, "team": person.team}
    if person.team == home.id and "users:read.email" in home.scopes:
        shown["email"] = person.email
    user: Args = {
        "id": person.id,
        "team_id": person.team,
        "name": person.username,
        "real_name": person.name,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "profile": shown,
    }
    if person.team == home.id and not person.deleted:
        user["is_restricted"] = person.is_guest
        user["is_ultra_restricted"] = person.is_ultra_restricted
        user["is_email_confirmed"] = person.is_email_confirmed
        user["tz"] = "Europe/Oslo"
    if person.team != home.id:
        user["is_stranger"] = person.is_stranger
    if with_locale:
        user["locale"] = person.locale
    return user


def truth(value: Any) -> bool:
    return value in (True, 1, "1", "true")


# Where


def kind_of(where: Channel) -> str:
    return "im" if where.is_im else "private" if where.is_private else "public"


def find_channel(fake: FakeSlack, home: Workspace, channel_id: str) -> Channel:
    """A channel this app can know of: a private one it is not in does not exist to it."""
    where = fake.channels.get(channel_id)
    if where is None or (home.bot_user not in where.members and (where.is_private or where.team != home.id)):
        raise Refusal("channel_not_found")
    return where


def need(home: Workspace, scope: str) -> None:
    if scope not in home.scopes:
        raise Refusal("missing_scope", needed=scope, provided=",".join(home.scopes))


def open_direct(fake: FakeSlack, home: Workspace, user_id: str) -> Channel:
    person = fake.people.get(user_id)
    if person is None:
        raise Refusal("user_not_found")
    if person.team != home.id and not fake.shares_a_channel(person.id, home):
        raise Refusal("user_not_visible")
    if person.deleted:
        raise Refusal("user_disabled")
    if person.is_bot:
        raise Refusal("cannot_dm_bot")
    return fake.direct(person, home.id)


def conversations_open(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    users = [u for u in str(args.get("users") or "").split(",") if u]
    if args.get("channel") and not users:
        return {"channel": {"id": find_channel(fake, home, args["channel"]).id}}
    if len(users) > 1:
        raise Refusal("method_not_supported_for_channel_type")  # group messages: lisbot has none
    if not users:
        raise Refusal("users_list_not_supplied")
    already = any(c.alone == users[0] and c.team == home.id for c in fake.channels.values())
    where = open_direct(fake, home, users[0])
    return {"channel": {"id": where.id}, **({"no_op": True, "already_open": True} if already else {})}


def conversations_info(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    where = find_channel(fake, home, args["channel"])
    need(home, READ[kind_of(where)])
    found: Args = {
        "id": where.id,
        "is_im": where.is_im,
        "is_archived": where.is_archived,
        "context_team_id": home.id,
    }
    if where.is_im:
        return {"channel": {**found, "user": where.alone}}
    is_shared = any(fake.people[m].team != where.team for m in where.members if m in fake.people)
    return {
        "channel": {
            **found,
            "name": where.name,
            "is_channel": not where.is_private,
            "is_group": where.is_private,
            "is_private": where.is_private,
            "is_member": home.bot_user in where.members,
            "is_ext_shared": is_shared,
            "is_shared": is_shared,
        }
    }


def conversations_members(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    """A page of members: never more than asked for, often fewer, as Slack says it may be."""
    where = find_channel(fake, home, args["channel"])
    need(home, READ[kind_of(where)])
    limit = int(args.get("limit") or 100)
    if not 1 <= limit <= 1000:
        raise Refusal("invalid_limit")
    cursor = str(args.get("cursor") or "")
    starts = {code(where.id, str(n), size=12): n for n in range(len(where.members) + 1)}
    if cursor and cursor not in starts:
        raise Refusal("invalid_cursor")
    start = starts[cursor] if cursor else 0
    end = start + min(limit, fake.page_size)
    following = code(where.id, str(end), size=12) if end < len(where.members) else ""
    return {"members": where.members[start:end], "response_metadata": {"next_cursor": following}}


# What is written


def content(args: Args, *, longest: int, is_cut: bool) -> tuple[str, list[Args]]:
    """The text and blocks of a message, or why Slack does not take them."""
    text, blocks = str(args.get("text") or ""), args.get("blocks") or []
    if not text and not blocks:
        raise Refusal("no_text")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if problems := wrong_with_blocks(blocks, "message") if blocks else []:
        raise Refusal("invalid_blocks", problems)
    if text_in(blocks) > MOST_IN_BLOCKS:
        raise Refusal("msg_blocks_too_long")
    if len(text) > longest and not is_cut:
        raise Refusal("msg_too_long")
    return text[:longest], blocks


def metadata(args: Args) -> str | None:
    """What goes with the message unseen: any member's client and app can read it."""
    return json.dumps(args["metadata"], ensure_ascii=False) if "metadata" in args else None


def look_at_names(fake: FakeSlack, where: Channel, args: Args) -> None:
    """With these arguments Slack itself makes names and links in plain words live."""
    if args.get("parse") == "full" or truth(args.get("link_names")):
        fake.breaches.append(f"#{where.name}: names in the text are made live")


def may_write(home: Workspace, where: Channel) -> None:
    if home.bot_user not in where.members:
        raise Refusal("not_in_channel")
    if where.is_archived:
        raise Refusal("is_archived")
    if where.is_im and not home.has_messages_tab:
        raise Refusal("messages_tab_disabled")


def place(fake: FakeSlack, home: Workspace, channel_id: str) -> Channel:
    """The channel to post in; a person's id stands for the direct messages with them."""
    if channel_id in fake.people:
        try:
            return open_direct(fake, home, channel_id)
        except Refusal as refusal:
            raise Refusal("channel_not_found") from refusal
    return find_channel(fake, home, channel_id)


def chat_post_message(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    where = place(fake, home, args["channel"])
    may_write(home, where)
    text, blocks = content(args, longest=LONGEST_POST, is_cut=True)
    warned: Args = {}
    if len(args.get("text") or "") > LONGEST_POST:
        fake.breaches.append(f"#{where.name}: text over {LONGEST_POST} characters was cut")
        warned = {"warning": "message_truncated"}
    look_at_names(fake, where, args)
    message = fake.put(home, where, text, blocks, thread_ts=str(args.get("thread_ts") or ""))
    message.metadata = metadata(args) or ""
    return {"channel": where.id, "ts": message.ts, "message": as_sent(message), **warned}


def chat_post_ephemeral(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    where = find_channel(fake, home, args["channel"])
    may_write(home, where)
    if args["user"] not in where.members:
        raise Refusal("user_not_in_channel")
    text, blocks = content(args, longest=LONGEST_POST, is_cut=False)
    look_at_names(fake, where, args)
    message = fake.put(home, where, text, blocks, user=args["user"])
    return {"message_ts": message.ts}


def find_message(fake: FakeSlack, home: Workspace, args: Args) -> Message:
    """The message of this time in this channel. Ephemerals are in nobody's history."""
    where = find_channel(fake, home, args["channel"])
    ts = args.get("ts") or args.get("message_ts")
    for message in fake.messages_in(where):
        if message.ts == ts:
            return message
    raise Refusal("message_not_found")


def chat_update(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    message = find_message(fake, home, args)
    if message.by != home.bot_user:
        raise Refusal("cant_update_message")
    if message.channel.is_archived:
        raise Refusal("is_inactive")
    text, blocks = content(args, longest=LONGEST_UPDATE, is_cut=False)
    look_at_names(fake, message.channel, args)
    fake.change(message, text, blocks, metadata(args))
    return {"channel": message.channel.id, "ts": message.ts, "text": text, "message": as_sent(message)}


def chat_delete(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    message = find_message(fake, home, args)
    if message.by != home.bot_user:
        raise Refusal("cant_delete_message")
    message.is_deleted = True
    return {"channel": message.channel.id, "ts": message.ts}


def chat_get_permalink(fake: FakeSlack, home: Workspace, args: Args) -> Args:
    message = find_message(fake, home, args)
    return {"channel": message.channel.id, "permalink": permalink(home, message)}


def permalink(home: Workspace, message: Message) -> str:
    return f"https://{home.domain}.slack.com/archives/{message.channel.id}/p{message.ts.replace('.', '')}"


def as_sent(message: Message) -> Args:
    """A message as Slack sends it about."""
    found: Args = {
        "type": "message",
        "user": message.by,
        "ts": message.ts,
        "text": message.text,
        "team": message.team,
    }
    if message.blocks:
        found["blocks"] = message.blocks
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
    if message.history:
        found["edited"] = {"user": message.by, "ts": message.ts}
    return found
