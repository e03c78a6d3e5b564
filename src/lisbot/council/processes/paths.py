"""A case's way through a process: the stages behind it, where it is, and those ahead."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile

from lisbot.council.core.context import Act
from lisbot.council.enums import StageState as S
from lisbot.council.models import CaseProcess, ProcessStage, StageStay
from lisbot.council.processes.views import OtherWay, PathStage


def stay_now(case_process: CaseProcess) -> StageStay | None:
    """Returns the stage where a case is; None where it is through, or was taken out."""
    last = case_process.stays[-1]
    return last if last.left_at is None else None


def local_day(act: Act, stay: StageStay) -> date:
    """Returns the day on which a case came to a stage."""
    return stay.entered_at.astimezone(act.tz).date()


def is_overdue(act: Act, stay: StageStay) -> bool:
    return stay.left_at is None and stay.due_on is not None and stay.due_on < act.today


def days_at(act: Act, stay: StageStay) -> int:
    """Returns how many days a case has been at a stage, or was."""
    until = (stay.left_at or act.at).astimezone(act.tz).date()
    return (until - local_day(act, stay)).days


def stay_state(act: Act, stay: StageStay) -> S:
    if stay.left_at is not None:
        return S.DONE
    return S.LATE if is_overdue(act, stay) else S.NOW


def path_of(act: Act, case_process: CaseProcess) -> tuple[PathStage, ...]:
    """Returns where a case has been, where it is, and where it usually goes from there."""
    passed = [
        PathStage(
            number=stay.stage.number,
            name=stay.stage.name,
            state=stay_state(act, stay),
            on=stay.left_at.astimezone(act.tz).date() if stay.left_at else local_day(act, stay),
        )
        for stay in case_process.stays
    ]
    now = stay_now(case_process)
    ahead = usual_way(case_process.version.stages, now.stage) if now else ()
    return (*passed, *to_come(ahead))


def to_come(stages: Iterable[ProcessStage]) -> tuple[PathStage, ...]:
    return tuple(PathStage(each.number, each.name, S.TO_COME, None) for each in stages)


def other_ways(case_process: CaseProcess) -> tuple[OtherWay, ...]:
    """Returns where a case may go instead, from where it is and from each stage ahead: until the usual way, or the
    end."""
    now, stages = stay_now(case_process), case_process.version.stages
    if now is None:
        return ()
    usual = [now.stage, *usual_way(stages, now.stage)]
    known = {stage.number: stage for stage in stages}
    found = []
    for stage in usual:
        for number in stage.leads_to:
            if number in known and known[number] not in usual:
                way = (known[number], *usual_way(stages, known[number]))
                found.append(OtherWay(stage.name, to_come(takewhile(lambda each: each not in usual, way))))
    return tuple(found)


def usual_way(stages: list[ProcessStage], at: ProcessStage) -> Iterator[ProcessStage]:
    """Yields the stages that usually follow, each once."""
    known = {stage.number: stage for stage in stages}
    seen = {at.number}
    while (number := next((each for each in at.leads_to if each in known), None)) is not None and number not in seen:
        seen.add(number)
        at = known[number]
        yield at
