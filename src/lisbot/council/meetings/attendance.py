"""Answers to the notice: who comes, who cannot, and which deputy comes instead."""

from collections.abc import Iterable, Mapping
from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed
from lisbot.council.core.fields import MeetingId, PersonId, Prefill, Prose, SeatId
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.meetings.concerned import AUDIENCE
from lisbot.council.meetings.forecast import forecast_of, own_rows
from lisbot.council.meetings.handover import bring_up_to_date
from lisbot.council.meetings.meetings import meeting_view
from lisbot.council.meetings.rows import (
    WITH_ATTENDANCE,
    get_coming_meeting_for,
    get_meeting_for,
    title_of,
)
from lisbot.council.meetings.states import ATTENDANCE
from lisbot.council.meetings.upcoming import meetings_to_answer
from lisbot.council.meetings.views import ForecastView, MeetingView
from lisbot.council.models import Attendance, Meeting
from lisbot.council.register.seats import seat_name, seats_on
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.views.refs import PersonRef
from lisbot.texts import format_value, join_items, text


async def forecast(act: Act, *, meeting_id: MeetingId) -> ForecastView:
    """See who comes, who does not, who is silent, and whether that is a quorum. Returns ForecastView."""
    return forecast_of(act, await get_meeting_for(act, meeting_id, *WITH_ATTENDANCE))


async def hand_over(act: Act, *, meeting_id: MeetingId) -> ForecastView:
    """Ask anew for the answers of seats that somebody else speaks for on the meeting's day than was invited, and
    invite them.

    Returns ForecastView. Raises Conflict for a meeting that is over or cancelled.
    """
    meeting = await get_coming_meeting_for(act, meeting_id)
    await bring_up_to_date(act, meeting)
    return forecast_of(act, await get_coming_meeting_for(act, meeting_id, *WITH_ATTENDANCE))


async def get_noticed_meeting_for(act: Act, meeting_id: int) -> Meeting:
    """Returns a coming meeting whose notice is sent, with its attendance. Raises Conflict for one that is not."""
    meeting = await get_coming_meeting_for(act, meeting_id, *WITH_ATTENDANCE)
    if meeting.published_at is None:
        raise Conflict("not_published", day=meeting.days)
    return meeting


async def deputies_by_seat(act: Act, meeting: Meeting) -> dict[int, tuple[PersonRef, ...]]:
    """Returns each seat's deputies on the meeting's day, without the member themselves."""
    return {
        seat.id: tuple(deputy for deputy in seat.deputies if deputy.id != act.by.id)
        for seat in await seats_on(act, meeting.body_id, meeting.held_on)
    }


async def respond_prefill(
    act: Act, *, meeting_id: MeetingId | None = None, response: Response = Response.ABSENT
) -> Prefill:
    to_answer = await meetings_to_answer(act) if meeting_id is None else []
    if meeting_id is None and not to_answer:
        return Prefill(choices={"meeting_id": []})
    nearest: Any = to_answer[0][0] if to_answer else meeting_id
    meeting = await get_noticed_meeting_for(act, nearest)
    deputies = await deputies_by_seat(act, meeting)
    choices: list[tuple[object, str]] = [
        (d.id, d.name) for a in await own_rows(act, meeting) for d in deputies.get(a.seat_id, ())
    ]
    answer = f"{text(act.by.lang, 'arg.response')}: {format_value(act.by.lang, response)}"
    required = {"reason"} if response is Response.ABSENT else set()
    if meeting_id is None:
        return Prefill(
            about=answer,
            values={"meeting_id": nearest},
            choices={"meeting_id": to_answer, "deputy_id": choices},
            required=required,
        )
    return Prefill(about=f"{title_of(act, meeting)}\n{answer}", choices={"deputy_id": choices}, required=required)


async def respond(
    act: Act,
    *,
    meeting_id: MeetingId,
    response: Response,
    reason: Prose = "",
    deputy_id: PersonId | None = None,
) -> MeetingView:
    """Answer the notice: comes, comes digitally, or cannot come, with the reason and perhaps a deputy.

    Returns MeetingView. Raises NotAllowed for whoever holds no seat that is invited.
    """
    meeting = await get_noticed_meeting_for(act, meeting_id)
    own = await own_rows(act, meeting)
    if not own:
        raise NotAllowed("no_seat_of_yours")
    is_absent = response is Response.ABSENT
    if is_absent and not reason:
        raise Invalid("reason_needed", field="reason")
    deputies = await deputies_by_seat(act, meeting)
    require_deputy(deputies, own, deputy_id)
    for row in own:
        ATTENDANCE.require(act, "attendance.respond", row)
    given = (response, reason if is_absent else "", deputy_id if is_absent else None)
    act.did(response=response)
    is_same = all((a.response, a.reason, a.deputy_id) == given and not a.noted_by for a in own)
    if is_same and all(a.person_id == act.by_id for a in own):
        return await meeting_view(act, meeting.id)  # pressed twice
    require_advisory_wording(meeting.body, reason=reason)
    for row in own:
        row.noted_by = ""
        await set_response(act, meeting, row, PersonRef(act.by_id, act.by.name), given, deputies)
    await act.db.flush()
    if is_absent:
        await notify_secretariat_of_absence(act, meeting, seat=join_items(seat_name(a.seat) for a in own))
    mark_stale(act, f"meeting:{meeting.id}")
    return await meeting_view(act, meeting.id)


def require_deputy(
    deputies: Mapping[int, Iterable[PersonRef]], rows: Iterable[Attendance], deputy_id: int | None
) -> None:
    """Raises Invalid for somebody who is no deputy of any of these seats."""
    allowed = {deputy.id for row in rows for deputy in deputies.get(row.seat_id, ())}
    if deputy_id is not None and deputy_id not in allowed:
        raise Invalid("not_a_deputy", field="deputy_id")


async def set_response(
    act: Act,
    meeting: Meeting,
    row: Attendance,
    person: PersonRef,
    given: tuple[Response, str, int | None],
    deputies: Mapping[int, Iterable[PersonRef]],
) -> None:
    """Set a person's answer for their seat: the response, the reason, and the deputy who is asked instead."""
    row.person_id, row.name = person.id, person.name
    row.response, row.reason, deputy_id = given
    row.responded_at = act.at
    names = {deputy.id: deputy.name for deputy in deputies.get(row.seat_id, ())}
    await ask_deputy(act, meeting, row, deputy_id if deputy_id in names else None, names)


async def note_prefill(act: Act, *, meeting_id: MeetingId, seat_id: SeatId | None = None) -> Prefill:
    meeting = await get_noticed_meeting_for(act, meeting_id)
    deputies = await all_deputies_by_seat(act, meeting)
    rows = [a for a in sorted(meeting.attendances, key=lambda a: a.seat.position) if seat_id in (None, a.seat_id)]
    choices: dict[str, list[tuple[object, str]]] = {
        "deputy_id": [(d.id, f"{d.name} ({seat_name(a.seat)})") for a in rows for d in deputies.get(a.seat_id, ())]
    }
    if seat_id is None:
        choices["seat_id"] = [(a.seat_id, f"{a.name}, {seat_name(a.seat)}") for a in rows]
        return Prefill(about=title_of(act, meeting), choices=choices)
    values = {name: getattr(a, name) for a in rows for name in ("response", "reason", "deputy_id")}
    about = "\n".join([title_of(act, meeting), *(f"{a.name}, {seat_name(a.seat)}" for a in rows)])
    return Prefill(about=about, values=values, choices=choices, is_saved=True)


async def note(
    act: Act,
    *,
    meeting_id: MeetingId,
    seat_id: SeatId,
    response: Response,
    reason: Prose = "",
    deputy_id: PersonId | None = None,
) -> ForecastView:
    """Note what somebody has answered to the notice, by telephone or in passing. They are told, and can change it.

    Returns ForecastView. It says who noted it. No vote is cast on anybody's behalf.
    """
    meeting = await get_noticed_meeting_for(act, meeting_id)
    row = next((a for a in meeting.attendances if a.seat_id == seat_id), None)
    holder = await speaker_on_day(act, meeting, seat_id)
    if row is None or holder is None:
        raise Invalid("nobody_in_the_seat", field="seat_id")
    ATTENDANCE.require(act, "attendance.note", row)
    deputies = await all_deputies_by_seat(act, meeting)
    require_deputy(deputies, [row], deputy_id)
    require_advisory_wording(meeting.body, reason=reason)
    is_absent = response is Response.ABSENT
    given = (response, reason if is_absent else "", deputy_id if is_absent else None)
    row.noted_by = act.by.name
    act.did(name=holder.name, response=response)
    await set_response(act, meeting, row, holder, given, deputies)
    await act.db.flush()
    await notify_people(
        act, meeting, "answer_noted", {holder.id}, name=act.by.name, seat=seat_name(row.seat), response=response
    )
    mark_stale(act, f"meeting:{meeting.id}")
    return forecast_of(act, await get_meeting_for(act, meeting.id, *WITH_ATTENDANCE))


async def speaker_on_day(act: Act, meeting: Meeting, seat_id: int) -> PersonRef | None:
    """Returns who speaks for a seat on the meeting's day, and answers for it."""
    return next((s.speaker for s in await seats_on(act, meeting.body_id, meeting.held_on) if s.id == seat_id), None)


async def all_deputies_by_seat(act: Act, meeting: Meeting) -> dict[int, tuple[PersonRef, ...]]:
    return {
        seat.id: tuple(deputy for deputy in seat.deputies if deputy != seat.speaker)
        for seat in await seats_on(act, meeting.body_id, meeting.held_on)
    }


async def ask_deputy(act: Act, meeting: Meeting, row: Attendance, wanted: int | None, names: dict[int, str]) -> None:
    """Ask a deputy to stand in for a seat, or nobody; whoever was asked before and has not declined is told."""
    if wanted == row.deputy_id:
        return
    before = row.deputy_id if row.deputy_response is not DeputyResponse.DECLINED else None
    row.deputy_id = wanted
    row.deputy_response = DeputyResponse.ASKED if wanted else None
    row.deputy_name = names[wanted] if wanted else ""
    if wanted:
        await notify_people(act, meeting, "deputy_asked", {wanted}, audience=AUDIENCE, name=row.name)
    if before:
        await notify_people(act, meeting, "deputy_released", {before}, name=row.name)


async def respond_as_deputy(act: Act, *, meeting_id: MeetingId, response: DeputyResponse) -> MeetingView:
    """Answer as the deputy who was asked to come instead. Returns MeetingView."""
    meeting = await get_noticed_meeting_for(act, meeting_id)
    asked = [a for a in meeting.attendances if a.deputy_id == act.by.id]
    if not asked:
        raise Conflict("not_asked", day=meeting.days)
    if response is DeputyResponse.ASKED:
        raise Invalid("not_an_answer", field="response")
    act.did(response=response)
    for row in asked:
        ATTENDANCE.require(act, "attendance.respond_as_deputy", row)
        if row.deputy_response is response:
            continue  # pressed twice
        row.deputy_response = response
        people = {row.person_id} if row.person_id else set()
        people |= await staff_of(act, meeting.body.secretariat_id)
        kind = "deputy_declined" if response is DeputyResponse.DECLINED else "deputy_comes"
        await notify_people(act, meeting, kind, people, name=act.by.name, seat=seat_name(row.seat))
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    return await meeting_view(act, meeting.id)


async def notify_people(act: Act, meeting: Meeting, kind: str, people: set[int], **facts: Any) -> None:
    await notify(
        act,
        kind,
        people=people,
        command="meeting.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        day_on=meeting.days,
        **facts,
    )


async def notify_secretariat_of_absence(act: Act, meeting: Meeting, **facts: Any) -> None:
    people = await staff_of(act, meeting.body.secretariat_id)
    await notify_people(act, meeting, "absent", people, name=act.by.name, **facts)
