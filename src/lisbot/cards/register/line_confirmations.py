"""A reported change as whoever approved it in the line of management is asked about it."""

from lisbot.cards.register.terms import rank_name
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, actions, sheet
from lisbot.council.enums import ConfirmationState
from lisbot.council.register.views.seat_changes import LineConfirmationView

CONFIRMS = "line_confirmation.confirm"
STATUS = {
    ConfirmationState.ASKED: "attention",
    ConfirmationState.CONFIRMED: "good",
    ConfirmationState.DENIED: "warning",
}


def line_confirmation(view: LineConfirmationView, viewer: Viewer) -> Sheet:
    t = viewer.t
    is_asked = view.state is ConfirmationState.ASKED
    drawn = actions(viewer, view.actions, positive={CONFIRMS} if is_asked else ())
    return sheet(
        t("card.line_confirmation.title"),
        subtitle=view.body,
        state=viewer.say(view.state),
        status=STATUS.get(view.state, ""),
        lines=[t("card.line_confirmation.asks", name=view.reported_by, leader=view.anchored_by) if is_asked else ""],
        facts=[
            (t("card.seat_change.place"), f"{rank_name(view.rank, viewer)}, {view.seat}"),
            (t("card.seat_change.takes_over"), view.name or t("card.seat_change.nobody")),
            (t("arg.from_on"), viewer.say(view.from_on)),
            (t("card.seat_change.deputies"), "\n".join(view.deputies)),
            (t("arg.credentials"), ", ".join(view.credentials)),
            (t("arg.anchored_by"), view.anchored_by),
            (t("card.seat_change.reported_by"), view.reported_by),
            (t("arg.reason"), view.reason),
        ],
        answers=drawn if is_asked else (),
        actions=() if is_asked else drawn,
        opens=Opens("line_confirmation.show", {"confirmation_id": view.id}),
    )
