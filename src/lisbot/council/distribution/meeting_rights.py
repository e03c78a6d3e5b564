"""That the people of one body may meet in another: kept by the secretariat of the body where they may."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, Day, Id, MeetingRightId, Prefill
from lisbot.council.core.periods import last_day, overlap
from lisbot.council.distribution.distribution_lines import bodies_to_choose, distribution_view, require_receiving_body
from lisbot.council.distribution.views import DistributionView
from lisbot.council.models import MeetingRight
from lisbot.council.register.bodies import get_body_for


async def add_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    others = [(number, name) for number, name in await bodies_to_choose(act) if number != body.id]
    return Prefill(about=body.name, values={"from_on": act.today}, choices={"of_body_id": others})


async def add(
    act: Act,
    *,
    body_id: BodyId,
    of_body_id: Id,
    sees_confidential: bool = False,
    from_on: Day | None = None,
    to_on: Day | None = None,
) -> DistributionView:
    """Let the people of another council meet in this one from a day on: they get the notice and the agenda, say whether
    they come, and stand in the minutes. They have no vote, and are counted in no quorum.

    Returns DistributionView. Raises Conflict where they may already. Asks first where they read what is confidential.
    """
    body = await get_body_for(act, body_id)
    if body.closed_on is not None:
        raise Conflict("body_closed", name=body.name, day=body.closed_on)
    if of_body_id == body.id:
        raise Invalid("meets_in_itself", field="of_body_id")
    other = await require_receiving_body(act, of_body_id, "")
    from_on = from_on or act.today
    if to_on is not None and to_on < from_on:
        raise Invalid("ends_before_it_begins", field="to_on", day=from_on)
    same = (MeetingRight.body_id == body.id, MeetingRight.of_body_id == other.id)
    for right in await act.db.scalars(select(MeetingRight).where(*same)):
        if overlap(right.from_on, right.to_on, from_on, to_on):
            raise Conflict("may_meet_already", name=other.name)
    if sees_confidential:
        act.ask_first("visitors_see_confidential", name=other.name)
    act.db.add(
        MeetingRight(
            body_id=body.id,
            of_body_id=other.id,
            sees_confidential=sees_confidential,
            from_on=from_on,
            to_on=to_on,
            recorded_at=act.at,
        )
    )
    await act.db.flush()
    act.did(name=other.name)
    return await distribution_view(act, body)


async def get_right_for(act: Act, right_id: int) -> MeetingRight:
    """Returns a right to meet with the body whose people have it. Raises NotFound for another body's."""
    right = await act.db.get(MeetingRight, right_id, options=[joinedload(MeetingRight.of_body)])
    if right is None:
        raise NotFound
    gate(act, right.body_id)
    return right


async def end_prefill(act: Act, *, right_id: MeetingRightId) -> Prefill:
    right = await get_right_for(act, right_id)
    return Prefill(about=right.of_body.name, values={"to_on": right.to_on or act.today})


async def end(act: Act, *, right_id: MeetingRightId, to_on: Day) -> DistributionView:
    """End that the people of another council may meet in this one: the last day on which they may.

    Returns DistributionView. A right that was of no day yet is gone. Raises Conflict for one that is over, Invalid for
    a day before its first or after its last.
    """
    right = await get_right_for(act, right_id)
    body = await get_body_for(act, right.body_id)
    act.did(name=right.of_body.name)
    last = last_day(right, to_on, act.today)
    if last is None:
        await act.db.delete(right)
    else:
        right.to_on = last
    await act.db.flush()
    return await distribution_view(act, body)
