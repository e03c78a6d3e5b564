"""Attaching what came of local input to the item, as what the organisation states, for the council to read."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import MAX_PROSE, LocalInputAnswerId, LocalInputId, Prefill, Prose
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.local_inputs.local_inputs import (
    find_statement,
    get_local_input_for,
    local_input_view,
    read_answers,
    title_of,
)
from lisbot.council.local_inputs.states import LOCAL_INPUT, Shared
from lisbot.council.local_inputs.views import LocalInputView
from lisbot.council.models import ItemStatement


async def attach_prefill(
    act: Act, *, local_input_id: LocalInputId, answer_id: LocalInputAnswerId | None = None
) -> Prefill:
    """Suggest what is attached already, and below it what has come: one of it where that is named. Nobody's name."""
    shared = await get_local_input_for(act, local_input_id)
    LOCAL_INPUT.require(act, "local_input.attach", shared)
    statement = await find_statement(act, shared.row)
    answers = await read_answers(act, shared.row)
    if answer_id is not None and all(each.id != answer_id for each in answers):
        raise NotFound
    came = [each.words for each in reversed(answers) if each.words and answer_id in (None, each.id)]
    parts = [statement.text] if statement else []
    parts += [words for words in came if not statement or words not in statement.text]
    while len("\n\n".join(parts)) > MAX_PROSE:
        parts.pop()
    return Prefill(about=about(act, shared), values={"text": "\n\n".join(parts)}, required=("text",))


async def attach(
    act: Act, *, local_input_id: LocalInputId, text: Prose, answer_id: LocalInputAnswerId | None = None
) -> LocalInputView:
    """Attach what your organisation states of an item, in words of your own choosing, for the council and its
    secretariat to read on the agenda. It takes the place of what you had attached.

    Returns LocalInputView. Raises Conflict once the meeting is over, or where you no longer speak for your seat.
    """
    shared = await get_local_input_for(act, local_input_id)
    LOCAL_INPUT.require(act, "local_input.attach", shared)
    row = shared.row
    act.ask_first("local_input_attached", body=shared.meeting.body.name, organisation=row.organisation_name)
    if answer_id is not None:
        act.concerns(f"case:{row.case_id}", f"meeting:{row.meeting_id}", answer_id=answer_id)
    statement = await find_statement(act, row)
    if statement is None:
        statement = ItemStatement(
            meeting_id=row.meeting_id,
            case_id=row.case_id,
            seat_id=row.seat_id,
            organisation_name=row.organisation_name,
        )
        act.db.add(statement)
    statement.text, statement.by_id, statement.at = text, act.by_id, act.at
    act.did(number=row.case.label)
    mark_all_stale(act, shared)
    await act.db.flush()
    return await local_input_view(act, shared)


async def detach_prefill(act: Act, *, local_input_id: LocalInputId) -> Prefill:
    return Prefill(about=about(act, await get_local_input_for(act, local_input_id)))


async def detach(act: Act, *, local_input_id: LocalInputId) -> LocalInputView:
    """Take back what your organisation states of an item, before the meeting is over.

    Returns LocalInputView. Raises Conflict where nothing is attached.
    """
    shared = await get_local_input_for(act, local_input_id)
    LOCAL_INPUT.require(act, "local_input.detach", shared)
    statement = await find_statement(act, shared.row)
    if statement is None:
        raise Conflict("local_input_not_attached")
    act.ask_first("local_input_detached", body=shared.meeting.body.name)
    await act.db.delete(statement)
    act.did(number=shared.row.case.label)
    mark_all_stale(act, shared)
    await act.db.flush()
    return await local_input_view(act, shared)


def mark_all_stale(act: Act, shared: Shared) -> None:
    row = shared.row
    for subject in (f"local_input:{row.id}", f"case:{row.case_id}", f"meeting:{row.meeting_id}"):
        mark_stale(act, subject)


def about(act: Act, shared: Shared) -> str:
    return f"{shared.row.case.label} {title_of(act, shared)}".strip()
