"""What people do in the demo's scene: one command at a time, as somebody, on the day they would have done it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from lisbot.commands import ask, run
from lisbot.commands.command import CONFIRM
from lisbot.council.core.calendar import holiday, moment
from lisbot.council.register.identity import Caller
from lisbot.runtime import Runtime


@dataclass
class Scene:
    """A runtime whose clock stands at the moment `at`."""

    runtime: Runtime
    at: datetime

    @property
    def then(self) -> Runtime:
        return replace(self.runtime, now=lambda: self.at)

    async def do(self, email: str, name: str, /, **given: Any) -> Any:
        """Have somebody do something, as they would have that day, saying yes to what is asked first.

        Returns the command's view. Raises RuntimeError when it is refused.
        """
        return await self.run(Caller("cli", email), name, **given)

    async def run_as_clock(self, name: str, /, **given: Any) -> Any:
        """Have done what happens by itself when its time has come. Returns the command's view."""
        return await self.run(Caller("clock", "lisbot"), name, **given)

    async def run(self, caller: Caller, name: str, /, **given: Any) -> Any:
        reply = await run(self.then, name, {**given, CONFIRM: True}, caller)
        if not reply.is_done:
            raise RuntimeError(f"the demo's scene: {name}: {reply.words}")
        return reply.view

    async def choices(self, email: str, name: str, field: str, **given: Any) -> list[Any]:
        """Returns what somebody may choose among in a field of a command's form."""
        return [value for value, _ in await self.named_choices(email, name, field, **given)]

    async def named_choices(self, email: str, name: str, field: str, **given: Any) -> list[tuple[Any, str]]:
        """Returns what somebody may choose among in a field of a command's form, each with what it is called."""
        reply = await ask(self.then, name, given, Caller("cli", email))
        if not reply.is_done:
            raise RuntimeError(f"the demo's scene: {name}: {reply.words}")
        return [choice for each in reply.view.fields if each.name == field for choice in each.choices or ()]

    def move(self, day: date, hour: int = 9) -> None:
        self.at = moment(day, time(hour), self.runtime.tz)


def working_day(day: date) -> date:
    """Returns this day, or the first after it that is neither in a weekend nor a public holiday."""
    while day.weekday() >= 5 or holiday(day):
        day += timedelta(days=1)
    return day


async def propose(scene: Scene, email: str, meeting_id: int, **given: Any) -> int:
    """Returns the proposal's id."""
    proposal = await scene.do(email, "proposal.submit", meeting_id=meeting_id, **given)
    return int(proposal.id)


async def accept(scene: Scene, secretary: str, meeting_id: int, proposal_id: int) -> int:
    """Take a proposal onto the agenda. Returns the id of its agenda item."""
    proposal = await scene.do(secretary, "proposal.accept", proposal_id=proposal_id)
    agenda = await scene.do(secretary, "agenda.show", meeting_id=meeting_id)
    return next(int(item.id) for item in agenda.items if item.case_id == proposal.case_id)
