"""All of a council as one file: its register in both times, meetings, agendas, minutes, cases, outcomes and questions.

Of a question that is secret nobody learns who answered what, of one that is open nobody learns anything yet, and of one
that was withdrawn nobody ever does.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId
from lisbot.council.enums import ReadingKind
from lisbot.council.models import Base, Body, Organisation, Person, RollEntry, Vote, table
from lisbot.council.overview.views import BodyExportView
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.import_rows import in_batches
from lisbot.council.register.person_data import as_data, is_of
from lisbot.council.votes.secrecy import OLDER_MINIMUM

BODY, PERSON, ORGANISATION = table(Body), table(Person), table(Organisation)
# What lisbot sends, and by what it reaches people and rooms: of use to nobody but itself.
LEFT_OUT = frozenset({"action_link", "attempt", "calendar_entry", "calendar_feed", "delivery", "inbound_mail"})
LEFT_OUT |= {"posting", "sealed_ballot"}
LEFT_OUT |= {"local_input", "local_input_answer"}  # a representative's own
OWN = ("digest", "salt", "seal", "hash_v1", "txid", "token", "conversation_id", "service_url", "tenant", "embedding")
ABOUT_PEOPLE = ("id", "name", "email", "organisation_id", "left_on")
# Of a roll: what says nothing of what somebody answered, or whether.
ROLL = frozenset({"id", "vote_id", "seat_id", "seat_name", "holder", "recused", "recused_reason", "is_chair"})
Row = Mapping[str, Any]


async def export(act: Act, *, body_id: BodyId, whole: bool = False) -> BodyExportView:
    """Take along all that is kept of a council as one file, with its register as it was known at any time.

    Returns BodyExportView: only how much there is, unless it is to be whole. Who took it is in the log.
    """
    body = await get_body_for(act, body_id)
    act.concerns(f"body:{body.id}")
    found = {"body": await read_rows_of(act, BODY, BODY.c.id == body.id)}
    for each in Base.metadata.sorted_tables:
        condition = is_of(each, [body.id])
        if each is BODY or each.name in LEFT_OUT or condition is None:
            continue
        if rows := await read_rows_of(act, each, condition):
            found[str(each.name)] = rows
    withhold_answers(found)
    ids = referred_to(found)
    for each, names in ((PERSON, ABOUT_PEOPLE), (ORGANISATION, tuple(ORGANISATION.c.keys()))):
        found[str(each.name)] = [
            {name: row[name] for name in names if name in row}
            for some in in_batches(sorted(ids[each.name]))
            for row in await read_rows_of(act, each, each.c.id.in_(some))
        ]
    if whole:
        note_what_is_shown(act, found)
    else:
        found = {name: [{"id": row["id"]} if "id" in row else {} for row in rows] for name, rows in found.items()}
    return BodyExportView(body_ref(act, body), act.at, {name: tuple(rows) for name, rows in found.items()})


async def read_rows_of(act: Act, each: Table, condition: Any) -> list[dict[str, Any]]:
    """Returns rows of a table as data, without what is lisbot's own."""
    columns = [column for column in each.columns if not any(part in column.name for part in OWN)]
    rows = (await act.db.execute(select(*columns).where(condition).order_by(*each.primary_key.columns))).mappings()
    return [{str(name): as_data(value) for name, value in row.items() if value is not None} for row in rows]


def withhold_answers(found: Mapping[str, list[dict[str, Any]]]) -> None:
    """Take out who answered what to a secret question, its count where too few answered, and all of one that is open or
    was withdrawn."""
    votes = {row["id"]: row for row in found.get(table(Vote).name, ())}
    rolls: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in found.get(table(RollEntry).name, ()):
        rolls[row["vote_id"]].append(row)
    for vote_id, vote in votes.items():
        if vote["secret"] and not has_enough(vote, rolls[vote_id]):
            vote.pop("result", None)
        is_told = "withdrawn_reason" not in vote and ("closed_at" in vote or vote["live"])
        if vote["secret"] or not is_told:
            for row in rolls[vote_id]:
                for name in row.keys() - ROLL:
                    del row[name]


def has_enough(vote: Row, roll: Sequence[Row]) -> bool:
    """Returns whether so many answered a secret question that its count shows."""
    answered = sum(row.get("answered", False) for row in roll)
    return not answered or answered >= (vote.get("secret_minimum") or OLDER_MINIMUM)


def referred_to(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, set[int]]:
    """Returns the ids of the people and organisations that rows refer to."""
    ids: dict[str, set[int]] = defaultdict(set)
    for name, rows in found.items():
        for column in Base.metadata.tables[name].columns:
            for key in column.foreign_keys:
                if key.column.table in (PERSON, ORGANISATION):
                    ids[key.column.table.name] |= {row[column.name] for row in rows if column.name in row}
    return ids


def note_what_is_shown(act: Act, found: Mapping[str, Sequence[Row]]) -> None:
    others = [row for row in found["person"] if row["id"] != act.by.id]
    act.discloses(ReadingKind.ADDRESSES, sum("email" in row for row in others))
    act.discloses(ReadingKind.REASONS, sum(bool(row.get("reason")) for row in found.get("attendance", ())))
    act.discloses(ReadingKind.CREDENTIALS, sum(bool(row["credentials"]) for row in found.get("seat_change", ())))
