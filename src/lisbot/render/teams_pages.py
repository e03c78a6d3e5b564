"""A long card in Teams, parted into pages between the rows of its lists.

A page is a few screens of a phone, so what counts is how many lines it takes there, at 320 pixels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Card = dict[str, Any]
Element = dict[str, Any]

LINE = 38  # characters
PAGE_LINES = 100
PAGE_ROWS = 15  # of all its lists
PAGE_POSITIVE = 4  # buttons that stand out: each has room to be seen beside those that turn the page


@dataclass
class Part:
    """What stays together on a page: a row, or what stands around the rows of its section.

    `section`: the section it is in, None for what stands in the card's body itself. `is_row`: it is one of many.
    """

    element: Element
    section: Element | None = None
    is_row: bool = False
    lines: int = field(init=False)
    positive: int = field(init=False)

    def __post_init__(self) -> None:
        self.lines, self.positive = count_lines(self.element), count_positive(self.element)


def split_pages(card: Card) -> list[Card]:
    """Returns a card as its pages, itself where it is short. Each page has the card's heading, and a section that goes
    on has its own again. The card's own buttons are on each."""
    body: Sequence[Element] = card.get("body", ())
    parts = [part for element in body for part in parts_of(element)]
    if not any(part.is_row or part.section for part in parts):
        return [card]
    pages = [join(page) for page in fill_pages(parts)]
    if len(pages) == 1:
        return [card]
    heading = next((element for element in body if is_heading(element)), None)
    toggles = [element for element in body if is_toggle(element)]
    return [
        {**card, "body": mend_toggles([*([heading] if heading and number else ()), *page], toggles)}
        for number, page in enumerate(pages)
    ]


def mend_toggles(body: list[Element], toggles: Iterable[Element]) -> list[Element]:
    """Returns a page's body with what unfolds its own folded parts, under its heading where they began on a page
    before, and nothing that unfolds those of others."""
    there = folded_in(body)
    kept = [element for element in body if not is_toggle(element)]
    for toggle in toggles:
        (action,) = toggle["actions"]
        if targets := [target for target in action["targetElements"] if target in there]:
            at = next((number for number, element in enumerate(body) if element is toggle), 1)
            kept.insert(at, {**toggle, "actions": [{**action, "targetElements": targets}]})
    return kept


def folded_in(elements: Iterable[Element]) -> set[str]:
    """Returns the ids of what stands folded among elements."""
    found = set()
    for element in elements:
        if element.get("isVisible") is False and "id" in element:
            found.add(str(element["id"]))
        found |= folded_in(element.get("items", ()))
    return found


def is_toggle(element: Element) -> bool:
    """Returns whether an element is the one button that unfolds parts of the card."""
    actions = element.get("actions", ())
    return element.get("type") == "ActionSet" and len(actions) == 1 and "targetElements" in actions[0]


def fill_pages(parts: Iterable[Part]) -> Iterable[list[Part]]:
    page: list[Part] = []
    lines = rows = positive = 0
    for part in parts:
        is_full = (
            lines + part.lines > PAGE_LINES
            or rows + part.is_row > PAGE_ROWS
            or positive + part.positive > PAGE_POSITIVE
        )
        if is_full and part.section is not None and not is_tail(part) and page:
            after: list[Part] = []
            while len(page) > 1 and is_heading(page[-1].element):
                after.insert(0, page.pop())
            yield page
            page, rows, positive = after, 0, 0
            lines = sum(each.lines for each in after)
        page.append(part)
        lines, rows, positive = lines + part.lines, rows + part.is_row, positive + part.positive
    yield page


def parts_of(element: Element) -> list[Part]:
    """Returns an element as what it may be parted into: a section between what it holds, anything else nowhere."""
    if not (element.get("type") == "Container" and element.get("separator")):
        return [Part(element)]
    return [Part(item, element, item.get("type") in ("Container", "ColumnSet")) for item in element.get("items", ())]


def join(parts: Iterable[Part]) -> list[Element]:
    """Returns parts as a body again. A section that began on the page before begins with its heading."""
    body: list[Element] = []
    current: Element | None = None
    for part in parts:
        if part.section is None:
            body.append(part.element)
            current = None
            continue
        if part.section is not current:
            current = part.section
            items = current["items"]
            goes_on = part.element is not items[0] and is_heading(items[0])
            body.append({**current, "items": [items[0]] if goes_on else []})
        body[-1]["items"].append(part.element)
    return body


def is_heading(element: Element) -> bool:
    return element.get("style") == "heading"


def is_tail(part: Part) -> bool:
    """Returns whether a part belongs to what is before it: a section's own buttons."""
    return part.element.get("type") == "ActionSet"


def count_lines(element: Element) -> int:
    """Returns about how many lines an element takes on a phone."""
    match element.get("type"):
        case "TextBlock":
            return text_lines(element["text"])
        case "FactSet":
            return sum(text_lines(fact["value"]) for fact in element["facts"])
        case "ActionSet":
            return 2
        case "ColumnSet":
            return max((sum(map(count_lines, column.get("items", ()))) for column in element["columns"]), default=0)
    if element.get("isVisible") is False:
        return 0
    return sum(map(count_lines, element.get("items", ())))


def text_lines(words: str) -> int:
    return sum(1 + len(line) // LINE for line in words.split("\n"))


def count_positive(element: Element) -> int:
    inner = [
        *element.get("items", ()),
        *(item for column in element.get("columns", ()) for item in column.get("items", ())),
    ]
    own: int = sum(action.get("style") == "positive" for action in element.get("actions", ()))
    return own + sum(map(count_positive, inner))
