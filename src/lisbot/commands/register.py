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
        body_settings,
        body_templates,
        composition,
        consent_bases,
        consent_endings,
        consent_texts,
        consents,
        coordinations,
        corrections,
        derived_roles,
        erasing,
        history,
        holders,
        line_confirmations,
        merging,
        mirroring,
        new_people,
        organisations,
        people,
        person_data,
        register_imports,
        retention,
        rooms,
        rosters,
        seat_changes,
        seat_settings,
        seats,
        secretariat,
        settling,
        staff,
    )
else:
    (action_links,) = defer("lisbot.council.mail", "action_links")
    (handover,) = defer("lisbot.council.meetings", "handover")
    erasing, merging, person_data, register_imports, retention = defer(
        "lisbot.council.register", "erasing merging person_data register_imports retention"
    )
    body_settings, body_templates, holders, new_people, organisations, seat_settings, secretariat, staff = defer(
        "lisbot.council.register",
        "body_settings body_templates holders new_people organisations seat_settings secretariat staff",
    )
    accounts, people, rooms, seat_changes, seats = defer(
        "lisbot.council.register", "accounts people rooms seat_changes seats"
    )
    composition, coordinations, corrections, derived_roles, history, mirroring = defer(
        "lisbot.council.register", "composition coordinations corrections derived_roles history mirroring"
    )
    consent_bases, consent_endings, consent_texts, consents, rosters = defer(
        "lisbot.council.register", "consent_bases consent_endings consent_texts consents rosters"
    )
    line_confirmations, settling = defer("lisbot.council.register", "line_confirmations settling")

# fmt: off
COMMANDS = (
    Command("person.choose_language", people.choose_language, needs=P.PERSONAL, shows="person"),
    Command("person.show", people.show_person, needs=P.KEEP_REGISTER, shows="person_record", changes=False),
    Command("person.edit", people.edit_person, needs=P.KEEP_REGISTER, shows="person_record", prefill=people.edit_prefill, asks_first=True, then=action_links.follow_address),
    Command("person.create", new_people.create_person, needs=P.KEEP_REGISTER, shows="person_record", prefill=new_people.create_prefill, asks_first=True),
    Command("person.add_address", new_people.add_address, needs=P.KEEP_REGISTER, shows="person_record", prefill=new_people.add_address_prefill),
    Command("person.remove_address", new_people.remove_address, needs=P.KEEP_REGISTER, shows="person_record", prefill=new_people.remove_address_prefill),
    Command("person.merge", merging.merge, needs=P.KEEP_REGISTER, shows="person_record", prefill=merging.merge_prefill, asks_first=True),
    Command("person.unmerge", merging.unmerge, needs=P.KEEP_REGISTER, shows="person_record", prefill=merging.unmerge_prefill, asks_first=True),
    Command("person.show_data", person_data.show_data, needs=P.PERSONAL, shows="person_data", changes=False),
    Command("person.erase", erasing.erase, needs=P.KEEP_REGISTER, shows="person_record", prefill=erasing.erase_prefill, asks_first=True),
    Command("body.show_settings", body_settings.show_settings, needs=P.KEEP_REGISTER, shows="body_settings", changes=False),
    Command("body.create", body_settings.create, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_settings.create_prefill),
    Command("body.edit", body_settings.edit, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_settings.edit_prefill, asks_first=True),
    Command("body.set_mandate", body_settings.set_mandate, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_settings.set_mandate_prefill),
    Command("body.set_rules", body_settings.set_rules, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_settings.set_rules_prefill, asks_first=True),
    Command("body.close", body_settings.close, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_settings.close_prefill, asks_first=True),
    Command("body_template.save", body_templates.save, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_templates.save_prefill, asks_first=True),
    Command("body_template.take_over", body_templates.take_over, needs=P.KEEP_REGISTER, shows="body_settings", prefill=body_templates.take_over_prefill, asks_first=True),
    Command("seat.create", seat_settings.create, needs=P.KEEP_REGISTER, shows="body_settings", prefill=seat_settings.create_prefill),
    Command("seat.edit", seat_settings.edit, needs=P.KEEP_REGISTER, shows="body_settings", prefill=seat_settings.edit_prefill, asks_first=True),
    Command("seat.abolish", seat_settings.abolish, needs=P.KEEP_REGISTER, shows="body_settings", prefill=seat_settings.abolish_prefill, asks_first=True, then=handover.follow_body_settings),
    Command("term.begin", holders.begin, needs=P.KEEP_REGISTER, shows="body_settings", prefill=holders.begin_prefill, asks_first=True, then=handover.follow_new_holder),
    Command("secretariat.show", secretariat.show, needs=P.KEEP_REGISTER, shows="secretariat", changes=False),
    Command("register_import.upload", register_imports.upload, needs=P.KEEP_REGISTER, shows="register_import", prefill=register_imports.upload_prefill, secret=frozenset({"sheet"})),
    Command("register_import.show", register_imports.show, needs=P.KEEP_REGISTER, shows="register_import", changes=False),
    Command("register_import.answer", register_imports.answer, needs=P.KEEP_REGISTER, shows="register_import", prefill=register_imports.answer_prefill),
    Command("register_import.carry_out", register_imports.carry_out, needs=P.KEEP_REGISTER, shows="register_import", prefill=register_imports.carry_out_prefill, asks_first=True),
    Command("register_import.undo", register_imports.undo, needs=P.KEEP_REGISTER, shows="register_import", prefill=register_imports.undo_prefill, asks_first=True),
    Command("retention.show", retention.show, needs=P.KEEP_REGISTER, shows="retention", changes=False),
    Command("retention.set", retention.set_retention, needs=P.KEEP_REGISTER, shows="retention", prefill=retention.set_prefill, asks_first=True),
    Command("retention.erase", retention.erase, needs=P.REMIND, shows="retention"),
    Command("staff.add", staff.add, needs=P.KEEP_REGISTER, shows="secretariat", prefill=staff.add_prefill, asks_first=True),
    Command("staff.end", staff.end, needs=P.KEEP_REGISTER, shows="secretariat", prefill=staff.end_prefill, asks_first=True),
    Command("organisation.create", organisations.create, needs=P.KEEP_REGISTER, shows="organisation", prefill=organisations.create_prefill),
    Command("organisation.edit", organisations.edit, needs=P.KEEP_REGISTER, shows="organisation", prefill=organisations.edit_prefill, asks_first=True),
    Command("account.unlink", accounts.unlink, needs=P.KEEP_REGISTER, shows="person_record", prefill=accounts.unlink_prefill, asks_first=True),
    Command("account.relink", accounts.relink, needs=P.KEEP_REGISTER, shows="person_record", prefill=accounts.relink_prefill, asks_first=True),
    Command("account.update_address", accounts.update_address, needs=P.SELF, shows="account", is_internal=True),
    Command("room.link", rooms.link, needs=P.LINK_ROOM, shows="room", prefill=rooms.link_prefill),
    Command("room.unlink", rooms.unlink, needs=P.LINK_ROOM, shows="room"),
    Command("room.remove", rooms.remove_room, needs=P.LINK_ROOM, shows="room"),
    Command("room.mark_gone", rooms.mark_gone, needs=P.LINK_ROOM, shows="nothing", is_internal=True),
    Command("room.revive", rooms.revive, needs=P.LINK_ROOM, shows="nothing", is_internal=True),
    Command("register.show", seats.show_register, needs=P.VIEW, shows="register", changes=False),
    Command("composition.show", composition.show_composition, needs=P.KEEP_REGISTER, shows="composition", changes=False),
    Command("composition.list", composition.list_composition, needs=P.KEEP_REGISTER, shows="compositions", changes=False),
    Command("composition.add_rule", composition.add_rule, needs=P.KEEP_REGISTER, shows="composition", prefill=composition.add_rule_prefill),
    Command("composition.edit_rule", composition.edit_rule, needs=P.KEEP_REGISTER, shows="composition", prefill=composition.edit_rule_prefill),
    Command("composition.remove_rule", composition.remove_rule, needs=P.KEEP_REGISTER, shows="composition"),
    Command("coordination.show", coordinations.show_coordination, needs=P.KEEP_REGISTER, shows="coordination", changes=False),
    Command("coordination.plan", coordinations.plan, needs=P.KEEP_REGISTER, shows="coordination", prefill=coordinations.plan_prefill, asks_first=True, then=handover.follow_coordination),
    Command("coordination.cancel", coordinations.cancel, needs=P.KEEP_REGISTER, shows="coordination", prefill=coordinations.cancel_prefill, asks_first=True, then=handover.follow_coordination),
    Command("coordination.take_effect", coordinations.take_effect, needs=P.REMIND, shows="coordination", then=handover.follow_coordination),
    Command("derived_role.set", derived_roles.set_derived_role, needs=P.KEEP_REGISTER, shows="terms", prefill=derived_roles.set_prefill, asks_first=True, then=handover.follow_terms),
    Command("derived_role.mirror", mirroring.mirror, needs=P.KEEP_REGISTER, shows="coordination", prefill=mirroring.mirror_prefill, asks_first=True, then=handover.follow_coordination),
    Command("derived_role.follow", derived_roles.follow, needs=P.REMIND, shows="terms", then=handover.follow_terms),
    Command("register.look_back", history.look_back, needs=P.VIEW, shows="look_back", changes=False, prefill=history.look_back_prefill),
    Command("term.list", history.list_term, needs=P.VIEW, shows="terms", changes=False),
    Command("term.correct", corrections.correct, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.correct_prefill, asks_first=True, then=handover.follow_terms),
    Command("term.retract", corrections.retract, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.retract_prefill, asks_first=True, then=handover.follow_terms),
    Command("term.add", corrections.add, needs=P.KEEP_REGISTER, shows="terms", prefill=corrections.add_prefill, asks_first=True, then=handover.follow_terms),
    Command("seat_change.show", seat_changes.show, needs=P.REPORT_CHANGE, shows="seat_change", changes=False),
    Command("seat_change.report", seat_changes.report, needs=P.REPORT_CHANGE, shows="seat_change", prefill=seat_changes.report_prefill),
    Command("seat_change.approve", settling.approve, needs=P.KEEP_REGISTER, shows="seat_change", prefill=settling.approve_prefill, asks_first=True, then=handover.follow_seat_change),
    Command("seat_change.approve_namesake", settling.approve_namesake, needs=P.KEEP_REGISTER, shows="seat_change", prefill=settling.approve_namesake_prefill, asks_first=True, then=handover.follow_seat_change),
    Command("seat_change.send_back", settling.send_back, needs=P.KEEP_REGISTER, shows="seat_change", prefill=settling.send_back_prefill),
    Command("seat_change.remind", seat_changes.remind, needs=P.KEEP_REGISTER, shows="seat_change"),
    Command("seat_change.take_effect", settling.take_effect, needs=P.CALL, shows="seat_change"),
    Command("line_confirmation.show", line_confirmations.show, needs=P.PERSONAL, shows="line_confirmation", changes=False),
    Command("line_confirmation.confirm", line_confirmations.confirm, needs=P.PERSONAL, shows="line_confirmation"),
    Command("line_confirmation.deny", line_confirmations.deny, needs=P.PERSONAL, shows="line_confirmation", prefill=line_confirmations.deny_prefill),
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
    Command("consent.renew", consent_bases.renew, needs=P.CALL, shows="nothing", is_internal=True),
    Command("consent.remind", consent_endings.remind, needs=P.CALL, shows="nothing", is_internal=True),
    Command("consent.report_end", consent_endings.report_end, needs=P.CALL, shows="nothing", is_internal=True),
    Command("consent_text.show", consent_texts.show, needs=P.KEEP_REGISTER, shows="consent_text", changes=False),
    Command("consent_text.publish", consent_texts.publish, needs=P.KEEP_REGISTER, shows="consent_text", prefill=consent_texts.publish_prefill, asks_first=True),
)
