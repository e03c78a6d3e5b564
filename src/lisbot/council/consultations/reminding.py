"""Reminding of a consultation, until it is over: who has stated nothing, and what the secretariat has still to do."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.consultations.consultations import silent_names, view_again
from lisbot.council.consultations.forms import about
from lisbot.council.consultations.parts import WHOLE, Part, get_consultation_for, is_silent, note
from lisbot.council.consultations.states import CONSULTATION, OPEN
from lisbot.council.consultations.telling import not_among, secretariats_of, silent_people, tell
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.calendar import moment, working_day_after, working_day_before
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import ConsultationId, Prefill
from lisbot.council.delivery.notifications import some_names
from lisbot.council.delivery.reach import read_reach
from lisbot.council.delivery.reminded import JUST_REMINDED, ask_where_just_reminded, last_reminder
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Consultation, ConsultationRequest, table
from lisbot.texts import format_list

HOUR = time(8)
BEFORE = (timedelta(days=7), timedelta(days=1))  # the day statements are due
AFTER = timedelta(days=1)
AGAIN = timedelta(days=7)  # once the reply is overdue
KINDS = COMING, OVERDUE = ("consultation_reminder", "consultation_reminder_overdue")  # to whoever is silent
CONSULTATION_ROW, REQUEST_ROW = table(Consultation), table(ConsultationRequest)


class What(StrEnum):
    """What is reminded of."""

    STATEMENTS = auto()  # whoever has stated nothing
    SILENT = auto()  # the same once it is due, and the secretariat is told who
    STEP = auto()  # the secretariat: what it has to do next


class Reminder(NamedTuple):
    day: date
    what: What


async def remind_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    return Prefill(about=about(await get_consultation_for(act, consultation_id, Part.SECRETARIAT)))


async def remind(act: Act, *, consultation_id: ConsultationId) -> ConsultationView:
    """Remind those who have stated nothing. Asks first whom, and where they were reminded within the hour.

    Returns ConsultationView. Raises Conflict where all have, and where none of those who have not can be reached.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.remind", consultation)
    if not any(is_silent(each) for each in consultation.requests):
        raise Conflict("consultation_nobody_silent")
    await ask_where_just_reminded(act, f"consultation:{consultation.id}", *KINDS)
    await remind_silent(act, consultation)
    reached = (await read_reach(act, act.trace.told)).reached
    if not reached:
        names = format_list(act.by.lang, silent_names(consultation))
        raise Conflict("consultation_silent_unreached", names=names)
    silent = [each for each in consultation.requests if is_silent(each)]
    if absent := await not_among(act, consultation, silent):
        act.ask_first("consultation_unreminded", names=format_list(act.by.lang, absent))
    missed = await not_among(act, consultation, silent, reached)
    act.did("done_in_part" if missed else "done", names=format_list(act.by.lang, missed))
    return await view_again(act, consultation)


async def remind_silent(act: Act, consultation: Consultation) -> None:
    is_over = consultation.statements_by < act.today
    kind = OVERDUE if is_over else COMING
    people = await silent_people(act, consultation)
    await tell(act, consultation, kind, people, until_on=consultation.statements_by)


async def remind_due(act: Act, *, consultation_id: ConsultationId) -> ConsultationView:
    """Remind of a consultation what is due: those who have stated nothing, unless they were within the hour, and the
    secretariat of who they are and of what it has to do.

    Returns ConsultationView. Raises Conflict where nothing is due.
    """
    query = select(Consultation).where(Consultation.id == consultation_id).with_for_update(of=Consultation)
    consultation: Consultation | None = await act.db.scalar(
        query.options(*WHOLE).execution_options(populate_existing=True)
    )
    if consultation is None:
        raise NotFound
    CONSULTATION.require(act, "consultation.edit", consultation)
    silent = any(is_silent(each) for each in consultation.requests)
    due = due_reminders(consultation, silent, act.at, act.tz)
    if not due:
        raise Conflict("reminder_not_due")
    note(act, consultation)
    consultation.reminded_at = act.at
    if due & {What.STATEMENTS, What.SILENT}:
        reminded_at = await last_reminder(act, f"consultation:{consultation.id}", *KINDS)
        if reminded_at is None or act.at - reminded_at >= JUST_REMINDED:
            await remind_silent(act, consultation)
    people = await secretariats_of(act, consultation)
    if What.SILENT in due:
        await tell_who_is_silent(act, consultation, people)
    if What.STEP in due:
        kind, until_on = step_due(consultation, act.today)
        await tell(act, consultation, kind, people, until_on=until_on)
    return await view_again(act, consultation)


async def tell_who_is_silent(act: Act, consultation: Consultation, people: set[int]) -> None:
    """Tell the secretariat who has stated nothing, and who of them could not be reminded for want of somebody to speak
    for them."""
    absent = await not_among(act, consultation, [each for each in consultation.requests if is_silent(each)])
    facts = {"told_as": "in_part", "absent": some_names(absent)} if absent else {}
    names = some_names(silent_names(consultation))
    await tell(act, consultation, "consultation_silent", people, names=names, **facts)


def step_due(consultation: Consultation, today: date) -> tuple[str, date]:
    """Returns of what the secretariat is reminded, and by when that is to be done: a draft while the reply is not due
    yet, and else the reply itself."""
    if consultation.answer_by < today:
        return "consultation_overdue", consultation.answer_by
    if consultation.state is S.ASKED and today < consultation.send_by:
        return "consultation_draft_due", consultation.draft_by
    return "consultation_due", consultation.answer_by


def reminders_of(row: Any, silent: bool, last: date) -> list[Reminder]:
    """Returns the next days of a consultation on which somebody is reminded, as it stands now, in order: a week and a
    day before statements are due and once after it, the secretariat when it is to ask, to write the draft and to send,
    and each week from the day the reply was due. `last`: the day of the last reminder."""
    found: list[Reminder] = []
    if row.state is S.PREPARED:
        found.append(Reminder(row.ask_by, What.STEP))
    elif silent and row.state in (S.ASKED, S.DRAFTED):
        found += [Reminder(working_day_before(row.statements_by - lead), What.STATEMENTS) for lead in BEFORE]
        found.append(Reminder(working_day_after(row.statements_by + AFTER), What.SILENT))
    if row.state is S.ASKED:
        found.append(Reminder(row.draft_by, What.STEP))
    overdue = row.answer_by + AFTER
    weeks = max(0, (last - overdue) // AGAIN + 1)
    found += [
        Reminder(row.send_by, What.STEP),
        Reminder(overdue, What.STEP),
        Reminder(overdue + weeks * AGAIN, What.STEP),
    ]
    return sorted(each for each in found if each.day > last)


def last_day(row: Any, tz: ZoneInfo) -> date:
    """Returns the day somebody was last reminded by itself, or asked: whichever came last."""
    moments = [each for each in (row.registered_at, row.asked_at, row.reminded_at) if each is not None]
    day: date = max(moments).astimezone(tz).date()
    return day


def due_reminders(row: Any, silent: bool, at: datetime, tz: ZoneInfo) -> set[What]:
    """Returns what is due to be reminded of since somebody last was."""
    return {each.what for each in reminders_of(row, silent, last_day(row, tz)) if moment(each.day, HOUR, tz) <= at}


async def read_rows(db: AsyncSession) -> list[tuple[Any, bool]]:
    """Returns the consultations that are not over, each with whether somebody has stated nothing."""
    of, request = CONSULTATION_ROW.c, REQUEST_ROW.c
    silent = exists().where(
        request.consultation_id == of.id, request.stated_at.is_(None), request.is_recused.is_(False)
    )
    columns = (
        *(of.id, of.state, of.registered_at, of.asked_at, of.reminded_at),
        *(of.ask_by, of.statements_by, of.draft_by, of.send_by, of.answer_by),
    )
    rows = await db.execute(select(*columns, silent.label("is_silent")).where(of.state.in_(OPEN)).order_by(of.id))
    return [(row, bool(row.is_silent)) for row in rows]


async def due_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns the consultations to remind of now, as arguments to consultation.remind_due."""
    return [{"consultation_id": row.id} for row, silent in await read_rows(db) if due_reminders(row, silent, at, tz)]


async def next_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next reminder is due."""
    moments = [
        moment(each.day, HOUR, tz)
        for row, silent in await read_rows(db)
        for each in reminders_of(row, silent, last_day(row, tz))
    ]
    return min((each for each in moments if each > at), default=None)
