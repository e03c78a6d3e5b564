"""The format of a council pack: the columns of each kind of entry, and what may stand in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from lisbot.council.core.fields import Day, Email, Line, Name, Number
from lisbot.council.core.periods import overlap
from lisbot.council.enums import (
    Authority,
    DerivedFrom,
    Distributed,
    Lang,
    Majority,
    OrgKind,
    Post,
    Quorum,
    ReferralReason,
    StageHolder,
    Standing,
    TieRule,
)
from lisbot.council.processes.stages import Needs, StageNumbers, UsualDays
from lisbot.council.register.rows import party_key

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


class OutsidePartyEntry(Entry):
    """Whom a secretariat writes to that never uses lisbot. It is known by its name."""

    secretariat: Key
    name: Name
    kind: OrgKind
    email: Email | None = None
    contact: Line = ""
    lang: Lang = Lang.NB

    @property
    def key(self) -> str:
        return party_key(self.secretariat, self.name)


class ReferralRuleEntry(Entry):
    """Who receives what is sent on: of one body or of all the secretariat's, for one reason or for any."""

    secretariat: Key
    body: Key | None = None
    reason: ReferralReason | None = None
    rank: Annotated[int, Field(ge=1, le=99)] = 1
    to_body: Key | None = None
    to_party: Name | None = None

    @model_validator(mode="after")
    def check_receiver(self) -> Self:
        require_one(self, "to_body", "to_party")
        require_another(self.body, self.to_body)
        return self


class DistributionLineEntry(PeriodEntry):
    """Who gets one thing of a body's: a body's people, perhaps of one role; an organisation's; or a person."""

    body: Key
    what: Distributed
    to_body: Key | None = None
    role: Line = ""
    organisation: Key | None = None
    person: Key | None = None

    @model_validator(mode="after")
    def check_receiver(self) -> Self:
        if self.what is Distributed.REFERRAL:
            raise PydanticCustomError("not_distributed", "cannot be distributed", {"given": self.what.value})
        require_one(self, "to_body", "organisation", "person")
        if self.role and self.to_body is None:
            raise PydanticCustomError("role_of_a_body", "a role is of a body")
        return self


class MeetingRightEntry(PeriodEntry):
    """That the people of one body (`of_body`) may meet in another (`body`)."""

    body: Key
    of_body: Key
    sees_confidential: YesNo = False

    @model_validator(mode="after")
    def check_body(self) -> Self:
        require_another(self.body, self.of_body)
        return self


class CoordinationEntry(Entry):
    """Which secretariat runs a body from a day on, until the next one does."""

    body: Key
    secretariat: Key
    from_on: OnDay = Field(alias="from")


class DerivedRoleEntry(Entry):
    """Because of what a seat is held: another seat, the seat of its kind in the region that coordinates, or a post."""

    seat: Key
    derived_from: DerivedFrom
    derived_seat: Key | None = None
    derived_post: Post | None = None

    @model_validator(mode="after")
    def check_source(self) -> Self:
        by_post = self.derived_from is DerivedFrom.POST
        if (self.derived_post is not None) is not by_post or (self.derived_seat is None) is not by_post:
            raise PydanticCustomError("derived_from_what", "names no source", {"given": self.derived_from.value})
        return self


class ProcessStageEntry(Entry):
    """A stage of a secretariat's change process: who holds a case there, what must be there before it moves on, the
    usual time in days, and the numbers of the stages that may follow, the usual one first."""

    secretariat: Key
    process: Name
    number: Number
    name: Name
    holder: StageHolder
    body: Key | None = None
    party: Name | None = None
    needs: Needs = []
    days: UsualDays | None = None
    leads_to: StageNumbers = []

    @model_validator(mode="after")
    def check_holder(self) -> Self:
        if (self.holder is StageHolder.NAMED) is not (sum(each is not None for each in (self.body, self.party)) == 1):
            raise PydanticCustomError("holder_of_stage", "names another holder", {"given": self.holder.value})
        if self.number in self.leads_to:
            raise PydanticCustomError("leads_to_itself", "leads to itself", {"given": self.number})
        return self


def require_one(entry: Entry, *columns: str) -> None:
    """Raises where not exactly one of these columns is filled in."""
    if sum(getattr(entry, name) is not None for name in columns) != 1:
        raise PydanticCustomError("one_receiver", "not one receiver", {"columns": ", ".join(columns)})


def require_another(own: str | None, body: str | None) -> None:
    """Raises where an entry of one body names that body again."""
    if body is not None and body == own:
        raise PydanticCustomError("not_itself", "names itself", {"given": body})


# In the order they are written: what is referred to comes before what refers to it.
KINDS: dict[str, type[Entry]] = {
    "secretariat": SecretariatEntry,
    "organisation": OrganisationEntry,
    "body": BodyEntry,
    "seat": SeatEntry,
    "person": PersonEntry,
    "term": TermEntry,
    "staff": StaffEntry,
    "outside_party": OutsidePartyEntry,
    "referral_rule": ReferralRuleEntry,
    "distribution_line": DistributionLineEntry,
    "meeting_right": MeetingRightEntry,
    "coordination": CoordinationEntry,
    "derived_role": DerivedRoleEntry,
    "process_stage": ProcessStageEntry,
}
# Of each kind, the columns that name something else, and the kind of what they name.
REFERS_TO: dict[str, dict[str, str]] = {
    "body": {"secretariat": "secretariat"},
    "seat": {"body": "body", "organisation": "organisation"},
    "term": {"seat": "seat", "person": "person"},
    "staff": {"secretariat": "secretariat", "person": "person"},
    "outside_party": {"secretariat": "secretariat"},
    "referral_rule": {
        "secretariat": "secretariat",
        "body": "body",
        "to_body": "body",
        "to_party": "outside_party",
    },
    "distribution_line": {"body": "body", "to_body": "body", "organisation": "organisation", "person": "person"},
    "meeting_right": {"body": "body", "of_body": "body"},
    "coordination": {"body": "body", "secretariat": "secretariat"},
    "derived_role": {"seat": "seat", "derived_seat": "seat"},
    "process_stage": {"secretariat": "secretariat", "body": "body", "party": "outside_party"},
}
# The kinds whose entries are known by one key; and by what those of the other kinds are known, a period aside.
KEYED = ("secretariat", "organisation", "body", "seat", "person", "outside_party")
IDENTITY: dict[str, tuple[str, ...]] = {
    "referral_rule": ("secretariat", "body", "reason", "rank", "to_body", "to_party"),
    "distribution_line": ("body", "what", "to_body", "role", "organisation", "person"),
    "meeting_right": ("body", "of_body"),
    "coordination": ("body", "from_on"),
    "derived_role": ("seat",),
    "process_stage": ("secretariat", "process", "number"),
}


PARTIES = ("to_party", "party")  # the columns that name a party outside


def reference(entry: Entry, column: str) -> str | None:
    """Returns the key that a column names. A party outside is named within its secretariat."""
    named: str | None = getattr(entry, column)
    if named is not None and isinstance(entry, ReferralRuleEntry | ProcessStageEntry) and column in PARTIES:
        return party_key(entry.secretariat, named)
    return named


def values_of(kind: str, entry: Entry) -> dict[str, Any]:
    """Returns what an entry says of each column, what it names as keys."""
    return entry.model_dump() | {name: reference(entry, name) for name in REFERS_TO.get(kind, ())}


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
    outside_party: list[Written[OutsidePartyEntry]] = field(default_factory=list)
    referral_rule: list[Written[ReferralRuleEntry]] = field(default_factory=list)
    distribution_line: list[Written[DistributionLineEntry]] = field(default_factory=list)
    meeting_right: list[Written[MeetingRightEntry]] = field(default_factory=list)
    coordination: list[Written[CoordinationEntry]] = field(default_factory=list)
    derived_role: list[Written[DerivedRoleEntry]] = field(default_factory=list)
    process_stage: list[Written[ProcessStageEntry]] = field(default_factory=list)
    keys: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def entries(self, kind: str) -> list[Written[Any]]:
        """Returns the entries of one kind, in the order they are written."""
        found: list[Written[Any]] = getattr(self, kind)
        return found
