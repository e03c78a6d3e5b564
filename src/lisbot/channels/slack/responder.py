"""Showing an answer where it belongs: in the message that was pressed, to one person alone, in a modal, at home."""

import logging
from dataclasses import replace
from typing import Any

from lisbot.channels.common.retry import with_retries
from lisbot.channels.slack.abilities import ALERT, Abilities, is_refused_block
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.form_metadata import FormMetadata, FormTarget
from lisbot.channels.slack.message_cache import MessageCache
from lisbot.channels.slack.messages import (
    Json,
    SlackMessage,
    form_button,
    home_view,
    message_bodies,
    modal_view,
    text_message,
)
from lisbot.channels.slack.origin import REPLACED, VIEWS, Origin, OriginKind
from lisbot.channels.slack.payload import SlackUser
from lisbot.messaging import PermanentError, SendError
from lisbot.render.slack import blocks
from lisbot.render.slack.limits import UPDATE_TEXT

log = logging.getLogger(__name__)

NO_PREVIEWS = {"unfurl_links": False, "unfurl_media": False}  # of what somebody linked to
NO_PARSING = {"parse": "none"}  # an edit's text is parsed for names and addresses unless it says so
MAX_WAIT = 2.0  # seconds that an answer waits to be sent once more


class Responder:
    """Shows cards and words where somebody is."""

    def __init__(self, api: SlackApi, cache: MessageCache, metadata: FormMetadata) -> None:
        self.api, self.cache, self.metadata, self.abilities = api, cache, metadata, Abilities()

    async def show(self, origin: Origin, message: SlackMessage, *, page: int = 0) -> None:
        """Show a card to one person, in place of what they pressed where that was theirs alone."""
        try:
            await self.abilities.send(
                origin.user.workspace, message, lambda fitted: self.show_there(origin, fitted, page)
            )
        except SendError as error:
            log.info("an answer could not be shown where it was asked for: %s", error.reason)
            await self.send_direct(origin.user, message, page)

    async def show_there(self, origin: Origin, message: SlackMessage, page: int) -> None:
        """Show a card where it was asked for. Raises SendError."""
        match origin.kind:
            case OriginKind.HOME | OriginKind.SHORTCUT:
                await self.open_view(origin, modal_view(message, page=page))
            case OriginKind.MODAL:
                await self.update_view(origin, modal_view(message, page=page))
            case OriginKind.TYPED if origin.direct_channel:
                await self.post(origin.user.workspace, origin.channel, message, page, origin.ts or None)
            case OriginKind.TYPED:
                await self.post_ephemeral(origin, message, page)
            case _:
                first, *more = message_bodies(message, page=page)
                try:
                    await self.respond(origin, first)
                except SendError as error:
                    if origin.kind is not OriginKind.MESSAGE or is_refused_block(error):
                        raise
                    await self.edit(origin, message, page)
                for body in more:
                    await self.respond(origin, body, replaces=False)

    async def say(self, origin: Origin, words: str, lang: str, *, is_refusal: bool = False) -> None:
        """Say something to one person, beside what they have in front of them: why something is not done as an alert,
        where that stands in a modal."""
        message = text_message(words, lang)
        try:
            if origin.kind in VIEWS:
                said = replace(text_message(words, lang, is_refusal=is_refusal), alerts=is_refusal)
                await self.abilities.send(
                    origin.user.workspace, said, lambda fitted: self.put_view(origin, modal_view(fitted))
                )
            elif origin.response_url:
                await self.respond(origin, {"text": blocks.escape(words)}, replaces=False)
            else:
                await self.show_there(origin, message, 0)
        except SendError as error:
            log.info("words could not be said where they belong: %s", error.reason)
            await self.send_direct(origin.user, message)

    async def put_view(self, origin: Origin, view: Json) -> None:
        """Open a modal on top of whatever somebody has in front of them. Raises SendError."""
        method = "views.push" if origin.kind is OriginKind.MODAL else "views.open"
        await self.call(origin, method, trigger_id=origin.trigger_id, view=view)

    async def open_form(self, origin: Origin, message: SlackMessage) -> None:
        """Open a form as a modal, or turn the modal in front of them into it. Raises SendError."""

        async def open_it(fitted: SlackMessage) -> None:
            view = self.form_view(origin, fitted)
            if origin.kind is OriginKind.MODAL:
                await self.update_view(origin, view)
            else:
                await self.open_view(origin, view)

        with_alert = replace(message, alerts=blocks.has_warning(message.card))
        await self.abilities.send(origin.user.workspace, with_alert, open_it)

    def form_again(self, origin: Origin, message: SlackMessage) -> Json:
        """Returns a form that comes back as the answer to itself. What was wrong is an alert where the workspace has
        taken one: such an answer cannot be given a second time."""
        has_alerts = self.abilities.has_shown(origin.user.workspace, ALERT)
        return self.form_view(origin, replace(message, alerts=has_alerts))

    def form_view(self, origin: Origin, message: SlackMessage) -> Json:
        """Returns a form as a modal that carries where it was opened."""
        command, about = form_button(message.card)
        target = FormTarget(command, about, origin.to_metadata())
        return modal_view(message, metadata=self.metadata.write(origin.user, target))

    async def open_view(self, origin: Origin, view: Json) -> None:
        """Open a modal in front of somebody. Raises SendError."""
        await self.call(origin, "views.open", trigger_id=origin.trigger_id, view=view)

    async def update_view(self, origin: Origin, view: Json) -> None:
        """Change the modal in front of somebody: it shows what they did last. Raises SendError."""
        try:
            await self.call(origin, "views.update", view_id=origin.view_id, hash=origin.hash or None, view=view)
        except SendError as error:
            if error.reason != "hash_conflict":
                raise
            await self.call(origin, "views.update", view_id=origin.view_id, view=view)

    async def publish_home(self, user: SlackUser, message: SlackMessage, page: int = 0) -> None:
        """Show somebody's Home tab."""
        view = home_view(message, page=page)
        try:
            await with_retries(lambda: self.api.call(user.workspace, "views.publish", user_id=user.id, view=view))
        except SendError as error:
            log.info("the home tab was not drawn: %s", error.reason)

    async def respond(self, origin: Origin, body: Json, *, replaces: bool = True) -> None:
        """Answer through what was pressed: in its place, or to its presser alone. Raises SendError."""
        is_replaced = replaces and origin.kind in REPLACED
        whereto: Json = {"replace_original": is_replaced, **({} if is_replaced else {"response_type": "ephemeral"})}
        await with_retries(lambda: self.api.respond(origin.response_url, {**body, **whereto}), max_wait=MAX_WAIT)
        if is_replaced and origin.kind is OriginKind.MESSAGE:
            self.cache.put(origin.channel, origin.ts, body)

    async def edit(self, origin: Origin, message: SlackMessage, page: int) -> None:
        """Edit the pressed message, in its presser's own conversation: a form may carry another's.

        An edit takes less text than a message. Raises SendError.
        """
        if origin.channel != await self.api.open_direct(origin.user.workspace, origin.user.id):
            raise PermanentError("another's conversation")
        body = message_bodies(message, page=page, most=UPDATE_TEXT)[0]
        given = {"channel": origin.channel, "ts": origin.ts, **body, **NO_PARSING}
        await with_retries(lambda: self.call(origin, "chat.update", **given))
        self.cache.put(origin.channel, origin.ts, body)

    async def post_ephemeral(self, origin: Origin, message: SlackMessage, page: int = 0) -> None:
        """Say something in a channel that one person alone sees. Raises SendError."""
        for body in message_bodies(message, page=page):
            given = {"channel": origin.channel, "user": origin.user.id, "thread_ts": origin.ts or None, **body}
            await with_retries(lambda given=given: self.call(origin, "chat.postEphemeral", **given))  # type: ignore[misc]

    async def post(
        self, workspace: str, channel: str, message: SlackMessage, page: int = 0, thread: str | None = None
    ) -> None:
        """Post a card in a channel for all in it to see. Raises SendError."""
        for body in message_bodies(message, page=page):
            given = {"channel": channel, "thread_ts": thread, **body, **NO_PREVIEWS}
            await with_retries(lambda given=given: self.api.call(workspace, "chat.postMessage", **given))  # type: ignore[misc]

    async def send_direct(self, user: SlackUser, message: SlackMessage, page: int = 0) -> None:
        """Say it in the conversation with lisbot alone, when it could be said nowhere else."""
        try:
            channel = await self.api.open_direct(user.workspace, user.id)
            await self.abilities.send(
                user.workspace, message, lambda fitted: self.post(user.workspace, channel, fitted, page)
            )
        except SendError as error:
            log.warning("an answer was not taken: %s", error.reason)

    async def call(self, origin: Origin, method: str, **args: Any) -> None:
        """Call a method in the workspace where somebody did something. Raises SendError."""
        await self.api.call(origin.user.workspace, method, **args)
