"""Telling people: rows in the outbox, written in the transaction that caused them, sent after it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, select, update

from lisbot.council.act import Act
from lisbot.council.models import Delivery, Posting, Room
from lisbot.council.models.base import table
from lisbot.db import at_last


async def tell(
    act: Act,
    kind: str,
    *,
    people: Iterable[int] = (),
    rooms_of: int | None = None,
    shows: str = "",
    args: Mapping[str, Any] = {},
    at: datetime | None = None,
    **facts: object,
) -> None:
    """Tell people, and the body's rooms if a body is given, with the card that a command shows.

    Without a command they are told in words alone: whoever has no part in the body yet may see no card.
    `kind` is the text under notice.* that says why they get it. Whoever did it is not told of it.
    `at` is the moment they are told, if not at once.
    """
    rooms: Iterable[int] = ()
    if rooms_of is not None:
        rooms = await act.db.scalars(select(Room.id).where(Room.body_id == rooms_of))
    kept = {name: keep(value) for name, value in facts.items()}
    for person_id in sorted(set(people) - {act.by.id}):
        act.db.add(delivery(act, kind, kept, shows, args, at or act.at, person_id=person_id))
    for room_id in rooms:
        act.db.add(delivery(act, kind, kept, shows, args, at or act.at, room_id=room_id))


def delivery(
    act: Act, kind: str, facts: dict[str, Any], shows: str, args: Mapping[str, Any], at: datetime, **to: int
) -> Delivery:
    return Delivery(
        kind=kind, facts=facts, shows=shows, args=dict(args), made_at=act.at, next_at=at, attempts=0, **to
    )


POSTING = table(Posting)
STALE = (
    update(POSTING)
    .where(POSTING.c.subject == bindparam("about"), POSTING.c.stale_at.is_(None))
    .values(stale_at=bindparam("at"))
)


def changed(act: Act, subject: str) -> None:
    """Every card about this subject is out of date. One edit follows, however many changes came first."""
    at_last(act.db, STALE, {"about": subject, "at": act.at})


def keep(value: object) -> object:
    """A fact as JSON. Names ending in _on and _at come back as dates and moments."""
    match value:
        case Enum():
            return [type(value).__name__, value.value]
        case date() | datetime():
            return value.isoformat()
        case _:
            return value


def recall(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a delivery, as they were before they were kept."""
    from lisbot.council import kinds

    def revive(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return getattr(kinds, value[0])(value[1])
        if name.endswith("_on") and value:
            return date.fromisoformat(value)
        if name.endswith("_at") and value:
            return datetime.fromisoformat(value)
        return value

    return {name: revive(name, value) for name, value in facts.items()}
