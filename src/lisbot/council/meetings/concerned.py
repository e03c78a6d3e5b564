"""Whom a meeting concerns, today and on its day, and what each of them is told of it.

A seat concerns whoever speaks for it today and whoever will on the meeting's day: mostly one person, around a change
two. It concerns the deputy who comes or is asked to. Whoever has no part in the body yet may see no card, and is told
in words, with the card to follow on their first day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import holds_on, in_force
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import DeputyResponse, Standing
from lisbot.council.models import Attendance, Meeting, Seat, Term, table
from lisbot.council.register.seats import SEATED

SEAT, TERM, ATTENDANCE = table(Seat), table(Term), table(Attendance)
COMING = (DeputyResponse.COMES, DeputyResponse.DIGITAL)
AUDIENCE = "concerned"
SILENT = "silent"  # only those whom it still concerns when it is sent, and who have not answered by then
# Built once: every message about a meeting asks it.
TERMS_AND_DEPUTIES: Select[Any] = (
    select(
        SEAT.c.id.label("seat_id"),
        SEAT.c.standing,
        TERM.c.rank,
        TERM.c.person_id,
        TERM.c.from_on,
        TERM.c.to_on,
        ATTENDANCE.c.deputy_id,
        ATTENDANCE.c.deputy_response,
    )
    .select_from(SEAT)
    .outerjoin(
        TERM,
        and_(
            TERM.c.seat_id == SEAT.c.id,
            or_(in_force(TERM.c, bindparam("today")), in_force(TERM.c, bindparam("day"))),
        ),
    )
    .outerjoin(ATTENDANCE, and_(ATTENDANCE.c.seat_id == SEAT.c.id, ATTENDANCE.c.meeting_id == bindparam("meeting")))
    .where(SEAT.c.body_id == bindparam("body"))
    .order_by(SEAT.c.position, SEAT.c.id, TERM.c.rank, TERM.c.from_on)
)


@dataclass(frozen=True, slots=True)
class Concerned:
    """The people a meeting concerns.

    seated    who speak for a seat on the meeting's day, and see its card
    others    who speak for a seat today and not on that day
    deputies  who come in somebody's place, or are asked to
    readers   who are sent the agenda and nothing else
    newcomers, new_readers   who have no part in the body yet, and from which day they have
    """

    seated: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()
    deputies: frozenset[int] = frozenset()
    readers: frozenset[int] = frozenset()
    newcomers: Mapping[int, date] = field(default_factory=dict)
    new_readers: Mapping[int, date] = field(default_factory=dict)

    @property
    def members(self) -> frozenset[int]:
        """Those who are told with the meeting's card."""
        return self.seated | self.others | self.deputies

    @property
    def everybody(self) -> frozenset[int]:
        """All who are told, with a card or in words."""
        return self.members | self.readers | frozenset(self.newcomers) | frozenset(self.new_readers)


async def concerned_by(act: Act, meeting: Meeting, *standings: Standing) -> Concerned:
    """Returns whom a meeting concerns; by seats of these standings alone, where some are named. One statement."""
    asked = {"meeting": meeting.id, "body": meeting.body_id, "day": meeting.held_on, "today": act.today}
    rows = (await act.db.execute(TERMS_AND_DEPUTIES, asked)).all()
    terms = [row for row in rows if row.person_id is not None]
    seated = [row for row in terms if row.standing in (standings or SEATED)]
    copied = [row for row in terms if row.standing is Standing.COPY and not standings]
    # A reader's part shows them the agenda, and not the meeting.
    has_part = {row.person_id for row in terms if holds_on(row, act.today) and row.standing is not Standing.COPY}
    may_read = {row.person_id for row in terms if holds_on(row, act.today)}
    then, now = speakers_on(seated, meeting.held_on), speakers_on(seated, act.today)
    # Whether a meeting that is over was missed by a deputy who was asked is of no concern to them.
    expected = (*COMING, DeputyResponse.ASKED) if meeting.ends_at > act.at else COMING
    deputies = {row.deputy_id for row in rows if row.deputy_response in expected and row.deputy_id in has_part}
    members = (then | now | deputies) & has_part
    readers = (speakers_on(copied, meeting.held_on) | speakers_on(copied, act.today)) - members
    return Concerned(
        seated=frozenset(then & has_part),
        others=frozenset((now & has_part) - then),
        deputies=frozenset(deputies - then - now),
        readers=frozenset(readers & may_read),
        newcomers=first_days(seated, then - has_part, act.today),
        new_readers=first_days(copied, readers - may_read - then, act.today),
    )


def speakers_on(terms: Iterable[Any], day: date) -> set[int]:
    """Returns who speaks for each seat on a day, of terms in the order of their seats and ranks."""
    found: dict[int, int] = {}
    for term in terms:
        if holds_on(term, day):
            found.setdefault(term.seat_id, term.person_id)
    return set(found.values())


def first_days(terms: Iterable[Any], people: Collection[int], today: date) -> dict[int, date]:
    """Returns from which day each of these people has a part, of those whose part is still to come."""
    found: dict[int, date] = {}
    for term in terms:
        if term.person_id in people and term.from_on > today:
            found[term.person_id] = min(term.from_on, found.get(term.person_id, term.from_on))
    return found


async def notify_all(
    act: Act,
    meeting: Meeting,
    kind: str,
    command: str = "meeting.show",
    *,
    concerned: Concerned | None = None,
    to_readers: bool = False,
    copy_kind: str = "",
    drawn_for_role: bool = False,
    but: Collection[int] = (),
    for_members: Mapping[str, Any] = {},
    **facts: Any,
) -> Concerned:
    """Tell everybody whom a meeting concerns, and the body's rooms; where it is theirs to know those who are sent its
    agenda, too. `but` leaves out whoever is told in other words; `for_members` are facts as rooms, readers and those
    who have no part yet are not to know them. Returns whom it concerns.

    Of one card for a role, whoever answers another way than the role does gets their own.
    """
    found = concerned or await concerned_by(act, meeting)
    about: dict[str, Any] = {
        "args": {"meeting_id": meeting.id},
        "body_id": meeting.body_id,
        "body": meeting.body.name,
        "audience": AUDIENCE,
        **facts,
    }
    is_coming = meeting.ends_at > act.at
    shared: dict[str, Any] = {"rooms_of": meeting.body_id, "drawn_for_role": drawn_for_role}
    if for_members:
        await notify(act, kind, command=command, **shared, **about)
        shared["rooms_of"] = None
        about |= for_members
    await notify(act, kind, people=found.seated - {*but}, command=command, **shared, **about)
    await notify(act, kind, people=found.deputies - {*but}, command=command, **about)
    as_predecessor: dict[str, Any] = {"told_as": "predecessor"} if is_coming else {}
    await notify(act, kind, people=found.others - {*but}, command=command, **as_predecessor, **about)
    if is_coming:
        await tell_in_words(act, meeting, kind, found.newcomers, **facts)
    if to_readers:
        await notify_readers(act, meeting, copy_kind or kind, concerned=found, drawn_for_role=drawn_for_role, **facts)
    return found


async def notify_readers(
    act: Act,
    meeting: Meeting,
    kind: str,
    *,
    concerned: Concerned | None = None,
    drawn_for_role: bool = False,
    **facts: Any,
) -> None:
    """Tell those who are sent the agenda and nothing else, once they have been."""
    if meeting.published_at is None:
        return
    found = concerned or await concerned_by(act, meeting)
    await notify(
        act,
        kind,
        people=found.readers,
        command="agenda.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        audience=AUDIENCE,
        drawn_for_role=drawn_for_role,
        body=meeting.body.name,
        **facts,
    )
    if meeting.ends_at > act.at:
        await tell_in_words(act, meeting, kind, found.new_readers, **facts)


async def tell_in_words(act: Act, meeting: Meeting, kind: str, newcomers: Mapping[int, date], **facts: Any) -> None:
    """Tell those who have no part in the body yet: in words alone, which say from when they have."""
    for first_on in sorted(set(newcomers.values())):
        await notify(
            act,
            kind,
            people={person for person, on in newcomers.items() if on == first_on},
            args={"meeting_id": meeting.id},
            body_id=meeting.body_id,
            audience=AUDIENCE,
            told_as="newcomer",
            first_on=first_on,
            body=meeting.body.name,
            **facts,
        )
