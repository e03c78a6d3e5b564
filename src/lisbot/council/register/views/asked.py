"""What the register waits to hear of somebody, as it stands on their own page."""

from dataclasses import dataclass
from datetime import date

from lisbot.council.core.views import AllowedAction


@dataclass(frozen=True, slots=True)
class AskedConfirmation:
    """A reported change that somebody in the line of management is to confirm. No name: nobody follows."""

    id: int
    body: str
    seat: str
    name: str
    from_on: date
    reported_by: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class AskedConsent:
    """A secretariat whose text somebody is asked to consent to, and for which seat; "" for none."""

    request_id: int
    secretariat: str
    seat: str
