"""A case's journey: the page that tells it from its beginning to now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from lisbot.council.cases.approved import approved_items
from lisbot.council.cases.waiting import WAITS_FOR_ANSWER
from lisbot.council.core.access import P, Sight, bodies_where, gate, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import CaseId, Line, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CaseLinkKind
from lisbot.council.journeys.consulted import wait_for_councils
from lisbot.council.journeys.reading import Story, read_items, read_story
from lisbot.council.journeys.stations import is_known, known_items, read_stations, title_of_case
from lisbot.council.journeys.views import JourneyView, OtherCase, Wait
from lisbot.council.journeys.waits import Facts, waits_for
from lisbot.council.models import AgendaItem, Body, Case, CaseLink
from lisbot.council.register.bodies import body_ref
from lisbot.texts import sort_key

NUMBER = re.compile(r"\s*(\d{1,5})\s*/\s*(?:20)?(\d\d)\b\s*(.*)", re.DOTALL)
CHANGES = ("case_link.add", "case.split", "case.share")


async def show_prefill(act: Act, *, case_id: CaseId | None = None) -> Prefill:
    return Prefill(required={"number"} if case_id is None else ())


async def show(act: Act, *, case_id: CaseId | None = None, number: Line = "") -> JourneyView:
    """See a case's journey: who had it, as what, from when to when, with which papers, what each said, and where it
    waits now. `number`: "12/26", with the council's name where several have a case of that number.

    Returns JourneyView: to each what they may know of.
    """
    return await journey_view(act, await find_case(act, number) if case_id is None else case_id)


async def find_case(act: Act, number: str) -> int:
    """Returns the case of this number in one of the member's councils, of those that they may know of.

    Raises Invalid for what is no number, NotFound for a number that none has, Conflict where several do.
    """
    written = NUMBER.fullmatch(number)
    if written is None:
        raise Invalid("case_number_needed", field="number")
    query = (
        select(Case, Body.name)
        .join(Body, Body.id == Case.body_id)
        .where(
            Body.id.in_(bodies_where(act.by, P.VIEW)),
            Case.number == int(written[1]),
            Case.year == 2000 + int(written[2]),
        )
        .order_by(Body.name)
    )
    named = written[3].strip().casefold()
    found = [row for row in await act.db.execute(query) if named in row.name.casefold()]
    if len(found) > 1:
        known = await read_known(act, [row.Case for row in found])
        found = [row for row in found if row.Case.id in known]
    if not found:
        raise NotFound
    if len(found) > 1:
        names = sorted((row.name for row in found), key=sort_key(act.by.lang))
        raise Conflict("case_number_of_several", number=f"{written[1]}/{written[2]}", names=", ".join(names))
    return int(found[0].Case.id)


async def read_known(act: Act, cases: Sequence[Case]) -> set[int]:
    """Returns those of the cases that the member may know of. At most three statements."""
    items, _ = await read_items(act, [case.id for case in cases])
    approved = await approved_items(act.db, [item.meeting for found in items.values() for item in found])
    return {case.id for case in cases if known_items(act, case, items.get(case.id, []), approved) is not None}


async def journey_view(act: Act, case_id: int) -> JourneyView:
    """Returns a case's journey. Raises NotFound for whoever may not know of the case."""
    story = await read_story(act, case_id)
    case = story.case
    gate(act, case.body_id)
    known = dict(known_cases(act, story))
    items = known.get(case.id)
    if items is None:
        raise NotFound
    act.concerns(f"case:{case.id}")
    stations = read_stations(act, story, {key: each for key, each in known.items() if key in story.own})
    return JourneyView(
        case_id=case.id,
        body=body_ref(act, story.bodies[case.body_id]),
        number=case.label,
        title=title_of_case(act, story, case, items),
        confidential=case.confidential or any(item.confidential for item in items),
        opened_on=case.opened_at.astimezone(act.tz).date(),
        waits=wait_of(act, story, known),
        stations=stations,
        others=tuple(other_cases(act, story, known)),
        actions=changes_of(act, story),
    )


def changes_of(act: Act, story: Story) -> tuple[AllowedAction, ...]:
    """Returns what the member may make of a case: a part of it or the same elsewhere only where a meeting is to come
    that it can go to, and of one that is merged into another neither."""
    case = story.case
    allowed = [name for name in CHANGES if act.allows(name, case.body_id)]
    goes_on = any(is_merged(each) and each.case_id == case.id for each in story.links)
    coming = story.coming
    is_open = {"case.split": coming.here and not goes_on, "case.share": coming.elsewhere and not goes_on}
    return tuple(AllowedAction(name, {"case_id": case.id}) for name in allowed if is_open.get(name, True))


def known_cases(act: Act, story: Story) -> Iterator[tuple[int, list[AgendaItem]]]:
    """Yields the cases that a member may know of, each with its items that they may."""
    for case in story.cases.values():
        items = known_items(act, case, story.items.get(case.id, []), story.approved)
        if items is not None:
            yield case.id, items


def wait_of(act: Act, story: Story, known: Mapping[int, list[AgendaItem]]) -> Wait:
    """Returns where the case waits, worked out from what the member may know."""
    case, drafts = story.case, sight(act.by, story.case.body_id) is Sight.DRAFT
    merged = [each.other_id for each in story.links if is_merged(each) and each.case_id == case.id]
    into = next((story.cases[key] for key in merged if key in known), None)
    facts = Facts(
        case,
        story.bodies[case.body_id].name,
        known[case.id],
        [each for each in story.referrals if is_known(act, each)],
        has_waiting_proposal=any(
            row.state in WAITS_FOR_ANSWER and (drafts or row.by_id == act.by.id)
            for row in story.proposals.get(case.id, ())
        ),
        goes_on_as=f"{into.label} {title_of_case(act, story, into, known[into.id])}" if into else "",
        consulted=wait_for_councils(act, [each for each in story.consultations if each.case_id == case.id]),
    )
    return waits_for(facts, act.at, act.tz)


def is_merged(link: CaseLink) -> bool:
    return link.kind is CaseLinkKind.MERGED_INTO


def other_cases(act: Act, story: Story, known: Mapping[int, list[AgendaItem]]) -> Iterator[OtherCase]:
    """Yields the cases that belong together with this one and that the member may know of."""
    own = story.case.id
    for case_id in sorted(known):
        if case_id in story.own and case_id != own:
            yield other_case(act, story, known, case_id)
    for link in story.links:
        if own not in (link.case_id, link.other_id):
            continue
        other = link.other_id if link.case_id == own else link.case_id
        if other in known:
            body_id = story.cases[link.case_id].body_id
            yield other_case(
                act,
                story,
                known,
                other,
                kind=link.kind,
                is_reversed=link.other_id == own,
                actions=(AllowedAction("case_link.remove", {"case_link_id": link.id}),)
                if act.allows("case_link.remove", body_id)
                else (),
            )


def other_case(act: Act, story: Story, known: Mapping[int, list[AgendaItem]], case_id: int, **more: Any) -> OtherCase:
    case = story.cases[case_id]
    title = title_of_case(act, story, case, known[case_id])
    return OtherCase(case.id, story.bodies[case.body_id].name, case.label, title, **more)
