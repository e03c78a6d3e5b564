"""What came while a case was at a stage: noted by whoever has it, or on their behalf."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import CaseProcessId, Line, Links, Number, Prefill, Prose
from lisbot.council.enums import StageNeed
from lisbot.council.models import StageNote, StageStay
from lisbot.council.processes.case_processes import Part, case_process_view, get_case_process_for, parts_in
from lisbot.council.processes.moving import refresh_cards
from lisbot.council.processes.needs import missing, read_met
from lisbot.council.processes.paths import stay_now
from lisbot.council.processes.states import CASE_PROCESS
from lisbot.council.processes.telling import keepers_of, tell
from lisbot.council.processes.views import CaseProcessView


async def note_prefill(act: Act, *, case_process_id: CaseProcessId, step: Number | None = None) -> Prefill:
    case_process = await get_case_process_for(act, case_process_id, Part.KEEPER, Part.RECEIVER)
    CASE_PROCESS.require(act, "case_process.note", case_process)
    now = stay_now(case_process)
    assert now is not None
    lacking = missing(now, (await read_met(act, [case_process]))[case_process.id])
    wanted = next((each for each in lacking if each in notable(now)), StageNeed.PAPERS)
    is_receiver = Part.RECEIVER in parts_in(act, case_process)
    return Prefill(
        about=f"{case_process.case.label} {case_process.case.title}\n{now.stage.name}",
        values={
            "what": wanted,
            "step": step or now.number,
            "on_behalf_of": now.party.contact or now.party.name if now.party and not is_receiver else "",
        },
        excluded={"what": set(StageNeed) - notable(now)},
    )


def notable(stay: StageStay) -> set[StageNeed]:
    """Returns what may be noted at a stage: what came of a case in a council in lisbot stands in its minutes."""
    return set(StageNeed) - (set() if stay.party_id is not None else {StageNeed.OUTCOME})


async def note(
    act: Act,
    *,
    case_process_id: CaseProcessId,
    what: StageNeed,
    step: Number | None = None,
    words: Prose = "",
    links: Links = "",
    on_behalf_of: Line = "",
) -> CaseProcessView:
    """Note what came while a case is at its stage: papers, an answer, a confirmation, an outcome outside lisbot.

    Returns CaseProcessView. Raises Conflict for a case that has moved meanwhile, and for what is noted already.
    """
    case_process = await get_case_process_for(act, case_process_id, Part.KEEPER, Part.RECEIVER)
    CASE_PROCESS.require(act, "case_process.note", case_process)
    now = stay_now(case_process)
    assert now is not None
    if step is not None and step != now.number:
        raise Conflict("case_moved_meanwhile", stage=now.stage.name, holder=now.holder_name)
    if what not in notable(now):
        raise Invalid("outcome_in_minutes", field="what", holder=now.holder_name)
    if not words and not links and what is not StageNeed.CONFIRMATION:
        raise Invalid("note_needs_words", field="words")
    is_receiver = Part.RECEIVER in parts_in(act, case_process) and not on_behalf_of
    if any((each.what, each.words, each.links) == (what, words, links) for each in now.notes):
        raise Conflict("noted_already")
    by_name = on_behalf_of or act.by.name
    now.notes.append(
        StageNote(
            what=what,
            words=words,
            links=links,
            at=act.at,
            by_name=by_name,
            noted_by=act.by.name if on_behalf_of else "",
        )
    )
    await act.db.flush()
    if is_receiver:
        await tell(act, case_process, "stage_noted", await keepers_of(act, now), now, name=by_name)
    act.did(stage=now.stage.name)
    refresh_cards(act, case_process)
    return await case_process_view(act, case_process)
