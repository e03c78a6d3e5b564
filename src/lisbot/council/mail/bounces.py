"""Mail that comes back: the delivery that was taken for sent has failed after all, and the address is known for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.addresses import fold_address
from lisbot.council.delivery.reach import MAIL
from lisbot.council.delivery.states import TAKEN
from lisbot.council.enums import DeliveryState
from lisbot.council.mail.tokens import is_signed
from lisbot.council.models import CalendarEntry, Delivery, MailTrouble, Person, table
from lisbot.db import Database

DELIVERY, ENTRY, TROUBLE = table(Delivery), table(CalendarEntry), table(MailTrouble)
About = tuple[str | None, int]  # what a signed address is about ("meeting:7"), and whose it is
MESSAGE_ID, NUMBER_LENGTH = "message-id", 12


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that a message was not delivered (RFC 3464), or is late. `signed`: the number of the delivery, as the
    returned message names it, and the signature that it has there."""

    is_final: bool
    status: str
    recipient: str
    signed: tuple[int, str] | None


async def take_bounce(db: AsyncSession, keys: Iterable[bytes], bounce: Bounce, about: About | None) -> int | None:
    """Have the delivery fail that came back for good. Returns its id; None where the report names none of ours.

    A report is believed where it names a message with our signature, or arrives at an address that we have signed.
    """
    delivery = await find_delivery(db, keys, bounce, about)
    if delivery is None:
        return None
    if not bounce.is_final:
        return delivery.id
    reason = f"bounced_{bounce.status}" if bounce.status else "bounced"
    await db.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id == delivery.id, DELIVERY.c.state.in_(TAKEN))
        .values(state=DeliveryState.FAILED, reason=reason)
    )
    await forget_told(db, delivery)
    email = await db.scalar(select(Person.email).where(Person.id == delivery.person_id))
    if email and (not bounce.recipient or fold_address(bounce.recipient) == fold_address(email)):
        await note_trouble(db, email, reason, delivery.sent_at or delivery.made_at)
    return delivery.id


async def forget_told(db: AsyncSession, delivery: Delivery) -> None:
    """Have a calendar be told again what stood in a mail that came back."""
    noun, _, number = (delivery.subject or "").partition(":")
    if noun != "meeting":
        return
    theirs = (ENTRY.c.meeting_id == int(number), ENTRY.c.person_id == delivery.person_id)
    await db.execute(update(ENTRY).where(*theirs, ENTRY.c.told_at >= delivery.made_at).values(digest=""))


async def find_delivery(
    db: AsyncSession, keys: Iterable[bytes], bounce: Bounce, about: About | None
) -> Delivery | None:
    if bounce.signed is not None:
        number, signature = bounce.signed
        if is_signed(keys, MESSAGE_ID, str(number), signature, NUMBER_LENGTH):
            return await db.get(Delivery, number)
    if about is None:
        return None
    subject, person_id = about
    sent = (Delivery.person_id == person_id, Delivery.subject == subject, Delivery.channel == MAIL)
    query = select(Delivery).where(*sent, Delivery.state.in_(TAKEN)).order_by(Delivery.id.desc())
    return (await db.scalars(query.limit(1))).first()


async def note_trouble(db: AsyncSession, email: str, reason: str, at: datetime) -> None:
    """Write down that mail does not reach an address, and why."""
    await db.execute(delete(TROUBLE).where(TROUBLE.c.email == email))
    db.add(MailTrouble(email=email, reason=reason, at=at))


async def note(database: Database, email: str, reason: str, at: datetime) -> None:
    """Write down that a mail server refuses an address for good; with no reason, that it takes it."""
    if not reason:
        async with database.read() as db:
            if await db.scalar(select(MailTrouble.email).where(MailTrouble.email == email)) is None:
                return
    async with database.write() as db:
        if reason:
            await note_trouble(db, email, reason, at)
        else:
            await db.execute(delete(TROUBLE).where(TROUBLE.c.email == email))
