"""Messages that have arrived: kept with what came of them, their writers told, and the secretariat where somebody must
read them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.addresses import fold_address
from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import InboundKind
from lisbot.council.models import (
    Attendance,
    Body,
    CalendarEntry,
    Delivery,
    InboundMail,
    Meeting,
    Person,
    PersonAddress,
)
from lisbot.council.register.secretariats import staff_of

ANSWERED, ANSWERED_ELSEWHERE = "answered", "answered_elsewhere"
MEETING = "meeting:"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that has arrived: by a digest of all of it, as it says itself, and for whom the address that it came to
    was signed, about what. `attendee`: whose calendar has answered, as it says; "" for anything else."""

    digest: str
    sender: str
    subject: str
    words: str
    kind: InboundKind
    person_id: int | None
    about: str | None
    attendee: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message: a key under card.inbound_mails.result. `is_settled`: nobody need read it. `tells`: what
    its writer is told; `why`, in words."""

    result: str
    is_settled: bool = False
    delivery_id: int | None = None
    tells: str = ""
    why: str = ""


def meeting_of(subject: str | None) -> int | None:
    """Returns the id of the meeting that something is about: of "meeting:7"."""
    return int(subject.removeprefix(MEETING)) if subject and subject.startswith(MEETING) else None


async def is_known(db: AsyncSession, digest: str) -> bool:
    """Returns whether a message was taken in before."""
    return await db.scalar(select(InboundMail.id).where(InboundMail.digest == digest)) is not None


async def is_cancelled(db: AsyncSession, meeting_id: int) -> bool:
    return await db.scalar(select(Meeting.cancelled_at).where(Meeting.id == meeting_id)) is not None


async def told_sequence(db: AsyncSession, meeting_id: int, person_id: int) -> int | None:
    """Returns by which number a person's calendar was last told of a meeting that it has; None where it has none."""
    theirs = (CalendarEntry.meeting_id == meeting_id, CalendarEntry.person_id == person_id)
    return await db.scalar(select(CalendarEntry.sequence).where(*theirs, CalendarEntry.cancelled_at.is_(None)))


async def answers_as_deputy(db: AsyncSession, meeting_id: int, person_id: int) -> bool:
    """Returns whether somebody is asked to come for another's seat, and for none of their own."""
    at_meeting = Attendance.meeting_id == meeting_id
    own = select(Attendance.id).where(at_meeting, Attendance.person_id == person_id)
    asked = select(Attendance.id).where(at_meeting, Attendance.deputy_id == person_id)
    return await db.scalar(own.limit(1)) is None and await db.scalar(asked.limit(1)) is not None


async def address_of(db: AsyncSession, person_id: int) -> str | None:
    """Returns where mail reaches somebody; None for nobody whom there is."""
    return await db.scalar(select(Person.email).where(Person.id == person_id))


async def language_of(db: AsyncSession, person_id: int) -> str | None:
    return await db.scalar(select(Person.lang).where(Person.id == person_id))


async def write_down(act: Act, arrived: Arrived, outcome: Outcome) -> None:
    """Keep a message with what came of it."""
    db = act.db
    person = await db.get(Person, arrived.person_id) if arrived.person_id else None
    meeting_id = meeting_of(arrived.about)
    meeting = await db.get(Meeting, meeting_id, options=[joinedload(Meeting.body)]) if meeting_id else None
    body_id = meeting.body_id if meeting else await body_of(db, arrived)
    own = await addresses_of(db, person) if person else frozenset()
    is_their_own = own >= {fold_address(each) for each in (arrived.sender, arrived.attendee) if each}
    is_from_elsewhere = outcome.result == ANSWERED and not is_their_own
    is_settled = outcome.is_settled and not is_from_elsewhere
    db.add(
        InboundMail(
            digest=arrived.digest,
            received_at=act.at,
            sender=arrived.sender,
            subject=arrived.subject,
            words=arrived.words,
            kind=arrived.kind,
            person_id=person.id if person else None,
            delivery_id=outcome.delivery_id,
            body_id=body_id,
            result=ANSWERED_ELSEWHERE if is_from_elsewhere else outcome.result,
            handled_at=act.at if is_settled else None,
            handled_by="",
        )
    )
    if outcome.tells and person is not None and meeting is not None:
        await notify(
            act,
            outcome.tells,
            people=[person.id],
            command="meeting.show",
            args={"meeting_id": meeting.id},
            body_id=meeting.body_id,
            body=meeting.body.name,
            day_on=meeting.days,
            why=outcome.why,
        )
    if not is_settled and body_id is not None:
        await tell_secretariat(act, arrived, person.name if person else arrived.sender, body_id)


async def tell_secretariat(act: Act, arrived: Arrived, sender: str, body_id: int) -> None:
    secretariat_id = await act.db.scalar(select(Body.secretariat_id).where(Body.id == body_id))
    await notify(
        act,
        "mail_arrived",
        people=await staff_of(act, secretariat_id) if secretariat_id else (),
        command="inbound_mail.list",
        body_id=body_id,
        sender=sender,
        title=arrived.subject,
    )


async def body_of(db: AsyncSession, arrived: Arrived) -> int | None:
    """Returns the body that a message is about, by what its writer was sent last about the same."""
    if arrived.person_id is None:
        return None
    sent = [Delivery.person_id == arrived.person_id, Delivery.body_id.is_not(None)]
    sent += [Delivery.subject == arrived.about] if arrived.about else []
    return await db.scalar(select(Delivery.body_id).where(*sent).order_by(Delivery.id.desc()).limit(1))


async def addresses_of(db: AsyncSession, person: Person) -> frozenset[str]:
    """Returns every address by which somebody is known, folded."""
    theirs = select(PersonAddress.email).where(PersonAddress.person_id == person.id, PersonAddress.removed_at.is_(None))
    return frozenset(map(fold_address, filter(None, (person.email, *await db.scalars(theirs)))))
