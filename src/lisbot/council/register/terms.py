"""What a change of who holds a seat does to its terms: which end, which begin, and what stands in the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import holds_on, overlap
from lisbot.council.models import Person, Term

DAY = timedelta(days=1)
MAX_RANK = 9  # deputies of a seat, as in a council pack


@dataclass
class TermPlan:
    """What becomes of a seat's terms from a day on.

    ends      the terms that end the day before
    moves_up  deputies who come one place nearer, and their new ranks
    problem   what stands in the way: a text key under error.*, and the values for its holes
    """

    from_on: date
    ends: list[Term] = field(default_factory=list)
    moves_up: list[tuple[Term, int]] = field(default_factory=list)
    problem: tuple[str, dict[str, Any]] | None = None


async def all_terms_of(act: Act, seat_id: int) -> list[Term]:
    """Returns all of a seat's terms, begun or still to begin, oldest first."""
    return list(await act.db.scalars(select(Term).where(Term.seat_id == seat_id).order_by(Term.from_on, Term.rank)))


async def names_of(act: Act, terms: Iterable[Term]) -> dict[int, str]:
    """Returns the names of those who have the terms, by their ids."""
    ids = {term.person_id for term in terms}
    rows = await act.db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def holder_on(terms: Iterable[Term], rank: int, day: date) -> Term | None:
    """Returns the term of a rank that holds on a day."""
    return next((term for term in terms if term.rank == rank and holds_on(term, day)), None)


def plan_successor(
    terms: Sequence[Term], names: Mapping[int, str], rank: int, from_on: date, person_id: int | None
) -> TermPlan:
    """Returns what becomes of a seat's terms when somebody takes over a rank. `person_id`: None for a newcomer.

    A deputy who comes to represent, or one place nearer, is deputy no longer, and the next ones move up.
    """
    plan = TermPlan(from_on)
    held = [term for term in terms if term.rank == rank]
    own = [term for term in terms if term.person_id == person_id and overlap(term.from_on, term.to_on, from_on, None)]
    if any(term.rank <= rank and holds_on(term, from_on) for term in own):
        plan.problem = ("already_on_seat", {"name": names[own[0].person_id]})
        return plan
    in_the_way = [term for term in (*held[-1:], *own) if term.from_on >= from_on]
    if in_the_way:
        first = in_the_way[0]
        plan.problem = ("from_too_early", {"name": names[first.person_id], "day": first.from_on})
        return plan
    plan.ends = [term for term in held if holds_on(term, from_on)]
    for term in own:
        plan.ends.append(term)
        move_up(plan, terms, term.rank)
    return plan


def plan_vacancy(terms: Sequence[Term], names: Mapping[int, str], rank: int, from_on: date) -> TermPlan:
    """Returns what becomes of a seat's terms when somebody leaves a rank and nobody follows yet. Who is to begin
    later still does."""
    plan = TermPlan(from_on)
    term = holder_on(terms, rank, from_on)
    if term is None:
        plan.problem = ("nobody_sits", {"day": from_on})
    elif term.from_on == from_on:
        plan.problem = ("from_too_early", {"name": names[term.person_id], "day": from_on})
    else:
        plan.ends = [term]
    return plan


def move_up(plan: TermPlan, terms: Sequence[Term], rank: int) -> None:
    """Have the deputies behind a rank that is left each move up one place, as far as the places are free."""
    for behind in range(rank + 1, max((term.rank for term in terms), default=0) + 1):
        term = holder_on(terms, behind, plan.from_on)
        is_taken = any(
            other.rank == behind - 1 and other.from_on >= plan.from_on and (term is None or other is not term)
            for other in terms
        )
        if term is None or is_taken or term.from_on >= plan.from_on:
            return
        plan.moves_up.append((term, behind - 1))


async def carry_out(act: Act, plan: TermPlan, seat_id: int) -> None:
    """End the terms that a plan ends, and have the deputies move up."""
    following = [(term.person_id, rank, term.to_on) for term, rank in plan.moves_up]
    for term in (*plan.ends, *(term for term, _ in plan.moves_up)):
        term.to_on = plan.from_on - DAY
        term.ended_at = term.changed_at = act.at
    await act.db.flush()
    for person_id, rank, to_on in following:
        add_term(act, seat_id, person_id, rank, plan.from_on, to_on)


def add_term(act: Act, seat_id: int, person_id: int, rank: int, from_on: date, to_on: date | None = None) -> None:
    act.db.add(
        Term(
            seat_id=seat_id,
            person_id=person_id,
            rank=rank,
            from_on=from_on,
            to_on=to_on,
            recorded_at=act.at,
            ended_at=act.at if to_on else None,
        )
    )
