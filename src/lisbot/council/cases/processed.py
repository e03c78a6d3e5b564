"""Where a case is in a change process, told with the case. The commands are in council/processes."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy.orm import aliased

from lisbot.council.cases.views import CaseStage
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CaseProcessState
from lisbot.council.models import Body, Case, CaseProcess, Process, ProcessStage, ProcessVersion, StageStay

S = CaseProcessState


async def read_stages(act: Act, case: Case) -> tuple[CaseStage, ...]:
    """Returns the processes that a case is or was in, and those of its story that its body has had a stage of, oldest
    first: each with where it is. One statement."""
    last, had = aliased(StageStay), aliased(StageStay)
    newest = select(func.max(last.number)).where(last.case_process_id == CaseProcess.id).scalar_subquery()
    of_case = select(CaseProcess.id).where(CaseProcess.case_id == case.id)
    of_body = (
        select(CaseProcess.id)
        .join(CaseProcess.case)
        .join(had, had.case_process_id == CaseProcess.id)
        .where(or_(Case.id == case.story, Case.story_id == case.story), had.body_id == case.body_id)
    )
    query = (
        select(
            *(CaseProcess.id, CaseProcess.ended_at, CaseProcess.is_stopped),
            *(Process.name, ProcessStage.name.label("stage"), StageStay.entered_at, StageStay.due_on),
        )
        .join(ProcessVersion, ProcessVersion.id == CaseProcess.version_id)
        .join(Process, Process.id == ProcessVersion.process_id)
        .join(StageStay, (StageStay.case_process_id == CaseProcess.id) & (StageStay.number == newest))
        .join(ProcessStage, ProcessStage.id == StageStay.stage_id)
        .where(CaseProcess.id.in_(union_all(of_case, of_body)))  # either has an index
        .order_by(CaseProcess.id)
    )
    return tuple(
        CaseStage(
            id=row.id,
            process=row.name,
            state=S.UNDER_WAY if row.ended_at is None else S.STOPPED if row.is_stopped else S.DONE,
            stage=row.stage,
            since=(row.ended_at or row.entered_at).astimezone(act.tz).date(),
            is_overdue=row.ended_at is None and row.due_on is not None and row.due_on < act.today,
        )
        for row in await act.db.execute(query)
    )


def has_process(case: Case) -> ColumnElement[bool]:
    """Returns the condition that the secretariat of a case's body has a process."""
    own = select(Process.id).join(Body, Body.secretariat_id == Process.secretariat_id).where(Body.id == case.body_id)
    return own.exists()


def start_action(
    act: Act, case: Case, stages: Collection[CaseStage], *, has_process: bool
) -> tuple[AllowedAction, ...]:
    """Returns the action that puts a case into a process, where it is in none and its secretariat has one."""
    is_open = has_process and act.allows("case_process.start", case.body_id)
    if not is_open or any(each.state is S.UNDER_WAY for each in stages):
        return ()
    return (AllowedAction("case_process.start", {"case_id": case.id}),)
