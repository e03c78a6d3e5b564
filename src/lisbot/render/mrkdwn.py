"""Text as Slack reads it: shown exactly as it was typed, with nothing in it live. Pure.

`& < >` are all that Slack asks to have escaped (docs.slack.dev, "Formatting message text"). The marks that
open bold, italics, strike, code, quotes and emoji have no escape there and are parted from their text by a
space of no width.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from lisbot.render.slack_limits import TEXT
from lisbot.render.words import clean

Block = dict[str, Any]
Thing = TypeVar("Thing")

APART = "\N{ZERO WIDTH SPACE}"
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
MARK = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])|`|:(?=[\w+'-]+:)")
QUOTE = re.compile(r"^(?=\s*>)", re.MULTILINE)
LIVE = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
ADDRESS = re.compile(r"https?://[^\s<>\"|`]+")


def escape(text: str) -> str:
    """Plain text as mrkdwn that shows exactly that text and in which nothing is live."""
    parted = MARK.sub(lambda mark: mark[0] + APART, QUOTE.sub(APART, clean(text)))
    return parted.translate(ENTITIES)


def plain(text: str, most: int) -> Block:
    """A plain text object of at most `most` characters."""
    return {"type": "plain_text", "text": fitted(unmarked(text), most), "emoji": False}


def unmarked(text: str) -> str:
    """Text for where Slack reads no marks, parted also where a careless reader might find a link."""
    return LIVE.sub(rf"\g<0>{APART}", clean(text))


def fitted(text: str, most: int) -> str:
    """The text, or its beginning where there is no room for the whole."""
    return text if size(text) <= most else f"{text[: reach(text, most - 1, size)].rstrip()}…"


def mrkdwn(text: str) -> Block:
    """A text object. Verbatim: Slack is not to look for addresses, channels and people in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text)}


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines of mrkdwn as blocks, each as full as it may be."""
    return [section(text) for text in packed(lines, TEXT)]


def packed(lines: Iterable[str], most: int) -> list[str]:
    """Lines joined into texts of at most `most` characters, none of them blank."""
    found, text = [], ""
    for line in lines:
        joined = f"{text}\n{line}" if text else line
        if size(joined) > most:
            found.append(text)
            joined = line
        text = joined
    return [part.rstrip("\n") for part in (*found, text) if part.strip()]


def said(text: str, *, bold: bool = False) -> list[str]:
    """The lines of a text as mrkdwn, each short enough for a block. One that is an address leads there."""
    return [
        marked(piece, bold=bold)
        for line in clean(text).split("\n")
        for piece in wrapped(line, TEXT, lambda part: size(marked(part, bold=bold)))
    ]


def marked(line: str, *, bold: bool = False) -> str:
    """One line. With a star in it, it is not made bold: the star would be taken for its end."""
    if ADDRESS.fullmatch(line):
        return f"<{line.translate(ENTITIES)}>"
    return f"*{escape(line.strip())}*" if bold and line.strip() and "*" not in line else escape(line)


def wrapped(line: str, most: int, measure: Callable[[str], int]) -> Iterator[str]:
    """A line in pieces that each measure at most `most`, parted between words where there are any.

    No text measures less than it has characters, so that only its beginning need be measured.
    """
    while len(line) > most or measure(line) > most:
        cut = reach(line[:most], most, measure)
        space = line.rfind(" ", cut // 2, cut)
        cut = space + 1 if space >= 0 else cut
        yield line[:cut]
        line = line[cut:]
    yield line


def reach(text: str, most: int, measure: Callable[[str], int]) -> int:
    """How many of its characters measure at most `most`: nearly all that do. At least one."""
    found = len(text)
    while found > 1 and (measured := measure(text[:found])) > most:
        found = min(found - 1, found * most // measured)
    return max(found, 1)


def size(text: str) -> int:
    """Its length as Slack's clients count it: two for an emoji."""
    return len(text.encode("utf-16-le")) // 2


def batches(things: Iterable[Thing], most: int) -> Iterator[list[Thing]]:
    left = iter(things)
    while part := list(islice(left, most)):
        yield part
