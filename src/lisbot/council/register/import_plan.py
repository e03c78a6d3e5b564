"""What bringing in a spreadsheet would make, beside what the register has already, and what is to be asked first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lisbot.council.addresses import fold_name
from lisbot.council.enums import OrgKind, Standing


@dataclass(frozen=True)
class Question:
    """Something that is not clear in a file. `key` says which across readings of it; `kind` is a text key under
    import.question, and `values` fill its holes; `choices` are each a value and its words, or a key of them."""

    key: str
    kind: str
    values: Mapping[str, object]
    choices: Sequence[tuple[str, str]]


@dataclass(eq=False)
class PlannedBody:
    name: str
    id: int | None = None


@dataclass(eq=False)
class PlannedOrganisation:
    name: str
    id: int | None = None

    @property
    def kind(self) -> OrgKind:
        """What an organisation of this name is likely to be."""
        words = fold_name(self.name)
        for kind, signs in KINDS.items():
            if any(sign in words for sign in signs):
                return kind
        return OrgKind.OTHER


KINDS: dict[OrgKind, tuple[str, ...]] = {
    OrgKind.RHF: (" rhf", "regionalt helseforetak"),
    OrgKind.UNION: ("forening", "forbund", "tillitsvalgt", "tillitsvald"),
    OrgKind.DIRECTORATE: ("direktorat",),
    OrgKind.SECRETARIAT: ("regut", "utdanningssenter"),
    OrgKind.HOSPITAL: (" hf", "sykehus", "sjukehus", "hospital", "helse", "klinikk"),
}


@dataclass(eq=False)
class PlannedPerson:
    name: str
    email: str
    language: str
    organisation: PlannedOrganisation | None
    id: int | None = None
    organisations: set[str] = field(default_factory=set)


@dataclass(eq=False)
class PlannedSeat:
    body: PlannedBody
    organisation: PlannedOrganisation
    role: str
    specialty: str
    standing: Standing
    chairs: bool = False
    id: int | None = None
    terms: list["PlannedTerm"] = field(default_factory=list)


@dataclass(eq=False)
class PlannedTerm:
    """`is_there`: whether the register has it already."""

    person: PlannedPerson | None
    rank: int
    from_on: date
    to_on: date | None
    is_there: bool = False


@dataclass
class KnownRegister:
    """What the register has: the secretariat's bodies and their seats, and all organisations and people.

    people      by id: the name, and every address
    elsewhere   by id of whom another secretariat keeps too: where they are, which is said in place of their address
    seats       the body's id, the organisation's, the role, the specialty, the seat's id and whether it chairs
    terms       by seat: the person's id, the rank, from and to
    """

    bodies: dict[int, str] = field(default_factory=dict)
    organisations: dict[int, tuple[str, str]] = field(default_factory=dict)
    people: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)
    elsewhere: dict[int, str] = field(default_factory=dict)
    seats: list[tuple[int, int, str, str, int, bool]] = field(default_factory=list)
    terms: dict[int, list[tuple[int, int, date, date | None]]] = field(default_factory=dict)


@dataclass
class ImportPlan:
    """What would be made, the questions that are open or answered, and what of the file is left out, and why."""

    bodies: list[PlannedBody] = field(default_factory=list)
    organisations: list[PlannedOrganisation] = field(default_factory=list)
    people: list[PlannedPerson] = field(default_factory=list)
    seats: list[PlannedSeat] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left_out: list[tuple[int, str, str]] = field(default_factory=list)

    def count_terms(self) -> int:
        return sum(not term.is_there for seat in self.seats for term in seat.terms)
