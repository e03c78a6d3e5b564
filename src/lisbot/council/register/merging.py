"""Two people of the register who turned out to be one: what is whose is moved, with a trace, and can be moved back."""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import select, update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Id, PersonId, Prefill
from lisbot.council.core.periods import overlap
from lisbot.council.models import (
    Account,
    Consent,
    FormerName,
    Person,
    PersonAddress,
    PersonMerge,
    SeatChange,
    Staff,
    Term,
)
from lisbot.council.register.kept_people import get_person_for, is_kept, require_kept_alone, require_no_other_staff
from lisbot.council.register.people import person_record
from lisbot.council.register.views.people import PersonRecordView
from lisbot.texts import sort_key

# What follows a person. What they wrote, answered and logged stays as it was written, by whoever they were then.
FOLLOWS: dict[str, Any] = {
    "term": Term,
    "staff": Staff,
    "account": Account,
    "person_address": PersonAddress,
    "former_name": FormerName,
    "consent": Consent,
    "seat_change": SeatChange,
}

# What is said of each before it is moved.
MOVES = {
    "term": "merge_moves_term",
    "staff": "merge_moves_staff",
    "account": "merge_moves_account",
    "person_address": "merge_moves_person_address",
    "former_name": "merge_moves_former_name",
    "consent": "merge_moves_consent",
    "seat_change": "merge_moves_seat_change",
}


async def merge_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    person = await get_person_for(act, person_id)
    return Prefill(about=person.name, choices={"other_id": await others_to_choose(act, person)})


async def others_to_choose(act: Act, person: Person) -> Sequence[tuple[object, str | Enum]]:
    """Returns whom a person may be merged with: everybody whom the member keeps in the register, and no other
    secretariat."""
    rows = await act.db.execute(
        select(Person.id, Person.name, Person.email).where(
            Person.id != person.id,
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            is_kept(act),
        )
    )
    collate = sort_key(act.by.lang)
    found = sorted(rows, key=lambda row: (row.name != person.name, collate(row.name), row.id))
    return [(row.id, f"{row.name} · {row.email}" if row.email else row.name) for row in found]


async def merge(act: Act, *, person_id: PersonId, other_id: Id) -> PersonRecordView:
    """Merge two people who are one: the other's seats, posts, accounts, addresses and consents become this person's.
    What the other wrote and answered stays as it is.

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
    moved: dict[str, Any] = {name: await move(act, table, merged.id, kept.id) for name, table in FOLLOWS.items()}
    moved["email"] = merged.email
    if merged.email is not None:
        merged.email = None
        await act.db.flush()
        moved["address_id"] = await take_address(act, kept, moved["email"])
    for name, count in ((name, len(moved[name])) for name in FOLLOWS):
        if count:
            act.ask_first(MOVES[name], count=count, name=kept.name)
    act.ask_first("merge_keeps", name=kept.name, other=merged.name)
    merged.merged_into_id = kept.id
    act.db.add(PersonMerge(kept_id=kept.id, merged_id=merged.id, at=act.at, by_id=act.by_id, moved=moved))
    await act.db.flush()
    view = await person_record(act, kept)
    act.concerns(f"person:{kept.id}", merged_id=merged.id, merged_name=merged.name)
    return view


async def require_no_shared_seat(act: Act, one: Person, other: Person) -> None:
    """Raises Conflict where both hold one seat at a time: they would be there twice."""
    terms = list(await act.db.scalars(select(Term).where(Term.person_id.in_((one.id, other.id)))))
    own, theirs = [[term for term in terms if term.person_id == person.id] for person in (one, other)]
    for a in own:
        for b in theirs:
            if a.seat_id == b.seat_id and overlap(a.from_on, a.to_on, b.from_on, b.to_on):
                raise Conflict("merge_shares_seat", field="other_id", name=one.name, other=other.name)


async def move(act: Act, table: Any, from_id: int, to_id: int, ids: Iterable[int] | None = None) -> list[int]:
    """Have rows be another person's, all or some of them. Returns their ids."""
    theirs = table.person_id == from_id if ids is None else table.id.in_(list(ids))
    found = list(await act.db.scalars(select(table.id).where(theirs, table.person_id == from_id)))
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

    Returns PersonRecordView. Raises Conflict where none is to be undone.
    """
    kept = await get_person_for(act, person_id)
    await require_no_other_staff(act, kept)
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
    for name, table in FOLLOWS.items():
        await move(act, table, kept.id, merged.id, row.moved[name])
    merged.merged_into_id, merged.email, row.undone_at = None, email, act.at
    await act.db.flush()
    view = await person_record(act, kept)
    act.concerns(f"person:{kept.id}", merged_id=merged.id)
    return view
