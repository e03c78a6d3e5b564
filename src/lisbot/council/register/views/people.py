"""People: as they see themselves, as the secretariat has them, and their accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Lang
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as they see themselves."""

    id: int
    name: str
    lang: str


@dataclass(frozen=True, slots=True)
class PersonTerm:
    """One term of a person's."""

    body: BodyRef
    seat: str
    rank: int
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account by which a person is known on a platform. `unlinked_at`: since when it opens nothing."""

    id: int
    platform: str
    linked_at: datetime
    unlinked_at: datetime | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class PersonDataView:
    """All that lisbot knows about somebody.

    counts   by part of it (a text key under card.person_data), how many rows there are
    rows     by table, each row as data
    """

    id: int
    name: str
    email: str
    is_own: bool
    at: datetime
    counts: tuple[tuple[str, int], ...]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class PersonRecordView:
    """A person as the secretariat has them in the register.

    addresses      further addresses by which they are known
    former_names   the names they had
    left_on        since when they no longer work at the organisation
    """

    id: int
    name: str
    email: str
    addresses: tuple[str, ...]
    former_names: tuple[str, ...]
    organisation: str
    left_on: date | None
    lang: Lang | None
    terms: tuple[PersonTerm, ...]
    accounts: tuple[LinkedAccount, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """That an account's address was written down. Shown to nobody."""

    platform: str
