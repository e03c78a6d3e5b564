"""What a meeting's minutes say, whole: what is drawn of a draft, and what is kept of what was approved."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, or_, select

from lisbot.council.cases.answers import with_answer
from lisbot.council.cases.views import FollowUpLine
from lisbot.council.core.context import Act
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.meetings.meetings import item_votes
from lisbot.council.meetings.states import DEPUTY_PRESENT
from lisbot.council.meetings.views import ItemVote
from lisbot.council.meetings.visitors import may_still_come
from lisbot.council.minutes.views import GuestLine, MinutesItem, PresenceLine
from lisbot.council.models import AgendaItem, Attendance, FollowUp, Guest, Meeting


@dataclass(frozen=True, slots=True)
class MinutesRecord:
    """All that minutes say, with no regard to who reads it: confidential items are marked, nothing is withheld."""

    present: tuple[PresenceLine, ...]
    absent: tuple[PresenceLine, ...]
    missing: tuple[PresenceLine, ...]
    guests: tuple[GuestLine, ...]
    items: tuple[MinutesItem, ...]


async def record_of(act: Act, meeting: Meeting) -> MinutesRecord:
    """Returns what the minutes say now, of a meeting that is read with its agenda, follow-ups and attendance. Of what
    is withheld from the member the questions are left out already."""
    rows = sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))
    votes = await item_votes(act, meeting)
    of_meeting = (Guest.meeting_id == meeting.id, may_have_been_there(meeting))
    guests = await act.db.scalars(select(Guest).where(*of_meeting).order_by(Guest.id))
    lines = tuple(guest_line(guest) for guest in guests)
    return MinutesRecord(
        present=tuple(present_line(a) for a in rows if a.present),
        absent=tuple(absent_line(a) for a in rows if not a.present and a.response is Response.ABSENT),
        missing=tuple(absent_line(a) for a in rows if not a.present and a.response is not Response.ABSENT),
        guests=tuple(line for line in lines if line.item_id is None),
        items=tuple(record_item(item, votes, lines) for item in meeting.items),
    )


def may_have_been_there(meeting: Meeting) -> ColumnElement[bool]:
    """Returns the condition that a guest stands in the minutes, or is to be asked about while they are written: noted
    there, or expected and not known to stay away."""
    stays_away = Guest.response == Response.ABSENT
    may_come = or_(Guest.response.is_(None), ~stays_away)
    is_expected = and_(Guest.withdrawn_at.is_(None), may_come, may_still_come(meeting))
    return or_(Guest.present.is_(True), and_(Guest.present.is_(None), is_expected))


async def settle_guests(act: Act, meeting: Meeting) -> None:
    """Write of each guest whether they were there, as the minutes that are approved now say it: who is invited, or may
    come, afterwards changes nothing in them. Of whom nobody has said it nothing is written: it can still be said where
    the minutes are reopened."""
    guests = list(await act.db.scalars(select(Guest).where(Guest.meeting_id == meeting.id, Guest.present.is_(None))))
    if not guests:
        return
    expected = select(Guest.id).where(Guest.meeting_id == meeting.id, may_have_been_there(meeting))
    may_stand = set(await act.db.scalars(expected))
    for guest in guests:
        if guest.id not in may_stand:
            guest.present = False
        elif not guest_line(guest).is_unsure:
            guest.present = True


def without_unsure(record: MinutesRecord) -> MinutesRecord:
    """Returns what minutes say without the guests of whom nobody has said that they were there."""
    items = (replace(item, guests=sure(item.guests)) for item in record.items)
    return replace(record, guests=sure(record.guests), items=tuple(items))


def sure(lines: Iterable[GuestLine]) -> tuple[GuestLine, ...]:
    return tuple(line for line in lines if not line.is_unsure)


def sitter_of(attendance: Attendance) -> tuple[int | None, str]:
    """Returns who sat, or would sit, in a seat: whoever the minutes say, or else whoever was expected there."""
    if attendance.sat_name:
        return attendance.sat_id, attendance.sat_name
    if attendance.response is Response.ABSENT and attendance.deputy_response in DEPUTY_PRESENT:
        return attendance.deputy_id, attendance.deputy_name
    return attendance.person_id, attendance.name


def expected_sitter(attendance: Attendance) -> tuple[int | None, str]:
    """Returns who comes for a seat that somebody came for: of an absent representative's the deputy they named, also
    one who never pressed a button."""
    declined = (None, DeputyResponse.DECLINED)
    if attendance.response is Response.ABSENT and attendance.deputy_response not in declined:
        return attendance.deputy_id, attendance.deputy_name
    return attendance.person_id, attendance.name


def present_line(attendance: Attendance) -> PresenceLine:
    """Returns who sat in a seat, for whom, and when."""
    sat_id, name = sitter_of(attendance)
    is_holder = sat_id is not None and sat_id == attendance.person_id
    return PresenceLine(
        seat_id=attendance.seat_id,
        name=name,
        deputy_for=attendance.name if sat_id is not None and not is_holder else "",
        role=attendance.role,
        organisation=attendance.organisation_name,
        instead_of=attendance.name if sat_id is None and name != attendance.name else "",
        arrived=attendance.arrived,
        left=attendance.left,
    )


def absent_line(attendance: Attendance) -> PresenceLine:
    return PresenceLine(attendance.seat_id, attendance.name, "", attendance.role, attendance.organisation_name)


def guest_line(guest: Guest) -> GuestLine:
    is_noted = guest.present or (guest.invited_at is None and guest.right_of_id is None)
    return GuestLine(
        guest.id,
        guest.name,
        guest.affiliation,
        guest.item_id,
        guest.arrived,
        guest.left,
        is_unsure=not is_noted and guest.response is None,
    )


def record_item(
    item: AgendaItem, votes: Mapping[int, tuple[ItemVote, ...]], guests: Collection[GuestLine]
) -> MinutesItem:
    return MinutesItem(
        id=item.id,
        case_id=item.case_id,
        number=item.case.label if item.case else "",
        title=item.title,
        is_withheld=False,
        confidential=item.confidential,
        discussed=item.discussed,
        outcome=item.outcome,
        outcome_text=item.outcome_text,
        agreement=item.agreement,
        sides=item.sides,
        follow_ups=tuple(follow_up_line(f) for f in item.followups if not f.is_carry_through),
        votes=votes.get(item.id, ()),
        guests=tuple(line for line in guests if line.item_id == item.id),
    )


def follow_up_line(follow_up: FollowUp) -> FollowUpLine:
    """Returns what is to be followed up; what was answered is read off it later (with_answer)."""
    return FollowUpLine(
        follow_up.organisation_name,
        follow_up.what,
        follow_up.due_on,
        follow_up.id,
        follow_up.done_on,
        follow_up.done_by,
    )


def withheld(item: MinutesItem) -> MinutesItem:
    """Returns an item of which the reader may learn no more than that it is there."""
    return MinutesItem(item.id, None, item.number, "", is_withheld=True, confidential=True)


def with_progress(item: MinutesItem, now: Mapping[int, FollowUp]) -> MinutesItem:
    """Returns an item as it was approved, its follow-ups as far as they have come by now."""
    lines = (with_answer(line, now.get(line.id)) for line in item.follow_ups)
    return replace(item, follow_ups=tuple(lines))
