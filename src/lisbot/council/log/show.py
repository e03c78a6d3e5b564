"""The history of a meeting, case, council, seat or person, for those who may read it: the body's secretariat."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, or_, select

from lisbot.council.core.access import P, bodies_where, gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.core.fields import BodyId, CaseId, MeetingId, PersonId, SeatId
from lisbot.council.log.former_names import current_name
from lisbot.council.log.views import LogHistoryView, LogLineView, SeatHolder
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    LogArguments,
    LogLine,
    Meeting,
    Organisation,
    Person,
    PersonMerge,
    Proposal,
    Seat,
    Staff,
    Term,
    Vote,
    table,
)

LINE, ARGUMENTS = table(LogLine), table(LogArguments)
MAX_LINES = 200  # shown at a time
MAKES_SEATS = "seat.create"  # perhaps several at once
# What is said of the subject of a line, where a history holds lines about many.
TITLES: dict[str, tuple[Any, Any]] = {
    "case": (Case, Case.title),
    "item": (AgendaItem, AgendaItem.title),
    "proposal": (Proposal, Proposal.title),
    "vote": (Vote, Vote.question),
}


async def show(
    act: Act,
    *,
    meeting_id: MeetingId | None = None,
    case_id: CaseId | None = None,
    seat_id: SeatId | None = None,
    person_id: PersonId | None = None,
    body_id: BodyId | None = None,
) -> LogHistoryView:
    """See who did what and when, about one meeting, case, seat or person, or about how a council is set up.

    Returns LogHistoryView, newest line first. Raises NotFound for what is not the member's to oversee.
    """
    given = {"meeting": meeting_id, "case": case_id, "seat": seat_id, "person": person_id, "body": body_id}
    asked = [(noun, number) for noun, number in given.items() if number is not None]
    if len(asked) != 1:
        raise Invalid("one_history_at_a_time")
    noun, number = asked[0]
    subject = f"{noun}:{number}"
    about: ColumnElement[bool] = or_(LINE.c.subject == subject, LINE.c.context == subject)
    held_on: date | None = None
    of_body: int | None = None
    holders: tuple[SeatHolder, ...] = ()
    match noun:
        case "meeting":
            title, of_body, held_on = await get_meeting_title_for(act, number)
        case "case":
            title, of_body = await get_case_title_for(act, number)
        case "seat":
            title, of_body = await get_seat_title_for(act, number)
            holders = await read_holders(act, number)
            about = or_(about, and_(LINE.c.subject == f"body:{of_body}", LINE.c.command == MAKES_SEATS))
        case "body":
            title, of_body = await get_body_title_for(act, number), number
            seats = await act.db.scalars(select(Seat.id).where(Seat.body_id == number))
            about = or_(about, LINE.c.subject.in_([f"seat:{each}" for each in seats]))
        case _:
            title = await get_person_name_for(act, number)
            ids = [number, *await merged_into(act, number)]
            subjects = [f"person:{each}" for each in ids]
            about = or_(LINE.c.subject.in_(subjects), LINE.c.context.in_(subjects), LINE.c.by_id.in_(ids)) & or_(
                LINE.c.body_id.is_(None), LINE.c.body_id.in_(bodies_where(act.by, P.OVERSEE))
            )
    rows = (
        await act.db.execute(
            select(LINE, ARGUMENTS.c.args)
            .outerjoin(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
            .where(about)
            .order_by(LINE.c.id.desc())
            .limit(MAX_LINES + 1)
        )
    ).mappings()
    found = [dict(row) for row in rows]
    titles = await get_titles(act, found)
    titles.pop(subject, None)
    lines = [line_view(row, titles) for row in found if noun != "seat" or is_about_seat(row, number)]
    return LogHistoryView(subject, title, of_body, held_on, holders, tuple(lines[:MAX_LINES]), len(lines) > MAX_LINES)


def is_about_seat(row: Mapping[str, Any], seat_id: int) -> bool:
    """Returns whether a line is about a seat: of those that made several at once, the one that made it."""
    if row["command"] != MAKES_SEATS or row["subject"] == f"seat:{seat_id}":
        return True
    return seat_id in orjson.loads(row["args"] or "{}").get("seat_ids", ())


async def merged_into(act: Act, person_id: int) -> list[int]:
    """Returns who turned out to be this person: what they did stands under the name they had."""
    query = select(PersonMerge.merged_id).where(PersonMerge.kept_id == person_id, PersonMerge.undone_at.is_(None))
    return list(await act.db.scalars(query))


async def get_titles(act: Act, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Returns the titles of the proposals, items and questions that lines concern, by subject."""
    subjects = [row["subject"].split(":") for row in rows if row["subject"]]
    titles: dict[str, str] = {}
    for noun, (model, title) in TITLES.items():
        if ids := {int(number) for each, number in subjects if each == noun}:
            for number, words in await act.db.execute(select(model.id, title).where(model.id.in_(ids))):
                titles[f"{noun}:{number}"] = words
    return titles


def line_view(row: Mapping[str, Any], titles: Mapping[str, str]) -> LogLineView:
    return LogLineView(
        number=row["number"],
        at=row["at"],
        by_name=row["by_name"],
        as_role=tuple(role for role in row["as_role"].split(",") if role),
        via=row["via"],
        command=current_name(row["command"]),
        subject=row["subject"],
        about=titles.get(row["subject"] or "", ""),
        arguments=None if row["args"] is None else orjson.loads(row["args"]),
    )


async def get_meeting_title_for(act: Act, meeting_id: int) -> tuple[str, int, date]:
    query = select(Meeting.body_id, Body.name, Meeting.held_on).join(Body).where(Meeting.id == meeting_id)
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    gate(act, row.body_id)
    return row.name, row.body_id, row.held_on


async def get_case_title_for(act: Act, case_id: int) -> tuple[str, int]:
    case = await act.db.get(Case, case_id)
    if case is None:
        raise NotFound
    gate(act, case.body_id)
    return f"{case.label} {case.title}", case.body_id


async def get_body_title_for(act: Act, body_id: int) -> str:
    body = await act.db.get(Body, body_id)
    if body is None:
        raise NotFound
    gate(act, body.id)
    return body.name


async def get_seat_title_for(act: Act, seat_id: int) -> tuple[str, int]:
    query = select(Seat.body_id, Seat.role, Organisation.name).join(Organisation).where(Seat.id == seat_id)
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    gate(act, row.body_id)
    return f"{row.role}, {row.name}", row.body_id


async def read_holders(act: Act, seat_id: int) -> tuple[SeatHolder, ...]:
    """Returns everybody who holds or held a seat, the latest first."""
    query = (
        select(Person.id, Person.name)
        .join(Term, Term.person_id == Person.id)
        .where(Term.seat_id == seat_id)
        .order_by(Term.from_on.desc(), Term.rank, Term.id)
    )
    found = dict.fromkeys(await act.db.execute(query))
    return tuple(SeatHolder(row.id, row.name) for row in found)


async def get_person_name_for(act: Act, person_id: int) -> str:
    """Returns the name of somebody who has a part, now or before, in a body that the member oversees."""
    mine = bodies_where(act.by, P.OVERSEE)
    seated = select(Term.person_id).join(Seat, Seat.id == Term.seat_id).where(Seat.body_id.in_(mine))
    employed = select(Staff.person_id).join(Body, Body.secretariat_id == Staff.secretariat_id).where(Body.id.in_(mine))
    name = await act.db.scalar(
        select(Person.name).where(Person.id == person_id, or_(Person.id.in_(seated), Person.id.in_(employed)))
    )
    if name is None:
        raise NotFound
    return name
