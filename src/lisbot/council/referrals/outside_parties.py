"""Whom a secretariat writes to that never uses lisbot, kept by the secretariat."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import lock, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import EmailIfAny, Line, Name, PartyId, Prefill, SecretariatId
from lisbot.council.core.periods import is_closed
from lisbot.council.enums import REFERRAL_WAITS, OrgKind
from lisbot.council.models import OutsideParty, Referral
from lisbot.council.models.referrals import BY_HAND
from lisbot.council.referrals.kept import count_unanswered, count_waiting, kept_view
from lisbot.council.referrals.referrals import WHOLE
from lisbot.council.referrals.sending import ask_receivers
from lisbot.council.referrals.views import OutsidePartiesView
from lisbot.council.register.outside_parties import add_party, addressee, require_new_party_name
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats


async def get_party_for(act: Act, party_id: int) -> OutsideParty:
    """Returns whom the member's secretariat writes to. Raises NotFound for another's."""
    party = await act.db.get(
        OutsideParty,
        party_id,
        options=[joinedload(OutsideParty.person)],
        with_for_update=lock(act, OutsideParty),
        populate_existing=True,
    )
    if party is None or party.secretariat_id not in secretariats_of(act.by):
        raise NotFound
    act.concerns(f"outside_party:{party.id}", f"secretariat:{party.secretariat_id}")
    return party


def require_open(act: Act, party: OutsideParty) -> None:
    """Raises Conflict for a party that nothing goes to any more."""
    if is_closed(party, act.today):
        raise Conflict("party_is_closed", name=party.name)


async def list_outside_party(act: Act) -> OutsidePartiesView:
    """See whom your secretariat writes to outside lisbot, and who receives cases that are sent on.

    Returns OutsidePartiesView.
    """
    return await kept_view(act)


async def create_prefill(act: Act) -> Prefill:
    return Prefill(values={"org_kind": OrgKind.OTHER}, choices={"secretariat_id": await own_secretariats(act)})


async def create(
    act: Act,
    *,
    name: Name,
    org_kind: OrgKind,
    email: EmailIfAny = "",
    contact: Line = "",
    secretariat_id: SecretariatId | None = None,
) -> OutsidePartiesView:
    """Bring in somebody whom your secretariat writes to and who never uses lisbot: a meeting of directors, an
    authority.

    Returns OutsidePartiesView. Raises Conflict for a name that is there.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    await add_party(act, secretariat.id, name, org_kind, email or "", contact)
    act.did(name=name)
    return await kept_view(act)


async def edit_prefill(act: Act, *, party_id: PartyId) -> Prefill:
    party = await get_party_for(act, party_id)
    require_open(act, party)
    values = {"name": party.name, "org_kind": party.kind, "email": party.address or "", "contact": party.contact}
    return Prefill(about=party.name, values=values, is_saved=True)


async def edit(
    act: Act, *, party_id: PartyId, name: Name, org_kind: OrgKind, email: EmailIfAny = "", contact: Line = ""
) -> OutsidePartiesView:
    """Change whom your secretariat writes to. Where the address is another, what waits for an answer goes there, and
    links that were sent to the former one open nothing.

    Returns OutsidePartiesView.
    """
    party = await get_party_for(act, party_id)
    require_open(act, party)
    await require_new_party_name(act, party.secretariat_id, name, but=party.id)
    was = party.person_id
    party.name, party.kind, party.email, party.contact = name, org_kind, email or None, contact
    party.person_id = await addressee(act, party)
    await act.db.flush()
    await act.db.refresh(party, ["person"])
    if party.person_id is not None and party.person_id != was:
        await send_again(act, party)
    act.did(name=name)
    return await kept_view(act)


async def send_again(act: Act, party: OutsideParty) -> None:
    """Send what waits for a party's answer to whoever reads its mail now."""
    query = (
        select(Referral)
        .where(Referral.to_party_id == party.id, Referral.state.in_(REFERRAL_WAITS))
        .options(*WHOLE)
        .order_by(Referral.id)
    )
    for referral in await act.db.scalars(query):
        if referral.is_to_hand_over:
            referral.sent = {**referral.sent, BY_HAND: False}
        await ask_receivers(act, referral)


async def close_prefill(act: Act, *, party_id: PartyId) -> Prefill:
    party = await get_party_for(act, party_id)
    require_open(act, party)
    return Prefill(about=party.name)


async def close(act: Act, *, party_id: PartyId) -> OutsidePartiesView:
    """Say that nothing goes to a party any more. What was sent there stays, what waits for it waits until it is
    withdrawn or goes on, and what it has asked is replied to.

    Returns OutsidePartiesView.
    """
    party = await get_party_for(act, party_id)
    require_open(act, party)
    waiting = (await count_waiting(act, [party.id])).get(party.id, 0)
    act.ask_first("party_closes", name=party.name)
    if waiting:
        act.ask_first("party_has_waiting", count=waiting)
    if unanswered := await count_unanswered(act, party):
        act.ask_first("party_has_asked", count=unanswered)
    party.closed_on = act.today
    await act.db.flush()
    act.did(name=party.name)
    return await kept_view(act)
