"""The seats of a body as its secretariat keeps them: made for several organisations at once, changed, abolished."""

from collections.abc import Collection

from sqlalchemy import func, select

from lisbot.council.addresses import fold_name
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, Day, Line, Lines, Name, OrganisationIds, Prefill, SeatId
from lisbot.council.core.periods import not_abolished
from lisbot.council.enums import Standing
from lisbot.council.models import Body, Organisation, Seat
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.body_settings import body_settings, end_seats, require_open
from lisbot.council.register.composition_enforcement import require_numbers
from lisbot.council.register.keys import key_of, next_key
from lisbot.council.register.organisations import organisations_to_choose
from lisbot.council.register.seats import SEATED, get_seat_for, seat_name
from lisbot.council.register.views.bodies import BodySettingsView


async def create_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    return Prefill(
        about=body.name,
        values={"standing": Standing.VOTING},
        choices={"organisation_ids": await organisations_to_choose(act, body.region)},
    )


async def create(
    act: Act,
    *,
    body_id: BodyId,
    organisation_ids: OrganisationIds,
    role: Name,
    standing: Standing = Standing.VOTING,
    chairs: bool = False,
    specialty: Line = "",
    credentials: Lines | None = None,
) -> BodySettingsView:
    """Make a seat in a council, the same for each of several organisations. They stand empty until somebody is given
    them.

    Returns BodySettingsView. Raises Conflict where an organisation has such a seat.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    organisations = list(await act.db.scalars(select(Organisation).where(Organisation.id.in_(set(organisation_ids)))))
    if len(organisations) < len(set(organisation_ids)):
        raise Invalid("not_offered_any_more", field="organisation_ids")
    await require_one_chair(act, body, chairs, len(organisations))
    for organisation in organisations:
        await require_new_seat(act, body, organisation, role, specialty)
    by_id = {organisation.id: organisation for organisation in organisations}
    seats = await add_seats(
        act,
        body,
        [by_id[each] for each in dict.fromkeys(organisation_ids)],
        role=role,
        standing=standing,
        chairs=chairs,
        specialty=specialty,
        credentials=credentials or [],
    )
    act.did(count=len(organisations), body=body.name)
    view = await body_settings(act, body)
    act.trace.evidence["seat_ids"] = [seat.id for seat in seats]
    if len(seats) == 1:
        act.concerns(f"seat:{seats[0].id}", f"body:{body.id}")
    return view


async def add_seats(
    act: Act,
    body: Body,
    organisations: Collection[Organisation],
    *,
    role: str,
    standing: Standing,
    chairs: bool = False,
    specialty: str = "",
    credentials: Collection[str] = (),
) -> list[Seat]:
    """Add a seat for each organisation, behind those that there are."""
    taken = set(await act.db.scalars(select(Seat.key)))
    last = await act.db.scalar(select(func.max(Seat.position)).where(Seat.body_id == body.id)) or 0
    seats = [
        Seat(
            key=next_key(key_of(f"{body.key} {organisation.key} {role}"), taken),
            body_id=body.id,
            organisation_id=organisation.id,
            role=role,
            standing=standing,
            chairs=chairs,
            position=last + number,
            specialty=specialty,
            credentials=list(credentials),
        )
        for number, organisation in enumerate(organisations, start=1)
    ]
    act.db.add_all(seats)
    await act.db.flush()
    return seats


async def require_one_chair(act: Act, body: Body, chairs: bool, count: int, own: int | None = None) -> None:
    """Raises Conflict where a body would have two seats that chair it."""
    if not chairs:
        return
    there = select(Seat.id).where(
        Seat.body_id == body.id,
        Seat.chairs.is_(True),
        Seat.id != (own or 0),
        not_abolished(Seat, act.today),
    )
    if count > 1 or await act.db.scalar(there.limit(1)) is not None:
        raise Conflict("one_chair", field="chairs", name=body.name)


async def require_new_seat(
    act: Act, body: Body, organisation: Organisation, role: str, specialty: str, own: int | None = None
) -> None:
    """Raises Conflict where the organisation has a seat of this role and specialty in the body already."""
    rows = await act.db.execute(
        select(Seat.id, Seat.role, Seat.specialty).where(
            Seat.body_id == body.id,
            Seat.organisation_id == organisation.id,
            not_abolished(Seat, act.today),
        )
    )
    for row in rows:
        if row.id != own and (fold_name(row.role), fold_name(row.specialty)) == (fold_name(role), fold_name(specialty)):
            raise Conflict("seat_exists", field="role", role=row.role, organisation=organisation.name)


def require_kept(seat: Seat) -> None:
    """Raises Conflict for a seat that is abolished, or will be."""
    if seat.abolished_on is not None:
        raise Conflict("seat_abolished", name=seat_name(seat), day=seat.abolished_on)


async def edit_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_seat_for(act, seat_id)
    names = ("role", "standing", "chairs", "specialty")
    values = {name: getattr(seat, name) for name in names} | {"credentials": "\n".join(seat.credentials)}
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}", values=values, is_saved=True)


async def edit(
    act: Act,
    *,
    seat_id: SeatId,
    role: Name,
    standing: Standing,
    chairs: bool = False,
    specialty: Line = "",
    credentials: Lines | None = None,
) -> BodySettingsView:
    """Change what a seat is called, what its holder may do and what is asked of them. Whoever holds it keeps it, and
    rolls and minutes that are written keep what it was.

    Returns BodySettingsView. Raises Conflict where its organisation has another such seat, and where one more would be
    held of its kind than the body enforces.
    """
    seat = await get_seat_for(act, seat_id)
    require_kept(seat)
    await require_new_seat(act, seat.body, seat.organisation, role, specialty, own=seat.id)
    await require_one_chair(act, seat.body, chairs, 1, own=seat.id)
    if standing is not seat.standing:
        act.ask_first("standing_changes", seat=seat_name(seat))
    act.trace.evidence |= {"former": {"role": seat.role, "standing": seat.standing, "chairs": seat.chairs}}
    is_counted_anew = (fold_name(seat.role), fold_name(seat.specialty)) != (fold_name(role), fold_name(specialty))
    is_counted_anew |= standing in SEATED and seat.standing not in SEATED
    seat.role, seat.standing, seat.chairs = role, standing, chairs
    seat.specialty, seat.credentials = specialty, list(credentials or [])
    await act.db.flush()
    if is_counted_anew:
        await require_numbers(act, seat)
    view = await body_settings(act, seat.body)
    act.concerns(f"seat:{seat.id}", f"body:{seat.body_id}")
    return view


async def abolish_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_seat_for(act, seat_id)
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}")


async def abolish(act: Act, *, seat_id: SeatId, from_on: Day) -> BodySettingsView:
    """Abolish a seat from a day on: its terms end the day before. Who held it and when stays in the register.

    Returns BodySettingsView. Raises Conflict where it is abolished, or somebody is to begin there later.
    """
    seat = await get_seat_for(act, seat_id)
    require_kept(seat)
    if from_on < act.today:
        act.ask_first("change_is_past", day=from_on)
    ended = await end_seats(act, [seat], from_on)
    act.ask_first("seat_abolishes", seat=seat_name(seat), day=from_on)
    if ended:
        act.ask_first("terms_end_with_seat", count=ended)
    view = await body_settings(act, seat.body)
    act.concerns(f"seat:{seat.id}", f"body:{seat.body_id}")
    return view
