"""Answers that are to come onto an agenda of the council that asked, and have not yet.

The newest is what holds. One that is corrected before anybody was told of it is reported back in its correction; a
correction of one that was reported is reported too, also where it says that the case was sent on.
"""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from lisbot.council.enums import ReferralAnswerKind
from lisbot.council.models import Referral, ReferralAnswer

TOLD_OF = (ReferralAnswerKind.ANSWER, ReferralAnswerKind.REFUSE)  # what was sent on waits for another's answer


def has_unreported_answer() -> ColumnElement[bool]:
    """Returns whether a referral's newest answer is to come onto an agenda and has not."""
    answer: Any = aliased(ReferralAnswer)
    newer: Any = aliased(ReferralAnswer)
    earlier: Any = aliased(ReferralAnswer)
    was_told = select(earlier.id).where(
        earlier.referral_id == answer.referral_id,
        earlier.number < answer.number,
        earlier.home_at.is_not(None),
    )
    return (
        select(answer.id)
        .where(
            answer.referral_id == Referral.id,
            answer.home_at.is_(None),
            ~select(newer.id).where(newer.referral_id == answer.referral_id, newer.number > answer.number).exists(),
            or_(answer.kind.in_(TOLD_OF), was_told.exists()),
        )
        .correlate(Referral)
        .exists()
    )


def find_unreported_answer(referral: Referral) -> ReferralAnswer | None:
    """Returns the answer of a referral that is to come onto an agenda and has not; the same as
    has_unreported_answer asks."""
    if not referral.answers or referral.answers[-1].home_at is not None:
        return None
    newest = referral.answers[-1]
    return newest if newest.kind in TOLD_OF or corrects_reported(referral) else None


def corrects_reported(referral: Referral) -> bool:
    """Returns whether a council was told on an agenda what the newest answer corrects."""
    return any(each.home_at is not None for each in referral.answers[:-1])
