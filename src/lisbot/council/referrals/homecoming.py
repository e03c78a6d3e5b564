"""An answer's way home: onto the next agenda of the council that asked, by itself and once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.cases.waiting import is_still_to_be_held
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import MAX_LINE, MAX_PROSE, ReferralId
from lisbot.council.core.quoting import quote
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import CaseLinkKind, ItemKind, MinutesState, ReferralAnswerKind
from lisbot.council.meetings.agenda import add_last
from lisbot.council.meetings.published import WITH_AGENDA, withhold
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.models import AgendaItem, Case, CaseLink, Meeting, Referral, ReferralAnswer
from lisbot.council.referrals.referrals import WHOLE, note, referral_view
from lisbot.council.referrals.views import ReferralView
from lisbot.texts import text

COMES_HOME = (ReferralAnswerKind.ANSWER, ReferralAnswerKind.REFUSE)


async def bring_home(act: Act, *, referral_id: ReferralId) -> ReferralView:
    """Put what was answered to a case on the next agenda of its council that is not sent out, for information; where
    its case is on a coming agenda, with it there.

    Returns ReferralView. Raises Conflict for what is home, and where there is no such meeting yet: it waits for one.
    """
    query = select(Referral).where(Referral.id == referral_id).with_for_update(of=Referral)
    referral = await act.db.scalar(query.options(*WHOLE).execution_options(populate_existing=True))
    if referral is None:
        raise NotFound
    away = [each for each in referral.answers if each.home_at is None and each.kind in COMES_HOME]
    if not away:
        raise Conflict("answer_is_home")
    case = await home_case(act, referral.case)
    for answer in away:
        item = await take_home(act, referral, answer, case)
        answer.home_at, answer.home_item_id = act.at, item.id
        await act.db.flush()
    note(act, referral)
    for subject in (f"referral:{referral.id}", f"case:{case.id}", f"meeting:{item.meeting_id}"):
        mark_stale(act, subject)
    return await referral_view(act, referral)


async def home_case(act: Act, case: Case) -> Case:
    """Returns the case that an answer goes to: the one it was asked for, or the one that was merged into."""
    seen = {case.id}
    while True:
        merged = select(CaseLink.other_id).where(
            CaseLink.case_id == case.id, CaseLink.kind == CaseLinkKind.MERGED_INTO, CaseLink.other_id.not_in(seen)
        )
        into = await act.db.scalar(merged.limit(1))
        if into is None:
            return case
        case = await act.db.get_one(Case, into)
        seen.add(case.id)


async def take_home(act: Act, referral: Referral, answer: ReferralAnswer, case: Case) -> AgendaItem:
    """Returns the item that tells of an answer: the case's own on a coming agenda, or else a new one."""
    there = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(AgendaItem.case_id == case.id, AgendaItem.outcome.is_(None), *is_still_to_be_held(act.at, act.tz))
        .options(joinedload(AgendaItem.meeting))
    )
    found: AgendaItem | None = await act.db.scalar(there.limit(1))
    meeting_id = found.meeting_id if found else await act.db.scalar(next_open_agenda(act.at, act.tz, case.body_id))
    if meeting_id is None:
        raise Conflict("no_agenda_yet")
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    lang = meeting.body.lang
    told = told_of(lang, act.tz, referral, answer)
    if found is not None:
        item = next(each for each in meeting.items if each.id == found.id)
        item.background = f"{item.background}\n\n{told}".strip()[:MAX_PROSE]
        if referral.confidential and not item.confidential:
            item.confidential = True
            withhold(meeting, item.id)
        await act.db.flush()
        return item
    item = AgendaItem(
        case=case,
        followups=[],
        title=title_of(lang, referral),
        kind=ItemKind.INFORMATION,
        background=told,
        links="",
        confidential=referral.confidential or case.confidential,
    )
    answer.has_own_item = True
    return await add_last(act, meeting, item)


def title_of(lang: str, referral: Referral) -> str:
    named = {"receiver": referral.receiver_name, "title": referral.sent["title"]}
    return text(lang, "referral.home_title", **named)[:MAX_LINE]


def told_of(lang: str, tz: ZoneInfo, referral: Referral, answer: ReferralAnswer) -> str:
    """Returns what an agenda says of an answer, in the body's language."""
    key = "referral.home_refused" if answer.kind is ReferralAnswerKind.REFUSE else "referral.home_answered"
    said = text(lang, key, receiver=referral.receiver_name, day=answer.at.astimezone(tz).date(), name=answer.by_name)
    corrects = text(lang, "referral.home_corrects") if answer.number > 1 else ""
    late = text(lang, "referral.home_late", day=referral.answer_by) if answer.is_late else ""
    return "\n".join(filter(None, [said, corrects, late, quote(answer.text)]))[:MAX_PROSE]


def next_open_agenda(at: datetime, tz: ZoneInfo, body_id: Any) -> Any:
    """Returns the query for the body's next meeting whose agenda is not sent out."""
    return (
        select(Meeting.id)
        .where(
            Meeting.body_id == body_id,
            Meeting.published_at.is_(None),
            Meeting.minutes_state == MinutesState.NONE,
            *is_still_to_be_held(at, tz),
        )
        .order_by(Meeting.held_on, Meeting.starts)
        .limit(1)
    )


async def due_home(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns the referrals with an answer that can come home, as arguments to referral.bring_home."""
    on_agenda = select(AgendaItem.id).join(Meeting, Meeting.id == AgendaItem.meeting_id)
    coming = is_still_to_be_held(at, tz)
    query = (
        select(Referral.id)
        .join(ReferralAnswer, ReferralAnswer.referral_id == Referral.id)
        .join(Case, Case.id == Referral.case_id)
        .where(
            ReferralAnswer.home_at.is_(None),
            ReferralAnswer.kind.in_(COMES_HOME),
            or_(
                on_agenda.where(AgendaItem.case_id == Case.id, AgendaItem.outcome.is_(None), *coming).exists(),
                next_open_agenda(at, tz, Case.body_id).correlate(Case).exists(),
            ),
        )
        .distinct()
        .order_by(Referral.id)
    )
    return [{"referral_id": referral_id} for referral_id in await db.scalars(query)]


async def next_home(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns when the next answer can come home: as soon as there is one, and at no moment that is known before."""
    return None
