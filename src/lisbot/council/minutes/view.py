"""A meeting's minutes as one member may read them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lisbot.council.cases.referred import cases_sent_on
from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MinutesState, OutcomeKind
from lisbot.council.meetings.published import withheld_ids
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.standing_items import title_for
from lisbot.council.minutes.asking import represented_in
from lisbot.council.minutes.follow_up_lines import REMINDS, can_remind, with_actions
from lisbot.council.minutes.record import MinutesRecord, record_of, with_progress, withheld, without_unsure
from lisbot.council.minutes.states import MINUTES
from lisbot.council.minutes.versions import get_record, version_lines
from lisbot.council.minutes.views import CommentLine, GuestLine, MinutesItem, MinutesView, PresenceLine
from lisbot.council.models import Meeting, MinutesComment

# What is written of one item, and of a case who is asked about it afterwards.
WRITING = ("minutes.write", "outcome.record", "minutes.add_follow_up", "carry_through.choose")


async def minutes_view(act: Act, meeting: Meeting, version: int | None = None) -> MinutesView:
    """Returns the view of a meeting that is read with its agenda, follow-ups and attendance: of its minutes as they
    stand, or as they were approved in one version."""
    is_approved = meeting.minutes_state is MinutesState.APPROVED
    if version is None or (is_approved and version == meeting.minutes_version):
        return await view_as_it_stands(act, meeting)
    record = await get_record(act, meeting, version)
    versions = await version_lines(act, meeting)
    line = next(each for each in versions if each.number == version)
    return MinutesView(
        meeting=meeting_ref(act, meeting),
        state=MinutesState.APPROVED,
        state_since=line.approved_at,
        comments_until=None,
        **readable(act, meeting, record, hides_missing=True),
        comments=await comments_on(act, meeting, line.approved_at),
        lacking=(),
        has_open_vote=False,
        actions=(),
        version=version,
        newest_version=meeting.minutes_version,
        is_corrected=not is_approved,
        versions=versions,
    )


async def view_as_it_stands(act: Act, meeting: Meeting) -> MinutesView:
    allowed = MINUTES.allowed(act, meeting)
    record = await record_of(act, meeting)
    is_approved = meeting.minutes_state is MinutesState.APPROVED
    may_approve = any(each.command == "minutes.approve" for each in allowed)
    lacking = tuple(i.id for i in meeting.items if may_approve and i.case_id is not None and i.outcome is None)
    has_open_vote = may_approve and any(vote.is_open for item in record.items for vote in item.votes)
    is_ready = not lacking and not has_open_vote  # as minutes.approve requires
    hides_missing = is_approved or not may(act.by, P.RECORD, meeting.body_id)
    said = readable(act, meeting, record, hides_missing=hides_missing)
    return MinutesView(
        meeting=meeting_ref(act, meeting),
        state=meeting.minutes_state,
        state_since=meeting.minutes_at,
        comments_until=meeting.comments_until,
        **said | {"items": await without_unheard(act, meeting, await with_sending(act, meeting, said["items"]))},
        comments=await comments_on(act, meeting),
        lacking=lacking,
        has_open_vote=has_open_vote,
        actions=tuple(each for each in allowed if each.command != "minutes.approve" or is_ready),
        version=meeting.minutes_version if is_approved else None,
        newest_version=meeting.minutes_version,
        is_corrected=meeting.minutes_version > 0 and not is_approved,
        versions=await version_lines(act, meeting),
    )


async def with_sending(act: Act, meeting: Meeting, items: tuple[MinutesItem, ...]) -> tuple[MinutesItem, ...]:
    """Returns the items, those without agreement with the way to send their case on: where it has not been."""
    if not act.allows("referral.send", meeting.body_id):
        return items
    disputed = {item.id: item.case_id for item in items if item.outcome is OutcomeKind.DISAGREEMENT and item.case_id}
    gone = await cases_sent_on(act, set(disputed.values()))
    return tuple(
        replace(item, actions=(*item.actions, AllowedAction("referral.send", {"item_id": item.id})))
        if item.id in disputed and disputed[item.id] not in gone
        else item
        for item in items
    )


async def without_unheard(act: Act, meeting: Meeting, items: tuple[MinutesItem, ...]) -> tuple[MinutesItem, ...]:
    """Returns the items, without the way to remind an organisation that nobody represents. At most one statement."""
    organisations = {row.id: row.organisation_id for each in meeting.items for row in each.followups}
    if not any(can_remind(line) for item in items for line in item.follow_ups):
        return items
    represented = await represented_in(act, {meeting.body_id})

    def heard(line: FollowUpLine) -> FollowUpLine:
        if not can_remind(line) or (meeting.body_id, organisations.get(line.id)) in represented:
            return line
        return replace(line, actions=tuple(each for each in line.actions if each.command != REMINDS))

    return tuple(replace(item, follow_ups=tuple(heard(line) for line in item.follow_ups)) for item in items)


def readable(act: Act, meeting: Meeting, record: MinutesRecord, *, hides_missing: bool) -> dict[str, Any]:
    """Returns what this member may read of what the minutes say. Who neither came nor sent word is the secretariat's
    to see while it writes; others learn how many."""
    hidden = withheld_ids(act, meeting)
    if sight(act.by, meeting.body_id) is Sight.OUTSIDE:
        hidden |= {item.id for item in record.items if item.confidential}
    is_written = MINUTES.is_open(act, "minutes.write", meeting) and may(act.by, P.RECORD, meeting.body_id)
    writes = is_written and not hides_missing
    if not writes:
        record = without_unsure(record)
    return {
        "present": tuple(presence(act, meeting, line, writes) for line in record.present),
        "absent": record.absent,
        "missing": () if hides_missing else record.missing,
        "missing_count": len(record.missing),
        "guests": tuple(guest(act, meeting, line, writes) for line in record.guests),
        "items": tuple(readable_item(act, meeting, item, hidden, writes) for item in record.items),
    }


def readable_item(act: Act, meeting: Meeting, item: MinutesItem, hidden: Collection[int], writes: bool) -> MinutesItem:
    if item.id in hidden:
        return withheld(item)
    now = {row.id: row for each in meeting.items for row in each.followups}
    item = with_progress(item, now)
    standing = next((each.standing for each in meeting.items if each.id == item.id), None)
    names = WRITING if writes else ()
    return replace(
        item,
        title=title_for(act.by.lang, meeting, standing, item.title),
        follow_ups=tuple(with_actions(act, meeting, now.get(line.id), line) for line in item.follow_ups),
        guests=tuple(guest(act, meeting, line, writes) for line in item.guests),
        actions=tuple(
            AllowedAction(name, {"item_id": item.id})
            for name in names
            if act.allows(name, meeting.body_id) and (name != "carry_through.choose" or item.case_id is not None)
        ),
    )


def presence(act: Act, meeting: Meeting, line: PresenceLine, writes: bool) -> PresenceLine:
    """Returns a seat's line, with the way to change what is out of the ordinary about it."""
    name = "minutes.record_seat"
    if not writes or not (line.instead_of or line.arrived or line.left) or not act.allows(name, meeting.body_id):
        return line
    return replace(line, actions=(AllowedAction(name, {"meeting_id": meeting.id, "seat_id": line.seat_id}),))


def guest(act: Act, meeting: Meeting, line: GuestLine, writes: bool) -> GuestLine:
    names = ("guest.edit", "guest.remove") if writes else ()
    allowed = (AllowedAction(n, {"guest_id": line.id}) for n in names if act.allows(n, meeting.body_id))
    return replace(line, actions=tuple(allowed))


async def comments_on(act: Act, meeting: Meeting, before: datetime | None = None) -> tuple[CommentLine, ...]:
    """Returns the comments on the minutes, oldest first: all, or those that a version was approved after.

    They are for those with a part in the body: one may be about a confidential item and not say so.
    """
    if sight(act.by, meeting.body_id) is Sight.OUTSIDE:
        return ()
    titles = {item.id: item.title for item in meeting.items}
    query = select(MinutesComment).where(MinutesComment.meeting_id == meeting.id).order_by(MinutesComment.id)
    may_answer = act.allows("minutes.answer_comment", meeting.body_id)
    return tuple(
        CommentLine(
            id=c.id,
            item=titles.get(c.item_id, "") if c.item_id else "",
            name=c.name,
            organisation=c.organisation_name,
            text=c.text,
            at=c.at,
            answer=c.answer,
            answered_by=c.answered_by,
            actions=(AllowedAction("minutes.answer_comment", {"comment_id": c.id}),) if may_answer else (),
        )
        for c in await act.db.scalars(query)
        if before is None or c.at <= before
    )
