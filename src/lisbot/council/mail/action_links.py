"""Links in mails: each opens one card, for one person, for a time, and does one thing at one press.

Only a link's digest is kept. The same mail tried again has the same links, so the secret in one follows from the
SECRET_KEY, what the link is for, and the address that it is sent to: once its person's address is another, it opens
nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot import tracing
from lisbot.council.addresses import fold_address
from lisbot.council.core.context import Act
from lisbot.council.enums import DeliveryState
from lisbot.council.mail.tokens import is_signed, sign
from lisbot.council.models import ActionLink, Delivery, Person, table
from lisbot.council.register.views.people import PersonRecordView

LINK, DELIVERY = table(ActionLink), table(Delivery)
PURPOSE = "action-link"
LONGEST_LIFE = timedelta(days=30)
AFTER_DEADLINE = timedelta(days=1)  # for whoever opens it late, and is told so by the card itself
WITHOUT_DEADLINE = timedelta(days=14)
BETWEEN_RENEWALS = timedelta(minutes=10)
Deed = tuple[str, Mapping[str, Any]]  # a command and its arguments


class LinkState(StrEnum):
    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that somebody has opened: whose it is, what it does, and what the mail it came in showed.

    `is_current`: whether its time is not over and its person still has the address that it was sent to, used or not.
    """

    id: int
    person_id: int
    name: str
    lang: str | None
    command: str
    args: Mapping[str, Any]
    state: LinkState
    delivery_id: int | None
    shown: Deed | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Mailed:
    """The mail that links stand in: which delivery's, to whom, at which address."""

    delivery_id: int
    person_id: int
    email: str


def link_token(key: bytes, mailed: Mailed, deed: Deed) -> str:
    return sign(key, PURPOSE, signed_words(mailed, deed))


def signed_words(mailed: Mailed, deed: Deed) -> str:
    command, args = deed
    about = orjson.dumps(args, option=orjson.OPT_SORT_KEYS).decode()
    return f"{mailed.delivery_id}:{mailed.person_id}:{fold_address(mailed.email)}:{command}:{about}"


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def expires_at(at: datetime, due_at: datetime | None) -> datetime:
    """Returns until when a link is good that is made now: a little longer than the deadline, and not too long."""
    if due_at is None or due_at <= at:
        return at + WITHOUT_DEADLINE
    return min(due_at + AFTER_DEADLINE, at + LONGEST_LIFE)


async def create_links(
    db: AsyncSession,
    key: bytes,
    mailed: Mailed,
    deeds: Sequence[Deed],
    at: datetime,
    until: datetime,
) -> list[str]:
    """Create a link for each of these, or have the one that an earlier try has made be good as long. Returns their
    tokens."""
    tokens = [link_token(key, mailed, deed) for deed in deeds]
    digests = [token_digest(token) for token in tokens]
    found = (await db.execute(select(LINK.c.digest, LINK.c.expires_at).where(LINK.c.digest.in_(digests)))).all()
    known = {row.digest for row in found}
    if any(row.expires_at < until for row in found):
        await db.execute(update(LINK).where(LINK.c.digest.in_(known)).values(expires_at=until))
    for digest, (command, args) in zip(digests, deeds, strict=True):
        if digest not in known:
            known.add(digest)
            db.add(
                ActionLink(
                    digest=digest,
                    person_id=mailed.person_id,
                    delivery_id=mailed.delivery_id,
                    command=command,
                    args=dict(args),
                    made_at=at,
                    expires_at=until,
                )
            )
    return tokens


async def find_link(db: AsyncSession, keys: Iterable[bytes], token: str, at: datetime) -> OpenedLink | None:
    """Returns what a link is for, and uses it not up; None where there is no such link."""
    query = (
        select(ActionLink, Person.name, Person.email, Person.lang, DELIVERY.c.command, DELIVERY.c.args)
        .join(Person, Person.id == ActionLink.person_id)
        .outerjoin(DELIVERY, DELIVERY.c.id == ActionLink.delivery_id)
        .where(ActionLink.digest == token_digest(token))
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        return None
    link, name, email, lang, command, args = row
    mailed = Mailed(link.delivery_id or 0, link.person_id, email or "")
    is_sent_there = is_signed(keys, PURPOSE, signed_words(mailed, (link.command, link.args)), token)
    return OpenedLink(
        id=link.id,
        person_id=link.person_id,
        name=name,
        lang=lang,
        command=link.command,
        args=link.args,
        state=link_state(link, at, is_sent_there=is_sent_there),
        is_current=is_in_time(link, at) and is_sent_there,
        delivery_id=link.delivery_id,
        shown=(command, args) if command else None,
    )


def link_state(link: ActionLink, at: datetime, *, is_sent_there: bool) -> LinkState:
    """Returns whether a link is good. One that was sent to no address of its person's today, or before links were of
    an address, opens nothing: a new one goes to today's."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.used_at is not None:
        return LinkState.USED
    return LinkState.GOOD if is_in_time(link, at) and is_sent_there else LinkState.EXPIRED


def is_in_time(link: ActionLink, at: datetime) -> bool:
    return link.made_at <= at < link.expires_at


async def use_link(db: AsyncSession, link_id: int, at: datetime) -> bool:
    """Use a link up. Returns whether it was still to be used: of two presses at once, one uses it."""
    used = update(LINK).where(LINK.c.id == link_id, LINK.c.used_at.is_(None)).values(used_at=at)
    return bool((await db.execute(used.returning(LINK.c.id))).first())


async def follow_address(act: Act, person: PersonRecordView) -> None:
    """Have somebody's links open nothing more once their address is another: the mails they are in were sent to one
    that may be somebody else's."""
    if act.trace.evidence.get("former_email", person.email) == person.email:
        return
    theirs = (LINK.c.person_id == person.id, LINK.c.revoked_at.is_(None), LINK.c.used_at.is_(None))
    await act.db.execute(update(LINK).where(*theirs).values(revoked_at=act.at))


async def renew(db: AsyncSession, link: OpenedLink, at: datetime) -> bool:
    """Send the message that a link came in once more, to the person it was made for, with links that are good.

    Returns whether it is on its way. It goes where that person is reached, whoever asks for it; by one link not more
    often than every ten minutes.
    """
    if link.delivery_id is None or link.state is LinkState.REVOKED:
        return False
    delivery = await db.get(Delivery, link.delivery_id, with_for_update=True)
    if delivery is None:
        return False
    same = (
        Delivery.person_id == delivery.person_id,
        Delivery.kind == delivery.kind,
        Delivery.subject.is_not_distinct_from(delivery.subject),
    )
    # A later one than the link came in: the message itself may be of the last minutes, and its link used already.
    recently = select(exists().where(*same, Delivery.id > delivery.id, Delivery.made_at > at - BETWEEN_RENEWALS))
    if await db.scalar(recently):
        return True
    db.add(
        Delivery(
            kind=delivery.kind,
            facts=delivery.facts,
            command=delivery.command,
            args=delivery.args,
            body_id=delivery.body_id,
            subject=delivery.subject,
            audience=delivery.audience,
            drawn_for_role=False,
            person_id=delivery.person_id,
            state=DeliveryState.WAITING,
            made_at=at,
            next_at=at,
            attempts=0,
            request_id=tracing.current_id() or None,
        )
    )
    return True
