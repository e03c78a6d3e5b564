"""How it went with what was sent: each message about a thing, and each of its recipients."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import select

from lisbot.council.core.access import gate
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.core.fields import MeetingId, ProposalId, SeatChangeId, VoteId
from lisbot.council.delivery.notifications import NAMES_NOBODY, decode_facts
from lisbot.council.delivery.views import DeliveriesView, MessageLine, RecipientLine
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Body, Delivery, Meeting, Person, Proposal, Room, Seat, SeatChange, Vote, table

DELIVERY, PERSON, ROOM = table(Delivery), table(Person), table(Room)
MAX_LINES = 2_000  # recipients shown at a time
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
        DELIVERY.c.kind,
        DELIVERY.c.facts,
        DELIVERY.c.made_at,
        DELIVERY.c.state,
        DELIVERY.c.channel,
        DELIVERY.c.sent_at,
        DELIVERY.c.reason,
        PERSON.c.name,
        ROOM.c.platform,
    )
    .outerjoin_from(DELIVERY, PERSON, PERSON.c.id == DELIVERY.c.person_id)
    .outerjoin(ROOM, ROOM.c.id == DELIVERY.c.room_id)
    .order_by(DELIVERY.c.made_at.desc(), DELIVERY.c.kind, DELIVERY.c.id)
    .limit(MAX_LINES + 1)
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
) -> DeliveriesView:
    """See how it went with what was sent about one meeting, question, proposal or reported change: to whom, through
    what, and whom it did not reach.

    Returns DeliveriesView, newest message first. Raises NotFound for what is not the member's to oversee.
    """
    given = {"meeting": meeting_id, "vote": vote_id, "proposal": proposal_id, "change": change_id}
    asked = [(noun, number) for noun, number in given.items() if number is not None]
    if len(asked) != 1:
        raise Invalid("one_thing_at_a_time")
    noun, number = asked[0]
    found = (await act.db.execute(SUBJECTS[noun].where(IDS[noun] == number))).one_or_none()
    if found is None:
        raise NotFound
    subject = Subject(*found)
    gate(act, subject.body_id)
    rows = (await act.db.execute(SENT_ABOUT.where(DELIVERY.c.subject == f"{noun}:{number}"))).all()
    shown, has_more = rows[:MAX_LINES], len(rows) > MAX_LINES
    messages = [message_line(list(group)) for _, group in groupby(shown, key=lambda row: (row.made_at, row.kind))]
    return DeliveriesView(f"{noun}:{number}", *subject, tuple(messages), has_more)


SUBJECTS: dict[str, Any] = {
    "meeting": select(Body.name, Meeting.body_id, Meeting.held_on).join(Body, Body.id == Meeting.body_id),
    "vote": select(Vote.question, Vote.body_id),
    "proposal": select(Proposal.title, Meeting.body_id).join(Meeting, Meeting.id == Proposal.meeting_id),
    "change": select(Seat.role, Seat.body_id).join(SeatChange, SeatChange.seat_id == Seat.id),
}
IDS: dict[str, Any] = {"meeting": Meeting.id, "vote": Vote.id, "proposal": Proposal.id, "change": SeatChange.id}


def message_line(rows: Sequence[Any]) -> MessageLine:
    """Returns one message, those of its recipients first that it did not reach; none of them where their
    names would tell who has answered a secret question."""
    first = rows[0]
    counts = Counter(row.state for row in rows)
    return MessageLine(
        kind=first.kind,
        facts=decode_facts(first.facts),
        made_at=first.made_at,
        counts={state: counts[state] for state in URGENCY if counts[state]},
        recipients=()
        if first.facts.get(NAMES_NOBODY)
        else tuple(map(recipient_line, sorted(rows, key=lambda row: URGENCY.index(row.state)))),
    )


def recipient_line(row: Any) -> RecipientLine:
    return RecipientLine(
        name=row.name or "",
        platform=row.platform or "",
        state=row.state,
        channel=row.channel or "",
        sent_at=row.sent_at,
        reason=row.reason or "",
    )
