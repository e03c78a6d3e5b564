"""What all typed views share. A view is plain frozen data without rows of the database, already cut to what
its viewer may read, with the commands that are open to the viewer on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """A command that is open to the viewer now, with the arguments that say on what."""

    command: str
    arguments: Mapping[str, int | str] = field(default_factory=dict)


def is_allowed(actions: Iterable[AllowedAction], command: str) -> bool:
    """Returns whether the command is among the actions."""
    return any(action.command == command for action in actions)
