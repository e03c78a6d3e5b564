"""Forms that came back, kept for a while as they were filled in: each has an address, so that going back to one asks
nothing of the browser, and its language may be changed.

They are kept in this process alone and on no disk: of several behind one address, a visitor must meet the same one.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from cachetools import TTLCache

from lisbot.commands import Command
from lisbot.council.core.errors import Refusal
from lisbot.routes import query_values

LIFE = 3600.0  # seconds
MAX_CHARACTERS = 24_000_000  # of all of them together; the oldest make room
MAX_OF_ONE = 6_000_000  # of one person's, twice what a form may hold, so that nobody pushes out everybody's

KEPT = "_kept"  # in an address: which of them it shows


@dataclass(frozen=True, slots=True)
class KeptForm:
    """One form: whose it is, what stands in it, and why it came back, where it did."""

    person_id: int | None
    command: str
    given: Mapping[str, Any]
    refusal: Refusal | None


class KeptForms:
    def __init__(self) -> None:
        self.kept: TTLCache[str, KeptForm] = TTLCache(MAX_CHARACTERS, LIFE, monotonic, count_characters)

    def keep(self, form: KeptForm) -> str:
        """Keep a form. Returns what its address carries."""
        own = [token for token, kept in self.kept.items() if kept.person_id == form.person_id]  # the oldest first
        size = count_characters(form)
        while own and size + sum(count_characters(self.kept[token]) for token in own) > MAX_OF_ONE:
            del self.kept[own.pop(0)]
        token = secrets.token_urlsafe(16)
        self.kept[token] = form
        return token

    def find(self, token: str, person_id: int | None, command: str) -> KeptForm | None:
        """Returns a person's own form of a command, if it is still kept."""
        form = self.kept.get(token)
        return form if form is not None and (form.person_id, form.command) == (person_id, command) else None


def count_characters(form: KeptForm) -> int:
    return 500 + len(json.dumps(dict(form.given), default=str, ensure_ascii=False))


def kept_address(command: Command, given: Mapping[str, Any], back: str, token: str) -> str:
    """Returns the address of a form that is kept, which says what the form is about, should it no longer be."""
    about = {name: given[name] for name in sorted(command.context) if isinstance(given.get(name), str | int)}
    return f"/form/{command.name}?{urlencode(query_values(about) | {'_next': back, KEPT: token})}"
