"""What is taken along from a page: a table for a spreadsheet, a meeting for a calendar. No more than the page has."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from lisbot.cards.overview.body_export import body_files
from lisbot.cards.register.person_data import as_json
from lisbot.cards.register.terms import rank_name
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Table, TableRow
from lisbot.cards.votes import choice_name
from lisbot.council.enums import MeetingState, NoticeState
from lisbot.council.meetings.views import AgendaView, MeetingRef, MeetingView
from lisbot.council.overview.views import BodyStatus, DashboardView
from lisbot.council.register.views.seats import RegisterView, SeatHistory
from lisbot.council.votes.views import VoteView
from lisbot.render.calendar_file import Event


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    return Table(columns, tuple(TableRow(row) for row in rows))


def iso(day: date | None) -> str:
    """Returns a day as a spreadsheet sorts it."""
    return day.isoformat() if day else ""


def register_table(view: RegisterView, viewer: Viewer) -> Table:
    """Returns the register, a line for each time somebody has held a seat. Addresses only where the page has them."""
    t = viewer.t
    columns = ("seat", "standing", "rank", "name", "email", "from_on", "to_on")
    rows = [row for seat in view.seats for row in seat_rows(seat, viewer)]
    return table(tuple(t(f"export.register.{name}") for name in columns), rows)


def seat_rows(seat: SeatHistory, viewer: Viewer) -> list[tuple[str, ...]]:
    about = (seat.name, viewer.say(seat.standing))
    rows: list[tuple[str, ...]] = [
        (*about, rank_name(term.rank, viewer), term.name, term.email or "", iso(term.from_on), iso(term.to_on))
        for term in seat.terms
    ]
    if seat.vacant_from is not None:
        rows.append((*about, rank_name(0, viewer), viewer.t("card.body.vacant"), "", iso(seat.vacant_from), ""))
    return rows


def vote_table(view: VoteView, viewer: Viewer) -> Table:
    """Returns who answered what where that shows, and else the count; of a count that does not show, nothing."""
    t = viewer.t
    if not view.ballots:
        counted = (view.counts or {}).items()
        rows = [(choice_name(view.form, option, viewer), str(number)) for option, number in counted]
        return table((t("export.vote.choice"), t("export.vote.count")), list(rows))
    columns = ("organisation", "seat", "holder", "choice", "reason", "by")
    lines: list[tuple[Any, ...]] = [
        *((each, choice_name(view.form, each.choice, viewer), each.reason, each.by) for each in view.ballots),
        *((each, t("card.vote.silent"), "", "") for each in view.silent),
        *((each, t("card.vote.recused"), each.reason, "") for each in view.recused),
    ]
    rows = [(view.organisations.get(each.seat_id, ""), each.seat, each.holder, *rest) for each, *rest in lines]
    return table(tuple(t(f"export.vote.{name}") for name in columns), list(rows))


def dashboard_table(view: DashboardView, viewer: Viewer) -> Table:
    """Returns how the councils stand, a line for each."""
    columns = ("body", "next", "due_on", "due", "waiting", "silent", "unanswered", "votes")
    names = tuple(viewer.t(f"export.dashboard.{name}") for name in columns)
    return table(names, [status_row(status, viewer) for status in view.bodies])


def status_row(status: BodyStatus, viewer: Viewer) -> tuple[str, ...]:
    first = min(status.due, key=lambda due: due.on, default=None)
    return (
        status.body.name,
        iso(status.next.held_on) if status.next else "",
        iso(first.on) if first else "",
        viewer.t(f"export.due.{first.what}") if first else "",
        *map(str, (status.waiting, status.silent, status.unanswered, status.open_votes)),
    )


def meeting_event(view: MeetingView, viewer: Viewer) -> Event:
    return event(view.line.meeting, view.link, viewer, is_cancelled=view.line.state is MeetingState.CANCELLED)


def agenda_event(view: AgendaView, viewer: Viewer) -> Event:
    place = view.meeting.place if view.meeting.body.may_view else ""
    is_cancelled = view.notice is NoticeState.CANCELLED
    return event(view.meeting, view.link, viewer, place=place, is_cancelled=is_cancelled)


def event(ref: MeetingRef, link: str, viewer: Viewer, *, is_cancelled: bool = False, place: str | None = None) -> Event:
    return Event(
        meeting_id=ref.id,
        title=ref.body.name,
        starts=datetime.combine(ref.held_on, ref.starts, viewer.tz),
        ends=datetime.combine(ref.ends_on, ref.ends, viewer.tz),
        place=ref.place if place is None else place,
        link=link,
        is_cancelled=is_cancelled,
    )


# By what a command shows.
TABLES: dict[str, Callable[[Any, Viewer], Table]] = {
    "register": register_table,
    "vote": vote_table,
    "dashboard": dashboard_table,
}
DATA: dict[str, Callable[[Any, Viewer], Any]] = {"person_data": as_json}
ARCHIVES: dict[str, Callable[[Any, Viewer], dict[str, Any]]] = {"body_export": body_files}
EVENTS: dict[str, Callable[[Any, Viewer], Event]] = {"meeting": meeting_event, "agenda": agenda_event}
TEXTS = frozenset({"agenda", "minutes"})
