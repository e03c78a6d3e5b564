"""What runs lisbot's commands: the database, the clock, the language, the key. app.py hands it over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from lisbot.db import Database

OnCommand = Callable[[str, int, float, str], None]


def ignore(_command: str, _status: int, _seconds: float, _channel: str) -> None:
    """Take no notice of a command that was run."""


@dataclass(frozen=True)
class Runtime:
    """What every command is run with.

    `now` returns the present moment, aware. `key` is the SECRET_KEY, and `former_keys` those before it, the newest
    first. `on_command` is told of each command run, with its status, how many seconds it took and through which
    channel. `platforms` names
    the channels that are on.
    """

    db: Database
    now: Callable[[], datetime]
    tz: ZoneInfo
    lang: str = "nb"
    key: bytes = field(repr=False, default=b"")
    base_url: str = ""
    former_keys: tuple[bytes, ...] = field(repr=False, default=())
    on_command: OnCommand = ignore
    platforms: frozenset[str] = frozenset({"teams", "slack", "mail"})
