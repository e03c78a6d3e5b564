"""All rows that a case's journey is worked out from, read in few statements however long it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, func, literal, null, or_, select, true, union_all
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.cases.approved import approved_items
from lisbot.council.cases.referred import tells_answer
from lisbot.council.cases.waiting import is_still_to_be_held
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.periods import holds_on
from lisbot.council.enums import Response
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    CaseLink,
    Consultation,
    ConsultationBody,
    ConsultationRequest,
    ConsultationStatement,
    Dispatch,
    DistributionLine,
    Guest,
    Meeting,
    Organisation,
    OutsideParty,
    Person,
    Proposal,
    Referral,
    Vote,
    table,
)

REFERRAL = table(Referral)


@dataclass(frozen=True)
class Coming:
    """Whether a meeting is to come that a case can go to, of those the member arranges: of its own council's, and of
    another's."""

    here: bool
    elsewhere: bool


@dataclass(frozen=True)
class Story:
    """A case with all that is of one story with it, and those that are linked to it.

    cases      all of these, by id; `own`: those of its story
    items      by case, in the order of their meetings; `telling`: those that are there for an answer alone
    approved   what approved minutes said of the items whose minutes are being corrected
    proposals  what became a case, or waits about it, by case
    consultations  what councils were asked about the cases of its story
    guests     by item; `lines`: who was sent what of a meeting, by meeting
    """

    case: Case
    cases: Mapping[int, Case]
    own: Collection[int]
    bodies: Mapping[int, Body]
    links: Collection[CaseLink]
    items: Mapping[int, list[AgendaItem]]
    telling: Collection[int]
    approved: Mapping[int, Mapping[str, Any]]
    referrals: list[Referral]
    votes: Mapping[int, list[Vote]]
    proposals: Mapping[int, list[Any]]
    guests: Mapping[int, list[Any]]
    lines: Mapping[int, list[Any]]
    consultations: Collection[Consultation]
    coming: Coming


async def read_story(act: Act, case_id: int) -> Story:
    """Returns all about a case and whatever belongs together with it. At most nine statements. Raises NotFound for no
    case."""
    cases, bodies, links, coming = await read_cases(act, case_id)
    case = cases.get(case_id)
    if case is None:
        raise NotFound
    own = {each.id for each in cases.values() if each.story == case.story}
    items, telling = await read_items(act, cases)
    everything = [item for found in items.values() for item in found]
    item_ids = [item.id for case_id in own for item in items.get(case_id, ())]
    meeting_ids = {item.meeting_id for case_id in own for item in items.get(case_id, ())}
    proposals, guests = await read_people(act, own, item_ids)
    return Story(
        case=case,
        cases=cases,
        own=own,
        bodies=bodies,
        links=links,
        items=items,
        telling=telling,
        approved=await approved_items(act.db, [item.meeting for item in everything]),
        referrals=await read_referrals_of(act, own, items),
        votes=await read_votes(act, item_ids),
        proposals=proposals,
        guests=guests,
        lines=await read_lines(act, meeting_ids),
        consultations=await read_consultations(act, own),
        coming=coming[case.id],
    )


async def read_cases(
    act: Act, case_id: int
) -> tuple[dict[int, Case], dict[int, Body], list[CaseLink], dict[int, Coming]]:
    """Returns the cases of a story and those linked to them, their bodies and the links, and which meetings are to come
    that each can go to. One statement."""
    begun, member = select(func.coalesce(Case.story_id, Case.id)).where(Case.id == case_id), aliased(Case)
    # Each part has an index; both databases read every case for several in one condition.
    parts = (begun, select(member.id).where(member.story_id == begun.scalar_subquery()))
    own = union_all(*parts)
    linked = (
        select(CaseLink.other_id).where(CaseLink.case_id.in_(own)),
        select(CaseLink.case_id).where(CaseLink.other_id.in_(own)),
    )
    arranged = bodies_where(act.by, P.ARRANGE)
    to_come = select(Meeting.id).where(Meeting.body_id.in_(arranged), *is_still_to_be_held(act.at, act.tz))
    here = to_come.where(Meeting.body_id == Case.body_id).exists()
    elsewhere = to_come.where(Meeting.body_id != Case.body_id).exists()
    query = (
        select(Case, Body, CaseLink, here.label("here"), elsewhere.label("elsewhere"))
        .join(Body, Body.id == Case.body_id)
        .outerjoin(CaseLink, CaseLink.case_id == Case.id)
        .where(Case.id.in_(union_all(*parts, *linked)))
        .order_by(Case.id, CaseLink.id)
    )
    rows = list(await act.db.execute(query))
    cases = {row.Case.id: row.Case for row in rows}
    links = {row.CaseLink.id: row.CaseLink for row in rows if row.CaseLink is not None}
    coming = {row.Case.id: Coming(row.here, row.elsewhere) for row in rows}
    return cases, {row.Body.id: row.Body for row in rows}, list(links.values()), coming


async def read_items(act: Act, case_ids: Collection[int]) -> tuple[dict[int, list[AgendaItem]], set[int]]:
    """Returns the cases' items with meetings and follow-ups, in the order of the meetings, and which of them are there
    for an answer alone. Two statements."""
    query = (
        select(AgendaItem, tells_answer().label("tells_answer"))
        .join(AgendaItem.meeting)
        .where(AgendaItem.case_id.in_(case_ids))
        .options(contains_eager(AgendaItem.meeting), selectinload(AgendaItem.followups))
        .order_by(Meeting.held_on, Meeting.starts, AgendaItem.id)
    )
    found: dict[int, list[AgendaItem]] = {}
    telling: set[int] = set()
    for item, is_telling in await act.db.execute(query):
        assert item.case_id is not None
        found.setdefault(item.case_id, []).append(item)
        if is_telling:
            telling.add(item.id)
    return found, telling


async def read_referrals_of(
    act: Act, case_ids: Collection[int], items: Mapping[int, list[AgendaItem]]
) -> list[Referral]:
    """Returns what the cases were sent on as, and came here as, with what was answered, oldest first. One statement."""
    # Each half has an index; SQLite reads every row for both in one.
    either = union_all(
        select(REFERRAL.c.id).where(REFERRAL.c.case_id.in_(case_ids)),
        select(REFERRAL.c.id).where(REFERRAL.c.to_case_id.in_(case_ids)),
    )
    query = (
        select(Referral)
        .where(Referral.id.in_(either))
        .outerjoin(Referral.answers)
        .options(
            contains_eager(Referral.answers),
            joinedload(Referral.case),
            joinedload(Referral.to_case),
            joinedload(Referral.to_body),
            joinedload(Referral.to_party),
            undefer(Referral.is_confidential),
        )
        .order_by(Referral.id)
    )
    found = list((await act.db.scalars(query)).unique())
    known = {each.id: each for each in found}
    for referral in found:
        referral.answers.sort(key=lambda answer: answer.number)
        # What it became there, and what it was sent on from, is of the same story, and so read already.
        before = known.get(referral.previous_id or 0)
        for name, to in (("to_items", referral), ("from_items", before)):
            theirs = items.get(to.to_case_id or 0, []) if to else []
            set_committed_value(referral, name, sorted(theirs, key=lambda item: item.id))
    return found


async def read_consultations(act: Act, case_ids: Collection[int]) -> list[Consultation]:
    """Returns what councils were asked about the cases, with what was stated and the reply, oldest first. One
    statement."""
    # Each organisation beside its own council, so that the rows are no more than what was stated.
    of_body = and_(
        ConsultationRequest.consultation_id == Consultation.id, ConsultationRequest.body_id == ConsultationBody.body_id
    )
    query = (
        select(Consultation)
        .where(Consultation.case_id.in_(case_ids), Consultation.asked_at.is_not(None))
        .join(Consultation.bodies)
        .join(ConsultationBody.body)
        .outerjoin(ConsultationRequest, of_body)
        .outerjoin(ConsultationRequest.statements)
        .options(
            contains_eager(Consultation.bodies).contains_eager(ConsultationBody.body),
            contains_eager(Consultation.requests).contains_eager(ConsultationRequest.statements),
            joinedload(Consultation.party),
            *(defer(each, raiseload=True) for each in (Consultation.background, Consultation.draft)),
        )
        .order_by(Consultation.id, ConsultationBody.id, ConsultationRequest.id, ConsultationStatement.number)
    )
    return list((await act.db.scalars(query)).unique())


async def read_votes(act: Act, item_ids: Collection[int]) -> dict[int, list[Vote]]:
    """Returns the questions that were put on items and closed. One statement."""
    query = select(Vote).where(Vote.item_id.in_(item_ids), Vote.closed_at.is_not(None), Vote.withdrawn_reason.is_(None))
    found: dict[int, list[Vote]] = {}
    for vote in await act.db.scalars(query.order_by(Vote.id)):
        assert vote.item_id is not None
        found.setdefault(vote.item_id, []).append(vote)
    return found


async def read_people(
    act: Act, case_ids: Collection[int], item_ids: Collection[int]
) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Returns who proposed each case, or something about it, and the guests of each item. One statement."""
    proposals = (
        select(
            literal("proposal").label("row"),
            Proposal.case_id.label("of_id"),
            *(Proposal.id, Proposal.by_id, Proposal.state, Proposal.sent_at.label("at")),
            *(Proposal.title, Proposal.background, Proposal.wording, Proposal.links),
            Person.name.label("person"),
            func.coalesce(Organisation.name, "").label("organisation"),
            true().label("is_sure"),
        )
        .join(Person, Person.id == Proposal.by_id)
        .outerjoin(Organisation, Organisation.id == Proposal.organisation_id)
        .where(Proposal.case_id.in_(case_ids))
    )
    guests = select(
        literal("guest"),
        Guest.item_id,
        *(Guest.id, Guest.person_id, cast(null(), Proposal.state.type), Guest.invited_at),
        *(literal(""), literal(""), literal(""), literal("")),
        *(Guest.name, Guest.affiliation, is_sure_to_come()),
    ).where(Guest.item_id.in_(item_ids), may_come())
    found: dict[str, dict[int, list[Any]]] = {"proposal": {}, "guest": {}}
    rows: list[Any] = list(await act.db.execute(union_all(proposals, guests)))
    for row in rows:
        found[row.row].setdefault(row.of_id, []).append(row)
    for of_one in (*found["proposal"].values(), *found["guest"].values()):
        of_one.sort(key=lambda each: each.id)
    return found["proposal"], found["guest"]


def may_come() -> ColumnElement[bool]:
    """Returns whether a guest was there, or is expected and not known to stay away."""
    stays_away = and_(Guest.response.is_not(None), Guest.response == Response.ABSENT)
    return or_(Guest.present.is_(True), and_(Guest.present.is_(None), Guest.withdrawn_at.is_(None), ~stays_away))


def is_sure_to_come() -> ColumnElement[bool]:
    """Returns whether somebody has said of a guest that they were there or come: only then others are told of them."""
    is_noted = and_(Guest.invited_at.is_(None), Guest.right_of_id.is_(None))
    return or_(Guest.present.is_(True), is_noted, Guest.response.is_not(None))


async def read_lines(act: Act, meeting_ids: Collection[int]) -> dict[int, list[Any]]:
    """Returns to whom what was sent of each meeting beside the members, as the lines that held that day say it. One
    statement."""
    to_body = aliased(Body)
    query = (
        select(
            *(Dispatch.meeting_id, Dispatch.what, DistributionLine.id, DistributionLine.role),
            *(DistributionLine.from_on, DistributionLine.to_on),
            or_(DistributionLine.person_id.is_not(None), DistributionLine.to_party_id.is_not(None)).label("is_outside"),
            func.coalesce(to_body.name, Organisation.name, OutsideParty.name, Person.name).label("name"),
            func.min(Dispatch.sent_at).label("sent_at"),
        )
        .join(Meeting, Meeting.id == Dispatch.meeting_id)
        .join(
            DistributionLine,
            (DistributionLine.body_id == Meeting.body_id) & (DistributionLine.what == Dispatch.what),
        )
        .outerjoin(to_body, to_body.id == DistributionLine.to_body_id)
        .outerjoin(Organisation, Organisation.id == DistributionLine.organisation_id)
        .outerjoin(OutsideParty, OutsideParty.id == DistributionLine.to_party_id)
        .outerjoin(Person, Person.id == DistributionLine.person_id)
        .where(Dispatch.meeting_id.in_(meeting_ids), DistributionLine.published_on.is_(None))
        .group_by(
            *(Dispatch.meeting_id, Dispatch.what, DistributionLine.id, DistributionLine.role),
            *(DistributionLine.from_on, DistributionLine.to_on, DistributionLine.person_id),
            *(DistributionLine.to_party_id, to_body.name, Organisation.name, OutsideParty.name, Person.name),
        )
        .order_by(Dispatch.meeting_id, DistributionLine.id)
    )
    found: dict[int, list[Any]] = {}
    for row in await act.db.execute(query):
        if holds_on(row, row.sent_at.astimezone(act.tz).date()):
            found.setdefault(row.meeting_id, []).append(row)
    return found
