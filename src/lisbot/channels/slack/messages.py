"""A reply as Slack shows it: as a message, a modal or the Home tab, one page of it at a time."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lisbot.cards import Card, Opens
from lisbot.cards.draw import button, sheet_card
from lisbot.cards.tables import DataTable, draw_table
from lisbot.channels.common.conversation import ASK
from lisbot.channels.common.drawing import confirmation, draw_reply, find_again
from lisbot.commands import Reply, changes_something
from lisbot.messaging import Message
from lisbot.render.slack import blocks
from lisbot.render.slack.limits import BUTTON, MESSAGE_TEXT, TITLE, VALUE, VIEW_BLOCKS
from lisbot.render.slack.mrkdwn import length
from lisbot.texts import text

log = logging.getLogger(__name__)

Json = dict[str, Any]
PAGE, OPEN = "page", "open"  # verbs of buttons that turn pages, and that lead to an address
CALLBACK_ID = "form"
APP_NAME = "lisbot"
EMPTY_CARD: Card = {"type": "AdaptiveCard", "body": []}
VALUE_ROOM = 200  # characters of a button's value beside its arguments
FIRST_PAGER_ID = 900  # the numbers of the pager's buttons begin here, beyond those of the card's own


@dataclass(frozen=True)
class SlackMessage:
    """A card to be shown, whole, in its reader's language.

    `again` shows the same once more, for those who turn its pages. `reason`: why they get it; `why_url`: where they
    see why they get it in here. `tabled`: the same with
    its list as a table, which stands in messages alone; `alerts`: whether what was wrong is an alert, which stands in
    modals alone.
    """

    card: Card
    lang: str
    again: Opens | None = None
    reason: str = ""
    why_url: str = ""
    tabled: Card | None = None
    alerts: bool = False

    @property
    def plain(self) -> "SlackMessage":
        """The same without what not every workspace may take."""
        return replace(self, tabled=None, alerts=False)

    @property
    def pages(self) -> list[list[Json]]:
        """The card's pages, parted where they are for whoever turns them: the reason stands on the first alone."""
        first, *rest = blocks.pages(self.tabled or self.card, alerts=self.alerts)
        reason = blocks.pages(EMPTY_CARD, words=self.reason)[0] if self.reason else []
        why = [blocks.link(text(self.lang, "card.reached.ask_why"), self.why_url)] if self.why_url else []
        return [[*reason, *first, *why], *rest]

    def text(self, most: int) -> str:
        """Returns what notifications and screen readers read: all of it, in at most `most` characters."""
        return blocks.fallback(self.card, words=self.reason, most=most)


class FormButton(NamedTuple):
    """What a form's button runs, and what the form is about."""

    command: str
    about: Mapping[str, Any]


def draw(reply: Reply) -> SlackMessage | None:
    """Returns what is shown of a reply, once its transaction is over; None where its words are all there is."""
    drawing = draw_reply(reply)
    if drawing is None:
        return None
    again = find_again(reply, drawing.opens)
    shown_again = again if again and is_carried(again) else None
    return SlackMessage(drawing.card, reply.lang, shown_again, tabled=draw_tabled(reply))


def draw_tabled(reply: Reply) -> Card | None:
    """Returns what is shown with its list as a table; None where it is none, or more than Slack's tables hold."""
    if reply.view is None or reply.viewer is None:
        return None
    try:
        table = draw_table(reply.shows, reply.view, reply.viewer)
        card = table_card(table, reply) if table else None
        if card:
            blocks.pages(card)
    except blocks.CannotDraw as error:
        log.info("what %s shows is no table: %s", reply.command, error)
        return None
    except Exception:
        log.exception("what %s shows cannot be drawn as a table", reply.command)
        return None
    return card


def table_card(table: DataTable, reply: Reply) -> Card:
    """Returns a card with its table, and what may be done with the lines under it."""
    assert reply.viewer
    drawn = replace(table.sheet, lines=(*confirmation(reply), *table.sheet.lines))
    card = sheet_card(drawn, reply.shows, reply.viewer)
    choosers = [
        {"title": each.title, "lines": [(name, button(action)) for name, action in each.lines]}
        for each in table.choices
    ]
    nodes: list[Card] = [
        {"type": "DataTable", "caption": table.sheet.title, "header": table.columns, "rows": table.rows},
        *([{"type": "Choosers", "choosers": choosers}] if choosers else []),
    ]
    folded = next((at for at, node in enumerate(card["body"]) if node.get("id") == "details"), len(card["body"]))
    return {**card, "body": [*card["body"][:folded], *nodes, *card["body"][folded:]]}


def draw_or_say(reply: Reply) -> SlackMessage:
    """Returns what is shown of a reply; its words, or that it is done, where nothing is drawn."""
    return draw(reply) or text_message(reply.words or text(reply.lang, "slack.done"), reply.lang)


def is_carried(again: Opens) -> bool:
    """Returns whether a button has room for what shows something again."""
    return length(json.dumps(dict(again.arguments))) <= VALUE - VALUE_ROOM


def from_outbox(message: Message) -> SlackMessage:
    """Returns what the outbox sends. What a room may not be shown, its members see once signed in to the page."""
    card = message.card or {**EMPTY_CARD, "lang": message.lang}
    if message.card and message.shared and message.page_url:
        opens = {"type": "Action.OpenUrl", "title": text(message.lang, "slack.open_page"), "url": message.page_url}
        card = {**card, "actions": [*card.get("actions", ()), opens]}
    again = None if changes_something(message.command) else Opens(message.command, message.args or {})
    return SlackMessage(
        card, message.lang, again if again and is_carried(again) else None, message.words, message.why_url
    )


def text_message(words: str, lang: str, *, is_refusal: bool = False) -> SlackMessage:
    """Returns words alone, as a card; as what was wrong where they say why something is not done."""
    body: list[Json] = [{"type": "TextBlock", "text": words, "wrap": True}]
    if is_refusal:
        body = [{"type": "Container", "style": "attention", "items": body}]
    return SlackMessage({"type": "AdaptiveCard", "body": body, "lang": lang}, lang)


def offer_form(command: str, args: Mapping[str, Any], lang: str, *, before: str = "") -> SlackMessage:
    """Returns a button that opens a command's form: a modal opens at a press and never at a message. `before`: what is
    said first."""
    title = text(lang, f"command.{command}.name")
    button = {
        "type": "Action.Execute",
        "verb": ASK,
        "title": text(lang, f"command.{command}.button"),
        "data": {"command": command, "args": fit_value(args)},
        "style": "positive",
    }
    offer = text_message("\n\n".join(filter(None, (before, text(lang, "slack.open_form", name=title)))), lang)
    return SlackMessage({**offer.card, "actions": [button]}, lang)


def fit_value(args: Mapping[str, Any]) -> dict[str, Any]:
    """Returns as much of what a form starts from as a button can carry: what is longest goes first."""
    found = dict(args)
    while len(json.dumps(found)) > VALUE - VALUE_ROOM:
        del found[max(found, key=lambda name: len(str(found[name])))]
    return found


def message_bodies(message: SlackMessage, *, page: int = 0, most: int = MESSAGE_TEXT) -> list[Json]:
    """Returns the bodies of messages: one page with its pager, or all of it where nothing shows it again."""
    message = replace(message, alerts=False)
    words = message.text(most)
    if not (message.card["body"] or message.card.get("actions")):
        return [{"text": words}]
    pages = message.pages
    if len(pages) == 1:
        return [{"text": words, "blocks": pages[0]}]
    if message.again is None:
        return [{"text": words, "blocks": each} for each in pages]
    number = min(max(page, 0), len(pages) - 1)
    return [{"text": words, "blocks": [*pages[number], *pager(message, message.again, number, len(pages))]}]


def pager(message: SlackMessage, again: Opens, number: int, count: int) -> Sequence[Json]:
    """Returns which page this is, and the buttons to the ones before and after it."""
    ways = (("slack.previous_page", number - 1), ("slack.next_page", number + 1))
    position = text(message.lang, "slack.page_of", page=number + 1, pages=count)
    buttons = [
        {
            "type": "button",
            "action_id": f"{FIRST_PAGER_ID + to}:{PAGE}",
            "text": blocks.plain_text(text(message.lang, key), BUTTON),
            "value": json.dumps({"command": again.command, "args": dict(again.arguments), "page": to}),
        }
        for key, to in ways
        if 0 <= to < count
    ]
    return [
        {"type": "context", "elements": [{"type": "mrkdwn", "text": blocks.escape(position)}]},
        {"type": "actions", "elements": buttons},
    ]


def modal_view(message: SlackMessage, *, page: int = 0, metadata: str = "") -> Json:
    """Returns the card as a modal. `metadata`: what a form carries. Raises CannotDraw for more than a modal holds."""
    close = text(message.lang, "slack.close")
    message = replace(message, tabled=None)
    view = blocks.modal(message.card, callback_id=CALLBACK_ID, metadata=metadata, close=close, alerts=message.alerts)
    if not view["title"]["text"]:  # Slack takes no modal without one
        view["title"] = blocks.plain_text(APP_NAME, TITLE)
    return view if "submit" in view else {**view, "blocks": view_page(message, page)}


def home_view(message: SlackMessage, *, page: int = 0) -> Json:
    """Returns the card as somebody's Home tab."""
    return {"type": "home", "blocks": view_page(message.plain, page)}


def view_page(message: SlackMessage, page: int) -> list[Json]:
    """Returns one page with its pager, or all of it where nothing shows it again."""
    pages = message.pages
    if len(pages) == 1:
        return pages[0]
    if message.again is None:
        whole = [block for each in pages for block in each]
        if len(whole) > VIEW_BLOCKS:
            raise blocks.CannotDraw(f"a view of {len(whole)} blocks that nothing shows again")
        return whole
    number = min(max(page, 0), len(pages) - 1)
    return [*pages[number], *pager(message, message.again, number, len(pages))]


def form_button(card: Card) -> FormButton:
    """Returns what a form's card sends."""
    action = card["actions"][0]
    return FormButton(action["verb"], action.get("data") or {})
