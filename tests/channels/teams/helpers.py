"""What the tests of Teams ask and wait for."""

import asyncio

from sqlalchemy import select

from lisbot.council.models import Account


async def accounts(runtime):
    async with runtime.db.read() as db:
        return (await db.execute(select(*Account.__table__.columns))).all()


async def settle(teams):
    """Wait for what lisbot does after it has answered."""
    while teams.channel.background.running:
        await asyncio.wait(teams.channel.background.running)
