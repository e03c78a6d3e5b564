"""Outside parties as they come into a secretariat's register: an authority, a meeting of directors."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.periods import is_closed
from lisbot.council.enums import OrgKind
from lisbot.council.models import OutsideParty, Person
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.newcomers import add_newcomer


async def add_party(
    act: Act, secretariat_id: int, name: str, kind: OrgKind = OrgKind.OTHER, email: str = "", contact: str = ""
) -> OutsideParty:
    """Bring in somebody whom a secretariat writes to and who never uses lisbot. Returns it.

    Raises Conflict for a name that is there.
    """
    await require_new_party_name(act, secretariat_id, name)
    party = OutsideParty(
        secretariat_id=secretariat_id, name=name, kind=kind, email=email or None, contact=contact, lang=act.by.lang
    )
    party.person_id = await addressee(act, party)
    act.db.add(party)
    await act.db.flush()
    await act.db.refresh(party, ["person"])
    act.concerns(f"outside_party:{party.id}", f"secretariat:{secretariat_id}")
    return party


async def get_or_add_party(act: Act, secretariat_id: int, name: str, email: str = "") -> tuple[OutsideParty, bool]:
    """Returns the party of this name, which is brought in where a secretariat keeps none, and whether it was.

    Raises Conflict for one that nothing goes to any more, and for one that is kept with another address.
    """
    query = select(OutsideParty).where(OutsideParty.secretariat_id == secretariat_id)
    kept = [each for each in await act.db.scalars(query) if each.name.casefold() == name.casefold()]
    if not kept:
        return await add_party(act, secretariat_id, name, email=email), True
    party = kept[0]
    await act.db.refresh(party, ["person"])
    if is_closed(party, act.today):
        raise Conflict("party_is_closed", field="new_party", name=party.name)
    if email and email.casefold() != (party.address or "").casefold():
        raise Conflict("party_is_there", field="new_party", name=party.name)
    return party, False


async def require_new_party_name(act: Act, secretariat_id: int, name: str, but: int = 0) -> None:
    there = select(OutsideParty.id).where(
        OutsideParty.secretariat_id == secretariat_id, OutsideParty.name == name, OutsideParty.id != but
    )
    if await act.db.scalar(there) is not None:
        raise Conflict("party_is_there", field="name", name=name)


async def addressee(act: Act, party: OutsideParty) -> int | None:
    """Returns whom messages to a party are made for: whoever has its address, who comes into the register where
    nobody has."""
    if party.email is None:
        return None
    found: Person | None = await find_by_address(act, party.email)
    if found is None:
        found = await add_newcomer(act, party.contact or party.name, party.email)
        found.lang = party.lang
    return found.id
