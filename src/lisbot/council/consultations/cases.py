"""The case that a consultation is about: which may be chosen, and who is told of it."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from lisbot.council.cases.cases import read_known
from lisbot.council.cases.referred import tells_answer
from lisbot.council.cases.waiting import is_merged_away, require_not_merged
from lisbot.council.consultations.views import ConsultationCase
from lisbot.council.core.access import P, bodies_where, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.models import AgendaItem, Body, Case, Consultation

MAX_CHOICES = 100  # cases offered in a form, the newest first


async def read_case(act: Act, consultation: Consultation) -> ConsultationCase | None:
    """Returns the case that a consultation is about, as the member may know it; None where they may not open it, and
    where it is about none. At most four statements."""
    if consultation.case_id is None:
        return None
    query = select(Case, Body.name).join(Body, Body.id == Case.body_id)
    row = (await act.db.execute(query.where(Case.id == consultation.case_id))).one()
    case = row.Case
    if not may(act.by, P.VIEW, case.body_id):
        return None
    try:
        _, _, newest = await read_known(act, case)
    except NotFound:
        return None
    return ConsultationCase(case.id, row.name, case.label, newest.get("title") or case.title)


async def case_choices(act: Act, chosen: int | None = None) -> list[tuple[object, str]]:
    """Returns the cases of the member's secretariats, the newest first, beside the one that is chosen already. What is
    merged into another is not offered."""
    query = select(Case, Body.name).join(Body, Body.id == Case.body_id)
    query = query.where(Body.id.in_(bodies_where(act.by, P.RECORD)))
    offered = query.where(~is_merged_away()).order_by(Case.opened_at.desc(), Case.id.desc()).limit(MAX_CHOICES)
    found = {row.Case.id: row for row in await act.db.execute(offered)}
    if chosen is not None and chosen not in found:
        found |= {row.Case.id: row for row in await act.db.execute(query.where(Case.id == chosen))}
    return [(row.Case.id, f"{row.Case.label} {row.Case.title} ({row.name})") for row in found.values()]


async def get_offered_case(act: Act, case_id: int, secretariat_ids: Collection[int]) -> tuple[Case, Body]:
    """Returns a case that councils may be asked about, and its own.

    Raises NotFound for another secretariat's, Conflict for one that goes on as a part of another.
    """
    query = select(Case, Body).join(Body, Body.id == Case.body_id)
    query = query.where(Case.id == case_id, Body.secretariat_id.in_(secretariat_ids))
    row = (await act.db.execute(query)).one_or_none()
    if row is None or not may(act.by, P.RECORD, row.Body.id):
        raise NotFound
    await require_not_merged(act, row.Case)
    return row.Case, row.Body


async def newest_texts(act: Act, case: Case) -> dict[str, str]:
    """Returns what a case is called and about, to begin from. Of a confidential case none of it: what is asked is read
    in other councils."""
    query = select(AgendaItem).where(AgendaItem.case_id == case.id, ~tells_answer())
    item = await act.db.scalar(query.order_by(AgendaItem.id.desc()).limit(1))
    if case.confidential or (item is not None and item.confidential):
        return {}
    if item is None:
        return {"title": case.title}
    return {"title": item.title, "background": item.background, "links": item.links}


async def require_open_title(act: Act, case_id: int | None, title: str, body_ids: Iterable[int]) -> None:
    """Raises Invalid where other councils would be asked under the title of a confidential case."""
    case = None if case_id is None else await act.db.get_one(Case, case_id)
    if case is None or not may(act.by, P.RECORD, case.body_id) or set(body_ids) <= {case.body_id}:
        return
    items = list(await act.db.scalars(select(AgendaItem).where(AgendaItem.case_id == case.id)))
    titles = {each.strip().casefold() for each in (case.title, *(item.title for item in items))}
    if (case.confidential or any(item.confidential for item in items)) and title.strip().casefold() in titles:
        raise Invalid("consultation_title_confidential", field="title")


async def is_of_confidential(act: Act, consultation: Consultation) -> bool:
    """Returns whether a consultation is about a confidential case of the member's secretariat, and others are asked
    than its own council."""
    case = None if consultation.case_id is None else await act.db.get_one(Case, consultation.case_id)
    if case is None or not may(act.by, P.RECORD, case.body_id):
        return False
    return case.confidential and any(each.body_id != case.body_id for each in consultation.bodies)
