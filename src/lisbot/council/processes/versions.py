"""The versions of a process: a new one is made where the newest has cases in it, which keep theirs."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lisbot.council.core.context import Act
from lisbot.council.models import Body, CaseProcess, Process, ProcessStage, ProcessVersion

STAGES = selectinload(ProcessVersion.stages).options(
    joinedload(ProcessStage.body).joinedload(Body.secretariat), joinedload(ProcessStage.party)
)
KEPT = ("number", "position", "name", "holder", "body_id", "party_id", "needs", "days", "leads_to")


async def read_newest(act: Act, process_id: int) -> ProcessVersion:
    """Returns the version of a process that cases are put into, with its stages."""
    query = (
        select(ProcessVersion)
        .where(ProcessVersion.process_id == process_id)
        .options(STAGES)
        .order_by(ProcessVersion.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return (await act.db.scalars(query)).one()


def add_version(act: Act, process: Process, number: int) -> ProcessVersion:
    version = ProcessVersion(process_id=process.id, number=number, made_at=act.at, made_by=act.by.name, stages=[])
    act.db.add(version)
    return version


async def read_changeable(act: Act, process: Process) -> ProcessVersion:
    """Returns the version of a process that may be changed, its row locked: the newest, or one made of it where it has
    had a case in it."""
    newest = await read_newest(act, process.id)
    used = await act.db.scalar(select(CaseProcess.id).where(CaseProcess.version_id == newest.id).limit(1))
    if used is None:
        newest.made_at, newest.made_by = act.at, act.by.name
        return newest
    version = add_version(act, process, newest.number + 1)
    version.stages = [ProcessStage(**{name: getattr(stage, name) for name in KEPT}) for stage in newest.stages]
    await act.db.flush()
    return version
