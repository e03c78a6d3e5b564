"""What a secretariat keeps about whom its cases go to: parties outside lisbot, and who receives what."""

from collections.abc import Collection, Mapping

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.periods import is_closed
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CONSULTATION_OVER, REFERRAL_WAITS
from lisbot.council.models import Consultation, OutsideParty, Referral, ReferralRule, StageStay
from lisbot.council.referrals.receivers import receiver_of
from lisbot.council.referrals.views import OutsidePartiesView, OutsidePartyLine, ReferralRuleLine
from lisbot.texts import sort_key

PARTY_COMMANDS = ("outside_party.edit", "outside_party.close")


async def kept_view(act: Act) -> OutsidePartiesView:
    own = secretariats_of(act.by)
    found = list(await act.db.scalars(parties_of(own)))
    waiting = await count_waiting(act, [party.id for party in found])
    collate = sort_key(act.by.lang)
    found.sort(key=lambda party: (is_closed(party, act.today), collate(party.name)))
    offered = ("outside_party.create", "referral_rule.add") if own else ()
    return OutsidePartiesView(
        parties=tuple(party_line(act, party, waiting.get(party.id, 0)) for party in found),
        rules=await read_rule_lines(act, own),
        actions=tuple(AllowedAction(name) for name in offered if act.allows(name, NO_BODY)),
    )


def parties_of(secretariats: Collection[int]) -> Select[OutsideParty]:
    """Returns the query for whom secretariats write to, with whoever reads their mail."""
    query = select(OutsideParty).where(OutsideParty.secretariat_id.in_(secretariats))
    return query.options(joinedload(OutsideParty.person))


def party_line(act: Act, party: OutsideParty, waiting: int) -> OutsidePartyLine:
    offered = () if is_closed(party, act.today) else PARTY_COMMANDS
    return OutsidePartyLine(
        id=party.id,
        name=party.name,
        kind=party.kind,
        email=party.address or "",
        contact=party.contact,
        closed_on=party.closed_on,
        waiting=waiting,
        actions=tuple(AllowedAction(name, {"party_id": party.id}) for name in offered if act.allows(name, NO_BODY)),
    )


async def count_waiting(act: Act, party_ids: list[int]) -> Mapping[int, int]:
    """Returns how many cases wait for each: for its answer, or at a stage of a process that it has."""
    sent = select(Referral.to_party_id.label("party_id")).where(
        Referral.to_party_id.in_(party_ids), Referral.state.in_(REFERRAL_WAITS)
    )
    held = select(StageStay.party_id).where(StageStay.party_id.in_(party_ids), StageStay.left_at.is_(None))
    waits = union_all(sent, held).subquery()
    query = select(waits.c.party_id, func.count().label("cases")).group_by(waits.c.party_id)
    return {row.party_id: row.cases for row in await act.db.execute(query)}


async def count_unanswered(act: Act, party: OutsideParty) -> int:
    """Returns how many consultations of a party's have not been replied to."""
    is_over = Consultation.state.in_(CONSULTATION_OVER)
    query = select(func.count()).select_from(Consultation).where(Consultation.party_id == party.id, ~is_over)
    return await act.db.scalar(query) or 0


async def read_rule_lines(act: Act, secretariats: Collection[int]) -> tuple[ReferralRuleLine, ...]:
    query = (
        select(ReferralRule)
        .where(ReferralRule.secretariat_id.in_(secretariats))
        .options(joinedload(ReferralRule.body), joinedload(ReferralRule.to_body), joinedload(ReferralRule.to_party))
    )
    collate = sort_key(act.by.lang)
    rules = sorted(
        await act.db.scalars(query),
        key=lambda rule: (rule.body is not None, collate(rule.body.name) if rule.body else (), rule.rank, rule.id),
    )
    return tuple(rule_line(act, rule) for rule in rules)


def rule_line(act: Act, rule: ReferralRule) -> ReferralRuleLine:
    receiver = receiver_of(rule)
    removable = act.allows("referral_rule.remove", NO_BODY)
    return ReferralRuleLine(
        id=rule.id,
        body=rule.body.name if rule.body else "",
        cause=rule.reason,
        level=rule.rank,
        receiver=receiver.name,
        is_closed=receiver.is_closed(act.today),
        actions=(AllowedAction("referral_rule.remove", {"referral_rule_id": rule.id}),) if removable else (),
    )
