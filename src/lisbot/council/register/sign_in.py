"""Signing in to the pages: links that work once, and people known to an OpenID provider."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.addresses import fold_address
from lisbot.council.models import Person, SignInLink
from lisbot.council.register.known_addresses import has_address

LINK_LIFE = timedelta(minutes=20)
# However many machines ask. How many one machine gets for an address is the pages' to say, and is fewer: nobody uses up
# the links of another.
WINDOW, MAX_PER_WINDOW = timedelta(hours=1), 20
JUST_BEFORE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class NewLink:
    """To whom a sign-in link goes, in which language, and the secret in it, which is stored nowhere."""

    email: str
    lang: str | None
    token: str


async def find_by_email(db: AsyncSession, email: str) -> int | None:
    """Returns the id of the person with this address, which a provider has said is theirs. None for a stranger."""
    return await db.scalar(select(Person.id).where(has_address(fold_address(email))))


async def create_link(db: AsyncSession, email: str, at: datetime) -> NewLink | None:
    """Create a link for the person with this address, which it is sent to. Returns None for a stranger, and for whoever
    has had twenty within an hour. A link lives for twenty minutes."""
    person = await db.scalar(select(Person).where(has_address(fold_address(email))).with_for_update())
    if person is None:
        return None
    recent = await db.scalar(
        select(func.count())
        .select_from(SignInLink)
        .where(SignInLink.person_id == person.id, SignInLink.made_at.between(at - WINDOW, at))
    )
    if recent is not None and recent >= MAX_PER_WINDOW:
        return None
    token = secrets.token_urlsafe(32)
    db.add(SignInLink(person_id=person.id, digest=token_digest(token), made_at=at))
    await db.flush()
    return NewLink(fold_address(email), person.lang, token)


def is_good(token: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions on the row of a link that signs somebody in now: one of tomorrow, made while a clock was
    wrong, does not."""
    return (
        SignInLink.digest == token_digest(token),
        SignInLink.used_at.is_(None),
        SignInLink.made_at > at - LINK_LIFE,
        SignInLink.made_at <= at,
    )


async def find_by_link(db: AsyncSession, token: str, at: datetime) -> tuple[str, str] | None:
    """Returns the name and address of whom a link signs in, and uses it not up. None where it is no good."""
    row = (await db.execute(select(Person.name, Person.email).join(SignInLink).where(*is_good(token, at)))).first()
    return None if row is None else (row.name, row.email or "")


async def begin_session(db: AsyncSession, person_id: int, at: datetime) -> None:
    """Have a session that begins now be no earlier than the last sign-out, which a wrong clock may have put in the
    future."""
    await db.execute(
        update(Person).where(Person.id == person_id, Person.signed_out_at > at).values(signed_out_at=at - JUST_BEFORE)
    )


async def use_link(db: AsyncSession, token: str, at: datetime) -> int | None:
    """Use up a link, and with it that person's other links.

    Returns the id of the person it signs in, or None if it is unknown, too old or used.
    """
    person_id = await db.scalar(
        update(SignInLink).where(*is_good(token, at)).values(used_at=at).returning(SignInLink.person_id)
    )
    if person_id is not None:
        await db.execute(
            update(SignInLink).where(SignInLink.person_id == person_id, SignInLink.used_at.is_(None)).values(used_at=at)
        )
    return person_id


async def sign_out(db: AsyncSession, person_id: int, at: datetime) -> None:
    """End every session of this person's, wherever a copy of its cookie may be."""
    await db.execute(update(Person).where(Person.id == person_id).values(signed_out_at=at))


async def is_over(db: AsyncSession, person_id: int, since: datetime) -> bool:
    """Returns whether a session begun at `since` was ended by signing out."""
    ended = await db.scalar(select(Person.signed_out_at).where(Person.id == person_id))
    return ended is not None and since <= ended


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
