"""The world of the story: lisbot whole, with a Teams, a mail server and a database around it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiosmtpd.controller import Controller
from sqlalchemy import func, or_, select

from cardlint import lint
from fakes.connector import CARD, FakeConnector, Sent
from fakes.teams import TENANT, Teams
from lisbot.app import PARTS, Parts, make_app
from lisbot.cli import doing
from lisbot.council.kinds import DeliveryState
from lisbot.council.models import Account, Delivery, Posting, Room
from lisbot.db import Database
from lisbot.settings import read
from story.folk import Answer, Colleague, Operator, Visitor, is_notice, message, run_cli

PACK = Path(__file__).parent / "pack.toml"
ROOM = "19:samordning@thread.tacv2"


@dataclass
class Postman:
    """A real SMTP server's handler, which keeps what it is given."""

    letters: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class Witness(FakeConnector):
    """A Connector that looks each card over, and looks up whether what is told by itself is committed."""

    database: Database
    breaches: list[str]
    committed: list[bool]  # of each message that came by itself: whether its row was there when it came
    came_as: dict[int, str]  # what each message said when it came, by its identity

    async def send(self, request: web.Request) -> web.Response:
        before = len(self.sent)
        response = await super().send(request)
        for sent in self.sent[before:]:
            self.came_as[id(sent)] = message(sent)
            self.look_over(sent)
            if is_notice(sent):
                self.committed.append(await self.is_committed(sent))
        return response

    async def update(self, request: web.Request) -> web.Response:
        response = await super().update(request)
        if found := self.find(request):
            self.look_over(found)
        return response

    def look_over(self, sent: Sent) -> None:
        for attached in sent.activity.get("attachments") or ():
            assert attached["contentType"] == CARD
            self.breaches += lint(attached["content"])

    async def is_committed(self, sent: Sent) -> bool:
        """Whether another connection to the database sees the row this is sent from, and it is claimed."""
        where = sent.conversation
        query = (
            select(func.count())
            .select_from(Delivery)
            .outerjoin(Account, Account.person_id == Delivery.person_id)
            .outerjoin(Room, Room.id == Delivery.room_id)
            .where(
                or_(Account.conversation_id == where, Room.conversation_id == where),
                Delivery.state == DeliveryState.WAITING,
                Delivery.lease_until.is_not(None),
            )
        )
        async with self.database.read() as db:
            return bool(await db.scalar(query))


@dataclass
class World:
    clock: Any
    url: str
    parts: Parts
    connector: Witness
    postman: Postman
    teams: Teams
    capture: Any
    guests: list[Visitor] = field(default_factory=list)

    def colleague(self, name: str, email: str, locale: str = "nb-NO") -> Colleague:
        """Somebody in the team that lisbot is installed in."""
        found = Colleague(self, name, email, locale)
        self.connector.rosters.setdefault(ROOM, []).append(found.person.roster_entry)
        return found

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
        await self.parts.scheduler.look_at_all()
        await self.settle()

    async def settle(self) -> None:
        """Until all that was to be sent is sent, and every card that hangs is as things stand."""
        for _ in range(40):
            self.clock.at += timedelta(seconds=2)
            await self.parts.outbox.drain()
            if not await self.pending():
                return
            await asyncio.sleep(0.25)
        raise AssertionError("the outbox does not come to rest")

    async def pending(self) -> int:
        async with self.connector.database.read() as db:
            waiting = await db.scalar(
                select(func.count()).where(Delivery.state == DeliveryState.WAITING).select_from(Delivery)
            )
            stale = await db.scalar(
                select(func.count())
                .where(or_(Posting.stale_at.is_not(None), Posting.lease_until.is_not(None)))
                .select_from(Posting)
            )
        return (waiting or 0) + (stale or 0)

    async def endings(self) -> dict[str, int]:
        """How many messages ended in each way."""
        async with self.connector.database.read() as db:
            rows = await db.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
            return {str(state): count for state, count in rows}

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
            async with self.connector.database.read() as db:
                reached = await db.scalar(
                    select(func.count()).select_from(Account).where(Account.conversation_id.is_not(None))
                )
            if reached == count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{reached} of {count} have been met")

    def hangs(self, words: str) -> list[Sent]:
        """The cards in the council's channel that say this, as they stand now."""
        return [s for s in self.connector.sent if s.conversation == ROOM and words in message(s)]

    def channel_card(self, words: str) -> Sent:
        """The newest of those cards."""
        found = self.hangs(words)
        assert found, f"no card in the channel says «{words}»: {[message(s) for s in self.hangs('')]}"
        return found[-1]


@asynccontextmanager
async def lisbot_at_work(database_url: str, clock: Any, port: int, smtp: int, monkeypatch: Any, capture: Any):
    """The whole app on a port, with real settings; the command line beside it, on the same clock."""
    connector = Witness()
    connector.database = Database(database_url)
    connector.breaches, connector.committed, connector.came_as = [], [], {}
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=smtp)
    await asyncio.to_thread(controller.start)
    url = f"http://127.0.0.1:{port}"
    async with connector:
        env = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a key that only this story knows of, and long enough",
            "BASE_URL": url,
            "SMTP_URL": f"smtp://127.0.0.1:{smtp}",
            "MAIL_FROM": "lisbot@regut.example",
            **connector.env(TEAMS_TENANTS=TENANT),
        }
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(doing, "house", on_clock(doing.house, clock))
        app = await make_app(read(env), now=clock)
        async with TestClient(TestServer(app, port=port)) as client:
            world = World(clock, url, app[PARTS], connector, postman, Teams(client, connector), capture)
            yield world
            for guest in world.guests:
                await guest.session.close()
    await connector.database.close()
    await asyncio.to_thread(controller.stop)


def on_clock(house: Any, clock: Any) -> Any:
    """The command line's house, at the story's time."""
    return lambda config, db: replace(house(config, db), now=clock)
