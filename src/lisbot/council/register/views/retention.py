"""For how long which kind of data is kept, and what was erased."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import RetentionKind


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """How a kind of data is kept.

    months    for how long after it was needed
    is_own    whether the secretariat has set that itself
    kept      how many there are now
    due       how many of these are erased next time
    next_on   when the oldest of the others is erased
    """

    what: RetentionKind
    months: int
    is_own: bool
    kept: int
    due: int
    next_on: date | None
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """What was erased at one time, and how much of it."""

    at: datetime
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RetentionView:
    """For how long a secretariat's councils keep which data, what is the same for all, and what was erased."""

    secretariat_id: int
    secretariat: str
    lines: tuple[RetentionLine, ...]
    shared: tuple[RetentionLine, ...]
    erasures: tuple[ErasureLine, ...]
    actions: tuple[AllowedAction, ...] = ()
