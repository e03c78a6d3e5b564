"""Who can be reached through a channel: its members when lisbot joins it, and those who join it later."""

import logging

from lisbot.channels.slack import faces
from lisbot.channels.slack.afterwards import Afterwards
from lisbot.channels.slack.api import Api
from lisbot.channels.slack.payload import Body, Who, installation, line, part, speaker
from lisbot.channels.slack.people import People
from lisbot.channels.slack.surfaces import QUIET
from lisbot.ports import Unsent
from lisbot.texts import text

log = logging.getLogger(__name__)


class Joining:
    def __init__(self, people: People, api: Api, after: Afterwards, lang: str) -> None:
        self.people, self.api, self.after, self.lang = people, api, after, lang

    def join(self, body: Body) -> None:
        """Somebody joined a channel lisbot is in, or lisbot itself did."""
        who, channel = speaker(body), line(part(body, "event"), "channel")
        if who.user == line(installation(body), "user_id"):
            self.after.begin(self.arrive(who.workspace, channel))
        elif who.team in self.people.teams:
            self.after.begin(self.people.meet(who))

    async def arrive(self, workspace: str, channel: str) -> None:
        """Greet the channel, then meet its people one by one: they may be hundreds."""
        try:
            words = faces.messages(faces.said(text(self.lang, "slack.welcome_room"), self.lang))[0]
            await self.api.call(workspace, "chat.postMessage", channel=channel, **words, **QUIET)
            if workspace not in self.people.teams:
                return
            async for user in self.api.members(workspace, channel):
                await self.people.meet(Who(user, workspace, workspace))
        except Unsent as error:
            log.warning("the channel's members were not read to their end: %s", error.reason)
