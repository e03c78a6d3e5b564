"""Parting what a card says into pages that each fit in one message. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from lisbot.render.slack.limits import PAGE_TEXT, TABLE_TEXT
from lisbot.render.slack.mrkdwn import Block, length

Unit = list[Block]  # blocks that stand together on one page


def paginate(units: Iterable[Unit], most_blocks: int, most_text: int) -> list[list[Block]]:
    """Returns units on pages of at most so many blocks, with at most so many characters of text on each."""
    found: list[list[Block]] = [[]]
    filled = 0
    for unit in (part for whole in units for part in split_unit(whole, most_blocks, most_text)):
        page, own = found[-1], text_length(unit)
        if page and (len(page) + len(unit) > most_blocks or filled + own > most_text):
            found.append(page := [])
            filled = 0
        page.extend(unit)
        filled += own
    return found


def split_unit(unit: Unit, most_blocks: int, most_text: int) -> Iterator[Unit]:
    """Yields a unit as it is; in parts where no page has room for it, its buttons with the last of its words."""
    if len(unit) <= most_blocks and text_length(unit) <= most_text:
        yield unit
        return
    part: Unit = []
    for block in unit:
        if part and block["type"] != "actions" and part[-1]["type"] != "divider":
            yield part
            part = []
        part.append(block)
    yield part


def text_length(given: object) -> int:
    """Returns how many characters of text there are in blocks."""
    match given:
        case {"type": "plain_text" | "mrkdwn", "text": str(words)}:
            return length(words)
        case {"type": "data_table", "rows": list(rows)}:  # of which a message holds less than of other text
            return table_length(rows) * PAGE_TEXT // TABLE_TEXT + 1
        case dict():
            return sum(map(text_length, given.values()))
        case list():
            return sum(map(text_length, given))
    return 0


def table_length(rows: Sequence[Sequence[Block]]) -> int:
    """Returns how many characters there are in a table's cells."""
    return sum(length(str(cell["text"])) for row in rows for cell in row)
