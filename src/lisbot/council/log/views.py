"""What the log's commands return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What is wrong with a log."""

    LINE = "line"  # a line was altered, removed or put in
    ARGUMENTS = "arguments"  # a line's arguments are not those it was written with
    HEAD = "head"  # the chain was cut short, or the head altered
    EMPTIED = "emptied"  # there are no lines, but traces of commands
    RESULT = "result"  # a closed vote's result or roll is not what its line says


@dataclass(frozen=True, slots=True)
class LogCheckView:
    """What verifying the log found.

    `lines`: how many are linked and whole; `link`: the newest of them, to be kept elsewhere and compared.
    `linked_until`: the moment of the newest linked line; `unlinked`: lines written since.
    `erased`: lines whose arguments are erased. `fault` and `broken_at` name the first thing wrong.
    """

    lines: int
    link: str
    unlinked: int
    erased: int
    linked_until: datetime | None
    fault: Fault | None = None
    broken_at: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.fault is None


@dataclass(frozen=True, slots=True)
class LogLineView:
    """One line in the history of a thing. `about`: the title of the proposal, item or question it concerns.
    `arguments` is None where they are erased."""

    number: int | None
    at: datetime
    by_name: str
    as_role: tuple[str, ...]
    via: str
    command: str
    subject: str | None
    about: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class SeatHolder:
    """Somebody who holds or held a seat: they have a history of their own."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class LogHistoryView:
    """The history of a meeting, case, seat or person, newest line first."""

    subject: str
    title: str
    body_id: int | None  # of a meeting, case or seat
    held_on: date | None  # of a meeting
    holders: tuple[SeatHolder, ...]  # of a seat
    lines: tuple[LogLineView, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """That somebody read something of many people: by which command, about which council or person, and of how many
    what."""

    at: datetime
    by_name: str
    via: str
    command: str
    about: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadingsView:
    """Who read what of many people, the newest first."""

    lines: tuple[ReadingLine, ...]
