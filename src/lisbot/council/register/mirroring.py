"""Bodies whose members are another body's members: a seat for each of its seats, that follows it.

Source: Helse Nord, steering group 5 June 2019: the Forum's people have «møterett i halvårlige møter» of Strategisk råd.
"""

from collections import defaultdict

from sqlalchemy import select

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import BodyId, Prefill
from lisbot.council.core.periods import not_abolished
from lisbot.council.enums import DerivedFrom, Standing
from lisbot.council.models import Body, Organisation, Seat
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.body_settings import require_open
from lisbot.council.register.coordinations import coordination_view
from lisbot.council.register.derived_roles import bring_about, read_derived
from lisbot.council.register.seat_settings import add_seats
from lisbot.council.register.seats import SEATED
from lisbot.council.register.views.composition import CoordinationView
from lisbot.texts import sort_key


async def mirror_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    collate = sort_key(act.by.lang)
    kept = bodies_where(act.by, P.KEEP_REGISTER) - {body.id}
    rows = await act.db.execute(select(Body.id, Body.name).where(Body.id.in_(kept)))
    named = sorted(((row.id, row.name) for row in rows), key=lambda each: collate(each[1]))
    return Prefill(
        about=body.name,
        values={"standing": Standing.NONVOTING},
        choices={"source_body_id": [(number, name) for number, name in named]},
        excluded={"standing": {Standing.COPY}},
    )


async def mirror(
    act: Act, *, body_id: BodyId, source_body_id: BodyId, standing: Standing = Standing.NONVOTING
) -> CoordinationView:
    """Let whoever sits in one council sit in another too: a seat there for each of its seats, that follows it. Seats
    that are there already are left as they are.

    Returns CoordinationView. Raises Conflict where all of them are there.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    if source_body_id not in bodies_where(act.by, P.KEEP_REGISTER) or source_body_id == body.id:
        raise NotFound
    followed = select(Seat.derived_seat_id).where(Seat.body_id == body.id, Seat.derived_seat_id.is_not(None))
    there = set(await act.db.scalars(followed))
    rows = await act.db.execute(
        select(Seat, Organisation)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(
            Seat.body_id == source_body_id,
            Seat.standing.in_(SEATED),
            not_abolished(Seat, act.today),
        )
        .order_by(Seat.position, Seat.id)
    )
    # Whoever holds a seat that follows one of these sits here already.
    own = set(await act.db.scalars(select(Seat.id).where(Seat.body_id == body.id)))
    by_role: dict[str, list[tuple[Seat, Organisation]]] = defaultdict(list)
    for source, organisation in rows:
        if source.id not in there and source.derived_seat_id not in own:
            by_role[source.role].append((source, organisation))
    if not by_role:
        raise Conflict("mirrored_already", body=body.name)
    new: set[int] = set()
    for role, sources in by_role.items():
        seats = await add_seats(act, body, [each for _, each in sources], role=role, standing=standing)
        for seat, (source, _) in zip(seats, sources, strict=True):
            seat.derived_from, seat.derived_seat_id = DerivedFrom.SEAT, source.id
            new.add(seat.id)
    await act.db.flush()
    register = await read_derived(act.db, act.today)
    if register is not None and any(register.is_circular(register.seats[seat_id]) for seat_id in new):
        raise Conflict("derived_in_a_circle", seat=body.name)
    act.ask_first("seats_are_mirrored", count=len(new), body=body.name)
    await bring_about(act, new)
    return await coordination_view(act, body)
