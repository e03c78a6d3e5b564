"""Reminders of meetings: of calls, notices and the meetings themselves; of agendas, notices and minutes to be made."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify, some_names
from lisbot.council.enums import DeputyResponse, MinutesState, ReminderStage, Response
from lisbot.council.meetings import calls, reminding
from lisbot.council.meetings.call_answers import read_asked
from lisbot.council.meetings.concerned import AUDIENCE, SILENT, concerned_by
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.models import Attendance, Meeting, MinutesComment
from lisbot.council.reminders.stages import Step
from lisbot.council.reminders.telling import tell_secretariat

COMING = (DeputyResponse.COMES, DeputyResponse.DIGITAL)


async def remind_of_call(act: Act, step: Step) -> None:
    """Remind those who have neither proposed nor declined; or tell the secretariat who they are."""
    meeting = await get_meeting_for(act, step.chore.id)
    silent = [row for row in await read_asked(act, meeting) if not row.has_proposed and not row.has_declined]
    if not silent:
        return
    if step.stage is ReminderStage.UNHEARD:
        names = some_names([row.holder for row in silent])
        about = about_meeting(meeting) | {"until_on": meeting.call_closes_on}
        until = step.chore.until
        await tell_secretariat(
            act, meeting.body, "call_unheard", "call.show", before=until, count=len(silent), names=names, **about
        )
        return
    await calls.notify_silent(act, meeting, {row.person_id for row in silent})


def about_meeting(meeting: Meeting) -> dict[str, Any]:
    return {"args": {"meeting_id": meeting.id}, "day_on": meeting.days}


async def remind_of_notice(act: Act, step: Step) -> None:
    """Remind those who have not answered the notice; or tell the secretariat who they are."""
    meeting = await get_meeting_for(act, step.chore.id)
    invited, deputies = await reminding.read_unanswered(act, meeting)
    if not invited and not deputies:
        return
    until = step.chore.until
    if step.stage is not ReminderStage.UNHEARD:
        await reminding.notify_unanswered(act, meeting, invited, deputies)
        return
    lines = await act.db.execute(
        select(Attendance.name, Attendance.person_id, Attendance.deputy_name, Attendance.deputy_id)
        .where(Attendance.meeting_id == meeting.id)
        .order_by(Attendance.id)
    )
    names: list[str] = []
    for line in lines:
        names += [line.name] if line.person_id in invited else []
        names += [line.deputy_name] if line.deputy_id in deputies else []
    named = list(dict.fromkeys(names))
    about = about_meeting(meeting) | {"count": len(named), "names": some_names(named)}
    await tell_secretariat(act, meeting.body, "notice_unheard", "attendance.forecast", before=until, **about)


async def remind_of_meeting(act: Act, step: Step) -> None:
    """Remind those who are expected at a meeting: everybody but those who have said they cannot come."""
    meeting = await get_meeting_for(act, step.chore.id)
    lines = await act.db.execute(
        select(Attendance.person_id, Attendance.response, Attendance.deputy_id, Attendance.deputy_response).where(
            Attendance.meeting_id == meeting.id
        )
    )
    expected: set[int | None] = set()
    for line in lines:
        expected |= {line.person_id} if line.response is not Response.ABSENT else set()
        expected |= {line.deputy_id} if line.deputy_response in COMING else set()
    concerned = await concerned_by(act, meeting)
    people = {person for person in expected if person is not None} & (concerned.seated | concerned.deputies)
    await notify_of(act, step, meeting, "meeting_reminder", "meeting.show", people, AUDIENCE, hour=meeting.starts)


async def notify_of(
    act: Act,
    step: Step,
    meeting: Meeting,
    kind: str,
    command: str,
    people: Collection[int],
    audience: str,
    **facts: Any,
) -> None:
    """Tell people of a meeting, with the card that a command shows of it, for as long as the step is of use."""
    await notify(
        act,
        kind,
        people=people,
        command=command,
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        audience=audience,
        useful_until=step.chore.until,
        body=meeting.body.name,
        day_on=meeting.days,
        **facts,
    )


async def remind_of_comments(act: Act, step: Step) -> None:
    """Remind those who have not commented on minutes of the deadline for it."""
    meeting = await get_meeting_for(act, step.chore.id)
    query = select(MinutesComment.by_id).where(MinutesComment.meeting_id == meeting.id)
    if meeting.minutes_at is not None:
        query = query.where(MinutesComment.at >= meeting.minutes_at)
    commented = set(await act.db.scalars(query))
    concerned = await concerned_by(act, meeting)
    people, until = concerned.members - commented, meeting.comments_until
    await notify_of(act, step, meeting, "comments_reminder", "minutes.show", people, SILENT, until_on=until)


async def remind_of_agenda(act: Act, step: Step) -> None:
    """Tell the secretariat that an agenda is to be ready soon; from its notice's day on, that reminder says it all."""
    if step.chore.day <= act.today:
        return
    meeting = await get_meeting_for(act, step.chore.id)
    about = about_meeting(meeting) | {"until_on": step.chore.day}
    await tell_secretariat(act, meeting.body, "agenda_due", "meeting.show", before=step.chore.until, **about)


async def remind_to_send_notice(act: Act, step: Step) -> None:
    """Tell the secretariat that a notice is to be sent."""
    meeting = await get_meeting_for(act, step.chore.id)
    about = about_meeting(meeting) | {"until_on": step.chore.day}
    await tell_secretariat(act, meeting.body, "notice_due", "meeting.show", before=step.chore.until, **about)


async def remind_of_minutes(act: Act, step: Step) -> None:
    """Tell the secretariat that minutes are to be ready."""
    meeting = await get_meeting_for(act, step.chore.id)
    command = "meeting.show" if meeting.minutes_state is MinutesState.NONE else "minutes.show"
    about = about_meeting(meeting) | {"until_on": step.chore.day}
    await tell_secretariat(act, meeting.body, "minutes_due", command, **about)
