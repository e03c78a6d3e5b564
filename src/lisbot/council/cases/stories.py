"""What several bodies treat of one matter, and what was split off from it or merged with it: one story."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, or_, select, union, union_all
from sqlalchemy.orm import aliased

from lisbot.council.core.context import Act
from lisbot.council.enums import CaseLinkKind
from lisbot.council.models import Body, Case, CaseLink, Referral

JOINED = (CaseLinkKind.SPLIT_FROM, CaseLinkKind.MERGED_INTO)


async def read_story(act: Act, case: Case) -> set[int]:
    """Returns the ids of all cases of one story, in whatever body: what began as one case, and what was split off from
    one of them or merged into one."""
    found: set[int] = {case.id}
    stories = {case.story}
    while True:
        of_story = or_(Case.id.in_(stories), Case.story_id.in_(stories))
        linked = select(CaseLink.case_id, CaseLink.other_id).where(
            CaseLink.kind.in_(JOINED), or_(CaseLink.case_id.in_(found), CaseLink.other_id.in_(found))
        )
        ends = {case_id for row in await act.db.execute(linked) for case_id in row}
        rows = (await act.db.execute(select(Case.id, Case.story_id).where(or_(of_story, Case.id.in_(ends))))).all()
        reached = found | {row.id for row in rows}
        if reached == found and stories >= {row.story_id or row.id for row in rows}:
            return found
        found, stories = reached, stories | {row.story_id or row.id for row in rows}


async def cases_made_of(act: Act, case: Case) -> set[int]:
    """Returns the ids of the cases that were made of a case: what it became where it was sent on to, its parts, what
    was merged into it, and the same before other councils.

    What it was itself sent here as is not its to speak for, nor what others made of that: of a case that was sent here,
    what this council sent on itself and what its own secretariat put before others.
    """
    found, asked = {case.id}, {case.id}
    came_from: set[int] = set()
    while asked:
        came_from |= await sources_of(act, asked)
        begun, member = select(func.coalesce(Case.story_id, Case.id)).where(Case.id.in_(asked)), aliased(Case)
        # Either has an index; every case is read for both in one condition.
        of_story = union_all(begun, select(member.id).where(member.story_id.in_(begun)))
        before_others = select(Case.id).where(
            Case.id.in_(of_story),
            ~select(Referral.id).where(Referral.to_case_id == Case.id).exists(),
        )
        if came_from:
            own = select(Body.secretariat_id).where(Body.id == case.body_id)
            bodies = select(Body.id).where(Body.secretariat_id == own.scalar_subquery())
            before_others = before_others.where(Case.body_id.in_(bodies))
        # What a council received and sent on is a referral of the case that it was first sent on as.
        received, passed = aliased(Referral), aliased(Referral)
        sent_on = (
            select(passed.to_case_id)
            .join(received, and_(passed.case_id == received.case_id, passed.from_body_id == received.to_body_id))
            .where(received.to_case_id.in_(asked), passed.to_case_id.is_not(None))
        )
        query: CompoundSelect[Any] = union(
            select(Referral.to_case_id).where(Referral.case_id.in_(asked), Referral.to_case_id.is_not(None)),
            sent_on,
            select(CaseLink.case_id).where(CaseLink.other_id.in_(asked), CaseLink.kind.in_(JOINED)),
            before_others,
        )
        asked = set(await act.db.scalars(query)) - found - came_from
        found |= asked
    return found - {case.id}


async def sources_of(act: Act, cases: Collection[int]) -> set[int]:
    """Returns the ids of the cases that were sent on and became these."""
    found, asked = set[int](), set(cases)
    while asked:
        query = select(Referral.case_id).where(Referral.to_case_id.in_(asked))
        asked = set(await act.db.scalars(query)) - found
        found |= asked
    return found
