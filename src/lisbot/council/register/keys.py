"""Keys of what the secretariat itself brings into the register, as a council pack would write them."""

import re
import unicodedata
from typing import Any

from sqlalchemy import select

from lisbot.council.addresses import fold_name
from lisbot.council.core.context import Act

KEY_LENGTH = 80  # characters of a key
NUMBERED = 5  # characters kept for what tells two of one name apart
KEPT = "æøå"  # letters that are no other letter with a mark


def key_of(name: str) -> str:
    """Returns what a thing of this name is called in a council pack: small letters, figures and hyphens."""
    plain = "".join(
        char if char in KEPT else unicodedata.normalize("NFKD", char)[0]
        for char in unicodedata.normalize("NFC", fold_name(name))
    )
    return re.sub(r"[^a-z0-9æøå]+", "-", plain)[: KEY_LENGTH - NUMBERED].strip("-") or "x"


async def new_key(act: Act, table: Any, name: str) -> str:
    """Returns a key that no row of a table has yet."""
    return next_key(key_of(name), set(await act.db.scalars(select(table.key))))


def next_key(key: str, taken: set[str]) -> str:
    """Returns a key, numbered where it is taken, and takes it."""
    number = 1
    found = key
    while found in taken:
        number += 1
        found = f"{key}-{number}"
    taken.add(found)
    return found
