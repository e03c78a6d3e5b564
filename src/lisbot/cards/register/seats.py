"""Who represents whom, and the rooms of a council."""

from collections.abc import Iterable

from lisbot.cards.letterhead import letterhead
from lisbot.cards.register.seat_changes import change_row
from lisbot.cards.register.terms import rank_name, term_line
from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, chips, goes_to, section, sheet
from lisbot.council.register.views.bodies import RoomView
from lisbot.council.register.views.seats import RegisterView, SeatHistory
from lisbot.texts import format_day


def register(view: RegisterView, viewer: Viewer) -> Sheet:
    t, body = viewer.t, view.body
    return sheet(
        t("card.register.title", body=body.name),
        subtitle=t("card.register.on", day=view.on),
        sections=[
            section(
                t("card.register.changes"),
                rows=[change_row(change, viewer) for change in view.changes],
            ),
            *seats_by_organisation(view.seats, viewer),
            section(
                t("card.register.people"),
                rows=[Row(person.name, opens=Opens("person.show", {"person_id": person.id})) for person in view.people],
                is_detail=True,
                folds=True,
            ),
        ],
        actions=[
            goes_to(viewer, "register.look_back", body_id=body.id),
            goes_to(viewer, "consent.list", body_id=body.id) if viewer.allows("consent.list", body.id) else None,
            goes_to(viewer, "roster.show", body_id=body.id) if viewer.allows("roster.set", body.id) else None,
        ],
        letterhead=letterhead(body, "register", viewer),
        opens=Opens("register.show", {"body_id": body.id}),
        up=Opens("body.show", {"body_id": body.id}),
    )


def seats_by_organisation(seats: Iterable[SeatHistory], viewer: Viewer) -> list[Section]:
    """Returns the seats, each organisation's together under its name."""
    by_organisation: dict[str, list[SeatHistory]] = {}
    for seat in seats:
        by_organisation.setdefault(seat.organisation, []).append(seat)
    return [
        section(organisation, rows=[seat_history_row(seat, viewer) for seat in held], folds=True)
        for organisation, held in by_organisation.items()
    ]


def seat_history_row(seat: SeatHistory, viewer: Viewer) -> Row:
    """Returns a seat with everybody who has held it, and from when nobody does."""
    told = [term_line(term, viewer) for term in seat.terms]
    if seat.vacant_from is not None:
        is_vacant_now = seat.vacant_from <= viewer.today
        key = "card.body.vacant" if is_vacant_now else "card.register.vacant_from"
        told.append(f"{rank_name(0, viewer)}: {viewer.t(key, day=format_day(viewer.lang, seat.vacant_from))}")
    return Row(
        short_role(seat.role),
        "\n".join(told),
        chips=chips(viewer.say(seat.standing)),
        status="warning" if seat.vacant_from is not None else "",
        opens=Opens("term.list", {"seat_id": seat.id}),
        quiet=actions(viewer, seat.actions),
    )


def room(view: RoomView, _viewer: Viewer) -> Sheet:
    return sheet(view.body.name, opens=Opens("body.show", {"body_id": view.body.id}))
