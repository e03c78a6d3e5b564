"""Which secretariat runs a council from when, and the seats that follow from something else."""

from lisbot.cards.register.terms import period
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, goes_to, section, sheet
from lisbot.council.register.views.composition import CoordinationPeriod, CoordinationView, DerivedSeat


def coordination(view: CoordinationView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    return sheet(
        t("card.coordination.title", body=view.body.name),
        subtitle=t("card.coordination.now", secretariat=view.secretariat),
        sections=[
            section(
                t("card.coordination.periods"),
                lines=() if view.periods else [t("card.coordination.none")],
                rows=[period_row(each, viewer) for each in view.periods],
            ),
            section(t("card.coordination.seats"), rows=[derived_row(seat, viewer) for seat in view.seats]),
        ],
        actions=[*actions(viewer, view.actions), goes_to(viewer, "register.show", body_id=view.body.id)],
        opens=Opens("coordination.show", about),
        up=Opens("body.show", about),
    )


def period_row(each: CoordinationPeriod, viewer: Viewer) -> Row:
    note = "" if each.is_in_effect else viewer.t("card.coordination.planned")
    return Row(each.secretariat, period(each.from_on, each.to_on, viewer), note)


def derived_row(seat: DerivedSeat, viewer: Viewer) -> Row:
    held = [f"{name}, {period(from_on, to_on, viewer)}" for name, from_on, to_on in seat.holders]
    return Row(
        seat.seat,
        "\n".join(held) or viewer.t("card.body.vacant"),
        viewer.say(seat.derived_from),
        status="" if held else "warning",
        opens=Opens("term.list", {"seat_id": seat.id}),
    )
