"""A card as Teams takes it: cut to its size, and people's own text escaped for its Markdown."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import orjson

from lisbot.render.teams_actions import fold_actions
from lisbot.render.teams_pages import split_pages
from lisbot.render.words import NO_BREAK, keep_spaces
from lisbot.texts import text

Card = dict[str, Any]
Element = dict[str, Any]
Again = tuple[str, Mapping[str, Any]]  # a command that shows something once more, and its arguments

PAGE = "page"  # the verb of a button that turns pages
VERSION = "1.5"
# learn.microsoft.com, "Format your bot messages": 100 KB of UTF-16 for a message with all its parts, which is 51,200
# characters. A card takes no more than this of them.
MAX_CARD = 38_000
MAX_TEXT = 500  # characters of one text; whoever wants more of it reads the page
MAX_ROWS = 15  # rows of one list
MAX_TITLE = 34  # characters of a button that a phone shows whole
MORE = 200  # characters of JSON that a line saying that there is more takes

CHILDREN = ("body", "items", "columns", "rows", "cells")
ROWS = ("Container", "ColumnSet")


def render(
    card: Card, page_url: str = "", *, always_link: bool = False, again: Again | None = None, page: int = 0
) -> Card:
    """Returns the card as Teams takes it. The given card is left as it was.

    `again`: a command that shows the same once more, and its arguments. With it a long card comes in pages, of which
    this is the `page`, or the last where there are fewer. What was cut says so. A card that is cut or in pages ends in
    a button that opens `page_url`, the page with all of it; without one only what there is no room for is left out.
    `always_link`: the button is there in any case.
    """
    lang = str(card.get("lang", "nb"))
    pages = split_pages(card) if again else [card]
    number = min(max(page, 0), len(pages) - 1)
    card = pages[number]
    cutter = Cutter(card, lang, has_page=bool(page_url))
    body = cutter.dress_list(card.get("body", ()), is_body=True)
    drawn = {**card, "version": VERSION, "msteams": {"width": "Full"}, "body": body}
    room = MAX_CARD - len(page_url) - MORE
    # Bytes of UTF-8 are never fewer than UTF-16 units, and counted at once.
    if len(orjson.dumps(drawn)) > room and weigh(drawn) > room:
        drawn["body"] = cutter.fit(body, room - weigh({**drawn, "body": []}), is_body=True)
    onward = pager(again, number, len(pages), lang) if again else []
    if page_url and (always_link or cutter.has_cut or len(pages) > 1):
        onward.append({"type": "Action.OpenUrl", "title": text(lang, "teams.open_page"), "url": page_url})
    fold_actions(drawn, leaving=sum(each.get("mode") != "secondary" for each in onward))
    if onward:
        drawn["actions"] = [*drawn.get("actions", ()), *onward]
    if len(pages) > 1:
        where = text(lang, "teams.page_of", page=number + 1, pages=len(pages))
        drawn["body"].append({"type": "TextBlock", "wrap": True, "isSubtle": True, "separator": True, "text": where})
    return drawn


def pager(again: Again, number: int, count: int, lang: str) -> list[Element]:
    """Returns the buttons that turn a card's pages: the way on stands out, the way back where there is no way on."""
    back = [turn(again, number - 1, text(lang, "teams.previous_page"))] if number else []
    if number + 1 == count:
        return back
    return [*({**each, "mode": "secondary"} for each in back), turn(again, number + 1, text(lang, "teams.next_page"))]


def turn(again: Again, page: int, title: str) -> Element:
    data = {"command": again[0], "args": dict(again[1]), "page": page}
    button = {"title": title, "associatedInputs": "none"}
    return {
        "type": "Action.Execute",
        **button,
        "verb": PAGE,
        "data": data,
        "fallback": {"type": "Action.Submit", **button, "data": {"verb": PAGE, "args": data}},
    }


class Cutter:
    """Escapes and cuts the elements of one card. `has_cut`: whether anything is missing.

    Long texts and lists are shortened where a page has all of them. Of a card that asks for something no text is
    shortened, and no input left out: people read what they answer.
    """

    def __init__(self, card: Card, lang: str, *, has_page: bool) -> None:
        self.card, self.lang, self.has_page, self.has_cut = card, lang, has_page, False
        self.max_rows = MAX_ROWS if has_page else sys.maxsize

    @cached_property
    def may_clip(self) -> bool:
        return self.has_page and not has_input(self.card)

    # Each element

    def dress_list(self, elements: Iterable[Element], *, is_body: bool = False) -> list[Element]:
        """Returns elements escaped, their texts clipped, and no more rows of them than a list may have."""
        dressed: list[Element] = []
        rows, dropped_at, dropped = 0, 0, 0
        for element in elements:
            if is_row(element, is_body):
                rows += 1
                if rows > self.max_rows and not has_input(element):
                    dropped_at, dropped = dropped_at or len(dressed), dropped + 1
                    continue
            dressed.extend(number_titles(element) if element.get("type") == "ActionSet" else [self.dress(element)])
            if element.get("type") == "Table" and (hidden := len(element["rows"]) - self.max_rows) > 0:
                dressed.append(self.more(hidden))
        if dropped:
            dressed.insert(dropped_at, self.more(dropped))
        return dressed

    def dress(self, element: Any) -> Any:
        """Returns one element with everything in it, escaped and clipped."""
        if not isinstance(element, dict):
            return element
        match element.get("type"):
            case "TextBlock":
                shown = self.show(element["text"])
                return element if shown is element["text"] else {**element, "text": shown}
            case "FactSet":
                facts = [{"title": escape(f["title"]), "value": self.show(f["value"])} for f in element["facts"]]
                return {**element, "facts": facts}
            case str(kind) if kind.startswith("Input."):
                name = element.get("label", "")
                return element if "{{" not in name else {**element, "label": part_dates(name)}
            case "Table":
                return {**element, "rows": [self.dress(row) for row in element["rows"][: self.max_rows]]}
        dressed = element
        for name in CHILDREN:
            if name in element:
                dressed = {**dressed, name: self.dress_list(element[name])}
        return dressed

    def show(self, words: str) -> str:
        """Returns a text as it stands in the card."""
        if len(words) > MAX_TEXT and self.may_clip:
            self.has_cut = True
            words = words[: MAX_TEXT - 1].rstrip() + "…"
        return escape(words)

    def more(self, count: int) -> Element:
        """Returns the line that says how many are left out."""
        self.has_cut = True
        return {
            "type": "TextBlock",
            "wrap": True,
            "isSubtle": True,
            "text": text(self.lang, "card.and_more", count=count),
        }

    # The whole card

    def fit(self, elements: list[Element], room: int, *, is_body: bool = False) -> list[Element]:
        """Returns as many elements as there is room for, from the first on: the last of them perhaps in part.

        Buttons and inputs stay, wherever they stand. `room` is characters of JSON.
        """
        room -= MORE + sum(weigh(element) for element in elements if must_stay(element))
        kept: list[Element] = []
        full_at, dropped = None, 0
        for element in elements:
            if must_stay(element):
                kept.append(element)
            elif full_at is not None:
                dropped += 1
            elif (size := weigh(element)) <= room:
                kept.append(element)
                room -= size
            else:
                shrunk = self.shrink(element, room, is_body=is_body)
                kept.extend(shrunk)
                full_at, dropped = len(kept), 0 if shrunk else 1
        if dropped and full_at is not None:
            kept.insert(full_at, self.more(dropped))
        return kept

    def shrink(self, element: Element, room: int, *, is_body: bool) -> list[Element]:
        """Returns an element with as much of what it holds as there is room for; nothing where that is nothing.

        A section is divided, a row is not.
        """
        if is_body and is_section(element):
            items = self.fit(element["items"], room - weigh({**element, "items": []}))
            return [{**element, "items": items}] if any(not must_stay(item) for item in items) else []
        name = {"FactSet": "facts", "Table": "rows"}.get(element["type"])
        if name is None:
            return []
        parts = element[name]
        kept = list(within(parts, room - weigh({**element, name: []}) - MORE))
        return [{**element, name: kept}, self.more(len(parts) - len(kept))] if kept else []


def number_titles(buttons: Element) -> list[Element]:
    """Returns a set of buttons of its own; where a title is too long for one, they are numbered, and stand whole
    before them."""
    actions = buttons["actions"]
    if all(len(action["title"]) <= MAX_TITLE for action in actions):
        return [{**buttons}]
    titles = [f"{number}. {action['title']}" for number, action in enumerate(actions, start=1)]
    whole = [{"type": "TextBlock", "wrap": True, "spacing": "Small", "text": escape(title)} for title in titles]
    return [*whole, {**buttons, "actions": [named(*pair) for pair in zip(actions, titles, strict=True)]}]


def named(action: Element, title: str) -> Element:
    """Returns a button, for old clients too, under a title that is cut to what there is room for."""
    short = title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"
    fallback = {"fallback": {**action["fallback"], "title": short}} if "fallback" in action else {}
    return {**action, "title": short, **fallback}


def is_row(element: Any, is_body: bool) -> bool:
    """Returns whether an element is one of a list's rows. In a card's body, what a line sets apart is a section."""
    if not isinstance(element, dict) or element.get("type") not in ROWS:
        return False
    return not (is_body and element.get("separator"))


def is_section(element: Element) -> bool:
    """Returns whether an element of a card's body holds a list, rather than being a row of one."""
    if element.get("type") != "Container":
        return False
    kinds = [item.get("type") for item in element.get("items", ())]
    return bool(element.get("separator")) or kinds.count("Container") > 1 or "Table" in kinds


def must_stay(element: Element) -> bool:
    return element.get("type") == "ActionSet" or has_input(element)


def has_input(element: Any) -> bool:
    """Returns whether something is asked for in an element."""
    if not isinstance(element, dict):
        return False
    if str(element.get("type", "")).startswith("Input."):
        return True
    return any(has_input(inner) for name in CHILDREN for inner in element.get(name, ()))


def within(parts: Iterable[Any], room: int) -> Iterator[Any]:
    """Yields the first parts that there is room for."""
    for part in parts:
        room -= weigh(part)
        if room < 0:
            return
        yield part


def weigh(node: Any) -> int:
    """Returns how many characters of JSON something is, as Teams counts them: UTF-16 units."""
    data = orjson.dumps(node)
    return len(data) if data.isascii() else len(data.decode().encode("utf-16-le")) // 2


# What people typed
#
# Markdown is drawn in a TextBlock and in a fact's title and value, and nowhere else (learn.microsoft.com, "Format cards
# in Teams"). Clients on computers read it as CommonMark with HTML in it and drop the tags; those on phones know no
# entities, and show `&lt;` as it stands (MicrosoftDocs/msteams-docs, issue 10997). So a space of no width, which every
# client takes for a letter that is not seen, parts whatever would be a tag, an entity or a link.

SPECIAL = re.compile(r"[\\*_\[\]`~<>&{\r\n\t]|  |^\s|^(?:[-+#=]|\d+[.)])")
NEWLINE = re.compile(r"\r\n?|\n")
INLINE = re.compile(r"[\\*_\[\]`~]")
OPENING = re.compile(r"^(\xa0*(?:[-+]|#+|\d+[.)]))(?: |$)")
RULE = re.compile(r"^(\xa0*)(?=>|[-=][-= ]*$)")
TAG = re.compile(r"<(?=[A-Za-z/!?]|\s*+(?:/\s*+)?at\b)", re.IGNORECASE)
LIVE = re.compile(rf"{TAG.pattern}|&(?=#|\w+;)|\{{(?=\{{)", re.IGNORECASE)
DATE = re.compile(r"\{(?=\{)")
NO_WIDTH = "\N{ZERO WIDTH SPACE}"


def escape(words: str) -> str:
    """Returns plain text as Teams' Markdown that shows exactly that text.

    What could open emphasis, a link or code gets a backslash, what could open a list or indent code a no-break space.
    Each line is a paragraph, an empty one too.
    """
    if not SPECIAL.search(words):
        return words
    return "\n\n".join(map(escape_line, NEWLINE.split(words.rstrip())))


def escape_line(line: str) -> str:
    line = keep_spaces(line.rstrip())
    line = INLINE.sub(r"\\\g<0>", line)
    line = OPENING.sub(lambda found: found[1] + (NO_BREAK if found.end(1) < found.end() else NO_WIDTH), line)
    line = RULE.sub(rf"\1{NO_WIDTH}", line)
    return LIVE.sub(rf"\g<0>{NO_WIDTH}", line) or NO_BREAK


def part_tags(words: str) -> str:
    """Returns the words of a message without a card. Clients take what is sent as plain for HTML where it has tags."""
    return keep_spaces(TAG.sub(rf"\g<0>{NO_WIDTH}", words))


def part_dates(words: str) -> str:
    """Returns text for where Teams draws no Markdown, but still puts a date for {{DATE()}}."""
    return DATE.sub(rf"\g<0>{NO_WIDTH}", words)
