"""The items that stand on every agenda of one council, kept by its secretariat: seen, changed, and put on a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import (
    BodyId,
    DurationMinutes,
    FormRow,
    Line,
    MeetingId,
    Number,
    Prefill,
    Repeats,
    row_field,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.enums import ItemKind
from lisbot.council.meetings.agenda import agenda_view
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.meetings.standing_items import StandingTemplate, add_own, refresh_standing_items, templates_of
from lisbot.council.meetings.states import NOTICE
from lisbot.council.meetings.views import AgendaView, StandingItemLine, StandingItemsView
from lisbot.council.models import Body
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.texts import text

MOST = 12  # standing items of one council
SPARE = 2  # empty rows that a form has for new ones
TITLES = {"nb": "title_nb", "nn": "title_nn", "en": "title_en"}  # by language, the field of its title


@dataclass(frozen=True, slots=True)
class StandingItemRow:
    """One item as it is filled in: without a title it is no item."""

    place: Number
    title_nb: Line = ""
    title_nn: Line = ""
    title_en: Line = ""
    kind: ItemKind = ItemKind.INFORMATION
    duration_minutes: DurationMinutes | None = None
    comes_last: bool = False


StandingItemRows = Annotated[Mapping[int, StandingItemRow], Repeats(StandingItemRow, order="place")]


async def show(act: Act, *, body_id: BodyId) -> StandingItemsView:
    """See the items that stand on every agenda of a council. Returns StandingItemsView."""
    return view_of(act, await get_body_for(act, body_id))


def view_of(act: Act, body: Body) -> StandingItemsView:
    return StandingItemsView(
        body=body_ref(act, body),
        items=tuple(
            StandingItemLine(each.title(act.by.lang, body.lang), each.kind, each.duration_minutes, each.comes_last)
            for each in templates_of(body)
        ),
        actions=(AllowedAction("standing_item.set_all", {"body_id": body.id}),),
    )


async def set_all_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    """The items there are, and some empty rows for new ones."""
    body = await get_body_for(act, body_id)
    lang, names = act.by.lang, [each.title(act.by.lang, body.lang) for each in templates_of(body)]
    rows = [FormRow(key=key, title=names[key - 1], values=values) for key, values in values_of(body).items()]
    for place in range(len(rows) + 1, min(len(rows) + SPARE, MOST) + 1):
        new = {"place": place, "kind": ItemKind.INFORMATION, "comes_last": False}
        rows.append(FormRow(key=place, title=text(lang, "standing_item.new"), values=new))
    return Prefill(about=body.name, rows={"items": rows}, is_saved=True)


def values_of(body: Body) -> dict[int, dict[str, Any]]:
    """Returns the fields of each of a council's standing items, by its number."""
    return {
        place: {
            "place": place,
            **{field: each.titles.get(lang, "") for lang, field in TITLES.items()},
            "kind": each.kind,
            "duration_minutes": each.duration_minutes,
            "comes_last": each.comes_last,
        }
        for place, each in enumerate(templates_of(body), start=1)
    }


async def set_all(act: Act, *, body_id: BodyId, items: StandingItemRows) -> StandingItemsView:
    """Set which items stand on every agenda of a council, in their order: one whose titles are emptied is taken away.
    Agendas that are begun stay as they are.

    Returns StandingItemsView.
    """
    body = await get_body_for(act, body_id)
    kept = []
    rows = {key: StandingItemRow(**values) for key, values in values_of(body).items()} | dict(items)
    for key, row in sorted(rows.items(), key=lambda each: (each[1].place, each[0])):
        titles = {lang: getattr(row, field) for lang, field in TITLES.items()}
        named = {row_field("items", key, TITLES[lang]): title for lang, title in titles.items()}
        require_advisory_wording(body, **named)
        if any(titles.values()):
            kept.append((key, row, {lang: title for lang, title in titles.items() if title}))
    shown = [StandingTemplate(titles, row.kind, row.duration_minutes, row.comes_last) for _, row, titles in kept]
    if len({each.title(body.lang, body.lang).casefold() for each in shown}) < len(kept):
        raise Invalid("standing_twice")
    body.standing_items = [
        {
            "titles": titles,
            "kind": row.kind.value,
            "duration_minutes": row.duration_minutes,
            "comes_last": row.comes_last,
        }
        for _, row, titles in kept
    ]
    act.concerns(f"body:{body.id}")
    await act.db.flush()
    return view_of(act, body)


async def add_standing(act: Act, *, meeting_id: MeetingId) -> AgendaView:
    """Put those of the council's standing items that are missing on an agenda. Returns AgendaView."""
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.add_standing", meeting)
    await refresh_standing_items(act, meeting)
    await add_own(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))
    return await agenda_view(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))
