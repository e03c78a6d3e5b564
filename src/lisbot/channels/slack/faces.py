"""What a reply looks like in Slack: as a message, a modal or the home tab, one page of it at a time."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lisbot import cards
from lisbot.cards import Viewer
from lisbot.commands import COMMANDS, Reply
from lisbot.places import shown_at
from lisbot.render import blocks
from lisbot.render.slack_limits import BUTTON, MESSAGE_TEXT, TITLE, VALUE, VIEW_BLOCKS
from lisbot.texts import text

Json = dict[str, Any]
CALLBACK = "form"
NAME = "lisbot"
NOTHING: Mapping[str, Any] = {"body": ()}
ROOM = 200  # characters of a button's value beside its arguments
PAGER = 900  # where the numbers of the pager's buttons begin


@dataclass(frozen=True)
class Again:
    """The command that shows the same once more, for those who turn its pages."""

    command: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Face:
    """A card to be shown, whole, in its reader's language."""

    card: cards.Card
    lang: str
    again: Again | None = None
    words: str = ""  # why they get it

    @property
    def pages(self) -> list[list[Json]]:
        """Its pages, parted where they are for whoever turns them: there the words are no more."""
        first, *rest = blocks.pages(self.card)
        why = blocks.pages(NOTHING, words=self.words)[0] if self.words else []
        return [[*why, *first], *rest]

    def text(self, most: int) -> str:
        return blocks.fallback(self.card, words=self.words, most=most)


def drawing(command: str, given: Mapping[str, Any]) -> Callable[[str, Any, Viewer], Face]:
    """How what a command shows is drawn: whole, as Slack turns pages where Teams is told of more."""

    def draw(shows: str, thing: Any, viewer: Viewer) -> Face:
        card, href = cards.draw_and_place(shows, thing, viewer, whole=True)
        return Face(card, viewer.lang, None if shows == "form" else again(command, given, shows, href))

    return draw


def again(command: str, given: Mapping[str, Any], shows: str, href: str) -> Again | None:
    """What shows the same once more: the command itself if it changes nothing, else its page's command."""
    if not COMMANDS[command].changes:
        return Again(command, given)
    found = shown_at(href)
    return Again(*found) if found and COMMANDS[found[0]].shows == shows else None


def face_of(reply: Reply) -> Face:
    """The card of a reply."""
    assert isinstance(reply.shown, Face)
    return reply.shown


def said(words: str, lang: str) -> Face:
    """Words alone, as a card."""
    body = [{"type": "TextBlock", "text": words, "wrap": True}]
    return Face({"type": "AdaptiveCard", "body": body, "lang": lang}, lang)


def offered(command: str, args: Mapping[str, Any], lang: str) -> Face:
    """A button that opens a command's form: a modal opens at a press and never at a message."""
    title = text(lang, f"command.{command}.name")
    button = text(lang, f"command.{command}.button")
    data = {"command": command, "args": carried(args)}
    action = {"type": "Action.Execute", "verb": "ask", "title": button, "data": data, "style": "positive"}
    face = said(text(lang, "slack.open_form", name=title), lang)
    return replace(face, card={**face.card, "actions": [action]})


def carried(args: Mapping[str, Any]) -> dict[str, Any]:
    """As much of what a form starts from as a button can carry: what is longest goes first."""
    kept = dict(args)
    while len(json.dumps(kept)) > VALUE - ROOM:
        del kept[max(kept, key=lambda name: len(str(kept[name])))]
    return kept


def messages(face: Face, *, page: int = 0, most: int = MESSAGE_TEXT) -> list[Json]:
    """The card as the bodies of messages: one page with its pager, or all of it where none shows it again."""
    pages = face.pages
    words = face.text(most)
    if len(pages) == 1:
        return [{"text": words, "blocks": pages[0]}]
    if face.again is None:
        return [{"text": words, "blocks": each} for each in pages]
    number = min(max(page, 0), len(pages) - 1)
    return [{"text": words, "blocks": [*pages[number], *pager(face, number, len(pages))]}]


def pager(face: Face, number: int, of: int) -> Sequence[Json]:
    """Which page this is, and the ways to the others."""
    assert face.again
    here = text(face.lang, "slack.page_of", page=number + 1, pages=of)
    ways = [("slack.previous_page", number - 1), ("slack.next_page", number + 1)]
    buttons = [
        {
            "type": "button",
            "action_id": f"{PAGER + to}:page",
            "text": blocks.plain(text(face.lang, title), BUTTON),
            "value": json.dumps({"command": face.again.command, "args": dict(face.again.args), "page": to}),
        }
        for title, to in ways
        if 0 <= to < of
    ]
    return [
        {"type": "context", "elements": [{"type": "mrkdwn", "text": blocks.escape(here)}]},
        {"type": "actions", "elements": buttons},
    ]


def modal(face: Face, *, page: int = 0, metadata: str = "") -> Json:
    """The card as a modal. `metadata`: what a form remembers."""
    close = text(face.lang, "slack.close")
    view = blocks.modal(face.card, callback_id=CALLBACK, metadata=metadata, close=close)
    if not view["title"]["text"]:  # Slack takes no modal without one
        view["title"] = blocks.plain(NAME, TITLE)
    return view if "submit" in view else {**view, "blocks": turned(face, page)}


def home(face: Face, *, page: int = 0) -> Json:
    return {"type": "home", "blocks": turned(face, page)}


def turned(face: Face, page: int) -> list[Json]:
    pages = face.pages
    if len(pages) == 1:
        return pages[0]
    if face.again is None:
        whole = [block for each in pages for block in each]
        if len(whole) > VIEW_BLOCKS:
            raise blocks.CannotDraw(f"a view of {len(whole)} blocks that nothing shows again")
        return whole
    number = min(max(page, 0), len(pages) - 1)
    return [*pages[number], *pager(face, number, len(pages))]


def form_of(card: cards.Card) -> tuple[str, Mapping[str, Any]]:
    """The command a form is for, and what it is about."""
    action = card["actions"][0]
    return action["verb"], action.get("data") or {}
