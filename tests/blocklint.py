"""What Slack asks of what lisbot sends it: `lint(blocks or view, surface)` lists every breach.

The rules are those by which the fake Slack refuses, with slack_sdk's own models among them, and beside them
what Slack takes without a word but nobody should be sent: mentions, disguised links, more text than a message
has been seen to hold.
"""

from collections.abc import Iterator
from typing import Any

from fakes.slack_markup import breaches
from fakes.slack_rules import MOST_IN_BLOCKS, is_too_large, text_in, wrong_with_blocks, wrong_with_view


def lint(given: Any, surface: str) -> list[str]:
    """`given`: a view, or the blocks of a message. `surface`: message, modal or home."""
    if surface == "message":
        found = wrong_with_blocks(given, surface)
        blocks = given
    else:
        found = wrong_with_view(given)
        blocks = given["blocks"]
        if given["type"] != surface:
            found.append(f"a {given['type']} is no {surface}")
        if is_too_large(given):
            found.append("the view is too large")
    if surface == "message" and text_in(blocks) > MOST_IN_BLOCKS:
        found.append(f"{text_in(blocks)} characters of text in one message")
    return [*found, *breaches(surface, "", blocks, []), *loose(blocks)]


def loose(node: Any) -> Iterator[str]:
    """Texts in which Slack would look for people, channels, addresses and emoji by itself."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn" and node.get("verbatim") is not True:
            yield f"is not verbatim: {node['text'][:40]}"
        if node.get("type") == "plain_text" and node.get("emoji") is not False:
            yield f"may turn into emoji: {node['text'][:40]}"
        for inner in node.values():
            yield from loose(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from loose(inner)
