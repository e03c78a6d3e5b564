"""What came of each item, and the register of it all."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.access import AGENDA, P, bodies_where, item_for, meeting_for
from lisbot.council.act import Act
from lisbot.council.bodies import refuse_the_word
from lisbot.council.errors import Conflict, Invalid
from lisbot.council.kinds import Agreement, Authority, MinutesState, OutcomeKind
from lisbot.council.meetings import coming, refuse_cancelled, refuse_locked
from lisbot.council.models import AgendaItem, Body, Case, Meeting
from lisbot.council.notices import changed
from lisbot.council.proposals import later, put_on
from lisbot.council.typed import CalendarYear, Form, Id, Line, Prose

PAGE = 100


async def record_form(act: Act, *, item_id: Id) -> Form:
    item = await item_for(act, item_id)
    advisory = item.meeting.body.authority is Authority.ADVISORY
    return Form(
        about="\n".join(part for part in (item.title, item.wording) if part),
        values={
            "outcome": item.outcome,
            "words": item.outcome_text,
            "agreement": item.agreement,
            "sides": item.sides,
        },
        choices={"to_meeting_id": await later(act, item.meeting)},
        leaves_out={"outcome": {OutcomeKind.DECISION}} if advisory else {},
    )


async def record(
    act: Act,
    *,
    item_id: Id,
    outcome: OutcomeKind,
    words: Prose = "",
    agreement: Agreement | None = None,
    sides: Prose = "",
    to_meeting_id: Id | None = None,
) -> AgendaItem:
    """Record what came of an item, and as a judgement whether there was agreement."""
    item = await item_for(act, item_id)
    meeting = item.meeting
    refuse_locked(meeting)
    refuse_cancelled(meeting)
    if outcome is OutcomeKind.DECISION and meeting.body.authority is Authority.ADVISORY:
        raise Invalid("advisory_body", field="outcome", body=meeting.body.name)
    refuse_the_word(meeting.body, words=words, sides=sides)
    if outcome in (OutcomeKind.ADVICE, OutcomeKind.DECISION) and not words:
        raise Invalid("words_needed", field="words")
    if outcome is OutcomeKind.DISAGREEMENT:
        if not sides:
            raise Invalid("sides_needed", field="sides")
        if agreement is Agreement.AGREEMENT:
            raise Invalid("agreement_contradicts", field="agreement")
    item.outcome, item.outcome_text, item.agreement, item.sides = outcome, words, agreement, sides
    await act.db.flush()
    if outcome is OutcomeKind.POSTPONED and to_meeting_id is not None:
        await carry_over(act, item, to_meeting_id)
    changed(act, f"meeting:{meeting.id}")
    return item


async def carry_over(act: Act, item: AgendaItem, meeting_id: int) -> None:
    """Put a postponed case on another meeting's agenda, under the number it has."""
    to = await coming(act, meeting_id)
    if to.body_id != item.meeting.body_id or to.id == item.meeting_id or item.case_id is None:
        raise Invalid("not_another_meeting", field="to_meeting_id")
    to = await meeting_for(act, to.id, *AGENDA)
    if any(other.case_id == item.case_id for other in to.items):
        raise Conflict("already_there", title=item.title)
    copied = ("case", "title", "kind", "minutes", "background", "wording", "links", "confidential")
    await put_on(act, to, AgendaItem(followups=[], **{name: getattr(item, name) for name in copied}))


@dataclass(frozen=True)
class Found:
    """What a search of the register of outcomes asked for, and found."""

    items: list[AgendaItem]
    bodies: list[Body]
    asked: Mapping[str, object]
    more: bool


async def search_form(act: Act) -> Form:
    """Which councils may be searched: those one may look into. Decisions are offered where one decides."""
    mine = Body.id.in_(bodies_where(act.by, P.VIEW))
    rows = (
        await act.db.execute(select(Body.id, Body.name, Body.authority).where(mine).order_by(Body.name))
    ).all()
    decides = any(row.authority is Authority.DECIDING for row in rows)
    return Form(
        choices={"body_id": [(row.id, row.name) for row in rows]},
        leaves_out={} if decides else {"kind": {OutcomeKind.DECISION}},
    )


async def search(
    act: Act,
    *,
    text: Line = "",
    body_id: Id | None = None,
    year: CalendarYear | None = None,
    kind: OutcomeKind | None = None,
) -> Found:
    """Search what came of the cases of one's councils, by text, council, year and kind."""
    mine = bodies_where(act.by, P.VIEW)
    query = (
        select(AgendaItem)
        .join(AgendaItem.meeting)
        .join(Case, Case.id == AgendaItem.case_id)
        .where(AgendaItem.outcome.is_not(None), Meeting.body_id.in_(mine))
        .options(joinedload(AgendaItem.case), joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .order_by(Meeting.held_on.desc(), AgendaItem.position)
        .limit(PAGE + 1)
    )
    # Until the minutes are sent out, what came of an item is the secretariat's draft.
    sent_out = Meeting.minutes.in_((MinutesState.COMMENTS, MinutesState.APPROVED))
    query = query.where(or_(sent_out, Meeting.body_id.in_(bodies_where(act.by, P.RECORD))))
    if body_id is not None:
        query = query.where(Meeting.body_id == body_id)
    if year is not None:
        query = query.where(func.extract("year", Meeting.held_on) == year)
    if kind is not None:
        query = query.where(AgendaItem.outcome == kind)
    # SQLite's own lower() knows no letters beyond z.
    lower = func.lower if act.db.get_bind().dialect.name == "postgresql" else func.lower_all
    for word in text.lower().split()[:8]:
        columns = (AgendaItem.title, AgendaItem.outcome_text, AgendaItem.discussed, AgendaItem.background)
        query = query.where(or_(*(lower(column).contains(word, autoescape=True) for column in columns)))
    items = list(await act.db.scalars(query))
    bodies = await act.db.scalars(select(Body).where(Body.id.in_(mine)).order_by(Body.name))
    asked = {"text": text, "body_id": body_id, "year": year, "kind": kind}
    return Found(items[:PAGE], list(bodies), asked, len(items) > PAGE)
