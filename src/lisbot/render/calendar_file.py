"""A meeting as a calendar file (RFC 5545) that Outlook, Google and Apple take in."""

from dataclasses import dataclass
from datetime import UTC, datetime

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

    @property
    def uid(self) -> str:
        """The same whenever the same meeting is told again: what a calendar has of it is then replaced."""
        return f"meeting-{self.meeting_id}@lisbot"


def render_event(event: Event, at: datetime, page: str) -> bytes:
    """Returns the file. `at`: when it was made, which orders it among those fetched before. `page`: where the meeting
    is shown."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lisbot//lisbot//NO",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escape_value(event.uid)}",
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
