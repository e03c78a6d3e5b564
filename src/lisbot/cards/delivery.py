"""How it went with what was sent, and what did not reach whom it should have."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Bar, Opens, Row, Section, Sheet, action, actions, joined, section, sheet
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.views import (
    AttemptLine,
    DeliveriesView,
    LostMessage,
    MessageLine,
    QuietTimeView,
    ReachedLine,
    RecipientLine,
    UndeliveredView,
)
from lisbot.council.enums import DeliveryState, ReachedBecause
from lisbot.texts import date_and_name, first_sentence, format_list, has

STATUSES: Mapping[DeliveryState, str] = {
    DeliveryState.UNREACHABLE: "attention",
    DeliveryState.FAILED: "attention",
    DeliveryState.WAITING: "warning",
    DeliveryState.FELL_BACK: "warning",
    DeliveryState.SENT: "good",
}
UNSURE = (ReachedBecause.NOTHING_LEADS, ReachedBecause.ADDRESS_FAILS)
UP = {"meeting": "meeting.show", "vote": "vote.show", "proposal": "proposal.show", "change": "seat_change.show"}


def deliveries(view: DeliveriesView, viewer: Viewer) -> Sheet:
    noun, _, number = view.subject.partition(":")
    about = {f"{noun}_id": int(number)} if noun in UP else {}
    if view.delivery_id is not None:
        opens = Opens("delivery.show", {"delivery_id": view.delivery_id})
        up = Opens("delivery.show", about) if about else Opens("delivery.list", {})
    else:
        opens, up = Opens("delivery.show", about), Opens(UP[noun], about)
    title = date_and_name(viewer.lang, view.title, view.held_on) if view.held_on else view.title
    return sheet(
        viewer.t("card.deliveries.title"),
        subtitle=title,
        lines=[
            viewer.t("card.deliveries.more") if view.has_more else "",
            "" if view.messages else viewer.t("card.deliveries.none"),
        ],
        sections=[each for message in view.messages for each in message_sections(message, viewer)],
        opens=opens,
        up=up,
        changes_soon=view.is_under_way,
    )


def message_sections(message: MessageLine, viewer: Viewer) -> tuple[Section, ...]:
    """Returns a message with its recipients, and each try that was made, which only whoever looks for it opens."""
    of, t = sum(message.counts.values()), viewer.t
    counts = [t(f"card.deliveries.count.{state}", count=count) for state, count in message.counts.items()]
    ended = of - message.counts.get(DeliveryState.WAITING, 0)
    progress = Bar(t("card.deliveries.progress"), t("card.deliveries.ended", count=ended, of=of), ended, of)
    total = t("card.deliveries.total", count=of)
    tries = [try_row(each, recipient, viewer) for recipient in message.recipients for each in recipient.attempts]
    return (
        section(
            first_sentence(t(f"notification.{message.kind}", **message.facts)),
            lines=[joined(viewer.say(message.made_at), f"{total}: {format_list(viewer.lang, counts)}")],
            bars=[progress] if ended < of else (),
            rows=[recipient_row(recipient, viewer) for recipient in message.recipients],
            actions=[
                action(viewer, each, title=t("card.deliveries.resend", count=message.to_resend))
                for each in message.actions
            ],
        ),
        section(t("card.deliveries.tries", count=len(tries)), rows=tries, is_detail=True, folds=True),
    )


def try_row(attempt: AttemptLine, recipient: RecipientLine, viewer: Viewer) -> Row:
    channel = channel_name(attempt.channel, viewer)
    outcome = viewer.t(f"card.deliveries.outcome.{attempt.outcome}")
    sent_as = viewer.t("card.deliveries.message_id", id=attempt.message_id) if attempt.message_id else ""
    return Row(
        viewer.t("card.deliveries.try", number=attempt.number, name=recipient_name(recipient, viewer)),
        sent_as,
        joined(viewer.say(attempt.at), channel, outcome, say_reason(attempt.reason, viewer)),
    )


def undelivered(view: UndeliveredView, viewer: Viewer) -> Sheet:
    t = viewer.t
    about = {"body_id": view.body_id} if view.body_id else {}
    return sheet(
        t("card.undelivered.title"),
        subtitle=view.title,
        lines=[
            t("card.undelivered.late", count=view.late) if view.late else "",
            t("card.deliveries.more") if view.has_more else "",
            "" if view.messages else t("card.undelivered.none"),
        ],
        sections=[section(rows=[lost_row(message, viewer) for message in view.messages])],
        opens=Opens("delivery.list", about),
        up=Opens("body.show", about) if about else Opens("dashboard.show", {}),
    )


def lost_row(message: LostMessage, viewer: Viewer) -> Row:
    reasons = format_list(viewer.lang, [say_reason(reason, viewer) for reason in message.reasons if reason])
    return Row(
        first_sentence(viewer.t(f"notification.{message.kind}", **message.facts)),
        joined(message.body, viewer.say(message.made_at)),
        joined(viewer.t("card.undelivered.count", count=message.count), reasons),
        "attention",
        Opens("delivery.show", {"delivery_id": message.delivery_id}),
        actions(viewer, message.actions),
    )


def recipient_row(recipient: RecipientLine, viewer: Viewer) -> Row:
    state = viewer.t(f"card.deliveries.state.{recipient.state}", channel=channel_name(recipient.channel, viewer))
    reason = "" if recipient.state is DeliveryState.SENT else say_reason(recipient.reason, viewer)
    again = len(recipient.attempts)
    tried = viewer.t("card.deliveries.tried", count=again) if again > 1 else ""
    note = joined(state, viewer.say(recipient.sent_at), reason, tried)
    return Row(recipient_name(recipient, viewer), note=note, status=STATUSES[recipient.state])


def recipient_name(recipient: RecipientLine, viewer: Viewer) -> str:
    return recipient.name or viewer.t("card.deliveries.room", channel=channel_name(recipient.platform, viewer))


def say_reason(reason: str, viewer: Viewer) -> str:
    """Returns why a message did not go as it should, in words where there are some for the platform's own key."""
    if not reason:
        return ""
    before, _, status = reason.partition("not_shown_")
    key = f"card.deliveries.not_shown.{status}" if status else f"card.deliveries.reason.{before}"
    if has(viewer.lang, key):
        return viewer.t(key)
    stem, _, code = key.rpartition("_")
    if code[:1].isdigit() and has(viewer.lang, stem):
        return f"{viewer.t(stem)} ({code})"
    return viewer.t("card.deliveries.reason.other", reason=reason)


def channel_name(channel: str, viewer: Viewer) -> str:
    return viewer.t(f"channel.{channel}") if has(viewer.lang, f"channel.{channel}") else channel


def quiet_time(view: QuietTimeView, viewer: Viewer) -> Sheet:
    """Returns through what the viewer is told things, and when they are left in peace."""
    t = viewer.t
    hours = t("card.quiet_time.never")
    if view.quiet_from is not None and view.quiet_to is not None:
        hours = t("card.quiet_time.between", starts=view.quiet_from, ends=view.quiet_to)
    alarm = t("card.quiet_time.no_alarm")
    if view.alarm_minutes is not None:
        alarm = t("card.quiet_time.alarm", count=view.alarm_minutes)
    return sheet(
        t("card.quiet_time.title"),
        sections=[
            section(
                t("card.reached.title"),
                lines=[t("card.reached.why_at_all")],
                rows=reached_rows(view.reached, viewer),
                actions=[action(viewer, AllowedAction("channel_choice.set"), title=t("card.reached.all"))],
            ),
            section(
                t("card.quiet_time.heading"),
                lines=[t("card.quiet_time.intro"), "" if view.is_own else t("card.quiet_time.usual")],
                facts=[
                    (t("card.quiet_time.hours"), hours),
                    (t("card.quiet_time.free_days"), t(f"card.quiet_time.{'told' if view.on_free_days else 'quiet'}")),
                    (
                        t("card.quiet_time.several"),
                        t(f"card.quiet_time.{'one_by_one' if view.one_by_one else 'together'}"),
                    ),
                    (t("card.quiet_time.copies"), t(f"mail_copies.{view.copies}")),
                    (t("card.quiet_time.calendar"), alarm),
                ],
                actions=actions(viewer, view.actions),
            ),
        ],
        opens=Opens("quiet_time.show", {}),
        up=Opens("worklist.show", {}),
    )


def reached_rows(lines: Sequence[ReachedLine], viewer: Viewer) -> list[Row]:
    """Returns through what somebody is told each kind of thing; in one line where it is the same for all."""
    if len({(line.channel, line.why) for line in lines}) == 1:
        return [reached_row(viewer.t("card.reached.everything"), lines[0], viewer)]
    return [
        replace(
            reached_row(viewer.t(f"card.reached.of.{line.what}"), line, viewer), quiet=(action(viewer, line.action),)
        )
        for line in lines
    ]


def reached_row(title: str, line: ReachedLine, viewer: Viewer) -> Row:
    """Returns through what somebody is told something, and why: "In Teams: you wrote there last"."""
    where = viewer.t(f"card.reached.where.{line.channel or 'nowhere'}")
    why = viewer.t(f"card.reached.because.{line.why}")
    return Row(title, f"{where}: {why}", status="attention" if line.why in UNSURE else "")
