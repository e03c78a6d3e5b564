"""Reporting an answer back: onto the next agenda of the council that asked, by itself and once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from lisbot.council.cases.waiting import is_merged_away, is_still_to_be_held
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import MAX_LINE, MAX_PROSE, ReferralId
from lisbot.council.core.quoting import fitted, quote
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import CaseLinkKind, ItemKind, MinutesState, ReferralAnswerKind
from lisbot.council.meetings.agenda import add_last
from lisbot.council.meetings.published import WITH_AGENDA, withhold, withhold_elsewhere
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.models import AgendaItem, Case, CaseLink, Meeting, Referral, ReferralAnswer
from lisbot.council.referrals.referrals import WHOLE, note, referral_view
from lisbot.council.referrals.telling import senders_of, tell
from lisbot.council.referrals.unreported_answers import corrects_reported, find_unreported_answer, has_unreported_answer
from lisbot.council.referrals.views import ReferralView
from lisbot.texts import join_items, text

K = ReferralAnswerKind
SAYS = {K.ANSWER: "referral.report_answered", K.REFUSE: "referral.report_refused", K.SEND_ON: "referral.report_sent_on"}
ROOM = 500  # characters of an item's background, for the beginning of an answer at least
BETWEEN = "\n\n"


async def bring_home(act: Act, *, referral_id: ReferralId) -> ReferralView:
    """Put what was answered to a case on the next agenda of its council that is not sent out, for information; where
    its case is on a coming agenda, with it there.

    Returns ReferralView. Raises Conflict for what is reported already, and where there is no such meeting yet:
    it waits for one.
    """
    query = select(Referral).where(Referral.id == referral_id).with_for_update(of=Referral)
    referral = await act.db.scalar(query.options(*WHOLE).execution_options(populate_existing=True))
    if referral is None:
        raise NotFound
    answer = find_unreported_answer(referral)
    if answer is None:
        raise Conflict("answer_is_home")
    case = await case_reported_to(act.db, referral.case)
    item = await put_on_agenda(act, referral, answer, case)
    for each in referral.answers:
        if each.home_at is None:
            each.home_at, each.home_item_id = act.at, item.id
    await act.db.flush()
    note(act, referral)
    for subject in (f"referral:{referral.id}", f"case:{case.id}", f"meeting:{item.meeting_id}"):
        mark_stale(act, subject)
    if item.meeting.published_at is not None:
        day = item.meeting.held_on
        await tell(act, referral, "referral_home_changed", await senders_of(act, referral), day_on=day)
    return await referral_view(act, referral)


async def case_reported_to(db: AsyncSession, case: Case) -> Case:
    """Returns the case that an answer goes to: the one it was asked for, or the one that was merged into."""
    seen = {case.id}
    while True:
        merged = select(CaseLink.other_id).where(
            CaseLink.case_id == case.id, CaseLink.kind == CaseLinkKind.MERGED_INTO, CaseLink.other_id.not_in(seen)
        )
        into = await db.scalar(merged.limit(1))
        if into is None:
            return case
        case = await db.get_one(Case, into)
        seen.add(case.id)


async def put_on_agenda(act: Act, referral: Referral, answer: ReferralAnswer, case: Case) -> AgendaItem:
    """Returns the item that tells of an answer: the case's own on a coming agenda, or else a new one. Answers to one
    case are reported one at a time.

    Raises Conflict where there is no such agenda, or it was sent out just now.
    """
    await act.db.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    found = (await act.db.execute(own_item(act.at, act.tz, case.id))).one_or_none()
    meeting_id = (
        found.meeting_id if found else await act.db.scalar(next_open_agenda(act.at, act.tz, case.body_id, case.id))
    )
    if meeting_id is None:
        raise Conflict("no_agenda_yet")
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    item = next((each for each in meeting.items if found is not None and each.id == found.id), None)
    if item is None and (found is not None or meeting.published_at is not None):
        raise Conflict("no_agenda_yet")
    lang = meeting.body.lang
    if item is not None:
        room = MAX_PROSE - len(item.background) - len(BETWEEN)
        item.background = f"{item.background}{BETWEEN}{told_of(lang, act.tz, referral, answer, room)}".strip()
        others = await tellers(act, item, referral)
        if others:
            item.title = title_of(lang, [*others, referral.receiver_name], referral)
        if referral.is_confidential and not item.confidential:
            item.confidential = True
            withhold(meeting, item.id)
            await withhold_elsewhere(act, case)
        await act.db.flush()
        return item
    answer.has_own_item = True
    item = AgendaItem(
        case=case,
        followups=[],
        title=title_of(lang, [referral.receiver_name], referral),
        kind=ItemKind.INFORMATION,
        background=told_of(lang, act.tz, referral, answer, MAX_PROSE),
        links="",
        confidential=referral.is_confidential or case.confidential,
    )
    return await add_last(act, meeting, item)


async def tellers(act: Act, item: AgendaItem, referral: Referral) -> list[str]:
    """Returns whose answers an item is there for alone, of others than this one's receiver."""
    query = (
        select(Referral.receiver_name)
        .join(ReferralAnswer, ReferralAnswer.referral_id == Referral.id)
        .where(ReferralAnswer.home_item_id == item.id, ReferralAnswer.has_own_item, Referral.id != referral.id)
        .order_by(Referral.id)
    )
    return [name for name in dict.fromkeys(await act.db.scalars(query)) if name != referral.receiver_name]


def title_of(lang: str, receivers: Sequence[str], referral: Referral) -> str:
    named = {"receiver": join_items(receivers), "title": referral.sent["title"]}
    return text(lang, "referral.report_title", **named)[:MAX_LINE]


def told_of(lang: str, tz: ZoneInfo, referral: Referral, answer: ReferralAnswer, room: int) -> str:
    """Returns what an agenda says of an answer, in the body's language, in at most `room` characters. What there is no
    room for stands with the case."""
    day, to = answer.at.astimezone(tz).date(), answer.sent_on_to
    by = "" if answer.by_name == referral.receiver_name else f" ({answer.by_name})"
    said = text(lang, SAYS[answer.kind], receiver=referral.receiver_name, day=day, by=by, to=to)
    corrects = text(lang, "referral.report_corrects") if corrects_reported(referral) else ""
    late = text(lang, "referral.report_late", day=referral.answer_by) if answer.is_late else ""
    head = "\n".join(filter(None, [said, corrects, late]))
    return f"{head}\n{fitted(lang, answer.text, room - len(head) - 1, quote)}"


def own_item(at: datetime, tz: ZoneInfo, case_id: Any) -> Any:
    """Returns the query for a case's own item on the next coming agenda that it is on, as long as nothing came of it
    and there is room for an answer. Once the minutes of a meeting are begun its agenda is what was treated."""
    return (
        select(AgendaItem.id, AgendaItem.meeting_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.case_id == case_id,
            AgendaItem.outcome.is_(None),
            Meeting.minutes_state == MinutesState.NONE,
            func.length(AgendaItem.background) < MAX_PROSE - ROOM,
            *is_still_to_be_held(at, tz),
        )
        .order_by(Meeting.held_on, Meeting.starts, AgendaItem.id)
        .limit(1)
    )


def next_open_agenda(at: datetime, tz: ZoneInfo, body_id: Any, case_id: Any) -> Select[Any]:
    """Returns the query for the body's next meeting whose agenda is not sent out; none while the case is on a coming
    agenda, since it is on one at a time."""
    coming: Any = aliased(Meeting)
    now = at.astimezone(tz)
    ends_later = or_(coming.ends_on > now.date(), and_(coming.ends_on == now.date(), coming.ends > now.time()))
    on_agenda = (
        select(AgendaItem.id)
        .join(coming, coming.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id == case_id, AgendaItem.outcome.is_(None), ends_later, coming.cancelled_at.is_(None))
    )
    return (
        select(Meeting.id)
        .where(
            Meeting.body_id == body_id,
            Meeting.published_at.is_(None),
            Meeting.minutes_state == MinutesState.NONE,
            ~on_agenda.correlate(Case).exists(),
            *is_still_to_be_held(at, tz),
        )
        .order_by(Meeting.held_on, Meeting.starts)
        .limit(1)
    )


async def due_to_report(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns the referrals with an answer that can be reported back, as arguments to referral.bring_home."""
    if await db.scalar(select(ReferralAnswer.id).where(ReferralAnswer.home_at.is_(None)).limit(1)) is None:
        return []  # as most often; what follows is a long statement
    has_agenda = or_(
        own_item(at, tz, Case.id).correlate(Case).exists(),
        next_open_agenda(at, tz, Case.body_id, Case.id).correlate(Case).exists(),
    )
    query = (
        select(Referral.id, Case, is_merged_away())
        .join(Case, Case.id == Referral.case_id)
        .where(has_unreported_answer(), or_(has_agenda, is_merged_away()))
        .order_by(Referral.id)
    )
    found: list[dict[str, Any]] = []
    for referral_id, case, is_merged in (await db.execute(query)).all():
        into = (await case_reported_to(db, case)).id if is_merged else None
        if into is None or await db.scalar(select(Case.id).where(Case.id == into, has_agenda)) is not None:
            found.append({"referral_id": referral_id})
    return found


async def next_to_report(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns when the next answer can be reported back: within a minute after there is one, and at no moment that is
    known before."""
    return None
