"""The public roster: who sits in a council, as far as it may be published."""

from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, chips, goes_to, joined, section, sheet
from lisbot.council.register.views.consents import BodyRoster, RosterPerson, RosterSeat, RosterView


def roster(view: RosterView, viewer: Viewer) -> Sheet:
    t = viewer.t
    if view.is_whole:
        return sheet(
            t("card.roster.all"),
            subtitle=t("card.register.on", day=view.on),
            lines=() if view.bodies else [t("card.roster.none")],
            sections=[body_section(each, viewer) for each in view.bodies],
            opens=Opens("roster.show", {}),
        )
    (body,) = view.bodies
    return sheet(
        t("card.roster.title", body=body.body.name),
        subtitle=t("card.register.on", day=view.on),
        state=t("card.roster.published" if body.is_published else "card.roster.unpublished"),
        sections=[section(rows=[seat_row(seat, viewer) for seat in body.seats])],
        actions=[
            *actions(viewer, body.actions),
            goes_to(viewer, "consent.list", body_id=body.body.id) if body.actions else None,
        ],
        opens=Opens("roster.show", {"body_id": body.body.id}),
        up=Opens("body.show", {"body_id": body.body.id}) if body.body.may_view else None,
    )


def body_section(body: BodyRoster, viewer: Viewer) -> Section:
    return section(body.body.name, rows=[seat_row(seat, viewer) for seat in body.seats], folds=True)


def seat_row(seat: RosterSeat, viewer: Viewer) -> Row:
    """Returns a seat: by its holder's name where that may be published, or else by its organisation alone."""
    deputies = [f"{viewer.t('card.register.deputy', rank=each.rank)}: {contact(each)}" for each in seat.deputies]
    return Row(
        name_of(seat, viewer),
        "\n".join([joined(short_role(seat.role), seat.organisation), *deputies]),
        chips=chips(viewer.t("card.roster.chairs") if seat.chairs else "", viewer.say(seat.standing)),
    )


def name_of(seat: RosterSeat, viewer: Viewer) -> str:
    """Returns who holds a seat; without a name that may be published, that somebody of the organisation does."""
    if seat.holder is not None:
        return contact(seat.holder)
    if seat.is_held:
        return viewer.t("card.roster.unnamed", organisation=seat.organisation)
    return viewer.t("card.body.vacant")


def contact(person: RosterPerson) -> str:
    return f"{person.name} ({person.email})" if person.email else person.name
