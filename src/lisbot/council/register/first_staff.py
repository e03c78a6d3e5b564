"""The first step of an empty database: a secretariat, somebody who works there, and a link that signs them in."""

from pydantic_core import ValidationError
from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Email, Name
from lisbot.council.core.schemas import value_validator
from lisbot.council.enums import Post
from lisbot.council.log.write import write as write_log
from lisbot.council.models import Secretariat, Staff
from lisbot.council.register.keys import new_key
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.new_people import new_person
from lisbot.council.register.sign_in import NewLink, create_link


async def set_up(act: Act, *, secretariat: str, region: str, name: str, email: str, lang: str) -> NewLink:
    """Set up a secretariat, where nobody works at one yet, and somebody who leads it. They set up all the rest in the
    pages.

    Returns a link that signs them in. Raises Conflict where somebody works at a secretariat already, Invalid for an
    address that is none.
    """
    try:
        email, name = value_validator(Email).validate_python(email), value_validator(Name).validate_python(name)
    except ValidationError:
        raise Invalid("setup_input", email=email, name=name) from None
    if await act.db.scalar(select(Staff.id).limit(1)) is not None:
        raise Conflict("set_up_already")
    row = await act.db.scalar(select(Secretariat).where(Secretariat.name == secretariat))
    if row is None:
        row = Secretariat(key=await new_key(act, Secretariat, secretariat), name=secretariat, region=region)
        act.db.add(row)
    person = await find_by_address(act, email) or await new_person(act, name, email, None, None)
    person.lang = person.lang or lang
    await act.db.flush()
    act.db.add(
        Staff(secretariat_id=row.id, person_id=person.id, post=Post.LEADER, from_on=act.today, recorded_at=act.at)
    )
    act.concerns(f"secretariat:{row.id}")
    await write_log(act, "secretariat.set_up", {"secretariat": secretariat, "region": region, "name": name})
    link = await create_link(act.db, email, act.at)
    assert link is not None
    return link
