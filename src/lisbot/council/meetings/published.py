"""What people were last told of a meeting: kept on its row when the notice goes out, and compared with the draft.

Shape of Meeting.published: {"items": [facts of each item], "held_on", "ends_on", "starts", "ends", "place",
"link", "sent_at": when the notice was last sent, "withheld": [ids of items that have become confidential since]}.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload, undefer
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from lisbot.council.cases.stories import cases_made_of
from lisbot.council.core.access import Sight, sight
from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.meetings.views import AgendaChange
from lisbot.council.models import AgendaItem, Case, Meeting, Proposal

WITH_AGENDA: tuple[ORMOption, ...] = (
    selectinload(Meeting.items).options(joinedload(AgendaItem.case), undefer(AgendaItem.is_treated)),
)

ITEM_FACTS = ("title", "kind", "duration_minutes", "background", "wording", "links", "confidential")
WHEN_AND_WHERE = ("held_on", "ends_on", "starts", "ends", "place", "link")

Facts = Mapping[str, Any]


def item_facts(item: AgendaItem) -> dict[str, Any]:
    """Returns an item as it is told to people."""
    facts = {name: getattr(item, name) for name in (*ITEM_FACTS, "break_minutes")}
    return facts | {
        "id": item.id,
        "case_id": item.case_id,
        "number": item.case.label if item.case else "",
        "kind": str(item.kind),
    }


def when_and_where(meeting: Meeting) -> dict[str, str]:
    """Returns when and where a meeting is, as people are told it."""
    return {
        "held_on": meeting.held_on.isoformat(),
        "ends_on": meeting.ends_on.isoformat(),
        "starts": meeting.starts.isoformat(),
        "ends": meeting.ends.isoformat(),
        "place": meeting.place,
        "link": meeting.link,
    }


def snapshot(meeting: Meeting) -> dict[str, Any]:
    """Returns what is told of a meeting as it stands now."""
    return {"items": [item_facts(item) for item in meeting.items], **when_and_where(meeting)}


def published_items(meeting: Meeting) -> list[Facts]:
    """Returns the items as they were last told. Items told by earlier versions of lisbot lack newer facts."""
    items: list[dict[str, Any]] = (meeting.published or {}).get("items", [])
    return [
        {
            "case_id": None,
            "break_minutes": None,
            **item,
            "duration_minutes": item.get("duration_minutes", item.get("minutes")),
        }
        for item in items
    ]


def withhold(meeting: Meeting, item_id: int) -> None:
    """Withhold an item that has become confidential from those outside the body, before any new notice."""
    if meeting.published is not None:
        withheld = {*meeting.published.get("withheld", ()), item_id}
        meeting.published = {**meeting.published, "withheld": sorted(withheld)}


async def withhold_elsewhere(act: Act, case: Case) -> None:
    """Have a case be confidential, and withhold it and what was made of it from those outside wherever that is: it has
    become confidential where it came from. What was made of it is for each of them to open again.

    It may be on an agenda there, may have been told on one that it was taken off, or may wait to be put on one again.
    Items that its own council told of earlier keep their own mark, and are read again when the case is opened.
    """
    made = await cases_made_of(act, case)
    concerned = made | {case.id}
    # Meetings before what is on them, as everybody locks them who changes an agenda. The caller has the first, the rest
    # follow in one order; where two close each other's at once, PostgreSQL ends one, which is run again.
    for meeting in await lock_meetings(act, concerned):
        told = [item["id"] for item in published_items(meeting) if item["case_id"] in concerned]
        for item_id in told:
            withhold(meeting, item_id)
        mark_stale(act, f"meeting:{meeting.id}")
    case.confidential = True
    for case_id in concerned:
        mark_stale(act, f"case:{case_id}")
    if not made:
        return
    await act.db.execute(update(Case).where(Case.id.in_(made)).values(confidential=True))
    of_items = update(AgendaItem).where(AgendaItem.case_id.in_(made)).values(confidential=True)
    await act.db.execute(of_items)
    for proposal in await act.db.scalars(select(Proposal).where(Proposal.case_id.in_(made))):
        proposal.confidential = True
        if proposal.as_item is not None:
            proposal.as_item = {**proposal.as_item, "confidential": True}


async def lock_meetings(act: Act, case_ids: Collection[int]) -> list[Meeting]:
    """Returns the meetings that cases are on the agenda of, or were when people were last told it; locked, in the order
    of their ids."""
    bodies = select(Case.body_id).where(Case.id.in_(case_ids))
    told = select(Meeting.id, Meeting.published).where(Meeting.body_id.in_(bodies), Meeting.published_at.is_not(None))
    ids = {
        row.id
        for row in await act.db.execute(told)
        if any(item.get("case_id") in case_ids for item in (row.published or {}).get("items", ()))
    }
    ids |= set(await act.db.scalars(select(AgendaItem.meeting_id).where(AgendaItem.case_id.in_(case_ids))))
    await act.db.flush()
    chosen = Meeting.id.in_(ids)
    query = select(Meeting).where(chosen).order_by(Meeting.id).with_for_update(of=Meeting)
    meetings = list(await act.db.scalars(query))
    # One that was read before it was locked may have been sent out, or had something withheld, in between.
    rows = (await act.db.execute(select(Meeting.id, Meeting.published).where(chosen))).all()
    now = {row.id: row.published for row in rows}
    for meeting in meetings:
        set_committed_value(meeting, "published", now[meeting.id])
    return meetings


async def open_again(act: Act, cases: Iterable[Case]) -> None:
    """Let cases be open again that are on no agenda as something confidential any more, and with them what was told of
    them earlier and was withheld with them. Nothing is read where none was confidential."""
    closed = {case.id: case for case in cases if case.confidential}
    if not closed:
        return
    meetings = await lock_meetings(act, closed)
    of_items = select(AgendaItem.case_id).where(AgendaItem.case_id.in_(closed), AgendaItem.confidential)
    held = set(await act.db.scalars(of_items))
    opened = closed.keys() - held
    for case_id in opened:
        closed[case_id].confidential = False
        mark_stale(act, f"case:{case_id}")
    for meeting in meetings:
        show_again(act, meeting, opened)


def show_again(act: Act, meeting: Meeting, opened: Collection[int]) -> None:
    """Withhold what was told of some cases, openly, no longer."""
    told = {item["id"] for item in published_items(meeting) if item["case_id"] in opened and not item["confidential"]}
    withheld = set((meeting.published or {}).get("withheld", ()))
    if meeting.published is not None and told & withheld:
        meeting.published = {**meeting.published, "withheld": sorted(withheld - told)}
        mark_stale(act, f"meeting:{meeting.id}")


def is_told_as_confidential(item: AgendaItem) -> bool:
    """Returns whether an item was told, and was confidential then or has become so since."""
    is_withheld = item.id in (item.meeting.published or {}).get("withheld", ())
    told = (each for each in published_items(item.meeting) if each["id"] == item.id)
    return any(is_withheld or each["confidential"] for each in told)


def readable_items(act: Act, meeting: Meeting) -> list[Facts]:
    """Returns the agenda as the member may read it: the draft to the secretariat, to others what was last told,
    and of a confidential item to those outside the body only that it is there."""
    seen = sight(act.by, meeting.body_id)
    if seen is Sight.DRAFT:
        return [item_facts(item) | {"is_withheld": False} for item in meeting.items]
    items = published_items(meeting)
    if seen is Sight.MEMBER:
        return [{**item, "is_withheld": False} for item in items]
    withheld = set((meeting.published or {}).get("withheld", ()))
    withheld |= {item.id for item in meeting.items if item.confidential}
    return [from_outside(item, item["confidential"] or item["id"] in withheld) for item in items]


def from_outside(item: Facts, is_withheld: bool) -> Facts:
    """Returns an item as those outside the body see it."""
    shown = {**item, "background": "", "links": "", "is_withheld": is_withheld}
    if is_withheld:
        shown |= {"title": "", "wording": "", "confidential": True, "case_id": None}
    return shown


def withheld_ids(act: Act, meeting: Meeting) -> set[int]:
    """Returns the ids of the items of which the member may learn no more than that they are there."""
    if sight(act.by, meeting.body_id) is not Sight.OUTSIDE:
        return set()
    withheld = set((meeting.published or {}).get("withheld", ()))
    withheld |= {item["id"] for item in published_items(meeting) if item["confidential"]}
    return withheld | {item.id for item in meeting.items if item.confidential}


def changes_since_sent(meeting: Meeting) -> list[AgendaChange]:
    """Returns how the meeting differs from what people were last told; nothing where they were told nothing."""
    if meeting.published is None:
        return []
    now = snapshot(meeting)
    old = {item["id"]: comparable(item) for item in published_items(meeting)}
    new = {item["id"]: comparable(item) for item in now["items"]}
    found = [AgendaChange("added", numbered(new[i])) for i in new if i not in old]
    found += [AgendaChange("removed", numbered(old[i])) for i in old if i not in new]
    found += [AgendaChange("changed", numbered(new[i])) for i in new if i in old and new[i] != old[i]]
    if [i for i in old if i in new] != [i for i in new if i in old]:
        found.append(AgendaChange("reordered"))
    # Meetings told by earlier versions of lisbot lasted one day.
    told = {"ends_on": meeting.published["held_on"], **meeting.published}
    if any(told[name] != now[name] for name in WHEN_AND_WHERE):
        found.append(AgendaChange("time_or_place"))
    return found


def is_sent_with(proposal: Proposal) -> bool:
    """Returns whether the agenda was sent with what came of a proposal: its case, or what it added to another's."""
    if proposal.case is None:
        return False
    items = [item for item in published_items(proposal.meeting) if item["number"] == proposal.case.label]
    added = (proposal.before or {}).get("added", "")
    return any(added in item["background"] for item in items)


def comparable(item: Facts) -> dict[str, Any]:
    return {name: item[name] for name in (*ITEM_FACTS, "break_minutes", "number")}


def numbered(item: Facts) -> str:
    return f"{item['number']} {item['title']}".strip()
