"""Where somebody in Slack did something: pressed, typed, sent a form. There the answer belongs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.payload import Body, SlackUser, commanding_user, event_user, interacting_user


class OriginKind(StrEnum):
    """What somebody had in front of them."""

    MESSAGE = "message"  # in their conversation with lisbot
    SHARED = "shared"  # in a channel, for all to see
    EPHEMERAL = "ephemeral"  # in a channel, for them alone
    COMMAND = "command"  # typed as a slash command
    TYPED = "typed"  # typed as a message
    HOME = "home"
    MODAL = "modal"
    SHORTCUT = "shortcut"


# The answer replaces what was pressed.
REPLACED = (OriginKind.MESSAGE, OriginKind.EPHEMERAL)
# A form opens at these, and so never at a message that was typed.
OPENS_FORMS = tuple(kind for kind in OriginKind if kind is not OriginKind.TYPED)
VIEWS = (OriginKind.HOME, OriginKind.MODAL, OriginKind.SHORTCUT)


@dataclass(frozen=True)
class Origin:
    """Where somebody did something, and what Slack gave us to answer there with."""

    kind: OriginKind
    user: SlackUser
    channel: str = ""
    ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    view_id: str = ""
    hash: str = ""

    @property
    def direct_channel(self) -> str:
        """The conversation with lisbot alone, where this is one; "" elsewhere. A slash command may be typed, and
        answered, in a conversation of two colleagues."""
        is_ours = self.kind in (OriginKind.MESSAGE, OriginKind.TYPED) and not self.view_id
        return self.channel if is_ours and self.channel.startswith("D") else ""

    def to_metadata(self) -> dict[str, str]:
        """Returns what a form that is opened here must carry: where its answer belongs."""
        given = {"k": self.kind.value, "ch": self.channel, "ts": self.ts, "r": self.response_url}
        return {name: value for name, value in given.items() if value}


def from_press(body: Body) -> Origin:
    """Returns where a button was pressed."""
    user, trigger = interacting_user(body), string_in(body, "trigger_id")
    container, view = object_in(body, "container"), object_in(body, "view")
    if view:
        kind = OriginKind.HOME if string_in(view, "type") == "home" else OriginKind.MODAL
        return Origin(kind, user, trigger_id=trigger, view_id=string_in(view, "id"), hash=string_in(view, "hash"))
    channel = string_in(container, "channel_id") or string_in(object_in(body, "channel"), "id")
    kind = OriginKind.MESSAGE if channel.startswith("D") else OriginKind.SHARED
    if container.get("is_ephemeral"):
        kind = OriginKind.EPHEMERAL
    return Origin(
        kind,
        user,
        channel,
        string_in(container, "message_ts"),
        string_in(body, "response_url"),
        trigger_id=trigger,
    )


def from_command(body: Body) -> Origin:
    """Returns where a slash command was typed."""
    return Origin(
        OriginKind.COMMAND,
        commanding_user(body),
        string_in(body, "channel_id"),
        response_url=string_in(body, "response_url"),
        trigger_id=string_in(body, "trigger_id"),
    )


def from_message(body: Body) -> Origin:
    """Returns where a message was written. An answer goes under the same thread."""
    event = object_in(body, "event")
    return Origin(OriginKind.TYPED, event_user(body), string_in(event, "channel"), string_in(event, "thread_ts"))


def from_shortcut(body: Body) -> Origin:
    """Returns where a message's shortcut was chosen."""
    return Origin(
        OriginKind.SHORTCUT,
        interacting_user(body),
        string_in(object_in(body, "channel"), "id"),
        response_url=string_in(body, "response_url"),
        trigger_id=string_in(body, "trigger_id"),
    )


def from_form(body: Body, metadata: Mapping[str, str]) -> Origin:
    """Returns where a form that is now sent was opened, as its metadata says."""
    kind = next((kind for kind in OPENS_FORMS if kind == string_in(metadata, "k")), OriginKind.MODAL)
    view = object_in(body, "view")
    return Origin(
        kind,
        interacting_user(body),
        string_in(metadata, "ch"),
        string_in(metadata, "ts"),
        string_in(metadata, "r"),
        view_id=string_in(view, "id"),
        hash=string_in(view, "hash"),
    )
