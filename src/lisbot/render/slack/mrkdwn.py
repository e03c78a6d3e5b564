"""Text as Slack reads it: shown exactly as it was typed, with nothing in it live. Pure.

Slack asks for `& < >` to be escaped and for no more (docs.slack.dev, "Formatting message text"). The marks that
open bold, italics, strike, code, quotes and emoji have no escape there: a space of no width parts them from their
text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from lisbot.render.slack.limits import TEXT
from lisbot.render.words import clean

Block = dict[str, Any]
T = TypeVar("T")

APART = "\N{ZERO WIDTH SPACE}"
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
SPECIAL = re.compile(r"[&<>*_~`:]")  # what escape() may change; most texts have none of it
MARK = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`|:(?=[\w+'-]+:)")
LIVE = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:)|&(?=(?:amp|lt|gt);)", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s<>\"|`]+")


def escape(text: str) -> str:
    """Returns plain text as mrkdwn that shows exactly that text and in which nothing is live."""
    text = clean(text)
    if not SPECIAL.search(text):
        return text
    lines = map(part_quote, text.split("\n"))
    return MARK.sub(lambda mark: mark[0] + APART, "\n".join(lines)).translate(ENTITIES)


def part_quote(line: str) -> str:
    """Returns one line, so that it opens no quotation. Looks at each character once."""
    return APART + line if line.lstrip().startswith(">") else line


def plain_text(text: str, most: int) -> Block:
    """Returns a plain text object of at most `most` characters."""
    return {"type": "plain_text", "text": shorten(part_links(text), most), "emoji": False}


def part_links(text: str) -> str:
    """Returns text for where Slack reads no marks, but its entities, parted also where one might find a link."""
    return LIVE.sub(rf"\g<0>{APART}", clean(text))


def shorten(text: str, most: int) -> str:
    """Returns the text, or its beginning where there is no room for the whole."""
    return text if length(text) <= most else f"{text[: fitting_length(text, most - 1, length)].rstrip()}…"


def mrkdwn(text: str) -> Block:
    """Returns a text object. Verbatim: Slack does not look for addresses, channels and people in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """Returns a section block of one text."""
    return {"type": "section", "text": mrkdwn(text)}


def sections(lines: Iterable[str]) -> list[Block]:
    """Returns lines of mrkdwn as blocks, each as full as it may be."""
    return [section(text) for text in pack(lines, TEXT)]


def pack(lines: Iterable[str], most: int) -> list[str]:
    """Returns lines joined into texts of at most `most` characters, none of them blank."""
    found, text = [], ""
    for line in lines:
        joined = f"{text}\n{line}" if text else line
        if length(joined) > most:
            found.append(text)
            joined = line
        text = joined
    return [part.rstrip("\n") for part in (*found, text) if part.strip()]


def to_lines(text: str, *, bold: bool = False) -> list[str]:
    """Returns a text as lines of mrkdwn, each short enough for a block. A line that is an address leads there."""
    return [
        to_line(piece, bold=bold)
        for line in clean(text).split("\n")
        for piece in wrap(line, TEXT, lambda part: length(to_line(part, bold=bold)))
    ]


def to_line(line: str, *, bold: bool = False) -> str:
    """Returns one line as mrkdwn. A line with a star in it is not made bold: the star would end it."""
    if ADDRESS.fullmatch(line):
        return f"<{line.translate(ENTITIES)}>"
    return f"*{escape(line.strip())}*" if bold and line.strip() and "*" not in line else escape(line)


def wrap(line: str, most: int, measure: Callable[[str], int]) -> Iterator[str]:
    """Yields a line in pieces that each measure at most `most`, parted between words where there are any.

    No text measures less than it has characters, so that only its beginning need be measured.
    """
    start = 0
    while True:
        piece = line[start : start + most + 1]
        if len(piece) <= most and measure(piece) <= most:
            break
        cut = fitting_length(piece[:most], most, measure)
        space = piece.rfind(" ", cut // 2, cut)
        cut = space + 1 if space >= 0 else cut
        yield piece[:cut]
        start += cut
    yield piece


def fitting_length(text: str, most: int, measure: Callable[[str], int]) -> int:
    """Returns how many of a text's characters measure at most `most`: nearly all that do. At least one."""
    found = len(text)
    while found > 1 and (measured := measure(text[:found])) > most:
        found = min(found - 1, found * most // measured)
    return max(found, 1)


def length(text: str) -> int:
    """Returns a text's length as Slack's clients count it, in UTF-16 code units: two for an emoji."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def batches(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yields things in lists of at most `most`."""
    left = iter(things)
    while part := list(islice(left, most)):
        yield part
