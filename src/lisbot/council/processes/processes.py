"""A secretariat's own change processes: named stages that cases go through."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import lock, secretariats_of
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import Line, Name, Prefill, ProcessId, SecretariatId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import StageNeed
from lisbot.council.models import CaseProcess, Process, ProcessStage, ProcessVersion
from lisbot.council.processes.shipped import SHIPPED, add_shipped_stages
from lisbot.council.processes.under_way import read_ended, read_under_way
from lisbot.council.processes.versions import KEPT, add_version, read_newest
from lisbot.council.processes.views import ProcessesView, ProcessLine, ProcessView, StageLine
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats
from lisbot.texts import sort_key, text


async def get_process_for(act: Act, process_id: int) -> Process:
    """Returns a process of the member's secretariat, locked where the act changes something. Raises NotFound for
    another's."""
    process = await act.db.get(
        Process,
        process_id,
        options=[joinedload(Process.secretariat)],
        with_for_update=lock(act, Process),
        populate_existing=True,
    )
    if process is None or process.secretariat_id not in secretariats_of(act.by):
        raise NotFound
    act.concerns(f"process:{process.id}", f"secretariat:{process.secretariat_id}")
    return process


async def list_process(act: Act, *, done: bool = False) -> ProcessesView:
    """See your secretariat's processes, and the cases under way in them: where each is, how long it has been there and
    what it waits for. `done`: those that are over too.

    Returns ProcessesView.
    """
    own = secretariats_of(act.by)
    collate = sort_key(act.by.lang)
    query = select(Process).where(Process.secretariat_id.in_(own)).options(joinedload(Process.secretariat))
    processes = sorted(await act.db.scalars(query), key=lambda each: collate(each.name))
    counts = await count_under_way(act, [each.id for each in processes])
    waiting, others, has_more = await read_under_way(act)
    offered = ("process.create",) if act.allows("process.create", NO_BODY) else ()
    return ProcessesView(
        done=done,
        processes=tuple(process_line(each, counts.get(each.id, {})) for each in processes),
        own=waiting,
        others=others,
        ended=await read_ended(act) if done else (),
        has_more=has_more,
        actions=(
            *(AllowedAction(name, {"like": f"shipped-{key}"}) for name in offered if not processes for key in SHIPPED),
            *(AllowedAction(name) for name in offered),
        ),
    )


def process_line(process: Process, counts: Mapping[int, int]) -> ProcessLine:
    return ProcessLine(process.id, process.name, process.secretariat.name, max(counts, default=1), sum(counts.values()))


async def count_under_way(act: Act, process_ids: list[int]) -> Mapping[int, Mapping[int, int]]:
    """Returns of each process how many cases are under way in each of its versions. One statement."""
    query = (
        select(ProcessVersion.process_id, ProcessVersion.number, func.count(CaseProcess.id))
        .outerjoin(CaseProcess, (CaseProcess.version_id == ProcessVersion.id) & CaseProcess.ended_at.is_(None))
        .where(ProcessVersion.process_id.in_(process_ids))
        .group_by(ProcessVersion.process_id, ProcessVersion.number)
    )
    found: dict[int, dict[int, int]] = {}
    for process_id, number, count in await act.db.execute(query):
        found.setdefault(process_id, {})[number] = count
    return found


async def show(act: Act, *, process_id: ProcessId) -> ProcessView:
    """See a process: its stages, who holds a case at each, what must be there before it moves on, and how long that
    usually takes.

    Returns ProcessView.
    """
    return await process_view(act, await get_process_for(act, process_id))


async def process_view(act: Act, process: Process) -> ProcessView:
    await act.db.flush()
    version = await read_newest(act, process.id)
    counts = (await count_under_way(act, [process.id])).get(process.id, {})
    names = {stage.number: stage.name for stage in version.stages}
    may_change = act.allows("process.set_stage", NO_BODY)
    return ProcessView(
        id=process.id,
        name=process.name,
        secretariat=process.secretariat.name,
        version=version.number,
        made_at=version.made_at,
        made_by=version.made_by,
        stages=tuple(stage_line(process, stage, names, may_change) for stage in version.stages),
        under_way=sum(counts.values()),
        in_former=sum(count for number, count in counts.items() if number < version.number),
        actions=(AllowedAction("process.set_stage", {"process_id": process.id}),) if may_change else (),
    )


def stage_line(process: Process, stage: ProcessStage, names: Mapping[int, str], may_change: bool) -> StageLine:
    named = stage.body or stage.party
    about = {"process_id": process.id, "stage_id": stage.id}
    offered = ("process.set_stage", "process.remove_stage") if may_change else ()
    return StageLine(
        id=stage.id,
        number=stage.number,
        name=stage.name,
        holder=stage.holder,
        holder_name=named.name if named else "",
        needs=tuple(map(StageNeed, stage.needs)),
        days=stage.days,
        leads_to=tuple(names[number] for number in stage.leads_to if number in names),
        actions=tuple(AllowedAction(name, about) for name in offered),
    )


async def create_prefill(act: Act) -> Prefill:
    lang = act.by.lang
    collate = sort_key(lang)
    rows = await act.db.scalars(select(Process).where(Process.secretariat_id.in_(secretariats_of(act.by))))
    shipped: list[tuple[object, str]] = [(f"shipped-{key}", text(lang, f"shipped.{key}.name")) for key in SHIPPED]
    own: list[tuple[object, str]] = [
        (f"process-{each.id}", each.name) for each in sorted(rows, key=lambda each: collate(each.name))
    ]
    return Prefill(choices={"like": [*shipped, *own], "secretariat_id": await own_secretariats(act)})


async def create(
    act: Act, *, name: Name = "", like: Line = "", secretariat_id: SecretariatId | None = None
) -> ProcessView:
    """Make a process of your secretariat's: like the one that TKA decided, like another of yours, or from nothing. Its
    stages can be changed afterwards.

    Returns ProcessView. Raises Conflict for a name that is there.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    key = like.removeprefix("shipped-")
    name = name or (text(act.by.lang, f"shipped.{key}.name") if key in SHIPPED else "")
    if not name:
        raise Conflict("process_without_name", field="name")
    there = select(Process.id).where(Process.secretariat_id == secretariat.id, Process.name == name)
    if await act.db.scalar(there) is not None:
        raise Conflict("process_is_there", field="name", name=name)
    stages = await copied_stages(act, like, key)
    process = Process(secretariat_id=secretariat.id, name=name)
    act.db.add(process)
    await act.db.flush()
    version = add_version(act, process, 1)
    version.stages = stages
    if key in SHIPPED:
        await add_shipped_stages(act, secretariat, version, key)
    await act.db.flush()
    process = await get_process_for(act, process.id)
    act.did(process=name)
    return await process_view(act, process)


async def copied_stages(act: Act, like: str, key: str) -> list[ProcessStage]:
    """Returns the stages of one of the secretariat's processes anew; none for another way to begin. Raises NotFound for
    what is neither."""
    number = like.removeprefix("process-")
    if not like or key in SHIPPED:
        return []
    if not number.isdecimal() or like == number:
        raise NotFound
    source = await get_process_for(act, int(number))
    newest = await read_newest(act, source.id)
    return [ProcessStage(**{column: getattr(stage, column) for column in KEPT}) for stage in newest.stages]
