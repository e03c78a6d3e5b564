"""What lisbot knows about one person: all of it for themselves, and for whoever keeps them what is their councils'.

Source: GDPR article 15 (access), and 15(4): a copy tells nothing of others.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, exists, literal, null, or_, select, true
from sqlalchemy.types import NullType

from lisbot.council.addresses import fold_address
from lisbot.council.core.access import P, bodies_where, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotAllowed
from lisbot.council.core.fields import Id
from lisbot.council.enums import ReadingKind
from lisbot.council.models import Base, Person, PersonAddress, PersonMerge, Vote, table
from lisbot.council.models.base import Moment
from lisbot.council.register.kept_people import get_person_for
from lisbot.council.register.views.people import PersonDataView

# What is nobody's to see, in whatever table, and what says the same of others.
SECRET = frozenset({"digest", "salt", "seal", "hash_v1", "args_digest", "txid", "token"})
SECRET_IN = frozenset({"log_line.link", "register_import.answers", "register_import.made", "register_import.read"})
# The columns that say whom a row is about, beside every `person_id`. Any other says who did something: of such a row
# only which and when is told, for the rest is about somebody else.
ABOUT = frozenset(
    {
        "attendance.deputy_id",
        "attendance.sat_id",
        "call_decline.by_id",
        "consultation_comment.by_id",
        "consultation_statement.by_id",
        "item_statement.by_id",
        "minutes_comment.by_id",
        "person.id",
        "person.merged_into_id",
        "person_merge.kept_id",
        "person_merge.merged_id",
        "proposal.by_id",
        "referral.sent_by_id",
        "referral_answer.by_id",
        "roll_entry.by_id",
    }
)
ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:|]+@[^\s@<>()\[\]\"',;:|]+\.[\w-]+")
HIDDEN = "…"  # in place of the address of somebody else
BRIEF = ("id", "kind", "command")
# Of a seat's answer, what is about whoever stood in.
OF_STAND_IN = frozenset(
    {"id", "meeting_id", "seat_id", "role", "organisation_name", "deputy_id", "deputy_response", "deputy_name"}
    | {"sat_id", "sat_name", "present", "arrived", "left"}
)
# Of a case that somebody sent on: that they did, to whom and why. What was sent is the council's.
OF_REFERRAL = frozenset(
    {"id", "case_id", "from_body_id", "to_body_id", "to_party_id", "receiver_name", "reason", "document"}
    | {"answer_by", "state", "sent_at", "sent_by_name", "ended_at", "end_reason"}
)
# Of a mail that came to an address made for somebody, from another's: that it came, and what came of it.
OF_OTHERS_MAIL = frozenset({"id", "received_at", "kind", "person_id", "delivery_id", "body_id", "result", "handled_at"})
# The columns that say whose a row is, and through what others are a council's: the first that a table has.
OF_BODY = ("body_id", "from_body_id")
LEADS_TO = (
    *("meeting_id", "vote_id", "seat_id", "seat_change_id", "delivery_id", "item_id", "referral_id"),
    *("request_id", "case_id"),
)
# The tables whose rows may be of several councils at once: by which of their columns, through which column of what
# other table. Beside those of a row's own body, where it has one.
SHARED = {
    "case_link": (("other_id", "council_case.id"),),
    "consultation": (("id", "consultation_body.consultation_id"),),
    "consultation_comment": (("consultation_id", "consultation_body.consultation_id"),),
    "process": (("id", "process_version.process_id"),),
    "process_stage": (("version_id", "case_process.version_id"),),
    "process_version": (("id", "case_process.version_id"),),
    "stage_note": (("stay_id", "stage_stay.id"),),
    "stage_stay": (("case_process_id", "case_process.id"),),
}
MESSAGES = ("delivery", "action_link", "inbound_mail")  # of several councils, where they are of none
# Of no council that could be told, or of one that is told nothing of it: nobody else's.
THEIR_OWN = ("posting", "kept_form", "local_input", "local_input_answer")
# Of no council: who somebody is and how they are reached, wherever they have a part.
OF_NO_BODY = frozenset(
    {"account", "channel_choice", "former_name", "person", "person_address", "person_merge", "quiet_time"}
    | {"sign_in_link"}
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
    """See all that lisbot knows about you, or, for whoever keeps the register, about somebody in it: what is of the
    councils they keep.

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
    act.discloses(ReadingKind.PERSONAL_DATA, int(person.id != act.by.id))
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
    """Returns every row of every table that is about a person, as data, and which were made by them. Of somebody else,
    only those of the member's councils and secretariats, or of none."""
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    is_own = person_id == act.by.id
    addresses = await read_addresses(act, person_id)
    for each in Base.metadata.sorted_tables:
        columns = person_columns(each)
        if not columns or (not is_own and each.name in THEIR_OWN):
            continue
        body = body_of(each)
        query = select(*each.columns, body.label("of_body"), is_told(each).label("is_told")).where(
            or_(*(column == person_id for column in columns))
        )
        if not is_own:
            query = query.where(is_within(act, each, body))
        rows = (await act.db.execute(query)).mappings()
        found[str(each.name)] = tuple(row_as_data(each, dict(row), person_id, addresses, is_own=is_own) for row in rows)
    return found


async def read_addresses(act: Act, person_id: int) -> frozenset[str]:
    """Returns the addresses that somebody has or had, and those of whoever turned out to be them, in the form in which
    addresses are compared."""
    merged = select(Person.id).where(Person.merged_into_id == person_id)
    ids = or_(Person.id == person_id, Person.id.in_(merged))
    rows = await act.db.execute(select(Person.email, Person.pack_email).where(ids))
    further = await act.db.scalars(
        select(PersonAddress.email).where(
            or_(PersonAddress.person_id == person_id, PersonAddress.person_id.in_(merged))
        )
    )
    moved = await act.db.scalars(
        select(PersonMerge.moved).where(PersonMerge.kept_id == person_id, PersonMerge.undone_at.is_(None))
    )
    found = {*further, *(email for row in rows for email in row), *(each.get("email") for each in moved)}
    return frozenset(fold_address(each) for each in found if each)


def person_columns(each: Table) -> list[Any]:
    """Returns the columns of a table that say whom a row is about or by."""
    if each is table(Person):
        return [each.c.id, each.c.merged_into_id]
    return [column for column in each.columns if any(key.column is table(Person).c.id for key in column.foreign_keys)]


def says_whom(column: Any) -> bool:
    return column.name == "person_id" or f"{column.table.name}.{column.name}" in ABOUT


def body_of(each: FromClause) -> Any:
    """Returns the body that a row of a table belongs to, as an expression; NULL for none, and for one of several."""
    for name in OF_BODY:
        if name in each.c:
            return each.c[name]
    for name in LEADS_TO:
        if name in each.c:
            target = next(iter(each.c[name].foreign_keys)).column.table.alias()
            return select(body_of(target)).where(target.c.id == each.c[name]).scalar_subquery()
    return null()


def is_of(each: Table, bodies: Collection[int]) -> ColumnElement[bool] | None:
    """Returns the condition that a row of a table is of one of these bodies; None for a table that is of no body's."""
    return is_row_of(each.name, each, bodies)


def is_row_of(name: str, rows: FromClause, bodies: Collection[int]) -> ColumnElement[bool] | None:
    own = body_of(rows)
    ways = [] if isinstance(own.type, NullType) else [own.in_(bodies)]
    for column, leads_to in SHARED.get(name, ()):
        through, key = leads_to.split(".")
        target = Base.metadata.tables[through].alias()
        inside = is_row_of(through, target, bodies)
        if inside is not None:
            ways.append(exists().where(target.c[key] == rows.c[column], inside))
    return or_(*ways) if ways else None


def is_within(act: Act, each: Table, body: Any) -> ColumnElement[bool]:
    """Returns the condition that a row is of a body whose register the member keeps, or of a secretariat where they
    work, or of none."""
    of_kept = is_of(each, bodies_where(act.by, P.KEEP_REGISTER))
    conditions = [] if of_kept is None else [of_kept if each.name in SHARED else or_(body.is_(None), of_kept)]
    secretariat: Any = each.c.get("secretariat_id")
    if "text_id" in each.c and secretariat is None:
        text = next(iter(each.c.text_id.foreign_keys)).column.table.alias()
        secretariat = select(text.c.secretariat_id).where(text.c.id == each.c.text_id).scalar_subquery()
    if secretariat is not None:
        conditions.append(secretariat.in_(secretariats_of(act.by)))
    return and_(true(), *conditions)


def is_told(each: Table) -> Any:
    """Returns the condition that an answer to a question is told to others: when the question is closed, or at once
    where the count shows meanwhile, and never where it was withdrawn."""
    if "vote_id" not in each.c:
        return literal(value=True)
    vote = table(Vote).alias()
    told = and_(vote.c.withdrawn_reason.is_(None), or_(vote.c.live, vote.c.closed_at.is_not(None)))
    return exists().where(vote.c.id == each.c.vote_id, told)


def row_as_data(
    each: Table, row: dict[str, Any], person_id: int, addresses: frozenset[str], *, is_own: bool
) -> dict[str, Any]:
    """Returns what of a row is about a person, as data, without anybody else's address."""
    of_body, told = row.pop("of_body"), row.pop("is_told")
    about = {column.name for column in person_columns(each) if says_whom(column) and row[column.name] == person_id}
    if each.name == "consultation_statement" and row["is_noted"]:
        about.clear()  # another's words
    shown = {name for name in row if not is_secret(each, name)}
    if not about or (not is_own and of_body is None and each.name in MESSAGES):
        moments = {column.name for column in each.columns if isinstance(column.type, Moment)}
        shown &= {*BRIEF, *moments}
    elif each.name == "attendance" and "person_id" not in about:
        shown &= OF_STAND_IN
    elif each.name == "referral":
        shown &= OF_REFERRAL
    elif each.name == "inbound_mail" and not addresses & addresses_in(row["sender"]):
        shown &= OF_OTHERS_MAIL
    elif each.name == "person_merge" and row["undone_at"] is not None and "merged_id" not in about:
        shown -= {"moved"}
    elif not told and not is_own:
        shown -= {"choice", "reason", "changed"}
    data = {str(name): as_data(value) for name, value in row.items() if name in shown and value is not None}
    return {name: without_others(value, addresses) for name, value in data.items()}


def addresses_in(words: str) -> set[str]:
    """Returns the e-mail addresses that stand in a text, in the form in which they are compared."""
    return {fold_address(each) for each in ADDRESS.findall(words)}


def without_others(value: Any, addresses: Collection[str]) -> Any:
    """Returns data with nobody's address in it but somebody's own."""
    if isinstance(value, str):
        return ADDRESS.sub(lambda each: each[0] if fold_address(each[0]) in addresses else HIDDEN, value)
    if isinstance(value, dict):
        return {name: without_others(each, addresses) for name, each in value.items()}
    return [without_others(each, addresses) for each in value] if isinstance(value, list) else value


def is_secret(each: Table, name: str) -> bool:
    is_known = name in SECRET or f"{each.name}.{name}" in SECRET_IN
    return is_known or any(part in name for part in ("token", "digest", "sealed"))


def as_data(value: Any) -> Any:
    """Returns a value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)
