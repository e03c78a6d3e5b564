"""Minutes as they were approved: each time a version of its own, which stays readable while it is corrected.

Shape of MinutesVersion.content: MinutesRecord as JSON, a field by its name. Fields that are new since a version was
written have their defaults.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson
from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.enums import MinutesState
from lisbot.council.minutes.record import MinutesRecord, record_of, without_unsure
from lisbot.council.minutes.views import VersionLine
from lisbot.council.models import Meeting, MinutesVersion, table

VERSION = table(MinutesVersion)
LINE_COLUMNS = ("number", "approved_at", "approved_by", "reopened_at", "reopened_by", "reason")


async def write_version(act: Act, meeting: Meeting, approved_by: str) -> MinutesVersion:
    """Keep the minutes, which are approved, as the version whose number they have."""
    assert meeting.minutes_at is not None
    version = MinutesVersion(
        meeting_id=meeting.id,
        number=meeting.minutes_version,
        approved_at=meeting.minutes_at,
        approved_by=approved_by,
        content=encode(without_unsure(await record_of(act, meeting))),
    )
    act.db.add(version)
    return version


async def find_version(act: Act, meeting: Meeting, number: int) -> MinutesVersion | None:
    found = await act.db.scalars(
        select(MinutesVersion).where(MinutesVersion.meeting_id == meeting.id, MinutesVersion.number == number)
    )
    return found.one_or_none()


async def get_record(act: Act, meeting: Meeting, number: int) -> MinutesRecord:
    """Returns what a version of a meeting's minutes says. Raises NotFound where there is none."""
    version = await find_version(act, meeting, number)
    if version is None:
        raise NotFound("no_such_version")
    record: MinutesRecord = decode(MinutesRecord, version.content)
    return record


async def version_lines(act: Act, meeting: Meeting) -> tuple[VersionLine, ...]:
    """Returns when the minutes were approved, by whom, and why they were reopened, newest first."""
    if not meeting.minutes_version:
        return ()
    rows = await act.db.execute(
        select(*(VERSION.c[name] for name in LINE_COLUMNS))
        .where(VERSION.c.meeting_id == meeting.id)
        .order_by(VERSION.c.number.desc())
    )
    lines = [VersionLine(**row) for row in rows.mappings()]
    if not lines and meeting.minutes_state is MinutesState.APPROVED and meeting.minutes_at is not None:
        # Approved before versions were kept.
        lines = [VersionLine(meeting.minutes_version, meeting.minutes_at, "")]
    return tuple(lines)


def encode(record: MinutesRecord) -> dict[str, Any]:
    content: dict[str, Any] = orjson.loads(orjson.dumps(record))
    return content


def decode(kind: Any, value: Any) -> Any:
    """Returns a value of JSON as the type that a dataclass says it has."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if value is None else decode(next(each for each in args if each is not NoneType), value)
    if origin is tuple:
        return tuple(decode(args[0], each) for each in value)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return dict(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{f.name: decode(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})  # type: ignore[operator]
    if issubclass(kind, Enum):
        return kind(value)
    return kind.fromisoformat(value) if issubclass(kind, (date, time)) else value
