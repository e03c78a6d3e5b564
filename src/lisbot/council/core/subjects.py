"""What a command, a log line, a card or a message is about, as a short key: "vote:7"."""

from collections.abc import Mapping
from typing import Any


def subject_of(command: str, args: Mapping[str, Any]) -> str | None:
    """Returns what a command is about by its arguments: "vote:7", "meeting:3"; None for lists and menus.

    A command's own noun goes before the others: of proposal 4 and meeting 3, `proposal.postpone` is about
    the proposal.
    """
    ids = {name.removesuffix("_id"): value for name, value in args.items() if name.endswith("_id") and value}
    if not ids:
        return None
    own = command.split(".")[0]
    noun = own if own in ids else next(iter(ids))
    return f"{noun}:{ids[noun]}"
