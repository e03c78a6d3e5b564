"""The circumstances of a command: in which transaction, by whom, when, and through which channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.errors import Detail


class Role(StrEnum):
    """What somebody is to a body."""

    SECRETARY = auto()  # works at the body's secretariat (RegUt)
    STAFF = auto()  # works at a secretariat, whether it runs a body yet or not
    CHAIR = auto()
    REPRESENTATIVE = auto()  # holds a voting seat
    PARTICIPANT = auto()  # holds a seat that does not vote
    OBSERVER = auto()
    DEPUTY = auto()
    READER = auto()  # is sent the agenda, and nothing else
    VISITOR = auto()  # may meet there because of a seat in another body
    TRUSTED_VISITOR = auto()  # a visitor who reads what is confidential, too
    ROOM = auto()  # not a person: what everybody in the body's channel may see
    CLOCK = auto()  # not a person: what happens by itself
    OPERATOR = auto()  # not a person: whoever may write to the database, loading a pack
    PUBLIC = auto()  # not a person: whoever opens a page that anybody may read


class Permission(StrEnum):
    """What a role may be granted. Which role has which is lisbot.council.core.access.GRANTS."""

    SELF = auto()  # one's own page and language
    PERSONAL = auto()  # what concerns oneself alone: every person's whom the register knows, whatever they hold
    READ_ROSTER = auto()  # what is published for everybody
    READ_AGENDA = auto()
    READ_CONFIDENTIAL = auto()  # of the agenda, for whoever has no seat in the body
    VISIT = auto()  # say whether one comes where one has no seat
    VIEW = auto()
    PROPOSE = auto()
    RESPOND = auto()
    VOTE = auto()
    COMMENT = auto()
    ASK_COLLEAGUES = auto()  # share an item with one's own colleagues, and state what comes of it
    GIVE_INPUT = auto()  # say something to a representative whose link one has
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
    REMIND = auto()  # by itself, when the time for it comes


NO_BODY = -1  # of a role that is held in none


@dataclass(frozen=True, slots=True)
class Hold:
    """One role in one body, and the seat it comes from. Body 0 is every body, NO_BODY none: then it is one at a
    secretariat."""

    role: Role
    body_id: int
    seat_id: int | None = None
    organisation_id: int | None = None
    secretariat_id: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Whoever is asking, with every role they hold today. No id: a room, the clock, or a role as such."""

    id: int | None
    name: str
    lang: str
    holds: tuple[Hold, ...] = ()
    email: str | None = None
    has_chosen_lang: bool = False

    @property
    def is_room(self) -> bool:
        return any(hold.role is Role.ROOM for hold in self.holds)

    @property
    def is_role(self) -> bool:
        """Whether this is nobody in particular, but anybody who holds one role in one body."""
        return self.id is None and not any(
            hold.role in (Role.ROOM, Role.CLOCK, Role.OPERATOR, Role.PUBLIC) for hold in self.holds
        )


@dataclass(frozen=True, slots=True)
class RoomRef:
    """A shared conversation, as the platform itself named it."""

    platform: str
    tenant: str
    conversation_id: str
    service_url: str
    team: str = ""  # in Teams: what the channel is part of


@dataclass(slots=True)
class Trace:
    """What the log is to say of a command beside its arguments, found out while it runs."""

    bodies: set[int] = field(default_factory=set)  # the bodies it turned out to be about
    subject: str | None = None  # "vote:7"
    context: str | None = None  # "meeting:3"
    evidence: dict[str, Any] = field(default_factory=dict)  # kept with the arguments
    questions: list[Detail] = field(default_factory=list)  # what is to be known before it is done
    told: set[int] = field(default_factory=set)  # the people it tells
    told_of: dict[int, set[int]] = field(default_factory=dict)  # by meeting, the people it tells of that
    kinds: dict[int, str] = field(default_factory=dict)  # the kind of what each of them is told first
    spared: set[int] = field(default_factory=set)  # people who are told nothing of it, whoever else is
    rooms: int = 0  # the channels it tells
    is_urgent: bool = False  # whether nobody's peace holds back what it tells
    readings: dict[str, int] = field(default_factory=dict)  # of how many others what is shown (see Act.discloses)
    names_nobody: bool = False  # whether it may not be said who is told: that would tell who has answered
    done: dict[str, object] = field(default_factory=dict)  # what the words for its being done say it was done to
    done_words: str = "done"  # which of the command's words confirm it


@dataclass
class Act:
    """One command being run. `allows(command, body_id)` is the command table's own answer for this member."""

    db: AsyncSession
    by: Member
    at: datetime
    via: str
    tz: ZoneInfo
    needs: Permission
    changes: bool
    key: bytes = field(repr=False, default=b"")  # from SECRET_KEY
    former_keys: tuple[bytes, ...] = field(repr=False, default=())  # from FORMER_SECRET_KEYS, the newest first
    room: RoomRef | None = None
    tenant: str = ""  # of the account that they came by, on a chat platform
    allows: Callable[[str, int], bool] = field(repr=False, default=lambda _command, _body_id: False)
    base_url: str = ""  # where the pages are
    platforms: frozenset[str] = frozenset()  # the channels that are on: "teams", "slack", "mail"
    trace: Trace = field(default_factory=Trace)

    @property
    def today(self) -> date:
        return self.at.astimezone(self.tz).date()

    @property
    def by_id(self) -> int:
        """The id of the person acting. A room, a role or the clock never reaches a command that asks."""
        assert self.by.id is not None
        return self.by.id

    def ask_first(self, key: str, /, **values: object) -> None:
        """Have the person asked before this is done: `key` is a text under detail.*, `values` fill its holes.

        The command runs to its end either way; what it did is taken back unless they have said yes to this key; where
        the values have `ids`, to this key for each of these.
        """
        self.trace.questions.append((key, values))

    def discloses(self, kind: str, count: int) -> None:
        """Say of how many others this shows something personal (ReadingKind): of many, that is noted in the log."""
        self.trace.readings[kind] = self.trace.readings.get(kind, 0) + count

    def did(self, words: str = "done", /, **values: object) -> None:
        """Say what this was done to: `values` fill the holes of the words that confirm it, command.*.done, or of other
        `words` of the command's."""
        self.trace.done_words = words
        self.trace.done |= values

    def concerns(self, subject: str, context: str | None = None, **evidence: Any) -> None:
        """Tell the log what this command turned out to be about, and what is to be kept with its arguments."""
        self.trace.subject, self.trace.context = subject, context
        self.trace.evidence |= evidence


Arguments = Mapping[str, Any]
