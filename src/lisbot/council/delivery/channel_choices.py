"""Through what somebody wishes to be told a kind of thing, or all: chosen by themselves."""

from sqlalchemy import delete

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import Prefill
from lisbot.council.delivery.choices import CAN_BE_OFF
from lisbot.council.delivery.quiet_times import show_quiet_time
from lisbot.council.delivery.reach import CHOICE
from lisbot.council.delivery.reached import Ways, read_ways, told_groups
from lisbot.council.delivery.views import QuietTimeView
from lisbot.council.enums import ChosenChannel as C
from lisbot.council.enums import NotificationGroup
from lisbot.council.models import ChannelChoice
from lisbot.texts import text


async def set_prefill(act: Act, *, what: NotificationGroup | None = None) -> Prefill:
    ways = await read_ways(act)
    chosen = C(ways.choices.get(what, C.SEEN_LAST)) if what else None
    return Prefill(
        about=text(act.by.lang, f"card.reached.of.{what}") if what else "",
        values={"what": what, "channel": chosen},
        choices={
            "what": [(each.value, each) for each in told_groups(act)],
            "channel": [(each.value, each) for each in offered(ways, what)],
        },
    )


def offered(ways: Ways, what: NotificationGroup | None) -> list[C]:
    """Returns among what somebody may choose: what leads to them, and no mail at all of what they can do without."""
    mail = [C.MAIL] if ways.email else []
    off = [C.OFF] if ways.email and what in CAN_BE_OFF else []
    return [C.SEEN_LAST, *(each for each in (C.TEAMS, C.SLACK) if each.value in ways.chats), *mail, *off]


async def set_channel_choice(act: Act, *, what: NotificationGroup | None = None, channel: C) -> QuietTimeView:
    """Choose through what lisbot tells you a kind of thing; with none, everything.

    Returns QuietTimeView. Raises Invalid for a channel in which nothing leads to the member.
    """
    if channel not in offered(await read_ways(act), what):
        raise Invalid("channel_not_yours", field="channel")
    groups = [what] if what else told_groups(act)
    await act.db.execute(delete(CHOICE).where(CHOICE.c.person_id == act.by_id, CHOICE.c.what.in_(groups)))
    if channel is not C.SEEN_LAST:
        act.db.add_all(ChannelChoice(person_id=act.by_id, what=each, channel=channel.value) for each in groups)
    await act.db.flush()
    act.concerns(f"person:{act.by_id}")
    return await show_quiet_time(act)
