"""Pieces of Block Kit that Slack takes."""

from typing import Any

ROW = {"type": "section", "text": {"type": "mrkdwn", "text": "Ny kaffemaskin"}}


def button(title: str, action_id: str = "1:vote.cast", **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": title}
    return {"type": "button", "action_id": action_id, "text": text, "value": "ja", **more}


def actions(*titles: str) -> dict[str, Any]:
    return {"type": "actions", "elements": [button(t, f"{n}:vote.cast") for n, t in enumerate(titles)]}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    words = {"type": "plain_text", "text": "Ny sak"}
    return {"type": "modal", "title": words, "submit": words, "blocks": list(blocks), **more}


def asks(label: str, block_id: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": block_id, **more.pop("element", {})}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        **more,
    }
