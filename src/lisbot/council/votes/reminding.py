"""Reminding those who can answer a question and have not."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import Prefill, VoteId
from lisbot.council.delivery.notifications import NAMES_NOBODY, notify
from lisbot.council.delivery.reminded import ask_where_just_reminded
from lisbot.council.meetings.concerned import SILENT
from lisbot.council.models import Vote
from lisbot.council.register.seats import seats_on
from lisbot.council.votes.roll import Question, RollRow
from lisbot.council.votes.secrecy import minimum_of
from lisbot.council.votes.states import brief
from lisbot.council.votes.view import get_vote_view_for
from lisbot.council.votes.views import VoteView
from lisbot.council.votes.votes import get_conducted_vote_for

WITH_DEADLINE, WITHOUT_DEADLINE = KINDS = ("vote_reminder", "vote_reminder_open")


async def remind_prefill(act: Act, *, vote_id: VoteId) -> Prefill:
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.remind")
    return Prefill(about=vote.question)


async def remind(act: Act, *, vote_id: VoteId) -> VoteView:
    """Remind those who have not answered a question, and nobody else. Asks first how many, and where they were
    reminded within the hour. Of a secret question it names nobody before it is known who has answered.

    Returns VoteView. Raises Conflict where everybody has answered.
    """
    vote, question, roll = await get_conducted_vote_for(act, vote_id, "vote.remind")
    people = await read_silent(act, question, roll)
    if not people:
        raise Conflict("nobody_to_ask_again", question=brief(vote.question))
    entitled = [row for row in roll if not row.recused]
    act.ask_first("silent_seats", count=sum(not row.answered for row in entitled), entitled=len(entitled))
    await ask_where_just_reminded(act, f"vote:{vote.id}", *KINDS)
    await notify_silent(act, vote, people, names_nobody=hides_names(question, roll))
    return await get_vote_view_for(act, vote.id)


def hides_names(question: Question, roll: Sequence[RollRow]) -> bool:
    """Returns whether too few have answered a secret question for it to be known who has."""
    return sum(row.answered and not row.recused for row in roll) < minimum_of(question)


async def read_silent(act: Act, question: Question, roll: Sequence[RollRow]) -> set[int]:
    """Returns who answers today for the seats that have not: whoever speaks for them, or the deputy who comes to the
    question's meeting instead."""
    speaker = {seat.id: seat.speaker for seat in await seats_on(act, question.body_id, act.today)}
    found: set[int] = set()
    for row in roll:
        if row.answered or row.recused:
            continue
        if row.stand_in is not None:
            found.add(row.stand_in)
        elif (person := speaker.get(row.seat_id)) is not None:
            found.add(person.id)
    return found


async def notify_silent(
    act: Act, vote: Vote, people: Iterable[int], *, names_nobody: bool, before: datetime | None = None
) -> None:
    """Remind people of a question they have not answered. Whoever has when the message is sent does not get it.

    `names_nobody`: who is reminded is said neither beforehand nor where it stands what was sent.
    """
    act.trace.names_nobody = names_nobody
    facts: dict[str, Any] = {NAMES_NOBODY: True} if names_nobody else {}
    if vote.closes_at is not None:
        facts["until_at"] = vote.closes_at.astimezone(act.tz)
    await notify(
        act,
        WITHOUT_DEADLINE if vote.closes_at is None else WITH_DEADLINE,
        people=people,
        command="vote.show",
        args={"vote_id": vote.id},
        body_id=vote.body_id,
        audience=SILENT,
        useful_until=before or vote.closes_at,
        body=vote.body.name,
        title=brief(vote.question),
        **facts,
    )
