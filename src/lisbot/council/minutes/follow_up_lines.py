"""A follow-up's line, with what the member may do with it."""

from dataclasses import replace

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.minutes.states import FOLLOW_UP, MINUTES
from lisbot.council.models import FollowUp, Meeting

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
