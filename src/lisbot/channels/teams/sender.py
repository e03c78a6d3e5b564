"""The outbox's way to Teams."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.limits import scopes_of
from lisbot.channels.teams.members import Members
from lisbot.channels.teams.responses import CARD
from lisbot.channels.teams.speakers import PLATFORM
from lisbot.commands import changes_something
from lisbot.messaging import Address, GoneError, Message, Scope
from lisbot.render import teams
from lisbot.texts import text


class TeamsSender:
    """Sends and edits cards. Words and card are one activity: of two, Teams tells only one's id.

    `on_gone` is told of a conversation that no longer leads to anybody. `members`: those of the teams it is in.
    """

    platform = PLATFORM

    def __init__(self, connector: Connector, on_gone: Callable[[str], None], members: Members | None = None) -> None:
        self.connector, self.on_gone, self.members = connector, on_gone, members

    def scopes(self, to: Address, *, edits: bool = False) -> Sequence[Scope]:
        """Returns what a message or an edit is counted in; Teams counts them alike."""
        return scopes_of(to)

    async def find_person(self, room: Address, email: str) -> Address | None:
        """Returns where somebody who sits in a room is reached, if anywhere. Raises SendError."""
        bot_id = f"28:{self.connector.teams.app_id}" if self.connector.teams else "28:lisbot"
        return await self.members.find_person(room, email, bot_id) if self.members else None

    async def send(self, to: Address, message: Message) -> str:
        """Send a message. Returns its id. Raises SendError."""
        with self.noticing_gone(to):
            return await self.connector.send(to.service_url, to.conversation_id, activity_of(message))

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace a message that was sent before. Raises SendError."""
        with self.noticing_gone(to):
            await self.connector.update(to.service_url, to.conversation_id, message_id, activity_of(message))

    @contextmanager
    def noticing_gone(self, to: Address) -> Iterator[None]:
        try:
            yield
        except GoneError:
            self.on_gone(to.conversation_id)
            raise


def activity_of(message: Message) -> Mapping[str, Any]:
    """Returns the activity, made once for all who are sent this message."""
    return message.render_once(PLATFORM, compose_activity)


def compose_activity(message: Message) -> Mapping[str, Any]:
    """Returns the activity: why they get it stands at the top of the card and in the notification.

    A card in a room always has the way to its page: what a room may not be shown, its members see there once
    signed in.
    """
    if not message.card:
        return {"type": "message", "textFormat": "plain", "text": teams.part_tags(message.words)}
    reason = {"type": "TextBlock", "text": message.words, "wrap": True, "isSubtle": True, "size": "Small"}
    body = [*([reason] if message.words else ()), *message.card.get("body", ())]
    card = {**message.card, "body": [*body, *([why_link(message)] if message.why_url else ())]}
    again = None if changes_something(message.command) else (message.command, message.args or {})
    content = teams.render(card, message.page_url, always_link=message.shared, again=again)
    return {
        "type": "message",
        "summary": message.words,
        "attachments": [{"contentType": CARD, "content": content}],
    }


def why_link(message: Message) -> Mapping[str, Any]:
    """Returns small print that leads to why somebody gets a message. A link in a text would be shown as it is typed."""
    words = text(message.lang, "card.reached.ask_why")
    small = {"type": "TextBlock", "text": words, "wrap": True, "isSubtle": True, "size": "Small"}
    opens = {"type": "Action.OpenUrl", "title": words, "url": message.why_url}
    return {"type": "Container", "spacing": "Medium", "selectAction": opens, "items": [small]}
