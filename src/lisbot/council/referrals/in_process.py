"""Whether a case that is sent on is under way in a change process."""

from sqlalchemy import or_, select

from lisbot.council.core.context import Act
from lisbot.council.models import Case, CaseProcess, Process, ProcessStage, ProcessVersion, StageStay


async def ask_where_in_process(act: Act, case: Case) -> None:
    """Say that a case is under way in a process, and with whom, to whoever sends it on beside that. One statement."""
    in_process = (
        select(Process.name, ProcessStage.name, StageStay.holder_name)
        .join(ProcessVersion, ProcessVersion.process_id == Process.id)
        .join(CaseProcess, CaseProcess.version_id == ProcessVersion.id)
        .join(Case, Case.id == CaseProcess.case_id)
        .join(StageStay, StageStay.case_process_id == CaseProcess.id)
        .join(ProcessStage, ProcessStage.id == StageStay.stage_id)
        .where(
            or_(Case.id == case.story, Case.story_id == case.story),
            CaseProcess.ended_at.is_(None),
            StageStay.left_at.is_(None),
        )
        .limit(1)
    )
    found = (await act.db.execute(in_process)).first()
    if found is not None:
        process, stage, holder = found
        act.ask_first("referral_in_process", process=process, stage=stage, holder=holder)
