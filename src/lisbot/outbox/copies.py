"""What is told by mail beside chat: a message of its own, with its own recipients and its own tries.

A calendar takes in nothing that chat says. Whoever has asked for it, or whose calendar was told of a meeting once, is
sent what it is still to be told by mail as well.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.delivery.reach import COPY, COPY_OF
from lisbot.council.enums import DeliveryState, MailCopies
from lisbot.council.meetings.invited import INVITES, read_news
from lisbot.council.models import Delivery, Person, table
from lisbot.db import is_one_of
from lisbot.outbox.records import ClaimedDelivery, Ended

DELIVERY, PERSON = table(Delivery), table(Person)
ADD = insert(DELIVERY)


async def read_copied(db: AsyncSession, ended: Iterable[Ended]) -> set[int]:
    """Returns which of the messages that were sent are to be copied. One that has ended already, because somebody else
    sent it too after our lease, was copied then. Asked before they end; at most one statement."""
    sent = [each.id for each, ending in ended if is_copied(ending.state, ending.copies)]
    if not sent:
        return set()
    waiting = select(DELIVERY.c.id).where(is_one_of(DELIVERY.c.id, sent), DELIVERY.c.state == DeliveryState.WAITING)
    return set(await db.scalars(waiting.order_by(DELIVERY.c.id).with_for_update()))


async def add_copies(db: AsyncSession, ended: Iterable[Ended], copied: Collection[int], now: datetime) -> None:
    """Write the copies by mail of what was sent in chat, where somebody is to have them: they are sent next."""
    told = [(each, ending.copies) for each, ending in ended if each.id in copied]
    if not told:
        return
    people = {each.person_id for each, _ in told if each.person_id is not None}
    found = await db.execute(select(PERSON.c.id, PERSON.c.email).where(is_one_of(PERSON.c.id, people)))
    emails = {row.id: row.email for row in found}
    rows = [
        copy_of(each, now)
        for each, copies in told
        if copies is MailCopies.ALL or await has_news(db, each, emails.get(each.person_id or 0), now)
    ]
    if rows:
        await db.execute(ADD, rows)


def is_copied(state: DeliveryState, copies: MailCopies) -> bool:
    return state is DeliveryState.SENT and copies is not MailCopies.NONE


async def has_news(db: AsyncSession, told: ClaimedDelivery, email: str | None, now: datetime) -> bool:
    """Returns whether somebody's calendar is still to be told what was told them in chat."""
    if told.meeting_id is None or told.person_id is None or email is None:
        return False
    may_invite = told.command == INVITES
    return await read_news(db, told.meeting_id, told.person_id, email, now, may_invite=may_invite) is not None


def copy_of(told: ClaimedDelivery, now: datetime) -> dict[str, Any]:
    """Returns the row of a copy. It is of the same moment, so that all copies of one message are one message."""
    return {
        "kind": COPY,
        "facts": {**told.facts, COPY_OF: told.kind},
        "command": told.command,
        "args": dict(told.args),
        "body_id": told.body_id,
        "subject": told.recipient.subject if told.recipient else None,
        "audience": "",  # whom it concerns was asked when the chat was told
        "drawn_for_role": told.drawn_for_role,
        "person_id": told.person_id,
        "state": DeliveryState.WAITING,
        "made_at": told.made_at,
        "next_at": now,
        "attempts": 0,
        "request_id": told.request_id,
    }
