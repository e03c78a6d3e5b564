"""States and the moves between them, declared once for each kind of thing.

From one declaration follow the guard in the command's function (require), the actions on a view (allowed) and
the drawing in docs/states.md (tests/state_diagrams.py). A move is a command; what happens by itself is an event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Refusal
from lisbot.council.core.views import AllowedAction

T = TypeVar("T")


@dataclass(frozen=True)
class Move(Generic[T]):
    """A command that is open to a thing in one of the source states, and where it may lead.

    No sources: the command makes the thing. No targets: the state stays as it is.
    `guard` raises a Refusal for whatever else must hold. `refusal` is the text key under error.* for a thing in
    any other state, one for all or one for each.
    """

    command: str
    sources: tuple[StrEnum, ...]
    targets: tuple[StrEnum, ...] = ()
    refusal: str | Mapping[Any, str] = "conflict"
    guard: Callable[[Act, T], None] | None = None
    offered: bool = True  # whether it stands among a view's actions; what is offered elsewhere does not


@dataclass(frozen=True)
class Event:
    """A change of state that no command makes: time passing, or a platform's answer."""

    name: str
    sources: tuple[StrEnum, ...]
    targets: tuple[StrEnum, ...]


@dataclass(frozen=True)
class StateMachine(Generic[T]):
    """The states of one kind of thing, and the moves between them.

    `state_of` reads a thing's state; `body_of` and `arguments_of` say to which body it belongs and which
    arguments name it in a command; `values_of` fills the holes of a refusal's text.
    """

    name: str
    states: type[StrEnum]
    moves: tuple[Move[T], ...]
    state_of: Callable[[Act, T], StrEnum]
    body_of: Callable[[T], int]
    arguments_of: Callable[[T], Mapping[str, Any]]
    values_of: Callable[[T], Mapping[str, object]] = field(default=lambda _thing: {})
    refusals: Mapping[StrEnum, str] = field(default_factory=dict)  # of a state, whatever the move
    events: tuple[Event, ...] = ()

    def require(self, act: Act, command: str, thing: T) -> None:
        """Raises Conflict if the thing's state does not allow the command, or whatever its guard raises."""
        state = self.state_of(act, thing)
        moves = [move for move in self.moves if move.command == command]
        move = next((move for move in moves if state in move.sources), None)
        if move is None:
            of_move = moves[0].refusal
            key = of_move if isinstance(of_move, str) else of_move.get(state, "conflict")
            values: dict[str, Any] = {**self.values_of(thing), "state": state}
            raise Conflict(self.refusals.get(state, key), **values)
        if move.guard is not None:
            move.guard(act, thing)

    def allowed(self, act: Act, thing: T, body_id: int | None = None) -> tuple[AllowedAction, ...]:
        """Returns the commands that are open to this member on this thing now, in the order declared. `body_id`: of
        a thing that is several bodies', the one that the member acts for."""
        body_id = self.body_of(thing) if body_id is None else body_id
        names = dict.fromkeys(move.command for move in self.moves if move.sources and move.offered)
        return tuple(
            AllowedAction(name, self.arguments_of(thing))
            for name in names
            if act.allows(name, body_id) and self.is_open(act, name, thing)
        )

    def is_open(self, act: Act, command: str, thing: T) -> bool:
        """Returns whether require() would let the command through."""
        try:
            self.require(act, command, thing)
        except Refusal:
            return False
        return True
