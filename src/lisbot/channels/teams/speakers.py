"""Who speaks in Teams: proved by the Bot Framework, linked by an e-mail address of the conversation's own roster."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

from cachetools import TTLCache

from lisbot.channels.common.conversation import Speaker
from lisbot.channels.common.untrusted import string_in
from lisbot.channels.teams.activity import IncomingActivity
from lisbot.channels.teams.connector import Connector
from lisbot.council.register.identity import Caller, Reach
from lisbot.messaging import SendError
from lisbot.texts import closest_language

log = logging.getLogger(__name__)

PLATFORM = "teams"
HOME_AGE = 86_400.0  # seconds for which it is remembered where somebody belongs
MAX_HOMES = 10_000
REACH_MAX_AGE = 600.0  # seconds after which somebody's address is written again (AddressBook)


class Speakers:
    """Whoever sends something, as far as lisbot may believe in them."""

    def __init__(self, connector: Connector, tenants: frozenset[str] | None, lang: str) -> None:
        """`tenants`: those whose roster may link a person by e-mail; None for every one (the demo).
        `lang`: the installation's own language."""
        self.connector, self.tenants, self.lang = connector, tenants, lang
        # Where those belong who write in a channel that another tenant hosts, by host and object id.
        self.homes: TTLCache[tuple[str, str], str] = TTLCache(MAX_HOMES, HOME_AGE, monotonic)

    def speaker_of(self, activity: IncomingActivity) -> Speaker:
        """Returns the sender. Without an object id it is nobody that lisbot can know."""

        async def find_email() -> str | None:
            return await self.find_email(activity)

        def find_tenant() -> str:
            return self.home_of(activity)

        caller = replace(caller_of(activity), tenant=self.home_of(activity))
        return Speaker(caller, self.lang_of(activity), find_email, find_tenant)

    def home_of(self, activity: IncomingActivity) -> str:
        """Returns the tenant that the sender belongs to, as far as it is known: the conversation's own, but in a
        channel that several share."""
        sender = str(activity.from_property.aad_object_id)
        home: str = self.homes.get((activity.tenant, sender), activity.tenant)
        return home

    def lang_of(self, activity: IncomingActivity) -> str:
        """Returns the language that the sender's Teams is in, or the one of ours that is closest to it."""
        return closest_language(activity.locale, self.lang)

    async def find_email(self, activity: IncomingActivity) -> str | None:
        """Returns the address that the conversation's own roster has for the sender."""
        asked = activity.from_property.aad_object_id
        if not asked or not self.may_link(activity.tenant):
            return None
        try:
            member = await self.connector.member(
                activity.service_url, str(activity.conversation.id), activity.from_property.id
            )
        except SendError as error:
            log.info("the roster was not to be had: %s", error.reason)
            return None
        if object_id_of(member) != asked:
            return None
        email = self.email_of(member, activity.tenant, in_channel=activity.is_in_team)
        if email and (home := home_tenant(member, activity.tenant)) != activity.tenant:
            self.homes[activity.tenant, asked] = home
        return email

    def may_link(self, tenant: str) -> bool:
        return self.tenants is None or tenant in self.tenants

    def email_of(self, member: Mapping[str, Any], tenant: str, *, in_channel: bool = False) -> str | None:
        """Returns the address of one of the tenant's own people: a guest's is another tenant's word.

        `in_channel`: the roster is a channel's, which several tenants may share: each that is allowed vouches for its
        own people ("Agents and tab apps in shared and private channels").
        """
        upn, email = string_in(member, "userPrincipalName"), string_in(member, "email")
        home = string_in(member, "tenantId")
        is_own = (home == tenant or (in_channel and self.may_link(home))) and member.get("userRole", "user") == "user"
        if self.tenants is not None and not (self.may_link(tenant) and is_own and "#EXT#" not in upn.upper()):
            return None
        return email or upn or None


def caller_of(activity: IncomingActivity) -> Caller:
    """Returns the sender, by what the Bot Framework has proved, and where they are reached if this is their chat."""
    reach = Reach(activity.service_url, str(activity.conversation.id)) if activity.is_personal else None
    return Caller(
        platform=PLATFORM,
        external_id=activity.from_property.aad_object_id,
        tenant=activity.tenant,
        lang=closest_language(activity.locale, "") or None,
        reach=reach,
        room=activity.room,
    )


def object_id_of(member: Mapping[str, Any]) -> str:
    """Returns the Entra object id of a roster's member: its pages say objectId, single members aadObjectId."""
    return string_in(member, "aadObjectId") or string_in(member, "objectId")


def home_tenant(member: Mapping[str, Any], tenant: str) -> str:
    """Returns the tenant that a roster's member belongs to: the conversation's own, where the roster says nothing."""
    return string_in(member, "tenantId") or tenant
