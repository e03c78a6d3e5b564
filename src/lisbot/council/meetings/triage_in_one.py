"""All that waits treated in one form: what becomes of each proposal said once, and done together or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, FormRow, Line, MeetingId, Prefill, Prose, Repeats, row_field
from lisbot.council.enums import TriageAnswer
from lisbot.council.meetings import triage
from lisbot.council.meetings.proposal_lines import source_of
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for, later_meetings, title_of
from lisbot.council.meetings.states import is_stranded
from lisbot.council.meetings.views import TriageView
from lisbot.council.models import AgendaItem, Proposal
from lisbot.council.register.bodies import get_body_for
from lisbot.texts import format_value, text

MOST_AT_ONCE, MOST_IN_CHAT = 50, 5  # proposals that one form asks about
ITEM, WAITING = "item", "proposal"  # what a proposal may be merged with: "item:7" is there, "proposal:9" comes with it
# What is said beforehand of each answer. Accepted first: what the others are merged with must be there.
SAID = {
    TriageAnswer.ACCEPT: "triaged_accept",
    TriageAnswer.MERGE: "triaged_merge",
    TriageAnswer.POSTPONE: "triaged_postpone",
    TriageAnswer.SEND_BACK: "triaged_send_back",
    TriageAnswer.REJECT: "triaged_reject",
}


@dataclass(frozen=True, slots=True)
class TriagedProposal:
    """What becomes of one proposal; without an answer it waits on."""

    answer: TriageAnswer | None = None
    into: Line | None = None
    meeting_id: MeetingId | None = None
    reason: Prose = ""


TriagedProposals = Annotated[
    Mapping[int, TriagedProposal], Repeats(TriagedProposal, folded=frozenset({"into", "meeting_id"}))
]


async def triage_all_prefill(
    act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None
) -> Prefill:
    """What waits, each with all that was sent in, what it may be merged with, and where it may be postponed to."""
    waiting = await read_waiting(act, meeting_id, body_id)
    if not waiting:
        raise Conflict("no_proposal_waits")
    meetings = {p.meeting_id: p.meeting for p in waiting}
    later = {key: await later_meetings(act, meeting) for key, meeting in meetings.items()}
    targets = {key: await targets_on(act, key, waiting) for key in meetings}
    most = MOST_AT_ONCE if act.via not in ("teams", "slack") else MOST_IN_CHAT
    rows = [
        FormRow(
            key=p.id,
            title=p.title,
            lines=tuple(describe_proposal(act, p, says_meeting=len(meetings) > 1)),
            choices={
                "into": [each for each in targets[p.meeting_id] if each[0] != f"{WAITING}:{p.id}"],
                "meeting_id": later[p.meeting_id],
            },
            is_shown=number < most,
        )
        for number, p in enumerate(waiting)
    ]
    return Prefill(about=await say_about(act, meeting_id, body_id), rows={"proposals": rows})


async def say_about(act: Act, meeting_id: int | None, body_id: int | None) -> str:
    if meeting_id is not None:
        return title_of(act, await get_meeting_for(act, meeting_id))
    return (await get_body_for(act, body_id)).name if body_id is not None else ""


async def read_waiting(act: Act, meeting_id: int | None, body_id: int | None) -> list[Proposal]:
    """Returns what waits for one meeting, for one council, or for all of the member's."""
    shown = await triage.triage(act, meeting_id=meeting_id, body_id=body_id)
    ids = [line.id for line in shown.waiting]
    found = {p.id: p for p in await triage.read_proposals(act, Proposal.id.in_(ids))} if ids else {}
    return [found[each] for each in ids]


async def targets_on(act: Act, meeting_id: int, waiting: list[Proposal]) -> list[tuple[object, str]]:
    """Returns what a meeting's proposals may be merged with: the cases on its agenda, and what else waits for it."""
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    there = [(f"{ITEM}:{i.id}", f"{i.case.label} {i.title}") for i in meeting.items if i.case is not None]
    beside = [p for p in waiting if p.meeting_id == meeting_id and not is_stranded(act, p)]
    return [*there, *((f"{WAITING}:{p.id}", p.title) for p in beside)]


def describe_proposal(act: Act, proposal: Proposal, *, says_meeting: bool) -> Iterator[str]:
    """Yields what is read beside the answer: where it comes from, and all that was sent in."""
    lang = act.by.lang
    if says_meeting:
        yield title_of(act, proposal.meeting)
    minutes = proposal.duration_minutes
    said = (
        source_of(proposal),
        str(format_value(lang, proposal.kind)),
        text(lang, "card.duration_minutes", count=minutes) if minutes else "",
        text(lang, "card.confidential_mark") if proposal.confidential else "",
    )
    yield " · ".join(filter(None, said))
    if proposal.late:
        yield text(lang, "card.proposal.late")
    if is_stranded(act, proposal):
        yield text(lang, "card.proposal.stranded", day=proposal.meeting.days)
    if proposal.background:
        yield text(lang, "written_item.background", background=proposal.background)
    if proposal.wording:
        yield text(lang, "card.agenda.asked", wording=proposal.wording)
    yield from filter(None, proposal.links.split("\n"))


async def triage_all(
    act: Act,
    *,
    meeting_id: MeetingId | None = None,
    body_id: BodyId | None = None,
    accept_rest: bool = False,
    proposals: TriagedProposals,
) -> TriageView:
    """Treat several proposals at once: each is accepted, merged, postponed, returned or rejected, and whoever sent it
    is told. One without an answer waits on, or is accepted with the rest.

    Returns TriageView. Raises Invalid or Conflict, naming the input, where one of them cannot be treated so.
    """
    waiting = {p.id: p for p in await read_waiting(act, meeting_id, body_id)}
    if not set(proposals) <= set(waiting):
        raise Conflict("treated_meanwhile")
    answers = {key: each for key, each in proposals.items() if each.answer is not None}
    if accept_rest:
        rest = [key for key, p in waiting.items() if key not in answers and not is_stranded(act, p)]
        answers |= {key: TriagedProposal(TriageAnswer.ACCEPT) for key in rest}
    if not answers:
        raise Invalid("no_answer_given", field="accept_rest")
    for answer, said in SAID.items():
        chosen = [key for key in waiting if key in answers and answers[key].answer is answer]
        for key in chosen:
            await treat(act, waiting[key], answers, waiting)
        if chosen:
            titles = ", ".join(describe_treated(act, waiting[key], answer) for key in chosen)
            act.ask_first(said, titles=titles, ids=chosen)
    act.concerns(f"meeting:{meeting_id}" if meeting_id else f"body:{body_id}" if body_id else f"person:{act.by_id}")
    return await triage.triage(act, meeting_id=meeting_id, body_id=body_id)


async def treat(
    act: Act, proposal: Proposal, answers: Mapping[int, TriagedProposal], waiting: Mapping[int, Proposal]
) -> None:
    """Do to one proposal what is answered. Raises Invalid or Conflict, naming the proposal's input."""
    given, about = answers[proposal.id], proposal.id
    try:
        match given.answer:
            case TriageAnswer.MERGE:
                await triage.merge(act, proposal_id=about, item_id=await find_target(act, given.into, answers, waiting))
            case TriageAnswer.POSTPONE:
                if given.meeting_id is None:
                    raise Invalid("postpone_to_when", field="meeting_id")
                await triage.postpone(act, proposal_id=about, meeting_id=given.meeting_id, reason=given.reason)
            case TriageAnswer.SEND_BACK | TriageAnswer.REJECT if not given.reason:
                raise Invalid("answer_needs_reason", field="reason")
            case TriageAnswer.SEND_BACK:
                await triage.send_back(act, proposal_id=about, reason=given.reason)
            case TriageAnswer.REJECT:
                await triage.reject(act, proposal_id=about, reason=given.reason)
            case _:
                await triage.accept(act, proposal_id=about)
    except (Conflict, Invalid) as refusal:
        field = {"item_id": "into"}.get(refusal.field or "", refusal.field)
        refusal.field = row_field("proposals", about, field or "answer")
        raise


async def find_target(
    act: Act, into: str | None, answers: Mapping[int, TriagedProposal], waiting: Mapping[int, Proposal]
) -> int:
    """Returns the item that a proposal is to be merged with. Raises Invalid where none is named, or it is another
    proposal that is not accepted with it."""
    kind, _, key = (into or "").partition(":")
    if kind not in (ITEM, WAITING) or not key.isdecimal():
        raise Invalid("merge_with_what", field="into")
    if kind == ITEM:
        return int(key)
    other = waiting.get(int(key))
    if other is None or int(key) not in answers or answers[int(key)].answer is not TriageAnswer.ACCEPT:
        raise Invalid("merge_with_accepted", field="into")
    there = select(AgendaItem.id).where(AgendaItem.meeting_id == other.meeting_id, AgendaItem.case_id == other.case_id)
    found: int = (await act.db.scalars(there)).one()
    return found


def describe_treated(act: Act, proposal: Proposal, answer: TriageAnswer) -> str:
    """Returns a proposal's title, with what it is merged with and when it is postponed to."""
    values: dict[str, object] = {"title": proposal.title}
    if answer is TriageAnswer.MERGE and proposal.case is not None:
        values["number"] = proposal.case.label
    if answer is TriageAnswer.POSTPONE:
        values["day"] = proposal.meeting.days
    return text(act.by.lang, f"triaged.{answer}", **values)
