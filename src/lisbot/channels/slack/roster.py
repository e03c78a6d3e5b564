"""What a workspace's roster says of somebody: their language, and the address that may link them."""

import asyncio
import logging
from time import monotonic

from cachetools import TTLCache

from lisbot.channels.common.retry import with_retries
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.payload import Body, SlackUser
from lisbot.messaging import SendError
from lisbot.texts import closest_language

log = logging.getLogger(__name__)

MAX_PEOPLE = 10_000
LOCALE_AGE = 86_400.0  # seconds after which somebody's locale is looked up again
PROFILE_AGE = 60.0  # seconds that a profile serves, so that somebody new is looked up once
# Slack gives an answer three seconds, and a form opens within three of the press.
LOOKUP_TIMEOUT = 1.5
SHORT_WAIT, LONG_WAIT = 1.0, 60.0  # seconds that Slack may ask to wait, for those who wait and for nobody
# docs.slack.dev, "User object": none of these is one of the organisation's own people.
NOT_OWN = ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "deleted", "is_invited_user")


class Roster:
    """The rosters of the workspaces. `teams`: those whose roster may link a person by e-mail."""

    def __init__(self, api: SlackApi, teams: frozenset[str]) -> None:
        self.api, self.teams = api, teams
        self.locales: TTLCache[tuple[str, str], str] = TTLCache(MAX_PEOPLE, LOCALE_AGE, monotonic)
        self.profiles: TTLCache[tuple[str, str], Body] = TTLCache(MAX_PEOPLE, PROFILE_AGE, monotonic)

    async def locale(self, user: SlackUser) -> str | None:
        """Returns somebody's language in Slack, if it is one of ours. Looks up whoever was not met lately."""
        if user.key not in self.locales and (profile := await self.look_up(user)):
            self.remember(user, profile)
        return self.known_locale(user)

    def known_locale(self, user: SlackUser) -> str | None:
        """Returns the same, as far as it is known without asking."""
        return closest_language(self.locales.get(user.key), "") or None

    async def email(self, user: SlackUser) -> str | None:
        """Returns the address that may link somebody, if there is one, as the roster has it now or had a moment ago."""
        return self.trusted_email(user, self.profiles.get(user.key) or await self.look_up(user))

    async def email_of_member(self, user: SlackUser) -> str | None:
        """Returns the same for one of a channel's members, whom nobody waits for."""
        profile = await self.look_up(user, max_wait=LONG_WAIT)
        email = self.trusted_email(user, profile)
        if email:
            self.remember(user, profile)
        return email

    def remember(self, user: SlackUser, profile: Body) -> None:
        """Cache what was looked up."""
        self.locales[user.key] = string_in(profile, "locale")
        self.profiles[user.key] = profile

    async def look_up(self, user: SlackUser, *, max_wait: float = SHORT_WAIT) -> Body:
        """Returns somebody's profile; {} for those the roster does not show, and where Slack asks for a pause of
        more than `max_wait` seconds. Nobody who waits for an answer waits longer."""
        asked = {"user": user.id, "include_locale": "true"}
        try:
            async with asyncio.timeout(LOOKUP_TIMEOUT if max_wait == SHORT_WAIT else None):
                found = await with_retries(
                    lambda: self.api.call(user.workspace, "users.info", **asked), attempts=2, max_wait=max_wait
                )
        except (SendError, TimeoutError) as error:
            log.info("the roster did not answer: %s", getattr(error, "reason", "too slow"))
            return {}
        return object_in(found, "user")

    def trusted_email(self, user: SlackUser, profile: Body) -> str | None:
        """Returns the address of one of an allowed team's own people: a guest's is somebody else's word."""
        is_own = (
            user.team in self.teams
            and user.team == user.workspace
            and string_in(profile, "id") == user.id
            and string_in(profile, "team_id") == user.team
            and profile.get("is_email_confirmed") is not False
            and not any(profile.get(name) for name in NOT_OWN)
        )
        return (string_in(object_in(profile, "profile"), "email") or None) if is_own else None
