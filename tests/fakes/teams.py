"""A Teams client: says and presses things as somebody, the way Teams tells a bot of it."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

import builders
from fakes.connector import CARD, FakeConnector
from lisbot.commands import changes_something

PAYLOADS = Path(__file__).parents[1] / "payloads/teams"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
FOREIGN = "ffffffff-0000-4000-8000-000000000009"
BOT = {"id": "28:lisbot", "name": "lisbot"}
TEAM = "19:team@thread.tacv2"
GROUP = "19:group@thread.v2"
SHARED = "19:shared@thread.tacv2"  # a channel of TENANT's in which people of other tenants sit


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    tenant: str = TENANT
    locale: str = "nb-NO"
    role: str = "user"
    home: str = ""  # the tenant a guest comes from

    @property
    def id(self) -> str:
        return f"29:{self.name}"

    @property
    def object_id(self) -> str:
        return f"object-of-{self.name}"

    @property
    def chat(self) -> str:
        return f"a:{self.id}"

    @property
    def roster_entry(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "aadObjectId": self.object_id,
            "objectId": self.object_id,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": self.home or self.tenant,
            "userRole": self.role,
        }


KARI = Person("Kari", builders.KARI)
STRANGER = Person("Ola", "ola@example.no")


LONGEST_WAY = 5  # buttons from the menu

Card = dict[str, Any]


@cache
def read_payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return found


def payload(name: str) -> dict[str, Any]:
    """A request as Teams documents it (tests/payloads/teams)."""
    return copy.deepcopy(read_payload(name)["activity"])


# Which request each kind of activity is shaped like, in each kind of conversation.
SHAPES = {
    ("message", "personal"): "message_personal",
    ("message", "channel"): "message_channel",
    ("message", "groupChat"): "message_group",
    ("conversationUpdate", "personal"): "bot_added_to_chat",
    ("conversationUpdate", "channel"): "bot_added_to_team",
    ("conversationUpdate", "groupChat"): "bot_added_to_group",
    ("installationUpdate", "personal"): "installed_in_chat",
    ("installationUpdate", "channel"): "installed_in_team",
    ("installationUpdate", "groupChat"): "installed_in_chat",
}


def shape_of(kind: str, where: str) -> dict[str, Any]:
    default = "invoke_execute" if kind == "invoke" else f"message_{'channel' if where == 'channel' else 'personal'}"
    found = payload(SHAPES.get((kind, where), default))
    for name in ("text", "textFormat", "attachments", "value", "name", "replyToId", "action", "membersAdded"):
        found.pop(name, None)
    # What is said to lisbot in company mentions it only where a test says so.
    found["entities"] = [entity for entity in found.get("entities", ()) if entity["type"] != "mention"]
    return found


class Teams:
    """What a Teams client sends to lisbot, and what it gets back."""

    def __init__(self, client: TestClient[Any, Any], connector: FakeConnector) -> None:
        self.client, self.connector = client, connector

    async def post(self, activity: Any, token: str | None = "", **options: Any) -> ClientResponse:
        """Send to the endpoint; a token of the connector's own unless told."""
        token = self.connector.sign() if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= options.pop("headers", {})
        if "data" not in options:
            options["json"] = activity
        return await self.client.post("/api/messages", headers=headers, **options)

    async def post_payload(self, name: str) -> ClientResponse:
        """Send a documented request, as it is but for the connector's own address."""
        activity = payload(name)
        if activity["conversation"]["conversationType"] == "personal":
            self.meet(KARI)
        return await self.post({**activity, "serviceUrl": self.connector.url})

    def meet(self, person: Person) -> None:
        """Somebody has a chat with lisbot: its roster has one member."""
        self.connector.alone.setdefault(person.id, person.chat)
        roster = self.connector.rosters.setdefault(person.chat, [])
        if person.roster_entry not in roster:
            roster.append(person.roster_entry)

    def activity(self, person: Person, kind: str, where: str = "", **more: Any) -> dict[str, Any]:
        """An activity in the shape that Teams documents."""
        where = where or person.chat
        if where == person.chat:
            self.meet(person)
        activity = shape_of(kind, kind_of(where))
        activity["conversation"] |= {"id": where, "tenantId": person.tenant, "conversationType": kind_of(where)}
        if where != person.chat:
            activity["conversation"]["isGroup"] = True
        activity["channelData"]["tenant"] = {"id": person.tenant}
        if kind_of(where) == "channel":
            activity["channelData"].setdefault("team", {"id": TEAM})
        return {
            **activity,
            "type": kind,
            "id": "activity-1",
            "serviceUrl": self.connector.url,
            "from": {"id": person.id, "name": person.name, "aadObjectId": person.object_id},
            "recipient": BOT,
            "locale": person.locale,
            **more,
        }

    async def say(self, person: Person, text: str, where: str = "", *, mention: bool = False) -> ClientResponse:
        activity = self.activity(person, "message", where, text=text, textFormat="plain")
        if mention:
            mentioned = payload("message_channel")["entities"][0]
            assert mentioned["mentioned"] == BOT
            activity |= {"text": f"{mentioned['text']}&nbsp;{text}", "entities": [mentioned]}
        return await self.post(activity)

    async def press(
        self, person: Person, verb: str, data: Any = None, where: str = "", *, trigger: str = "manual"
    ) -> dict[str, Any]:
        """Execute any action at all, as a forger can. What a card really offers is pressed by press_button."""
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data or {}}, "trigger": trigger}
        response = await self.post(self.activity(person, "invoke", where, name="adaptiveCard/action", value=value))
        assert response.status == 200, response.status
        answer: dict[str, Any] = await response.json()
        return answer

    async def press_button(
        self, person: Person, card: Card, command: str, where: str = "", *, about: Any = None, **typed: Any
    ) -> dict[str, Any]:
        """Press the card's own button for a command, with what is typed in its inputs.

        `about`: what the button must carry, where there are several.
        """
        button = find_button(card, command, about or {})
        assert typed.keys() <= {field["id"] for field in inputs(card)}, f"not all asked for: {set(typed)}"
        # The client sends what stands in every input of the card, unless the button says not to.
        filled = {} if button.get("associatedInputs") == "none" else {f["id"]: f.get("value", "") for f in inputs(card)}
        return await self.press(person, button["verb"], {**button.get("data", {}), **filled, **typed}, where)

    async def submit(self, person: Person, value: Any, where: str = "", reply_to: str = "") -> ClientResponse:
        """Press a button in a client that does not know Action.Execute."""
        more = {"replyToId": reply_to} if reply_to else {}
        return await self.post(self.activity(person, "message", where, value=value, **more))

    async def install(self, person: Person, where: str = "") -> None:
        """Both activities that Teams tells an installation with."""
        added = self.activity(person, "conversationUpdate", where, membersAdded=[BOT])
        assert (await self.post(added)).status == 200
        update = self.activity(person, "installationUpdate", where, action="add")
        assert (await self.post(update)).status == 200


class Client:
    """Somebody at their Teams: sees cards, and presses only what is on them.

    `on_card` is told of every card that is shown, with the command it came of.
    """

    def __init__(self, teams: Teams, person: Person, on_card: Callable[[str, Card], None] = lambda *_: None) -> None:
        self.teams, self.person, self.on_card = teams, person, on_card
        self.card: Card = {}

    async def say(self, words: str) -> Card:
        before = len(self.teams.connector.sent)
        assert (await self.teams.say(self.person, words)).status == 200
        (sent,) = self.teams.connector.sent[before:]
        return self.see(words, sent.card)

    async def press(self, command: str, about: Any = None, /, **typed: Any) -> Card:
        """Press a button of the card that is shown. Returns the card that takes its place."""
        answer = await self.teams.press_button(self.person, self.card, command, about=about, **typed)
        assert (answer["statusCode"], answer["type"]) == (200, CARD), (command, answer["value"])
        return self.see(command, answer["value"])

    def see(self, command: str, card: Card) -> Card:
        self.card = card
        self.on_card(command, card)
        return card

    async def do(self, command: str, about: dict[str, Any] | None = None, /, **typed: Any) -> Card:
        """Find the button for a command, wherever it is, press it, and fill in its form if it asks for one."""
        await self.go_to(command, about or {})
        if find_button(self.card, command, about or {})["verb"] == "ask":
            await self.press(command, about)
            return await self.press(command, **typed)
        assert not typed
        return await self.press(command, about)

    async def go_to(self, command: str, about: dict[str, Any]) -> None:
        """Look at the card that is shown; or else walk from the menu, by buttons that only show something, to the
        nearest one that has a button for this. Fails where no way leads there."""
        if offers(self.card, command, about):
            return
        async for _, card in self.walk():
            if offers(card, command, about):
                self.card = card
                return
        raise AssertionError(f"{self.person.name} finds no button for {command} {about}")

    async def look_around(self) -> set[str]:
        """All commands whose cards are seen by walking from the menu."""
        return {name async for name, _ in self.walk()}

    async def walk(self) -> AsyncIterator[tuple[str, Card]]:
        """The cards that are seen from the menu on, the nearest first. What is pressed changes nothing."""
        cards = [("menu.show", await self.say("hjelp"), 0)]
        seen = {("menu.show", "{}")}
        for command, card, way in cards:
            yield command, card
            for name, carried, action in buttons(card):
                step = (name, json.dumps(carried, sort_keys=True))
                if action["verb"] == "ask" or changes_something(name) or step in seen or way == LONGEST_WAY:
                    continue
                seen.add(step)
                self.card = card
                cards.append((name, await self.press(name, carried), way + 1))


def kind_of(where: str) -> str:
    if where.startswith("a:"):
        return "personal"
    return "groupChat" if where == GROUP else "channel"


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Everything in a card that has a type, but for what only old clients draw."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for name, inner in node.items():
            if name not in ("fallback", "data"):
                yield from walk(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from walk(inner)


def inputs(card: Card) -> list[dict[str, Any]]:
    return [element for element in walk(card) if element["type"].startswith("Input.")]


def links(card: Card) -> list[str]:
    return [element["url"] for element in walk(card) if element["type"] == "Action.OpenUrl"]


def buttons(card: Card) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """A card's buttons: the command each runs or asks the form of, what it carries, and the action itself."""
    found = []
    for action in walk(card):
        if action["type"] == "Action.Execute":
            data = action.get("data", {})
            is_asking = action["verb"] == "ask"
            name, given = (data["command"], data["args"]) if is_asking else (action["verb"], data)
            found.append((name, given, action))
    return found


def find_button(card: Card, command: str, about: dict[str, Any]) -> dict[str, Any]:
    """The first button for a command that carries this. Fails where the card has none."""
    for name, given, action in buttons(card):
        if name == command and about.items() <= given.items():
            return action
    offered = [(name, given) for name, given, _ in buttons(card)]
    raise AssertionError(f"no button for {command} {about}, only {offered}")


def offers(card: Card, command: str, about: dict[str, Any]) -> bool:
    return any(name == command and about.items() <= carried.items() for name, carried, _ in buttons(card))


def words_of(card: Card) -> list[str]:
    """The texts of a card, in their order, as they stand in its JSON."""
    found: list[str] = []
    for element in walk(card):
        if element["type"] == "TextBlock":
            found.append(element["text"])
        elif element["type"] == "FactSet":
            found += [part for fact in element["facts"] for part in (fact["title"], fact["value"])]
    return found
