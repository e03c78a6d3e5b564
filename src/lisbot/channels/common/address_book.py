"""Where people are reached on one platform: written to their account when it is new, and cached."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from cachetools import TTLCache

from lisbot.channels.common.protocols import RunCommand
from lisbot.council.register.identity import Caller, Reach

MAX_PEOPLE = 10_000


class AddressBook:
    """The 1:1 conversations of those who were met lately.

    An address is written again after `max_age` seconds even where it is the same: another process may have
    forgotten it because a message did not get through.
    """

    def __init__(self, run: RunCommand, max_age: float, *, clock: Callable[[], float] = monotonic) -> None:
        self.run = run
        self.known: TTLCache[tuple[str, str], Reach] = TTLCache(MAX_PEOPLE, max_age, clock)

    def get(self, caller: Caller) -> Reach | None:
        """Returns where somebody was reached lately, as far as this process knows."""
        return self.known.get(key_of(caller))

    async def remember(self, caller: Caller, reach: Reach, *, from_roster: bool = False) -> None:
        """Write to the caller's account where they are reached, unless it is what was written lately. `from_roster`:
        not because they spoke."""
        if self.get(caller) == reach:
            return
        given: dict[str, Any] = {"service_url": reach.service_url, "conversation_id": reach.conversation_id}
        if from_roster:
            given["from_roster"] = True
        if (await self.run("account.update_address", given, caller)).is_done:
            self.known[key_of(caller)] = reach

    def forget(self, caller: Caller) -> None:
        """Write this caller's address anew the next time."""
        self.known.pop(key_of(caller), None)

    def forget_conversation(self, conversation_id: str) -> None:
        """Write anew whoever next speaks from a conversation that a message did not get through to."""
        gone = [who for who, reach in list(self.known.items()) if reach.conversation_id == conversation_id]
        for who in gone:
            self.known.pop(who, None)


def key_of(caller: Caller) -> tuple[str, str]:
    return caller.tenant, caller.external_id
