"""Where people are reached, asked before something is sent."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select

from lisbot.council.core.context import Act
from lisbot.council.models import Account, MailTrouble, Person, table
from lisbot.db import is_one_of
from lisbot.texts import sort_key

PERSON, ACCOUNT, TROUBLE = table(Person), table(Account), table(MailTrouble)
MAIL = "mail"
# The account they were seen on last comes first, as when it is sent (lisbot.outbox.routing).
REACH = (
    select(
        PERSON.c.id,
        PERSON.c.name,
        (PERSON.c.email.is_not(None) & TROUBLE.c.email.is_(None)).label("takes_mail"),
        ACCOUNT.c.platform,
        ACCOUNT.c.conversation_id,
        ACCOUNT.c.lost_at,
    )
    .outerjoin_from(PERSON, ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
    .outerjoin(TROUBLE, TROUBLE.c.email == PERSON.c.email)
    .where(is_one_of(PERSON.c.id, "ids"))
    .order_by(PERSON.c.id, func.coalesce(ACCOUNT.c.seen_at, ACCOUNT.c.linked_at).desc(), ACCOUNT.c.id.desc())
)


class Reach(NamedTuple):
    """Who is told, how many of them are reached through each channel, and the names of those who are reached through
    none."""

    names: tuple[str, ...]
    channels: Counter[str]
    unreachable: tuple[str, ...]


async def read_reach(act: Act, people: Collection[int]) -> Reach:
    """Returns through which channels people would be told something now, their names in the order of the member's
    language. One statement."""
    rows = (await act.db.execute(REACH, {"ids": sorted(people)})).all() if people else []
    names = {row.id: row.name for row in rows}
    chats = act.platforms - {MAIL}
    channels = {row.id: MAIL for row in rows if row.takes_mail and MAIL in act.platforms}
    for row in reversed(rows):
        if row.conversation_id and not row.lost_at and row.platform in chats:
            channels[row.id] = row.platform
    collate = sort_key(act.by.lang)
    known = sorted(names, key=lambda each: collate(names[each]))
    unreachable = tuple(names[each] for each in known if each not in channels)
    return Reach(tuple(names[each] for each in known), Counter(channels.values()), unreachable)
