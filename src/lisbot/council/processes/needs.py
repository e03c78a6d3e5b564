"""What must be there before a case moves on from a stage, and what of it is: read off minutes, cases sent on and what
was noted."""

from collections.abc import Collection, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from lisbot.council.core.context import Act
from lisbot.council.enums import OutcomeKind, ReferralState, StageNeed
from lisbot.council.models import AgendaItem, Case, CaseProcess, Meeting, Referral, StageStay

ANSWERED = (ReferralState.ANSWERED, ReferralState.REFUSED)
STORY = func.coalesce(Case.story_id, Case.id)


async def read_met(act: Act, cases: Collection[CaseProcess]) -> Mapping[int, set[StageNeed]]:
    """Returns of each case in a process what is there of what its stage needs. At most two statements, however many
    there are."""
    met = {each.id: {note.what for note in each.stays[-1].notes} for each in cases}
    waiting = [each for each in cases if each.ended_at is None]
    for need, read in ((StageNeed.OUTCOME, read_outcomes), (StageNeed.ANSWER, read_answers)):
        asking = [each for each in waiting if need in each.stays[-1].stage.needs and need not in met[each.id]]
        if not asking:
            continue
        found = await read(act, {each.case.story for each in asking})
        for each in asking:
            of_story = found.get(each.case.story, [])
            if any(is_for(act.tz, each.stays[-1], body_id, day) for body_id, day in of_story):
                met[each.id].add(need)
    return met


def is_for(tz: ZoneInfo, stay: StageStay, body_id: int | None, day: date) -> bool:
    """Returns whether what came on a day came of a stay: not before it, but for the stage where the case began, which
    may be why it was put into the process."""
    is_there = body_id is None or (stay.party_id is None and body_id == stay.body_id)
    return is_there and (stay.number == 1 or day >= stay.entered_at.astimezone(tz).date())


async def read_outcomes(act: Act, stories: Collection[int]) -> dict[int, list[tuple[int | None, date]]]:
    """Returns what came of a story's cases at meetings whose minutes were sent out: in which body, on which day."""
    query = (
        select(STORY, Meeting.body_id, Meeting.held_on)
        .join(AgendaItem, AgendaItem.case_id == Case.id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            STORY.in_(stories),
            AgendaItem.outcome.is_not(None),
            AgendaItem.outcome != OutcomeKind.POSTPONED,
            Meeting.cancelled_at.is_(None),
            Meeting.has_minutes_out,
        )
    )
    found: dict[int, list[tuple[int | None, date]]] = {}
    for story, body_id, held_on in await act.db.execute(query):
        found.setdefault(story, []).append((body_id, held_on))
    return found


async def read_answers(act: Act, stories: Collection[int]) -> dict[int, list[tuple[int | None, date]]]:
    """Returns when a story's cases that were sent on were answered, by whomever."""
    query = (
        select(STORY, Referral.ended_at)
        .join(Referral, Referral.case_id == Case.id)
        .where(STORY.in_(stories), Referral.state.in_(ANSWERED), Referral.ended_at.is_not(None))
    )
    found: dict[int, list[tuple[int | None, date]]] = {}
    for story, ended_at in await act.db.execute(query):
        assert ended_at is not None
        found.setdefault(story, []).append((None, ended_at.astimezone(act.tz).date()))
    return found


def missing(stay: StageStay, met: Collection[StageNeed]) -> tuple[StageNeed, ...]:
    """Returns what a stage needs that is not there."""
    return tuple(need for need in map(StageNeed, stay.stage.needs) if need not in met)
