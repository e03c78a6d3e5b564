"""The people of the story, each at their own door: a chat platform, the pages, or the command line.

They see words and press what is in front of them; a button's verb and data are taken from what was really
sent, and a page's from the form that really stood there.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientSession, CookieJar

from lisbot import cli
from story.paper import Paper, Sending


class Told(Protocol):
    """Something that was sent to a chat, and can be edited there."""

    @property
    def came(self) -> str:
        """What it said when it came."""

    @property
    def words(self) -> str:
        """What it says as it stands now."""

    @property
    def edits(self) -> int: ...

    @property
    def is_notice(self) -> bool:
        """Whether it came by itself."""


class Colleague(ABC):
    """Somebody in a chat platform. Each platform says what is before them and how they press it."""

    name: str
    person: Any  # as the platform knows them

    @property
    @abstractmethod
    def chat(self) -> Sequence[Told]:
        """All that lisbot has sent to them alone, the newest last."""

    @property
    @abstractmethod
    def before(self) -> str:
        """What is to be read on the thing in front of them: the last one they were answered with."""

    @abstractmethod
    def take(self, told: Any) -> None:
        """This is in front of them now, as it stands."""

    # What there is to see

    @property
    def notices(self) -> list[Told]:
        return [told for told in self.chat if told.is_notice]

    def sees(self, *wanted: str) -> None:
        """The last answer says all this."""
        for words in wanted:
            assert words in self.before, f"«{words}» is not in what {self.name} sees:\n{self.before}"

    def does_not_see(self, *unwanted: str) -> None:
        for words in unwanted:
            assert words not in self.before, f"«{words}» is in what {self.name} sees:\n{self.before}"

    def was_told(self, *wanted: str) -> Any:
        """The newest message that came saying all this. As it stands now, it is in front of them."""
        for told in reversed(self.chat):
            if all(words in told.came for words in wanted):
                self.take(told)
                return told
        everything = "\n---\n".join(told.words for told in self.chat)
        raise AssertionError(f"{self.name} was not told {wanted}:\n{everything}")

    def was_not_told(self, words: str) -> None:
        assert not [t for t in self.chat if words in t.came], f"{self.name} was told «{words}»"

    # What there is to do

    @abstractmethod
    async def says(self, words: str, *, in_room: bool = False) -> None:
        """Write to lisbot alone, or mention it in the council's room; the answer is in front of them then."""

    @abstractmethod
    async def opens_own_page(self) -> None:
        """Look at what is asked of them, and at what is theirs."""

    @abstractmethod
    async def presses(self, title: str, beside: str = "", *, on: Any = None) -> None:
        """Press a button of what is in front of them (or of `on`), where it says `beside`."""

    @abstractmethod
    async def sends(self, verb: str, /, **data: Any) -> None:
        """Send what a button would, whether or not there is one: what a button carries is no proof."""

    @abstractmethod
    async def fills_in(self, title: str, **given: Any) -> None:
        """Send the form in front of them. `given`: by label, with _ for a space."""


def typed(given: dict[str, Any]) -> dict[str, Any]:
    return {label.replace("_", " "): value for label, value in given.items()}


@dataclass
class Answer:
    """What the command line said."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return f"{self.out}\n{self.err}"


class Operator:
    """Somebody at a terminal."""

    def __init__(self, world: Any, email: str) -> None:
        self.world, self.email = world, email

    async def runs(self, *words: str, code: int = 0) -> Answer:
        """`lisbot` with these words, as somebody with this address."""
        argv = [*words, "--as", self.email]
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
        self.session = ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"Accept-Language": "nb-NO,nb;q=0.9"})

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
