"""The story's Teams: its people's clients, the council's channel, and what lisbot is seen to do there."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from cardlint import lint
from fakes.connector import CARD, FakeConnector, Sent
from fakes.teams import TENANT, Person, Teams
from lisbot.cards.draw import CHOSEN
from lisbot.render.words import words as words_of
from story.folk import Colleague, typed
from story.witness import Witness

ROOM = "19:samordning@thread.tacv2"


class Connector(FakeConnector):
    """A Connector that has what comes through it looked over."""

    witness: Witness
    drawn: list[tuple[str, str]]  # in which conversation, and all that was sent: also what was edited since

    async def send(self, request: web.Request) -> web.Response:
        before = len(self.sent)
        response = await super().send(request)
        for sent in self.sent[before:]:
            self.look_over(sent)
            self.drawn.append((sent.conversation, json.dumps(sent.activity, ensure_ascii=False)))
            await self.witness.see(sent.conversation, sent, message(sent), by_itself=is_notice(sent))
        return response

    async def update(self, request: web.Request) -> web.Response:
        response = await super().update(request)
        if found := self.find(request):
            self.look_over(found)
            self.drawn.append((found.conversation, json.dumps(found.activity, ensure_ascii=False)))
        return response

    def look_over(self, sent: Sent) -> None:
        for attached in sent.activity.get("attachments") or ():
            assert attached["contentType"] == CARD
            self.witness.breaches += lint(attached["content"])


@dataclass(frozen=True)
class ToldInTeams:
    sent: Sent
    witness: Witness

    @property
    def came(self) -> str:
        return self.witness.came_as[id(self.sent)]

    @property
    def words(self) -> str:
        return message(self.sent)

    @property
    def edits(self) -> int:
        return self.sent.edits

    @property
    def is_notice(self) -> bool:
        return is_notice(self.sent)


class InTeams:
    """Teams as one of the platforms that lisbot works in."""

    name = "teams"

    def __init__(self, witness: Witness) -> None:
        self.witness, self.connector = witness, Connector()
        self.connector.witness, self.connector.drawn = witness, []
        self.colleagues: list[Colleague] = []
        self.teams: Teams

    async def opens(self) -> None:
        await self.connector.__aenter__()

    async def closes(self) -> None:
        await self.connector.__aexit__()

    def env(self) -> dict[str, str]:
        return self.connector.env(TEAMS_TENANTS=TENANT)

    def reaches(self, client: TestClient[Any, Any]) -> None:
        self.teams = Teams(client, self.connector)

    async def rests(self) -> None:
        """In Teams an answer is all there is."""

    def colleague(self, name: str, email: str, locale: str) -> "ColleagueInTeams":
        """Somebody in the team that lisbot is going to be installed in."""
        found = ColleagueInTeams(self, name, email, locale)
        self.colleagues.append(found)
        self.connector.rosters.setdefault(ROOM, []).append(found.person.roster_entry)
        return found

    async def is_installed_by(self, somebody: Any) -> None:
        await self.teams.install(somebody.person, ROOM)

    def told(self, conversation: str) -> list[ToldInTeams]:
        return [ToldInTeams(s, self.witness) for s in self.connector.sent if s.conversation == conversation]

    def hangs(self) -> list[ToldInTeams]:
        """What was sent to the council's channel."""
        return self.told(ROOM)

    def shown_to_others(self, names: Collection[str]) -> Iterator[str]:
        own = [c.person.chat for c in self.colleagues if c.name in names]
        yield from (words for conversation, words in self.connector.drawn if conversation not in own)

    def complaints(self) -> list[str]:
        return []


class ColleagueInTeams(Colleague):
    """Somebody in Teams."""

    def __init__(self, home: InTeams, name: str, email: str, locale: str) -> None:
        self.home, self.name = home, name
        self.person = Person(name, email, locale=locale)
        self.hand: dict[str, Any] = {}  # the card in front of them
        self.answer = ""  # the words they were answered with, where that was no card

    @property
    def chat(self) -> Sequence[ToldInTeams]:
        return self.home.told(self.person.chat)

    @property
    def before(self) -> str:
        return plain(words_of(self.hand, buttons=True)) if self.hand else self.answer

    def take(self, told: ToldInTeams) -> None:
        self.see(told.sent.activity)

    def see(self, activity: dict[str, Any]) -> None:
        found = [a["content"] for a in activity.get("attachments") or () if a["contentType"] == CARD]
        self.hand, self.answer = (found[0], "") if found else ({}, activity.get("text") or "")

    async def says(self, words: str, *, in_room: bool = False) -> None:
        where = ROOM if in_room else ""
        before = len(self.home.connector.sent)
        response = await self.home.teams.say(self.person, words, where, mention=in_room)
        assert response.status == 200
        answers = [
            s
            for s in self.home.connector.sent[before:]
            if s.conversation == (where or self.person.chat) and not is_notice(s)
        ]
        assert answers, f"no answer to «{words}»"
        self.see(answers[-1].activity)

    async def opens_own_page(self) -> None:
        await self.says("saker")

    async def presses(self, title: str, beside: str = "", *, on: ToldInTeams | None = None, **given: Any) -> None:
        """Press a button of the card in front of them (or of `on`), with its inputs filled in by label."""
        card = on.sent.card if on else self.hand
        action, inputs = find(card, title, beside)
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            data |= fill(inputs, typed(given))
        else:
            assert not given
        await self.does(action["verb"], data, on.sent.conversation if on else "")

    async def sends(self, verb: str, /, **data: Any) -> None:
        await self.does(verb, data)

    async def does(self, verb: str, data: dict[str, Any], where: str = "") -> None:
        answer = await self.home.teams.press(self.person, verb, data, where)
        assert answer["statusCode"] == 200, answer
        if answer["type"] == CARD:
            self.hand, self.answer = answer["value"], ""
            assert lint(self.hand) == []
        else:
            self.hand, self.answer = {}, answer["value"]

    async def fills_in(self, title: str, **given: Any) -> None:
        await self.presses(title, **given)


def is_notice(sent: Sent) -> bool:
    """Whether this came by itself and answers nothing: such a card says at its top why they get it."""
    found = sent.activity.get("attachments") or ()
    return bool(found) and "replyToId" not in sent.activity and found[0]["content"]["body"][0].get("size") == "Small"


def message(sent: Sent) -> str:
    if sent.activity.get("attachments"):
        return plain(words_of(sent.card, buttons=True))
    return sent.text


def plain(words: str) -> str:
    """A card's words as they look when Teams has drawn its Markdown."""
    return words.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ").replace("\N{ZERO WIDTH SPACE}", "")


def parts(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for name in ("body", "items", "columns", "actions"):
        for inner in node.get(name) or ():
            yield from parts(inner)


def find(card: dict[str, Any], title: str, beside: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The button of this title, chosen or not, in the smallest part of the card that says `beside`; and all inputs."""
    holders = [p for p in parts(card) if p.get("type") in ("AdaptiveCard", "Container")]
    said = {id(p): plain(words_of({"body": [p]} if p.get("type") == "Container" else p)) for p in holders}
    for holder in sorted(holders, key=lambda p: len(said[id(p)])):
        if beside not in said[id(holder)]:
            continue
        buttons = (p for p in parts(holder) if p.get("type") == "Action.Execute")
        found = [each for each in buttons if each["title"].removeprefix(CHOSEN) == title]
        if found:
            return found[0], [p for p in parts(card) if p["type"].startswith("Input.")]
    raise AssertionError(f"no «{title}» beside «{beside}» on:\n{plain(words_of(card, buttons=True))}")


def fill(inputs: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, str]:
    """What a client sends of a card's inputs. It stops what the card says cannot be sent."""
    values = {i["id"]: str(i.get("value", "")) for i in inputs}
    by_label = {i.get("label") or i["title"]: i for i in inputs}
    for label, value in given.items():
        assert label in by_label, f"no «{label}» among {list(by_label)}"
        asked = by_label[label]
        if asked["type"] == "Input.ChoiceSet":
            titles = {plain(c["title"]): c["value"] for c in asked["choices"]}
            wanted = value if isinstance(value, list) else [value]
            assert set(wanted) <= set(titles), f"{label}: {wanted} of {list(titles)}"
            value = ",".join(titles[title] for title in wanted)
        elif asked["type"] == "Input.Toggle":
            value = asked["valueOn"] if value else asked["valueOff"]
        values[asked["id"]] = str(value)
    for asked in inputs:
        value = values[asked["id"]]
        assert value or not asked.get("isRequired"), asked["errorMessage"]
        assert len(value) <= asked.get("maxLength", len(value)), f"{asked['label']} is too long"
    return values
