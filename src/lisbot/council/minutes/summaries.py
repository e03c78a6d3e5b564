"""The short account (résumé) of a meeting: written by the secretariat, sent to the members, and to whoever a body's
distribution says."""

from typing import Any

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import MeetingId, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import SummaryState
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for, meeting_ref, notify_all, title_of
from lisbot.council.minutes.states import SUMMARY, SummaryOf
from lisbot.council.minutes.views import SummaryView
from lisbot.council.models import Meeting, MeetingSummary
from lisbot.texts import format_value


async def get_summary_for(act: Act, meeting_id: int, command: str | None = None) -> SummaryOf:
    """Returns a meeting with its short account, which may not be written yet. Raises Conflict where the command is not
    open to it."""
    meeting = await get_meeting_for(act, meeting_id, *(WITH_AGENDA if command == "summary.write" else ()))
    found = SummaryOf(meeting, await act.db.get(MeetingSummary, meeting.id, with_for_update=act.changes or None))
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
    if command is not None:
        SUMMARY.require(act, command, found)
    return found


async def show(act: Act, *, meeting_id: MeetingId) -> SummaryView:
    """See the short account of a meeting: as a draft only for the secretariat, otherwise as it was last sent.

    Returns SummaryView.
    """
    return summary_view(act, await get_summary_for(act, meeting_id))


def summary_view(act: Act, of: SummaryOf) -> SummaryView:
    writes = may(act.by, P.RECORD, of.meeting.body_id)
    summary = of.summary
    if summary is None or (summary.sent_text is None and not writes):
        raise NotFound("no_summary_yet")
    return SummaryView(
        meeting=meeting_ref(act, of.meeting),
        state=SummaryState(SUMMARY.state_of(act, of)) if writes else SummaryState.SENT,
        text=summary.text if writes else summary.sent_text or "",
        written_by=summary.written_by if writes else summary.sent_by,
        sent_at=summary.sent_at,
        actions=SUMMARY.allowed(act, of),
    )


async def write_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    of = await get_summary_for(act, meeting_id, "summary.write")
    written = of.summary.text if of.summary else ""
    return Prefill(
        about=title_of(act, of.meeting),
        values={"text": written or suggest(of.meeting)},
        is_saved=bool(written),
    )


def suggest(meeting: Meeting) -> str:
    """Returns what came of each case, to begin from, in the body's language. It goes out of the body: of what is
    confidential nothing."""
    lang = meeting.body.lang
    lines = []
    for item in meeting.items:
        if item.case is None or item.outcome is None or item.confidential or item.case.confidential:
            continue
        came = f"{format_value(lang, item.outcome)}. {item.outcome_text}".strip()
        lines.append(f"{item.case.label} {item.title}: {came}")
    return "\n".join(lines)


async def write(act: Act, *, meeting_id: MeetingId, text: Prose) -> SummaryView:
    """Write the short account of a meeting that is held, or correct it. Nobody is told before it is sent.

    Returns SummaryView.
    """
    of = await get_summary_for(act, meeting_id, "summary.write")
    require_advisory_wording(of.meeting.body, text=text)
    summary = of.summary
    if summary is None:
        summary = MeetingSummary(meeting_id=of.meeting.id, text=text, written_at=act.at, written_by=act.by.name)
        summary.sent_text = summary.sent_at = None
        summary.sent_by = ""
        act.db.add(summary)
    summary.text, summary.written_at, summary.written_by = text, act.at, act.by.name
    await act.db.flush()
    return summary_view(act, SummaryOf(of.meeting, summary))


async def send_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, (await get_summary_for(act, meeting_id, "summary.send")).meeting))


async def send(act: Act, *, meeting_id: MeetingId) -> SummaryView:
    """Send the short account of a meeting to its members, and to whoever else gets it; or once more, corrected.

    Returns SummaryView.
    """
    of = await get_summary_for(act, meeting_id, "summary.send")
    meeting, summary = of.meeting, of.summary
    assert summary is not None, "what is not written has no such move"
    is_sent_again = summary.sent_at is not None
    summary.sent_text, summary.sent_at, summary.sent_by = summary.text, act.at, act.by.name
    facts: dict[str, Any] = {"day_on": meeting.days}
    kind = "summary_corrected" if is_sent_again else "summary_sent"
    await notify_all(act, meeting, kind, "summary.show", drawn_for_role=True, **facts)
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    return summary_view(act, of)
