"""One step of reminding, done when its time has come: those who have not answered, or the secretariat."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import FollowUpId, MeetingId, TermId, VoteId
from lisbot.council.delivery.reminded import told_around
from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.models import Reminder
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.reminders.chores import read_due
from lisbot.council.reminders.of_meetings import (
    remind_of_agenda,
    remind_of_call,
    remind_of_comments,
    remind_of_meeting,
    remind_of_minutes,
    remind_of_notice,
    remind_to_send_notice,
)
from lisbot.council.reminders.of_register import remind_of_end, remind_of_follow_up, remind_of_start
from lisbot.council.reminders.of_votes import remind_of_vote
from lisbot.council.reminders.stages import Step
from lisbot.council.reminders.views import ReminderView

K = ReminderKind
Remind = Callable[[Act, Step], Awaitable[None]]
REMIND: dict[ReminderKind, Remind] = {
    K.CALL: remind_of_call,
    K.NOTICE: remind_of_notice,
    K.MEETING: remind_of_meeting,
    K.VOTE: remind_of_vote,
    K.COMMENTS: remind_of_comments,
    K.FOLLOW_UP: remind_of_follow_up,
    K.AGENDA_DUE: remind_of_agenda,
    K.NOTICE_DUE: remind_to_send_notice,
    K.MINUTES_DUE: remind_of_minutes,
    K.TERM_START: remind_of_start,
    K.TERM_END: remind_of_end,
}
# What asks the same of people as a reminder would.
ASKING: dict[ReminderKind, tuple[str, ...]] = {
    K.CALL: ("call_opened", "call_reopened", "call_extended", "call_reminder"),
    K.NOTICE: ("notice", "notice_reminder", "deputy_asked", "deputy_reminder", "meeting_moved", "meeting_begins"),
    K.MEETING: ("notice", "meeting_moved", "meeting_begins", "meeting_changed"),
    K.VOTE: ("vote_opened", "vote_extended", "vote_reminder"),
    K.COMMENTS: ("minutes_sent",),
}
JUST_ASKED = timedelta(hours=12)


async def send_reminder(
    act: Act,
    *,
    what: ReminderKind,
    stage: ReminderStage,
    meeting_id: MeetingId | None = None,
    vote_id: VoteId | None = None,
    follow_up_id: FollowUpId | None = None,
    term_id: TermId | None = None,
) -> ReminderView:
    """Send a reminder whose time has come. It is sent once, whoever sends it.

    Returns ReminderView. Raises Conflict for what is not due, or done already.
    """
    given = {"meeting": meeting_id, "vote": vote_id, "follow_up": follow_up_id, "term": term_id}
    asked = [(noun, id_) for noun, id_ in given.items() if id_ is not None]
    if len(asked) != 1:
        raise Invalid("one_thing_at_a_time")
    (noun, id_), *_ = asked
    due = await read_due(act.db, act.at, act.tz, noun, id_)
    step = next((each for each in due if (each.chore.what, each.stage) == (what, stage)), None)
    if step is None:
        raise Conflict("reminder_not_due")
    body = await get_body_for(act, step.chore.body_id)
    done = Reminder(subject=step.chore.subject, what=what, step=step.key, at=act.at, people=0)
    act.db.add(done)
    await act.db.flush()  # the constraint lets one process through
    act.trace.spared |= await just_asked(act, step)
    await REMIND[what](act, step)
    done.people = len(act.trace.told)
    return ReminderView(body_ref(act, body), what, stage, done.people)


async def just_asked(act: Act, step: Step) -> set[int]:
    """Returns who is told or reminded of the same within half a day of the step: they need no reminder. What the
    secretariat is told of who is not heard from, it is told all the same."""
    kinds = ASKING.get(step.chore.what)
    if not kinds or step.stage is ReminderStage.UNHEARD:
        return set()
    return await told_around(act, step.chore.subject, kinds, step.at - JUST_ASKED, act.at + JUST_ASKED)
