"""The states of a reported change of who holds a seat, of consents, and the moves between them."""

from dataclasses import dataclass

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import ConfirmationState as L
from lisbot.council.enums import ConsentRequestState as R
from lisbot.council.enums import ConsentState as C
from lisbot.council.enums import LegalBasis
from lisbot.council.enums import RegisterImportState as F
from lisbot.council.enums import SeatChangeState as S
from lisbot.council.models import (
    Consent,
    ConsentRequest,
    ConsentText,
    LineConfirmation,
    RegisterImport,
    Seat,
    SeatChange,
)
from lisbot.council.register.known_addresses import has_other_address


def require_known_name(_act: Act, change: SeatChange) -> None:
    """Raises Conflict unless the change names somebody who is in the register under another address."""
    if change.person is None or not has_other_address(change, change.person):
        raise Conflict("no_namesake", name=change.name)


def require_not_in_effect(act: Act, change: SeatChange) -> None:
    """Raises Conflict for a change that has taken effect, or whose day has not come."""
    if change.from_on > act.today:
        raise Conflict("change_to_come", day=change.from_on)
    if change.in_effect_at is not None:
        raise Conflict("change_in_effect", name=change.name or change.seat.role)


SEAT_CHANGE: StateMachine[SeatChange] = StateMachine(
    name="seat_change",
    states=S,
    moves=(
        Move("seat_change.report", (), (S.REPORTED,)),
        Move("seat_change.approve", (S.REPORTED,), (S.APPROVED,), "change_settled"),
        Move("seat_change.approve_namesake", (S.REPORTED,), (S.APPROVED,), "change_settled", guard=require_known_name),
        Move("seat_change.remind", (S.REPORTED,), (), "change_settled"),
        Move("seat_change.send_back", (S.REPORTED,), (S.RETURNED,), "change_settled"),
        Move("seat_change.take_effect", (S.APPROVED,), (), "change_in_effect", require_not_in_effect, offered=False),
    ),
    state_of=lambda _act, change: change.state,
    body_of=lambda change: change.seat.body_id,
    arguments_of=lambda change: {"change_id": change.id},
    values_of=lambda change: {"name": change.name or change.seat.role},
)


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """What somebody is asked to consent to. `newest`: the version of the secretariat's text now."""

    request: ConsentRequest
    text: ConsentText
    secretariat: str
    seat: Seat | None
    newest: int


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """A consent, or another basis, with its text. `is_replaced`: that text counts no more."""

    consent: Consent
    text: ConsentText | None
    is_replaced: bool


def request_state(_act: Act, asked: ConsentAsked) -> R:
    if asked.request.consent_id is not None:
        return R.GIVEN
    if asked.text.version < asked.newest:
        return R.CLOSED
    return R.ASKED if asked.request.answered_at is None else R.DECLINED


def consent_state(act: Act, given: ConsentGiven) -> C:
    consent = given.consent
    if consent.withdrawn_at is not None:
        return C.WITHDRAWN
    if consent.expires_on is not None and consent.expires_on < act.today:
        return C.EXPIRED
    if consent.basis is not LegalBasis.CONSENT:
        return C.OTHER_BASIS
    return C.OUTDATED if given.is_replaced else C.GIVEN


CONSENT_REQUEST: StateMachine[ConsentAsked] = StateMachine(
    name="consent_request",
    states=R,
    moves=(
        Move("consent.ask", (), (R.ASKED,)),
        Move("consent.give", (R.ASKED, R.DECLINED), (R.GIVEN,), "consent_given_already"),
        Move(
            "consent.decline",
            (R.ASKED,),
            (R.DECLINED,),
            {R.DECLINED: "consent_declined_already", R.GIVEN: "consent_given_already"},
        ),
    ),
    state_of=request_state,
    body_of=lambda _asked: 0,
    arguments_of=lambda asked: {"request_id": asked.request.id},
    refusals={R.CLOSED: "consent_text_newer"},
    events=(Event("a newer text is published", (R.ASKED, R.DECLINED), (R.CLOSED,)),),
)
CONSENT: StateMachine[ConsentGiven] = StateMachine(
    name="consent",
    states=C,
    moves=(
        Move("consent.give", (), (C.GIVEN,)),
        Move("consent.record_basis", (), (C.OTHER_BASIS,)),
        Move(
            "consent.withdraw",
            (C.GIVEN, C.OUTDATED),
            (C.WITHDRAWN,),
            {
                C.WITHDRAWN: "consent_withdrawn_already",
                C.EXPIRED: "consent_expired",
                C.OTHER_BASIS: "basis_is_not_consent",
            },
        ),
        Move(
            "consent.end_basis",
            (C.OTHER_BASIS,),
            (C.WITHDRAWN,),
            {C.WITHDRAWN: "consent_withdrawn_already", C.EXPIRED: "consent_expired"},
            offered=False,
        ),
    ),
    state_of=consent_state,
    body_of=lambda _given: 0,
    arguments_of=lambda given: {"consent_id": given.consent.id},
    events=(
        Event("it expires", (C.GIVEN, C.OTHER_BASIS, C.OUTDATED), (C.EXPIRED,)),
        Event("a newer text has taken its place", (C.GIVEN,), (C.OUTDATED,)),
    ),
)


def import_state(row: RegisterImport) -> F:
    """Returns how far a spreadsheet that is brought in has come."""
    if row.undone_at is not None:
        return F.UNDONE
    return F.READ if row.carried_out_at is None else F.CARRIED_OUT


REGISTER_IMPORT: StateMachine[RegisterImport] = StateMachine(
    name="register_import",
    states=F,
    moves=(
        Move("register_import.upload", (), (F.READ,)),
        Move("register_import.answer", (F.READ,), (), "import_settled"),
        Move("register_import.carry_out", (F.READ,), (F.CARRIED_OUT,), "import_settled"),
        Move("register_import.undo", (F.CARRIED_OUT,), (F.UNDONE,), "import_not_undone"),
    ),
    state_of=lambda _act, row: import_state(row),
    body_of=lambda _row: NO_BODY,
    arguments_of=lambda row: {"import_id": row.id},
    values_of=lambda row: {"name": row.file_name},
)


@dataclass(frozen=True, slots=True)
class ConfirmationAsked:
    """What somebody in the line of management is asked, and about which change."""

    confirmation: LineConfirmation
    change: SeatChange


def confirmation_state(_act: Act, asked: ConfirmationAsked) -> L:
    confirmation = asked.confirmation
    if confirmation.answered_at is not None:
        return L.CONFIRMED if confirmation.is_confirmed else L.DENIED
    is_open = confirmation.withdrawn_at is None and asked.change.state is S.REPORTED
    return L.ASKED if is_open else L.CLOSED


def require_unsettled(_act: Act, asked: ConfirmationAsked) -> None:
    """Raises Conflict once the change is settled: what was answered stands."""
    if asked.change.state is not S.REPORTED:
        raise Conflict("confirmation_closed")


LINE_CONFIRMATION: StateMachine[ConfirmationAsked] = StateMachine(
    name="line_confirmation",
    states=L,
    moves=(
        Move("seat_change.report", (), (L.ASKED,)),
        Move(
            "line_confirmation.confirm",
            (L.ASKED, L.DENIED),
            (L.CONFIRMED,),
            "confirmation_given_already",
            guard=require_unsettled,
        ),
        Move(
            "line_confirmation.deny",
            (L.ASKED, L.CONFIRMED),
            (L.DENIED,),
            "confirmation_denied_already",
            guard=require_unsettled,
        ),
    ),
    state_of=confirmation_state,
    body_of=lambda asked: asked.change.seat.body_id,
    arguments_of=lambda asked: {"confirmation_id": asked.confirmation.id},
    refusals={L.CLOSED: "confirmation_closed"},
    events=(Event("the change is settled", (L.ASKED,), (L.CLOSED,)),),
)
