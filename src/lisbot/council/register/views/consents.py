"""Consent, and the public roster that rests on it."""

from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ConsentRequestState, ConsentStanding, ConsentState, LegalBasis, Standing
from lisbot.council.register.views.refs import BodyRef, PersonRef


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
