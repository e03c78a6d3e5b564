"""What happens by itself. The tables are the schedule: a chore asks what is due and runs a command on it.

APScheduler only ticks. Nothing is stored in it, so a restart across a due time loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.commands import House, Run, run
from lisbot.council import calls, meetings, votes
from lisbot.council.people import Caller

log = logging.getLogger(__name__)

CLOCK = Caller("clock", "lisbot")
TWICE_OR_NEVER = 2  # the hour that some nights have twice, and some not at all

Due = Callable[[AsyncSession, datetime, ZoneInfo], Awaitable[Sequence[Mapping[str, Any]]]]
Upcoming = Callable[[AsyncSession, datetime, ZoneInfo], Awaitable[datetime | None]]


@dataclass(frozen=True)
class Chore:
    """How often to look (cron, on the councils' clock), what is due now, when next, and the command for it.

    `due` gives the command's arguments, once per thing. Raises ValueError for a chore of its own hour between
    02 and 03; one that looks every hour may, since what is done is not due twice.
    """

    cron: str
    due: Due
    upcoming: Upcoming
    do: str

    def __post_init__(self) -> None:
        hours = hours_of(self.cron)
        if TWICE_OR_NEVER in hours and len(hours) < 24:
            raise ValueError(f"{self.do}: {self.cron!r} names the hour that summer time takes and gives back")


def hours_of(cron: str) -> set[int]:
    """The hours of the day a cron line names."""
    trigger = CronTrigger.from_crontab(cron, timezone=ZoneInfo("UTC"))
    field = next(field for field in trigger.fields if field.name == "hour")
    return {hour for hour in range(24) if field.get_next_value(datetime(2026, 1, 1, hour)) == hour}  # noqa: DTZ001


CHORES = (
    Chore("* * * * *", due=calls.due_to_open, upcoming=calls.next_opening, do="call.open"),
    Chore("* * * * *", due=calls.due_to_close, upcoming=calls.next_closing, do="call.close"),
    Chore("* * * * *", due=votes.due, upcoming=votes.next_due, do="vote.close"),
)


# Nothing happens by itself then, but somebody has something to do: the demo's clock stops there too.
MOMENTS: tuple[Upcoming, ...] = (meetings.next_notice, meetings.next_start)


class Scheduler:
    """Looks as often as the chores say, and does what is due: one transaction each, in order."""

    def __init__(self, house: House, chores: Sequence[Chore] = CHORES, do: Run = run) -> None:
        self.house, self.chores, self.do = house, chores, do
        self.turn = asyncio.Lock()  # one look at a time, the demo's leaps in time among them
        self.ticker = AsyncIOScheduler(timezone=house.tz)

    def start(self) -> None:
        """Tick from now on."""
        for chore in self.chores:
            self.ticker.add_job(
                self.look,
                trigger(chore, self.house.tz),
                args=[chore],
                id=chore.do,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self.ticker.start()

    async def stop(self) -> None:
        """Tick no more. What is being done is finished first."""
        self.ticker.pause()
        async with self.turn:
            self.ticker.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler stops at the loop's next turn

    async def look_at_all(self) -> int:
        """Do everything that is due now. How many things were done."""
        return sum([await self.look(chore) for chore in self.chores])

    async def look(self, chore: Chore) -> int:
        """Do what is due of one chore. One that fails does not stop the rest, and is due again next time."""
        done = 0
        async with self.turn:
            try:
                async with self.house.db.read() as db:
                    due = await chore.due(db, self.house.now(), self.house.tz)
            except Exception as error:
                log.error("cannot tell what is due of %s: %s", chore.do, type(error).__name__)
                return 0
            for args in due:
                reply = await self.do(self.house, chore.do, args, CLOCK)
                if reply.status == 200:
                    done += 1
                else:
                    # 409 is another process, or a person, who was first.
                    level = logging.INFO if reply.status == 409 else logging.WARNING
                    log.log(level, "%s of %s was not done: %d", chore.do, dict(args), reply.status)
        return done

    async def next_moment(self) -> datetime | None:
        """The next time something becomes due, by itself or for somebody to do."""
        now = self.house.now()
        async with self.house.db.read() as db:
            ahead = (*(chore.upcoming for chore in self.chores), *MOMENTS)
            moments = [await upcoming(db, now, self.house.tz) for upcoming in ahead]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)


def trigger(chore: Chore, tz: ZoneInfo) -> CronTrigger:
    return CronTrigger.from_crontab(chore.cron, timezone=tz)
