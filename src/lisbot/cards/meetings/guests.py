"""Guests: who is invited to a meeting without a seat, and what they see of it."""

from lisbot.cards.meetings.agenda import join_link
from lisbot.cards.meetings.references import up_to, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Opens, Row, Sheet, actions, goes_to_sent, joined, section, sheet
from lisbot.council.enums import GuestState, Response
from lisbot.council.meetings.views import GuestInvitationsView, GuestInvitationView, InvitedGuest

STATUS = {GuestState.COMES: "good", GuestState.ABSENT: "warning"}


def guest_invitations(view: GuestInvitationsView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    return sheet(
        t("card.guest_invitations.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        lines=[t("card.guest_invitations.means")],
        sections=[
            section(
                lines=() if view.guests else [t("card.guest_invitations.none")],
                rows=[guest_line(guest, viewer) for guest in view.guests],
            )
        ],
        actions=[*actions(viewer, view.actions), goes_to_sent(viewer, ref.body.id, meeting_id=ref.id)],
        opens=Opens("guest_invitation.list", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def guest_line(guest: InvitedGuest, viewer: Viewer) -> Row:
    t = viewer.t
    return Row(
        joined(guest.name, guest.affiliation, by=", "),
        joined(
            guest.item or t("card.guest_invitations.whole"),
            t("card.minutes.between", starts=guest.starts, ends=guest.ends),
        ),
        joined(
            str(viewer.say(guest.state)),
            t("card.guest_invitations.withheld") if guest.is_withheld else "",
            t("card.forecast.former", response=guest.former_response, day=guest.former_on)
            if guest.former_response is not None
            else "",
            by=". ",
        ),
        status="attention" if guest.is_withheld else STATUS.get(guest.state, ""),
        quiet=actions(viewer, guest.actions),
    )


def guest_invitation(view: GuestInvitationView, viewer: Viewer) -> Sheet:
    t = viewer.t
    hours = {"starts": view.starts, "ends": view.ends}
    return sheet(
        view.item or view.body,
        subtitle=joined(view.body, t("card.meeting.when", day=view.held_on, **hours)),
        state=str(viewer.say(view.state)),
        status=STATUS.get(view.state, ""),
        lines=[
            t("card.guest_invitation.means"),
            t("card.guest_invitation.confidential") if view.confidential else "",
            t("card.guest_invitation.withheld") if view.is_withheld else "",
            t("card.guest_invitation.draft") if view.is_draft else "",
        ],
        facts=[(t("arg.place"), view.place)],
        links=join_link(view.link, viewer),
        sections=[
            section(
                lines=view.background.split("\n"),
                facts=[(t("arg.wording"), view.wording), (t("arg.links"), "\n".join(view.links))],
            )
        ],
        answers=guest_answers(view, viewer),
        opens=Opens("guest_invitation.show", {"guest_id": view.id}),
    )


def guest_answers(view: GuestInvitationView, viewer: Viewer) -> list[Action]:
    """Returns what a guest may answer, each a button."""
    return [answer(view, each.arguments, viewer) for each in view.actions]


def answer(view: GuestInvitationView, arguments: object, viewer: Viewer) -> Action:
    response = Response(dict(arguments)["response"])  # type: ignore[call-overload]
    style = "positive" if response is Response.COMES and view.response is None else "default"
    given = {"guest_id": view.id, "response": response.value}
    return Action(str(viewer.say(response)).capitalize(), "guest_invitation.respond", given, style=style)
