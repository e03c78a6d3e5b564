"""What must be true at the end of every life."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from builders import OSLO
from lisbot import commands
from lisbot.cards.form import Field
from lisbot.council.core.periods import holds_on
from lisbot.council.enums import (
    DeputyResponse,
    OutcomeKind,
    ProposalState,
    SeatChangeState,
    Standing,
)
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    Case,
    Delivery,
    Meeting,
    Person,
    Proposal,
    Seat,
    SeatChange,
    Term,
    Vote,
)
from lisbot.council.register.identity import Caller
from lisbot.council.register.seats import SEATED
from lisbot.texts import format_date
from lives.life import (
    EVERYBODY,
    SECRETARIES,
    Life,
    card_of,
)
from people import run_confirmed
from test_buttons import buttons

OF_A_MEETING = ("meeting.show", "agenda.show")
CANCELLED = re.compile("avlyst|cancelled", re.IGNORECASE)


async def terms_of(life: Life, *standings: Standing) -> dict[int, list[Term]]:
    """Returns the terms of seats of these standings, by person; the representatives' and the deputies'."""
    seats = {s.id for s in await life.all(Seat, Seat.body_id == life.body_id) if s.standing in standings}
    found: dict[int, list[Term]] = defaultdict(list)
    for term in await life.all(Term):
        if term.seat_id in seats:
            found[term.person_id].append(term)
    return found


def represents(terms: Iterable[Term], day: date) -> bool:
    return any(term.rank == 0 and holds_on(term, day) for term in terms)


def said_of(life: Life, person_id: int, meeting: Meeting) -> list[str]:
    """Returns all that somebody was told of a meeting, the last last."""
    return [
        f"{sent.why} {sent.said}"
        for sent in life.chat.sent
        if sent.to == person_id
        and sent.args.get("meeting_id") == meeting.id
        and (sent.command in OF_A_MEETING or not sent.command)
    ]


async def whoever_is_concerned(life: Life, meeting: Meeting) -> dict[int, str]:
    """Returns those who must know of a meeting whose notice is out, and why."""
    found: dict[int, str] = {}
    for person_id, held in (await terms_of(life, *SEATED)).items():
        if represents(held, meeting.held_on):
            found[person_id] = "represents" if any(holds_on(t, life.today) for t in held) else "takes over"
    for person_id, held in (await terms_of(life, Standing.COPY)).items():
        if represents(held, life.today):
            found[person_id] = "reads"
    for row in await life.all(Attendance, Attendance.meeting_id == meeting.id):
        if row.deputy_id and row.deputy_response in (DeputyResponse.COMES, DeputyResponse.DIGITAL):
            found[row.deputy_id] = "comes as deputy"
    return found


async def whoever_is_concerned_knows_what_holds(life: Life) -> None:
    """The last that each of them heard of a coming meeting is when and where it is."""
    names = {person.id: person for person in await life.all(Person)}
    for meeting in await life.meetings():
        if meeting.cancelled_at or meeting.published_at is None or meeting.ends_at <= life.clock.at:
            continue
        for person_id, why in (await whoever_is_concerned(life, meeting)).items():
            who, heard = names[person_id], said_of(life, person_id, meeting)
            assert heard, f"{who.name}, who {why}, was told nothing of {meeting.held_on}"
            day = format_date(who.lang or "nb", meeting.held_on)
            assert day.lower() in heard[-1].lower(), f"{who.name}, who {why}: {meeting.id} is on {day}: {heard[-1]}"
            if why not in ("takes over", "reads") and meeting.place:
                assert meeting.place in heard[-1], f"{who.name}, who {why}, does not know {meeting.place}: {heard[-1]}"


async def whoever_was_told_of_a_cancelled_meeting_knows_it(life: Life) -> None:
    for meeting in await life.meetings():
        if meeting.cancelled_at is None or meeting.published_at is None:
            continue
        for person_id, why in (await whoever_is_concerned(life, meeting)).items():
            if heard := said_of(life, person_id, meeting):
                assert CANCELLED.search(heard[-1]), f"{person_id}, who {why}, does not know it: {heard[-1]}"


async def nobody_is_told_the_same_twice(life: Life) -> None:
    """Not by one deed, and not later in the same words, unless they were told something else between. Whoever has not
    answered is reminded in the same words, but on another day."""
    reminded = {(row.person_id, row.sent_at) for row in await life.all(Delivery) if "reminder" in row.kind}
    before: dict[Any, Any] = {}
    for sent in life.chat.sent:
        day = sent.at.astimezone(OSLO).date() if (sent.to, sent.at) in reminded else None
        key = (sent.to, sent.command, tuple(sorted(sent.args.items())), day)
        assert before.get(key) != (sent.why, sent.said), f"told twice: {sent}"
        before[key] = (sent.why, sent.said)
    at_once = Counter(
        (row.made_at, row.next_at, row.person_id, row.room_id, row.command, str(row.args))
        for row in await life.all(Delivery)
    )
    twice = [each for each, times in at_once.items() if times > 1]
    assert not twice, f"told twice by one deed: {twice}"


async def nobody_else_is_told(life: Life) -> None:
    """Each card went to somebody it concerned on the day it was sent: of a meeting to those who speak for a seat then
    or on its day, to the deputies who were asked, and the agenda alone to readers; of a question to who may vote."""
    meetings = {meeting.id: meeting for meeting in await life.meetings()}
    items = {item.id: item for item in await life.all(AgendaItem)}
    votes = {vote.id: vote for vote in await life.all(Vote)}
    proposals = {proposal.id: proposal for proposal in await life.all(Proposal)}
    staff = {p.id for p in await life.all(Person) if p.email in SECRETARIES}
    seated, voting = await terms_of(life, *SEATED), await terms_of(life, Standing.VOTING)
    readers, everybody = await terms_of(life, Standing.COPY), await terms_of(life, *Standing)
    for sent in life.chat.sent:
        if sent.to is None or sent.to in staff:
            continue
        day, who = sent.at.astimezone(OSLO).date(), sent.to
        meeting = meetings.get(sent.args.get("meeting_id", 0))
        if vote := votes.get(sent.args.get("vote_id", 0)):
            item = items.get(vote.item_id or 0)
            is_deputy = item is not None and (item.meeting_id, who) in life.asked
            assert represents(voting[who], day) or is_deputy, f"may not vote: {sent}"
        elif proposal := proposals.get(sent.args.get("proposal_id", 0)):
            assert proposal.by_id == who, f"did not propose it: {sent}"
        elif meeting is not None and sent.command == "agenda.show" and represents(readers[who], day):
            pass
        elif meeting is not None:
            on_day = any(represents(seated[who], each) for each in (day, meeting.held_on))
            changed = represents(seated[who], (sent.at - timedelta(days=1)).date())
            is_asked = (meeting.id, who) in life.asked
            later = any(t.rank == 0 and t.from_on > day for t in everybody[who])
            assert on_day or is_asked or (changed and not sent.command) or (later and not sent.command), (
                f"is not concerned: {sent}"
            )
        else:
            # Who was thanked on the first day without a seat is told in words alone.
            since = day if sent.command else day - timedelta(days=1)
            assert any(t.to_on is None or t.to_on >= since for t in everybody[who]), f"has no part in it: {sent}"


async def every_case_is_in_exactly_one_state(life: Life) -> None:
    """By its newest item, it is on one coming agenda, was treated, or is to be treated in minutes that are not written
    yet; else it waits in the council's list, or its proposal waits for an answer."""
    meetings = {meeting.id: meeting for meeting in await life.meetings()}
    secretary = Caller("cli", EVERYBODY[0])
    listed = await commands.run(life.runtime, "case.list_waiting", {"body_id": life.body_id}, secretary)
    assert listed.is_done, listed.words
    waiting = [line.id for line in listed.view.cases]
    assert len(waiting) == len(set(waiting))
    proposed = {p.case_id for p in await life.all(Proposal) if p.state in (ProposalState.SENT, ProposalState.POSTPONED)}
    for case in await life.all(Case):
        items = await life.all(AgendaItem, AgendaItem.case_id == case.id)
        coming = [item for item in items if is_still_to_treat(item, meetings[item.meeting_id], life.clock.at)]
        newest = items[-1] if items else None
        held = newest is not None and newest not in coming and meetings[newest.meeting_id].cancelled_at is None
        states = {
            "on a coming agenda": newest in coming,
            "treated": held and newest.outcome not in (None, OutcomeKind.POSTPONED),
            "to be written in the minutes": held and newest.outcome is None,
            "waits in the list": case.id in waiting,
            "waits for an answer": case.id in proposed,
        }
        assert len(coming) <= 1, f"{case.label} is on {len(coming)} coming agendas"
        assert len(coming) == 0 or newest in coming, f"{case.label} is on an agenda that is not its last"
        assert sum(states.values()) == 1, f"{case.label}: {[name for name, is_so in states.items() if is_so]}"


def is_still_to_treat(item: AgendaItem, meeting: Meeting, at: datetime) -> bool:
    return item.outcome is None and meeting.cancelled_at is None and meeting.ends_at > at


async def counts_are_what_their_lists_hold(life: Life) -> None:
    """Each number a secretary sees of a council is the length of the list it leads to, and of what there is."""
    secretary = Caller("cli", EVERYBODY[0])

    async def show(command: str, **about: int) -> Any:
        reply = await commands.run(life.runtime, command, about, secretary)
        assert reply.is_done, reply.words
        return reply.view

    overview = await show("dashboard.show")
    status = next(each for each in overview.bodies if each.body.id == life.body_id)
    about = {"body_id": life.body_id}
    waiting = [p.id for p in await life.all(Proposal) if p.state in (ProposalState.SENT, ProposalState.POSTPONED)]
    listed = [line.id for line in (await show("proposal.triage", **about)).waiting]
    assert (status.waiting, sorted(listed)) == (len(waiting), waiting)
    votes = [vote.id for vote in await life.all(Vote, Vote.closed_at.is_(None))]
    assert (status.open_votes, [vote.id for vote in (await show("body.show", **about)).votes]) == (len(votes), votes)
    changes = [each.id for each in await life.all(SeatChange, SeatChange.state == SeatChangeState.REPORTED)]
    shown = [each.id for each in (await show("register.show", **about)).changes]
    assert (status.changes, sorted(shown)) == (len(changes), changes)
    for count in status.notices:
        forecast = await show("attendance.forecast", meeting_id=count.meeting.id)
        assert count.count == len([seat for seat in forecast.seats if seat.response is None]), count


async def every_task_can_be_done(life: Life) -> None:
    """Whatever stands on somebody's own page can be pressed, leads to its own thing, and what it says is to be done
    can be: it is done, each on a copy of the council."""
    for who in EVERYBODY:
        caller = Caller("cli", who)
        pressed: list[Any] = []
        for page in ("worklist.show", "dashboard.show"):
            reply = await commands.run(life.runtime, page, {}, caller)
            if not reply.is_done:
                assert reply.status == 403, reply.words
                continue
            for verb, data, _ in buttons(card_of(reply)):
                if (verb, data) in pressed:
                    continue
                pressed.append((verb, data))
                where = f"{who}, {page}: {verb} {data}"
                if not commands.COMMANDS[verb].changes:
                    answer = await commands.run(life.runtime, verb, data, caller)
                    assert answer.is_done, f"{where}: {answer.status} {answer.words}"
                    assert leads_to(answer, data), f"{where} leads to {answer.view}"
                else:
                    await press(life, where, verb, data, caller)


def leads_to(answer: commands.Reply, data: Mapping[str, Any]) -> bool:
    """Returns whether what is shown is of the thing that the button names, where its view says of which it is."""
    for name in ("meeting", "body"):
        shown = getattr(answer.view, name, None)
        if f"{name}_id" in data and shown is not None and shown.id != data[f"{name}_id"]:
            return False
    return True


async def press(life: Life, where: str, verb: str, data: Mapping[str, Any], caller: Caller) -> None:
    """Do what a task says, with the form filled in where there is one."""
    runtime = await life.copy("copy.db")
    try:
        answer = await run_confirmed(runtime, verb, data, caller)
        if not answer.is_done and answer.shows == "form":
            typed = {each.name: answer_to(each, life.today) for each in answer.view.fields if each.required}
            answer = await run_confirmed(runtime, verb, {**data, **typed}, caller)
        assert answer.is_done, f"{where}: {answer.status} {answer.words}"
    finally:
        await runtime.db.close()
        for name in ("copy.db", "copy.db-wal", "copy.db-shm"):
            (life.folder / name).unlink(missing_ok=True)


def answer_to(field: Field, today: date) -> Any:
    """Returns what somebody might type in a field of a form."""
    if field.name == "plan":
        return "body;date\nsamrad;2028-09-13"
    if field.value not in (None, "", ()):
        return field.value
    if field.choices:
        return field.choices[0][0]
    kind = getattr(field.annotation, "__origin__", field.annotation)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(each for each in kind if each not in field.excluded)
    return today if kind is date else "Et svar"


CHECKS = (
    whoever_is_concerned_knows_what_holds,
    whoever_was_told_of_a_cancelled_meeting_knows_it,
    nobody_is_told_the_same_twice,
    nobody_else_is_told,
    every_case_is_in_exactly_one_state,
    counts_are_what_their_lists_hold,
    every_task_can_be_done,
)
