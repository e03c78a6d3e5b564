"""A meeting as other things name it: its days and hours, and what shows it."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens
from lisbot.council.meetings.views import MeetingRef
from lisbot.texts import Days


def meeting_opens(meeting: MeetingRef) -> Opens:
    """Returns what shows a meeting: to those who only read agendas, its agenda."""
    command = "meeting.show" if meeting.body.may_view else "agenda.show"
    return Opens(command, {"meeting_id": meeting.id})


def up_to(meeting: MeetingRef) -> Opens | None:
    return Opens("meeting.show", {"meeting_id": meeting.id}) if meeting.body.may_view else None


def days_of(meeting: MeetingRef) -> Days:
    """Returns a meeting's day or days, with its hour where the body has another that begins the same day."""
    return Days(meeting.held_on, meeting.ends_on, meeting.starts if meeting.shares_day else None)


def when(meeting: MeetingRef, viewer: Viewer) -> str:
    hours = {"starts": meeting.starts, "ends": meeting.ends}
    if meeting.ends_on > meeting.held_on:
        return viewer.t("card.meeting.when_days", day=meeting.held_on, last=meeting.ends_on, **hours)
    return viewer.t("card.meeting.when", day=meeting.held_on, **hours)
