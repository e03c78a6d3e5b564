"""The public roster for other programs: as Popolo, and as a table.

Source: The Popolo Project, data specification (Person, Organization, Membership, Post), popoloproject.com/specs.
"""

from collections.abc import Iterator
from typing import Any

from lisbot.cards.register.rosters import name_of
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Table, TableRow
from lisbot.council.register.views.consents import BodyRoster, RosterSeat, RosterView

Entity = dict[str, Any]


def popolo(view: RosterView) -> dict[str, list[Entity]]:
    """Returns the roster as collections of Popolo's classes. A seat whose holder may not be named has no membership."""
    persons: dict[int, Entity] = {}
    organizations: dict[str, Entity] = {}
    posts: list[Entity] = []
    memberships: list[Entity] = []
    for body in view.bodies:
        body_id = f"body-{body.body.id}"
        organizations[body_id] = council(body, body_id)
        for seat in body.seats:
            own_id = f"organisation-{seat.organisation_id}"
            organizations[own_id] = {"id": own_id, "name": seat.organisation}
            posts.append(post(seat, body_id))
            for person in seat.people:
                persons[person.id] = {"id": f"person-{person.id}", "name": person.name}
                if person.email:
                    persons[person.id]["email"] = person.email
            memberships += members(seat, body_id, own_id)
    return {
        "persons": list(persons.values()),
        "organizations": list(organizations.values()),
        "posts": posts,
        "memberships": memberships,
    }


def council(body: BodyRoster, body_id: str) -> Entity:
    found: Entity = {"id": body_id, "name": body.body.name, "classification": "council"}
    if body.mandate_on is not None:
        found["founding_date"] = body.mandate_on.isoformat()
    return found


def post(seat: RosterSeat, body_id: str) -> Entity:
    return {
        "id": f"post-{seat.id}",
        "label": f"{seat.role}, {seat.organisation}",
        "role": seat.role,
        "organization_id": body_id,
    }


def members(seat: RosterSeat, body_id: str, own_id: str) -> Iterator[Entity]:
    for person in seat.people:
        yield {
            "id": f"membership-{seat.id}-{person.rank}",
            "label": f"{seat.role}, {seat.organisation}",
            "role": "deputy" if person.rank else "chair" if seat.chairs else "representative",
            "person_id": f"person-{person.id}",
            "organization_id": body_id,
            "on_behalf_of_id": own_id,
            "post_id": f"post-{seat.id}",
            "start_date": person.from_on.isoformat(),
        }


def roster_table(view: RosterView, viewer: Viewer) -> Table:
    """Returns the roster as a table: a line for each seat, and one for each deputy who may be named."""
    t = viewer.t
    columns = ("arg.body_id", "web.roster.organisation", "web.roster.seat", "web.roster.person", "web.roster.contact")
    rows = []
    for body in view.bodies:
        for seat in body.seats:
            holder = seat.holder
            named = (holder.name, holder.email) if holder is not None else (name_of(seat, viewer), "")
            rows.append(TableRow((body.body.name, seat.organisation, seat.role, *named)))
            for each in seat.deputies:
                place = f"{seat.role}, {t('card.register.deputy', rank=each.rank)}"
                rows.append(TableRow((body.body.name, seat.organisation, place, each.name, each.email)))
    return Table(tuple(t(key) for key in columns), tuple(rows))
