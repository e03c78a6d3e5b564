"""What people may set about themselves."""

from dataclasses import replace

from sqlalchemy import update

from lisbot.council.core.context import Act
from lisbot.council.enums import Lang
from lisbot.council.models import Person
from lisbot.council.register.views import PersonView


async def choose_language(act: Act, *, language: Lang) -> PersonView:
    """Answer this member in this language from now on, wherever they are. Returns PersonView."""
    await act.db.execute(update(Person).where(Person.id == act.by.id).values(lang=language.value))
    act.by = replace(act.by, lang=language.value, has_chosen_lang=True)  # and so in the reply already
    act.concerns(f"person:{act.by_id}")
    return PersonView(act.by_id, act.by.name, language.value)
