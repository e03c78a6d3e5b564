"""Comparing the terms and posts of a pack with those in the register: who comes, who goes, and when.

History stays as it was recorded. A seat that is given to somebody else ends the term before it; a term that
is no longer in the pack is left as it is; an end date that lisbot has recorded is not taken away again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from lisbot.council.core.periods import overlap
from lisbot.council.models import Staff, Term
from lisbot.packs.schema import Finding, Pack, StaffEntry, TermEntry, Written

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PeriodChange:
    """One term or post that comes, changes or ends. `place` is the key of its seat or secretariat."""

    what: Literal["added", "changed", "ended"]
    kind: Literal["term", "staff"]
    place: str
    person: str
    fields: Mapping[str, tuple[Any, Any]]
    row: Any = None


@dataclass
class PlannedTerm:
    """A term as it will be, and what it comes from: the register (`row`), the pack (`written`), or both.

    `was`: the person and the dates that the register has.
    """

    person: str
    from_on: date
    to_on: date | None
    row: Term | None = None
    written: Written[TermEntry] | None = None
    was: tuple[str, date, date | None] = field(default=("", date.min, None))

    def overlaps(self, from_on: date, to_on: date | None) -> bool:
        return overlap(self.from_on, self.to_on, from_on, to_on)


class Free:
    """The planned terms that no entry of the pack is about yet, by person and by the day they begin."""

    def __init__(self, planned: Iterable[PlannedTerm]) -> None:
        self.terms = [term for term in planned if term.written is None]
        self.of_person: dict[str, list[PlannedTerm]] = defaultdict(list)
        self.from_day: dict[date, list[PlannedTerm]] = defaultdict(list)
        for term in self.terms:
            self.of_person[term.person].append(term)
            self.from_day[term.from_on].append(term)


def compare_terms(
    pack: Pack, existing: Mapping[tuple[str, int], Sequence[Term]], people: Mapping[int, str], today: date
) -> Iterator[PeriodChange | Finding]:
    """Yields the changes of the pack's terms, and what is wrong with them.

    `existing`: the register's by seat and rank; `people`: the key of each person by id.
    """
    wanted: dict[tuple[str, int], list[Written[TermEntry]]] = defaultdict(list)
    for written in pack.term:
        wanted[written.entry.seat, written.entry.rank].append(written)
    for (seat, rank), group in wanted.items():
        planned = [
            PlannedTerm(people[t.person_id], t.from_on, t.to_on, t, was=(people[t.person_id], t.from_on, t.to_on))
            for t in existing.get((seat, rank), ())
        ]
        pending = sorted(group, key=lambda w: w.entry.from_on)
        for match in (match_same_term, match_same_person, match_same_start, add_newcomer):
            free = Free(planned)
            left = []
            for written in pending:
                findings = match(written, planned, free, today)
                if findings is None:
                    left.append(written)
                else:
                    yield from findings
            pending = left
        yield from collisions(planned)
        for term in planned:
            yield from term_changes(term, seat, rank)


Matched = list[Finding] | None  # None: this is not how the entry and the register belong together


def match_same_term(written: Written[TermEntry], _planned: list[PlannedTerm], free: Free, _today: date) -> Matched:
    """Match the same person from the same date."""
    entry = written.entry
    for term in free.of_person[entry.person]:
        if term.written is None and term.from_on == entry.from_on:
            return assign(term, written)
    return None


def match_same_person(written: Written[TermEntry], planned: list[PlannedTerm], free: Free, _today: date) -> Matched:
    """Match the same person on the same seat from another date: the date is put right.

    Unless somebody else sat there then, which means that the seat was handed over in lisbot and not in the pack.
    """
    entry = written.entry
    for term in free.of_person[entry.person]:
        if term.written or not term.overlaps(entry.from_on, entry.to_on):
            continue
        before = (entry.from_on, term.from_on - DAY)
        if entry.from_on > term.from_on or not any(other is not term and other.overlaps(*before) for other in planned):
            term.from_on = entry.from_on
        return assign(term, written)
    return None


def assign(term: PlannedTerm, written: Written[TermEntry]) -> list[Finding]:
    """Give a term of the register its entry in the pack. Returns a warning where lisbot has ended it meanwhile."""
    entry = written.entry
    term.written = written
    if entry.to_on is not None:
        term.to_on = entry.to_on
    elif term.to_on is not None:
        values = {"person": entry.person, "to_on": term.to_on}
        return [Finding(written.file, written.line, "packs.warning.ended_here", values)]
    return []


def match_same_start(written: Written[TermEntry], planned: list[PlannedTerm], free: Free, today: date) -> Matched:
    """Match another person from the very date of somebody in the register: the pack was edited in place.

    What has happened is not rewritten, so that the newcomer takes over today.
    """
    entry = written.entry
    for term in free.from_day[entry.from_on]:
        if term.written or term.row is None:
            continue
        is_over = term.to_on is not None and term.to_on < today
        if is_over or (entry.to_on is not None and entry.to_on < today):
            values = {"person": entry.person, "other": term.person, "from_on": entry.from_on}
            at = written.line_of("person")
            return [Finding(written.file, at, "packs.fault.past_person", values, "person")]
        if term.from_on >= today:
            term.person, term.to_on, term.written = entry.person, entry.to_on, written
        else:
            term.to_on = today - DAY
            planned.append(PlannedTerm(entry.person, today, entry.to_on, written=written))
        return []
    return None


def add_newcomer(written: Written[TermEntry], planned: list[PlannedTerm], free: Free, _today: date) -> Matched:
    """Add a term that the register has nothing of, and end the one it takes over from."""
    entry = written.entry
    for term in free.terms:
        if not term.written and term.from_on < entry.from_on <= (term.to_on or date.max):
            term.to_on = entry.from_on - DAY
    planned.append(PlannedTerm(entry.person, entry.from_on, entry.to_on, written=written))
    return []


def collisions(planned: list[PlannedTerm]) -> Iterator[Finding]:
    """Yields two holders of one rank on one day, at least one of whom only the register knows."""
    known: PlannedTerm | None = None  # of the register's, the term that lasts longest
    new: PlannedTerm | None = None  # of the pack's own, whose overlaps reading it has found
    for term in sorted(planned, key=lambda term: term.from_on):
        for other in (known, new if term.row else None):
            written = other and (term.written or other.written)
            if other and written and other.overlaps(term.from_on, term.to_on):
                first = other if written is term.written else term
                values = {"person": first.person, "from_on": first.from_on}
                yield Finding(written.file, written.line_of("from"), "packs.fault.overlap_known", values, "from")
        if term.row:
            known = lasting(known, term)
        else:
            new = lasting(new, term)


def lasting(one: PlannedTerm | None, other: PlannedTerm) -> PlannedTerm:
    """Returns the one of two terms that ends last."""
    return one if one is not None and (one.to_on or date.max) >= (other.to_on or date.max) else other


def term_changes(term: PlannedTerm, seat: str, rank: int) -> Iterator[PeriodChange]:
    """Yields what a planned term changes in the register, if anything."""
    if term.row is None:
        values = {
            "seat": seat,
            "person": term.person,
            "rank": rank,
            "from_on": term.from_on,
            "to_on": term.to_on,
        }
        yield PeriodChange("added", "term", seat, term.person, {name: (None, value) for name, value in values.items()})
        return
    now = {"person": term.person, "from_on": term.from_on, "to_on": term.to_on}
    was = dict(zip(now, term.was, strict=True))
    if diff := {name: (was[name], value) for name, value in now.items() if was[name] != value}:
        yield PeriodChange(ended_or_changed(diff), "term", seat, term.person, diff, term.row)


def compare_staff(pack: Pack, existing: Mapping[tuple[str, str], Sequence[Staff]]) -> Iterator[PeriodChange]:
    """Yields the changes of the posts at a secretariat: the same person in an overlapping period is the same post."""
    taken: set[int] = set()
    for written in sorted(pack.staff, key=lambda w: w.entry.from_on):
        entry: StaffEntry = written.entry
        known = [s for s in existing.get((entry.secretariat, entry.person), ()) if s.id not in taken]
        row = next((s for s in known if s.from_on == entry.from_on), None) or next(
            (s for s in known if overlap(s.from_on, s.to_on, entry.from_on, entry.to_on)), None
        )
        now: dict[str, Any] = {"post": entry.post, "from_on": entry.from_on, "to_on": entry.to_on}
        if row is None:
            now = {"secretariat": entry.secretariat, "person": entry.person} | now
            diff = {name: (None, value) for name, value in now.items()}
            yield PeriodChange("added", "staff", entry.secretariat, entry.person, diff)
            continue
        taken.add(row.id)
        if entry.to_on is None:
            now["to_on"] = row.to_on
        if diff := {name: (getattr(row, name), new) for name, new in now.items() if getattr(row, name) != new}:
            yield PeriodChange(ended_or_changed(diff), "staff", entry.secretariat, entry.person, diff, row)


def ended_or_changed(diff: Mapping[str, object]) -> Literal["ended", "changed"]:
    return "ended" if set(diff) == {"to_on"} else "changed"
