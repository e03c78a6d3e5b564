"""Through what somebody is told each kind of thing, and why: the rules by which it is sent, in words for themselves."""

from typing import Any

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.choices import OFF
from lisbot.council.delivery.reach import MAIL, REACH, as_chosen, chat_of, find_way
from lisbot.council.delivery.views import ReachedLine
from lisbot.council.enums import NotificationGroup as G
from lisbot.council.enums import ReachedBecause as Why


class Ways:
    """What leads to the member: their accounts, the one they were seen on last first, their address where mail is on,
    and what they have chosen."""

    def __init__(self, act: Act, rows: list[Any]) -> None:
        self.platforms = act.platforms
        self.accounts = list({row.account_id: row for row in rows if row.account_id is not None}.values())
        self.email = rows[0].email if rows and MAIL in act.platforms else None
        self.has_trouble = bool(rows and rows[0].has_trouble)
        self.choices = {row.what: row.channel for row in rows if row.what is not None}

    @property
    def chats(self) -> list[str]:
        """The platforms on which they are reached in chat."""
        return list(dict.fromkeys(each.platform for each in self.accounts if chat_of([each], self.platforms)))

    def way_of(self, what: G) -> tuple[str, Why]:
        """Returns through what they are told what asks for something of a kind, "" for nothing, and why."""
        choice = self.choices.get(what)
        chat, channel = find_way(self.accounts, self.platforms, as_chosen(choice, self.email), self.email)
        return channel, self.why_in_chat(chat, choice) if chat is not None else self.why_by_mail(choice)

    def why_in_chat(self, chat: Any, choice: str | None) -> Why:
        if choice == chat.platform:
            return Why.CHOSEN
        if choice not in (None, OFF):
            return Why.CHOSEN_IS_AWAY
        return Why.SEEN_LAST if chat.seen_at is not None else Why.LINKED

    def why_by_mail(self, choice: str | None) -> Why:
        if self.email is None:
            return Why.NOTHING_LEADS
        if self.has_trouble:
            return Why.ADDRESS_FAILS
        if choice == OFF:
            return Why.TURNED_OFF
        if choice is not None:
            return Why.CHOSEN if choice == MAIL else Why.CHOSEN_IS_AWAY
        return Why.CHAT_IS_LOST if any(each.lost_at for each in self.accounts) else Why.NO_CHAT


async def read_ways(act: Act) -> Ways:
    """Returns what leads to the member. One statement."""
    return Ways(act, list((await act.db.execute(REACH, {"ids": [act.by_id]})).all()))


def told_groups(act: Act) -> list[G]:
    """Returns what the member is told about: whoever only reads along is told of meetings and their minutes."""
    groups = list(G) if bodies_where(act.by, P.VIEW) else [G.NOTICE, G.MINUTES]
    return [each for each in groups if each is not G.DAILY or bodies_where(act.by, P.OVERSEE)]


async def read_reached(act: Act) -> tuple[ReachedLine, ...]:
    """Returns through what the member is told each kind of thing now, and why. One statement."""
    ways = await read_ways(act)
    return tuple(
        ReachedLine(what, *ways.way_of(what), AllowedAction("channel_choice.set", {"what": what.value}))
        for what in told_groups(act)
    )
