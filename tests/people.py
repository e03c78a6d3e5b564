"""Knocking on the door as somebody: `astrid = door(house, "astrid@example.no")`, then

reply = await astrid("vote.cast", vote_id=7, choice="for")
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import func, select

from lisbot import commands
from lisbot.cards import draw
from lisbot.commands import House, Reply
from lisbot.council.models import Person
from lisbot.council.people import Caller

Door = Callable[..., Awaitable[Reply]]


def door(
    house: House, email: str, platform: str = "cli", *, show: Any = draw, lang: str | None = None
) -> Door:
    """Whoever has this address, at lisbot's door: on the command line, or signed in to the pages ("web")."""

    async def knock(name: str, /, **given: Any) -> Reply:
        return await commands.run(house, name, given, await caller(house, email, platform, lang), show)

    return knock


def form(
    house: House, email: str, platform: str = "cli", *, show: Any = draw, lang: str | None = None
) -> Door:
    """The same for a command's form."""

    async def knock(name: str, /, **given: Any) -> Reply:
        return await commands.ask(house, name, given, await caller(house, email, platform, lang), show)

    return knock


async def caller(house: House, email: str, platform: str, lang: str | None) -> Caller:
    if platform == "cli":
        return Caller("cli", email, lang=lang)
    async with house.db.read() as db:
        person_id = await db.scalar(select(Person.id).where(func.lower(Person.email) == email.lower()))
    assert person_id is not None, f"nobody here has the address {email}"
    return Caller(platform, str(person_id), lang=lang)
