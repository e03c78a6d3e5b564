"""The cases that wait to be put on an agenda: put off without a date, or of a cancelled meeting. One that was
taken off waits among the proposals."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.enums import CaseLinkKind, OutcomeKind, ProposalState
from lisbot.council.models import AgendaItem, Case, CaseLink, Meeting, Proposal

WAITS_FOR_ANSWER = (ProposalState.SENT, ProposalState.POSTPONED)


def newest_items(body_id: int) -> Select[Any]:
    """Returns the query for the newest item of each of a body's cases, with its meeting and case."""
    newer = aliased(AgendaItem)
    return (
        select(AgendaItem)
        .join(AgendaItem.case)
        .join(AgendaItem.meeting)
        .where(
            Case.body_id == body_id,
            ~select(newer.id).where(newer.case_id == AgendaItem.case_id, newer.id > AgendaItem.id).exists(),
            ~has_waiting_proposal(),
        )
        .options(contains_eager(AgendaItem.case), contains_eager(AgendaItem.meeting))
    )


def has_waiting_proposal() -> ColumnElement[bool]:
    """Returns whether what was proposed about a case waits for the secretariat's answer."""
    return select(Proposal.id).where(Proposal.case_id == Case.id, Proposal.state.in_(WAITS_FOR_ANSWER)).exists()


def is_merged_away() -> ColumnElement[bool]:
    """Returns whether a case goes on as a part of another one."""
    is_merged = CaseLink.kind == CaseLinkKind.MERGED_INTO
    return select(CaseLink.id).where(CaseLink.case_id == Case.id, is_merged).exists()


async def require_not_merged(act: Act, case: Case) -> None:
    """Raises Conflict for a case that goes on as a part of another one."""
    if await act.db.scalar(select(Case.id).where(Case.id == case.id, is_merged_away())) is not None:
        raise Conflict("case_is_merged", number=case.label)


def was_put_off() -> ColumnElement[bool]:
    """Returns whether a case waits since its newest item: it was put off, or the meeting cancelled before it was
    treated."""
    is_put_off = AgendaItem.outcome == OutcomeKind.POSTPONED
    return or_(is_put_off, and_(Meeting.cancelled_at.is_not(None), AgendaItem.outcome.is_(None)))


def is_to_be_treated() -> ColumnElement[bool]:
    """Returns whether an item of a cancelled meeting is still to be treated: nothing came of it, or it was put off."""
    return or_(AgendaItem.outcome.is_(None), AgendaItem.outcome == OutcomeKind.POSTPONED)


def is_still_to_be_held(at: datetime, tz: ZoneInfo) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions of a meeting that has not ended."""
    now = at.astimezone(tz)
    ends_later = or_(Meeting.ends_on > now.date(), and_(Meeting.ends_on == now.date(), Meeting.ends > now.time()))
    return ends_later, Meeting.cancelled_at.is_(None)


def is_on_coming_agenda(act: Act) -> ColumnElement[bool]:
    """Returns whether an item, joined with its meeting, is to be treated at one that is still to be held."""
    return and_(AgendaItem.outcome.is_(None), *is_still_to_be_held(act.at, act.tz))


async def waiting_cases(act: Act, body_id: int) -> list[tuple[Case, AgendaItem]]:
    """Returns a body's waiting cases by their numbers, each with its newest item. One statement."""
    items = await act.db.scalars(newest_items(body_id).where(was_put_off(), ~is_merged_away()))
    found = [(item.case, item) for item in items if item.case is not None]
    return sorted(found, key=lambda each: (each[0].year, each[0].number))
