"""What a receiver answers: by its own people, or noted by the secretariat on their behalf."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Line, Name, Prefill, Prose, ReferralId
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ReferralAnswerKind, ReferralState
from lisbot.council.models import AgendaItem, Meeting, Referral
from lisbot.council.referrals.referrals import Part, get_referral_for, read_next, referral_view
from lisbot.council.referrals.sending import about, add_answer, end
from lisbot.council.referrals.states import ANSWERED, RECEIVED_REFERRAL, REFERRAL
from lisbot.council.referrals.telling import proposers_of, senders_of, tell
from lisbot.council.referrals.views import ReferralView

K = ReferralAnswerKind
STATE_OF = {K.ANSWER: ReferralState.ANSWERED, K.REFUSE: ReferralState.REFUSED, K.SEND_ON: ReferralState.SENT_ON}
TOLD = {K.ANSWER: "referral_answered", K.REFUSE: "referral_refused", K.SEND_ON: "referral_sent_on"}


async def answer_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.answer", referral)
    await require_here(act, referral)
    is_inside = referral.to_body_id is not None
    return Prefill(
        about=about(referral),
        values={"answer_kind": K.ANSWER, "answer": await outcome_words(act, referral)},
        excluded={"answer_kind": {K.SEND_ON}} if is_inside else {},
        choices={"sent_on_to": []} if is_inside else {},  # a council sends on by a command of its own
    )


async def outcome_words(act: Act, referral: Referral) -> str:
    """Returns what the receiving body's minutes say of the case, to begin an answer from."""
    if referral.to_case_id is None:
        return ""
    query = (
        select(AgendaItem.outcome_text)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(AgendaItem.case_id == referral.to_case_id, AgendaItem.outcome_text != "")
        .order_by(Meeting.held_on.desc())
        .limit(1)
    )
    return await act.db.scalar(query) or ""


async def answer(
    act: Act, *, referral_id: ReferralId, answer_kind: ReferralAnswerKind, answer: Prose, sent_on_to: Line = ""
) -> ReferralView:
    """Answer a case that was sent to you: say what you advise or have settled, that you do not take it up, or to whom
    you have sent it on. An answer after the deadline is taken, and marked as late; a second one corrects the first.

    Returns ReferralView.
    """
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.answer", referral)
    if referral.to_body_id is not None and answer_kind is K.SEND_ON:
        raise Invalid("send_on_instead", field="answer_kind")
    return await take_answer(act, referral, answer_kind, answer, sent_on_to)


async def note_answer_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.note_answer", referral)
    await require_here(act, referral)
    values = {"answer_kind": K.ANSWER, "on_behalf_of": referral.receiver_name}
    return Prefill(about=f"{about(referral)}\n{referral.receiver_name}", values=values)


async def note_answer(
    act: Act,
    *,
    referral_id: ReferralId,
    answer_kind: ReferralAnswerKind,
    answer: Prose,
    on_behalf_of: Name,
    sent_on_to: Line = "",
) -> ReferralView:
    """Note what somebody outside lisbot has answered by letter, by phone or in a meeting. Returns ReferralView."""
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.note_answer", referral)
    return await take_answer(act, referral, answer_kind, answer, sent_on_to, on_behalf_of=on_behalf_of)


async def take_answer(
    act: Act, referral: Referral, kind: ReferralAnswerKind, words: str, sent_on_to: str, *, on_behalf_of: str = ""
) -> ReferralView:
    """Keep an answer, tell whoever asked, and have it reported back.

    Raises Conflict for the same pressed twice, and once the case has gone on to somebody else.
    """
    if kind is K.SEND_ON and not sent_on_to:
        raise Invalid("sent_on_to_needed", field="sent_on_to")
    await require_here(act, referral)
    last = referral.answers[-1] if referral.answers else None
    if last is not None and (last.kind, last.text) == (kind, words):
        raise Conflict("referral_answered_already", receiver=referral.receiver_name)
    is_correction = referral.state in ANSWERED
    add_answer(act, referral, kind, words, sent_on_to=sent_on_to, on_behalf_of=on_behalf_of)
    end(act, referral, STATE_OF[kind])
    await act.db.flush()
    for subject in (f"referral:{referral.id}", f"case:{referral.case_id}"):
        mark_stale(act, subject)
    act.did(receiver=referral.receiver_name)
    told = await senders_of(act, referral) | await proposers_of(act, referral)
    kind_told = "referral_corrected" if is_correction else TOLD[kind]
    facts = {"to": sent_on_to} if kind_told == "referral_sent_on" else {}
    await tell(act, referral, kind_told, told, reason=words, **facts)
    return await referral_view(act, referral)


async def require_here(act: Act, referral: Referral) -> None:
    """Raises Conflict once a case has gone on to somebody else, whose answer is waited for."""
    if await read_next(act, referral) is not None:
        raise Conflict("referral_went_on", receiver=referral.receiver_name)
