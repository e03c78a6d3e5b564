"""The meetings' commands: year plan, meeting, call, proposal, agenda, notice, attendance."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.distribution import dispatches
    from lisbot.council.meetings import (
        agenda,
        agenda_items,
        attendance,
        batch,
        calls,
        copying,
        guest_invitations,
        meetings,
        notice,
        proposals,
        reminding,
        schedule,
        templates,
        triage,
        triage_in_one,
        visits,
        year_plan,
        year_plan_file,
    )
    from lisbot.council.referrals import receiving
else:
    (
        agenda,
        agenda_items,
        attendance,
        batch,
        calls,
        copying,
        guest_invitations,
        meetings,
        notice,
        proposals,
        reminding,
        schedule,
        templates,
        triage,
        triage_in_one,
        visits,
        year_plan,
        year_plan_file,
    ) = defer(
        "lisbot.council.meetings",
        "agenda agenda_items attendance batch calls copying guest_invitations meetings notice proposals reminding schedule templates"
        " triage triage_in_one visits year_plan year_plan_file",
    )
    (dispatches,) = defer("lisbot.council.distribution", "dispatches")
    (receiving,) = defer("lisbot.council.referrals", "receiving")

ABSENCE = frozenset({"reason"})  # why somebody is absent may be about their health

# fmt: off
COMMANDS = (
    Command("year_plan.show", year_plan.show, needs=P.VIEW, shows="year_plan", changes=False),
    Command("year_plan.set_dates", year_plan.set_dates, needs=P.PLAN, shows="year_plan", prefill=year_plan.set_dates_prefill, asks_first=True),
    Command("year_plan.load", year_plan_file.load, needs=P.PLAN, shows="year_plans", asks_first=True, then=dispatches.follow_year_plans),
    Command("meeting.show", meetings.show, needs=P.VIEW, shows="meeting", changes=False),
    Command("meeting.move", meetings.move, needs=P.PLAN, shows="meeting", prefill=meetings.move_prefill, asks_first=True, then=dispatches.follow_meeting),
    Command("meeting.remind_all", reminding.remind_all, needs=P.ARRANGE, shows="batch", prefill=reminding.remind_all_prefill, asks_first=True, each="meeting.remind"),
    Command("meeting.remind", reminding.remind, needs=P.ARRANGE, shows="forecast", prefill=reminding.remind_prefill, asks_first=True),
    Command("meeting.cancel", meetings.cancel, needs=P.PLAN, shows="meeting", prefill=meetings.cancel_prefill, asks_first=True, then=dispatches.follow_meeting),
    Command("meeting.enter_held", meetings.enter_held, needs=P.PLAN, shows="meeting", prefill=meetings.enter_held_prefill),
    Command("meeting.carry_cases", meetings.carry_cases, needs=P.PLAN, shows="meeting", prefill=meetings.carry_cases_prefill, asks_first=True),
    Command("call.show", calls.show, needs=P.VIEW, shows="call", changes=False),
    Command("call.open", calls.open_call, needs=P.CALL, shows="call", prefill=calls.open_prefill, asks_first=True),
    Command("call.close", calls.close_call, needs=P.CALL, shows="call", prefill=calls.close_prefill, asks_first=True),
    Command("call.extend", calls.extend, needs=P.CALL, shows="call", prefill=calls.extend_prefill, asks_first=True),
    Command("call.remind", calls.remind, needs=P.CALL, shows="call", prefill=calls.remind_prefill, asks_first=True),
    Command("call.open_all", batch.open_all, needs=P.CALL, shows="batch", prefill=batch.open_all_prefill, asks_first=True, each="call.open"),
    Command("call.remind_all", batch.remind_all, needs=P.CALL, shows="batch", prefill=batch.remind_all_prefill, asks_first=True, each="call.remind"),
    Command("call.decline", calls.decline, needs=P.PROPOSE, shows="call"),
    Command("proposal.show", proposals.show, needs=P.VIEW, shows="proposal", changes=False),
    Command("proposal.submit", proposals.submit, needs=P.PROPOSE, shows="proposal", prefill=proposals.submit_prefill),
    Command("proposal.edit", proposals.edit, needs=P.PROPOSE, shows="proposal", prefill=proposals.edit_prefill),
    Command("proposal.withdraw", proposals.withdraw, needs=P.PROPOSE, shows="proposal", prefill=proposals.withdraw_prefill, asks_first=True),
    Command("proposal.restore", proposals.restore, needs=P.PROPOSE, shows="proposal"),
    Command("proposal.triage", triage.triage, needs=P.TRIAGE, shows="triage", changes=False),
    Command("proposal.triage_all", triage_in_one.triage_all, needs=P.TRIAGE, shows="triage", prefill=triage_in_one.triage_all_prefill, asks_first=True),
    Command("proposal.accept", triage.accept, needs=P.TRIAGE, shows="proposal"),
    Command("proposal.send_back", triage.send_back, needs=P.TRIAGE, shows="proposal", prefill=triage.send_back_prefill),
    Command("proposal.merge", triage.merge, needs=P.TRIAGE, shows="proposal", prefill=triage.merge_prefill),
    Command("proposal.postpone", triage.postpone, needs=P.TRIAGE, shows="proposal", prefill=triage.postpone_prefill),
    Command("proposal.reject", triage.reject, needs=P.TRIAGE, shows="proposal", prefill=triage.reject_prefill, asks_first=True),
    Command("proposal.undo", triage.undo, needs=P.TRIAGE, shows="proposal", prefill=triage.undo_prefill, asks_first=True),
    Command("agenda.show", agenda.show, needs=P.READ_AGENDA, shows="agenda", changes=False),
    Command("agenda.reorder", agenda.reorder, needs=P.ARRANGE, shows="agenda", prefill=agenda.reorder_prefill),
    Command("agenda.schedule", schedule.schedule, needs=P.ARRANGE, shows="agenda", prefill=schedule.schedule_prefill),
    Command("agenda.copy", copying.copy, needs=P.ARRANGE, shows="agenda", prefill=copying.copy_prefill),
    Command("agenda.add_standing", templates.add_standing, needs=P.ARRANGE, shows="agenda"),
    Command("standing_item.show", templates.show, needs=P.ARRANGE, shows="standing_items", changes=False),
    Command("standing_item.set_all", templates.set_all, needs=P.ARRANGE, shows="standing_items", prefill=templates.set_all_prefill),
    Command("agenda_item.add", agenda_items.add, needs=P.ARRANGE, shows="agenda", prefill=agenda_items.add_prefill),
    Command("agenda_item.add_case", agenda_items.add_case, needs=P.ARRANGE, shows="agenda", prefill=agenda_items.add_case_prefill, then=receiving.follow_agenda),
    Command("agenda_item.edit", agenda_items.edit, needs=P.ARRANGE, shows="agenda", prefill=agenda_items.edit_prefill),
    Command("agenda_item.move_up", agenda_items.move_up, needs=P.ARRANGE, shows="agenda"),
    Command("agenda_item.remove", agenda_items.remove, needs=P.ARRANGE, shows="agenda", prefill=agenda_items.remove_prefill, asks_first=True),
    Command("notice.send", notice.send, needs=P.ARRANGE, shows="meeting", prefill=notice.send_prefill, asks_first=True, then=dispatches.follow_notice),
    Command("notice.send_all", batch.send_all, needs=P.ARRANGE, shows="batch", prefill=batch.send_all_prefill, asks_first=True, each="notice.send"),
    Command("attendance.respond", attendance.respond, needs=P.RESPOND, shows="meeting", prefill=attendance.respond_prefill, secret=ABSENCE),
    Command("attendance.note", attendance.note, needs=P.ARRANGE, shows="forecast", prefill=attendance.note_prefill, secret=ABSENCE),
    Command("attendance.respond_as_deputy", attendance.respond_as_deputy, needs=P.RESPOND, shows="meeting"),
    Command("attendance.hand_over", attendance.hand_over, needs=P.CALL, shows="forecast"),
    Command("attendance.forecast", attendance.forecast, needs=P.ARRANGE, shows="forecast", changes=False),
    Command("guest_invitation.list", guest_invitations.list_guest_invitation, needs=P.ARRANGE, shows="guest_invitations", changes=False),
    Command("guest_invitation.send", guest_invitations.send, needs=P.ARRANGE, shows="guest_invitations", prefill=guest_invitations.send_prefill, asks_first=True),
    Command("guest_invitation.withdraw", guest_invitations.withdraw, needs=P.ARRANGE, shows="guest_invitations", prefill=guest_invitations.withdraw_prefill, asks_first=True),
    Command("guest_invitation.show", guest_invitations.show, needs=P.PERSONAL, shows="guest_invitation", changes=False),
    Command("guest_invitation.respond", guest_invitations.respond, needs=P.PERSONAL, shows="guest_invitation"),
    Command("visit.respond", visits.respond, needs=P.VISIT, shows="agenda"),
)
