"""The circumstances of a deed: in which transaction, by whom, when, from where."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession


class Role(StrEnum):
    """What somebody is to a body."""

    SECRETARY = auto()  # works at the body's secretariat (RegUt)
    CHAIR = auto()
    REPRESENTATIVE = auto()  # holds a voting seat
    PARTICIPANT = auto()  # holds a seat that does not vote
    OBSERVER = auto()
    DEPUTY = auto()
    READER = auto()  # is sent the agenda, and nothing else
    ROOM = auto()  # not a person: what everybody in the body's channel may see
    CLOCK = auto()  # not a person: what happens by itself
    OPERATOR = auto()  # not a person: whoever may write to the database, loading a pack


class Permission(StrEnum):
    SELF = auto()  # one's own page and language
    READ_AGENDA = auto()
    VIEW = auto()
    PROPOSE = auto()
    ANSWER = auto()
    VOTE = auto()
    COMMENT = auto()
    REPORT_CHANGE = auto()
    CONDUCT_VOTES = auto()
    PLAN = auto()
    CALL = auto()
    TRIAGE = auto()
    ARRANGE = auto()
    RECORD = auto()
    KEEP_REGISTER = auto()
    LINK_ROOM = auto()
    OVERSEE = auto()


@dataclass(frozen=True, slots=True)
class Hold:
    """One role in one body, and the seat it comes from."""

    role: Role
    body_id: int
    seat_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Whoever is asking, with everything they hold today. No id: a room, or the clock."""

    id: int | None
    name: str
    lang: str
    holds: tuple[Hold, ...] = ()
    email: str | None = None
    has_chosen_lang: bool = False


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A shared conversation, as the platform itself named it."""

    platform: str
    tenant: str
    conversation_id: str
    service_url: str


@dataclass(frozen=True)
class Act:
    db: AsyncSession
    by: Member
    at: datetime
    via: str
    tz: ZoneInfo
    needs: Permission
    changes: bool
    key: bytes = field(repr=False, default=b"")  # seals secret ballots
    room: RoomRef | None = None
    within: set[int] = field(default_factory=set)  # the bodies it turned out to be about

    @property
    def today(self) -> date:
        return self.at.astimezone(self.tz).date()

    @property
    def by_id(self) -> int:
        """The person doing it. A room or the clock never reaches a command that asks."""
        assert self.by.id is not None
        return self.by.id
