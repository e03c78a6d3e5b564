"""What several bodies treat of one matter, and what was split off from it or merged with it: one story."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CompoundSelect, func, or_, select, union

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import CaseLinkKind
from lisbot.council.models import AgendaItem, Case, CaseLink, Referral

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
    was merged into it, and the same before other councils. What it was itself sent here as is not its to speak for."""
    came_from = await sources_of(act, case)
    found, asked = {case.id}, {case.id}
    while asked:
        story = select(func.coalesce(Case.story_id, Case.id)).where(Case.id.in_(asked))
        query: CompoundSelect[Any] = union(
            select(Referral.to_case_id).where(Referral.case_id.in_(asked), Referral.to_case_id.is_not(None)),
            select(CaseLink.case_id).where(CaseLink.other_id.in_(asked), CaseLink.kind.in_(JOINED)),
            select(Case.id).where(or_(Case.id.in_(story), Case.story_id.in_(story))),
        )
        asked = set(await act.db.scalars(query)) - found - came_from
        found |= asked
    return found - {case.id}


async def sources_of(act: Act, case: Case) -> set[int]:
    """Returns the ids of the cases that were sent on and became this one."""
    found, asked = set[int](), {case.id}
    while asked:
        query = select(Referral.case_id).where(Referral.to_case_id.in_(asked))
        asked = set(await act.db.scalars(query)) - found
        found |= asked
    return found


async def open_again(act: Act, cases: Iterable[Case]) -> None:
    """Let cases be open again that are on no agenda as something confidential any more. One statement; none where none
    was confidential."""
    closed = {case.id: case for case in cases if case.confidential}
    if not closed:
        return
    query = select(AgendaItem.case_id).where(AgendaItem.case_id.in_(closed), AgendaItem.confidential)
    held = set(await act.db.scalars(query))
    for case in closed.values():
        if case.id not in held:
            case.confidential = False
            mark_stale(act, f"case:{case.id}")
