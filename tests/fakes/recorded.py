"""A `run` in a few lines: it remembers what it was asked, and answers as told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fakes.teams import KARI
from lisbot.cards import FormView, Opens, Viewer
from lisbot.cards.views import sheet
from lisbot.commands import COMMANDS, Reply
from lisbot.commands.run import asks
from lisbot.council.core.context import Member
from lisbot.council.register.identity import Caller
from lisbot.idempotency import ReceiptKey

SHOWS = "recorded"  # drawn by tests/channels/conftest.py


def viewer(lang: str = "nb") -> Viewer:
    nobody = Member(None, "nobody", lang, (), has_chosen_lang=True)
    return Viewer(nobody, datetime(2027, 1, 1, tzinfo=UTC), ZoneInfo("Europe/Oslo"), lambda *_: True, asks)


def shown(words: str, status: int = 200, *, lang: str = "nb", opens: Opens | None = None, **more: Any) -> Reply:
    """A reply that shows a sheet with these words as its title. `more`: what else there is to the sheet."""
    view = sheet(words, opens=opens, **more)
    return Reply(status, view=view, shows=SHOWS, viewer=viewer(lang), lang=lang)


def form_again(command: str, status: int, words: str, *, lang: str = "nb") -> Reply:
    """A refusal after which a command's form comes back."""
    view = FormView(command, (), problem=words)
    return Reply(status, words, view=view, shows="form", viewer=viewer(lang), lang=lang, command=command)


@dataclass
class Recorded:
    """A `run` or `ask` that remembers what it was asked, and answers as told, or else with its command's name."""

    asked: list[tuple[str, dict[str, Any], Caller]] = field(default_factory=list)
    receipts: list[ReceiptKey | None] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    known: set[str] = field(default_factory=lambda: {KARI.object_id})  # whom it takes for linked
    register: set[str] = field(default_factory=lambda: {KARI.email})  # the e-mail addresses it links

    async def __call__(self, name: str, given: Any, caller: Caller, *, receipt: ReceiptKey | None = None) -> Reply:
        self.asked.append((name, dict(given), caller))
        self.receipts.append(receipt)
        if caller.email in self.register:
            self.known.add(caller.external_id)
        if caller.external_id not in self.known:
            return Reply(403, "Jeg kjenner deg ikke.", key="stranger")
        return self.replies.get(name) or self.answer(name, dict(given))

    def answer(self, name: str, given: dict[str, Any]) -> Reply:
        is_shown_again = name in COMMANDS and not COMMANDS[name].changes
        return shown(name, opens=Opens(name, given) if is_shown_again else None)

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked if name != "account.update_address"]

    def given(self, wanted: str) -> list[dict[str, Any]]:
        return [given for name, given, _ in self.asked if name == wanted]
