"""Erasing who somebody is, while what the councils did stays whole.

Sources: GDPR article 17 (erasure) and 17(3)(b) and (d): minutes and the log are kept, for they are the councils'
records.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from lisbot.council.addresses import fold_address, fold_name
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import PersonId, Prefill
from lisbot.council.models import (
    Account,
    FormerName,
    LogArguments,
    LogLine,
    Person,
    PersonAddress,
    PersonMerge,
    RegisterImport,
    SeatChange,
    SignInLink,
)
from lisbot.council.register.import_rows import in_batches
from lisbot.council.register.kept_people import get_person_for, require_no_other_staff
from lisbot.council.register.known_people import find_by_name, read_name
from lisbot.council.register.people import has_part, person_record
from lisbot.council.register.views.people import PersonRecordView
from lisbot.texts import text


@dataclass(frozen=True)
class Traces:
    """By what somebody is found again: every record of theirs, and every name and address they have or had.

    is_only_one    whether nobody else in the register has one of the names: then a name alone is theirs
    """

    records: tuple[Person, ...]
    names: frozenset[str]
    addresses: frozenset[str]
    is_only_one: bool

    @property
    def ids(self) -> set[int]:
        return {each.id for each in self.records}

    def has_name(self, said: str) -> bool:
        return read_name(said) in {read_name(name) for name in self.names}

    def has_address(self, said: str) -> bool:
        """Returns whether one of the addresses stands in a text, and not merely within a longer one."""
        folded = fold_address(said)
        return any(re.search(rf"(?<![\w.+-]){re.escape(each)}(?![\w-]|\.\w)", folded) for each in self.addresses)


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
    traces = await read_traces(act, person)
    for model in (Account, PersonAddress, FormerName, SignInLink):
        await act.db.execute(delete(model).where(model.person_id.in_(traces.ids)))
    erased = text(act.by.lang, "card.person_record.erased", id=person.id)
    changes = or_(SeatChange.person_id.in_(traces.ids), SeatChange.email.in_(traces.addresses))
    await act.db.execute(update(SeatChange).where(changes, SeatChange.name != "").values(name=erased, email=""))
    await erase_from_log(act, traces)
    await erase_from_imports(act, traces)
    for row in await read_merges(act, traces.ids):
        row.moved = {**row.moved, "email": None}
    for each in traces.records:
        each.name = text(act.by.lang, "card.person_record.erased", id=each.id)
        each.key = f"erased-{each.id}"
        each.email = each.lang = each.pack_name = each.pack_email = each.organisation_id = each.left_on = None
        each.erased_at = each.signed_out_at = act.at
    await act.db.flush()
    return await person_record(act, person)


async def read_traces(act: Act, person: Person) -> Traces:
    """Returns by what somebody is found again, those included who turned out to be them."""
    records, ids = [person], [person.id]
    while more := list(
        await act.db.scalars(select(Person).where(Person.merged_into_id.in_(ids), Person.id.not_in(ids)))
    ):
        records += more
        ids += [each.id for each in more]
    former = await act.db.scalars(select(FormerName.name).where(FormerName.person_id.in_(ids)))
    further = await act.db.scalars(select(PersonAddress.email).where(PersonAddress.person_id.in_(ids)))
    names = {*former, *(name for each in records for name in (each.name, each.pack_name) if name)}
    addresses = {*further, *(email for each in records for email in (each.email, each.pack_email) if email)}
    addresses |= {row.moved["email"] for row in await read_merges(act, ids) if row.moved.get("email")}
    for args in await act.db.scalars(
        select(LogArguments.args)
        .join(LogLine, LogLine.id == LogArguments.line_id)
        .where(LogLine.command == "person.edit", LogLine.subject.in_([f"person:{each}" for each in ids]))
    ):
        said = json.loads(args)
        names |= {said[key] for key in ("name", "former_name") if said.get(key)}
        addresses |= {said[key] for key in ("email", "former_email") if said.get(key)}
    same = {found.id for name in names for found in await find_by_name(act, name)}
    return Traces(tuple(records), frozenset(names), frozenset(map(fold_address, addresses)), not same - set(ids))


async def read_merges(act: Act, ids: Collection[int]) -> list[PersonMerge]:
    """Returns how people turned out to be one, of whom one is among these."""
    query = select(PersonMerge).where(or_(PersonMerge.kept_id.in_(ids), PersonMerge.merged_id.in_(ids)))
    return list(await act.db.scalars(query))


async def erase_from_log(act: Act, traces: Traces) -> None:
    """Erase the arguments of the log's lines by a person, about them, or with their address, or with their
    name where nobody else has it. The lines keep their digest, and the chain holds."""
    subjects = [f"person:{each}" for each in traces.ids]
    lines = select(LogLine.id).where(or_(LogLine.by_id.in_(traces.ids), LogLine.subject.in_(subjects)))
    await act.db.execute(delete(LogArguments).where(LogArguments.line_id.in_(lines)))
    said = {form for each in traces.names | traces.addresses for form in (each, json.dumps(each)[1:-1])}
    rows = await act.db.execute(
        select(LogArguments.line_id, LogArguments.args).where(
            or_(*(LogArguments.args.icontains(each, autoescape=True) for each in sorted(said)))
        )
    )
    found = [
        line_id
        for line_id, args in rows
        if any(
            (traces.is_only_one and traces.has_name(word)) or traces.has_address(word)
            for word in words_in(json.loads(args))
        )
    ]
    for ids in in_batches(found):
        await act.db.execute(delete(LogArguments).where(LogArguments.line_id.in_(ids)))


def words_in(value: Any) -> Iterator[str]:
    """Yields every text among a line's arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from words_in(each)


async def erase_from_imports(act: Act, traces: Traces) -> None:
    """Take somebody out of what was read of spreadsheets and asked about it: by their address, and by their name in
    the one that brought them in or where nobody else has it."""
    for row in await act.db.scalars(select(RegisterImport)):
        made = row.made or {}
        by_name = traces.is_only_one or not traces.ids.isdisjoint(made.get("person", ()))
        gone = {line["line"] for line in row.read["rows"] if is_theirs(line, traces, by_name=by_name)}
        row.read = {
            **row.read,
            "rows": [line for line in row.read["rows"] if line["line"] not in gone],
            "left_out": left_out_but(row.read["left_out"], traces, gone, by_name=by_name),
        }
        row.answers = {key: said for key, said in row.answers.items() if not is_asked_of(key, traces, by_name=by_name)}
        if told := made.get("told"):
            people = [name for name in told.get("person", ()) if not (by_name and traces.has_name(name))]
            left_out = left_out_but(told.get("left_out", ()), traces, gone, by_name=by_name)
            row.made = {**made, "told": {**told, "person": people, "left_out": left_out}}


def is_theirs(line: Any, traces: Traces, *, by_name: bool) -> bool:
    """Returns whether a row of a spreadsheet is about somebody. One with another's address is not."""
    if line["email"]:
        return traces.has_address(line["email"])
    return by_name and traces.has_name(line["name"])


def left_out_but(left_out: Iterable[Any], traces: Traces, gone: set[int], *, by_name: bool) -> list[Any]:
    """Returns what was left out of a spreadsheet, but for what is about somebody. Each is a line, why, and whom it was
    about."""
    return [
        each
        for each in left_out
        if each[0] not in gone and not traces.has_address(each[2]) and not (by_name and traces.has_name(each[2]))
    ]


def is_asked_of(key: str, traces: Traces, *, by_name: bool) -> bool:
    """Returns whether a question about a spreadsheet names somebody: its key holds a name, folded, or an address."""
    parts = key.split(":")
    about = parts[0] == "known_person" and parts[1] in {str(each) for each in traces.ids}
    named = by_name and any(fold_name(name) in parts for name in traces.names)
    return about or named or traces.has_address(key)
