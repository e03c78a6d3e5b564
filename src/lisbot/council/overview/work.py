"""A secretariat's work over all its councils: by what it is, by council, by when it is due; and what may be done for
several of them at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import WorkKind, WorkSpan
from lisbot.council.models import Body
from lisbot.council.overview.dashboard import statuses
from lisbot.council.overview.views import BodyStatus, WorkFilter

DAYS = {WorkSpan.TODAY: 0, WorkSpan.WEEK: 7, WorkSpan.FOUR_WEEKS: 28, WorkSpan.QUARTER: 92}
KIND_OF_DUE = {
    "call": WorkKind.CALLS,
    "deadline": WorkKind.CALLS,
    "notice": WorkKind.NOTICES,
    "minutes": WorkKind.MINUTES,
}

AT_ONCE = ("call.open_all", "call.remind_all", "notice.send_all", "meeting.remind_all")


async def read_work(act: Act, bodies: Iterable[Body], chosen: WorkFilter) -> tuple[BodyStatus, ...]:
    """Returns how these bodies stand, with what was chosen of their work."""
    asked = [body for body in bodies if chosen.body_id in (None, body.id)]
    return tuple(narrow(status, chosen) for status in await statuses(act, asked, until=chosen.until))


def choose(act: Act, what: WorkKind | None, body_id: int | None, when: WorkSpan | None) -> WorkFilter | None:
    """Returns what of a secretariat's work is shown; None to those who are none."""
    if not bodies_where(act.by, P.OVERSEE):
        return None
    span = when or WorkSpan.TODAY
    return WorkFilter(what, body_id, span, act.today + timedelta(days=DAYS[span]))


def narrow(status: BodyStatus, chosen: WorkFilter) -> BodyStatus:
    """Returns how a body stands, without the kinds of work that were not chosen."""
    if chosen.what is None:
        return status

    def is_chosen(kind: WorkKind) -> bool:
        return kind is chosen.what

    return replace(
        status,
        waiting=status.waiting if is_chosen(WorkKind.PROPOSALS) else 0,
        changes=status.changes if is_chosen(WorkKind.REGISTER) else 0,
        vacant=status.vacant if is_chosen(WorkKind.REGISTER) else 0,
        gone_rooms=status.gone_rooms if is_chosen(WorkKind.CHANNELS) else 0,
        due=tuple(each for each in status.due if is_chosen(KIND_OF_DUE[each.what])),
        calls=status.calls if is_chosen(WorkKind.CALLS) else (),
        notices=status.notices if is_chosen(WorkKind.NOTICES) else (),
        unfinished=status.unfinished if is_chosen(WorkKind.MINUTES) else (),
    )


def at_once(overseen: Iterable[BodyStatus], today: date, until: date) -> tuple[AllowedAction, ...]:
    """Returns what may be done at once for the meetings that are due: for several councils, or not at all."""
    found: dict[str, list[int]] = {name: [] for name in AT_ONCE}
    for status in overseen:
        for due in status.due:
            if due.on <= until and due.what == "call":
                found["call.open_all"].append(due.meeting_id)
            elif due.on <= until and due.what == "notice" and due.meeting_id in status.sendable:
                found["notice.send_all"].append(due.meeting_id)
        found["call.remind_all"] += [each.meeting.id for each in status.calls if each.count]
        to_come = [each for each in status.notices if each.meeting.held_on > today]
        found["meeting.remind_all"] += [each.meeting.id for each in to_come if each.count]
    return tuple(
        AllowedAction(name, {"meeting_id": ",".join(map(str, ids))}) for name, ids in found.items() if len(ids) > 1
    )
