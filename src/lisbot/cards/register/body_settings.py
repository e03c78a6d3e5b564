"""A body as its secretariat keeps it: what it is, its mandate, rules and seats, and what may be changed."""

from lisbot.cards.roles import short_role
from lisbot.cards.rules import rule_facts
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, chips, goes_to, joined, quietly, section, sheet
from lisbot.council.register.views.bodies import BodySettingsView, SeatSettings
from lisbot.texts import format_list

OF_RULES = ("body.set_rules", "body.set_mandate", "body_template.save", "body_template.take_over")


def body_settings(view: BodySettingsView, viewer: Viewer) -> Sheet:
    t, body = viewer.t, view.body
    hours = " – ".join(viewer.say(hour) for hour in view.hours if hour is not None)
    return sheet(
        t("card.body_settings.title", body=body.name),
        subtitle=f"{view.secretariat} · {body.region}",
        lines=[
            t("card.body_settings.closed", day=view.closed_on) if view.closed_on else "",
            t("card.body_settings.template_newer", name=view.template) if view.is_template_newer else "",
        ],
        facts=[
            (t("arg.body_kind"), view.kind),
            (t("arg.language"), viewer.say(view.lang)),
            (t("arg.place"), view.place),
            (t("arg.link"), view.link),
            (t("card.body_settings.hours"), hours),
            (t("card.body_settings.template"), view.template),
        ],
        sections=[
            seats(view, viewer),
            section(
                t("card.body.rules"),
                facts=rule_facts(view.rules, viewer),
                actions=actions(viewer, [each for each in view.actions if each.command in OF_RULES]),
            ),
            section(
                t("card.body_settings.mandate"),
                lines=view.mandate_text.split("\n"),
                facts=[(t("arg.mandate_basis"), view.legal_basis)],
                is_detail=True,
                folds=True,
                count=1,
            ),
        ],
        actions=[
            *actions(
                viewer,
                [each for each in view.actions if each.command not in (*OF_RULES, "seat.create", "body.close")],
            ),
            goes_to(viewer, "register.show", body_id=body.id),
            goes_to(viewer, "log.show", body_id=body.id) if viewer.allows("log.show", body.id) else None,
            goes_to(viewer, "body.export", body_id=body.id) if viewer.allows("body.export", body.id) else None,
            *quietly(actions(viewer, [each for each in view.actions if each.command == "body.close"])),
        ],
        opens=Opens("body.show_settings", {"body_id": body.id}),
        up=Opens("body.show", {"body_id": body.id}),
    )


def seats(view: BodySettingsView, viewer: Viewer) -> Section:
    """Returns the seats, and the button that makes more of them: the first thing to do with a new body."""
    create = [each for each in view.actions if each.command == "seat.create"]
    return section(
        viewer.t("card.body.seats"),
        lines=() if view.seats else [viewer.t("card.body_settings.no_seats")],
        rows=[kept_seat_row(seat, viewer) for seat in view.seats],
        actions=actions(viewer, create, positive=() if view.seats else ("seat.create",)),
    )


def kept_seat_row(seat: SeatSettings, viewer: Viewer) -> Row:
    t = viewer.t
    deputies = format_list(viewer.lang, seat.deputies)
    return Row(
        f"{short_role(seat.role)}, {seat.organisation}",
        joined(
            seat.holder or t("card.body.vacant"),
            t("card.body.deputies", names=deputies) if deputies else "",
            seat.specialty,
            t("card.body_settings.asks", credentials=format_list(viewer.lang, seat.credentials))
            if seat.credentials
            else "",
        ),
        chips=chips(viewer.say(seat.standing), t("card.body.chairs") if seat.chairs else ""),
        status="" if seat.holder else "warning",
        opens=Opens("person.show", {"person_id": seat.holder_id}) if seat.holder_id else None,
        quiet=actions(viewer, seat.actions),
    )
