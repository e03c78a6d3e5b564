"""What whoever has a link reads of an item, and says of it, without an account."""

from typing import Annotated

from sqlalchemy import func, select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import MAX_LINKS, Line, Prefill, clean_line, clean_text
from lisbot.council.core.schemas import After, Limits
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import InputStance, LocalInputState
from lisbot.council.local_inputs.local_inputs import PURPOSE, read_shared
from lisbot.council.local_inputs.states import LOCAL_INPUT, Shared, state_of
from lisbot.council.local_inputs.views import SharedItemView
from lisbot.council.mail.tokens import is_signed
from lisbot.council.models import LocalInputAnswer, Person

MAX_WORDS, MAX_NAME = MAX_LINKS, 100  # characters; of words as many as have an input of several lines
MOST = 500  # to one link: a department has fewer doctors
InputWords = Annotated[str, Limits(max_length=MAX_WORDS), After(clean_text)]
InputName = Annotated[str, Limits(max_length=MAX_NAME), After(clean_line)]


async def open_link(act: Act, token: str) -> Shared:
    """Returns what a link is for. Raises NotFound for one that we did not sign."""
    number, _, signature = token.partition(".")
    keys = (act.key, *act.former_keys)
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise NotFound
    if not is_signed(keys, PURPOSE, number, signature):
        raise NotFound
    return await read_shared(act, int(number))


async def read(act: Act, *, token: Line) -> SharedItemView:
    """See an item that a representative has shared, by its link: title and text as they were published, without papers.

    Returns SharedItemView: of a link that opens nothing now, only why.
    """
    return await shared_item_view(act, await open_link(act, token))


async def shared_item_view(act: Act, shared: Shared) -> SharedItemView:
    row, meeting, facts = shared.row, shared.meeting, shared.facts
    state = state_of(act, shared)
    if state is not LocalInputState.OPEN or facts is None:
        return SharedItemView(row.id, state, row.lang)
    return SharedItemView(
        id=row.id,
        state=state,
        lang=row.lang,
        body=meeting.body.name,
        held_on=meeting.held_on,
        number=row.case.label,
        title=facts["title"],
        background=facts["background"],
        wording=facts["wording"],
        asker=await act.db.scalar(select(Person.name).where(Person.id == row.person_id)) or "",
        organisation=row.organisation_name,
        until=meeting.ends_at,
    )


async def give_prefill(act: Act, *, token: Line) -> Prefill:
    LOCAL_INPUT.require(act, "local_input.give", await open_link(act, token))
    return Prefill()


async def give(
    act: Act, *, token: Line, stance: InputStance, words: InputWords = "", name: InputName = ""
) -> SharedItemView:
    """Say something of an item to the representative who shared it, and to nobody else.

    Returns SharedItemView. Raises Conflict where the link opens nothing more, Invalid for a comment without words.
    """
    shared = await open_link(act, token)
    LOCAL_INPUT.require(act, "local_input.give", shared)
    if stance is InputStance.COMMENTS and not words:
        raise Invalid("local_input_without_words", field="words")
    of_link = LocalInputAnswer.local_input_id == shared.row.id
    if (await act.db.scalar(select(func.count()).select_from(LocalInputAnswer).where(of_link)) or 0) >= MOST:
        raise Conflict("local_input_full")
    answer = LocalInputAnswer(
        local_input_id=shared.row.id,
        person_id=shared.row.person_id,
        stance=stance,
        words=words,
        name=name,
        at=act.at,
    )
    act.db.add(answer)
    mark_stale(act, f"local_input:{shared.row.id}")
    await act.db.flush()
    return await shared_item_view(act, shared)
