"""The pages of one house: what they are drawn from, and what they share."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web
from jinja2 import Environment

from lisbot.channels.web.limits import Limiter
from lisbot.channels.web.oidc import Provider
from lisbot.channels.web.session import Session, Sessions
from lisbot.channels.web.statics import Statics
from lisbot.commands import House
from lisbot.settings import Settings

log = logging.getLogger(__name__)

SendMail = Callable[[str, str, str], Awaitable[None]]  # to, subject, text


class Persona(Protocol):
    """Somebody a visitor to the demo may become. `part` is a text key under demo.part."""

    @property
    def person_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def organisation(self) -> str: ...


class Demo(Protocol):
    """What only the demo can do."""

    async def personas(self) -> Sequence[Persona]: ...
    async def may_become(self, person_id: int) -> bool: ...

    @property
    def forward(self) -> Callable[[], Awaitable[datetime]]: ...


@dataclass
class Site:
    house: House
    settings: Settings
    send_mail: SendMail | None
    demo: Demo | None
    env: Environment
    statics: Statics
    sessions: Sessions
    provider: Provider | None
    clients: Limiter
    addresses: Limiter
    errands: set[asyncio.Task[None]] = field(default_factory=set)

    def later(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run an errand that the visitor must not wait for, nor learn the outcome of."""
        task = asyncio.create_task(errand)
        self.errands.add(task)
        task.add_done_callback(self.finished)

    def finished(self, task: asyncio.Task[None]) -> None:
        self.errands.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("an errand failed: %s", type(error).__name__, exc_info=error)


SITE = web.AppKey("site", Site)
SESSION = web.RequestKey("session", Session)
FORM = web.RequestKey("form", dict[str, Any])  # what a form we let in carries
