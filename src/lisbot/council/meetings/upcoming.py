"""The meetings that come: which may still be proposed for, and when something about one is next due."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, not_, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from lisbot.council.cases.waiting import is_still_to_be_held as is_still_to_be_held
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.meetings.states import ASKED
from lisbot.council.models import Attendance, Body, Meeting
from lisbot.council.register.rooms import find_room
from lisbot.texts import date_and_name

MAX_CHOICES = 20  # meetings offered in a form
NOTICE_HOUR = time(8)  # when on its day a notice counts as due
LOOKED_AT = 20  # meetings, soonest first, among which the next moment is found


def is_coming(today: date) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions of a meeting whose last day is not over."""
    return Meeting.ends_on >= today, Meeting.cancelled_at.is_(None)


async def next_start(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next meeting begins."""
    return await soonest(db, at, tz, Meeting.held_on, Meeting.starts)


async def next_notice(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns eight in the morning of the next day a notice should be sent."""
    return await soonest(db, at, tz, Meeting.notice_on, None, Meeting.published_at.is_(None))


async def soonest(
    db: AsyncSession, at: datetime, tz: ZoneInfo, day: Any, hour: Any, *where: ColumnElement[bool]
) -> datetime | None:
    today: date = at.astimezone(tz).date()
    rows = await db.execute(
        select(day, hour if hour is not None else null())
        .where(day >= today, Meeting.cancelled_at.is_(None), *where)
        .order_by(day)
        .limit(LOOKED_AT)
    )
    moments = (moment(on, starts or NOTICE_HOUR, tz) for on, starts in rows)
    return min((found for found in moments if found > at), default=None)


async def nearest_meeting_id(act: Act, body_id: int | None = None) -> int:
    """Returns the next meeting that the command may be run on, or where none is planned the last one: of one council
    where it is named or the channel is its own, else of all the member's.

    Raises NotFound where there has been none.
    """
    mine = (Meeting.body_id.in_(await bodies_meant(act, body_id)), Meeting.cancelled_at.is_(None))
    # Of two on one day the one that is not over.
    is_over = not_(is_still_to_be_held(act.at, act.tz)[0])
    soonest = (Meeting.held_on > act.today, is_over, Meeting.held_on, Meeting.starts)
    coming = select(Meeting.id).where(*mine, *is_coming(act.today)).order_by(*soonest)
    over = select(Meeting.id).where(*mine, Meeting.ends_on < act.today)
    last = over.order_by(Meeting.ends_on.desc(), Meeting.ends.desc())
    for query in (coming, last):
        if (found := await act.db.scalar(query.limit(1))) is not None:
            return found
    raise NotFound("no_meeting")


async def bodies_meant(act: Act, body_id: int | None) -> set[int]:
    """Returns the bodies in which the command may be run: the one that is named, or else the channel's own where it is
    one of the member's."""
    own = bodies_where(act.by, act.needs)
    if body_id is not None:
        return own & {body_id}
    linked = await find_room(act, act.room) if act.room is not None else None
    return {linked.body_id} if linked is not None and linked.body_id in own else own


async def nearest_open_call_id(act: Act) -> int:
    """Returns the next meeting whose call the member may answer. Raises Conflict where no call is open to them."""
    asked = {hold.body_id for hold in act.by.holds if hold.role in ASKED}
    found = await act.db.scalar(
        select(Meeting.id)
        .where(
            Meeting.body_id.in_(asked),
            Meeting.held_on >= act.today,
            Meeting.cancelled_at.is_(None),
            Meeting.call_opened_at.is_not(None),
            Meeting.call_closed_at.is_(None),
        )
        .order_by(Meeting.held_on, Meeting.starts)
        .limit(1)
    )
    if found is None:
        raise Conflict("no_open_call")
    return found


async def meetings_to_answer(act: Act) -> list[tuple[object, str]]:
    """Returns the coming meetings that the member is invited to, soonest first, to choose among."""
    rows = await act.db.execute(
        select(Meeting.id, Body.name, Meeting.held_on)
        .join(Body)
        .where(
            Meeting.id.in_(select(Attendance.meeting_id).where(Attendance.person_id == act.by.id)),
            Meeting.body_id.in_(bodies_where(act.by, P.RESPOND)),
            *is_still_to_be_held(act.at, act.tz),
            Meeting.published_at.is_not(None),
        )
        .order_by(Meeting.held_on, Meeting.starts)
        .limit(MAX_CHOICES)
    )
    return [(meeting_id, date_and_name(act.by.lang, name, held_on)) for meeting_id, name, held_on in rows]


async def meetings_to_propose_for(act: Act) -> list[tuple[object, str]]:
    """Returns the meetings the member may propose items for, soonest first, to choose among."""
    rows = await act.db.execute(
        select(Meeting, Body.name)
        .join(Body)
        .where(Meeting.body_id.in_(bodies_where(act.by, P.PROPOSE)), *is_still_to_be_held(act.at, act.tz))
        .options(defer(Meeting.published, raiseload=True))
        .order_by(Meeting.held_on, Meeting.starts)
        .limit(MAX_CHOICES)
    )
    return [(meeting.id, date_and_name(act.by.lang, name, meeting.days)) for meeting, name in rows]
