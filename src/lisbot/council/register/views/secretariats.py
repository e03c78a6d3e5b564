"""A secretariat: who works there, what it shares between councils, what it brought in."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import OrgKind, Post, RegisterImportState
from lisbot.council.register.views.refs import BodyRef, PersonRef


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody who works at a secretariat, and as what."""

    id: int
    person_id: int
    name: str
    post: Post
    from_on: date
    to_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation: its name, what it is and where."""

    id: int
    name: str
    short_name: str
    kind: OrgKind
    region: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BodyTemplateLine:
    """A template of rules, and the bodies that have not taken over its last change."""

    id: int
    name: str
    version: int
    bodies: tuple[BodyRef, ...]
    behind: tuple[BodyRef, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class RegisterImportLine:
    """A spreadsheet that was brought in."""

    id: int
    file_name: str
    made_at: datetime
    state: RegisterImportState


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of a spreadsheet that is not brought in: which, why (a text key under import.left_out), and who."""

    line: int
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class RegisterImportView:
    """A spreadsheet that is brought in: what was understood of it, what is asked, and what it makes or made.

    columns   each heading that was understood, and its meaning (a text key under import.column)
    filled    how many cells took what stands above, as merged cells mean
    formulas  how many cells held a formula, and were read as if they were empty
    sheets_not_read  the names of further sheets of the workbook that have something in them
    """

    id: int
    file_name: str
    secretariat: str
    made_at: datetime
    state: RegisterImportState
    lines: int
    columns: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]
    filled: int
    formulas: int
    sheets_not_read: tuple[str, ...]
    open_questions: int
    answered: int
    bodies: tuple[str, ...]
    organisations: tuple[str, ...]
    people: tuple[str, ...]
    known_people: int
    seats: int
    terms: int
    left_out: tuple[LeftOut, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class SecretariatView:
    """A secretariat: who works there, what it runs, and what it has set up. `unseated`: people without a seat."""

    id: int
    name: str
    region: str
    on: date
    staff: tuple[StaffLine, ...]
    bodies: tuple[BodyRef, ...]
    organisations: tuple[OrganisationView, ...]
    templates: tuple[BodyTemplateLine, ...]
    imports: tuple[RegisterImportLine, ...]
    unseated: tuple[PersonRef, ...]
    actions: tuple[AllowedAction, ...]
