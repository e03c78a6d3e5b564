"""What became of a case that was sent on, told with the case. The commands are in council/referrals."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.orm import load_only, selectinload

from lisbot.council.cases.views import CaseReferral
from lisbot.council.core.context import Act
from lisbot.council.core.fields import MAX_PROSE
from lisbot.council.core.quoting import fitted, quote
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import REFERRAL_WAITS, CaseLinkKind, ReferralState
from lisbot.council.models import AgendaItem, Case, CaseLink, Referral, ReferralAnswer
from lisbot.texts import text


async def read_referrals(act: Act, case: Case) -> tuple[CaseReferral, ...]:
    """Returns to whom a case was sent on and what was answered, and what it was sent here as, oldest first."""
    query = (
        select(Referral)
        .where((Referral.case_id == case.id) | (Referral.to_case_id == case.id))
        .options(
            load_only(
                Referral.case_id,
                Referral.receiver_name,
                Referral.sent,
                Referral.state,
                Referral.sent_at,
                Referral.ended_at,
                Referral.reason,
                Referral.answer_by,
                raiseload=True,
            ),
            selectinload(Referral.answers),
        )
        .order_by(Referral.id)
    )
    return tuple(
        CaseReferral(
            id=row.id,
            is_incoming=row.case_id != case.id,
            sender=row.sent["sender"],
            receiver=row.receiver_name,
            state=row.state,
            sent_on=row.sent_at.astimezone(act.tz).date(),
            ended_on=row.ended_at.astimezone(act.tz).date() if row.ended_at else None,
            answer=row.answers[-1].text if row.answers else "",
            is_by_hand=row.is_by_hand,
            cause=row.reason,
            answer_by=row.answer_by,
        )
        for row in await act.db.scalars(query)
    )


async def items_telling_answers(act: Act, case: Case) -> set[int]:
    """Returns the items by which a case's council is told of an answer, and of nothing else: they are called after it.
    The answer may have been to another case that was merged into this one since."""
    query = select(AgendaItem.id).where(AgendaItem.case_id == case.id, tells_answer())
    return set(await act.db.scalars(query))


def tells_answer() -> ColumnElement[bool]:
    """Returns whether an item is there for an answer alone."""
    own = select(ReferralAnswer.id).where(ReferralAnswer.home_item_id == AgendaItem.id, ReferralAnswer.has_own_item)
    return own.exists()


async def read_incoming(act: Act, case: Case) -> Mapping[str, Any] | None:
    """Returns what was sent with a case that the council received; None of one that was not sent to it."""
    return await act.db.scalar(select(Referral.sent).where(Referral.to_case_id == case.id))


def written_background(lang: str, sent: Mapping[str, Any]) -> str:
    """Returns what was sent with a case, as the background of the item that it becomes, in the body's language. What
    there is no room for stands with the case that was sent on."""
    said = text(lang, "referral.from", sender=sent["sender"], number=sent["number"])
    parts = [(name, sent[name]) for name in ("background", "wording", "sides") if sent[name]]
    for left, (name, words) in zip(range(len(parts), 0, -1), parts, strict=True):
        room = (MAX_PROSE - len(said)) // left - 2
        said = f"{said}\n\n{fitted(lang, words, room, partial(papers, lang, name))}"
    return said


async def sent_texts(act: Act, case: Case) -> Mapping[str, Any]:
    """Returns the texts that a case was sent here with, as long as no item says more; {} of one that was not."""
    sent = await read_incoming(act, case)
    return {"background": written_background(act.by.lang, sent), "links": sent["links"]} if sent else {}


def papers(lang: str, name: str, words: str) -> str:
    """Returns one part of what was sent, quoted."""
    return text(lang, f"referral.{name}", words=quote(words))


def send_action(act: Act, case: Case, referrals: Collection[CaseReferral]) -> tuple[AllowedAction, ...]:
    """Returns the action that sends a case on, where it waits for no answer."""
    waits = any(each.state in REFERRAL_WAITS and not each.is_incoming for each in referrals)
    is_open = not waits and act.allows("referral.send", case.body_id)
    return (AllowedAction("referral.send", {"case_id": case.id}),) if is_open else ()


async def cases_sent_on(act: Act, case_ids: Collection[int]) -> set[int]:
    """Returns those of the cases that were sent on and not taken back, or that go on as a part of another. One
    statement; none for none."""
    if not case_ids:
        return set()
    sent = select(Referral.case_id).where(Referral.case_id.in_(case_ids), Referral.state != ReferralState.WITHDRAWN)
    is_merged = CaseLink.kind == CaseLinkKind.MERGED_INTO
    merged = select(CaseLink.case_id).where(CaseLink.case_id.in_(case_ids), is_merged)
    return set(await act.db.scalars(union(sent, merged)))
