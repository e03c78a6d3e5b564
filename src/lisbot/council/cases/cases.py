"""A case, wherever it was treated."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from lisbot.council.cases.answers import with_answer
from lisbot.council.cases.approved import approved_items, is_corrected
from lisbot.council.cases.awaited import read_sent
from lisbot.council.cases.carried import carried_through
from lisbot.council.cases.consulted import read_consultations
from lisbot.council.cases.processed import has_process, read_stages, start_action
from lisbot.council.cases.referred import items_telling_answers, read_referrals, send_action, sent_texts
from lisbot.council.cases.shared import read_statements, share_action
from lisbot.council.cases.views import (
    CaseReferral,
    CaseStage,
    CaseTreatment,
    CaseView,
    FollowUpLine,
    WaitingCase,
    WaitingCasesView,
    WaitsSince,
)
from lisbot.council.cases.waiting import (
    has_waiting_proposal,
    is_merged_away,
    is_on_coming_agenda,
    is_still_to_be_held,
    waiting_cases,
)
from lisbot.council.core.access import P, Sight, gate, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import BodyId, CaseId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import SENT_OUT, Agreement, MinutesState, OutcomeKind
from lisbot.council.models import AgendaItem, Body, Case, FollowUp, Meeting
from lisbot.council.register.bodies import body_ref, get_body_for


async def get_case_for(act: Act, case_id: int) -> Case:
    """Returns a case. Raises NotFound for another body's, and for a confidential one to those outside the body."""
    return require_seen(act, await act.db.get(Case, case_id))


def require_seen(act: Act, case: Case | None) -> Case:
    if case is None:
        raise NotFound
    gate(act, *bodies_of(case))
    if case.confidential and sight(act.by, case.body_id) is Sight.OUTSIDE:
        raise NotFound
    return case


async def read_case_and_body(act: Act, case_id: int) -> tuple[Case, Body]:
    """Returns a case and its body, with the body's secretariat. One statement. Raises NotFound as get_case_for does."""
    query = select(Case, Body).join(Body, Body.id == Case.body_id).options(joinedload(Body.secretariat))
    row = (await act.db.execute(query.where(Case.id == case_id))).one_or_none()
    if row is None:
        raise NotFound
    return require_seen(act, row.Case), row.Body


async def read_known(
    act: Act, case: Case, *options: ORMOption
) -> tuple[list[AgendaItem], Mapping[int, Mapping[str, Any]], Mapping[str, Any]]:
    """Returns the items of a case that the member may know of, what approved minutes say of those that are being
    corrected, and the texts that the case goes by, {} where no item says. At most three statements.

    Raises NotFound for whoever may not know of the case.
    """
    seen = sight(act.by, case.body_id)
    drafts = seen is Sight.DRAFT
    query = select(AgendaItem).join(AgendaItem.meeting).where(AgendaItem.case_id == case.id)
    everywhere = list(await act.db.scalars(query.options(joinedload(AgendaItem.meeting), *options)))
    approved = await approved_items(act.db, [item.meeting for item in everywhere])
    items = [item for item in everywhere if drafts or is_public(item) or item.id in approved]
    items.sort(key=lambda item: (item.meeting.held_on, item.id))
    if not items and not drafts:
        raise NotFound
    if seen is Sight.OUTSIDE and (case.confidential or any(item.confidential for item in items)):
        raise NotFound
    telling_answers = await items_telling_answers(act, case)
    named = next((item for item in reversed(items) if item.id not in telling_answers), None)
    return items, approved, told(named, drafts, approved) if named else {}


def bodies_of(case: Case) -> tuple[int, ...]:
    """Returns the bodies a case belongs to. Whoever has a part in any of them may ask for it."""
    return (case.body_id,)


async def show(act: Act, *, case_id: CaseId) -> CaseView:
    """See a case: what it is about, and what came of it at each meeting.

    Returns CaseView: to members what has been published of it, to the secretariat all.
    """
    case, body = await read_case_and_body(act, case_id)
    drafts = sight(act.by, case.body_id) is Sight.DRAFT
    items, approved, newest = await read_known(act, case, selectinload(AgendaItem.followups))
    if newest and sight(act.by, case.body_id) is Sight.OUTSIDE:
        newest = {**newest, "background": "", "links": ""}
    title = newest["title"] if newest else case.title
    texts = newest or await sent_texts(act, case)  # without an item only the secretariat comes here
    records = may(act.by, P.RECORD, case.body_id)
    referrals = await read_referrals(act, case)
    stages = await read_stages(act, case)
    statements = await read_statements(act, case.body_id, [item.meeting for item in items], case.id)
    act.concerns(f"case:{case.id}")
    return CaseView(
        id=case.id,
        body=body_ref(act, body),
        number=case.label,
        title=title,
        confidential=case.confidential or any(item.confidential for item in items),
        opened_on=case.opened_at.astimezone(act.tz).date(),
        background=texts.get("background", ""),
        wording=texts.get("wording", ""),
        links=tuple(filter(None, texts.get("links", "").split("\n"))),
        treatments=tuple(treatment(act, item, None if records else approved.get(item.id)) for item in items),
        actions=(
            *await share_action(act, case, reversed(items)),
            *(await actions_of(act, case, referrals, stages) if drafts else ()),
        ),
        referrals=referrals,
        stages=stages,
        statements=statements.get(case.id, ()),
        consultations=await read_consultations(act, case),
        carry_through=carried_through(items),
    )


async def actions_of(
    act: Act, case: Case, referrals: Collection[CaseReferral], stages: Collection[CaseStage]
) -> tuple[AllowedAction, ...]:
    """Returns what the secretariat may do with a case: put it on an agenda where it is on no coming one and there is
    one to put it on, send it on, put it into a process. Nothing with one that goes on as a part of another."""
    on_agenda = select(AgendaItem.id).join(AgendaItem.meeting)
    on_agenda = on_agenda.where(AgendaItem.case_id == case.id, is_on_coming_agenda(act))
    may_put_on = and_(coming_meetings(act, case.body_id).exists(), ~on_agenda.exists(), ~has_waiting_proposal())
    query = select(
        may_put_on.label("may_put_on"), is_merged_away().label("is_merged"), has_process(case).label("has_process")
    )
    found = (await act.db.execute(query.where(Case.id == case.id))).one()
    if found.is_merged:
        return ()
    return (
        *(add_case_action(act, case) if found.may_put_on else ()),
        *send_action(act, case, referrals),
        *ask_action(act, case),
        *start_action(act, case, stages, has_process=found.has_process),
    )


def add_case_action(act: Act, case: Case) -> tuple[AllowedAction, ...]:
    allowed = act.allows("agenda_item.add_case", case.body_id)
    return (AllowedAction("agenda_item.add_case", {"case_id": case.id}),) if allowed else ()


def ask_action(act: Act, case: Case) -> tuple[AllowedAction, ...]:
    """Returns the action that asks councils about a case."""
    allowed = act.allows("consultation.register", case.body_id)
    return (AllowedAction("consultation.register", {"case_id": case.id}),) if allowed else ()


def coming_meetings(act: Act, body_id: int) -> Select[int]:
    """Returns the query for the body's meetings that a case can be put on the agenda of."""
    return select(Meeting.id).where(Meeting.body_id == body_id, *is_still_to_be_held(act.at, act.tz))


async def list_waiting(act: Act, *, body_id: BodyId) -> WaitingCasesView:
    """See the cases of a council that wait: to be put on an agenda, as they were put off without a date or were to be
    treated at a cancelled meeting; and for an answer of somebody they were sent on to.

    Returns WaitingCasesView.
    """
    body = await get_body_for(act, body_id)
    gate(act, body.id)
    may_put_on = await act.db.scalar(coming_meetings(act, body.id).limit(1)) is not None
    return WaitingCasesView(
        body=body_ref(act, body),
        cases=tuple(waiting_case(act, case, item, may_put_on) for case, item in await waiting_cases(act, body.id)),
        awaited=await read_sent(act, body.id),
    )


def waiting_case(act: Act, case: Case, item: AgendaItem, may_put_on: bool) -> WaitingCase:
    return WaitingCase(
        id=case.id,
        number=case.label,
        title=item.title,
        confidential=case.confidential or item.confidential,
        since=WaitsSince.PUT_OFF if item.meeting.cancelled_at is None else WaitsSince.CANCELLED,
        held_on=item.meeting.held_on,
        actions=add_case_action(act, case) if may_put_on else (),
    )


def told(item: AgendaItem, drafts: bool, approved: Mapping[int, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Returns an item's texts: as they stand to those who see drafts, and else as they were published, or where only
    the minutes that are being corrected have it as these were approved."""
    if drafts or item.id not in published_ids(item):
        texts = {name: getattr(item, name) for name in ("title", "background", "wording", "links")}
        return texts if drafts or item.id not in approved else texts | {"title": approved[item.id]["title"]}
    published: list[Mapping[str, Any]] = (item.meeting.published or {})["items"]
    return next(each for each in published if each["id"] == item.id)


def is_public(item: AgendaItem) -> bool:
    """Returns whether members know of an item: from the agenda they were sent, or else from the minutes."""
    return item.id in published_ids(item) or item.meeting.minutes_state in SENT_OUT


def published_ids(item: AgendaItem) -> set[int]:
    return {each["id"] for each in (item.meeting.published or {}).get("items", ())}


def treatment(act: Act, item: AgendaItem, approved: Mapping[str, Any] | None) -> CaseTreatment:
    """Returns what came of a case at one meeting; `approved` is what the minutes said before they were reopened, which
    holds until they are approved again."""
    meeting = item.meeting
    shown = meeting.has_minutes_out or may(act.by, P.RECORD, meeting.body_id)
    now = {row.id: row for row in item.followups}
    facts = approved or outcome_facts(item) if shown else {}
    return CaseTreatment(
        meeting_id=meeting.id,
        held_on=meeting.held_on,
        is_cancelled=meeting.cancelled_at is not None,
        has_minutes=meeting.has_minutes_out or (shown and meeting.minutes_state is not MinutesState.NONE),
        outcome=OutcomeKind(facts["outcome"]) if facts.get("outcome") else None,
        outcome_text=facts.get("outcome_text", ""),
        agreement=Agreement(facts["agreement"]) if facts.get("agreement") else None,
        sides=facts.get("sides", ""),
        follow_ups=tuple(follow_up(each, now.get(each["id"])) for each in facts.get("follow_ups", ())),
        is_corrected=is_corrected(meeting),
    )


def outcome_facts(item: AgendaItem) -> dict[str, Any]:
    """Returns what came of an item, in the shape of what is kept of approved minutes."""
    facts = {name: getattr(item, name) for name in ("outcome", "outcome_text", "agreement", "sides")}
    names = ("id", "what", "due_on")
    asked = [each for each in item.followups if not each.is_carry_through]
    lines = [{name: getattr(f, name) for name in names} | {"organisation": f.organisation_name} for f in asked]
    return facts | {"follow_ups": lines}


def follow_up(facts: Mapping[str, Any], now: FollowUp | None) -> FollowUpLine:
    due_on = facts["due_on"]
    due_on = date.fromisoformat(due_on) if isinstance(due_on, str) else due_on
    return with_answer(FollowUpLine(facts["organisation"], facts["what"], due_on, facts["id"]), now)
