"""Teams' way in and out, put together: what app.py needs and no more."""

from aiohttp import ClientSession, web

from lisbot.channels.teams.adapter import PATH, Adapter
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.handler import Handler
from lisbot.channels.teams.people import People, RunBound
from lisbot.channels.teams.roster import Roster
from lisbot.channels.teams.sender import Sender
from lisbot.channels.teams.tokens import admit_local, make_check
from lisbot.settings import Settings


class Door:
    """`run` and `ask` are the commands' own with the house already in them; the session is app.py's."""

    def __init__(self, run: RunBound, ask: RunBound, settings: Settings, session: ClientSession) -> None:
        check = make_check(settings, session)
        self.connector = Connector(session, settings.teams)
        tenants = settings.teams.tenants if settings.teams else frozenset()
        people = People(run, self.connector, None if check is admit_local else tenants)
        self.roster = Roster(people, self.connector)
        handler = Handler(run, ask, people, self.roster, settings.lang)
        self.adapter = Adapter(check, self.connector, handler.on_turn)
        self.adapter.on_turn_error = handler.apologise
        self.sender = Sender(self.connector, people.lose)

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.adapter.receive)

    async def close(self) -> None:
        """Stop reading rosters; what was begun is begun again when somebody of the team next writes."""
        await self.roster.close()
