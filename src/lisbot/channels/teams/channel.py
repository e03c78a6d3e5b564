"""Teams' way in and out, put together: what app.py needs and no more."""

from aiohttp import ClientSession, web

from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.conversation import Conversation
from lisbot.channels.common.protocols import AskCommand, RunCommand
from lisbot.channels.teams.adapter import PATH, TeamsAdapter
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.handler import TeamsHandler
from lisbot.channels.teams.members import Members
from lisbot.channels.teams.private_answers import PrivateAnswers
from lisbot.channels.teams.responses import Responses
from lisbot.channels.teams.sender import TeamsSender
from lisbot.channels.teams.speakers import REACH_MAX_AGE, Speakers
from lisbot.channels.teams.tokens import accept_local, make_verifier
from lisbot.settings import Settings


class TeamsChannel:
    """Answers POST /api/messages, and sends for the outbox through `sender`.

    `run` and `ask` are the commands' own with the runtime already in them. The session is app.py's, which closes
    it after the channel.
    """

    def __init__(self, run: RunCommand, ask: AskCommand, settings: Settings, session: ClientSession) -> None:
        verify = make_verifier(settings, session)
        connector = Connector(session, settings.teams)
        tenants = settings.teams.tenants if settings.teams else frozenset()
        speakers = Speakers(connector, None if verify is accept_local else tenants, settings.lang)
        addresses = AddressBook(run, REACH_MAX_AGE)
        self.background = BackgroundTasks("Teams")
        members = Members(run, speakers, connector, addresses, self.background)
        targeted = settings.teams.targeted if settings.teams else frozenset()
        handler = TeamsHandler(
            Conversation(run, ask, addresses),
            speakers,
            members,
            Responses(settings.base_url),
            PrivateAnswers(connector, members, targeted),
        )
        self.adapter = TeamsAdapter(verify, connector, handler.on_turn)
        self.adapter.on_turn_error = handler.on_error
        self.sender = TeamsSender(connector, addresses.forget_conversation, members)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.adapter.receive)

    async def close(self) -> None:
        """Stop reading rosters: what was begun is begun again when somebody of the team next writes."""
        await self.background.close(timeout=0)
