"""Putting a case into a process, and moving it on from stage to stage, out at its end or before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.cases.cases import get_case_for
from lisbot.council.cases.waiting import require_not_merged
from lisbot.council.core.access import lock, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import CaseId, CaseProcessId, Line, Number, Prefill, ProcessId, Prose
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.models import Body, Case, CaseProcess, Process, ProcessStage, StageStay
from lisbot.council.processes.case_processes import (
    OUT,
    Part,
    case_process_view,
    get_case_process_for,
    parts_in,
    read_case_process,
)
from lisbot.council.processes.holders import FIELD, Holder, find, holder_of, put_with, read_possible
from lisbot.council.processes.needs import missing, read_met
from lisbot.council.processes.paths import stay_now
from lisbot.council.processes.states import CASE_PROCESS
from lisbot.council.processes.telling import holders_of, owners_of, tell
from lisbot.council.processes.versions import read_newest
from lisbot.council.processes.views import CaseProcessView
from lisbot.council.register.bodies import get_body_for
from lisbot.texts import format_list, sort_key, text

END = "end"
USUAL = "usual"  # to whomever the process says


async def start_prefill(act: Act, *, case_id: CaseId) -> Prefill:
    case = await get_case_for(act, case_id)
    await require_not_merged(act, case)
    body = await get_body_for(act, case.body_id)
    processes = await read_own_processes(act, body)
    return Prefill(
        about=f"{case.label} {case.title}",
        values={"process_id": processes[0].id if len(processes) == 1 else None, FIELD: USUAL},
        choices={
            "process_id": [(each.id, each.name) for each in processes],
            FIELD: as_usual(act, await receiver_choices(act, body)),
        },
        required={FIELD},
    )


def as_usual(act: Act, receivers: list[tuple[object, str]]) -> list[tuple[object, str]]:
    """Returns whom a case may go to, whoever the process says before all others."""
    return [(USUAL, text(act.by.lang, "case_process.usual_holder")), *receivers]


async def read_own_processes(act: Act, body: Body) -> list[Process]:
    collate = sort_key(act.by.lang)
    found = await act.db.scalars(select(Process).where(Process.secretariat_id == body.secretariat_id))
    return sorted(found, key=lambda each: collate(each.name))


async def receiver_choices(act: Act, body: Body | None) -> list[tuple[object, str]]:
    own = secretariats_of(act.by) | ({body.secretariat_id} if body else set())
    return [(each.key, each.name) for each in await read_possible(act, own, with_secretariats=True)]


async def start(
    act: Act, *, case_id: CaseId, process_id: ProcessId, receiver: Line = "", words: Prose = ""
) -> CaseProcessView:
    """Put a case of your council into a process, at its first stage. Asks first who has it then.

    Returns CaseProcessView. Raises Conflict for a case that is in one already or is merged into another, and a process
    without stages.
    """
    case = await get_case_for(act, case_id)
    body = await get_body_for(act, case.body_id)
    # Whoever changes its stages meanwhile changes them for the next case, not for this one.
    process = await act.db.get(Process, process_id, with_for_update=lock(act, Process), populate_existing=True)
    if process is None or process.secretariat_id != body.secretariat_id:
        raise NotFound
    await require_in_none(act, case)
    version = await read_newest(act, process.id)
    if not version.stages:
        raise Conflict("process_without_stages", process=process.name)
    case_process = CaseProcess(case_id=case.id, version_id=version.id, started_at=act.at, started_by=act.by.name)
    act.db.add(case_process)
    await act.db.flush()
    first = version.stages[0]
    holder = await who_holds(act, first, body, receiver)
    await put_at(act, case_process, case, None, Target(first, holder), words)
    case_process = await read_case_process(act, case_process.id)
    await tell_of_arrival(act, case_process)
    now = stay_now(case_process)
    assert now is not None
    act.did(process=process.name, stage=now.stage.name, holder=now.holder_name)
    mark_stale(act, f"case:{case.id}")
    return await case_process_view(act, case_process)


async def require_in_none(act: Act, case: Case) -> None:
    """Have one at a time put a case into a process, while nobody merges it. Raises Conflict where one of its story is
    in one, and for a case that is merged into another."""
    story = or_(Case.id == case.story, Case.story_id == case.story)
    both = select(Case.id).where(Case.id.in_({case.id, case.story}))
    await act.db.execute(both.order_by(Case.id).with_for_update())
    await require_not_merged(act, case)
    query = (
        select(CaseProcess)
        .join(CaseProcess.case)
        .where(story, CaseProcess.ended_at.is_(None))
        .options(joinedload(CaseProcess.case))
    )
    found = await act.db.scalar(query.limit(1))
    if found is not None:
        raise Conflict("case_is_in_process", number=found.case.label)


@dataclass(frozen=True, slots=True)
class Target:
    """A stage that a case goes to, and who has it there."""

    stage: ProcessStage
    holder: Holder


async def who_holds(act: Act, stage: ProcessStage, body: Body, receiver: str) -> Holder:
    """Returns who is to hold a case of a body's at a stage: as the process says, or whoever is chosen instead.

    Raises Invalid where somebody is to be chosen, and for whoever is closed.
    """
    usual = holder_of(stage, body)
    if receiver in ("", USUAL):
        if usual is None:
            raise Invalid("stage_needs_receiver", field=FIELD, stage=stage.name)
        if usual.is_closed(act):
            raise Invalid("receiver_is_closed", field=FIELD, receiver=usual.name)
        return usual
    own = secretariats_of(act.by) | {body.secretariat_id}
    possible = await read_possible(act, own, with_secretariats=True)
    chosen = find(possible, receiver)
    if usual is not None and usual.is_same(chosen):
        return usual
    if usual is not None:
        act.ask_first("stage_held_otherwise", receiver=chosen.name, holder=usual.name, stage=stage.name)
    return chosen


async def put_at(
    act: Act, case_process: CaseProcess, case: Case, before: StageStay | None, to: Target, words: str
) -> None:
    """Put a case at a stage. Has whoever does it asked first: who has it then, and how they get to know."""
    days = to.stage.days
    stay = StageStay(
        case_process_id=case_process.id,
        number=before.number + 1 if before else 1,
        stage_id=to.stage.id,
        entered_at=act.at,
        entered_by=act.by.name,
        words=words,
        due_on=None if days is None else act.today + timedelta(days=days),
    )
    put_with(stay, to.holder, case, before)
    act.db.add(stay)
    await act.db.flush()
    act.ask_first("stage_goes", number=case.label, title=case.title, stage=to.stage.name, holder=to.holder.name)
    party = to.holder.party
    if party is not None and party.email:
        act.ask_first("stage_by_mail", email=party.email, contact=party.contact or party.name)
    elif party is not None:
        act.ask_first("stage_by_hand", receiver=party.name)


async def tell_of_arrival(act: Act, case_process: CaseProcess) -> None:
    """Tell whoever has a case now that it came, and the secretariat whose case it is where that is another."""
    now = stay_now(case_process)
    assert now is not None
    kind = "stage_reached" if now.due_on is None else "stage_reached_by"
    due = {} if now.due_on is None else {"until_on": now.due_on}
    people = await holders_of(act, now)
    await tell(act, case_process, kind, people, now, **due)
    await tell(act, case_process, "stage_moved", await owners_of(act, case_process) - people, now)


async def move_prefill(act: Act, *, case_process_id: CaseProcessId, step: Number | None = None) -> Prefill:
    case_process = await get_case_process_for(act, case_process_id, Part.KEEPER, Part.OWNER)
    CASE_PROCESS.require(act, "case_process.move", case_process)
    now = stay_now(case_process)
    assert now is not None
    lang, case, stages = act.by.lang, case_process.case, case_process.version.stages
    about = f"{case.label} {case.title}\n{now.stage.name}"
    out = (OUT, text(lang, "case_process.out"))
    if Part.KEEPER not in parts_in(act, case_process):
        return Prefill(about=about, values={"to": OUT}, choices={"to": [out]}, required={"reason"})
    body = await act.db.get_one(Body, case.body_id)
    others = [each for each in stages if each.id != now.stage_id]
    usual = [each for number in now.stage.leads_to for each in others if each.number == number]
    following: list[tuple[object, str]] = [(f"stage-{each.number}", each.name) for each in usual]
    rest: list[tuple[object, str]] = [(f"stage-{each.number}", each.name) for each in others if each not in usual]
    end = (END, text(lang, "case_process.end"))
    ways = [*following, *([] if following else [end]), *rest, *([end] if following else []), out]
    # Where the process forks nobody goes one of its ways by mistake.
    target = usual[0] if len(usual) == 1 else None
    is_chosen = any(holder_of(each, body) is None for each in usual)
    if len(usual) > 1:
        names = " / ".join(each.name for each in usual)
        about += f"\n{text(lang, 'case_process.leads_to', stages=names)}"
    return Prefill(
        about=about,
        values={
            "to": None if len(usual) > 1 else ways[0][0],
            "step": step or now.number,
            FIELD: None if target is not None and is_chosen else USUAL,
        },
        choices={"to": ways, FIELD: as_usual(act, await receiver_choices(act, body))},
        required={FIELD},
    )


async def move(
    act: Act,
    *,
    case_process_id: CaseProcessId,
    to: Line,
    step: Number | None = None,
    receiver: Line = "",
    words: Prose = "",
    reason: Prose = "",
) -> CaseProcessView:
    """Move a case on to its next stage, or out of the process at its end. Skipping a stage, going back, moving on
    without what the stage needs and taking it out before the end want a reason. Asks first who has it then.

    Returns CaseProcessView. Raises Conflict for a case that has moved meanwhile.
    """
    case_process = await get_case_process_for(act, case_process_id, Part.KEEPER, Part.OWNER)
    CASE_PROCESS.require(act, "case_process.move", case_process)
    now = stay_now(case_process)
    assert now is not None
    if step is not None and step != now.number:
        raise Conflict("case_moved_meanwhile", stage=now.stage.name, holder=now.holder_name)
    is_keeper = Part.KEEPER in parts_in(act, case_process)
    if to == OUT:
        return await take_out(act, case_process, now, reason)
    if not is_keeper:
        raise Conflict("not_your_stage", stage=now.stage.name)
    target = find_stage(case_process, now, to)
    await require_reason(act, case_process, target, reason)
    leave(act, now, reason)
    if target is None:
        return await end(act, case_process, now)
    body = await get_case_body(act, case_process.case)
    holder = await who_holds(act, target, body, receiver)
    await put_at(act, case_process, case_process.case, now, Target(target, holder), words)
    case_process = await read_case_process(act, case_process.id)
    await tell_of_arrival(act, case_process)
    act.did(stage=target.name, holder=holder.name)
    refresh_cards(act, case_process)
    return await case_process_view(act, case_process)


async def get_case_body(act: Act, case: Case) -> Body:
    """Returns the body whose case it is, with its secretariat, whoever moves the case on."""
    return await act.db.get_one(Body, case.body_id, options=[joinedload(Body.secretariat)], populate_existing=True)


def find_stage(case_process: CaseProcess, now: StageStay, given: str) -> ProcessStage | None:
    """Returns the stage that is meant, by key or by name; None for the end. Raises Invalid for none, and for where it
    is."""
    if given == END:
        return None
    stages = [each for each in case_process.version.stages if each.id != now.stage_id]
    found = next((each for each in stages if given == f"stage-{each.number}"), None)
    found = found or next((each for each in stages if given.casefold() == each.name.casefold()), None)
    if found is None:
        raise Invalid("no_such_stage", field="to")
    return found


async def require_reason(act: Act, case_process: CaseProcess, target: ProcessStage | None, reason: str) -> None:
    """Raises Invalid where a stage is skipped or something is missing, and it is not said why. Asks first all the
    same."""
    now = case_process.stays[-1]
    leads_to: Collection[int] = now.stage.leads_to
    is_next = not leads_to if target is None else target.number in leads_to
    if not is_next:
        if not reason:
            raise Invalid("stage_skipped", field="reason", stage=now.stage.name)
        act.ask_first("stage_skips", stage=now.stage.name)
    if lacking := missing(now, (await read_met(act, [case_process]))[case_process.id]):
        lang = act.by.lang
        what = format_list(lang, [text(lang, f"stage_need.{each}") for each in lacking])
        if not reason:
            raise Invalid("stage_lacks", field="reason", stage=now.stage.name, what=what)
        act.ask_first("stage_lacks", stage=now.stage.name, what=what)


def leave(act: Act, now: StageStay, reason: str) -> None:
    now.left_at, now.left_by, now.left_reason = act.at, act.by.name, reason


async def end(act: Act, case_process: CaseProcess, now: StageStay) -> CaseProcessView:
    """Let a case be through its process."""
    case_process.ended_at = act.at
    await act.db.flush()
    act.ask_first("case_process_ends", number=case_process.case.label, process=case_process.version.process.name)
    await tell(act, case_process, "case_process_ended", await owners_of(act, case_process))
    act.did("done_ended", process=case_process.version.process.name)
    refresh_cards(act, case_process)
    return await case_process_view(act, case_process)


async def take_out(act: Act, case_process: CaseProcess, now: StageStay, reason: str) -> CaseProcessView:
    """Take a case out of a process before its end. Raises Invalid where it is not said why."""
    if not reason:
        raise Invalid("reason_to_stop", field="reason")
    leave(act, now, reason)
    case_process.ended_at, case_process.is_stopped = act.at, True
    await act.db.flush()
    act.ask_first("case_process_stops", number=case_process.case.label, process=case_process.version.process.name)
    told = await owners_of(act, case_process) | await holders_of(act, now)
    await tell(act, case_process, "case_process_stopped", told, reason=reason)
    act.did("done_stopped", process=case_process.version.process.name)
    refresh_cards(act, case_process)
    return await case_process_view(act, case_process)


def refresh_cards(act: Act, case_process: CaseProcess) -> None:
    for subject in (f"case_process:{case_process.id}", f"case:{case_process.case_id}"):
        mark_stale(act, subject)
