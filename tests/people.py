"""Calling lisbot as somebody: `astrid = member(runtime, "astrid@example.no")`, then

reply = await astrid("vote.cast", vote_id=7, choice="for")

`reply.view` is what the command returned, `reply.sheet` and `reply.card` how it is drawn.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from lisbot import cards, commands
from lisbot.commands import COMMANDS
from lisbot.council.core.access import GRANTS
from lisbot.council.core.context import Role
from lisbot.council.models import Person
from lisbot.council.register.identity import Caller
from lisbot.runtime import Runtime

ODDITIES = {"holiday", "weekend", "people_twice", "place_twice"}  # of a date


@dataclass
class Answer:
    """A reply, and what is drawn of it."""

    reply: commands.Reply

    @property
    def status(self) -> int:
        return self.reply.status

    @property
    def words(self) -> str:
        return self.reply.words

    @property
    def view(self) -> Any:
        return self.reply.view

    @property
    def shows(self) -> str:
        return self.reply.shows

    @property
    def fields(self) -> Any:
        return self.reply.fields

    @property
    def key(self) -> str:
        return self.reply.key

    @property
    def lang(self) -> str:
        return self.reply.lang

    @cached_property
    def sheet(self) -> cards.Sheet:
        assert self.reply.viewer
        return cards.draw_sheet(self.reply.shows, self.reply.view, self.reply.viewer)

    @cached_property
    def card(self) -> dict[str, Any]:
        assert self.reply.viewer
        return cards.draw_card(self.reply.shows, self.reply.view, self.reply.viewer)

    @cached_property
    def form(self) -> dict[str, Any]:
        """What a form's shape is filled with."""
        assert self.reply.viewer
        assert self.reply.shows == "form"
        return cards.form_data(self.reply.view, self.reply.viewer)


Call = Callable[..., Awaitable[Answer]]


def member(runtime: Runtime, email: str, platform: str = "cli", *, lang: str | None = None) -> Call:
    """Whoever has this address, on the command line, or signed in to the pages ("web")."""

    async def call(name: str, /, **given: Any) -> Answer:
        caller = await caller_of(runtime, email, platform, lang)
        return Answer(await run_confirmed(runtime, name, given, caller))

    return call


async def run_confirmed(runtime: Runtime, name: str, given: Mapping[str, Any], caller: Caller) -> commands.Reply:
    """Run a command, and say yes where it asks first. What is odd about a date comes back as it is asked."""
    reply = await commands.run(runtime, name, given, caller)
    view = reply.view
    if isinstance(view, cards.FormView) and view.asked is not None and not ODDITIES.intersection(view.questions):
        return await commands.run(runtime, name, {**given, "confirm": ",".join(view.asked)}, caller)
    return reply


def form(runtime: Runtime, email: str, platform: str = "cli", *, lang: str | None = None) -> Call:
    """The same for a command's form."""

    async def call(name: str, /, **given: Any) -> Answer:
        caller = await caller_of(runtime, email, platform, lang)
        return Answer(await commands.ask(runtime, name, given, caller))

    return call


async def caller_of(runtime: Runtime, email: str, platform: str, lang: str | None) -> Caller:
    if platform == "cli":
        return Caller("cli", email, lang=lang)
    async with runtime.db.read() as db:
        person_id = await db.scalar(select(Person.id).where(func.lower(Person.email) == email.lower()))
    assert person_id is not None, f"nobody here has the address {email}"
    return Caller(platform, str(person_id), lang=lang)


def not_granted_to(*roles: Role) -> set[str]:
    """Every command that none of these roles may run."""
    return {name for name, command in COMMANDS.items() if not any(command.needs in GRANTS[role] for role in roles)}
