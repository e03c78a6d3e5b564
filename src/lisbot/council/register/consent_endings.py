"""When a consent, or another basis, counts no more by itself: whoever has not answered a newer text is reminded before
it, and on the day after it their secretariat is told that the seat's condition is not met."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import ConsentId, ConsentRequestId
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import LegalBasis
from lisbot.council.models import Body, Consent, ConsentRequest, ConsentText, Person, Secretariat, table
from lisbot.council.register.consent_bases import seats_of_people
from lisbot.council.register.consents import notify_secretariat
from lisbot.council.register.publishing import PURPOSE, counts, has_other_basis

REMINDED_BEFORE = timedelta(days=7)  # the last day on which the former answer counts
JUST_ASKED = timedelta(days=2)
LATE = timedelta(days=14)  # what ended longer ago had ended before this was looked at
NEWER = table(ConsentText).alias()


async def due_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[Mapping[str, Any]]:
    """Returns what people have not answered whose former answer ends within a week, as arguments to consent.remind."""
    today = at.astimezone(tz).date()
    query = (
        select(ConsentRequest.id)
        .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
        .where(
            *is_open(today, at), ConsentText.former_until.between(today, today + REMINDED_BEFORE), was_asked_before(at)
        )
    )
    return [{"request_id": id_} for id_ in await db.scalars(query.order_by(ConsentRequest.id))]


def is_open(today: date, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions for what somebody has not answered, of the newest text, and was not reminded of, where no
    other basis counts."""
    is_replaced = exists().where(
        NEWER.c.secretariat_id == ConsentText.secretariat_id,
        NEWER.c.purpose == ConsentText.purpose,
        NEWER.c.version > ConsentText.version,
    )
    return (
        ConsentRequest.answered_at.is_(None),
        ConsentRequest.reminded_at.is_(None),
        ~is_replaced,
        ~has_other_basis(ConsentRequest.person_id, ConsentText.secretariat_id, today, at),
    )


def was_asked_before(at: datetime) -> ColumnElement[bool]:
    return ConsentRequest.asked_at < at - JUST_ASKED


async def next_reminder(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns None: it is looked once a day."""
    return None


async def remind(act: Act, *, request_id: ConsentRequestId) -> None:
    """Remind somebody, once, that their former answer ends soon and the newer text is unanswered, where they still have
    a seat. Raises Conflict for what is answered or reminded of."""
    query = (
        select(ConsentRequest, ConsentText)
        .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
        .where(ConsentRequest.id == request_id, *is_open(act.today, act.at), ConsentText.former_until >= act.today)
        .with_for_update(of=ConsentRequest)
    )
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise Conflict("reminder_not_due")
    request, text = row
    await gate_secretariat(act, text.secretariat_id)
    request.reminded_at = act.at
    await act.db.flush()
    seats = await seats_of_people(act, Body.secretariat_id == text.secretariat_id)
    if request.person_id not in seats:
        return
    await notify(
        act,
        "consent_reminder",
        people={request.person_id},
        command="consent.show",
        secretariat=await name_of(act, text.secretariat_id),
        until_on=text.former_until,
    )


async def gate_secretariat(act: Act, secretariat_id: int) -> None:
    gate(act, *await act.db.scalars(select(Body.id).where(Body.secretariat_id == secretariat_id)))


async def name_of(act: Act, secretariat_id: int) -> str:
    return (await act.db.get_one(Secretariat, secretariat_id)).name


async def due_to_report_end(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[Mapping[str, Any]]:
    """Returns the consents and other bases that have ended by themselves and that nobody was told of, as arguments to
    consent.report_end."""
    today = at.astimezone(tz).date()
    lately = (today - LATE, today - timedelta(days=1))
    own = table(ConsentText).alias()
    is_replaced = exists().where(
        own.c.id == Consent.text_id,
        NEWER.c.secretariat_id == own.c.secretariat_id,
        NEWER.c.purpose == own.c.purpose,
        NEWER.c.version > own.c.version,
        NEWER.c.former_until.between(*lately),
    )
    query = select(Consent.id).where(
        Consent.purpose == PURPOSE,
        Consent.withdrawn_at.is_(None),
        Consent.end_told_at.is_(None),
        or_(Consent.expires_on.between(*lately), and_(Consent.basis == LegalBasis.CONSENT, is_replaced)),
    )
    return [{"consent_id": id_} for id_ in await db.scalars(query.order_by(Consent.id))]


async def report_end(act: Act, *, consent_id: ConsentId) -> None:
    """Tell a secretariat, once, that somebody's name may no longer be published because a consent, or another basis,
    has ended by itself, and tell whoever it is about. Nobody is told where another basis counts. Raises Conflict for
    what counts still, or was told."""
    query = select(Consent).where(Consent.id == consent_id, Consent.withdrawn_at.is_(None)).with_for_update()
    consent = await act.db.scalar(query)
    if consent is None or consent.end_told_at is not None:
        raise Conflict("reminder_not_due")
    await gate_secretariat(act, consent.secretariat_id)
    of_person = (Consent.person_id == consent.person_id, Consent.secretariat_id == consent.secretariat_id)
    still = list(await act.db.scalars(select(Consent.id).where(*of_person, counts(Consent, act.today, act.at))))
    if consent.id in still:
        raise Conflict("reminder_not_due")
    consent.end_told_at = act.at
    await act.db.flush()
    seats = await seats_of_people(act, Body.secretariat_id == consent.secretariat_id)
    if still or consent.person_id not in seats:
        return
    person = await act.db.get_one(Person, consent.person_id)
    await notify_secretariat(act, consent.secretariat_id, "consent_ended", person)
    await notify(
        act,
        "consent_lapsed",
        people={person.id},
        command="consent.show",
        secretariat=await name_of(act, consent.secretariat_id),
    )
