"""The calendars that people subscribe to: fetched by their calendar programs, with the secret address alone."""

import hashlib

from aiohttp import web

from lisbot.channels.web.site import SITE
from lisbot.council.calendar.feed import FeedMeeting, read_feed
from lisbot.render.calendar_file import Event
from lisbot.render.feed import FeedEvent, render_feed
from lisbot.routes import address
from lisbot.texts import text

MAX_AGE = 900  # seconds for which a calendar program need not ask again
MAX_TOKEN = 100


async def show_feed(request: web.Request) -> web.Response:
    """Returns a calendar as a file. One that has ended is gone, so that programs stop asking."""
    runtime = request.app[SITE].runtime
    async with runtime.db.read() as db:
        feed = await read_feed(db, request.match_info["token"][:MAX_TOKEN], runtime.now(), runtime.tz)
    if feed is None:
        return web.Response(status=404, text="")
    if feed.is_revoked:
        return web.Response(status=410, text="")
    lang = feed.lang or runtime.lang
    name = feed.body or text(lang, "card.calendar_feed.own")
    events = [feed_event(each, runtime.base_url) for each in feed.meetings]
    content = render_feed(name, events, feed.alarm_minutes).encode()
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Cache-Control": f"private, max-age={MAX_AGE}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=headers)


def feed_event(meeting: FeedMeeting, base_url: str) -> FeedEvent:
    event = Event(
        meeting_id=meeting.id,
        title=meeting.body,
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        place=meeting.place,
        link=meeting.link,
        is_cancelled=meeting.is_cancelled,
    )
    page = f"{base_url}{address('meeting.show', {'meeting_id': meeting.id})}"
    return FeedEvent(event, meeting.zone, meeting.sequence, meeting.told_at or meeting.starts_at, page)
