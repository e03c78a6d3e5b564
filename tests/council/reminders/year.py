"""A year of a council: what its people do on which day, and a clock that ticks every hour, only when something is due,
or not at all for a while."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from builders import ASTRID, BJORN, ELI, OSLO, PAAL, RAGNHILD
from lisbot.council.models import AgendaItem, Delivery, LogLine, Meeting, Organisation, Proposal, Reminder, Vote
from lisbot.scheduler import Scheduler
from stages import Scene

MEETINGS = (date(2027, 1, 27), date(2027, 4, 7), date(2027, 6, 9), date(2027, 11, 3))
HOUR = timedelta(hours=1)
Deed = tuple[datetime, str, Callable[[Scene], Any]]


def wall(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), OSLO).astimezone(UTC)


@dataclass
class Year:
    """One council's year. `ends` cuts it short."""

    scene: Scene
    starts: date = date(2026, 11, 30)
    ends: date = date(2027, 12, 20)
    stopped: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def scheduler(self) -> Scheduler:
        return Scheduler(self.scene.runtime)

    async def plan(self) -> None:
        self.scene.clock.at = wall(self.starts, 8)
        days = ", ".join(day.isoformat() for day in MEETINGS)
        given = {"dates": days, "place": "Oslo", "starts": "10:00", "ends": "14:00"}
        await self.scene.ok(RAGNHILD, "year_plan.set_dates", body_id=self.scene.body_id, **given)

    def deeds(self) -> list[Deed]:
        """What people do, and when, in order."""
        found = [deed for day in MEETINGS for deed in deeds_of(day)]
        return sorted(each for each in found if wall(self.starts, 9) <= each[0] < wall(self.ends, 0))

    async def every_hour(self) -> None:
        """The clock ticks every hour, and people do what they do."""
        deeds = self.deeds()
        at, end = wall(self.starts, 9), wall(self.ends, 0)
        while at <= end:
            self.scene.clock.at = at
            await self.scheduler.run_all_due()
            while deeds and deeds[0][0] <= at:
                await deeds.pop(0)[2](self.scene)
            at += HOUR

    async def when_due(self) -> None:
        """The clock goes from one moment that something is due, or done by somebody, to the next."""
        deeds = self.deeds()
        end = wall(self.ends, 0)
        self.scene.clock.at = wall(self.starts, 9)
        while self.scene.clock.at <= end:
            await self.scheduler.run_all_due()
            is_busy = bool(deeds and deeds[0][0] <= self.scene.clock.at)
            while deeds and deeds[0][0] <= self.scene.clock.at:
                await deeds.pop(0)[2](self.scene)
            ahead = [moment for moment in (await self.scheduler.next_moment(),) if moment is not None]
            ahead += [deeds[0][0]] if deeds else []
            ahead += [self.scene.clock.at + HOUR] if is_busy else []  # what somebody did may be due to be told of
            if not ahead or min(ahead) > end:
                return
            self.scene.clock.at = self.resume(min(ahead))

    def resume(self, at: datetime) -> datetime:
        """Returns when lisbot is there for what is to be done at a moment: later, where it has stopped meanwhile."""
        return next((until for since, until in self.stopped if since <= at < until), at)

    def stop_now_and_then(self, seed: int) -> None:
        """Have lisbot stopped at random, from hours to more than a week."""
        chance = random.Random(seed)
        at = wall(self.starts, 9)
        while at < wall(self.ends, 0):
            since = at + timedelta(hours=chance.randint(1, 24 * 20))
            at = since + timedelta(hours=chance.choice((2, 7, 30, 24 * 4, 24 * 9)))
            self.stopped.append((since, at))


def deeds_of(day: date) -> Iterator[Deed]:
    """Yields what people do about one meeting, some in time and some late."""

    def on(days: int, hour: int) -> datetime:
        return wall(day + timedelta(days=days), hour)

    async def meeting(scene: Scene) -> int:
        return (await scene.one(Meeting, held_on=day)).id

    def do(who: str, name: str, **given: Any) -> Callable[[Scene], Any]:
        async def deed(scene: Scene) -> None:
            await scene(who, name, meeting_id=await meeting(scene), **given)

        return deed

    async def ask(scene: Scene) -> None:
        closes = {"closes_on": str(day - timedelta(days=7)), "closes_at": "12:00"}
        await scene(RAGNHILD, "vote.open", body_id=scene.body_id, question=f"Før {day}?", **closes)

    async def cast(scene: Scene) -> None:
        votes = await scene.all(Vote, question=f"Før {day}?")
        if votes:
            await scene(BJORN, "vote.cast", vote_id=votes[0].id, choice="for")

    async def accept(scene: Scene) -> None:
        for proposal in await scene.all(Proposal, title=f"Sak til {day}"):
            await scene(RAGNHILD, "proposal.accept", proposal_id=proposal.id)

    async def write(scene: Scene) -> None:
        await scene(RAGNHILD, "minutes.start", meeting_id=await meeting(scene))
        organisation = (await scene.one(Organisation, key="fjord")).id
        for item in await scene.all(AgendaItem, title=f"Sak til {day}"):
            await scene(RAGNHILD, "outcome.record", item_id=item.id, outcome="advice", words="Tilrås.")
            what = {"what": "Ta det opp", "due_on": str(day + timedelta(days=40))}
            await scene(RAGNHILD, "minutes.add_follow_up", item_id=item.id, organisation_id=[organisation], **what)

    yield on(-40, 10), "decline", do(BJORN, "call.decline")
    yield on(-30, 10), "propose", do(ASTRID, "proposal.submit", title=f"Sak til {day}", kind="advice")
    yield on(-20, 10), "accept", accept
    yield on(-13, 11), "notice", do(RAGNHILD, "notice.send")
    yield on(-12, 9), "ask", ask
    yield on(-9, 9), "comes", do(ASTRID, "attendance.respond", response="comes")
    yield on(-9, 13), "cast", cast
    yield on(-5, 9), "digital", do(BJORN, "attendance.respond", response="digital")
    yield on(-2, 9), "absent", do(PAAL, "attendance.respond", response="absent", reason="Reise")
    yield on(1, 9), "write", write
    yield on(12, 9), "send", do(RAGNHILD, "minutes.send", until=str(day + timedelta(days=19)))
    yield on(14, 9), "comment", do(ELI, "minutes.comment", text="Fint.")
    yield on(20, 9), "approve", do(RAGNHILD, "minutes.approve")


async def told(scene: Scene) -> list[tuple[Any, ...]]:
    """Everything anybody was told, when, and from when on it is sent."""
    rows = await scene.all(Delivery)
    return sorted((d.made_at, d.kind, d.subject or "", d.person_id or 0, d.next_at, d.can_wait) for d in rows)


async def done(scene: Scene) -> list[tuple[Any, ...]]:
    """Every command in the log, when it was run and about what. Not what was erased: that is on the first day
    the clock comes to, and it stops for nothing that is only to be erased (lisbot.council.register.retention)."""
    lines = [line for line in await scene.all(LogLine) if line.command != "retention.erase"]
    return sorted((line.at, line.command, line.subject or "") for line in lines)


async def steps(scene: Scene) -> set[tuple[str, str, str]]:
    return {(each.subject, str(each.what), each.step) for each in await scene.all(Reminder)}
