"""What organisations did with what came of a case, counted for its page. The commands are in council/minutes."""

from collections.abc import Iterable, Sequence

from lisbot.council.cases.views import CaseCarryThrough
from lisbot.council.enums import FollowUpState
from lisbot.council.models import AgendaItem, FollowUp


def carried_through(items: Sequence[AgendaItem]) -> CaseCarryThrough | None:
    """Returns how far the organisations have come that a case's items ask, oldest first; None where nobody is asked.
    Each meeting that decided of it asks for itself."""
    rows: list[FollowUp] = []
    years: set[int] = set()
    for item in items:
        meeting = item.meeting
        if meeting.minutes_version == 0 or meeting.cancelled_at is not None:
            continue
        own = [row for row in item.followups if row.is_asked]
        rows += own
        if own:
            years.add(meeting.held_on.year)
    if not rows:
        return None
    rows.sort(key=lambda row: row.id)
    silent = [row for row in rows if row.state is FollowUpState.OPEN]
    return CaseCarryThrough(
        year=max(years),
        asked=len(rows),
        answered=len(rows) - len(silent),
        silent=names_of(row for row in silent if not row.is_unasked),
        unasked=names_of(row for row in silent if row.is_unasked),
    )


def names_of(rows: Iterable[FollowUp]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.organisation_name for row in rows))
