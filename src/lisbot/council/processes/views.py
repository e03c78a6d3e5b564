"""What the commands about change processes return."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CaseProcessState, StageHolder, StageNeed, StageState


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage of a process. `holder_name`: the body or party, where one is named; `days`: the usual time there."""

    id: int
    number: int
    name: str
    holder: StageHolder
    holder_name: str
    needs: tuple[StageNeed, ...]
    days: int | None
    leads_to: tuple[str, ...]
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessView:
    """A process as new cases are put into it. `under_way`: how many cases are in it, and `in_former` how many of those
    in a version from before."""

    id: int
    name: str
    secretariat: str
    version: int
    made_at: datetime
    made_by: str
    stages: tuple[StageLine, ...]
    under_way: int
    in_former: int
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessLine:
    id: int
    name: str
    secretariat: str
    version: int
    under_way: int


@dataclass(frozen=True, slots=True)
class PathStage:
    """A stage on a case's way. `on`: the day it was left, or it came where it is."""

    number: int
    name: str
    state: StageState
    on: date | None


@dataclass(frozen=True, slots=True)
class OtherWay:
    """Where a case may go from a stage instead of where it usually goes."""

    stage: str
    way: tuple[PathStage, ...]


@dataclass(frozen=True, slots=True)
class CaseProcessLine:
    """One case in a process, in a list.

    holder     whoever has it; `secretariat`: whose task it is
    days       how long it has been there, and `usual` how long that usually takes
    waits_for  what must be there before it moves on, and is not
    """

    id: int
    process_id: int
    process: str
    number: str
    title: str
    confidential: bool
    body: str
    state: CaseProcessState
    stage: str
    holder: str
    secretariat: str
    since: date
    days: int
    usual: int | None
    due_on: date | None
    is_overdue: bool
    waits_for: tuple[StageNeed, ...]
    path: tuple[PathStage, ...]
    others: tuple[OtherWay, ...]


@dataclass(frozen=True, slots=True)
class CaseProcessTask:
    """One case in a process among the rest of somebody's work: where it is, who has it, and until when it usually is
    there."""

    id: int
    process: str
    number: str
    title: str
    confidential: bool
    stage: str
    holder: str
    due_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ProcessesView:
    """The processes of the viewer's secretariats, and the cases under way: those that wait for the viewer's
    secretariats, and those that others hold."""

    done: bool
    processes: tuple[ProcessLine, ...]
    own: tuple[CaseProcessLine, ...]
    others: tuple[CaseProcessLine, ...]
    ended: tuple[CaseProcessLine, ...]
    has_more: bool
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Something that came while a case was at a stage. `noted_by`: who noted it on somebody's behalf."""

    what: StageNeed
    words: str
    links: tuple[str, ...]
    at: datetime
    by_name: str
    noted_by: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """A case's time at one stage. `words` and `notes`: for those who may read them; `left_reason`: why it was left in
    another way than the process says."""

    stage: str
    holder: str
    state: StageState
    from_on: date
    to_on: date | None
    days: int
    usual: int | None
    due_on: date | None
    entered_by: str
    left_by: str
    words: str
    left_reason: str
    notes: tuple[NoteLine, ...]


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What must be there before a case moves on, and whether it is."""

    what: StageNeed
    is_met: bool


@dataclass(frozen=True, slots=True)
class CaseProcessView:
    """Where a case is in a process, as far as the viewer may see.

    case_id   for those who may open it in the council whose case it is
    version   of the process, which the case keeps; `newest`: the one that new cases are put into
    holder    whoever has it now; `secretariat`: whose task it is
    """

    id: int
    case_id: int | None
    number: str
    title: str
    confidential: bool
    body: str
    process: str
    version: int
    newest: int
    state: CaseProcessState
    started_on: date
    started_by: str
    ended_on: date | None
    holder: str
    secretariat: str
    path: tuple[PathStage, ...]
    others: tuple[OtherWay, ...]
    stays: tuple[StayLine, ...]
    needs: tuple[NeedLine, ...]
    actions: tuple[AllowedAction, ...] = ()
