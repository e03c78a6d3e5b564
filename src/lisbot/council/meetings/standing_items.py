"""The items that every agenda has and that are no cases: the last minutes first, any other business last."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import PydanticCustomError
from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.written_dates import read_day
from lisbot.council.enums import ItemKind, MinutesState, StandingItem
from lisbot.council.meetings.item_order import set_order
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.models import AgendaItem, Body, Meeting
from lisbot.texts import format_list, format_value, text

STANDING_MINUTES = 5  # minutes of the meeting for approving the last minutes
LOOKED_AT = 10  # meetings held before, the last first, whose minutes may wait for approval
LAST_MINUTES_OF = "standing_item.last_minutes_of"


async def refresh_standing_items(act: Act, meeting: Meeting) -> None:
    """Give an agenda the standing items that belong on it now: the approval of the minutes that are not approved,
    which is taken off where there are none, and any other business. Once the meeting has begun, what it approves
    stays as it was."""
    standing = {item.standing: item for item in meeting.items if item.standing is not None}
    positions = [item.position for item in meeting.items]
    unapproved = await minutes_to_approve(act, meeting)
    there = standing.get(StandingItem.LAST_MINUTES)
    is_to_begin = meeting.starts_at > act.at
    if unapproved:
        title = last_minutes_title(meeting, unapproved)
        if there is None:
            item = standing_item(meeting, StandingItem.LAST_MINUTES, title, min(positions, default=1) - 1)
            item.duration_minutes = STANDING_MINUTES
            act.db.add(item)
        elif is_to_begin and is_own_title(meeting, there.title):
            there.title = title
    elif there is not None and is_to_begin and not there.is_treated:
        await act.db.delete(there)
    if StandingItem.ANY_OTHER not in standing:
        title = text(meeting.body.lang, "standing_item.any_other")
        act.db.add(standing_item(meeting, StandingItem.ANY_OTHER, title, max(positions, default=1) + 1))
    await act.db.flush()
    await get_meeting_for(act, meeting.id, *WITH_AGENDA)
    if StandingItem.ANY_OTHER not in standing:
        await add_own(act, meeting)


@dataclass(frozen=True, slots=True)
class StandingTemplate:
    """An item that stands on every agenda of one council: its title in each language, of which one may be all."""

    titles: Mapping[str, str]
    kind: ItemKind
    duration_minutes: int | None
    comes_last: bool

    def title(self, lang: str, own: str) -> str:
        """Returns the title in a language, or else in the council's own, or else the one there is."""
        return self.titles.get(lang) or self.titles.get(own) or next(filter(None, self.titles.values()))


def templates_of(body: Body) -> list[StandingTemplate]:
    """Returns a council's own standing items, in their order."""
    return [
        StandingTemplate(each["titles"], ItemKind(each["kind"]), each["duration_minutes"], each["comes_last"])
        for each in body.standing_items
    ]


def find_template(body: Body, item: AgendaItem) -> StandingTemplate | None:
    """Returns which of its council's own standing items an item is, as long as its title is theirs."""
    if item.case_id is not None or item.standing is not None:
        return None
    found = (each for each in templates_of(body) if each.title(body.lang, body.lang) == item.title)
    return next(found, None)


def missing_templates(meeting: Meeting) -> list[StandingTemplate]:
    """Returns those of the council's own standing items that are not on an agenda."""
    body, there = meeting.body, {item.title for item in meeting.items if item.case_id is None}
    return [each for each in templates_of(body) if each.title(body.lang, body.lang) not in there]


def trailing_items(meeting: Meeting) -> list[AgendaItem]:
    """Returns the items that stand last on every agenda: any other business, and what the council has before it."""
    found: list[AgendaItem] = []
    for item in reversed(meeting.items):
        template = find_template(meeting.body, item)
        if item.standing is not StandingItem.ANY_OTHER and not (template and template.comes_last):
            break
        found.insert(0, item)
    return found or meeting.items[-1:]


async def add_own(act: Act, meeting: Meeting) -> None:
    """Put those of the council's own standing items that are missing on an agenda, each at its end of it."""
    missing = missing_templates(meeting)
    if not missing:
        return
    body, last = meeting.body, max((item.position for item in meeting.items), default=0)
    added = [
        AgendaItem(
            meeting_id=meeting.id,
            position=last + number,
            title=each.title(body.lang, body.lang),
            kind=each.kind,
            duration_minutes=each.duration_minutes,
            case=None,
            followups=[],
        )
        for number, each in enumerate(missing, start=1)
    ]
    there = [item.id for item in meeting.items]
    begins = sum(item.standing is StandingItem.LAST_MINUTES for item in meeting.items[:1])
    ends = len(there) - sum(item.standing is StandingItem.ANY_OTHER for item in meeting.items[-1:])
    act.db.add_all(added)
    await act.db.flush()
    meeting = await get_meeting_for(act, meeting.id, *WITH_AGENDA)
    first = [item.id for item, each in zip(added, missing, strict=True) if not each.comes_last]
    final = [item.id for item, each in zip(added, missing, strict=True) if each.comes_last]
    await set_order(act, meeting, [*there[:begins], *first, *there[begins:ends], *final, *there[ends:]])


async def minutes_to_approve(act: Act, meeting: Meeting) -> list[Meeting]:
    """Returns the body's meetings held before this one whose minutes are not approved, the first first: the last
    meeting, and of those before it the ones whose minutes are begun."""
    held = await act.db.scalars(
        select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.ends_on <= min(meeting.held_on, act.today),
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.ends_on.desc(), Meeting.ends.desc())
        .limit(LOOKED_AT)
    )
    before = [each for each in held if each.ends_at <= min(meeting.starts_at, act.at)]
    return [
        each
        for number, each in reversed(list(enumerate(before)))
        if each.minutes_state is not MinutesState.APPROVED
        and (each.minutes_state is not MinutesState.NONE or number == 0)
    ]


def last_minutes_title(meeting: Meeting, unapproved: list[Meeting]) -> str:
    lang = meeting.body.lang
    days = format_list(lang, [str(format_value(lang, each.days)) for each in unapproved])
    return text(lang, LAST_MINUTES_OF, day=days)


def is_own_title(meeting: Meeting, title: str) -> bool:
    """Returns whether the title of an approval of minutes was worded here, and by nobody else since."""
    before, _, after = text(meeting.body.lang, LAST_MINUTES_OF, day="\n").partition("\n")
    return title.startswith(before) and title.endswith(after)


def title_for(lang: str, meeting: Meeting, standing: StandingItem | None, title: str) -> str:
    """Returns an item's title to a reader of this language: what was worded here is worded anew, and what somebody
    wrote is as they wrote it."""
    own = meeting.body.lang
    if lang == own:
        return title
    if standing is None:
        found = (each for each in templates_of(meeting.body) if each.title(own, own) == title)
        return next((each.title(lang, own) for each in found), title)
    if standing is StandingItem.ANY_OTHER:
        is_own = title == text(own, "standing_item.any_other")
        return text(lang, "standing_item.any_other") if is_own else title
    before, _, after = text(own, LAST_MINUTES_OF, day="\n").partition("\n")
    if not is_own_title(meeting, title):
        return title
    written = title[len(before) : len(title) - len(after)]
    parts = re.split(re.escape(text(own, "list.and", first="\n", last="\n").strip("\n")) + "|, ", written)
    try:
        days = [str(format_value(lang, read_day(part))) for part in parts]
    except PydanticCustomError:  # several days, or an hour
        return title
    return text(lang, LAST_MINUTES_OF, day=format_list(lang, days))


def standing_item(meeting: Meeting, kind: StandingItem, title: str, position: int) -> AgendaItem:
    return AgendaItem(
        meeting_id=meeting.id,
        position=position,
        standing=kind,
        title=title,
        kind=ItemKind.DISCUSSION,
        case=None,
        followups=[],
    )
