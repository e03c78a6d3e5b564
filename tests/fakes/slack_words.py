"""The words people read in blocks, as Slack draws them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]
MARKED = re.compile(r"(?<!\w)([*_~])(?!\u200b)(\S(?:.*?\S)?)\1(?![\w\u200b])")


def plain(words: str) -> str:
    """Words as they look when Slack has drawn its markup."""
    drawn = MARKED.sub(r"\2", words)
    return html.unescape(drawn.replace("\u200b", "").replace("\u00a0", " "))


def texts(node: Any) -> Iterator[str]:
    """Every text people read in these blocks, in the order they read it."""
    if isinstance(node, list):
        for inner in node:
            yield from texts(inner)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield plain(node["text"])
        for name in ("text", "label", "hint", "title", "description", "fields", "elements", "element"):
            if isinstance(node.get(name), dict | list):
                yield from texts(node[name])
        if isinstance(node.get("caption"), str):
            yield node["caption"]
        for name in ("accessory", "options", "option_groups", "rows", "placeholder"):
            yield from texts(node.get(name) or [])
        yield from initial(node)


def initial(node: Block) -> Iterator[str]:
    for name in ("initial_value", "initial_date", "initial_time"):
        if name in node:
            yield str(node[name])
