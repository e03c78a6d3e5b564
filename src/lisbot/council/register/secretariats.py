"""Who works at a secretariat (RegUt)."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force
from lisbot.council.models import Staff


async def staff_of(act: Act, secretariat_id: int) -> set[int]:
    """Returns the ids of those who work at a secretariat today."""
    query = select(Staff.person_id).where(Staff.secretariat_id == secretariat_id, in_force(Staff, act.today))
    return set(await act.db.scalars(query))
