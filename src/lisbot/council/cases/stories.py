"""What several bodies treat of one matter, and what was split off from it or merged with it: one story."""

from sqlalchemy import or_, select

from lisbot.council.core.context import Act
from lisbot.council.enums import CaseLinkKind
from lisbot.council.models import Case, CaseLink, Referral

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


async def received_cases(act: Act, case: Case) -> set[int]:
    """Returns the ids of the cases that a case became where it was sent on to, and where it went from there."""
    received, asked = set[int](), {case.id}
    while asked:
        query = select(Referral.to_case_id).where(Referral.case_id.in_(asked), Referral.to_case_id.is_not(None))
        asked = {case_id for case_id in await act.db.scalars(query) if case_id is not None} - received
        received |= asked
    return received
