"""What is there for me, how my councils stand, and one council as a whole."""

from collections.abc import Iterable
from datetime import date

from lisbot.cards.meetings.attendance import deputy_answers, responses
from lisbot.cards.meetings.meetings import meeting_row
from lisbot.cards.meetings.proposals import PROPOSAL_STATUS, became
from lisbot.cards.meetings.references import days_of, meeting_opens
from lisbot.cards.minutes import follow_up_task_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Sheet,
    Table,
    TableRow,
    action,
    actions,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MeetingState, MinutesState
from lisbot.council.meetings.views import MeetingRef, ProposalLine
from lisbot.council.overview.views import (
    AskedVote,
    BodyStatus,
    BodyView,
    DashboardView,
    MeetingTask,
    MenuView,
    UnfinishedMeeting,
    WorklistView,
)
from lisbot.council.register.views import BodyRef, GoneRoom, SeatOnDay
from lisbot.texts import LANGUAGES, date_and_name, format_list, short_date, text

DatedRow = tuple[date | None, Row]  # what is to be done, and by when
# What shows what is due, and the command that does it.
DEEDS = {"call": ("call.show", "call.open"), "deadline": ("call.show", ""), "notice": ("meeting.show", "notice.send")}


def menu(view: MenuView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.menu.title"),
        lines=[viewer.t("card.menu.intro"), viewer.t("card.menu.type")],
        sections=[
            section(
                viewer.t("card.menu.bodies"),
                rows=[Row(body.name, note=body.region, opens=body_opens(body)) for body in view.bodies],
            ),
        ],
        actions=[*actions(viewer, view.actions), *languages(viewer)],
        opens=Opens("worklist.show", {}),
    )


def body_opens(body: BodyRef) -> Opens | None:
    return Opens("body.show", {"body_id": body.id}) if body.may_view else None


def languages(viewer: Viewer) -> list[Action]:
    return [
        Action(text(lang, "card.menu.this_language"), "person.choose_language", {"language": lang})
        for lang in LANGUAGES
        if lang != viewer.lang
    ]


def worklist(view: WorklistView, viewer: Viewer) -> Sheet:
    t = viewer.t
    asked = nearest_first(
        *(row for status in view.overseen for row in attention_rows(status, viewer)),
        *((task.until, call_row(task, viewer)) for task in view.calls),
        *((task.meeting.held_on, invitation_row(task, viewer)) for task in view.invitations),
        *((task.meeting.held_on, stand_in_row(task, viewer)) for task in view.stand_ins),
        *((closing_day(v, viewer), vote_row(v, viewer, t("card.worklist.vote", body=v.body.name))) for v in view.votes),
        *((None, returned_row(proposal, viewer)) for proposal in view.returned),
        *((task.line.due_on, follow_up_task_row(task, viewer)) for task in view.follow_ups),
        *((task.until, comment_row(task, viewer)) for task in view.comments),
    )
    return sheet(
        t("card.worklist.title", name=view.name),
        sections=[
            section(
                t("card.worklist.asked"),
                lines=() if asked else [t("card.worklist.nothing")],
                rows=asked,
            ),
            section(t("card.worklist.proposals"), rows=[proposal_row(p, viewer) for p in view.proposals]),
            section(t("card.worklist.meetings"), rows=[coming_row(m, viewer) for m in view.meetings]),
            section(
                t("card.worklist.bodies"),
                rows=[Row(body.name, body.region, opens=body_opens(body)) for body in view.bodies],
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("worklist.show", {}),
    )


def nearest_first(*rows: DatedRow) -> list[Row]:
    """Returns what is asked, the nearest deadline first, and what has none last."""
    return [row for _, row in sorted(rows, key=lambda each: (each[0] is None, each[0] or date.max))]


def call_row(task: MeetingTask, viewer: Viewer) -> Row:
    meeting = task.meeting
    return Row(
        viewer.t("card.worklist.call", body=meeting.body.name),
        viewer.t("card.worklist.call_text", day=days_of(meeting), until=task.until),
        status="attention",
        mark=day(task.until, viewer),
        opens=Opens("call.show", {"meeting_id": meeting.id}),
        actions=actions(viewer, task.actions),
    )


def invitation_row(task: MeetingTask, viewer: Viewer) -> Row:
    meeting = task.meeting
    return Row(
        viewer.t("card.worklist.invitation", body=meeting.body.name),
        viewer.t("card.worklist.invitation_text", day=days_of(meeting), hour=meeting.starts),
        status="attention",
        mark=day(meeting.held_on, viewer),
        opens=meeting_opens(meeting),
        actions=responses(task.actions, viewer),
    )


def stand_in_row(task: MeetingTask, viewer: Viewer) -> Row:
    meeting = task.meeting
    return Row(
        viewer.t("card.worklist.stand_in", body=meeting.body.name),
        viewer.t("card.worklist.invitation_text", day=days_of(meeting), hour=meeting.starts),
        status="attention",
        mark=day(meeting.held_on, viewer),
        opens=meeting_opens(meeting),
        actions=deputy_answers(task.actions, viewer),
    )


def vote_row(vote: AskedVote, viewer: Viewer, asked: str = "") -> Row:
    closes = viewer.t("card.worklist.closes", at=viewer.say(vote.closes_at)) if vote.closes_at else ""
    opens = Opens("vote.show", {"vote_id": vote.id})
    if asked:
        return Row(asked, vote.question, closes, "attention", opens, mark=day(closing_day(vote, viewer), viewer))
    return Row(vote.question, closes, opens=opens)


def closing_day(vote: AskedVote, viewer: Viewer) -> date | None:
    return vote.closes_at.astimezone(viewer.tz).date() if vote.closes_at else None


def day(on: date | None, viewer: Viewer) -> str:
    return short_date(viewer.lang, on) if on else ""


def returned_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    edits = [each for each in proposal.actions if each.command == "proposal.edit"]
    return Row(
        viewer.t("card.worklist.returned", title=proposal.title),
        proposal.reason or "",
        status="warning",
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
        actions=actions(viewer, edits),
    )


def comment_row(task: MeetingTask, viewer: Viewer) -> Row:
    meeting = task.meeting
    return Row(
        viewer.t("card.worklist.comments", body=meeting.body.name),
        viewer.t("card.worklist.comments_text", day=days_of(meeting), until=task.until),
        mark=day(task.until, viewer),
        opens=Opens("minutes.show", {"meeting_id": meeting.id}),
    )


def proposal_row(proposal: ProposalLine, viewer: Viewer) -> Row:
    meeting = proposal.meeting
    return Row(
        proposal.title,
        date_and_name(viewer.lang, meeting.body.name, days_of(meeting)),
        became(proposal, viewer),
        PROPOSAL_STATUS.get(proposal.state, ""),
        opens=Opens("proposal.show", {"proposal_id": proposal.id}),
    )


def coming_row(meeting: MeetingRef, viewer: Viewer) -> Row:
    when = {"day": meeting.held_on, "starts": meeting.starts, "ends": meeting.ends}
    return Row(
        meeting.body.name,
        viewer.t("card.worklist.meeting", **when),
        meeting.place,
        mark=day(meeting.held_on, viewer),
        opens=meeting_opens(meeting),
    )


def overdue_row(view: DashboardView, viewer: Viewer) -> list[Row]:
    """Returns that follow-ups are overdue, where some are."""
    if not view.overdue:
        return []
    words = viewer.t("card.dashboard.overdue", count=view.overdue)
    return [Row(words, status="attention", opens=Opens("follow_up.list", {}))]


def dashboard(view: DashboardView, viewer: Viewer) -> Sheet:
    t = viewer.t
    columns = ("body", "next", "due", "waiting", "silent", "unanswered", "votes")
    return sheet(
        t("card.dashboard.title"),
        subtitle=t("card.dashboard.count", count=len(view.bodies)),
        sections=[
            section(
                t("card.dashboard.attend_to"),
                rows=[
                    *nearest_first(*(row for status in view.bodies for row in attention_rows(status, viewer))),
                    *overdue_row(view, viewer),
                ],
            ),
            section(
                table=Table(
                    tuple(t(f"card.dashboard.{name}") for name in columns),
                    tuple(TableRow(status_cells(status, viewer), body_opens(status.body)) for status in view.bodies),
                )
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("dashboard.show", {}),
    )


def status_cells(status: BodyStatus, viewer: Viewer) -> tuple[str, ...]:
    late = [due for due in status.due if due.on <= viewer.today]
    first = min(late or status.due, key=lambda due: due.on, default=None)
    due = viewer.t(f"card.due.{first.what}", day=short_date(viewer.lang, first.on)) if first else ""
    counts = (status.waiting, status.silent, status.unanswered, status.open_votes)
    return (
        status.body.name,
        short_date(viewer.lang, status.next.held_on) if status.next else "",
        due,
        *(str(number) if number else "" for number in counts),
    )


def attention_rows(status: BodyStatus, viewer: Viewer) -> Iterable[DatedRow]:
    """Returns what waits for the secretariat in one body, each with its day and with where to do it."""
    t, body = viewer.t, status.body
    yield from (unfinished_row(meeting, viewer) for meeting in status.unfinished)
    if status.waiting:
        opens = Opens("proposal.triage", {"body_id": body.id})
        yield None, Row(t("card.dashboard.proposals_wait", count=status.waiting), body.name, "", "warning", opens)
    if status.changes:
        opens = Opens("register.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.changes_wait", count=status.changes), body.name, "", "warning", opens)
    if status.vacant:
        opens = Opens("register.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.seats_vacant", count=status.vacant), body.name, "", "warning", opens)
    if status.gone_rooms:
        opens = Opens("body.show", {"body_id": body.id})
        yield None, Row(t("card.dashboard.rooms_gone", count=status.gone_rooms), body.name, "", "attention", opens)
    for due in status.due:
        if due.on <= viewer.today and due.what in DEEDS:
            task = t(f"card.due.{due.what}", day=short_date(viewer.lang, due.on))
            about = {"meeting_id": due.meeting_id}
            shows, deed = DEEDS[due.what]
            urgency = "warning" if due.what == "deadline" else "attention"
            yield (
                due.on,
                Row(
                    task[:1].upper() + task[1:],
                    body.name,
                    "",
                    urgency,
                    Opens(shows, about),
                    (action(viewer, AllowedAction(deed, about)),) if deed and viewer.allows(deed, body.id) else (),
                    day(due.on, viewer),
                ),
            )


def unfinished_row(unfinished: UnfinishedMeeting, viewer: Viewer) -> DatedRow:
    """Returns a meeting whose minutes are to be begun, sent out or approved."""
    meeting = unfinished.meeting
    stage = unfinished.minutes if unfinished.state is MeetingState.HELD else unfinished.state
    command = "meeting.show" if unfinished.minutes is MinutesState.NONE else "minutes.show"
    is_late = unfinished.due_on is not None and unfinished.due_on <= viewer.today
    return unfinished.due_on or meeting.held_on, Row(
        viewer.t(f"card.unfinished.{stage}", day=days_of(meeting)),
        meeting.body.name,
        "",
        "attention" if is_late or unfinished.state is MeetingState.IN_PROGRESS else "warning",
        Opens(command, {"meeting_id": meeting.id}),
        actions(viewer, unfinished.actions, positive=["minutes.start"]),
        day(unfinished.due_on, viewer),
    )


def silent_rows(status: BodyStatus, viewer: Viewer) -> Iterable[Row]:
    """Returns how many are silent, each number with where they are listed."""
    for shows, name, counts in (
        ("call.show", "silent", status.calls),
        ("attendance.forecast", "unanswered", status.notices),
    ):
        for each in counts:
            said = viewer.t(f"card.body.{name}", count=each.count, day=days_of(each.meeting))
            yield Row(said, opens=Opens(shows, {"meeting_id": each.meeting.id}))


def body(view: BodyView, viewer: Viewer) -> Sheet:
    t = viewer.t
    body = view.body
    return sheet(
        body.name,
        subtitle=f"{view.secretariat} · {body.region}",
        sections=[
            section(t("card.dashboard.attend_to"), rows=standing_rows(view.status, viewer) if view.status else ()),
            section(t("card.body.gone_rooms"), rows=[gone_room_row(room, viewer) for room in view.gone_rooms]),
            section(
                t("card.body.meetings"),
                lines=() if view.meetings else [t("card.body.no_meetings")],
                rows=[meeting_row(meeting, viewer) for meeting in view.meetings],
                actions=[
                    goes_to(viewer, "year_plan.show", body_id=body.id),
                    goes_to(viewer, "case.list_waiting", body_id=body.id)
                    if viewer.allows("case.list_waiting", body.id)
                    else None,
                    *(action(viewer, each) for each in view.actions if each.command == "year_plan.set_dates"),
                ],
            ),
            section(t("card.body.votes"), rows=[vote_row(vote, viewer) for vote in view.votes]),
            section(t("card.body.seats"), rows=[seat_row(seat, viewer) for seat in view.seats]),
            section(t("card.body.rules"), facts=rules(view, viewer)),
        ],
        actions=[
            goes_to(viewer, "register.show", body_id=body.id),
            *(action(viewer, each) for each in view.actions if each.command == "vote.open"),
        ],
        opens=Opens("body.show", {"body_id": body.id}),
    )


def gone_room_row(room: GoneRoom, viewer: Viewer) -> Row:
    """Returns a channel that can no longer be told anything, and what may be done."""
    return Row(
        viewer.t("card.body.gone_room", platform=viewer.t(f"platform.{room.platform}"), day=room.gone_on),
        viewer.t("card.body.what_to_do"),
        status="attention",
        actions=actions(viewer, room.actions),
    )


def standing_rows(status: BodyStatus, viewer: Viewer) -> list[Row]:
    """Returns how a body stands, to its secretariat."""
    return [*nearest_first(*attention_rows(status, viewer)), *silent_rows(status, viewer)]


def rules(view: BodyView, viewer: Viewer) -> list[tuple[str, str]]:
    t, r = viewer.t, view.rules
    not_set = t("card.body.not_set")

    def days(number: int | None) -> str:
        return not_set if number is None else t("card.body.days", count=number)

    return [
        (t("card.body.authority"), viewer.say(r.authority)),
        (t("card.body.mandate_by"), r.mandate_by or ""),
        (t("card.body.mandate_on"), viewer.say(r.mandate_on)),
        (t("card.body.meetings_per_year"), str(r.meetings_per_year or not_set)),
        (t("card.body.quorum"), viewer.say(r.quorum) or not_set),
        (t("card.body.majority"), viewer.say(r.majority) or not_set),
        (t("card.body.tie_rule"), viewer.say(r.tie_rule) or not_set),
        (t("card.body.secret_minimum"), str(r.secret_minimum or t("card.body.secret_minimum_unset"))),
        (t("card.body.escalates_to"), r.escalates_to or not_set),
        (t("card.body.call_days"), days(r.call_days)),
        (t("card.body.deadline_days"), days(r.deadline_days)),
        (t("card.body.notice_days"), days(r.notice_days)),
        (t("card.body.minutes_days"), days(r.minutes_days)),
    ]


def seat_row(seat: SeatOnDay, viewer: Viewer) -> Row:
    deputies = format_list(viewer.lang, [deputy.name for deputy in seat.deputies])
    return Row(
        seat.holder.name if seat.holder else viewer.t("card.body.vacant"),
        seat.name,
        joined(
            viewer.say(seat.standing),
            viewer.t("card.body.chairs") if seat.chairs else "",
            viewer.t("card.body.deputies", names=deputies) if deputies else "",
        ),
        status="" if seat.holder else "warning",
    )
