"""The response URLs of interactions and slash commands: five answers within thirty minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.slack_checks import Refusal
from fakes.slack_methods import content
from fakes.slack_rules import LONGEST_POST
from fakes.slack_world import Channel, Message, SlackPerson, Workspace

if TYPE_CHECKING:
    from fakes.slack import FakeSlack

MOST_USES = 5
LIFE = 30 * 60  # seconds
GONE = ("expired_url", "used_url", "no_service")
KNOWN = {
    "text",
    "blocks",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
}


@dataclass
class ResponseUrl:
    """Where an answer to one interaction goes."""

    home: Workspace
    where: Channel
    person: SlackPerson
    message: Message | None  # the one that was pressed
    at: float
    uses: int = 0


def use(fake: FakeSlack, hook: ResponseUrl, body: Any) -> None:
    """Take one answer. Raises Refusal: expired_url, used_url, invalid_blocks, no_text, invalid_payload."""
    if fake.clock() - hook.at > LIFE:
        raise Refusal("expired_url")
    if hook.uses >= MOST_USES:
        raise Refusal("used_url")
    if not isinstance(body, dict) or set(body) - KNOWN:
        raise Refusal("invalid_payload")
    hook.uses += 1
    answer(fake, hook, body)


def answer(fake: FakeSlack, hook: ResponseUrl, body: dict[str, Any]) -> None:
    """Show the answer, as the body of a slash command's ack is shown too."""
    if body.get("delete_original"):
        if hook.message:
            hook.message.is_deleted = True
        return
    text, blocks = content(body, longest=LONGEST_POST, is_cut=False)
    if body.get("replace_original") and hook.message:
        fake.change(hook.message, text, blocks)
        return
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise Refusal("invalid_payload")
    is_for_all = body.get("response_type") == "in_channel"
    fake.put(hook.home, hook.where, text, blocks, user="" if is_for_all else hook.person.id)
