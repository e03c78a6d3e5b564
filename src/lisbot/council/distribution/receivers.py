"""Which people a body's distribution means today."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force, is_closed, not_abolished
from lisbot.council.enums import Distributed, Standing
from lisbot.council.models import Body, DistributionLine, Person, Seat, Term, table
from lisbot.council.register.speaking import speaks_for_seat
from lisbot.db import is_one_of

SEAT, TERM, BODY, PERSON = (table(each) for each in (Seat, Term, Body, Person))
WITH_NAMES = (
    joinedload(DistributionLine.to_body),
    joinedload(DistributionLine.organisation),
    joinedload(DistributionLine.person),
    joinedload(DistributionLine.to_party),
)


async def lines_of(act: Act, body_id: int, *whats: Distributed) -> list[DistributionLine]:
    """Returns a body's lines by which these things are sent today, with parties outside. One statement."""
    query = select(DistributionLine).where(
        DistributionLine.body_id == body_id,
        DistributionLine.what.in_(whats),
        DistributionLine.published_on.is_(None),
        in_force(DistributionLine, act.today),
    )
    with_party = query.options(joinedload(DistributionLine.to_party)).order_by(DistributionLine.id)
    return list(await act.db.scalars(with_party))


async def receivers_of(
    act: Act, secretariat_id: int, lines: Iterable[DistributionLine]
) -> Mapping[DistributionLine, set[int]]:
    """Returns whom each line means today: who speaks for the seats of a body, of its readers none but by their role;
    who speaks for an organisation in the secretariat's bodies; the one person; or who reads what comes to a party
    outside, of a line that is read with it. At most one statement.

    Whoever has left, or was erased, is nobody's receiver; so is a party that nothing goes to any more.
    """
    lines = list(lines)
    bodies = {line.to_body_id for line in lines if line.to_body_id is not None}
    organisations = {line.organisation_id for line in lines if line.organisation_id is not None}
    rows: list[Any] = []
    if bodies or organisations:
        query = (
            select(
                SEAT.c.body_id,
                SEAT.c.role,
                SEAT.c.standing,
                SEAT.c.organisation_id,
                BODY.c.secretariat_id,
                TERM.c.person_id,
            )
            .join_from(SEAT, TERM, and_(TERM.c.seat_id == SEAT.c.id, in_force(TERM.c, act.today)))
            .join(BODY, BODY.c.id == SEAT.c.body_id)
            .where(
                or_(
                    is_one_of(SEAT.c.body_id, sorted(bodies)),
                    and_(
                        is_one_of(SEAT.c.organisation_id, sorted(organisations)),
                        BODY.c.secretariat_id == secretariat_id,
                    ),
                ),
                not_abolished(SEAT.c, act.today),
                speaks_for_seat(TERM.c, act.today),
            )
        )
        rows = list(await act.db.execute(query))
    return {line: people_of(line, secretariat_id, rows, act.today) for line in lines}


def people_of(line: DistributionLine, secretariat_id: int, rows: Collection[Any], today: date) -> set[int]:
    if line.published_on is not None:
        return set()
    if line.person_id is not None:
        return {line.person_id}
    if line.to_party_id is not None:
        party = line.to_party
        is_written_to = party is not None and not is_closed(party, today)
        return {party.person_id} if party is not None and party.person_id is not None and is_written_to else set()
    if line.organisation_id is not None:
        return {
            row.person_id
            for row in rows
            if row.organisation_id == line.organisation_id and row.secretariat_id == secretariat_id
        }
    is_own, role = line.to_body_id == line.body_id, line.role.casefold()
    return {
        row.person_id
        for row in rows
        if row.body_id == line.to_body_id
        and (row.role.casefold() == role if role else is_own or row.standing is not Standing.COPY)
    }
