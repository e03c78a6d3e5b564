"""Who gets what of a body, kept by its secretariat and shown to its members."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, bodies_where, gate, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import (
    BodyId,
    Day,
    DistributionLineId,
    EmailIfAny,
    Id,
    Line,
    Name,
    OrganisationId,
    PartyId,
    Prefill,
)
from lisbot.council.core.periods import Period, is_closed, last_day, not_abolished, not_closed
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.reach import read_reach
from lisbot.council.distribution.receivers import WITH_NAMES, receivers_of
from lisbot.council.distribution.views import DistributionView, LineOfDistribution, LineOfRight
from lisbot.council.enums import Distributed, PublishedOn
from lisbot.council.models import Body, DistributionLine, MeetingRight, Organisation, OutsideParty, Person, Seat
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.newcomers import add_newcomer
from lisbot.texts import sort_key

ON_THE_WEB = (Distributed.AGENDA, Distributed.SUMMARY)  # what is written to be read by others


async def list_distribution_line(act: Act, *, body_id: BodyId) -> DistributionView:
    """See who gets what of a council beside its own members. Returns DistributionView."""
    return await distribution_view(act, await get_body_for(act, body_id))


async def distribution_view(act: Act, body: Body) -> DistributionView:
    act.concerns(f"body:{body.id}")
    is_open = body.closed_on is None
    names = ["distribution_line.add"] if is_open and act.allows("distribution_line.add", body.id) else []
    if names and any(number != body.id for number, _ in await bodies_to_choose(act)):
        names.append("meeting_right.add")
    return DistributionView(
        body=body_ref(act, body),
        lines=await read_lines(act, body),
        rights=await read_rights(act, body),
        actions=tuple(AllowedAction(name, {"body_id": body.id}) for name in names),
    )


async def read_rights(act: Act, body: Body) -> tuple[LineOfRight, ...]:
    """Returns which bodies' people may meet in a body: to its secretariat also before and later. One statement."""
    query = select(MeetingRight).where(MeetingRight.body_id == body.id).options(joinedload(MeetingRight.of_body))
    keeps = may(act.by, P.KEEP_REGISTER, body.id)
    return tuple(
        LineOfRight(
            id=right.id,
            of_body=right.of_body.name,
            sees_confidential=right.sees_confidential,
            from_on=right.from_on,
            to_on=right.to_on,
            actions=(AllowedAction("meeting_right.end", {"right_id": right.id}),)
            if act.allows("meeting_right.end", body.id) and (right.to_on is None or right.to_on >= act.today)
            else (),
        )
        for right in await act.db.scalars(query.order_by(MeetingRight.id))
        if keeps or is_in_force(act, right)
    )


async def read_lines(act: Act, body: Body) -> tuple[LineOfDistribution, ...]:
    """Returns a body's lines: to its secretariat also those that are over or to come, and whom nothing reaches. At most
    four statements."""
    keeps = may(act.by, P.KEEP_REGISTER, body.id)
    found = [line for line in await all_lines_of(act, body) if keeps or is_in_force(act, line)]
    order = list(Distributed)
    lines = sorted(found, key=lambda line: (not is_in_force(act, line), order.index(line.what), line.id))
    people = await receivers_of(act, body.secretariat_id, lines)
    unreached: set[str] = set()
    if keeps:
        unreached = set((await read_reach(act, set().union(*people.values()))).unreachable)
    names = await names_of(act, set().union(*people.values())) if unreached else {}
    collate = sort_key(act.by.lang)
    return tuple(
        replace(
            line_view(act, line),
            count=len(people[line]) if line.published_on is None else None,
            unreached=tuple(sorted({names[each] for each in people[line] if each in names} & unreached, key=collate))
            or ((receiver_name(line),) if keeps and line.to_party_id is not None and not people[line] else ()),
            actions=tuple(
                AllowedAction(name, {"line_id": line.id})
                for name in ("distribution_line.end",)
                if act.allows(name, body.id) and (line.to_on is None or line.to_on >= act.today)
            ),
        )
        for line in lines
    )


async def read_lines_in_force(act: Act, body: Body) -> tuple[LineOfDistribution, ...]:
    """Returns who gets what of a body today, without how many that is. One statement."""
    order = list(Distributed)
    lines = sorted(await all_lines_of(act, body), key=lambda line: (order.index(line.what), line.id))
    return tuple(line_view(act, line) for line in lines if is_in_force(act, line))


async def all_lines_of(act: Act, body: Body) -> Sequence[DistributionLine]:
    query = select(DistributionLine).where(DistributionLine.body_id == body.id).options(*WITH_NAMES)
    return (await act.db.scalars(query)).all()


def line_view(act: Act, line: DistributionLine) -> LineOfDistribution:
    return LineOfDistribution(
        id=line.id,
        body_id=line.body_id,
        what=line.what,
        to=receiver_name(line),
        role=line.role,
        from_on=line.from_on,
        to_on=line.to_on,
        is_in_force=is_in_force(act, line),
        published_on=line.published_on,
        address=f"{act.base_url}/published/{line.body_id}" if line.published_on is PublishedOn.WEB else "",
    )


async def names_of(act: Act, people: set[int]) -> dict[int, str]:
    rows = await act.db.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {row.id: row.name for row in rows}


def is_in_force(act: Act, line: Period) -> bool:
    return line.from_on <= act.today and (line.to_on is None or line.to_on >= act.today)


def receiver_name(line: DistributionLine) -> str:
    """Returns what a line's receiver is called, of a line that is read with names."""
    named = line.to_body or line.organisation or line.person or line.to_party
    return named.name if named else ""


async def add_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    return Prefill(
        about=body.name,
        values={"from_on": act.today},
        choices={
            "to_body_id": await bodies_to_choose(act),
            "organisation_id": await organisations_to_choose_of(act, body),
            "to_party_id": await parties_to_choose_of(act, body),
        },
        excluded={"what": [Distributed.REFERRAL]},
    )


async def bodies_to_choose(act: Act) -> Sequence[tuple[object, str]]:
    """Returns the bodies whose people may be chosen: those that the member's secretariat runs."""
    kept = bodies_where(act.by, P.KEEP_REGISTER)
    query = select(Body.id, Body.name).where(Body.id.in_(kept), not_closed(Body, act.today))
    collate = sort_key(act.by.lang)
    return sorted(((row.id, row.name) for row in await act.db.execute(query)), key=lambda each: collate(each[1]))


async def organisations_to_choose_of(act: Act, body: Body) -> Sequence[tuple[object, str]]:
    """Returns the organisations with a seat in a body of the secretariat's."""
    query = (
        select(Organisation.id, Organisation.name)
        .join(Seat, Seat.organisation_id == Organisation.id)
        .join(Body, Body.id == Seat.body_id)
        .where(Body.secretariat_id == body.secretariat_id, not_abolished(Seat, act.today))
        .distinct()
    )
    collate = sort_key(act.by.lang)
    return sorted(((row.id, row.name) for row in await act.db.execute(query)), key=lambda each: collate(each[1]))


async def parties_to_choose_of(act: Act, body: Body) -> Sequence[tuple[object, str]]:
    """Returns whom the body's secretariat writes to as parties outside."""
    query = select(OutsideParty.id, OutsideParty.name).where(
        OutsideParty.secretariat_id == body.secretariat_id,
        not_closed(OutsideParty, act.today),
    )
    collate = sort_key(act.by.lang)
    return sorted(((row.id, row.name) for row in await act.db.execute(query)), key=lambda each: collate(each[1]))


async def add(
    act: Act,
    *,
    body_id: BodyId,
    what: Distributed,
    to_body_id: Id | None = None,
    role: Line = "",
    organisation_id: OrganisationId | None = None,
    name: Name | None = None,
    email: EmailIfAny = "",
    to_party_id: PartyId | None = None,
    published_on: PublishedOn | None = None,
    from_on: Day | None = None,
    to_on: Day | None = None,
) -> DistributionView:
    """Have one thing of a council go to others too, from a day on: to the people of a council, perhaps of one role; to
    whoever represents an organisation; to an address or a party outside; or to whoever reads the intranet or the web.

    Returns DistributionView. Raises Invalid where none or several are named, or what may not be on the web; Conflict
    where they get it already. Asks first where somebody among them is reached by nothing, and before anybody may read
    it.
    """
    body = await get_body_for(act, body_id)
    if body.closed_on is not None:
        raise Conflict("body_closed", name=body.name, day=body.closed_on)
    if what is Distributed.REFERRAL:
        raise Invalid("not_distributed_yet", field="what")
    given = (to_body_id, organisation_id, email or None, to_party_id, published_on)
    if sum(each is not None for each in given) != 1:
        raise Invalid("one_receiver", field="to_body_id")
    from_on = from_on or act.today
    if to_on is not None and to_on < from_on:
        raise Invalid("ends_before_it_begins", field="to_on", day=from_on)
    line = DistributionLine(body_id=body.id, what=what, role=role, from_on=from_on, to_on=to_on, recorded_at=act.at)
    party: OutsideParty | None = None
    if to_body_id is not None:
        line.to_body_id = (await require_receiving_body(act, to_body_id, role)).id
    elif organisation_id is not None:
        known = {number for number, _ in await organisations_to_choose_of(act, body)}
        if organisation_id not in known:
            raise Invalid("no_such_organisation", field="organisation_id")
        line.organisation_id = organisation_id
    elif to_party_id is not None:
        line.to_party = party = await get_party_of(act, body, to_party_id)
        line.to_party_id = party.id
    elif published_on is not None:
        if published_on is PublishedOn.WEB and what not in ON_THE_WEB:
            raise Invalid("not_on_the_web", field="what")
        line.published_on = published_on
    else:
        line.person_id = (await find_receiver(act, email, name)).id
    if role and to_body_id is None:
        raise Invalid("role_of_a_body", field="role")
    await require_no_such_line(act, line)
    act.db.add(line)
    await act.db.flush()
    people = (await receivers_of(act, body.secretariat_id, [line]))[line]
    reach = await read_reach(act, people)
    if reach.unreachable:
        act.ask_first("receivers_unreached", names=", ".join(reach.unreachable))
    if published_on is PublishedOn.WEB:
        act.ask_first("anybody_may_read", what=what)
    elif party is not None and not people:
        act.ask_first("receivers_unreached", names=party.name)
    elif published_on is None and not people:
        act.ask_first("receivers_none")
    act.did(count=len(people))
    return await distribution_view(act, body)


async def require_receiving_body(act: Act, body_id: int, role: str) -> Body:
    """Returns the body whose people are to get it. Raises NotFound for another secretariat's, Conflict for one that is
    closed, Invalid for a role that no seat of it has."""
    if body_id not in bodies_where(act.by, P.KEEP_REGISTER):
        raise NotFound
    body = await act.db.get_one(Body, body_id)
    if is_closed(body, act.today):
        raise Conflict("body_closed", field="to_body_id", name=body.name, day=body.closed_on)
    roles = set(await act.db.scalars(select(Seat.role).where(Seat.body_id == body.id, not_abolished(Seat, act.today))))
    if role and role.casefold() not in {each.casefold() for each in roles}:
        raise Invalid("no_such_role", field="role", roles=", ".join(sorted(roles)))
    return body


async def get_party_of(act: Act, body: Body, party_id: int) -> OutsideParty:
    """Returns whom a body's secretariat writes to. Raises NotFound for another's, Conflict for one that is closed."""
    party = await act.db.get(OutsideParty, party_id)
    if party is None or party.secretariat_id != body.secretariat_id:
        raise NotFound
    if is_closed(party, act.today):
        raise Conflict("party_is_closed", field="to_party_id", name=party.name)
    return party


async def find_receiver(act: Act, email: str, name: str | None) -> Person:
    """Returns whoever has an address, or somebody new in the register by it, without a seat. Raises Invalid where
    they need a name."""
    person = await find_by_address(act, email)
    if person is not None:
        return person
    if not name:
        raise Invalid("receiver_needs_name", field="name")
    return await add_newcomer(act, name, email)


async def require_no_such_line(act: Act, line: DistributionLine) -> None:
    """Raises Conflict where the same receiver gets the same in some of the time."""
    same = (
        DistributionLine.body_id == line.body_id,
        DistributionLine.what == line.what,
        DistributionLine.to_body_id.is_not_distinct_from(line.to_body_id),
        DistributionLine.organisation_id.is_not_distinct_from(line.organisation_id),
        DistributionLine.person_id.is_not_distinct_from(line.person_id),
        DistributionLine.to_party_id.is_not_distinct_from(line.to_party_id),
        DistributionLine.published_on.is_not_distinct_from(line.published_on),
        DistributionLine.role == line.role,
    )
    for other in await act.db.scalars(select(DistributionLine).where(*same)):
        ends_before = other.to_on is not None and other.to_on < line.from_on
        begins_after = line.to_on is not None and line.to_on < other.from_on
        if not (ends_before or begins_after):
            raise Conflict("distributed_already", what=line.what)


async def get_line_for(act: Act, line_id: int) -> DistributionLine:
    """Returns a line with the names of who is on it. Raises NotFound for another body's."""
    line = await act.db.get(DistributionLine, line_id, options=list(WITH_NAMES), with_for_update=False)
    if line is None:
        raise NotFound
    gate(act, line.body_id)
    return line


async def end_prefill(act: Act, *, line_id: DistributionLineId) -> Prefill:
    line = await get_line_for(act, line_id)
    return Prefill(about=receiver_name(line), values={"to_on": line.to_on or act.today})


async def end(act: Act, *, line_id: DistributionLineId, to_on: Day) -> DistributionView:
    """End who gets something of a council: the last day on which they do. What they have been sent stays theirs to
    read, until it is sent to others again.

    Returns DistributionView. A line that was of no day yet is gone. Raises Conflict for one that is over, Invalid for a
    day before its first or after its last.
    """
    line = await get_line_for(act, line_id)
    body = await get_body_for(act, line.body_id)
    act.did(name=receiver_name(line))
    last = last_day(line, to_on, act.today)
    if last is None:
        await act.db.delete(line)
    else:
        line.to_on = last
    await act.db.flush()
    return await distribution_view(act, body)
