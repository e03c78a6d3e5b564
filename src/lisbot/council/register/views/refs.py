"""The bodies and people that other views name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BodyRef:
    """A body by name. `may_view`: whether the viewer may see more of it than its agendas."""

    id: int
    name: str
    region: str = ""
    may_view: bool = True


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person by name."""

    id: int
    name: str
