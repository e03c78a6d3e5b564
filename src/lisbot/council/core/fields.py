"""Typed arguments: what people type, made safe to store. An argument's annotation says what it is.

Emoji, Markdown and markup are ordinary text here and are escaped where they are shown. Refused are
characters that nobody can see and that change how others are read: controls and bidi overrides.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from functools import partial
from typing import Annotated, Any

from pydantic_core import PydanticCustomError

from lisbot.council.addresses import BLANK_LETTERS, JOINERS, fold_address, strip_invisible
from lisbot.council.core.schemas import After, Before, BeforeToday, Limits
from lisbot.council.core.written_dates import FIRST_DAY, LAST_DAY, read_day, split_days
from lisbot.council.core.written_hours import read_hour

# Characters at most.
MAX_LINE, MAX_LINKS, MAX_PROSE, MAX_FILE = 200, 4_000, 10_000, 100_000
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
MAX_LINK = 2_000
MAX_SHEET = 3_000_000  # characters of a spreadsheet, as text or in base64
BIDI_CONTROLS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
# A host with a port and a path or without: "teams.microsoft.com/l/…"; and what looks like one and is a file.
WITHOUT_SCHEME = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#][^\s<>\"]*)?")
FILE_NAME = re.compile(r"[^/?#:]+\.(?:docx?|xlsx?|pptx?|pdf|odt|ods|rtf|txt|csv|jpe?g|png|msg|eml)", re.IGNORECASE)
EMAIL_ADDRESS = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@[^@\s<>\"(),;:\\\[\]]+\.[^@\s<>\"(),;:\\\[\]]+")


def clean_text(value: str) -> str:
    """Returns text in its composed form, stripped. Raises on controls, bidi overrides and text that shows nothing."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    for char in value:
        if ord(char) in BIDI_CONTROLS or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"):
            raise PydanticCustomError("invisible", "invisible character {char}", {"char": f"U+{ord(char):04X}"})
    value = value.strip()
    if value and not any(is_visible(char) for char in value):
        raise PydanticCustomError("nothing_visible", "nothing that can be seen")
    return value


def is_visible(char: str) -> bool:
    """Returns whether a character alone leaves a mark. Joiners and zero-width spaces belong between others."""
    return unicodedata.category(char) not in ("Cf", "Mn", "Zs", "Zl", "Zp") and ord(char) not in BLANK_LETTERS


def clean_line(value: str) -> str:
    return " ".join(clean_text(value).split())


def clean_name(value: str) -> str:
    """Returns a name without the characters that nobody can see, which would make it another than it looks. Raises as
    for any text on those that change how others are read."""
    return require_visible(clean_line(strip_invisible(value, keep=JOINERS | BIDI_CONTROLS).strip("\u200c\u200d")))


def require_visible(value: str) -> str:
    """Returns what is left of a text. Raises where that is nothing."""
    if not value:
        raise PydanticCustomError("nothing_visible", "nothing that can be seen")
    return value


def clean_email(value: str) -> str:
    """Returns an address as it is kept and compared. Outlook and spreadsheets put invisible characters around it."""
    value = require_visible(fold_address(clean_line(strip_invisible(value))))
    if not EMAIL_ADDRESS.fullmatch(value):
        raise PydanticCustomError("email", "not an address")
    return value


def clean_email_if_any(value: str) -> str:
    return clean_email(value) if value.strip() else ""


def clean_link(value: str) -> str:
    """Returns a web address, whole: https:// is added where it was left out. Raises on anything else."""
    value = clean_line(strip_invisible(value, keep=JOINERS | BIDI_CONTROLS))
    if re.fullmatch(r"https?://[^\s<>\"]+", value, re.IGNORECASE) or not value:
        return value
    if WITHOUT_SCHEME.fullmatch(value) and not FILE_NAME.fullmatch(value):
        return f"https://{value}"
    raise PydanticCustomError("link", "not an address")


def clean_links(value: str) -> str:
    return "\n".join(clean_link(part) for part in clean_text(value).split())


def refuse_bool(value: Any) -> Any:
    """Returns the value. Raises for a truth value, which Python counts among the integers."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_number", "not a number")
    return value


def split_values(value: Any) -> Any:
    """Returns several values from one field, separated by commas, semicolons or new lines."""
    return split_text(value, r"[,;\n]")


def one_or_several(value: Any) -> Any:
    """Returns several values, also where one is given alone."""
    return [value] if isinstance(value, int) and not isinstance(value, bool) else split_values(value)


def split_sitters(value: Any) -> Any:
    """Returns seats, each with a person where one is named: "3:7", "4"."""
    parts = split_values(value)
    for part in parts if isinstance(parts, list) else ():
        if not re.fullmatch(r"[1-9][0-9]{0,8}(:[1-9][0-9]{0,8})?", str(part)):
            raise PydanticCustomError("not_number", "no seat")
    return [str(part) for part in parts] if isinstance(parts, list) else parts


def split_lines(value: Any) -> Any:
    """Returns one text a line, or in a single line what commas or semicolons separate."""
    return split_text(value, r"\n" if isinstance(value, str) and "\n" in value.strip() else r"[,;]")


def split_people(value: Any) -> Any:
    """Returns one text for each line, and for what semicolons separate: a name may have a comma in it."""
    return split_text(value, r"[\n;]")


def split_text(value: Any, separator: str) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in re.split(separator, value) if part.strip()]


def zero_if_blank(value: Any) -> Any:
    """Returns 0 for a choice that was emptied."""
    return 0 if isinstance(value, str) and not value.strip() else value


@dataclass(frozen=True, slots=True)
class RefersTo:
    """Metadata of an argument that names a thing by its id: whoever runs the command points at the thing and
    does not type its number."""

    noun: str


@dataclass(frozen=True, slots=True)
class MayBeEmptied:
    """Metadata of an argument that stays as it was unless it is given: given empty, it empties what was there."""


@dataclass(frozen=True, slots=True)
class Confirms:
    """Metadata of an argument by which a person says that they know, and want it nevertheless."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Metadata of an argument that holds the same fields for each of several things, by the thing's id.

    `row` is a dataclass whose fields are annotated as arguments are. In a form each is an input of its own, named
    `items.12.words`: the argument, the thing, the field. `folded`: fields that are seldom filled in. `order`: the field
    that says where among the others a thing stands, from 1 on. `is_whole`: a form always asks for all of the things,
    also when it comes back: what was left open, such as a choice, is not among what was sent; and it is sent once, as
    a whole, not one thing at a time.
    """

    row: type
    folded: frozenset[str] = frozenset()
    order: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class IsWholeFile:
    """Metadata of an argument that is the text of a whole file. `takes_bytes`: or its bytes in base64, after "base64,",
    where it is no text."""

    takes_bytes: bool = False


Line = Annotated[str, Limits(max_length=MAX_LINE), After(clean_line)]
Name = Annotated[str, Limits(max_length=MAX_LINE), After(clean_name)]
Prose = Annotated[str, Limits(max_length=MAX_PROSE), After(clean_text)]
Email = Annotated[str, Limits(max_length=MAX_EMAIL), After(clean_email)]
EmailIfAny = Annotated[str, Limits(max_length=MAX_EMAIL), After(clean_email_if_any)]  # one that may be emptied
Link = Annotated[str, Limits(max_length=MAX_LINK), After(clean_link)]
Links = Annotated[str, Limits(max_length=MAX_LINKS), After(clean_links)]
Day = Annotated[date, BeforeToday(read_day)]
PastDay = Annotated[date, BeforeToday(partial(read_day, is_past=True))]
Hour = Annotated[time, Before(read_hour)]
Days = Annotated[list[Day], Before(split_days), Limits(min_length=1, max_length=60)]
Lines = Annotated[list[Line], Before(split_lines), Limits(max_length=20)]
PeopleLines = Annotated[list[Line], Before(split_people), Limits(max_length=20)]
WholeFile = Annotated[str, Limits(max_length=MAX_FILE), After(clean_text), IsWholeFile()]
Spreadsheet = Annotated[str, Limits(max_length=MAX_SHEET), IsWholeFile(takes_bytes=True)]
Confirm = Annotated[bool, Confirms()]
Whole = Annotated[int, Before(refuse_bool)]
Id = Annotated[Whole, Limits(ge=1, le=2**31 - 1)]
Number = Annotated[Whole, Limits(ge=1, le=9_999)]
RuleDays = Annotated[Whole, Limits(ge=0, le=366)]  # a lead time among a body's rules
LeadDays = Annotated[Whole, Limits(ge=0, le=60)]  # before a deadline
Ids = Annotated[list[Id], Before(split_values), Limits(max_length=200)]
Sitters = Annotated[list[str], Before(split_sitters), Limits(max_length=400)]
CalendarYear = Annotated[Whole, Limits(ge=FIRST_DAY.year, le=LAST_DAY.year)]
DurationMinutes = Annotated[Whole, Limits(ge=1, le=480)]

AccountId = Annotated[Id, RefersTo("account")]
BodyId = Annotated[Id, RefersTo("body")]
CaseId = Annotated[Id, RefersTo("case")]
CaseIdIfAny = Annotated[Whole, Before(zero_if_blank), Limits(ge=0, le=2**31 - 1), RefersTo("case"), MayBeEmptied()]
CaseLinkId = Annotated[Id, RefersTo("case_link")]
CompositionRuleId = Annotated[Id, RefersTo("composition_rule")]
CommentId = Annotated[Id, RefersTo("minutes_comment")]
FollowUpId = Annotated[Id, RefersTo("follow_up")]
GuestId = Annotated[Id, RefersTo("guest")]
ItemId = Annotated[Id, RefersTo("agenda_item")]
ItemIdOrNone = Annotated[Whole, Limits(ge=0, le=2**31 - 1), RefersTo("agenda_item")]  # 0: none of them
ItemIds = Annotated[list[Id], Before(one_or_several), Limits(min_length=1, max_length=200)]
MeetingId = Annotated[Id, RefersTo("meeting")]
MeetingIds = Annotated[list[Id], Before(one_or_several), Limits(min_length=1, max_length=200)]
OrganisationId = Annotated[Id, RefersTo("organisation")]
ImportId = Annotated[Id, RefersTo("register_import")]
OrganisationIdIfAny = Annotated[
    Whole, Before(zero_if_blank), Limits(ge=0, le=2**31 - 1), RefersTo("organisation"), MayBeEmptied()
]
OrganisationIds = Annotated[list[Id], Before(one_or_several), Limits(min_length=1, max_length=200)]
PersonId = Annotated[Id, RefersTo("person")]

InboundMailId = Annotated[Id, RefersTo("inbound_mail")]
ConfirmationId = Annotated[Id, RefersTo("line_confirmation")]
ConsentId = Annotated[Id, RefersTo("consent")]
ConsentRequestId = Annotated[Id, RefersTo("consent_request")]
ConsultationId = Annotated[Id, RefersTo("consultation")]
ConsultationRequestId = Annotated[Id, RefersTo("consultation_request")]
MeetingRightId = Annotated[Id, RefersTo("meeting_right")]
DistributionLineId = Annotated[Id, RefersTo("distribution_line")]
DeliveryId = Annotated[Id, RefersTo("delivery")]
PartyId = Annotated[Id, RefersTo("outside_party")]
PartyIdIfAny = Annotated[
    Whole, Before(zero_if_blank), Limits(ge=0, le=2**31 - 1), RefersTo("outside_party"), MayBeEmptied()
]
ReferralId = Annotated[Id, RefersTo("referral")]
ReferralRuleId = Annotated[Id, RefersTo("referral_rule")]
ProcessId = Annotated[Id, RefersTo("process")]
CaseProcessId = Annotated[Id, RefersTo("case_process")]
StageId = Annotated[Id, RefersTo("process_stage")]
LocalInputId = Annotated[Id, RefersTo("local_input")]
LocalInputAnswerId = Annotated[Id, RefersTo("local_input_answer")]
ProposalId = Annotated[Id, RefersTo("proposal")]
RoomId = Annotated[Id, RefersTo("room")]
SecretariatId = Annotated[Id, RefersTo("secretariat")]
SeatChangeId = Annotated[Id, RefersTo("seat_change")]
SeatId = Annotated[Id, RefersTo("seat")]
StaffId = Annotated[Id, RefersTo("staff")]
TemplateId = Annotated[Id, RefersTo("body_template")]
TermId = Annotated[Id, RefersTo("term")]
VoteId = Annotated[Id, RefersTo("vote")]


@dataclass(frozen=True)
class FormRow:
    """The fields of one thing in a form that asks the same of several: which, what is read beside them, and what they
    start from. `suggested`: which of these are not saved yet. `is_shown`: whether a form that was not filled in yet
    asks for them. `choices`: by field, what may be chosen among for this thing alone."""

    key: int
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[object] = ()
    suggested: Collection[str] = ()
    is_shown: bool = True
    choices: Mapping[str, Sequence[tuple[object, str | Enum]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Prefill:
    """What a form starts from: what it is about, the values now, and what may be chosen among.

    `reads`: what is to be read before it is filled in, a paragraph each.
    `choices`: by argument, each value and its label, or the member of an enumeration that names it.
    `excluded`: members of an enumeration that are not offered.
    `required`: arguments that must be filled in for what this form is about, though not always.
    `optional`: arguments that say what a form is about and may be left out. One that is offered to choose among is
    otherwise asked for.
    `rows`: by argument that repeats, the things it is asked of; `choices` and `excluded` name its fields `items.words`.
    `is_saved`: whether the values are what is saved now, so that a form which was opened before somebody else
    saved does not write over that.
    """

    about: str = ""
    reads: Sequence[str] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[object, str | Enum]]] = field(default_factory=dict)
    excluded: Mapping[str, Collection[object]] = field(default_factory=dict)
    is_saved: bool = False
    required: Collection[str] = ()
    optional: Collection[str] = ()
    rows: Mapping[str, Sequence[FormRow]] = field(default_factory=dict)

    @property
    def filled(self) -> Mapping[str, Any]:
        """What each input starts from, by its name."""
        rows = {
            row_field(name, row.key, each): value
            for name, rows in self.rows.items()
            for row in rows
            for each, value in row.values.items()
        }
        return {**self.values, **rows}

    @property
    def saved(self) -> Mapping[str, Any]:
        """What is saved now and is not to be written over unseen."""
        return self.filled if self.is_saved else {}

    @property
    def suggested(self) -> Collection[str]:
        """The inputs that start from what is not saved yet."""
        return {
            row_field(name, row.key, each) for name, rows in self.rows.items() for row in rows for each in row.suggested
        }


def row_field(argument: str, key: int, name: str) -> str:
    """Returns the name of one thing's input in an argument that repeats."""
    return f"{argument}.{key}.{name}"


# The text key under input.* for each of pydantic's kinds of error.
ERROR_KEYS = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_too_short": "missing",
    "too_short": "missing",
    "nothing_visible": "missing",
    "extra_forbidden": "unknown",
    "enum": "not_offered",
    "literal_error": "not_offered",
    "bool_parsing": "not_offered",
    "invisible": "invisible",
    "email": "not_email",
    "link": "not_link",
    "no_such_date": "no_such_date",
    "no_such_time": "no_such_time",
    "ambiguous_date": "ambiguous_date",
    "ambiguous_hour": "ambiguous_hour",
    "year_missing": "year_missing",
    "wrong_weekday": "wrong_weekday",
    "too_long": "too_many",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "int_parsing": "not_number",
    "int_from_float": "not_number",
    "int_parsing_size": "not_number",
    "int_type": "not_number",
    "not_number": "not_number",
    "out_of_calendar": "out_of_range",
}


def input_error(error: Any) -> tuple[str, dict[str, object]]:
    """Returns one of pydantic's errors as a text key under input.* and the values for its holes."""
    key = ERROR_KEYS.get(error["type"], "malformed")
    context = error.get("ctx", {})
    match key:
        case "too_long":
            return key, {"max": context["max_length"], "length": len(error["input"])}
        case "too_many":
            return key, {"max": context["max_length"]}
        case "out_of_range" | "too_small" | "too_large":
            return key, {"limit": context.get("ge", context.get("le", context.get("limit")))}
        case "invisible":
            return key, {"char": context["char"]}
        case "no_such_date" | "no_such_time" | "ambiguous_date" | "ambiguous_hour" | "wrong_weekday" | "year_missing":
            return key, context
    return key, {}
