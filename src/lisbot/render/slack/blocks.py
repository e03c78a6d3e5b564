"""A card as Block Kit, in as many pages as it takes. Pure.

Nothing a card says is left out: what is too long for one block or one message goes on in the next. What Teams
folds away behind a toggle stands open, and colours are dropped: the card's words say what they mean.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from lisbot.render.html import safe_url
from lisbot.render.slack.inputs import (
    CannotDraw,
    draw_alert,
    draw_field,
    draw_warning,
    field_errors,
    is_input,
    read_inputs,
)
from lisbot.render.slack.limits import (
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
from lisbot.render.slack.mrkdwn import (
    Block,
    batches,
    escape,
    length,
    mrkdwn,
    pack,
    part_links,
    plain_text,
    sections,
    shorten,
    to_lines,
    wrap,
)
from lisbot.render.slack.paging import Unit, paginate
from lisbot.render.slack.tables import choosers as choosers_of
from lisbot.render.slack.tables import data_tables
from lisbot.render.words import folded_ids, is_hidden, join_cells
from lisbot.render.words import words as plain_words
from lisbot.texts import has, text

__all__ = [
    "Block",
    "CannotDraw",
    "View",
    "escape",
    "fallback",
    "field_errors",
    "modal",
    "pages",
    "plain_text",
    "read_inputs",
]

Node = Mapping[str, Any]
View = dict[str, Any]

STYLES = {"positive": "primary", "destructive": "danger"}
LINE = 1000  # characters of a line that is parted where a whole text has no room
TOGGLE = "Action.ToggleVisibility"


def pages(card: Node, *, words: str = "", alerts: bool = False) -> list[list[Block]]:
    """Returns the card as the blocks of messages, in the order to send them. `words`: why it comes, said first;
    `alerts`: whether what was wrong is an alert, which stands in modals alone."""
    reason = [context(part) for part in batches(pack(to_lines(words), TEXT), CONTEXT)]
    return paginate([[block] for block in reason] + to_units(card, alerts=alerts), PAGE_BLOCKS, PAGE_TEXT)


def modal(card: Node, *, callback_id: str, metadata: str, close: str, alerts: bool = False) -> View:
    """Returns the card as a modal: a form with its one way to send it, or the first page of anything else. `alerts`:
    whether what was wrong is an alert.

    Raises CannotDraw for more than a modal holds.
    """
    if length(metadata) > METADATA:
        raise CannotDraw(f"a modal with {length(metadata)} characters of private_metadata")
    title, is_whole = modal_title(card)
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "title": plain_text(title, TITLE),
        "close": plain_text(close, TITLE),
    }
    submit = submit_action(card)
    if submit is None:
        return view | {"blocks": pages(card, alerts=alerts)[0]}
    units = to_units(card, with_title=not is_whole, submit=submit, alerts=alerts)
    blocks = [block for unit in units for block in unit]
    if len(blocks) > VIEW_BLOCKS:
        raise CannotDraw(f"a form of {len(blocks)} blocks")
    view |= {"submit": plain_text(str(submit["title"]), TITLE), "blocks": blocks}
    if (weight := len(json.dumps(view, ensure_ascii=False).encode())) > VIEW_BYTES:
        raise CannotDraw(f"a form of {weight} bytes")
    return view


def modal_title(card: Node) -> tuple[str, bool]:
    """Returns a modal's title, and whether it is the card's whole heading."""
    heading = next((str(node["text"]) for node in card["body"] if is_heading(node)), "")
    if 0 < length(part_links(heading)) <= TITLE:
        return heading, True
    key = f"command.{(submit_action(card) or {}).get('verb')}.modal"
    lang = str(card.get("lang", "nb"))
    return (text(lang, key) if has(lang, key) else heading), False


def submit_action(card: Node) -> Node | None:
    """Returns the action that sends a form, one that only asks for a yes among them; None for any other card."""
    sending = (a for a in card.get("actions", ()) if a.get("associatedInputs") != "none" and "verb" in a)
    return next(sending, None)


def fallback(card: Node, *, words: str = "", most: int = MESSAGE_TEXT) -> str:
    """Returns all the card says, for notifications and screen readers. Where it is cut it says so."""
    lines = [line for part in (words, plain_words(card)) if part for line in [*part.split("\n"), ""]][:-1]
    if sum(map(len, lines)) <= most and length(whole := "\n".join(map(escape, lines))) <= most:
        return whole
    lang = str(card.get("lang", "nb"))
    found: list[str] = []
    room = most - length(text(lang, "blocks.more_lines", count=len(lines)))
    pieces = (
        (number, escape(piece))
        for number, line in enumerate(lines)
        for piece in wrap(line, LINE, lambda part: length(escape(part)))
    )
    for number, piece in pieces:
        room -= length(piece) + 1
        if room < 0:
            found.append(text(lang, "blocks.more_lines", count=len(lines) - number))
            break
        found.append(piece)
    return "\n".join(found)


def to_units(card: Node, *, with_title: bool = True, submit: Node | None = None, alerts: bool = False) -> list[Unit]:
    """Returns the card from top to bottom; without its heading where a modal's title says it, and without the
    button that sends it where the modal has one."""
    drawing = Drawing(card, alerts=alerts)
    body = card["body"] if with_title else [node for node in card["body"] if node is not drawing.title]
    rest = [action for action in card.get("actions", ()) if action is not submit]
    return [*drawing.flow(body), *([row] if (row := drawing.action_blocks(rest)) else [])]


class Drawing:
    """One card being drawn: its language, its title, what it folds away, whether it may have alerts, and how many
    buttons it has so far."""

    def __init__(self, card: Node, *, alerts: bool = False) -> None:
        self.lang, self.alerts = str(card.get("lang", "nb")), alerts
        self.title = next(filter(is_heading, card["body"]), None)
        self.folded = folded_ids(card)
        self.count = 0

    def flow(self, nodes: Sequence[Node]) -> list[Unit]:
        """Returns nodes one after another. A heading stays with what it heads, buttons with what they are about."""
        found: list[Unit] = []
        heading: Unit = []
        for kind, group in groupby(self.visible(nodes), key=self.kind):
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

    def visible(self, nodes: Sequence[Node]) -> list[Node]:
        """Returns the nodes that are shown: all but what is hidden and no toggle shows."""
        return [node for node in nodes if not is_hidden(node, self.folded) and not only_toggles(node)]

    def kind(self, node: Node) -> str:
        """Returns what a node is drawn as. Neighbours of one kind are drawn as one."""
        if node is self.title:
            return "title"
        return "input" if is_input(node) else str(node.get("type"))

    def draw(self, kind: str, nodes: Sequence[Node]) -> list[Unit]:
        """Returns neighbours of one kind. Raises CannotDraw for a kind that Slack has nothing for, and for what is
        pressed without a button: it could not be pressed here."""
        if any("selectAction" in node for node in nodes):
            raise CannotDraw("selectAction")
        match kind:
            case "title":
                return [draw_title(str(nodes[0]["text"]))]
            case "TextBlock":
                return [[block] for block in sections(line for node in nodes for line in text_lines(node))]
            case "FactSet":
                return [[block] for node in nodes for block in draw_facts(node["facts"])]
            case "ActionSet":
                return [self.action_blocks(node["actions"]) for node in nodes]
            case "Container":
                return [unit for node in nodes for unit in self.container(node)]
            case "ColumnSet":
                return [unit for node in nodes for unit in self.columns(node)]
            case "input":
                return [draw_field([node], self.lang) for node in nodes]
            case "DataTable":
                return [
                    [block]
                    for node in nodes
                    for block in data_tables(node["caption"], node["header"], node["rows"], self.lang)
                ]
            case "Choosers":
                return [self.choosers(node["choosers"]) for node in nodes]
        raise CannotDraw(kind)

    def container(self, node: Node) -> list[Unit]:
        """Returns a field, what was wrong, a section, a row, or whatever else stands in a container."""
        items = self.visible(node["items"])
        if sum(map(is_input, items)) == 1:
            return [draw_field(items, self.lang)]
        if is_warning(node):
            draw = draw_alert if self.alerts else draw_warning
            return [[block for item in items for block in draw(str(item["text"]))]]
        if node.get("separator"):
            first, *rest = self.flow(items) or [[]]
            return [[{"type": "divider"}, *first], *rest]
        if is_row(items):
            return [self.row([line for item in items for line in text_lines(item)], items)]
        return self.flow(items)

    def columns(self, node: Node) -> list[Unit]:
        """Returns columns of words and buttons as one row, and any others one after another."""
        columns = [self.visible(column.get("items", ())) for column in self.visible(node.get("columns", ()))]
        items = [item for column in columns for item in column]
        if not all(item.get("type") in ("TextBlock", "ActionSet") for item in items):
            return [unit for column in columns for unit in self.flow(column)]
        cells = [[line for item in column for line in text_lines(item)] for column in columns]
        lines = join_cells(cells)
        if any(length(line) > TEXT for line in lines):
            lines = [line for cell in cells for line in cell]
        return [self.row(lines, items)]

    def row(self, lines: Sequence[str], items: Sequence[Node]) -> Unit:
        """Returns one line of a list: its words, and its one button beside them or its buttons under them. Each
        button says to those who listen what it is about: there may be many of the same name."""
        blocks = sections(lines)
        about = next((str(item["text"]) for item in items if item.get("text")), "")
        pressed = [a for item in items for a in item.get("actions", ()) if a["type"] != TOGGLE]
        if blocks and len(pressed) == 1 and length(part_links(str(pressed[0]["title"]))) <= BUTTON:
            blocks[-1]["accessory"] = self.button(pressed[0], about=about)
            return blocks
        return [*blocks, *self.action_blocks(pressed, about)]

    def action_blocks(self, actions: Sequence[Node], about: str = "") -> list[Block]:
        """Returns a row of buttons. Titles too long for Slack are numbered, and stand whole before them."""
        pressed = [action for action in actions if action["type"] != TOGGLE]
        titles = [str(action["title"]) for action in pressed]
        before: list[Block] = []
        if any(length(part_links(title)) > BUTTON for title in titles):
            titles = [f"{at}. {title}" for at, title in enumerate(titles, start=1)]
            before = sections(line for title in titles for line in to_lines(title))
        buttons = [self.button(a, title, about) for a, title in zip(pressed, titles, strict=True)]
        return [*before, *({"type": "actions", "elements": part} for part in batches(buttons, ACTIONS))]

    def choosers(self, choosers: Sequence[Node]) -> list[Block]:
        """Returns what may be done with the lines of a table: a button for one line, a select for several."""
        pressed: list[Block] = []
        for node in choosers:
            lines = [(name, press_of(action)) for name, action in node["lines"]]
            if len(lines) == 1:
                ((name, _),) = lines
                pressed.append(self.button(node["lines"][0][1], f"{node['title']}: {name}"))
                continue
            self.count += 1
            verb = str(node["lines"][0][1]["verb"])
            pressed += choosers_of(self.count, verb, node["title"], lines)
        return [{"type": "actions", "elements": part} for part in batches(pressed, ACTIONS)]

    def button(self, action: Node, title: str = "", about: str = "") -> Block:
        """Returns a button. Raises CannotDraw for what Slack's buttons cannot do or carry."""
        self.count += 1
        title = title or str(action["title"])
        found: Block = {"type": "button", "text": plain_text(title, BUTTON)}
        if about:
            found["accessibility_label"] = shorten(part_links(" ".join(f"{title}: {about}".split())), BUTTON)
        if style := STYLES.get(str(action.get("style"))):
            found["style"] = style
        match action["type"]:
            case "Action.Execute":
                value = json.dumps(action.get("data", {}), ensure_ascii=False, separators=(",", ":"))
                if length(value) > VALUE:
                    raise CannotDraw(f"a button that carries {length(value)} characters")
                return found | {"action_id": f"{self.count}:{action['verb']}", "value": value}
            case "Action.OpenUrl" if safe_url(url := str(action["url"])) and length(url) <= URL:
                return found | {"action_id": f"{self.count}:open", "url": url}
        raise CannotDraw(action["type"])


def press_of(action: Node) -> Mapping[str, Any]:
    """Returns what a button carries."""
    return action.get("data") or {}


def is_heading(node: Node) -> bool:
    """Returns whether a node is a heading that says something."""
    return node.get("type") == "TextBlock" and node.get("style") == "heading" and bool(node.get("text"))


def is_warning(node: Node) -> bool:
    """Returns whether a container says no more than what was wrong. A row with a status has a bold title."""
    items = node["items"]
    is_text = all(item.get("type") == "TextBlock" and item.get("weight") != "Bolder" for item in items)
    return str(node.get("style", "")).lower() == "attention" and is_text


def has_warning(card: Node) -> bool:
    """Returns whether a card says above all else what was wrong."""
    return any(node.get("type") == "Container" and node.get("items") and is_warning(node) for node in card["body"])


def is_row(items: Sequence[Node]) -> bool:
    """Returns whether these are one line of a list: words without a heading, then perhaps buttons."""
    kinds = [str(item.get("type")) for item in items]
    words = kinds[:-1] if kinds[-1:] == ["ActionSet"] else kinds
    return bool(words) and set(words) == {"TextBlock"} and not any(map(is_heading, items))


def only_toggles(node: Node) -> bool:
    """Returns whether a node is nothing but buttons that fold something, which stands open here."""
    return node.get("type") == "ActionSet" and all(action["type"] == TOGGLE for action in node["actions"])


def draw_title(title: str) -> list[Block]:
    """Returns a card's title as a header; in bold where it is too long for one, or has several lines."""
    if length(part_links(title)) > HEADER or "\n" in title:
        return sections(to_lines(title, bold=True))
    return [{"type": "header", "text": plain_text(title, HEADER)}]


def text_lines(node: Node) -> list[str]:
    """Returns what a TextBlock says, as lines of mrkdwn; nothing of another element."""
    if node.get("type") != "TextBlock" or not node.get("text"):
        return []
    return to_lines(str(node["text"]), bold=node.get("weight") == "Bolder")


def draw_facts(facts: Sequence[Node]) -> list[Block]:
    """Returns facts two and two beside each other; one that is too long for that has a section of its own."""
    found: list[Block] = []
    texts = [
        [*to_lines(" ".join(str(fact["title"]).split()), bold=True), *to_lines(str(fact["value"]))] for fact in facts
    ]
    for is_short, group in groupby(texts, key=lambda lines: length("\n".join(lines)) <= FIELD):
        if is_short:
            fields = (mrkdwn("\n".join(lines)) for lines in group)
            found += [{"type": "section", "fields": part} for part in batches(fields, FIELDS)]
        else:
            found += [block for lines in group for block in sections(lines)]
    return found


def link(words: str, url: str) -> Block:
    """Returns small print that leads somewhere, and says where."""
    return context([f"{escape(words)} <{escape(url)}>"])


def context(texts: Sequence[str]) -> Block:
    """Returns a context block: small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}
