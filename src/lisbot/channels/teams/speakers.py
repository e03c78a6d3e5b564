"""Who speaks in Teams: proved by the Bot Framework, linked by an e-mail address of the conversation's own roster."""

import logging
from collections.abc import Mapping
from typing import Any

from lisbot.channels.common.conversation import Speaker
from lisbot.channels.common.untrusted import string_in
from lisbot.channels.teams.activity import IncomingActivity
from lisbot.channels.teams.connector import Connector
from lisbot.council.register.identity import Caller, Reach
from lisbot.messaging import SendError
from lisbot.texts import closest_language

log = logging.getLogger(__name__)

PLATFORM = "teams"
REACH_MAX_AGE = 600.0  # seconds after which somebody's address is written again (AddressBook)


class Speakers:
    """Whoever sends something, as far as lisbot may believe in them."""

    def __init__(self, connector: Connector, tenants: frozenset[str] | None, lang: str) -> None:
        """`tenants`: those whose roster may link a person by e-mail; None for every one (the demo).
        `lang`: the installation's own language."""
        self.connector, self.tenants, self.lang = connector, tenants, lang

    def speaker_of(self, activity: IncomingActivity) -> Speaker:
        """Returns the sender. Without an object id it is nobody that lisbot can know."""

        async def find_email() -> str | None:
            return await self.find_email(activity)

        return Speaker(caller_of(activity), self.lang_of(activity), find_email)

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
        return self.email_of(member, activity.tenant) if object_id_of(member) == asked else None

    def may_link(self, tenant: str) -> bool:
        return self.tenants is None or tenant in self.tenants

    def email_of(self, member: Mapping[str, Any], tenant: str) -> str | None:
        """Returns the address of one of the tenant's own people: a guest's is another tenant's word."""
        upn, email = string_in(member, "userPrincipalName"), string_in(member, "email")
        is_own = member.get("tenantId") == tenant and member.get("userRole", "user") == "user"
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
