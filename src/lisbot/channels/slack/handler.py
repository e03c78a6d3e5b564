"""What lisbot does with what happens in Slack. It holds no rules and no words.

Every method that answers Slack does what is asked first and returns the answer then: an answer means that
it is done. What is shown elsewhere follows the answer.
"""

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from lisbot import intents
from lisbot.cards import FormView
from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.common.conversation import ASK, Conversation, asked_for, is_about_the_room, is_known
from lisbot.channels.common.untrusted import object_in, objects_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.messages import (
    OPEN,
    PAGE,
    Json,
    draw,
    draw_or_say,
    form_button,
    message_bodies,
    modal_view,
    offer_form,
    text_message,
)
from lisbot.channels.slack.origin import (
    VIEWS,
    Origin,
    OriginKind,
    from_command,
    from_form,
    from_message,
    from_press,
    from_shortcut,
)
from lisbot.channels.slack.payload import (
    PLATFORM,
    Body,
    SlackUser,
    file_names,
    interacting_user,
    read_press,
    to_plain_text,
)
from lisbot.channels.slack.people import People
from lisbot.channels.slack.responder import Responder
from lisbot.commands import ALREADY_DONE, CHANGED_MEANWHILE, Reply, changes_something, find_command
from lisbot.idempotency import ReceiptKey, Receipts, Taken
from lisbot.intents import Intent
from lisbot.messaging import SendError
from lisbot.render.slack import blocks
from lisbot.texts import text

log = logging.getLogger(__name__)

HOME, PROPOSE = "worklist.show", "proposal.submit"
LINK_ROOM = "room.link"
PERMALINK_TIMEOUT = 1.0  # seconds that a form waits for the address of the message it is about
UNUSABLE = 422  # the status of a press that says too little: its form asks for the rest
MAX_TITLE = 200  # characters of an agenda item's title


class SlackHandler:
    """Runs commands for what is pressed, typed and sent in Slack, and shows what comes of it."""

    def __init__(
        self,
        conversation: Conversation,
        people: People,
        api: SlackApi,
        responder: Responder,
        background: BackgroundTasks,
        receipts: Receipts,
    ) -> None:
        self.conversation, self.people, self.api = conversation, people, api
        self.responder, self.background, self.receipts = responder, background, receipts

    # Buttons

    async def press(self, body: Body) -> Json:
        """Do what a pressed button says. Returns the answer to Slack.

        A press that changes something leaves a receipt: Slack's signature is good for five minutes, and whoever
        sent the same request again within them would put an old ballot over a newer one.
        """
        origin, press = from_press(body), read_press(body)
        if press is None or press.verb == OPEN:
            return {}
        if press.verb == PAGE:
            await self.turn_page(origin, press.data)
        elif press.verb == ASK:
            await self.ask_form(origin, *asked_for(press.data))
        else:
            reply = await self.run(origin, press.verb, press.data, receipt=receipt_of("press", origin.trigger_id))
            if isinstance(reply.view, FormView) and (reply.view.is_confirming or reply.status == UNUSABLE):
                self.follow(origin, reply, self.open_form(origin, reply, press.data))
            elif reply.key != ALREADY_DONE:
                self.answer(origin, reply, has_changed=changes_something(press.verb))
        return {}

    async def turn_page(self, origin: Origin, data: Mapping[str, Any]) -> None:
        """Show another page of what somebody looks at. A page turned changes nothing."""
        command, given = asked_for(data)
        if changes_something(command):
            return
        page = data.get("page")
        number = page if isinstance(page, int) else 0
        reply = await self.run(origin, command, given)
        if origin.kind is OriginKind.HOME and reply.is_done:
            self.follow(origin, reply, self.publish_home(origin.user, reply, number))
        else:
            self.answer(origin, reply, page=number)

    async def ask_form(self, origin: Origin, command: str, given: Mapping[str, Any]) -> None:
        """Ask for a command's form, and open it."""
        reply = await self.ask(origin, command, given)
        if reply.is_done:
            self.follow(origin, reply, self.open_form(origin, reply, given))
        else:
            self.answer(origin, reply)

    async def open_form(self, origin: Origin, reply: Reply, given: Mapping[str, Any]) -> None:
        """Open a form; where it is too late for that, offer it with a button."""
        message = draw_or_say(reply)
        try:
            await self.responder.open_form(origin, message)
        except SendError as error:
            # A trigger lives for three seconds, and this one did not make it.
            log.info("a form was not opened: %s", error.reason)
            command, about = form_button(message.card)
            await self.responder.send_direct(origin.user, offer_form(command, {**given, **about}, reply.lang))

    def answer(self, origin: Origin, reply: Reply, *, page: int = 0, has_changed: bool = False) -> None:
        """Show how it went where it was asked for, once Slack has its answer."""
        self.follow(origin, reply, self.show(origin, reply, page))
        if has_changed and origin.kind in VIEWS:
            self.background.spawn(self.draw_home(origin.user))

    async def show(self, origin: Origin, reply: Reply, page: int) -> None:
        """Show what a command returned, or say why it was refused."""
        message = draw(reply) if reply.is_done else None
        if message:
            await self.responder.show(origin, message, page=page)
        else:
            words = reply.words or text(reply.lang, "slack.done")
            await self.responder.say(origin, words, reply.lang, is_refusal=not reply.is_done)

    def follow(self, origin: Origin, reply: Reply, work: Coroutine[Any, Any, None]) -> None:
        """Do this once Slack has its answer. A bug in it is said to whoever waits for what it shows."""

        async def supervise() -> None:
            try:
                await work
            except Exception:
                await self.responder.say(origin, apologise(reply.lang), reply.lang)

        self.background.spawn(supervise())

    # Forms

    async def submit(self, body: Body) -> Json:
        """Run the command of a form that was sent: once, however often it is sent. Returns the answer to Slack."""
        view = object_in(body, "view")
        target = self.responder.metadata.read(interacting_user(body), view)
        origin = from_form(body, target.origin)
        given = {**target.about, **blocks.read_inputs(object_in(object_in(view, "state"), "values"))}
        receipt = receipt_of("view", f"{origin.view_id}:{origin.hash}")
        reply = await self.run(origin, target.command, given, receipt=receipt)
        if reply.key == ALREADY_DONE:
            return {"response_action": "clear"}
        return self.accept(origin, reply) if reply.is_done else self.refuse(origin, reply, view)

    def accept(self, origin: Origin, reply: Reply) -> Json:
        """Show what was done: in the modal itself where that came from no message, else where it was opened."""
        if origin.kind in VIEWS:
            self.background.spawn(self.draw_home(origin.user))
            return {"response_action": "update", "view": modal_view(draw_or_say(reply))}
        self.answer(origin, reply)
        return {}

    def refuse(self, origin: Origin, reply: Reply, view: Body) -> Json:
        """Say why it is not done, and let what was typed stay: beside each field, or above the form."""
        message = draw(reply)
        if message is None or not isinstance(reply.view, FormView):
            return error_at_first_input(view, reply.words, reply.lang)
        errors = blocks.field_errors(view, reply.fields)
        is_same_form = not reply.view.is_confirming and reply.key != CHANGED_MEANWHILE
        if reply.fields and len(errors) == len(reply.fields) and is_same_form:
            return {"response_action": "errors", "errors": errors}
        return {"response_action": "update", "view": self.responder.form_again(origin, message)}

    # Words

    async def command(self, body: Body) -> Json:
        """Do what was typed after `/lisbot`. Returns the answer: the typist's alone, or nothing where it is posted."""
        origin = from_command(body)
        words = to_plain_text(body.get("text"))
        intent, reply = await self.say(origin, words, receipt_of("command", origin.trigger_id))
        if reply.key == ALREADY_DONE:
            return {}
        if reply.is_done and intent.asks:
            self.follow(origin, reply, self.open_form(origin, reply, intent.arguments))
            return {}
        if is_for_the_room(intent, reply):
            self.follow(origin, reply, self.announce(origin, intent, reply))
            return {}
        alone = {"response_type": "ephemeral"}
        message = draw(reply) if reply.is_done else None
        if message is None:
            return {"text": blocks.escape(reply.words or text(reply.lang, "slack.done")), **alone}
        if message.tabled:
            self.follow(origin, reply, self.responder.show(origin, message))
            return {}
        first, *more = message_bodies(message)
        for each in more:
            self.follow(origin, reply, self.responder.respond(origin, each, replaces=False))
        return {**first, **alone}

    async def speak(self, body: Body) -> Taken:
        """Do what somebody wrote to lisbot alone, or in a channel where they mentioned it: once, however often
        Slack sends the event.

        What changes something leaves its receipt in its own transaction. Returns whether it is done now, was done
        before, or is under way elsewhere.
        """
        origin = from_message(body)
        words, files = to_plain_text(object_in(body, "event").get("text")), file_names(object_in(body, "event"))
        receipt = ReceiptKey(PLATFORM, string_in(body, "event_id"))
        speaker = await self.people.speaker(origin.user, origin.channel)
        intent = intents.understand(one_line(words), speaker.lang)
        if changes_something(intent.command) and not intent.asks:
            intent, reply = await self.say(origin, words, receipt, files)
            if reply.key == ALREADY_DONE:
                return Taken.DONE
            self.answer_words(origin, intent, reply, with_files=bool(files))
            return Taken.NEW
        async with self.receipts.once(*receipt) as taken:
            if taken is Taken.NEW:
                said = await self.say(origin, words, files=files)
                self.answer_words(origin, *said, with_files=bool(files))
        return taken

    def answer_words(self, origin: Origin, intent: Intent, reply: Reply, *, with_files: bool = False) -> None:
        """Show what came of what somebody wrote, once Slack has its answer: first that files cannot be taken."""
        no_files = text(reply.lang, "chat.no_files") if with_files else ""
        if no_files and not (reply.is_done and intent.asks):
            self.follow(origin, reply, self.responder.say(origin, no_files, reply.lang))
        if reply.is_done and intent.asks:
            # No form opens at a message: its button does.
            command, about = form_button(draw_or_say(reply).card)
            before = "\n\n".join(filter(None, (no_files, reply.words)))
            offer = offer_form(command, {**intent.arguments, **about}, reply.lang, before=before)
            self.follow(origin, reply, self.responder.show(origin, offer))
        elif is_for_the_room(intent, reply) and not origin.direct_channel:
            self.follow(origin, reply, self.announce(origin, intent, reply))
        else:
            self.answer(origin, reply)

    async def announce(self, origin: Origin, intent: Intent, reply: Reply) -> None:
        """Tell all in a channel what concerns it; where lisbot is not in it, say so to whoever asked."""
        thread = origin.ts if origin.kind is OriginKind.TYPED else ""
        try:
            await self.responder.post(origin.user.workspace, origin.channel, draw_or_say(reply), thread=thread or None)
        except SendError as error:
            log.info("a channel was not told what concerns it: %s", error.reason)
            key = "slack.invite" if is_link(intent) else "slack.done"
            await self.responder.say(origin, text(reply.lang, key), reply.lang)

    # Shortcuts

    async def propose(self, body: Body) -> Json:
        """Make a message a proposal: its words the title, and the way back to it among the links."""
        origin, message = from_shortcut(body), object_in(body, "message")
        words = to_plain_text(message.get("text"))
        title = one_line(words)
        given = {"title": title[:MAX_TITLE]}
        if len(title) > MAX_TITLE:
            given["background"] = words.strip()
        ts = string_in(message, "ts") or string_in(body, "message_ts")
        if link := await self.permalink(origin.user, origin.channel, ts):
            given["links"] = link
        await self.ask_form(origin, PROPOSE, given)
        return {}

    async def permalink(self, user: SlackUser, channel: str, ts: str) -> str:
        """Returns the address of a message; "" where lisbot may not see it, or does not answer in time."""
        try:
            async with asyncio.timeout(PERMALINK_TIMEOUT):
                found = await self.api.call(user.workspace, "chat.getPermalink", channel=channel, message_ts=ts)
        except (SendError, TimeoutError) as error:
            log.info("a message's address was not to be had: %s", getattr(error, "reason", "too slow"))
            return ""
        return string_in(found, "permalink")

    # The Home tab

    def open_home(self, user: SlackUser) -> None:
        """Draw the Home tab of somebody who looks at it: it is their own page, as things stand now."""
        self.background.spawn(self.draw_home(user))

    async def draw_home(self, user: SlackUser) -> None:
        """Draw somebody's Home tab."""
        reply = await self.run(Origin(OriginKind.HOME, user), HOME, {})
        await self.publish_home(user, reply)

    async def publish_home(self, user: SlackUser, reply: Reply, page: int = 0) -> None:
        """Show a reply on somebody's Home tab."""
        await self.responder.publish_home(user, draw_or_say(reply), page)

    # What all of it goes through

    async def run(
        self, origin: Origin, name: str, given: Mapping[str, Any], *, receipt: ReceiptKey | None = None
    ) -> Reply:
        """Run a command for whoever did something."""
        speaker = await self.people.speaker(origin.user, origin.channel)
        reply = await self.conversation.run(speaker, name, given, receipt=receipt)
        return self.note(origin, reply)

    async def ask(self, origin: Origin, name: str, given: Mapping[str, Any]) -> Reply:
        """Ask for a command's form for whoever did something."""
        speaker = await self.people.speaker(origin.user, origin.channel)
        return self.note(origin, await self.conversation.ask(speaker, name, given))

    async def say(
        self, origin: Origin, words: str, receipt: ReceiptKey | None = None, files: Sequence[str] = ()
    ) -> tuple[Intent, Reply]:
        """Do what was typed. Returns which command that was, and how it went."""
        speaker, said = await self.people.speaker(origin.user, origin.channel), one_line(words)
        if files:
            intent, reply = await self.conversation.say_with_files(speaker, said, files, receipt=receipt)
        else:
            intent, reply = await self.conversation.say(speaker, said, receipt=receipt)
        return intent, self.note(origin, reply)

    def note(self, origin: Origin, reply: Reply) -> Reply:
        """Remember the language somebody was answered in, and where they are reached. Returns the reply."""
        self.people.note_answer(origin.user, reply)
        if is_known(reply):
            self.background.spawn(self.people.remember(origin.user, origin.direct_channel))
        return reply


def receipt_of(kind: str, key: str) -> ReceiptKey | None:
    """Returns the receipt for something Slack names by a key; None where it has none."""
    return ReceiptKey(PLATFORM, f"{kind}:{key}") if key.strip(":") else None


def apologise(lang: str) -> str:
    """Returns what to say of a bug that is being handled: it is in the log under the same reference. What was
    asked for may have been done, as drawing the answer comes after it."""
    ref = secrets.token_hex(3)
    log.exception("an answer to Slack failed, ref %s", ref)
    return text(lang, "slack.failed", ref=ref)


def is_for_the_room(intent: Intent, reply: Reply) -> bool:
    """Returns whether everybody in the channel may see this answer: what was done to it, and no refusal."""
    return is_about_the_room(intent.command) and reply.is_done and not intent.asks


def is_link(intent: Intent) -> bool:
    """Returns whether somebody links a channel to a council."""
    command = find_command(intent.command)
    return command is not None and command.name == LINK_ROOM


def one_line(words: str) -> str:
    """Returns words on one line, with single spaces between them."""
    return " ".join(words.split())


def error_at_first_input(view: Body, words: str, lang: str) -> Json:
    """Returns words that concern a whole form, under its first field: the form stays as it is. One that asks for
    nothing has no place for them, and gives way to them."""
    inputs = [block for block in objects_in(view, "blocks") if block.get("type") == "input"]
    if not inputs:
        return {"response_action": "update", "view": modal_view(text_message(words, lang))}
    return {"response_action": "errors", "errors": {inputs[0]["block_id"]: words}}
