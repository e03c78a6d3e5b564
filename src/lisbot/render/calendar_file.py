"""A meeting as a calendar file (RFC 5545) that Outlook, Google and Apple take in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

NO_NAME = "lisbot"  # of an installation on one machine, which has no name of its own
LINE = 75  # octets, after which a line is folded


@dataclass(frozen=True, slots=True)
class Event:
    """What stands in a calendar of a meeting."""

    meeting_id: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    link: str
    is_cancelled: bool


def meeting_uid(meeting_id: int, page: str) -> str:
    """Returns the id that a meeting has in calendars: the same whenever it is told again, so that what a calendar has
    of it is replaced, and another than that of any meeting of another installation. `page`: where the meeting is
    shown."""
    host = (urlsplit(page).hostname or "").rstrip(".")
    is_name = "." in host and not host.rpartition(".")[2].isdigit()
    return f"meeting-{meeting_id}@{host if is_name else NO_NAME}"


def render_event(event: Event, at: datetime, page: str) -> bytes:
    """Returns the file. `at`: when it was made, which orders it among those fetched before. `page`: where the meeting
    is shown."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lisbot//lisbot//NO",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escape_value(meeting_uid(event.meeting_id, page))}",
        f"DTSTAMP:{moment(at)}",
        # The lowest: an invitation to the same meeting, and each change of it, is taken in after this.
        "SEQUENCE:0",
        f"DTSTART:{moment(event.starts)}",
        f"DTEND:{moment(event.ends)}",
        f"SUMMARY:{escape_value(event.title)}",
        *([f"LOCATION:{escape_value(event.place)}"] if event.place else []),
        f"DESCRIPTION:{escape_value(chr(10).join(part for part in (event.link, page) if part))}",
        f"URL:{''.join(page.split())}",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escape_value(words: str) -> str:
    """Returns text as a value holds it (3.3.11)."""
    plain = "\n".join(words.splitlines())
    for char in "\\;,":
        plain = plain.replace(char, f"\\{char}")
    return plain.replace("\n", "\\n")


def fold(line: str) -> str:
    """Returns a line broken where it is too long (3.1), between letters."""
    parts, length = [""], 0
    for char in line:
        size = len(char.encode())
        if length + size > LINE:
            parts.append(" ")
            length = 1
        parts[-1] += char
        length += size
    return "\r\n".join(parts)
