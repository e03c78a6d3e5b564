"""What a calendar is told of a meeting by mail (iTIP, RFC 5546): that somebody is invited, that something has changed,
or that they are not to come after all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lisbot.render.calendar_file import Event, escape_value, fold, moment
from lisbot.render.time_zone import time_zone_lines


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Participation(StrEnum):
    """What somebody has answered, as calendars know it (RFC 5545, 3.2.12)."""

    UNANSWERED = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's invitation to a meeting. `uid`: by which their calendar knows it; `zone`: by which zone's clocks its
    hours are told. `asks`: whether an answer given in the calendar is read. `alarm_minutes`: how long before it the
    calendar is to remind; None: not."""

    method: Method
    uid: str
    event: Event
    sequence: int
    zone: str
    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str
    answer: Participation
    words: str
    asks: bool = False
    alarm_minutes: int | None = None


def render_invitation(invitation: Invitation, at: datetime, page: str) -> str:
    """Returns the calendar object. `at`: when it was made. `page`: where the meeting is shown."""
    event, is_cancelled = invitation.event, invitation.method is Method.CANCEL
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lisbot//lisbot//NO",
        f"METHOD:{invitation.method}",
        *time_zone_lines(invitation.zone),
        "BEGIN:VEVENT",
        f"UID:{escape_value(invitation.uid)}",
        f"DTSTAMP:{moment(at)}",
        f"SEQUENCE:{invitation.sequence}",
        f"DTSTART;TZID={invitation.zone}:{wall_time(event.starts)}",
        f"DTEND;TZID={invitation.zone}:{wall_time(event.ends)}",
        f"SUMMARY:{escape_value(event.title)}",
        *([f"LOCATION:{escape_value(event.place)}"] if event.place else []),
        *([f"DESCRIPTION:{escape_value(invitation.words)}"] if invitation.words else []),
        *([f"URL:{page}"] if page else []),
        f"ORGANIZER{name_parameter(invitation.organizer_name)}:mailto:{invitation.organizer}",
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={invitation.answer}"
        f";RSVP={'TRUE' if invitation.asks and not is_cancelled else 'FALSE'}"
        f"{name_parameter(invitation.attendee_name)}:mailto:{invitation.attendee}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        *([] if is_cancelled else alarm_lines(event.title, invitation.alarm_minutes)),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def alarm_lines(title: str, minutes: int | None) -> list[str]:
    """Returns an alarm so many minutes before; none where nobody has asked for it."""
    if minutes is None:
        return []
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escape_value(title)}",
        f"TRIGGER:-PT{minutes}M",
        "END:VALARM",
    ]


def wall_time(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}"


def name_parameter(name: str) -> str:
    """Returns a name as a parameter of a property (3.2.2), where quotation marks and line breaks cannot stand."""
    plain = "".join(char for char in name if char.isprintable() and char != '"').strip()
    return f';CN="{plain}"' if plain else ""
