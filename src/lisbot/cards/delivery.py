"""How it went with what was sent."""

from collections.abc import Mapping

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, joined, section, sheet
from lisbot.council.delivery.views import DeliveriesView, MessageLine, RecipientLine
from lisbot.council.enums import DeliveryState
from lisbot.texts import date_and_name, format_list, has

STATUSES: Mapping[DeliveryState, str] = {
    DeliveryState.UNREACHABLE: "attention",
    DeliveryState.FAILED: "attention",
    DeliveryState.WAITING: "warning",
    DeliveryState.FELL_BACK: "warning",
    DeliveryState.SENT: "good",
}
UP = {"meeting": "meeting.show", "vote": "vote.show", "proposal": "proposal.show", "change": "seat_change.show"}


def deliveries(view: DeliveriesView, viewer: Viewer) -> Sheet:
    noun, _, number = view.subject.partition(":")
    about = {f"{noun}_id": int(number)}
    title = date_and_name(viewer.lang, view.title, view.held_on) if view.held_on else view.title
    return sheet(
        viewer.t("card.deliveries.title"),
        subtitle=title,
        lines=[
            viewer.t("card.deliveries.more") if view.has_more else "",
            "" if view.messages else viewer.t("card.deliveries.none"),
        ],
        sections=[message_section(message, viewer) for message in view.messages],
        opens=Opens("delivery.show", about),
        up=Opens(UP[noun], about),
    )


def message_section(message: MessageLine, viewer: Viewer) -> Section:
    total = viewer.t("card.deliveries.total", count=sum(message.counts.values()))
    counts = [viewer.t(f"card.deliveries.count.{state}", count=count) for state, count in message.counts.items()]
    return section(
        viewer.t(f"notification.{message.kind}", **message.facts),
        lines=[joined(viewer.say(message.made_at), f"{total}: {format_list(viewer.lang, counts)}")],
        rows=[recipient_row(recipient, viewer) for recipient in message.recipients],
    )


def recipient_row(recipient: RecipientLine, viewer: Viewer) -> Row:
    name = recipient.name or viewer.t("card.deliveries.room", channel=channel_name(recipient.platform, viewer))
    state = viewer.t(f"card.deliveries.state.{recipient.state}", channel=channel_name(recipient.channel, viewer))
    note = joined(state, viewer.say(recipient.sent_at), reason_words(recipient, viewer))
    return Row(name, note=note, status=STATUSES[recipient.state])


def reason_words(recipient: RecipientLine, viewer: Viewer) -> str:
    """Returns why a message did not go as it should, in words where there are some for the platform's own key."""
    if not recipient.reason or recipient.state is DeliveryState.SENT:
        return ""
    not_shown, _, status = recipient.reason.partition("not_shown_")
    key = f"card.deliveries.not_shown.{status}" if status else f"card.deliveries.reason.{not_shown}"
    if has(viewer.lang, key):
        return viewer.t(key)
    return viewer.t("card.deliveries.reason.other", reason=recipient.reason)


def channel_name(channel: str, viewer: Viewer) -> str:
    return viewer.t(f"channel.{channel}") if has(viewer.lang, f"channel.{channel}") else channel
