"""One reading of a spreadsheet beside the register: what it would make, and what is to be asked first.

Nothing that is in the register is changed: what the file says otherwise of it is left out, and said to be.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from lisbot.council.addresses import fold_name
from lisbot.council.core.periods import overlap
from lisbot.council.enums import Standing
from lisbot.council.register.alike_names import ALIKE_PERSON, is_like, plain, sorted_name
from lisbot.council.register.import_columns import SheetRow, UnderstoodSheet, order_slashed
from lisbot.council.register.import_plan import (
    ImportPlan,
    KnownRegister,
    PlannedBody,
    PlannedOrganisation,
    PlannedPerson,
    PlannedSeat,
    PlannedTerm,
    Question,
)
from lisbot.council.register.terms import MAX_RANK

ALIKE_ORGANISATION, ALIKE_BODY = 88, 88  # per cent, from which two names may be one
SAME, OTHER = "same", "other"
DEFAULT_ROLE = "Representant"


class Planner:
    """One reading of a file beside the register. What was answered before is taken; the rest is asked."""

    def __init__(
        self, sheet: UnderstoodSheet, register: KnownRegister, answers: Mapping[str, str], today: date, title: str
    ) -> None:
        self.sheet, self.register, self.answers = sheet, register, answers
        self.today, self.title = today, title
        self.plan = ImportPlan(left_out=list(sheet.left_out))
        self.of_address = {each: id for id, (_, addresses) in register.people.items() for each in addresses}
        self.of_name: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for person_id, (name, _) in register.people.items():
            self.of_name[sorted_name(name)].append(person_id)

    def make(self) -> ImportPlan:
        """Returns the plan."""
        rows = self.settle_dates(self.sheet.rows)
        bodies = self.find_bodies(rows)
        organisations = self.find_organisations(rows)
        rows = [row for row in rows if row.line in bodies]
        people = self.find_people(rows, organisations)
        rows = [row for row in rows if row.line in people]
        self.seat_people(rows, bodies, organisations, people)
        self.plan.bodies = list({id(each): each for each in bodies.values()}.values())
        self.plan.organisations = list({id(organisations[r.line]): organisations[r.line] for r in rows}.values())
        self.plan.people = list({id(each): each for each in people.values()}.values())
        self.plan.left_out.sort()
        return self.plan

    def ask(self, key: str, kind: str, choices: Sequence[tuple[str, str]], **values: object) -> str:
        """Returns what was answered to a question; "" while it is open."""
        if all(question.key != key for question in self.plan.questions):
            self.plan.questions.append(Question(key, kind, values, choices))
        answer = self.answers.get(key, "")
        return answer if answer in {value for value, _ in choices} else ""

    def leave_out(self, row: SheetRow, why: str) -> None:
        self.plan.left_out.append((row.line, why, row.name))

    def settle_dates(self, rows: Iterable[SheetRow]) -> list[SheetRow]:
        """Returns the rows whose dates are clear, with dates in ISO 8601 or none."""
        rows = [SheetRow(**vars(row)) for row in rows]
        slashed = [said for row in rows for said in (row.from_on, row.to_on) if "/" in said and said[0] != "?"]
        if slashed:
            choices = [("day_first", "day_first"), ("month_first", "month_first")]
            answer = self.ask("date_order", "date_order", choices, example=slashed[0], count=len(slashed))
            for row in rows:
                row.from_on = order_slashed(row.from_on, month_first=answer == "month_first")
                row.to_on = order_slashed(row.to_on, month_first=answer == "month_first")
        odd = [said[1:] for row in rows for said in (row.from_on, row.to_on) if said.startswith("?")]
        skips = False
        if odd:
            choices = [("without", "without_date"), ("skip", "skip_rows")]
            examples = ", ".join(dict.fromkeys(odd[:3]))
            skips = self.ask("bad_dates", "bad_dates", choices, examples=examples, count=len(odd)) == "skip"
        kept = []
        for row in rows:
            is_odd = row.from_on.startswith("?") or row.to_on.startswith("?")
            row.from_on = "" if row.from_on.startswith("?") else row.from_on
            row.to_on = "" if row.to_on.startswith("?") else row.to_on
            begins = row.from_on or self.today.isoformat()
            if is_odd and skips:
                self.leave_out(row, "bad_date")
            elif row.to_on and row.from_on and row.to_on < row.from_on:
                self.leave_out(row, "ends_first")
            else:
                row.from_on = begins if not row.to_on or begins <= row.to_on else row.to_on
                kept.append(row)
        return kept

    def find_bodies(self, rows: Sequence[SheetRow]) -> dict[int, PlannedBody]:
        """Returns the body of each line. Asks which where the file has no column for it."""
        known = {fold_name(name): PlannedBody(name, body_id) for body_id, name in self.register.bodies.items()}
        if "body" not in self.sheet.columns:
            choices = [*((f"body:{body.id}", body.name) for body in known.values()), ("new", self.title)]
            answer = self.ask("which_body", "which_body", choices) if known else "new"
            of_id = {f"body:{body.id}": body for body in known.values()}
            body = of_id.get(answer) or PlannedBody(self.title)
            return {row.line: body for row in rows}
        found: dict[int, PlannedBody] = {}
        for row in rows:
            if not row.body:
                self.leave_out(row, "no_body")
                continue
            folded = fold_name(row.body)
            if folded not in known:
                known[folded] = self.find_alike(row.body, known, "same_body", ALIKE_BODY) or PlannedBody(row.body)
            found[row.line] = known[folded]
        return found

    def find_alike(self, said: str, known: Mapping[str, Any], kind: str, limit: int) -> Any:
        """Returns the thing that a name may be another spelling of, where the answer is that it is."""
        folded = fold_name(said)
        best = max(known, key=lambda name: fuzz.ratio(plain(name), plain(folded)), default=None)
        if best is None or fuzz.ratio(plain(best), plain(folded)) < limit:
            return None
        key = f"{kind}:{folded}:{best}"
        choices = [(SAME, SAME), (OTHER, OTHER)]
        thing = known[best]
        return thing if self.ask(key, kind, choices, said=said, name=thing.name) == SAME else None

    def find_organisations(self, rows: Sequence[SheetRow]) -> dict[int, PlannedOrganisation]:
        """Returns the organisation of each line."""
        known: dict[str, PlannedOrganisation] = {}
        for organisation_id, names in self.register.organisations.items():
            organisation = PlannedOrganisation(names[0], organisation_id)
            for name in names:
                known.setdefault(plain(name), organisation)
        found = {}
        for row in rows:
            folded = plain(row.organisation)
            if folded not in known:
                alike = self.find_alike(row.organisation, known, "same_organisation", ALIKE_ORGANISATION)
                known[folded] = alike or PlannedOrganisation(row.organisation)
            found[row.line] = known[folded]
        return found

    def find_people(
        self, rows: Sequence[SheetRow], organisations: Mapping[int, PlannedOrganisation]
    ) -> dict[int, PlannedPerson]:
        """Returns who each line is about: one person however often they stand there, and however they are spelt. Lines
        whose address is somebody else's are left out."""
        by_email: dict[str, PlannedPerson] = {}
        by_name: dict[tuple[str, ...], list[PlannedPerson]] = defaultdict(list)
        found: dict[int, PlannedPerson] = {}
        for row in sorted(rows, key=lambda row: not row.email):  # those with an address first: they are sure
            organisation = organisations[row.line]
            person = by_email.get(row.email) if row.email else None
            if person is not None and not is_like(row.name, person.name) and not self.is_same_person(row, person):
                self.leave_out(row, "address_taken")
                continue
            if person is None:
                person = self.find_by_name(row, organisation, by_name)
            if person is None:
                person = PlannedPerson(row.name, row.email, row.language, organisation)
                by_name[sorted_name(row.name)].append(person)
            if row.email:
                by_email[row.email] = person
                person.email = person.email or row.email
            person.language = person.language or row.language
            person.organisations.add(organisation.name)
            found[row.line] = person
        taken = [each for each in unique(found.values()) if not self.find_in_register(each, by_email)]
        for row in rows:
            if any(found.get(row.line) is each for each in taken):
                self.leave_out(row, "address_taken")
                del found[row.line]
        return found

    def find_by_name(
        self,
        row: SheetRow,
        organisation: PlannedOrganisation,
        by_name: Mapping[tuple[str, ...], Sequence[PlannedPerson]],
    ) -> PlannedPerson | None:
        """Returns who of the file has this name, or, where the answer is that it is the same, one like it."""
        name = sorted_name(row.name)
        for person in by_name.get(name, ()):
            if not row.email or not person.email or self.is_same_person(row, person):
                return person
        if row.email:
            return None
        for other, people in by_name.items():
            if other == name or fuzz.ratio(" ".join(other), " ".join(name)) < ALIKE_PERSON:
                continue
            for person in people:
                if organisation.name in person.organisations and self.is_same_person(row, person):
                    return person
        return None

    def is_same_person(self, row: SheetRow, person: PlannedPerson) -> bool:
        key = f"same_person:{fold_name(row.name)}:{row.email}:{fold_name(person.name)}:{person.email}"
        said = f"{row.name} ({row.email})" if row.email else row.name
        name = f"{person.name} ({person.email})" if person.email else person.name
        return self.ask(key, "same_person", [(SAME, SAME), (OTHER, OTHER)], said=said, name=name) == SAME

    def find_in_register(self, person: PlannedPerson, by_email: Mapping[str, PlannedPerson]) -> bool:
        """Find out whether somebody is in the register already: by an address, or by name where the answer is so.
        Returns False where an address of theirs is somebody else's there."""
        for email in sorted(email for email, each in by_email.items() if each is person):
            if email in self.of_address:
                known_id = self.of_address[email]
                name = self.register.people[known_id][0]
                if not is_like(person.name, name) and not self.is_known(person, known_id, email):
                    return False
                person.id, person.name = known_id, name
                return True
        for person_id in self.of_name.get(sorted_name(person.name), ()):
            if self.is_known(person, person_id, person.email):
                person.id = person_id
                break
        return True

    def is_known(self, person: PlannedPerson, known_id: int, email: str) -> bool:
        """Returns whether the answer is that somebody of the file is one of the register."""
        key = f"known_person:{known_id}:{fold_name(person.name)}:{email}"
        said = f"{person.name} ({email})" if email else person.name
        choices = [(SAME, SAME), (OTHER, OTHER)]
        return self.ask(key, "known_person", choices, said=said, name=self.known_as(known_id)) == SAME

    def known_as(self, person_id: int) -> str:
        """Returns what somebody of the register is told apart by: an address, or, where another secretariat keeps them
        too, where they are."""
        name, addresses = self.register.people[person_id]
        if person_id in self.register.elsewhere:
            workplace = self.register.elsewhere[person_id]
            return f"{name} ({workplace})" if workplace else name
        return f"{name} ({min(addresses)})" if addresses else name

    def seat_people(
        self,
        rows: Sequence[SheetRow],
        bodies: Mapping[int, PlannedBody],
        organisations: Mapping[int, PlannedOrganisation],
        people: Mapping[int, PlannedPerson],
    ) -> None:
        """Give each person their seat: representatives first, so that there is one to be deputy for."""
        seats: dict[tuple[int, int], list[PlannedSeat]] = defaultdict(list)
        later = []
        for row in sorted(rows, key=lambda row: (row.rank or 0, row.line)):
            pair = (id(bodies[row.line]), id(organisations[row.line]))
            if pair not in seats:
                seats[pair] = self.known_seats(bodies[row.line], organisations[row.line])
            seat = find_seat(seats[pair], row)
            if seat is None:
                seat = new_seat(row, bodies[row.line], organisations[row.line])
                seats[pair].append(seat)
            term = PlannedTerm(people[row.line], row.rank or 0, date.fromisoformat(row.from_on), to_date(row.to_on))
            if not row.rank and self.is_taken_in_file(seat, term) and not self.holds(seat, term):
                later.append((row, pair, term))
            else:
                self.add_term(row, seat, term)
        if later:
            choices = [("seats", "own_seats"), ("deputies", "deputies")]
            names = ", ".join(row.name for row, _, _ in later[:3])
            answer = self.ask("two_on_seat", "two_on_seat", choices, count=len(later), names=names)
            for row, pair, term in later:
                seat = find_seat(seats[pair], row)
                if answer == "deputies" and seat is not None:
                    term.rank = 1
                    self.add_term(row, seat, term)
                else:
                    own = new_seat(row, bodies[row.line], organisations[row.line])
                    seats[pair].append(own)
                    self.add_term(row, own, term)
        chaired = {seat[0] for seat in self.register.seats if seat[5]}
        for seat in (seat for group in seats.values() for seat in group):
            if seat.id is None and seat.chairs:
                seat.chairs = (seat.body.id or id(seat.body)) not in chaired
                chaired.add(seat.body.id or id(seat.body))
            if seat.id is None or any(not term.is_there for term in seat.terms):
                self.plan.seats.append(seat)

    def known_seats(self, body: PlannedBody, organisation: PlannedOrganisation) -> list[PlannedSeat]:
        """Returns the seats that an organisation has in a body already, with their terms."""
        found = []
        for body_id, organisation_id, role, specialty, seat_id, chairs in self.register.seats:
            if (body_id, organisation_id) == (body.id, organisation.id):
                seat = PlannedSeat(body, organisation, role, specialty, Standing.VOTING, chairs, seat_id)
                for person_id, rank, from_on, to_on in self.register.terms.get(seat_id, ()):
                    person = PlannedPerson("", "", "", None, person_id)
                    seat.terms.append(PlannedTerm(person, rank, from_on, to_on, is_there=True))
                found.append(seat)
        return found

    def is_taken(self, seat: PlannedSeat, term: PlannedTerm) -> bool:
        return any(
            each.rank == term.rank and overlap(each.from_on, each.to_on, term.from_on, term.to_on)
            for each in seat.terms
        )

    def is_taken_in_file(self, seat: PlannedSeat, term: PlannedTerm) -> bool:
        return self.is_taken(replace(seat, terms=[each for each in seat.terms if not each.is_there]), term)

    def holds(self, seat: PlannedSeat, term: PlannedTerm) -> bool:
        """Returns whether somebody has the seat already at some time of a term."""
        return any(
            is_same(each.person, term.person) and overlap(each.from_on, each.to_on, term.from_on, term.to_on)
            for each in seat.terms
        )

    def add_term(self, row: SheetRow, seat: PlannedSeat, term: PlannedTerm) -> None:
        if self.holds(seat, term):
            there = any(each.is_there and is_same(each.person, term.person) for each in seat.terms)
            self.leave_out(row, "there_already" if there else "twice")
            return
        while term.rank and self.is_taken(seat, term):
            term.rank += 1
        if term.rank > MAX_RANK:
            self.leave_out(row, "too_many_deputies")
        elif self.is_taken(seat, term):
            self.leave_out(row, "seat_is_held")
        else:
            seat.terms.append(term)


def is_same(one: PlannedPerson | None, other: PlannedPerson | None) -> bool:
    if one is other:
        return True
    return one is not None and other is not None and one.id is not None and one.id == other.id


def unique(people: Iterable[PlannedPerson]) -> list[PlannedPerson]:
    return list({id(each): each for each in people}.values())


def to_date(said: str) -> date | None:
    return date.fromisoformat(said) if said else None


def find_seat(seats: Sequence[PlannedSeat], row: SheetRow) -> PlannedSeat | None:
    """Returns the seat that a row is about. A row that names no role is about the only one there is."""
    if not row.role and len(seats) == 1:
        return seats[0]
    wanted = (fold_name(row.role or DEFAULT_ROLE), fold_name(row.specialty))
    return next((seat for seat in seats if (fold_name(seat.role), fold_name(seat.specialty)) == wanted), None)


def new_seat(row: SheetRow, body: PlannedBody, organisation: PlannedOrganisation) -> PlannedSeat:
    return PlannedSeat(
        body, organisation, row.role or DEFAULT_ROLE, row.specialty, standing_of(row.standing), row.chairs
    )


def standing_of(said: str) -> Standing:
    """Returns what a seat may do, from what stands in a column about voting."""
    word = fold_name(said)
    if word.startswith("observ"):
        return Standing.OBSERVER
    if word.startswith(("kopi", "copy", "får")):
        return Standing.COPY
    return Standing.NONVOTING if word.startswith(("nei", "no", "uten", "utan", "møte")) else Standing.VOTING
