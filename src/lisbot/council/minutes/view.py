"""A meeting's minutes as one member may read them."""

from collections.abc import Mapping

from sqlalchemy import select

from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MinutesState, Response
from lisbot.council.meetings.meetings import item_votes
from lisbot.council.meetings.published import withheld_ids
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.states import DEPUTY_PRESENT
from lisbot.council.meetings.views import ItemVote
from lisbot.council.minutes.states import MINUTES
from lisbot.council.minutes.views import CommentLine, MinutesItem, MinutesView, PresenceLine
from lisbot.council.models import AgendaItem, Attendance, Meeting, MinutesComment

WRITING = ("minutes.write", "outcome.record", "minutes.add_follow_up")  # what is written of one item


async def minutes_view(act: Act, meeting: Meeting) -> MinutesView:
    """Returns the view of a meeting that is read with its agenda, follow-ups and attendance."""
    rows = sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))
    votes, withheld = await item_votes(act, meeting), withheld_ids(act, meeting)
    is_approved = meeting.minutes_state is MinutesState.APPROVED
    allowed = MINUTES.allowed(act, meeting)
    may_approve = any(each.command == "minutes.approve" for each in allowed)
    lacking = tuple(i.id for i in meeting.items if may_approve and i.case_id is not None and i.outcome is None)
    has_open_vote = may_approve and any(vote.is_open for of_item in votes.values() for vote in of_item)
    is_ready = not lacking and not has_open_vote  # as minutes.approve requires
    return MinutesView(
        meeting=meeting_ref(act, meeting),
        state=meeting.minutes_state,
        state_since=meeting.minutes_at,
        comments_until=meeting.comments_until,
        present=tuple(present_line(a) for a in rows if a.present),
        absent=tuple(absent_line(a) for a in rows if not a.present and a.response is Response.ABSENT),
        missing=tuple(absent_line(a) for a in rows if not a.present and a.response is not Response.ABSENT),
        items=tuple(minutes_item(act, meeting, item, votes, item.id in withheld) for item in meeting.items),
        comments=() if is_approved else await comments_on(act, meeting),
        lacking=lacking,
        has_open_vote=has_open_vote,
        actions=tuple(each for each in allowed if each.command != "minutes.approve" or is_ready),
    )


def present_line(attendance: Attendance) -> PresenceLine:
    """Returns who sat in a seat, and for whom."""
    by_deputy = attendance.response is Response.ABSENT and attendance.deputy_response in DEPUTY_PRESENT
    return PresenceLine(
        attendance.seat_id,
        attendance.deputy_name if by_deputy else attendance.name,
        attendance.name if by_deputy else "",
        attendance.role,
        attendance.organisation_name,
    )


def absent_line(attendance: Attendance) -> PresenceLine:
    return PresenceLine(attendance.seat_id, attendance.name, "", attendance.role, attendance.organisation_name)


def minutes_item(
    act: Act,
    meeting: Meeting,
    item: AgendaItem,
    votes: Mapping[int, tuple[ItemVote, ...]],
    is_withheld: bool,
) -> MinutesItem:
    number = item.case.label if item.case else ""
    if is_withheld:
        return MinutesItem(item.id, None, number, "", True, "", None, "", None, "", (), (), ())
    return MinutesItem(
        id=item.id,
        case_id=item.case_id,
        number=number,
        title=item.title,
        is_withheld=False,
        discussed=item.discussed,
        outcome=item.outcome,
        outcome_text=item.outcome_text,
        agreement=item.agreement,
        sides=item.sides,
        follow_ups=tuple(FollowUpLine(f.organisation_name, f.what, f.due_on) for f in item.followups),
        votes=votes.get(item.id, ()),
        actions=writing_actions(act, meeting, item),
    )


def writing_actions(act: Act, meeting: Meeting, item: AgendaItem) -> tuple[AllowedAction, ...]:
    if not MINUTES.is_open(act, "minutes.write", meeting):
        return ()
    return tuple(AllowedAction(name, {"item_id": item.id}) for name in WRITING if act.allows(name, meeting.body_id))


async def comments_on(act: Act, meeting: Meeting) -> tuple[CommentLine, ...]:
    query = select(MinutesComment).where(MinutesComment.meeting_id == meeting.id).order_by(MinutesComment.id)
    found = await act.db.scalars(query)
    return tuple(CommentLine(c.name, c.organisation_name, c.text, c.at) for c in found)
