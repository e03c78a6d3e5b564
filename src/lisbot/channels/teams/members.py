"""The people lisbot can reach through a team: their 1:1 conversations, made and remembered."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from time import monotonic
from typing import Any

from botbuilder.schema import Activity
from cachetools import TTLCache

from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.protocols import RunCommand
from lisbot.channels.common.retry import with_retries
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.teams.activity import IncomingActivity
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.speakers import PLATFORM, Speakers, home_tenant, object_id_of
from lisbot.council.addresses import fold_address
from lisbot.council.register.identity import Caller, Reach
from lisbot.intents import MENU
from lisbot.messaging import Address, SendError

log = logging.getLogger(__name__)

ATTEMPTS = 4  # to make one person's conversation; they may be hundreds, and Teams asks for pauses
WELCOMED_FOR = 600.0  # seconds within which Teams tells of the same installation a second time
MAX_WELCOMED = 1000  # conversations
ROSTER_AGE = 300.0  # seconds within which a room's roster is not read again for somebody who is looked for
MAX_ROSTERS = 50

NOBODY = Caller("clock", "")  # what a platform tells by itself
Member = Mapping[str, Any]


class Members:
    """The members of the teams that lisbot is in."""

    def __init__(
        self,
        run: RunCommand,
        speakers: Speakers,
        connector: Connector,
        addresses: AddressBook,
        background: BackgroundTasks,
    ) -> None:
        self.run, self.speakers, self.connector = run, speakers, connector
        self.addresses, self.background = addresses, background
        self.reading = asyncio.Lock()
        self.rosters: TTLCache[str, dict[str, Member]] = TTLCache(MAX_ROSTERS, ROSTER_AGE, monotonic)
        self.welcomed: TTLCache[str, bool] = TTLCache(MAX_WELCOMED, WELCOMED_FOR, monotonic)

    def is_new_installation(self, activity: IncomingActivity) -> bool:
        """Returns whether this conversation has not just been told of as installed."""
        is_new = activity.conversation_id not in self.welcomed
        self.welcomed[activity.conversation_id] = True
        return is_new

    def link_all(self, activity: IncomingActivity) -> None:
        """Link everybody in the team, page by page, after this turn: they may be hundreds."""
        self.link_later(activity, self.connector.members(activity.service_url, activity.conversation_id))

    def link(self, activity: IncomingActivity, member_ids: Sequence[str]) -> None:
        """Link those who joined the team, after this turn."""
        self.link_later(activity, self.look_up(activity, member_ids))

    async def look_up(self, activity: IncomingActivity, member_ids: Sequence[str]) -> AsyncIterator[Member]:
        for member_id in member_ids:
            yield await self.connector.member(activity.service_url, activity.conversation_id, member_id)

    def link_later(self, activity: IncomingActivity, members: AsyncIterator[Member]) -> None:
        if self.speakers.may_link(activity.tenant):
            self.background.spawn(self.link_each(activity, members))

    async def lose_rooms(self, activity: IncomingActivity, reason: str) -> None:
        """Note that a channel, all of a team's, or a group chat can be told nothing more."""
        await self.note_rooms("room.mark_gone", activity, reason=reason)

    async def regain_rooms(self, activity: IncomingActivity) -> None:
        """Note that they can be told things again."""
        await self.note_rooms("room.revive", activity)

    async def note_rooms(self, command: str, activity: IncomingActivity, **more: str) -> None:
        """Run a command about the channel an event is about, or else all of the team; not one's own chat."""
        if (activity.is_personal and not activity.is_in_team) or not self.speakers.may_link(activity.tenant):
            return
        channel = string_in(object_in(activity.channel_data, "channel"), "id")
        is_of_channel = string_in(activity.channel_data, "eventType").startswith("channel") and bool(channel)
        about = {"conversation_id": channel if is_of_channel else activity.conversation_id}
        about |= {} if is_of_channel or not activity.team_id else {"team": activity.team_id}
        await self.run(command, {"platform": PLATFORM, "tenant": activity.tenant, **about, **more}, NOBODY)

    async def link_each(self, activity: IncomingActivity, members: AsyncIterator[Member]) -> None:
        try:
            async for member in members:
                await self.link_one(activity, member)
        except SendError as error:
            log.warning("the roster was not read to its end: %s", error.reason)

    async def link_one(self, activity: IncomingActivity, member: Member) -> None:
        """Make and remember one person's 1:1 conversation. Strangers are left alone."""
        email = self.speakers.email_of(member, activity.tenant, in_channel=True)
        caller = self.caller_for(member, activity.tenant, email)
        if not email or not caller.external_id or not (await self.run(MENU, {}, caller)).is_done:
            return
        if caller.tenant != activity.tenant:
            return  # no bot writes first to somebody of another tenant
        try:
            found = await with_retries(
                lambda: self.connector.create_conversation(
                    activity.service_url, activity.tenant, str(member.get("id")), activity.recipient.id
                ),
                attempts=ATTEMPTS,
            )
        except SendError as error:
            log.info("somebody in the team cannot be reached: %s", error.reason)
        else:
            await self.addresses.remember(caller, Reach(activity.service_url, found), from_roster=True)

    def caller_for(self, member: Member, tenant: str, email: str | None) -> Caller:
        """Returns a roster's member as somebody whom the tenant they belong to vouches for."""
        return Caller(PLATFORM, object_id_of(member), home_tenant(member, tenant), email=email)

    def forget_roster(self, activity: IncomingActivity) -> None:
        """Read a channel's roster anew the next time: who is in it has changed."""
        channel = string_in(object_in(activity.channel_data, "channel"), "id")
        for conversation in (channel, activity.conversation_id):
            self.rosters.pop(conversation, None)

    async def find_person(self, room: Address, email: str, bot_id: str) -> Address | None:
        """Link somebody who sits in a room, and make their 1:1 conversation. Returns where they are reached; None for
        whom the roster does not have, or the register does not know, and for another tenant's people. Raises
        SendError."""
        if not self.speakers.may_link(room.tenant):
            return None
        member = (await self.read_roster(room)).get(fold_address(email))
        if member is None:
            return None
        caller = self.caller_for(member, room.tenant, email)
        if not caller.external_id or not (await self.run(MENU, {}, caller)).is_done or caller.tenant != room.tenant:
            return None
        found = await self.connector.create_conversation(room.service_url, room.tenant, str(member.get("id")), bot_id)
        await self.addresses.remember(caller, Reach(room.service_url, found), from_roster=True)
        return Address(PLATFORM, room.tenant, room.service_url, found)

    async def read_roster(self, room: Address) -> dict[str, Member]:
        """Returns a room's own people by their addresses, read once however many are looked for. Raises SendError."""
        async with self.reading:
            if room.conversation_id not in self.rosters:
                members = self.connector.members(room.service_url, room.conversation_id)
                self.rosters[room.conversation_id] = {
                    fold_address(email): member
                    async for member in members
                    if (email := self.speakers.email_of(member, room.tenant, in_channel=True))
                }
            return self.rosters[room.conversation_id]

    async def send_privately(self, activity: IncomingActivity, message: Activity) -> None:
        """Say something to the sender in their 1:1 conversation. Raises SendError."""
        found = await self.connector.create_conversation(
            activity.service_url, activity.tenant, activity.from_property.id, activity.recipient.id
        )
        await self.connector.send(activity.service_url, found, message.serialize())
