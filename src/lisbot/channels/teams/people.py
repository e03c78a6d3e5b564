"""Who is asking in Teams: proved by the platform, linked by its roster, remembered where they are reached."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

from lisbot.channels.teams.activity import Received
from lisbot.channels.teams.connector import Connector
from lisbot.commands import Reply
from lisbot.council.people import Caller
from lisbot.ports import Unsent
from lisbot.texts import closest

log = logging.getLogger(__name__)

STRANGER = "stranger"
REMEMBERED = 10_000
KEPT = 600.0  # seconds after which the same address is written again: another process may have lost it

Do = Callable[[Caller], Awaitable[Reply]]
RunBound = Callable[[str, Mapping[str, Any], Caller], Awaitable[Reply]]


class People:
    """Callers as lisbot may believe in them, and their 1:1 conversations."""

    def __init__(self, run: RunBound, connector: Connector, tenants: frozenset[str] | None) -> None:
        """`tenants`: those whose roster may link a person by e-mail; None for every one (the demo)."""
        self.run, self.connector, self.tenants = run, connector, tenants
        self.reached: OrderedDict[tuple[str, str], tuple[str, str, float]] = OrderedDict()

    async def act(self, activity: Received, do: Do) -> Reply:
        """Do something as whoever sent this. A stranger is looked up in the roster, and tried once more."""
        caller = caller_of(activity)
        reply = await do(caller)
        if reply.key == STRANGER and (email := await self.look_up(activity)):
            caller = replace(caller, email=email)
            reply = await do(caller)
        if activity.is_personal and reply.key != STRANGER:
            await self.remember(caller, activity.service_url, str(activity.conversation.id))
        return reply

    async def look_up(self, activity: Received) -> str | None:
        """The e-mail address that the conversation's own roster gives for the sender."""
        asked = activity.from_property.aad_object_id
        if not asked or not self.may_link(activity.tenant):
            return None
        try:
            member = await self.connector.member(
                activity.service_url, str(activity.conversation.id), activity.from_property.id
            )
        except Unsent as error:
            log.info("the roster was not to be had: %s", error.reason)
            return None
        return self.email_of(member, activity.tenant) if object_id(member) == asked else None

    def may_link(self, tenant: str) -> bool:
        return self.tenants is None or tenant in self.tenants

    def email_of(self, member: Mapping[str, Any], tenant: str) -> str | None:
        """The address of one of the tenant's own people: a guest's is another tenant's word."""
        upn, email = str(member.get("userPrincipalName") or ""), str(member.get("email") or "")
        is_own = member.get("tenantId") == tenant and member.get("userRole", "user") == "user"
        if self.tenants is not None and not (self.may_link(tenant) and is_own and "#EXT#" not in upn.upper()):
            return None
        return email or upn or None

    async def remember(self, caller: Caller, service_url: str, conversation_id: str) -> None:
        """Keep where they are reached; nothing is written while it is what it just was."""
        who, where, now = (caller.tenant, caller.external_id), (service_url, conversation_id), monotonic()
        before = self.reached.get(who)
        if before and before[:2] == where and now - before[2] < KEPT:
            return
        given = {"service_url": service_url, "conversation_id": conversation_id}
        if (await self.run("me.reached", given, caller)).status != 200:
            return
        self.reached[who] = (*where, now)
        self.reached.move_to_end(who)
        if len(self.reached) > REMEMBERED:
            self.reached.popitem(last=False)

    def forget(self, caller: Caller) -> None:
        self.reached.pop((caller.tenant, caller.external_id), None)

    def lose(self, conversation_id: str) -> None:
        """A conversation no longer leads to anybody: whoever next writes from it is kept anew."""
        for who in [who for who, (_, where, _) in self.reached.items() if where == conversation_id]:
            del self.reached[who]


def caller_of(activity: Received) -> Caller:
    """The sender, by what the Bot Framework has proved. No object id: nobody lisbot can know."""
    return Caller(
        platform="teams",
        external_id=activity.from_property.aad_object_id,
        tenant=activity.tenant,
        lang=closest(activity.locale, "") or None,
        room=activity.room,
    )


def object_id(member: Mapping[str, Any]) -> str:
    return str(member.get("aadObjectId") or member.get("objectId") or "")
