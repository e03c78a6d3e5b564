"""Slack's way in and out, put together: what app.py needs and no more."""

from aiohttp import ClientSession, web

from lisbot.channels.slack.afterwards import Afterwards
from lisbot.channels.slack.api import Api
from lisbot.channels.slack.handler import Handler
from lisbot.channels.slack.hung import Hung
from lisbot.channels.slack.install import Install
from lisbot.channels.slack.joining import Joining
from lisbot.channels.slack.memory import Memory
from lisbot.channels.slack.people import People, RunBound
from lisbot.channels.slack.sender import Sender
from lisbot.channels.slack.socket import Socket
from lisbot.channels.slack.wire import PATH, Wire
from lisbot.inbox import Inbox
from lisbot.installs import Installs
from lisbot.settings import Settings


class Door:
    """`run` and `ask` are the commands' own with the house already in them; the session is app.py's."""

    def __init__(
        self,
        run: RunBound,
        ask: RunBound,
        settings: Settings,
        session: ClientSession,
        inbox: Inbox,
        installs: Installs,
    ) -> None:
        assert settings.slack
        slack, key, lang = settings.slack, settings.secret_key.encode(), settings.lang
        self.api, self.after = Api(session, slack, installs), Afterwards()
        people, hung = People(run, self.api, slack.teams), Hung()
        handler = Handler(run, ask, people, self.api, self.after, inbox, hung, Memory(key), lang)
        joining = Joining(people, self.api, self.after, lang)
        self.wire = Wire(slack, self.api, handler, joining, inbox, self.after)
        self.socket = Socket(self.wire.bolt, slack) if slack.app_token else None
        self.sender = Sender(self.api, people, hung)
        self.install = None
        if slack.client_id:
            self.install = Install(slack, settings.base_url, key, installs, inbox, session, lang)

    def add_routes(self, app: web.Application) -> None:
        if self.socket is None:
            app.router.add_post(PATH, self.wire.receive)
        if self.install:
            self.install.add_routes(app)

    async def start(self) -> None:
        if self.socket:
            await self.socket.start()

    async def close(self) -> None:
        """Take in no more, and finish what follows the answers that were given."""
        if self.socket:
            await self.socket.close()
        await self.after.close()
