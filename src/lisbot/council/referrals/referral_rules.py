"""Who receives what a secretariat's councils send on: each line of escalation as data."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import lock, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, Line, Number, Prefill, ReferralRuleId, SecretariatId
from lisbot.council.enums import ReferralReason
from lisbot.council.models import Body, OutsideParty, ReferralRule
from lisbot.council.referrals.kept import kept_view
from lisbot.council.referrals.receivers import FIELD, Receiver, in_order, receiver_of
from lisbot.council.referrals.views import OutsidePartiesView
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats
from lisbot.texts import sort_key


async def add_prefill(act: Act) -> Prefill:
    collate = sort_key(act.by.lang)
    own = secretariats_of(act.by)
    bodies = sorted(
        await act.db.scalars(select(Body).where(Body.secretariat_id.in_(own))), key=lambda each: collate(each.name)
    )
    receivers = await read_possible(act, own)
    return Prefill(
        values={"level": 1},
        choices={
            "of_body_id": [(body.id, body.name) for body in bodies],
            FIELD: [(each.key, each.name) for each in receivers],
            "secretariat_id": await own_secretariats(act),
        },
    )


async def read_possible(act: Act, secretariats: Collection[int]) -> list[Receiver]:
    """Returns whom a rule may name: whom the secretariats write to, and every council in lisbot that is open."""
    parties = select(OutsideParty).where(OutsideParty.secretariat_id.in_(secretariats))
    return [each for each in await in_order(act, parties, select(Body)) if not each.is_closed(act.today)]


async def add(
    act: Act,
    *,
    receiver: Line,
    of_body_id: BodyId | None = None,
    cause: ReferralReason | None = None,
    level: Number = 1,
    secretariat_id: SecretariatId | None = None,
) -> OutsidePartiesView:
    """Say who receives what your councils send on: of one council or of all, for one reason or any, first or higher
    up.

    Returns OutsidePartiesView. Raises Conflict for a rule that is there.
    """
    body = None if of_body_id is None else await act.db.get(Body, of_body_id)
    own = secretariats_of(act.by)
    if of_body_id is not None and (body is None or body.secretariat_id not in own):
        raise NotFound
    secretariat = await get_own_secretariat(act, body.secretariat_id if body else secretariat_id)
    possible = await read_possible(act, {secretariat.id})
    found = next((each for each in possible if receiver in (each.key, each.name)), None)
    if found is None:
        raise Invalid("no_such_receiver", field=FIELD)
    if body is not None and found.of is body:
        raise Invalid("referral_to_itself", field=FIELD, body=body.name)
    rule = ReferralRule(
        secretariat_id=secretariat.id,
        body_id=of_body_id,
        reason=cause,
        rank=level,
        to_body_id=found.body.id if found.body else None,
        to_party_id=found.party.id if found.party else None,
    )
    there = select(ReferralRule.id).where(
        ReferralRule.secretariat_id == rule.secretariat_id,
        ReferralRule.body_id.is_not_distinct_from(rule.body_id),
        ReferralRule.reason.is_not_distinct_from(rule.reason),
        ReferralRule.rank == rule.rank,
        ReferralRule.to_body_id.is_not_distinct_from(rule.to_body_id),
        ReferralRule.to_party_id.is_not_distinct_from(rule.to_party_id),
    )
    if await act.db.scalar(there) is not None:
        raise Conflict("referral_rule_is_there")
    act.db.add(rule)
    await act.db.flush()
    act.concerns(f"referral_rule:{rule.id}", f"secretariat:{secretariat.id}")
    act.did(receiver=found.name)
    return await kept_view(act)


async def remove(act: Act, *, referral_rule_id: ReferralRuleId) -> OutsidePartiesView:
    """Take away a rule of who receives what is sent on. What was sent stays. Returns OutsidePartiesView."""
    options = [joinedload(ReferralRule.to_body), joinedload(ReferralRule.to_party)]
    rule = await act.db.get(
        ReferralRule, referral_rule_id, options=options, with_for_update=lock(act, ReferralRule), populate_existing=True
    )
    if rule is None or rule.secretariat_id not in secretariats_of(act.by):
        raise NotFound
    act.concerns(f"referral_rule:{rule.id}", f"secretariat:{rule.secretariat_id}")
    act.did(receiver=receiver_of(rule).name)
    await act.db.delete(rule)
    await act.db.flush()
    return await kept_view(act)
