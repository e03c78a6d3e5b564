"""The councils themselves: what they are, who sits there, and where they are told things together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy import delete, select

from lisbot.council.access import bodies_where, body_for, with_seats
from lisbot.council.act import Act, Permission
from lisbot.council.errors import Conflict, Invalid, NotFound
from lisbot.council.kinds import Authority, Standing
from lisbot.council.models import Body, Delivery, Meeting, Person, Posting, Room, Seat, Vote
from lisbot.council.typed import Id, Line

TAKES_PART = (Standing.VOTING, Standing.NONVOTING, Standing.OBSERVER)


@dataclass(frozen=True)
class BodyView:
    """A body, who sits there today, and its meetings from today on."""

    body: Body
    meetings: list[Meeting]
    today: date
    votes: list[Vote] = field(default_factory=list)  # what is asked now


async def show(act: Act, *, body_id: Id) -> BodyView:
    """See a council: its mandate and rules, who sits there, and its next meetings."""
    body = await with_seats(act, body_id)
    meetings = await act.db.scalars(
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.held_on)
        .limit(12)
    )
    votes = await act.db.scalars(
        select(Vote).where(Vote.body_id == body.id, Vote.closed_at.is_(None)).order_by(Vote.id)
    )
    return BodyView(body, list(meetings), act.today, list(votes))


def holder(seat: Seat, day: date, rank: int = 0) -> Person | None:
    """Who holds a seat on a day: its representative, or its deputy no. `rank`."""
    return next((term.person for term in seat.terms if term.rank == rank and term.covers(day)), None)


def deputies(seat: Seat, day: date) -> list[Person]:
    """A seat's deputies on a day, in their order."""
    return [term.person for term in seat.terms if term.rank > 0 and term.covers(day)]


def people_in(body: Body, day: date, standing: Iterable[Standing] = TAKES_PART) -> set[int]:
    """Those who hold a seat of these standings on a day."""
    wanted = set(standing)
    return {
        person.id
        for seat in body.seats
        if seat.standing in wanted
        if (person := holder(seat, day)) is not None
    }


def seat_name(seat: Seat) -> str:
    return f"{seat.role}, {seat.organisation.name}"


class Authorised(Protocol):
    """A body, or what is asked of one."""

    @property
    def authority(self) -> Authority: ...


# The word and what is made of it, in both forms of Norwegian; not «vedtekter», which are another thing.
THE_WORD = re.compile(r"vedtak|vedtek(?!t)", re.IGNORECASE)


def refuse_the_word(body: Authorised, **texts: str) -> None:
    """An advisory body gives advice: nothing on its cards, pages or minutes calls itself
    a decision (vedtak).

    Source: «Samordningsrådet har ikke beslutningsmyndighet», and domain.md, "Advisory bodies".
    """
    if body.authority is Authority.ADVISORY:
        for field, given in texts.items():
            if THE_WORD.search(given):
                raise Invalid("word_of_decision", field=field)


@dataclass(frozen=True)
class Linked:
    """A channel or group chat and the body that is told things there."""

    body: Body
    linked: bool


async def link(act: Act, *, body: Line) -> Linked:
    """From now on tell this council things in the channel or group chat where this was said."""
    if act.room is None:
        raise Invalid("no_room")
    found = await act.db.scalar(select(Body).where(Body.key == body.lower()))
    if found is None or found.id not in bodies_where(act.by, Permission.LINK_ROOM):
        raise Invalid("no_such_body", field="body", key=body)
    await body_for(act, found.id)
    taken = await act.db.scalar(
        select(Room.body_id).where(
            Room.platform == act.room.platform, Room.conversation_id == act.room.conversation_id
        )
    )
    if taken is not None and taken not in bodies_where(act.by, Permission.LINK_ROOM):
        raise Conflict("room_taken")
    await forget(act, act.room.platform, act.room.conversation_id)
    act.db.add(
        Room(
            body_id=found.id,
            platform=act.room.platform,
            tenant=act.room.tenant,
            conversation_id=act.room.conversation_id,
            service_url=act.room.service_url,
            linked_by_id=act.by_id,
            linked_at=act.at,
        )
    )
    return Linked(found, True)


async def unlink(act: Act) -> Linked:
    """Stop telling the council things in this channel or group chat."""
    if act.room is None:
        raise Invalid("no_room")
    room = await act.db.scalar(
        select(Room).where(
            Room.platform == act.room.platform, Room.conversation_id == act.room.conversation_id
        )
    )
    if room is None:
        raise NotFound
    body = await body_for(act, room.body_id)
    await forget(act, room.platform, room.conversation_id)
    return Linked(body, False)


async def forget(act: Act, platform: str, conversation_id: str) -> None:
    """Remove a room, what waits to be told there, and the cards that hang there."""
    rooms = select(Room.id).where(Room.platform == platform, Room.conversation_id == conversation_id)
    for table in (Posting, Delivery):
        await act.db.execute(delete(table).where(table.room_id.in_(rooms.scalar_subquery())))
    await act.db.execute(
        delete(Room).where(Room.platform == platform, Room.conversation_id == conversation_id)
    )
