"""Where an answer is shown: in the message that was pressed, to one person alone, in a modal, at home."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lisbot.channels.slack import faces
from lisbot.channels.slack.api import Api, patiently
from lisbot.channels.slack.faces import Face, Json
from lisbot.channels.slack.hung import Hung
from lisbot.channels.slack.memory import Memory
from lisbot.channels.slack.payload import Body, Who, commander, line, part, presser, speaker
from lisbot.ports import Unsent
from lisbot.render import blocks
from lisbot.render.slack_limits import UPDATE_TEXT

log = logging.getLogger(__name__)

QUIET = {"unfurl_links": False, "unfurl_media": False}  # no preview of what somebody linked to
LITERAL = {"parse": "none"}  # an edit's text is parsed for names and addresses unless told
MOMENT = 2.0  # seconds that an answer waits to be sent once more


class Kind(StrEnum):
    """What somebody had in front of them."""

    MESSAGE = "message"  # in their conversation with lisbot
    SHARED = "shared"  # in a channel, for all to see
    EPHEMERAL = "ephemeral"  # in a channel, for them alone
    COMMAND = "command"  # typed as a slash command
    TYPED = "typed"  # typed as a message
    HOME = "home"
    MODAL = "modal"
    SHORTCUT = "shortcut"


OWN = (Kind.MESSAGE, Kind.EPHEMERAL)  # is replaced by the answer
OPENS = tuple(kind for kind in Kind if kind is not Kind.TYPED)  # no form opens at a message
VIEWS = (Kind.HOME, Kind.MODAL, Kind.SHORTCUT)


@dataclass(frozen=True)
class Where:
    """Where somebody did something, and what Slack gave us to answer there with."""

    kind: Kind
    who: Who
    channel: str = ""
    ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    view_id: str = ""
    hash: str = ""

    @property
    def alone(self) -> str:
        """The conversation with lisbot alone, where this is one. A slash command may be typed, and answered,
        in a conversation of two colleagues."""
        is_ours = self.kind in (Kind.MESSAGE, Kind.TYPED) and not self.view_id
        return self.channel if is_ours and self.channel.startswith("D") else ""

    def kept(self) -> Json:
        """What a form that is opened here must remember: where its answer belongs."""
        told = {"k": self.kind.value, "ch": self.channel, "ts": self.ts, "r": self.response_url}
        return {name: value for name, value in told.items() if value}


def pressed_at(body: Body) -> Where:
    """Where a button was pressed."""
    who, trigger = presser(body), line(body, "trigger_id")
    container, view = part(body, "container"), part(body, "view")
    if view:
        kind = Kind.HOME if line(view, "type") == "home" else Kind.MODAL
        return Where(kind, who, trigger_id=trigger, view_id=line(view, "id"), hash=line(view, "hash"))
    channel = line(container, "channel_id") or line(part(body, "channel"), "id")
    kind = Kind.MESSAGE if channel.startswith("D") else Kind.SHARED
    if container.get("is_ephemeral"):
        kind = Kind.EPHEMERAL
    return Where(
        kind, who, channel, line(container, "message_ts"), line(body, "response_url"), trigger_id=trigger
    )


def commanded_at(body: Body) -> Where:
    """Where a slash command was typed."""
    return Where(
        Kind.COMMAND,
        commander(body),
        line(body, "channel_id"),
        response_url=line(body, "response_url"),
        trigger_id=line(body, "trigger_id"),
    )


def said_at(body: Body) -> Where:
    """Where a message was written. An answer goes under the same thread."""
    event = part(body, "event")
    return Where(Kind.TYPED, speaker(body), line(event, "channel"), line(event, "thread_ts"))


def sent_from(body: Body, kept: Mapping[str, Any]) -> Where:
    """Where a form that is now sent was opened, as it remembers."""
    kind = next((kind for kind in OPENS if kind == line(kept, "k")), Kind.MODAL)
    view = part(body, "view")
    return Where(
        kind,
        presser(body),
        line(kept, "ch"),
        line(kept, "ts"),
        line(kept, "r"),
        view_id=line(view, "id"),
        hash=line(view, "hash"),
    )


class Surfaces:
    """Shows cards and words where somebody is."""

    def __init__(self, api: Api, hung: Hung, memory: Memory) -> None:
        self.api, self.hung, self.memory = api, hung, memory

    async def show(self, where: Where, face: Face, *, page: int = 0) -> None:
        """Show a card to one person, in place of what they pressed where that was theirs alone."""
        try:
            await self.show_there(where, face, page)
        except Unsent as error:
            log.info("an answer could not be shown where it was asked for: %s", error.reason)
            await self.send_alone(where.who, face, page)

    async def show_there(self, where: Where, face: Face, page: int) -> None:
        match where.kind:
            case Kind.HOME | Kind.SHORTCUT:
                await self.open(where, faces.modal(face, page=page))
            case Kind.MODAL:
                await self.turn(where, faces.modal(face, page=page))
            case Kind.TYPED if where.alone:
                await self.post(where.who.workspace, where.channel, face, page, where.ts or None)
            case Kind.TYPED:
                await self.whisper(where, face, page)
            case _:
                first, *more = faces.messages(face, page=page)
                try:
                    await self.respond(where, first)
                except Unsent:
                    if where.kind is not Kind.MESSAGE:
                        raise
                    await self.replace(where, face, page)
                for body in more:
                    await self.respond(where, body, replaces=False)

    async def tell(self, where: Where, words: str, lang: str) -> None:
        """Say something to one person, beside what they have in front of them."""
        face = faces.said(words, lang)
        try:
            if where.kind in VIEWS:
                method = "views.push" if where.kind is Kind.MODAL else "views.open"
                await self.call(where, method, trigger_id=where.trigger_id, view=faces.modal(face))
            elif where.response_url:
                await self.respond(where, {"text": blocks.escape(words)}, replaces=False)
            else:
                await self.show_there(where, face, 0)
        except Unsent as error:
            log.info("words could not be said where they belong: %s", error.reason)
            await self.send_alone(where.who, face)

    async def open_form(self, where: Where, face: Face) -> None:
        """Open a form as a modal, or turn the modal in front of them into it. Raises Unsent."""
        view = self.form(where, face)
        if where.kind is Kind.MODAL:
            await self.turn(where, view)
        else:
            await self.open(where, view)

    def form(self, where: Where, face: Face) -> Json:
        """A form as a modal that remembers where it was opened."""
        command, about = faces.form_of(face.card)
        return faces.modal(face, metadata=self.memory.write(where.who, command, about, where.kept()))

    async def open(self, where: Where, view: Json) -> None:
        await self.call(where, "views.open", trigger_id=where.trigger_id, view=view)

    async def turn(self, where: Where, view: Json) -> None:
        """Change the modal in front of somebody: what they did last is what it shows."""
        try:
            await self.call(where, "views.update", view_id=where.view_id, hash=where.hash or None, view=view)
        except Unsent as error:
            if error.reason != "hash_conflict":
                raise
            await self.call(where, "views.update", view_id=where.view_id, view=view)

    async def publish(self, who: Who, face: Face, page: int = 0) -> None:
        """Draw somebody's home tab."""
        view = faces.home(face, page=page)
        try:
            await patiently(
                lambda: self.api.call(who.workspace, "views.publish", user_id=who.user, view=view)
            )
        except Unsent as error:
            log.info("the home tab was not drawn: %s", error.reason)

    async def respond(self, where: Where, body: Json, *, replaces: bool = True) -> None:
        """Answer through what was pressed: in its place, or to its presser alone."""
        how: Json = {"replace_original": replaces and where.kind in OWN}
        if not how["replace_original"]:
            how["response_type"] = "ephemeral"
        await patiently(lambda: self.api.respond(where.response_url, {**body, **how}), longest=MOMENT)
        if replaces and where.kind is Kind.MESSAGE:
            self.hung.keep(where.channel, where.ts, body)

    async def replace(self, where: Where, face: Face, page: int) -> None:
        """Edit the pressed message, in its presser's own conversation: a form may remember another's.
        An edit takes less text than a message. Raises Unsent."""
        if where.channel != await self.api.open_alone(where.who.workspace, where.who.user):
            raise Unsent("another's conversation", passing=False)
        body = faces.messages(face, page=page, most=UPDATE_TEXT)[0]
        asked = {"channel": where.channel, "ts": where.ts, **body, **LITERAL}
        await patiently(lambda: self.call(where, "chat.update", **asked))
        self.hung.keep(where.channel, where.ts, body)

    async def whisper(self, where: Where, face: Face, page: int = 0) -> None:
        """Say something in a channel that one person alone sees."""
        for body in faces.messages(face, page=page):
            asked = {"channel": where.channel, "user": where.who.user, "thread_ts": where.ts or None, **body}
            await patiently(lambda asked=asked: self.call(where, "chat.postEphemeral", **asked))  # type: ignore[misc]

    async def post(
        self, workspace: str, channel: str, face: Face, page: int = 0, thread: str | None = None
    ) -> None:
        for body in faces.messages(face, page=page):
            asked = {"channel": channel, "thread_ts": thread, **body, **QUIET}
            await patiently(lambda asked=asked: self.api.call(workspace, "chat.postMessage", **asked))  # type: ignore[misc]

    async def send_alone(self, who: Who, face: Face, page: int = 0) -> None:
        """Say it in the conversation with lisbot alone, when it could be said nowhere else."""
        try:
            channel = await self.api.open_alone(who.workspace, who.user)
            await self.post(who.workspace, channel, face, page)
        except Unsent as error:
            log.warning("an answer was not taken: %s", error.reason)

    async def call(self, where: Where, method: str, **args: Any) -> None:
        await self.api.call(where.who.workspace, method, **args)
