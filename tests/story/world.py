"""The world of the story: lisbot whole, with chat platforms, a mail server and a database around it."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from aiohttp.test_utils import TestClient, TestServer
from aiosmtpd.controller import Controller
from sqlalchemy import func, or_, select

from fakes.ample import lift_limits
from lisbot.app import PARTS, Parts, make_app
from lisbot.cli import runtime as cli_runtime
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Posting
from lisbot.db import Database
from lisbot.settings import read
from story.folk import Answer, Colleague, Operator, Told, Visitor, run_cli
from story.in_slack import InSlack
from story.in_teams import InTeams
from story.witness import Witness

PACK = Path(__file__).parent / "pack.toml"


@dataclass
class Postman:
    """A real SMTP server's handler, which keeps what it is given."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class Platform(Protocol):
    """A chat platform that lisbot works in."""

    name: str
    colleagues: list[Colleague]

    async def opens(self) -> None: ...

    async def closes(self) -> None: ...

    def env(self) -> dict[str, str]:
        """The settings under which lisbot works in it."""

    def reaches(self, client: TestClient[Any, Any]) -> None:
        """From now on what people do in it comes to lisbot."""

    async def rests(self) -> None:
        """Until all is done that follows the answers it has been given."""

    def colleague(self, name: str, email: str, locale: str) -> Colleague:
        """Somebody in the council's room."""

    async def is_installed_by(self, somebody: Colleague) -> None:
        """Somebody takes lisbot into the council's room."""

    def hangs(self) -> Sequence[Told]:
        """What hangs in the council's room for all to see."""

    def shown_to_others(self, names: Collection[str]) -> Iterator[str]:
        """All that everybody but these has been shown, as it was sent, also what was edited since."""

    def complaints(self) -> list[str]:
        """What the platform says went wrong."""


KNOWN = {found.name: found for found in (InTeams, InSlack)}


@dataclass(frozen=True)
class Shared:
    """A card as it hangs in each of the council's rooms."""

    told: Sequence[Told]

    def says(self, *wanted: str) -> None:
        for told in self.told:
            for words in wanted:
                assert words in told.words, f"«{words}» is not on the shared card:\n{told.words}"

    def does_not_say(self, *unwanted: str, after: str = "") -> None:
        for told in self.told:
            said = told.words[told.words.index(after) :]
            for words in unwanted:
                assert words not in said, f"«{words}» is on the shared card:\n{said}"

    def was_edited(self) -> bool:
        return all(told.edits for told in self.told)


@dataclass
class World:
    clock: Any
    url: str
    parts: Parts
    witness: Witness
    postman: Postman
    platforms: Mapping[str, Platform]
    capture: Any
    guests: list[Visitor] = field(default_factory=list)

    def operator(self, email: str) -> Operator:
        return Operator(self, email)

    async def visitor(self, email: str) -> Visitor:
        found = Visitor(self, email)
        self.guests.append(found)
        await found.signs_in()
        return found

    async def terminal(self, argv: list[str]) -> Answer:
        return await run_cli(argv, self.capture)

    async def at(self, moment: datetime) -> None:
        """It is this time now; what was due before it has been done by itself."""
        await self.settle()
        self.clock.at = moment
        await self.parts.scheduler.run_all_due()
        await self.settle()

    async def settle(self) -> None:
        """Until all that was to be sent is sent, and every card that hangs is as things stand."""
        for platform in self.platforms.values():
            await platform.rests()
        for _ in range(40):
            self.clock.at += timedelta(seconds=2)
            await self.parts.outbox.drain()
            if not await self.pending():
                return
            await asyncio.sleep(0.25)
        raise AssertionError("the outbox does not come to rest")

    async def pending(self) -> int:
        async with self.witness.database.read() as db:
            waiting = await db.scalar(
                select(func.count())
                .where(
                    Delivery.state == DeliveryState.WAITING,
                    or_(Delivery.next_at <= self.clock.at, Delivery.attempts > 0),
                )
                .select_from(Delivery)
            )
            stale = await db.scalar(
                select(func.count())
                .where(or_(Posting.stale_at.is_not(None), Posting.lease_until.is_not(None)))
                .select_from(Posting)
            )
        return (waiting or 0) + (stale or 0)

    async def endings(self) -> dict[tuple[str, str, str | None], int]:
        """How many messages of each kind ended in each way, and why where they were not sent."""
        ended = (Delivery.kind, Delivery.state, Delivery.reason)
        async with self.witness.database.read() as db:
            rows = await db.execute(
                select(*ended, func.count()).where(Delivery.state != DeliveryState.SENT).group_by(*ended)
            )
            return {(kind, str(state), reason): count for kind, state, reason, count in rows}

    async def letter(self, to: str, subject: str) -> str:
        """The newest letter to somebody with this in its subject; it may be a moment on its way."""
        for _ in range(200):
            for letter in reversed(self.postman.letters):
                if letter["To"] == to and subject in str(letter["Subject"]):
                    return letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            await asyncio.sleep(0.02)
        seen = [(str(each["To"]), str(each["Subject"])) for each in self.postman.letters]
        raise AssertionError(f"no letter «{subject}» to {to}: {seen}")

    def letters_to(self, email: str) -> list[str]:
        return [str(each["Subject"]) for each in self.postman.letters if each["To"] == email]

    async def people_met(self, count: int) -> None:
        """Until lisbot has walked through the team: so many can be reached alone."""
        for _ in range(200):
            async with self.witness.database.read() as db:
                reached = await db.scalar(
                    select(func.count()).select_from(Account).where(Account.conversation_id.is_not(None))
                )
            if reached == count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{reached} of {count} have been met")

    def hangs(self, words: str) -> list[Told]:
        """The cards in the council's rooms that say this, as they stand now."""
        return [told for each in self.platforms.values() for told in each.hangs() if words in told.words]

    def shared(self, words: str) -> Shared:
        """The newest card in each of those rooms that says this."""
        found = [[t for t in each.hangs() if words in t.words] for each in self.platforms.values()]
        everything = [t.words for t in self.hangs("")]
        assert all(found), f"no card in some room says «{words}»: {everything}"
        return Shared([told[-1] for told in found])

    def shown_to_others(self, *colleagues: Colleague) -> set[str]:
        """All that others have been shown, but for how many have answered."""
        shown = chain.from_iterable(p.shown_to_others([c.name for c in colleagues]) for p in self.platforms.values())
        return {re.sub(r"\d (av|of) \d", "n", words) for words in shown}

    def said_to_platforms(self) -> set[str]:
        """All that lisbot has sent to any platform, whoever it was for."""
        return set(chain.from_iterable(p.shown_to_others(()) for p in self.platforms.values()))


@asynccontextmanager
async def lisbot_at_work(
    database_url: str,
    clock: Any,
    ports: tuple[int, int],
    monkeypatch: Any,
    capture: Any,
    names: Sequence[str] = ("teams",),
) -> AsyncIterator[World]:
    """The whole app on a port, with real settings; the command line beside it, on the same clock.

    `ports`: lisbot's own and the mail server's. `names`: the platforms it works in.
    """
    port, smtp = ports
    witness = Witness(Database(database_url))
    platforms: dict[str, Platform] = {name: KNOWN[name](witness) for name in names}
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=smtp)
    await asyncio.to_thread(controller.start)
    url = f"http://127.0.0.1:{port}"
    env = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a key that only this story knows of, and long enough",
        "BASE_URL": url,
        "SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "MAIL_FROM": "lisbot@regut.example",
    }
    for each in platforms.values():
        await each.opens()
        env |= each.env()
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli_runtime, "now", clock)
    lift_limits(monkeypatch)
    app = await make_app(read(env), now=clock)
    async with TestClient(TestServer(app, port=port)) as client:
        world = World(clock, url, app[PARTS], witness, postman, platforms, capture)
        for each in platforms.values():
            each.reaches(client)
        yield world
        for guest in world.guests:
            await guest.session.close()
    for each in platforms.values():
        await each.closes()
    await witness.database.close()
    await asyncio.to_thread(controller.stop)
