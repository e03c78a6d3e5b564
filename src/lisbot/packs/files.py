"""The files of a pack as rows, each with its file and lines. What they mean is read in reading.py."""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lisbot.packs.schema import KINDS, Finding, columns

FILES = {
    "secretariat": "secretariats.csv",
    "organisation": "organisations.csv",
    "body": "bodies.csv",
    "seat": "seats.csv",
    "person": "people.csv",
    "term": "terms.csv",
    "staff": "staff.csv",
    "outside_party": "outside_parties.csv",
    "referral_rule": "referral_rules.csv",
    "distribution_line": "distribution_lines.csv",
    "meeting_right": "meeting_rights.csv",
    "coordination": "coordinations.csv",
    "derived_role": "derived_roles.csv",
    "process_stage": "process_stages.csv",
}
MAIN = "pack.toml"
DELIMITERS = ",;\t"
# What tomllib raises, also for a number of many thousand digits and for brackets nested as deep.
UNREADABLE = (ValueError, RecursionError)


@dataclass(frozen=True)
class Row:
    """One entry as it was written. `absent`: columns the whole file lacks, which is one fault and not one a row."""

    kind: str
    file: str
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


def find_files(place: Path, faults: list[Finding]) -> list[Path]:
    """Returns the files of a pack: its TOML, and the CSV files beside it."""
    main = place / MAIN if place.is_dir() else place
    if not main.is_file():
        faults.append(Finding(str(main), 1, "packs.fault.no_file"))
        return []
    if main.suffix != ".toml":
        faults.append(Finding(str(main), 1, "packs.fault.not_a_pack", {"main": MAIN}))
        return []
    beside = sorted(main.parent.glob("*.csv"))
    known = {name: order for order, name in enumerate(FILES.values())}
    faults += [
        Finding(str(file), 1, "packs.fault.unknown_file", {"known": ", ".join(known)})
        for file in beside
        if file.name not in known
    ]
    return [main, *sorted((f for f in beside if f.name in known), key=lambda f: known[f.name])]


def read_rows(file: Path, faults: list[Finding]) -> list[Row]:
    """Returns the rows of one file, and adds what is wrong with it to the faults."""
    text = decode(file, faults)
    if text is None:
        return []
    if file.suffix == ".toml":
        return list(toml_rows(str(file), text, faults))
    kind = next(kind for kind, name in FILES.items() if name == file.name)
    return list(csv_rows(kind, str(file), text, faults))


def decode(file: Path, faults: list[Finding]) -> str | None:
    """Returns the text of a file in UTF-8, with or without a byte order mark. None where it cannot be read."""
    try:
        data = file.read_bytes()
    except OSError as error:
        faults.append(Finding(str(file), 1, "packs.fault.unreadable", {"why": error.strerror or ""}))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(Finding(str(file), line, "packs.fault.encoding"))
        return None


def csv_rows(kind: str, file: str, text: str, faults: list[Finding]) -> Iterator[Row]:
    """Yields the rows of a CSV file, separated by commas, semicolons or tabs, whichever the first line has most of.

    Norwegian spreadsheets write semicolons, and what is copied from one has tabs.
    """
    lines = text.splitlines() or [""]
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    known = columns(kind)
    header: list[str] = []
    absent: frozenset[str] = frozenset()
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip().lower() for cell in cells]
                faults += check_header(file, line, header, known)
                absent = frozenset(known) - frozenset(header)
                continue
            if len(cells) != len(header):
                values: dict[str, object] = {"found": len(cells), "expected": len(header)}
                faults.append(Finding(file, line, "packs.fault.ragged", values))
            given = {name: cell for name, cell in zip(header, cells, strict=False) if name in known}
            yield Row(kind, file, line, given, absent=absent)
    except csv.Error as error:
        faults.append(Finding(file, max(reader.line_num, 1), "packs.fault.csv", {"why": error}))
    if not header:
        faults.append(Finding(file, 1, "packs.fault.empty_file", {"known": ", ".join(known)}))


def check_header(file: str, line: int, header: list[str], known: Mapping[str, bool]) -> Iterator[Finding]:
    """Yields what is wrong with a CSV file's header. `known`: the columns, and whether each must be there."""
    names = ", ".join(known)
    for name in dict.fromkeys(header):
        if name not in known:
            yield Finding(file, line, "packs.fault.unknown_column", {"given": name[:40], "known": names})
        elif header.count(name) > 1:
            yield Finding(file, line, "packs.fault.column_twice", {"given": name})
    for name, must in known.items():
        if must and name not in header:
            yield Finding(file, line, "packs.fault.missing_column", {"column": name})


def toml_rows(file: str, text: str, faults: list[Finding]) -> Iterator[Row]:
    """Yields the rows of a TOML file: its tables, in the order they are written."""
    try:
        document = tomllib.loads(text)
    except UNREADABLE as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else max(len(text.splitlines()), 1)
        faults.append(Finding(file, line, "packs.fault.toml", {"why": error}))
        return
    positions = locate(text)
    for kind, entries in document.items():
        found = positions.get(kind, [])
        entries = entries if isinstance(entries, list) else [entries]
        for entry, (line, lines) in zip(entries, found + found[-1:] * len(entries), strict=False):
            if kind not in KINDS:
                known = ", ".join(f"[[{name}]]" for name in KINDS)
                faults.append(Finding(file, line, "packs.fault.unknown_table", {"given": kind[:40], "known": known}))
                break
            if not isinstance(entry, dict):
                faults.append(Finding(file, line, "packs.fault.not_a_table", {"given": kind}))
                break
            yield Row(kind, file, line, entry, lines)


Position = tuple[int, dict[str, int]]  # the line a table stands on, and the line of each of its keys


def locate(text: str) -> dict[str, list[Position]]:
    """Returns where each table of a TOML document stands, and each of its keys.

    A statement is as many lines as its brackets and long strings span, so that what looks like a key inside a long
    text is not taken for one. The document has been read before, and is whole.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    positions: dict[str, list[Position]] = {}
    keys: dict[str, int] | None = None  # of the table that is read now
    at = 0
    while at < len(lines):
        length = count_lines(lines, at)
        if statement := parse("\n".join(lines[at : at + length])):
            name = next(iter(statement))
            if lines[at].lstrip().startswith("["):
                keys = {}
                positions.setdefault(name, []).append((at + 1, keys))
            elif keys is None:
                positions.setdefault(name, []).append((at + 1, {}))
            else:
                keys[name] = at + 1
        at += length
    return positions


OUTSIDE = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[\[{]|[\]}]""")
# Where a long string ends: at its marks, before which a backslash hides one, and after which two more may stand.
INSIDE = {'"""': re.compile(r"""\\.|"{3,5}"""), "'''": re.compile(r"'{3,5}")}


def count_lines(lines: Sequence[str], at: int) -> int:
    """Returns how many lines the statement spans that begins on a line."""
    depth, string = 0, ""
    for number in range(at, len(lines)):
        line, place = lines[number], 0
        while found := (INSIDE[string] if string else OUTSIDE).search(line, place):
            token, place = found[0], found.end()
            if string:
                string = string if token.startswith("\\") else ""
            elif token in INSIDE:
                string = token
            elif token in ("[", "{"):
                depth += 1
            elif token in ("]", "}"):
                depth -= 1
        if depth <= 0 and not string:
            return number - at + 1
    return len(lines) - at


def parse(statement: str) -> dict[str, Any] | None:
    """Returns a TOML statement's value. None where it is not whole."""
    try:
        return tomllib.loads(statement)
    except UNREADABLE:
        return None
