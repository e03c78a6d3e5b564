"""The register: who represents whom, reported changes, linked channels, one's own settings."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, goes_to, section, sheet
from lisbot.council.register.views import (
    AccountView,
    PersonView,
    RegisterView,
    RoomView,
    SeatChangeView,
    SeatHistory,
    TermLine,
)
from lisbot.texts import long_date


def register(view: RegisterView, viewer: Viewer) -> Sheet:
    t, body = viewer.t, view.body
    return sheet(
        t("card.register.title", body=body.name),
        subtitle=t("card.register.on", day=view.on),
        sections=[
            section(
                t("card.register.changes"),
                rows=[
                    Row(
                        change.name,
                        t("card.register.from", day=change.from_on),
                        status="warning",
                        opens=Opens("seat_change.show", {"change_id": change.id}),
                    )
                    for change in view.changes
                ],
            ),
            section(rows=[seat_history_row(seat, viewer) for seat in view.seats]),
        ],
        opens=Opens("register.show", {"body_id": body.id}),
        up=Opens("body.show", {"body_id": body.id}),
    )


def seat_history_row(seat: SeatHistory, viewer: Viewer) -> Row:
    """Returns a seat with everybody who has held it."""
    told = "\n".join(term_line(term, viewer) for term in seat.terms)
    return Row(
        seat.name,
        told or viewer.t("card.body.vacant"),
        viewer.say(seat.standing),
        status="warning" if seat.is_vacant else "",
        actions=actions(viewer, seat.actions),
    )


def term_line(term: TermLine, viewer: Viewer) -> str:
    t, who = viewer.t, term.name
    if term.email is not None:
        who += f" <{term.email}>" if term.email else f" ({t('card.register.no_email')})"
    until = long_date(viewer.lang, term.to_on) if term.to_on else t("card.register.now")
    return f"{rank_name(term.rank, viewer)}: {who}, {long_date(viewer.lang, term.from_on)} – {until}"


def rank_name(rank: int, viewer: Viewer) -> str:
    if rank == 0:
        return viewer.t("card.register.representative")
    return viewer.t("card.register.deputy", rank=rank)


def seat_change(view: SeatChangeView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.seat_change.title", seat=view.seat),
        subtitle=view.body.name,
        facts=[
            (t("card.seat_change.state"), viewer.say(view.state)),
            (t("arg.name"), view.name),
            (t("arg.email"), view.email),
            (t("arg.from_on"), viewer.say(view.from_on)),
            (t("arg.rank"), rank_name(view.rank, viewer)),
            (t("arg.anchored_by"), view.anchored_by),
            (t("card.seat_change.reported_by"), view.reported_by),
            (t("arg.reason"), view.reason or ""),
        ],
        actions=[
            *actions(viewer, view.actions),
            goes_to(viewer, "register.show", body_id=view.body.id),
        ],
        opens=Opens("seat_change.show", {"change_id": view.id}),
        up=Opens("register.show", {"body_id": view.body.id}),
    )


def room(view: RoomView, viewer: Viewer) -> Sheet:
    key = "linked" if view.is_linked else "unlinked"
    return sheet(
        view.body.name,
        lines=[viewer.t(f"card.room.{key}", body=view.body.name)],
        opens=Opens("body.show", {"body_id": view.body.id}),
    )


def person(_view: PersonView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.person.language_changed"),
        lines=[viewer.t("card.person.language_now")],
        opens=Opens("worklist.show", {}),
    )


def account(_view: AccountView, viewer: Viewer) -> Sheet:
    return sheet(viewer.t("card.menu.title"))
