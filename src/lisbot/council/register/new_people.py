"""Bringing people into the register, and the further addresses by which they are found again."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Day, Email, EmailIfAny, Id, Name, PersonId, Prefill
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import Lang
from lisbot.council.models import Person, PersonAddress
from lisbot.council.register.kept_people import get_person_for, require_no_other_staff, workplace_of_other
from lisbot.council.register.keys import new_key
from lisbot.council.register.known_people import find_by_address, find_by_name
from lisbot.council.register.organisations import organisations_to_choose, require_organisation
from lisbot.council.register.people import person_record
from lisbot.council.register.views.people import PersonRecordView


async def create_prefill(act: Act) -> Prefill:
    return Prefill(choices={"organisation_id": await organisations_to_choose(act, "")})


async def create_person(
    act: Act,
    *,
    name: Name,
    email: EmailIfAny = "",
    language: Lang | None = None,
    organisation_id: Id | None = None,
    left_on: Day | None = None,
) -> PersonRecordView:
    """Bring somebody into the register who has no seat yet.

    Returns PersonRecordView. Raises Conflict where somebody has the address; asks first where somebody has the name.
    """
    if not name:
        raise Invalid("name_needed", field="name")
    namesakes = await find_by_name(act, name)
    query = select(Person.id, workplace_of_other(act)).where(Person.id.in_([each.id for each in namesakes]))
    workplaces = {row[0]: row[1] for row in await act.db.execute(query)}
    for found in namesakes:
        if (workplace := workplaces[found.id]) is not None:
            act.ask_first("name_exists_elsewhere", name=found.name, workplace=workplace or "–")
        else:
            act.ask_first("name_exists", name=found.name, email=found.email or "–")
    await require_organisation(act, organisation_id)
    person = await new_person(act, name, email, language, organisation_id)
    person.left_on = left_on
    await act.db.flush()
    act.did(name=name)
    return await person_record(act, person)


async def new_person(act: Act, name: str, email: str, language: Lang | None, organisation_id: int | None) -> Person:
    """Returns somebody new in the register. Raises Conflict where another has the address."""
    if email and (other := await find_by_address(act, email)) is not None:
        raise Conflict("email_taken", field="email", email=email, name=other.name)
    person = Person(
        key=await new_key(act, Person, name),
        name=name,
        email=email or None,
        lang=language.value if language else None,
        organisation_id=organisation_id,
        recorded_at=act.at,
    )
    act.db.add(person)
    await act.db.flush()
    return person


async def add_address_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    return Prefill(about=(await get_person_for(act, person_id)).name)


async def add_address(act: Act, *, person_id: PersonId, email: Email) -> PersonRecordView:
    """Write down one more address by which somebody is known: they may sign in with it, and an account that has it is
    theirs. They are written to as before.

    Returns PersonRecordView. Raises Conflict where it is somebody's already.
    """
    person = await get_person_for(act, person_id)
    await require_no_other_staff(act, person)
    other = await find_by_address(act, email)
    if other is not None:
        key = "address_there_already" if other.id == person.id else "email_taken"
        raise Conflict(key, field="email", email=email, name=other.name)
    act.db.add(PersonAddress(person_id=person.id, email=email, added_at=act.at))
    await act.db.flush()
    await notify(act, "address_added", people={person.id}, email=email)
    return await person_record(act, person)


async def remove_address_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    person = await get_person_for(act, person_id)
    return Prefill(
        about=person.name, choices={"email": [(each.email, each.email) for each in await further(act, person)]}
    )


async def further(act: Act, person: Person) -> list[PersonAddress]:
    """Returns the further addresses by which somebody is known."""
    query = select(PersonAddress).where(PersonAddress.person_id == person.id, PersonAddress.removed_at.is_(None))
    return list(await act.db.scalars(query.order_by(PersonAddress.id)))


async def remove_address(act: Act, *, person_id: PersonId, email: Email) -> PersonRecordView:
    """Remove a further address: it opens nothing any more, and somebody else may have it.

    Returns PersonRecordView. Raises Conflict where it is none of theirs.
    """
    person = await get_person_for(act, person_id)
    await require_no_other_staff(act, person)
    found = next((each for each in await further(act, person) if each.email == email), None)
    if found is None:
        raise Conflict("no_such_address", field="email", email=email, name=person.name)
    found.removed_at = act.at
    await act.db.flush()
    return await person_record(act, person)
