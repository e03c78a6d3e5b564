"""Who is asking in Slack: proved by its signature, linked by its roster, and where they are reached."""

import logging
from dataclasses import replace
from time import monotonic

from cachetools import TTLCache

from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.conversation import Speaker, is_known
from lisbot.channels.common.protocols import RunCommand
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.payload import PLATFORM, SlackUser, room_of
from lisbot.channels.slack.roster import Roster
from lisbot.commands import Reply
from lisbot.council.register.identity import Caller, Reach
from lisbot.intents import MENU
from lisbot.messaging import PermanentError, SendError

log = logging.getLogger(__name__)

MAX_PEOPLE = 10_000
STRANGER_AGE = 300.0  # seconds within which somebody whom a workspace does not have is not looked for again
LANGUAGE_AGE = 86_400.0  # seconds that the language somebody was answered in is remembered


class People:
    """Slack's people as lisbot may believe in them, and their direct messages."""

    def __init__(self, run: RunCommand, api: SlackApi, roster: Roster, addresses: AddressBook, lang: str) -> None:
        self.run, self.api, self.roster, self.addresses, self.lang = run, api, roster, addresses, lang
        self.languages: TTLCache[tuple[str, str], str] = TTLCache(MAX_PEOPLE, LANGUAGE_AGE, monotonic)
        self.strangers: TTLCache[tuple[str, str], bool] = TTLCache(MAX_PEOPLE, STRANGER_AGE, monotonic)
        self.being_remembered: set[SlackUser] = set()

    async def speaker(self, user: SlackUser, channel: str) -> Speaker:
        """Returns whoever did something in a channel, or elsewhere ("")."""
        locale = await self.roster.locale(user)
        caller = Caller(PLATFORM, user.id, user.team, lang=locale, room=room_of(user.workspace, channel))
        return Speaker(caller, self.known_lang(user), lambda: self.roster.email(user))

    def known_lang(self, user: SlackUser) -> str:
        """Returns the language somebody was last answered in, or else their Slack's if it is one of ours."""
        return self.languages.get(user.key) or self.roster.known_locale(user) or self.lang

    def note_answer(self, user: SlackUser, reply: Reply) -> None:
        """Remember the language of an answer to somebody in the register."""
        if is_known(reply):
            self.languages[user.key] = reply.lang

    async def meet(self, user: SlackUser) -> None:
        """Link one person of a channel and remember where they are reached; leave strangers alone."""
        email = await self.roster.email_of_member(user)
        if email is None:
            return
        caller = Caller(PLATFORM, user.id, user.team, email=email)
        if (await self.run(MENU, {}, caller)).is_done:
            await self.remember(user, "", from_roster=True)

    async def find_person(self, workspace: str, email: str) -> Reach | None:
        """Link the person of a workspace who has this address, and open their direct messages. Returns where they are
        reached; None for whom the workspace does not have, or lisbot may not link. Raises SendError."""
        if workspace not in self.roster.teams or (workspace, email) in self.strangers:
            return None
        try:
            found = await self.api.call(workspace, "users.lookupByEmail", email=email)
        except PermanentError as error:
            log.info("somebody was not found by their address: %s", error.reason)
            self.strangers[workspace, email] = True
            return None
        profile = object_in(found, "user")
        user = SlackUser(string_in(profile, "id"), workspace, workspace)
        caller = Caller(PLATFORM, user.id, user.team, email=self.roster.trusted_email(user, profile))
        if not caller.email or not (await self.run(MENU, {}, caller)).is_done:
            return None
        if self.addresses.get(caller) is None:
            # Once: the outbox comes again where Slack does not answer.
            channel = await self.api.open_direct(workspace, user.id, attempts=1)
            caller = replace(caller, lang=await self.roster.locale(user))
            await self.addresses.remember(caller, Reach(workspace, channel), from_roster=True)
        return self.addresses.get(caller)

    async def remember(self, user: SlackUser, channel: str, *, from_roster: bool = False) -> None:
        """Write down where somebody is reached. Nothing is asked or written while it is what it was.

        `channel`: their conversation with lisbot, where they are in it; else Slack is asked for it.
        """
        caller = Caller(PLATFORM, user.id, user.team)
        known = self.addresses.get(caller)
        if (known and channel in ("", known.conversation_id)) or user in self.being_remembered:
            return
        self.being_remembered.add(user)
        try:
            found = channel or await self.api.open_direct(user.workspace, user.id)
            if found:
                caller = replace(caller, lang=await self.roster.locale(user))
                await self.addresses.remember(caller, Reach(user.workspace, found), from_roster=from_roster)
        except SendError as error:
            log.info("somebody cannot be reached: %s", error.reason)
        finally:
            self.being_remembered.discard(user)

    def forget_channel(self, channel: str) -> None:
        """Forget a conversation that no longer leads to anybody: whoever next writes from it is remembered anew."""
        self.addresses.forget_conversation(channel)
