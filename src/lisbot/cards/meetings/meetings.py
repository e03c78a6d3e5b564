"""A meeting."""

from dataclasses import replace
from typing import Any

from lisbot.cards.letterhead import letterhead
from lisbot.cards.meetings.agenda import (
    agenda_actions,
    change_lines,
    confidential_line,
    guest_name,
    item_rows,
    join_link,
    no_items,
    time_line,
)
from lisbot.cards.meetings.attendance import forecast_section, own_attendance
from lisbot.cards.meetings.references import meeting_opens, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Sheet,
    Step,
    action,
    actions,
    goes_to,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.council.enums import CallState, MeetingState, MinutesState, NoticeState, StepKind, StepState
from lisbot.council.meetings.views import MeetingLine, MeetingRef, MeetingView
from lisbot.texts import Days, format_time, short_date

# What the colour of a state says. A state that is as it should be and asks for nothing has none.
STAGES = {MeetingState.CANCELLED: "attention", MeetingState.IN_PROGRESS: "good"}


def meeting_row(line: MeetingLine, viewer: Viewer, *, with_actions: bool = False) -> Row:
    meeting = line.meeting
    return Row(
        viewer.say(Days(meeting.held_on, meeting.ends_on)),
        joined(hours(meeting, viewer), meeting.place, by=", "),
        stage(line, viewer),
        opens=meeting_opens(meeting),
        quiet=actions(viewer, line.actions) if with_actions else (),
    )


def hours(meeting: MeetingRef, viewer: Viewer) -> str:
    """Returns from when to when a meeting lasts on its day."""
    return f"{format_time(viewer.lang, meeting.starts)}–{format_time(viewer.lang, meeting.ends)}"


def stage(line: MeetingLine, viewer: Viewer) -> str:
    """Returns how far a meeting has come, in a few words."""
    t = viewer.t
    if line.state is MeetingState.CANCELLED:
        return t("card.stage.cancelled", reason=line.cancel_reason or "")
    if line.minutes is not MinutesState.NONE:
        return viewer.say(line.minutes)
    if line.is_entered_afterwards:
        return t("card.stage.entered_afterwards")
    if line.state is MeetingState.HELD:
        return t("card.stage.held")
    if line.is_notice_sent:
        return t("card.stage.published")
    if line.call is CallState.OPEN:
        return t("card.stage.call_open", day=line.call_closes_on)
    if line.call is CallState.CLOSED:
        return t("card.stage.call_closed")
    if line.call_opens_on:
        return t("card.stage.call_opens", day=line.call_opens_on)
    return t("card.stage.planned")


def meeting(view: MeetingView, viewer: Viewer) -> Sheet:
    t, line, ref = viewer.t, view.line, view.line.meeting
    arranges = bool(view.agenda_actions) or view.forecast is not None or view.may_triage
    is_unsent = view.notice is NoticeState.DRAFT
    is_draft = arranges and is_unsent
    is_coming = line.state in (MeetingState.PLANNED, MeetingState.IN_PROGRESS)
    return sheet(
        ref.body.name,
        subtitle=when(ref, viewer),
        state=stage(line, viewer),
        status=STAGES.get(line.state, "good" if line.is_notice_sent and is_coming else ""),
        steps=meeting_steps(view, viewer),
        links=join_link(view.link, viewer) if is_coming else (),
        facts=[
            (t("arg.place"), ref.place),
            (t("card.meeting.guests"), "\n".join(guest_name(each, viewer) for each in view.guests)),
        ],
        sections=[
            own_attendance(view.own, viewer) if view.own and is_coming else None,
            section(
                t("card.meeting.agenda_draft" if is_draft else "card.meeting.agenda"),
                lines=[
                    no_items(view, viewer, arranges=arranges) if is_coming else "",
                    confidential_line(view.items, viewer),
                    time_line(view.items, ref, viewer) if arranges else "",
                    *change_lines(view.changes, viewer),
                ],
                rows=item_rows(view.items, ref, viewer),
                actions=agenda_actions(view, view.agenda_actions, viewer, takes_items=line.call is CallState.OPEN),
            ),
            forecast_section(view.forecast, viewer) if view.forecast else None,
        ],
        letterhead=letterhead(
            ref.body,
            "agenda_draft" if is_unsent else "notice",
            viewer,
            on=next((each.on for each in view.steps if each.kind is StepKind.NOTICE and not is_unsent), None),
            goes_out=True,
        ),
        actions=meeting_actions(view, viewer),
        opens=Opens("meeting.show", {"meeting_id": ref.id}),
        up=Opens("body.show", {"body_id": ref.body.id}) if ref.body.may_view else None,
    )


def meeting_steps(view: MeetingView, viewer: Viewer) -> list[Step]:
    return [
        Step(
            str(viewer.say(step.kind)),
            short_date(viewer.lang, step.on) if step.on else "",
            is_done=step.state is StepState.DONE,
            is_now=step.state is StepState.NOW,
        )
        for step in view.steps
    ]


def meeting_actions(view: MeetingView, viewer: Viewer) -> list[Action]:
    """Returns what may be done to a meeting, and where one may go on from it."""
    meeting_id, body_id = view.line.meeting.id, view.line.meeting.body.id
    about: dict[str, Any] = {"meeting_id": meeting_id}
    own = {each.command: each for each in view.actions}
    shown = []
    if "proposal.submit" in own and not view.may_triage:
        shown.append(action(viewer, own["proposal.submit"]))
    if viewer.allows("call.show", body_id) and not viewer.by.is_room:
        to_call = goes_to(viewer, "call.show", **about)
        is_next = view.may_triage and view.line.call is CallState.OPEN
        shown.append(replace(to_call, style="positive") if is_next else to_call)
    if view.may_triage:
        shown.append(goes_to(viewer, "proposal.triage", **about))
    if view.items and viewer.allows("guest_invitation.list", body_id):
        shown.append(goes_to(viewer, "guest_invitation.list", **about))
    if "minutes.start" in own:
        shown.append(action(viewer, own["minutes.start"], style="positive"))
    if view.may_read_minutes:
        shown.append(goes_to(viewer, "minutes.show", **about))
    shown += [
        action(viewer, own[name])
        for name in ("summary.show", "summary.write", "meeting.move", "meeting.carry_cases")
        if name in own
    ]
    if sent := goes_to_sent(viewer, body_id, **about):
        shown.append(sent)
    if viewer.allows("log.show", body_id):
        shown.append(goes_to(viewer, "log.show", **about))
    return shown
