"""Whatever a council goes through, at the end everybody concerned was told once of what holds, nobody else was, every
case is in one place, counts are what their lists hold, and every task can be done."""

import asyncio
import os
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lisbot import commands
from lisbot.council.core.periods import holds_on
from lisbot.council.enums import ProposalState, SeatChangeState, Standing
from lisbot.council.models import AgendaItem, Case, Meeting, Person, Proposal, Seat, SeatChange, Term, Vote
from lisbot.council.register.identity import Caller
from lisbot.texts import format_date
from lives.life import EVERYBODY, STEPS, USUAL, Life, card_of
from test_buttons import buttons

LIVES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99), st.integers(0, 99)), min_size=5, max_size=25)
OF_A_MEETING = ("meeting.show", "agenda.show")
Step = Callable[[Life, int, int], Awaitable[None]]


EXAMPLES = int(os.environ.get("LIVES", "12"))


# The same lives each time, so that a red run is red for a reason; `make lives` plays many others.
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="LIVES" not in os.environ,
    phases=(Phase.generate,),
    database=None,
)
@given(stage=st.integers(0, len(USUAL)), steps=LIVES)
def test_a_life_ends_with_everything_in_its_place(
    sqlite_template: Path, stage: int, steps: list[tuple[Step, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sqlite_template, Path(folder), [*USUAL[:stage], *steps]))


async def play(template: Path, folder: Path, steps: Sequence[tuple[Step, int, int]]) -> None:
    life = await Life.begin(template, folder)
    try:
        for step, a, b in steps:
            await step(life, a, b)
        await life.settle()
        for check in CHECKS:
            try:
                await check(life)
            except AssertionError as error:
                error.add_note("\n".join(life.told))
                raise
    finally:
        await life.end()


async def seated(life: Life) -> dict[int, list[Term]]:
    """Returns the terms of those who take part, by person: representatives of seats that are more than sent copies."""
    seats = {s.id for s in await life.all(Seat, Seat.body_id == life.body_id) if s.standing is not Standing.COPY}
    found: dict[int, list[Term]] = defaultdict(list)
    for term in await life.all(Term):
        if term.seat_id in seats:
            found[term.person_id].append(term)
    return found


async def whoever_takes_part_knows_what_holds(life: Life) -> None:
    """The last that a representative heard of a coming meeting is when and where it is."""
    terms = await seated(life)
    names = {person.id: person for person in await life.all(Person)}
    for meeting in await life.meetings():
        if meeting.cancelled_at or meeting.published_at is None or meeting.ends_at <= life.clock.at:
            continue
        for person_id, held in terms.items():
            if not any(t.rank == 0 and holds_on(t, life.today) and holds_on(t, meeting.held_on) for t in held):
                continue
            heard = [
                sent
                for sent in life.chat.sent
                if sent.to == person_id and sent.command in OF_A_MEETING and sent.args.get("meeting_id") == meeting.id
            ]
            who = names[person_id]
            if heard or not is_sender(life, who, meeting):
                assert heard, f"{who.name} was told nothing of {meeting.held_on}"
                day = format_date(who.lang or "nb", meeting.held_on)
                said = (heard[-1].said + heard[-1].why).lower()
                assert day.lower() in said, f"{who.name} thinks {meeting.id} is not on {day}: {heard[-1]}"
                assert not meeting.place or meeting.place in heard[-1].said, f"{who.name}: {heard[-1]}"


def is_sender(_life: Life, _who: Person, _meeting: Meeting) -> bool:
    return False  # nobody who takes part sends notices here


async def whoever_was_told_of_a_cancelled_meeting_knows_it(life: Life) -> None:
    terms = await seated(life)
    for meeting in await life.meetings():
        if meeting.cancelled_at is None or meeting.published_at is None:
            continue
        for person_id, held in terms.items():
            if not any(t.rank == 0 and holds_on(t, life.today) for t in held):
                continue
            heard = [s for s in life.chat.sent if s.to == person_id and s.args.get("meeting_id") == meeting.id]
            of_it = [s for s in heard if s.command == "meeting.show"]
            if of_it:
                assert "avlyst" in (of_it[-1].said + of_it[-1].why).lower() or any(
                    word in (of_it[-1].said + of_it[-1].why).lower() for word in ("avlyst", "cancelled")
                ), f"{person_id} does not know that {meeting.held_on} is cancelled: {of_it[-1]}"


async def nobody_is_told_the_same_twice(life: Life) -> None:
    before: dict[Any, Any] = {}
    for sent in life.chat.sent:
        key = (sent.to, sent.command, tuple(sorted(sent.args.items())))
        assert before.get(key) != (sent.why, sent.said), f"told twice: {sent}"
        before[key] = (sent.why, sent.said)


async def nobody_else_is_told(life: Life) -> None:
    """Whoever got a card had a part in the council that day."""
    terms: dict[int, list[Term]] = defaultdict(list)
    for term in await life.all(Term):
        terms[term.person_id].append(term)
    staff = {p.id for p in await life.all(Person) if p.email in EVERYBODY[:2]}
    for sent in life.chat.sent:
        if sent.to is None or sent.to in staff or not sent.command:
            continue
        day = sent.at.date()
        assert any(holds_on(term, day) for term in terms[sent.to]), f"has no part in it: {sent}"


async def every_case_is_in_exactly_one_state(life: Life) -> None:
    """It is on one coming agenda, or waits in the council's list, or its proposal waits for an answer; else it was
    treated at a meeting that was held."""
    meetings = {meeting.id: meeting for meeting in await life.meetings()}
    secretary = Caller("cli", EVERYBODY[0])
    listed = await commands.run(life.runtime, "case.list_waiting", {"body_id": life.body_id}, secretary)
    assert listed.is_done, listed.words
    waiting = [line.id for line in listed.view.cases]
    assert len(waiting) == len(set(waiting))
    proposed = {p.case_id for p in await life.all(Proposal) if p.state in (ProposalState.SENT, ProposalState.POSTPONED)}
    for case in await life.all(Case):
        items = await life.all(AgendaItem, AgendaItem.case_id == case.id)
        of_meetings = [meetings[item.meeting_id] for item in items]
        still_to_treat = [meetings[item.meeting_id] for item in items if item.outcome is None]
        coming = [m for m in still_to_treat if m.cancelled_at is None and m.ends_at > life.clock.at]
        held = [m for m in of_meetings if m.cancelled_at is None and m not in coming]
        places = len(coming) + (case.id in waiting) + (case.id in proposed)
        where = f"{case.label}: {len(coming)} coming agendas, waits: {case.id in waiting}, {case.id in proposed}"
        assert places <= 1, where
        assert places == 1 or held or was_taken_off(case, items), where


def was_taken_off(_case: Case, items: Sequence[AgendaItem]) -> bool:
    """Whether the secretariat took a case of its own off the agenda: it can be put back, and stands on none."""
    return not items


async def counts_are_what_their_lists_hold(life: Life) -> None:
    """Each number a secretary sees of a council is the length of the list it leads to."""
    secretary = Caller("cli", EVERYBODY[0])
    overview = await commands.run(life.runtime, "dashboard.show", {}, secretary)
    status = next(each for each in overview.view.bodies if each.body.id == life.body_id)
    triage = await commands.run(life.runtime, "proposal.triage", {"body_id": life.body_id}, secretary)
    assert triage.is_done, triage.words
    waiting = sum(1 for p in await life.all(Proposal) if p.state in (ProposalState.SENT, ProposalState.POSTPONED))
    assert status.waiting == waiting, f"{status.waiting} are said to wait, and {waiting} do"
    votes = [vote for vote in await life.all(Vote) if vote.closed_at is None]
    assert status.open_votes == len(votes)
    changes = await life.all(SeatChange, SeatChange.state == SeatChangeState.REPORTED)
    assert status.changes == len(changes)


async def every_task_can_be_done(life: Life) -> None:
    """Whatever stands on somebody's own page can be pressed, and leads to its own thing."""
    for who in EVERYBODY:
        caller = Caller("cli", who)
        for page in ("worklist.show", "dashboard.show"):
            reply = await commands.run(life.runtime, page, {}, caller)
            if not reply.is_done:
                assert reply.status == 403, reply.words
                continue
            for verb, data, asks in buttons(card_of(reply)):
                command = commands.COMMANDS[verb]
                if asks or command.changes:
                    answer = await commands.ask(life.runtime, verb, data, caller)
                else:
                    answer = await commands.run(life.runtime, verb, data, caller)
                assert answer.is_done, f"{who}, {page}: {verb} {data}: {answer.status} {answer.words}"


CHECKS = (
    whoever_takes_part_knows_what_holds,
    whoever_was_told_of_a_cancelled_meeting_knows_it,
    nobody_is_told_the_same_twice,
    nobody_else_is_told,
    every_case_is_in_exactly_one_state,
    counts_are_what_their_lists_hold,
    every_task_can_be_done,
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_each_step_can_be_taken(sqlite_template: Path, step: Step) -> None:
    """The steps are commands as they are given: none is a bug on a council that has only its dates."""
    with tempfile.TemporaryDirectory() as folder:

        async def once() -> None:
            life = await Life.begin(sqlite_template, Path(folder))
            await step(life, 0, 0)
            await life.end()

        asyncio.run(once())
