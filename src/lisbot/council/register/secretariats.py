"""Who works at a secretariat (RegUt)."""

from enum import Enum

from sqlalchemy import select

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotAllowed, NotFound
from lisbot.council.core.periods import in_force
from lisbot.council.models import Secretariat, Staff
from lisbot.texts import sort_key


async def staff_of(act: Act, secretariat_id: int) -> set[int]:
    """Returns the ids of those who work at a secretariat today."""
    query = select(Staff.person_id).where(Staff.secretariat_id == secretariat_id, in_force(Staff, act.today))
    return set(await act.db.scalars(query))


async def own_regions(act: Act) -> list[str]:
    """Returns the regions of the secretariats where the member works."""
    query = select(Secretariat.region).where(Secretariat.id.in_(secretariats_of(act.by))).order_by(Secretariat.id)
    return list(await act.db.scalars(query))


async def get_own_secretariat(act: Act, secretariat_id: int | None) -> Secretariat:
    """Returns the secretariat where the member works that something is done for.

    Raises NotAllowed for whoever works at none, NotFound for another's, Invalid where they are to say at which.
    """
    own = secretariats_of(act.by)
    if not own:
        raise NotAllowed
    if secretariat_id is None:
        if len(own) > 1:
            raise Invalid("which_secretariat", field="secretariat_id")
        secretariat_id = min(own)
    if secretariat_id not in own:
        raise NotFound
    return await act.db.get_one(Secretariat, secretariat_id)


async def own_secretariats(act: Act) -> list[tuple[object, str | Enum]]:
    """Returns the secretariats to choose among, for whoever works at several; none where nothing is to be chosen."""
    own = secretariats_of(act.by)
    if len(own) < 2:
        return []
    rows = await act.db.execute(select(Secretariat.id, Secretariat.name).where(Secretariat.id.in_(own)))
    collate = sort_key(act.by.lang)
    return [(row.id, row.name) for row in sorted(rows, key=lambda row: collate(row.name))]
