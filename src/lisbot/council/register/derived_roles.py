"""Seats that somebody holds because of something else: another seat, a post at a secretariat, or the seat of the region
whose secretariat coordinates.

Their terms are terms like any other, in both times. What they should be from today on is worked out of what they follow
from, and is brought about as soon as that changes; what has been is not rewritten.

Source: Helse Nord RHF, styresak 37-2021/4: TKA «ledes av HR-/PO-direktøren i den regionen som til enhver tid har
ansvaret for koordinerende RegUt».
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Prefill, SeatId
from lisbot.council.core.periods import not_over, overlap
from lisbot.council.enums import DerivedFrom as D
from lisbot.council.enums import Post
from lisbot.council.models import Body, Coordination, Organisation, Seat, Secretariat, Staff, Term, table
from lisbot.council.register.derived_terms import Followed, Spell, bring_to, tell_of_followed
from lisbot.council.register.history import terms_view
from lisbot.council.register.seats import get_seat_for, seat_name
from lisbot.council.register.views.seats import TermsView
from lisbot.db import is_one_of
from lisbot.texts import sort_key

DAY = timedelta(days=1)
SEAT, TERM, STAFF, BODY, ORGANISATION = (table(t) for t in (Seat, Term, Staff, Body, Organisation))
COORDINATION, SECRETARIAT = table(Coordination), table(Secretariat)


@dataclass(frozen=True)
class SeatRow:
    id: int
    body_id: int
    role: str
    region: str
    secretariat_id: int
    derived_from: D | None
    derived_seat_id: int | None
    derived_post: str | None
    abolished_on: date | None


@dataclass(frozen=True)
class Register:
    """What derived seats follow from, from a day on."""

    today: date
    seats: dict[int, SeatRow]
    terms: dict[int, list[Spell]]
    coordinations: dict[int, list[Spell]]
    regions: dict[int, str]
    posts: dict[tuple[str, str], list[Spell]]  # by the secretariat's region and the post

    @property
    def derived(self) -> Iterator[SeatRow]:
        return (seat for seat in self.seats.values() if seat.derived_from is not None)

    def wanted(self, seat: SeatRow) -> list[Spell]:
        """Returns who should hold a derived seat from today on."""
        match seat.derived_from:
            case D.SEAT:
                found = list(self.terms.get(seat.derived_seat_id or 0, ()))
            case D.POST:
                found = list(self.posts.get((seat.region, seat.derived_post or ""), ()))
            case D.COORDINATING_SEAT:
                found = [
                    spell
                    for period in self.coordinating(seat)
                    for source in self.sources(seat)
                    if source.region == self.regions.get(period.id)
                    for spell in within(self.terms.get(source.id, ()), period)
                ]
            case _:
                found = []
        if seat.abolished_on is not None:
            found = list(within(found, Spell(0, date.min, seat.abolished_on - DAY)))
        return one_at_a_time(found, self.today)

    def held(self, seat: SeatRow) -> list[Spell]:
        """Returns who holds a seat from today on, as its terms say."""
        return one_at_a_time(self.terms.get(seat.id, ()), self.today)

    def coordinating(self, seat: SeatRow) -> list[Spell]:
        """Returns which secretariat coordinates the seat's body when: where nothing is planned, the body's own."""
        periods: list[Spell] = []
        day: date | None = self.today
        for period in sorted(self.coordinations.get(seat.body_id, ()), key=lambda each: each.from_on):
            if day is None or (period.to_on is not None and period.to_on < day):
                continue
            if period.from_on > day:
                periods.append(Spell(seat.secretariat_id, day, period.from_on - DAY))
            periods.append(replace(period, from_on=max(day, period.from_on)))
            day = period.to_on + DAY if period.to_on is not None else None
        return periods if day is None else [*periods, Spell(seat.secretariat_id, day, None)]

    def sources(self, seat: SeatRow) -> list[SeatRow]:
        """Returns the seats that a derived one may follow from: one, or those like it of every region."""
        source = self.seats.get(seat.derived_seat_id or 0)
        if source is None:
            return []
        if seat.derived_from is not D.COORDINATING_SEAT:
            return [source]
        alike = (each for each in self.seats.values() if each.body_id == source.body_id and each.role == source.role)
        return [each for each in alike if each.id != seat.id]

    def is_circular(self, seat: SeatRow) -> bool:
        """Returns whether a seat would follow from itself, by whatever way."""
        seen: set[int] = set()
        waiting = [source.id for source in self.sources(seat)]
        while waiting:
            at = waiting.pop()
            if at == seat.id:
                return True
            if at not in seen:
                seen.add(at)
                waiting += [source.id for source in self.sources(self.seats[at])]
        return False


def within(spells: Iterable[Spell], period: Spell) -> Iterator[Spell]:
    """Yields the parts of spells that lie within a period."""
    for spell in spells:
        if overlap(spell.from_on, spell.to_on, period.from_on, period.to_on):
            ends = [each for each in (spell.to_on, period.to_on) if each is not None]
            yield Spell(spell.id, max(spell.from_on, period.from_on), min(ends, default=None))


def one_at_a_time(spells: Iterable[Spell], today: date) -> list[Spell]:
    """Returns spells from today on, in order, no two at once: whoever was first stays. What one goes on with is one."""
    found: list[Spell] = []
    for spell in sorted(spells, key=lambda each: (each.from_on, each.id)):
        from_on = max(spell.from_on, today)
        if found:
            last = found[-1]
            if last.to_on is None:
                break
            from_on = max(from_on, last.to_on + DAY)
            if last.id == spell.id and from_on == last.to_on + DAY and (spell.to_on is None or spell.to_on >= from_on):
                found[-1] = replace(last, to_on=spell.to_on)
                continue
        if spell.to_on is None or spell.to_on >= from_on:
            found.append(Spell(spell.id, from_on, spell.to_on))
    return found


async def read_derived(db: AsyncSession, today: date, *, about: int | None = None) -> Register | None:
    """Returns what derived seats follow from; None where there are none. Six statements, or one where there are none.

    `about`: a seat that is to be one.
    """
    bodies = select(SEAT.c.body_id).where(or_(SEAT.c.derived_from.is_not(None), SEAT.c.id == about))
    sources = select(SEAT.c.derived_seat_id).where(SEAT.c.derived_seat_id.is_not(None))
    of_sources = select(SEAT.c.body_id).where(SEAT.c.id.in_(sources))
    rows = await db.execute(
        select(
            SEAT.c.id,
            SEAT.c.body_id,
            SEAT.c.role,
            ORGANISATION.c.region,
            BODY.c.secretariat_id,
            *(SEAT.c[name] for name in ("derived_from", "derived_seat_id", "derived_post", "abolished_on")),
        )
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .join(BODY, BODY.c.id == SEAT.c.body_id)
        .where(or_(SEAT.c.body_id.in_(bodies), SEAT.c.body_id.in_(of_sources)))
        .order_by(SEAT.c.id)
    )
    seats = {row.id: SeatRow(*row) for row in rows}
    if not seats:
        return None
    terms: dict[int, list[Spell]] = defaultdict(list)
    lasts = not_over(TERM.c, today)
    mine = select(TERM.c.seat_id, TERM.c.person_id, TERM.c.from_on, TERM.c.to_on)
    for row in await db.execute(mine.where(is_one_of(TERM.c.seat_id, seats), TERM.c.rank == 0, lasts)):
        terms[row.seat_id].append(Spell(*row[1:]))
    coordinations: dict[int, list[Spell]] = defaultdict(list)
    planned = select(*(COORDINATION.c[name] for name in ("body_id", "secretariat_id", "from_on", "to_on")))
    for row in await db.execute(planned):
        coordinations[row.body_id].append(Spell(*row[1:]))
    regions = {row.id: row.region for row in await db.execute(select(SECRETARIAT.c.id, SECRETARIAT.c.region))}
    posts: dict[tuple[str, str], list[Spell]] = defaultdict(list)
    if any(seat.derived_from is D.POST for seat in seats.values()):
        stays = not_over(STAFF.c, today)
        for row in await db.execute(select(STAFF).where(stays)):
            posts[regions[row.secretariat_id], row.post].append(Spell(row.person_id, row.from_on, row.to_on))
    return Register(today, seats, terms, coordinations, regions, posts)


async def due_to_follow(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the seats whose holder does not follow from what it should, as arguments to derived_role.follow."""
    register = await read_derived(db, at.astimezone(tz).date())
    if register is None:
        return []
    return [{"seat_id": each.id} for each in register.derived if register.held(each) != register.wanted(each)]


async def next_to_follow(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns None: a seat falls due when the register changes, and its terms know their own days."""
    return None


async def follow(act: Act, *, seat_id: SeatId) -> TermsView:
    """Let a seat be held by whoever it follows from, from today on. Returns TermsView."""
    seat = await get_seat_for(act, seat_id)
    await bring_about(act, {seat.id})
    return await terms_view(act, seat)


async def bring_about(act: Act, seat_ids: Collection[int]) -> None:
    """Make the terms of derived seats what they should be from today on: said first, and told to those who leave."""
    await act.db.flush()
    register = await read_derived(act.db, act.today)
    followed: dict[int, Followed] = {}
    later: set[int] = set()
    for seat in register.derived if register else ():
        if register and seat.id in seat_ids and (wanted := register.wanted(seat)) != register.held(seat):
            followed[seat.id] = await bring_to(act, seat.id, wanted)
            now = register.coordinating(seat)[0]
            if any(now.to_on is not None and spell.from_on > now.to_on for spell in followed[seat.id].new):
                later.add(seat.id)
    await tell_of_followed(act, followed, later)


async def set_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_seat_for(act, seat_id)
    collate = sort_key(act.by.lang)
    kept = bodies_where(act.by, P.KEEP_REGISTER)
    rows = await act.db.execute(
        select(SEAT.c.id, SEAT.c.role, ORGANISATION.c.name, BODY.c.name.label("body"))
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .join(BODY, BODY.c.id == SEAT.c.body_id)
        .where(is_one_of(SEAT.c.body_id, kept), SEAT.c.id != seat.id)
    )
    named: list[tuple[object, str]] = [(row.id, f"{row.body}: {row.role}, {row.name}") for row in rows]
    return Prefill(
        about=f"{seat_name(seat)} · {seat.body.name}",
        values={
            "derived_from": seat.derived_from,
            "source_seat_id": seat.derived_seat_id,
            "post": seat.derived_post,
        },
        choices={"source_seat_id": [*sorted(named, key=lambda each: collate(each[1]))]},
        is_saved=True,
    )


async def set_derived_role(
    act: Act,
    *,
    seat_id: SeatId,
    derived_from: D | None = None,
    source_seat_id: SeatId | None = None,
    post: Post | None = None,
) -> TermsView:
    """Say because of what a seat is held: another seat, the seat of its kind in the region that coordinates, or a post
    at the secretariat of the seat's region. Nothing: it follows from nothing.

    Returns TermsView. Raises Conflict where seats would follow from one another in a circle.
    """
    seat = await get_seat_for(act, seat_id)
    needs_seat = derived_from in (D.SEAT, D.COORDINATING_SEAT)
    if needs_seat and source_seat_id is None:
        raise Invalid("derived_from_what", field="source_seat_id")
    if derived_from is D.POST and post is None:
        raise Invalid("derived_from_what", field="post")
    if needs_seat and source_seat_id is not None:
        body_id = await act.db.scalar(select(Seat.body_id).where(Seat.id == source_seat_id))
        if body_id not in bodies_where(act.by, P.KEEP_REGISTER):
            raise NotFound
    seat.derived_from = derived_from
    seat.derived_seat_id = source_seat_id if needs_seat else None
    seat.derived_post = post.value if post is not None and derived_from is D.POST else None
    await act.db.flush()
    register = await read_derived(act.db, act.today, about=seat.id)
    if register is None or register.is_circular(register.seats[seat.id]):
        raise Conflict("derived_in_a_circle", seat=seat_name(seat))
    if derived_from is not None:
        await bring_about(act, {seat.id})
    return await terms_view(act, seat)
