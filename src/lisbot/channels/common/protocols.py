"""Commands as a channel is handed them: with the runtime already in them."""

from collections.abc import Mapping
from typing import Any, Protocol

from lisbot.commands import Reply
from lisbot.council.register.identity import Caller
from lisbot.idempotency import ReceiptKey


class RunCommand(Protocol):
    """commands.run, its runtime bound: `partial(run, runtime)`."""

    async def __call__(
        self, name: str, given: Mapping[str, Any], caller: Caller, *, receipt: ReceiptKey | None = None
    ) -> Reply: ...


class AskCommand(Protocol):
    """commands.ask, its runtime bound: `partial(ask, runtime)`."""

    async def __call__(self, name: str, given: Mapping[str, Any], caller: Caller) -> Reply: ...
