"""What a council pack says, entry by entry: the columns, what may stand in them, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from lisbot.council.kinds import Authority, Lang, Majority, OrgKind, Post, Quorum, Standing
from lisbot.council.typed import Day, Email, Line

YES, NO = ("ja", "yes", "true", "1", "x"), ("nei", "no", "false", "0", "")


def yes_or_no(value: Any) -> Any:
    if isinstance(value, str):
        word = value.strip().lower()
        if word not in YES + NO:
            raise PydanticCustomError("yes_or_no", "not yes or no", {"given": value[:40]})
        return word in YES
    return value


def only_a_day(value: Any) -> Any:
    """A number is not a date, whatever may be read into it; nor is a moment."""
    if isinstance(value, datetime) or not isinstance(value, str | date):
        raise PydanticCustomError("no_such_date", "no such date", {"given": str(value)[:40]})
    return value


Key = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9æøå]+([._-][a-z0-9æøå]+)*$")]
OnDay = Annotated[Day, BeforeValidator(only_a_day)]
Days = Annotated[int, Field(ge=0, le=366)]
YesNo = Annotated[bool, BeforeValidator(yes_or_no)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SecretariatEntry(Entry):
    key: Key
    name: Line
    region: Line


class OrganisationEntry(Entry):
    key: Key
    name: Line
    short_name: Line
    kind: OrgKind
    region: Line = ""


class BodyEntry(Entry):
    key: Key
    secretariat: Key
    name: Line
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
    escalates_to: Line | None = None
    lang: Lang = Lang.NB

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> Self:
        opens, closes = self.call_days, self.deadline_days
        if opens is not None and closes is not None and opens < closes:
            raise PydanticCustomError("call_days", "too late", {"call_days": opens, "deadline_days": closes})
        return self


class SeatEntry(Entry):
    key: Key
    body: Key
    organisation: Key
    role: Line
    standing: Standing
    chairs: YesNo = False
    position: Annotated[int, Field(ge=0, le=10_000)] | None = None  # None: in the order they are written


class PersonEntry(Entry):
    key: Key
    name: Line
    email: Email | None = None
    lang: Lang | None = None


class Spell(Entry):
    """Something that lasts from one date to another."""

    from_on: OnDay = Field(alias="from")
    to_on: OnDay | None = Field(None, alias="to")

    @model_validator(mode="after")
    def starts_before_it_ends(self) -> Self:
        if self.to_on is not None and self.to_on < self.from_on:
            raise PydanticCustomError("order", "ends first", {"from_on": self.from_on, "to_on": self.to_on})
        return self

    def overlaps(self, other: "Spell") -> bool:
        return meets(self.from_on, self.to_on, other.from_on, other.to_on)


def meets(from_on: date, to_on: date | None, other_from: date, other_to: date | None) -> bool:
    """Whether two spells share a day."""
    return (to_on is None or other_from <= to_on) and (other_to is None or from_on <= other_to)


class TermEntry(Spell):
    seat: Key
    person: Key
    rank: Annotated[int, Field(ge=0, le=9)] = 0


class StaffEntry(Spell):
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
    """The columns of one kind of entry, as they are written, and whether each must be there."""
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
        return self.lines.get(column, self.line)


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong, or worth knowing, at one line: a text key and the values for its holes."""

    file: str
    line: int
    key: str = field(compare=False)
    values: Mapping[str, object] = field(default_factory=dict, compare=False)
    column: str = field(default="", compare=False)


@dataclass
class Pack:
    """All that one pack says. `keys` also has those of entries that could not be read."""

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
        found: list[Written[Any]] = getattr(self, kind)
        return found
