"""How it went with what was sent: each message about a thing, each of its recipients, and what is sent again."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, union_all, update

from lisbot import tracing
from lisbot.council.core.access import P, bodies_where, gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, DeliveryId, MeetingId, Prefill, ProposalId, SeatChangeId, VoteId
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import NAMES_NOBODY, decode_facts
from lisbot.council.delivery.states import DELIVERY as STATES
from lisbot.council.delivery.states import IS_LOST, LATE
from lisbot.council.delivery.views import (
    AttemptLine,
    DeliveriesView,
    LostMessage,
    MessageLine,
    RecipientLine,
    UndeliveredView,
)
from lisbot.council.enums import DeliveryState
from lisbot.council.models import (
    Attempt,
    Body,
    Delivery,
    Meeting,
    Person,
    Proposal,
    Room,
    Seat,
    SeatChange,
    Staff,
    Term,
    Vote,
    table,
)
from lisbot.db import is_one_of
from lisbot.texts import text

DELIVERY, PERSON, ROOM, ATTEMPT = table(Delivery), table(Person), table(Room), table(Attempt)
MAX_LINES = 2_000  # recipients shown at a time
UNDER_WAY = timedelta(minutes=5)  # before it is tried, a message is being sent
LOOKED_BACK = timedelta(days=30)  # for what did not reach somebody
# What somebody has to look into comes first.
URGENCY = (
    DeliveryState.UNREACHABLE,
    DeliveryState.FAILED,
    DeliveryState.WAITING,
    DeliveryState.FELL_BACK,
    DeliveryState.SENT,
)
SENT_ABOUT = (
    select(
        DELIVERY.c.id,
        DELIVERY.c.kind,
        DELIVERY.c.facts,
        DELIVERY.c.made_at,
        DELIVERY.c.state,
        DELIVERY.c.channel,
        DELIVERY.c.sent_at,
        DELIVERY.c.reason,
        DELIVERY.c.message_id,
        DELIVERY.c.next_at,
        PERSON.c.name,
        ROOM.c.platform,
    )
    .outerjoin_from(DELIVERY, PERSON, PERSON.c.id == DELIVERY.c.person_id)
    .outerjoin(ROOM, ROOM.c.id == DELIVERY.c.room_id)
    .order_by(DELIVERY.c.made_at.desc(), DELIVERY.c.kind, DELIVERY.c.id)
    .limit(MAX_LINES + 1)
)
TRIED = (
    select(
        ATTEMPT.c.delivery_id,
        ATTEMPT.c.number,
        ATTEMPT.c.at,
        ATTEMPT.c.channel,
        ATTEMPT.c.outcome,
        ATTEMPT.c.reason,
        ATTEMPT.c.message_id,
    )
    .where(is_one_of(ATTEMPT.c.delivery_id, "ids"))
    .order_by(ATTEMPT.c.delivery_id, ATTEMPT.c.number)
)


class Subject(NamedTuple):
    """What messages are about: its name, whose it is, and a meeting's day."""

    title: str
    body_id: int
    held_on: date | None = None


async def show(
    act: Act,
    *,
    meeting_id: MeetingId | None = None,
    vote_id: VoteId | None = None,
    proposal_id: ProposalId | None = None,
    change_id: SeatChangeId | None = None,
    delivery_id: DeliveryId | None = None,
) -> DeliveriesView:
    """See how it went with what was sent about one meeting, question, proposal or reported change, or with one message:
    to whom, through what, each try, and whom it did not reach.

    Returns DeliveriesView, newest message first. Raises NotFound for what is not the member's to oversee.
    """
    given = {"meeting": meeting_id, "vote": vote_id, "proposal": proposal_id, "change": change_id}
    asked = [(noun, number) for noun, number in given.items() if number is not None]
    if len(asked) + (delivery_id is not None) != 1:
        raise Invalid("one_thing_at_a_time")
    if delivery_id is not None:
        return await message_view(act, await get_delivery_for(act, delivery_id))
    noun, number = asked[0]
    found = (await act.db.execute(SUBJECTS[noun].where(IDS[noun] == number))).one_or_none()
    if found is None:
        raise NotFound
    subject = Subject(*found)
    gate(act, subject.body_id)
    sent = await read_messages(act, DELIVERY.c.subject == f"{noun}:{number}", subject.body_id)
    return DeliveriesView(f"{noun}:{number}", *subject, sent.lines, sent.has_more, is_under_way=sent.is_under_way)


SUBJECTS: dict[str, Any] = {
    "meeting": select(Body.name, Meeting.body_id, Meeting.held_on).join(Body, Body.id == Meeting.body_id),
    "vote": select(Vote.question, Vote.body_id),
    "proposal": select(Proposal.title, Meeting.body_id).join(Meeting, Meeting.id == Proposal.meeting_id),
    "change": select(Seat.role, Seat.body_id).join(SeatChange, SeatChange.seat_id == Seat.id),
}
IDS: dict[str, Any] = {"meeting": Meeting.id, "vote": Vote.id, "proposal": Proposal.id, "change": SeatChange.id}


async def get_delivery_for(act: Act, delivery_id: int) -> Delivery:
    """Returns a delivery, and so the message that it is part of.

    One that is about no body belongs to the bodies of whoever it is for. Raises NotFound and NotAllowed.
    """
    delivery = await act.db.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound
    if delivery.body_id is not None:
        gate(act, delivery.body_id)
    else:
        gate(act, *(await act.db.scalars(bodies_of(delivery.person_id))))
    return delivery


def bodies_of(person_id: Any) -> Any:
    """Returns the query for the bodies that somebody has or had a seat in, or works for."""
    seated = select(Seat.body_id).join(Term, Term.seat_id == Seat.id).where(Term.person_id == person_id)
    staffed = select(Body.id).join(Staff, Staff.secretariat_id == Body.secretariat_id)
    return union_all(seated, staffed.where(Staff.person_id == person_id))


def same_message(delivery: Delivery) -> ColumnElement[bool]:
    """Returns the condition for all deliveries of one message: what one command told at one moment."""
    return and_(
        DELIVERY.c.made_at == delivery.made_at,
        DELIVERY.c.kind == delivery.kind,
        DELIVERY.c.subject.is_not_distinct_from(delivery.subject),
        DELIVERY.c.body_id.is_not_distinct_from(delivery.body_id),
    )


async def message_view(act: Act, delivery: Delivery) -> DeliveriesView:
    """Returns one message with all its recipients."""
    name = await act.db.scalar(select(Body.name).where(Body.id == delivery.body_id)) if delivery.body_id else None
    found = await read_messages(act, same_message(delivery), delivery.body_id)
    first = min(message.delivery_id for message in found.lines)
    about = (delivery.subject or "", name or "", delivery.body_id, None)
    return DeliveriesView(*about, found.lines, found.has_more, first, found.is_under_way)


class Messages(NamedTuple):
    """Messages, newest first; whether there are more, and whether some are being sent now."""

    lines: tuple[MessageLine, ...]
    has_more: bool
    is_under_way: bool


async def read_messages(act: Act, condition: ColumnElement[bool], body_id: int | None) -> Messages:
    """Returns the messages whose deliveries meet a condition. Two statements."""
    rows = (await act.db.execute(SENT_ABOUT.where(condition))).all()
    shown = rows[:MAX_LINES]
    tried: dict[int, list[AttemptLine]] = {}
    for each in await act.db.execute(TRIED, {"ids": [row.id for row in shown]}):
        line = AttemptLine(each.number, each.at, each.channel, each.outcome, each.reason or "", each.message_id or "")
        tried.setdefault(each.delivery_id, []).append(line)
    groups = groupby(shown, key=lambda row: (row.made_at, row.kind))
    soon = act.at + UNDER_WAY
    is_under_way = any(row.state is DeliveryState.WAITING and row.next_at <= soon for row in shown)
    lines = tuple(message_line(act, list(group), tried, body_id) for _, group in groups)
    return Messages(lines, len(rows) > MAX_LINES, is_under_way)


def message_line(
    act: Act, rows: Sequence[Any], tried: dict[int, list[AttemptLine]], body_id: int | None
) -> MessageLine:
    """Returns one message, those of its recipients first that it did not reach; none of them where their
    names would tell who has answered a secret question."""
    first = rows[0]
    counts = Counter(row.state for row in rows)
    to_resend = sum(STATES.is_open(act, "delivery.resend", row) for row in rows)
    return MessageLine(
        delivery_id=first.id,
        kind=first.kind,
        facts=decode_facts(first.facts),
        made_at=first.made_at,
        counts={state: counts[state] for state in URGENCY if counts[state]},
        recipients=()
        if first.facts.get(NAMES_NOBODY)
        else tuple(
            recipient_line(row, tuple(tried.get(row.id, ())))
            for row in sorted(rows, key=lambda row: URGENCY.index(row.state))
        ),
        to_resend=to_resend,
        actions=resending(act, first.id, body_id) if to_resend else (),
    )


def resending(act: Act, delivery_id: int, body_id: int | None) -> tuple[AllowedAction, ...]:
    """Returns that a message may be sent again, where the member may."""
    overseen: Collection[int] = (body_id,) if body_id is not None else bodies_where(act.by, P.OVERSEE)
    may_resend = any(act.allows("delivery.resend", each) for each in overseen)
    return (AllowedAction("delivery.resend", {"delivery_id": delivery_id}),) if may_resend else ()


def recipient_line(row: Any, attempts: tuple[AttemptLine, ...]) -> RecipientLine:
    return RecipientLine(
        name=row.name or "",
        platform=row.platform or "",
        state=row.state,
        channel=row.channel or "",
        sent_at=row.sent_at,
        reason=row.reason or "",
        message_id=row.message_id or "",
        attempts=attempts,
    )


async def resend_prefill(act: Act, *, delivery_id: DeliveryId) -> Prefill:
    delivery = await get_delivery_for(act, delivery_id)
    return Prefill(about=text(act.by.lang, f"notification.{delivery.kind}", **decode_facts(delivery.facts)))


async def resend(act: Act, *, delivery_id: DeliveryId) -> DeliveriesView:
    """Send one message again to those it did not reach, and to nobody else.

    Returns DeliveriesView of the message. Raises Conflict where it reached everybody whom it still concerns.
    """
    delivery = await get_delivery_for(act, delivery_id)
    columns = (DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.reason, DELIVERY.c.person_id, DELIVERY.c.room_id)
    lost = select(*columns).where(same_message(delivery), IS_LOST).order_by(DELIVERY.c.id)
    rows = (await act.db.execute(lost.with_for_update())).all()
    if not rows:
        raise Conflict("nothing_to_resend")
    for row in rows:
        STATES.require(act, "delivery.resend", row)  # type: ignore[arg-type]
    act.trace.names_nobody |= bool(delivery.facts.get(NAMES_NOBODY))
    act.trace.told |= {row.person_id for row in rows if row.person_id is not None}
    act.trace.kinds = dict.fromkeys(act.trace.told, delivery.kind) | act.trace.kinds
    act.trace.rooms += sum(row.room_id is not None for row in rows)
    again = {"state": DeliveryState.WAITING, "attempts": 0, "next_at": act.at, "channel": None, "reason": None}
    again["request_id"] = tracing.current_id() or None
    await act.db.execute(update(DELIVERY).where(is_one_of(DELIVERY.c.id, [row.id for row in rows])).values(again))
    act.concerns(f"delivery:{delivery_id}", delivery.subject, recipients=len(rows))
    return await message_view(act, delivery)


async def list_delivery(act: Act, *, body_id: BodyId | None = None) -> UndeliveredView:
    """See what did not reach whom it should have in the last thirty days, in one body or in all that the member
    oversees, and send it again.

    Returns UndeliveredView, newest message first. Raises NotFound and NotAllowed for another's body.
    """
    bodies = {body_id} if body_id is not None else bodies_where(act.by, P.OVERSEE)
    if body_id is not None:
        gate(act, body_id)
    named = await act.db.execute(select(Body.id, Body.name).where(Body.id.in_(bodies)))
    names: dict[int, str] = {row.id: row.name for row in named}
    own: ColumnElement[bool] = DELIVERY.c.body_id.in_(bodies)
    if body_id is None:
        own = or_(own, and_(DELIVERY.c.body_id.is_(None), has_part_in(bodies)))
    columns = (DELIVERY.c.id, DELIVERY.c.kind, DELIVERY.c.facts, DELIVERY.c.made_at, DELIVERY.c.subject)
    query = (
        select(*columns, DELIVERY.c.body_id, DELIVERY.c.reason)
        .where(own, IS_LOST, DELIVERY.c.made_at >= act.at - LOOKED_BACK)
        .order_by(DELIVERY.c.made_at.desc(), DELIVERY.c.kind, DELIVERY.c.subject, DELIVERY.c.body_id, DELIVERY.c.id)
        .limit(MAX_LINES + 1)
    )
    rows = (await act.db.execute(query)).all()
    late = select(DELIVERY.c.id).where(own, is_late(act)).limit(MAX_LINES)
    count = len((await act.db.execute(late)).all())
    groups = groupby(rows[:MAX_LINES], key=lambda row: (row.made_at, row.kind, row.subject, row.body_id))
    messages = tuple(lost_message(act, list(group), names) for _, group in groups)
    title = names.get(body_id, "") if body_id is not None else ""
    return UndeliveredView(body_id, title, messages, count, len(rows) > MAX_LINES)


def has_part_in(bodies: Collection[int]) -> ColumnElement[bool]:
    """Returns the condition that a message is for somebody with a part in one of these bodies."""
    seated = select(Term.person_id).join(Seat, Seat.id == Term.seat_id).where(Seat.body_id.in_(bodies))
    staffed = select(Staff.person_id).join(Body, Body.secretariat_id == Staff.secretariat_id)
    return DELIVERY.c.person_id.in_(union_all(seated, staffed.where(Body.id.in_(bodies))))


def is_late(act: Act) -> ColumnElement[bool]:
    """Returns the condition that a message should have been sent long ago and still waits."""
    return and_(DELIVERY.c.state == DeliveryState.WAITING, DELIVERY.c.next_at < act.at - LATE)


def lost_message(act: Act, rows: Sequence[Any], names: dict[int, str]) -> LostMessage:
    first = rows[0]
    return LostMessage(
        delivery_id=first.id,
        kind=first.kind,
        facts=decode_facts(first.facts),
        made_at=first.made_at,
        body=names.get(first.body_id, ""),
        count=len(rows),
        reasons=tuple(dict.fromkeys(row.reason or "" for row in rows)),
        actions=resending(act, first.id, first.body_id),
    )
