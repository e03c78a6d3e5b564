"""Mail that arrived, as the secretariat reads it."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, joined, section, sheet
from lisbot.council.mail.views import InboundMailLine, InboundMailsView


def inbound_mails(view: InboundMailsView, viewer: Viewer) -> Sheet:
    return sheet(
        viewer.t("card.inbound_mails.title"),
        lines=[
            "" if view.messages else viewer.t("card.inbound_mails.none"),
            viewer.t("card.inbound_mails.more") if view.has_more else "",
        ],
        sections=[section(rows=[message_row(each, viewer) for each in view.messages])],
        opens=Opens("inbound_mail.list", {}),
    )


def message_row(message: InboundMailLine, viewer: Viewer) -> Row:
    about = joined(viewer.say(message.received_at), message.sender, message.person, message.body)
    return Row(
        message.subject or viewer.t("card.inbound_mails.no_subject"),
        joined(about, message.words, by="\n"),
        note=viewer.t(f"card.inbound_mails.result.{message.result}"),
        actions=actions(viewer, message.actions),
    )
