"""How bodies are composed: what their mandates ask for, what is missing now, and what will be. Advice, unless a body
enforces it.

Source: Helse Midt-Norge, mandate of the regional councils: «overlege og spesialist innen aktuelt fagområde», leader
«fortrinnsvis ... fra St. Olavs Hospital», unions «må oppnevne én dedikert representant for den enkelte spesialitet».
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import and_, select, union_all

from lisbot.council.core.access import P, bodies_where, gate, locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, CompositionRuleId, Line, Number, OrganisationId, Prefill
from lisbot.council.core.periods import has_no_end, in_force, not_abolished, not_closed
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CompositionKind as K
from lisbot.council.enums import FindingKind as F
from lisbot.council.enums import OrgKind, SeatChangeState
from lisbot.council.models import Body, CompositionRule, Organisation, Person, Seat, SeatChange, Term, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.composition_checks import (
    Composed,
    ComposedSeat,
    HeldTerm,
    examine,
    weight,
)
from lisbot.council.register.seats import SEATED
from lisbot.council.register.views.composition import BodyHealth, CompositionRuleLine, CompositionsView, CompositionView
from lisbot.council.register.views.refs import BodyRef
from lisbot.db import is_one_of
from lisbot.texts import sort_key

NEEDS = {
    K.SEATS_OF: ("organisation_id", "number"),
    K.PREFERRED_FROM: ("organisation_id",),
    K.CREDENTIAL: ("words",),
    K.UNION_PER_SPECIALTY: (),
    K.UNION_ACROSS: (),
    K.MOST_SEATS: ("number",),
}
RULE_SAYS = ("kind", "organisation_id", "role", "number", "words", "source", "is_enforced")
OF_RULE = ("composition.edit_rule", "composition.remove_rule")
SEAT, TERM, PERSON, ORGANISATION = (table(t) for t in (Seat, Term, Person, Organisation))
RULE, CHANGE, BODY = table(CompositionRule), table(SeatChange), table(Body)


async def show_composition(act: Act, *, body_id: BodyId) -> CompositionView:
    """See how a council is composed, by its mandate: vacancies, terms about to end, and what is not as it is asked for.

    Returns CompositionView.
    """
    return await composition_view(act, await get_body_for(act, body_id))


async def composition_view(act: Act, body: Body) -> CompositionView:
    composed = (await read_composition(act, [body.id])).get(body.id) or Composed((), (), {}, act.today)
    reminded = await read_reminded(act, body.id)
    findings = [
        replace(found, reminded_on=reminded.get(found.seat_id)) if found.kind is F.VACANT else found
        for found in sorted(examine(composed), key=weight, reverse=True)
    ]
    may_set = act.allows("composition.edit_rule", body.id)
    rules = tuple(
        replace(rule, actions=tuple(AllowedAction(name, {"rule_id": rule.id}) for name in OF_RULE if may_set))
        for rule in composed.rules
    )
    names = ("composition.add_rule",)
    actions = tuple(AllowedAction(name, {"body_id": body.id}) for name in names if act.allows(name, body.id))
    return CompositionView(body_ref(act, body), act.today, tuple(findings), rules, actions)


async def read_reminded(act: Act, body_id: int) -> dict[int | None, date]:
    """Returns when the organisations of a body's seats were last reminded that these stand empty."""
    query = select(SEAT.c.id, SEAT.c.vacancy_reminded_at).where(
        SEAT.c.body_id == body_id, SEAT.c.vacancy_reminded_at.is_not(None)
    )
    rows = await act.db.execute(query)
    return {row.id: row.vacancy_reminded_at.astimezone(act.tz).date() for row in rows}


async def list_composition(act: Act, *, finding: F | None = None) -> CompositionsView:
    """See how all the councils whose register you keep are composed, the worst first. `finding`: only those where that
    is so.

    Returns CompositionsView. Nine statements, however many the councils are.
    """
    kept = bodies_where(act.by, P.KEEP_REGISTER)
    # A country has many bodies, and of each only its name is told.
    rows = await act.db.execute(
        select(BODY.c.id, BODY.c.name, BODY.c.region).where(is_one_of(BODY.c.id, kept), not_closed(BODY.c, act.today))
    )
    bodies = {row.id: BodyRef(row.id, row.name, row.region) for row in rows}
    composed = await read_composition(act, bodies)
    found = []
    for body_id, ref in bodies.items():
        findings = list(examine(composed[body_id])) if body_id in composed else []
        counts = Counter(each.kind for each in findings)
        if finding is None or counts[finding]:
            worst = tuple((kind, counts[kind]) for kind in F if counts[kind])
            found.append(BodyHealth(ref, sum(map(weight, findings)), worst, any(f.is_enforced for f in findings)))
    collate = sort_key(act.by.lang)
    found.sort(key=lambda each: (-each.weight, collate(each.body.name)))
    return CompositionsView(act.today, finding, len(bodies), tuple(found))


async def read_composition(act: Act, body_ids: Collection[int]) -> dict[int, Composed]:
    """Returns bodies' seats, who holds them today or will, and their rules. Six statements."""
    rows = await act.db.execute(
        select(
            *(SEAT.c[name] for name in ("id", "body_id", "role", "chairs", "specialty", "credentials")),
            ORGANISATION.c.id.label("organisation_id"),
            ORGANISATION.c.name.label("organisation"),
            ORGANISATION.c.kind,
        )
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .where(is_one_of(SEAT.c.body_id, body_ids), SEAT.c.standing.in_(SEATED), not_abolished(SEAT.c, act.today))
        .order_by(SEAT.c.position, SEAT.c.id)
    )
    seats = {row.id: ComposedSeat(*row) for row in rows}
    of_these = select(SEAT.c.id).where(is_one_of(SEAT.c.body_id, body_ids))
    columns = (*(TERM.c[name] for name in ("person_id", "rank", "from_on", "to_on", "seat_id")), PERSON.c.name)
    for row in await act.db.execute(lasting(act, of_these, *columns)):
        if row.seat_id in seats:
            seats[row.seat_id].terms.append(HeldTerm(row.person_id, row.name, row.rank, row.from_on, row.to_on))
    for seat in seats.values():
        seat.terms.sort(key=lambda term: (term.rank, term.from_on))
    await read_declared(act, body_ids, seats)
    rules: dict[int, list[CompositionRuleLine]] = defaultdict(list)
    for body_id, rule in await read_rules(act, body_ids):
        rules[body_id].append(rule)
    asked = {rule.kind for each in rules.values() for rule in each}
    held = await count_seats_held(act) if K.MOST_SEATS in asked else {}
    unions = await count_unions(act) if K.UNION_ACROSS in asked else {}
    by_body: dict[int, list[ComposedSeat]] = defaultdict(list)
    for seat in seats.values():
        by_body[seat.body_id].append(seat)
    return {
        body_id: Composed(by_body.get(body_id, ()), rules.get(body_id, ()), held, act.today, unions)
        for body_id in {*by_body, *rules}
    }


def lasting(act: Act, seats: Any, *columns: Any) -> Any:
    """Returns the query for terms of seats that last today or are to come, with those who have them. What has ended
    is not looked at, however much there is: one index has those without an end, and another the days on which the
    others end, of all seats."""
    terms = select(*columns).join(PERSON, PERSON.c.id == TERM.c.person_id)
    return union_all(terms.where(has_no_end(TERM.c), TERM.c.seat_id.in_(seats)), terms.where(TERM.c.to_on >= act.today))


async def read_declared(act: Act, body_ids: Collection[int], seats: Mapping[int, ComposedSeat]) -> None:
    """Give seats what those who hold them today declared to be, when it was reported that they take over."""
    holds = and_(TERM.c.seat_id == CHANGE.c.seat_id, TERM.c.person_id == CHANGE.c.person_id)
    rows = await act.db.execute(
        select(CHANGE.c.seat_id, CHANGE.c.person_id, CHANGE.c.credentials)
        .join(SEAT, SEAT.c.id == CHANGE.c.seat_id)
        .join(TERM, and_(holds, in_force(TERM.c, act.today)))
        .where(is_one_of(SEAT.c.body_id, body_ids), CHANGE.c.state == SeatChangeState.APPROVED)
    )
    for row in rows:
        if row.seat_id in seats:
            said = (str(each.get("credential", "")) for each in row.credentials if isinstance(each, dict))
            seats[row.seat_id].declared[row.person_id] |= {words.casefold() for words in said}


async def read_rules(act: Act, body_ids: Collection[int]) -> list[tuple[int, CompositionRuleLine]]:
    rows = await act.db.execute(
        select(RULE, ORGANISATION.c.name)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == RULE.c.organisation_id)
        .where(is_one_of(RULE.c.body_id, body_ids))
        .order_by(RULE.c.id)
    )
    return [
        (
            row.body_id,
            CompositionRuleLine(
                id=row.id,
                kind=row.kind,
                organisation_id=row.organisation_id,
                organisation=row.name or "",
                role=row.role,
                number=row.number,
                words=row.words,
                source=row.source,
                is_enforced=row.is_enforced,
            ),
        )
        for row in rows
    ]


async def count_seats_held(act: Act) -> dict[int, int]:
    """Returns how many seats each person holds today in the bodies whose register the member keeps."""
    seats = select(SEAT.c.id).where(is_one_of(SEAT.c.body_id, bodies_where(act.by, P.KEEP_REGISTER)))
    kept = set(await act.db.scalars(seats))
    rows = await act.db.execute(lasting(act, seats, TERM.c.person_id, TERM.c.seat_id, TERM.c.rank, TERM.c.from_on))
    return Counter(row.person_id for row in rows if row.rank == 0 and row.from_on <= act.today and row.seat_id in kept)


async def count_unions(act: Act) -> dict[str, int]:
    """Returns how many union representatives each specialty has today, in all the bodies whose register the member
    keeps."""
    rows = await act.db.execute(
        select(SEAT.c.specialty)
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .join(TERM, and_(TERM.c.seat_id == SEAT.c.id, TERM.c.rank == 0, in_force(TERM.c, act.today)))
        .where(
            is_one_of(SEAT.c.body_id, bodies_where(act.by, P.KEEP_REGISTER)),
            SEAT.c.standing.in_(SEATED),
            ORGANISATION.c.kind == OrgKind.UNION,
            SEAT.c.specialty != "",
            not_abolished(SEAT.c, act.today),
        )
    )
    return Counter(row.specialty.casefold() for row in rows)


async def add_rule_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    return await rule_choices(act, await get_body_for(act, body_id))


async def rule_choices(act: Act, body: Body) -> Prefill:
    collate = sort_key(act.by.lang)
    kept = select(SEAT.c.organisation_id).where(is_one_of(SEAT.c.body_id, bodies_where(act.by, P.KEEP_REGISTER)))
    rows = await act.db.execute(select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(kept)))
    organisations: list[Any] = [(row.id, row.name) for row in sorted(rows, key=lambda row: collate(row.name))]
    roles = await act.db.scalars(select(SEAT.c.role).where(SEAT.c.body_id == body.id).distinct())
    named: list[Any] = [(role, role) for role in sorted(roles, key=collate)]
    return Prefill(about=body.name, choices={"organisation_id": organisations, "role": named})


async def add_rule(
    act: Act,
    *,
    body_id: BodyId,
    kind: K,
    organisation_id: OrganisationId | None = None,
    role: Line = "",
    number: Number | None = None,
    words: Line = "",
    source: Line = "",
    is_enforced: bool = False,
) -> CompositionView:
    """Say what is asked of a council's composition, as advice or so that no change against it is approved.

    Returns CompositionView. Raises Invalid where the rule does not say enough.
    """
    body = await get_body_for(act, body_id)
    about: dict[str, Any] = {"organisation_id": organisation_id, "role": role, "number": number, "words": words}
    await require_whole_rule(act, body, kind, about)
    act.db.add(CompositionRule(body_id=body.id, kind=kind, **about, source=source, is_enforced=is_enforced))
    await act.db.flush()
    act.concerns(f"body:{body.id}")
    return await composition_view(act, body)


async def require_whole_rule(act: Act, body: Body, kind: K, about: Mapping[str, Any], own: int | None = None) -> None:
    """Raises Invalid for a rule that does not say enough, Conflict where the body has it already."""
    for name in NEEDS[kind]:
        if not about[name]:
            raise Invalid("rule_says_too_little", field=name)
    if about["organisation_id"] is not None and await act.db.get(Organisation, about["organisation_id"]) is None:
        raise NotFound
    same = select(CompositionRule.id).filter_by(body_id=body.id, kind=kind, **about)
    if await act.db.scalar(same.where(CompositionRule.id != (own or 0)).limit(1)) is not None:
        raise Conflict("rule_is_there")


async def get_rule_for(act: Act, rule_id: int) -> tuple[CompositionRule, Body]:
    """Returns what is asked of a body's composition, and the body. Raises NotFound for another's."""
    rule = await act.db.scalar(
        locked(act, select(CompositionRule).where(CompositionRule.id == rule_id), CompositionRule)
    )
    if rule is None:
        raise NotFound
    gate(act, rule.body_id)
    return rule, await get_body_for(act, rule.body_id)


async def edit_rule_prefill(act: Act, *, rule_id: CompositionRuleId) -> Prefill:
    rule, body = await get_rule_for(act, rule_id)
    return replace(
        await rule_choices(act, body), values={name: getattr(rule, name) for name in RULE_SAYS}, is_saved=True
    )


async def edit_rule(
    act: Act,
    *,
    rule_id: CompositionRuleId,
    kind: K,
    organisation_id: OrganisationId | None = None,
    role: Line = "",
    number: Number | None = None,
    words: Line = "",
    source: Line = "",
    is_enforced: bool = False,
) -> CompositionView:
    """Change what is asked of a council's composition, or whether it is advice. What is approved already stays.

    Returns CompositionView. Raises Invalid where the rule does not say enough, Conflict where the council has it
    already.
    """
    rule, body = await get_rule_for(act, rule_id)
    about: dict[str, Any] = {"organisation_id": organisation_id, "role": role, "number": number, "words": words}
    await require_whole_rule(act, body, kind, about, own=rule.id)
    former = {name: getattr(rule, name) for name in RULE_SAYS}
    for name, value in {"kind": kind, **about, "source": source, "is_enforced": is_enforced}.items():
        setattr(rule, name, value)
    await act.db.flush()
    act.concerns(f"body:{body.id}", former=former)
    return await composition_view(act, body)


async def remove_rule(act: Act, *, rule_id: CompositionRuleId) -> CompositionView:
    """Ask no longer for something of a council's composition. Returns CompositionView."""
    rule, body = await get_rule_for(act, rule_id)
    await act.db.delete(rule)
    await act.db.flush()
    act.concerns(f"body:{body.id}", kind=rule.kind.value, words=rule.words, source=rule.source)
    return await composition_view(act, body)
