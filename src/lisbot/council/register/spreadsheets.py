"""Reading a spreadsheet that somebody brings in: XLSX or CSV, as rows of cells, whatever it is or pretends to be.

Nothing in it is ever run, and it is not opened before it is known to be of a reasonable size. Sources: ECMA-376 part 2
for the package, OWASP's «Zip bomb» and «XML external entity» for what is refused.
"""

import base64
import binascii
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

from lisbot.council.core.text_files import NotTextError, decode_text

ENCODED = "base64,"  # before what holds a file's bytes rather than its text
MAX_BYTES = 2 * 1024 * 1024  # of the file
MAX_MEMBERS, MAX_UNPACKED = 200, 60 * 1024 * 1024  # of the package, and bytes that it may grow to
MAX_TAGS = 600_000  # in it: reading them takes a second, and a register of 5,000 rows and 20 columns has 400,000
MAX_ROWS, MAX_BLANK, MAX_COLUMNS, MAX_CELL = 5_000, 500, 60, 2_000
LOOKED_AT = {"max_row": MAX_BLANK, "max_col": MAX_COLUMNS}  # whether there is something in a further sheet
PACKAGE, PROTECTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # a protected workbook is an OLE file, and so is .xls
DOCTYPE = ("<!DOCTYPE", "<!ENTITY")
CODES = ("utf-8", "utf-16-le", "utf-16-be")
HEAD = 65_536  # bytes of a member read at a time; in the first of them a document type would stand
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
DELIMITERS = ";\t,|"
Cell = str | date | float | None
Rows = list[tuple[int, list[Cell]]]  # the number of the row in the file, from 1, and its cells


class UnreadableError(ValueError):
    """A file that is not read. `key`: the text under error.* that says why."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class ReadSheet:
    """What stands in a file. `formulas`: the lines whose cells hold some, each as often as it does; each cell is read
    as if it were empty. `not_read`: the names of further sheets with something in them."""

    rows: Rows
    formulas: list[int]
    not_read: tuple[str, ...] = ()


def read_sheet(given: str) -> ReadSheet:
    """Returns the rows of a file that have something in them. `given`: its text, or its bytes after ENCODED.

    Raises UnreadableError.
    """
    if not given.startswith(ENCODED):
        return read_csv(given)
    try:
        content = base64.b64decode(given.removeprefix(ENCODED), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableError("sheet_unreadable") from None
    if len(content) > MAX_BYTES:
        raise UnreadableError("sheet_too_large", limit=MAX_BYTES // 1024 // 1024)
    if content.startswith(PROTECTED):
        raise UnreadableError("sheet_protected")
    if content.startswith(PACKAGE):
        require_reasonable(content)
        return read_workbook(content)
    try:
        return read_csv(decode_text(content))
    except NotTextError:
        raise UnreadableError("sheet_unreadable") from None


def require_reasonable(content: bytes) -> None:
    """Raises UnreadableError for a package with too much in it, or with what no spreadsheet has."""
    try:
        with ZipFile(BytesIO(content)) as package:
            members = package.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise UnreadableError("sheet_grows")
            if any(member.flag_bits & 1 for member in members):
                raise UnreadableError("sheet_protected")
            tags = 0
            for member in members:
                with package.open(member) as file:
                    part = file.read(HEAD)
                    if any(word.encode(code) in part for word in DOCTYPE for code in CODES):
                        raise UnreadableError("sheet_unreadable")
                    while part:
                        tags += part.count(b"<")
                        if tags > MAX_TAGS:
                            raise UnreadableError("sheet_grows")
                        part = file.read(HEAD)
    except UnreadableError:
        raise
    except Exception:  # what unpacks it raises whatever it stumbles over in a damaged file
        raise UnreadableError("sheet_unreadable") from None


def read_workbook(content: bytes) -> ReadSheet:
    """Returns the rows of the first sheet that has some. Raises UnreadableError."""
    from openpyxl import load_workbook  # a second of a start that seldom needs it

    try:
        workbook = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        found = None
        not_read = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # what the file says of its size is the file's word
            if found is None:
                read = gather(list(row) for row in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True))
                found = read if read.rows else None
            elif any(each is not None for row in sheet.iter_rows(**LOOKED_AT, values_only=True) for each in row):
                not_read.append(" ".join(sheet.title.split()))
        if found is not None:
            return replace(found, not_read=tuple(not_read))
    except UnreadableError:
        raise
    except Exception:  # openpyxl raises whatever it stumbles over in a damaged file
        raise UnreadableError("sheet_unreadable") from None
    raise UnreadableError("sheet_empty")


def read_csv(given: str) -> ReadSheet:
    """Returns the rows of a text, parted by whatever parts its first line."""
    lines = given.lstrip("\ufeff")
    if CONTROLS.search(lines):
        raise UnreadableError("sheet_unreadable")
    first = next((line for line in lines.splitlines() if line.strip()), "")
    if not first:
        raise UnreadableError("sheet_empty")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        found = gather(csv.reader(StringIO(lines, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UnreadableError("sheet_unreadable") from None
    if not found.rows:
        raise UnreadableError("sheet_empty")
    return found


def gather(rows: Iterable[Iterable[object]]) -> ReadSheet:
    """Returns the rows with something in them. Raises UnreadableError where they are too many."""
    found: Rows = []
    formulas: list[int] = []
    blank = 0
    for number, row in enumerate(rows, start=1):
        cells = []
        for value in cells_of(row):
            is_formula, cell = read_cell(value)
            formulas += [number] * is_formula
            cells.append(cell)
        if all(cell is None for cell in cells) and number not in formulas[-1:]:
            blank += 1
            if blank > MAX_BLANK:
                break
            continue
        blank = 0
        found.append((number, cells))
        if len(found) > MAX_ROWS:
            raise UnreadableError("sheet_too_long", limit=MAX_ROWS)
    return ReadSheet(found, formulas)


def cells_of(row: Iterable[object]) -> Iterator[object]:
    for number, value in enumerate(row):
        if number >= MAX_COLUMNS:
            return
        yield value


def read_cell(value: object) -> tuple[bool, Cell]:
    """Returns whether a cell holds a formula, and what it says otherwise."""
    if isinstance(value, bool) or value is None:
        return False, {True: "ja", False: "nei", None: None}[value]
    if isinstance(value, datetime):
        return False, value.date()
    if isinstance(value, date):
        return False, value
    if isinstance(value, int | float):
        return False, float(value)
    said = " ".join(str(getattr(value, "text", value)).split())[:MAX_CELL]
    if is_formula(said):
        return True, None
    return False, said or None


def is_formula(said: str) -> bool:
    """Returns whether a spreadsheet program would take a text for something to compute."""
    return said.startswith(("=", "+", "@")) or (said.startswith("-") and len(said) > 1 and not said[1].isspace())
