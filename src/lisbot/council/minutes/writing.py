"""The minutes written as one writes them: every item in one form, or one after another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any

from lisbot.council.core.access import Sight, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import (
    Day,
    FormRow,
    ItemId,
    MeetingId,
    OrganisationIds,
    Prefill,
    Prose,
    Repeats,
    row_field,
)
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.enums import Agreement, Authority, ItemKind, OutcomeKind
from lisbot.council.meetings.meetings import item_votes
from lisbot.council.meetings.published import withheld_ids
from lisbot.council.meetings.rows import later_meetings, title_of
from lisbot.council.meetings.standing_items import title_for
from lisbot.council.minutes.follow_ups import add_for_each, organisations_in, require_due
from lisbot.council.minutes.minutes import get_minutes_for, view_again
from lisbot.council.minutes.outcomes import carry_over, is_on_agenda_of, require_not_carried_over, require_outcome
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import AgendaItem, Meeting
from lisbot.texts import format_value, text

CHATS = ("teams", "slack")  # whose forms hold one item


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """What is written of one item; what is to be followed up is added to what is there."""

    discussed: Prose = ""
    outcome: OutcomeKind | None = None
    words: Prose = ""
    agreement: Agreement | None = None
    sides: Prose = ""
    to_meeting_id: MeetingId | None = None
    what: Prose = ""
    organisation_id: OrganisationIds = field(default_factory=list)
    due_on: Day | None = None


SELDOM = frozenset({"agreement", "sides", "to_meeting_id", "what", "organisation_id", "due_on"})
WrittenItems = Annotated[Mapping[int, WrittenItem], Repeats(WrittenItem, folded=SELDOM)]


async def write_items_prefill(act: Act, *, meeting_id: MeetingId, item_id: ItemId | None = None) -> Prefill:
    """What is written already, with the recommendation as the wording of what has no outcome yet."""
    meeting = await get_minutes_for(act, meeting_id, "minutes.write_items")
    items = readable_items(act, meeting)
    votes = await item_votes(act, meeting)
    shown = {item_id} if item_id is not None else one_to_write(items) if act.via in CHATS else set(items)
    organisations = await organisations_in(act, meeting.body_id)
    is_advisory, lang = meeting.body.authority is Authority.ADVISORY, act.by.lang
    return Prefill(
        about=title_of(act, meeting),
        rows={
            "items": [
                FormRow(
                    key=item.id,
                    title=f"{item.case.label} {item.title}"
                    if item.case
                    else title_for(lang, meeting, item.standing, item.title),
                    values=started_from(item),
                    suggested=suggested(item),
                    lines=(*describe_item(act, item), *votes.get(item.id, ()), *describe_follow_ups(act, item)),
                    is_shown=item.id in shown,
                )
                for item in items.values()
            ]
        },
        choices={
            "items.organisation_id": [(each.id, each.name) for each in organisations],
            "items.to_meeting_id": await later_meetings(act, meeting),
        },
        excluded={"items.outcome": {OutcomeKind.DECISION}} if is_advisory else {},
        is_saved=True,
    )


def readable_items(act: Act, meeting: Meeting) -> dict[int, AgendaItem]:
    """Returns the items the member may read, by their ids."""
    is_outside = sight(act.by, meeting.body_id) is Sight.OUTSIDE
    withheld = withheld_ids(act, meeting)
    return {i.id: i for i in meeting.items if i.id not in withheld and not (is_outside and i.confidential)}


def one_to_write(items: Mapping[int, AgendaItem]) -> set[int]:
    """Returns the first item without an outcome; where each has one, the first of all."""
    without = (item.id for item in items.values() if item.case_id is not None and item.outcome is None)
    return {found} if (found := next(without, next(iter(items), None))) is not None else set()


def started_from(item: AgendaItem) -> dict[str, Any]:
    """Returns what an item's fields start from: what is written, and where it has no outcome, what is expected."""
    is_new = item.outcome is None
    is_noted = is_new and item.case_id is not None and item.kind is ItemKind.INFORMATION
    return {
        "discussed": item.discussed,
        "outcome": OutcomeKind.NOTED if is_noted else item.outcome,
        "words": item.outcome_text or (item.wording if is_new and not is_noted else ""),
        "agreement": item.agreement,
        "sides": item.sides,
    }


def suggested(item: AgendaItem) -> frozenset[str]:
    """Returns the fields that start from what is expected and not from what is written."""
    start = started_from(item)
    written = {"outcome": item.outcome, "words": item.outcome_text}
    return frozenset(name for name, now in written.items() if start[name] != now)


def describe_item(act: Act, item: AgendaItem) -> Iterator[str]:
    """Yields what is read beside what is written: what was asked, recommended and told beforehand."""
    lang = act.by.lang
    if item.confidential:
        yield text(lang, "arg.confidential")
    if item.case_id is not None:
        yield text(lang, "written_item.kind", kind=item.kind)
    if item.wording:
        yield text(lang, "written_item.recommendation", wording=item.wording)
    if item.background:
        yield text(lang, "written_item.background", background=item.background)
    if item.links:
        yield item.links


def describe_follow_ups(act: Act, item: AgendaItem) -> Iterator[str]:
    lang = act.by.lang
    for each in item.followups:
        due = text(lang, "written_item.due", day=format_value(lang, each.due_on)) if each.due_on else ""
        yield text(lang, "written_item.follow_up", organisation=each.organisation_name, what=each.what, due=due)


async def write_items(
    act: Act,
    *,
    meeting_id: MeetingId,
    item_id: ItemId | None = None,
    rest_as_recommended: bool = False,
    items: WrittenItems,
) -> MinutesView:
    """Write what was said of the items of a meeting, what came of each, and what is to be followed up.

    `rest_as_recommended`: what has no outcome and was recommended something is as recommended. Returns MinutesView.
    What is not complete yet is kept as it is: the minutes say what is lacking before they can be approved.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.write_items")
    readable = readable_items(act, meeting)
    if not set(items) <= set(readable):
        raise Invalid("not_on_the_agenda")
    for key, written in items.items():
        await write_item(act, readable[key], as_recommended(readable[key], written) if rest_as_recommended else written)
    if rest_as_recommended:
        for key in readable.keys() - items.keys():
            item = readable[key]
            start = WrittenItem(**started_from(item))
            if start.outcome is None and (done := as_recommended(item, start)).outcome is not None:
                await write_item(act, item, done)
    return await view_again(act, meeting.id)


def as_recommended(item: AgendaItem, written: WrittenItem) -> WrittenItem:
    """Returns an item's fields with the outcome that was recommended, where it has none."""
    if written.outcome is not None or item.case_id is None or not item.wording:
        return written
    decides = item.meeting.body.authority is Authority.DECIDING
    outcome = OutcomeKind.DECISION if decides else OutcomeKind.ADVICE
    return replace(written, outcome=outcome, words=written.words or item.wording)


async def write_item(act: Act, item: AgendaItem, written: WrittenItem) -> None:
    """Write what is said of one item. Raises Invalid, naming its input."""

    def at(name: str) -> str:
        return row_field("items", item.id, name)

    texts = {at(name): getattr(written, name) for name in ("discussed", "words", "sides", "what")}
    require_advisory_wording(item.meeting.body, **texts)
    item.discussed = written.discussed
    if written.outcome is not None:
        require_outcome(item.meeting, written.outcome, written.words, written.sides, written.agreement, at=at)
    is_untouched = written.outcome is None and written.words == item.wording
    await require_not_carried_over(act, item, written.outcome)
    item.outcome, item.outcome_text = written.outcome, "" if is_untouched else written.words
    item.agreement, item.sides = written.agreement, written.sides
    await act.db.flush()
    to = written.to_meeting_id if written.outcome is OutcomeKind.POSTPONED else None
    if to is not None and not await is_on_agenda_of(act, item, to):
        await carry_over(act, item, to, field=at("to_meeting_id"))
    await write_follow_up(act, item, written.what, written.organisation_id, written.due_on, at)


async def write_follow_up(
    act: Act, item: AgendaItem, what: str, organisation_ids: list[int], due_on: date | None, at: Any
) -> None:
    """Add what each of several organisations is to follow up, where anything is."""
    if not (what or organisation_ids or due_on):
        return
    if not organisation_ids:
        raise Invalid("organisations_needed", field=at("organisation_id"))
    if not what:
        raise Invalid("follow_up_needed", field=at("what"))
    require_due(item.meeting, due_on, field=at("due_on"))
    await add_for_each(act, item, organisation_ids, what, due_on, field=at("organisation_id"))
