"""The cases sent on whose answer is awaited: of a council of the member's, or by one. The commands are in
council/referrals."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import load_only, undefer

from lisbot.council.cases.views import AwaitedAnswer
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import REFERRAL_WAITS, ReferralState
from lisbot.council.models import Case, Referral
from lisbot.council.models.referrals import BY_HAND

MAX_LISTED = 200
OF_REFERRAL = "referral"
Lines = tuple[AwaitedAnswer, ...]


async def read_received(act: Act, body_ids: Collection[int]) -> Lines:
    """Returns the cases that were sent to these bodies and are not taken in yet, or on no agenda. Those that have
    waited longest come first."""
    return await read_lines(act, Referral.to_body_id.in_(body_ids), Referral.state.in_(REFERRAL_WAITS), is_new())


async def read_awaited(act: Act, until: date, body_id: int | None = None) -> Lines:
    """Returns the cases that wait for the member's councils, or for one of them: to be taken in, to be put on an
    agenda, or to be answered by a day; those that they are to hand over; and those whose answer they have not had by
    the day that they asked for."""
    return await read_lines(act, is_awaited(act, until, body_id))


async def read_sent(act: Act, body_id: int) -> Lines:
    """Returns the cases of a body that were sent on and whose answer it waits for, the oldest first."""
    of_body = Referral.case_id.in_(select(Case.id).where(Case.body_id == body_id))
    return await read_lines(act, of_body, Referral.state.in_(REFERRAL_WAITS))


def open_awaited(act: Act, until: date, body_id: int | None = None) -> Any:
    """Returns the query for what read_awaited would find: which there are, each under OF_REFERRAL."""
    return select(literal(OF_REFERRAL), Referral.id).where(is_awaited(act, until, body_id))


def is_new() -> ColumnElement[bool]:
    """Returns the condition that a case sent to a body is not taken in there, or has been on no agenda of its."""
    return or_(Referral.state == ReferralState.SENT, Referral.is_placed.is_(False))


def is_awaited(act: Act, until: date, body_id: int | None) -> ColumnElement[bool]:
    receiving, sending = (
        [each for each in bodies_where(act.by, permission) if body_id in (None, each)]
        for permission in (P.TRIAGE, P.RECORD)
    )
    own_cases = select(Case.id).where(Case.body_id.in_(sending))
    is_due = or_(is_new(), Referral.answer_by <= until)
    is_received = Referral.to_body_id.in_(receiving) & is_due
    # What one council of the secretariat's sent to another is the receiver's to answer, and is not told twice.
    is_elsewhere = or_(Referral.to_body_id.is_(None), Referral.to_body_id.not_in(bodies_where(act.by, P.TRIAGE)))
    is_sent = or_(Referral.from_body_id.in_(sending), Referral.case_id.in_(own_cases))
    is_missing = is_sent & is_elsewhere & (Referral.answer_by < act.today)
    to_hand_over = Referral.from_body_id.in_(sending) & is_to_hand_over()
    return Referral.state.in_(REFERRAL_WAITS) & or_(is_received, is_missing, to_hand_over)


def is_to_hand_over() -> ColumnElement[bool]:
    """Returns the condition that a case is to be handed over to a receiver without an address; the same as the model's
    property."""
    return and_(Referral.sent[BY_HAND].as_boolean().is_(True), Referral.state == ReferralState.SENT)


async def read_lines(act: Act, *conditions: ColumnElement[bool]) -> Lines:
    kept = (
        Referral.from_body_id,
        Referral.to_body_id,
        Referral.receiver_name,
        Referral.sent,
        Referral.state,
        Referral.sent_at,
        Referral.answer_by,
    )
    query = (
        select(Referral)
        .where(*conditions)
        .options(load_only(*kept, raiseload=True), undefer(Referral.is_confidential), undefer(Referral.is_placed))
        .order_by(Referral.sent_at, Referral.id)
        .limit(MAX_LISTED)
    )
    return tuple(awaited_answer(act, each) for each in await act.db.scalars(query))


def awaited_answer(act: Act, referral: Referral) -> AwaitedAnswer:
    body_id = referral.to_body_id
    is_own = body_id is not None and body_id in bodies_where(act.by, P.TRIAGE)
    is_taken_in = referral.state is not ReferralState.SENT
    command = "referral.answer" if is_taken_in else "referral.receive"
    is_to_do = (
        referral.is_placed or not is_taken_in
    )  # one that waits for a meeting is put on its agenda on its own page
    may = is_to_do and is_own and body_id is not None and act.allows(command, body_id)
    if referral.is_to_hand_over:
        command, may = "referral.hand_over", act.allows("referral.hand_over", referral.from_body_id)
    return AwaitedAnswer(
        id=referral.id,
        number=referral.sent["number"],
        title=referral.sent["title"],
        sender=referral.sent["sender"],
        receiver=referral.receiver_name,
        confidential=referral.is_confidential,
        sent_on=referral.sent_at.astimezone(act.tz).date(),
        answer_by=referral.answer_by,
        is_own=is_own,
        is_taken_in=is_taken_in,
        is_placed=referral.is_placed,
        is_overdue=referral.answer_by is not None and referral.answer_by < act.today,
        is_to_hand_over=referral.is_to_hand_over,
        actions=(AllowedAction(command, {"referral_id": referral.id}),) if may else (),
    )
