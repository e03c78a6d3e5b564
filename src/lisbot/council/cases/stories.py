"""What several bodies treat of one matter, and what was split off from it or merged with it: one story."""

from sqlalchemy import or_, select, update

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


async def withhold_elsewhere(act: Act, case: Case) -> None:
    """Have what a case was sent on as withheld from those outside the bodies that received it, too: it has become
    confidential where it came from. What becomes open again is for each of them to open."""
    received, asked = set[int](), {case.id}
    while asked:
        query = select(Referral.to_case_id).where(Referral.case_id.in_(asked), Referral.to_case_id.is_not(None))
        asked = {case_id for case_id in await act.db.scalars(query) if case_id is not None} - received
        received |= asked
    if not received:
        return
    items = AgendaItem.case_id.in_(received)
    meetings = set(await act.db.scalars(select(AgendaItem.meeting_id).where(items)))
    await act.db.execute(update(Case).where(Case.id.in_(received)).values(confidential=True))
    await act.db.execute(update(AgendaItem).where(items).values(confidential=True))
    for subject in (*(f"meeting:{each}" for each in meetings), *(f"case:{each}" for each in received)):
        mark_stale(act, subject)
