"""A case in a process: who may see what of where it is."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lisbot.council.cases.approved import approved_items
from lisbot.council.cases.cases import is_public
from lisbot.council.core.access import P, Sight, bodies_where, locked, may, secretariats_of, sight
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import CaseProcessId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import StageNeed
from lisbot.council.models import AgendaItem, Body, Case, CaseProcess, ProcessVersion, StageNote, StageStay
from lisbot.council.processes.holders import holder_now, secretariat_of
from lisbot.council.processes.needs import read_met
from lisbot.council.processes.paths import days_at, local_day, other_ways, path_of, stay_now, stay_state
from lisbot.council.processes.states import CASE_PROCESS, case_process_state
from lisbot.council.processes.versions import STAGES
from lisbot.council.processes.views import CaseProcessView, NeedLine, NoteLine, StayLine

OUT = "out"  # of a process, before its end
STAYS = (
    selectinload(CaseProcess.stays).options(
        joinedload(StageStay.stage),
        joinedload(StageStay.body).joinedload(Body.secretariat),
        joinedload(StageStay.secretariat),
        joinedload(StageStay.party),
        selectinload(StageStay.notes),
    ),
    joinedload(CaseProcess.case),
)
WHOLE = (
    *STAYS,
    joinedload(CaseProcess.version).options(joinedload(ProcessVersion.process), STAGES),
)


class Part(Enum):
    """What somebody has to do with a case in a process."""

    KEEPER = auto()  # the secretariat whose task it is now
    OWNER = auto()  # the secretariat of the council whose case it is
    FORMER = auto()  # a secretariat whose task it was, or that runs the body now whose task it was
    RECEIVER = auto()  # whoever reads the mail of the party that has it


SECRETARIATS = {Part.KEEPER, Part.OWNER, Part.FORMER}


def parts_in(act: Act, case_process: CaseProcess) -> set[Part]:
    """Returns what the member has to do with a case in a process."""
    by, own, now = act.by, secretariats_of(act.by), stay_now(case_process)
    held = {
        Part.KEEPER: now is not None and secretariat_of(now).id in own,
        Part.OWNER: may(by, P.RECORD, case_process.case.body_id),
        Part.FORMER: any(secretariat_of(stay).id in own for stay in case_process.stays),
        Part.RECEIVER: now is not None and now.party is not None and now.party.person_id == (by.id or 0),
    }
    return {part for part, is_held in held.items() if is_held}


async def get_case_process_for(act: Act, case_process_id: int, *parts: Part) -> CaseProcess:
    """Returns a case in a process, locked where the act changes something, for whoever has one of these parts in it.
    Without any: for whoever has some part in it, and for members of the councils that know of it.

    Raises NotFound for everybody else.
    """
    found = await read_case_process(act, case_process_id)
    if parts_in(act, found) & set(parts or Part) or (not parts and await is_known(act, found)):
        return found
    raise NotFound


async def is_known(act: Act, case_process: CaseProcess) -> bool:
    """Returns whether the member has a part in a council that has been told of the case, by an agenda that was sent out
    or by minutes: the one whose case it is, or one that has held it at a stage and treats the same. Those outside the
    council know of nothing confidential. At most two statements."""
    case = case_process.case
    held = {stay.body_id for stay in case_process.stays if isinstance(holder_now(stay, case).of, Body)}
    seen = {body_id for body_id in bodies_where(act.by, P.VIEW) if body_id in held | {case.body_id}}
    if not seen:
        return False
    of_story = or_(Case.id == case.story, Case.story_id == case.story)
    query = (
        select(AgendaItem)
        .join(AgendaItem.case)
        .where(Case.body_id.in_(seen), or_(Case.id == case.id, and_(of_story, Case.body_id != case.body_id)))
        .options(joinedload(AgendaItem.meeting), contains_eager(AgendaItem.case))
    )
    items = list(await act.db.scalars(query))
    approved = await approved_items(act.db, [item.meeting for item in items])
    told = [item for item in items if is_public(item) or item.id in approved]
    closed = {item.meeting.body_id for item in told if item.confidential or (item.case and item.case.confidential)}
    if case.confidential:
        closed |= seen
    return any(
        item.meeting.body_id not in closed or sight(act.by, item.meeting.body_id) is not Sight.OUTSIDE for item in told
    )


async def read_case_process(act: Act, case_process_id: int) -> CaseProcess:
    query: Select[Any] = select(CaseProcess).where(CaseProcess.id == case_process_id).options(*WHOLE)
    query = query.execution_options(populate_existing=True)
    found: CaseProcess | None = await act.db.scalar(locked(act, query, CaseProcess))
    if found is None:
        raise NotFound
    note_log(act, found)
    return found


def note_log(act: Act, case_process: CaseProcess) -> None:
    """Tell the log what the command is about."""
    act.concerns(f"case_process:{case_process.id}", f"case:{case_process.case_id}")
    act.trace.bodies.add(case_process.case.body_id)


async def show_case_process(act: Act, *, case_process_id: CaseProcessId) -> CaseProcessView:
    """See where a case is in its process: how long it has been there, what it waits for, and where it has been.

    Returns CaseProcessView: to the secretariats that have or had it all, to the others where it is and was.
    """
    return await case_process_view(act, await get_case_process_for(act, case_process_id))


async def case_process_view(act: Act, case_process: CaseProcess) -> CaseProcessView:
    await act.db.flush()
    parts, case, now = parts_in(act, case_process), case_process.case, stay_now(case_process)
    body = await act.db.get_one(Body, case.body_id)
    newest = (
        select(ProcessVersion.number)
        .where(ProcessVersion.process_id == case_process.version.process_id)
        .order_by(ProcessVersion.number.desc())
        .limit(1)
    )
    met = (await read_met(act, [case_process]))[case_process.id] if now else set()
    ended = case_process.ended_at
    return CaseProcessView(
        id=case_process.id,
        case_id=case.id if may(act.by, P.VIEW, case.body_id) else None,
        number=case.label,
        title=case.title,
        confidential=case.confidential,
        body=body.name,
        process=case_process.version.process.name,
        version=case_process.version.number,
        newest=await act.db.scalar(newest) or 1,
        state=case_process_state(act, case_process),
        started_on=case_process.started_at.astimezone(act.tz).date(),
        started_by=case_process.started_by,
        ended_on=ended.astimezone(act.tz).date() if ended else None,
        holder=holder_now(now, case).name if now else "",
        secretariat=secretariat_of(now).name if now else "",
        path=path_of(act, case_process),
        others=other_ways(case_process),
        stays=tuple(stay_lines(act, case_process, parts)),
        needs=tuple(NeedLine(each, each in met) for each in map(StageNeed, now.stage.needs)) if now else (),
        actions=actions_on(act, case_process, parts),
    )


def actions_on(act: Act, case_process: CaseProcess, parts: set[Part]) -> tuple[AllowedAction, ...]:
    """Returns what the member may do with a case in a process: whoever has it notes what came, its secretariat moves
    it on, and the one whose case it is may take it out."""
    now = stay_now(case_process)
    if now is None:
        return ()
    about = {"case_process_id": case_process.id, "step": now.number}
    allowed = {each.command for each in CASE_PROCESS.allowed(act, case_process)}
    found = []
    if Part.KEEPER in parts and "case_process.move" in allowed:
        found.append(AllowedAction("case_process.move", about))
    if parts & {Part.KEEPER, Part.RECEIVER}:
        found.append(AllowedAction("case_process.note", about))
    if Part.OWNER in parts and Part.KEEPER not in parts and act.allows("case_process.move", NO_BODY):
        found.append(AllowedAction("case_process.move", {**about, "to": OUT}))
    return tuple(found)


def stay_lines(act: Act, case_process: CaseProcess, parts: set[Part]) -> Iterable[StayLine]:
    """Yields each stage a case has been at. Whoever has it outside lisbot reads what was said when it came to them, and
    what had come at the stage before."""
    now = stay_now(case_process)
    sees_all = bool(parts & SECRETARIATS)
    for stay in case_process.stays:
        is_receivers = Part.RECEIVER in parts and stay is now
        is_before = Part.RECEIVER in parts and now is not None and stay.number == now.number - 1
        yield StayLine(
            stage=stay.stage.name,
            holder=holder_now(stay, case_process.case).name if stay is now else stay.holder_name,
            state=stay_state(act, stay),
            from_on=local_day(act, stay),
            to_on=stay.left_at.astimezone(act.tz).date() if stay.left_at else None,
            days=days_at(act, stay),
            usual=stay.stage.days,
            due_on=stay.due_on,
            entered_by=stay.entered_by,
            left_by=stay.left_by,
            words=stay.words if sees_all or is_receivers else "",
            left_reason=stay.left_reason if sees_all else "",
            notes=tuple(map(note_line, stay.notes)) if sees_all or is_receivers or is_before else (),
        )


def note_line(note: StageNote) -> NoteLine:
    return NoteLine(
        what=note.what,
        words=note.words,
        links=tuple(filter(None, note.links.split("\n"))),
        at=note.at,
        by_name=note.by_name,
        noted_by=note.noted_by,
    )
