"""What the commands of local input return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import InputStance, LocalInputState
from lisbot.council.meetings.views import MeetingRef


@dataclass(frozen=True, slots=True)
class LocalInputAnswerLine:
    """What somebody has said, by name where they gave one."""

    id: int
    stance: InputStance
    words: str
    name: str
    at: datetime
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalInputView:
    """An item that somebody has shared with their own colleagues, and what has come: for them alone.

    `link` is empty where it opens nothing now. `closes_at`: when the meeting is over. `statement`: what the council
    reads from the organisation. `title` is empty where the item is no longer theirs to read.
    """

    id: int
    meeting: MeetingRef
    case_id: int
    number: str
    title: str
    organisation: str
    state: LocalInputState
    link: str
    shared_on: date
    closes_at: datetime
    counts: Mapping[InputStance, int]
    answers: tuple[LocalInputAnswerLine, ...]
    statement: str
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class LocalInputLine:
    """An item that somebody has shared, in a list, with how many have said something."""

    id: int
    meeting: MeetingRef
    number: str
    title: str
    state: LocalInputState
    count: int


@dataclass(frozen=True, slots=True)
class LocalInputsView:
    """All that somebody has shared, the newest first."""

    lines: tuple[LocalInputLine, ...]


@dataclass(frozen=True, slots=True)
class SharedItemView:
    """An item as whoever opens its link reads it; of a link that opens nothing, only why.

    `lang`: that of whoever shares it. `asker`: their name. `until`: when the meeting is over, and with it the link.
    """

    id: int
    state: LocalInputState
    lang: str
    body: str = ""
    held_on: date | None = None
    number: str = ""
    title: str = ""
    background: str = ""
    wording: str = ""
    asker: str = ""
    organisation: str = ""
    until: datetime | None = None
