"""What the register's commands return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    Authority,
    ChangeGap,
    CompositionKind,
    ConfirmationState,
    ConsentRequestState,
    ConsentStanding,
    ConsentState,
    DerivedFrom,
    FindingKind,
    Lang,
    LegalBasis,
    Majority,
    OrgKind,
    Post,
    Quorum,
    RegisterImportState,
    SeatChangeState,
    Standing,
    TieRule,
)


@dataclass(frozen=True, slots=True)
class BodyRef:
    """A body by name. `may_view`: whether the viewer may see more of it than its agendas."""

    id: int
    name: str
    region: str = ""
    may_view: bool = True


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SeatOnDay:
    """A seat and whoever holds it on one day. `deputies` stand in their order."""

    id: int
    role: str
    standing: Standing
    chairs: bool
    organisation_id: int
    organisation: str
    organisation_kind: OrgKind
    holder: PersonRef | None
    deputies: tuple[PersonRef, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.role}, {self.organisation}"

    @property
    def speaker(self) -> PersonRef | None:
        """Whoever speaks for the seat that day: its holder, or while it has none its first deputy."""
        return self.holder or next(iter(self.deputies), None)


@dataclass(frozen=True, slots=True)
class BodyRules:
    """A body's mandate and rules. None is "not set". Days are before the meeting; those of the minutes after."""

    authority: Authority
    mandate_by: str | None
    mandate_on: date | None
    meetings_per_year: int | None
    quorum: Quorum | None
    majority: Majority | None
    tie_rule: TieRule | None
    secret_minimum: int | None
    escalates_to: str | None
    call_days: int | None
    deadline_days: int | None
    notice_days: int | None
    minutes_days: int | None


@dataclass(frozen=True, slots=True)
class SeatSettings:
    """A seat as the secretariat keeps it. `holder`: "" for nobody; `since`: from when they hold it."""

    id: int
    role: str
    organisation: str
    standing: Standing
    chairs: bool
    specialty: str
    credentials: tuple[str, ...]
    holder: str
    holder_id: int | None
    deputies: tuple[str, ...]
    abolished_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BodySettingsView:
    """A body as the secretariat keeps it: what it is, its mandate, its rules, its seats.

    template          the template that its rules come from; "" for none
    is_template_newer whether that was changed since
    """

    body: BodyRef
    secretariat: str
    kind: str
    lang: Lang
    rules: BodyRules
    mandate_text: str
    legal_basis: str
    place: str
    link: str
    hours: tuple[time | None, time | None]
    closed_on: date | None
    template: str
    is_template_newer: bool
    seats: tuple[SeatSettings, ...]
    actions: tuple[AllowedAction, ...]


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


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term of a seat. Rank 0 represents; rank n is deputy no. n.

    `email` is None where the viewer may not see it, and "" where there is none.
    """

    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None
    email: str | None


@dataclass(frozen=True, slots=True)
class SeatHistory:
    """A seat with everybody who has held it. `vacant_from`: the first day from today on when nobody represents."""

    id: int
    role: str
    organisation: str
    standing: Standing
    vacant_from: date | None
    terms: tuple[TermLine, ...]
    actions: tuple[AllowedAction, ...]

    @property
    def name(self) -> str:
        return f"{self.role}, {self.organisation}"


@dataclass(frozen=True, slots=True)
class SeatChangeRef:
    """A reported change that waits for an answer. No name: nobody follows. `replaces`: who holds it until then."""

    id: int
    seat: str
    rank: int
    name: str
    replaces: str
    from_on: date


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A body's seats with everybody who has held them, and the changes that wait for an answer.

    `people`: those who hold a seat or will, for whoever keeps the register.
    """

    body: BodyRef
    on: date
    seats: tuple[SeatHistory, ...]
    changes: tuple[SeatChangeRef, ...]
    people: tuple[PersonRef, ...]


@dataclass(frozen=True, slots=True)
class KnownHolder:
    """Somebody who holds a seat on a day, by what is or was known. Rank 0 represents; rank n is deputy no. n."""

    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class SeatLookBack:
    """Who holds a seat on a day: `then` by what was known at a moment, `now` by what is known today."""

    id: int
    role: str
    organisation: str
    standing: Standing
    chairs: bool
    then: tuple[KnownHolder, ...]
    now: tuple[KnownHolder, ...]

    @property
    def differs(self) -> bool:
        """Whether the two name others, or in another order."""
        then, now = ([(each.person_id, each.rank) for each in held] for held in (self.then, self.now))
        return then != now


@dataclass(frozen=True, slots=True)
class LookBackView:
    """Who sat in a body on a day. `known_on`: at the end of which day the former knowledge was known."""

    body: BodyRef
    on: date
    known_on: date
    seats: tuple[SeatLookBack, ...]


@dataclass(frozen=True, slots=True)
class TermRecord:
    """A term as it is known: `id` is None for what was known before and is known no longer.

    known_by     who recorded it so, for whoever may read the log; "" where that is not known
    known_until  when something else became known, and `corrected_by` by whom
    """

    id: int | None
    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None
    known_since: datetime
    known_by: str = ""
    known_until: datetime | None = None
    corrected_by: str = ""
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class TermsView:
    """The terms of a seat as they are known, and what was known of them before, the latest first."""

    body: BodyRef
    seat_id: int
    seat: str
    standing: Standing
    vacant_from: date | None
    derived_from: DerivedFrom | None
    terms: tuple[TermRecord, ...]
    former: tuple[TermRecord, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody in the register, as they are known there."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ReportedDeputy:
    """A deputy who is reported together with a change, and that report."""

    change_id: int
    rank: int
    name: str
    email: str
    state: SeatChangeState


@dataclass(frozen=True, slots=True)
class Credential:
    """What a seat asks of its holder, and when it was declared; None where it was not."""

    name: str
    declared_on: date | None


@dataclass(frozen=True, slots=True)
class ConfirmationLine:
    """Who in the line of management is asked about a change, and what they have answered, where."""

    name: str
    email: str
    state: ConfirmationState
    asked_at: datetime
    answered_at: datetime | None
    via: str
    reason: str


@dataclass(frozen=True, slots=True)
class LineConfirmationView:
    """A reported change as whoever approved it in the line of management is asked about it. No name: nobody follows."""

    id: int
    body: str
    seat: str
    rank: int
    name: str
    from_on: date
    deputies: tuple[str, ...]
    credentials: tuple[str, ...]
    anchored_by: str
    reported_by: str
    state: ConfirmationState
    reason: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class SeatChangeView:
    """A report that somebody takes over a seat, or that nobody follows: then without name and address.

    replaces   who has it until then; "" for nobody
    known      who in the register may be meant, for those who settle it: somebody under another name or address
    part_of    the report that it came together with, where that is another
    is_past    whether it was to begin before the day it was reported
    consent    how it stands with the newcomer's consent to be named in public; None where there is nothing to ask
    gaps       what is missing before it should be approved
    """

    id: int
    body: BodyRef
    seat_id: int
    seat: str
    rank: int
    name: str
    email: str
    replaces: str
    known: KnownPerson | None
    from_on: date
    anchored_by: str
    state: SeatChangeState
    reason: str | None
    reported_by: str
    actions: tuple[AllowedAction, ...]
    on_behalf_of: str = ""
    is_past: bool = False
    part_of: int | None = None
    deputies: tuple[ReportedDeputy, ...] = ()
    credentials: tuple[Credential, ...] = ()
    confirmation: ConfirmationLine | None = None
    consent: ConsentStanding | None = None
    gaps: tuple[ChangeGap, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomView:
    """A channel or group chat, and the body that is told things there from now on, or is no longer."""

    body: BodyRef
    is_linked: bool


@dataclass(frozen=True, slots=True)
class GoneRoom:
    """A channel or group chat where nothing can be posted any more."""

    id: int
    platform: str
    gone_on: date
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person as they see themselves."""

    id: int
    name: str
    lang: str


@dataclass(frozen=True, slots=True)
class PersonTerm:
    """One term of a person's."""

    body: BodyRef
    seat: str
    rank: int
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account by which a person is known on a platform. `unlinked_at`: since when it opens nothing."""

    id: int
    platform: str
    linked_at: datetime
    unlinked_at: datetime | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class PersonDataView:
    """All that lisbot knows about somebody.

    counts   by part of it (a text key under card.person_data), how many rows there are
    rows     by table, each row as data
    """

    id: int
    name: str
    email: str
    is_own: bool
    at: datetime
    counts: tuple[tuple[str, int], ...]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class PersonRecordView:
    """A person as the secretariat has them in the register.

    addresses      further addresses by which they are known
    former_names   the names they had
    left_on        since when they no longer work at the organisation
    """

    id: int
    name: str
    email: str
    addresses: tuple[str, ...]
    former_names: tuple[str, ...]
    organisation: str
    left_on: date | None
    lang: Lang | None
    terms: tuple[PersonTerm, ...]
    accounts: tuple[LinkedAccount, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """That an account's address was written down. Shown to nobody."""

    platform: str


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """Somebody on a seat whose name and address may be published. Rank 0 represents; rank n is deputy no. n."""

    id: int
    name: str
    email: str
    rank: int
    from_on: date


@dataclass(frozen=True, slots=True)
class RosterSeat:
    """A seat as it may be published. `is_held`: whether somebody represents, named or not."""

    id: int
    role: str
    organisation_id: int
    organisation: str
    standing: Standing
    chairs: bool
    specialty: str
    is_held: bool
    people: tuple[RosterPerson, ...] = ()

    @property
    def holder(self) -> RosterPerson | None:
        return next((person for person in self.people if person.rank == 0), None)

    @property
    def deputies(self) -> tuple[RosterPerson, ...]:
        return tuple(person for person in self.people if person.rank)


@dataclass(frozen=True, slots=True)
class BodyRoster:
    """A body's seats as they may be published. `is_published`: whether anybody may read it; `is_indexable`: whether
    search engines may list it."""

    body: BodyRef
    secretariat: str
    mandate_by: str | None
    mandate_on: date | None
    is_published: bool
    is_indexable: bool
    seats: tuple[RosterSeat, ...]
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterView:
    """The roster of one body, or of all that are published (`is_whole`)."""

    on: date
    is_whole: bool
    bodies: tuple[BodyRoster, ...]


@dataclass(frozen=True, slots=True)
class ConsentQuestion:
    """A text that somebody is asked to consent to, in their language, for a seat. `former_until`: until when what they
    consented to before counts."""

    request_id: int
    secretariat: str
    words: str
    version: int
    seat: str
    state: ConsentRequestState
    months: int | None
    former_until: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent, or another basis, for publishing somebody's name. `words`: the exact text they consented to, or why
    another basis holds."""

    id: int
    secretariat: str
    basis: LegalBasis
    words: str
    version: int | None
    lang: str
    state: ConsentState
    given_at: datetime
    given_via: str
    given_ref: str
    expires_on: date | None
    withdrawn_at: datetime | None
    withdrawn_via: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What somebody is asked to consent to, and what they have consented to, as they see it themselves."""

    name: str
    email: str
    questions: tuple[ConsentQuestion, ...]
    given: tuple[ConsentLine, ...]


@dataclass(frozen=True, slots=True)
class PersonConsent:
    """On which basis the name of somebody with a seat may be published, and since when or until when."""

    person: PersonRef
    seat: str
    rank: int
    state: ConsentStanding
    basis: LegalBasis | None
    since: datetime | None
    expires_on: date | None
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class ConsentsView:
    """On which basis the names of those with a seat in a body may be published. `version`: of the text that people are
    asked; None where there is none."""

    body: BodyRef
    version: int | None
    people: tuple[PersonConsent, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class ConsentTextVersion:
    """One version of the text that people are asked to consent to, in each language."""

    version: int
    nb: str
    nn: str
    en: str
    made_at: datetime
    former_until: date | None
    months: int | None


@dataclass(frozen=True, slots=True)
class ConsentTextView:
    """The text that a body's people are asked to consent to, the newest version first."""

    body: BodyRef
    secretariat: str
    versions: tuple[ConsentTextVersion, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class CompositionFinding:
    """Something that is not as it should be in a body's composition. What does not belong to its kind is left out.

    words         the credential, the specialty, the role, or from where somebody is preferably
    count, number how many there are, and how many there should be
    on            from which day
    is_enforced   whether the body enforces the rule that says so
    """

    kind: FindingKind
    seat_id: int | None = None
    seat: str = ""
    name: str = ""
    organisation: str = ""
    words: str = ""
    count: int | None = None
    number: int | None = None
    on: date | None = None
    is_enforced: bool = False


@dataclass(frozen=True, slots=True)
class CompositionRuleLine:
    """What is asked of a body's composition."""

    id: int
    kind: CompositionKind
    organisation_id: int | None
    organisation: str
    role: str
    number: int | None
    words: str
    source: str
    is_enforced: bool
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class CompositionView:
    """What is not as it should be in a body's composition, the worst first, and what is asked of it."""

    body: BodyRef
    on: date
    findings: tuple[CompositionFinding, ...]
    rules: tuple[CompositionRuleLine, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class BodyHealth:
    """How a body is composed: how much is amiss, and how many times what."""

    body: BodyRef
    weight: int
    counts: tuple[tuple[FindingKind, int], ...]
    is_enforced: bool


@dataclass(frozen=True, slots=True)
class CompositionsView:
    """How bodies are composed, the worst first. `finding`: only those where that is so, of `total` bodies."""

    on: date
    finding: FindingKind | None
    total: int
    bodies: tuple[BodyHealth, ...]


@dataclass(frozen=True, slots=True)
class CoordinationPeriod:
    """From when to when a secretariat runs a body. `is_in_effect`: whether it took over on its day."""

    secretariat: str
    from_on: date
    to_on: date | None
    is_in_effect: bool


@dataclass(frozen=True, slots=True)
class DerivedSeat:
    """A seat that follows from something else. `holders`: who holds it from today on, from when to when."""

    id: int
    seat: str
    derived_from: DerivedFrom
    holders: tuple[tuple[str, date, date | None], ...]


@dataclass(frozen=True, slots=True)
class CoordinationView:
    """Which secretariat runs a body from when, and the body's seats that follow from something else."""

    body: BodyRef
    on: date
    secretariat: str
    periods: tuple[CoordinationPeriod, ...]
    seats: tuple[DerivedSeat, ...]
    actions: tuple[AllowedAction, ...]
