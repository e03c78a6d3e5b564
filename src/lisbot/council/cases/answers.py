"""What an organisation has answered of what it follows up."""

from dataclasses import replace

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.models import FollowUp


def with_answer(line: FollowUpLine, now: FollowUp | None) -> FollowUpLine:
    """Returns a line with what its organisation has answered by now; as it is where it is followed up no more."""
    if now is None:
        return line
    return replace(
        line,
        done_on=now.done_on,
        done_by=now.done_by,
        state=now.state,
        words=now.words,
        answer_on=now.answer_on,
        answered_by=now.answered_by,
    )
