"""The outbox's rows: claimed with a lease, and how it went with them.

Leases are between processes and run on the real clock; what is due is due by the council's.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.kinds import DeliveryState
from lisbot.council.models import Account, Delivery, LogHead, Person, Posting, Room
from lisbot.db import Database
from lisbot.ports import Address

LEASE = timedelta(seconds=120)  # longer than any sender waits for its platform
BURST = timedelta(seconds=1)  # a card is edited once for all that happened in this time
MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send until its lease runs out."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    shows: str
    args: Mapping[str, Any]
    person_id: int | None
    room_id: int | None
    attempts: int
    channel: str | None  # mail, when chat has been given up
    reason: str | None  # and why


@dataclass(frozen=True, slots=True)
class Hanging:
    """A card that hangs somewhere and is ours to redraw until its lease runs out."""

    id: int
    shows: str
    args: Mapping[str, Any]
    person_id: int | None
    room_id: int | None
    platform: str
    service_url: str
    conversation_id: str
    message_id: str


@dataclass(frozen=True, slots=True)
class Hangs:
    """Where a message was put: the platform's id of it, and the newest deed its card can show."""

    to: Address
    message_id: str
    drawn_after: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How it went with a delivery: one of the final states, or waiting for another attempt."""

    state: DeliveryState
    reason: str | None = None
    channel: str | None = None
    wait: timedelta = timedelta()
    hangs: Hangs | None = None
    gone: Address | None = None  # this one leads nowhere any more


class Rows:
    """The waiting messages and hanging cards of one database, at the council's time."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self.db, self.now = db, now

    async def is_anything_due(self) -> bool:
        """A look without locks, so that an idle outbox never holds up somebody's ballot."""
        now, wall = self.now(), datetime.now(UTC)
        async with self.db.read() as db:
            waiting = exists().where(*due(now, wall))
            stale = exists().where(*overdue(now, wall))
            return bool(await db.scalar(select(or_(waiting, stale))))

    async def claim(self, limit: int) -> list[Claimed]:
        """Take the oldest waiting message of each recipient, so that theirs go out in order."""
        now, wall = self.now(), datetime.now(UTC)
        first = (
            select(func.min(Delivery.id))
            .where(Delivery.state == DeliveryState.WAITING)
            .group_by(Delivery.person_id, Delivery.room_id)
        )
        picked = (
            select(Delivery.id)
            .where(*due(now, wall), Delivery.id.in_(first))
            .order_by(Delivery.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("picked")  # PostgreSQL works this out once; a bare IN (… LIMIT …) it may run again and again
        )
        async with self.db.write() as db:
            taken = await db.execute(
                update(Delivery)
                .where(Delivery.id.in_(select(picked.c.id)))
                .values(lease_until=wall + LEASE, attempts=Delivery.attempts + 1)
                .returning(*(getattr(Delivery, name) for name in Claimed.__slots__))
                .execution_options(synchronize_session=False)
            )
            return sorted((Claimed(*row) for row in taken), key=lambda claimed: claimed.id)

    async def claim_stale(self, limit: int) -> list[Hanging]:
        """Take cards that are out of date. The mark is removed here, so that what changes while one is being
        redrawn marks it again."""
        now, wall = self.now(), datetime.now(UTC)
        picked = (
            select(Posting.id)
            .where(*overdue(now, wall))
            .order_by(Posting.stale_at, Posting.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("picked")
        )
        async with self.db.write() as db:
            taken = await db.execute(
                update(Posting)
                .where(Posting.id.in_(select(picked.c.id)))
                .values(lease_until=wall + LEASE, stale_at=None)
                .returning(*(getattr(Posting, name) for name in Hanging.__slots__))
                .execution_options(synchronize_session=False)
            )
            return [Hanging(*row) for row in taken]

    async def rescue(self) -> None:
        """Cards whose lease ran out, because a process died over them, are out of date again."""
        async with self.db.read() as db:
            lost = select(Posting.id).where(Posting.lease_until < datetime.now(UTC)).limit(1)
            if (await db.execute(lost)).first() is None:
                return
        async with self.db.write() as db:
            await db.execute(
                update(Posting)
                .where(Posting.lease_until < datetime.now(UTC))
                .values(lease_until=None, stale_at=func.coalesce(Posting.stale_at, self.now()))
            )

    async def waiting(self) -> int:
        """How many messages have not been sent yet."""
        async with self.db.read() as db:
            counted = select(func.count()).where(Delivery.state == DeliveryState.WAITING)
            return (await db.execute(counted)).scalar_one()

    async def find(self, claimed: Claimed, platforms: Collection[str]) -> tuple[Address | None, str | None]:
        """Where the recipient is reached in chat, and by mail: on the platforms that are on."""
        chats = [platform for platform in platforms if platform != MAIL]
        async with self.db.read() as db:
            if claimed.room_id is not None:
                room = await db.get(Room, claimed.room_id)
                if room is None or room.platform not in chats:
                    return None, None
                return Address(room.platform, room.tenant, room.service_url, room.conversation_id), None
            found = await db.execute(
                select(Account.platform, Account.tenant, Account.service_url, Account.conversation_id)
                .where(
                    Account.person_id == claimed.person_id,
                    Account.platform.in_(chats),
                    Account.conversation_id.is_not(None),
                    Account.service_url.is_not(None),
                )
                .order_by(Account.linked_at.desc(), Account.id.desc())
                .limit(1)
            )
            chat = next((Address(*map(str, row)) for row in found), None)
            email = await db.scalar(select(Person.email).where(Person.id == claimed.person_id))
        return chat, email if MAIL in platforms else None

    async def lang_of(self, person_id: int | None) -> str | None:
        """The language somebody has chosen, or else that of the platform they came to us from last."""
        newest = (
            select(Account.lang)
            .where(Account.person_id == Person.id, Account.lang.is_not(None))
            .order_by(Account.linked_at.desc(), Account.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        async with self.db.read() as db:
            return await db.scalar(select(func.coalesce(Person.lang, newest)).where(Person.id == person_id))

    async def note(self, claimed: Claimed, ending: Ending) -> None:
        """Write down how it went, where the card hangs, and which address leads nowhere any more."""
        now = self.now()
        is_sent = ending.state in (DeliveryState.SENT, DeliveryState.FELL_BACK)
        async with self.db.write() as db:
            await db.execute(
                update(Delivery)
                .where(Delivery.id == claimed.id, Delivery.state == DeliveryState.WAITING)
                .values(
                    state=ending.state,
                    reason=ending.reason,
                    channel=ending.channel,
                    next_at=now + ending.wait,
                    sent_at=now if is_sent else None,
                    lease_until=None,
                )
            )
            subject = subject_of(claimed.shows, claimed.args)
            if subject and ending.hangs and ending.hangs.message_id:
                await hang(db, claimed, subject, ending.hangs, now)
            if ending.gone:
                await db.execute(
                    update(Account)
                    .where(
                        Account.person_id == claimed.person_id,
                        Account.platform == ending.gone.platform,
                        Account.conversation_id == ending.gone.conversation_id,
                    )
                    .values(conversation_id=None)
                )

    async def note_edit(self, hanging: Hanging, *, gone: bool, again: timedelta | None) -> None:
        """A card that can be edited no more is forgotten; one that may be edited later is marked again."""
        async with self.db.write() as db:
            mine = Posting.id == hanging.id
            if gone:
                await db.execute(delete(Posting).where(mine))
            elif again is not None:
                await db.execute(
                    update(Posting).where(mine).values(lease_until=None, stale_at=self.now() + again)
                )
            else:
                await db.execute(update(Posting).where(mine).values(lease_until=None))

    async def last_line(self) -> int:
        """The number of the newest deed. A card drawn before a deed may not show it."""
        async with self.db.read() as db:
            return await newest(db)


def due(now: datetime, wall: datetime) -> tuple[ColumnElement[bool], ...]:
    """Messages whose turn it is. Leases are between processes, and run on the real clock."""
    return (
        Delivery.state == DeliveryState.WAITING,
        Delivery.next_at <= now,
        or_(Delivery.lease_until.is_(None), Delivery.lease_until < wall),
    )


def overdue(now: datetime, wall: datetime) -> tuple[ColumnElement[bool], ...]:
    """Cards that have been out of date for as long as a burst of changes lasts."""
    return (
        Posting.stale_at <= now - BURST,
        or_(Posting.lease_until.is_(None), Posting.lease_until < wall),
    )


def subject_of(shows: str, args: Mapping[str, Any]) -> str | None:
    """What a card is about, as notices.changed() names it: "vote:7", and "meeting:3" for a meeting's call.

    Lists and menus are about nothing.
    """
    things = [name.removesuffix("_id") for name in args if name.endswith("_id")]
    own = shows.split(".")[0]
    if not things:
        return None
    thing = own if own in things else things[0]
    return f"{thing}:{args[f'{thing}_id']}"


async def hang(db: AsyncSession, claimed: Claimed, subject: str, at: Hangs, now: datetime) -> None:
    """Remember where a card hangs. A platform may give back the id of a message it already has."""
    known = select(Posting.id).where(
        Posting.platform == at.to.platform,
        Posting.conversation_id == at.to.conversation_id,
        Posting.message_id == at.message_id,
    )
    if await db.scalar(known) is not None:
        return
    db.add(
        Posting(
            subject=subject,
            shows=claimed.shows,
            args=dict(claimed.args),
            person_id=claimed.person_id,
            room_id=claimed.room_id,
            platform=at.to.platform,
            service_url=at.to.service_url,
            conversation_id=at.to.conversation_id,
            message_id=at.message_id,
            # Something was done while this was on its way: the card may not show it.
            stale_at=now if await newest(db) != at.drawn_after else None,
        )
    )


async def newest(db: AsyncSession) -> int:
    return await db.scalar(select(LogHead.last).where(LogHead.id == 1)) or 0
