"""Reminding an organisation's representatives of what it is to follow up."""

from collections.abc import Collection
from datetime import time, timedelta
from typing import Any

from sqlalchemy import func, select

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import FollowUpId, Prefill
from lisbot.council.core.periods import in_force
from lisbot.council.delivery.notifications import notify
from lisbot.council.delivery.reminded import JUST_REMINDED
from lisbot.council.enums import FollowUpState, Standing
from lisbot.council.minutes.asking import reached_of
from lisbot.council.minutes.follow_ups import get_follow_up_for, view_with
from lisbot.council.minutes.states import FOLLOW_UP
from lisbot.council.minutes.views import PLANNED, FollowUpsView
from lisbot.council.models import Body, Delivery, FollowUp, Seat, Term
from lisbot.council.register.bodies import get_body_for

DAY = timedelta(days=1)
KINDS = ("follow_up_reminder", "follow_up_reminder_open")  # by a day, and whenever


async def remind_prefill(act: Act, *, follow_up_id: FollowUpId) -> Prefill:
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.remind", found)
    return Prefill(about=f"{found.item.title}\n{found.organisation_name}")


async def remind(act: Act, *, follow_up_id: FollowUpId) -> FollowUpsView:
    """Remind whoever represents an organisation of what it has not followed up. Asks first whom, and where they were
    reminded within the hour.

    Returns FollowUpsView. Raises Conflict for what is done, and where nobody represents the organisation.
    """
    found = await get_follow_up_for(act, follow_up_id)
    FOLLOW_UP.require(act, "follow_up.remind", found)
    body = await get_body_for(act, found.item.meeting.body_id)
    people = await read_representatives(act, body.id, found.organisation_id)
    if not people:
        raise Conflict("nobody_represents", organisation=found.organisation_name)
    last = select(func.max(Delivery.made_at)).where(
        Delivery.person_id.in_(people), Delivery.body_id == body.id, Delivery.kind.in_(KINDS)
    )
    reminded_at = await act.db.scalar(last)
    if reminded_at is not None and act.at - reminded_at < JUST_REMINDED:
        act.ask_first("reminded_already", at=reminded_at.astimezone(act.tz))
    await notify_representatives(act, body, found, people)
    if found.state is not FollowUpState.OPEN:
        on = {} if found.answer_on is None else {"day": found.answer_on}
        how = "follow_up_answered_planned" if found.state in PLANNED else "follow_up_answered_with_day"
        act.ask_first(
            how if on else "follow_up_answered",
            organisation=found.organisation_name,
            answer=found.state,
            **on,
        )
    is_reached = await reached_of(act, {found.organisation_id: people})
    act.did("done" if is_reached else "done_nobody", names=found.organisation_name)
    return await view_with(act, found)


async def read_representatives(act: Act, body_id: int, organisation_id: int) -> set[int]:
    """Returns who represents an organisation in a body today."""
    query = (
        select(Term.person_id)
        .join(Seat, Seat.id == Term.seat_id)
        .where(
            Seat.body_id == body_id,
            Seat.organisation_id == organisation_id,
            Seat.standing.in_((Standing.VOTING, Standing.NONVOTING)),
            Term.rank == 0,
            in_force(Term, act.today),
        )
    )
    return set(await act.db.scalars(query))


async def notify_representatives(act: Act, body: Body, found: FollowUp, people: Collection[int]) -> None:
    """Remind people of what their organisation is to follow up, with the list of it."""
    until: dict[str, Any] = {} if found.due_on is None else {"until_on": found.due_on}
    if found.due_on is not None and found.due_on >= act.today:
        until["useful_until"] = moment(found.due_on + DAY, time(), act.tz)
    await notify(
        act,
        KINDS[found.due_on is None],
        people=people,
        command="follow_up.list",
        args={"body_id": body.id},
        body_id=body.id,
        body=body.name,
        organisation=found.organisation_name,
        **until,
    )
