"""Which message of ours somebody answers by mail, and whether it asks what they answer.

A yes is an answer to a question and to nothing else: the same word below a message that asks for a deputy says
something else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.delivery.reach import COPY_OF, MAIL
from lisbot.council.delivery.states import TAKEN
from lisbot.council.mail.bounces import MESSAGE_ID, NUMBER_LENGTH
from lisbot.council.mail.tokens import is_signed
from lisbot.council.models import Delivery

Signed = tuple[int, str]  # the number of a delivery, and the signature that stands with it in its Message-ID
MOVED = "meeting_moved"


class Asked(Enum):
    ATTENDANCE = auto()  # whether one comes
    ITEMS = auto()  # whether one has items for the agenda


# The kinds of messages (notification.*) that ask something, all of a meeting.
ASKS = dict.fromkeys(
    (
        *("notice", "notice_reminder", "meeting_reminder", "agenda_changed"),
        *("meeting_moved", "meeting_begins", "meeting_changed"),
        *("deputy_asked", "deputy_reminder", "mail_answer_unclear"),
    ),
    Asked.ATTENDANCE,
) | dict.fromkeys(("call_opened", "call_reopened", "call_extended", "call_reminder"), Asked.ITEMS)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody was asked. `is_outdated`: the meeting was moved after they were."""

    asks: Asked
    is_outdated: bool


async def find_question(
    db: AsyncSession, keys: Iterable[bytes], subject: str, person_id: int, named: Sequence[Signed]
) -> Question | None:
    """Returns what somebody answers; None where that asked nothing. `named`: the messages that theirs says it answers,
    the one it answers first. One that names none answers what they were sent last about the same."""
    keys = tuple(keys)
    numbers = (number for number, signature in named if is_ours(keys, number, signature))
    number = next(numbers, None)
    theirs = (Delivery.person_id == person_id, Delivery.subject == subject)
    query = select(Delivery).where(*theirs)
    if number is not None:
        query = query.where(Delivery.id == number)
    else:
        query = query.where(Delivery.channel == MAIL, Delivery.state.in_(TAKEN))
    delivery = (await db.scalars(query.order_by(Delivery.sent_at.desc(), Delivery.id.desc()).limit(1))).first()
    kind = delivery.facts.get(COPY_OF, delivery.kind) if delivery is not None else ""
    if delivery is None or not delivery.command or kind not in ASKS:
        return None
    moved = select(Delivery.made_at, Delivery.id).where(*theirs, Delivery.kind == MOVED).order_by(Delivery.id.desc())
    moved_at = (await db.execute(moved.limit(1))).first()
    asked_at = (delivery.sent_at or delivery.made_at, delivery.id)
    return Question(ASKS[kind], is_outdated=moved_at is not None and asked_at < tuple(moved_at))


def is_ours(keys: Iterable[bytes], number: int, signature: str) -> bool:
    return is_signed(keys, MESSAGE_ID, str(number), signature, NUMBER_LENGTH)
