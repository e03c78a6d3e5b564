"""Where people are reached: by the same rules when it is asked before something is sent, and when it is sent."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Act
from lisbot.council.delivery.choices import GROUP_OF, OFF
from lisbot.council.delivery.groups import group_of
from lisbot.council.enums import NotificationGroup
from lisbot.council.models import Account, ChannelChoice, MailTrouble, Person, table
from lisbot.db import is_one_of
from lisbot.texts import sort_key

PERSON, ACCOUNT, TROUBLE, CHOICE = (table(each) for each in (Person, Account, MailTrouble, ChannelChoice))
MAIL = "mail"  # the platform that chat falls back to
COPY = "mail_copy"  # the kind of what goes by mail beside chat
COPY_OF = "copy_of"  # a fact of a copy: the kind of what it is a copy of
OF_GUESTS = ("guest_invited", "guest_changed", "guest_moved", "guest_withdrawn", "guest_cancelled")
BY_MAIL_ALONE = frozenset(
    {"calendar_withdrawn", COPY, *OF_GUESTS}
)  # kinds that a calendar is to read, which chat cannot tell it
# The account they were seen on last comes first, as when it is sent (lisbot.outbox.routing).
REACH = (
    select(
        PERSON.c.id,
        PERSON.c.name,
        PERSON.c.email,
        TROUBLE.c.email.is_not(None).label("has_trouble"),
        ACCOUNT.c.id.label("account_id"),
        ACCOUNT.c.platform,
        ACCOUNT.c.service_url,
        ACCOUNT.c.conversation_id,
        ACCOUNT.c.seen_at,
        ACCOUNT.c.lost_at,
        CHOICE.c.what,
        CHOICE.c.channel,
    )
    .outerjoin_from(PERSON, ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
    .outerjoin(TROUBLE, TROUBLE.c.email == PERSON.c.email)
    .outerjoin(CHOICE, CHOICE.c.person_id == PERSON.c.id)
    .where(is_one_of(PERSON.c.id, "ids"))
    .order_by(PERSON.c.id, func.coalesce(ACCOUNT.c.seen_at, ACCOUNT.c.linked_at).desc(), ACCOUNT.c.id.desc())
)
CHOICES = select(CHOICE.c.person_id, CHOICE.c.what, CHOICE.c.channel).where(is_one_of(CHOICE.c.person_id, "ids"))
Choices = Mapping[tuple[int, NotificationGroup | None], str]


class Wish(NamedTuple):
    """How somebody is told one kind of thing. `by_mail_alone`: so they wish, or only mail can tell it; `is_off`: they
    wish no mail of it. `platform` is tried before any other."""

    by_mail_alone: bool
    is_off: bool
    platform: str | None


class Reach(NamedTuple):
    """The names of those who are reached, how many of them through each channel, the names of those who are reached
    through none, and the ids of those who are reached."""

    names: tuple[str, ...]
    channels: Counter[str]
    unreachable: tuple[str, ...]
    reached: frozenset[int]


async def read_choices(db: AsyncSession, people: Sequence[int]) -> Choices:
    """Returns through what each person wishes to be told what, where they have chosen. At most one statement."""
    if not people:
        return {}
    return {(row.person_id, row.what): row.channel for row in await db.execute(CHOICES, {"ids": people})}


def wish_of(choices: Choices, person_id: int, kind: str, email: str | None) -> Wish:
    """Returns how somebody is told a kind of thing. `email` is their address, where mail is on."""
    wish = as_chosen(choices.get((person_id, group_of(kind))) if kind != COPY else None, email)
    is_off = wish.platform == OFF and kind in GROUP_OF
    return wish._replace(by_mail_alone=kind in BY_MAIL_ALONE or wish.by_mail_alone, is_off=is_off)


def as_chosen(choice: str | None, email: str | None) -> Wish:
    """Returns how somebody who has chosen this is told what asks for something, which is always sent."""
    return Wish(by_mail_alone=bool(choice == MAIL and email), is_off=False, platform=choice)


def find_way(
    accounts: Sequence[Any], platforms: Collection[str], wish: Wish, email: str | None
) -> tuple[Any | None, str]:
    """Returns the account on which somebody is told a thing in chat, and the channel: mail where there is none, ""
    where there is no address either, or they wish no mail of it."""
    chat = None if wish.by_mail_alone else chat_of(accounts, platforms, wish.platform)
    if chat is not None:
        return chat, chat.platform
    return None, MAIL if email and not wish.is_off else ""


def chat_of(accounts: Sequence[Any], platforms: Collection[str], first: str | None = None) -> Any | None:
    """Returns the account that somebody is reached on in chat: that they were seen on last, has a conversation and has
    not been lost; on the platform `first` before any other."""
    for row in sorted(accounts, key=lambda row: row.platform != first):
        is_on = row.platform in platforms and row.platform != MAIL
        if is_on and row.conversation_id and row.service_url and not row.lost_at:
            return row
    return None


async def read_reach(act: Act, people: Collection[int]) -> Reach:
    """Returns through which channels people would be told now what a command tells them, their names in the order of
    the member's language. One statement."""
    rows: dict[int, dict[int | None, Any]] = {}
    choices: dict[tuple[int, NotificationGroup | None], str] = {}
    for row in (await act.db.execute(REACH, {"ids": sorted(people)})).all() if people else ():
        rows.setdefault(row.id, {})[row.account_id] = row
        if row.what is not None:
            choices[row.id, row.what] = row.channel
    channels: dict[int, str] = {}
    unreachable: set[int] = set()
    for id_, accounts in rows.items():
        person = next(iter(accounts.values()))
        email = person.email if MAIL in act.platforms else None
        wish = wish_of(choices, id_, act.trace.kinds.get(id_, ""), email)
        _, channel = find_way(list(accounts.values()), act.platforms, wish, email)
        if channel and not (channel == MAIL and person.has_trouble):
            channels[id_] = channel
        elif not wish.is_off:
            unreachable.add(id_)
    collate = sort_key(act.by.lang)
    names = {id_: next(iter(accounts.values())).name for id_, accounts in rows.items()}
    known = sorted(names, key=lambda each: collate(names[each]))
    lost = tuple(names[each] for each in known if each in unreachable)
    reached = tuple(names[each] for each in known if each in channels)
    return Reach(reached, Counter(channels.values()), lost, frozenset(channels))
