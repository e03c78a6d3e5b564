"""Whatever route cases take, each waits for exactly one thing, nothing that was sent is without an end or a reminder,
and each answer comes home exactly once."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from builders import ASTRID, BJORN, RAGNHILD
from lisbot import commands
from lisbot.council.enums import (
    CONSULTATION_OVER,
    REFERRAL_WAITS,
    CaseLinkKind,
    FollowUpState,
    MinutesState,
    OutcomeKind,
    ProposalState,
    ReferralAnswerKind,
    ReferralState,
    WaitsFor,
)
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    CaseLink,
    Consultation,
    Delivery,
    FollowUp,
    Meeting,
    OutsideParty,
    Proposal,
    Referral,
    ReferralAnswer,
)
from lisbot.scheduler import CLOCK
from lives.life import Life
from lives.steps import pick

W = WaitsFor
DIRECTORS, AUTHORITY = "direktorene@rhf.example", "post@dir.example"
OUTSIDE = {"Fagdirektørmøtet": DIRECTORS, "Direktoratet": AUTHORITY}
OUTCOMES = ("disagreement", "advice", "noted", "postponed")
COMES_HOME = (ReferralAnswerKind.ANSWER, ReferralAnswerKind.REFUSE)
REMINDS_COUNCILS = (
    *("consultation_reminder", "consultation_reminder_overdue", "consultation_silent"),
    *("consultation_draft_due", "consultation_due", "consultation_overdue"),
)
REMINDS = ("referral_reminder", "referral_reminder_by", "referral_reminder_overdue")
Step = Callable[[Life, int, int], Awaitable[None]]


async def begin(life: Life) -> None:
    """A second council of the same secretariat's, and two parties outside lisbot."""
    await life.do(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    for body in await life.all(Body):
        if body.name == "Rådet for hud":
            await life.do(RAGNHILD, "year_plan.set_dates", body_id=body.id, dates="2027-04-14, 2027-09-29")
    for name, email in OUTSIDE.items():
        await life.do(RAGNHILD, "outside_party.create", name=name, org_kind="rhf", email=email)


async def coming(life: Life) -> list[Meeting]:
    return [each for each in await life.meetings() if each.held_on > life.today and each.cancelled_at is None]


async def time_goes_by(life: Life, a: int, b: int) -> None:
    life.clock.at += timedelta(days=1 + a % 30)
    await life.settle()


async def a_case_is_raised(life: Life, a: int, b: int) -> None:
    meeting = pick([each for each in await coming(life) if each.body_id == life.body_id], a)
    if meeting is None:
        return
    given = {"title": f"Sak {len(life.told)}", "kind": "advice", "confidential": b % 7 == 0}
    await life.do(pick((ASTRID, BJORN), b), "proposal.submit", meeting_id=meeting.id, **given)
    for proposal in await life.all(Proposal, Proposal.state == ProposalState.SENT):
        if b % 4:
            await life.do(RAGNHILD, "proposal.accept", proposal_id=proposal.id)


async def a_meeting_is_held(life: Life, a: int, b: int) -> None:
    """The next meeting comes, and something comes of each of its cases."""
    meetings = sorted(await coming(life), key=lambda each: each.held_on)
    if not meetings:
        return
    meeting = meetings[0]
    if b % 3:
        await life.do(RAGNHILD, "notice.send", meeting_id=meeting.id)
    life.clock.at = meeting.ends_at + timedelta(hours=20)
    await life.settle()
    await life.do(RAGNHILD, "minutes.start", meeting_id=meeting.id)
    for item in await life.all(AgendaItem, AgendaItem.meeting_id == meeting.id, AgendaItem.case_id.is_not(None)):
        outcome = pick(OUTCOMES, a + item.id)
        sides = {"sides": "Fjord: nei. Ås: ja.", "agreement": "none"} if outcome == "disagreement" else {}
        await life.do(RAGNHILD, "outcome.record", item_id=item.id, outcome=outcome, words=f"Møtet: {a}.", **sides)
    if a % 4:
        await life.do(RAGNHILD, "minutes.approve", meeting_id=meeting.id)


async def minutes_are_approved(life: Life, a: int, b: int) -> None:
    open_ones = [m for m in await life.meetings() if m.minutes_state in (MinutesState.DRAFT, MinutesState.COMMENTS)]
    if meeting := pick(open_ones, a):
        await life.do(RAGNHILD, "minutes.approve", meeting_id=meeting.id)


async def a_meeting_is_planned(life: Life, a: int, b: int) -> None:
    day = life.today + timedelta(days=20 + a % 60)
    body = pick(await life.all(Body, Body.name.in_(["Samordningsrådet", "Rådet for hud"])), b)
    await life.do(RAGNHILD, "year_plan.set_dates", body_id=body.id, dates=day.isoformat())


async def a_meeting_is_cancelled(life: Life, a: int, b: int) -> None:
    if meeting := pick(await coming(life), a):
        await life.do(RAGNHILD, "meeting.cancel", meeting_id=meeting.id, reason="For få saker")


async def a_case_is_sent_on(life: Life, a: int, b: int) -> None:
    case = pick(await life.all(Case), a)
    if case is None:
        return
    receivers = [f"party-{each.id}" for each in await life.all(OutsideParty)]
    receivers += [f"body-{each.id}" for each in await life.all(Body) if each.name in ("Rådet for hud",)]
    day = (life.today + timedelta(days=10 + b)).isoformat() if b % 2 else None
    given = {"case_id": case.id, "cause": "bottleneck", "receiver": pick(receivers, b), "answer_by": day}
    await life.do(RAGNHILD, "referral.send", **given)


async def a_case_is_taken_in(life: Life, a: int, b: int) -> None:
    inside = [each for each in await life.all(Referral) if each.to_body_id is not None]
    if referral := pick(inside, a):
        meeting = pick([each for each in await coming(life) if each.body_id == referral.to_body_id], b)
        given = {"meeting_id": meeting.id} if meeting and b % 3 else {}
        await life.do(RAGNHILD, "referral.receive", referral_id=referral.id, **given)


async def somebody_answers(life: Life, a: int, b: int) -> None:
    referral = pick(await life.all(Referral), a)
    if referral is None:
        return
    parties = {each.id: each.email for each in await life.all(OutsideParty)}
    kind = pick(tuple(ReferralAnswerKind), b)
    given: dict[str, Any] = {"answer_kind": kind.value, "answer": f"Svar nummer {len(life.told)} her."}
    if kind is ReferralAnswerKind.SEND_ON:
        given["sent_on_to"] = "Styret"
    who = parties.get(referral.to_party_id, RAGNHILD)
    if b % 5 == 0 and who != RAGNHILD:
        await life.do(RAGNHILD, "referral.note_answer", referral_id=referral.id, on_behalf_of="Dagny", **given)
    else:
        await life.do(who, "referral.answer", referral_id=referral.id, **given)


async def it_is_sent_higher(life: Life, a: int, b: int) -> None:
    if referral := pick([each for each in await life.all(Referral) if each.to_body_id is not None], a):
        given = {"receiver": pick(tuple(OUTSIDE), b), "reason": "Hører hjemme der."}
        await life.do(RAGNHILD, "referral.send_on", referral_id=referral.id, **given)


async def it_is_withdrawn(life: Life, a: int, b: int) -> None:
    if referral := pick(await life.all(Referral), a):
        await life.do(RAGNHILD, "referral.withdraw", referral_id=referral.id, reason="Løst")


async def a_case_is_put_on(life: Life, a: int, b: int) -> None:
    if case := pick(await life.all(Case), a):
        meeting = pick([each for each in await coming(life) if each.body_id == case.body_id], b)
        if meeting:
            await life.do(RAGNHILD, "agenda_item.add_case", meeting_id=meeting.id, case_id=case.id)


async def an_item_is_taken_off(life: Life, a: int, b: int) -> None:
    if item := pick(await life.all(AgendaItem, AgendaItem.case_id.is_not(None)), a):
        await life.do(RAGNHILD, "agenda_item.remove", item_id=item.id)


async def cases_are_linked(life: Life, a: int, b: int) -> None:
    cases = await life.all(Case)
    if len(cases) > 1:
        kind = "merged_into" if b % 2 else "related"
        given = {"case_id": pick(cases, a).id, "other_case_id": pick(cases, b).id, "link_kind": kind}
        await life.do(RAGNHILD, "case_link.add", **given)


async def a_link_is_taken_back(life: Life, a: int, b: int) -> None:
    if link := pick(await life.all(CaseLink), a):
        await life.do(RAGNHILD, "case_link.remove", case_link_id=link.id)


async def a_case_is_split_or_shared(life: Life, a: int, b: int) -> None:
    case, meeting = pick(await life.all(Case), a), pick(await coming(life), b)
    if case and meeting:
        name = "case.split" if meeting.body_id == case.body_id else "case.share"
        await life.do(RAGNHILD, name, case_id=case.id, meeting_id=meeting.id, title=f"Del {len(life.told)}")


async def an_organisation_says_what_it_did(life: Life, a: int, b: int) -> None:
    if row := pick(await life.all(FollowUp), a):
        answer = pick(("introduced", "raised", "will_be", "waits", "not_relevant"), b)
        day = {"day": (life.today + timedelta(days=30)).isoformat()} if answer == "will_be" else {}
        await life.do(RAGNHILD, "follow_up.answer", follow_up_id=row.id, answer=answer, **day)


async def councils_are_asked_about_it(life: Life, a: int, b: int) -> None:
    if case := pick(await life.all(Case), a):
        bodies = [str(each.id) for each in await life.all(Body, Body.name.in_(["Samordningsrådet", "Rådet for hud"]))]
        day = (life.today + timedelta(days=40 + b)).isoformat()
        given = {"title": f"Høring {len(life.told)}", "answer_by": day, "case_id": case.id}
        await life.do(RAGNHILD, "consultation.register", **given, body_ids=",".join(bodies[: 1 + b % 2]))
        for each in await life.all(Consultation, Consultation.asked_at.is_(None)):
            await life.do(RAGNHILD, "consultation.ask", consultation_id=each.id)


async def a_consultation_ends(life: Life, a: int, b: int) -> None:
    if consultation := pick(await life.all(Consultation), a):
        about = {"consultation_id": consultation.id}
        if b % 2:
            await life.do(RAGNHILD, "consultation.withdraw", **about, reason="Løst")
            return
        await life.do(RAGNHILD, "consultation.draft", **about, draft="Rådene er enige.")
        await life.do(RAGNHILD, "consultation.send", **about, reply="Rådene er enige.")


STEPS: tuple[Step, ...] = (
    *(time_goes_by, a_case_is_raised, a_meeting_is_held, minutes_are_approved, a_meeting_is_planned),
    *(a_meeting_is_cancelled, a_case_is_sent_on, a_case_is_sent_on, a_case_is_taken_in, somebody_answers),
    *(somebody_answers, it_is_sent_higher, it_is_withdrawn, a_case_is_put_on, an_item_is_taken_off),
    *(cases_are_linked, a_link_is_taken_back, a_case_is_split_or_shared, an_organisation_says_what_it_did),
    *(councils_are_asked_about_it, a_consultation_ends),
)


# What must be true


async def pending(life: Life, case: Case) -> set[WaitsFor]:
    """All that is not over about a case, read straight off the tables."""
    found: set[WaitsFor] = set()
    meetings = {each.id: each for each in await life.meetings()}
    items = await life.all(AgendaItem, AgendaItem.case_id == case.id)
    items.sort(key=lambda each: (meetings[each.meeting_id].held_on, each.id))
    referrals = await life.all(Referral, (Referral.case_id == case.id) | (Referral.to_case_id == case.id))
    answers = await life.all(ReferralAnswer)
    out = [each for each in referrals if each.case_id == case.id]
    if await life.all(Proposal, Proposal.case_id == case.id, Proposal.state.in_(["sent", "postponed"])):
        found.add(W.TRIAGE)
    if any(each.state in REFERRAL_WAITS for each in out):
        found.add(W.ANSWER)
    if out and out[-1].state is ReferralState.SENT_ON:
        found.add(W.FOLLOWING)
    own = {each.id for each in out}
    if any(each.referral_id in own and each.kind in COMES_HOME and each.home_at is None for each in answers):
        found.add(W.REPORT_BACK)
    for item in items:
        meeting = meetings[item.meeting_id]
        if meeting.cancelled_at is None and item.outcome is None and meeting.ends_at > life.clock.at:
            found.add(W.MEETING)
    held = [i for i in items if meetings[i.meeting_id].cancelled_at is None]
    held = [i for i in held if i.outcome is not None or meetings[i.meeting_id].ends_at <= life.clock.at]
    if held and meetings[held[-1].meeting_id].minutes_state is not MinutesState.APPROVED:
        found.add(W.MINUTES)
    if await life.all(CaseLink, CaseLink.case_id == case.id, CaseLink.kind == CaseLinkKind.MERGED_INTO):
        found.add(W.OTHER_CASE)
    running = Consultation.asked_at.is_not(None), Consultation.state.not_in(CONSULTATION_OVER)
    if await life.all(Consultation, Consultation.case_id == case.id, *running):
        found.add(W.CONSULTATION)
    came = [each for each in referrals if each.to_case_id == case.id and each.state in REFERRAL_WAITS]
    if items:
        last, of = items[-1], meetings[items[-1].meeting_id]
        if last.outcome is OutcomeKind.POSTPONED or (last.outcome is None and of.cancelled_at is not None):
            found.add(W.AGENDA)
    elif came:
        found.add(W.AGENDA)
    if came:
        found.add(W.OWN_ANSWER)
    rows = await life.all(FollowUp, FollowUp.item_id.in_([each.id for each in items]), FollowUp.done_on.is_(None))
    by_item = {each.id: meetings[each.meeting_id] for each in items}
    for row in rows:
        of = by_item[row.item_id]
        is_asked = of.minutes_version > 0 and of.cancelled_at is None
        if is_asked and of.held_on > life.today - timedelta(days=400) and row.answer is not FollowUpState.RAISED:
            found.add(W.CARRY_THROUGH)
    return found


async def each_case_is_in_one_place(life: Life) -> None:
    """On one coming agenda, with one who is to answer, or among the proposals; not on an agenda and among these."""
    meetings = {each.id: each for each in await coming(life)}
    for case in await life.all(Case):
        items = await life.all(AgendaItem, AgendaItem.case_id == case.id, AgendaItem.outcome.is_(None))
        agendas = [each for each in items if each.meeting_id in meetings]
        away = await life.all(Referral, Referral.case_id == case.id, Referral.state.in_(REFERRAL_WAITS))
        proposed = await life.all(Proposal, Proposal.case_id == case.id, Proposal.state.in_(["sent", "postponed"]))
        assert len(agendas) <= 1, f"{case.label} is on {len(agendas)} coming agendas"
        assert len(away) <= 1, f"{case.label} waits for {len(away)} answers"
        assert not (agendas and proposed), f"{case.label} is on an agenda and among the proposals"


async def each_case_waits_for_exactly_one_thing(life: Life) -> None:
    for case in await life.all(Case):
        reply = await life.do(RAGNHILD, "journey.show", case_id=case.id)
        assert reply.status == 200, (case.label, reply.words)
        state, reasons = reply.view.waits.state, await pending(life, case)
        assert state in (reasons or {W.NOTHING}), f"{case.label} waits for {state}, and there is {reasons}"
        stations = reply.view.stations
        assert list(stations) == sorted(stations, key=lambda each: each.from_on)
        if state is W.ANSWER:
            waiting = [each for each in stations if each.state in REFERRAL_WAITS and each.to_on is None]
            assert reply.view.waits.whom[0] in {each.name for each in waiting}


async def nothing_sent_is_without_an_end_or_a_reminder(life: Life) -> None:
    life.clock.at += timedelta(days=120)
    await life.settle()
    told = [each.args.get("referral_id") for each in await life.all(Delivery) if each.kind in REMINDS]
    for referral in await life.all(Referral):
        if referral.state in REFERRAL_WAITS:
            assert referral.ended_at is None
            assert referral.reminded_at is not None, f"nobody was reminded of {referral.id}"
            assert referral.id in told, f"nobody was sent a reminder of {referral.id}"
        else:
            assert referral.ended_at is not None, f"{referral.id} is {referral.state} without an end"
    told = [each.args.get("consultation_id") for each in await life.all(Delivery) if each.kind in REMINDS_COUNCILS]
    for each in await life.all(Consultation):
        if each.state in CONSULTATION_OVER:
            assert each.replied_at or each.ended_at, f"consultation {each.id} is {each.state} without an end"
        else:
            assert each.id in told, f"nobody was sent a reminder of consultation {each.id}"


async def each_answer_is_home_exactly_once(life: Life) -> None:
    """Once there is an agenda for it to come onto."""
    for body in await life.all(Body, Body.name.in_(["Samordningsrådet", "Rådet for hud"])):
        day = life.today + timedelta(days=90)
        await life.do(RAGNHILD, "year_plan.set_dates", body_id=body.id, dates=day.isoformat())
    life.clock.at += timedelta(days=1)
    await life.settle()
    for referral in await life.all(Referral):
        answers = await life.all(ReferralAnswer, ReferralAnswer.referral_id == referral.id)
        answers.sort(key=lambda each: each.number)
        if not answers or not (answers[-1].kind in COMES_HOME or any(each.home_at for each in answers)):
            assert all(each.home_at is None for each in answers), "what was sent on waits for another's answer"
            continue
        assert all(each.home_at is not None for each in answers), f"an answer to {referral.id} is away"
        again = await commands.run(life.runtime, "referral.bring_home", {"referral_id": referral.id}, CLOCK)
        assert (again.status, again.key) == (409, "answer_is_home")
        for answer in answers:
            # One that was corrected before anybody was told of it is told in its correction.
            is_corrected = any(each.number > answer.number and each.home_at == answer.home_at for each in answers)
            told = await told_times(life, answer)
            assert told == (not is_corrected), f"answer {answer.id} is told {told} times"


async def told_times(life: Life, answer: ReferralAnswer) -> int:
    """How often an answer stands in what tells of it. What was taken off its agenda waits among the proposals as it
    stood there."""
    found = [each.background for each in await life.all(AgendaItem, AgendaItem.id == answer.home_item_id)]
    found = found or [each.background for each in await life.all(Proposal) if answer.text in each.background]
    found = found or [str((each.as_item or {}).get("background")) for each in await life.all(Proposal)]
    return max((each.count(answer.text) for each in found), default=0)


CHECKS = (
    each_case_is_in_one_place,
    each_case_waits_for_exactly_one_thing,
    nothing_sent_is_without_an_end_or_a_reminder,
    each_answer_is_home_exactly_once,
    each_case_waits_for_exactly_one_thing,
)
USUAL: tuple[tuple[Step, int, int], ...] = (
    (a_case_is_raised, 0, 1),
    (a_case_is_raised, 0, 2),
    (a_meeting_is_held, 1, 1),
    (a_case_is_sent_on, 0, 1),
    (a_case_is_sent_on, 1, 2),
    (a_case_is_taken_in, 0, 1),
)
# Routes that each fault in what is checked would show in: both are answered, or neither is and they are sent again.
ANSWERED = [(somebody_answers, 0, 0), (somebody_answers, 1, 1), (time_goes_by, 3, 0), (time_goes_by, 3, 0)]
UNANSWERED = [
    (a_case_is_sent_on, 0, 2),
    (a_case_is_put_on, 0, 0),
    (a_meeting_is_planned, 9, 0),
    (a_case_is_put_on, 0, 1),
]
CONSULTED = [(councils_are_asked_about_it, 0, 1), (councils_are_asked_about_it, 1, 0), (a_consultation_ends, 1, 0)]
ROUTES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99), st.integers(0, 99)), min_size=5, max_size=20)


# The same routes each time, so that a red run is red for a reason; `make lives` plays many others.
@settings(
    max_examples=int(os.environ.get("LIVES", "6")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="LIVES" not in os.environ,
    phases=(Phase.explicit, Phase.generate),
    database=None,
)
@example(stage=len(USUAL), steps=ANSWERED)
@example(stage=len(USUAL), steps=UNANSWERED)
@example(stage=USUAL.index((a_case_is_sent_on, 0, 1)), steps=CONSULTED)
@given(stage=st.integers(0, len(USUAL)), steps=ROUTES)
def test_whatever_route_a_case_takes_it_waits_for_one_thing_and_its_answer_comes_home_once(
    sqlite_template: Path, stage: int, steps: list[tuple[Step, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sqlite_template, Path(folder), [*USUAL[:stage], *steps]))


async def play(template: Path, folder: Path, steps: Sequence[tuple[Step, int, int]]) -> None:
    life = await Life.begin(template, folder)
    try:
        await begin(life)
        for step, a, b in steps:
            await step(life, a, b)
        for check in CHECKS:
            try:
                await check(life)
            except AssertionError as error:
                error.add_note("\n".join(life.told))
                raise
    finally:
        await life.end()


# Each step has done what it is for at least once in some route.
def test_a_usual_route_raises_sends_takes_in_answers_and_brings_home(sqlite_template: Path) -> None:
    steps = [*USUAL, (somebody_answers, 0, 0), (somebody_answers, 1, 1), (time_goes_by, 3, 0)]

    async def check(folder: Path) -> None:
        life = await Life.begin(sqlite_template, folder)
        try:
            await begin(life)
            for step, a, b in steps:
                await step(life, a, b)
            assert len(await life.all(Referral)) == 2, life.told
            assert {each.kind for each in await life.all(ReferralAnswer)} <= set(COMES_HOME)
            assert len(await life.all(ReferralAnswer)) == 2, life.told
        finally:
            await life.end()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(Path(folder)))
