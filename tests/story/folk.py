"""The people of the story, each at their own door: Teams, the pages, or the command line.

They see words and press what is in front of them; a button's verb and data are taken from the card that
was really sent, and a page's from the form that really stood there.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, CookieJar

from cardlint import lint
from fakes.connector import Sent
from fakes.teams import Person
from lisbot import cli
from lisbot.render.words import words as words_of
from story.paper import Paper, Sending

CARD = "application/vnd.microsoft.card.adaptive"


class Colleague:
    """Somebody in Teams."""

    def __init__(self, world: Any, name: str, email: str, locale: str = "nb-NO") -> None:
        self.world = world
        self.person = Person(name, email, locale=locale)
        self.hand: dict[str, Any] = {}  # the card in front of them: the last one they were answered with
        self.told = ""  # the last words they were answered with

    # What there is to see

    @property
    def chat(self) -> list[Sent]:
        return [s for s in self.world.connector.sent if s.conversation == self.person.chat]

    @property
    def notices(self) -> list[Sent]:
        return [s for s in self.chat if is_notice(s)]

    def sees(self, *wanted: str) -> None:
        """The last answer says all this."""
        said = plain(words_of(self.hand, buttons=True)) if self.hand else self.told
        for words in wanted:
            assert words in said, f"«{words}» is not in what {self.person.name} sees:\n{said}"

    def does_not_see(self, *unwanted: str) -> None:
        said = plain(words_of(self.hand, buttons=True)) if self.hand else self.told
        for words in unwanted:
            assert words not in said, f"«{words}» is in what {self.person.name} sees:\n{said}"

    def was_told(self, *wanted: str) -> Sent:
        """The newest message that came saying all this. As it stands now, it is in front of them."""
        for sent in reversed(self.chat):
            said = self.world.connector.came_as[id(sent)]
            if all(words in said for words in wanted):
                self.hand = sent.card if sent.activity.get("attachments") else {}
                return sent
        everything = "\n---\n".join(message(s) for s in self.chat)
        raise AssertionError(f"{self.person.name} was not told {wanted}:\n{everything}")

    def was_not_told(self, words: str) -> None:
        came = [self.world.connector.came_as[id(s)] for s in self.chat]
        assert not [said for said in came if words in said], f"{self.person.name} was told «{words}»"

    # What there is to do

    async def says(self, words: str, where: str = "") -> None:
        before = len(self.world.connector.sent)
        response = await self.world.teams.say(self.person, words, where, mention=bool(where))
        assert response.status == 200
        answers = [
            s
            for s in self.world.connector.sent[before:]
            if s.conversation == (where or self.person.chat) and not is_notice(s)
        ]
        assert answers, f"no answer to «{words}»"
        self.take(answers[-1].activity)

    def take(self, activity: dict[str, Any]) -> None:
        found = [a["content"] for a in activity.get("attachments") or () if a["contentType"] == CARD]
        self.hand, self.told = (found[0], "") if found else ({}, activity.get("text") or "")

    async def presses(self, title: str, beside: str = "", *, on: Sent | None = None, **given: Any) -> None:
        """Press a button of the card in front of them (or of `on`), with its inputs filled in by label."""
        card = on.card if on else self.hand
        action, inputs = find(card, title, beside)
        data = dict(action.get("data") or {})
        if action.get("associatedInputs") != "none":
            data |= fill(inputs, typed(given))
        else:
            assert not given
        where = on.conversation if on else ""
        await self.sends(action["verb"], where, **data)

    async def sends(self, verb: str, where: str = "", /, **data: Any) -> None:
        """Send what a button would, whether or not there is one: what a card's data says is no proof."""
        answer = await self.world.teams.press(self.person, verb, data, where)
        assert answer["statusCode"] == 200, answer
        if answer["type"] == CARD:
            self.hand, self.told = answer["value"], ""
            assert lint(self.hand) == []
        else:
            self.hand, self.told = {}, answer["value"]

    async def fills_in(self, title: str, **given: Any) -> None:
        """Send the form in front of them. `given`: by label, with _ for a space."""
        await self.presses(title, **given)


def typed(given: dict[str, Any]) -> dict[str, Any]:
    return {label.replace("_", " "): value for label, value in given.items()}


def is_notice(sent: Sent) -> bool:
    """Whether this came by itself: such a card says at its top why they get it."""
    found = sent.activity.get("attachments") or ()
    return bool(found) and found[0]["content"]["body"][0].get("size") == "Small"


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
    """The button of this title, in the smallest part of the card that says `beside`; and all inputs."""
    holders = [p for p in parts(card) if p.get("type") in ("AdaptiveCard", "Container")]
    said = {id(p): plain(words_of({"body": [p]} if p.get("type") == "Container" else p)) for p in holders}
    for holder in sorted(holders, key=lambda p: len(said[id(p)])):
        if beside not in said[id(holder)]:
            continue
        found = [p for p in parts(holder) if p.get("type") == "Action.Execute" and p["title"] == title]
        if found:
            return found[0], [p for p in parts(card) if p["type"].startswith("Input.")]
    raise AssertionError(f"no «{title}» beside «{beside}» on:\n{plain(words_of(card, buttons=True))}")


def fill(inputs: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, str]:
    """What a client sends of a card's inputs. It stops what the card says cannot be sent."""
    values = {i["id"]: str(i.get("value", "")) for i in inputs}
    by_label = {i["label"]: i for i in inputs}
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


@dataclass
class Answer:
    """What the command line said: its words, or with --json the card."""

    code: int
    out: str
    err: str

    @property
    def card(self) -> str:
        given = json.loads(self.out)
        assert given["status"] == 200, given["words"]
        return words_of(given["shown"])


class Operator:
    """Somebody at a terminal."""

    def __init__(self, world: Any, email: str) -> None:
        self.world, self.email = world, email

    async def runs(self, *words: str, code: int = 0) -> Answer:
        """`lisbot` with these words, as somebody with this address."""
        argv = [*words, "--as", self.email, "--json"]
        answer = await self.world.terminal(argv)
        assert answer.code == code, (answer.out, answer.err)
        return answer


@dataclass
class Visitor:
    """Somebody at the pages, signed in by a link that was mailed to them."""

    world: Any
    email: str
    session: ClientSession = field(init=False)
    page: Paper = field(init=False)

    def __post_init__(self) -> None:
        self.session = ClientSession(
            cookie_jar=CookieJar(unsafe=True), headers={"Accept-Language": "nb-NO,nb;q=0.9"}
        )

    async def signs_in(self) -> None:
        await self.opens("/")
        assert self.page.url.startswith("/signin")
        await self.presses("Send meg en lenke", **{"E-postadressen din": self.email})
        letter = await self.world.letter(self.email, "Innlogging til lisbot")
        link = next(word for word in letter.split() if "/signin/link?token=" in word)
        await self.opens(link.removeprefix(self.world.url))
        await self.presses("Logg inn")
        assert self.page.url == "/me"

    async def opens(self, path: str, status: int = 200) -> None:
        await self.go(Sending("get", path, []), status)

    async def presses(self, title: str, beside: str = "", *, status: int = 200, **given: Any) -> None:
        """Press a button or follow a link on the page; `given`: its form's fields by label, _ for a space."""
        await self.go(self.page.press(title, beside, typed(given)), status)

    async def go(self, sending: Sending, status: int) -> None:
        url = self.world.url + sending.url if sending.url.startswith("/") else sending.url
        assert url.startswith(self.world.url), url
        if sending.method == "get":
            response = await self.session.get(url, params=sending.fields or None)
        else:
            response = await self.session.post(url, data=sending.fields)
        source = await response.text()
        assert response.content_type == "text/html", source
        self.page = Paper(str(response.url.relative()), response.status, source)
        assert response.status == status, self.page.words

    def sees(self, *wanted: str) -> None:
        for words in wanted:
            assert words in self.page.words, f"«{words}» is not on {self.page.url}:\n{self.page.words}"

    def does_not_see(self, *unwanted: str) -> None:
        for words in unwanted:
            assert words not in self.page.words, f"«{words}» is on {self.page.url}:\n{self.page.words}"


async def run_cli(argv: list[str], capture: Any) -> Answer:
    """The command line's own main, in a thread with an event loop of its own."""
    capture.readouterr()
    code = await asyncio.to_thread(cli.main, argv)
    told = capture.readouterr()
    return Answer(code, told.out, told.err)
