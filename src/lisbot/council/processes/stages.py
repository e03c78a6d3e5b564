"""The stages of a process: who holds a case there, what must be there, how long it takes, and what follows."""

from collections.abc import Sequence
from typing import Annotated

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Line, Name, Number, Prefill, ProcessId, StageId, one_or_several, split_values
from lisbot.council.core.schemas import Before, Limits
from lisbot.council.enums import StageHolder, StageNeed
from lisbot.council.models import ProcessStage, ProcessVersion
from lisbot.council.processes.holders import Holder, find, read_possible
from lisbot.council.processes.processes import get_process_for, process_view
from lisbot.council.processes.versions import read_changeable, read_newest
from lisbot.council.processes.views import ProcessView

OF_CASE = (StageHolder.CASE_BODY, StageHolder.CASE_SECRETARIAT, StageHolder.CHOSEN)
MAX_STAGES = 30
Needs = Annotated[list[StageNeed], Before(split_values), Limits(max_length=len(StageNeed))]
StageNumbers = Annotated[list[Number], Before(one_or_several), Limits(max_length=MAX_STAGES)]
UsualDays = Annotated[Number, Limits(le=730)]


async def set_stage_prefill(act: Act, *, process_id: ProcessId, stage_id: StageId | None = None) -> Prefill:
    process = await get_process_for(act, process_id)
    version = await read_newest(act, process.id)
    stage = find_stage_of(version, stage_id)
    possible = await read_possible(act, {process.secretariat_id}, with_secretariats=False)
    others = [each for each in version.stages if each is not stage]
    values = (
        {
            "name": stage.name,
            "holder": holder_key(stage),
            "needs": stage.needs,
            "days": stage.days,
            "leads_to": stage.leads_to,
            "position": version.stages.index(stage) + 1,
        }
        if stage
        else {"position": len(version.stages) + 1}
    )
    return Prefill(
        about=process.name if stage is None else f"{process.name}\n{stage.name}",
        values=values,
        choices={
            "holder": [*((each.value, each) for each in OF_CASE), *((each.key, each.name) for each in possible)],
            "needs": [(each.value, each) for each in StageNeed],
            "leads_to": [(each.number, each.name) for each in others],
        },
        is_saved=stage is not None,
    )


def find_stage_of(version: ProcessVersion, stage_id: int | None) -> ProcessStage | None:
    """Returns one stage of a version; None for a new one. Raises NotFound for another version's, which is not changed
    any more."""
    if stage_id is None:
        return None
    found = next((each for each in version.stages if each.id == stage_id), None)
    if found is None:
        raise NotFound
    return found


def holder_key(stage: ProcessStage) -> str:
    """Returns what a stage's holder is called in a form."""
    named = stage.body or stage.party
    return stage.holder.value if named is None else Holder(named).key


async def set_stage(
    act: Act,
    *,
    process_id: ProcessId,
    name: Name,
    holder: Line,
    stage_id: StageId | None = None,
    needs: Needs | None = None,
    days: UsualDays | None = None,
    leads_to: StageNumbers | None = None,
    position: Number | None = None,
) -> ProcessView:
    """Add a stage to a process, or change one: who holds a case there, what must be there before it moves on, how long
    that usually takes, and what may follow. Cases under way keep the process they were put into.

    Returns ProcessView. Raises Conflict for a name that another stage has.
    """
    process = await get_process_for(act, process_id)
    stage_number = None
    if stage_id is not None:
        found = find_stage_of(await read_newest(act, process.id), stage_id)
        stage_number = found.number if found else None
    version = await read_changeable(act, process)
    stage = next((each for each in version.stages if each.number == stage_number), None)
    others = [each for each in version.stages if each is not stage]
    if any(each.name.casefold() == name.casefold() for each in others):
        raise Conflict("stage_is_there", field="name", name=name)
    if len(others) >= MAX_STAGES:
        raise Conflict("too_many_stages", count=MAX_STAGES)
    numbers = {each.number for each in others}
    if not set(leads_to or ()) <= numbers:
        raise Invalid("no_such_stage", field="leads_to")
    if stage is None:
        stage = ProcessStage(number=max(numbers, default=0) + 1, position=len(others) + 1)
        version.stages.append(stage)
    stage.name, stage.days = name, days
    stage.needs, stage.leads_to = [each.value for each in needs or ()], list(dict.fromkeys(leads_to or ()))
    await set_holder(act, process.secretariat_id, stage, holder)
    put_in_order(others, stage, position)
    await act.db.flush()
    act.did(stage=name, process=process.name)
    return await process_view(act, process)


async def set_holder(act: Act, secretariat_id: int, stage: ProcessStage, given: str) -> None:
    of_case = next((each for each in OF_CASE if each.value == given), None)
    if of_case is not None:
        stage.holder, stage.body_id, stage.party_id = of_case, None, None
        return
    found = find(await read_possible(act, {secretariat_id}, with_secretariats=False), given, "holder")
    stage.holder = StageHolder.NAMED
    stage.party_id = found.party.id if found.party else None
    stage.body_id = None if found.party else found.of.id


def put_in_order(others: Sequence[ProcessStage], stage: ProcessStage, position: int | None) -> None:
    """Put a stage among the others, last where it is not said where."""
    ordered = list(others)
    ordered.insert(len(ordered) if position is None else position - 1, stage)
    for place, each in enumerate(ordered, start=1):
        each.position = place


async def remove_stage_prefill(act: Act, *, process_id: ProcessId, stage_id: StageId) -> Prefill:
    process = await get_process_for(act, process_id)
    stage = find_stage_of(await read_newest(act, process.id), stage_id)
    return Prefill(about=f"{process.name}\n{stage.name if stage else ''}")


async def remove_stage(act: Act, *, process_id: ProcessId, stage_id: StageId) -> ProcessView:
    """Take a stage out of a process, and out of what leads there. Cases under way keep the process they were put into.

    Returns ProcessView.
    """
    process = await get_process_for(act, process_id)
    found = find_stage_of(await read_newest(act, process.id), stage_id)
    assert found is not None
    number, name = found.number, found.name
    version = await read_changeable(act, process)
    version.stages = [each for each in version.stages if each.number != number]
    for place, each in enumerate(version.stages, start=1):
        each.position, each.leads_to = place, [other for other in each.leads_to if other != number]
    await act.db.flush()
    act.did(stage=name, process=process.name)
    return await process_view(act, process)
