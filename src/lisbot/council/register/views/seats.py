"""Seats, and who holds them: on a day, as it was known at a moment, in all their terms."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import DerivedFrom, OrgKind, Standing
from lisbot.council.register.views.refs import BodyRef, PersonRef


@dataclass(frozen=True, slots=True)
class SeatOnDay:
    """A seat and whoever holds it on one day. `deputies` stand in their order."""

    id: int
    role: str
    standing: Standing
    chairs: bool
    organisation_id: int
    organisation: str
    organisation_kind: OrgKind
    holder: PersonRef | None
    deputies: tuple[PersonRef, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.role}, {self.organisation}"

    @property
    def speaker(self) -> PersonRef | None:
        """Whoever speaks for the seat that day: its holder, or while it has none its first deputy."""
        return self.holder or next(iter(self.deputies), None)


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term of a seat. Rank 0 represents; rank n is deputy no. n.

    `email` is None where the viewer may not see it, and "" where there is none.
    """

    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None
    email: str | None


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """A seat with everybody who has held it. `vacant_from`: the first day from today on when nobody represents."""

    id: int
    role: str
    organisation: str
    standing: Standing
    vacant_from: date | None
    terms: tuple[TermLine, ...]
    actions: tuple[AllowedAction, ...]

    @property
    def name(self) -> str:
        return f"{self.role}, {self.organisation}"


@dataclass(frozen=True, slots=True)
class SeatChangeRef:
    """A reported change that waits for an answer. No name: nobody follows. `replaces`: who holds it until then."""

    id: int
    seat: str
    rank: int
    name: str
    replaces: str
    from_on: date


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A body's seats with everybody who has held them, and the changes that wait for an answer.

    `people`: those who hold a seat or will, for whoever keeps the register.
    """

    body: BodyRef
    on: date
    seats: tuple[SeatHistory, ...]
    changes: tuple[SeatChangeRef, ...]
    people: tuple[PersonRef, ...]


@dataclass(frozen=True, slots=True)
class KnownHolder:
    """Somebody who holds a seat on a day, by what is or was known. Rank 0 represents; rank n is deputy no. n."""

    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class SeatLookBack:
    """Who holds a seat on a day: `then` by what was known at a moment, `now` by what is known today."""

    id: int
    role: str
    organisation: str
    standing: Standing
    chairs: bool
    then: tuple[KnownHolder, ...]
    now: tuple[KnownHolder, ...]

    @property
    def differs(self) -> bool:
        """Whether the two name others, or in another order."""
        then, now = ([(each.person_id, each.rank) for each in held] for held in (self.then, self.now))
        return then != now


@dataclass(frozen=True, slots=True)
class LookBackView:
    """Who sat in a body on a day. `known_on`: at the end of which day the former knowledge was known."""

    body: BodyRef
    on: date
    known_on: date
    seats: tuple[SeatLookBack, ...]


@dataclass(frozen=True, slots=True)
class TermRecord:
    """A term as it is known: `id` is None for what was known before and is known no longer.

    known_by     who recorded it so, for whoever may read the log; "" where that is not known
    known_until  when something else became known, and `corrected_by` by whom
    """

    id: int | None
    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None
    known_since: datetime
    known_by: str = ""
    known_until: datetime | None = None
    corrected_by: str = ""
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class TermsView:
    """The terms of a seat as they are known, and what was known of them before, the latest first."""

    body: BodyRef
    seat_id: int
    seat: str
    standing: Standing
    vacant_from: date | None
    derived_from: DerivedFrom | None
    terms: tuple[TermRecord, ...]
    former: tuple[TermRecord, ...]
    actions: tuple[AllowedAction, ...]
