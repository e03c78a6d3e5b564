"""What lisbot does with what happens in Slack. It holds no rules and no words.

Every method that answers Slack does what is asked first and returns the answer afterwards: an answer means
that it is done. What is shown elsewhere follows the answer.
"""

import asyncio
import logging
import secrets
from collections.abc import Coroutine, Mapping
from typing import Any

from lisbot import phrases
from lisbot.channels.slack import faces
from lisbot.channels.slack.afterwards import Afterwards
from lisbot.channels.slack.api import Api
from lisbot.channels.slack.faces import Json
from lisbot.channels.slack.hung import Hung
from lisbot.channels.slack.memory import Memory
from lisbot.channels.slack.payload import Body, Who, line, part, pressed, presser, said
from lisbot.channels.slack.people import People, RunBound, is_known
from lisbot.channels.slack.surfaces import (
    VIEWS,
    Kind,
    Surfaces,
    Where,
    commanded_at,
    pressed_at,
    said_at,
    sent_from,
)
from lisbot.commands import COMMANDS, Reply
from lisbot.inbox import Inbox, Taken
from lisbot.ports import Unsent
from lisbot.render import blocks
from lisbot.texts import text

log = logging.getLogger(__name__)

ASK, PAGE, OPEN = "ask", "page", "open"
HOME, PROPOSE = "me.page", "proposal.make"
LINK = "room.link"
IN_THE_ROOM = {LINK, "room.unlink"}  # what everybody in the conversation may see the answer to
PROMPT = 1.0  # seconds that a form waits for the address of the message it is about
LONGEST_TITLE = 200  # characters of an agenda item's title


class Handler:
    def __init__(
        self,
        run: RunBound,
        ask: RunBound,
        people: People,
        api: Api,
        after: Afterwards,
        inbox: Inbox,
        hung: Hung,
        memory: Memory,
        lang: str,
    ) -> None:
        self.run, self.ask, self.people, self.api = run, ask, people, api
        self.after, self.inbox, self.lang = after, inbox, lang
        self.surfaces = Surfaces(api, hung, memory)

    # Buttons

    async def press(self, body: Body) -> Json:
        where, press = pressed_at(body), pressed(body)
        if press is None or press.verb == OPEN:
            return {}
        if press.verb == PAGE:
            await self.turn_page(where, press.data)
        elif press.verb == ASK:
            args = press.data.get("args")
            await self.open_form(where, press.data.get("command"), args if isinstance(args, dict) else {})
        else:
            reply = await self.obey(where, self.run, press.verb, press.data)
            self.answer(where, reply, is_deed=changes(press.verb))
        return {}

    async def turn_page(self, where: Where, data: Mapping[str, Any]) -> None:
        """Show another page of what somebody looks at. A page turned changes nothing."""
        command, args, page = data.get("command"), data.get("args"), data.get("page")
        if not isinstance(command, str) or changes(command) or not isinstance(args, dict):
            return
        number = page if isinstance(page, int) else 0
        reply = await self.obey(where, self.run, command, args)
        if reply.shown and where.kind is Kind.HOME:
            self.follow(where, reply, self.surfaces.publish(where.who, faces.face_of(reply), number))
        else:
            self.answer(where, reply, page=number)

    async def open_form(self, where: Where, command: object, args: Mapping[str, Any]) -> None:
        reply = await self.obey(where, self.ask, command, args)
        if reply.status == 200:
            self.follow(where, reply, self.show_form(where, reply, args))
        else:
            self.answer(where, reply)

    async def show_form(self, where: Where, reply: Reply, args: Mapping[str, Any]) -> None:
        try:
            await self.surfaces.open_form(where, faces.face_of(reply))
        except Unsent as error:
            # A trigger lives for three seconds, and this one did not make it.
            log.info("a form was not opened: %s", error.reason)
            command, about = faces.form_of(faces.face_of(reply).card)
            await self.surfaces.send_alone(where.who, faces.offered(command, {**args, **about}, reply.lang))

    def answer(self, where: Where, reply: Reply, *, page: int = 0, is_deed: bool = False) -> None:
        """Show how it went where it was asked for, once Slack has its answer."""
        self.follow(where, reply, self.show(where, reply, page))
        if is_deed and where.kind in VIEWS:
            self.after.begin(self.draw_home(where.who))

    async def show(self, where: Where, reply: Reply, page: int) -> None:
        if reply.status == 200 and reply.shown:
            await self.surfaces.show(where, faces.face_of(reply), page=page)
        else:
            await self.surfaces.tell(where, reply.words or text(reply.lang, "slack.done"), reply.lang)

    def follow(self, where: Where, reply: Reply, work: Coroutine[Any, Any, None]) -> None:
        """Do this once Slack has its answer. A bug in it is said to whoever waits for what it shows."""

        async def see_through() -> None:
            try:
                await work
            except Exception:
                await self.surfaces.tell(where, apologise(reply.lang), reply.lang)

        self.after.begin(see_through())

    # Forms

    async def submit(self, body: Body) -> Json:
        """A form was sent. It is done once, however often Slack's button was pressed."""
        view = part(body, "view")
        kept = self.surfaces.memory.read(presser(body), view)
        name, where = kept.command, sent_from(body, kept.where)
        given = {**kept.about, **blocks.typed(part(part(view, "state"), "values"))}
        key = f"view:{where.view_id}:{where.hash}"
        taken = await self.inbox.take("slack", key)
        if taken is Taken.DONE:
            return {"response_action": "clear"}
        if taken is Taken.UNDER_WAY:
            lang = await self.people.lang(where.who) or self.lang
            return at_first_input(view, text(lang, "slack.still_working"))
        try:
            reply = await self.obey(where, self.run, name, given)
        except BaseException:
            await self.inbox.give_back("slack", key)
            raise
        if reply.status != 200:
            await self.inbox.give_back("slack", key)
            return self.refuse(reply, view, where)
        await self.inbox.done("slack", key)
        return self.accept(reply, where)

    def accept(self, reply: Reply, where: Where) -> Json:
        """It is done: shown in the modal itself where that came from no message, else where it was opened."""
        if where.kind in VIEWS:
            self.after.begin(self.draw_home(where.who))
            face = (
                faces.face_of(reply)
                if reply.shown
                else faces.said(text(reply.lang, "slack.done"), reply.lang)
            )
            return {"response_action": "update", "view": faces.modal(face)}
        self.answer(where, reply)
        return {}

    def refuse(self, reply: Reply, view: Body, where: Where) -> Json:
        """It is not done, and what was typed stays: each problem beside its field, or above the form."""
        if not reply.shown:
            return at_first_input(view, reply.words)
        errors = blocks.errors(view, reply.fields)
        face = faces.face_of(reply)
        if reply.fields and len(errors) == len(reply.fields) and not is_confirming(face.card):
            return {"response_action": "errors", "errors": errors}
        return {"response_action": "update", "view": self.surfaces.form(where, face)}

    # Words

    async def command(self, body: Body) -> Json:
        """`/lisbot` and what was typed after it. The answer is the typist's alone or the room's."""
        where = commanded_at(body)
        meant, reply = await self.understand(where, said(body.get("text")))
        if reply.status == 200 and meant.asked:
            self.follow(where, reply, self.show_form(where, reply, meant.given))
            return {}
        if is_the_rooms(meant.command, reply):
            self.follow(where, reply, self.announce(where, meant.command, reply))
            return {}
        alone = {"response_type": "ephemeral"}
        if reply.status != 200 or not reply.shown:
            return {"text": blocks.escape(reply.words or text(reply.lang, "slack.done")), **alone}
        first, *more = faces.messages(faces.face_of(reply))
        for message in more:
            self.follow(where, reply, self.surfaces.respond(where, message, replaces=False))
        return {**first, **alone}

    async def announce(self, where: Where, command: str, reply: Reply) -> None:
        """Tell all in a channel what concerns it; where lisbot is not in it, say so to whoever asked."""
        workspace, thread = where.who.workspace, where.ts if where.kind is Kind.TYPED else ""
        try:
            await self.surfaces.post(workspace, where.channel, faces.face_of(reply), thread=thread or None)
        except Unsent as error:
            log.info("a channel was not told what concerns it: %s", error.reason)
            key = "slack.invite" if command == LINK else "slack.done"
            await self.surfaces.tell(where, text(reply.lang, key), reply.lang)

    async def speak(self, body: Body) -> None:
        """Somebody wrote to lisbot alone, or mentioned it in a channel."""
        where = said_at(body)
        meant, reply = await self.understand(where, said(part(body, "event").get("text")))
        if reply.status == 200 and meant.asked:
            # No form opens at a message: its button does.
            command, about = faces.form_of(faces.face_of(reply).card)
            offer = faces.offered(command, about, reply.lang)
            self.follow(where, reply, self.surfaces.show(where, offer))
        elif is_the_rooms(meant.command, reply) and not where.alone:
            self.follow(where, reply, self.announce(where, meant.command, reply))
        else:
            self.answer(where, reply)

    async def understand(self, where: Where, words: str) -> tuple[phrases.Meant, Reply]:
        lang = await self.people.lang(where.who) or self.lang
        meant = phrases.understand(" ".join(words.split()), lang)
        reply = await self.obey(where, self.ask if meant.asked else self.run, meant.command, meant.given)
        if meant.asked and reply.status == 422:
            # A form that cannot be drawn without knowing what it is about: the menu's buttons know.
            meant = phrases.Meant(phrases.MENU)
            reply = await self.obey(where, self.run, phrases.MENU, {})
        return meant, reply

    async def propose(self, body: Body) -> Json:
        """A message becomes a proposal: its words the title, and the way back to it among the links."""
        who, message = presser(body), part(body, "message")
        channel = line(part(body, "channel"), "id")
        where = Where(
            Kind.SHORTCUT,
            who,
            channel,
            response_url=line(body, "response_url"),
            trigger_id=line(body, "trigger_id"),
        )
        words = " ".join(said(message.get("text")).split())
        given = {"title": words[:LONGEST_TITLE], "background": said(message.get("text")).strip()}
        if len(words) <= LONGEST_TITLE:
            del given["background"]
        if link := await self.link_to(who, channel, line(message, "ts") or line(body, "message_ts")):
            given["links"] = link
        await self.open_form(where, PROPOSE, given)
        return {}

    async def link_to(self, who: Who, channel: str, ts: str) -> str:
        """The address of a message; none where lisbot may not see it, or is not told in time."""
        try:
            async with asyncio.timeout(PROMPT):
                found = await self.api.call(
                    who.workspace, "chat.getPermalink", channel=channel, message_ts=ts
                )
        except (Unsent, TimeoutError) as error:
            log.info("a message's address was not to be had: %s", getattr(error, "reason", "too slow"))
            return ""
        return line(found, "permalink")

    # The home tab

    async def open_home(self, who: Who) -> None:
        """Somebody looks at lisbot's home tab: it is their own page, as things stand now."""
        self.after.begin(self.draw_home(who))

    async def draw_home(self, who: Who) -> None:
        where = Where(Kind.HOME, who)
        reply = await self.obey(where, self.run, HOME, {})
        face = faces.face_of(reply) if reply.shown else faces.said(reply.words, reply.lang)
        await self.surfaces.publish(who, face)

    # What all of it goes through

    async def obey(self, where: Where, how: RunBound, name: object, given: Mapping[str, Any]) -> Reply:
        command = COMMANDS.get(name) if isinstance(name, str) else None
        if command and command.quiet:
            # Where somebody is reached is for this channel to find out, and never a client's word.
            lang = await self.people.lang(where.who) or self.lang
            return Reply(404, text(lang, "error.unknown_command"), lang=lang)
        draw = faces.drawing(str(name), given)
        reply = await self.people.act(
            where.who, where.channel, lambda caller: how(str(name), given, caller, draw)
        )
        if is_known(reply):
            self.after.begin(self.people.remember(where.who, where.alone))
        return reply


def apologise(lang: str) -> str:
    """What to say of a bug that is being handled: it is in the log under the same reference. What was asked
    for may have been done, as drawing the answer comes after it."""
    ref = secrets.token_hex(3)
    log.exception("an answer to Slack failed, ref %s", ref)
    return text(lang, "slack.failed", ref=ref)


def is_the_rooms(command: str, reply: Reply) -> bool:
    """Whether everybody in the channel may see this answer: what was done to it, and no refusal."""
    return command in IN_THE_ROOM and reply.status == 200 and reply.shows != "form"


def changes(verb: str) -> bool:
    """Whether a command changes something; one there is none of might."""
    return verb not in COMMANDS or COMMANDS[verb].changes


def is_confirming(card: Mapping[str, Any]) -> bool:
    """Whether a form asks to be sent once more, as it is, by somebody who now knows."""
    return bool(faces.form_of(dict(card))[1].get("confirm"))


def at_first_input(view: Body, words: str) -> Json:
    """Words that concern the whole form, under its first field: the form stays as it is."""
    found = view.get("blocks")
    inputs = [b for b in found if b.get("type") == "input"] if isinstance(found, list) else []
    if not inputs:
        return {}
    return {"response_action": "errors", "errors": {inputs[0]["block_id"]: words}}
