"""How a case was sent on before, and to whom that leaves it free to be sent: nobody has it twice, and none goes in a
circle."""

from collections.abc import Collection, Iterable

from sqlalchemy import select, update

from lisbot.council.cases.stories import read_story
from lisbot.council.cases.waiting import require_not_merged
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.enums import REFERRAL_WAITS, ReferralState
from lisbot.council.models import Case, Referral
from lisbot.council.referrals.receivers import Receiver


def ask_where_answered(act: Act, former: Collection[Referral], to: Receiver) -> None:
    """Have whoever sends a case to somebody who has answered it before asked first."""
    over = (ReferralState.ANSWERED, ReferralState.REFUSED)
    theirs = [each for each in former if each.state in over and is_to(each, to)]
    if theirs and (ended := theirs[-1].ended_at):
        act.ask_first("referral_answered_before", receiver=to.name, day=ended.astimezone(act.tz).date())


def is_to(referral: Referral, to: Receiver) -> bool:
    return to.of.id == (referral.to_body_id if to.body else referral.to_party_id)


async def read_former(act: Act, case: Case) -> list[Referral]:
    """Returns how all of a case's story was sent on, oldest first."""
    story = await read_story(act, case)
    return list(await act.db.scalars(select(Referral).where(Referral.case_id.in_(story)).order_by(Referral.id)))


def require_no_answer_awaited(act: Act, former: Iterable[Referral], case: Case) -> None:
    """Raises Conflict where a case waits for an answer."""
    for each in former:
        if each.case_id == case.id and each.state in REFERRAL_WAITS:
            raise Conflict("referral_waits", receiver=each.receiver_name, day=each.sent_at.astimezone(act.tz).date())


async def require_free(act: Act, case: Case, to: Receiver) -> Referral | None:
    """Have one at a time send a case on. Returns the referral that this one follows: its receiver said that it was
    sent on.

    Raises Conflict where the case waits for an answer elsewhere, or the receiver treats or has sent on the same, and
    for a case that is merged into another.
    """
    await act.db.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    await require_not_merged(act, case)
    former = await read_former(act, case)
    require_no_answer_awaited(act, former, case)
    ask_where_answered(act, former, to)
    own = [each for each in former if each.case_id == case.id and each.state is not ReferralState.WITHDRAWN]
    last = own[-1] if own and own[-1].state is ReferralState.SENT_ON else None
    await require_no_circle(act, case, to, former, last)
    if last is not None:
        await part_with_withdrawn(act, last)
    return last


async def require_not_passed(act: Act, referral: Referral, to: Receiver) -> None:
    """Raises Conflict for whoever a case came from, or has had it on its way."""
    await act.db.execute(select(Case.id).where(Case.id == referral.case_id).with_for_update())
    former = await read_former(act, referral.case)
    others = [each for each in former if each.id != referral.id]
    await require_no_circle(act, referral.case, to, others, referral)
    await part_with_withdrawn(act, referral)


async def require_no_circle(
    act: Act, case: Case, to: Receiver, former: Collection[Referral], last: Referral | None
) -> None:
    """Raises Conflict for a receiver that a case came from or has had on its way, and for one that has another case of
    its story: it treats it, or has been asked about it and has not answered."""
    passed = {each.id: each for each in former}
    bodies: set[int | None] = {case.body_id} if last is not None else set()
    bodies |= {each.to_body_id for each in former if each.state in REFERRAL_WAITS}
    parties: set[int | None] = {each.to_party_id for each in former if each.state in REFERRAL_WAITS}
    at = last
    while at is not None:
        bodies |= {at.from_body_id, at.to_body_id}
        parties.add(at.to_party_id)
        at = passed.get(at.previous_id) if at.previous_id else None
    is_passed = to.of.id in bodies if to.body else to.of.id in parties
    if to.body is not None and not is_passed:
        story = await read_story(act, case)
        theirs = select(Case).where(Case.id.in_(story), Case.body_id == to.body.id, Case.id != case.id)
        is_passed = not all(is_over(former, each) for each in await act.db.scalars(theirs))
    if is_passed:
        raise Conflict("referral_in_circle", receiver=to.name)


def is_over(former: Collection[Referral], treated: Case) -> bool:
    """Returns whether what made a body treat a case of the story has an end, so that it may be asked again."""
    over = (ReferralState.ANSWERED, ReferralState.REFUSED, ReferralState.WITHDRAWN)
    asked = [last_of_chain(former, each) for each in former if each.to_case_id == treated.id]
    return bool(asked) and all(each.state in over for each in asked)


def last_of_chain(former: Iterable[Referral], referral: Referral) -> Referral:
    """Returns what a case was sent on as at last, by whoever received it one after another."""
    sent_on_as = {each.previous_id: each for each in former if each.state is not ReferralState.WITHDRAWN}
    while referral.state is ReferralState.SENT_ON and referral.id in sent_on_as:
        referral = sent_on_as[referral.id]
    return referral


async def part_with_withdrawn(act: Act, referral: Referral) -> None:
    """Have a case sent on anew in the place of what it was sent on as before, and was taken back."""
    taken_back = update(Referral).where(Referral.previous_id == referral.id, Referral.state == ReferralState.WITHDRAWN)
    await act.db.execute(taken_back.values(previous_id=None))
