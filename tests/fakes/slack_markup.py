"""Finds what in a text Slack would bring to life: mentions, broadcasts and links that hide where they go.

docs.slack.dev/messaging/formatting-message-text: in mrkdwn and in the top-level text of a message, what
stands between < and > is live when it starts with @, #, ! or the scheme of a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# A link without words of its own hides nothing.
LIVE = re.compile(r"<(?!https?://[^|<>\s]+>)(?:[@#!]|[a-z][a-z0-9+.-]*:)[^<>]*>", re.IGNORECASE)


def live(words: str) -> list[str]:
    return LIVE.findall(words)


def mrkdwn(node: Any) -> Iterator[str]:
    """Every text in these blocks in which Slack reads markup."""
    if isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"]
        for inner in node.values():
            yield from mrkdwn(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from mrkdwn(inner)


def breaches(where: str, text: str, blocks: list[dict[str, Any]], allowed: list[re.Pattern[str]]) -> list[str]:
    """What is live here though nothing allows it."""
    found = [mark for words in (text, *mrkdwn(blocks)) for mark in live(words)]
    return [f"{where}: {mark} is live" for mark in found if not any(known.fullmatch(mark) for known in allowed)]
