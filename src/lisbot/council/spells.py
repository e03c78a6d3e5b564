"""Terms and posts in a pack beside those in the register: who comes, who goes, and when.

History stays as it was recorded. A seat that is given to somebody else ends the term before it; a term that
is no longer in the pack is left as it is; an end date that lisbot has recorded is not taken away again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Literal

from lisbot.council.entries import Finding, Pack, StaffEntry, TermEntry, Written, meets
from lisbot.council.models import Staff, Term

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One term or post that comes, changes or ends. `place` is the key of its seat or secretariat."""

    what: Literal["added", "changed", "ended"]
    kind: Literal["term", "staff"]
    place: str
    person: str
    fields: Mapping[str, tuple[Any, Any]]
    row: Any = None


@dataclass
class Line:
    """A term as it will be, and what it comes from: the register, the pack, or both."""

    person: str
    from_on: date
    to_on: date | None
    row: Term | None = None
    written: Written[TermEntry] | None = None
    was: tuple[str, date, date | None] = field(default=("", date.min, None))


def terms(
    pack: Pack, existing: Mapping[tuple[str, int], Sequence[Term]], people: Mapping[int, str], today: date
) -> Iterator[Step | Finding]:
    wanted: dict[tuple[str, int], list[Written[TermEntry]]] = defaultdict(list)
    for written in pack.term:
        wanted[written.entry.seat, written.entry.rank].append(written)
    for (seat, rank), group in wanted.items():
        lines = [
            Line(people[t.person_id], t.from_on, t.to_on, t, was=(people[t.person_id], t.from_on, t.to_on))
            for t in existing.get((seat, rank), ())
        ]
        pending = sorted(group, key=lambda w: w.entry.from_on)
        for match in (same_term, same_person, same_start, newcomer):
            for written in tuple(pending):
                findings = match(written, lines, today)
                if findings is not None:
                    pending.remove(written)
                    yield from findings
        yield from collisions(lines)
        for line in lines:
            yield from step(line, seat, rank)


Matched = list[Finding] | None  # None: this is not how the two belong together


def same_term(written: Written[TermEntry], lines: list[Line], _today: date) -> Matched:
    entry = written.entry
    for line in lines:
        if line.written is None and (line.person, line.from_on) == (entry.person, entry.from_on):
            return settle(line, written)
    return None


def same_person(written: Written[TermEntry], lines: list[Line], _today: date) -> Matched:
    """The same person on the same seat from another date: the date is put right, unless somebody else sat
    there then, which means that the seat was handed over here and not in the pack."""
    entry = written.entry
    for line in lines:
        if line.written or line.person != entry.person:
            continue
        if meets(line.from_on, line.to_on, entry.from_on, entry.to_on):
            before = (entry.from_on, line.from_on - DAY)
            if entry.from_on > line.from_on or not any(
                other is not line and meets(other.from_on, other.to_on, *before) for other in lines
            ):
                line.from_on = entry.from_on
            return settle(line, written)
    return None


def settle(line: Line, written: Written[TermEntry]) -> list[Finding]:
    entry = written.entry
    line.written = written
    if entry.to_on is not None:
        line.to_on = entry.to_on
    elif line.to_on is not None:
        values = {"person": entry.person, "to_on": line.to_on}
        return [Finding(written.file, written.line, "packs.warning.ended_here", values)]
    return []


def same_start(written: Written[TermEntry], lines: list[Line], today: date) -> Matched:
    """Another person where the register has somebody from that very date: the pack was edited in place.
    What has happened is not rewritten, so the newcomer takes over today."""
    entry = written.entry
    for line in list(lines):
        if line.written or line.row is None or line.from_on != entry.from_on:
            continue
        is_over = line.to_on is not None and line.to_on < today
        if is_over or (entry.to_on is not None and entry.to_on < today):
            values = {"person": entry.person, "other": line.person, "from_on": entry.from_on}
            at = written.line_of("person")
            return [Finding(written.file, at, "packs.fault.past_person", values, "person")]
        if line.from_on >= today:
            line.person, line.to_on, line.written = entry.person, entry.to_on, written
        else:
            line.to_on = today - DAY
            lines.append(Line(entry.person, today, entry.to_on, written=written))
        return []
    return None


def newcomer(written: Written[TermEntry], lines: list[Line], _today: date) -> Matched:
    entry = written.entry
    for line in lines:
        if not line.written and line.from_on < entry.from_on <= (line.to_on or date.max):
            line.to_on = entry.from_on - DAY
    lines.append(Line(entry.person, entry.from_on, entry.to_on, written=written))
    return []


def collisions(lines: list[Line]) -> Iterator[Finding]:
    """Two holders of one rank on one day, at least one of whom only the register knows."""
    for one, other in combinations(lines, 2):
        if one.written and other.written and not (one.row or other.row):
            continue  # the pack's own, and said already
        written = other.written or one.written
        if written and meets(one.from_on, one.to_on, other.from_on, other.to_on):
            known = one if written is other.written else other
            values = {"person": known.person, "from_on": known.from_on}
            yield Finding(written.file, written.line_of("from"), "packs.fault.overlap_known", values, "from")


def step(line: Line, seat: str, rank: int) -> Iterator[Step]:
    if line.row is None:
        values = {
            "seat": seat,
            "person": line.person,
            "rank": rank,
            "from_on": line.from_on,
            "to_on": line.to_on,
        }
        yield Step(
            "added", "term", seat, line.person, {name: (None, value) for name, value in values.items()}
        )
        return
    now = {"person": line.person, "from_on": line.from_on, "to_on": line.to_on}
    was = dict(zip(now, line.was, strict=True))
    if diff := {name: (was[name], value) for name, value in now.items() if was[name] != value}:
        yield Step(
            "ended" if set(diff) == {"to_on"} else "changed", "term", seat, line.person, diff, line.row
        )


def staff(pack: Pack, existing: Mapping[tuple[str, str], Sequence[Staff]]) -> Iterator[Step]:
    """Posts at a secretariat: the same person in an overlapping spell is the same post."""
    taken: set[int] = set()
    for written in sorted(pack.staff, key=lambda w: w.entry.from_on):
        entry: StaffEntry = written.entry
        known = [s for s in existing.get((entry.secretariat, entry.person), ()) if s.id not in taken]
        row = next((s for s in known if s.from_on == entry.from_on), None) or next(
            (s for s in known if meets(s.from_on, s.to_on, entry.from_on, entry.to_on)), None
        )
        now: dict[str, Any] = {"post": entry.post, "from_on": entry.from_on, "to_on": entry.to_on}
        if row is None:
            now = {"secretariat": entry.secretariat, "person": entry.person} | now
            diff = {name: (None, value) for name, value in now.items()}
            yield Step("added", "staff", entry.secretariat, entry.person, diff)
            continue
        taken.add(row.id)
        if entry.to_on is None:
            now["to_on"] = row.to_on
        if diff := {
            name: (getattr(row, name), new) for name, new in now.items() if getattr(row, name) != new
        }:
            what: Literal["ended", "changed"] = "ended" if set(diff) == {"to_on"} else "changed"
            yield Step(what, "staff", entry.secretariat, entry.person, diff, row)
