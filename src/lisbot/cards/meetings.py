"""The year plan and its meetings: calls, proposals, agenda, notice, attendance."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Link,
    Opens,
    Row,
    Section,
    Sheet,
    action,
    actions,
    goes_to,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.cards.votes import item_vote_line
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import (
    CallState,
    DeputyResponse,
    MeetingState,
    MinutesState,
    NoticeState,
    ProposalState,
    Response,
    Standing,
)
from lisbot.council.meetings.views import (
    AgendaChange,
    AgendaItemLine,
    AgendaView,
    AskedSeat,
    AttendanceLine,
    CallView,
    ForecastView,
    ItemVote,
    MeetingLine,
    MeetingRef,
    MeetingView,
    OwnAttendance,
    ProposalLine,
    ProposalView,
    TriageView,
    YearPlansView,
    YearPlanView,
)
from lisbot.texts import Days, date_and_name, format_time

# What the colour of a state says. A state that is as it should be and asks for nothing has none.
STAGES = {MeetingState.CANCELLED: "attention", MeetingState.IN_PROGRESS: "good"}
PROPOSAL_STATUS = {
    ProposalState.SENT: "warning",
    ProposalState.RETURNED: "attention",
    ProposalState.ACCEPTED: "good",
    ProposalState.MERGED: "good",
    ProposalState.REJECTED: "attention",
}

BECAME = (ProposalState.ACCEPTED, ProposalState.MERGED, ProposalState.POSTPONED)  # which say into or to what


def meeting_opens(meeting: MeetingRef) -> Opens:
    """Returns what shows a meeting: to those who only read agendas, its agenda."""
    command = "meeting.show" if meeting.body.may_view else "agenda.show"
    return Opens(command, {"meeting_id": meeting.id})


def up_to(meeting: MeetingRef) -> Opens | None:
    return Opens("meeting.show", {"meeting_id": meeting.id}) if meeting.body.may_view else None


def days_of(meeting: MeetingRef) -> Days:
    """Returns a meeting's day or days, with its hour where the body has another that begins the same day."""
    return Days(meeting.held_on, meeting.ends_on, meeting.starts if meeting.shares_day else None)


def when(meeting: MeetingRef, viewer: Viewer) -> str:
    hours = {"starts": meeting.starts, "ends": meeting.ends}
    if meeting.ends_on > meeting.held_on:
        return viewer.t("card.meeting.when_days", day=meeting.held_on, last=meeting.ends_on, **hours)
    return viewer.t("card.meeting.when", day=meeting.held_on, **hours)


def meeting_row(line: MeetingLine, viewer: Viewer, *, with_actions: bool = False) -> Row:
    meeting = line.meeting
    hours = f"{format_time(viewer.lang, meeting.starts)}–{format_time(viewer.lang, meeting.ends)}"
    return Row(
        viewer.say(Days(meeting.held_on, meeting.ends_on)),
        joined(hours, meeting.place, by=", "),
        stage(line, viewer),
        opens=meeting_opens(meeting),
        actions=actions(viewer, line.actions) if with_actions else (),
    )


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


def year_plan(view: YearPlanView, viewer: Viewer) -> Sheet:
    t, body_id = viewer.t, view.body.id
    held = sum(line.state is not MeetingState.CANCELLED for line in view.meetings)
    usual = t("card.year_plan.usual", count=view.usual_count, held=held) if view.usual_count else ""
    years = [
        goes_to(viewer, "year_plan.show", title=str(year), body_id=body_id, year=year)
        for year in (view.year - 1, view.year + 1)
    ]
    return sheet(
        t("card.year_plan.title", body=view.body.name, year=view.year),
        lines=[usual],
        sections=[
            section(
                lines=() if view.meetings else [t("card.year_plan.empty")],
                rows=[meeting_row(line, viewer, with_actions=True) for line in view.meetings],
            )
        ],
        actions=[*actions(viewer, view.actions), *years],
        opens=Opens("year_plan.show", {"body_id": body_id, "year": view.year}),
        up=Opens("body.show", {"body_id": body_id}),
    )


def year_plans(view: YearPlansView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.year_plan.planned"),
        lines=[viewer.t("card.year_plan.counts", added=view.added, changed=view.changed, unchanged=view.unchanged)],
        sections=[
            section(
                viewer.t("card.year_plan.title", body=plan.body.name, year=plan.year),
                rows=[meeting_row(line, viewer) for line in plan.meetings],
            )
            for plan in view.plans
        ],
        opens=Opens("dashboard.show", {}),
    )


def meeting(view: MeetingView, viewer: Viewer) -> Sheet:
    t, line, ref = viewer.t, view.line, view.line.meeting
    arranges = bool(view.agenda_actions) or view.forecast is not None or view.may_triage
    is_draft = arranges and view.notice is NoticeState.DRAFT
    is_coming = line.state in (MeetingState.PLANNED, MeetingState.IN_PROGRESS)
    return sheet(
        ref.body.name,
        subtitle=when(ref, viewer),
        state=stage(line, viewer),
        status=STAGES.get(line.state, ""),
        links=join_link(view.link, viewer) if is_coming else (),
        facts=[(t("arg.place"), ref.place)],
        sections=[
            own_attendance(view.own, viewer) if view.own and is_coming else None,
            section(
                t("card.meeting.agenda_draft" if is_draft else "card.meeting.agenda"),
                lines=[
                    no_items(view, viewer, arranges=arranges) if is_coming else "",
                    confidential_line(view.items, viewer),
                    *change_lines(view.changes, viewer),
                ],
                rows=[item_row(item, ref, viewer) for item in view.items],
                actions=agenda_actions(view, view.agenda_actions, viewer),
            ),
            forecast_section(view.forecast, viewer) if view.forecast else None,
        ],
        actions=meeting_actions(view, viewer),
        opens=Opens("meeting.show", {"meeting_id": ref.id}),
        up=Opens("body.show", {"body_id": ref.body.id}) if ref.body.may_view else None,
    )


def join_link(link: str, viewer: Viewer) -> list[Link]:
    return [Link(viewer.t("card.meeting.join"), link)] if link else []


def change_lines(changes: Iterable[AgendaChange], viewer: Viewer) -> list[str]:
    return [viewer.t(f"agenda_change.{change.kind}", title=change.title) for change in changes]


def meeting_actions(view: MeetingView, viewer: Viewer) -> list[Action]:
    """Returns what may be done to a meeting, and where one may go on from it."""
    meeting_id, body_id = view.line.meeting.id, view.line.meeting.body.id
    about: dict[str, Any] = {"meeting_id": meeting_id}
    own = {each.command: each for each in view.actions}
    shown = []
    if "proposal.submit" in own and not view.may_triage:
        shown.append(action(viewer, own["proposal.submit"]))
    if viewer.allows("call.show", body_id) and not viewer.by.is_room:
        shown.append(goes_to(viewer, "call.show", **about))
    if view.may_triage:
        shown.append(goes_to(viewer, "proposal.triage", **about))
    if "minutes.start" in own:
        shown.append(action(viewer, own["minutes.start"], style="positive"))
    if view.may_read_minutes:
        shown.append(goes_to(viewer, "minutes.show", **about))
    shown += [action(viewer, own[name]) for name in ("meeting.move", "meeting.carry_cases") if name in own]
    if sent := goes_to_sent(viewer, body_id, **about):
        shown.append(sent)
    if viewer.allows("log.show", body_id):
        shown.append(goes_to(viewer, "log.show", **about))
    return shown


def own_attendance(own: OwnAttendance, viewer: Viewer) -> Section:
    """Returns what this member has answered, or is asked."""
    t = viewer.t
    if own.stands_in_for:
        answered = own.deputy_response not in (None, DeputyResponse.ASKED)
        return section(
            t("card.attendance.deputy_for", name=own.stands_in_for),
            lines=[
                t("card.attendance.yours", response=own.deputy_response) if answered else "",
                t("card.attendance.tells_deputy") if own.actions else "",
            ],
            actions=deputy_answers(own.actions, viewer),
        )
    said = ""
    if own.is_known:
        said = t("card.attendance.yours", response=own.response) if own.response else t("card.attendance.not_yet")
    if own.former_response and own.former_on and own.response is None:
        said += " " + t("card.attendance.former", response=own.former_response, day=own.former_on)
    if own.deputy:
        said += " " + t("card.attendance.with_deputy", name=own.deputy, response=own.deputy_response)
    if own.noted_by:
        said += " " + t("card.attendance.noted_for_you", name=own.noted_by)
    return section(t("card.attendance.title"), lines=[said], actions=responses(own.actions, viewer))


def responses(allowed: Iterable[AllowedAction], viewer: Viewer) -> tuple[Action, ...]:
    """Returns a button for each answer to a notice. An absence asks for its reason and a deputy."""
    return tuple(
        action(
            viewer,
            each,
            title=viewer.t(f"card.attendance.{each.arguments['response']}"),
            asks=each.arguments["response"] == Response.ABSENT,
        )
        for each in allowed
    )


def deputy_answers(allowed: Iterable[AllowedAction], viewer: Viewer) -> tuple[Action, ...]:
    return tuple(action(viewer, each, title=viewer.t(f"card.deputy.{each.arguments['response']}")) for each in allowed)


def item_row(item: AgendaItemLine, ref: MeetingRef, viewer: Viewer) -> Row:
    """Returns an item. Its case opens to those who see more of the council than its agendas."""
    t = viewer.t
    title = t("card.agenda.withheld_item") if item.is_withheld else item.title
    asked = t("card.agenda.asked", wording=item.wording) if item.wording else ""
    duration = t("card.duration_minutes", count=item.duration_minutes) if item.duration_minutes else ""
    results = [item_vote_line(vote, viewer) for vote in item.votes]
    return Row(
        joined(item.number, title, by=" "),
        joined(item.background, asked, *item.links, *results, by="\n"),
        joined(
            viewer.say(item.kind) if item.number else "",
            duration,
            t("arg.confidential") if item.confidential else "",
        ),
        mark=format_time(viewer.lang, item.starts) if item.starts else "",
        opens=Opens("case.show", {"case_id": item.case_id}) if item.case_id and ref.body.may_view else None,
        actions=(*(vote_button(vote, ref, viewer) for vote in item.votes), *actions(viewer, item.actions)),
    )


def confidential_line(items: Iterable[AgendaItemLine], viewer: Viewer) -> str:
    """Returns what confidential means, on an agenda where something is."""
    return viewer.t("card.confidential") if any(item.confidential for item in items) else ""


def vote_button(vote: ItemVote, ref: MeetingRef, viewer: Viewer) -> Action:
    title = "" if viewer.allows("vote.cast", ref.body.id) else viewer.t("card.vote.show_question")
    if not vote.is_open:
        title = viewer.t("card.vote.show_result")
    return goes_to(viewer, "vote.show", title=title, vote_id=vote.id)


def no_items(view: MeetingView | AgendaView, viewer: Viewer, *, arranges: bool) -> str:
    """Returns why an agenda is empty: to those who arrange it, that it is, and to others that it is not sent."""
    if view.items:
        return ""
    return viewer.t("card.meeting.no_items" if arranges else "card.meeting.not_published")


def agenda_actions(view: MeetingView | AgendaView, allowed: Iterable[AllowedAction], viewer: Viewer) -> list[Action]:
    """Returns what may be done to an agenda. To send it stands out once there is something on it."""
    again = viewer.t("card.agenda.tell_changes") if view.notice is NoticeState.CHANGED else ""
    style = "positive" if view.items else "default"
    return [
        action(viewer, each, title=again, style=style) if each.command == "notice.send" else action(viewer, each)
        for each in allowed
    ]


def agenda(view: AgendaView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    sees_meeting = ref.body.may_view
    return sheet(
        t("card.agenda.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        lines=[
            no_items(view, viewer, arranges=bool(view.actions)),
            confidential_line(view.items, viewer),
            *change_lines(view.changes, viewer),
        ],
        links=join_link(view.link, viewer),
        facts=[(t("arg.place"), ref.place if sees_meeting else "")],
        sections=[
            section(
                rows=[item_row(item, ref, viewer) for item in view.items],
                actions=agenda_actions(view, view.actions, viewer),
            )
        ],
        actions=[goes_to(viewer, "meeting.show", meeting_id=ref.id) if sees_meeting else None],
        opens=Opens("agenda.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def forecast_section(view: ForecastView, viewer: Viewer) -> Section:
    return section(
        viewer.t("card.forecast.title"),
        facts=forecast_facts(view, viewer),
        rows=[attendance_row(line, viewer) for line in view.seats],
        actions=[goes_to(viewer, "attendance.forecast", meeting_id=view.meeting.id)],
        is_detail=True,
    )


def forecast(view: ForecastView, viewer: Viewer) -> Sheet:
    ref = view.meeting
    return sheet(
        viewer.t("card.forecast.title"),
        subtitle=date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        facts=forecast_facts(view, viewer),
        sections=[section(rows=[attendance_row(line, viewer) for line in view.seats])],
        opens=Opens("attendance.forecast", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def forecast_facts(view: ForecastView, viewer: Viewer) -> list[tuple[str, str]]:
    t = viewer.t
    said = t("card.body.not_set")
    if view.has_quorum is not None:
        enough = t("card.forecast.enough" if view.has_quorum else "card.forecast.too_few")
        said = f"{viewer.say(view.quorum)}: {enough}"
    return [
        (t("card.forecast.coming"), t("card.forecast.of", count=view.coming, seats=view.voting)),
        (t("card.body.quorum"), said),
    ]


def attendance_row(line: AttendanceLine, viewer: Viewer) -> Row:
    t = viewer.t
    said = viewer.say(line.response) if line.response else t("card.forecast.silent")
    if line.former_response and line.former_on and line.response is None:
        said += ". " + t("card.forecast.former", response=line.former_response, day=line.former_on)
    if line.response is Response.ABSENT and line.reason:
        said += f": {line.reason}"
    if line.deputy:
        said += ". " + t("card.attendance.with_deputy", name=line.deputy, response=line.deputy_response)
    if line.noted_by:
        said += ". " + t("card.attendance.noted_by", name=line.noted_by)
    status = "good" if line.is_represented else "warning" if line.response is None else "attention"
    if line.standing is not Standing.VOTING and status != "good":
        status = ""
    return Row(
        line.name or t("card.body.vacant"),
        f"{line.role}, {line.organisation}",
        said,
        status,
        actions=actions(viewer, line.actions),
    )


def asked_seat_row(seat: AskedSeat, viewer: Viewer) -> Row:
    note = viewer.t("card.call.note_decline")
    return Row(seat.holder, seat.seat, actions=tuple(action(viewer, each, title=note) for each in seat.actions))


def call(view: CallView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    proposals = t("card.call.waiting", count=view.waiting or 0)
    return sheet(
        t("card.call.title", body=ref.body.name),
        subtitle=t("card.call.for", day=days_of(ref)),
        state=call_line(view, viewer),
        status="good" if view.state is CallState.OPEN else "",
        lines=[t("card.call.you_declined") if view.has_declined else ""],
        answers=[action(viewer, each) for each in view.actions if is_members(each)],
        facts=[
            (t("card.call.answered"), answered_of(view, viewer)),
            (t("card.call.reminded"), viewer.say(view.reminded_at) if view.reminded_at else ""),
        ],
        sections=[
            section(t("card.call.own"), rows=[own_proposal_row(p, viewer) for p in view.own]),
            *(
                section(t(f"card.call.{name}"), rows=[asked_seat_row(s, viewer) for s in seats], is_detail=True)
                for name, seats in (("silent", view.silent), ("declined", view.declined), ("proposed", view.proposed))
            ),
        ],
        actions=[
            goes_to(viewer, "proposal.triage", title=proposals, meeting_id=ref.id)
            if view.waiting is not None
            else None,
            *(call_action(each, view, viewer) for each in view.actions if not is_members(each)),
        ],
        opens=Opens("call.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def is_members(allowed: AllowedAction) -> bool:
    """Returns whether an action on a call is for those who are asked, and not for the secretariat."""
    return allowed.command in ("proposal.submit", "call.decline")


def answered_of(view: CallView, viewer: Viewer) -> str:
    """Returns how many have answered, once a call has been opened: before that it has asked nobody."""
    return viewer.t("card.call.answered_of", count=view.answered, seats=view.asked) if view.asked else ""


def call_action(allowed: AllowedAction, view: CallView, viewer: Viewer) -> Action:
    is_opened_again = allowed.command == "call.open" and view.state is CallState.CLOSED
    return action(viewer, allowed, title=viewer.t("card.call.open_again") if is_opened_again else "")


def call_line(view: CallView, viewer: Viewer) -> str:
    if view.closes_on is None:
        return ""
    if view.closed_on is not None and view.closed_on <= view.closes_on:
        return viewer.t("card.call.closed_early", day=view.closed_on, until=view.closes_on)
    state = {CallState.OPEN: "open", CallState.CLOSED: "closed"}.get(view.state, "planned")
    return viewer.t(f"card.call.{state}", day=view.closes_on)


def own_proposal_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    return Row(
        proposal.title,
        proposal.reason or "",
        became(proposal, viewer),
        PROPOSAL_STATUS.get(proposal.state, ""),
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
    )


def became(proposal: ProposalLine | ProposalView, viewer: Viewer) -> str:
    """Returns what became of a proposal: with which case it was merged, to which meeting it is postponed."""
    if proposal.state in BECAME:
        values = {"number": proposal.case_number, "title": proposal.case_title, "day": days_of(proposal.meeting)}
        return viewer.t(f"card.became.{proposal.state}", **values)
    return viewer.say(proposal.state)


def late_line(view: ProposalView, viewer: Viewer) -> str:
    """Returns that a proposal came after the deadline, and until it is answered what that means."""
    if not view.late:
        return ""
    is_open = view.state in (ProposalState.SENT, ProposalState.RETURNED)
    return viewer.t("card.proposal.late_means" if is_open else "card.proposal.late")


def proposal(view: ProposalView, viewer: Viewer) -> Sheet:
    t, may_triage = viewer.t, viewer.allows("proposal.triage", view.meeting.body.id)
    minutes = t("card.duration_minutes", count=view.duration_minutes) if view.duration_minutes else ""
    return sheet(
        view.title,
        subtitle=t("card.proposal.for", body=view.meeting.body.name, day=days_of(view.meeting)),
        state=became(view, viewer),
        status=PROPOSAL_STATUS.get(view.state, ""),
        lines=[
            late_line(view, viewer),
            t("card.proposal.stranded", day=days_of(view.meeting)) if view.is_stranded else "",
            t("card.proposal.tells") if any(each.command == "proposal.accept" for each in view.actions) else "",
        ],
        facts=[
            (t("card.proposal.case"), view.case_number),
            (t("arg.reason"), view.reason or ""),
            (t("card.proposal.by"), joined(view.by, view.organisation, by=", ")),
            (t("arg.kind"), viewer.say(view.kind)),
            (t("arg.duration_minutes"), minutes),
            (t("arg.confidential"), t("hint.confidential") if view.confidential else ""),
        ],
        sections=[
            section(t("arg.background"), lines=[view.background]),
            section(t("arg.wording"), lines=[view.wording]),
            section(t("arg.links"), lines=view.links),
        ],
        actions=[
            *actions(viewer, view.actions, positive=["proposal.postpone" if view.is_stranded else "proposal.accept"]),
            goes_to(viewer, "proposal.triage", meeting_id=view.meeting.id) if may_triage else None,
            goes_to(viewer, "meeting.show", meeting_id=view.meeting.id) if may_triage else None,
            goes_to_sent(viewer, view.meeting.body.id, proposal_id=view.id),
        ],
        opens=Opens("proposal.show", {"proposal_id": view.id}),
        up=Opens("proposal.triage", {"meeting_id": view.meeting.id}) if may_triage else up_to(view.meeting),
    )


def triage(view: TriageView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    title = t("card.triage.all")
    if ref or view.body:
        title = t("card.triage.title", body=ref.body.name if ref else view.body.name if view.body else "")
    return sheet(
        title,
        subtitle=t("card.call.for", day=days_of(ref)) if ref else "",
        sections=[
            *waiting_sections(view, viewer),
            section(t("card.triage.settled"), rows=[triage_row(p, viewer) for p in view.settled], is_detail=True),
            section(t("card.triage.withdrawn"), rows=[triage_row(p, viewer) for p in view.withdrawn], is_detail=True),
        ],
        actions=[
            goes_to(viewer, "agenda.show", meeting_id=ref.id) if ref else None,
            goes_to(viewer, "meeting.show", meeting_id=ref.id) if ref else None,
            goes_to(viewer, "body.show", body_id=view.body.id) if view.body else None,
        ],
        opens=triage_opens(view),
        up=triage_up(view),
    )


def triage_opens(view: TriageView) -> Opens:
    if view.meeting:
        return Opens("proposal.triage", {"meeting_id": view.meeting.id})
    return Opens("proposal.triage", {"body_id": view.body.id} if view.body else {})


def triage_up(view: TriageView) -> Opens | None:
    if view.meeting:
        return up_to(view.meeting)
    return Opens("body.show", {"body_id": view.body.id}) if view.body else Opens("dashboard.show", {})


def waiting_sections(view: TriageView, viewer: Viewer) -> list[Section]:
    """Returns what waits for one meeting; or for several, by meeting, and of one that takes no more items, that it is
    to go to another."""
    t = viewer.t
    if view.meeting or not view.waiting:
        nothing = [] if view.waiting else [t("card.triage.none")]
        return [section(t("card.triage.waiting"), lines=nothing, rows=[triage_row(p, viewer) for p in view.waiting])]
    by_meeting: dict[int, list[ProposalLine]] = {}
    for line in view.waiting:
        by_meeting.setdefault(line.meeting.id, []).append(line)
    return [
        section(
            date_and_name(viewer.lang, lines[0].meeting.body.name, days_of(lines[0].meeting)),
            lines=[t("card.proposal.stranded", day=days_of(lines[0].meeting)) if lines[0].is_stranded else ""],
            rows=[triage_row(line, viewer) for line in lines],
        )
        for lines in by_meeting.values()
    ]


def triage_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    """Returns a proposal with a button that opens it, where everything that may be done with it stands, and of one
    that is to go to another meeting the button for that."""
    t = viewer.t
    moves = [each for each in proposal.actions if each.command == "proposal.postpone"]
    treat = goes_to(viewer, "proposal.show", title=t("card.triage.treat"), proposal_id=proposal.id)
    return Row(
        joined(proposal.case_number if proposal.state is not ProposalState.MERGED else "", proposal.title, by=" "),
        joined(
            proposal.background,
            t("card.agenda.asked", wording=proposal.wording) if proposal.wording else "",
            *proposal.links,
            t("card.proposal.reason", reason=proposal.reason) if proposal.reason else "",
            by="\n",
        ),
        joined(
            proposal.source,
            viewer.say(proposal.kind),
            t("card.duration_minutes", count=proposal.duration_minutes) if proposal.duration_minutes else "",
            became(proposal, viewer),
            t("card.proposal.late") if proposal.late else "",
            t("arg.confidential") if proposal.confidential else "",
        ),
        status="warning" if proposal.late or proposal.is_stranded else PROPOSAL_STATUS.get(proposal.state, ""),
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
        actions=(
            (
                *actions(viewer, moves, positive=["proposal.postpone"]),
                replace(treat, style="default" if moves else "positive"),
            )
            if proposal.actions
            else ()
        ),
    )
