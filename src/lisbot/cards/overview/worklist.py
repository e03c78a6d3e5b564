"""What is there for me."""

from dataclasses import replace
from datetime import date

from lisbot.cards.consultations.consultations import asked_row as consultation_row
from lisbot.cards.consultations.consultations import running_row
from lisbot.cards.meetings.attendance import deputy_answers, responses
from lisbot.cards.meetings.guests import guest_answers
from lisbot.cards.meetings.proposals import PROPOSAL_STATUS, became
from lisbot.cards.meetings.references import days_of, meeting_opens
from lisbot.cards.minutes.follow_ups import follow_up_task_row
from lisbot.cards.overview.attention import attention_rows, day, nearest_first
from lisbot.cards.overview.menu import body_opens
from lisbot.cards.processes import task_row
from lisbot.cards.referrals import awaited_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Link, Opens, Row, Sheet, action, actions, goes_to, joined, section, sheet
from lisbot.cards.votes import answer_buttons, choice_name
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.meetings.views import GuestInvitationView, MeetingRef, ProposalLine
from lisbot.council.overview.views import MeetingTask, WorklistView
from lisbot.council.register.views.asked import AskedConfirmation, AskedConsent
from lisbot.council.votes.views import AnsweredVote, AskedVote
from lisbot.texts import date_and_name

SEVERAL = {
    "call.open_all": "card.several.call_open_all",
    "call.remind_all": "card.several.call_remind_all",
    "notice.send_all": "card.several.notice_send_all",
    "meeting.remind_all": "card.several.meeting_remind_all",
}


def worklist(view: WorklistView, viewer: Viewer) -> Sheet:
    t = viewer.t
    until = view.filter.until if view.filter else None
    asked = nearest_first(
        *(row for status in view.overseen for row in attention_rows(status, viewer, until)),
        *((task.until, call_row(task, viewer)) for task in view.calls),
        *((task.meeting.held_on, invitation_row(task, viewer)) for task in view.invitations),
        *((task.meeting.held_on, stand_in_row(task, viewer)) for task in view.stand_ins),
        *((each.held_on, guest_row(each, viewer)) for each in view.guest_invitations if each.response is None),
        *((closing_day(vote, viewer), asked_vote_row(vote, viewer)) for vote in view.votes),
        *((None, returned_row(proposal, viewer)) for proposal in view.returned),
        *((task.line.due_on, follow_up_task_row(task, viewer)) for task in view.follow_ups),
        *((task.until, comment_row(task, viewer)) for task in view.comments),
        *((None, confirmation_row(asked, viewer)) for asked in view.confirmations),
        *((None, consent_row(asked, viewer)) for asked in view.consents),
        *((asked.until, consultation_row(asked, viewer)) for asked in view.consultations),
        *((line.due_on, task_row(line, viewer)) for line in view.stages),
        *((line.answer_by, awaited_row(line, viewer)) for line in view.awaited),
    )
    first = asked[0] if asked else None
    of_first = {each.command for each in first.actions} if first else set()
    return sheet(
        first.title if first else t("card.worklist.nothing"),
        subtitle=joined(view.name, t("card.worklist.first") if first else "", first.mark if first else ""),
        leads=first,
        sections=[
            section(t("card.worklist.asked"), rows=asked),
            section(t("card.worklist.several"), actions=several_actions(view, viewer)),
            section(t("card.worklist.running"), rows=[running_row(each, viewer) for each in view.running]),
            section(t("card.worklist.meetings"), rows=coming_rows(view, viewer)),
            section(t("card.worklist.minutes"), rows=[minutes_row(meeting, viewer) for meeting in view.minutes]),
            section(t("card.worklist.answered"), rows=answered_rows(view, viewer)),
            section(t("card.worklist.proposals"), rows=[proposal_row(p, viewer) for p in view.proposals]),
            section(
                t("card.worklist.bodies"),
                rows=[Row(body.name, body.region, opens=body_opens(body)) for body in view.bodies],
            ),
        ],
        actions=[each for each in actions(viewer, view.actions) if each.command not in of_first],
        opens=Opens("worklist.show", {}),
    )


def several_actions(view: WorklistView, viewer: Viewer) -> list[Action]:
    """Returns the buttons that do the same for several of the meetings that are shown, each with how many."""
    return [
        action(
            viewer, each, title=viewer.t(SEVERAL[each.command], count=str(each.arguments["meeting_id"]).count(",") + 1)
        )
        for each in view.several
    ]


def answered_rows(view: WorklistView, viewer: Viewer) -> list[Row]:
    """Returns what the viewer has answered and may still change."""
    t = viewer.t
    rows = [answered_vote_row(vote, viewer) for vote in view.voted]
    rows += [guest_row(each, viewer) for each in view.guest_invitations if each.response is not None]
    return rows + [
        Row(
            t("card.worklist.call", body=meeting.body.name),
            t("card.worklist.declined", day=days_of(meeting)),
            opens=Opens("call.show", {"meeting_id": meeting.id}),
        )
        for meeting in view.declined
    ]


def answered_vote_row(vote: AnsweredVote, viewer: Viewer) -> Row:
    said = "; ".join(choice_name(vote.form, choice, viewer) for choice in vote.choices)
    answer = viewer.t("card.worklist.said", answer=said) if said else viewer.t("card.worklist.said_secretly")
    closes = viewer.t("card.worklist.closes", at=vote.closes_at) if vote.closes_at else ""
    return Row(vote.question, joined(vote.body.name, answer, by="\n"), closes, opens=vote_opens(vote.id))


def coming_rows(view: WorklistView, viewer: Viewer) -> list[Row]:
    """Returns the next meetings, each with what the viewer has answered, and the first with where to join it."""
    answers = {each.meeting_id: each.response or each.deputy_response for each in view.responses}
    rows = [coming_row(meeting, viewer, answers.get(meeting.id)) for meeting in view.meetings]
    if rows and view.link:
        rows[0] = replace(rows[0], links=(Link(viewer.t("card.meeting.join"), view.link),))
    return rows


def minutes_row(meeting: MeetingRef, viewer: Viewer) -> Row:
    return Row(
        viewer.t("card.worklist.minutes_from", day=days_of(meeting)),
        meeting.body.name,
        opens=Opens("minutes.show", {"meeting_id": meeting.id}),
    )


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


def guest_row(invitation: GuestInvitationView, viewer: Viewer) -> Row:
    """Returns what somebody is invited to as a guest, with their answers as buttons or with what they answered."""
    t = viewer.t
    when = t("card.meeting.when", day=invitation.held_on, starts=invitation.starts, ends=invitation.ends)
    said = t("card.attendance.yours", response=invitation.response) if invitation.response else ""
    return Row(
        t("card.worklist.guest", title=invitation.item or invitation.body),
        joined(joined(invitation.body if invitation.item else "", when), said, by="\n"),
        status="" if invitation.response else "attention",
        mark=day(invitation.held_on, viewer),
        opens=Opens("guest_invitation.show", {"guest_id": invitation.id}),
        actions=() if invitation.response else tuple(guest_answers(invitation, viewer)),
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


def vote_opens(vote_id: int) -> Opens:
    return Opens("vote.show", {"vote_id": vote_id})


def vote_row(vote: AskedVote, viewer: Viewer) -> Row:
    closes = viewer.t("card.worklist.closes", at=vote.closes_at) if vote.closes_at else ""
    return Row(vote.question, closes, opens=vote_opens(vote.id))


def asked_vote_row(vote: AskedVote, viewer: Viewer) -> Row:
    """Returns a question with its answers, each a button."""
    asks = viewer.t("card.worklist.vote", body=vote.body.name)
    closes = viewer.t("card.worklist.closes", at=vote.closes_at) if vote.closes_at else ""
    return Row(
        vote.question,
        joined(asks, closes, by=". "),
        status="attention",
        mark=day(closing_day(vote, viewer), viewer),
        opens=vote_opens(vote.id),
        actions=(*answer_buttons(vote.form, vote.actions, viewer), goes_to(viewer, "vote.show", vote_id=vote.id)),
    )


def closing_day(vote: AskedVote, viewer: Viewer) -> date | None:
    return vote.closes_at.astimezone(viewer.tz).date() if vote.closes_at else None


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


def confirmation_row(asked: AskedConfirmation, viewer: Viewer) -> Row:
    facts = {"seat": asked.seat, "day": asked.from_on, "by": asked.reported_by}
    said = viewer.t("card.worklist.confirmation_text", name=asked.name, **facts) if asked.name else ""
    return Row(
        viewer.t("card.worklist.confirmation", body=asked.body),
        said or viewer.t("card.worklist.confirmation_vacant", **facts),
        status="attention",
        opens=Opens("line_confirmation.show", {"confirmation_id": asked.id}),
        actions=actions(viewer, asked.actions),
    )


def consent_row(asked: AskedConsent, viewer: Viewer) -> Row:
    """Returns what leads to the text: nobody consents to what they have not read."""
    return Row(
        viewer.t("card.consent.asked"),
        joined(asked.secretariat, viewer.t("card.consent.for_seat", seat=asked.seat) if asked.seat else "", by=". "),
        status="attention",
        opens=Opens("consent.show", {}),
        actions=(goes_to(viewer, "consent.show"),),
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


def coming_row(meeting: MeetingRef, viewer: Viewer, answer: Response | DeputyResponse | None = None) -> Row:
    when = {"day": meeting.held_on, "starts": meeting.starts, "ends": meeting.ends}
    said = viewer.t("card.attendance.yours", response=answer) if answer else ""
    return Row(
        meeting.body.name,
        joined(viewer.t("card.worklist.meeting", **when), said, by="\n"),
        meeting.place,
        mark=day(meeting.held_on, viewer),
        opens=meeting_opens(meeting),
    )
