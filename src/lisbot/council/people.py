"""Who is at the door: recognising people by their accounts, and what they may set about themselves."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council import audit
from lisbot.council.act import Act, Hold, Member, Permission, Role, RoomRef
from lisbot.council.errors import NotAllowed
from lisbot.council.kinds import Lang, Standing
from lisbot.council.models import Account, Body, Person, Room, Seat, Staff, Term
from lisbot.council.models.base import table


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one person is reached on a platform: their 1:1 conversation with lisbot."""

    service_url: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone at the door: what a channel has proved about them, and nothing more.

    platform     teams or slack: external_id is the platform's own id within `tenant`;
                 web, outbox: a person's id that we signed ourselves; cli: an e-mail address the operator of
                 this machine gave; room: a room's id; clock: nobody, what happens by itself.
    email        only what the platform's own roster returned for an allow-listed tenant.
    lang         the platform's locale, already one of ours; followed until the person chooses.
    """

    platform: str
    external_id: str
    tenant: str = ""
    lang: str | None = None
    email: str | None = None
    reach: Reach | None = None
    room: RoomRef | None = None


HOLDS = {
    Standing.VOTING: Role.REPRESENTATIVE,
    Standing.NONVOTING: Role.PARTICIPANT,
    Standing.OBSERVER: Role.OBSERVER,
    Standing.COPY: Role.READER,
}
PERSON, ACCOUNT, TERM, SEAT, STAFF = (table(each).c for each in (Person, Account, Term, Seat, Staff))


def held_by(who: ColumnElement[bool]) -> Select[Any]:
    """A person and the seats they hold on a day, in one statement. Made once: every request asks it."""
    return (
        select(
            PERSON.id,
            PERSON.name,
            PERSON.email,
            PERSON.lang,
            exists().where(STAFF.person_id == PERSON.id).label("is_staff"),
            TERM.rank,
            SEAT.id.label("seat_id"),
            SEAT.body_id,
            SEAT.organisation_id,
            SEAT.standing,
            SEAT.chairs,
        )
        .select_from(table(Person))
        .outerjoin(
            table(Term),
            and_(
                TERM.person_id == PERSON.id,
                TERM.from_on <= bindparam("day"),
                or_(TERM.to_on.is_(None), TERM.to_on >= bindparam("day")),
            ),
        )
        .outerjoin(table(Seat), SEAT.id == TERM.seat_id)
        .where(who)
    )


BY_ID = held_by(PERSON.id == bindparam("id"))
BY_EMAIL = held_by(func.lower(PERSON.email) == bindparam("email"))
BY_ACCOUNT = held_by(
    PERSON.id
    == select(ACCOUNT.person_id)
    .where(
        ACCOUNT.platform == bindparam("platform"),
        ACCOUNT.tenant == bindparam("tenant"),
        ACCOUNT.external_id == bindparam("external_id"),
    )
    .scalar_subquery()
)
CLOCK = Member(None, "lisbot", "nb", (Hold(Role.CLOCK, 0),))


async def recognise(db: AsyncSession, caller: Caller, at: datetime, today: date, lang: str) -> Member:
    """The member at the door, with all they hold today. Raises NotAllowed for a stranger.

    A new account is linked here, the first time, by the roster's e-mail address; afterwards by id alone.
    """
    match caller.platform:
        case "clock":
            return CLOCK
        case "room":
            return await recognise_room(db, int(caller.external_id))
        case "web" | "outbox":
            member = await find(db, BY_ID, {"id": int(caller.external_id)}, caller, today, lang)
        case "cli":
            member = await find(db, BY_EMAIL, {"email": caller.external_id.lower()}, caller, today, lang)
        case _:
            account = {name: getattr(caller, name) for name in ("platform", "tenant", "external_id")}
            member = await find(db, BY_ACCOUNT, account, caller, today, lang)
    if member is None and caller.email:
        member = await link(db, caller, at, today, lang)
    if member is None:
        raise NotAllowed("stranger")
    return member


async def link(db: AsyncSession, caller: Caller, at: datetime, today: date, lang: str) -> Member | None:
    """Link an account to the person who has its address, once, and log it: whoever has that address
    afterwards, on another account of the same organisation, is not them. Raises NotAllowed for such a one."""
    # Locked, so that two first messages at once link one account.
    person_id = await db.scalar(
        select(Person.id).where(func.lower(Person.email) == str(caller.email).lower()).with_for_update()
    )
    if person_id is None:
        return None
    linked = await db.scalar(
        select(Account.external_id)
        .where(
            Account.person_id == person_id,
            Account.platform == caller.platform,
            Account.tenant == caller.tenant,
        )
        .limit(1)
    )
    if linked is None:
        db.add(
            Account(
                platform=caller.platform,
                tenant=caller.tenant,
                external_id=caller.external_id,
                person_id=person_id,
                linked_at=at,
            )
        )
        await db.flush()
    elif linked != caller.external_id:
        raise NotAllowed("address_taken")
    member = await find(db, BY_ID, {"id": person_id}, caller, today, lang)
    if member is not None and linked is None:
        act = Act(db, member, at, caller.platform, ZoneInfo("UTC"), Permission.SELF, changes=True)
        account = {name: getattr(caller, name) for name in ("platform", "tenant", "external_id")}
        await audit.write(act, "account.link", account)
    return member


async def find(
    db: AsyncSession, held: Select[Any], who: dict[str, Any], caller: Caller, today: date, lang: str
) -> Member | None:
    """One statement for the person and their terms; a second only for those who work at a secretariat."""
    rows = (await db.execute(held, {**who, "day": today})).all()
    if not rows:
        return None
    holds: list[Hold] = []
    for row in rows:
        if row.seat_id is not None:
            role = HOLDS[row.standing]
            if row.rank > 0:
                role = Role.DEPUTY if row.standing is Standing.VOTING else role
            holds.append(Hold(role, row.body_id, row.seat_id, row.organisation_id))
            if row.chairs and row.rank == 0:
                holds.append(Hold(Role.CHAIR, row.body_id, row.seat_id, row.organisation_id))
    first = rows[0]
    if first.is_staff:
        holds += await staff_holds(db, first.id, today)
    return Member(
        first.id,
        first.name,
        first.lang or caller.lang or lang,
        tuple(holds),
        first.email,
        has_chosen_lang=first.lang is not None,
    )


async def staff_holds(db: AsyncSession, person_id: int, today: date) -> list[Hold]:
    bodies = await db.scalars(
        select(Body.id)
        .join(Staff, Staff.secretariat_id == Body.secretariat_id)
        .where(
            Staff.person_id == person_id,
            Staff.from_on <= today,
            or_(Staff.to_on.is_(None), Staff.to_on >= today),
        )
        .order_by(Body.id)
    )
    return [Hold(Role.SECRETARY, body_id) for body_id in bodies]


async def recognise_room(db: AsyncSession, room_id: int) -> Member:
    """What hangs in a body's channel is drawn for the room: in the body's language, nobody's own answers."""
    row = (
        await db.execute(
            select(Body.id, Body.name, Body.lang)
            .join(Room, Room.body_id == Body.id)
            .where(Room.id == room_id)
        )
    ).one_or_none()
    if row is None:
        raise NotAllowed("stranger")
    return Member(None, row.name, row.lang, (Hold(Role.ROOM, row.id),), has_chosen_lang=True)


async def reached(act: Act, *, service_url: str, conversation_id: str) -> None:
    """Remember where the member is reached on the platform they write from, and which language it speaks:
    always the newest."""
    if act.via in ("web", "cli"):
        raise NotAllowed  # only a chat platform knows its own addresses
    await act.db.execute(
        update(Account)
        .where(Account.person_id == act.by.id, Account.platform == act.via)
        .values(
            service_url=service_url,
            conversation_id=conversation_id,
            lang=None if act.by.has_chosen_lang else act.by.lang,
        )
    )


async def choose_language(act: Act, *, language: Lang) -> Member:
    """Answer this member in this language from now on, wherever they are."""
    await act.db.execute(update(Person).where(Person.id == act.by.id).values(lang=language.value))
    return replace(act.by, lang=language.value, has_chosen_lang=True)
