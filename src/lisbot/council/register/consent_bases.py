"""On which basis the names of a council's people may be published, as the secretariat keeps it: whom it asks for
consent, and what else than consent it relies on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import gate, locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, ConsentId, Day, Id, PersonId, Prefill, Prose
from lisbot.council.core.periods import not_over
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import ConsentStanding, LegalBasis
from lisbot.council.models import Body, Consent, ConsentRequest, ConsentText, Person, Seat, Secretariat, Term, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.import_rows import in_batches
from lisbot.council.register.publishing import PURPOSE, counts, is_text_replaced
from lisbot.council.register.seats import SEATED, seat_name
from lisbot.council.register.states import CONSENT, ConsentGiven, consent_state
from lisbot.council.register.views.consents import ConsentsView, PersonConsent
from lisbot.council.register.views.refs import PersonRef
from lisbot.texts import sort_key

RENEWED_BEFORE = 30  # days before a consent expires
COUNTING = (ConsentStanding.GIVEN, ConsentStanding.OTHER_BASIS)


async def current_text(act: Act, secretariat_id: int) -> ConsentText | None:
    """Returns the text that people are asked to consent to; None where the secretariat has none."""
    same = (ConsentText.secretariat_id == secretariat_id, ConsentText.purpose == PURPOSE)
    return await act.db.scalar(select(ConsentText).where(*same).order_by(ConsentText.version.desc()).limit(1))


async def ask_people(act: Act, text: ConsentText, seats: Mapping[int, int], body_id: int | None = None) -> set[int]:
    """Ask people for consent to a text, each for one of their seats, those again who have not given it. Returns the
    ids of those who are asked."""
    if not seats:
        return set()
    same = (ConsentRequest.text_id == text.id, ConsentRequest.person_id.in_(seats))
    known = {each.person_id: each for each in await act.db.scalars(select(ConsentRequest).where(*same))}
    asked: set[int] = set()
    for person_id, seat_id in seats.items():
        request = known.get(person_id)
        if request is None:
            act.db.add(ConsentRequest(person_id=person_id, text_id=text.id, seat_id=seat_id, asked_at=act.at))
        elif request.consent_id is not None and not await is_about_to_end(act, request.consent_id):
            continue
        else:
            request.asked_at, request.answered_at, request.seat_id = act.at, None, seat_id
            request.consent_id = request.reminded_at = None
        asked.add(person_id)
    await act.db.flush()
    secretariat = await act.db.get_one(Secretariat, text.secretariat_id)
    await notify(
        act,
        "consent_asked",
        people=asked,
        command="consent.show",
        body_id=body_id,
        tells_doer=True,
        secretariat=secretariat.name,
    )
    return asked


async def is_about_to_end(act: Act, consent_id: int) -> bool:
    consent = await act.db.get_one(Consent, consent_id)
    return consent.withdrawn_at is not None or (
        consent.expires_on is not None and (consent.expires_on - act.today).days <= RENEWED_BEFORE
    )


async def seats_of_people(act: Act, *where: Any) -> dict[int, int]:
    """Returns, by person, a seat that they hold today or are to hold, of those that stand on a roster."""
    query = (
        select(Term.person_id, Term.seat_id)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .where(Seat.standing.in_(SEATED), not_over(Term, act.today), *where)
        .order_by(Term.rank.desc(), Term.id.desc())
    )
    rows = await act.db.execute(query)
    return {row.person_id: row.seat_id for row in rows}


async def without_basis(act: Act, secretariat_id: int, people: Iterable[int], version_id: int | None) -> set[int]:
    """Returns those of these people who have neither another basis nor consent to this very text, and have not said no
    to it."""
    asked = set(people)
    has_basis = select(Consent.person_id).where(
        Consent.secretariat_id == secretariat_id,
        Consent.person_id.in_(asked),
        counts(Consent, act.today, act.at),
        or_(Consent.basis != LegalBasis.CONSENT, Consent.text_id == version_id),
    )
    has_refused = select(ConsentRequest.person_id).where(
        ConsentRequest.text_id == version_id,
        ConsentRequest.answered_at.is_not(None),
        ConsentRequest.consent_id.is_(None),
    )
    return asked - set(await act.db.scalars(has_basis)) - set(await act.db.scalars(has_refused))


async def ask_for_seat(act: Act, person_id: int, seat: Seat, *, again: bool = False) -> bool:
    """Ask somebody who is to have a seat for consent, unless they were asked or there is another basis. `again`: also
    who was asked and has not answered. Returns whether they are asked."""
    text = await current_text(act, seat.body.secretariat_id)
    if text is None or seat.standing not in SEATED:
        return False
    if person_id not in await without_basis(act, seat.body.secretariat_id, {person_id}, text.id):
        return False
    same = (ConsentRequest.person_id == person_id, ConsentRequest.text_id == text.id)
    waits = select(ConsentRequest.id).where(*same, ConsentRequest.answered_at.is_(None))
    if not again and await act.db.scalar(waits) is not None:
        return False
    return bool(await ask_people(act, text, {person_id: seat.id}, seat.body_id))


async def ask_of_body(act: Act, body: Body, seats: Mapping[int, int] | None = None) -> None:
    """Ask those in a body for consent whom its secretariat has not asked, unless there is another basis. `seats`: by
    person, where not everybody is meant."""
    text = await current_text(act, body.secretariat_id)
    if text is None:
        return
    seats = await seats_of_people(act, Seat.body_id == body.id) if seats is None else seats
    wanted = await without_basis(act, body.secretariat_id, seats, text.id)
    asked = select(ConsentRequest.person_id).where(
        ConsentRequest.text_id == text.id, ConsentRequest.person_id.in_(wanted)
    )
    wanted -= set(await act.db.scalars(asked))
    await ask_people(act, text, {person: seats[person] for person in sorted(wanted)}, body.id)


async def ask_imported(act: Act, secretariat_id: int, term_ids: Sequence[int]) -> list[int]:
    """Ask those who came to seats together for consent, one message each, but for whom the secretariat has asked, or
    where there is another basis. Returns the ids of what they are asked."""
    text = await current_text(act, secretariat_id)
    if text is None:
        return []
    seats: dict[int, int] = {}
    for some in in_batches(list(term_ids)):
        seats |= await seats_of_people(act, Term.id.in_(some))
    wanted = await without_basis(act, secretariat_id, seats, text.id)
    was_asked = select(ConsentRequest.person_id).where(ConsentRequest.text_id == text.id)
    wanted -= set(await act.db.scalars(was_asked))
    asked = await ask_people(act, text, {person_id: seats[person_id] for person_id in sorted(wanted)})
    requests = select(ConsentRequest.id, ConsentRequest.person_id).where(ConsentRequest.text_id == text.id)
    return [row.id for row in await act.db.execute(requests) if row.person_id in asked]


async def ask(act: Act, *, body_id: BodyId, person_id: Id | None = None) -> ConsentsView:
    """Ask one person for consent to publish their name, or everybody in a council who has not answered.

    Returns ConsentsView. Raises Conflict where there is no text to consent to, or nobody to ask.
    """
    body = await get_body_for(act, body_id)
    text = await current_text(act, body.secretariat_id)
    if text is None:
        raise Conflict("no_consent_text")
    where = (Seat.body_id == body.id, *([Term.person_id == person_id] if person_id is not None else []))
    seats = await seats_of_people(act, *where)
    if person_id is None:
        wanted = await without_basis(act, body.secretariat_id, seats, text.id)
        seats = {person: seat for person, seat in seats.items() if person in wanted}
    elif not seats:
        raise NotFound
    if not await ask_people(act, text, seats, body.id):
        raise Conflict("nobody_to_ask_for_consent")
    act.concerns(f"body:{body.id}")
    return await consents_view(act, body)


async def record_basis_prefill(act: Act, *, body_id: BodyId, person_id: PersonId) -> Prefill:
    body = await get_body_for(act, body_id)
    person = await get_seated_for(act, body, person_id)
    return Prefill(about=f"{person.name} · {body.name}", excluded={"legal_basis": {LegalBasis.CONSENT}})


async def get_seated_for(act: Act, body: Body, person_id: int) -> Person:
    """Returns somebody who has a seat in a body or is to have one. Raises NotFound for anybody else."""
    if person_id not in await seats_of_people(act, Seat.body_id == body.id, Term.person_id == person_id):
        raise NotFound
    return await act.db.get_one(Person, person_id)


async def record_basis(
    act: Act,
    *,
    body_id: BodyId,
    person_id: PersonId,
    legal_basis: LegalBasis,
    reason: Prose,
    expires_on: Day | None = None,
) -> ConsentsView:
    """Record that somebody's name may be published on another basis than consent, and why: an employer often cannot
    rely on consent.

    Returns ConsentsView. Source: Datatilsynet on consent in employment.
    """
    body = await get_body_for(act, body_id)
    person = await get_seated_for(act, body, person_id)
    if legal_basis is LegalBasis.CONSENT:
        raise Invalid("consent_is_personal", field="legal_basis")
    if expires_on is not None and expires_on < act.today:
        raise Invalid("expires_before", field="expires_on")
    act.db.add(
        Consent(
            person_id=person.id,
            secretariat_id=body.secretariat_id,
            purpose=PURPOSE,
            basis=legal_basis,
            lang=act.by.lang,
            words=reason,
            given_at=act.at,
            given_via=act.via,
            given_ref=f"person:{act.by_id}",
            recorded_by_id=act.by_id,
            expires_on=expires_on,
        )
    )
    await act.db.flush()
    act.concerns(f"person:{person.id}", f"body:{body.id}")
    facts: dict[str, Any] = {
        "secretariat": (await act.db.get_one(Secretariat, body.secretariat_id)).name,
        "basis": legal_basis,
    }
    await notify(act, "consent_basis", people={person.id}, command="consent.show", body_id=body.id, **facts)
    return await consents_view(act, body)


async def end_basis(act: Act, *, body_id: BodyId, consent_id: ConsentId) -> ConsentsView:
    """End another basis than consent that holds no more. Returns ConsentsView."""
    body = await get_body_for(act, body_id)
    consent = await act.db.scalar(
        locked(
            act,
            select(Consent).where(
                Consent.id == consent_id,
                Consent.secretariat_id == body.secretariat_id,
                Consent.basis != LegalBasis.CONSENT,
            ),
            Consent,
        )
    )
    if consent is None:
        raise NotFound
    CONSENT.require(act, "consent.end_basis", ConsentGiven(consent, None, False))
    consent.withdrawn_at, consent.withdrawn_via = act.at, act.via
    consent.withdrawn_ref = f"person:{act.by_id}"
    await act.db.flush()
    act.concerns(f"person:{consent.person_id}", f"body:{body.id}")
    return await consents_view(act, body)


async def list_consent(act: Act, *, body_id: BodyId) -> ConsentsView:
    """See on which basis the names of those with a seat in a council may be published, and who has none.

    Returns ConsentsView.
    """
    return await consents_view(act, await get_body_for(act, body_id))


async def consents_view(act: Act, body: Body) -> ConsentsView:
    text = await current_text(act, body.secretariat_id)
    query = (
        select(Term, Person.name)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Person, Person.id == Term.person_id)
        .where(Seat.body_id == body.id, Seat.standing.in_(SEATED), not_over(Term, act.today))
        .options(joinedload(Term.seat).joinedload(Seat.organisation))
        .order_by(Term.rank, Term.from_on)
    )
    held: dict[int, tuple[Term, str]] = {}
    for term, name in await act.db.execute(query):
        held.setdefault(term.person_id, (term, name))
    standing = await read_standing(act, body.secretariat_id, held, text)
    collate = sort_key(act.by.lang)
    people = sorted(
        (person_consent(act, body, term, name, standing[person_id]) for person_id, (term, name) in held.items()),
        key=lambda each: collate(each.person.name),
    )
    has_open = text is not None and bool(await without_basis(act, body.secretariat_id, held, text.id))
    names = (*(("consent.ask",) if has_open else ()), "consent_text.publish")
    actions = tuple(AllowedAction(name, {"body_id": body.id}) for name in names if act.allows(name, body.id))
    return ConsentsView(body_ref(act, body), text.version if text else None, tuple(people), actions)


async def read_standing(
    act: Act, secretariat_id: int, people: Iterable[int], text: ConsentText | None
) -> dict[int, tuple[ConsentStanding, Consent | None]]:
    """Returns how it stands with each of these people, and the consent or other basis that says so. Two statements."""
    ids = set(people)
    query = (
        select(Consent, ConsentText, is_text_replaced(Consent.text_id, act.today))
        .outerjoin(ConsentText, ConsentText.id == Consent.text_id)
        .where(Consent.secretariat_id == secretariat_id, Consent.purpose == PURPOSE, Consent.person_id.in_(ids))
        .order_by(Consent.given_at, Consent.id)
    )
    found: dict[int, tuple[ConsentStanding, Consent | None]] = dict.fromkeys(ids, (ConsentStanding.NOT_ASKED, None))
    for consent, of_text, is_replaced in await act.db.execute(query):
        state = ConsentStanding(consent_state(act, ConsentGiven(consent, of_text, is_replaced)).value)
        if state in COUNTING or found[consent.person_id][0] not in COUNTING:
            found[consent.person_id] = (state, consent)
    if text is not None:
        requests = select(ConsentRequest).where(ConsentRequest.text_id == text.id, ConsentRequest.person_id.in_(ids))
        for request in await act.db.scalars(requests):
            state, before = found[request.person_id]
            if state not in COUNTING and request.answered_at is None:
                found[request.person_id] = (ConsentStanding.ASKED, before)
            elif state is ConsentStanding.NOT_ASKED:
                found[request.person_id] = (ConsentStanding.DECLINED, None)
    return found


def person_consent(
    act: Act, body: Body, term: Term, name: str, standing: tuple[ConsentStanding, Consent | None]
) -> PersonConsent:
    state, consent = standing
    about = {"body_id": body.id, "person_id": term.person_id}
    offered = [AllowedAction("consent.record_basis", about)] if state not in COUNTING else []
    if state is ConsentStanding.OTHER_BASIS and consent is not None:
        offered = [AllowedAction("consent.end_basis", {"body_id": body.id, "consent_id": consent.id})]
    return PersonConsent(
        person=PersonRef(term.person_id, name),
        seat=seat_name(term.seat),
        rank=term.rank,
        state=state,
        basis=consent.basis if consent is not None and state in COUNTING else None,
        since=(consent.withdrawn_at or consent.given_at) if consent is not None else None,
        expires_on=consent.expires_on if consent is not None and state in COUNTING else None,
        actions=tuple(each for each in offered if act.allows(each.command, body.id)),
    )


async def due_to_renew(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[Mapping[str, Any]]:
    """Returns the consents that expire within a month and are not asked about anew, as arguments to consent.renew."""
    today = at.astimezone(tz).date()
    newer = table(ConsentText).alias().c
    is_newest = ~exists().where(
        newer.secretariat_id == ConsentText.secretariat_id,
        newer.purpose == ConsentText.purpose,
        newer.version > ConsentText.version,
    )
    query = (
        select(Consent.id)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .join(ConsentRequest, ConsentRequest.consent_id == Consent.id)
        .where(
            Consent.withdrawn_at.is_(None),
            Consent.expires_on.between(today, today + timedelta(days=RENEWED_BEFORE)),
            is_newest,
        )
    )
    return [{"consent_id": id_} for id_ in await db.scalars(query.order_by(Consent.id))]


async def next_renewal(_db: AsyncSession, _at: datetime, _tz: ZoneInfo) -> datetime | None:
    """Returns None: it is looked once an hour, and a month ahead."""
    return None


async def renew(act: Act, *, consent_id: ConsentId) -> None:
    """Ask somebody anew whose consent is about to expire, where they still have a seat."""
    consent = await act.db.get_one(Consent, consent_id)
    bodies = await act.db.scalars(select(Body.id).where(Body.secretariat_id == consent.secretariat_id))
    gate(act, *bodies)
    text = await current_text(act, consent.secretariat_id)
    where = (Body.secretariat_id == consent.secretariat_id, Term.person_id == consent.person_id)
    seats = await seats_of_people(act, *where)
    if text is None or not await ask_people(act, text, seats):
        # Whoever sits nowhere any more is not asked, and their consent ends as it was to.
        linked = update(ConsentRequest).where(ConsentRequest.consent_id == consent.id)
        await act.db.execute(linked.values(consent_id=None))
