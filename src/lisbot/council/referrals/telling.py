"""Who is told of what happens to a case that was sent on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force, is_closed
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body, Proposal, Referral, Seat, Staff, Term
from lisbot.council.register.secretariats import staff_of


def facts_of(referral: Referral) -> dict[str, Any]:
    """Returns what each message about a case sent on says of it."""
    return {
        "receiver": referral.receiver_name,
        "sender": referral.sent["sender"],
        "title": referral.sent["title"],
        "number": referral.sent["number"],
    }


async def receivers_of(act: Act, referral: Referral) -> set[int]:
    """Returns the people who take in a case: the secretariat of the body, or whoever reads the party's mail; nobody of
    a party that nothing goes to."""
    if referral.to_body is not None:
        return await staff_of(act, referral.to_body.secretariat_id)
    party = referral.to_party
    assert party is not None
    is_reached = party.address is not None and not is_closed(party, act.today)
    return {party.person_id} if is_reached and party.person_id is not None else set()


async def senders_of(act: Act, referral: Referral) -> set[int]:
    """Returns those at the secretariats of the body that sent a case on and of the one it belongs to."""
    bodies = {referral.from_body_id, referral.case.body_id}
    query = (
        select(Staff.person_id)
        .join(Body, Body.secretariat_id == Staff.secretariat_id)
        .where(Body.id.in_(bodies), in_force(Staff, act.today))
    )
    return set(await act.db.scalars(query))


async def proposers_of(act: Act, referral: Referral) -> set[int]:
    """Returns those who raised a case and still have a seat in its body."""
    seated = (
        select(Term.person_id)
        .join(Seat, Seat.id == Term.seat_id)
        .where(Seat.body_id == referral.case.body_id, in_force(Term, act.today))
    )
    query = select(Proposal.by_id).where(Proposal.case_id == referral.case_id, Proposal.by_id.in_(seated))
    return set(await act.db.scalars(query))


async def tell(act: Act, referral: Referral, kind: str, people: Iterable[int], **facts: Any) -> None:
    """Tell people of a case that was sent on, with what they may see of it."""
    await notify(
        act,
        kind,
        people=people,
        command="referral.show",
        args={"referral_id": referral.id},
        body_id=referral.from_body_id,
        **facts_of(referral),
        **facts,
    )
