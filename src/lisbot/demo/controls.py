"""What only the demo's pages can do: become somebody, move the clock forward, and read everybody's mail."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from lisbot.demo.mailbox import Mailbox
from lisbot.demo.personas import Persona, TravelledCase, list_personas
from lisbot.demo.travelled import find_travelled
from lisbot.runtime import Runtime

SHOWN_OF_EACH_PART = 3  # enough to choose among, few enough to see at once


class Controls:
    """Whom a visitor may become, `forward`, which moves the clock to the next thing that is due, and the mail that
    lisbot would have sent."""

    def __init__(self, runtime: Runtime, forward: Callable[[], Awaitable[datetime]], mailbox: Mailbox) -> None:
        self.runtime = runtime
        self.forward = forward
        self.mailbox = mailbox

    async def personas(self) -> list[Persona]:
        """Returns for each part up to three people of different organisations, as the register has them that day."""
        shown: dict[tuple[str, str], Persona] = {}
        for persona in await self.everybody():
            if sum(part == persona.part for part, _ in shown) < SHOWN_OF_EACH_PART:
                shown.setdefault((persona.part, persona.organisation), persona)
        return list(shown.values())

    async def travelled(self) -> TravelledCase | None:
        """Returns the case that has travelled; None where the demo has none."""
        async with self.runtime.db.read() as db:
            return await find_travelled(db, await self.everybody())

    async def may_become(self, person_id: int) -> bool:
        """Returns whether this is somebody in the demo's councils: whoever plays a part in them today."""
        return any(persona.person_id == person_id for persona in await self.everybody())

    async def everybody(self) -> list[Persona]:
        today = self.runtime.now().astimezone(self.runtime.tz).date()
        async with self.runtime.db.read() as db:
            return await list_personas(db, today)
