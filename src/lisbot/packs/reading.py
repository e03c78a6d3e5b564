"""Reading a pack: every fault it has in itself, at its file and line, and all of them at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from lisbot.council.core.fields import input_error
from lisbot.council.register.rows import party_key, process_key, stage_key
from lisbot.packs.files import Row, find_files, read_rows
from lisbot.packs.processes import stage_faults
from lisbot.packs.schema import IDENTITY, KINDS, Entry, Finding, Pack, PeriodEntry, TermEntry, Written

P = TypeVar("P", bound=PeriodEntry)


# Where it is told that a key stands twice.
KEY_COLUMNS = {"outside_party": "name", "process_stage": "number"}
# Where a fault of several columns together is told.
CHECKED = {
    "one_receiver": "",
    "not_itself": "body",
    "not_distributed": "what",
    "role_of_a_body": "role",
    "derived_from_what": "derived_from",
    "holder_of_stage": "holder",
    "leads_to_itself": "leads_to",
}


def read(place: Path) -> Pack:
    """Returns the pack in a folder, or of a TOML file and the CSV files beside it. Its `faults` say what is wrong."""
    pack = Pack(place.stem if place.suffix == ".toml" else place.resolve().name)
    for file in find_files(place, pack.faults):
        for row in read_rows(file, pack.faults):
            add_entry(row, pack)
    pack.faults += [
        *shared_addresses(pack),
        *overlapping(pack.term, lambda t: (t.seat, t.rank), "packs.fault.overlap"),
        *overlapping(pack.staff, lambda s: (s.secretariat, s.person), "packs.fault.overlap_staff"),
        *overlapping(
            pack.distribution_line, lambda each: known_by("distribution_line", each), "packs.fault.overlap_line"
        ),
        *overlapping(pack.meeting_right, lambda each: known_by("meeting_right", each), "packs.fault.overlap_line"),
        *said_twice(pack),
        *own_deputies(pack),
        *derived_and_held(pack),
        *stage_faults(pack),
    ]
    pack.warnings += [
        Finding(w.file, w.line, "packs.warning.no_email", {"name": w.entry.name})
        for w in pack.person
        if w.entry.email is None
    ]
    return pack


def add_entry(row: Row, pack: Pack) -> None:
    """Add a row to the pack as an entry, or else its faults."""
    filled = {name: value for name, given in row.values.items() if (value := stripped(given)) != ""}
    key, here = key_of(row.kind, filled), (row.file, row.line)
    first = pack.keys.setdefault(row.kind, {}).setdefault(key, here) if isinstance(key, str) else here
    if first != here:
        values = {"key": str(key)[:80], "file": first[0], "line": first[1]}
        column = KEY_COLUMNS.get(row.kind, "key")
        pack.faults.append(Finding(row.file, line_of(row, column), "packs.fault.key_twice", values, column))
    try:
        entry = KINDS[row.kind].model_validate(filled)
    except ValidationError as error:
        pack.faults += [found for e in error.errors() if (found := to_finding(row, e)) is not None]
        return
    if first == here:
        pack.entries(row.kind).append(Written(entry, row.file, row.line, row.lines))


def key_of(kind: str, filled: Mapping[str, Any]) -> Any:
    """Returns the key of a row: a party outside has its name for one, a stage its process and number."""
    if kind == "process_stage":
        secretariat, process, number = (filled.get(name) for name in IDENTITY[kind])
        if isinstance(secretariat, str) and isinstance(process, str) and number is not None and is_number(number):
            return stage_key(process_key(secretariat, process), int(number))
        return None
    if kind == "outside_party":
        secretariat, name = filled.get("secretariat"), filled.get("name")
        return party_key(secretariat, name) if isinstance(secretariat, str) and isinstance(name, str) else None
    return filled.get("key")


def is_number(value: Any) -> bool:
    """Returns whether a cell holds the number of something, as far as one goes."""
    if isinstance(value, str):
        return value.isdecimal() and len(value) < 5
    return isinstance(value, int) and 0 <= value < 10_000


def stripped(value: Any) -> Any:
    """Returns a cell without the blanks around its words."""
    return value.strip() if isinstance(value, str) else value


def line_of(row: Row, column: str) -> int:
    return row.lines.get(column, row.line)


def to_finding(row: Row, error: Any) -> Finding | None:
    """Returns one of pydantic's errors as a finding. None where the whole file lacks the column: that is one fault."""
    column = str(error["loc"][0]) if error["loc"] else ""
    context = error.get("ctx", {})
    values: dict[str, object] = {"given": str(error.get("input"))[:40]}
    match error["type"]:
        case "missing" if column in row.absent:
            return None
        case "extra_forbidden":
            known = ", ".join(f.alias or name for name, f in KINDS[row.kind].model_fields.items())
            key, values = "packs.fault.unknown_column", {"given": column[:40], "known": known}
            return Finding(row.file, line_of(row, column), key, values)
        case "enum":
            key, values = "packs.fault.not_offered", values | {"allowed": allowed_values(row.kind, column)}
        case "string_pattern_mismatch":
            key = "packs.fault.bad_key"
        case "yes_or_no":
            key, values = "packs.fault.yes_or_no", context
        case "call_days":
            key, values, column = "packs.fault.call_days", context, "call_days"
        case "order":
            key, values, column = "packs.fault.order", context, "from"
        case checked if checked in CHECKED:
            key, values, column = f"packs.fault.{checked}", context, CHECKED[checked]
        case "string_type" | "int_type" | "bool_type" | "list_type":
            key = "packs.fault.wrong_type"
        case _:
            found, values = input_error(error)
            key = f"input.{found}"
    return Finding(row.file, line_of(row, column), key, values, column)


def allowed_values(kind: str, column: str) -> str:
    """Returns what may stand in a column that is one of an enumeration, in one line."""
    for name, info in KINDS[kind].model_fields.items():
        if column in (name, info.alias):
            types = get_args(info.annotation) or (info.annotation,)
            return ", ".join(member.value for member in types[0])
    return ""


def shared_addresses(pack: Pack) -> Iterator[Finding]:
    """Yields each person whose e-mail address somebody before them in the pack has."""
    first: dict[str, Any] = {}
    for written in pack.person:
        email = written.entry.email
        if email is None:
            continue
        if (other := first.setdefault(email, written)) is not written:
            values = {"email": email, "name": other.entry.name, "file": other.file, "line": other.line}
            yield Finding(written.file, written.line_of("email"), "packs.fault.email_twice", values, "email")


def overlapping(entries: Iterable[Written[P]], place: Callable[[P], object], key: str) -> Iterator[Finding]:
    """Yields each period that overlaps another in the same place, once, with the one that lasts longest."""
    for group in by_place(entries, place):
        last: Written[P] | None = None
        for written in group:
            if last is not None and last.entry.overlaps(written.entry):
                first, second = in_order(last, written)
                yield Finding(second.file, second.line_of("from"), key, holder(first), "from")
            last = written if last is None else longest(last, written)


def own_deputies(pack: Pack) -> Iterator[Finding]:
    """Yields each term of somebody who has the same seat in another rank at the same time."""
    for group in by_place(pack.term, lambda term: (term.seat, term.person)):
        last: dict[int, Written[TermEntry]] = {}  # of each rank, the term that lasts longest
        for written in group:
            rank = written.entry.rank
            for other in [other for at, other in last.items() if at != rank and other.entry.overlaps(written.entry)]:
                first, second = in_order(other, written)
                yield Finding(second.file, second.line, "packs.fault.own_deputy", holder(first))
            last[rank] = longest(last.get(rank, written), written)


def known_by(kind: str, entry: Entry) -> tuple[Any, ...]:
    """Returns what an entry without a key is known by."""
    return tuple(getattr(entry, name) for name in IDENTITY[kind])


def said_twice(pack: Pack) -> Iterator[Finding]:
    """Yields each rule, coordination or derived role that is written before, where no period tells them apart."""
    for kind in ("referral_rule", "coordination", "derived_role"):
        first: dict[object, Written[Any]] = {}
        for written in pack.entries(kind):
            other = first.setdefault(known_by(kind, written.entry), written)
            if other is not written:
                values = {"file": other.file, "line": other.line}
                yield Finding(written.file, written.line, "packs.fault.twice", values)


def derived_and_held(pack: Pack) -> Iterator[Finding]:
    """Yields each term of a representative on a seat that the pack says follows from something else."""
    derived = {written.entry.seat for written in pack.derived_role}
    for written in pack.term:
        if written.entry.rank == 0 and written.entry.seat in derived:
            yield Finding(written.file, written.line_of("seat"), "packs.fault.derived_held", {}, "seat")


def by_place(entries: Iterable[Written[P]], place: Callable[[P], object]) -> Iterable[list[Written[P]]]:
    """Returns the entries of each place, in the order they begin."""
    together: dict[object, list[Written[P]]] = defaultdict(list)
    for written in entries:
        together[place(written.entry)].append(written)
    for group in together.values():
        group.sort(key=lambda written: written.entry.from_on)
    return together.values()


def longest(one: Written[P], other: Written[P]) -> Written[P]:
    """Returns the one of two periods that ends last."""
    return one if (one.entry.to_on or date.max) >= (other.entry.to_on or date.max) else other


def in_order(one: Written[P], other: Written[P]) -> tuple[Written[P], Written[P]]:
    """Returns two entries as they are written."""
    return (one, other) if (one.file, one.line) <= (other.file, other.line) else (other, one)


def holder(written: Written[Any]) -> dict[str, object]:
    return {"person": getattr(written.entry, "person", None), "file": written.file, "line": written.line}
