"""Whoever may meet in a body because of a seat in another: told with the agenda, they say whether they come, and stand
in the minutes. They have no vote, and are counted in no quorum.

Source: Helse Nord, steering group of 5 June 2019: those of the forum have the right to meet in Strategisk råd.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import Response, Standing
from lisbot.council.meetings.views import OwnVisit
from lisbot.council.models import Body, Guest, Meeting, MeetingRight, Seat, Term, table
from lisbot.council.register.speaking import speaks_for_seat

SEAT, TERM, RIGHT, BODY = (table(each) for each in (Seat, Term, MeetingRight, Body))


async def visitors_of(act: Act, meeting: Meeting) -> set[int]:
    """Returns who may meet by a seat in another body today, and on the meeting's day, and has no seat in the body that
    is invited. One statement."""
    own_seat, own = SEAT.alias(), TERM.alias()
    is_invited = exists().where(
        own.c.person_id == TERM.c.person_id,
        in_force(own.c, act.today),
        own_seat.c.id == own.c.seat_id,
        own_seat.c.body_id == meeting.body_id,
        own_seat.c.standing != Standing.COPY,
        speaks_for_seat(own.c, act.today),
    )
    query = (
        select(TERM.c.person_id)
        .join_from(TERM, SEAT, SEAT.c.id == TERM.c.seat_id)
        .join(RIGHT, RIGHT.c.of_body_id == SEAT.c.body_id)
        .where(
            RIGHT.c.body_id == meeting.body_id,
            in_force(RIGHT.c, act.today),
            in_force(RIGHT.c, meeting.held_on),
            in_force(TERM.c, act.today),
            SEAT.c.standing != Standing.COPY,
            speaks_for_seat(TERM.c, act.today),
            ~is_invited,
        )
    )
    return set(await act.db.scalars(query))


def may_still_come(meeting: Meeting) -> ColumnElement[bool]:
    """Returns the condition that a guest does not come by a right to meet that is over on the meeting's day: because
    the body's people have it no more, or the guest sits there no more."""
    has_right = exists().where(
        RIGHT.c.body_id == meeting.body_id,
        RIGHT.c.of_body_id == Guest.right_of_id,
        in_force(RIGHT.c, meeting.held_on),
    )
    sits_there = exists().where(
        TERM.c.person_id == Guest.person_id,
        in_force(TERM.c, meeting.held_on),
        SEAT.c.id == TERM.c.seat_id,
        SEAT.c.body_id == Guest.right_of_id,
        SEAT.c.standing != Standing.COPY,
        speaks_for_seat(TERM.c, meeting.held_on),
    )
    return or_(Guest.right_of_id.is_(None), has_right & sits_there)


async def notify_visitors(act: Act, meeting: Meeting, kind: str, **facts: Any) -> None:
    """Tell those who may meet without a seat, once the agenda has been sent, what readers of it are told. Whoever is
    told of the meeting already is not told again."""
    if meeting.published_at is None:
        return
    await notify(
        act,
        kind,
        people=await visitors_of(act, meeting) - act.trace.told_of.get(meeting.id, set()),
        command="agenda.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        **facts,
    )


async def own_visit(act: Act, meeting: Meeting) -> OwnVisit | None:
    """Returns what somebody who may come without a seat has answered; None for anybody else, and where there is nothing
    to come to. Two statements for those alone."""
    is_coming = meeting.published_at is not None and meeting.cancelled_at is None and meeting.ends_at > act.at
    if act.by.id is None or not is_coming or not may(act.by, P.VISIT, meeting.body_id):
        return None
    body = await right_of(act, meeting)
    if body is None:
        return None
    guest = await read_visit(act, meeting)
    response = guest.response if guest else None
    return OwnVisit(
        of_body=body.name,
        response=response,
        actions=tuple(
            AllowedAction("visit.respond", {"meeting_id": meeting.id, "response": each.value})
            for each in Response
            if each is not response
        ),
    )


async def right_of(act: Act, meeting: Meeting) -> Any | None:
    """Returns by a seat in which body the member may meet: its id and name; None where they may not."""
    own = [hold.body_id for hold in act.by.holds if hold.seat_id is not None]
    query = (
        select(BODY.c.id, BODY.c.name)
        .join(RIGHT, RIGHT.c.of_body_id == BODY.c.id)
        .where(RIGHT.c.body_id == meeting.body_id, RIGHT.c.of_body_id.in_(own), in_force(RIGHT.c, act.today))
        .order_by(BODY.c.id)
        .limit(1)
    )
    return (await act.db.execute(query)).one_or_none()


async def read_visit(act: Act, meeting: Meeting) -> Guest | None:
    query = select(Guest).where(
        Guest.meeting_id == meeting.id, Guest.person_id == act.by_id, Guest.right_of_id.is_not(None)
    )
    return (await act.db.scalars(query.order_by(Guest.id).limit(1))).first()
