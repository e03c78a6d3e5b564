"""Comments on minutes that are out for comments, and what is answered."""

from sqlalchemy import select

from lisbot.council.core.access import Sight, seats_of, sight
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import CommentId, ItemId, MeetingId, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import MinutesState
from lisbot.council.meetings.rows import title_of
from lisbot.council.minutes.minutes import get_minutes_for, view_again
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import Meeting, MinutesComment, Organisation
from lisbot.council.register.secretariats import staff_of
from lisbot.texts import join_items, sort_key

COMMENTING = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.OBSERVER, Role.DEPUTY)


def items_to_comment(act: Act, meeting: Meeting) -> list[tuple[object, str]]:
    """Returns the items that a comment may be about, once the minutes are out: before that an agenda is a draft."""
    if meeting.minutes_state is not MinutesState.COMMENTS or sight(act.by, meeting.body_id) is Sight.OUTSIDE:
        return []
    return [(item.id, f"{item.case.label if item.case else ''} {item.title}".strip()) for item in meeting.items]


async def comment_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id)
    return Prefill(about=title_of(act, meeting), choices={"item_id": items_to_comment(act, meeting)})


async def comment(act: Act, *, meeting_id: MeetingId, text: Prose, item_id: ItemId | None = None) -> MinutesView:
    """Comment on minutes that are out for comments, on one item or on the whole. After the deadline it is kept, with
    its time.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.comment")
    if item_id is not None and item_id not in [key for key, _ in items_to_comment(act, meeting)]:
        raise Invalid("not_on_the_agenda", field="item_id")
    require_advisory_wording(meeting.body, text=text)
    same = select(MinutesComment.id).where(
        MinutesComment.meeting_id == meeting.id,
        MinutesComment.by_id == act.by_id,
        MinutesComment.item_id.is_(None) if item_id is None else MinutesComment.item_id == item_id,
        MinutesComment.text == text,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("written_already")
    held = {hold.organisation_id for hold in seats_of(act.by, meeting.body_id, *COMMENTING)}
    names = await act.db.scalars(select(Organisation.name).where(Organisation.id.in_(held)))
    act.db.add(
        MinutesComment(
            meeting_id=meeting.id,
            by_id=act.by_id,
            name=act.by.name,
            organisation_name=join_items(sorted(names, key=sort_key(meeting.body.lang))),
            item_id=item_id,
            text=text,
            at=act.at,
        )
    )
    await notify_of_comment(act, meeting, "minutes_commented", await staff_of(act, meeting.body.secretariat_id))
    return await view_again(act, meeting.id)


async def notify_of_comment(act: Act, meeting: Meeting, kind: str, people: set[int]) -> None:
    await notify(
        act,
        kind,
        people=people,
        command="minutes.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        name=act.by.name,
        body=meeting.body.name,
        day_on=meeting.held_on,
    )


async def get_comment_for(act: Act, comment_id: int) -> tuple[MinutesComment, Meeting]:
    """Returns a comment, and the meeting whose minutes it is about."""
    found = await act.db.get(MinutesComment, comment_id)
    if found is None:
        raise NotFound
    return found, await get_minutes_for(act, found.meeting_id, "minutes.answer_comment")


async def answer_comment_prefill(act: Act, *, comment_id: CommentId) -> Prefill:
    found, meeting = await get_comment_for(act, comment_id)
    about = f"{title_of(act, meeting)}\n{found.name}: {found.text}"
    return Prefill(about=about, values={"answer": found.answer}, is_saved=True)


async def answer_comment(act: Act, *, comment_id: CommentId, answer: Prose) -> MinutesView:
    """Answer a comment on the minutes: what was done about it, or why not. Whoever commented is told.

    Returns MinutesView. A comment may be answered after the minutes are approved too: it is no part of them.
    """
    found, meeting = await get_comment_for(act, comment_id)
    require_advisory_wording(meeting.body, answer=answer)
    if found.answer != answer:
        found.answer, found.answered_by = answer, act.by.name
        await act.db.flush()
        await notify_of_comment(act, meeting, "comment_answered", {found.by_id})
    return await view_again(act, meeting.id)
