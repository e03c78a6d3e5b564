"""Who receives what a body sends on and what it sends out is the body's own, whichever secretariat runs it."""

from sqlalchemy import ColumnElement, select, union, update

from lisbot.council.core.context import Act
from lisbot.council.core.periods import is_closed, not_over
from lisbot.council.enums import REFERRAL_WAITS
from lisbot.council.models import DistributionLine, OutsideParty, Referral, ReferralRule


async def hand_over_receivers(act: Act, body_id: int, secretariat_id: int) -> None:
    """Let another secretariat keep the rules and lines of a body from now on. Whom they name outside lisbot it writes
    to itself, as it knows them already or as the former one did; and so to those whose answers the body waits for. What
    has ended stays as it was."""
    await act.db.execute(
        update(ReferralRule).where(ReferralRule.body_id == body_id).values(secretariat_id=secretariat_id)
    )
    for party in await read_parties(act, body_id, secretariat_id):
        kept = await keep_party(act, party, secretariat_id)
        moved = [
            update(ReferralRule).where(ReferralRule.body_id == body_id, ReferralRule.to_party_id == party.id),
            update(DistributionLine).where(*lines_to_come(act, body_id), DistributionLine.to_party_id == party.id),
        ]
        if kept.person_id == party.person_id:  # an answer is still that of whoever was asked
            moved.append(update(Referral).where(*waits(body_id), Referral.to_party_id == party.id))
        for statement in moved:
            await act.db.execute(statement.values(to_party_id=kept.id))


def lines_to_come(act: Act, body_id: int) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions of a body's lines that have not ended."""
    return DistributionLine.body_id == body_id, not_over(DistributionLine, act.today)


def waits(body_id: int) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions of what a body sent on and has no answer to."""
    return Referral.from_body_id == body_id, Referral.state.in_(REFERRAL_WAITS)


async def read_parties(act: Act, body_id: int, secretariat_id: int) -> list[OutsideParty]:
    """Returns the parties of other secretariats' that a body's rules, lines and waiting cases name."""
    named = union(
        select(ReferralRule.to_party_id).where(ReferralRule.body_id == body_id),
        select(DistributionLine.to_party_id).where(*lines_to_come(act, body_id)),
        select(Referral.to_party_id).where(*waits(body_id)),
    )
    query = select(OutsideParty).where(OutsideParty.id.in_(named), OutsideParty.secretariat_id != secretariat_id)
    return list(await act.db.scalars(query.order_by(OutsideParty.id)))


async def keep_party(act: Act, party: OutsideParty, secretariat_id: int) -> OutsideParty:
    """Returns a party as a secretariat writes to it: the one of that name, or one like it, open if that is."""
    query = select(OutsideParty).where(OutsideParty.secretariat_id == secretariat_id, OutsideParty.name == party.name)
    kept: OutsideParty | None = await act.db.scalar(query)
    if kept is None:
        same = {name: getattr(party, name) for name in ("name", "kind", "email", "contact", "lang", "person_id")}
        kept = OutsideParty(secretariat_id=secretariat_id, closed_on=party.closed_on, **same)
        act.db.add(kept)
        await act.db.flush()
    elif not is_closed(party, act.today):
        kept.closed_on = None
    return kept
