"""Through what somebody is told things, when they wish to be left in peace, and whether what can wait comes together:
set by themselves."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import Hour, Number, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.peace import DEFAULT, quiet_of
from lisbot.council.delivery.reached import read_reached
from lisbot.council.delivery.views import QuietTimeView
from lisbot.council.enums import MailCopies
from lisbot.council.models import QuietTime, table

QUIET = table(QuietTime)


async def show_quiet_time(act: Act) -> QuietTimeView:
    """See through what lisbot tells you things and why, when it leaves you in peace, and whether what several councils
    tell you comes together. Returns QuietTimeView."""
    row = (await act.db.execute(select(QUIET).where(QUIET.c.person_id == act.by_id))).one_or_none()
    quiet = quiet_of(row) if row is not None else DEFAULT
    return QuietTimeView(
        quiet_from=quiet.quiet_from,
        quiet_to=quiet.quiet_to,
        on_free_days=not quiet.free_days,
        one_by_one=not quiet.digest,
        alarm_minutes=row.alarm_minutes if row is not None else None,
        is_own=row is not None,
        actions=(AllowedAction("quiet_time.set"),),
        copies=row.copies if row is not None else MailCopies.NONE,
        reached=await read_reached(act),
    )


async def set_prefill(act: Act) -> Prefill:
    now = await show_quiet_time(act)
    names = ("quiet_from", "quiet_to", "on_free_days", "one_by_one", "copies", "alarm_minutes")
    return Prefill(values={name: getattr(now, name) for name in names}, is_saved=True)


async def set_quiet_time(
    act: Act,
    *,
    quiet_from: Hour | None = None,
    quiet_to: Hour | None = None,
    on_free_days: bool = False,
    one_by_one: bool = False,
    copies: MailCopies = MailCopies.NONE,
    alarm_minutes: Number | None = None,
) -> QuietTimeView:
    """Choose from when until when lisbot leaves you in peace, whether it does in weekends and on public holidays, and
    whether what several councils tell you the same day comes together. What cannot wait comes all the same. Choose also
    what comes by mail beside chat, and an alarm in the calendar.

    Returns QuietTimeView. Raises Invalid for one hour without the other.
    """
    if (quiet_from is None) != (quiet_to is None):
        raise Invalid("quiet_needs_both", field="quiet_to" if quiet_to is None else "quiet_from")
    row = await act.db.get(QuietTime, act.by_id)
    if row is None:
        row = QuietTime(person_id=act.by_id)
        act.db.add(row)
    row.quiet_from, row.quiet_to = quiet_from, quiet_to
    row.copies = copies
    row.free_days, row.digest, row.alarm_minutes = not on_free_days, not one_by_one, alarm_minutes
    await act.db.flush()
    act.concerns(f"person:{act.by_id}")
    return await show_quiet_time(act)
