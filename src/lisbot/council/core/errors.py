"""Refusals. Each is a text key under error.* and an HTTP-like status; nothing here is worded.

Refusal
├── NotAllowed   403
├── NotFound     404
├── Conflict     409   the thing is no longer, or not yet, in a state for this
└── Invalid      422   what was typed cannot be used; may name the field
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

Detail = tuple[str, Mapping[str, object]]  # a text key under detail.*, and the values for its holes


class Refusal(Exception):
    """The request was understood and cannot be carried out. Not a bug."""

    status: ClassVar[int]

    def __init__(
        self, key: str, /, *, field: str | None = None, details: Sequence[Detail] = (), **values: object
    ) -> None:
        super().__init__(key, values)
        self.key, self.field, self.details, self.values = key, field, details, values


class NotAllowed(Refusal):
    status = 403

    def __init__(self, key: str = "not_allowed") -> None:
        super().__init__(key)


class NotFound(Refusal):
    status = 404

    def __init__(self, key: str = "not_found") -> None:
        super().__init__(key)


class Conflict(Refusal):
    status = 409


class Invalid(Refusal):
    status = 422


class WrongInput(Invalid):
    """Several fields are wrong: {field: (text key under input.*, values)}."""

    def __init__(self, fields: Mapping[str, tuple[str, Mapping[str, object]]]) -> None:
        super().__init__("invalid")
        self.fields = fields


class ChangedMeanwhile(Conflict):
    """Somebody else has saved something newer: {field: what stands there now}. `merged`: the same of the fields that
    were not changed here."""

    def __init__(self, fields: Mapping[str, object], merged: Mapping[str, object]) -> None:
        super().__init__("changed_meanwhile")
        self.fields, self.merged = fields, merged


class NeedsConfirming(Refusal):
    """Something a person should know before it is done. Done when sent again with `confirm`."""

    status = 409

    def __init__(self, questions: Sequence[Detail]) -> None:
        super().__init__("needs_confirming", details=questions)
