"""Who is asking in Slack: proved by its signature, linked by its roster, and where they are reached."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from time import monotonic
from typing import Any

from lisbot.channels.slack.api import Api, patiently
from lisbot.channels.slack.payload import Body, Who, line, part, room
from lisbot.commands import Reply
from lisbot.council.people import Caller
from lisbot.phrases import MENU
from lisbot.ports import Unsent
from lisbot.texts import closest

log = logging.getLogger(__name__)

STRANGER = "stranger"
REMEMBERED = 10_000
MOMENT, MINUTE = 1.0, 60.0  # seconds that somebody waits for an answer, and nobody for being met
PROMPT = 1.5  # seconds: Slack gives an answer three, and a form opens within three of the press
KEPT = 86_400.0  # seconds after which a person's locale and address are looked up again
# docs.slack.dev, "User types": none of these is one of the organisation's own people.
NOT_OWN = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted", "is_invited_user")

Do = Callable[[Caller], Awaitable[Reply]]
RunBound = Callable[..., Awaitable[Reply]]


class Remembered(OrderedDict[Any, Any]):
    """What was found out lately, by whom it is about: for no longer than it can be trusted."""

    def __init__(self, seconds: float = KEPT) -> None:
        super().__init__()
        self.seconds = seconds

    def keep(self, key: object, value: object) -> None:
        self[key] = (value, monotonic())
        self.move_to_end(key)
        if len(self) > REMEMBERED:
            self.popitem(last=False)

    def recall(self, key: object) -> Any:
        value, at = self.get(key, (None, 0.0))
        return value if value is not None and monotonic() - at < self.seconds else None


class People:
    """Callers as lisbot may believe in them, and their direct messages."""

    def __init__(self, run: RunBound, api: Api, teams: frozenset[str]) -> None:
        """`teams`: those whose roster may link a person by e-mail."""
        self.run, self.api, self.teams = run, api, teams
        self.locales, self.spoken, self.reached = Remembered(), Remembered(), Remembered()
        self.profiles = Remembered(MINUTE)
        self.remembering: set[Who] = set()

    async def act(self, who: Who, channel: str, do: Do) -> Reply:
        """Do something as whoever sent this. A stranger is looked up in the roster, and tried once more."""
        await self.get_to_know(who)
        caller = Caller("slack", who.user, who.team, lang=self.locale(who), room=room(who.workspace, channel))
        reply = await do(caller)
        if reply.key == STRANGER and (email := self.email_of(await self.profile(who), who)):
            reply = await do(replace(caller, email=email))
        if reply.key != STRANGER:
            self.spoken.keep(who.key, reply.lang)
        return reply

    async def lang(self, who: Who) -> str | None:
        """The language somebody was last answered in, or else their Slack's, if it is one of ours."""
        await self.get_to_know(who)
        return self.known_lang(who)

    def known_lang(self, who: Who) -> str | None:
        """The same, as far as it is known without asking."""
        return self.spoken.recall(who.key) or self.locale(who)

    async def get_to_know(self, who: Who) -> None:
        """Look somebody up who was not met lately."""
        if self.locales.recall(who.key) is None and (user := await self.look_up(who)):
            self.locales.keep(who.key, line(user, "locale"))
            self.profiles.keep(who.key, user)

    async def profile(self, who: Who) -> Body:
        """What the roster says of somebody now, or said a moment ago."""
        return self.profiles.recall(who.key) or await self.look_up(who)

    def locale(self, who: Who) -> str | None:
        return closest(self.locales.recall(who.key), "") or None

    async def look_up(self, who: Who, *, longest: float = MOMENT) -> Body:
        """What the workspace's roster says of somebody; nothing of those it does not show, nor where Slack
        asks for a pause of more than `longest` seconds. Somebody who waits is not kept waiting for it."""
        asked = {"user": who.user, "include_locale": "true"}
        try:
            async with asyncio.timeout(PROMPT if longest == MOMENT else None):
                found = await patiently(
                    lambda: self.api.call(who.workspace, "users.info", **asked), attempts=2, longest=longest
                )
        except (Unsent, TimeoutError) as error:
            log.info("the roster was not to be had: %s", getattr(error, "reason", "too slow"))
            return {}
        return part(found, "user")

    def email_of(self, user: Body, who: Who) -> str | None:
        """The address of one of an allowed team's own people: a guest's is somebody else's word."""
        is_own = (
            who.team in self.teams
            and who.team == who.workspace
            and line(user, "id") == who.user
            and line(user, "team_id") == who.team
            and user.get("is_email_confirmed") is not False
            and not any(user.get(name) for name in NOT_OWN)
        )
        return (line(part(user, "profile"), "email") or None) if is_own else None

    async def meet(self, who: Who) -> None:
        """Link and remember one person of a channel, so that they can be reached; leave strangers alone."""
        user = await self.look_up(who, longest=MINUTE)
        email = self.email_of(user, who)
        if not email:
            return
        self.locales.keep(who.key, line(user, "locale"))
        caller = Caller("slack", who.user, who.team, email=email)
        if (await self.run(MENU, {}, caller)).status == 200:
            await self.remember(who, "")

    async def remember(self, who: Who, channel: str) -> None:
        """Keep where somebody is reached; nothing is asked or written while it is what it was."""
        known = self.reached.recall(who.key)
        if (known and channel in ("", known)) or who in self.remembering:
            return
        self.remembering.add(who)
        try:
            await self.keep(who, channel or await self.api.open_alone(who.workspace, who.user))
        except Unsent as error:
            log.info("somebody cannot be reached: %s", error.reason)
        finally:
            self.remembering.discard(who)

    async def keep(self, who: Who, found: str) -> None:
        given = {"service_url": who.workspace, "conversation_id": found}
        await self.get_to_know(who)
        caller = Caller("slack", who.user, who.team, lang=self.locale(who))
        if found and (await self.run("me.reached", given, caller)).status == 200:
            self.reached.keep(who.key, found)

    def lose(self, channel: str) -> None:
        """A conversation no longer leads to anybody: whoever next writes from it is kept anew."""
        for who in [who for who, (where, _) in self.reached.items() if where == channel]:
            del self.reached[who]


def is_known(reply: Reply) -> bool:
    return reply.key != STRANGER
