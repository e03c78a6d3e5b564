"""A card as plain words, whole: for notifications, e-mail and the command line."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from lisbot.texts import text

Node = Mapping[str, Any]
OPEN_URL = "Action.OpenUrl"
TAB_WIDTH = 4
HIDDEN_SPACES = re.compile(r"^ +|(?<= ) +", re.MULTILINE)
NUMBER = re.compile(r"\d+\.")
NO_BREAK = "\N{NO-BREAK SPACE}"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's Cc and Cs, but for line breaks


def words(card: Node, *, buttons: bool = False) -> str:
    """Returns what the card says, line by line; with `buttons`, also what its reader can do."""
    folded = folded_ids(card)
    blocks = [clean("\n".join(part)) for node in card.get("body", ()) if (part := list(lines(node, folded)))]
    if buttons and (titles := button_titles(card)):
        lang = str(card.get("lang", "nb"))
        blocks.append("\n".join([text(lang, "web.words.can"), *(f"– {title}" for title in titles)]))
    return "\n\n".join(blocks)


def button_titles(card: Node) -> list[str]:
    """Returns the titles of a card's buttons, but for those whose address is said among the words."""
    said = {id(action) for action in inner_actions(card) if action.get("type") == OPEN_URL}
    pressed = (action for action in every_action(card) if id(action) not in said)
    return [clean(line) for action in pressed if (line := action_line(action))]


def lines(node: Node, folded: Collection[str] = ()) -> Iterator[str]:
    """Yields what a node says. `folded`: the ids of what a toggle shows, which is said too."""
    if is_hidden(node, folded):
        return
    match node.get("type"):
        case "TextBlock":
            if node.get("text"):
                yield str(node["text"])
        case "RichTextBlock":
            yield "".join(run if isinstance(run, str) else run.get("text", "") for run in node.get("inlines", ()))
        case "FactSet":
            yield from (f"{fact['title']}: {fact['value']}" for fact in node.get("facts", ()))
        case "Container":
            yield from lines_of_all(node.get("items", ()), folded)
        case "ActionSet":
            # Where a button leads out of lisbot is said too: a reader of words has no button.
            yield from (action_line(action) for action in node["actions"] if action["type"] == OPEN_URL)
        case "ColumnSet":
            columns = (column for column in node.get("columns", ()) if not is_hidden(column, folded))
            yield from join_cells([list(lines_of_all(column.get("items", ()), folded)) for column in columns])
        case "Table":
            for row in node.get("rows", ()):
                yield " · ".join(" ".join(lines_of_all(cell.get("items", ()), folded)) for cell in row.get("cells", ()))
        case "Image":
            if node.get("altText"):
                yield str(node["altText"])
        case str(kind) if kind.startswith("Input."):
            label = node.get("label") or node.get("title") or node["id"]
            value = input_value(node)
            yield f"{label}: {value}" if value else f"{label}:"


def lines_of_all(nodes: Sequence[Node], folded: Collection[str]) -> Iterator[str]:
    for node in nodes:
        yield from lines(node, folded)


def join_cells(cells: Sequence[Sequence[str]]) -> list[str]:
    """Returns columns as lines: short ones, such as a date, stand before the first line of the column after them."""
    found: list[str] = []
    before: list[str] = []
    for cell in filter(None, cells):
        if len(cell) == 1:
            before.append(cell[0])
        else:
            found += [in_one_line([*before, cell[0]]), *cell[1:]]
            before = []
    return [*found, in_one_line(before)] if before else found


def in_one_line(cells: Sequence[str]) -> str:
    """Returns short columns side by side: a number stands before its title as in any list."""
    number, *others = cells
    by = " " if NUMBER.fullmatch(number) else " · "
    return by.join([number, " · ".join(others)]) if others else number


def folded_ids(card: Node) -> frozenset[str]:
    """Returns the ids of what a card's toggles show and hide: a face without toggles shows all of it."""
    targets = (target for action in every_action(card) for target in action.get("targetElements", ()))
    return frozenset(str(target["elementId"] if isinstance(target, Mapping) else target) for target in targets)


def is_hidden(node: Node, folded: Collection[str]) -> bool:
    """Returns whether a node is not shown, and no toggle shows it."""
    return node.get("isVisible") is False and node.get("id") not in folded


def input_value(node: Node) -> str:
    """Returns what stands in an input, in the words of its choices."""
    value = "" if node.get("value") is None else str(node["value"])
    titles = {str(c["value"]): str(c["title"]) for c in node.get("choices", ())}
    given = value.split(",") if node.get("isMultiSelect") else [value]
    return ", ".join(titles.get(part, part) for part in given)


def every_action(node: Node) -> Iterator[Node]:
    """Yields the card's buttons in the order they stand in."""
    yield from inner_actions(node)
    yield from node.get("actions", ())


def inner_actions(node: Node) -> Iterator[Node]:
    """Yields the buttons within a card or an element."""
    for part in (*node.get("body", node.get("items", ())), *node.get("columns", ())):
        yield from every_action(part)


def action_line(action: Node) -> str:
    """Returns a button's title, with the address it leads to where it does."""
    if action.get("type") == "Action.ToggleVisibility":
        return ""  # what it shows is said already
    title = str(action.get("title", ""))
    return f"{title}: {action['url']}" if action.get("type") == OPEN_URL else title


def clean(line: str) -> str:
    """Returns text without control characters, which a terminal would obey. A tab is a few spaces."""
    return CONTROL.sub("", widen_tabs(line))


def widen_tabs(words: str) -> str:
    return words.replace("\t", " " * TAB_WIDTH)


def keep_spaces(words: str) -> str:
    """Returns text whose every space is shown where HTML would leave out those at the start of a line, and all but one
    of several."""
    return HIDDEN_SPACES.sub(lambda found: NO_BREAK * len(found[0]), widen_tabs(words))
