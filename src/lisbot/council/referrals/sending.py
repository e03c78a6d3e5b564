"""Sending a case on to whoever receives it, with what each side says; and taking it back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.cases.cases import get_case_for
from lisbot.council.cases.referred import items_telling_answers
from lisbot.council.cases.waiting import require_not_merged
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.core.fields import CaseId, Day, Email, ItemId, Line, Links, Name, Prefill, Prose, ReferralId
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import OutcomeKind, ReferralAnswerKind, ReferralReason, ReferralState
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.models import AgendaItem, Body, Case, Meeting, Referral, ReferralAnswer
from lisbot.council.models.referrals import BY_HAND
from lisbot.council.referrals.former_referrals import (
    read_former,
    require_free,
    require_no_answer_awaited,
    require_not_passed,
)
from lisbot.council.referrals.in_process import ask_where_in_process
from lisbot.council.referrals.receivers import (
    FIELD,
    Receiver,
    by_rule,
    choices_of,
    find_or_add_receiver,
    read_receivers,
    read_rules,
)
from lisbot.council.referrals.referrals import WHOLE, Part, get_referral_for, note, referral_view
from lisbot.council.referrals.states import RECEIVED_REFERRAL, REFERRAL
from lisbot.council.referrals.telling import proposers_of, receivers_of, senders_of, tell
from lisbot.council.referrals.views import ReferralView
from lisbot.council.register.bodies import get_body_for
from lisbot.texts import format_list

# What came of a case whose words are a recommendation; of the others they say what happened to it.
RECOMMENDS = (OutcomeKind.ADVICE, OutcomeKind.INPUT, OutcomeKind.DECISION)


async def send_prefill(act: Act, *, item_id: ItemId | None = None, case_id: CaseId | None = None) -> Prefill:
    case, item = await get_matter(act, item_id, case_id)
    await require_not_merged(act, case)
    require_no_answer_awaited(act, await read_former(act, case), case)
    body = await get_body_for(act, case.body_id)
    rules = await read_rules(act, body)
    cause = ReferralReason.NO_AGREEMENT if item and item.outcome is OutcomeKind.DISAGREEMENT else None
    receivers = choices_of(act, await read_receivers(act, body, rules))
    return Prefill(
        about=f"{case.label} {item.title if item else case.title}",
        values={
            "cause": cause,
            FIELD: first_choice(act, body, by_rule(rules, cause) if cause else [], receivers),
            "background": item.background if item else "",
            "wording": recommendation(item) if item else "",
            "sides": item.sides if item else "",
            "links": item.links if item else "",
        },
        choices={FIELD: receivers},
        required=() if receivers else {"new_party"},
    )


def recommendation(item: AgendaItem) -> str:
    """Returns what a council recommends of an item: what came of it where that is a recommendation, or else what was
    proposed to it."""
    return (item.outcome_text if item.outcome in RECOMMENDS else "") or item.wording


def first_choice(act: Act, body: Body, ruled: list[Receiver], offered: list[tuple[object, str]]) -> object:
    """Returns who receives it by the body's line, or else whom its rules name in words, or the only one there is."""
    open_ones = [each.key for each in ruled if not each.is_closed(act.today)]
    named = [key for key, name in offered if name.casefold() == (body.escalates_to or "").casefold()]
    alone = [key for key, _ in offered] if len(offered) == 1 else []
    return next(iter([*open_ones, *named, *alone]), None)


async def get_matter(act: Act, item_id: int | None, case_id: int | None) -> tuple[Case, AgendaItem | None]:
    """Returns the case that is to be sent on, with the item that says what came of it: the one that is named, or else
    the newest that something came of, or is to.

    Raises Invalid where neither is named, or the item is no case's.
    """
    if item_id is not None:
        item = await get_item_for(act, item_id)
        if item.case is None:
            raise Invalid("no_case_to_send")
        return item.case, item
    if case_id is None:
        raise Invalid("no_case_to_send")
    case = await get_case_for(act, case_id)
    came_of_nothing = or_(AgendaItem.outcome.is_(None), AgendaItem.outcome == OutcomeKind.POSTPONED)
    newest = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(
            AgendaItem.case_id == case.id,
            AgendaItem.id.not_in(await items_telling_answers(act, case)),
            Meeting.cancelled_at.is_(None),
        )
        .options(joinedload(AgendaItem.meeting))
        .order_by(came_of_nothing, Meeting.held_on.desc(), AgendaItem.id.desc())
        .limit(1)
    )
    return case, await act.db.scalar(newest)


async def send(
    act: Act,
    *,
    cause: ReferralReason,
    receiver: Line = "",
    new_party: Name = "",
    party_email: Email = "",
    item_id: ItemId | None = None,
    case_id: CaseId | None = None,
    background: Prose = "",
    wording: Prose = "",
    sides: Prose = "",
    links: Links = "",
    document: Line = "",
    answer_by: Day | None = None,
) -> ReferralView:
    """Send a case on to a meeting of directors, another council or an authority: with each side's reasons, the
    recommendation and the papers, as they are now. Asks first to whom it goes, and how.

    Returns ReferralView. Raises Conflict for a case that waits elsewhere for an answer, or would come back to whom it
    came from.
    """
    case, item = await get_matter(act, item_id, case_id)
    body = await get_body_for(act, case.body_id)
    if cause is ReferralReason.NO_AGREEMENT and not sides:
        raise Invalid("sides_needed", field="sides")
    require_coming_day(act, answer_by)
    rules = await read_rules(act, body)
    to = await find_or_add_receiver(act, body, rules, receiver, new_party, party_email)
    previous = await require_free(act, case, to)
    ask_where_not_by_rule(act, by_rule(rules, cause), to)
    await ask_where_in_process(act, case)
    if item is not None and item.outcome is not None and not item.meeting.has_minutes_out:
        act.ask_first("referral_before_minutes", day=item.meeting.held_on)
    sent = {
        "number": case.label,
        "title": item.title if item else case.title,
        "sender": body.name,
        "background": background,
        "wording": wording,
        "sides": sides,
        "links": links,
    }
    referral = Referral(
        case_id=case.id,
        from_body_id=body.id,
        item_id=item.id if item else None,
        previous_id=previous.id if previous else None,
        reason=cause,
        document=document,
        sent=sent,
        confidential=case.confidential or (item is not None and item.confidential),
        answer_by=answer_by,
    )
    referral = await dispatch(act, referral, to)
    await tell(act, referral, "referral_sent", await proposers_of(act, referral))
    return await referral_view(act, referral)


def require_coming_day(act: Act, answer_by: date | None) -> None:
    if answer_by is not None and answer_by <= act.today:
        raise Invalid("answer_by_is_past", field="answer_by")


def ask_where_not_by_rule(act: Act, ruled: list[Receiver], to: Receiver) -> None:
    """Have whoever sends a case to somebody else than the body's own line says asked first."""
    names = [each.name for each in ruled if not each.is_closed(act.today)]
    if names and to.name not in names:
        act.ask_first("referral_not_by_rule", receiver=to.name, names=format_list(act.by.lang, names, way="or"))


async def dispatch(act: Act, referral: Referral, to: Receiver) -> Referral:
    """Keep what is sent, and send it. Returns it with all that belongs to it."""
    referral.to_body_id = to.body.id if to.body else None
    referral.to_party_id = to.party.id if to.party else None
    referral.receiver_name, referral.state = to.name, ReferralState.SENT
    referral.sent_at, referral.sent_by_id, referral.sent_by_name = act.at, act.by_id, act.by.name
    act.db.add(referral)
    await act.db.flush()
    query = select(Referral).where(Referral.id == referral.id).options(*WHOLE)
    kept: Referral | None = await act.db.scalar(query.execution_options(populate_existing=True))
    assert kept is not None
    ask_how(act, kept, to)
    note(act, kept)
    mark_stale(act, f"case:{kept.case_id}")
    by_hand = kept.to_party is not None and not await receivers_of(act, kept)
    kept.sent = {**kept.sent, BY_HAND: by_hand}
    act.did("done_by_hand" if by_hand else "done", receiver=to.name)
    await ask_receivers(act, kept)
    return kept


async def ask_receivers(act: Act, referral: Referral) -> None:
    """Tell whoever receives a case that it is there, and by when an answer is asked for."""
    kind = "referral_asked" if referral.answer_by is None else "referral_asked_by"
    await tell(act, referral, kind, await receivers_of(act, referral), **by_day(referral))


def by_day(referral: Referral) -> dict[str, Any]:
    return {} if referral.answer_by is None else {"until_on": referral.answer_by}


def ask_how(act: Act, referral: Referral, to: Receiver) -> None:
    """Have whoever sends it asked first: what goes to whom, and by what way."""
    facts: Mapping[str, Any] = {"receiver": to.name, "title": referral.sent["title"], "number": referral.sent["number"]}
    party = referral.to_party
    act.ask_first("referral_goes", **facts)
    if to.body is not None:
        act.ask_first("referral_inside", receiver=to.name)
    elif party is not None and party.address:
        act.ask_first("referral_by_mail", email=party.address)
    else:
        act.ask_first("referral_by_hand", receiver=to.name)
    if referral.answer_by is None:
        act.ask_first("referral_without_day")


async def send_on_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.send_on", referral)
    assert referral.to_body is not None
    rules = await read_rules(act, referral.to_body)
    receivers = choices_of(act, await read_receivers(act, referral.to_body, rules))
    first = first_choice(act, referral.to_body, by_rule(rules, referral.reason), receivers)
    required = () if receivers else {"new_party"}
    return Prefill(about=about(referral), values={FIELD: first}, choices={FIELD: receivers}, required=required)


def about(referral: Referral) -> str:
    return f"{referral.sent['number']} {referral.sent['title']}\n{referral.sent['sender']}"


async def send_on(
    act: Act,
    *,
    referral_id: ReferralId,
    reason: Prose,
    receiver: Line = "",
    new_party: Name = "",
    party_email: Email = "",
    document: Line = "",
    answer_by: Day | None = None,
) -> ReferralView:
    """Send a case that was sent to your council on to somebody else, higher up or beside, with what came with it. Its
    answer goes to the council it came from.

    Returns ReferralView, of what was sent on. Raises Conflict for whoever has had it.
    """
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.send_on", referral)
    require_coming_day(act, answer_by)
    body = referral.to_body
    if body is None:
        raise NotFound
    rules = await read_rules(act, body)
    to = await find_or_add_receiver(act, body, rules, receiver, new_party, party_email)
    await require_not_passed(act, referral, to)
    ask_where_not_by_rule(act, by_rule(rules, referral.reason), to)
    end(act, referral, ReferralState.SENT_ON)
    add_answer(act, referral, ReferralAnswerKind.SEND_ON, reason, sent_on_to=to.name)
    following = Referral(
        case_id=referral.case_id,
        from_body_id=body.id,
        item_id=None,
        previous_id=referral.id,
        reason=referral.reason,
        document=document,
        sent=dict(referral.sent),
        confidential=referral.is_confidential,
        answer_by=answer_by,
    )
    following = await dispatch(act, following, to)
    mark_stale(act, f"referral:{referral.id}")
    told = await senders_of(act, referral) | await proposers_of(act, referral)
    await tell(act, referral, "referral_sent_on", told, to=to.name, reason=reason)
    return await referral_view(act, following)


def end(act: Act, referral: Referral, state: ReferralState) -> None:
    referral.state, referral.ended_at = state, act.at


def add_answer(
    act: Act,
    referral: Referral,
    kind: ReferralAnswerKind,
    text: str,
    *,
    sent_on_to: str = "",
    on_behalf_of: str = "",
) -> ReferralAnswer:
    """Keep what a receiver answered, after whatever it answered before."""
    answer = ReferralAnswer(
        number=len(referral.answers) + 1,
        kind=kind,
        text=text,
        sent_on_to=sent_on_to,
        at=act.at,
        by_id=None if on_behalf_of else act.by_id,
        by_name=on_behalf_of or act.by.name,
        noted_by=act.by.name if on_behalf_of else "",
        via=act.via,
        is_late=referral.answer_by is not None and act.today > referral.answer_by,
    )
    referral.answers.append(answer)
    return answer


async def withdraw_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.withdraw", referral)
    return Prefill(about=about(referral))


async def withdraw(act: Act, *, referral_id: ReferralId, reason: Prose) -> ReferralView:
    """Take back a case that was sent on: its receiver is told, and is asked for no answer. What was sent is kept. What
    a council had received and sent on waits for that council again.

    Returns ReferralView.
    """
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.withdraw", referral)
    receivers = await receivers_of(act, referral)
    act.ask_first("referral_withdraws" if receivers else "referral_withdraws_by_hand", receiver=referral.receiver_name)
    end(act, referral, ReferralState.WITHDRAWN)
    told = receivers | await proposers_of(act, referral)
    if referral.previous_id is not None:
        told |= await senders_of(act, referral)
        await give_back(act, referral.previous_id)
    referral.end_reason = reason
    mark_stale(act, f"referral:{referral.id}")
    mark_stale(act, f"case:{referral.case_id}")
    act.did(receiver=referral.receiver_name)
    await tell(act, referral, "referral_withdrawn", told - {act.by_id}, reason=reason)
    return await referral_view(act, referral)


async def give_back(act: Act, referral_id: int) -> None:
    """Have a case wait for the council again that had sent it on, where that was taken back. A party outside only said
    that it had sent it on."""
    query = select(Referral).where(Referral.id == referral_id).options(*WHOLE).with_for_update(of=Referral)
    before: Referral | None = await act.db.scalar(query.execution_options(populate_existing=True))
    if before is None or before.to_body_id is None:
        return
    before.state = ReferralState.SENT if before.received_at is None else ReferralState.RECEIVED
    before.ended_at = None
    mark_stale(act, f"referral:{before.id}")
