"""Who sat where on a day, as it was known then and as it is known now; and when each thing became known, by whom."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId, PastDay, Prefill, SeatId
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import FormerTerm, LogLine, Person, Seat, Term, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.known_terms import seats_in_two_times
from lisbot.council.register.seats import find_vacancy, get_seat_for, seat_name
from lisbot.council.register.views.seats import KnownHolder, LookBackView, SeatLookBack, TermRecord, TermsView

DAY = timedelta(days=1)
LINE = table(LogLine)


async def look_back_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    return Prefill(about=body.name, values={"on": act.today})


async def look_back(
    act: Act, *, body_id: BodyId, on: PastDay | None = None, known_on: PastDay | None = None
) -> LookBackView:
    """See who sat in a council on a day, as it was known then and as it is known now.

    `known_on`: as it was known at the end of another day. Returns LookBackView.
    """
    body = await get_body_for(act, body_id)
    day = on or act.today
    known_day = min(known_on or day, act.today)
    seats: dict[int, SeatLookBack] = {}
    then: dict[int, list[KnownHolder]] = {}
    now: dict[int, list[KnownHolder]] = {}
    for row in await seats_in_two_times(act, body.id, day, end_of_day(act, known_day)):
        if row.person_id is None and row.abolished_on is not None and row.abolished_on <= day:
            continue
        seats[row.id] = SeatLookBack(row.id, row.role, row.organisation, row.standing, row.chairs, (), ())
        if row.person_id is None:
            continue
        holder = KnownHolder(row.person_id, row.person, row.rank, row.from_on, row.to_on)
        for is_known, held in ((row.is_then, then), (row.is_now, now)):
            if is_known:
                held.setdefault(row.id, []).append(holder)
    found = (
        SeatLookBack(s.id, s.role, s.organisation, s.standing, s.chairs, *(tuple(k.get(s.id, ())) for k in (then, now)))
        for s in seats.values()
    )
    return LookBackView(body_ref(act, body), day, known_day, tuple(found))


def end_of_day(act: Act, day: date) -> datetime:
    """Returns the last moment of a day here; of today, what is known by now."""
    return act.at if day >= act.today else moment(day + DAY, time(0), act.tz) - timedelta(microseconds=1)


async def list_term(act: Act, *, seat_id: SeatId) -> TermsView:
    """See everybody who holds or held a seat, since when that is known, and what was known before it was corrected.

    Returns TermsView.
    """
    return await terms_view(act, await get_seat_for(act, seat_id))


async def terms_view(act: Act, seat: Seat) -> TermsView:
    """Returns the terms of a seat that is read already, in both times."""
    act.concerns(f"seat:{seat.id}", f"body:{seat.body_id}")
    named = select(Term, Person.name).join(Person, Person.id == Term.person_id).where(Term.seat_id == seat.id)
    terms = (await act.db.execute(named.order_by(Term.from_on.desc(), Term.rank))).all()
    was_named = select(FormerTerm, Person.name).join(Person, Person.id == FormerTerm.person_id)
    rows = await act.db.execute(
        was_named.where(FormerTerm.seat_id == seat.id, FormerTerm.known_to > FormerTerm.known_from).order_by(
            FormerTerm.known_to.desc(), FormerTerm.rank, FormerTerm.from_on
        )
    )
    former = rows.all()
    moments = {term.changed_at or term.recorded_at for term, _ in terms}
    moments |= {at for each, _ in former for at in (each.known_from, each.known_to)}
    by = await recorded_by(act, seat, moments) if act.allows("log.show", seat.body_id) else {}
    return TermsView(
        body=body_ref(act, seat.body),
        seat_id=seat.id,
        seat=seat_name(seat),
        standing=seat.standing,
        vacant_from=find_vacancy((term for term, _ in terms), act.today),
        derived_from=seat.derived_from,
        terms=tuple(record(act, seat, term, name, by) for term, name in terms),
        former=tuple(former_record(each, name, by) for each, name in former),
        actions=allowed(act, seat, ("term.add", "derived_role.set", "log.show"), {"seat_id": seat.id}),
    )


def allowed(act: Act, seat: Seat, names: Iterable[str], about: Mapping[str, int]) -> tuple[AllowedAction, ...]:
    return tuple(AllowedAction(name, about) for name in names if act.allows(name, seat.body_id))


def record(act: Act, seat: Seat, term: Term, name: str, by: Mapping[datetime, str]) -> TermRecord:
    since = term.changed_at or term.recorded_at
    actions = allowed(act, seat, ("term.correct", "term.retract"), {"term_id": term.id})
    return TermRecord(
        id=term.id,
        person_id=term.person_id,
        name=name,
        rank=term.rank,
        from_on=term.from_on,
        to_on=term.to_on,
        known_since=since,
        known_by=by.get(since, ""),
        actions=actions,
    )


def former_record(was: FormerTerm, name: str, by: Mapping[datetime, str]) -> TermRecord:
    return TermRecord(
        id=None,
        person_id=was.person_id,
        name=name,
        rank=was.rank,
        from_on=was.from_on,
        to_on=was.to_on,
        known_since=was.known_from,
        known_by=by.get(was.known_from, ""),
        known_until=was.known_to,
        corrected_by=by.get(was.known_to, ""),
    )


async def recorded_by(act: Act, seat: Seat, moments: Iterable[datetime]) -> dict[datetime, str]:
    """Returns who did what made things known about a seat, by the moment, as the log has it."""
    subject = f"seat:{seat.id}"
    rows = await act.db.execute(
        select(LINE.c.at, LINE.c.by_name)
        .where(or_(LINE.c.subject == subject, LINE.c.context == subject), LINE.c.at.in_(set(moments)))
        .order_by(LINE.c.id)
    )
    return {row.at: row.by_name for row in rows}
