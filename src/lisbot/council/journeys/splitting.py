"""One matter as several cases: a part of it as a case of its own, or another council treating it too."""

from sqlalchemy import or_, select
from sqlalchemy.orm import defer, joinedload

from lisbot.council.cases.cases import get_case_for
from lisbot.council.cases.numbering import open_case
from lisbot.council.cases.waiting import require_not_merged
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import CaseId, Line, Links, MeetingId, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import CaseLinkKind, ItemKind
from lisbot.council.journeys.journeys import journey_view
from lisbot.council.journeys.views import JourneyView
from lisbot.council.meetings.agenda import add_last
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import coming_meetings_of, get_meeting_for
from lisbot.council.meetings.states import NOTICE
from lisbot.council.meetings.upcoming import is_still_to_be_held
from lisbot.council.models import AgendaItem, Case, CaseLink, Meeting
from lisbot.texts import date_and_name

MAX_CHOICES = 50  # meetings of other councils, the soonest first


async def newest_item(act: Act, case: Case) -> AgendaItem | None:
    query = select(AgendaItem).where(AgendaItem.case_id == case.id).order_by(AgendaItem.id.desc()).limit(1)
    return await act.db.scalar(query)


async def split_prefill(act: Act, *, case_id: CaseId) -> Prefill:
    case = await get_case_for(act, case_id)
    await require_not_merged(act, case)
    meetings = await coming_meetings_of(act, case.body_id)
    item = await newest_item(act, case)
    return Prefill(
        about=f"{case.label} {case.title}",
        values={"kind": item.kind if item else ItemKind.DISCUSSION, "meeting_id": meetings[0][0] if meetings else None},
        choices={"meeting_id": meetings},
    )


async def split(
    act: Act,
    *,
    case_id: CaseId,
    meeting_id: MeetingId,
    title: Line,
    kind: ItemKind = ItemKind.DISCUSSION,
    background: Prose = "",
    links: Links = "",
) -> JourneyView:
    """Split a part of a case off as a case of its own: it gets the next number, goes on the agenda of a meeting of its
    council, and each tells of the other. To undo it, take the link between them back.

    Returns JourneyView, of the new case.
    """
    case = await get_case_for(act, case_id)
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    if meeting.body_id != case.body_id:
        raise Invalid("not_the_bodys_meeting", field="meeting_id")
    part = await open_on(act, meeting, case, title, kind, background, links)
    act.db.add(CaseLink(case_id=part.id, other_id=case.id, kind=CaseLinkKind.SPLIT_FROM, made_at=act.at))
    await act.db.flush()
    act.did(number=part.label, day=meeting.days)
    return await journey_view(act, part.id)


async def open_on(
    act: Act, meeting: Meeting, of: Case, title: str, kind: ItemKind, background: str, links: str
) -> Case:
    """Open a case about the same as another one, as confidential as that is, on a meeting's agenda. Returns it.

    Raises Conflict for what is of a case that is merged into another.
    """
    NOTICE.require(act, "agenda_item.add", meeting)
    await require_not_merged(act, of)
    require_advisory_wording(meeting.body, title=title, background=background)
    newest = await newest_item(act, of)
    confidential = of.confidential or (newest is not None and newest.confidential)
    case = await open_case(act, meeting.body_id, meeting.held_on.year, title, confidential)
    item = AgendaItem(case=case, followups=[], title=title, kind=kind, confidential=confidential)
    item.background, item.links = background, links
    await add_last(act, meeting, item)
    for subject in (f"case:{of.id}", f"meeting:{meeting.id}"):
        mark_stale(act, subject)
    act.concerns(f"case:{of.id}", f"case:{case.id}")
    return case


async def share_prefill(act: Act, *, case_id: CaseId) -> Prefill:
    case = await get_case_for(act, case_id)
    await require_not_merged(act, case)
    item = await newest_item(act, case)
    meetings = select(Meeting).where(
        Meeting.body_id.in_(bodies_where(act.by, P.ARRANGE) - {case.body_id}),
        *is_still_to_be_held(act.at, act.tz),
    )
    meetings = meetings.options(joinedload(Meeting.body), defer(Meeting.published, raiseload=True))
    found = await act.db.scalars(meetings.order_by(Meeting.held_on, Meeting.starts).limit(MAX_CHOICES))
    choices: list[tuple[object, str]] = [
        (each.id, date_and_name(act.by.lang, each.body.name, each.days)) for each in found
    ]
    return Prefill(
        about=f"{case.label} {case.title}",
        values={
            "title": item.title if item else case.title,
            "kind": item.kind if item else ItemKind.DISCUSSION,
            "background": item.background if item else "",
            "links": item.links if item else "",
        },
        choices={"meeting_id": choices},
    )


async def share(
    act: Act,
    *,
    case_id: CaseId,
    meeting_id: MeetingId,
    title: Line,
    kind: ItemKind = ItemKind.DISCUSSION,
    background: Prose = "",
    links: Links = "",
) -> JourneyView:
    """Put a case on another council's agenda too, with what is written here: it gets a number of its own there, and
    both are one story. Asks first.

    Returns JourneyView. Raises Conflict where that council treats the same already.
    """
    case = await get_case_for(act, case_id)
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    if meeting.body_id == case.body_id:
        raise Invalid("not_another_council", field="meeting_id")
    await act.db.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    story = or_(Case.id == case.story, Case.story_id == case.story)
    there = await act.db.scalar(select(Case).where(story, Case.body_id == meeting.body_id).limit(1))
    if there is not None:
        raise Conflict("council_treats_it", body=meeting.body.name, number=there.label)
    also = await open_on(act, meeting, case, title, kind, background, links)
    also.story_id = case.story
    await act.db.flush()
    act.ask_first("case_is_shared", body=meeting.body.name, day=meeting.days, number=case.label)
    if also.confidential:
        act.ask_first("shared_is_confidential", body=meeting.body.name)
    act.did(body=meeting.body.name, number=also.label, day=meeting.days)
    return await journey_view(act, case.id)
