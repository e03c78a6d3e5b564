"""Addresses of calendars to subscribe to. Whoever has one reads what its person may see: it is told once, only its
digest is kept, and a new one ends the old."""

import hashlib
import secrets

from sqlalchemy import ColumnElement, select, update

from lisbot.council.calendar.views import CalendarFeedView, FeedLine
from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import Body, CalendarFeed, table
from lisbot.council.register.bodies import get_body_for

FEED = table(CalendarFeed)


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def show(act: Act, *, body_id: BodyId | None = None) -> CalendarFeedView:
    """See which calendars one subscribes to. Returns CalendarFeedView. `body_id`: also offer that council's."""
    return await feeds_view(act, body_id)


async def make(act: Act, *, body_id: BodyId | None = None) -> CalendarFeedView:
    """Make an address to subscribe to: of one's own meetings, or of all those of a council. The one before it ends.

    Returns CalendarFeedView, which holds the address this once.
    """
    if body_id is not None:
        await get_body_for(act, body_id)
    await end_feeds(act, body_id)
    token = secrets.token_urlsafe(32)
    act.db.add(CalendarFeed(digest=token_digest(token), person_id=act.by_id, body_id=body_id, made_at=act.at))
    await act.db.flush()
    return await feeds_view(act, body_id, f"{act.base_url}/calendar/{token}.ics")


async def revoke(act: Act, *, body_id: BodyId | None = None) -> CalendarFeedView:
    """End the address of one's own calendar, or of a council's. Returns CalendarFeedView."""
    await end_feeds(act, body_id)
    return await feeds_view(act, body_id)


async def end_feeds(act: Act, body_id: int | None) -> None:
    await act.db.execute(
        update(FEED).where(*is_own(act), FEED.c.body_id.is_not_distinct_from(body_id)).values(revoked_at=act.at)
    )


def is_own(act: Act) -> tuple[ColumnElement[bool], ...]:
    return FEED.c.person_id == act.by_id, FEED.c.revoked_at.is_(None)


async def feeds_view(act: Act, body_id: int | None, url: str = "") -> CalendarFeedView:
    query = (
        select(FEED.c.body_id, FEED.c.made_at, Body.name)
        .outerjoin(Body, Body.id == FEED.c.body_id)
        .where(*is_own(act))
        .order_by(Body.name, FEED.c.id)
    )
    rows = (await act.db.execute(query)).all()
    have = {row.body_id for row in rows}
    wanted = [None, *([body_id] if body_id is not None and may(act.by, P.VIEW, body_id) else [])]
    return CalendarFeedView(
        tuple(FeedLine(row.name or "", row.made_at, feed_actions(row.body_id)) for row in rows),
        url,
        tuple(AllowedAction("calendar_feed.make", about(each)) for each in wanted if each not in have),
    )


def about(body_id: int | None) -> dict[str, int | str]:
    return {} if body_id is None else {"body_id": body_id}


def feed_actions(body_id: int | None) -> tuple[AllowedAction, ...]:
    return tuple(AllowedAction(name, about(body_id)) for name in ("calendar_feed.make", "calendar_feed.revoke"))
