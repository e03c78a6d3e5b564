"""What only the demo's pages can do: become somebody, and wind the clock forward."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from lisbot.commands import House
from lisbot.council.cast import Role, cast

EACH = 3  # of every part: enough to choose among, few enough to see at once


class Stage:
    """Whom a visitor may become, and `forward`, which moves the clock to the next thing that is due."""

    def __init__(self, house: House, forward: Callable[[], Awaitable[datetime]]) -> None:
        self.house = house
        self.forward = forward

    async def personas(self) -> list[Role]:
        """For each part up to three people of different organisations, as the register has them that day."""
        today = self.house.now().astimezone(self.house.tz).date()
        async with self.house.db.read() as db:
            everybody = await cast(db, today)
        shown: dict[tuple[str, str], Role] = {}
        for role in everybody:
            if sum(part == role.part for part, _ in shown) < EACH:
                shown.setdefault((role.part, role.organisation), role)
        return list(shown.values())

    async def may_become(self, person_id: int) -> bool:
        """Whether this is somebody in the demo's councils: whoever plays a part in them today."""
        today = self.house.now().astimezone(self.house.tz).date()
        async with self.house.db.read() as db:
            return any(role.person_id == person_id for role in await cast(db, today))
