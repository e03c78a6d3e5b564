"""What a body enforces of its composition: a change that is against it is not approved.

Source: Helse Midt-Norge, mandate of the regional councils: unions «må oppnevne én dedikert representant for den enkelte
spesialitet».
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.periods import holds_on, not_abolished, not_over, overlap
from lisbot.council.enums import CompositionKind as K
from lisbot.council.enums import FindingKind as F
from lisbot.council.enums import OrgKind
from lisbot.council.models import Organisation, Seat, Term, table
from lisbot.council.register.composition import read_rules
from lisbot.council.register.composition_checks import (
    CHECKS,
    Composed,
    ComposedSeat,
    HeldTerm,
    is_about,
    is_of_specialty,
    specialties_asked,
)
from lisbot.council.register.seats import SEATED, seat_name
from lisbot.council.register.views.composition import CompositionRuleLine
from lisbot.db import is_one_of

# What is said of a change that is against what a body enforces.
BREAKS = {
    F.NO_CREDENTIAL: "breaks_no_credential",
    F.NOT_PREFERRED: "breaks_not_preferred",
    F.HOLDS_TOO_MANY: "breaks_holds_too_many",
}
# What is said where one more is held than a body enforces.
OF_NUMBER = {
    K.SEATS_OF: "breaks_seats_of",
    K.UNION_PER_SPECIALTY: "breaks_union_per_specialty",
    K.UNION_ACROSS: "breaks_union_across",
}
SEAT, TERM, ORGANISATION = (table(t) for t in (Seat, Term, Organisation))


async def require_composition(
    act: Act,
    seat: Seat,
    person_id: int | None,
    name: str,
    credentials: Iterable[Mapping[str, Any]],
    from_on: date,
    to_on: date | None = None,
) -> None:
    """Raises Conflict where somebody takes over a seat against a rule that its body enforces: without the credential
    that is asked for, from elsewhere than the leader is to be from, with more seats than one may hold, as one more of a
    union's than a specialty has, or on one more of an organisation's seats than it is to have."""
    enforced = [rule for _, rule in await read_rules(act, [seat.body_id]) if rule.is_enforced]
    if not enforced or person_id is None:
        return
    organisation = seat.organisation
    taken = ComposedSeat(
        id=seat.id,
        body_id=seat.body_id,
        role=seat.role,
        chairs=seat.chairs,
        specialty=seat.specialty,
        credentials=(),
        organisation_id=organisation.id,
        organisation=organisation.name,
        organisation_kind=organisation.kind,
        terms=[HeldTerm(person_id, name, 0, act.today, None)],
    )
    taken.declared[person_id] = {str(each.get("credential", "")).casefold() for each in credentials}
    held: dict[int, int] = {}
    if any(rule.kind is K.MOST_SEATS for rule in enforced):
        others = select(func.count(Term.seat_id.distinct())).join(Seat, Seat.id == Term.seat_id)
        kept = bodies_where(act.by, P.KEEP_REGISTER)
        to_come = not_over(Term, act.today)
        mine = (Term.person_id == person_id, Term.rank == 0, Term.seat_id != seat.id, to_come)
        held[person_id] = 1 + (await act.db.scalar(others.where(Seat.body_id.in_(kept), *mine)) or 0)
    composed = Composed([taken], enforced, held, act.today)
    asked = (K.PREFERRED_FROM, K.CREDENTIAL, K.MOST_SEATS)
    broken = [found for rule in enforced if rule.kind in asked for found in CHECKS[rule.kind](rule, composed)]
    if broken:
        found = broken[0]
        raise Conflict(BREAKS[found.kind], name=name, seat=found.seat, words=found.words, number=found.number)
    for rule in enforced:
        if rule.kind in OF_NUMBER:
            await require_number(act, rule, seat, from_on, to_on)


async def require_numbers(act: Act, seat: Seat) -> None:
    """Raises Conflict where a seat that is held, or is to be, is counted with more than its body enforces, as it stands
    now."""
    rules = [rule for _, rule in await read_rules(act, [seat.body_id])]
    enforced = [rule for rule in rules if rule.is_enforced and rule.kind in OF_NUMBER]
    if not enforced:
        return
    terms = select(TERM.c.from_on, TERM.c.to_on).where(TERM.c.seat_id == seat.id, TERM.c.rank == 0)
    for term in (await act.db.execute(terms.where(not_over(TERM.c, act.today)))).all():
        for rule in enforced:
            await require_number(act, rule, seat, max(term.from_on, act.today), term.to_on)


async def require_number(
    act: Act, rule: CompositionRuleLine, seat: Seat, from_on: date, to_on: date | None = None
) -> None:
    """Raises Conflict where a rule that is about a seat asks for fewer than are held with it on any day from one to
    another: of an organisation's seats in the body, or of the unions' for its specialty, there or in all the bodies. A
    seat that somebody takes over from another is one as before."""
    across = rule.kind is K.UNION_ACROSS
    bodies = bodies_where(act.by, P.KEEP_REGISTER) | {seat.body_id} if across else {seat.body_id}
    rows = await act.db.execute(
        select(
            *(SEAT.c[name] for name in ("id", "body_id", "role", "specialty", "organisation_id", "abolished_on")),
            ORGANISATION.c.kind,
            TERM.c.from_on,
            TERM.c.to_on,
        )
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .outerjoin(TERM, and_(TERM.c.seat_id == SEAT.c.id, TERM.c.rank == 0, not_over(TERM.c, from_on)))
        .where(
            is_one_of(SEAT.c.body_id, bodies),
            SEAT.c.standing.in_(SEATED),
            not_abolished(SEAT.c, from_on),
        )
        .order_by(SEAT.c.position, SEAT.c.id)
    )
    seats = list(rows)
    number = rule.number or 1
    for specialty, counted in counted_together(rule, seats, seat):
        # More are held only from a day on which somebody takes one.
        held = [row for row in counted if row.id != seat.id and row.from_on is not None]
        days = {from_on, *(row.from_on for row in held if overlap(from_on, to_on, row.from_on, row.to_on))}
        count = 1 + max(len({row.id for row in held if is_held(row, day)}) for day in days if day >= from_on)
        if count > number:
            what: dict[str, Any] = {"words": specialty or seat.role, "count": count, "number": number}
            raise Conflict(OF_NUMBER[rule.kind], organisation=rule.organisation, seat=seat_name(seat), **what)


def is_held(row: Any, day: date) -> bool:
    """Returns whether a seat is there on a day and held by the term that was read with it."""
    return holds_on(row, day) and (row.abolished_on is None or row.abolished_on > day)


def counted_together(rule: CompositionRuleLine, seats: Sequence[Any], seat: Seat) -> Iterator[tuple[str, list[Any]]]:
    """Yields the seats whose number a rule is about and among which is this one, with the specialty that they are
    counted for."""
    of_role = [each for each in seats if is_about(rule, each)]
    if rule.kind is K.SEATS_OF:
        if seat.organisation_id == rule.organisation_id and is_about(rule, seat):
            yield rule.words, [each for each in of_role if each.organisation_id == rule.organisation_id]
        return
    across = rule.kind is K.UNION_ACROSS
    named = specialties_asked(rule, (each.specialty for each in seats if each.body_id == seat.body_id))
    for specialty in named if across else named or [""]:
        is_alone = not across and len(named) < 2
        counted = [
            each
            for each in (seats if across else of_role)
            if each.kind is OrgKind.UNION and is_of_specialty(each.specialty, specialty, is_alone=is_alone)
        ]
        if any(each.id == seat.id for each in counted):
            yield specialty, counted
