"""The outbox's way to Teams."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lisbot.channels.teams.connector import Connector
from lisbot.ports import Address, Message, Unsent
from lisbot.render import teams
from lisbot.texts import text

CARD = "application/vnd.microsoft.card.adaptive"


class Sender:
    """Sends and edits cards. Words and card are one activity: of two, Teams tells us only one's id."""

    platform = "teams"
    whole = False

    def __init__(self, connector: Connector, lose: Callable[[str], None]) -> None:
        """`lose` is told of a conversation that no longer leads to anybody."""
        self.connector, self.lose = connector, lose

    async def send(self, to: Address, message: Message) -> str:
        with self.losing(to):
            return await self.connector.send(to.service_url, to.conversation_id, compose(message))

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        with self.losing(to):
            await self.connector.update(to.service_url, to.conversation_id, message_id, compose(message))

    @contextmanager
    def losing(self, to: Address) -> Iterator[None]:
        try:
            yield
        except Unsent as error:
            if error.gone:
                self.lose(to.conversation_id)
            raise


def compose(message: Message) -> Mapping[str, Any]:
    """The activity: why they get it stands at the top of the card and in the notification."""
    if not message.card:
        return {"type": "message", "textFormat": "plain", "text": message.words}
    why = {"type": "TextBlock", "text": message.words, "wrap": True, "isSubtle": True, "size": "Small"}
    body = [*([why] if message.words else ()), *message.card.get("body", ())]
    card = {**message.card, "body": body}
    if message.shared and message.href:
        # What a room may not be shown, its members see for themselves once signed in.
        title = text(message.lang, "teams.open_page")
        page = {"type": "Action.OpenUrl", "title": title, "url": message.href, "mode": "secondary"}
        card["actions"] = [*card.get("actions", ()), page]
    return {
        "type": "message",
        "summary": message.words,
        "attachments": [{"contentType": CARD, "content": teams.render(card)}],
    }
