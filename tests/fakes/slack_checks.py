"""Small checks that the rules of `slack_rules` are put together from, and how Slack words what fails them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Look:
    """One look through what was sent: on which surface it is to stand, and what is wrong with it."""

    surface: str
    problems: list[str] = field(default_factory=list)

    def say(self, problem: str, at: str) -> None:
        self.problems.append(f"[ERROR] {problem} [json-pointer:{at}]")


Check = Callable[[Any, str, Look], None]


def boolean(value: Any, at: str, look: Look) -> None:
    if not isinstance(value, bool):
        look.say("must be a boolean", at)


def string(most: int | None = None, *, least: int = 1, pattern: str = "") -> Check:
    def check(value: Any, at: str, look: Look) -> None:
        if not isinstance(value, str):
            look.say("must be a string", at)
        elif len(value) < least:
            look.say(f"must be more than {least - 1} characters", at)
        elif most is not None and len(value) > most:
            look.say(f"must be less than {most + 1} characters", at)
        elif pattern and not re.fullmatch(pattern, value):
            look.say(f"must match {pattern}", at)

    return check


def whole(low: int, high: int) -> Check:
    def check(value: Any, at: str, look: Look) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            look.say(f"must be an integer from {low} to {high}", at)

    return check


def numeric(value: Any, at: str, look: Look) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        look.say("must be a number", at)


def one_of(*words: str) -> Check:
    def check(value: Any, at: str, look: Look) -> None:
        if value not in words:
            look.say(f"must be one of {', '.join(words)}", at)

    return check


def listed(check_each: Check, most: int, *, least: int = 1) -> Check:
    def check(value: Any, at: str, look: Look) -> None:
        if not isinstance(value, list):
            look.say("must be an array", at)
            return
        if len(value) > most:
            look.say(f"no more than {most} items allowed", at)
        if len(value) < least:
            look.say(f"no fewer than {least} items required", at)
        for number, each in enumerate(value):
            check_each(each, f"{at}/{number}", look)

    return check


def shape(
    required: dict[str, Check], optional: dict[str, Check] | None = None, *further: Check, kind: str = ""
) -> Check:
    """An object with these fields and no other. `further` looks at the whole when the fields are right."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str, look: Look) -> None:
        if not isinstance(value, dict):
            look.say("must be an object", at)
            return
        before = len(look.problems)
        for name in value:
            if name not in known and not (name == "type" and kind):
                look.say(f"invalid additional property: {name}", at)
        for name in required:
            if name not in value:
                look.say(f"missing required field: {name}", at)
        for name, check_field in known.items():
            if name in value:
                check_field(value[name], f"{at}/{name}", look)
        if len(look.problems) == before:
            for rule in further:
                rule(value, at, look)

    return check


def any_of(*names: str) -> Check:
    def check(value: Any, at: str, look: Look) -> None:
        if not any(value.get(name) for name in names):
            look.say(f"missing required field: one of {', '.join(names)}", at)

    return check


def by_type(kinds: dict[str, Check], allowed: Collection[str] | None = None) -> Check:
    """Looks the object over as what its `type` says it is; a type that may not stand here is refused."""
    may = set(kinds if allowed is None else allowed)

    def check(value: Any, at: str, look: Look) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in may:
            look.say(f"unsupported type: {kind}", at)
        else:
            kinds[kind](value, at, look)

    return check


def text(most: int, *kinds: str, least: int = 1) -> Check:
    """A text object of one of these kinds, plain_text where none is named."""
    words = {"text": string(most, least=least)}
    shapes = {
        "plain_text": shape(words, {"emoji": boolean}, kind="plain_text"),
        "mrkdwn": shape(words, {"verbatim": boolean}, kind="mrkdwn"),
    }
    return by_type(shapes, kinds or ("plain_text",))


class Refusal(Exception):
    """Slack says no: by this name, and what else it says with it."""

    def __init__(self, error: str, problems: Collection[str] = (), **more: Any) -> None:
        super().__init__(error, *problems)
        self.error = error
        self.body = {"ok": False, "error": error, **more}
        if problems:
            self.body["response_metadata"] = {"messages": list(problems)}
