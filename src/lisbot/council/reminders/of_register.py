"""Reminders of terms that begin and end, and of what organisations are to follow up."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.delivery.notifications import some_names
from lisbot.council.enums import FollowUpState, ReminderStage
from lisbot.council.minutes.asking import ask, open_questions
from lisbot.council.minutes.follow_ups import get_follow_up_for
from lisbot.council.minutes.reminding import notify_representatives, read_representatives
from lisbot.council.models import Seat, Term
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.seats import seat_name
from lisbot.council.reminders.stages import Step
from lisbot.council.reminders.telling import tell_secretariat


async def remind_of_follow_up(act: Act, step: Step) -> None:
    """Remind whoever represents an organisation of what it is to follow up; once that is overdue, tell the
    secretariat. Before a meeting all are asked who have still to say what they did with what came of the cases."""
    if step.chore.noun == "meeting":
        await ask_before_meeting(act, step)
        return
    found = await get_follow_up_for(act, step.chore.id)
    body = await get_body_for(act, step.chore.body_id)
    if step.stage is ReminderStage.UNHEARD:
        facts: dict[str, Any] = {"organisation": found.organisation_name, "until_on": found.due_on}
        await tell_secretariat(act, body, "follow_up_overdue", "follow_up.list", args={"body_id": body.id}, **facts)
        return
    people = await read_representatives(act, body.id, found.organisation_id)
    await notify_representatives(act, body, found, people)


async def ask_before_meeting(act: Act, step: Step) -> None:
    """Ask what organisations did with what came of a body's cases: first all who have not answered, or said that it
    will be or waits and gave no day after the meeting, then those who never answered; and tell the secretariat which
    these are."""
    body = await get_body_for(act, step.chore.body_id)
    rows = [each for each in await open_questions(act, body.id, before=step.chore.day) if each.is_asked]
    silent = [each for each in rows if each.state is FollowUpState.OPEN]
    if step.stage is not ReminderStage.UNHEARD:
        await ask(act, body, rows if step.stage is ReminderStage.FIRST else silent, "follow_up_asked_again")
    elif silent:
        names = some_names(sorted({each.organisation_name for each in silent}))
        facts: dict[str, Any] = {"names": names, "args": {"body_id": body.id}}
        await tell_secretariat(act, body, "follow_up_silent", "carry_through.show", before=step.chore.until, **facts)


async def get_term_for(act: Act, term_id: int) -> Term:
    """Returns a term with its person, seat, body and organisation. Raises NotFound for another body's."""
    whole = joinedload(Term.seat).options(joinedload(Seat.organisation), joinedload(Seat.body))
    term = await act.db.get_one(Term, term_id, options=[joinedload(Term.person), whole], populate_existing=True)
    gate(act, term.seat.body_id)
    return term


async def chairs_of(act: Act, body_id: int) -> set[int]:
    """Returns who leads a body today."""
    query = select(Term.person_id).join(Seat, Seat.id == Term.seat_id)
    return set(
        await act.db.scalars(
            query.where(Seat.body_id == body_id, Seat.chairs.is_(True), Term.rank == 0, in_force(Term, act.today))
        )
    )


async def remind_of_start(act: Act, step: Step) -> None:
    """Tell the secretariat and the leader who takes over a seat; whoever does is welcomed on their first day."""
    term = await get_term_for(act, step.chore.id)
    about: dict[str, Any] = {
        "args": {"body_id": term.seat.body_id},
        "name": term.person.name,
        "seat": seat_name(term.seat),
    }
    also = await chairs_of(act, term.seat.body_id) - {term.person_id}
    await tell_secretariat(
        act, term.seat.body, "term_starts", "register.show", also=also, from_on=term.from_on, **about
    )


async def remind_of_end(act: Act, step: Step) -> None:
    """Tell the secretariat, the leader and the representative that a term ends with nobody to follow."""
    term = await get_term_for(act, step.chore.id)
    about: dict[str, Any] = {
        "args": {"body_id": term.seat.body_id},
        "name": term.person.name,
        "seat": seat_name(term.seat),
    }
    also = await chairs_of(act, term.seat.body_id) | {term.person_id}
    await tell_secretariat(
        act,
        term.seat.body,
        "term_ends",
        "register.show",
        also=also,
        before=step.chore.until,
        until_on=term.to_on,
        **about,
    )
