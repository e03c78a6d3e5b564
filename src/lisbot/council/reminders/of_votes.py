"""Reminders of questions that close soon."""

from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import some_names
from lisbot.council.enums import ReminderStage
from lisbot.council.models import Body
from lisbot.council.reminders.stages import Step
from lisbot.council.reminders.telling import tell_secretariat
from lisbot.council.votes.reminding import hides_names, notify_silent, read_silent
from lisbot.council.votes.roll_in_one import get_question_for
from lisbot.council.votes.states import brief
from lisbot.council.votes.votes import get_vote_for


async def remind_of_vote(act: Act, step: Step) -> None:
    """Remind those who have not answered a question; or tell the secretariat how many they are, and who where it may
    be known."""
    vote = await get_vote_for(act, step.chore.id)
    question, roll = await get_question_for(act, vote.id)
    is_hidden = hides_names(question, roll)
    if step.stage is not ReminderStage.UNHEARD:
        people = await read_silent(act, question, roll)
        await notify_silent(act, vote, people, names_nobody=is_hidden, before=step.chore.until)
        return
    silent = [row.holder for row in roll if not row.answered and not row.recused]
    if not silent or vote.closes_at is None:
        return
    about: dict[str, Any] = {"args": {"vote_id": vote.id}, "title": brief(vote.question), "count": len(silent)}
    about |= {"until_at": vote.closes_at.astimezone(act.tz)} | ({} if is_hidden else {"names": some_names(silent)})
    body = await act.db.get_one(Body, vote.body_id)
    kind = "vote_unheard_unnamed" if is_hidden else "vote_unheard"
    await tell_secretariat(act, body, kind, "vote.show", before=step.chore.until, **about)
