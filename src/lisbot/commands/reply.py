"""How a command went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.commands.command import Given
from lisbot.council.core.errors import Refusal

ALREADY_DONE = "already_done"  # the key of a reply to something that was done before
CHANGED_MEANWHILE = "changed_meanwhile"  # the key of a reply to a form over something newer
NEEDS_CONFIRMING = "needs_confirming"  # the key of a reply that asks first


@dataclass(frozen=True)
class Reply:
    """How it went. A refusal has its key and words, and its form filled in where there is one.

    `view` is what the command returns, or a FormView; `shows` names the card that draws it for `viewer`.
    `command` and `given` are what was run, by the names of today. `fields`: what is wrong with each field.
    `done`: what it did, in words, and `told`: whom it tells. `refusal`: why a form comes back.
    """

    status: int
    words: str = ""
    view: Any = None
    shows: str = ""
    viewer: Viewer | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    lang: str = "nb"
    key: str = ""
    command: str = ""
    given: Given = field(default_factory=dict)
    done: str = ""
    told: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def is_done(self) -> bool:
        return self.status == 200
