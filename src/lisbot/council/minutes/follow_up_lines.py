"""A follow-up's line, with what the member may do with it and when it is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.minutes.asking import next_meetings, represented_in
from lisbot.council.minutes.states import FOLLOW_UP, MINUTES
from lisbot.council.minutes.views import FollowUpTask
from lisbot.council.models import FollowUp, Meeting

REMINDS = "follow_up.remind"
WHILE_WRITTEN = ("follow_up.edit", "follow_up.remove")


def with_actions(act: Act, meeting: Meeting, follow_up: FollowUp | None, line: FollowUpLine) -> FollowUpLine:
    """Returns the line of a follow-up, which is None where a later version has it no more, with what is open to the
    member now. That it is asked what came of a case stands in no minutes, and is neither edited nor removed there."""
    if follow_up is None:
        return line
    written = (
        AllowedAction(name, {"follow_up_id": follow_up.id})
        for name in WHILE_WRITTEN
        if not follow_up.is_carry_through and act.allows(name, meeting.body_id) and MINUTES.is_open(act, name, meeting)
    )
    return replace(line, actions=(*FOLLOW_UP.allowed(act, follow_up), *written))


async def with_circumstances(act: Act, found: Sequence[FollowUpTask]) -> list[FollowUpTask]:
    """Returns follow-ups with the meeting before which they are asked for; of those that nobody is there to be
    reminded of, without the button that reminds. At most two statements."""
    body_ids = {each.meeting.body.id for each in found if not each.line.done_on}
    if not body_ids:
        return list(found)
    next_on = await next_meetings(act, body_ids)
    reminded = {each.meeting.body.id for each in found if can_remind(each.line)}
    represented = await represented_in(act, reminded) if reminded else set()

    def circumstances(each: FollowUpTask) -> FollowUpTask:
        each = replace(each, answer_by=None if each.line.due_on else next_on.get(each.meeting.body.id))
        if not can_remind(each.line) or (each.meeting.body.id, each.organisation_id) in represented:
            return each
        kept = tuple(action for action in each.line.actions if action.command != REMINDS)
        return replace(each, line=replace(each.line, actions=kept), is_represented=False)

    return [circumstances(each) for each in found]


def can_remind(line: FollowUpLine) -> bool:
    return any(action.command == REMINDS for action in line.actions)
