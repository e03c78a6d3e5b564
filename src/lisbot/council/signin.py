"""Signing in to the pages: links that work once, and people known to the house's own OpenID provider."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.models import Person, SignInLink

LIFE = timedelta(minutes=20)
WINDOW, PER_WINDOW = timedelta(minutes=15), 3


@dataclass(frozen=True, slots=True)
class Invited:
    """To whom a link goes, in which language, and the secret in it, which is kept nowhere."""

    email: str
    lang: str | None
    token: str


async def sign_in_by_email(db: AsyncSession, email: str) -> int | None:
    """The person with this address, which the provider has said is theirs. None for a stranger."""
    return await db.scalar(select(Person.id).where(func.lower(Person.email) == email.strip().lower()))


async def invite(db: AsyncSession, email: str, at: datetime) -> Invited | None:
    """A link for the person with this address; None for a stranger, or when they have had enough of them.

    At most three in fifteen minutes for one person; each lives for twenty minutes.
    """
    person = await db.scalar(
        select(Person).where(func.lower(Person.email) == email.strip().lower()).with_for_update()
    )
    if person is None or person.email is None:
        return None
    lately = await db.scalar(
        select(func.count())
        .select_from(SignInLink)
        .where(SignInLink.person_id == person.id, SignInLink.made_at > at - WINDOW)
    )
    if lately is not None and lately >= PER_WINDOW:
        return None
    token = secrets.token_urlsafe(32)
    db.add(SignInLink(person_id=person.id, digest=digest(token), made_at=at))
    await db.flush()
    return Invited(person.email, person.lang, token)


async def accept(db: AsyncSession, token: str, at: datetime) -> int | None:
    """Use up a link: the person it signs in, or None if it is unknown, too old or used.

    Their other links are used up with it.
    """
    person_id = await db.scalar(
        update(SignInLink)
        .where(
            SignInLink.digest == digest(token), SignInLink.used_at.is_(None), SignInLink.made_at > at - LIFE
        )
        .values(used_at=at)
        .returning(SignInLink.person_id)
    )
    if person_id is not None:
        await db.execute(
            update(SignInLink)
            .where(SignInLink.person_id == person_id, SignInLink.used_at.is_(None))
            .values(used_at=at)
        )
    return person_id


async def sign_out(db: AsyncSession, person_id: int, at: datetime) -> None:
    """End every session of this person's, wherever a copy of its cookie may be."""
    await db.execute(update(Person).where(Person.id == person_id).values(signed_out_at=at))


async def is_over(db: AsyncSession, person_id: int, since: datetime) -> bool:
    """Whether a session begun then was ended by signing out."""
    ended = await db.scalar(select(Person.signed_out_at).where(Person.id == person_id))
    return ended is not None and since <= ended


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
