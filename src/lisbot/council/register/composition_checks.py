"""What is not as it should be in a body's composition: pure, of what was read before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from lisbot.council.core.periods import holds_on
from lisbot.council.enums import CompositionKind as K
from lisbot.council.enums import FindingKind as F
from lisbot.council.enums import OrgKind
from lisbot.council.register.seats import find_vacancy
from lisbot.council.register.views.composition import CompositionFinding as Finding
from lisbot.council.register.views.composition import CompositionRuleLine

ENDS_SOON = timedelta(days=90)  # how long before it ends without a successor a term is told of
# How bad each is, for what is to be seen first; what the body enforces counts for more than any.
WEIGHTS = {
    F.VACANT: 8,
    F.TOO_FEW_SEATS: 6,
    F.VACANT_SOON: 5,
    F.UNION_MISSING: 4,
    F.NO_CREDENTIAL: 3,
    F.TOO_MANY_SEATS: 2,
    F.UNION_TWICE: 2,
    F.NOT_PREFERRED: 2,
    F.HOLDS_TOO_MANY: 2,
    F.NO_DEPUTY: 1,
}
ENFORCED_WEIGHT = 10


class HasRole(Protocol):
    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class HeldTerm:
    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None


@dataclass
class ComposedSeat:
    """A seat with who holds it today or will, and what they have declared to be."""

    id: int
    body_id: int
    role: str
    chairs: bool
    specialty: str
    credentials: Sequence[str]
    organisation_id: int
    organisation: str
    organisation_kind: OrgKind
    terms: list[HeldTerm] = field(default_factory=list)
    declared: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def name(self) -> str:
        return f"{self.role}, {self.organisation}"

    def holder(self, day: date) -> HeldTerm | None:
        return next((term for term in self.terms if term.rank == 0 and holds_on(term, day)), None)


@dataclass(frozen=True)
class Composed:
    """A body's seats and rules, how many seats each person holds in all the bodies of its secretariat, and how many
    union representatives each specialty has there."""

    seats: Sequence[ComposedSeat]
    rules: Sequence[CompositionRuleLine]
    held: Mapping[int, int]
    today: date
    unions: Mapping[str, int] = field(default_factory=dict)


def weight(found: Finding) -> int:
    return WEIGHTS[found.kind] + (ENFORCED_WEIGHT if found.is_enforced else 0)


def examine(composed: Composed) -> Iterator[Finding]:
    """Yields what is not as it should be in a body."""
    for seat in composed.seats:
        yield from examine_seat(seat, composed.today)
    for rule in composed.rules:
        for found in CHECKS[rule.kind](rule, composed):
            yield replace(found, is_enforced=rule.is_enforced)


def examine_seat(seat: ComposedSeat, today: date) -> Iterator[Finding]:
    """Yields what is missing on a seat, whatever the rules: who represents, now and soon, a deputy, what is asked."""
    vacant = find_vacancy(seat.terms, today)
    holder = seat.holder(today)
    if vacant == today:
        yield about_seat(F.VACANT, seat)
    elif vacant is not None and vacant <= today + ENDS_SOON and holder is not None:
        yield replace(about_seat(F.VACANT_SOON, seat), name=holder.name, on=vacant)
    if vacant != today and not any(term.rank and holds_on(term, today) for term in seat.terms):
        yield about_seat(F.NO_DEPUTY, seat)
    for words in seat.credentials:
        yield from lacks(seat, str(words), today)


def about_seat(kind: F, seat: ComposedSeat) -> Finding:
    return Finding(kind, seat_id=seat.id, seat=seat.name, organisation=seat.organisation)


def lacks(seat: ComposedSeat, words: str, today: date) -> Iterator[Finding]:
    """Yields whoever holds a seat without having declared what it asks for."""
    holder = seat.holder(today)
    if holder is not None and words.casefold() not in seat.declared[holder.person_id]:
        yield replace(about_seat(F.NO_CREDENTIAL, seat), name=holder.name, words=words)


def is_about(rule: CompositionRuleLine, seat: HasRole) -> bool:
    """Returns whether a rule is about a seat, by its role; by its organisation where that is not what it asks for."""
    return not rule.role or seat.role.casefold() == rule.role.casefold()


def specialties_asked(rule: CompositionRuleLine, specialties: Iterable[str]) -> list[str]:
    """Returns the specialties that a rule of unions is about: the one that it names, or else those of the body's seats,
    each once."""
    named: dict[str, str] = {}
    for each in [rule.words] if rule.words else specialties:
        if each:
            named.setdefault(each.casefold(), each)
    return list(named.values())


def is_of_specialty(seat_specialty: str, specialty: str, *, is_alone: bool) -> bool:
    """Returns whether a seat counts for a specialty. `is_alone`: the rule is about no other, so that a seat need not
    say of which it is."""
    return seat_specialty.casefold() == specialty.casefold() or (is_alone and not seat_specialty)


def check_seats_of(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    of = [seat for seat in composed.seats if seat.organisation_id == rule.organisation_id and is_about(rule, seat)]
    if rule.number is not None and len(of) != rule.number:
        kind = F.TOO_FEW_SEATS if len(of) < rule.number else F.TOO_MANY_SEATS
        yield Finding(kind, organisation=rule.organisation, words=rule.role, count=len(of), number=rule.number)


def check_preferred_from(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    """Without a role it is about who leads."""
    for seat in composed.seats:
        is_asked = is_about(rule, seat) if rule.role else seat.chairs
        if is_asked and seat.organisation_id != rule.organisation_id and (holder := seat.holder(composed.today)):
            yield replace(about_seat(F.NOT_PREFERRED, seat), name=holder.name, words=rule.organisation)


def check_credential(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    for seat in composed.seats:
        is_of = rule.organisation_id in (None, seat.organisation_id)
        if is_of and is_about(rule, seat) and rule.words.casefold() not in map(str.casefold, seat.credentials):
            yield from lacks(seat, rule.words, composed.today)


def check_union_per_specialty(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    """One union representative for each specialty of the body, or for the one that is named; where it has none, one."""
    of_unions = [seat for seat in composed.seats if seat.organisation_kind is OrgKind.UNION and is_about(rule, seat)]
    named = specialties_asked(rule, (seat.specialty for seat in composed.seats))
    for specialty in named or [""]:
        count = sum(
            seat.holder(composed.today) is not None
            and is_of_specialty(seat.specialty, specialty, is_alone=len(named) < 2)
            for seat in of_unions
        )
        if count != (rule.number or 1):
            yield Finding(F.UNION_MISSING, words=specialty, count=count, number=rule.number or 1)


def check_union_across(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    """One union representative for a specialty in all the bodies together: for each specialty of this body, or for the
    one that is named."""
    number = rule.number or 1
    for specialty in specialties_asked(rule, (seat.specialty for seat in composed.seats)):
        count = composed.unions.get(specialty.casefold(), 0)
        if count != number:
            kind = F.UNION_MISSING if count < number else F.UNION_TWICE
            yield Finding(kind, words=specialty, count=count, number=number)


def check_most_seats(rule: CompositionRuleLine, composed: Composed) -> Iterator[Finding]:
    holders = {h.person_id: h.name for seat in composed.seats if (h := seat.holder(composed.today)) is not None}
    for person_id, name in holders.items():
        count = composed.held.get(person_id, 0)
        if rule.number is not None and count > rule.number:
            yield Finding(F.HOLDS_TOO_MANY, name=name, count=count, number=rule.number)


CHECKS = {
    K.SEATS_OF: check_seats_of,
    K.PREFERRED_FROM: check_preferred_from,
    K.CREDENTIAL: check_credential,
    K.UNION_PER_SPECIALTY: check_union_per_specialty,
    K.UNION_ACROSS: check_union_across,
    K.MOST_SEATS: check_most_seats,
}
