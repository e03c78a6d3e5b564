"""Who can be reached through a channel: its members when lisbot joins it, and those who join it later."""

import logging

from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.messages import message_bodies, text_message
from lisbot.channels.slack.payload import Body, SlackUser, authorization, event_user
from lisbot.channels.slack.people import People
from lisbot.channels.slack.responder import NO_PREVIEWS
from lisbot.messaging import SendError
from lisbot.texts import text

log = logging.getLogger(__name__)


class Membership:
    """What lisbot does when somebody joins a channel. `lang` is the language it greets a channel in."""

    def __init__(self, people: People, api: SlackApi, background: BackgroundTasks, lang: str) -> None:
        self.people, self.api, self.background, self.lang = people, api, background, lang

    def join(self, body: Body) -> None:
        """Meet whoever joined a channel lisbot is in; all of the channel, where that was lisbot itself."""
        user, channel = event_user(body), string_in(object_in(body, "event"), "channel")
        if user.id == string_in(authorization(body), "user_id"):
            self.background.spawn(self.arrive(user.workspace, channel))
        elif user.team in self.people.roster.teams:
            self.background.spawn(self.people.meet(user))

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
