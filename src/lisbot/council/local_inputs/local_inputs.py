"""What somebody has shared with their own colleagues, and what came of it: for them alone."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload, load_only

from lisbot.council.cases.shared import speaks_at
from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotAllowed, NotFound
from lisbot.council.core.fields import LocalInputId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import InputStance, LocalInputState
from lisbot.council.local_inputs.states import LOCAL_INPUT, Shared, state_of
from lisbot.council.local_inputs.views import (
    LocalInputAnswerLine,
    LocalInputLine,
    LocalInputsView,
    LocalInputView,
)
from lisbot.council.mail.tokens import sign
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.models import AgendaItem, Body, ItemStatement, LocalInput, LocalInputAnswer, Meeting

PURPOSE = "local-input"
PATH = "/input/"
WITH_MEETING = joinedload(LocalInput.meeting).joinedload(Meeting.body).joinedload(Body.secretariat)


def token_of(key: bytes, local_input_id: int) -> str:
    """Returns what the address of a link ends with: which it is, signed."""
    return f"{local_input_id}.{sign(key, PURPOSE, str(local_input_id))}"


def find_shared(act: Act) -> Select[LocalInput, bool, AgendaItem]:
    """Returns the statement for what is shared, each with whether whoever shares it speaks for their seat, and its item
    where it is on the agenda."""
    speaks = speaks_at(act, LocalInput.seat_id, LocalInput.person_id, LocalInput.meeting_id)
    is_item = and_(AgendaItem.meeting_id == LocalInput.meeting_id, AgendaItem.case_id == LocalInput.case_id)
    return (
        select(LocalInput, speaks.label("speaks"), AgendaItem)
        .outerjoin(AgendaItem, is_item)
        .options(WITH_MEETING, joinedload(LocalInput.case))
    )


async def read_shared(act: Act, local_input_id: int) -> Shared:
    """Returns what is shared, locked where the act changes something. Raises NotFound."""
    query = find_shared(act).where(LocalInput.id == local_input_id)
    if act.changes:
        query = query.with_for_update(of=LocalInput)
    row = (await act.db.execute(query.execution_options(populate_existing=True))).one_or_none()
    if row is None:
        raise NotFound
    return Shared(row[0], bool(row[1]), row[2])


async def get_local_input_for(act: Act, local_input_id: int) -> Shared:
    """Returns what the member has shared. Raises NotFound for anybody else's, whoever asks; NotAllowed where it is for
    those who may ask in the body, and they no longer may."""
    shared = await read_shared(act, local_input_id)
    if act.by.id is None or shared.row.person_id != act.by.id:
        raise NotFound
    body_id = shared.meeting.body_id
    if act.needs is not P.PERSONAL and not may(act.by, act.needs, body_id):
        raise NotAllowed
    act.trace.bodies.add(body_id)
    act.concerns(f"case:{shared.row.case_id}", f"meeting:{shared.meeting.id}")
    return shared


async def show(act: Act, *, local_input_id: LocalInputId) -> LocalInputView:
    """See what your own colleagues have said of an item that you have shared. Nobody else does.

    Returns LocalInputView.
    """
    return await local_input_view(act, await get_local_input_for(act, local_input_id))


async def local_input_view(act: Act, shared: Shared) -> LocalInputView:
    """Returns what is shared, and to whoever shares it what has come, of all their links to it."""
    row, meeting = shared.row, shared.meeting
    state = state_of(act, shared)
    is_own = row.person_id == act.by.id
    answers = await read_answers(act, row) if is_own else []
    statement = await find_statement(act, row)
    can_attach = LOCAL_INPUT.is_open(act, "local_input.attach", shared)
    attaches = can_attach and is_own and act.allows("local_input.attach", meeting.body_id)
    is_open = state is LocalInputState.OPEN and is_own
    return LocalInputView(
        id=row.id,
        meeting=meeting_ref(act, meeting),
        case_id=row.case_id,
        number=row.case.label,
        title=title_of(act, shared),
        organisation=row.organisation_name,
        state=state,
        link=f"{act.base_url}{PATH}{token_of(act.key, row.id)}" if is_open else "",
        shared_on=row.shared_at.astimezone(act.tz).date(),
        closes_at=meeting.ends_at,
        counts=Counter(InputStance(each.stance) for each in answers),
        answers=tuple(answer_line(each, attaches=attaches, row=row) for each in answers),
        statement=statement.text if statement else "",
        actions=actions_of(act, shared, has_statement=statement is not None) if is_own else (),
    )


def answer_line(answer: LocalInputAnswer, *, attaches: bool, row: LocalInput) -> LocalInputAnswerLine:
    about = {"local_input_id": row.id, "answer_id": answer.id}
    return LocalInputAnswerLine(
        id=answer.id,
        stance=answer.stance,
        words=answer.words,
        name=answer.name,
        at=answer.at,
        actions=(AllowedAction("local_input.attach", about),) if attaches and answer.words else (),
    )


def actions_of(act: Act, shared: Shared, *, has_statement: bool) -> tuple[AllowedAction, ...]:
    """Returns what may be done: what is stated can be taken back, and what was stopped can be shared anew."""
    body_id, item = shared.meeting.body_id, shared.item
    about = LOCAL_INPUT.arguments_of(shared)
    found = list(LOCAL_INPUT.allowed(act, shared))
    if has_statement and LOCAL_INPUT.is_open(act, "local_input.detach", shared):
        found.append(AllowedAction("local_input.detach", about))
    is_stopped = state_of(act, shared) is LocalInputState.STOPPED and shared.speaks and shared.facts is not None
    if is_stopped and item is not None and act.allows("local_input.share", body_id):
        found.append(AllowedAction("local_input.share", {"item_id": item.id}))
    return tuple(found)


def title_of(act: Act, shared: Shared) -> str:
    """Returns what the item is called, to whoever may still read it."""
    facts = shared.facts
    if facts is not None:
        return str(facts["title"])
    return "" if sight(act.by, shared.meeting.body_id) is Sight.OUTSIDE else shared.row.case.title


async def read_answers(act: Act, row: LocalInput) -> Sequence[LocalInputAnswer]:
    """Returns what has come to somebody of a case before a meeting, by whichever link of theirs, the newest first."""
    same = select(LocalInput.id).where(
        LocalInput.case_id == row.case_id,
        LocalInput.meeting_id == row.meeting_id,
        LocalInput.person_id == row.person_id,
    )
    query = select(LocalInputAnswer).where(LocalInputAnswer.local_input_id.in_(same))
    return list(await act.db.scalars(query.order_by(LocalInputAnswer.at.desc(), LocalInputAnswer.id.desc())))


async def find_statement(act: Act, row: LocalInput) -> ItemStatement | None:
    """Returns what is stated for somebody's seat of a case before a meeting."""
    found: ItemStatement | None = await act.db.scalar(
        select(ItemStatement).where(
            ItemStatement.meeting_id == row.meeting_id,
            ItemStatement.case_id == row.case_id,
            ItemStatement.seat_id == row.seat_id,
        )
    )
    return found


async def list_local_input(act: Act) -> LocalInputsView:
    """See the items that you have shared with your own colleagues.

    Returns LocalInputsView.
    """
    newest = (
        select(func.max(LocalInput.id))
        .where(LocalInput.person_id == act.by_id)
        .group_by(LocalInput.case_id, LocalInput.meeting_id)
    )
    query = find_shared(act).where(LocalInput.id.in_(newest)).order_by(LocalInput.id.desc())
    query = query.options(load_only(AgendaItem.confidential, raiseload=True))
    shared = [Shared(row, bool(speaks), item) for row, speaks, item in await act.db.execute(query)]
    counted = (
        select(LocalInput.case_id, LocalInput.meeting_id, func.count())
        .join(LocalInputAnswer, LocalInputAnswer.local_input_id == LocalInput.id)
        .where(LocalInput.person_id == act.by_id)
        .group_by(LocalInput.case_id, LocalInput.meeting_id)
    )
    counts = {(case_id, meeting_id): count for case_id, meeting_id, count in await act.db.execute(counted)}
    return LocalInputsView(
        lines=tuple(
            LocalInputLine(
                id=each.row.id,
                meeting=meeting_ref(act, each.meeting),
                number=each.row.case.label,
                title=title_of(act, each),
                state=state_of(act, each),
                count=counts.get((each.row.case_id, each.row.meeting_id), 0),
            )
            for each in shared
        )
    )
