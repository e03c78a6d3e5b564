"""Who can be reached through a channel: its members when lisbot joins it, and those who join it later."""

import logging

from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.protocols import RunCommand
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.messages import message_bodies, text_message
from lisbot.channels.slack.payload import PLATFORM, Body, SlackUser, authorization, event_user
from lisbot.channels.slack.people import People
from lisbot.channels.slack.responder import NO_PREVIEWS
from lisbot.council.register.identity import Caller
from lisbot.messaging import SendError
from lisbot.texts import text

NOBODY = Caller("clock", "")  # what a platform tells by itself
log = logging.getLogger(__name__)


class Membership:
    """What lisbot does when somebody joins a channel. `lang` is the language it greets a channel in."""

    def __init__(self, run: RunCommand, people: People, api: SlackApi, background: BackgroundTasks, lang: str) -> None:
        self.run, self.people, self.api, self.background, self.lang = run, people, api, background, lang

    def join(self, body: Body) -> None:
        """Meet whoever joined a channel lisbot is in; all of the channel, where that was lisbot itself."""
        user, channel = event_user(body), string_in(object_in(body, "event"), "channel")
        if user.id == string_in(authorization(body), "user_id"):
            self.background.spawn(self.arrive(user.workspace, channel))
            self.background.spawn(self.regain(body))
        elif user.team in self.people.roster.teams:
            self.background.spawn(self.people.meet(user))

    async def leave(self, body: Body) -> None:
        """Note that lisbot was removed from a channel. That somebody else left it is nothing to lisbot."""
        if event_user(body).id == string_in(authorization(body), "user_id"):
            await self.lose(body)

    async def lose(self, body: Body, *, everywhere: bool = False) -> None:
        """Note that a channel can be told nothing more, or that none of the workspace's can."""
        await self.note(
            "room.mark_gone", body, everywhere=everywhere, reason=string_in(object_in(body, "event"), "type")
        )

    async def regain(self, body: Body) -> None:
        """Note that a channel can be told things again."""
        await self.note("room.revive", body)

    async def note(self, command: str, body: Body, *, everywhere: bool = False, **more: str) -> None:
        """Run a command about a channel, which an event names or describes, or about the whole workspace."""
        event, workspace = object_in(body, "event"), event_user(body).workspace
        channel = string_in(event, "channel") or string_in(object_in(event, "channel"), "id")
        if not workspace or not (channel or everywhere):
            return
        about = {"platform": PLATFORM, "tenant": workspace, **({} if everywhere else {"conversation_id": channel})}
        await self.run(command, {**about, **more}, NOBODY)

    async def arrive(self, workspace: str, channel: str) -> None:
        """Greet the channel, then meet its people one by one: they may be hundreds."""
        try:
            (greeting,) = message_bodies(text_message(text(self.lang, "slack.welcome_room"), self.lang))
            await self.api.call(workspace, "chat.postMessage", channel=channel, **greeting, **NO_PREVIEWS)
            if workspace not in self.people.roster.teams:
                return
            async for user in self.api.members(workspace, channel):
                await self.people.meet(SlackUser(user, workspace, workspace))
        except SendError as error:
            log.warning("the channel's members were not read to their end: %s", error.reason)
