"""Where a case waits now: worked out here and nowhere else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lisbot.council.enums import REFERRAL_WAITS, FollowUpState, MinutesState, OutcomeKind, ReferralState, WaitsFor
from lisbot.council.journeys.views import Wait
from lisbot.council.minutes.asking import ASKED_FOR
from lisbot.council.minutes.states import ASKED_AGAIN
from lisbot.council.minutes.views import PLANNED
from lisbot.council.models import AgendaItem, Case, FollowUp, Meeting, Referral
from lisbot.council.referrals.referrals import had_since
from lisbot.council.referrals.unreported_answers import find_unreported_answer


@dataclass(frozen=True)
class Facts:
    """What is known of one case: to a viewer, no more than they may see.

    items      oldest meeting first, with their meetings and follow-ups
    referrals  what it was sent on as, and what it came as, oldest first
    goes_on_as the case that it was merged into
    consulted  what it waits for where councils are asked about it
    """

    case: Case
    body_name: str
    items: Sequence[AgendaItem]
    referrals: Sequence[Referral]
    has_waiting_proposal: bool = False
    goes_on_as: str = ""
    consulted: Wait | None = None


def waits_for(facts: Facts, at: datetime, tz: ZoneInfo) -> Wait:
    """Returns what a case waits for now: the first of these that is so, and of all cases exactly one."""
    out = [each for each in facts.referrals if each.case_id == facts.case.id]
    return (
        of_proposal(facts)
        or of_answer(out, at, tz)
        or of_following(out, tz)
        or of_report_back(facts, out, tz)
        or of_meeting(facts, at)
        or of_minutes(facts, at)
        or of_other_case(facts)
        or facts.consulted
        or of_agenda(facts)
        or of_own_answer(facts, at, tz)
        or of_carry_through(facts, at.astimezone(tz).date(), tz)
        or Wait(WaitsFor.NOTHING)
    )


def of_proposal(facts: Facts) -> Wait | None:
    return Wait(WaitsFor.TRIAGE, (facts.body_name,)) if facts.has_waiting_proposal else None


def of_answer(out: Collection[Referral], at: datetime, tz: ZoneInfo) -> Wait | None:
    waiting = next((each for each in out if each.state in REFERRAL_WAITS), None)
    if waiting is None:
        return None
    state = WaitsFor.HAND_OVER if waiting.is_to_hand_over else WaitsFor.ANSWER
    return waits_for_answer(state, waiting, waiting.receiver_name, at, tz)


def waits_for_answer(state: WaitsFor, referral: Referral, whom: str, at: datetime, tz: ZoneInfo) -> Wait:
    until = referral.answer_by
    return Wait(
        state,
        (whom,),
        since=day_of(had_since(referral), tz),
        until=until,
        is_overdue=until is not None and until < at.astimezone(tz).date(),
        referral_id=referral.id,
    )


def of_following(out: Sequence[Referral], tz: ZoneInfo) -> Wait | None:
    """Returns that a receiver has sent a case on to somebody, which nobody has followed."""
    if not out or out[-1].state is not ReferralState.SENT_ON:
        return None
    last = out[-1]
    went_to = next((each.sent_on_to for each in reversed(last.answers) if each.sent_on_to), "")
    since = day_of(last.ended_at or last.sent_at, tz)
    return Wait(WaitsFor.FOLLOWING, (went_to or last.receiver_name,), since=since, referral_id=last.id)


def of_report_back(facts: Facts, out: Collection[Referral], tz: ZoneInfo) -> Wait | None:
    found = ((referral, find_unreported_answer(referral)) for referral in out)
    unreported = [(referral, answer) for referral, answer in found if answer is not None]
    if not unreported:
        return None
    referral, answer = unreported[0]
    whom = (facts.body_name,)
    return Wait(WaitsFor.REPORT_BACK, whom, since=day_of(answer.at, tz), referral_id=referral.id)


def of_meeting(facts: Facts, at: datetime) -> Wait | None:
    for item in facts.items:
        meeting = item.meeting
        if item.outcome is None and meeting.cancelled_at is None and meeting.ends_at > at:
            return Wait(WaitsFor.MEETING, (facts.body_name,), until=meeting.held_on, meeting_id=meeting.id)
    return None


def of_minutes(facts: Facts, at: datetime) -> Wait | None:
    held = [item for item in facts.items if item.meeting.cancelled_at is None and was_treated(item, at)]
    if not held or held[-1].meeting.minutes_state is MinutesState.APPROVED:
        return None
    meeting, whom = held[-1].meeting, (facts.body_name,)
    return Wait(WaitsFor.MINUTES, whom, since=meeting.ends_on, until=meeting.minutes_on, meeting_id=meeting.id)


def was_treated(item: AgendaItem, at: datetime) -> bool:
    return item.outcome is not None or item.meeting.ends_at <= at


def of_other_case(facts: Facts) -> Wait | None:
    return Wait(WaitsFor.OTHER_CASE, (facts.goes_on_as,)) if facts.goes_on_as else None


def of_agenda(facts: Facts) -> Wait | None:
    """Returns that a case was put off without a date, came off a cancelled meeting, or was taken in and is on no
    agenda."""
    whom = (facts.body_name,)
    if facts.items:
        last = facts.items[-1]
        is_put_off = last.outcome is OutcomeKind.POSTPONED
        was_cancelled = last.outcome is None and last.meeting.cancelled_at is not None
        return Wait(WaitsFor.AGENDA, whom, since=last.meeting.held_on) if is_put_off or was_cancelled else None
    is_taken_in = any(each.to_case_id == facts.case.id and each.state in REFERRAL_WAITS for each in facts.referrals)
    return Wait(WaitsFor.AGENDA, whom) if is_taken_in else None


def of_own_answer(facts: Facts, at: datetime, tz: ZoneInfo) -> Wait | None:
    came = [each for each in facts.referrals if each.to_case_id == facts.case.id and each.state in REFERRAL_WAITS]
    return waits_for_answer(WaitsFor.OWN_ANSWER, came[0], facts.body_name, at, tz) if came else None


def of_carry_through(facts: Facts, today: date, tz: ZoneInfo) -> Wait | None:
    """Returns the organisations that have not answered, or, once all have, those that have more to say."""
    waiting = [row for item in facts.items for row in item.followups if is_asked_still(row, item.meeting, today)]
    if not waiting:
        return None
    due = min((row.due_on for row in waiting if row.due_on), default=None)
    silent = [row for row in waiting if row.state is FollowUpState.OPEN]
    asked: dict[str, datetime | None] = {}
    for row in silent or waiting:
        if not row.is_unasked:
            asked.setdefault(row.organisation_name, row.asked_at)
    return Wait(
        WaitsFor.CARRY_THROUGH,
        tuple(asked),
        until=due,
        is_overdue=due is not None and due < today,
        asked_on=tuple(day_of(at, tz) if at else None for at in asked.values()) if silent else (),
        unasked=tuple(dict.fromkeys(row.organisation_name for row in silent if row.is_unasked)),
        is_again=not silent,
    )


def is_asked_still(row: FollowUp, meeting: Meeting, today: date) -> bool:
    """Returns whether an organisation is to say more of a case: of what has a deadline until it is done, of anything
    else for as long as it is asked."""
    if row.done_on is not None or meeting.minutes_version == 0 or meeting.cancelled_at is not None:
        return False
    planned_on = row.answer_on if row.state in PLANNED else None
    return row.due_on is not None or (
        row.state in ASKED_AGAIN and max(meeting.held_on, planned_on or meeting.held_on) > today - ASKED_FOR
    )


def day_of(moment: datetime, tz: ZoneInfo) -> date:
    return moment.astimezone(tz).date()
