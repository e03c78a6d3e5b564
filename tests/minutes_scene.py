"""Meetings for somebody at the secretariat to arrange the agenda of, or to write the minutes of."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select

from lisbot import commands, settings
from lisbot.council.models import AgendaItem, Body, Meeting, Person, Proposal, Seat, Staff, Term
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.demo.clock import Clock
from lisbot.runtime import Runtime

KINDS = ("information", "information", "information", "discussion", "discussion", "advice", "advice", "advice")


async def hold_meeting(database_url: str) -> int:
    """Enter a meeting held yesterday, with eight items on its agenda, three of them with a recommendation. Returns its
    id."""
    async with secretariat(database_url) as desk:
        day = desk.today - timedelta(days=1)
        await desk.do("meeting.enter_held", body_id=desk.body_id, day=day.isoformat(), place="Oslo")
        meeting_id = await desk.meeting_on(day)
        await desk.add_items(meeting_id, KINDS)
        return meeting_id


async def plan_meeting(database_url: str, items: int) -> int:
    """Put so many items on the agenda of the council's next meeting, with those that are there. Returns its id."""
    async with secretariat(database_url) as desk:
        meeting_id = await desk.next_meeting()
        count = len(await order_of(database_url, meeting_id))
        await desk.add_items(meeting_id, ("discussion",) * (items - count))
        return meeting_id


async def propose(database_url: str, count: int) -> int:
    """Have so many proposals wait for the council's next meeting, and none else. Returns its id."""
    async with secretariat(database_url) as desk:
        meeting_id = await desk.next_meeting()
        async with desk.runtime.db.write() as db:
            await db.execute(delete(Proposal))
            sender = (
                await db.scalars(select(Person).join(Term).join(Seat).where(Seat.body_id == desk.body_id))
            ).first()
            assert sender is not None
            sender.email = sender.email or "sender@hospital.example"
            email = sender.email
        for number in range(1, count + 1):
            given = {"title": f"Forslag nummer {number}", "kind": "discussion", "background": "Om forslaget."}
            await desk.do("proposal.submit", who=email, meeting_id=meeting_id, **given)
        return meeting_id


async def states_of(database_url: str) -> list[str]:
    """Returns what became of each proposal."""
    db = Database(database_url)
    async with db.read() as session:
        found = [str(state) for state in await session.scalars(select(Proposal.state))]
    await db.close()
    return found


@dataclass
class Desk:
    """Somebody at the secretariat of a council, and what they do."""

    runtime: Runtime
    body_id: int
    email: str

    @property
    def today(self) -> date:
        return self.runtime.now().date()

    async def do(self, name: str, *, who: str = "", **given: Any) -> None:
        caller = Caller("cli", who or self.email)
        reply = await commands.run(self.runtime, name, {**given, "confirm": "true"}, caller)
        assert reply.is_done, reply.words

    async def meeting_on(self, day: date) -> int:
        async with self.runtime.db.read() as db:
            return (await db.scalars(select(Meeting.id).where(Meeting.held_on == day))).one()

    async def next_meeting(self) -> int:
        coming = select(Meeting.id).where(Meeting.body_id == self.body_id, Meeting.held_on > self.today)
        async with self.runtime.db.read() as db:
            return (await db.scalars(coming.order_by(Meeting.held_on).limit(1))).one()

    async def add_items(self, meeting_id: int, kinds: Sequence[str]) -> None:
        for number, kind in enumerate(kinds, start=1):
            await self.do(
                "agenda_item.add",
                meeting_id=meeting_id,
                title=f"Sak nummer {number} om utdanningen",
                kind=kind,
                background="Arbeidsgruppen har lagt fram notatet sitt, og alle sykehus har uttalt seg om det.",
                wording=f"Rådet tilrår at punkt {number} gjennomføres fra høsten." if kind == "advice" else "",
                duration_minutes=15,
            )


@asynccontextmanager
async def secretariat(database_url: str) -> AsyncIterator[Desk]:
    db = Database(database_url)
    config = settings.read({}, demo=True)
    runtime = Runtime(db, Clock(db), config.tz, config.lang, config.secret_key.encode())
    async with db.read() as session:
        body_id = (await session.scalars(select(Body.id).order_by(Body.id).limit(1))).one()
        email = (await session.scalars(select(Person.email).join(Staff, Staff.person_id == Person.id).limit(1))).one()
    assert email is not None
    yield Desk(runtime, body_id, email)
    await db.close()


async def order_of(database_url: str, meeting_id: int) -> list[int]:
    """Returns the ids of an agenda's items, in their order."""
    db = Database(database_url)
    async with db.read() as session:
        query = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
        found = list(await session.scalars(query))
    await db.close()
    return found


async def items_of(database_url: str, meeting_id: int) -> list[Any]:
    """Returns the outcome and the wording of each case of a meeting, as they are saved."""
    db = Database(database_url)
    async with db.read() as session:
        found = await session.execute(
            select(AgendaItem.outcome, AgendaItem.outcome_text)
            .where(AgendaItem.meeting_id == meeting_id, AgendaItem.case_id.is_not(None))
            .order_by(AgendaItem.position)
        )
        rows = [tuple(row) for row in found]
    await db.close()
    return rows
