"""What a reply looks like in Teams: as the answer to a button, or as a message."""

from typing import Any

from botbuilder.schema import Activity, Attachment

from lisbot.channels.teams.sender import CARD
from lisbot.commands import Reply
from lisbot.render import teams
from lisbot.texts import text

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

Answer = dict[str, Any]


def answer_button(reply: Reply) -> Answer:
    """The card that takes the pressed one's place, or words. Clients read statusCode; HTTP is always 200."""
    if reply.shown:
        return {"statusCode": 200, "type": CARD, "value": teams.render(reply.shown)}
    return {"statusCode": 200, "type": MESSAGE, "value": words_of(reply)}


def answer_malformed(message: str) -> Answer:
    """For a client's programmer: a button that lisbot never drew."""
    return {"statusCode": 400, "type": ERROR, "value": {"code": "BadRequest", "message": message}}


def say(words: str) -> Activity:
    return Activity(type="message", text=words, text_format="plain")


def show(reply: Reply) -> Activity:
    """The reply as a message of its own."""
    if not reply.shown:
        return say(words_of(reply))
    attachment = Attachment(content_type=CARD, content=teams.render(reply.shown))
    return Activity(type="message", summary=heading(reply.shown), attachments=[attachment])


def words_of(reply: Reply) -> str:
    return reply.words or text(reply.lang, "teams.done")


def heading(card: dict[str, Any]) -> str:
    """What a notification says of a card: its first line."""
    return next((str(e["text"]) for e in card.get("body", ()) if e.get("type") == "TextBlock"), "")
