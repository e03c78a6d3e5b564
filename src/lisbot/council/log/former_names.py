"""What commands were called before, as old log lines and old buttons in chats still call them."""

FORMER_NAMES = {
    "me.page": "worklist.show",
    "me.language": "person.choose_language",
    "me.reached": "account.update_address",
    "overview.show": "dashboard.show",
    "year.show": "year_plan.show",
    "year.plan": "year_plan.set_dates",
    "year.load": "year_plan.load",
    "call.nothing": "call.decline",
    "proposal.make": "proposal.submit",
    "proposal.change": "proposal.edit",
    "proposal.list": "proposal.triage",
    "proposal.return": "proposal.send_back",
    "agenda.add": "agenda_item.add",
    "agenda.change": "agenda_item.edit",
    "agenda.lift": "agenda_item.move_up",
    "agenda.remove": "agenda_item.remove",
    "agenda.arrange": "agenda.reorder",
    "agenda.publish": "notice.send",
    "answer.give": "attendance.respond",
    "answer.deputy": "attendance.respond_as_deputy",
    "answer.forecast": "attendance.forecast",
    "minutes.attend": "minutes.record_presence",
    "minutes.follow_up": "minutes.add_follow_up",
    "seat.show": "seat_change.show",
    "seat.report": "seat_change.report",
    "seat.approve": "seat_change.approve",
    "seat.return": "seat_change.send_back",
}
# Arguments that were called something else, by the command's name of today.
FORMER_ARGUMENTS = {
    "attendance.respond": {"answer": "response"},
    "attendance.respond_as_deputy": {"answer": "response"},
    "proposal.submit": {"minutes": "duration_minutes"},
    "proposal.edit": {"minutes": "duration_minutes"},
    "agenda_item.add": {"minutes": "duration_minutes"},
    "agenda_item.edit": {"minutes": "duration_minutes"},
}


def current_name(command: str) -> str:
    """Returns what a command is called today."""
    return FORMER_NAMES.get(command, command)
