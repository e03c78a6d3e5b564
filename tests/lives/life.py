"""One council's life, played by its people: each step is a command that somebody gives, refused or not.

What is sent goes to a chat that remembers it. Steps choose among what there is by numbers, so that any numbers make
some life.
"""

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, OSLO, PAAL, RAGNHILD, RECORDED
from lisbot import commands
from lisbot.cards import draw_card
from lisbot.council.enums import DeliveryState
from lisbot.council.models import (
    Account,
    Delivery,
    Meeting,
    Person,
    Room,
)
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.messaging import Address, Message
from lisbot.outbox import Outbox
from lisbot.render.words import words
from lisbot.runtime import Runtime
from lisbot.scheduler import Scheduler
from people import run_confirmed

NINA, OLE = "nina@fjord.example", "ole@ås.example"
VOTERS = (ASTRID, BJORN, ELI)
MEMBERS = (*VOTERS, PAAL)
SECRETARIES = (RAGNHILD, KARI)
EVERYBODY = (*SECRETARIES, *MEMBERS, FRODE, HILDE, NINA, OLE)
FIRST_DAY = datetime(2027, 1, 4, 9, tzinfo=OSLO)
HOLIDAYS_ASIDE = {"confirm": True}  # people say yes to a date, whatever is odd about it


@dataclass
class Clock:
    at: datetime = FIRST_DAY

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Sent:
    """A message somebody got: when, for which reason, and all it said."""

    to: int | None  # the person; None: the council's room
    at: datetime
    why: str
    said: str
    command: str
    args: dict[str, Any]


@dataclass
class Chat:
    """A platform where everybody has a conversation with lisbot, named by the person's id."""

    clock: Clock
    platform: str = "teams"
    sent: list[Sent] = field(default_factory=list)

    async def send(self, to: Address, message: Message) -> str:
        person = int(to.conversation_id) if to.conversation_id.isdecimal() else None
        said = words(message.card) if message.card else ""
        self.sent.append(Sent(person, self.clock.at, message.words, said, message.command, dict(message.args)))
        return f"m{len(self.sent)}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None: ...


@dataclass
class Life:
    """A council from 4 January 2027 on."""

    runtime: Runtime
    clock: Clock
    chat: Chat
    outbox: Outbox
    scheduler: Scheduler
    folder: Path
    body_id: int = 0
    told: list[str] = field(default_factory=list)  # what was done and how it went, for whoever reads a failure
    replies: list[commands.Reply] = field(default_factory=list)
    asked: set[tuple[int, int]] = field(default_factory=set)  # who was asked to come to a meeting in another's place

    @classmethod
    async def begin(cls, template: Path, folder: Path) -> "Life":
        path = folder / "life.db"
        shutil.copy(template, path)
        clock = Clock()
        runtime = Runtime(
            Database(f"sqlite+aiosqlite:///{path}"), clock, OSLO, key=b"k" * 32, base_url="https://lisbot.example"
        )
        chat = Chat(clock)
        life = cls(runtime, clock, chat, Outbox(runtime, {"teams": chat}), Scheduler(runtime), folder)
        life.body_id = await builders.council(runtime.db, quorum="half", majority="simple")
        await life.give_everybody_a_chat()
        await life.do(
            RAGNHILD, "year_plan.set_dates", body_id=life.body_id, dates="2027-03-10, 2027-06-09", place="Rom A"
        )
        return life

    async def end(self) -> None:
        await self.runtime.db.close()

    async def give_everybody_a_chat(self) -> None:
        async with self.runtime.db.write() as db:
            db.add_all([Person(key=mail, name=mail.split("@")[0].title(), email=mail) for mail in (NINA, OLE)])
            await db.flush()
            for person in await db.scalars(select(Person)):
                db.add(
                    Account(
                        platform="teams",
                        tenant="t",
                        external_id=f"aad-{person.id}",
                        person_id=person.id,
                        service_url="https://smba.example/",
                        conversation_id=str(person.id),
                        linked_at=RECORDED,
                    )
                )
            db.add(
                Room(
                    body_id=self.body_id,
                    platform="teams",
                    conversation_id="room",
                    service_url="https://smba.example/",
                    linked_by_id=1,
                    linked_at=RECORDED,
                )
            )

    # What people do

    async def do(self, who: str, name: str, /, **given: Any) -> commands.Reply:
        """Run a command, and say yes where it asks. A refusal is an answer, a bug is none."""
        given = {key: value for key, value in given.items() if value is not None}
        self.clock.at += timedelta(seconds=1)
        reply = await run_confirmed(self.runtime, name, given, Caller("cli", who))
        if reply.status == 409 and not reply.is_done and reply.shows == "form" and reply.view.is_confirming:
            reply = await commands.run(self.runtime, name, given | HOLIDAYS_ASIDE, Caller("cli", who))
        self.told.append(
            f"{self.clock.at:%d.%m. %H:%M} {who.split('@')[0]}: {name} {given} → {reply.status} {reply.key}"
        )
        assert reply.status < 500, (self.told, reply.words)
        self.replies.append(reply)
        if name == "attendance.respond" and given.get("deputy_id") and reply.is_done:
            self.asked.add((given["meeting_id"], given["deputy_id"]))
        return reply

    async def copy(self, name: str) -> Runtime:
        """Returns the council as it stands now in a database of its own, to try something on."""
        path = self.folder / name
        with (
            contextlib.closing(sqlite3.connect(self.folder / "life.db")) as own,
            contextlib.closing(sqlite3.connect(path)) as other,
        ):
            own.backup(other)
        return replace(self.runtime, db=Database(f"sqlite+aiosqlite:///{path}"))

    async def settle(self) -> None:
        """All that is due happens, and all that waits is sent."""
        await self.scheduler.run_all_due()
        await self.outbox.drain()

    async def let_come_what_waits(self) -> None:
        """What was held back for a night or some free days comes when they are over."""
        until = self.clock.at + timedelta(days=6)
        while held := await self.all(
            Delivery,
            Delivery.state == DeliveryState.WAITING,
            Delivery.next_at <= until,
            Delivery.next_at > self.clock.at,
        ):
            self.clock.at = min(each.next_at for each in held)
            await self.settle()

    async def pass_time(self, days: int, hour: int = 9) -> None:
        """Let days go by, one at a time: each morning what is due happens and what waits is sent."""
        for _ in range(days):
            self.clock.at = (self.clock.at + timedelta(days=1)).replace(hour=hour)
            await self.settle()

    # What there is to choose among

    async def all(self, table: Any, *where: Any) -> list[Any]:
        async with self.runtime.db.read() as db:
            found = list(await db.scalars(select(table).where(*where).order_by(table.id)))
            db.expunge_all()
            return found

    async def meetings(self) -> list[Meeting]:
        return await self.all(Meeting)

    @property
    def today(self) -> date:
        return self.clock.at.astimezone(OSLO).date()


async def person_id(life: Life, email: str) -> int:
    return int((await life.all(Person, Person.email == email))[0].id)


def card_of(reply: commands.Reply) -> dict[str, Any]:
    assert reply.viewer
    return draw_card(reply.shows, reply.view, reply.viewer)
