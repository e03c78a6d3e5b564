"""What waits for the secretariat, in rows that stand wherever it is told."""

from collections.abc import Iterable
from datetime import date

from lisbot.cards.meetings.references import days_of
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Opens,
    Row,
    action,
    actions,
    capitalised,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MeetingState, MinutesState
from lisbot.council.overview.views import (
    BodyStatus,
    UnfinishedMeeting,
)
from lisbot.texts import short_date

DatedRow = tuple[date | None, Row]  # what is to be done, and by when
# What shows what is due, and the command that does it.
DEEDS = {"call": ("call.show", "call.open"), "deadline": ("call.show", ""), "notice": ("meeting.show", "notice.send")}


def nearest_first(*rows: DatedRow) -> list[Row]:
    """Returns what is asked, the nearest deadline first, and what has none last."""
    return [row for _, row in sorted(rows, key=lambda each: (each[0] is None, each[0] or date.max))]


def day(on: date | None, viewer: Viewer) -> str:
    return short_date(viewer.lang, on) if on else ""


def attention_rows(status: BodyStatus, viewer: Viewer, until: date | None = None) -> Iterable[DatedRow]:
    """Returns what waits for the secretariat in one body, each with its day and with where to do it: what is due
    today, or until a later day."""
    t, body = viewer.t, status.body
    yield from (unfinished_row(meeting, viewer) for meeting in status.unfinished)
    if status.waiting:
        opens = Opens("proposal.triage", {"body_id": body.id})
        yield None, Row(t("card.dashboard.proposals_wait", count=status.waiting), body.name, "", "warning", opens)
    if status.changes:
        opens = Opens("register.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.changes_wait", count=status.changes), body.name, "", "warning", opens)
    if status.vacant:
        opens = Opens("register.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.seats_vacant", count=status.vacant), body.name, "", "warning", opens)
    if status.gone_rooms:
        opens = Opens("body.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.rooms_gone", count=status.gone_rooms), body.name, "", "attention", opens)
    for key, count in (("undelivered", status.undelivered), ("late", status.late)):
        if count:
            opens = Opens("delivery.list", {"body_id": body.id})
            yield None, Row(t(f"card.dashboard.{key}", count=count), body.name, "", "attention", opens)
    for due in status.due:
        if due.on <= (until or viewer.today) and due.what in DEEDS:
            task = t(f"card.due.{due.what}", day=short_date(viewer.lang, due.on))
            about = {"meeting_id": due.meeting_id}
            shows, deed = DEEDS[due.what]
            urgency = "warning" if due.what == "deadline" else "attention"
            yield (
                due.on,
                Row(
                    capitalised(task),
                    body.name,
                    "",
                    urgency,
                    Opens(shows, about),
                    (action(viewer, AllowedAction(deed, about)),) if deed and viewer.allows(deed, body.id) else (),
                    day(due.on, viewer),
                ),
            )


def unfinished_row(unfinished: UnfinishedMeeting, viewer: Viewer) -> DatedRow:
    """Returns a meeting whose minutes are to be begun, sent out or approved."""
    meeting = unfinished.meeting
    stage = unfinished.minutes if unfinished.state is MeetingState.HELD else unfinished.state
    command = "meeting.show" if unfinished.minutes is MinutesState.NONE else "minutes.show"
    is_late = unfinished.due_on is not None and unfinished.due_on <= viewer.today
    return unfinished.due_on or meeting.held_on, Row(
        viewer.t(f"card.unfinished.{stage}", day=days_of(meeting)),
        meeting.body.name,
        "",
        "attention" if is_late or unfinished.state is MeetingState.IN_PROGRESS else "warning",
        Opens(command, {"meeting_id": meeting.id}),
        actions(viewer, unfinished.actions, positive=["minutes.start"]),
        day(unfinished.due_on, viewer),
    )


def silent_rows(status: BodyStatus, viewer: Viewer) -> Iterable[Row]:
    """Returns how many are silent, each number with where they are listed."""
    for shows, name, counts in (
        ("call.show", "silent", status.calls),
        ("attendance.forecast", "unanswered", status.notices),
    ):
        for each in counts:
            said = viewer.t(f"card.body.{name}", count=each.count, day=days_of(each.meeting))
            yield Row(said, opens=Opens(shows, {"meeting_id": each.meeting.id}))


def over_time_rows(status: BodyStatus, viewer: Viewer) -> Iterable[Row]:
    """Returns what is over its time of a body's cases, each number with where they are listed."""
    about = {"body_id": status.body.id}
    for name, count, opens in (
        ("overdue", status.overdue, Opens("follow_up.list", about)),
        ("passed", status.passed, Opens("carry_through.show", about)),
        ("late_stages", status.late_stages, Opens("process.list", {})),
        ("late_consultations", status.late_consultations, Opens("consultation.list", about)),
    ):
        if count:
            yield Row(viewer.t(f"card.dashboard.{name}", count=count), status="attention", opens=opens)


def standing_rows(status: BodyStatus, viewer: Viewer) -> list[Row]:
    """Returns how a body stands, to its secretariat."""
    return [
        *nearest_first(*attention_rows(status, viewer)),
        *over_time_rows(status, viewer),
        *silent_rows(status, viewer),
    ]
