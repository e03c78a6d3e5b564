"""Notifying people: rows in the outbox, written in the transaction that caused them and sent after it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from lisbot import tracing
from lisbot.council import enums
from lisbot.council.core.context import Act
from lisbot.council.core.subjects import subject_of
from lisbot.council.delivery.peace import CAN_WAIT, DEFAULT, Quiet, read_quiet, release_before, released_at
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Delivery, Posting, Room, table
from lisbot.db import defer_until_commit
from lisbot.texts import Days, Phrase, join_items

DAY = timedelta(days=1)
MAX_NAMES = 12  # told in one message
NAMES_NOBODY = "names_nobody"  # a fact of a message whose recipients' names would tell who has answered in secret
DELIVERY, POSTING, ROOM = table(Delivery), table(Posting), table(Room)
ADD_DELIVERIES = insert(DELIVERY)
MARK_STALE = (
    update(POSTING)
    .where(POSTING.c.subject == bindparam("about"), POSTING.c.stale_at.is_(None))
    .values(stale_at=bindparam("at"))
)


async def notify(
    act: Act,
    kind: str,
    *,
    people: Iterable[int] = (),
    rooms_of: int | None = None,
    command: str = "",
    args: Mapping[str, Any] = {},
    body_id: int | None = None,
    drawn_for_role: bool = False,
    at: datetime | None = None,
    audience: str = "",
    useful_until: datetime | None = None,
    tells_doer: bool = False,
    **facts: object,
) -> None:
    """Tell people, and a body's rooms if a body is given, with the card that a command shows.

    Without a command they are told in words alone: whoever has no part in the body yet may see no card.
    `kind` is the text under notification.* that says why they get it, and `facts` fill its holes. Whoever runs the
    command is not told of it, but for what is theirs to keep (`tells_doer`). `at` is the moment they are told, if
    not at once; `useful_until` is when it is of no use any more. Quiet hours and free days hold back what can wait
    (lisbot.council.delivery.peace).
    `drawn_for_role`: all who hold one role in the body `body_id` get the same card in each language, which
    says nothing of themselves. `audience` "concerned": whoever the thing no longer concerns when the message is
    sent does not get it. Two statements, however many are told.
    """
    recipients = await with_peace(
        act, kind, sorted(set(people) - ({None} if tells_doer else {act.by.id}) - act.trace.spared), at, useful_until
    )
    if rooms_of is not None:
        rooms = await act.db.scalars(
            select(ROOM.c.id).where(ROOM.c.body_id == rooms_of, ROOM.c.gone_at.is_(None)).order_by(ROOM.c.id)
        )
        recipients += [
            {"person_id": None, "room_id": room_id, "next_at": at or act.at, "can_wait": False, "useful_until": None}
            for room_id in rooms
        ]
    if not recipients:
        return
    told = {person_id for row in recipients if (person_id := row["person_id"]) is not None}
    act.trace.told |= told
    if "meeting_id" in args:
        act.trace.told_of.setdefault(args["meeting_id"], set()).update(told)
    act.trace.kinds = dict.fromkeys(told, kind) | act.trace.kinds
    act.trace.rooms += sum(row["room_id"] is not None for row in recipients)
    row = {
        "kind": kind,
        "facts": {name: encode_fact(value) for name, value in facts.items()},
        "command": command,
        "args": dict(args),
        "body_id": body_id,
        "subject": subject_of(command, args),
        "audience": audience,
        "drawn_for_role": drawn_for_role,
        "state": DeliveryState.WAITING,
        "made_at": act.at,
        "attempts": 0,
        "request_id": tracing.current_id() or None,
    }
    await act.db.execute(ADD_DELIVERIES, [row | recipient for recipient in recipients])


async def with_peace(
    act: Act, kind: str, people: Collection[int], at: datetime | None, before: datetime | None
) -> list[dict[str, Any]]:
    """Returns a message's recipients with the moment each is told. At most one statement, and none by day."""
    # What is planned for a day to come has its hour.
    can_wait = at is None and (before is not None or (kind in CAN_WAIT and not act.trace.is_urgent))
    told_at = at or act.at
    quiet: dict[int, Quiet] = {}
    if people and can_wait and released_at(DEFAULT, told_at, act.tz) != told_at:
        quiet = await read_quiet(act.db, people)

    def release(person_id: int) -> tuple[datetime, bool]:
        if not can_wait or not quiet:
            return told_at, can_wait and (before is None or before - told_at > DAY)
        if before is not None:
            return release_before(quiet[person_id], told_at, before, act.tz)
        return released_at(quiet[person_id], told_at, act.tz), True

    shared = {"room_id": None, "useful_until": before if can_wait else None}
    return [
        {"person_id": person_id} | shared | dict(zip(("next_at", "can_wait"), release(person_id), strict=True))
        for person_id in people
    ]


def mark_stale(act: Act, subject: str) -> None:
    """Mark every posted card about this subject ("vote:7") as out of date. One edit of each follows, however
    many changes came first."""
    defer_until_commit(act.db, MARK_STALE, {"about": subject, "at": act.at})


def encode_fact(value: object) -> object:
    """Returns a fact as JSON. Names ending in _on and _at are read back as dates and moments."""
    match value:
        case Enum():
            return [type(value).__name__, value.value]
        case date() | datetime():
            return value.isoformat()
        case time():
            return {"time": value.isoformat()}
        case Days():
            hour = value.hour and value.hour.isoformat()
            return {"first": value.first.isoformat(), "last": value.last.isoformat(), "hour": hour}
        case Phrase():
            return {"key": value.key, "values": {name: encode_fact(each) for name, each in value.values.items()}}
        case tuple():
            return {"parts": [encode_fact(part) for part in value]}
        case _:
            return value


def decode_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a delivery's facts as they were given to notify()."""

    def decode(name: str, value: Any) -> Any:
        match value:
            case {"first": first, "last": last, "hour": hour}:
                return Days(date.fromisoformat(first), date.fromisoformat(last), hour and time.fromisoformat(hour))
            case {"time": hour}:
                return time.fromisoformat(hour)
            case {"key": key, "values": values}:
                return Phrase(key, decode_facts(values))
            case {"parts": parts}:
                return tuple(decode("", part) for part in parts)
        if isinstance(value, list):
            return getattr(enums, value[0])(value[1])
        if name.endswith("_on") and value:
            return date.fromisoformat(value)
        if name.endswith("_at") and value:
            return datetime.fromisoformat(value)
        return value

    return {name: decode(name, value) for name, value in facts.items()}


def some_names(names: Collection[str]) -> str:
    """Returns names for a message, not more than one reads."""
    shown = list(names)[:MAX_NAMES]
    return join_items(shown) + (" …" if len(names) > MAX_NAMES else "")
