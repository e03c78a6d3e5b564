"""Which mails somebody can do without: those that only tell how things go. What asks for something is always sent."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.enums import MailCopies, NotificationGroup
from lisbot.council.models import ChannelChoice, QuietTime, table

CHOICE, QUIET = table(ChannelChoice), table(QuietTime)
OFF = "off"  # instead of a channel
# The kinds of messages (notification.*) that can be turned off.
KINDS = {
    NotificationGroup.DAILY: (
        *("agenda_due", "notice_due", "minutes_due"),
        *("call_unheard", "notice_unheard", "vote_unheard", "vote_unheard_unnamed"),
    ),
    NotificationGroup.FOLLOW_UP: ("follow_up_reminder", "follow_up_overdue", "follow_up_silent"),
    NotificationGroup.REGISTER: ("person_edited", "seat_filled", "term_starts"),
}
CAN_BE_OFF = tuple(KINDS)
GROUP_OF = {kind: group for group, kinds in KINDS.items() for kind in kinds}


async def is_off(db: AsyncSession, person_id: int) -> bool:
    """Returns whether somebody gets none of the mails that they can do without."""
    theirs = select(CHOICE.c.what).where(CHOICE.c.person_id == person_id, CHOICE.c.channel == OFF)
    copies = select(QUIET.c.copies).where(QUIET.c.person_id == person_id)
    return set(CAN_BE_OFF) <= set(await db.scalars(theirs)) and await db.scalar(copies) is not MailCopies.ALL


async def turn_off(db: AsyncSession, person_id: int) -> None:
    """Send somebody none of the mails that they can do without, and none that say what chat has told them. Doing it
    twice is doing it once."""
    await db.execute(delete(CHOICE).where(CHOICE.c.person_id == person_id, CHOICE.c.what.in_(CAN_BE_OFF)))
    db.add_all(ChannelChoice(person_id=person_id, what=what, channel=OFF) for what in CAN_BE_OFF)
    has_all = (QUIET.c.person_id == person_id, QUIET.c.copies == MailCopies.ALL)
    await db.execute(update(QUIET).where(*has_all).values(copies=MailCopies.NONE))
