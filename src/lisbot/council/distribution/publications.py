"""What of a body's anybody may read on the web: the agendas and short accounts that a line publishes, as long as it
holds.

Of an agenda only what is on it: nothing that is confidential, no papers, no proposed wording and no way into the
meeting.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import BodyId, MeetingId
from lisbot.council.core.periods import in_force
from lisbot.council.distribution.dispatches import from_outside
from lisbot.council.distribution.views import PublicationLine, PublicationsView, PublicationView
from lisbot.council.enums import Distributed, PublishedOn
from lisbot.council.meetings.agenda import item_lines
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import AS_LINE, AS_REF, meeting_ref
from lisbot.council.meetings.views import AgendaItemLine, MeetingRef
from lisbot.council.models import Body, DistributionLine, Meeting, MeetingSummary
from lisbot.council.register.bodies import body_ref

MAX_MEETINGS = 100  # on one page, the newest of each; what is older keeps its own address


async def list_publication(act: Act, *, body_id: BodyId) -> PublicationsView:
    """See what of a council's meetings is on the web, newest first. Returns PublicationsView.

    Raises NotFound for a council that publishes nothing there.
    """
    since = await published_since(act, body_id)
    if not since:
        raise NotFound
    body = await act.db.get_one(Body, body_id)
    act.concerns(f"body:{body.id}")
    found: list[PublicationLine] = []
    if Distributed.AGENDA in since:
        agenda = agendas(since[Distributed.AGENDA], Meeting.published_at)
        for meeting, sent_at in await act.db.execute(newest(agenda, body.id)):
            found.append(PublicationLine(public_ref(act, meeting), Distributed.AGENDA, sent_at))
    if Distributed.SUMMARY in since:
        for meeting, sent_at in await act.db.execute(newest(summaries(since[Distributed.SUMMARY]), body.id)):
            found.append(PublicationLine(public_ref(act, meeting), Distributed.SUMMARY, sent_at))
    found.sort(key=lambda each: (each.meeting.held_on, each.meeting.starts, each.what), reverse=True)
    return PublicationsView(body_ref(act, body), tuple(found))


async def show(act: Act, *, meeting_id: MeetingId, what: Distributed) -> PublicationView:
    """See an agenda or a short account that is on the web. Returns PublicationView.

    Raises NotFound for what is not there.
    """
    body_id = await act.db.scalar(select(Meeting.body_id).where(Meeting.id == meeting_id))
    since = {} if body_id is None else await published_since(act, body_id)
    if what not in since:
        raise NotFound
    act.concerns(f"meeting:{meeting_id}", f"body:{body_id}")
    if what is Distributed.SUMMARY:
        told = summaries(since[what], MeetingSummary.sent_text).where(Meeting.id == meeting_id)
        row = (await act.db.execute(told.options(*AS_LINE))).first()
        if row is None:
            raise NotFound
        meeting, sent_at, text = row
        return PublicationView(
            public_ref(act, meeting), what, meeting.cancelled_at is not None, sent_at, text=text or ""
        )
    query = agendas(since[what]).where(Meeting.id == meeting_id).options(joinedload(Meeting.body), *WITH_AGENDA)
    found = await act.db.scalar(query)
    if found is None:
        raise NotFound
    lines = item_lines(from_outside(act, found), found)
    return PublicationView(
        public_ref(act, found),
        what,
        found.cancelled_at is not None,
        found.published_at,
        agenda=tuple(bare(line) for line in lines if not line.is_withheld),
    )


async def published_since(act: Act, body_id: int) -> Mapping[Distributed, date]:
    """Returns what of a body's is on the web today, each since which day. One statement."""
    query = select(DistributionLine.what, DistributionLine.from_on).where(
        DistributionLine.body_id == body_id,
        DistributionLine.published_on == PublishedOn.WEB,
        in_force(DistributionLine, act.today),
    )
    return {row.what: row.from_on for row in await act.db.execute(query)}


def agendas(since: date, *columns: Any) -> Select[Any]:
    """Returns the query for meetings whose agenda is sent, held that day or later."""
    return select(Meeting, *columns).where(Meeting.published_at.is_not(None), Meeting.held_on >= since)


def summaries(since: date, *columns: Any) -> Select[Any]:
    """Returns the query for meetings whose short account is sent, held that day or later, and when that was."""
    return (
        select(Meeting, MeetingSummary.sent_at, *columns)
        .join(MeetingSummary, MeetingSummary.meeting_id == Meeting.id)
        .where(MeetingSummary.sent_at.is_not(None), Meeting.held_on >= since)
    )


def newest(query: Select[Any], body_id: int) -> Select[Any]:
    of_body = query.where(Meeting.body_id == body_id).options(*AS_REF)
    return of_body.order_by(Meeting.held_on.desc(), Meeting.starts.desc()).limit(MAX_MEETINGS)


def public_ref(act: Act, meeting: Meeting) -> MeetingRef:
    """Returns a meeting as anybody may know it: when, and not where."""
    return replace(meeting_ref(act, meeting), place="")


def bare(line: AgendaItemLine) -> AgendaItemLine:
    """Returns an item as anybody may read it: its number, title and kind, and when it is due."""
    return replace(line, case_id=None, background="", wording="", links=(), votes=(), actions=())
