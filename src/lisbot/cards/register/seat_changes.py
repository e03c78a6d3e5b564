"""A change of who sits on a seat, from when it is reported."""

from lisbot.cards.register.terms import rank_name
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, goes_to, goes_to_sent, joined, section, sheet
from lisbot.council.enums import ChangeGap, SeatChangeState
from lisbot.council.register.views.seat_changes import SeatChangeView
from lisbot.council.register.views.seats import SeatChangeRef
from lisbot.texts import format_day

APPROVE = "seat_change.approve"
REMIND = "seat_change.remind"
CHANGE_STATUS = {
    SeatChangeState.REPORTED: "warning",
    SeatChangeState.APPROVED: "good",
    SeatChangeState.RETURNED: "attention",
}


def change_row(change: SeatChangeRef, viewer: Viewer) -> Row:
    """Returns a reported change: to which seat, who comes, and who goes."""
    return Row(
        change.name or viewer.t("card.seat_change.nobody"),
        joined(
            f"{rank_name(change.rank, viewer)}, {change.seat}",
            viewer.t("card.register.after", name=change.replaces) if change.replaces else "",
        ),
        viewer.t("card.register.from", day=format_day(viewer.lang, change.from_on)),
        status="warning",
        opens=Opens("seat_change.show", {"change_id": change.id}),
    )


def seat_change(view: SeatChangeView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.seat_change.title", seat=view.seat),
        subtitle=view.body.name,
        state=viewer.say(view.state),
        status=CHANGE_STATUS[view.state],
        lines=[
            doubt(view, viewer),
            t("card.seat_change.past") if view.is_past else "",
            *(t(f"card.seat_change.gap.{gap.value}") for gap in view.gaps),
        ],
        facts=[
            (t("card.seat_change.takes_over"), view.name or t("card.seat_change.nobody")),
            (t("arg.email"), view.email),
            (t("arg.from_on"), viewer.say(view.from_on)),
            (t("card.seat_change.place"), rank_name(view.rank, viewer)),
            (t("card.seat_change.replaces"), view.replaces or t("card.body.vacant")),
            *change_facts(view, viewer),
            (t("arg.anchored_by"), view.anchored_by),
            (t("card.seat_change.answer"), leaders_answer(view, viewer)),
            (t("card.seat_change.consent"), viewer.say(view.consent)),
            (t("card.seat_change.reported_by"), view.reported_by),
            (t("arg.on_behalf_of"), view.on_behalf_of),
            (t("arg.reason"), view.reason or ""),
        ],
        sections=[
            section(
                t("card.seat_change.deputies"),
                rows=[
                    Row(
                        each.name,
                        each.email,
                        joined(rank_name(each.rank, viewer), viewer.say(each.state)),
                        opens=Opens("seat_change.show", {"change_id": each.change_id}),
                    )
                    for each in view.deputies
                ],
            )
        ],
        actions=[
            *actions(viewer, view.actions, positive={next_of(view)}),
            goes_to(viewer, "register.show", body_id=view.body.id),
            goes_to_sent(viewer, view.body.id, change_id=view.id),
        ],
        opens=Opens("seat_change.show", {"change_id": view.id}),
        up=Opens("seat_change.show", {"change_id": view.part_of})
        if view.part_of
        else Opens("register.show", {"body_id": view.body.id}),
    )


def next_of(view: SeatChangeView) -> str:
    """Returns what is to be done first about a report: it is returned where the line says no, and nobody is waited for
    who has not been reminded."""
    if ChangeGap.DENIED in view.gaps:
        return "seat_change.send_back"
    return REMIND if any(each.command == REMIND for each in view.actions) else APPROVE


def change_facts(view: SeatChangeView, viewer: Viewer) -> list[tuple[str, str]]:
    """Returns what the seat asks of a newcomer, and when each was declared."""
    t, lang = viewer.t, viewer.lang
    return [
        (
            each.name,
            t("card.seat_change.declared", day=format_day(lang, each.declared_on))
            if each.declared_on
            else t("card.seat_change.undeclared"),
        )
        for each in view.credentials
    ]


def leaders_answer(view: SeatChangeView, viewer: Viewer) -> str:
    """Returns what whoever approved it in the line has answered, and where they were asked."""
    line = view.confirmation
    if line is None:
        return ""
    via = viewer.t(f"card.consent.via.{line.via}") if line.via else ""
    asked = viewer.t("card.seat_change.asked_at", at=line.asked_at) if line.answered_at is None else ""
    said = joined(viewer.say(line.state), asked or viewer.say(line.answered_at), via, by=", ")
    return joined(f"{line.name} ({line.email})" if line.email else line.name, said, line.reason, by="\n")


def doubt(view: SeatChangeView, viewer: Viewer) -> str:
    """Returns who in the register may be meant, where that is to be looked at."""
    if view.known is None:
        return ""
    key = "known_address" if view.known.email == view.email else "known_name"
    return viewer.t(f"card.seat_change.{key}", name=view.known.name, email=view.known.email or "–")
