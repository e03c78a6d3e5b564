"""What came of each item, and the register of it all."""

from collections.abc import Callable, Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, load_only

from lisbot.council.cases.approved import is_corrected
from lisbot.council.cases.referred import cases_sent_on
from lisbot.council.core.access import P, bodies_seen_whole, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, CalendarYear, ItemId, Line, MeetingId, Prefill, Prose
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import SENT_OUT, Agreement, Authority, MinutesState, OutcomeKind
from lisbot.council.meetings.agenda import add_last, case_ids, find_coming_agenda
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.published import ITEM_FACTS, WITH_AGENDA
from lisbot.council.meetings.rows import AS_REF, get_coming_meeting_for, later_meetings, meeting_ref
from lisbot.council.minutes.found_answers import find_answers
from lisbot.council.minutes.record import MinutesRecord
from lisbot.council.minutes.search import has_words
from lisbot.council.minutes.search_index import matches, plan_for_words
from lisbot.council.minutes.states import MINUTES
from lisbot.council.minutes.versions import decode
from lisbot.council.minutes.views import MinutesItem, OutcomeLine, OutcomesView, OutcomeView
from lisbot.council.models import AgendaItem, Body, Case, Meeting, MinutesVersion
from lisbot.council.register.bodies import body_ref
from lisbot.texts import sort_key

SHOWN = (AgendaItem.title, AgendaItem.confidential, AgendaItem.outcome, AgendaItem.outcome_text)
MAX_FOUND = 100  # shown of one search


async def record_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_item_for(act, item_id)
    is_advisory = item.meeting.body.authority is Authority.ADVISORY
    return Prefill(
        about="\n".join(part for part in (item.title, item.wording) if part),
        values={
            "outcome": item.outcome,
            "words": item.outcome_text,
            "agreement": item.agreement,
            "sides": item.sides,
        },
        choices={"to_meeting_id": await later_meetings(act, item.meeting)},
        excluded={"outcome": {OutcomeKind.DECISION}} if is_advisory else {},
        is_saved=True,
    )


async def record(
    act: Act,
    *,
    item_id: ItemId,
    outcome: OutcomeKind,
    words: Prose = "",
    agreement: Agreement | None = None,
    sides: Prose = "",
    to_meeting_id: MeetingId | None = None,
) -> OutcomeView:
    """Record what came of an item, and as a judgement whether there was agreement.

    Returns OutcomeView. Raises Invalid for a decision of an advisory body: «Samordningsrådet har ikke
    beslutningsmyndighet» (Helse Sør-Øst, mandate of Samordningsrådet).
    """
    item = await get_item_for(act, item_id)
    meeting = item.meeting
    MINUTES.require(act, "outcome.record", meeting)
    require_outcome(meeting, outcome, words, sides, agreement)
    require_advisory_wording(meeting.body, words=words, sides=sides)
    await require_not_carried_over(act, item, outcome)
    item.outcome, item.outcome_text, item.agreement, item.sides = outcome, words, agreement, sides
    await act.db.flush()
    to = None
    if outcome is OutcomeKind.POSTPONED and to_meeting_id is not None:
        to = await carry_over(act, item, to_meeting_id)
    mark_stale(act, f"meeting:{meeting.id}")
    return OutcomeView(
        item_id=item.id,
        meeting=meeting_ref(act, meeting),
        number=item.case.label if item.case else "",
        title=item.title,
        confidential=item.confidential,
        outcome=item.outcome,
        outcome_text=item.outcome_text,
        agreement=item.agreement,
        sides=item.sides,
        is_case=item.case_id is not None,
        to_meeting_on=to.held_on if to else None,
        has_minutes=meeting.minutes_state is not MinutesState.NONE,
        actions=await send_actions(act, item),
    )


async def send_actions(act: Act, item: AgendaItem) -> tuple[AllowedAction, ...]:
    """Returns the way to send a case on that there was no agreement about, where it has not been."""
    is_disputed = item.outcome is OutcomeKind.DISAGREEMENT and item.case_id is not None
    if not is_disputed or not act.allows("referral.send", item.meeting.body_id):
        return ()
    gone = await cases_sent_on(act, {item.case_id} if item.case_id else set())
    return () if gone else (AllowedAction("referral.send", {"item_id": item.id}),)


def require_outcome(
    meeting: Meeting,
    outcome: OutcomeKind,
    words: str,
    sides: str,
    agreement: Agreement | None,
    *,
    at: Callable[[str], str] = str,
) -> None:
    """Raises Invalid where an outcome is none that the body may reach, or lacks what belongs to it. `at`: what a field
    is called in its form."""
    if outcome is OutcomeKind.DECISION and meeting.body.authority is Authority.ADVISORY:
        raise Invalid("advisory_body", field=at("outcome"), body=meeting.body.name)
    if outcome in (OutcomeKind.ADVICE, OutcomeKind.DECISION) and not words:
        raise Invalid("words_needed", field=at("words"))
    if outcome is OutcomeKind.DISAGREEMENT:
        if not sides:
            raise Invalid("sides_needed", field=at("sides"))
        if agreement is Agreement.AGREEMENT:
            raise Invalid("agreement_contradicts", field=at("agreement"))


async def require_not_carried_over(act: Act, item: AgendaItem, outcome: OutcomeKind | None) -> None:
    """Raises Conflict where an item is to be postponed no longer, and its case is on a coming agenda: it would be
    settled here and treated there."""
    if item.outcome is not OutcomeKind.POSTPONED or outcome is OutcomeKind.POSTPONED or item.case is None:
        return
    other = await find_coming_agenda(act, item.case, item.meeting)
    if other is not None:
        raise Conflict("on_another_agenda", number=item.case.label, day=other.days)


async def is_on_agenda_of(act: Act, item: AgendaItem, meeting_id: int) -> bool:
    there = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id, AgendaItem.case_id == item.case_id)
    return item.case_id is not None and await act.db.scalar(there.limit(1)) is not None


async def carry_over(act: Act, item: AgendaItem, meeting_id: int, *, field: str = "to_meeting_id") -> Meeting:
    """Put a postponed case on another meeting's agenda, under the number it has. Returns that meeting."""
    to = await get_coming_meeting_for(act, meeting_id, *WITH_AGENDA)
    if to.body_id != item.meeting.body_id or to.id == item.meeting_id or item.case_id is None:
        raise Invalid("not_another_meeting", field=field)
    if item.case_id in case_ids(to.items):
        raise Conflict("already_there", title=item.title)
    copied = {name: getattr(item, name) for name in ("case", *ITEM_FACTS)}
    await add_last(act, to, AgendaItem(followups=[], **copied))
    return to


async def search_prefill(act: Act) -> Prefill:
    """Which councils may be searched: those one may look into. Decisions are offered where one decides."""
    bodies = await searchable_bodies(act)
    decides = any(body.authority is Authority.DECIDING for body in bodies)
    return Prefill(
        choices={"body_id": [(body.id, body.name) for body in bodies]},
        excluded={} if decides else {"kind": {OutcomeKind.DECISION}},
    )


async def searchable_bodies(act: Act) -> list[Body]:
    """Returns the bodies the member may look into, in the order of their language."""
    collate = sort_key(act.by.lang)
    found = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.VIEW))))
    return sorted(found, key=lambda body: collate(body.name))


async def search(
    act: Act,
    *,
    text: Line = "",
    body_id: BodyId | None = None,
    year: CalendarYear | None = None,
    kind: OutcomeKind | None = None,
) -> OutcomesView:
    """Search what came of the cases of one's councils, by text, council, year and kind.

    Returns OutcomesView, newest meeting first. Until the minutes are sent out, what came of an item is the
    secretariat's draft; while they are corrected, what was approved holds for everybody else. Confidential items are
    for those with a part in the body.
    """
    own, recorded = bodies_where(act.by, P.VIEW), bodies_where(act.by, P.RECORD)
    query = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .join(AgendaItem.case)
        .where(
            AgendaItem.outcome.is_not(None),
            Meeting.body_id.in_(own),
            or_(
                Meeting.body_id.in_(recorded),
                Meeting.minutes_state == MinutesState.APPROVED,
                Meeting.minutes_state.in_(SENT_OUT) & (Meeting.minutes_version == 0),
            ),
        )
        .options(
            contains_eager(AgendaItem.case).load_only(Case.year, Case.number, raiseload=True),
            contains_eager(AgendaItem.meeting).options(*AS_REF),
            load_only(*SHOWN, raiseload=True),
        )
        .order_by(Meeting.held_on.desc(), AgendaItem.position)
        .limit(MAX_FOUND + 1)
    )
    whole = bodies_seen_whole(act.by, own)
    if own - whole:
        query = query.where(or_(~(AgendaItem.confidential | Case.confidential), Meeting.body_id.in_(whole)))
    if body_id is not None:
        query = query.where(Meeting.body_id == body_id)
    if year is not None:
        query = query.where(func.extract("year", Meeting.held_on) == year)
    if kind is not None:
        query = query.where(AgendaItem.outcome == kind)
    if text:
        await plan_for_words(act.db)
        query = query.where(matches(act.db, text))
    items = list(await act.db.scalars(query))
    lines = [outcome_line(act, item) for item in items]
    lines += await corrected_lines(act, own - recorded, text=text, body_id=body_id, year=year, kind=kind)
    lines.sort(key=lambda line: line.meeting.held_on, reverse=True)
    bodies = await searchable_bodies(act)
    return OutcomesView(
        text=text,
        body_id=body_id,
        year=year,
        kind=kind,
        bodies=tuple(body_ref(act, body) for body in bodies),
        found=tuple(lines[:MAX_FOUND]),
        has_more=len(lines) > MAX_FOUND,
        answers=await find_answers(act, text=text, body_id=body_id, year=year) if kind is None else (),
    )


def outcome_line(act: Act, item: AgendaItem) -> OutcomeLine:
    assert item.case is not None and item.outcome is not None
    return OutcomeLine(
        item_id=item.id,
        case_id=item.case.id,
        number=item.case.label,
        title=item.title,
        confidential=item.confidential,
        outcome=item.outcome,
        outcome_text=item.outcome_text,
        meeting=meeting_ref(act, item.meeting),
        is_corrected=is_corrected(item.meeting),
    )


async def corrected_lines(
    act: Act,
    own: Collection[int],
    *,
    text: str,
    body_id: int | None,
    year: int | None,
    kind: OutcomeKind | None,
) -> list[OutcomeLine]:
    """Returns the same for the few meetings whose minutes are being corrected: what was approved last, until they are
    approved again."""
    query = (
        select(MinutesVersion.content, Meeting, Meeting.body_id)
        .join(Meeting, Meeting.id == MinutesVersion.meeting_id)
        .where(
            Meeting.body_id.in_(own),
            Meeting.minutes_state != MinutesState.APPROVED,
            MinutesVersion.number == Meeting.minutes_version,
        )
        .options(*AS_REF)
    )
    if body_id is not None:
        query = query.where(Meeting.body_id == body_id)
    if year is not None:
        query = query.where(func.extract("year", Meeting.held_on) == year)
    whole = bodies_seen_whole(act.by, own)
    rows = (await act.db.execute(query)).all()
    # An item may have been open when it was approved, and its case have become confidential since.
    partly = {row.body_id for row in rows} - whole
    closed = (
        set(await act.db.scalars(select(Case.id).where(Case.body_id.in_(partly), Case.confidential))) if partly else ()
    )
    found = []
    for content, meeting, of_body in rows:
        record: MinutesRecord = decode(MinutesRecord, content)
        for item in record.items:
            is_readable = of_body in whole or not (item.confidential or item.case_id in closed)
            if item.outcome is None or item.case_id is None or not is_readable or kind not in (None, item.outcome):
                continue
            if text and not has_words(approved_text(item), text):
                continue
            found.append(
                OutcomeLine(
                    item_id=item.id,
                    case_id=item.case_id,
                    number=item.number,
                    title=item.title,
                    confidential=item.confidential,
                    outcome=item.outcome,
                    outcome_text=item.outcome_text,
                    meeting=meeting_ref(act, meeting),
                    is_corrected=True,
                )
            )
    return found


def approved_text(item: MinutesItem) -> str:
    """Returns all that is searched of an item as it was approved."""
    parts = [item.number, item.title, item.outcome_text, item.sides, item.discussed]
    return "\n".join([*parts, *(line.what for line in item.follow_ups)])
