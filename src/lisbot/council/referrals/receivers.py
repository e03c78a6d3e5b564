"""Who may receive a case that is sent on, and who does by a body's own line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.periods import is_closed
from lisbot.council.enums import ReferralReason
from lisbot.council.models import Body, OutsideParty, ReferralRule
from lisbot.council.register.outside_parties import get_or_add_party
from lisbot.texts import sort_key

FIELD = "receiver"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A body, or a party outside lisbot."""

    of: Body | OutsideParty

    @property
    def key(self) -> str:
        """What it is called in a form: "body-3", "party-7"."""
        return f"{'body' if isinstance(self.of, Body) else 'party'}-{self.of.id}"

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def body(self) -> Body | None:
        return self.of if isinstance(self.of, Body) else None

    @property
    def party(self) -> OutsideParty | None:
        return self.of if isinstance(self.of, OutsideParty) else None

    def is_closed(self, today: date) -> bool:
        return is_closed(self.of, today)


def receiver_of(rule: ReferralRule) -> Receiver:
    found = rule.to_body or rule.to_party
    assert found is not None
    return Receiver(found)


async def read_rules(act: Act, body: Body) -> list[ReferralRule]:
    """Returns the rules for what a body sends on: its own before its secretariat's, the lowest receiver first."""
    query = (
        select(ReferralRule)
        .where(
            ReferralRule.secretariat_id == body.secretariat_id,
            or_(ReferralRule.body_id == body.id, ReferralRule.body_id.is_(None)),
        )
        .options(joinedload(ReferralRule.to_body), joinedload(ReferralRule.to_party).joinedload(OutsideParty.person))
    )
    rules = await act.db.scalars(query)
    return sorted(rules, key=lambda rule: (rule.rank, rule.body_id is None, rule.reason is None, rule.id))


def by_rule(rules: Iterable[ReferralRule], cause: ReferralReason) -> list[Receiver]:
    """Returns who receives what is sent on for a reason, the lowest first; those of the body's own line alone, where
    it has one."""
    fits = [rule for rule in rules if rule.reason in (None, cause)]
    own = [rule for rule in fits if rule.body_id is not None]
    return [receiver_of(rule) for rule in own or fits]


async def read_receivers(act: Act, body: Body, rules: Iterable[ReferralRule]) -> list[Receiver]:
    """Returns all whom a body's secretariat may send a case to: who receives by its rules first, then whom else it
    writes to, then its other councils."""
    ruled = {each.key: each for each in map(receiver_of, rules)}
    parties = select(OutsideParty).where(OutsideParty.secretariat_id == body.secretariat_id)
    bodies = select(Body).where(Body.secretariat_id == body.secretariat_id)
    others = await in_order(act, parties, bodies)
    everybody = ruled | {each.key: each for each in others if each.key not in ruled}
    return [each for each in everybody.values() if each.of is not body]


async def in_order(act: Act, parties: Select[OutsideParty], bodies: Select[Body]) -> list[Receiver]:
    """Returns these as receivers, the parties first, in the order of the member's language."""
    collate = sort_key(act.by.lang)
    outside = sorted(await act.db.scalars(parties), key=lambda each: collate(each.name))
    inside = sorted(await act.db.scalars(bodies), key=lambda each: collate(each.name))
    return [*map(Receiver, outside), *map(Receiver, inside)]


def choices_of(act: Act, receivers: Iterable[Receiver]) -> list[tuple[object, str]]:
    return [(each.key, each.name) for each in receivers if not each.is_closed(act.today)]


async def find_or_add_receiver(
    act: Act, body: Body, rules: Iterable[ReferralRule], given: str, new_party: str, party_email: str
) -> Receiver:
    """Returns whom a case is sent to: the party of a name that was written, which comes in where it is not kept, or
    else whoever was chosen. Asks first where it comes in, and where another was chosen too.

    Raises Invalid where neither is given, and what `find_receiver` and `get_or_add_party` raise.
    """
    if not new_party:
        if not given:
            raise Invalid("receiver_needed", field=FIELD)
        return await find_receiver(act, body, rules, given)
    chosen = await find_receiver(act, body, rules, given) if given else None
    party, is_new = await get_or_add_party(act, body.secretariat_id, new_party, party_email)
    if chosen is not None and chosen.of is not party:
        act.ask_first("referral_written_not_chosen", receiver=party.name, chosen=chosen.name)
    if is_new:
        act.ask_first("new_receiver_comes_in", receiver=party.name)
    return Receiver(party)


async def find_receiver(act: Act, body: Body, rules: Iterable[ReferralRule], given: str) -> Receiver:
    """Returns who is meant, by key or by name. Raises Invalid for nobody, for oneself, and for who is closed."""
    if given in (f"body-{body.id}", body.name):
        raise Invalid("referral_to_itself", field=FIELD, body=body.name)
    everybody = await read_receivers(act, body, rules)
    found = next((each for each in everybody if given == each.key), None)
    found = found or next((each for each in everybody if given.casefold() == each.name.casefold()), None)
    if found is None:
        raise Invalid("no_such_receiver", field=FIELD)
    if found.is_closed(act.today):
        raise Invalid("receiver_is_closed", field=FIELD, receiver=found.name)
    return found
