"""What the pages of one runtime are drawn from, and what they share."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web
from jinja2 import Environment

from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.presses import Presses
from lisbot.channels.web.kept_forms import KeptForms
from lisbot.channels.web.oidc import OidcClient
from lisbot.channels.web.request_limit import RequestLimit
from lisbot.channels.web.session import Session, SessionCookies
from lisbot.channels.web.static_files import StaticFiles
from lisbot.runtime import Runtime
from lisbot.settings import Settings

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


class TravelledCase(Protocol):
    """The demo's case that has travelled. `part` of its people is a text key under demo.travelled."""

    @property
    def case_id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def people(self) -> Sequence[Persona]: ...


class KeptLetter(Protocol):
    """A mail as its recipient would have got it: to whom, about what, and the letter itself, as HTML and in words."""

    @property
    def number(self) -> int: ...
    @property
    def to(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def sent_at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def page(self) -> str: ...


class Mailbox(Protocol):
    """The mail of the demo."""

    def newest(self, to: str | None = None) -> Sequence[KeptLetter]: ...
    def find(self, number: int) -> KeptLetter | None: ...


class Demo(Protocol):
    """What only the demo can do."""

    async def personas(self) -> Sequence[Persona]: ...
    async def travelled(self) -> TravelledCase | None: ...
    async def may_become(self, person_id: int) -> bool: ...

    @property
    def mailbox(self) -> Mailbox: ...
    @property
    def forward(self) -> Callable[[], Awaitable[datetime]]: ...


@dataclass
class Site:
    runtime: Runtime
    settings: Settings
    send_mail: SendMail | None
    demo: Demo | None
    templates: Environment
    static_files: StaticFiles
    cookies: SessionCookies
    kept_forms: KeptForms
    oidc: tuple[OidcClient, ...]  # each provider, in the order of the settings
    limit_per_client: RequestLimit
    limit_per_address: RequestLimit  # of one machine's requests for one address
    limit_of_mails: RequestLimit  # of those, how many are answered with a mail
    limit_of_inputs: RequestLimit  # of what one machine says to one representative
    tasks: BackgroundTasks  # what a visitor must not wait for, nor learn the outcome of
    presses: Presses = field(default_factory=Presses)

    async def close(self) -> None:
        await self.tasks.close()
        for provider in self.oidc:
            await provider.close()


SITE = web.AppKey("site", Site)
SESSION = web.RequestKey("session", Session)
FORM = web.RequestKey("form", dict[str, Any])  # what an admitted form carries
