"""The shape of what Slack sends, as far as bolt and the handler take it for granted."""

from typing import Any

from lisbot.channels.common.untrusted import object_in, objects_in
from lisbot.channels.slack.payload import Body
from lisbot.council.core.characters import storable

NAMES = ("type", "action_id", "callback_id", "command", "event_id", "trigger_id", "private_metadata")


def read_shape(body: Body) -> dict[str, Any]:
    """Returns a request, with a substitute for what no database keeps. Raises ValueError for one whose fields are of
    other types than Slack's: whoever signed it is not Slack."""
    named = [body, *objects_in(body, "actions"), object_in(body, "event"), object_in(body, "view")]
    is_as_sent = (
        all(isinstance(each.get(name, ""), str) for each in named for name in NAMES)
        and all(isinstance(body.get(name, {}), dict) for name in ("event", "view"))
        and ("actions" not in body or bool(objects_in(body, "actions")))
        and all("action_id" in action for action in objects_in(body, "actions"))
        and is_view(object_in(body, "view"))
    )
    if not is_as_sent:
        raise ValueError("not as Slack sends it")
    found: dict[str, Any] = storable(body)
    return found


def is_view(view: Body) -> bool:
    """Returns whether a view, or {} for none, has its blocks and what was filled in as Slack has them."""
    blocks, state = view.get("blocks", []), view.get("state", {})
    if not (isinstance(blocks, list) and isinstance(state, dict)):
        return False
    inputs = state.get("values", {})
    return (
        all(isinstance(block, dict) and isinstance(block.get("type"), str) for block in blocks)
        and all(isinstance(block.get("block_id"), str) for block in blocks if block["type"] == "input")
        and isinstance(inputs, dict)
        and all(isinstance(actions, dict) and all(map(is_input, actions.values())) for actions in inputs.values())
    )


def is_input(state: object) -> bool:
    """Returns whether what was filled in in one input is of the types that Slack has for it."""
    if not isinstance(state, dict):
        return False
    several = state.get("selected_options") or []
    chosen = [state.get("selected_option") or {}, *(several if isinstance(several, list) else [None])]
    return all(isinstance(option, dict) for option in chosen) and all("value" in option for option in chosen[1:])
