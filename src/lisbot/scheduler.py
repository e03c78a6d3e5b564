"""What happens by itself. The tables are the schedule: what is due is a query, and a command is run on each thing
it finds.

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

from lisbot.commands import Run, run
from lisbot.council.consultations import reminding as consultation_reminding
from lisbot.council.local_inputs import telling
from lisbot.council.meetings import calls, handover, upcoming
from lisbot.council.processes import reminding as stage_reminding
from lisbot.council.referrals import reminding, reporting_back
from lisbot.council.register import consent_bases, consent_endings, coordinations, derived_roles, retention, settling
from lisbot.council.register.identity import Caller
from lisbot.council.reminders import chores, vacancies
from lisbot.council.votes import votes
from lisbot.idempotency import delete_old_receipts
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)

CLOCK = Caller("clock", "lisbot")
CHORES_LOCK = 0x63686F72  # one process at a time runs a scheduled command: the number of its advisory lock
CLEAN_UP = "17 * * * *"  # when to delete what is of no use any more (cron)
DOUBTFUL_HOUR = 2  # some nights have it twice, and some not at all

Due = Callable[[AsyncSession, datetime, ZoneInfo], Awaitable[Sequence[Mapping[str, Any]]]]
Upcoming = Callable[[AsyncSession, datetime, ZoneInfo], Awaitable[datetime | None]]


@dataclass(frozen=True)
class ScheduledCommand:
    """A command that runs by itself: how often to look (cron, on the councils' clock), what is due now and when
    something next is.

    `due` returns the command's arguments, once for each thing. Raises ValueError for a time of its own between 02
    and 03; what looks every hour may do so then too, since what is done is not due twice.
    """

    cron: str
    command: str
    due: Due
    upcoming: Upcoming

    def __post_init__(self) -> None:
        hours = hours_of(self.cron)
        if DOUBTFUL_HOUR in hours and len(hours) < 24:
            raise ValueError(f"{self.command}: {self.cron!r} names the hour that summer time takes and gives back")


def hours_of(cron: str) -> set[int]:
    """Returns the hours of the day that a cron line names."""
    trigger = CronTrigger.from_crontab(cron, timezone=ZoneInfo("UTC"))
    field = next(field for field in trigger.fields if field.name == "hour")
    return {hour for hour in range(24) if field.get_next_value(datetime(2026, 1, 1, hour)) == hour}  # noqa: DTZ001


SCHEDULE = (
    ScheduledCommand("* * * * *", "call.open", due=calls.due_to_open, upcoming=calls.next_opening),
    ScheduledCommand("* * * * *", "call.close", due=calls.due_to_close, upcoming=calls.next_closing),
    ScheduledCommand(
        "* * * * *",
        "coordination.take_effect",
        due=coordinations.due_to_take_effect,
        upcoming=coordinations.next_taking_effect,
    ),
    ScheduledCommand(
        "* * * * *", "derived_role.follow", due=derived_roles.due_to_follow, upcoming=derived_roles.next_to_follow
    ),
    ScheduledCommand("* * * * *", "attendance.hand_over", due=handover.due, upcoming=handover.next_due),
    ScheduledCommand(
        "23 * * * *", "consent.renew", due=consent_bases.due_to_renew, upcoming=consent_bases.next_renewal
    ),
    ScheduledCommand("37 * * * *", "retention.erase", due=retention.due_to_erase, upcoming=retention.next_erasure),
    ScheduledCommand(
        "23 8 * * *", "consent.remind", due=consent_endings.due_to_remind, upcoming=consent_endings.next_reminder
    ),
    ScheduledCommand(
        "23 8 * * *",
        "consent.report_end",
        due=consent_endings.due_to_report_end,
        upcoming=consent_endings.next_reminder,
    ),
    ScheduledCommand("* * * * *", "seat_change.take_effect", due=settling.due, upcoming=settling.next_due),
    ScheduledCommand("* * * * *", "vote.close", due=votes.due, upcoming=votes.next_due),
    ScheduledCommand(
        "23 8 * * *", "seat.remind_of_vacancy", due=vacancies.due_to_remind_of, upcoming=vacancies.next_vacancy
    ),
    ScheduledCommand("* * * * *", "reminder.send", due=chores.due, upcoming=chores.next_due),
    ScheduledCommand(
        "* * * * *", "referral.bring_home", due=reporting_back.due_to_report, upcoming=reporting_back.next_to_report
    ),
    ScheduledCommand(
        "7 * * * *", "referral.remind_due", due=reminding.due_to_remind, upcoming=reminding.next_to_remind
    ),
    ScheduledCommand(
        "9 * * * *",
        "consultation.remind_due",
        due=consultation_reminding.due_to_remind,
        upcoming=consultation_reminding.next_to_remind,
    ),
    ScheduledCommand(
        "9 * * * *",
        "case_process.remind_due",
        due=stage_reminding.due_to_remind,
        upcoming=stage_reminding.next_to_remind,
    ),
    ScheduledCommand("11 * * * *", "local_input.tell_due", due=telling.due_to_tell, upcoming=telling.next_to_tell),
)
# Nothing happens by itself then, but somebody has something to do: the demo's clock stops there too.
MOMENTS: tuple[Upcoming, ...] = (upcoming.next_notice, upcoming.next_start)


class Scheduler:
    """Looks as often as the schedule says, and runs what is due: one transaction each, in order."""

    def __init__(self, runtime: Runtime, schedule: Sequence[ScheduledCommand] = SCHEDULE, run: Run = run) -> None:
        self.runtime, self.schedule, self.run = runtime, schedule, run
        self.lock = asyncio.Lock()  # one look at a time, those after the demo's clock was moved among them
        self.ticker = AsyncIOScheduler(timezone=runtime.tz)

    def start(self) -> None:
        """Tick from now on."""
        for scheduled in self.schedule:
            self.ticker.add_job(
                self.run_due,
                trigger(scheduled, self.runtime.tz),
                args=[scheduled],
                id=scheduled.command,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self.ticker.add_job(self.clean_up, CronTrigger.from_crontab(CLEAN_UP, timezone=self.runtime.tz), id="clean_up")
        self.ticker.start()

    async def clean_up(self) -> None:
        """Delete what is of no use any more."""
        try:
            await delete_old_receipts(self.runtime.db)
        except Exception as error:  # the database is away: an hour later is early enough
            log.error("old receipts cannot be deleted: %s", type(error).__name__)

    async def stop(self) -> None:
        """Tick no more. What is being done is finished first."""
        self.ticker.pause()
        async with self.lock:
            self.ticker.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler stops at the loop's next turn

    async def run_all_due(self) -> int:
        """Run everything that is due now. Returns how many things were done."""
        return sum([await self.run_due(scheduled) for scheduled in self.schedule])

    async def run_due(self, scheduled: ScheduledCommand) -> int:
        """Run one command on all it is due for. Returns how many were done. One that fails does not stop the rest,
        and is due again next time. Of several processes one does it, and the others look again at their next tick."""
        async with self.lock:
            try:
                async with self.runtime.db.only_here(CHORES_LOCK, scheduled.command) as is_ours:
                    return await self.run_found(scheduled) if is_ours else 0
            except Exception as error:
                log.error("cannot tell what %s is due for: %s", scheduled.command, type(error).__name__)
                return 0

    async def run_found(self, scheduled: ScheduledCommand) -> int:
        async with self.runtime.db.read() as db:
            due = await scheduled.due(db, self.runtime.now(), self.runtime.tz)
        done = 0
        for args in due:
            reply = await self.run(self.runtime, scheduled.command, args, CLOCK)
            if reply.status == 200:
                done += 1
            else:
                # 409 is a person who was first, or another process.
                level = logging.INFO if reply.status == 409 else logging.WARNING
                log.log(level, "%s of %s was not done: %d", scheduled.command, dict(args), reply.status)
        return done

    async def next_moment(self) -> datetime | None:
        """Returns the next time something becomes due, by itself or for somebody to do."""
        now = self.runtime.now()
        async with self.runtime.db.read() as db:
            ahead = (*(scheduled.upcoming for scheduled in self.schedule), *MOMENTS)
            moments = [await next_of(db, now, self.runtime.tz) for next_of in ahead]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)


def trigger(scheduled: ScheduledCommand, tz: ZoneInfo) -> CronTrigger:
    return CronTrigger.from_crontab(scheduled.cron, timezone=tz)
