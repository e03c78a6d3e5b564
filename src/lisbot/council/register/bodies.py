"""The bodies: councils and other groups that meet."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, lock, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.periods import is_closed
from lisbot.council.models import Body
from lisbot.council.register.views.bodies import BodyRules
from lisbot.council.register.views.refs import BodyRef


async def get_body_for(act: Act, body_id: int) -> Body:
    """Returns a body with its secretariat, locked where the act changes something.

    Raises NotFound for a body the member has no part in.
    """
    gate(act, body_id)
    body = await act.db.get(
        Body,
        body_id,
        options=[joinedload(Body.secretariat)],
        with_for_update=lock(act, Body),
        populate_existing=True,
    )
    if body is None:
        raise NotFound
    return body


async def list_own(act: Act) -> list[BodyRef]:
    """Returns the bodies in which the member has any part, in no particular order."""
    ids = {hold.body_id for hold in act.by.holds}
    return [body_ref(act, body) for body in await act.db.scalars(select(Body).where(Body.id.in_(ids)))]


def body_ref(act: Act, body: Body) -> BodyRef:
    return BodyRef(body.id, body.name, body.region, may(act.by, P.VIEW, body.id))


def has_roster(body: Body, day: date) -> bool:
    """Returns whether a body's roster is published for everybody on a day."""
    return body.is_published and not is_closed(body, day)


def body_refs(act: Act, bodies: Iterable[Body]) -> tuple[BodyRef, ...]:
    return tuple(body_ref(act, body) for body in bodies)


def body_rules(body: Body) -> BodyRules:
    return BodyRules(**{name: getattr(body, name) for name in BodyRules.__slots__})
