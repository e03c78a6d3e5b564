"""Cases that belong together: linked to each other, or merged so that one goes on as a part of the other."""

from sqlalchemy import or_, select, update

from lisbot.council.cases.cases import get_case_for
from lisbot.council.cases.waiting import has_waiting_proposal, is_on_coming_agenda, require_not_merged
from lisbot.council.core.access import bodies_where, gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import CaseId, CaseLinkId, Prefill
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import CaseLinkKind, ConsultationState
from lisbot.council.journeys.journeys import journey_view
from lisbot.council.journeys.views import JourneyView
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.guest_invitations import release_guests
from lisbot.council.meetings.states import NOTICE
from lisbot.council.models import AgendaItem, Body, Case, CaseLink, CaseProcess, Consultation, Referral, Vote

K = CaseLinkKind
MAX_CHOICES = 100  # cases offered in a form, the newest first


async def add_prefill(act: Act, *, case_id: CaseId) -> Prefill:
    case = await get_case_for(act, case_id)
    query = (
        select(Case, Body.name)
        .join(Body, Body.id == Case.body_id)
        .where(Body.id.in_(bodies_where(act.by, act.needs)), Case.id != case.id)
        .order_by(Case.body_id != case.body_id, Case.opened_at.desc(), Case.id.desc())
        .limit(MAX_CHOICES)
    )
    found = list(await act.db.execute(query))
    return Prefill(
        about=f"{case.label} {case.title}",
        values={"link_kind": K.RELATED},
        choices={"other_case_id": [(row.Case.id, f"{row.Case.label} {row.Case.title} ({row.name})") for row in found]},
        excluded={"link_kind": {K.SPLIT_FROM}},
    )


async def add(act: Act, *, case_id: CaseId, other_case_id: CaseId, link_kind: CaseLinkKind = K.RELATED) -> JourneyView:
    """Say that a case belongs together with another one, or is merged into it: then it goes on as a part of that one,
    and an answer that it waits for is reported back there.

    Returns JourneyView. Raises Conflict for what is said already, for a case on a coming agenda or in a process that is
    to be merged, and where the other one is merged into this one.
    """
    case, other = await get_case_for(act, case_id), await get_case_for(act, other_case_id)
    if case.id == other.id:
        raise Invalid("case_itself", field="other_case_id")
    if link_kind is K.SPLIT_FROM:
        raise Invalid("split_makes_a_case", field="link_kind")
    links = await links_of(act, case.id)
    if any({link.case_id, link.other_id} == {case.id, other.id} for link in links):
        raise Conflict("cases_are_linked", number=case.label, other=other.label)
    if link_kind is K.MERGED_INTO:
        await require_may_merge(act, case, other)
    act.db.add(CaseLink(case_id=case.id, other_id=other.id, kind=link_kind, made_at=act.at))
    act.did(number=case.label, other=other.label)
    mark_links_stale(act, case.id, other.id)
    await act.db.flush()
    return await journey_view(act, case.id)


async def links_of(act: Act, case_id: int) -> list[CaseLink]:
    query = select(CaseLink).where(or_(CaseLink.case_id == case_id, CaseLink.other_id == case_id))
    return list(await act.db.scalars(query.order_by(CaseLink.id)))


def mark_links_stale(act: Act, *case_ids: int) -> None:
    for case_id in case_ids:
        mark_stale(act, f"case:{case_id}")
    act.concerns(f"case:{case_ids[0]}", f"case:{case_ids[1]}")


async def require_may_merge(act: Act, case: Case, other: Case) -> None:
    """Raises Conflict for a case that is merged already or is under way on its own, and for one that would go round in
    a circle; Invalid for another council's."""
    if case.body_id != other.body_id:
        raise Invalid("merges_in_one_council", field="other_case_id")
    await merge_one_at_a_time(act, case, other)
    await require_rests(act, case)
    await require_no_circle(act, case, other)


async def merge_one_at_a_time(act: Act, case: Case, other: Case) -> None:
    """Have a council's cases merged by one at a time, and nobody send these two on meanwhile or put them into a
    process. Raises Conflict for one that is in a process."""
    # Not against those who only refer to the council.
    await act.db.execute(select(Body.id).where(Body.id == case.body_id).with_for_update(key_share=True))
    both = select(Case.id).where(Case.id.in_({case.id, other.id})).order_by(Case.id)
    await act.db.execute(both.with_for_update())
    in_process = select(CaseProcess.id).where(CaseProcess.case_id == case.id, CaseProcess.ended_at.is_(None))
    if await act.db.scalar(in_process.limit(1)) is not None:
        raise Conflict("case_is_in_process", number=case.label)


async def require_no_circle(act: Act, case: Case, other: Case) -> None:
    """Raises Conflict for a case that is merged already, and where the other goes on as a part of it."""
    await require_not_merged(act, case)
    into: int | None = other.id
    seen = {case.id}
    while into is not None:
        if into in seen:
            raise Conflict("case_is_merged", number=other.label)
        seen.add(into)
        into = await merged_into(act, into)


async def merged_into(act: Act, case_id: int) -> int | None:
    query = select(CaseLink.other_id).where(CaseLink.case_id == case_id, CaseLink.kind == K.MERGED_INTO)
    return await act.db.scalar(query.limit(1))


async def require_rests(act: Act, case: Case) -> None:
    """Raises Conflict for a case that is on a coming agenda or waits among the proposals."""
    coming = select(AgendaItem.id).join(AgendaItem.meeting)
    coming = coming.where(AgendaItem.case_id == case.id, is_on_coming_agenda(act))
    waits = select(Case.id).where(Case.id == case.id, or_(coming.exists(), has_waiting_proposal()))
    if await act.db.scalar(waits) is not None:
        raise Conflict("case_is_on_agenda", number=case.label)


async def remove_prefill(act: Act, *, case_link_id: CaseLinkId) -> Prefill:
    _, case, other = await get_link_for(act, case_link_id)
    return Prefill(about=f"{case.label} {case.title}\n{other.label} {other.title}")


async def get_link_for(act: Act, case_link_id: int) -> tuple[CaseLink, Case, Case]:
    """Returns a link and the cases that it is between, for whoever may change the first. Raises NotFound."""
    link = await act.db.get(CaseLink, case_link_id)
    if link is None:
        raise NotFound
    case, other = await act.db.get_one(Case, link.case_id), await act.db.get_one(Case, link.other_id)
    gate(act, case.body_id)
    return link, case, other


async def remove(act: Act, *, case_link_id: CaseLinkId) -> JourneyView:
    """Take back that two cases belong together. Of a case that was split from another this undoes the split: it goes
    on as a part of that again, under its number.

    Returns JourneyView. Raises Conflict for undoing the split of what is on an agenda, was treated, sent on, asked
    about or put into a process, or what the other goes on as a part of.
    """
    link, case, other = await get_link_for(act, case_link_id)
    if link.kind is K.SPLIT_FROM:
        await merge_one_at_a_time(act, case, other)
        await require_no_circle(act, case, other)
        await undo_split(act, case)
        link.kind, link.made_at = K.MERGED_INTO, act.at
    else:
        await act.db.delete(link)
    act.did(number=case.label, other=other.label)
    mark_links_stale(act, case.id, other.id)
    await act.db.flush()
    return await journey_view(act, case.id)


async def undo_split(act: Act, case: Case) -> None:
    """Take a case that was split from another off the agendas that are not sent out.

    Raises Conflict for one on an agenda that is, for what was treated or sent on, and for what councils are
    asked about.
    """
    items = list(await act.db.scalars(select(AgendaItem).where(AgendaItem.case_id == case.id)))
    sent_on = await act.db.scalar(select(Referral.id).where(Referral.case_id == case.id).limit(1))
    is_asked = Consultation.case_id == case.id, Consultation.state != ConsultationState.WITHDRAWN
    asked = await act.db.scalar(select(Consultation.id).where(*is_asked).limit(1))
    waits = await act.db.scalar(select(Case.id).where(Case.id == case.id, has_waiting_proposal()))
    if sent_on is not None or asked is not None or waits is not None:
        raise Conflict("case_is_under_way", number=case.label)
    for each in items:
        item = await get_item_for(act, each.id)
        if item.is_treated or item.meeting.published_at is not None:
            raise Conflict("case_is_under_way", number=case.label)
        NOTICE.require(act, "agenda_item.remove", item.meeting)
        await take_back(act, item)


async def take_back(act: Act, item: AgendaItem) -> None:
    """Take an item off an agenda that nobody has seen. Questions put on it by mistake are kept, without it."""
    meeting = item.meeting
    await act.db.execute(update(Vote).where(Vote.item_id == item.id).values(item_id=None))
    await release_guests(act, item, meeting)
    await act.db.delete(item)
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
