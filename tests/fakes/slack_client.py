"""A Slack client: says and presses things as somebody, and shows them what the app answers, as Slack does."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp.test_utils import TestClient

from fakes import slack_payloads as payloads
from fakes import slack_views as views
from fakes.slack import FakeSlack
from fakes.slack_checks import Refusal
from fakes.slack_response_urls import answer
from fakes.slack_rules import elements
from fakes.slack_transport import AppAnswer, Http, Payload, Transport
from fakes.slack_ui import Stopped, chosen, fill, find, inputs, unfilled
from fakes.slack_world import Channel, Message, SlackPerson, View, Workspace

T = TypeVar("T")
RETRIES = 3  # of an event: at once, after a minute, after five
SCOPES = {
    ("app_mention", ""): "app_mentions:read",
    ("message", "im"): "im:history",
    ("member_joined_channel", "C"): "channels:read",
    ("member_joined_channel", "G"): "groups:read",
}


class Slack:
    """Everybody's Slack. What is sent goes over `transport`: HTTP to the app's one address unless told."""

    def __init__(
        self,
        client: TestClient[Any, Any] | None,
        fake: FakeSlack,
        *,
        transport: Transport | None = None,
        **options: Any,
    ) -> None:
        self.fake = fake
        self.transport: Transport = transport or Http(client, fake.signing_secret, **options)  # type: ignore[arg-type]
        self.last: Payload = {}  # the last event, for `retry`
        self.warnings: list[str] = []  # what people saw Slack complain of
        self.given: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}  # choices made on messages

    def home_of(self, person: SlackPerson, where: Channel | None = None) -> Workspace:
        """The workspace in which the app meets this person: the channel's, else their own."""
        self.fake.has(person)
        team = where.team if where else person.team
        if team not in self.fake.workspaces or not self.fake.workspaces[team].is_installed:
            raise Stopped(f"the app is not in {team}")
        return self.fake.workspaces[team]

    # Events

    async def event(self, home: Workspace, event: Payload, **more: Any) -> AppAnswer:
        """Tell the app; again, up to three times, when it does not say 2xx within three seconds."""
        needed = SCOPES.get((event["type"], event.get("channel_type", "")))
        if needed and needed not in home.scopes:
            raise Stopped(f"Slack sends no {event['type']} without {needed}")
        self.last = payloads.event(self.fake, home, event, **more)
        heard = await self.transport.send("events_api", self.last)
        for number in range(1, RETRIES + 1):
            if heard.is_well or not heard.may_retry:
                break
            self.warnings.append(f"{event['type']}: {heard.status or heard.reason}")
            heard = await self.retry(number, heard.reason)
        return heard

    async def retry(self, number: int = 1, reason: str = "http_timeout", last: Payload | None = None) -> AppAnswer:
        """Send an event once more, the last one unless told: the same event id, as after a lost answer."""
        return await self.transport.send("events_api", last or self.last, (number, reason))

    async def say(self, person: SlackPerson, words: str, where: Channel | None = None) -> AppAnswer:
        """Write to the bot alone, or, in a channel, mention it."""
        home = self.home_of(person, where)
        where = where or self.fake.direct(person)
        if home.bot_user not in where.members:
            raise Stopped(f"the app is not in #{where.name}")
        message = self.write(person, words, where, mention="" if where.is_im else home.bot_user)
        return await self.event(home, payloads.said(person, home, message))

    def write(self, person: SlackPerson, words: str, where: Channel, *, mention: str = "") -> Message:
        """Write in a channel. The app is told of it only when it is mentioned."""
        if person.id not in where.members:
            raise Stopped(f"{person.name} is not in #{where.name}")
        said = html.escape(words, quote=False)
        said = f"<@{mention}> {said}" if mention else said
        return self.fake.put(self.home_of(person, where), where, said, [], by=person.id)

    async def echo(self, message: Message) -> AppAnswer:
        """Tell the app of its own direct message, or of the edit of it, as Slack does."""
        home = self.fake.workspaces[message.team]
        return await self.event(home, payloads.echo(home, message))

    async def home(self, person: SlackPerson, tab: str = "home") -> View | None:
        """Open the app's home, and see what it shows once the app has drawn it (or for a moment has not)."""
        home = self.home_of(person)
        view, drawn = self.fake.homes.get(person.id), self.fake.home_draws(person)
        opened = payloads.home_opened(person, self.fake.direct(person), tab, view, self.fake.new_ts())
        await self.event(home, opened)
        with suppress(Stopped):
            await self.until(lambda: self.fake.home_draws(person) > drawn)
        return self.fake.homes.get(person.id)

    async def until(self, is_so: Callable[[], T | None], *, seconds: float = 2.0) -> T:
        """Wait for what the app does after its answer. Raises Stopped when it does not."""
        for _ in range(int(seconds * 100)):
            if found := is_so():
                return found
            await asyncio.sleep(0.01)
        raise Stopped(f"it has not come to that in {seconds:g} s")

    async def joins(self, person: SlackPerson, where: Channel) -> AppAnswer:
        self.fake.has(person)
        if person.id not in where.members:
            where.members.append(person.id)
        home = self.fake.workspaces[where.team]
        return await self.event(home, payloads.joined(person.id, person.team, where, self.fake.new_ts()))

    async def adds_bot(self, person: SlackPerson, where: Channel) -> AppAnswer:
        """Somebody invites the app to a channel."""
        home = self.home_of(person, where)
        if home.bot_user not in where.members:
            where.members.append(home.bot_user)
        joined = payloads.joined(home.bot_user, home.id, where, self.fake.new_ts())
        return await self.event(home, {**joined, "inviter": person.id})

    async def uninstalls(self, team: str) -> None:
        """An administrator removes the app: its tokens are dead, and two events say so, in no given order."""
        home = self.fake.workspaces[team]
        home.is_installed = False
        await self.event(home, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [home.bot_user]}})
        await self.event(home, {"type": "app_uninstalled"})

    async def verifies_url(self) -> bool:
        """What the app's settings page does with a new address: it must say back what it is sent."""
        challenge = payloads.verification(self.fake)
        heard = await self.transport.send("events_api", challenge)
        return heard.is_well and challenge["challenge"] in (heard.words, heard.body.get("challenge"))

    async def checks_ssl(self) -> AppAnswer:
        """Slack looks now and then whether the address of a command has a certificate it trusts."""
        return await self.transport.send("slash_commands", {"ssl_check": "1", "token": payloads.TOKEN})

    # Slash commands

    async def slash(
        self, person: SlackPerson, words: str = "", where: Channel | None = None, command: str = "/lisbot"
    ) -> AppAnswer:
        """Type a command. What the ack says is shown to that person alone, unless it says in_channel."""
        home = self.home_of(person)
        where = where or self.fake.direct(person)
        if "commands" not in home.scopes:
            raise Stopped(f"{command} is not a command in {home.name}")
        url = self.fake.response_url("commands", home, where, person)
        payload = payloads.slash(self.fake, person, home, where, command, html.escape(words, quote=False), url)
        heard = await self.transport.send("slash_commands", payload)
        if self.is_answered(heard, command) and heard.words:
            try:
                answer(self.fake, self.fake.response_urls[url.rsplit("/", 1)[1]], heard.body)
            except Refusal as refusal:
                raise Stopped(f"Slack does not show the ack of {command}: {refusal.body}") from refusal
        return heard

    def is_answered(self, heard: AppAnswer, what: str) -> bool:
        """Whether it went well; else the person sees that it did not."""
        if not heard.is_well:
            self.warnings.append(f"{what}: {heard.status or 'operation_timeout'}")
        return heard.is_well

    # Buttons and forms

    async def press(
        self,
        person: SlackPerson,
        on: Message | View,
        title: str = "",
        *,
        beside: str = "",
        action_id: str = "",
        value: Any = None,
    ) -> AppAnswer:
        """Press the button (or choose the option) of this title on a message, modal or home."""
        self.must_be_before(person, on)
        block, element = find(on, title, beside, action_id)
        state = chosen(element, title if value is None else value)
        return await self.act(person, on, block, element, state)

    async def act(
        self, person: SlackPerson, on: Message | View, block: Payload, element: Payload, state: Payload
    ) -> AppAnswer:
        """Send what Slack sends when this element is used; nothing comes back in the answer's body."""
        home = self.fake.workspaces[on.team]
        self.fake.has(person)
        action = payloads.action(block, element, state, self.fake.new_ts())
        values = self.standing(person, on)
        if element["type"] not in ("button", "overflow"):
            values[block["block_id"]][element["action_id"]] = state
        payload = payloads.block_actions(self.fake, person, home, on, action, values)
        heard = await self.transport.send("interactive", payload)
        if self.is_answered(heard, f"press of {element['action_id']}") and heard.words:
            raise Stopped(f"the answer to a press has no body in Slack: {heard.words[:200]}")
        return heard

    def standing(self, person: SlackPerson, on: Message | View) -> dict[str, dict[str, Any]]:
        """What has been chosen and typed on this so far."""
        if isinstance(on, View):
            return on.values
        return self.given.setdefault((on.ts, person.id), views.standing(on.blocks))

    def must_be_before(self, person: SlackPerson, on: Message | View) -> None:
        """Nobody presses what they do not see as it stands now."""
        if isinstance(on, Message):
            is_there = person.id in on.channel.members and on.user in ("", person.id)
            if on.is_deleted or not is_there:
                raise Stopped(f"{person.name} does not have that message before them")
            return
        is_up = on is self.fake.homes.get(person.id) if on.kind == "home" else on is self.fake.modal(person)
        if not is_up:
            raise Stopped(f"{person.name} does not have that {on.kind} before them")

    def top(self, person: SlackPerson) -> View:
        view = self.fake.modal(person)
        if view is None:
            raise Stopped(f"{person.name} has no form before them")
        return view

    async def form(self, person: SlackPerson) -> View:
        """The uppermost form, as soon as the app has opened one."""
        return await self.until(lambda: self.fake.modal(person))

    def type(self, person: SlackPerson, given: Mapping[str, Any]) -> None:
        """Fill in the form that is uppermost, by label, without sending it."""
        fill(self.top(person), given)

    async def submit(self, person: SlackPerson, given: Mapping[str, Any] | None = None, **labelled: Any) -> AppAnswer:
        """Fill in the uppermost form by label and send it; then do what the app answers."""
        view = await self.form(person)
        fill(view, {**(given or {}), **labelled})
        if "submit" not in view.body:
            raise Stopped(f"«{view.title}» has nothing to send it with")
        if empty := unfilled(view):
            raise Stopped(f"please complete these required fields: {empty}")
        home = self.fake.workspaces[view.team]
        heard = await self.transport.send("interactive", payloads.submission(self.fake, person, home, view))
        if self.is_answered(heard, f"sending «{view.title}»"):
            self.follow(person, home, view, heard)
        return heard

    def follow(self, person: SlackPerson, home: Workspace, view: View, heard: AppAnswer) -> None:
        """Do with the modal what the answer to its submission says."""
        body = heard.body
        if heard.words and (not heard.is_json or "response_action" not in body):
            raise Stopped(f"Slack has trouble with this answer: {heard.words[:200]}")
        stack = self.fake.stacks[person.id]
        try:
            match body.get("response_action"):
                case None:
                    stack.pop().is_open = False
                case "clear":
                    self.fake.close_all(person)
                case "errors":
                    view.errors = known_errors(view, body["errors"])
                case "update":
                    views.change(self.fake, view, views.check(self.fake, body["view"], "modal", view))
                case "push":
                    views.push(self.fake, home, person, views.check(self.fake, body["view"], "modal"))
                case other:
                    raise Stopped(f"Slack knows no response_action {other}")
        except Refusal as refusal:
            raise Stopped(f"Slack has trouble with this answer: {refusal.body}") from refusal

    async def close(self, person: SlackPerson, *, is_whole: bool = False) -> AppAnswer | None:
        """Press Cancel on the uppermost form, or the cross that closes all; the app hears if it asked to."""
        view = self.top(person)
        home = self.fake.workspaces[view.team]
        if is_whole or view.body.get("clear_on_close"):
            self.fake.close_all(person)
        else:
            self.fake.stacks[person.id].pop().is_open = False
        if not view.body.get("notify_on_close"):
            return None
        return await self.transport.send("interactive", payloads.closed(person, home, view, is_whole))

    async def shortcut(self, person: SlackPerson, message: Message, callback_id: str) -> AppAnswer:
        """Choose one of the app's entries in a message's own menu."""
        self.must_be_before(person, message)
        home = self.home_of(person, message.channel)
        payload = payloads.shortcut(self.fake, person, home, message, callback_id)
        heard = await self.transport.send("interactive", payload)
        self.is_answered(heard, f"shortcut {callback_id}")
        return heard


def known_errors(view: View, errors: Any) -> dict[str, str]:
    """The errors, each beside an input there is; Slack shows trouble instead when one is not."""
    known = {block["block_id"] for block, _ in inputs(view).values()}
    if not isinstance(errors, dict) or not errors or set(errors) - known:
        raise Stopped(f"errors beside no input of this view: {errors}")
    if not all(isinstance(words, str) and words for words in errors.values()):
        raise Stopped(f"an error says nothing: {errors}")
    return dict(errors)


def buttons(on: Message | View) -> list[str]:
    """The titles of the buttons on this, in order."""
    return [e["text"]["text"] for _, e in elements(on.blocks) if e["type"] == "button"]
