"""What the columns of a spreadsheet mean, and what each row says: in any order, under several names, with names and
dates as people write them."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from pydantic_core import PydanticCustomError, ValidationError

from lisbot.council.addresses import fold_name
from lisbot.council.core.fields import Email
from lisbot.council.core.schemas import value_validator
from lisbot.council.core.written_dates import read_day
from lisbot.council.register.spreadsheets import Cell, ReadSheet, UnreadableError

HEADINGS = {
    "body": "råd rådet rådsnavn utvalg forum council body",
    "organisation": "virksomhet verksemd utdanningsvirksomhet organisasjon foretak helseforetak hf sykehus sjukehus "
    "arbeidssted arbeidsgiver organisation hospital",
    "name": "navn namn fullt_navn fullt_namn name representant medlem deltaker person",
    "given": "fornavn førenamn given_name first_name firstname",
    "surname": "etternavn etternamn surname last_name lastname",
    "email": "e-post epost e-postadresse epostadresse mail e-mail email mailadresse",
    "role": "rolle funksjon role plass tittel seat",
    "rank": "vara varamedlem fast/vara medlem/vara type deputy",
    "from_on": "fra fra_dato frå fra_og_med f.o.m. fom start startdato oppnevnt oppnemnd from begynner",
    "to_on": "til til_dato til_og_med t.o.m. tom slutt sluttdato until to slutter",
    "standing": "stemmerett røysterett voting status",
    "specialty": "spesialitet fagområde specialty fag",
    "chairs": "leder leiar chair rådsleder",
    "language": "språk målform language",
}
MEANINGS = {name: meaning for meaning, names in HEADINGS.items() for name in names.split()}
NEEDED = ("name", "organisation")
HEADING_ROWS = 15  # in which the headings are looked for
YES = ("ja", "yes", "x", "true", "1", "1.0", "j")
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000  # days since EPOCH that are dates somebody sits on a council
EPOCH = date(1899, 12, 30)  # of spreadsheets' day numbers
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})[/-](\d{4})")
TITLES = re.compile(r"^(?:(?:dr|prof|professor|overlege|avd\.?overlege|seksjonsoverlege)\.?(?:\s+|$))+", re.IGNORECASE)
DEPUTY = re.compile(r"vara|deputy|stedfortreder", re.IGNORECASE)
LANGUAGES = {"nb": "nb", "bokmål": "nb", "nn": "nn", "nynorsk": "nn", "en": "en", "engelsk": "en", "english": "en"}
EMAIL = value_validator(Email)


@dataclass
class SheetRow:
    """One row: a person with a seat. Dates are in ISO 8601, or "d/m/yyyy" where it is not clear which is the month, or
    "?" and what stands there. `rank`: None where the row does not say."""

    line: int
    body: str = ""
    organisation: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    rank: int | None = None
    from_on: str = ""
    to_on: str = ""
    standing: str = ""
    specialty: str = ""
    chairs: bool = False
    language: str = ""


@dataclass
class UnderstoodSheet:
    """What was read of a file: the meaning of its columns, its rows, and what of it was left out.

    columns   by meaning, the heading that stands there
    unknown   the headings of columns that are not read
    left_out  the lines that are not brought in, each with why: a text key under import.left_out
    not_read  the names of further sheets, which are not read
    filled    how many cells took the council or organisation of the row above, as merged cells mean
    """

    columns: dict[str, str]
    unknown: list[str]
    rows: list[SheetRow]
    left_out: list[tuple[int, str, str]] = field(default_factory=list)
    formulas: int = 0
    filled: int = 0
    not_read: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(read: dict[str, Any]) -> "UnderstoodSheet":
        rows = [SheetRow(**row) for row in read["rows"]]
        left_out = [(line, key, said) for line, key, said in read["left_out"]]
        return UnderstoodSheet(**{**read, "rows": rows, "left_out": left_out})


def understand(sheet: ReadSheet) -> UnderstoodSheet:
    """Returns what a file says. Raises UnreadableError where its columns cannot be told."""
    place, columns = find_headings(sheet)
    headings = sheet.rows[place][1]
    found = UnderstoodSheet(
        {meaning: str(headings[at]) for meaning, at in columns.items()},
        [str(each) for at, each in enumerate(headings) if each is not None and at not in columns.values()],
        [],
        formulas=len(sheet.formulas),
        not_read=list(sheet.not_read),
    )
    before = {"body": "", "organisation": ""}
    computed = set(sheet.formulas)
    for line, cells in sheet.rows[place + 1 :]:
        given = {meaning: cells[at] if at < len(cells) else None for meaning, at in columns.items()}
        row = read_row(line, given)
        if not row.name and not row.email:
            says_more = any(given.get(each) is not None for each in ("role", "from_on", "to_on", "rank"))
            if says_more or line in computed:
                found.left_out.append((line, "no_name", ""))
            for meaning in before:
                before[meaning] = getattr(row, meaning) or before[meaning]
            continue
        for meaning, above in before.items():
            if not getattr(row, meaning) and above and meaning in columns:
                setattr(row, meaning, above)
                found.filled += 1
            before[meaning] = getattr(row, meaning)
        problem = problem_of(row)
        if problem:
            found.left_out.append((line, problem, row.name or row.email))
        else:
            found.rows.append(row)
    if not found.rows and not found.left_out:
        raise UnreadableError("sheet_empty")
    settle_slashes(found.rows)
    return found


def find_headings(sheet: ReadSheet) -> tuple[int, dict[str, int]]:
    """Returns which row holds the headings, and the column of each meaning. Raises UnreadableError for none."""
    best: tuple[int, dict[str, int]] = (0, {})
    for place, (_, cells) in enumerate(sheet.rows[:HEADING_ROWS]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            meaning = MEANINGS.get(heading(cell))
            if meaning is not None:
                columns.setdefault(meaning, at)
        if len(columns) > len(best[1]):
            best = (place, columns)
    columns = best[1]
    has_name = "name" in columns or {"given", "surname"} <= columns.keys()
    if not has_name or "organisation" not in columns:
        missing = "organisation" if has_name else "name"
        raise UnreadableError("sheet_without_column", column=f"import.column.{missing}")
    return best


def heading(cell: Cell) -> str:
    """Returns a heading as HEADINGS has it: «E-post:» is e-post, «Fra dato (dd.mm.åååå)» fra_dato."""
    plain = re.sub(r"\(.*?\)|[*:?]", " ", fold_name(str(cell or "")))
    return "_".join(plain.split())


def read_row(line: int, given: dict[str, Cell]) -> SheetRow:
    """Returns what a row says."""
    said = {meaning: text_of(cell) for meaning, cell in given.items()}
    name = said.get("name") or " ".join(part for part in (said.get("given"), said.get("surname")) if part)
    kind, role = said.get("rank", ""), said.get("role", "")
    return SheetRow(
        line=line,
        body=said.get("body", ""),
        organisation=said.get("organisation", ""),
        name=tidy_name(name),
        email=said.get("email", "").removeprefix("mailto:").strip("<>;, "),
        role=re.sub(r"\s+", " ", DEPUTY.sub("", role)).strip(" ,:-") if DEPUTY.search(role) else role,
        rank=read_rank(kind, role),
        from_on=read_date(given.get("from_on")),
        to_on=read_date(given.get("to_on")),
        standing=said.get("standing", ""),
        specialty=said.get("specialty", ""),
        chairs=said.get("chairs", "").casefold() in YES,
        language=LANGUAGES.get(said.get("language", "").casefold(), ""),
    )


def text_of(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell)


def tidy_name(name: str) -> str:
    """Returns a name as it is written: «NORDMANN, Ola» is Ola Nordmann, and «dr. Ola Nordmann» too."""
    name = TITLES.sub("", name.strip())
    surname, comma, given = name.partition(",")
    name = f"{given} {surname}" if comma and given.strip() else surname
    words = [capitalise(word) if len(word) > 1 and word.isupper() else word for word in name.split()]
    return " ".join(words)


def capitalise(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))


def read_rank(kind: str, role: str) -> int | None:
    """Returns which deputy a row is about, 0 for the representative, None where it does not say."""
    for said in (kind, role):
        if DEPUTY.search(said) or (said is kind and said.casefold() in YES):
            number = re.search(r"[1-9]", said)
            return int(number[0]) if number and said.casefold() not in YES else 1
    return 0 if kind else None


def read_date(cell: Cell) -> str:
    """Returns a date as SheetRow has it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return (EPOCH + timedelta(days=int(cell))).isoformat()
        return f"?{text_of(cell)}"
    if slashed := SLASHED.fullmatch(cell.strip()):
        return f"{slashed[1]}/{slashed[2]}/{slashed[3]}"
    try:
        return read_day(cell).isoformat()
    except (PydanticCustomError, ValueError):
        return f"?{cell}"


def settle_slashes(rows: Sequence[SheetRow]) -> None:
    """Read the dates with slashes where one of them shows which number is the month: there is none above twelve."""
    parted = [
        [int(part) for part in said.split("/")]
        for row in rows
        for said in (row.from_on, row.to_on)
        if "/" in said and not said.startswith("?")
    ]
    day_first = any(first > 12 for first, _, _ in parted)
    month_first = any(second > 12 for _, second, _ in parted)
    if day_first == month_first and any(first != second for first, second, _ in parted):
        return
    for row in rows:
        row.from_on = order_slashed(row.from_on, month_first=month_first and not day_first)
        row.to_on = order_slashed(row.to_on, month_first=month_first and not day_first)


def order_slashed(said: str, *, month_first: bool) -> str:
    """Returns a date with slashes as it is meant; any other as it is."""
    if "/" not in said or said.startswith("?"):
        return said
    first, second, year = (int(part) for part in said.split("/"))
    try:
        return (date(year, first, second) if month_first else date(year, second, first)).isoformat()
    except ValueError:
        return f"?{said}"


def problem_of(row: SheetRow) -> str:
    """Returns why a row cannot be brought in, as a text key under import.left_out; "" where it can."""
    if not row.name:
        return "no_name"
    if not row.organisation:
        return "no_organisation"
    if row.email:
        try:
            row.email = EMAIL.validate_python(row.email)
        except ValidationError:
            return "bad_email"
    if len(row.name) > 200 or len(row.organisation) > 200 or len(row.body) > 200 or len(row.role) > 200:
        return "too_long"
    return ""
