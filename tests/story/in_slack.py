"""The story's Slack: its people's clients, the council's channel, and what lisbot is seen to do there."""

import asyncio
import json
import re
from collections.abc import Awaitable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from fakes.slack import FakeSlack
from fakes.slack_client import Slack, buttons
from fakes.slack_ui import find, shown
from fakes.slack_world import Channel, Message, Sight, SlackPerson, Version, View
from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.slack.endpoint import PATH
from story.folk import Colleague, typed
from story.witness import Witness

BY_COMMAND = {"Kari", "Pål"}  # they write to lisbot with its slash command, from the council's channel
PLAIN_LINK = re.compile(r"<(https://[^|>]+)(\|\1)?>")  # one that says where it goes


class Watched(FakeSlack):
    """A Slack that has what comes through it looked over."""

    witness: Witness

    async def answer(self, request: web.Request) -> web.Response:
        response = await super().answer(request)
        await self.look_over_new()
        return response

    async def answer_hook(self, request: web.Request) -> web.Response:
        response = await super().answer_hook(request)
        await self.look_over_new()
        return response

    async def look_over_new(self) -> None:
        new = [m for m in self.messages if m.by == self.bot and id(m) not in self.witness.came_as]
        for message in new:
            await self.witness.see(message.channel.id, message, readable(message), by_itself=is_notice(message))

    @property
    def bot(self) -> str:
        return next(iter(self.workspaces.values())).bot_user


@dataclass(frozen=True)
class ToldInSlack:
    message: Message
    witness: Witness

    @property
    def came(self) -> str:
        return self.witness.came_as[id(self.message)]

    @property
    def words(self) -> str:
        return readable(self.message)

    @property
    def edits(self) -> int:
        return len(self.message.history)

    @property
    def is_notice(self) -> bool:
        first = self.message.history[0] if self.message.history else self.message
        return is_notice(first)


class InSlack:
    """Slack as one of the platforms that lisbot works in."""

    name = "slack"

    def __init__(self, witness: Witness) -> None:
        self.witness, self.fake = witness, Watched()
        self.fake.witness = witness
        self.fake.allowed.append(PLAIN_LINK)
        self.room: Channel = self.fake.channel("samordningsrådet", is_private=True, with_bot=False)
        self.colleagues: list[Colleague] = []
        self.slack: Slack

    async def opens(self) -> None:
        await self.fake.__aenter__()

    async def closes(self) -> None:
        await self.fake.__aexit__()

    def env(self) -> dict[str, str]:
        return self.fake.env()

    def reaches(self, client: TestClient[Any, Any]) -> None:
        self.slack = Slack(client, self.fake)
        routes = client.app.router.routes()
        (receive,) = [r.handler for r in routes if r.resource and r.resource.canonical == PATH]
        self.background: BackgroundTasks = receive.__self__.handler.background

    async def rests(self) -> None:
        """Until all is done that follows the answers Slack has been given."""
        while self.background.running:
            await asyncio.wait(self.background.running)

    def colleague(self, name: str, email: str, locale: str) -> "ColleagueInSlack":
        """Somebody in the channel that lisbot is going to be invited to."""
        found = ColleagueInSlack(self, SlackPerson(name, email, locale=locale))
        self.fake.has(found.person)
        self.colleagues.append(found)
        self.room.members.append(found.person.id)
        return found

    async def is_installed_by(self, somebody: Any) -> None:
        await self.slack.adds_bot(somebody.person, self.room)

    def told(self, messages: Sequence[Message]) -> list[ToldInSlack]:
        return [ToldInSlack(m, self.witness) for m in messages if id(m) in self.witness.came_as]

    def hangs(self) -> list[ToldInSlack]:
        """What hangs in the council's channel for all to see."""
        return self.told(self.fake.messages_in(self.room))

    def shown_to_others(self, names: Collection[str]) -> Iterator[str]:
        for person in self.fake.people.values():
            if person.name not in names:
                yield from (as_sent(sight) for sight in self.fake.seen_by(person))

    def complaints(self) -> list[str]:
        """What Slack refuses, and what it says of lisbot to those who use it."""
        return [*self.fake.breaches, *self.slack.warnings]


class ColleagueInSlack(Colleague):
    """Somebody in Slack."""

    def __init__(self, home: InSlack, person: SlackPerson) -> None:
        self.home, self.person, self.name = home, person, person.name
        self.fake = home.fake
        self.hand: Message | View | None = None  # what is in front of them

    @property
    def slack(self) -> Slack:
        return self.home.slack

    @property
    def chat(self) -> Sequence[ToldInSlack]:
        return self.home.told(self.fake.messages_to(self.person))

    @property
    def before(self) -> str:
        return readable(self.hand) if self.hand else ""

    def take(self, told: ToldInSlack) -> None:
        self.hand = told.message

    async def says(self, words: str, *, in_room: bool = False) -> None:
        await self.puts_the_form_away()
        if self.name in BY_COMMAND:
            await self.and_sees(self.slack.slash(self.person, words, self.home.room))
        else:
            await self.and_sees(self.slack.say(self.person, words, self.home.room if in_room else None))

    async def opens_own_page(self) -> None:
        await self.puts_the_form_away()
        await self.slack.home(self.person)
        await self.home.rests()
        self.hand = self.fake.homes[self.person.id]

    async def presses(self, title: str, beside: str = "", *, on: ToldInSlack | None = None) -> None:
        thing = on.message if on else self.hand
        assert thing, f"{self.name} has nothing in front of them"
        if isinstance(thing, Message):
            await self.puts_the_form_away()
        block, element = find(as_pressed(thing, title) if on else thing, title, beside)
        await self.and_sees(self.uses(thing, block, element))

    async def sends(self, verb: str, /, **data: Any) -> None:
        await self.puts_the_form_away()
        thing = self.chat[-1].message
        value = {"type": "button", "value": json.dumps(data)}
        element = {"action_id": f"0:{verb}", "text": {"type": "plain_text", "text": verb}, **value}
        await self.and_sees(self.slack.act(self.person, thing, {"block_id": "forged"}, element, value))

    async def fills_in(self, title: str, **given: Any) -> None:
        if self.fake.modal(self.person) is None:
            await self.opens_what_is_offered()
        form = self.slack.top(self.person)
        assert form.body["submit"]["text"] == title, f"the form is sent by «{form.body['submit']['text']}»"
        await self.and_sees(self.slack.submit(self.person, typed(given)))

    async def opens_what_is_offered(self) -> None:
        """No form opens at what somebody writes: it is offered with a button."""
        assert isinstance(self.hand, Message), f"no form is offered to {self.name}"
        (offered,) = buttons(self.hand)
        await self.presses(offered)

    async def uses(self, thing: Message | View, block: dict[str, Any], element: dict[str, Any]) -> None:
        self.slack.must_be_before(self.person, thing)
        value = {"type": "button", "value": element["value"]}
        await self.slack.act(self.person, thing, block, element, value)

    async def puts_the_form_away(self) -> None:
        if self.fake.modal(self.person):
            await self.slack.close(self.person, is_whole=True)

    async def and_sees(self, doing: Awaitable[Any]) -> None:
        """Do it; what changes before their eyes because of it is in front of them then."""
        before = self.sight()
        await doing
        await self.home.rests()
        changed = [thing for thing, how in self.sight().items() if before.get(thing) != how]
        assert changed, f"{self.name} is shown no answer"
        self.hand = changed[-1]

    def sight(self) -> dict[Message | View, Any]:
        """What an answer may be or change, each with how it stands; what comes by itself is no answer."""
        told = [*self.chat, *self.home.hangs()]
        found = {t.message: t.edits for t in told if t.edits or not t.is_notice}
        modal = self.fake.modal(self.person)
        return {**found, modal: (modal.hash, modal.errors)} if modal else found


def is_notice(message: Message) -> bool:
    """Whether this came by itself: such a message says first why they get it."""
    return bool(message.blocks) and message.blocks[0]["type"] == "context"


def as_pressed(message: Message, title: str) -> Message | Version:
    """The message as it stands, or as a client still shows it that has not drawn the last change."""
    stood = [message, *reversed(message.history)]
    return next((each for each in stood if title in buttons(each)), message)


def readable(thing: Message | View) -> str:
    """All that is to be read on it as it stands, and what somebody has typed there."""
    blocks = [on_one_line(block) for block in thing.blocks]
    if isinstance(thing, Message):
        return shown(replace(thing, blocks=blocks))
    states = (state for inside in thing.values.values() for state in inside.values())
    typed_in = (state["value"] for state in states if state.get("value"))
    return "\n".join([shown(replace(thing, body={**thing.body, "blocks": blocks})), *typed_in])


def as_sent(sight: Sight) -> str:
    """All of it, read or not, but for the ids that Slack makes up."""
    words = json.dumps([sight.kind, sight.where, sight.text, sight.blocks], ensure_ascii=False)
    return re.sub(r'"block_id": "[^"]*"', "", words)


def on_one_line(block: dict[str, Any]) -> dict[str, Any]:
    """A fact's title and value stand one above the other in Slack; they are read as «title: value»."""
    if "fields" not in block:
        return block
    fields = [{**each, "text": each["text"].replace("*\n", "*: ", 1)} for each in block["fields"]]
    return {**block, "fields": fields}
