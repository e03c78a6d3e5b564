"""How councils are composed, and what follows from something else."""

from dataclasses import dataclass
from datetime import date

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CompositionKind, DerivedFrom, FindingKind
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class CompositionFinding:
    """Something that is not as it should be in a body's composition. What does not belong to its kind is left out.

    words         the credential, the specialty, the role, or from where somebody is preferably
    count, number how many there are, and how many there should be
    on            from which day
    is_enforced   whether the body enforces the rule that says so
    reminded_on   when the organisation was last reminded of an empty seat
    """

    kind: FindingKind
    seat_id: int | None = None
    seat: str = ""
    name: str = ""
    organisation: str = ""
    words: str = ""
    count: int | None = None
    number: int | None = None
    on: date | None = None
    is_enforced: bool = False
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True)
class CompositionRuleLine:
    """What is asked of a body's composition."""

    id: int
    kind: CompositionKind
    organisation_id: int | None
    organisation: str
    role: str
    number: int | None
    words: str
    source: str
    is_enforced: bool
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CompositionView:
    """What is not as it should be in a body's composition, the worst first, and what is asked of it."""

    body: BodyRef
    on: date
    findings: tuple[CompositionFinding, ...]
    rules: tuple[CompositionRuleLine, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BodyHealth:
    """How a body is composed: how much is amiss, and how many times what."""

    body: BodyRef
    weight: int
    counts: tuple[tuple[FindingKind, int], ...]
    is_enforced: bool


@dataclass(frozen=True, slots=True)
class CompositionsView:
    """How bodies are composed, the worst first. `finding`: only those where that is so, of `total` bodies."""

    on: date
    finding: FindingKind | None
    total: int
    bodies: tuple[BodyHealth, ...]


@dataclass(frozen=True, slots=True)
class CoordinationPeriod:
    """From when to when a secretariat runs a body. `is_in_effect`: whether it took over on its day."""

    secretariat: str
    from_on: date
    to_on: date | None
    is_in_effect: bool


@dataclass(frozen=True, slots=True)
class DerivedSeat:
    """A seat that follows from something else. `holders`: who holds it from today on, from when to when."""

    id: int
    seat: str
    derived_from: DerivedFrom
    holders: tuple[tuple[str, date, date | None], ...]


@dataclass(frozen=True, slots=True)
class CoordinationView:
    """Which secretariat runs a body from when, and the body's seats that follow from something else."""

    body: BodyRef
    on: date
    secretariat: str
    periods: tuple[CoordinationPeriod, ...]
    seats: tuple[DerivedSeat, ...]
    actions: tuple[AllowedAction, ...]
