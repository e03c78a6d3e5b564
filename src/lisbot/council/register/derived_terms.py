"""Terms of derived seats, made what they should be; whoever comes and goes by it is told, and asked for consent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.core.periods import not_over
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body, Person, Seat, Term
from lisbot.council.register.consent_bases import ask_of_body
from lisbot.council.register.endings import notify_ended
from lisbot.council.register.seat_changes import rank_name
from lisbot.council.register.seats import SEATED, find_vacancy, seat_name, still_in
from lisbot.council.register.terms import add_term, all_terms_of

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spell:
    """That a person holds a seat, or a secretariat coordinates, from one day to another."""

    id: int
    from_on: date
    to_on: date | None


@dataclass
class Followed:
    """What became of a derived seat's terms.

    new      who comes, and until when
    ended    the terms that end sooner than they were to
    gone     who was to come, and does not
    """

    new: list[Spell] = field(default_factory=list)
    ended: list[Term] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)


async def bring_to(act: Act, seat_id: int, wanted: list[Spell]) -> Followed:
    """Make a seat's terms from today on what is wanted: what is not is ended or taken back, and then room is taken.
    Returns what became of them."""
    lasts = not_over(Term, act.today)
    query = select(Term).where(Term.seat_id == seat_id, Term.rank == 0, lasts).order_by(Term.from_on)
    left = list(wanted)
    kept: list[tuple[Term, Spell]] = []
    gone: list[Term] = []
    followed = Followed()
    for term in list(await act.db.scalars(query)):
        match = next((w for w in left if w.id == term.person_id and max(term.from_on, act.today) == w.from_on), None)
        if match is not None:
            left.remove(match)
            kept.append((term, match))
        elif term.from_on >= act.today:
            term.changed_at = act.at
            gone.append(term)
        else:
            term.to_on, term.ended_at, term.changed_at = act.today - DAY, act.at, act.at
            followed.ended.append(term)
    followed.gone = {term.person_id for term in gone}
    await act.db.flush()
    for term in gone:
        await act.db.delete(term)
    await act.db.flush()
    shorter = [(term, spell) for term, spell in kept if spell.to_on is not None and is_before(spell.to_on, term.to_on)]
    longer = [each for each in kept if each not in shorter and each[0].to_on != each[1].to_on]
    followed.ended += [term for term, _ in shorter]
    for group in (shorter, longer):
        for term, spell in group:
            term.to_on, term.ended_at, term.changed_at = spell.to_on, act.at, act.at
        await act.db.flush()
    for spell in left:
        add_term(act, seat_id, spell.id, 0, spell.from_on, spell.to_on)
    await act.db.flush()
    followed.new = left
    return followed


def is_before(day: date, other: date | None) -> bool:
    return other is None or day < other


async def tell_of_followed(act: Act, followed: Mapping[int, Followed], asked_later: Iterable[int] = ()) -> None:
    """Say what becomes of derived seats before it is done, tell those who leave them, and ask those who come for
    consent. `asked_later`: the seats whose body another secretariat runs by then, which asks itself."""
    if not followed:
        return
    query = select(Seat).where(Seat.id.in_(followed)).order_by(Seat.id)
    loaded = query.options(joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation))
    seats = {seat.id: seat for seat in await act.db.scalars(loaded)}
    ids = {spell.id for each in followed.values() for spell in each.new}
    ids |= {term.person_id for each in followed.values() for term in each.ended}
    rows = await act.db.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    names = {row.id: row.name for row in rows}
    wanted: dict[int, tuple[Body, dict[int, int]]] = {}
    for seat_id, each in followed.items():
        seat = seats[seat_id]
        await say_what_becomes(act, seat, each, names)
        await tell_who_leaves(act, seat, each)
        if seat_id not in asked_later and seat.standing in SEATED:
            _, people = wanted.setdefault(seat.body_id, (seat.body, {}))
            people.update({spell.id: seat_id for spell in each.new})
    for body, people in wanted.values():
        await ask_of_body(act, body, people)


async def say_what_becomes(act: Act, seat: Seat, followed: Followed, names: Mapping[int, str]) -> None:
    for spell in followed.new:
        act.ask_first("seat_follows", seat=seat_name(seat), name=names[spell.id], day=spell.from_on)
    for term in followed.ended:
        what = f"{rank_name(act, 0)}, {seat_name(seat)}"
        act.ask_first("term_ends", name=names[term.person_id], what=what, day=term.to_on)
    vacant = find_vacancy(await all_terms_of(act, seat.id), act.today) if followed.ended or followed.gone else None
    if vacant is not None and (seat.abolished_on is None or vacant < seat.abolished_on):
        act.ask_first("seat_is_vacant", seat=seat_name(seat), day=vacant)


async def tell_who_leaves(act: Act, seat: Seat, followed: Followed) -> None:
    """Tell those whose terms end until when they have the seat; or thank them, where they have left the body."""
    stays = {spell.id for spell in followed.new}
    over = {term.person_id for term in followed.ended if term.to_on is not None and term.to_on < act.today} - stays
    left = over - await still_in(act, seat.body, over)
    await notify_ended(act, [term for term in followed.ended if term.person_id not in left | stays])
    facts: dict[str, Any] = {"seat": seat_name(seat), "body": seat.body.name}
    await notify(act, "seat_left", people=left, body_id=seat.body_id, **facts)
    ended = {term.person_id for term in followed.ended}
    await notify(act, "term_corrected", people=followed.gone - stays - ended, body_id=seat.body_id, **facts)
