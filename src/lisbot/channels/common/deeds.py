"""What a card's buttons do: the command that each runs, or asks for the form of, and its arguments."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from lisbot.render.words import every_action

EXECUTE, SUBMIT = "Action.Execute", "Action.Submit"
ASK = "ask"  # the verb of a button that opens a form
RUNS = (EXECUTE, SUBMIT)
Deed = tuple[str, Mapping[str, Any]]


def deed_of(action: Mapping[str, Any]) -> Deed | None:
    """Returns what a button does; None for one that leads elsewhere, or shows and hides."""
    data = action.get("data") or {}
    if action.get("type") not in RUNS:
        return None
    verb, args = (action.get("verb"), data) if action["type"] == EXECUTE else (data.get("verb"), data.get("args") or {})
    if verb == ASK:
        verb, args = args.get("command"), args.get("args") or {}
    return (verb, args) if isinstance(verb, str) else None


def deeds_of(card: Mapping[str, Any]) -> Iterator[Deed]:
    """Yields what each of a card's buttons does."""
    for action in every_action(card):
        if (deed := deed_of(action)) is not None:
            yield deed


def deed_key(deed: Deed) -> str:
    """Returns what tells one deed from another."""
    return f"{deed[0]} {orjson.dumps(dict(deed[1]), option=orjson.OPT_SORT_KEYS).decode()}"


def find_button(card: Mapping[str, Any], deed: Deed) -> Mapping[str, Any] | None:
    """Returns the button that does this; None where the card has none."""
    key = deed_key(deed)
    return next((a for a in every_action(card) if (own := deed_of(a)) is not None and deed_key(own) == key), None)


def asks_first(button: Mapping[str, Any]) -> bool:
    """Returns whether a button opens a form, instead of doing it at once."""
    return button.get("verb") == ASK or (button.get("data") or {}).get("verb") == ASK
