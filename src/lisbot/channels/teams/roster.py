"""The people lisbot can reach through a team: their 1:1 conversations, created and remembered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from time import monotonic
from typing import Any

from botbuilder.schema import Activity

from lisbot.channels.teams.activity import Received
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.people import People, object_id
from lisbot.council.people import Caller
from lisbot.phrases import MENU
from lisbot.ports import Unsent

log = logging.getLogger(__name__)

GREETED = 600.0  # seconds within which a second word of the same installation is not a new one
REMEMBERED = 1000
PATIENCE = 30.0  # seconds at most that one person's turn waits when Teams asks for time
ATTEMPTS = 4


class Roster:
    def __init__(self, people: People, connector: Connector) -> None:
        self.people, self.connector = people, connector
        self.arrived: OrderedDict[str, float] = OrderedDict()
        self.walks: set[asyncio.Task[None]] = set()

    def is_new(self, activity: Received) -> bool:
        """Whether this conversation has not just been told of as installed."""
        now, where = monotonic(), activity.conversation_id
        before = self.arrived.get(where, float("-inf"))
        self.arrived[where] = now
        self.arrived.move_to_end(where)
        if len(self.arrived) > REMEMBERED:
            self.arrived.popitem(last=False)
        return now - before > GREETED

    def meet_everybody(self, activity: Received) -> None:
        """Go through the team's roster, page by page, after this turn: it may be hundreds of people."""
        self.walk(activity, self.connector.members(activity.service_url, activity.conversation_id))

    def meet(self, activity: Received, member_ids: Sequence[str]) -> None:
        self.walk(activity, self.look_up(activity, member_ids))

    async def look_up(
        self, activity: Received, member_ids: Sequence[str]
    ) -> AsyncIterator[Mapping[str, Any]]:
        for member_id in member_ids:
            yield await self.connector.member(activity.service_url, activity.conversation_id, member_id)

    def walk(self, activity: Received, members: AsyncIterator[Mapping[str, Any]]) -> None:
        if self.people.may_link(activity.tenant):
            task = asyncio.create_task(self.greet(activity, members))
            self.walks.add(task)
            task.add_done_callback(self.walks.discard)

    async def greet(self, activity: Received, members: AsyncIterator[Mapping[str, Any]]) -> None:
        try:
            async for member in members:
                await self.know(activity, member)
        except Unsent as error:
            log.warning("the roster was not read to its end: %s", error.reason)
        except Exception:
            log.exception("the roster was not read to its end")

    async def know(self, activity: Received, member: Mapping[str, Any]) -> None:
        """Create and remember one person's 1:1 conversation; strangers are left alone."""
        email = self.people.email_of(member, activity.tenant)
        caller = Caller("teams", object_id(member), activity.tenant, email=email)
        if not email or not caller.external_id or (await self.people.run(MENU, {}, caller)).status != 200:
            return
        for attempt in range(ATTEMPTS):
            try:
                found = await self.connector.create_conversation(
                    activity.service_url, activity.tenant, str(member.get("id")), activity.recipient.id
                )
            except Unsent as error:
                if not error.passing:
                    log.info("somebody in the team cannot be reached: %s", error.reason)
                    return
                await asyncio.sleep(min(error.retry_after or 2.0**attempt, PATIENCE))
            else:
                await self.people.remember(caller, activity.service_url, found)
                return

    async def send_alone(self, activity: Received, message: Activity) -> None:
        """Say something to the sender in their 1:1 conversation. Raises Unsent."""
        found = await self.connector.create_conversation(
            activity.service_url, activity.tenant, activity.from_property.id, activity.recipient.id
        )
        await self.connector.send(activity.service_url, found, message.serialize())

    async def close(self) -> None:
        walks = list(self.walks)
        for walk in walks:
            walk.cancel()
        await asyncio.gather(*walks, return_exceptions=True)
