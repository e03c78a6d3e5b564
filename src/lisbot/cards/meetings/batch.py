"""What became of each of several meetings that the same was done for."""

from lisbot.cards.meetings.references import days_of, meeting_opens
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, joined, section, sheet
from lisbot.council.meetings.views import BatchLine, BatchView
from lisbot.texts import date_and_name


def batch(view: BatchView, viewer: Viewer) -> Sheet:
    """Returns what could not be done first, each with why, then what was done."""
    t = viewer.t
    done = [line for line in view.lines if line.is_done]
    left = [line for line in view.lines if not line.is_done]
    return sheet(
        t(f"command.{view.command}.name"),
        state=t("card.batch.count", done=len(done), of=len(view.lines)),
        status="warning" if left else "good",
        sections=[
            section(t("card.batch.left"), rows=[batch_row(line, viewer) for line in left]),
            section(t("card.batch.done"), rows=[batch_row(line, viewer) for line in done]),
        ],
        opens=Opens("worklist.show", {}),
        up=Opens("worklist.show", {}),
    )


def batch_row(line: BatchLine, viewer: Viewer) -> Row:
    ref = line.meeting
    return Row(
        date_and_name(viewer.lang, ref.body.name, days_of(ref)) if ref else viewer.t("card.batch.unknown"),
        joined(line.why, *line.told, by="\n"),
        status="" if line.is_done else "warning",
        opens=meeting_opens(ref) if ref else None,
    )
