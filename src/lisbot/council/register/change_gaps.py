"""What is missing of a reported change before it should be approved: for the secretariat to judge."""

from collections.abc import Iterator, Sequence
from datetime import date

from lisbot.council.core.context import Act
from lisbot.council.enums import ChangeGap, CompositionKind, ConfirmationState, ConsentStanding
from lisbot.council.models import Seat, SeatChange
from lisbot.council.register.composition import read_rules
from lisbot.council.register.consent_bases import COUNTING, current_text, read_standing
from lisbot.council.register.newcomers import is_in_doubt
from lisbot.council.register.seats import SEATED
from lisbot.council.register.views.seat_changes import ConfirmationLine, Credential


async def asked_credentials(act: Act, seat: Seat) -> list[str]:
    """Returns what a seat asks of its holder: its own words, and those of the body's rules. One statement."""
    rules = [rule for _, rule in await read_rules(act, [seat.body_id]) if rule.kind is CompositionKind.CREDENTIAL]
    of_body = [
        rule.words
        for rule in rules
        if rule.organisation_id in (None, seat.organisation_id) and rule.role.casefold() in ("", seat.role.casefold())
    ]
    named = {each.casefold(): each for each in [*of_body, *map(str, seat.credentials)] if each}
    return list(named.values())


async def credentials_of(act: Act, change: SeatChange) -> tuple[Credential, ...]:
    """Returns what the seat asks of a newcomer, each with the date it was declared."""
    if not change.name:
        return ()
    said = {each["credential"]: date.fromisoformat(each["declared_on"]) for each in change.credentials}
    asked = await asked_credentials(act, change.seat) if change.rank == 0 else []
    return tuple(Credential(each, said.get(each)) for each in dict.fromkeys([*asked, *said]))


async def consent_of(act: Act, change: SeatChange) -> ConsentStanding | None:
    """Returns how it stands with a newcomer's consent; None where the secretariat asks for none."""
    seat = change.seat
    if not change.name or seat.standing not in SEATED:
        return None
    consent_text = await current_text(act, seat.body.secretariat_id)
    if consent_text is None:
        return None
    if change.person is None or is_in_doubt(change, change.person):
        return ConsentStanding.NOT_ASKED  # what somebody else has consented to says nothing of the newcomer
    standing = await read_standing(act, seat.body.secretariat_id, {change.person.id}, consent_text)
    return standing[change.person.id][0]


def find_gaps(
    confirmation: ConfirmationLine | None,
    consent: ConsentStanding | None,
    credentials: Sequence[Credential],
) -> Iterator[ChangeGap]:
    """Yields what is missing of a change before it should be approved."""
    if confirmation is not None and confirmation.state is ConfirmationState.ASKED:
        yield ChangeGap.UNCONFIRMED
    if confirmation is not None and confirmation.state is ConfirmationState.DENIED:
        yield ChangeGap.DENIED
    if consent is not None and consent not in COUNTING:
        yield ChangeGap.NO_CONSENT
    if any(each.declared_on is None for each in credentials):
        yield ChangeGap.UNDECLARED


def waits_for_somebody(confirmation: ConfirmationLine | None, consent: ConsentStanding | None) -> bool:
    """Returns whether somebody has not answered who can be reminded."""
    is_asked = confirmation is not None and confirmation.state is ConfirmationState.ASKED
    return is_asked or consent is ConsentStanding.ASKED
