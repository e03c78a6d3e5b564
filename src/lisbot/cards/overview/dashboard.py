"""How the councils of a secretariat stand."""

from lisbot.cards.consultations.consultations import asked_row as consultation_row
from lisbot.cards.overview.attention import attention_rows, nearest_first
from lisbot.cards.overview.menu import body_opens
from lisbot.cards.processes import task_row
from lisbot.cards.referrals import awaited_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Opens,
    Row,
    Sheet,
    Table,
    TableRow,
    actions,
    section,
    sheet,
)
from lisbot.council.overview.views import (
    BodyStatus,
    DashboardView,
)
from lisbot.texts import short_date


def overdue_row(view: DashboardView, viewer: Viewer) -> list[Row]:
    """Returns that follow-ups are overdue, where some are."""
    if not view.overdue:
        return []
    words = viewer.t("card.dashboard.overdue", count=view.overdue)
    return [Row(words, status="attention", opens=Opens("follow_up.list", {}))]


def dashboard(view: DashboardView, viewer: Viewer) -> Sheet:
    t = viewer.t
    columns = ("body", "next", "due", "waiting", "silent", "unanswered", "votes")
    return sheet(
        t("card.dashboard.title"),
        subtitle=t("card.dashboard.count", count=len(view.bodies)),
        sections=[
            section(
                t("card.dashboard.attend_to"),
                rows=[
                    *nearest_first(
                        *(row for status in view.bodies for row in attention_rows(status, viewer)),
                        *((line.due_on, task_row(line, viewer)) for line in view.stages),
                        *((line.answer_by, awaited_row(line, viewer)) for line in view.awaited),
                        *((asked.until, consultation_row(asked, viewer)) for asked in view.consultations),
                    ),
                    *overdue_row(view, viewer),
                ],
            ),
            section(
                table=Table(
                    tuple(t(f"card.dashboard.{name}") for name in columns),
                    tuple(TableRow(status_cells(status, viewer), body_opens(status.body)) for status in view.bodies),
                )
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("dashboard.show", {}),
    )


def status_cells(status: BodyStatus, viewer: Viewer) -> tuple[str, ...]:
    late = [due for due in status.due if due.on <= viewer.today]
    first = min(late or status.due, key=lambda due: due.on, default=None)
    due = viewer.t(f"card.due.{first.what}", day=short_date(viewer.lang, first.on)) if first else ""
    counts = (status.waiting, status.silent, status.unanswered, status.open_votes)
    return (
        status.body.name,
        short_date(viewer.lang, status.next.held_on) if status.next else "",
        due,
        *(str(number) if number else "" for number in counts),
    )
