"""Several meetings as one calendar that programs subscribe to (RFC 5545, RFC 7986)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lisbot.render.calendar_file import Event, escape_value, fold, meeting_uid, moment
from lisbot.render.invitation import alarm_lines, wall_time
from lisbot.render.time_zone import time_zone_lines

ASK_AGAIN = "PT4H"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One meeting. `at`: when it was last told: the same calendar is the same file, whenever it is fetched."""

    event: Event
    zone: str
    sequence: int
    at: datetime
    page: str


def render_feed(name: str, events: Sequence[FeedEvent], alarm_minutes: int | None) -> str:
    """Returns the calendar. An alarm stands in it where its person has asked for one."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lisbot//lisbot//NO",
        "METHOD:PUBLISH",
        f"NAME:{escape_value(name)}",
        f"X-WR-CALNAME:{escape_value(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{ASK_AGAIN}",
        f"X-PUBLISHED-TTL:{ASK_AGAIN}",
    ]
    for zone in sorted({each.zone for each in events}):
        lines += time_zone_lines(zone)
    for each in events:
        lines += event_lines(each, alarm_minutes)
    return "".join(f"{fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def event_lines(told: FeedEvent, alarm_minutes: int | None) -> list[str]:
    event = told.event
    return [
        "BEGIN:VEVENT",
        f"UID:{escape_value(meeting_uid(event.meeting_id, told.page))}",
        f"DTSTAMP:{moment(told.at)}",
        f"SEQUENCE:{told.sequence}",
        f"DTSTART;TZID={told.zone}:{wall_time(event.starts)}",
        f"DTEND;TZID={told.zone}:{wall_time(event.ends)}",
        f"SUMMARY:{escape_value(event.title)}",
        *([f"LOCATION:{escape_value(event.place)}"] if event.place else []),
        f"DESCRIPTION:{escape_value(chr(10).join(part for part in (event.link, told.page) if part))}",
        f"URL:{told.page}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        *([] if event.is_cancelled else alarm_lines(event.title, alarm_minutes)),
        "END:VEVENT",
    ]
