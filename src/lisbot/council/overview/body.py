"""One council as a whole."""

from sqlalchemy import or_, select, union_all

from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId
from lisbot.council.core.views import AllowedAction
from lisbot.council.distribution.distribution_lines import read_lines_in_force
from lisbot.council.meetings.rows import AS_LINE, may_read_minutes, meeting_line
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.models import AgendaItem, Case, Meeting, Vote
from lisbot.council.overview.dashboard import statuses
from lisbot.council.overview.views import BodyView
from lisbot.council.register.bodies import body_ref, body_rules, get_body_for, has_roster
from lisbot.council.register.rooms import gone_rooms
from lisbot.council.register.seats import seats_on
from lisbot.council.votes.views import AskedVote

MAX_MEETINGS = 12  # coming ones shown
MAX_PAST = 6
ACTIONS = ("year_plan.set_dates", "vote.open")


async def show(act: Act, *, body_id: BodyId) -> BodyView:
    """See a council: its mandate and rules, who sits there, its next meetings, and to its secretariat how it stands.

    Returns BodyView.
    """
    body = await get_body_for(act, body_id)
    coming, past = await meetings_around(act, body.id)
    ref = body_ref(act, body)
    shown = (Vote.id, Vote.question, Vote.closes_at, Vote.form)
    votes = select(*shown).where(Vote.body_id == body.id, Vote.closed_at.is_(None))
    if sight(act.by, body.id) is Sight.OUTSIDE:
        votes = votes.outerjoin(AgendaItem, AgendaItem.id == Vote.item_id).outerjoin(AgendaItem.case)
        votes = votes.where(or_(AgendaItem.confidential, Case.confidential).is_not(True))
    return BodyView(
        body=ref,
        secretariat=body.secretariat.name,
        on=act.today,
        rules=body_rules(body),
        seats=tuple(await seats_on(act, body.id, act.today)),
        meetings=tuple(meeting_line(act, meeting) for meeting in coming),
        votes=tuple(
            AskedVote(row.id, ref, row.question, row.closes_at, row.form)
            for row in await act.db.execute(votes.order_by(Vote.id))
        ),
        status=(await statuses(act, [body], is_whole=True))[0] if may(act.by, P.OVERSEE, body.id) else None,
        gone_rooms=await gone_rooms(act, body.id) if act.allows("room.remove", body.id) else (),
        actions=tuple(AllowedAction(name, {"body_id": body.id}) for name in ACTIONS if act.allows(name, body.id)),
        past=tuple(meeting_line(act, meeting) for meeting in past),
        with_minutes=tuple(meeting.id for meeting in past if may_read_minutes(act, meeting)),
        with_summaries=tuple(
            meeting.id for meeting in past if meeting.has_summary and act.allows("summary.show", body.id)
        ),
        has_roster=has_roster(body, act.today),
        distribution=await read_lines_in_force(act, body) if act.allows("distribution_line.list", body.id) else (),
    )


async def meetings_around(act: Act, body_id: int) -> tuple[list[Meeting], list[Meeting]]:
    """Returns a body's next meetings, the next first, and those it held last, the last first. One statement."""
    held = (Meeting.ends_on < act.today, Meeting.cancelled_at.is_(None))
    first, last = (Meeting.held_on, Meeting.starts), (Meeting.held_on.desc(), Meeting.starts.desc())
    of_body = select(Meeting.id).where(Meeting.body_id == body_id)
    coming = of_body.where(*is_coming(act.today)).order_by(*first).limit(MAX_MEETINGS).subquery()
    past = of_body.where(*held).order_by(*last).limit(MAX_PAST).subquery()
    near = union_all(select(coming.c.id), select(past.c.id))
    found = list(await act.db.scalars(select(Meeting).where(Meeting.id.in_(near)).options(*AS_LINE).order_by(*first)))
    return (
        [meeting for meeting in found if meeting.ends_on >= act.today],
        [meeting for meeting in reversed(found) if meeting.ends_on < act.today],
    )
