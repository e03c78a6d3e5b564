"""The steps of a life: each is a command that somebody gives. They choose among what there is by two numbers."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from builders import ASTRID, BJORN, FRODE, RAGNHILD
from lisbot import commands
from lisbot.council.enums import MinutesState, ProposalState, SeatChangeState
from lisbot.council.models import AgendaItem, Case, Person, Proposal, Seat, SeatChange, Vote
from lives.life import MEMBERS, NINA, OLE, SECRETARIES, VOTERS, Life, person_id


def pick(found: Sequence[Any], number: int) -> Any:
    return found[number % len(found)] if found else None


async def days_go_by(life: Life, a: int, b: int) -> None:
    await life.pass_time(1 + a % 20)


async def a_meeting_day_comes(life: Life, a: int, b: int) -> None:
    coming = [m for m in await life.meetings() if m.held_on > life.today and m.cancelled_at is None]
    if coming:
        days = (min(m.held_on for m in coming) - life.today).days
        await life.pass_time(days + a % 2, hour=(8, 16)[b % 2])


async def a_date_is_set(life: Life, a: int, b: int) -> None:
    day = life.today + timedelta(days=a % 60)
    await life.do(
        pick(SECRETARIES, b), "year_plan.set_dates", body_id=life.body_id, dates=day.isoformat(), starts="13:00"
    )


async def the_call_opens(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        await life.do(pick(SECRETARIES, b), "call.open", meeting_id=meeting.id, closes_on=meeting.held_on.isoformat())


async def somebody_proposes(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        given = {"title": f"Sak {len(life.told)}", "kind": "advice", "confidential": bool(b % 5 == 0)}
        await life.do(pick(MEMBERS, b), "proposal.submit", meeting_id=meeting.id, **given)


async def somebody_has_no_items(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        await life.do(pick(MEMBERS, b), "call.decline", meeting_id=meeting.id)


async def a_proposal_is_accepted(life: Life, a: int, b: int) -> None:
    waiting = await life.all(Proposal, Proposal.state.in_([ProposalState.SENT, ProposalState.POSTPONED]))
    if proposal := pick(waiting, a):
        await life.do(pick(SECRETARIES, b), "proposal.accept", proposal_id=proposal.id)


async def a_proposal_is_put_off(life: Life, a: int, b: int) -> None:
    proposal, meeting = pick(await life.all(Proposal), a), pick(await life.meetings(), b)
    if proposal and meeting:
        await life.do(RAGNHILD, "proposal.postpone", proposal_id=proposal.id, meeting_id=meeting.id)


async def the_notice_is_sent(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        await life.do(pick(SECRETARIES, b), "notice.send", meeting_id=meeting.id)


async def somebody_answers(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        who = pick((*MEMBERS, NINA, OLE), b)
        given: dict[str, Any] = {"response": ("comes", "digital", "absent")[b // 6 % 3]}
        if given["response"] == "absent":
            given |= {"reason": "Kurs", "deputy_id": await person_id(life, FRODE) if who in (ASTRID, NINA) else None}
        await life.do(who, "attendance.respond", meeting_id=meeting.id, **given)


async def the_deputy_answers(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        response = ("comes", "declined")[b % 2]
        await life.do(FRODE, "attendance.respond_as_deputy", meeting_id=meeting.id, response=response)


async def a_meeting_is_moved(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        day = meeting.held_on + timedelta(days=b % 15)
        place = ("Rom A", "Rom B")[b % 2]
        await life.do(pick(SECRETARIES, b), "meeting.move", meeting_id=meeting.id, day=day.isoformat(), place=place)


async def a_meeting_is_cancelled(life: Life, a: int, b: int) -> None:
    meeting, to = pick(await life.meetings(), a), pick(await life.meetings(), b)
    if meeting and to:
        given = {"to_meeting_id": to.id} if to.id != meeting.id and "to_meeting_id" in CANCELS_WITH else {}
        await life.do(RAGNHILD, "meeting.cancel", meeting_id=meeting.id, reason="For få saker", **given)


CANCELS_WITH = commands.COMMANDS["meeting.cancel"].parameters


async def an_item_is_changed(life: Life, a: int, b: int) -> None:
    if item := pick(await life.all(AgendaItem), a):
        title = f"{item.title[:60]} {b}"
        await life.do(pick(SECRETARIES, b), "agenda_item.edit", item_id=item.id, title=title, kind="discussion")


async def an_item_is_taken_off(life: Life, a: int, b: int) -> None:
    if item := pick(await life.all(AgendaItem), a):
        await life.do(pick(SECRETARIES, b), "agenda_item.remove", item_id=item.id)


async def a_case_is_put_on(life: Life, a: int, b: int) -> None:
    case, meeting = pick(await life.all(Case), a), pick(await life.meetings(), b)
    if case and meeting:
        await life.do(RAGNHILD, "agenda_item.add_case", meeting_id=meeting.id, case_id=case.id)


async def a_question_is_put(life: Life, a: int, b: int) -> None:
    if item := pick(await life.all(AgendaItem, AgendaItem.case_id.is_not(None)), a):
        question = f"Spørsmål {len(life.told)}?"
        await life.do(RAGNHILD, "vote.open", item_id=item.id, question=question, secret=bool(b % 2))


async def somebody_votes(life: Life, a: int, b: int) -> None:
    if vote := pick(await life.all(Vote), a):
        choice = ("for", "against", "abstain")[b % 3]
        await life.do(pick((*VOTERS, FRODE, NINA, OLE), b), "vote.cast", vote_id=vote.id, choice=choice)


async def a_question_is_closed(life: Life, a: int, b: int) -> None:
    if vote := pick(await life.all(Vote), a):
        await life.do(pick((RAGNHILD, BJORN), b), "vote.close", vote_id=vote.id)


async def minutes_are_written(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        await life.do(pick(SECRETARIES, b), "minutes.start", meeting_id=meeting.id)
        others = [m for m in await life.meetings() if m.id != meeting.id]
        for item in await life.all(AgendaItem, AgendaItem.meeting_id == meeting.id, AgendaItem.case_id.is_not(None)):
            to = pick(others, a + item.id)
            if (item.id + b) % 3 == 0 and to:
                given: dict[str, Any] = {"outcome": "postponed", "to_meeting_id": to.id if b % 2 else None}
            else:
                given = {"outcome": "noted"}
            await life.do(RAGNHILD, "outcome.record", item_id=item.id, **given)


async def minutes_are_sent(life: Life, a: int, b: int) -> None:
    if meeting := pick(await life.meetings(), a):
        until = life.today + timedelta(days=b % 10)
        await life.do(pick(SECRETARIES, b), "minutes.send", meeting_id=meeting.id, until=until.isoformat())


async def minutes_are_approved(life: Life, a: int, b: int) -> None:
    written = [m for m in await life.meetings() if m.minutes_state in (MinutesState.DRAFT, MinutesState.COMMENTS)]
    if meeting := pick(written, a):
        await life.do(pick(SECRETARIES, b), "minutes.approve", meeting_id=meeting.id)


async def minutes_are_reopened(life: Life, a: int, b: int) -> None:
    approved = [m for m in await life.meetings() if m.minutes_state is MinutesState.APPROVED]
    if meeting := pick(approved, a):
        await life.do(pick(SECRETARIES, b), "minutes.reopen", meeting_id=meeting.id, reason="Skrivefeil")


async def a_change_of_seat_is_reported(life: Life, a: int, b: int) -> None:
    seats = {seat.key: seat for seat in await life.all(Seat, Seat.body_id == life.body_id)}
    key, email = pick((("samrad-fjord", NINA), ("samrad-aas", OLE), ("samrad-fjord", ASTRID)), a)
    person = (await life.all(Person, Person.email == email))[0]
    await life.do(
        RAGNHILD,
        "seat_change.report",
        seat_id=seats[key].id,
        name=person.name,
        email=email,
        from_on=(life.today + timedelta(days=b % 40)).isoformat(),
        anchored_by="Direktøren",
        anchored=True,
    )


async def a_change_of_seat_is_approved(life: Life, a: int, b: int) -> None:
    if change := pick(await life.all(SeatChange, SeatChange.state == SeatChangeState.REPORTED), a):
        await life.do(pick(SECRETARIES, b), "seat_change.approve", change_id=change.id)


async def a_seat_changes_hands(life: Life, a: int, b: int) -> None:
    await a_change_of_seat_is_reported(life, a, b)
    await a_change_of_seat_is_approved(life, 0, a)


async def two_do_the_same_at_once(life: Life, a: int, b: int) -> None:
    meeting = pick(await life.meetings(), a)
    if meeting is None:
        return
    step = (("notice.send", {}), ("minutes.approve", {}), ("call.open", {}))[b % 3]
    name, given = step
    await asyncio.gather(*(life.do(who, name, meeting_id=meeting.id, **given) for who in SECRETARIES))


async def all_is_sent(life: Life, a: int, b: int) -> None:
    await life.settle()


STEPS = (
    days_go_by,
    a_meeting_day_comes,
    a_date_is_set,
    the_call_opens,
    somebody_proposes,
    somebody_has_no_items,
    a_proposal_is_accepted,
    a_proposal_is_put_off,
    the_notice_is_sent,
    somebody_answers,
    the_deputy_answers,
    a_meeting_is_moved,
    a_meeting_is_cancelled,
    an_item_is_changed,
    an_item_is_taken_off,
    a_question_is_put,
    somebody_votes,
    a_question_is_closed,
    minutes_are_written,
    minutes_are_sent,
    minutes_are_approved,
    minutes_are_reopened,
    a_change_of_seat_is_reported,
    a_change_of_seat_is_approved,
    a_seat_changes_hands,
    two_do_the_same_at_once,
    all_is_sent,
)


# What usually happens, so that a life may begin anywhere in a council's year.
USUAL = (
    (the_call_opens, 0, 0),
    (somebody_proposes, 0, 0),
    (somebody_proposes, 0, 1),
    (somebody_has_no_items, 0, 2),
    (a_proposal_is_accepted, 0, 0),
    (days_go_by, 19, 0),
    (the_notice_is_sent, 0, 0),
    (somebody_answers, 0, 12),
    (the_deputy_answers, 0, 0),
    (somebody_answers, 0, 1),
    (a_meeting_day_comes, 1, 0),
    (minutes_are_written, 0, 1),
    (minutes_are_sent, 0, 5),
    (minutes_are_approved, 0, 0),
)
