"""Cases sent on: what is seen of one, and the list of them all."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum, auto
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from lisbot.council.cases.cases import is_public
from lisbot.council.core.access import P, bodies_where, locked, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import BodyId, Prefill, ReferralId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import REFERRAL_WAITS, ReferralState
from lisbot.council.meetings.rows import coming_meetings_of
from lisbot.council.models import AgendaItem, Body, Case, Meeting, OutsideParty, Referral, ReferralAnswer
from lisbot.council.referrals.states import RECEIVED_REFERRAL, REFERRAL
from lisbot.council.referrals.unreported_answers import find_unreported_answer, has_unreported_answer
from lisbot.council.referrals.views import (
    ReferralAnswerLine,
    ReferralLine,
    ReferralsView,
    ReferralView,
    SentPapers,
)
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.texts import sort_key

MAX_LISTED = 200
SENT_ON_BY = selectinload(Referral.from_items).joinedload(AgendaItem.meeting)
LISTED = (
    joinedload(Referral.case),
    joinedload(Referral.to_body),
    undefer(Referral.is_confidential),
    selectinload(Referral.answers),
)
WHOLE = (
    *LISTED,
    joinedload(Referral.from_body),
    joinedload(Referral.to_party).joinedload(OutsideParty.person),
    joinedload(Referral.to_case),
    undefer(Referral.is_placed),
    selectinload(Referral.to_items).joinedload(AgendaItem.meeting),
    SENT_ON_BY,
)


class Part(Enum):
    """What somebody has to do with a case that was sent on."""

    SENDER = auto()  # the secretariat that sent it, or whose council it belongs to
    RECEIVER = auto()  # the secretariat of the body that receives it, or whoever reads the party's mail
    SENDING_MEMBER = auto()  # has a part in the council it is from, or in one that was told of it and sent it on
    RECEIVING_MEMBER = auto()  # has a part in the council that took it in, and has been told of it on an agenda


def parts_in(act: Act, referral: Referral) -> set[Part]:
    """Returns what the member has to do with a case that was sent on."""
    by, sending, to = act.by, sending_bodies(referral), referral.to_body_id
    party = referral.to_party
    held = {
        Part.SENDER: any(may(by, P.RECORD, body_id) for body_id in sending),
        Part.RECEIVER: (to is not None and may(by, P.TRIAGE, to))
        or (party is not None and party.person_id is not None and party.person_id == by.id),
        Part.SENDING_MEMBER: may(by, P.VIEW, referral.case.body_id)
        or (may(by, P.VIEW, referral.from_body_id) and was_told(referral)),
        Part.RECEIVING_MEMBER: to is not None and may(by, P.VIEW, to) and any(map(is_public, referral.to_items)),
    }
    return {part for part, is_held in held.items() if is_held}


def was_told(referral: Referral) -> bool:
    """Returns whether the council that sent a case on has had it on an agenda that its members read."""
    return any(map(is_public, referral.from_items))


def sending_bodies(referral: Referral) -> tuple[int, int]:
    """Returns the body that sent a case on, and the one that it belongs to."""
    return referral.from_body_id, referral.case.body_id


async def get_referral_for(act: Act, referral_id: int, *parts: Part) -> Referral:
    """Returns a case that was sent on, locked where the act changes something, for whoever has one of these parts in
    it.

    Raises NotFound for everybody else.
    """
    query: Select[Any] = select(Referral).where(Referral.id == referral_id).options(*WHOLE)
    query = query.execution_options(populate_existing=True)
    found: Referral | None = await act.db.scalar(locked(act, query, Referral))
    if found is None or not parts_in(act, found) & set(parts or Part):
        raise NotFound
    note(act, found)
    return found


def note(act: Act, referral: Referral) -> None:
    """Tell the log what the command is about."""
    act.concerns(f"referral:{referral.id}", f"case:{referral.case_id}")
    act.trace.bodies.update({referral.from_body_id, referral.case.body_id, referral.to_body_id} - {None})  # type: ignore[arg-type]


async def show(act: Act, *, referral_id: ReferralId) -> ReferralView:
    """See a case that was sent on: to whom, as what, and what came back.

    Returns ReferralView: to the sender and the receiver all that was sent, to members of the council it is from that
    it was sent and what was answered.
    """
    return await referral_view(act, await get_referral_for(act, referral_id))


async def referral_view(act: Act, referral: Referral) -> ReferralView:
    await act.db.flush()
    parts = parts_in(act, referral)
    is_sender = bool(parts & {Part.SENDER, Part.SENDING_MEMBER})
    reported = await read_reporting_meetings(act, referral) if is_sender else {}
    following = await read_next(act, referral)
    body = await act.db.get_one(Body, referral.case.body_id)
    sees_papers = bool(parts - {Part.SENDING_MEMBER})
    return ReferralView(
        id=referral.id,
        body=body_ref(act, body),
        from_name=referral.sent["sender"],
        receiver=referral.receiver_name,
        number=referral.sent["number"],
        title=referral.sent["title"],
        confidential=referral.is_confidential,
        cause=referral.reason,
        document=referral.document,
        sent_at=referral.sent_at,
        sent_by=referral.sent_by_name,
        answer_by=referral.answer_by,
        state=referral.state,
        received_at=referral.received_at,
        ended_at=referral.ended_at,
        end_reason=referral.end_reason,
        days=days_of(act, referral),
        is_overdue=is_overdue(act, referral),
        is_by_hand=referral.is_by_hand,
        reminded_at=referral.reminded_at if is_sender else None,
        sent=papers_of(referral) if sees_papers else None,
        answers=tuple(answer_line(referral, each, reported) for each in referral.answers),
        case_id=referral.case_id if may(act.by, P.VIEW, referral.case.body_id) else None,
        to_case_id=referral.to_case_id if parts & {Part.RECEIVER, Part.RECEIVING_MEMBER} else None,
        to_number=referral.to_case.label if referral.to_case else "",
        sent_on_as=following.receiver_name if following else "",
        next_id=following.id if following and parts_in(act, following) else None,
        actions=await offered_on(act, referral, parts, is_followed=following is not None),
    )


def actions_on(act: Act, referral: Referral, parts: set[Part], *, is_followed: bool) -> tuple[AllowedAction, ...]:
    """Returns what the member may do with a case that was sent on, on either side."""
    offered: list[AllowedAction] = []
    if Part.RECEIVER in parts:
        offered += RECEIVED_REFERRAL.allowed(act, referral)
    if Part.SENDER in parts:
        own = next(body_id for body_id in sending_bodies(referral) if may(act.by, P.RECORD, body_id))
        offered += REFERRAL.allowed(act, referral, own)
    settled = ("referral.answer", "referral.note_answer") if is_followed else ()
    return tuple(each for each in offered if each.command not in settled)


async def offered_on(act: Act, referral: Referral, parts: set[Part], *, is_followed: bool) -> tuple[AllowedAction, ...]:
    """Returns the same without what would put a case on an agenda where no meeting is coming: it is taken in, and
    waits for one."""
    offered = actions_on(act, referral, parts, is_followed=is_followed)
    puts = [each for each in offered if each.command == "referral.receive" and referral.to_case_id is not None]
    if puts and referral.to_body_id is not None and not await coming_meetings_of(act, referral.to_body_id):
        return tuple(each for each in offered if each not in puts)
    return offered


def papers_of(referral: Referral) -> SentPapers:
    sent = referral.sent
    return SentPapers(
        sent["background"], sent["wording"], sent["sides"], tuple(filter(None, sent["links"].split("\n")))
    )


def answer_line(referral: Referral, answer: ReferralAnswer, reported: dict[int, Meeting]) -> ReferralAnswerLine:
    meeting = reported.get(answer.id)
    return ReferralAnswerLine(
        number=answer.number,
        kind=answer.kind,
        text=answer.text,
        sent_on_to=answer.sent_on_to,
        at=answer.at,
        by_name=answer.by_name,
        noted_by=answer.noted_by,
        is_late=answer.is_late,
        is_corrected=answer.number < len(referral.answers),
        home_on=meeting.held_on if meeting else None,
        home_meeting_id=meeting.id if meeting else None,
    )


async def read_reporting_meetings(act: Act, referral: Referral) -> dict[int, Meeting]:
    """Returns the meeting whose agenda each answer is reported on."""
    query = (
        select(ReferralAnswer.id, Meeting)
        .join(AgendaItem, AgendaItem.id == ReferralAnswer.home_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(ReferralAnswer.referral_id == referral.id)
    )
    rows = await act.db.execute(query)
    return {row[0]: row[1] for row in rows}


async def read_next(act: Act, referral: Referral) -> Referral | None:
    """Returns what a case was sent on as, by its receiver or after it said to whom; not what was taken back."""
    if referral.state is not ReferralState.SENT_ON:
        return None
    query = select(Referral).where(Referral.previous_id == referral.id, Referral.state != ReferralState.WITHDRAWN)
    query = query.options(
        joinedload(Referral.case),
        joinedload(Referral.to_party).joinedload(OutsideParty.person),
        selectinload(Referral.to_items).joinedload(AgendaItem.meeting),
        SENT_ON_BY,
    )
    found: Referral | None = await act.db.scalar(query)
    return found


def days_of(act: Act, referral: Referral) -> int:
    """Returns how many days a case has waited for an answer, or did."""
    until = (referral.ended_at or act.at).astimezone(act.tz).date()
    return max((until - had_since(referral).astimezone(act.tz).date()).days, 0)


def had_since(referral: Referral) -> datetime:
    """Returns when a receiver got a case: when it was sent, or was handed over."""
    handed_over = referral.received_at if referral.is_by_hand else None
    return handed_over or referral.sent_at


def is_overdue(act: Act, referral: Referral) -> bool:
    return referral.state in REFERRAL_WAITS and referral.answer_by is not None and referral.answer_by < act.today


async def list_prefill(act: Act) -> Prefill:
    collate = sort_key(act.by.lang)
    bodies = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.OVERSEE))))
    return Prefill(
        choices={"body_id": [(each.id, each.name) for each in sorted(bodies, key=lambda b: collate(b.name))]}
    )


async def list_referral(act: Act, *, body_id: BodyId | None = None, done: bool = False) -> ReferralsView:
    """See what your councils have sent on and what was sent to them: what waits for whom, how long, and what is
    overdue. `done`: also what is over, the newest of it.

    Returns ReferralsView.
    """
    body = None if body_id is None else await get_body_for(act, body_id)
    own = bodies_where(act.by, P.OVERSEE) if body is None else {body.id}
    mine = or_(Case.body_id.in_(own), Referral.from_body_id.in_(own), Referral.to_body_id.in_(own))
    query = select(Referral).join(Case, Case.id == Referral.case_id).where(mine)
    if not done:
        query = query.where(or_(Referral.state.in_(REFERRAL_WAITS), has_unreported_answer()))
    newest_first = (Referral.state.not_in(REFERRAL_WAITS), Referral.sent_at.desc(), Referral.id.desc())
    rows = list(await act.db.scalars(query.options(*LISTED).order_by(*newest_first).limit(MAX_LISTED + 1)))
    shown = rows[MAX_LISTED - 1 :: -1]
    incoming = [row for row in shown if row.state in REFERRAL_WAITS and row.to_body_id in own]
    waiting = [row for row in shown if row.state in REFERRAL_WAITS and row.to_body_id not in own]
    ended = [row for row in shown if row.state not in REFERRAL_WAITS]
    return ReferralsView(
        body=body_ref(act, body) if body else None,
        done=done,
        incoming=lines(act, incoming),
        waiting=lines(act, sorted(waiting, key=lambda row: not is_overdue(act, row))),
        ended=lines(act, reversed(ended)),
        has_more=len(rows) > MAX_LISTED,
    )


def lines(act: Act, referrals: Iterable[Referral]) -> tuple[ReferralLine, ...]:
    return tuple(referral_line(act, each) for each in referrals)


def referral_line(act: Act, referral: Referral) -> ReferralLine:
    return ReferralLine(
        id=referral.id,
        body=referral.sent["sender"],
        receiver=referral.receiver_name,
        number=referral.sent["number"],
        title=referral.sent["title"],
        confidential=referral.is_confidential,
        state=referral.state,
        is_by_hand=referral.is_by_hand,
        sent_at=referral.sent_at,
        answer_by=referral.answer_by,
        ended_at=referral.ended_at,
        days=days_of(act, referral),
        is_overdue=is_overdue(act, referral),
        waits_for_agenda=find_unreported_answer(referral) is not None,
    )
