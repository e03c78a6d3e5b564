"""Giving somebody in the register another name or address."""

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import FormerName, Person


async def rename(act: Act, person: Person, name: str, email: str | None) -> None:
    """Write somebody in the register under a name and an address. The former name is kept, and they are told."""
    keep_for_packs(person)
    if name != person.name:
        act.db.add(FormerName(person_id=person.id, name=person.name, until_at=act.at))
    person.name, person.email = name, email
    await act.db.flush()
    await notify(act, "person_edited", people={person.id}, name=name, email=email or "–")


def keep_for_packs(person: Person) -> None:
    """Remember what a pack says of somebody whom lisbot renames: the same pack again changes nothing back."""
    if person.pack_name is None:
        person.pack_name, person.pack_email = person.name, person.email or ""
