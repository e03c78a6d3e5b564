"""Answers to the invitation: who comes, who cannot, and which deputy comes instead."""

from dataclasses import dataclass
from typing import Any

from lisbot.council import rules
from lisbot.council.access import ATTENDANCE, meeting_for, seats_of
from lisbot.council.act import Act, Role
from lisbot.council.bodies import deputies, holder, refuse_the_word, seat_name
from lisbot.council.errors import Conflict, Invalid, NotAllowed
from lisbot.council.kinds import Answer, DeputyAnswer, Standing
from lisbot.council.meetings import MeetingView, coming, view
from lisbot.council.models import Attendance, Meeting
from lisbot.council.notices import changed, tell
from lisbot.council.proposals import about
from lisbot.council.register import secretaries
from lisbot.council.typed import Form, Id, Prose

ANSWERING = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.OBSERVER)
THERE = (Answer.COMES, Answer.DIGITAL)
DEPUTY_THERE = (DeputyAnswer.COMES, DeputyAnswer.DIGITAL)


@dataclass(frozen=True)
class Forecast:
    """Who will be at a meeting, and whether that is enough where a quorum is set."""

    meeting: Meeting
    seats: list[Attendance]

    @property
    def voting(self) -> list[Attendance]:
        """The voting seats that somebody holds, as on a vote's roll."""
        return [a for a in self.seats if a.seat.standing is Standing.VOTING and a.person_id is not None]

    @property
    def coming(self) -> int:
        return sum(is_represented(a) for a in self.voting)

    @property
    def has_quorum(self) -> bool | None:
        """None where the body has set no quorum."""
        rule = self.meeting.body.quorum
        return None if rule is None else rules.has_quorum(rule, self.coming, len(self.voting))


def is_represented(attendance: Attendance) -> bool:
    """Whether somebody has said they will be there for the seat."""
    return attendance.answer in THERE or attendance.deputy_answer in DEPUTY_THERE


async def give_form(act: Act, *, meeting_id: Id, answer: Answer = Answer.ABSENT) -> Form:
    meeting = await invited_to(act, meeting_id)
    own = own_attendances(act, meeting)
    choices = [
        (person.id, person.name)
        for a in own
        for person in deputies(a.seat, meeting.held_on)
        if person.id != act.by.id
    ]
    return Form(about=about(meeting), choices={"deputy_id": choices})


async def give(
    act: Act, *, meeting_id: Id, answer: Answer, reason: Prose = "", deputy_id: Id | None = None
) -> MeetingView:
    """Answer the invitation: comes, comes digitally, or cannot come, with the reason and a deputy."""
    meeting = await invited_to(act, meeting_id)
    own = own_attendances(act, meeting)
    if not own:
        raise NotAllowed("no_seat_of_yours")
    if answer is Answer.ABSENT and not reason:
        raise Invalid("reason_needed", field="reason")
    allowed = {person.id for a in own for person in deputies(a.seat, meeting.held_on)} - {act.by_id}
    if deputy_id is not None and deputy_id not in allowed:
        raise Invalid("not_a_deputy", field="deputy_id")
    given = (
        answer,
        reason if answer is Answer.ABSENT else "",
        deputy_id if answer is Answer.ABSENT else None,
    )
    if all((a.answer, a.reason, a.deputy_id) == given and a.person_id == act.by_id for a in own):
        return await view(act, meeting.id)  # pressed twice
    refuse_the_word(meeting.body, reason=reason)
    for attendance in own:
        before = attendance.deputy_id if attendance.deputy_answer is not DeputyAnswer.DECLINED else None
        attendance.person_id, attendance.name = act.by_id, act.by.name
        attendance.answer, attendance.answered_at = answer, act.at
        attendance.reason = reason if answer is Answer.ABSENT else ""
        wanted = deputy_id if answer is Answer.ABSENT else None
        names = {person.id: person.name for person in deputies(attendance.seat, meeting.held_on)}
        if wanted not in names:
            wanted = None
        if wanted != attendance.deputy_id:
            attendance.deputy_id = wanted
            attendance.deputy_answer = DeputyAnswer.ASKED if wanted else None
            attendance.deputy_name = names.get(wanted, "") if wanted else ""
            if wanted:
                await tell_person(act, meeting, "deputy_asked", {wanted}, name=act.by.name)
            if before:
                await tell_person(act, meeting, "deputy_released", {before}, name=act.by.name)
    await act.db.flush()
    if answer is Answer.ABSENT:
        await tell_secretariat(act, meeting, "absent", seat=", ".join(seat_name(a.seat) for a in own))
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting.id)


async def deputy(act: Act, *, meeting_id: Id, answer: DeputyAnswer) -> MeetingView:
    """Answer as the deputy who was asked to come instead."""
    meeting = await invited_to(act, meeting_id)
    asked = [a for a in meeting.attendances if a.deputy_id == act.by.id]
    if not asked:
        raise Conflict("not_asked", day=meeting.held_on)
    if answer is DeputyAnswer.ASKED:
        raise Invalid("not_an_answer", field="answer")
    for attendance in asked:
        if attendance.deputy_answer is answer:
            continue  # pressed twice
        attendance.deputy_answer = answer
        people = {attendance.person_id} if attendance.person_id else set()
        people |= await secretaries(act, meeting.body.secretariat_id)
        await tell_person(
            act,
            meeting,
            "deputy_declined" if answer is DeputyAnswer.DECLINED else "deputy_comes",
            people,
            name=act.by.name,
            seat=seat_name(attendance.seat),
        )
    await act.db.flush()
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting.id)


async def forecast(act: Act, *, meeting_id: Id) -> Forecast:
    """See who comes, who does not, who is silent, and whether that is a quorum."""
    meeting = await meeting_for(act, meeting_id, *ATTENDANCE)
    return Forecast(meeting, sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id)))


async def invited_to(act: Act, meeting_id: int) -> Meeting:
    await coming(act, meeting_id)
    meeting = await meeting_for(act, meeting_id, *ATTENDANCE)
    if meeting.published_at is None:
        raise Conflict("not_published", day=meeting.held_on)
    return meeting


def own_attendances(act: Act, meeting: Meeting) -> list[Attendance]:
    own = {hold.seat_id for hold in seats_of(act.by, meeting.body_id, *ANSWERING)}
    mine = [a for a in meeting.attendances if a.seat_id in own]
    # A seat that does not vote is answered by its representative too, not by their deputy.
    return [a for a in mine if (person := holder(a.seat, act.today)) is not None and person.id == act.by.id]


async def tell_person(act: Act, meeting: Meeting, kind: str, people: set[int], **facts: Any) -> None:
    await tell(
        act,
        kind,
        people=people,
        shows="meeting.show",
        args={"meeting_id": meeting.id},
        body=meeting.body.name,
        day_on=meeting.held_on,
        **facts,
    )


async def tell_secretariat(act: Act, meeting: Meeting, kind: str, **facts: Any) -> None:
    people = await secretaries(act, meeting.body.secretariat_id)
    await tell_person(act, meeting, kind, people, name=act.by.name, **facts)
