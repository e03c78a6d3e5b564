"""The format of a council pack: the columns of each kind of entry, and what may stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from lisbot.council.core.fields import Day, Email, Line, Name
from lisbot.council.core.periods import overlap
from lisbot.council.enums import Authority, Lang, Majority, OrgKind, Post, Quorum, Standing, TieRule

YES, NO = ("ja", "yes", "true", "1", "x"), ("nei", "no", "false", "0", "")


def read_yes_or_no(value: Any) -> Any:
    """Returns a truth value from the words for it. Raises for any other word."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word not in YES + NO:
            raise PydanticCustomError("yes_or_no", "not yes or no", {"given": value[:40]})
        return word in YES
    return value


def refuse_moment(value: Any) -> Any:
    """Returns what may be a date. Raises for a moment, and for a number, whatever may be read into it."""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise PydanticCustomError("no_such_date", "no such date", {"given": str(value)[:40]})
    return value


Key = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9æøå]+([._-][a-z0-9æøå]+)*$")]
OnDay = Annotated[Day, BeforeValidator(refuse_moment)]
Days = Annotated[int, Field(ge=0, le=366)]
YesNo = Annotated[bool, BeforeValidator(read_yes_or_no)]


class Entry(BaseModel):
    """One entry of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SecretariatEntry(Entry):
    key: Key
    name: Name
    region: Line


class OrganisationEntry(Entry):
    key: Key
    name: Name
    short_name: Name
    kind: OrgKind
    region: Line = ""


class BodyEntry(Entry):
    key: Key
    secretariat: Key
    name: Name
    kind: Line
    region: Line
    authority: Authority
    mandate_by: Line | None = None
    mandate_on: OnDay | None = None
    meetings_per_year: Annotated[int, Field(ge=1, le=366)] | None = None
    call_days: Days | None = None
    deadline_days: Days | None = None
    notice_days: Days | None = None
    minutes_days: Days | None = None
    quorum: Quorum | None = None
    majority: Majority | None = None
    tie_rule: TieRule | None = None
    secret_minimum: Annotated[int, Field(ge=2, le=1_000)] | None = None
    escalates_to: Line | None = None
    lang: Lang = Lang.NB

    @model_validator(mode="after")
    def check_call_days(self) -> Self:
        opens, closes = self.call_days, self.deadline_days
        if opens is not None and closes is not None and opens < closes:
            raise PydanticCustomError("call_days", "too late", {"call_days": opens, "deadline_days": closes})
        return self


class SeatEntry(Entry):
    key: Key
    body: Key
    organisation: Key
    role: Name
    standing: Standing
    chairs: YesNo = False
    position: Annotated[int, Field(ge=0, le=10_000)] | None = None  # None: in the order they are written


class PersonEntry(Entry):
    key: Key
    name: Name
    email: Email | None = None
    lang: Lang | None = None


class PeriodEntry(Entry):
    """What lasts from one date to another, both included; without a to-date it has no end."""

    from_on: OnDay = Field(alias="from")
    to_on: OnDay | None = Field(None, alias="to")

    @model_validator(mode="after")
    def check_order(self) -> Self:
        if self.to_on is not None and self.to_on < self.from_on:
            raise PydanticCustomError("order", "ends first", {"from_on": self.from_on, "to_on": self.to_on})
        return self

    def overlaps(self, other: "PeriodEntry") -> bool:
        return overlap(self.from_on, self.to_on, other.from_on, other.to_on)


class TermEntry(PeriodEntry):
    seat: Key
    person: Key
    rank: Annotated[int, Field(ge=0, le=9)] = 0


class StaffEntry(PeriodEntry):
    secretariat: Key
    person: Key
    post: Post


# In the order they are written: what is referred to comes before what refers to it.
KINDS: dict[str, type[Entry]] = {
    "secretariat": SecretariatEntry,
    "organisation": OrganisationEntry,
    "body": BodyEntry,
    "seat": SeatEntry,
    "person": PersonEntry,
    "term": TermEntry,
    "staff": StaffEntry,
}
REFERS_TO: dict[str, tuple[str, ...]] = {
    "body": ("secretariat",),
    "seat": ("body", "organisation"),
    "term": ("seat", "person"),
    "staff": ("secretariat", "person"),
}


def columns(kind: str) -> dict[str, bool]:
    """Returns the columns of one kind of entry, as they are written, and whether each must be there."""
    return {f.alias or name: f.is_required() for name, f in KINDS[kind].model_fields.items()}


E = TypeVar("E", bound=Entry, covariant=True)


@dataclass(frozen=True)
class Written(Generic[E]):
    """An entry, and the file and lines it stands on."""

    entry: E
    file: str
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, column: str) -> int:
        """Returns the line a column stands on: the entry's own in CSV."""
        return self.lines.get(column, self.line)


@dataclass(frozen=True, order=True)
class Finding:
    """A fault or a warning at one line: a text key under packs.* and the values for its holes."""

    file: str
    line: int
    key: str = field(compare=False)
    values: Mapping[str, object] = field(default_factory=dict, compare=False)
    column: str = field(default="", compare=False)


@dataclass
class Pack:
    """All that one pack says.

    `keys` holds the file and line of every key by kind of entry, also those of entries that could not be read.
    """

    name: str
    secretariat: list[Written[SecretariatEntry]] = field(default_factory=list)
    organisation: list[Written[OrganisationEntry]] = field(default_factory=list)
    body: list[Written[BodyEntry]] = field(default_factory=list)
    seat: list[Written[SeatEntry]] = field(default_factory=list)
    person: list[Written[PersonEntry]] = field(default_factory=list)
    term: list[Written[TermEntry]] = field(default_factory=list)
    staff: list[Written[StaffEntry]] = field(default_factory=list)
    keys: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def entries(self, kind: str) -> list[Written[Any]]:
        """Returns the entries of one kind, in the order they are written."""
        found: list[Written[Any]] = getattr(self, kind)
        return found
