"""The short account of a meeting."""

from lisbot.cards.meetings.references import up_to, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Opens,
    Sheet,
    actions,
    goes_to_sent,
    section,
    sheet,
)
from lisbot.council.enums import SummaryState
from lisbot.council.minutes.views import (
    SummaryView,
)


def summary(view: SummaryView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    sent = t("card.summary.sent", at=view.sent_at.astimezone(viewer.tz), name=view.written_by) if view.sent_at else ""
    return sheet(
        t("card.summary.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        state=viewer.say(view.state),
        status="good" if view.state is SummaryState.SENT else "warning",
        lines=[
            sent if view.state is SummaryState.SENT else "",
            t("card.summary.changed") if view.state is SummaryState.CHANGED else "",
        ],
        sections=[section(lines=view.text.split("\n"))],
        actions=[
            *actions(viewer, view.actions, positive=["summary.send"]),
            goes_to_sent(viewer, ref.body.id, meeting_id=ref.id),
        ],
        opens=Opens("summary.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )
