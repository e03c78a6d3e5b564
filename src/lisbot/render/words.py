"""A card as plain words: for notifications, e-mail and the command line. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lisbot.texts import text

Node = Mapping[str, Any]
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # Cc and Cs, but for line breaks


def words(card: Node, *, buttons: bool = False) -> str:
    """What the card says, line by line; with `buttons`, also what its reader can do."""
    blocks = [clean("\n".join(part)) for node in card.get("body", ()) if (part := list(lines(node)))]
    if buttons and (possible := [clean(line) for action in every_action(card) if (line := choice(action))]):
        lang = str(card.get("lang", "nb"))
        blocks.append("\n".join([text(lang, "web.words.can"), *(f"– {line}" for line in possible)]))
    return "\n\n".join(blocks)


def lines(node: Node) -> Iterator[str]:
    if node.get("isVisible") is False:
        return
    match node.get("type"):
        case "TextBlock":
            if node.get("text"):
                yield str(node["text"])
        case "RichTextBlock":
            yield "".join(
                run if isinstance(run, str) else run.get("text", "") for run in node.get("inlines", ())
            )
        case "FactSet":
            yield from (f"{fact['title']}: {fact['value']}" for fact in node.get("facts", ()))
        case "Container":
            yield from inside(node.get("items", ()))
        case "ColumnSet":
            cells = [" ".join(inside(column.get("items", ()))) for column in node.get("columns", ())]
            yield from [" · ".join(cell for cell in cells if cell)] if any(cells) else []
        case "Table":
            for row in node.get("rows", ()):
                yield " · ".join(" ".join(inside(cell.get("items", ()))) for cell in row.get("cells", ()))
        case "Image":
            if node.get("altText"):
                yield str(node["altText"])
        case str(kind) if kind.startswith("Input."):
            label = node.get("label") or node.get("title") or node["id"]
            value = chosen(node)
            yield f"{label}: {value}" if value else f"{label}:"


def inside(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        yield from lines(node)


def chosen(node: Node) -> str:
    """What stands in an input, in the words of its choices."""
    value = "" if node.get("value") is None else str(node["value"])
    titles = {str(c["value"]): str(c["title"]) for c in node.get("choices", ())}
    given = value.split(",") if node.get("isMultiSelect") else [value]
    return ", ".join(titles.get(part, part) for part in given)


def every_action(node: Node) -> Iterator[Node]:
    """The card's buttons in the order they stand in."""
    for part in node.get("body", node.get("items", ())):
        yield from every_action(part)
    for column in node.get("columns", ()):
        yield from every_action(column)
    yield from node.get("actions", ())


def choice(action: Node) -> str:
    title = str(action.get("title", ""))
    return f"{title}: {action['url']}" if action.get("type") == "Action.OpenUrl" else title


def clean(line: str) -> str:
    """Without control characters, which a terminal would obey."""
    return CONTROL.sub("", line)
