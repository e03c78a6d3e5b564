"""What a reply looks like in Teams: as the answer to a button, or as a message.

learn.microsoft.com, "Universal Action model": the answer to an invoke is HTTP 200, and clients read its statusCode.
"""

from typing import Any

from botbuilder.schema import Activity, Attachment

from lisbot.cards import Card, Opens
from lisbot.channels.common.drawing import Drawing, draw_reply, find_again
from lisbot.commands import Reply
from lisbot.render import teams
from lisbot.routes import address
from lisbot.texts import text

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

InvokeResponse = dict[str, Any]


class Responses:
    """Makes what is answered of a reply. `base_url`: where the pages are, for cards that are cut."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def to_button(self, reply: Reply, page: int = 0) -> InvokeResponse:
        """Returns the card that takes the pressed one's place, or words that are shown beside it."""
        drawing = draw_reply(reply)
        if drawing is None:
            return {"statusCode": 200, "type": MESSAGE, "value": teams.part_tags(words_of(reply))}
        return {"statusCode": 200, "type": CARD, "value": self.render(drawing, reply, page)}

    def as_message(self, reply: Reply, page: int = 0) -> Activity:
        """Returns the reply as a message of its own."""
        drawing = draw_reply(reply)
        if drawing is None:
            return plain_message(words_of(reply))
        attachment = Attachment(content_type=CARD, content=self.render(drawing, reply, page))
        # What a notification says of it, as plain text.
        return Activity(type="message", summary=heading(drawing.card), attachments=[attachment])

    def render(self, drawing: Drawing, reply: Reply, page: int) -> Card:
        again = find_again(reply, drawing.opens)
        return teams.render(drawing.card, self.page_url(drawing.opens), again=again, page=page)

    def page_url(self, opens: Opens | None) -> str:
        return "" if opens is None else self.base_url + address(opens.command, opens.arguments)


def bad_request(message: str) -> InvokeResponse:
    """Returns the answer to a button that lisbot never drew, for the programmer of whatever sent it."""
    return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": message}}


def plain_message(words: str) -> Activity:
    return Activity(type="message", text=teams.part_tags(words), text_format="plain")


def words_of(reply: Reply) -> str:
    return reply.words or text(reply.lang, "teams.done")


def heading(card: Card) -> str:
    """Returns a card's heading, or else its first line."""
    blocks = [each for each in card.get("body", ()) if each.get("type") == "TextBlock"]
    found = next((each for each in blocks if each.get("style") == "heading"), blocks[0] if blocks else {"text": ""})
    return str(found["text"])
