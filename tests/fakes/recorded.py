"""A `run` in a few lines: it remembers what it was asked, and answers as told."""

from dataclasses import dataclass, field
from typing import Any

from fakes.teams import KARI
from lisbot.commands import Reply
from lisbot.council.people import Caller


def card(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": words, **more}]}


@dataclass
class Recorded:
    """A `run` that remembers what it was asked, and answers as told."""

    asked: list[tuple[str, dict[str, Any], Caller]] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: {KARI.object_id})  # whom it takes for linked
    register: set[str] = field(default_factory=lambda: {KARI.email})  # the e-mail addresses it links

    async def __call__(self, name: str, given: Any, caller: Caller) -> Reply:
        self.asked.append((name, dict(given), caller))
        if caller.email in self.register:
            self.known.add(caller.external_id)
        if caller.external_id not in self.known:
            return Reply(403, "Jeg kjenner deg ikke.", key="stranger")
        return self.replies.get(name, Reply(200, shown=card(name), shows=name))

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked if name != "me.reached"]

    def given(self, wanted: str) -> list[dict[str, Any]]:
        return [given for name, given, _ in self.asked if name == wanted]
