"""Erasing who somebody is, while what the councils did stays whole.

Sources: GDPR article 17 (erasure) and 17(3)(b) and (d): minutes and the log are kept, for they are the councils'
records.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, update

from lisbot.council.addresses import fold_address, fold_name
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import PersonId, Prefill
from lisbot.council.log.verify import VOUCHING
from lisbot.council.models import (
    Account,
    ActionLink,
    CalendarEntry,
    CalendarFeed,
    ChannelChoice,
    Delivery,
    FormerName,
    Guest,
    InboundMail,
    KeptForm,
    LocalInput,
    LocalInputAnswer,
    LogArguments,
    LogLine,
    MailTrouble,
    OutsideParty,
    Person,
    PersonAddress,
    PersonMerge,
    Posting,
    QuietTime,
    RegisterImport,
    SeatChange,
    SignInLink,
    table,
)
from lisbot.council.register.import_rows import in_batches
from lisbot.council.register.kept_people import get_person_for, require_no_other_staff
from lisbot.council.register.known_people import find_by_name, read_name
from lisbot.council.register.people import has_part, is_awaited, person_record
from lisbot.council.register.views.people import PersonRecordView
from lisbot.texts import text

# What is somebody's own alone, and of use to nobody once they are gone.
OWN = (
    *(Account, PersonAddress, FormerName, SignInLink, KeptForm, ChannelChoice, QuietTime, Posting, CalendarEntry),
    *(LocalInputAnswer, LocalInput),
)


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

    def is_named_by(self, said: str) -> bool:
        """Returns whether a text is one of the names, where nobody else has it, or has one of the addresses in it."""
        return (self.is_only_one and self.has_name(said)) or self.has_address(said)

    def stand_in(self, column: Any) -> ColumnElement[bool]:
        """Returns the condition that a text of the database, or what is kept there as JSON, may have a name or an
        address in it: whether it has is asked of is_named_by."""
        said = {form for each in self.names | self.addresses for form in (each, json.dumps(each)[1:-1])}
        return or_(*(cast(column, Text).icontains(each, autoescape=True) for each in sorted(said)))


async def erase_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    return Prefill(about=(await get_person_for(act, person_id)).name)


async def erase(act: Act, *, person_id: PersonId) -> PersonRecordView:
    """Erase who somebody is: name, addresses, accounts, and what the log keeps of the arguments. Minutes, votes and
    the log's own lines stay, for they are the councils' records.

    Returns PersonRecordView. Raises Conflict for whoever holds a seat or works at a secretariat, and for whoever
    something is still sent to or asked of.
    """
    person = await get_person_for(act, person_id)
    await require_no_other_staff(act, person)
    if person.erased_at is not None:
        raise Conflict("erased_already")
    takes_part, awaited = (
        await act.db.execute(select(has_part(act.today, person.id), is_awaited(act.today, person.id)))
    ).one()
    if takes_part:
        raise Conflict("holds_still", name=person.name)
    if awaited:
        raise Conflict("awaited_still", name=person.name)
    act.ask_first("erases", name=person.name)
    await erase_person(act, person)
    return await person_record(act, person)


async def erase_person(act: Act, person: Person) -> None:
    """Erase who somebody is, in every record of theirs and wherever lisbot has written down a name or an address."""
    traces = await read_traces(act, person)
    await erase_own(act, traces)
    erased = text(act.by.lang, "card.person_record.erased", id=person.id)
    changes = or_(SeatChange.person_id.in_(traces.ids), SeatChange.email.in_(traces.addresses))
    cleared: dict[str, Any] = {"name": erased, "email": "", "credentials": []}
    await act.db.execute(update(SeatChange).where(changes, SeatChange.name != "").values(**cleared))
    await erase_from_messages(act, traces, erased)
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


async def erase_contact(act: Act, person: Person) -> None:
    """Erase how somebody is reached, in every record of theirs: addresses, accounts, links, and what came from them by
    mail. Who they are stays."""
    traces = await read_traces(act, person)
    await erase_own(act, traces, but=(FormerName,))
    reported = or_(SeatChange.person_id.in_(traces.ids), SeatChange.email.in_(traces.addresses))
    await act.db.execute(update(SeatChange).where(reported, SeatChange.email != "").values(email=""))
    for row in await read_merges(act, traces.ids):
        row.moved = {**row.moved, "email": None}
    for each in traces.records:
        each.email = each.pack_email = each.lang = None
        each.signed_out_at = act.at
    await act.db.flush()


async def erase_own(act: Act, traces: Traces, but: Collection[Any] = ()) -> None:
    """Erase what is somebody's own, end what their links and feeds open, and take their addresses from wherever else
    they are."""
    for model in OWN:
        if model not in but:
            await act.db.execute(delete(model).where(table(model).c.person_id.in_(traces.ids)))
    for link in (ActionLink, CalendarFeed):
        still = (table(link).c.person_id.in_(traces.ids), table(link).c.revoked_at.is_(None))
        await act.db.execute(update(link).where(*still).values(revoked_at=act.at))
    await erase_addresses(act, traces)
    await erase_from_mail(act, traces)


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
    """Returns how people turned out to be one, of whom one is among these. Of a merging that was undone, the address is
    the other's again, who is not."""
    still_one = PersonMerge.kept_id.in_(ids) & PersonMerge.undone_at.is_(None)
    query = select(PersonMerge).where(or_(still_one, PersonMerge.merged_id.in_(ids)))
    return list(await act.db.scalars(query))


async def erase_addresses(act: Act, traces: Traces) -> None:
    """Take somebody's addresses from where others wrote them down: as a guest's, a party's outside, or one that mail
    does not reach. That they were a guest, and under which name, is in the minutes."""
    guests = or_(Guest.person_id.in_(traces.ids), Guest.email.in_(traces.addresses))
    await act.db.execute(update(Guest).where(guests).values(email=None))
    parties = or_(OutsideParty.person_id.in_(traces.ids), OutsideParty.email.in_(traces.addresses))
    await act.db.execute(update(OutsideParty).where(parties).values(email=None, contact="", person_id=None))
    await act.db.execute(delete(MailTrouble).where(MailTrouble.email.in_(traces.addresses)))


async def erase_from_mail(act: Act, traces: Traces) -> None:
    """Empty what arrived by mail from somebody. That something arrived, when and what came of it stays."""
    rows = await act.db.execute(
        select(InboundMail.id, InboundMail.sender, InboundMail.person_id).where(
            or_(InboundMail.person_id.in_(traces.ids), traces.stand_in(InboundMail.sender))
        )
    )
    theirs = [row.id for row in rows if row.person_id in traces.ids or traces.has_address(row.sender)]
    for ids in in_batches(theirs):
        mails = update(InboundMail).where(InboundMail.id.in_(ids))
        await act.db.execute(mails.values(sender="", subject="", words=""))
        await act.db.execute(
            mails.where(InboundMail.handled_at.is_(None)).values(handled_at=act.at, handled_by=act.by.name)
        )


async def erase_from_messages(act: Act, traces: Traces, erased: str) -> None:
    """Put what an erased person is called in place of their name and addresses in what was told of them."""
    rows = await act.db.execute(select(Delivery.id, Delivery.facts).where(traces.stand_in(Delivery.facts)))
    for row in list(rows):
        facts = without(row.facts, traces, erased)
        if facts != row.facts:
            await act.db.execute(update(Delivery).where(Delivery.id == row.id).values(facts=facts))


def without(value: Any, traces: Traces, erased: str) -> Any:
    """Returns data with what an erased person is called wherever it names somebody."""
    if isinstance(value, str):
        return erased if traces.is_named_by(value) else value
    if isinstance(value, dict):
        return {name: without(each, traces, erased) for name, each in value.items()}
    return [without(each, traces, erased) for each in value] if isinstance(value, list) else value


async def erase_from_log(act: Act, traces: Traces) -> None:
    """Erase the arguments of the log's lines by a person, about them, or with their address, or with their
    name where nobody else has it. The lines keep their digest, and the chain holds. What vouches for a record that is
    kept stays: log.verify would otherwise no more find a result that somebody changed."""
    subjects = [f"person:{each}" for each in traces.ids]
    vouches = select(LogLine.id).where(LogLine.command.in_(VOUCHING))
    lines = select(LogLine.id).where(or_(LogLine.by_id.in_(traces.ids), LogLine.subject.in_(subjects)))
    may_go = LogArguments.line_id.not_in(vouches)
    await act.db.execute(delete(LogArguments).where(LogArguments.line_id.in_(lines), may_go))
    rows = await act.db.execute(
        select(LogArguments.line_id, LogArguments.args).where(may_go, traces.stand_in(LogArguments.args))
    )
    found = [line_id for line_id, args in rows if any(map(traces.is_named_by, words_in(json.loads(args))))]
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
