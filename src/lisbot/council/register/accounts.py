"""How people are known on the platforms, and where they are reached there."""

from datetime import timedelta

from sqlalchemy import select, update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotAllowed, NotFound
from lisbot.council.core.fields import AccountId, Prefill
from lisbot.council.core.periods import in_force
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Account, Body, Delivery, Person, Seat, Staff, Term
from lisbot.council.register.kept_people import get_person_for, require_no_other_staff
from lisbot.council.register.people import person_record
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.views.people import AccountView, PersonRecordView
from lisbot.texts import text

TOLD_EVERY = timedelta(days=7)
OWN_ADDRESSES = ("web", "cli", "outbox", "mail")  # these are no chat platform, and know no conversations


async def update_address(act: Act, *, service_url: str, conversation_id: str, from_roster: bool = False) -> AccountView:
    """Remember where the member is reached on the platform they write from, and which language it speaks:
    always the newest. What the platform took nothing for is tried again. `from_roster`: a roster has them, and they
    said nothing themselves.

    Raises NotAllowed where the caller does not come from a chat platform, which alone knows its conversations.
    """
    if act.via in OWN_ADDRESSES:
        raise NotAllowed
    await act.db.execute(
        update(Account)
        .where(
            Account.person_id == act.by.id,
            Account.platform == act.via,
            Account.tenant == act.tenant,
            Account.unlinked_at.is_(None),
        )
        .values(
            service_url=service_url,
            conversation_id=conversation_id,
            lang=None if act.by.has_chosen_lang else act.by.lang,
            lost_at=None,
            lost_reason=None,
            seen_at=Account.seen_at if from_roster else act.at,
        )
    )
    return AccountView(act.via)


async def tell_of_refused(act: Act, person_id: int, platform: str) -> None:
    """Tell the secretariats somebody belongs to that they come by an account made anew: once a week, however often
    they try."""
    told = select(Delivery.id).where(
        Delivery.kind == "account_refused",
        Delivery.subject == f"person:{person_id}",
        Delivery.made_at > act.at - TOLD_EVERY,
    )
    if await act.db.scalar(told.limit(1)) is not None:
        return
    of_seats = (
        select(Body.secretariat_id)
        .join(Seat, Seat.body_id == Body.id)
        .join(Term, Term.seat_id == Seat.id)
        .where(Term.person_id == person_id, in_force(Term, act.today))
    )
    own = select(Staff.secretariat_id).where(Staff.person_id == person_id, in_force(Staff, act.today))
    secretariats = set(await act.db.scalars(own)) or set(await act.db.scalars(of_seats))
    person = await act.db.get_one(Person, person_id)
    await notify(
        act,
        "account_refused",
        people=set().union(*[await staff_of(act, each) for each in sorted(secretariats)]) - {person_id},
        command="person.show",
        args={"person_id": person_id},
        name=person.name,
        platform=text(act.by.lang, f"platform.{platform}"),
    )


async def get_account_for(act: Act, account_id: int) -> tuple[Account, Person]:
    """Returns an account and whose it is. Raises NotFound and NotAllowed as for the person."""
    account = await act.db.get(Account, account_id)
    if account is None:
        raise NotFound
    person = await get_person_for(act, account.person_id)
    await act.db.refresh(account)
    return account, person


async def unlink_prefill(act: Act, *, account_id: AccountId) -> Prefill:
    account, person = await get_account_for(act, account_id)
    return Prefill(about=f"{person.name} · {text(act.by.lang, f'platform.{account.platform}')}")


async def unlink(act: Act, *, account_id: AccountId) -> PersonRecordView:
    """Let an account that was made anew take the place of this one: this one opens nothing any more, and is sent
    nothing. The next that shows the person's address is linked.

    Returns PersonRecordView. Raises Conflict for one that is unlinked already.
    """
    account, person = await get_account_for(act, account_id)
    await require_no_other_staff(act, person)
    if account.unlinked_at is not None:
        raise Conflict("account_unlinked_already", name=person.name)
    platform = text(act.by.lang, f"platform.{account.platform}")
    act.ask_first(
        "account_unlinks", name=person.name, platform=platform, day=account.linked_at.astimezone(act.tz).date()
    )
    account.unlinked_at = act.at
    account.conversation_id = account.service_url = account.lang = None
    return await record_account(act, account, person)


async def relink_prefill(act: Act, *, account_id: AccountId) -> Prefill:
    return await unlink_prefill(act, account_id=account_id)


async def relink(act: Act, *, account_id: AccountId) -> PersonRecordView:
    """Let an account that was unlinked by mistake open the register again.

    Returns PersonRecordView. Raises Conflict where another is linked in its place.
    """
    account, person = await get_account_for(act, account_id)
    await require_no_other_staff(act, person)
    in_its_place = select(Account.id).where(
        Account.person_id == person.id,
        Account.platform == account.platform,
        Account.tenant == account.tenant,
        Account.unlinked_at.is_(None),
    )
    if await act.db.scalar(in_its_place.limit(1)) is not None:
        raise Conflict("account_in_its_place", name=person.name)
    if account.unlinked_at is not None:
        platform = text(act.by.lang, f"platform.{account.platform}")
        day = account.unlinked_at.astimezone(act.tz).date()
        act.ask_first("account_relinks", name=person.name, platform=platform, day=day)
    account.unlinked_at = None
    return await record_account(act, account, person)


async def record_account(act: Act, account: Account, person: Person) -> PersonRecordView:
    await act.db.flush()
    view = await person_record(act, person)
    evidence = {name: getattr(account, name) for name in ("platform", "tenant", "external_id")}
    act.concerns(f"person:{person.id}", **evidence)
    return view
