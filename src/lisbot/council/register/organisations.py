"""Organisations: hospitals, unions, and whoever else has a seat."""

from enum import Enum

from sqlalchemy import select

from lisbot.council.addresses import fold_name
from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed
from lisbot.council.core.fields import Line, Name, OrganisationId, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import OrgKind
from lisbot.council.models import Body, Organisation, Seat, Secretariat
from lisbot.council.register.keys import new_key
from lisbot.council.register.secretariats import own_regions
from lisbot.council.register.views.secretariats import OrganisationView
from lisbot.texts import format_list, sort_key


async def organisations_to_choose(act: Act, region: str) -> list[tuple[object, str | Enum]]:
    """Returns all organisations by name, those of a region first."""
    rows = await act.db.execute(select(Organisation.id, Organisation.name, Organisation.region))
    collate = sort_key(act.by.lang)
    return [
        (row.id, row.name) for row in sorted(rows, key=lambda row: (row.region != region, collate(row.name), row.id))
    ]


async def require_organisation(act: Act, organisation_id: int | None) -> None:
    """Raises Invalid for an organisation that there is not."""
    if organisation_id is not None and await act.db.get(Organisation, organisation_id) is None:
        raise Invalid("not_offered_any_more", field="organisation_id")


async def create_prefill(act: Act) -> Prefill:
    regions = await own_regions(act)
    return Prefill(values={"kind": OrgKind.HOSPITAL, "region": regions[0] if regions else ""})


async def create(
    act: Act, *, name: Name, short_name: Name = "", kind: OrgKind = OrgKind.HOSPITAL, region: Line = ""
) -> OrganisationView:
    """Bring a hospital, a union or another organisation into the register, to give it seats.

    Returns OrganisationView. Raises Conflict where there is one of that name.
    """
    require_staff(act)
    await require_new_name(act, name)
    organisation = Organisation(
        key=await new_key(act, Organisation, name), name=name, short_name=short_name or name, kind=kind, region=region
    )
    act.db.add(organisation)
    await act.db.flush()
    act.did(name=name)
    return organisation_view(act, organisation)


def require_staff(act: Act) -> None:
    """Raises NotAllowed for whoever works at no secretariat."""
    if not secretariats_of(act.by):
        raise NotAllowed


async def require_new_name(act: Act, name: str, own: int | None = None) -> None:
    """Raises Conflict where another organisation has this name, or it as its short name."""
    for row in await act.db.execute(select(Organisation.id, Organisation.name, Organisation.short_name)):
        if row.id != own and fold_name(name) in (fold_name(row.name), fold_name(row.short_name)):
            raise Conflict("organisation_exists", field="name", name=row.name)


def organisation_view(act: Act, organisation: Organisation) -> OrganisationView:
    act.concerns(f"organisation:{organisation.id}")
    actions = (AllowedAction("organisation.edit", {"organisation_id": organisation.id}),)
    return OrganisationView(
        organisation.id,
        organisation.name,
        organisation.short_name,
        organisation.kind,
        organisation.region,
        actions if act.allows("organisation.edit", NO_BODY) else (),
    )


async def edit_prefill(act: Act, *, organisation_id: OrganisationId) -> Prefill:
    organisation = await get_organisation_for(act, organisation_id)
    values = {name: getattr(organisation, name) for name in ("name", "short_name", "kind", "region")}
    return Prefill(about=organisation.name, values=values, is_saved=True)


async def get_organisation_for(act: Act, organisation_id: int) -> Organisation:
    """Returns an organisation, which all secretariats share. Raises NotAllowed for whoever works at none."""
    require_staff(act)
    return await act.db.get_one(Organisation, organisation_id)


async def edit(
    act: Act, *, organisation_id: OrganisationId, name: Name, short_name: Name, kind: OrgKind, region: Line = ""
) -> OrganisationView:
    """Change what an organisation is called and is. What is written already keeps its old name.

    Returns OrganisationView. Asks first where other secretariats have given it seats.
    """
    organisation = await get_organisation_for(act, organisation_id)
    await require_new_name(act, name, own=organisation.id)
    others = (
        select(Secretariat.name)
        .join(Body, Body.secretariat_id == Secretariat.id)
        .join(Seat, Seat.body_id == Body.id)
        .where(Seat.organisation_id == organisation.id, Secretariat.id.not_in(secretariats_of(act.by)))
        .distinct()
    )
    if names := sorted(await act.db.scalars(others)):
        act.ask_first("organisation_is_shared", name=organisation.name, names=format_list(act.by.lang, names))
    act.trace.evidence |= {"former_name": organisation.name}
    organisation.name, organisation.short_name = name, short_name
    organisation.kind, organisation.region = kind, region
    await act.db.flush()
    return organisation_view(act, organisation)
