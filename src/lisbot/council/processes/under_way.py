"""The cases under way in processes: those that wait for the member's secretariats, and those of theirs that others
hold."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lisbot.council.core.access import P, bodies_where, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.enums import StageNeed
from lisbot.council.models import Body, Case, CaseProcess, ProcessVersion, StageStay
from lisbot.council.processes.case_processes import WHOLE
from lisbot.council.processes.holders import holder_now, is_own, secretariat_of
from lisbot.council.processes.needs import missing, read_met
from lisbot.council.processes.paths import days_at, is_overdue, local_day, other_ways, path_of
from lisbot.council.processes.states import case_process_state
from lisbot.council.processes.views import CaseProcessLine, CaseProcessTask

MAX_LISTED = 200
Lines = tuple[CaseProcessLine, ...]
OF_PROCESS = "stage"


def is_task_of(secretariats: Collection[int], stay: Any) -> ColumnElement[bool]:
    """Returns the condition that a case at a stage is the task of these secretariats now: a body's is that of whichever
    secretariat runs it."""
    run = select(Body.id).where(Body.secretariat_id.in_(secretariats))
    return or_(stay.body_id.in_(run), stay.secretariat_id.in_(secretariats))


def concerns(act: Act) -> ColumnElement[bool]:
    """Returns the condition that a case in a process is or was the task of the member's secretariats, or is one of
    their councils'."""
    theirs, own = aliased(CaseProcess), secretariats_of(act.by)
    of_bodies = select(theirs.id).join(theirs.case).where(Case.body_id.in_(bodies_where(act.by, P.RECORD)))
    run = select(Body.id).where(Body.secretariat_id.in_(own))
    at_body = select(StageStay.case_process_id).where(StageStay.body_id.in_(run))
    at_own = select(StageStay.case_process_id).where(StageStay.secretariat_id.in_(own))
    # Each part has an index; every case is read for all of them in one condition.
    return CaseProcess.id.in_(union_all(of_bodies, at_body, at_own))


async def read_cases(act: Act, *conditions: ColumnElement[bool], newest_first: bool = False) -> list[CaseProcess]:
    order = CaseProcess.ended_at.desc() if newest_first else CaseProcess.started_at
    query = select(CaseProcess).where(*conditions).options(*WHOLE).order_by(order, CaseProcess.id).limit(MAX_LISTED + 1)
    return list(await act.db.scalars(query))


async def read_under_way(act: Act) -> tuple[Lines, Lines, bool]:
    """Returns the cases that wait for the member's secretariats, those of theirs that others hold, and whether there
    are more. What has been where it is longest over its time comes first."""
    found = await read_cases(act, concerns(act), CaseProcess.ended_at.is_(None))
    shown = found[:MAX_LISTED]
    lines = {line.id: line for line in await lines_of(act, shown)}
    own = [lines[each.id] for each in shown if is_own(act, each.stays[-1])]
    others = [lines[each.id] for each in shown if not is_own(act, each.stays[-1])]
    return longest_over_first(own), longest_over_first(others), len(found) > MAX_LISTED


def longest_over_first(lines: Iterable[CaseProcessLine]) -> Lines:
    return tuple(sorted(lines, key=lambda line: (line.due_on is None, line.due_on or date.max, line.id)))


async def read_ended(act: Act) -> Lines:
    """Returns the cases that are through a process, or were taken out, the newest first."""
    found = await read_cases(act, concerns(act), CaseProcess.ended_at.is_not(None), newest_first=True)
    return await lines_of(act, found[:MAX_LISTED])


async def lines_of(act: Act, found: Collection[CaseProcess]) -> Lines:
    met = await read_met(act, found)
    ids = {each.case.body_id for each in found}
    rows = await act.db.execute(select(Body.id, Body.name).where(Body.id.in_(ids))) if ids else ()
    bodies = {row[0]: row[1] for row in rows}
    return tuple(case_process_line(act, each, met[each.id], bodies[each.case.body_id]) for each in found)


def case_process_line(act: Act, each: CaseProcess, met: Collection[StageNeed], body: str) -> CaseProcessLine:
    last = each.stays[-1]
    is_there = last.left_at is None
    return CaseProcessLine(
        id=each.id,
        process_id=each.version.process_id,
        process=each.version.process.name,
        number=each.case.label,
        title=each.case.title,
        confidential=each.case.confidential,
        body=body,
        state=case_process_state(act, each),
        stage=last.stage.name,
        holder=holder_now(last, each.case).name if is_there else last.holder_name,
        secretariat=secretariat_of(last).name,
        since=local_day(act, last) if is_there else each.ended_at.astimezone(act.tz).date(),  # type: ignore[union-attr]
        days=days_at(act, last),
        usual=last.stage.days,
        due_on=last.due_on if is_there else None,
        is_overdue=is_overdue(act, last),
        waits_for=missing(last, met) if is_there else (),
        path=path_of(act, each),
        others=other_ways(each),
    )


def open_tasks(act: Act, until: date, body_id: int | None = None) -> Any:
    """Returns the query for what read_tasks would find: which there are, each under OF_PROCESS."""
    return select(literal(OF_PROCESS), CaseProcess.id).where(*is_task_by(act, until, body_id))


def is_task_by(act: Act, until: date, body_id: int | None) -> tuple[ColumnElement[bool], ...]:
    stay, own = aliased(StageStay), secretariats_of(act.by)
    waits = exists().where(
        stay.case_process_id == CaseProcess.id,
        stay.left_at.is_(None),
        or_(stay.due_on <= until, came_from_others(own, stay)),
        is_task_of(own, stay),
        *((stay.body_id == body_id,) if body_id is not None else ()),
    )
    return CaseProcess.ended_at.is_(None), waits


def came_from_others(secretariats: Collection[int], stay: Any) -> ColumnElement[bool]:
    """Returns the condition that a case came to a stage that is the task of these secretariats from one that is not, or
    from a council that is not theirs, and that nobody outside lisbot has it."""
    before = aliased(StageStay)
    came = exists().where(
        before.case_process_id == stay.case_process_id,
        before.number == stay.number - 1,
        ~func.coalesce(is_task_of(secretariats, before), false()),
    )
    of_others = exists().where(
        Case.id == CaseProcess.case_id,
        Case.body_id == Body.id,
        Body.secretariat_id.not_in(secretariats),
    )
    return and_(stay.party_id.is_(None), or_(came, and_(stay.number == 1, of_others)))


async def read_tasks(act: Act, until: date, body_id: int | None = None) -> tuple[CaseProcessTask, ...]:
    """Returns the cases that are the task of the member's secretariats, in one body where it is named: those that came
    to them from others, and those whose usual time is over by a day. One statement, and none for whoever works at no
    secretariat."""
    if not secretariats_of(act.by):
        return ()
    query = (
        select(StageStay)
        .join(StageStay.case_process)
        .where(StageStay.left_at.is_(None), *is_task_by(act, until, body_id))
        .options(
            contains_eager(StageStay.case_process).options(
                joinedload(CaseProcess.case), joinedload(CaseProcess.version).joinedload(ProcessVersion.process)
            ),
            joinedload(StageStay.stage),
            joinedload(StageStay.body).joinedload(Body.secretariat),
            joinedload(StageStay.secretariat),
            joinedload(StageStay.party),
        )
        .order_by(StageStay.due_on.is_(None), StageStay.due_on, CaseProcess.id)
        .limit(MAX_LISTED)
    )
    return tuple(task(act, stay) for stay in await act.db.scalars(query))


def task(act: Act, stay: StageStay) -> CaseProcessTask:
    case_process = stay.case_process
    case = case_process.case
    return CaseProcessTask(
        id=case_process.id,
        process=case_process.version.process.name,
        number=case.label,
        title=case.title,
        confidential=case.confidential,
        stage=stay.stage.name,
        holder=holder_now(stay, case).name,
        due_on=stay.due_on,
        is_overdue=is_overdue(act, stay),
    )
