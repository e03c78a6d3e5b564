"""A meeting of eight items that has been held, for somebody at the secretariat to write the minutes of."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from lisbot import commands, settings
from lisbot.council.models import AgendaItem, Body, Meeting, Person, Staff
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.demo.clock import Clock
from lisbot.runtime import Runtime

KINDS = ("information", "information", "information", "discussion", "discussion", "advice", "advice", "advice")


async def hold_meeting(database_url: str) -> int:
    """Enter a meeting held yesterday, with eight items on its agenda, three of them with a recommendation. Returns its
    id."""
    db = Database(database_url)
    config = settings.read({}, demo=True)
    runtime = Runtime(db, Clock(db), config.tz, config.lang, config.secret_key.encode())
    async with db.read() as session:
        body_id = await session.scalar(select(Body.id).order_by(Body.id).limit(1))
        email = await session.scalar(select(Person.email).join(Staff, Staff.person_id == Person.id).limit(1))
    assert email is not None

    async def do(name: str, **given: Any) -> None:
        reply = await commands.run(runtime, name, {**given, "confirm": "true"}, Caller("cli", email))
        assert reply.is_done, reply.words

    yesterday = runtime.now().date() - timedelta(days=1)
    await do("meeting.enter_held", body_id=body_id, day=yesterday.isoformat(), place="Oslo")
    async with db.read() as session:
        meeting_id = await session.scalar(select(Meeting.id).where(Meeting.held_on == yesterday))
    assert meeting_id is not None
    for number, kind in enumerate(KINDS, start=1):
        wording = f"Rådet tilrår at punkt {number} gjennomføres fra høsten." if kind == "advice" else ""
        await do(
            "agenda_item.add",
            meeting_id=meeting_id,
            title=f"Sak nummer {number} om utdanningen",
            kind=kind,
            background="Arbeidsgruppen har lagt fram notatet sitt, og alle sykehus har uttalt seg om det.",
            wording=wording,
            duration_minutes=15,
        )
    await db.close()
    return meeting_id


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
