"""Consent to publish somebody's name and address: asked for personally, given and withdrawn at one press each, or
another basis recorded by the secretariat. Nothing is overwritten but the end."""

from calendar import monthrange
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import ConsentId, ConsentRequestId
from lisbot.council.core.periods import not_over
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import LegalBasis, SeatChangeState
from lisbot.council.models import (
    Body,
    Consent,
    ConsentRequest,
    ConsentText,
    Delivery,
    Person,
    Seat,
    SeatChange,
    Secretariat,
    Term,
)
from lisbot.council.register.publishing import PURPOSE, counts, has_other_basis, is_text_replaced
from lisbot.council.register.seats import seat_name
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.states import (
    CONSENT,
    CONSENT_REQUEST,
    ConsentAsked,
    ConsentGiven,
    consent_state,
    request_state,
)
from lisbot.council.register.views.consents import ConsentLine, ConsentQuestion, ConsentView

CHATS = ("teams", "slack", "mail")  # channels where a press comes from a message


async def show(act: Act) -> ConsentView:
    """See what you are asked to consent to, and what you have consented to. Returns ConsentView."""
    return await consent_view(act)


async def consent_view(act: Act) -> ConsentView:
    questions = [question_of(act, asked) for asked in await own_requests(act)]
    given = [line_of(act, each, words) for each, words in await own_consents(act)]
    act.concerns(f"person:{act.by_id}")
    return ConsentView(act.by.name, act.by.email or "", tuple(questions), tuple(given))


async def own_requests(act: Act, request_id: int | None = None) -> list[ConsentAsked]:
    """Returns what the member is asked to consent to, or one of those: of each secretariat its newest text alone, and
    with an answer only where that was no, and nothing where another basis counts. One statement."""
    newer = (
        select(func.max(ConsentText.version))
        .where(ConsentText.secretariat_id == Secretariat.id, ConsentText.purpose == PURPOSE)
        .correlate(Secretariat)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(ConsentRequest, ConsentText, Secretariat.name, Seat, newer.label("newest"))
        .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
        .join(Secretariat, Secretariat.id == ConsentText.secretariat_id)
        .outerjoin(Seat, Seat.id == ConsentRequest.seat_id)
        .options(joinedload(Seat.organisation))
        .where(ConsentRequest.person_id == act.by_id)
        .order_by(ConsentRequest.id)
    )
    if request_id is not None:
        query = query.where(ConsentRequest.id == request_id)
    else:
        query = query.where(~has_other_basis(act.by_id, ConsentText.secretariat_id, act.today, act.at))
    rows = await act.db.execute(locked(act, query, ConsentRequest))
    found = [ConsentAsked(*row) for row in rows]
    if request_id is None:
        return [each for each in found if each.text.version == each.newest and each.request.consent_id is None]
    return found


def question_of(act: Act, asked: ConsentAsked) -> ConsentQuestion:
    text = asked.text
    return ConsentQuestion(
        request_id=asked.request.id,
        secretariat=asked.secretariat,
        words=getattr(text, act.by.lang),
        version=text.version,
        seat=seat_name(asked.seat) if asked.seat is not None else "",
        state=request_state(act, asked),
        months=text.months,
        former_until=text.former_until,
        actions=CONSENT_REQUEST.allowed(act, asked),
    )


async def own_consents(act: Act) -> list[tuple[ConsentGiven, str]]:
    """Returns the member's consents and other bases, the newest first, each with whose it is. One statement."""
    query = (
        select(Consent, ConsentText, Secretariat.name, is_text_replaced(Consent.text_id, act.today))
        .join(Secretariat, Secretariat.id == Consent.secretariat_id)
        .outerjoin(ConsentText, ConsentText.id == Consent.text_id)
        .where(Consent.person_id == act.by_id, Consent.purpose == PURPOSE)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    )
    rows = await act.db.execute(query)
    return [(ConsentGiven(each, text, is_replaced), name) for each, text, name, is_replaced in rows]


def line_of(act: Act, given: ConsentGiven, secretariat: str) -> ConsentLine:
    consent, text = given.consent, given.text
    return ConsentLine(
        id=consent.id,
        secretariat=secretariat,
        basis=consent.basis,
        words=getattr(text, consent.lang) if text is not None else consent.words,
        version=text.version if text is not None else None,
        lang=consent.lang,
        state=consent_state(act, given),
        given_at=consent.given_at,
        given_via=consent.given_via,
        given_ref=consent.given_ref,
        expires_on=consent.expires_on,
        withdrawn_at=consent.withdrawn_at,
        withdrawn_via=consent.withdrawn_via,
        actions=CONSENT.allowed(act, given),
    )


async def get_request_for(act: Act, request_id: int) -> ConsentAsked:
    """Returns what the member was asked. Raises NotFound for what somebody else was."""
    found = await own_requests(act, request_id)
    if not found:
        raise NotFound
    return found[0]


async def give(act: Act, *, request_id: ConsentRequestId) -> ConsentView:
    """Consent to the text you were asked about: your name and address may be published from now on.

    Returns ConsentView. Raises Conflict where there is a newer text, which has not been read.
    """
    asked = await get_request_for(act, request_id)
    CONSENT_REQUEST.require(act, "consent.give", asked)
    text = asked.text
    ref = await press_of(act, f"consent_request:{request_id}")
    consent = Consent(
        person_id=act.by_id,
        secretariat_id=text.secretariat_id,
        purpose=PURPOSE,
        basis=LegalBasis.CONSENT,
        text_id=text.id,
        lang=act.by.lang,
        given_at=act.at,
        given_via=act.via,
        given_ref=ref,
        recorded_by_id=act.by_id,
        expires_on=months_after(act.today, text.months) if text.months else None,
    )
    act.db.add(consent)
    await act.db.flush()
    asked.request.answered_at, asked.request.consent_id = act.at, consent.id
    await act.db.flush()
    await mark_changes_stale(act)
    if act.via == "mail":
        # The link is used up: what takes it back as easily comes in a mail of its own.
        await notify(
            act,
            "consent_receipt",
            people={act.by_id},
            command="consent.show",
            tells_doer=True,
            secretariat=asked.secretariat,
        )
    return await consent_view(act)


async def press_of(act: Act, otherwise: str) -> str:
    """Returns the message whose button was pressed, as far as it is known: the last that asked them."""
    if act.via not in CHATS:
        return f"{act.via}:{otherwise}"
    asked = select(func.max(Delivery.id)).where(Delivery.person_id == act.by_id, Delivery.kind.startswith("consent_"))
    delivery_id = await act.db.scalar(asked)
    return f"delivery:{delivery_id}" if delivery_id is not None else f"{act.via}:{otherwise}"


def months_after(day: date, months: int) -> date:
    """Returns the day so many months later; the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


async def decline(act: Act, *, request_id: ConsentRequestId) -> ConsentView:
    """Say no to the text you were asked about: your name is published nowhere. What you consented to before ends.

    Returns ConsentView.
    """
    asked = await get_request_for(act, request_id)
    CONSENT_REQUEST.require(act, "consent.decline", asked)
    asked.request.answered_at = act.at
    await end_consents(act, asked.text.secretariat_id, f"consent_request:{request_id}")
    await mark_changes_stale(act)
    await say_no_more(act, asked.text.secretariat_id, "consent_declined", asked.request.seat_id)
    return await consent_view(act)


async def get_consent_for(act: Act, consent_id: int) -> ConsentGiven:
    """Returns the member's own consent. Raises NotFound for somebody else's."""
    query: Any = (
        select(Consent, ConsentText, is_text_replaced(Consent.text_id, act.today))
        .outerjoin(ConsentText, ConsentText.id == Consent.text_id)
        .where(Consent.id == consent_id, Consent.person_id == act.by_id)
    )
    row = (await act.db.execute(locked(act, query, Consent))).one_or_none()
    if row is None:
        raise NotFound
    return ConsentGiven(*row)


async def withdraw(act: Act, *, consent_id: ConsentId) -> ConsentView:
    """Withdraw your consent: your name and address are off every public page at once. What is approved stays as it
    was.

    Returns ConsentView. Source: GDPR article 7(3).
    """
    given = await get_consent_for(act, consent_id)
    CONSENT.require(act, "consent.withdraw", given)
    consent = given.consent
    await end_consents(act, consent.secretariat_id, f"consent:{consent.id}")
    await say_no_more(act, consent.secretariat_id, "consent_withdrawn")
    return await consent_view(act)


async def end_consents(act: Act, secretariat_id: int, about: str) -> None:
    """End the member's consents to a secretariat's texts, those to former texts too, which may still count."""
    ref = await press_of(act, about)
    ended = await act.db.scalars(
        update(Consent)
        .where(
            Consent.person_id == act.by_id,
            Consent.secretariat_id == secretariat_id,
            Consent.purpose == PURPOSE,
            Consent.basis == LegalBasis.CONSENT,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=act.at, withdrawn_via=act.via, withdrawn_ref=ref)
        .returning(Consent.id)
    )
    # Nobody is asked anew by itself: the answer they have given is no.
    answers = update(ConsentRequest).where(ConsentRequest.consent_id.in_(list(ended)))
    await act.db.execute(answers.values(consent_id=None, answered_at=act.at))
    await act.db.flush()


async def say_no_more(act: Act, secretariat_id: int, kind: str, seat_id: int | None = None) -> None:
    """Tell a secretariat that the member's name may not be published, unless another basis keeps it: then the member is
    told that instead."""
    own = (Consent.person_id == act.by_id, Consent.secretariat_id == secretariat_id)
    still = select(Consent.id).where(*own, counts(Consent, act.today, act.at))
    if await act.db.scalar(still.limit(1)) is not None:
        act.did("done_on_other_basis")
    else:
        await notify_secretariat(act, secretariat_id, kind, await act.db.get_one(Person, act.by_id), seat_id)


async def mark_changes_stale(act: Act) -> None:
    """Mark the cards of reported changes as out of date that say whether the member has consented."""
    open_ones = (SeatChange.person_id == act.by_id, SeatChange.state == SeatChangeState.REPORTED)
    for change_id in await act.db.scalars(select(SeatChange.id).where(*open_ones)):
        mark_stale(act, f"change:{change_id}")


async def notify_secretariat(
    act: Act, secretariat_id: int, kind: str, person: Person, seat_id: int | None = None
) -> None:
    """Tell a secretariat that somebody's name may not be published, for each body where they have a seat: what the
    seat asks for is not met."""
    own = select(Term.seat_id).where(Term.person_id == person.id, not_over(Term, act.today))
    held = (
        select(Seat)
        .join(Body, Body.id == Seat.body_id)
        .where(Body.secretariat_id == secretariat_id, or_(Seat.id.in_(own), Seat.id == seat_id))
        .options(joinedload(Seat.body), joinedload(Seat.organisation))
        .order_by(Seat.body_id, Seat.id)
    )
    staff = await staff_of(act, secretariat_id)
    told: set[int] = set()
    for seat in await act.db.scalars(held):
        if seat.body_id in told:
            continue
        told.add(seat.body_id)
        facts: dict[str, Any] = {"name": person.name, "seat": seat_name(seat), "body": seat.body.name}
        args = {"body_id": seat.body_id}
        await notify(act, kind, people=staff, command="consent.list", args=args, body_id=seat.body_id, **facts)
