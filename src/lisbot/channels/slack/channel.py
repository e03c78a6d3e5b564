"""Slack as a channel, put together: what app.py needs and no more."""

from aiohttp import ClientSession, web

from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.conversation import Conversation
from lisbot.channels.common.protocols import AskCommand, RunCommand
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.endpoint import PATH, Endpoint
from lisbot.channels.slack.form_metadata import FormMetadata
from lisbot.channels.slack.handler import SlackHandler
from lisbot.channels.slack.install import Installer
from lisbot.channels.slack.membership import Membership
from lisbot.channels.slack.message_cache import MessageCache
from lisbot.channels.slack.people import People
from lisbot.channels.slack.responder import Responder
from lisbot.channels.slack.roster import Roster
from lisbot.channels.slack.sender import SlackSender
from lisbot.channels.slack.socket_mode import SocketMode
from lisbot.idempotency import Receipts
from lisbot.installations import Installations
from lisbot.settings import Settings

ADDRESS_AGE = 3_600.0  # seconds after which somebody's address is written down again


class SlackChannel:
    """Slack's ways in and out.

    `run` and `ask` are the commands' own with the runtime bound: `partial(run, runtime)`. The session is closed by
    whoever opened it. `settings.slack` is set.
    """

    def __init__(
        self,
        run: RunCommand,
        ask: AskCommand,
        settings: Settings,
        session: ClientSession,
        receipts: Receipts,
        installations: Installations,
    ) -> None:
        assert settings.slack
        slack, key, lang = settings.slack, settings.secret_key.encode(), settings.lang
        self.api, self.background = SlackApi(session, slack, installations), BackgroundTasks("Slack")
        cache = MessageCache()
        addresses = AddressBook(run, ADDRESS_AGE)
        people = People(run, self.api, Roster(self.api, slack.teams), addresses, lang)
        conversation = Conversation(run, ask, addresses)
        responder = Responder(self.api, cache, FormMetadata(key))
        handler = SlackHandler(conversation, people, self.api, responder, self.background, receipts)
        membership = Membership(run, people, self.api, self.background, lang)
        self.endpoint = Endpoint(slack, self.api, handler, membership, receipts)
        self.socket_mode = SocketMode(self.endpoint.bolt, slack) if slack.app_token else None
        self.sender = SlackSender(self.api, people, cache)
        self.installer = None
        if slack.client_id:
            self.installer = Installer(slack, settings.base_url, key, installations, receipts, session, lang)

    def add_routes(self, app: web.Application) -> None:
        """Add Slack's endpoint, and the pages that install lisbot in a workspace."""
        if self.socket_mode is None:
            app.router.add_post(PATH, self.endpoint.receive)
        if self.installer:
            self.installer.add_routes(app)

    async def start(self) -> None:
        """Connect to Slack, in Socket Mode."""
        if self.socket_mode:
            await self.socket_mode.start()

    async def close(self) -> None:
        """Take in no more, and finish what follows the answers that were given."""
        if self.socket_mode:
            await self.socket_mode.close()
        await self.background.close()
