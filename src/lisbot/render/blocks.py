"""A card's face in Slack: the same card as Block Kit, in as many pages as it takes. Pure.

Nothing a card says is left out: what is too long for one block or one message goes on in the next.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lisbot.render.html import safe_url
from lisbot.render.inputs import CannotDraw, errors, field, is_input, typed, warned
from lisbot.render.mrkdwn import (
    Block,
    batches,
    escape,
    mrkdwn,
    packed,
    plain,
    said,
    sections,
    size,
    unmarked,
    wrapped,
)
from lisbot.render.slack_limits import (
    ACTIONS,
    BUTTON,
    CONTEXT,
    FIELD,
    FIELDS,
    HEADER,
    MESSAGE_TEXT,
    METADATA,
    PAGE_BLOCKS,
    PAGE_TEXT,
    TEXT,
    TITLE,
    URL,
    VALUE,
    VIEW_BLOCKS,
    VIEW_BYTES,
)
from lisbot.render.words import words as plain_words
from lisbot.texts import has, text

__all__ = [
    "Block",
    "CannotDraw",
    "View",
    "errors",
    "escape",
    "fallback",
    "modal",
    "pages",
    "plain",
    "typed",
]

Node = Mapping[str, Any]
Unit = list[Block]  # blocks that stand together on one page
View = dict[str, Any]

STYLES = {"positive": "primary", "destructive": "danger"}
LINE = 1000  # characters of a line that is parted where a whole text has no room


def pages(card: Node, *, words: str = "") -> list[list[Block]]:
    """The card as messages, in the order to send them. `words`: why it comes, said first."""
    told = [context(part) for part in batches(packed(said(words), TEXT), CONTEXT)]
    return paged([[block] for block in told] + units(card), PAGE_BLOCKS, PAGE_TEXT)


def modal(card: Node, *, callback_id: str, metadata: str, close: str) -> View:
    """The card as a modal: a form with its one way to send it, or the first page of anything else.

    Raises CannotDraw for more than a modal holds.
    """
    if size(metadata) > METADATA:
        raise CannotDraw(f"a modal that remembers {size(metadata)} characters")
    title, is_whole = modal_title(card)
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
    }
    sent = submission(card)
    if sent is None:
        return view | {"blocks": pages(card)[0]}
    blocks = [block for unit in units(card, headed=not is_whole, sent=sent) for block in unit]
    if len(blocks) > VIEW_BLOCKS:
        raise CannotDraw(f"a form of {len(blocks)} blocks")
    view |= {"submit": plain(str(sent["title"]), TITLE), "blocks": blocks}
    if (heavy := len(json.dumps(view, ensure_ascii=False).encode())) > VIEW_BYTES:
        raise CannotDraw(f"a form of {heavy} bytes")
    return view


def modal_title(card: Node) -> tuple[str, bool]:
    """A modal's title, and whether it is the card's whole heading."""
    heading = next((str(node["text"]) for node in card["body"] if is_heading(node)), "")
    if 0 < size(unmarked(heading)) <= TITLE:
        return heading, True
    key = f"command.{(submission(card) or {}).get('verb')}.modal"
    lang = str(card.get("lang", "nb"))
    return (text(lang, key) if has(lang, key) else heading), False


def submission(card: Node) -> Node | None:
    """What sends a form; nothing for a card that asks for nothing."""
    asks = any(is_input(node) or any(map(is_input, node.get("items", ()))) for node in card["body"])
    sending = (a for a in card.get("actions", ()) if a.get("associatedInputs") != "none" and "verb" in a)
    return next(sending, None) if asks else None


def fallback(card: Node, *, words: str = "", most: int = MESSAGE_TEXT) -> str:
    """Everything the card says, for notifications and screen readers. Where it is cut it says so."""
    lines = [line for part in (words, plain_words(card)) if part for line in [*part.split("\n"), ""]][:-1]
    if sum(map(len, lines)) <= most and size(whole := "\n".join(map(escape, lines))) <= most:
        return whole
    lang = str(card.get("lang", "nb"))
    kept: list[str] = []
    room = most - size(text(lang, "blocks.more_lines", count=len(lines)))
    pieces = (
        (number, escape(piece))
        for number, line in enumerate(lines)
        for piece in wrapped(line, LINE, lambda part: size(escape(part)))
    )
    for number, piece in pieces:
        room -= size(piece) + 1
        if room < 0:
            kept.append(text(lang, "blocks.more_lines", count=len(lines) - number))
            break
        kept.append(piece)
    return "\n".join(kept)


def paged(units: Iterable[Unit], blocks: int, characters: int) -> list[list[Block]]:
    """Units on pages of at most so many blocks, with at most so many characters of text on each."""
    found: list[list[Block]] = [[]]
    heavy = 0
    for unit in (part for whole in units for part in fitting(whole, blocks, characters)):
        page, own = found[-1], weight(unit)
        if page and (len(page) + len(unit) > blocks or heavy + own > characters):
            found.append(page := [])
            heavy = 0
        page.extend(unit)
        heavy += own
    return found


def fitting(unit: Unit, blocks: int, characters: int) -> Iterator[Unit]:
    """A unit as it is; in parts where no page has room for it, its buttons with the last of its words."""
    if len(unit) <= blocks and weight(unit) <= characters:
        yield unit
        return
    part: Unit = []
    for block in unit:
        if part and block["type"] != "actions" and part[-1]["type"] != "divider":
            yield part
            part = []
        part.append(block)
    yield part


def weight(given: object) -> int:
    """How many characters of text there are in blocks."""
    match given:
        case {"type": "plain_text" | "mrkdwn", "text": str(words)}:
            return size(words)
        case dict():
            return sum(map(weight, given.values()))
        case list():
            return sum(map(weight, given))
    return 0


def units(card: Node, *, headed: bool = True, sent: Node | None = None) -> list[Unit]:
    """The card from top to bottom; without its heading where a modal's title says it, and without the button
    that sends it where the modal has one."""
    drawing = Drawing(str(card.get("lang", "nb")), card["body"])
    body = card["body"] if headed else [node for node in card["body"] if node is not drawing.title]
    loose = [action for action in card.get("actions", ()) if action is not sent]
    return [*drawing.flow(body), *([row] if (row := drawing.actions(loose)) else [])]


class Drawing:
    """One card being drawn: its language, its title, and how many buttons it has so far."""

    def __init__(self, lang: str, body: Sequence[Node]) -> None:
        self.lang = lang
        self.title = next(filter(is_heading, body), None)
        self.count = 0

    def flow(self, nodes: Sequence[Node]) -> list[Unit]:
        """Nodes one after another. A heading stays with what it heads, buttons with what they are about."""
        found: list[Unit] = []
        heading: Unit = []
        shown = (node for node in nodes if node.get("isVisible") is not False)
        for kind, group in groupby(shown, key=self.kind):
            run = list(group)
            drawn = [unit for unit in self.draw(kind, run) if unit]
            if kind == "title" or (kind == "TextBlock" and all(map(is_heading, run))):
                heading += [block for unit in drawn for block in unit]
            elif kind == "ActionSet" and found and not heading:
                found[-1] += [block for unit in drawn for block in unit]
            elif drawn:
                found += [[*heading, *drawn[0]], *drawn[1:]]
                heading = []
        return [*found, *([heading] if heading else [])]

    def kind(self, node: Node) -> str:
        """What a node is drawn as. Neighbours of one kind are drawn as one."""
        if node is self.title:
            return "title"
        return "input" if is_input(node) else str(node.get("type"))

    def draw(self, kind: str, nodes: Sequence[Node]) -> list[Unit]:
        match kind:
            case "title":
                return [headline(str(nodes[0]["text"]))]
            case "TextBlock":
                return [[block] for block in sections(line for node in nodes for line in lines(node))]
            case "FactSet":
                return [[block] for node in nodes for block in facts(node["facts"])]
            case "ActionSet":
                return [self.actions(node["actions"]) for node in nodes]
            case "Container":
                return [unit for node in nodes for unit in self.container(node)]
            case "input":
                return [field([node], self.lang) for node in nodes]
        raise CannotDraw(kind)

    def container(self, node: Node) -> list[Unit]:
        items = node["items"]
        if sum(map(is_input, items)) == 1:
            return [field(items, self.lang)]
        if node.get("style") == "attention":
            return [[block for item in items for block in warned(str(item["text"]))]]
        if node.get("separator"):
            first, *rest = self.flow(items) or [[]]
            return [[{"type": "divider"}, *first], *rest]
        if is_row(items):
            return [self.row(items)]
        return self.flow(items)

    def row(self, items: Sequence[Node]) -> Unit:
        """One line of a list: its words, and its one button beside them or its buttons under them."""
        said_here = sections(line for item in items for line in lines(item))
        pressed = [action for item in items for action in item.get("actions", ())]
        if len(pressed) == 1 and size(unmarked(str(pressed[0]["title"]))) <= BUTTON:
            said_here[-1]["accessory"] = self.button(pressed[0])
            return said_here
        return [*said_here, *self.actions(pressed)]

    def actions(self, pressed: Sequence[Node]) -> list[Block]:
        """A row of buttons. Titles too long for Slack are numbered, and stand whole before them."""
        titles = [str(action["title"]) for action in pressed]
        before: list[Block] = []
        if any(size(unmarked(title)) > BUTTON for title in titles):
            titles = [f"{at}. {title}" for at, title in enumerate(titles, start=1)]
            before = sections(line for title in titles for line in said(title))
        buttons = [self.button(a, title) for a, title in zip(pressed, titles, strict=True)]
        return [*before, *({"type": "actions", "elements": part} for part in batches(buttons, ACTIONS))]

    def button(self, action: Node, title: str = "") -> Block:
        self.count += 1
        shown: Block = {"type": "button", "text": plain(title or str(action["title"]), BUTTON)}
        if style := STYLES.get(str(action.get("style"))):
            shown["style"] = style
        match action["type"]:
            case "Action.Execute":
                value = json.dumps(action.get("data", {}), ensure_ascii=False, separators=(",", ":"))
                if size(value) > VALUE:
                    raise CannotDraw(f"a button that carries {size(value)} characters")
                return shown | {"action_id": f"{self.count}:{action['verb']}", "value": value}
            case "Action.OpenUrl" if safe_url(url := str(action["url"])) and size(url) <= URL:
                return shown | {"action_id": f"{self.count}:open", "url": url}
        raise CannotDraw(action["type"])


def is_heading(node: Node) -> bool:
    return node.get("type") == "TextBlock" and node.get("style") == "heading" and bool(node.get("text"))


def is_row(items: Sequence[Node]) -> bool:
    """Whether these are one line of a list: words without a heading, then perhaps buttons."""
    kinds = [str(item.get("type")) for item in items]
    words = kinds[:-1] if kinds[-1] == "ActionSet" else kinds
    return bool(words) and set(words) == {"TextBlock"} and not any(map(is_heading, items))


def headline(title: str) -> list[Block]:
    """A card's title as a header; in bold where it is too long for one, or has several lines."""
    if size(unmarked(title)) > HEADER or "\n" in title:
        return sections(said(title, bold=True))
    return [{"type": "header", "text": plain(title, HEADER)}]


def lines(node: Node) -> list[str]:
    """What a TextBlock says, and nothing of another element."""
    if node.get("type") != "TextBlock" or not node.get("text"):
        return []
    return said(str(node["text"]), bold=node.get("weight") == "Bolder")


def facts(rows: Sequence[Node]) -> list[Block]:
    """Facts two and two beside each other; one that is too long for that has a section of its own."""
    found: list[Block] = []
    told = [[*said(" ".join(str(f["title"]).split()), bold=True), *said(str(f["value"]))] for f in rows]
    for is_short, group in groupby(told, key=lambda fact: size("\n".join(fact)) <= FIELD):
        if is_short:
            fields = (mrkdwn("\n".join(fact)) for fact in group)
            found += [{"type": "section", "fields": part} for part in batches(fields, FIELDS)]
        else:
            found += [block for fact in group for block in sections(fact)]
    return found


def context(texts: Sequence[str]) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}
