"""The cases that wait to be put on an agenda: put off without a date, or of a cancelled meeting. One that was
taken off waits among the proposals."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, contains_eager

from lisbot.council.core.context import Act
from lisbot.council.enums import OutcomeKind, ProposalState
from lisbot.council.models import AgendaItem, Case, Meeting, Proposal

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


def was_put_off() -> ColumnElement[bool]:
    """Returns whether a case waits since its newest item: the meeting was cancelled, or the case put off."""
    return or_(Meeting.cancelled_at.is_not(None), AgendaItem.outcome == OutcomeKind.POSTPONED)


async def waiting_cases(act: Act, body_id: int) -> list[tuple[Case, AgendaItem]]:
    """Returns a body's waiting cases by their numbers, each with its newest item. One statement."""
    items = await act.db.scalars(newest_items(body_id).where(was_put_off()))
    found = [(item.case, item) for item in items if item.case is not None]
    return sorted(found, key=lambda each: (each[0].year, each[0].number))
