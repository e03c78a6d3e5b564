"""What approved minutes say of the items of a meeting, while they are being corrected."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.enums import MinutesState
from lisbot.council.models import Meeting, MinutesVersion


def is_corrected(meeting: Meeting) -> bool:
    """Returns whether the meeting's minutes have been approved and are reopened."""
    return meeting.minutes_version > 0 and meeting.minutes_state is not MinutesState.APPROVED


async def approved_items(db: AsyncSession, meetings: Iterable[Meeting]) -> dict[int, Mapping[str, Any]]:
    """Returns each item as it was approved last, by its id, of those meetings whose minutes are being corrected.

    The shape of an item is that of MinutesItem as JSON. One statement, or none.
    """
    ids = {meeting.id for meeting in meetings if is_corrected(meeting)}
    if not ids:
        return {}
    contents = await db.scalars(
        select(MinutesVersion.content)
        .join(Meeting, Meeting.id == MinutesVersion.meeting_id)
        .where(Meeting.id.in_(ids), MinutesVersion.number == Meeting.minutes_version)
    )
    return {item["id"]: item for content in contents for item in content["items"]}
