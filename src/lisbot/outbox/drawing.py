"""Drawing the cards that are sent: once for all who are shown the same.

A card for a role or a room is kept until something is done in its body, or a few seconds: of a notice to a thousand
people each role's card is drawn once in each language. A card for one person is drawn for them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot import cards, routes
from lisbot.cards.deadlines import Deadline, find_deadline
from lisbot.cards.draw import sheet_card
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, section, sheet
from lisbot.cards.views import Row as Line
from lisbot.commands import Reply, run
from lisbot.council.core.subjects import subject_of
from lisbot.council.delivery.notifications import decode_facts
from lisbot.council.delivery.reach import COPY_OF
from lisbot.council.register.identity import Caller
from lisbot.messaging import Message
from lisbot.outbox.changes import LogPosition, read_changes, read_position
from lisbot.outbox.records import ClaimedDelivery, ClaimedPosting
from lisbot.outbox.routing import Route
from lisbot.runtime import Runtime
from lisbot.texts import has, text

MAX_AGE = timedelta(seconds=5)  # of a card that is shared: what no command changed shows after that
AT_ONCE = 4  # cards drawn at one time, each on a connection of the database's pool
SHARED = "role"  # the platform of callers that stand for several

Row = ClaimedDelivery | ClaimedPosting


@dataclass
class Drawn:
    """A card, and the messages it is in: the same message object for all who are told the same."""

    reply: Reply
    card: dict[str, Any] = field(default_factory=dict)
    page_url: str = ""
    deadline: Deadline | None = None
    messages: dict[tuple[object, ...], Message] = field(default_factory=dict)


@dataclass(frozen=True)
class SharedCard:
    """A card drawn for several, and what makes it out of date."""

    drawn: "asyncio.Task[Drawn]"
    subject: str | None
    body_id: int | None
    at: datetime


class Drawing:
    """Draws cards as their recipients may see them now."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.position: LogPosition | None = None
        self.shared: dict[tuple[object, ...], SharedCard] = {}
        self.turns = asyncio.Semaphore(AT_ONCE)

    async def prepare(self, db: AsyncSession) -> LogPosition:
        """Drop the shared cards that something was done to. Returns where the log stood: what is drawn from now on
        shows all that was done before."""
        position = await read_position(db)
        changes = await read_changes(db, self.position) if self.position and self.shared else None
        oldest = self.runtime.now() - MAX_AGE
        self.shared = {
            key: card
            for key, card in self.shared.items()
            if card.at >= oldest and not (changes and changes.concern(card.subject, card.body_id))
        }
        self.position = position
        return position

    async def draw(self, row: Row, route: Route) -> Drawn:
        """Returns the card, as this recipient may see it now; none where they are told in words alone. A refusal is
        in the reply's status."""
        lang = route.lang or self.runtime.lang
        if not row.command:
            return Drawn(Reply(200, lang=lang))
        if route.viewer is None:
            return Drawn(Reply(403, lang=lang))
        if route.viewer.platform != SHARED:
            return await self.draw_for(row, route.viewer)
        key = (route.viewer, row.command, orjson.dumps(row.args, option=orjson.OPT_SORT_KEYS))
        if key not in self.shared:
            drawing = asyncio.create_task(self.draw_for(row, route.viewer))
            subject = subject_of(row.command, row.args)
            self.shared[key] = SharedCard(drawing, subject, route.body_id, self.runtime.now())
        try:
            drawn = await self.shared[key].drawn
        except Exception:
            self.shared.pop(key, None)
            raise
        if drawn.reply.status >= 500:
            self.shared.pop(key, None)
        return drawn

    async def draw_for(self, row: Row, viewer: Caller) -> Drawn:
        async with self.turns:
            reply = await run(self.runtime, row.command, row.args, viewer)
        if reply.viewer is None:
            return Drawn(reply)
        card = cards.draw_card(reply.shows, reply.view, reply.viewer)
        page_url = f"{self.runtime.base_url}{routes.address(row.command, row.args)}"
        return Drawn(reply, card, page_url, find_deadline(reply.shows, reply.view, reply.viewer))

    def compose(self, row: Row, drawn: Drawn, route: Route) -> Message:
        """Returns the message: why they get it, where that is to be said, and the card."""
        why = (row.kind, orjson.dumps(row.facts)) if isinstance(row, ClaimedDelivery) else ()
        key = (*why, row.room_id is not None, route.is_outside)
        if key not in drawn.messages:
            words = self.say_why(row, drawn.reply.lang) if isinstance(row, ClaimedDelivery) else ""
            deadline = drawn.deadline
            drawn.messages[key] = Message(
                words=words,
                card=drawn.card,
                lang=drawn.reply.lang,
                page_url=drawn.page_url,
                shared=row.room_id is not None,
                command=row.command,
                args=dict(row.args),
                deadline=deadline.words if deadline else "",
                due_at=deadline.at if deadline else None,
                why_url=self.why_url() if row.person_id is not None else "",
                is_outside=route.is_outside,
            )
        return drawn.messages[key]

    def say_why(self, row: ClaimedDelivery, lang: str) -> str:
        """Returns what a message says, in words."""
        # What waited while lisbot was upgraded says nothing of what differs.
        facts = {"changes": "", **{name: self.local(value) for name, value in decode_facts(row.facts).items()}}
        return text(lang, notification_key(row, lang), **facts).strip()

    def compose_digest(self, drawn: Sequence[tuple[ClaimedDelivery, Drawn]], viewer: Viewer) -> Message:
        """Returns one message that lists what several councils tell one person, each with its button."""
        lines = [
            Line(self.say_why(row, viewer.lang), opens=Opens(row.command, row.args) if row.command else None)
            for row, _ in drawn
        ]
        whole = sheet(viewer.t("card.digest.title", count=len(lines)), sections=[section(rows=lines)])
        due = [each.deadline.at for _, each in drawn if each.deadline and each.deadline.at]
        return Message(
            words=viewer.t("card.digest.words", count=len({row.body_id for row, _ in drawn})),
            card=sheet_card(whole, "digest", viewer),
            lang=viewer.lang,
            page_url=f"{self.runtime.base_url}{routes.address('worklist.show', {})}",
            command="worklist.show",
            args={},
            due_at=min(due, default=None),
            why_url=self.why_url(),
            is_outside=not viewer.by.holds,
        )

    def why_url(self) -> str:
        return f"{self.runtime.base_url}{routes.address('quiet_time.show', {})}"

    def local(self, value: object) -> object:
        """Returns a moment as people there read it off a clock; anything else as it is."""
        return value.astimezone(self.runtime.tz) if isinstance(value, datetime) else value


def notification_key(row: ClaimedDelivery, lang: str) -> str:
    """Returns the key of what a delivery says. What a room is told may have words of its own, since a person is also
    told why they get it; and so may what somebody is told as a newcomer or a predecessor."""
    key = f"notification.{row.facts.get(COPY_OF, row.kind)}"
    own = f"{key}_{row.facts.get('told_as', 'in_room' if row.room_id is not None else '')}"
    return own if has(lang, own) else key
