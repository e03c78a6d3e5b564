"""Which of a card's buttons stand out in Teams. The others are folded away behind "…", each row's own beside it.

learn.microsoft.com, "Cards", overflow menu: up to six primary buttons appear on a card.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

Card = dict[str, Any]
Element = dict[str, Any]
Path = tuple[str | int, ...]

MAX_PRIMARY = 6
SHORT_LIST = 3  # rows
CARD, SECTION, ROW, FOOT = range(4)  # what a set of buttons belongs to; at a card's foot are its actions


class ActionSet:
    """Buttons that stand together: where, and which of them are seen."""

    def __init__(self, level: int, section: int, holder: Element) -> None:
        self.level, self.section, self.holder = level, section, holder
        self.actions: Sequence[Element] = holder["actions"]
        self.shown: set[int] = set()

    @property
    def waiting(self) -> list[int]:
        """The numbers of those that may yet be shown. What is folded away already stays so."""
        return [
            number
            for number, action in enumerate(self.actions)
            if number not in self.shown and action.get("mode") != "secondary"
        ]

    @property
    def kind(self) -> tuple[Any, ...]:
        """What makes it the same as others of its list: where it is and what its buttons do."""
        verbs = (each.get("verb") for each in self.actions if each.get("mode") != "secondary")
        return (self.level, self.section if self.level == ROW else 0, *verbs)

    @property
    def is_question(self) -> bool:
        """Whether its buttons are the answers to one question: they do the same, each with another answer."""
        deeds = [deed_of(self.actions[number]) for number in self.waiting]
        return self.level in (CARD, SECTION) and len(deeds) > 1 and len(set(deeds)) == 1

    def fold(self) -> None:
        """Fold away those that are not shown."""
        self.holder["actions"] = [
            action if number in self.shown or action.get("mode") == "secondary" else {**action, "mode": "secondary"}
            for number, action in enumerate(self.actions)
        ]


def deed_of(action: Element) -> str:
    """Returns the command that a button runs, or whose form it asks for."""
    return str(action.get("data", {}).get("command") or action.get("verb"))


Buttons = list[tuple[ActionSet, int]]  # each by its set and its number there


def fold_actions(card: Card, *, leaving: int = 0) -> None:
    """Fold away all but at most six of a card's buttons, `leaving` so many of the six to others. Its sets of buttons
    are its own, the buttons are not: a folded one is new."""
    sets = list(action_sets(card))
    room = MAX_PRIMARY - leaving
    for group in ranked(sets):
        fresh = [(each, number) for each, number in group if number not in each.shown]
        if len(fresh) <= room:
            room -= len(fresh)
            for each, number in fresh:
                each.shown.add(number)
    for each in sets:
        each.fold()


def ranked(sets: Sequence[ActionSet]) -> Iterator[Buttons]:
    """Yields buttons that are shown together or not at all, those first that are to be seen before others.

    First are those that answer what the card asks, all of one question's, then whatever unfolds it or is marked as the
    next step; then rows whose buttons differ, the first on top; then the first at the card's foot, and short lists;
    then the sections' own and the others at the foot; and last long lists. Rows of a list that are all alike are shown
    alike.
    """
    alike: dict[tuple[Any, ...], list[ActionSet]] = {}
    for each in sets:
        alike.setdefault(each.kind, []).append(each)
    lists = [group for group in alike.values() if is_list(group)]
    listed = {id(each) for group in lists for each in group}
    alone = [each for each in sets if id(each) not in listed]
    yield from (together([each]) for each in alone if each.is_question)
    yield from singly(each for each in sets if each.level == CARD)
    for button in singly(sets):
        ((each, number),) = button
        if each.actions[number].get("style") == "positive":
            yield button
    yield from (together([each]) for each in alone if each.level == ROW)
    yield from islice(singly(each for each in sets if each.level == FOOT), 1)
    yield from (together(group) for group in lists if len(group) <= SHORT_LIST)
    yield from singly(each for each in alone if each.level in (SECTION, FOOT))
    yield from map(together, lists)


def singly(sets: Iterable[ActionSet]) -> Iterator[Buttons]:
    return ([(each, number)] for each in sets for number in each.waiting)


def together(sets: Iterable[ActionSet]) -> Buttons:
    return [(each, number) for each in sets for number in each.waiting]


def is_list(group: Sequence[ActionSet]) -> bool:
    """Returns whether sets of buttons are those of a list: rows with one button each, or sections with the same."""
    if len(group) < 2 or group[0].level == CARD:
        return False
    return group[0].level == SECTION or len(group[0].waiting) == 1


def action_sets(card: Card) -> Iterator[ActionSet]:
    """Yields the card's sets of buttons from top to bottom."""
    for number, element in enumerate(card.get("body", ())):
        yield from sets_in(element, CARD, number)
    if card.get("actions"):
        yield ActionSet(FOOT, 0, card)


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
