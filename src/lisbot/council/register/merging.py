"""Two people of the register who turned out to be one: what is whose is moved, with a trace, and can be moved back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import select, update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Id, PersonId, Prefill
from lisbot.council.core.periods import overlap
from lisbot.council.enums import LegalBasis, ReadingKind
from lisbot.council.models import (
    Account,
    Consent,
    ConsentRequest,
    ConsentText,
    FormerName,
    LineConfirmation,
    OutsideParty,
    Person,
    PersonAddress,
    PersonMerge,
    SeatChange,
    Staff,
    Term,
)
from lisbot.council.register.kept_people import get_person_for, is_kept, require_kept_alone, require_no_other_staff
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.merged_deeds import give_back_deeds, move_deeds
from lisbot.council.register.people import person_record
from lisbot.council.register.views.people import PersonRecordView
from lisbot.texts import counted, sort_key

# What follows a person, beside what they answered, wrote and were sent (merged_deeds).
FOLLOWS: dict[str, Any] = {
    "term": Term,
    "staff": Staff,
    "account": Account,
    "person_address": PersonAddress,
    "former_name": FormerName,
    "consent": Consent,
    "consent_request": ConsentRequest,
    "seat_change": SeatChange,
    "line_confirmation": LineConfirmation,
    "outside_party": OutsideParty,
}


async def merge_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    person = await get_person_for(act, person_id)
    return Prefill(about=person.name, choices={"other_id": await others_to_choose(act, person)})


async def others_to_choose(act: Act, person: Person) -> Sequence[tuple[object, str | Enum]]:
    """Returns whom a person may be merged with: everybody whom the member keeps in the register, and no other
    secretariat."""
    rows = (
        await act.db.execute(
            select(Person.id, Person.name, Person.email).where(
                Person.id != person.id,
                Person.merged_into_id.is_(None),
                Person.erased_at.is_(None),
                is_kept(act),
            )
        )
    ).all()
    collate = sort_key(act.by.lang)
    act.discloses(ReadingKind.ADDRESSES, sum(row.email is not None for row in rows))
    found = sorted(rows, key=lambda row: (row.name != person.name, collate(row.name), row.id))
    return [(row.id, f"{row.name} · {row.email}" if row.email else row.name) for row in found]


async def merge(act: Act, *, person_id: PersonId, other_id: Id) -> PersonRecordView:
    """Merge two people who are one: the other's seats, posts, accounts, addresses and consents become this person's,
    and so does what they proposed, answered and were sent. What is logged stays under the name it was done by.

    Returns PersonRecordView. Raises Conflict where both hold one seat at a time, or either is merged already, or
    another secretariat keeps either too.
    """
    kept, merged = await get_person_for(act, person_id), await get_person_for(act, other_id)
    if kept.id == merged.id:
        raise Invalid("merge_with_self", field="other_id", name=kept.name)
    for person in (kept, merged):
        await require_no_other_staff(act, person)
        if person.merged_into_id is not None or person.erased_at is not None:
            raise Conflict("merged_already", field="other_id", name=person.name)
    await require_kept_alone(act, kept, merged)
    await require_no_shared_seat(act, kept, merged)
    moved: dict[str, Any] = {"exchanged": await exchange_requests(act, kept, merged)}
    moved |= await end_consents_said_no_to(act, kept, merged)
    moved |= {name: await move(act, table, merged.id, kept.id) for name, table in FOLLOWS.items()}
    moved["deeds"] = await move_deeds(act, merged.id, kept.id)
    moved["email"] = merged.email
    if merged.email is not None:
        merged.email = None
        await act.db.flush()
        moved["address_id"] = await take_address(act, kept, moved["email"])
    if (what := counted({name: len(moved[name]) for name in FOLLOWS})) is not None:
        act.ask_first("merge_moves", name=kept.name, what=what)
    act.ask_first("merge_keeps", name=kept.name, other=merged.name)
    merged.merged_into_id = kept.id
    act.db.add(PersonMerge(kept_id=kept.id, merged_id=merged.id, at=act.at, by_id=act.by_id, moved=moved))
    await act.db.flush()
    view = await person_record(act, kept)
    act.concerns(f"person:{kept.id}", merged_id=merged.id, merged_name=merged.name)
    return view


async def require_no_shared_seat(act: Act, one: Person, other: Person) -> None:
    """Raises Conflict where both hold one seat at a time: they would be there twice. So
    where both work at one secretariat."""
    terms = list(await act.db.scalars(select(Term).where(Term.person_id.in_((one.id, other.id)))))
    own, theirs = [[term for term in terms if term.person_id == person.id] for person in (one, other)]
    for a in own:
        for b in theirs:
            if a.seat_id == b.seat_id and overlap(a.from_on, a.to_on, b.from_on, b.to_on):
                raise Conflict("merge_shares_seat", field="other_id", name=one.name, other=other.name)
    posts = list(await act.db.scalars(select(Staff).where(Staff.person_id.in_((one.id, other.id)))))
    for c in posts:
        for d in posts:
            is_shared = (c.person_id, d.person_id, c.secretariat_id) == (one.id, other.id, d.secretariat_id)
            if is_shared and overlap(c.from_on, c.to_on, d.from_on, d.to_on):
                raise Conflict("merge_shares_post", field="other_id", name=one.name, other=other.name)


async def exchange_requests(act: Act, kept: Person, merged: Person) -> list[list[int]]:
    """Where both were asked for consent to one text, have the person kept be the one with the newer answer. Returns
    the ids of the requests that changed places."""
    asked: dict[int, dict[int, ConsentRequest]] = {kept.id: {}, merged.id: {}}
    for row in await act.db.scalars(select(ConsentRequest).where(ConsentRequest.person_id.in_(list(asked)))):
        asked[row.person_id][row.text_id] = row
    exchanged = []
    for text_id in asked[kept.id].keys() & asked[merged.id].keys():
        own, theirs = asked[kept.id][text_id], asked[merged.id][text_id]
        if newest_of(theirs) > newest_of(own):
            exchange(own, theirs)
            exchanged.append([own.id, theirs.id])
    await act.db.flush()
    return exchanged


def newest_of(request: ConsentRequest) -> datetime:
    return request.answered_at or request.asked_at


def exchange(one: ConsentRequest, other: ConsentRequest) -> None:
    """Have two requests for consent to one text change places: nobody is asked twice, and nothing asked is lost."""
    for name in ("seat_id", "asked_at", "answered_at", "consent_id"):
        first, second = getattr(one, name), getattr(other, name)
        setattr(one, name, second)
        setattr(other, name, first)


async def end_consents_said_no_to(act: Act, kept: Person, merged: Person) -> dict[str, Any]:
    """End each consent of either that was given before either said no to the same secretariat: the newest answer is
    no, whatever name it was given under. Returns what was ended, to be undone."""
    ids = (kept.id, merged.id)
    consents = list(
        await act.db.scalars(select(Consent).where(Consent.person_id.in_(ids), Consent.basis == LegalBasis.CONSENT))
    )
    noes: list[tuple[Any, ...]] = [
        (each.secretariat_id, each.purpose, each.withdrawn_at) for each in consents if each.withdrawn_at
    ]
    noes += [
        (secretariat_id, purpose, at)
        for secretariat_id, purpose, at in await act.db.execute(
            select(ConsentText.secretariat_id, ConsentText.purpose, ConsentRequest.answered_at)
            .join(ConsentText, ConsentText.id == ConsentRequest.text_id)
            .where(
                ConsentRequest.person_id.in_(ids),
                ConsentRequest.answered_at.is_not(None),
                ConsentRequest.consent_id.is_(None),
            )
        )
    ]
    ended = [
        each
        for each in consents
        if each.withdrawn_at is None
        and any((each.secretariat_id, each.purpose) == no[:2] and each.given_at <= no[2] for no in noes)
    ]
    for each in ended:
        each.withdrawn_at, each.withdrawn_via, each.withdrawn_ref = act.at, act.via, f"person:{merged.id}"
    answers = [
        *await act.db.scalars(select(ConsentRequest).where(ConsentRequest.consent_id.in_([each.id for each in ended])))
    ]
    given = [[row.id, row.consent_id] for row in answers]
    for row in answers:
        row.consent_id = None
    if ended:
        act.ask_first("merge_ends_consents", count=len(ended), name=kept.name)
    await act.db.flush()
    return {"ended": [each.id for each in ended], "answers": given}


async def give_back_consents(act: Act, row: PersonMerge) -> None:
    """Undo what a merging ended of consents, but for what was ended since. Who has said no meanwhile, under whichever
    name, is published by no consent from before."""
    moved = row.moved
    ids = (row.kept_id, row.merged_id)
    ended = list(await act.db.scalars(select(Consent).where(Consent.id.in_(moved.get("ended", ())))))
    noes = await read_noes(act, ids, row.at)
    for consent in ended:
        if consent.withdrawn_at == row.at and (consent.secretariat_id, consent.purpose) not in noes:
            consent.withdrawn_at, consent.withdrawn_via, consent.withdrawn_ref = None, "", ""
    given_back = {consent.id for consent in ended if consent.withdrawn_at is None}
    for request_id, consent_id in moved.get("answers", ()):
        request = await act.db.get_one(ConsentRequest, request_id)
        if consent_id in given_back and not is_answered_since(request, row.at):
            request.consent_id = consent_id
    for own_id, other_id in moved.get("exchanged", ()):
        own, other = await act.db.get_one(ConsentRequest, own_id), await act.db.get_one(ConsentRequest, other_id)
        if not is_answered_since(own, row.at):
            exchange(own, other)
            continue
        # What was answered since is whose who was kept. The other said no with them, or is asked anew.
        is_no = own.consent_id is None
        other.consent_id, other.answered_at = None, own.answered_at if is_no else None
    await act.db.flush()


def is_answered_since(request: ConsentRequest, at: datetime) -> bool:
    return request.answered_at is not None and request.answered_at > at


async def read_noes(act: Act, ids: Sequence[int], since: datetime) -> set[tuple[int, Any]]:
    """Returns to which secretariats, and for what, people have said no after a moment."""
    withdrawn = select(Consent.secretariat_id, Consent.purpose).where(
        Consent.person_id.in_(ids), Consent.basis == LegalBasis.CONSENT, Consent.withdrawn_at > since
    )
    declined = (
        select(ConsentText.secretariat_id, ConsentText.purpose)
        .join(ConsentRequest, ConsentRequest.text_id == ConsentText.id)
        .where(
            ConsentRequest.person_id.in_(ids),
            ConsentRequest.answered_at > since,
            ConsentRequest.consent_id.is_(None),
        )
    )
    return {(row.secretariat_id, row.purpose) for query in (withdrawn, declined) for row in await act.db.execute(query)}


async def move(act: Act, table: Any, from_id: int, to_id: int, ids: Iterable[int] | None = None) -> list[int]:
    """Have rows be another person's, all or some of them. Returns their ids."""
    theirs = table.person_id == from_id if ids is None else table.id.in_(list(ids))
    query = select(table.id).where(theirs, table.person_id == from_id)
    if table is ConsentRequest:  # of one text nobody is asked twice
        own = select(ConsentRequest.text_id).where(ConsentRequest.person_id == to_id)
        query = query.where(ConsentRequest.text_id.not_in(own))
    found = list(await act.db.scalars(query))
    values: dict[str, Any] = {"person_id": to_id}
    if table is Term:
        values["changed_at"] = act.at
    await act.db.execute(update(table).where(table.id.in_(found)).values(**values))
    return found


async def take_address(act: Act, kept: Person, email: str) -> int | None:
    """Have the other's address be a further one of the person kept, or the one where they have none."""
    if kept.email is None:
        kept.email = email
        return None
    row = PersonAddress(person_id=kept.id, email=email, added_at=act.at)
    act.db.add(row)
    await act.db.flush()
    return row.id


async def unmerge_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    return Prefill(about=(await get_person_for(act, person_id)).name)


async def unmerge(act: Act, *, person_id: PersonId) -> PersonRecordView:
    """Undo the last merging with a person: what was moved goes back, but for what was changed or ended since.

    Returns PersonRecordView. Raises Conflict where none is to be undone, and for whoever was merged with a third since,
    who has what was moved: that merging is undone first.
    """
    kept = await get_person_for(act, person_id)
    await require_no_other_staff(act, kept)
    if kept.erased_at is not None:
        raise Conflict("erased_already")
    if kept.merged_into_id is not None:
        third = await act.db.get_one(Person, kept.merged_into_id)
        raise Conflict("unmerge_other_first", name=kept.name, other=third.name)
    row = await act.db.scalar(
        select(PersonMerge)
        .where(PersonMerge.kept_id == kept.id, PersonMerge.undone_at.is_(None))
        .order_by(PersonMerge.id.desc())
        .limit(1)
    )
    if row is None:
        raise Conflict("nothing_to_unmerge", name=kept.name)
    merged = await act.db.get_one(Person, row.merged_id)
    act.ask_first("merge_undone", name=kept.name, other=merged.name)
    email, address_id = row.moved["email"], row.moved.get("address_id")
    if address_id is not None:
        address = await act.db.get(PersonAddress, address_id)
        if address is not None and address.removed_at is None:
            await act.db.delete(address)
    elif email is not None and kept.email == email:
        kept.email = None
    await act.db.flush()
    if email and (other := await find_by_address(act, email)) is not None and other.id != merged.id:
        act.ask_first("merge_address_taken", email=email, other=merged.name)
        email = None
    for name, table in FOLLOWS.items():
        await move(act, table, kept.id, merged.id, row.moved.get(name, ()))
    await give_back_deeds(act, kept.id, merged.id, row.moved.get("deeds", {}))
    await give_back_consents(act, row)
    merged.merged_into_id, merged.email, row.undone_at = None, email, act.at
    await act.db.flush()
    view = await person_record(act, kept)
    act.concerns(f"person:{kept.id}", merged_id=merged.id)
    return view
