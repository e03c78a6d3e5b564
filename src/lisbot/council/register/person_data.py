"""What lisbot knows about one person: all of it, for themselves and for whoever keeps them; and erasing it.

Sources: GDPR article 15 (access), 17 (erasure) and 17(3)(b) and (d): minutes and the log are kept, for they are the
councils' records.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Table, delete, or_, select, update

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotAllowed
from lisbot.council.core.fields import Id, PersonId, Prefill
from lisbot.council.models import (
    Account,
    Base,
    FormerName,
    LogArguments,
    LogLine,
    Person,
    PersonAddress,
    PersonMerge,
    RegisterImport,
    SeatChange,
    SignInLink,
    table,
)
from lisbot.council.register.kept_people import get_person_for, require_no_other_staff
from lisbot.council.register.people import has_part, person_record
from lisbot.council.register.views.people import PersonDataView, PersonRecordView
from lisbot.texts import text

# What is nobody's to see, and what says the same of others.
SECRET = frozenset(
    {"digest", "salt", "link", "seal", "hash_v1", "args_digest", "txid", "token", "read", "made", "answers"}
)
# To which part of the page a table belongs, by how its name begins; the first that fits.
PARTS = (
    ("log", "log"),
    ("delivery", "sent"),
    ("attempt", "sent"),
    ("posting", "sent"),
    ("account", "accounts"),
    ("sign_in", "accounts"),
    ("consent", "consent"),
    ("person", "register"),
    ("former", "register"),
    ("term", "register"),
    ("staff", "register"),
    ("seat", "register"),
    ("line_confirmation", "register"),
)
OTHER_PART = "councils"


async def show_data(act: Act, *, person_id: Id | None = None) -> PersonDataView:
    """See all that lisbot knows about you, or, for whoever keeps the register, about somebody in it.

    Returns PersonDataView.
    """
    if person_id is None or person_id == act.by.id:
        person = await act.db.get_one(Person, act.by_id)
    elif not secretariats_of(act.by):
        raise NotAllowed
    else:
        person = await get_person_for(act, person_id)
    act.concerns(f"person:{person.id}")
    kinds = {name: rows for name, rows in (await read_rows(act, person.id)).items() if rows}
    counts: dict[str, int] = {}
    for name, rows in kinds.items():
        part = next((part for begins, part in PARTS if name.startswith(begins)), OTHER_PART)
        counts[part] = counts.get(part, 0) + len(rows)
    return PersonDataView(
        id=person.id,
        name=person.name,
        email=person.email or "",
        is_own=person.id == act.by.id,
        at=act.at,
        counts=tuple(sorted(counts.items())),
        rows=kinds,
    )


async def read_rows(act: Act, person_id: int) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Returns every row of every table that is about a person, as data."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for each in Base.metadata.sorted_tables:
        columns = person_columns(each)
        if each is table(Person):
            columns = [each.c.id]
        if not columns:
            continue
        shown = [column for column in each.columns if not is_secret(column.name)]
        rows = await act.db.execute(select(*shown).where(or_(*(column == person_id for column in columns))))
        found[each.name] = tuple(
            {key: as_data(value) for key, value in row._mapping.items() if value is not None} for row in rows
        )
    return found


def is_secret(name: str) -> bool:
    return name in SECRET or any(part in name for part in ("token", "digest", "sealed"))


def person_columns(each: Table) -> list[Any]:
    """Returns the columns of a table that say whom a row is about or by."""
    return [column for column in each.columns if any(key.column is table(Person).c.id for key in column.foreign_keys)]


def as_data(value: Any) -> Any:
    """Returns a value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


async def erase_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    return Prefill(about=(await get_person_for(act, person_id)).name)


async def erase(act: Act, *, person_id: PersonId) -> PersonRecordView:
    """Erase who somebody is: name, addresses, accounts, and what the log keeps of the arguments. Minutes, votes and
    the log's own lines stay, for they are the councils' records.

    Returns PersonRecordView. Raises Conflict for whoever holds a seat or works at a secretariat.
    """
    person = await get_person_for(act, person_id)
    await require_no_other_staff(act, person)
    if person.erased_at is not None:
        raise Conflict("erased_already")
    if await act.db.scalar(select(has_part(act, person))):
        raise Conflict("holds_still", name=person.name)
    act.ask_first("erases", name=person.name)
    names = {person.name, *await act.db.scalars(select(FormerName.name).where(FormerName.person_id == person.id))}
    addresses = {
        *(await act.db.scalars(select(PersonAddress.email).where(PersonAddress.person_id == person.id))),
        *([person.email] if person.email else []),
    }
    erased = text(act.by.lang, "card.person_record.erased", id=person.id)
    for model in (Account, PersonAddress, FormerName, SignInLink):
        await act.db.execute(delete(model).where(model.person_id == person.id))
    changes = or_(SeatChange.person_id == person.id, SeatChange.email.in_(addresses))
    await act.db.execute(update(SeatChange).where(changes, SeatChange.name != "").values(name=erased, email=""))
    await erase_from_log(act, person, names, addresses)
    await erase_from_imports(act, names, addresses)
    for row in await act.db.scalars(
        select(PersonMerge).where(or_(PersonMerge.kept_id == person.id, PersonMerge.merged_id == person.id))
    ):
        row.moved = {**row.moved, "email": None}
    person.name, person.email, person.lang = erased, None, None
    person.key = f"erased-{person.id}"
    person.pack_name = person.pack_email = person.organisation_id = person.left_on = None
    person.erased_at = person.signed_out_at = act.at
    await act.db.flush()
    return await person_record(act, person)


async def erase_from_log(act: Act, person: Person, names: set[str], addresses: set[str]) -> None:
    """Erase the arguments of the log's lines by a person, about them, or with their name or address. The lines keep
    their digest, and the chain holds."""
    lines = select(LogLine.id).where(or_(LogLine.by_id == person.id, LogLine.subject == f"person:{person.id}"))
    said = [each for name in (*names, *addresses) for each in {name, json.dumps(name)[1:-1]} if name]
    await act.db.execute(
        delete(LogArguments).where(
            or_(LogArguments.line_id.in_(lines), *(LogArguments.args.contains(each, autoescape=True) for each in said))
        )
    )


async def erase_from_imports(act: Act, names: set[str], addresses: set[str]) -> None:
    """Take somebody out of what was read of spreadsheets."""
    for row in await act.db.scalars(select(RegisterImport)):
        kept = [each for each in row.read["rows"] if each["name"] not in names and each["email"] not in addresses]
        left_out = [each for each in row.read["left_out"] if each[2] not in names | addresses]
        if len(kept) < len(row.read["rows"]) or len(left_out) < len(row.read["left_out"]):
            row.read = {**row.read, "rows": kept, "left_out": left_out}
        told = (row.made or {}).get("told", {})
        if row.made and any(name in names for name in told.get("person", ())):
            people = [name for name in told["person"] if name not in names]
            row.made = {**row.made, "told": {**told, "person": people}}
        if any(each in said for said in row.answers for each in names | addresses):
            row.answers = {}
