"""Where the recipients of a batch are reached, in which language, and as whom their cards are drawn.

A constant number of statements for a whole batch. What a person holds is asked here, when a message is sent, and
not only when it was queued.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Hold, Role
from lisbot.council.delivery.peace import QUIET, QUIET_COLUMNS, Quiet, quiet_of, release_before, released_at
from lisbot.council.delivery.reach import MAIL, chat_of, read_choices, wish_of
from lisbot.council.enums import MailCopies
from lisbot.council.meetings.audience import concerned_later, no_longer_concerned
from lisbot.council.meetings.invited import have_calendars
from lisbot.council.models import Account, Body, Person, Room, Staff, Term, table
from lisbot.council.register.identity import Caller, holds_of
from lisbot.db import is_one_of
from lisbot.messaging import Address
from lisbot.outbox.records import ClaimedDelivery, ClaimedPosting
from lisbot.runtime import Runtime

PERSON, ACCOUNT, ROOM, BODY = (table(each) for each in (Person, Account, Room, Body))


def holds_now(of: Any) -> ColumnElement[bool]:
    """Returns whether a person has a term or a position now, or one to come."""
    return exists().where(of.c.person_id == PERSON.c.id, or_(of.c.to_on.is_(None), of.c.to_on >= bindparam("day")))


# Built once: every batch asks these. The account comes first that they were seen on last, or that was linked last.
PEOPLE = (
    select(
        PERSON.c.id,
        PERSON.c.email,
        PERSON.c.lang,
        ACCOUNT.c.platform,
        ACCOUNT.c.tenant,
        ACCOUNT.c.service_url,
        ACCOUNT.c.conversation_id,
        ACCOUNT.c.lang.label("account_lang"),
        ACCOUNT.c.lost_at,
        ACCOUNT.c.lost_reason,
        or_(holds_now(table(Term)), holds_now(table(Staff))).label("is_inside"),
        *QUIET_COLUMNS,
    )
    .outerjoin_from(PERSON, ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
    .outerjoin(QUIET, QUIET.c.person_id == PERSON.c.id)
    .where(is_one_of(PERSON.c.id, "ids"))
    .order_by(func.coalesce(ACCOUNT.c.seen_at, ACCOUNT.c.linked_at).desc(), ACCOUNT.c.id.desc())
)
ROOMS = (
    select(
        ROOM.c.id,
        ROOM.c.body_id,
        ROOM.c.platform,
        ROOM.c.tenant,
        ROOM.c.service_url,
        ROOM.c.conversation_id,
        ROOM.c.gone_at,
        BODY.c.lang,
    )
    .join_from(ROOM, BODY, BODY.c.id == ROOM.c.body_id)
    .where(is_one_of(ROOM.c.id, "ids"))
)
ROOMS_OF = (
    select(ROOM.c.body_id, ROOM.c.platform, ROOM.c.tenant, ROOM.c.service_url, ROOM.c.conversation_id)
    .where(is_one_of(ROOM.c.body_id, "bodies"), ROOM.c.gone_at.is_(None))
    .order_by(ROOM.c.id)
)


class Route(NamedTuple):
    """One recipient of a batch. `lang` is the language they have chosen, or else that of the platform they came to
    us from last; None where neither is known. `viewer` is as whom the card is drawn; None for whoever holds nothing
    in the body any more. `body_id` is the body that what they are told is about, where that is known. `is_concerned`:
    whether it concerns them still; `concerned_in`: after how long it will, or may be told them, where not yet. `rooms`:
    for whoever has no chat, the body's rooms, whose rosters may know their address, `known_email`. `lost_reason`: why
    chat takes nothing for them any more. `by_mail_alone`: so they wish, or only mail can tell it; `is_off`: they wish
    no mail of it. `copies`: what they are told by mail beside chat."""

    chat: Address | None
    email: str | None
    lang: str | None
    viewer: Caller | None
    body_id: int | None = None
    is_concerned: bool = True
    concerned_in: timedelta | None = None
    rooms: tuple[Address, ...] = ()
    known_email: str | None = None
    lost_reason: str | None = None
    by_mail_alone: bool = False
    is_off: bool = False
    copies: MailCopies = MailCopies.NONE
    is_outside: bool = False  # without a seat or a position: they sign in nowhere
    gathers: bool = False  # whether they are told together what several councils tell them the same day

    @property
    def platform(self) -> str:
        """The platform that is tried first; "" for whoever is reached nowhere."""
        if self.chat is not None:
            return self.chat.platform
        return MAIL if self.email is not None else ""


async def find_routes(
    db: AsyncSession, runtime: Runtime, rows: Sequence[ClaimedDelivery | ClaimedPosting], platforms: Collection[str]
) -> dict[int, Route]:
    """Returns the route of each row, by the row's id, on the platforms that are on. At most ten statements."""
    now = runtime.now()
    today = now.astimezone(runtime.tz).date()
    asked = [row for row in rows if isinstance(row, ClaimedDelivery) and row.audience]
    people = sorted({row.person_id for row in rows if row.person_id is not None})
    in_role = {row.person_id for row in rows if row.person_id is not None and is_drawn_for_role(row)}
    in_role |= {row.person_id for row in asked if row.person_id is not None}
    rooms = sorted({row.room_id for row in rows if row.room_id is not None})
    accounts = await read_accounts(db, people, today)
    choices = await read_choices(db, people)
    places = {row.id: row for row in await db.execute(ROOMS, {"ids": rooms})} if rooms else {}
    holds = await holds_of(db, sorted(in_role), today) if in_role else {}
    unconcerned = await no_longer_concerned(db, asked, holds, now, today) if asked else set()
    routes = {}
    for row in rows:
        if row.room_id is not None:
            routes[row.id] = room_route(row.room_id, places, platforms)
        else:
            assert row.person_id is not None
            found = accounts.get(row.person_id, [])
            lang = language(found)
            viewer: Caller | None = Caller("outbox", str(row.person_id), lang=lang)
            if isinstance(row, ClaimedDelivery) and is_drawn_for_role(row):
                viewer = role_viewer(holds.get(row.person_id, ()), row.body_id, lang or runtime.lang)
            email = found[0].email if found and MAIL in platforms else None
            body_id = row.body_id if isinstance(row, ClaimedDelivery) else None
            kind = row.kind if isinstance(row, ClaimedDelivery) else ""
            wish = wish_of(choices, row.person_id, kind, email)
            chat = None if wish.by_mail_alone else chat_address(found, platforms, wish.platform)
            lost = next((each.lost_reason for each in found if each.lost_at and each.platform in platforms), None)
            lost = None if chat or wish.by_mail_alone else lost
            routes[row.id] = Route(chat, None if wish.is_off else email, lang, viewer, body_id, lost_reason=lost)
            is_outside = bool(found) and not found[0].is_inside
            routes[row.id] = routes[row.id]._replace(
                by_mail_alone=wish.by_mail_alone, is_off=wish.is_off, is_outside=is_outside
            )
            if isinstance(row, ClaimedDelivery) and row.is_held_back and found:
                routes[row.id] = in_peace(routes[row.id], row, quiet_of(found[0]), now, runtime.tz)
    await add_rooms(db, rows, routes, accounts, platforms)
    await note_copies(db, rows, routes, accounts)
    put_off = [row for row in asked if row.id in unconcerned and row.is_planned]
    waits = await concerned_later(db, put_off, now, runtime.tz) if put_off else {}
    for id_ in unconcerned:
        routes[id_] = routes[id_]._replace(is_concerned=False, concerned_in=waits.get(id_))
    return routes


def in_peace(route: Route, row: ClaimedDelivery, quiet: Quiet, now: datetime, tz: ZoneInfo) -> Route:
    """Returns the route of what can wait: held back while somebody is left in peace, but not past its deadline."""
    if row.useful_until is not None:
        released, _ = release_before(quiet, now, row.useful_until, tz)
    else:
        released = released_at(quiet, now, tz)
    return route._replace(gathers=quiet.digest and row.can_wait, concerned_in=released - now or None)


async def add_rooms(
    db: AsyncSession,
    rows: Sequence[ClaimedDelivery | ClaimedPosting],
    routes: dict[int, Route],
    accounts: Mapping[int, Sequence[Any]],
    platforms: Collection[str],
) -> None:
    """Add, for those who are reached in no chat, the rooms in which they may sit. At most one statement."""
    roomless = [
        row
        for row in rows
        if isinstance(row, ClaimedDelivery) and row.person_id and row.body_id and is_searched(routes[row.id])
    ]
    if not roomless or not set(platforms) - {MAIL}:
        return
    found: dict[int, list[Address]] = {}
    for room in await db.execute(ROOMS_OF, {"bodies": sorted({row.body_id for row in roomless if row.body_id})}):
        if room.platform in platforms:
            address = Address(room.platform, room.tenant, room.service_url, room.conversation_id)
            found.setdefault(room.body_id, []).append(address)
    for row in roomless:
        known = accounts.get(row.person_id or 0, [])
        lost = {each.platform for each in known if each.lost_at}
        rooms = tuple(room for room in found.get(row.body_id or 0, ()) if room.platform not in lost)
        routes[row.id] = routes[row.id]._replace(rooms=rooms, known_email=known[0].email if known else None)


async def note_copies(
    db: AsyncSession,
    rows: Sequence[ClaimedDelivery | ClaimedPosting],
    routes: dict[int, Route],
    accounts: Mapping[int, Sequence[Any]],
) -> None:
    """Add who is told by mail beside chat: whoever has asked for it, and those whose calendar was told of the meeting,
    since it takes in nothing that chat says. At most one statement."""
    in_chat = [
        (row, row.person_id)
        for row in rows
        if isinstance(row, ClaimedDelivery) and row.person_id and routes[row.id].chat and routes[row.id].email
    ]
    about = {row.id: (meeting, person) for row, person in in_chat if (meeting := row.meeting_id) is not None}
    have = await have_calendars(db, set(about.values()))
    for row, person in in_chat:
        copies = accounts[person][0].copies or MailCopies.NONE
        if copies is MailCopies.NONE and about.get(row.id) in have:
            copies = MailCopies.CALENDAR
        routes[row.id] = routes[row.id]._replace(copies=copies)


def is_drawn_for_role(row: ClaimedDelivery | ClaimedPosting) -> bool:
    """Returns whether one card is drawn for all of a role. A card that is redrawn says what its own reader has
    answered since, and is drawn for them alone."""
    return isinstance(row, ClaimedDelivery) and row.drawn_for_role and row.body_id is not None


async def read_accounts(db: AsyncSession, people: Sequence[int], today: date) -> dict[int, list[Any]]:
    """Returns each person's address and accounts, the account they were seen on last first."""
    found: dict[int, list[Any]] = {}
    if people:
        for row in await db.execute(PEOPLE, {"ids": people, "day": today}):
            found.setdefault(row.id, []).append(row)
    return found


def language(accounts: Sequence[Any]) -> str | None:
    chosen = accounts[0].lang if accounts else None
    return chosen or next((row.account_lang for row in accounts if row.account_lang), None)


def is_searched(route: Route) -> bool:
    """Returns whether somebody is looked for in their body's rooms."""
    return route.chat is None and not route.by_mail_alone


def chat_address(accounts: Sequence[Any], platforms: Collection[str], first: str | None = None) -> Address | None:
    """Returns where somebody is reached in chat, if anywhere (lisbot.council.delivery.reach.chat_of)."""
    row = chat_of(accounts, platforms, first)
    return Address(row.platform, row.tenant, row.service_url, row.conversation_id) if row is not None else None


def role_viewer(holds: Iterable[Hold], body_id: int | None, lang: str) -> Caller | None:
    """Returns as whom a card is drawn for everybody with the same roles in a body; None for whoever has none.

    All of a person's roles there, and not the one that may do most: a chair who represents gets the buttons of
    both, and no role's card shows more than that role may see.
    """
    roles = sorted({str(hold.role) for hold in holds if hold.body_id == body_id})
    return Caller("role", f"{','.join(roles)}:{body_id}", lang=lang) if roles else None


def room_route(room_id: int, rooms: Mapping[int, Any], platforms: Collection[str]) -> Route:
    """Returns the route to a room. All rooms of a body are shown the same card, in the body's language."""
    room = rooms.get(room_id)
    if room is None:
        return Route(None, None, None, None)
    chat = None
    if room.platform in platforms and room.gone_at is None:
        chat = Address(room.platform, room.tenant, room.service_url, room.conversation_id)
    viewer = Caller("role", f"{Role.ROOM}:{room.body_id}", lang=room.lang)
    return Route(chat, None, room.lang, viewer, room.body_id)
