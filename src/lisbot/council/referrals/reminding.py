"""Reminding whoever has a case that was sent on of its answer: by hand, and by itself until there is one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import Prefill, ReferralId
from lisbot.council.delivery.reminded import JUST_REMINDED
from lisbot.council.enums import REFERRAL_WAITS
from lisbot.council.models import Referral, table
from lisbot.council.referrals.referrals import WHOLE, Part, get_referral_for, had_since, is_overdue, note, referral_view
from lisbot.council.referrals.sending import about, by_day
from lisbot.council.referrals.states import REFERRAL
from lisbot.council.referrals.telling import receivers_of, senders_of, tell
from lisbot.council.referrals.views import ReferralView

HOUR = time(8)
BEFORE = timedelta(days=7)  # the deadline
AFTER = timedelta(days=1)
AGAIN = timedelta(days=14)  # once it is over
WITHOUT_DAY = timedelta(days=28)  # after it was sent, and again
REFERRAL_ROW = table(Referral)


async def remind_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.remind", referral)
    return Prefill(about=f"{about(referral)}\n{referral.receiver_name}")


async def remind(act: Act, *, referral_id: ReferralId) -> ReferralView:
    """Remind a receiver of a case that waits for its answer. Asks first whom, and where they were reminded within the
    hour.

    Returns ReferralView. Raises Conflict where the receiver has no address, or is closed.
    """
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.remind", referral)
    people = await receivers_of(act, referral)
    if referral.reminded_at is not None and act.at - referral.reminded_at < JUST_REMINDED:
        act.ask_first("reminded_already", at=referral.reminded_at.astimezone(act.tz))
    await remind_receivers(act, referral, people)
    act.did(receiver=referral.receiver_name)
    return await referral_view(act, referral)


async def remind_receivers(act: Act, referral: Referral, people: set[int]) -> None:
    referral.reminded_at = act.at
    await act.db.flush()
    await tell(act, referral, reminder_kind(act, referral), people, **by_day(referral))


def reminder_kind(act: Act, referral: Referral) -> str:
    if referral.answer_by is None:
        return "referral_reminder"
    return "referral_reminder_overdue" if is_overdue(act, referral) else "referral_reminder_by"


async def remind_due(act: Act, *, referral_id: ReferralId) -> ReferralView:
    """Remind of a case whose answer is due soon or overdue: its receiver, and once it is overdue whoever sent it too.
    Where nobody there can be reached whoever sent it is told that, so that they remind them.

    Returns ReferralView. Raises Conflict for what is not due.
    """
    query = select(Referral).where(Referral.id == referral_id).with_for_update(of=Referral)
    referral = await act.db.scalar(query.options(*WHOLE).execution_options(populate_existing=True))
    if referral is None:
        raise NotFound
    REFERRAL.require(act, "referral.remind_due", referral)
    if reminder_moment(referral, act.tz) > act.at:
        raise Conflict("reminder_not_due")
    note(act, referral)
    people = await receivers_of(act, referral)
    if people:
        await remind_receivers(act, referral, people)
    if not people or is_overdue(act, referral) or referral.answer_by is None:
        referral.silent_at = act.at
        since = had_since(referral).astimezone(act.tz).date()
        await tell(act, referral, silent_kind(referral, people), await senders_of(act, referral), since_on=since)
    return await referral_view(act, referral)


def silent_kind(referral: Referral, people: set[int]) -> str:
    if people:
        return "referral_silent"
    return "referral_not_handed_over" if referral.is_to_hand_over else "referral_silent_unreached"


def sent_on(referral: Any, tz: ZoneInfo) -> date:
    day: date = referral.sent_at.astimezone(tz).date()
    return day


def reminder_days(sent: date, answer_by: date | None) -> Iterator[date]:
    """Yields the days on which a receiver is reminded, until it answers: a week before the deadline, the day after it,
    and every other week from then on; without a deadline every fourth week."""
    if answer_by is None:
        day, step = sent + WITHOUT_DAY, WITHOUT_DAY
    else:
        if answer_by - BEFORE > sent:
            yield answer_by - BEFORE
        day, step = answer_by + AFTER, AGAIN
    while True:
        yield day
        day += step


def reminder_moment(referral: Any, tz: ZoneInfo) -> datetime:
    """Returns when a case that waits is next reminded of: on the first of those days after it was last."""
    sent = sent_on(referral, tz)
    moments = (each for each in (referral.reminded_at, referral.silent_at) if each is not None)
    last = max((each.astimezone(tz).date() for each in moments), default=sent)
    day = next(each for each in reminder_days(sent, referral.answer_by) if each > last)
    return moment(day, HOUR, tz)


async def read_moments(db: AsyncSession, tz: ZoneInfo) -> list[tuple[int, datetime]]:
    names = ("id", "sent_at", "answer_by", "reminded_at", "silent_at")
    columns = [REFERRAL_ROW.c[name] for name in names]
    rows = await db.execute(
        select(*columns).where(REFERRAL_ROW.c.state.in_(REFERRAL_WAITS)).order_by(REFERRAL_ROW.c.id)
    )
    return [(row.id, reminder_moment(row, tz)) for row in rows]


async def due_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns the referrals to remind of now, as arguments to referral.remind_due."""
    return [{"referral_id": key} for key, when in await read_moments(db, tz) if when <= at]


async def next_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next reminder is due."""
    return min((when for _, when in await read_moments(db, tz) if when > at), default=None)
