"""Who is calling: recognising people by their accounts, with every role they hold today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.addresses import fold_address
from lisbot.council.core.context import NO_BODY, Act, Hold, Member, Permission, Role, RoomRef
from lisbot.council.core.errors import NotAllowed
from lisbot.council.core.periods import in_force, not_abolished
from lisbot.council.enums import Standing
from lisbot.council.models import Account, Body, MeetingRight, Person, Room, Seat, Staff, Term, table
from lisbot.council.register.known_addresses import has_address
from lisbot.council.register.speaking import speaks_for_seat
from lisbot.db import is_one_of


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one person is reached on a platform: their 1:1 conversation with lisbot."""

    service_url: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls: what a channel has proved about them, and nothing more.

    platform     teams or slack: external_id is the platform's own id within `tenant`;
                 web, outbox, mail: a person's id that we signed ourselves; cli: an e-mail address the operator of
                 this machine gave; room: a room's id; role: "chair,representative:3", whoever holds these
                 roles in body 3; clock: nobody, what happens by itself; public: nobody, whoever opens a public page.
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


# The role that a seat's holder has, by the seat's standing.
SEAT_ROLES = {
    Standing.VOTING: Role.REPRESENTATIVE,
    Standing.NONVOTING: Role.PARTICIPANT,
    Standing.OBSERVER: Role.OBSERVER,
    Standing.COPY: Role.READER,
}
PERSON, ACCOUNT, TERM, SEAT, STAFF, BODY, RIGHT = (
    table(each).c for each in (Person, Account, Term, Seat, Staff, Body, MeetingRight)
)
# Whether somebody comes before a deputy: whoever holds the seat, or a deputy of a lower number.
IS_BEHIND = and_(TERM.rank > 0, ~speaks_for_seat(TERM, bindparam("day")))


def person_with_seats(who: ColumnElement[bool]) -> Select[Any]:
    """Returns the statement for a person and the seats they hold on a day. Built once: every request runs it."""
    return (
        select(
            PERSON.id,
            PERSON.name,
            PERSON.email,
            PERSON.lang,
            exists().where(STAFF.person_id == PERSON.id).label("is_staff"),
            TERM.rank,
            IS_BEHIND.label("is_behind"),
            SEAT.id.label("seat_id"),
            SEAT.body_id,
            SEAT.organisation_id,
            SEAT.standing,
            SEAT.chairs,
            exists().where(RIGHT.of_body_id == SEAT.body_id).label("may_visit"),
        )
        .select_from(table(Person))
        .outerjoin(table(Term), (TERM.person_id == PERSON.id) & in_force(TERM, bindparam("day")))
        .outerjoin(
            table(Seat),
            (SEAT.id == TERM.seat_id) & not_abolished(SEAT, bindparam("day")),
        )
        .where(who)
    )


# By a seat in which body somebody may meet in which others, on a day.
VISITS = (
    select(RIGHT.of_body_id, RIGHT.body_id, RIGHT.sees_confidential)
    .where(is_one_of(RIGHT.of_body_id, "bodies"), in_force(RIGHT, bindparam("day")))
    .order_by(RIGHT.body_id, RIGHT.sees_confidential.desc())
)
BY_ID = person_with_seats(PERSON.id == bindparam("id"))
BY_IDS = person_with_seats(is_one_of(PERSON.id, "ids"))
BY_EMAIL = person_with_seats(has_address(bindparam("email")))
BY_ACCOUNT = person_with_seats(
    PERSON.id
    == select(ACCOUNT.person_id)
    .where(
        ACCOUNT.platform == bindparam("platform"),
        ACCOUNT.tenant == bindparam("tenant"),
        ACCOUNT.external_id == bindparam("external_id"),
        ACCOUNT.unlinked_at.is_(None),
    )
    .scalar_subquery()
)
CLOCK = Member(None, "lisbot", "nb", (Hold(Role.CLOCK, 0),))
ANYBODY = (Hold(Role.PUBLIC, 0),)


async def recognise(db: AsyncSession, caller: Caller, at: datetime, today: date, lang: str, key: bytes = b"") -> Member:
    """Returns the caller as a member, with all they hold today. Raises NotAllowed for a stranger.

    A new account is linked here, the first time, by the roster's e-mail address; afterwards by id alone. The
    log's line about that needs `key`, the SECRET_KEY.
    """
    match caller.platform:
        case "clock":
            return CLOCK
        case "room":
            return await recognise_room(db, int(caller.external_id))
        case "public":
            return Member(None, "public", caller.lang or lang, ANYBODY, has_chosen_lang=True)
        case "role":
            return role_member(caller.external_id, caller.lang or lang)
        case "web" | "outbox" | "mail":
            member = await find(db, BY_ID, {"id": int(caller.external_id)}, caller, today, lang)
        case "cli":
            member = await find(db, BY_EMAIL, {"email": fold_address(caller.external_id)}, caller, today, lang)
        case _:
            account = {name: getattr(caller, name) for name in ("platform", "tenant", "external_id")}
            member = await find(db, BY_ACCOUNT, account, caller, today, lang)
    if member is None and caller.email:
        member = await link_account(db, caller, at, today, lang, key)
    if member is None:
        raise NotAllowed("stranger")
    return member


def role_member(roles: str, lang: str) -> Member:
    """Returns whoever holds some roles in a body, and nobody in particular: "representative:3", or of a chair
    "chair,representative:3"."""
    names, _, body_id = roles.partition(":")
    holds = tuple(Hold(Role(name), int(body_id)) for name in names.split(","))
    return Member(None, names, lang, holds, has_chosen_lang=True)


class AccountRefused(NotAllowed):
    """Somebody's address on another account than the one they are known by."""

    def __init__(self, person_id: int, platform: str) -> None:
        super().__init__("address_taken")
        self.person_id, self.platform = person_id, platform


async def link_account(
    db: AsyncSession, caller: Caller, at: datetime, today: date, lang: str, key: bytes
) -> Member | None:
    """Link an account to the person who has its address, once, and log it. Returns None for a stranger.

    Raises AccountRefused where another account of the same organisation is linked already: whoever has the
    address now is not them, or the account was made anew; and NotAllowed for an account that was unlinked.
    """
    # Locked, so that two first messages at once link one account.
    person_id = await db.scalar(select(Person.id).where(has_address(fold_address(str(caller.email)))).with_for_update())
    if person_id is None:
        return None
    known = list(
        await db.execute(
            select(Account.person_id, Account.external_id, Account.unlinked_at).where(
                Account.platform == caller.platform,
                Account.tenant == caller.tenant,
                or_(Account.person_id == person_id, Account.external_id == caller.external_id),
            )
        )
    )
    if any(row.external_id == caller.external_id and row.unlinked_at is not None for row in known):
        raise NotAllowed("account_unlinked")
    linked = {row.external_id for row in known if row.person_id == person_id and row.unlinked_at is None}
    if linked and caller.external_id not in linked:
        raise AccountRefused(person_id, caller.platform)
    if not linked:
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
    member = await find(db, BY_ID, {"id": person_id}, caller, today, lang)
    if member is not None and not linked:
        await log_link(db, member, caller, at, key)
    return member


async def log_link(db: AsyncSession, member: Member, caller: Caller, at: datetime, key: bytes) -> None:
    """Write the log's line about an account that was linked."""
    from lisbot.council.log.write import write as write_log  # once in an account's life

    act = Act(db, member, at, caller.platform, ZoneInfo("UTC"), Permission.SELF, changes=True, key=key)
    act.concerns(f"person:{member.id}")
    account = {name: getattr(caller, name) for name in ("platform", "tenant", "external_id")}
    await write_log(act, "account.link", account)


async def find(
    db: AsyncSession, query: Select[Any], who: Mapping[str, Any], caller: Caller, today: date, lang: str
) -> Member | None:
    """Returns the person a query finds. One statement; one more for those who work at a secretariat, and for those who
    may meet in a body where they have no seat."""
    rows = (await db.execute(query, {**who, "day": today})).all()
    if not rows:
        return None
    holds = seat_holds(rows)
    first = rows[0]
    staffed = (await staff_holds(db, [first.id], today)).get(first.id, []) if first.is_staff else []
    holds += visits(await read_visits(db, rows, today), [*holds, *staffed])
    holds += staffed
    return Member(
        first.id,
        first.name,
        first.lang or caller.lang or lang,
        tuple(holds),
        first.email,
        has_chosen_lang=first.lang is not None,
    )


def seat_holds(rows: Iterable[Any]) -> list[Hold]:
    """Returns the roles that come of one person's seats. The first deputy of a seat that nobody holds speaks for it,
    and has the role its holder would have."""
    holds: list[Hold] = []
    for row in rows:
        if row.seat_id is None:
            continue
        role = SEAT_ROLES[row.standing]
        if row.is_behind:
            role = Role.DEPUTY if row.standing is Standing.VOTING else role
        holds.append(Hold(role, row.body_id, row.seat_id, row.organisation_id))
        if row.chairs and row.rank == 0:
            holds.append(Hold(Role.CHAIR, row.body_id, row.seat_id, row.organisation_id))
    return holds


def visiting_bodies(rows: Iterable[Any]) -> set[int]:
    """Returns the bodies by whose seats somebody may meet elsewhere: for which they speak, and not only read along."""
    return {row.body_id for row in rows if row.may_visit and not row.is_behind and row.standing is not Standing.COPY}


async def read_visits(db: AsyncSession, rows: Iterable[Any], today: date) -> Sequence[Any]:
    """Returns the rights to meet that one person has by their seats. At most one statement."""
    bodies = visiting_bodies(rows)
    if not bodies:
        return ()
    return (await db.execute(VISITS, {"bodies": sorted(bodies), "day": today})).all()


def visits(rights: Iterable[Any], own: Iterable[Hold]) -> list[Hold]:
    """Returns what somebody is to the bodies in which they may meet by a seat in another: nothing where they have a
    part of their own (`own`) that brings them there."""
    meets = {hold.body_id for hold in own if hold.role not in (Role.READER, Role.DEPUTY)}
    return [
        Hold(Role.TRUSTED_VISITOR if right.sees_confidential else Role.VISITOR, right.body_id)
        for right in rights
        if right.body_id not in meets
    ]


async def staff_holds(db: AsyncSession, person_ids: list[int], today: date) -> dict[int, list[Hold]]:
    """Returns, by person, their role at their secretariat, and that of secretary in every body it runs."""
    rows = await db.execute(
        select(STAFF.person_id, STAFF.secretariat_id, BODY.id)
        .join_from(table(Staff), table(Body), STAFF.secretariat_id == BODY.secretariat_id, isouter=True)
        .where(is_one_of(STAFF.person_id, person_ids), in_force(STAFF, today))
        .order_by(BODY.id)
    )
    found: dict[int, dict[Hold, None]] = {}
    for person_id, secretariat_id, body_id in rows:
        holds = found.setdefault(person_id, {})
        if body_id is not None:
            holds[Hold(Role.SECRETARY, body_id)] = None
        holds[Hold(Role.STAFF, NO_BODY, secretariat_id=secretariat_id)] = None
    return {person_id: list(holds) for person_id, holds in found.items()}


async def holds_of(db: AsyncSession, person_ids: list[int], today: date) -> dict[int, list[Hold]]:
    """Returns what each of several people holds today. At most three statements, however many they are."""
    rows: dict[int, list[Any]] = {}
    for row in await db.execute(BY_IDS, {"ids": person_ids, "day": today}):
        rows.setdefault(row.id, []).append(row)
    employed = [person_id for person_id, found in rows.items() if found[0].is_staff]
    staff = await staff_holds(db, employed, today) if employed else {}
    may_visit = {person_id: visiting_bodies(found) for person_id, found in rows.items()}
    of = {"bodies": sorted(set().union(*may_visit.values())), "day": today}
    rights = (await db.execute(VISITS, of)).all() if of["bodies"] else []

    def holds_of_one(person_id: int, found: Iterable[Any]) -> list[Hold]:
        own, staffed = seat_holds(found), staff.get(person_id, [])
        theirs = (right for right in rights if right.of_body_id in may_visit[person_id])
        return [*own, *visits(theirs, [*own, *staffed]), *staffed]

    return {person_id: holds_of_one(person_id, found) for person_id, found in rows.items()}


async def recognise_room(db: AsyncSession, room_id: int) -> Member:
    """Returns a room as a member: what is posted there is in the body's language, and nobody's own."""
    row = (
        await db.execute(
            select(Body.id, Body.name, Body.lang).join(Room, Room.body_id == Body.id).where(Room.id == room_id)
        )
    ).one_or_none()
    if row is None:
        raise NotAllowed("stranger")
    return Member(None, row.name, row.lang, (Hold(Role.ROOM, row.id),), has_chosen_lang=True)
