"""People: what they may set about themselves, and their names, addresses and accounts as the secretariat keeps them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed
from lisbot.council.core.fields import Day, EmailIfAny, Id, Name, PersonId, Prefill
from lisbot.council.core.periods import not_closed, not_over
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    CONSULTATION_OVER,
    REFERRAL_WAITS,
    Lang,
    SeatChangeState,
)
from lisbot.council.models import (
    Account,
    Consultation,
    DistributionLine,
    FormerName,
    Guest,
    LineConfirmation,
    Meeting,
    Organisation,
    OutsideParty,
    Person,
    PersonAddress,
    PersonMerge,
    Referral,
    Seat,
    SeatChange,
    Staff,
    StageStay,
    Term,
)
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.kept_people import get_person_for, is_kept, require_no_other_staff
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.organisations import organisations_to_choose, require_organisation
from lisbot.council.register.renaming import rename
from lisbot.council.register.seats import seat_name
from lisbot.council.register.views.people import LinkedAccount, PersonRecordView, PersonTerm, PersonView


async def choose_language(act: Act, *, language: Lang) -> PersonView:
    """Answer this member in this language from now on, wherever they are. Returns PersonView."""
    await act.db.execute(update(Person).where(Person.id == act.by.id).values(lang=language.value))
    act.by = replace(act.by, lang=language.value, has_chosen_lang=True)  # and so in the reply already
    act.concerns(f"person:{act.by_id}")
    return PersonView(act.by_id, act.by.name, language.value)


async def show_person(act: Act, *, person_id: PersonId) -> PersonRecordView:
    """See a person's name, address, seats and accounts, as the secretariat keeps them. Returns PersonRecordView."""
    return await person_record(act, await get_person_for(act, person_id))


async def person_record(act: Act, person: Person) -> PersonRecordView:
    """Returns a person with their seats in the bodies whose register the member keeps."""
    act.concerns(f"person:{person.id}")
    kept = bodies_where(act.by, P.KEEP_REGISTER)
    body_id = min(kept, default=NO_BODY)
    terms = await act.db.scalars(
        select(Term)
        .join(Seat)
        .where(Term.person_id == person.id, Seat.body_id.in_(kept))
        .options(joinedload(Term.seat).options(joinedload(Seat.body), joinedload(Seat.organisation)))
        .order_by(Term.from_on, Term.id)
    )
    held = [PersonTerm(body_ref(act, t.seat.body), seat_name(t.seat), t.rank, t.from_on, t.to_on) for t in terms]
    try:
        await require_no_other_staff(act, person)
    except NotAllowed:
        body_id = 0
    query = select(PersonAddress.email).where(PersonAddress.person_id == person.id, PersonAddress.removed_at.is_(None))
    addresses = tuple(await act.db.scalars(query.order_by(PersonAddress.id)))
    merges = exists().where(PersonMerge.kept_id == person.id, PersonMerge.undone_at.is_(None))
    facts = select(merges, has_part(act.today, person.id), is_awaited(act.today, person.id), is_kept(act))
    is_merged, takes_part, awaited, is_own = (await act.db.execute(facts.where(Person.id == person.id))).one()
    is_gone = person.merged_into_id is not None or person.erased_at is not None
    former = select(FormerName.name).where(FormerName.person_id == person.id).order_by(FormerName.until_at.desc())
    organisation = await act.db.get(Organisation, person.organisation_id) if person.organisation_id else None
    accounts = await act.db.scalars(select(Account).where(Account.person_id == person.id).order_by(Account.id))
    return PersonRecordView(
        person.id,
        person.name,
        person.email or "",
        addresses,
        tuple(await act.db.scalars(former)),
        organisation.name if organisation else "",
        person.left_on,
        Lang(person.lang) if person.lang else None,
        tuple(held),
        tuple(linked_account(act, account, body_id) for account in accounts),
        tuple(
            AllowedAction(name, {"person_id": person.id})
            for name in record_commands(
                addresses,
                is_gone=is_gone,
                is_merged=is_merged and not is_gone,
                is_mergeable=is_own and not is_gone,
                is_erasable=person.erased_at is None and not takes_part and not awaited,
                has_history=bool(held) or takes_part,
            )
            if body_id and act.allows(name, body_id)
        ),
    )


def has_part(today: date, person_id: Any) -> ColumnElement[bool]:
    """Returns the condition that somebody holds a seat or works at a secretariat, today or later."""
    holds = exists().where(Term.person_id == person_id, not_over(Term, today))
    works = exists().where(Staff.person_id == person_id, not_over(Staff, today))
    return or_(holds, works)


def is_awaited(today: date, person_id: Any) -> ColumnElement[bool]:
    """Returns the condition that something is still sent to somebody or asked of them who need hold no seat: a change
    is reported by which they come to one, or that they are to confirm, they are invited to a meeting that is not over,
    a distribution list has them, or they read what goes to a party outside: while it is written to, and after that
    while it has something to answer or awaits a reply."""
    takes_over = exists().where(SeatChange.person_id == person_id, SeatChange.state == SeatChangeState.REPORTED)
    confirms = exists().where(
        LineConfirmation.person_id == person_id,
        LineConfirmation.answered_at.is_(None),
        LineConfirmation.withdrawn_at.is_(None),
        SeatChange.id == LineConfirmation.seat_change_id,
        SeatChange.state == SeatChangeState.REPORTED,
    )
    visits = exists().where(
        Guest.person_id == person_id,
        Guest.withdrawn_at.is_(None),
        Meeting.id == Guest.meeting_id,
        Meeting.ends_on >= today,
        Meeting.cancelled_at.is_(None),
    )
    receives = exists().where(
        DistributionLine.person_id == person_id,
        not_over(DistributionLine, today),
    )
    is_dealt_with = or_(
        not_closed(OutsideParty, today),
        exists().where(Referral.to_party_id == OutsideParty.id, Referral.state.in_(REFERRAL_WAITS)),
        exists().where(StageStay.party_id == OutsideParty.id, StageStay.left_at.is_(None)),
        exists().where(
            Consultation.party_id == OutsideParty.id,
            Consultation.state.not_in(CONSULTATION_OVER),
        ),
    )
    reads = exists().where(OutsideParty.person_id == person_id, is_dealt_with)
    return or_(takes_over, confirms, visits, receives, reads)


def record_commands(
    addresses: Collection[str],
    *,
    is_gone: bool,
    is_merged: bool,
    is_mergeable: bool,
    is_erasable: bool,
    has_history: bool,
) -> tuple[str, ...]:
    """Returns what may be done about somebody: nobody is edited or merged who is merged or erased already, an address
    is removed where there is one, nobody is merged whom others keep too, a merging is undone, erased is whoever has no
    part any more, and a history is what a council's secretariat has of whoever has or had a part in it."""
    return (
        *(() if is_gone else ("person.edit", "person.add_address")),
        *(("person.remove_address",) if addresses else ()),
        *(("person.merge",) if is_mergeable else ()),
        *(("person.unmerge",) if is_merged else ()),
        "person.show_data",
        *(("person.erase",) if is_erasable else ()),
        *(("log.show",) if has_history else ()),
    )


def linked_account(act: Act, account: Account, body_id: int) -> LinkedAccount:
    name = "account.unlink" if account.unlinked_at is None else "account.relink"
    actions = [AllowedAction(name, {"account_id": account.id})] if body_id and act.allows(name, body_id) else []
    return LinkedAccount(account.id, account.platform, account.linked_at, account.unlinked_at, tuple(actions))


async def edit_prefill(act: Act, *, person_id: PersonId) -> Prefill:
    person = await get_person_for(act, person_id)
    values = {
        "name": person.name,
        "email": person.email or "",
        "language": Lang(person.lang) if person.lang else None,
        "organisation_id": person.organisation_id,
        "left_on": person.left_on,
    }
    return Prefill(
        about=person.name,
        values=values,
        choices={"organisation_id": await organisations_to_choose(act, "")},
        is_saved=True,
    )


async def edit_person(
    act: Act,
    *,
    person_id: PersonId,
    name: Name,
    email: EmailIfAny | None = None,
    language: Lang | None = None,
    organisation_id: Id | None = None,
    left_on: Day | None = None,
) -> PersonRecordView:
    """Correct a person's name and address, after a wedding or a new post: an address that is emptied is removed, one
    that is not given stays. What is written already keeps the old name. Who has left their organisation keeps the seats
    they hold until somebody ends them.

    Returns PersonRecordView. Raises Conflict where the address is somebody else's.
    """
    person = await get_person_for(act, person_id)
    await require_no_other_staff(act, person)
    if not name:
        raise Invalid("name_needed", field="name")
    former_name, former_email = person.name, person.email
    email = former_email if email is None else email or None
    if email is not None and (other := await find_by_address(act, email)) is not None and other.id != person.id:
        raise Conflict("email_taken", field="email", email=email, name=other.name)
    await set_workplace(act, person, language, organisation_id, left_on)
    if (name, email) == (former_name, former_email):
        return await person_record(act, person)
    if email is None and former_email is not None:
        act.ask_first("email_removed", name=person.name, email=former_email)
    await rename(act, person, name, email)
    view = await person_record(act, person)
    act.concerns(f"person:{person.id}", former_name=former_name, former_email=former_email or "")
    return view


async def set_workplace(
    act: Act, person: Person, language: Lang | None, organisation_id: int | None, left_on: date | None
) -> None:
    """Set where somebody works, until when, and in which language they are answered. Asks first where they have left
    and hold a seat: they keep it."""
    if organisation_id != person.organisation_id:
        await require_organisation(act, organisation_id)
        person.organisation_id = organisation_id
    person.lang = language.value if language else person.lang
    if left_on != person.left_on and left_on is not None:
        held = select(Term.id).where(Term.person_id == person.id, not_over(Term, left_on))
        if await act.db.scalar(held.limit(1)) is not None:
            act.ask_first("keeps_seats", name=person.name, day=left_on)
    person.left_on = left_on
