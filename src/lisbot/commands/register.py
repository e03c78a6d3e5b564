"""The register's commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.mail import action_links
    from lisbot.council.meetings import handover
    from lisbot.council.register import (
        accounts,
        consent_bases,
        consent_texts,
        consents,
        corrections,
        history,
        people,
        rooms,
        rosters,
        seat_changes,
        seats,
    )
else:
    (action_links,) = defer("lisbot.council.mail", "action_links")
    (handover,) = defer("lisbot.council.meetings", "handover")
    accounts, corrections, history, people, rooms, seat_changes, seats = defer(
        "lisbot.council.register", "accounts corrections history people rooms seat_changes seats"
    )
    consent_bases, consent_texts, consents, rosters = defer(
        "lisbot.council.register", "consent_bases consent_texts consents rosters"
    )

# fmt: off
COMMANDS = (
    Command("person.choose_language", people.choose_language, needs=P.SELF, shows="person"),
    Command("person.show", people.show_person, needs=P.KEEP_REGISTER, shows="person_record", changes=False),
    Command("person.edit", people.edit_person, needs=P.KEEP_REGISTER, shows="person_record", prefill=people.edit_prefill, asks_first=True, then=action_links.follow_address),
    Command("account.unlink", accounts.unlink, needs=P.KEEP_REGISTER, shows="person_record", prefill=accounts.unlink_prefill, asks_first=True),
    Command("account.relink", accounts.relink, needs=P.KEEP_REGISTER, shows="person_record", prefill=accounts.relink_prefill, asks_first=True),
    Command("account.update_address", accounts.update_address, needs=P.SELF, shows="account", is_internal=True),
    Command("room.link", rooms.link, needs=P.LINK_ROOM, shows="room", prefill=rooms.link_prefill),
    Command("room.unlink", rooms.unlink, needs=P.LINK_ROOM, shows="room"),
    Command("room.remove", rooms.remove_room, needs=P.LINK_ROOM, shows="room"),
    Command("room.mark_gone", rooms.mark_gone, needs=P.LINK_ROOM, shows="nothing", is_internal=True),
    Command("room.revive", rooms.revive, needs=P.LINK_ROOM, shows="nothing", is_internal=True),
    Command("register.show", seats.show_register, needs=P.VIEW, shows="register", changes=False),
    Command("register.look_back", history.look_back, needs=P.VIEW, shows="look_back", changes=False, prefill=history.look_back_prefill),
    Command("term.list", history.list_term, needs=P.VIEW, shows="terms", changes=False),
    Command("term.correct", corrections.correct, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.correct_prefill, asks_first=True, then=handover.follow_terms),
    Command("term.retract", corrections.retract, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.retract_prefill, asks_first=True, then=handover.follow_terms),
    Command("term.add", corrections.add, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.add_prefill, asks_first=True, then=handover.follow_terms),
    Command("seat_change.show", seat_changes.show, needs=P.REPORT_CHANGE, shows="seat_change", changes=False),
    Command("seat_change.report", seat_changes.report, needs=P.REPORT_CHANGE, shows="seat_change", prefill=seat_changes.report_prefill),
    Command("seat_change.approve", seat_changes.approve, needs=P.KEEP_REGISTER, shows="seat_change", prefill=seat_changes.approve_prefill, asks_first=True, then=handover.follow_seat_change),
    Command("seat_change.approve_namesake", seat_changes.approve_namesake, needs=P.KEEP_REGISTER, shows="seat_change", prefill=seat_changes.approve_namesake_prefill, asks_first=True, then=handover.follow_seat_change),
    Command("seat_change.send_back", seat_changes.send_back, needs=P.KEEP_REGISTER, shows="seat_change", prefill=seat_changes.send_back_prefill),
    Command("roster.show", rosters.show, needs=P.READ_ROSTER, shows="roster", changes=False),
    Command("roster.set", rosters.set_roster, needs=P.KEEP_REGISTER, shows="roster", prefill=rosters.set_prefill),
    Command("consent.show", consents.show, needs=P.PERSONAL, shows="consent", changes=False),
    Command("consent.give", consents.give, needs=P.PERSONAL, shows="consent"),
    Command("consent.decline", consents.decline, needs=P.PERSONAL, shows="consent"),
    Command("consent.withdraw", consents.withdraw, needs=P.PERSONAL, shows="consent"),
    Command("consent.list", consent_bases.list_consent, needs=P.KEEP_REGISTER, shows="consents", changes=False),
    Command("consent.ask", consent_bases.ask, needs=P.KEEP_REGISTER, shows="consents"),
    Command("consent.record_basis", consent_bases.record_basis, needs=P.KEEP_REGISTER, shows="consents", prefill=consent_bases.record_basis_prefill),
    Command("consent.end_basis", consent_bases.end_basis, needs=P.KEEP_REGISTER, shows="consents"),
    Command("consent_text.show", consent_texts.show, needs=P.KEEP_REGISTER, shows="consent_text", changes=False),
    Command("consent_text.publish", consent_texts.publish, needs=P.KEEP_REGISTER, shows="consent_text", prefill=consent_texts.publish_prefill, asks_first=True),
)
