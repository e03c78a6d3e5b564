"""Which of a card's buttons stand out in Teams. The others are folded away behind "…", each row's own beside it.

learn.microsoft.com, "Cards", overflow menu: up to six primary buttons appear on a card.
"""

from collections.abc import Iterator, Sequence
from typing import Any

Card = dict[str, Any]
Element = dict[str, Any]
Path = tuple[str | int, ...]

MAX_PRIMARY = 6
CARD, SECTION, ROW = range(3)  # what a set of buttons belongs to


class ActionSet:
    """Buttons that stand together: where, and which of them are seen."""

    def __init__(self, level: int, section: int, holder: Element) -> None:
        self.level, self.section, self.holder = level, section, holder
        self.actions: Sequence[Element] = holder["actions"]
        self.shown: set[int] = set()

    @property
    def hidden(self) -> list[int]:
        """The numbers of those that may yet be shown. What is folded away already stays so."""
        return [
            number
            for number, action in enumerate(self.actions)
            if number not in self.shown and action.get("mode") != "secondary"
        ]

    @property
    def kind(self) -> tuple[Any, ...]:
        """What makes it the same as others of its list: where it is and what its buttons do."""
        return (self.level, self.section if self.level == ROW else 0, *(each.get("verb") for each in self.actions))


def fold_actions(card: Card, *, leaving: int = 0) -> Card:
    """Returns the card with at most six buttons that stand out, `leaving` of them to others. The given card's buttons
    are left as they were; its containers are new already.

    First are those of the card itself that answer what it asks, then whatever unfolds it or is marked as the next step;
    then rows whose buttons differ, the first on top, the sections' and the card's own; and last the rows of lists that
    are all alike, of which all are shown or none.
    """
    sets = list(action_sets(card))
    room = MAX_PRIMARY - leaving
    bottom = [each for each in sets if each.holder is card]
    inner = [each for each in sets if each.holder is not card]

    def show(found: Sequence[tuple["ActionSet", int]]) -> None:
        nonlocal room
        if found and len(found) <= room:
            room -= len(found)
            for each, number in found:
                each.shown.add(number)

    for each in inner:
        if each.level == CARD:
            for number in each.hidden:
                show([(each, number)])
    for each in sets:
        for number in each.hidden:
            if each.actions[number].get("style") == "positive":
                show([(each, number)])
    alike: dict[tuple[Any, ...], list[ActionSet]] = {}
    for each in inner:
        alike.setdefault(each.kind, []).append(each)
    lists = [group for group in alike.values() if is_list(group)]
    listed = {id(each) for group in lists for each in group}
    for each in (*(one for one in inner if id(one) not in listed), *bottom):
        if each.level == ROW:
            show([(each, number) for number in each.hidden])
        else:
            for number in each.hidden:
                show([(each, number)])
    for group in lists:
        show([(each, number) for each in group for number in each.hidden])
    for each in sets:
        each.holder["actions"] = [
            action if number in each.shown or action.get("mode") == "secondary" else {**action, "mode": "secondary"}
            for number, action in enumerate(each.actions)
        ]
    return card


def is_list(group: Sequence[ActionSet]) -> bool:
    """Returns whether sets of buttons are those of a list: rows with one button each, or sections with the same."""
    return len(group) > 1 and (group[0].level == SECTION or len(group[0].actions) == 1)


def action_sets(card: Card) -> Iterator[ActionSet]:
    """Yields the card's sets of buttons from top to bottom."""
    for number, element in enumerate(card.get("body", ())):
        yield from sets_in(element, CARD, number)
    if card.get("actions"):
        yield ActionSet(CARD, 0, card)


def sets_in(element: Element, level: int, section: int) -> Iterator[ActionSet]:
    if element.get("type") == "ActionSet":
        yield ActionSet(level, section, element)
    elif element.get("type") == "Container" and (element.get("separator") or "id" in element):
        for item in element["items"]:
            yield from sets_in(item, SECTION, section)
    else:
        inner = [
            *element.get("items", ()),
            *(item for column in element.get("columns", ()) for item in column.get("items", ())),
        ]
        for item in inner:
            yield from sets_in(item, ROW, section)
