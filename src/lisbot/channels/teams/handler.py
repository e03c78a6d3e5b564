"""What lisbot does with what happens in Teams. It holds no rules and no words."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from botbuilder.core import ActivityHandler, TurnContext

from lisbot import phrases
from lisbot.channels.teams import answers
from lisbot.channels.teams.activity import Received, part
from lisbot.channels.teams.adapter import ANSWER
from lisbot.channels.teams.people import People, RunBound, caller_of
from lisbot.channels.teams.roster import Roster
from lisbot.commands import COMMANDS, Reply
from lisbot.ports import Unsent
from lisbot.texts import closest, text

log = logging.getLogger(__name__)

ASK = "ask"
IN_THE_ROOM = {"room.link", "room.unlink"}  # what everybody in the conversation may see the answer to


class Handler(ActivityHandler):  # type: ignore[misc]
    def __init__(self, run: RunBound, ask: RunBound, people: People, roster: Roster, lang: str) -> None:
        self.run, self.ask, self.people, self.roster, self.lang = run, ask, people, roster, lang

    # Buttons

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """A pressed button. botbuilder's own reading drops `trigger` and cannot send the answer."""
        activity: Received = turn_context.activity
        if activity.name == "adaptiveCard/action":
            turn_context.turn_state[ANSWER] = await self.press(activity)

    async def press(self, activity: Received) -> answers.Answer:
        value = activity.value if isinstance(activity.value, dict) else {}
        action = part(value, "action")
        verb, data = action.get("verb"), action.get("data") or {}
        if action.get("type") != "Action.Execute" or not isinstance(verb, str) or not isinstance(data, dict):
            return answers.answer_malformed("not an Action.Execute with a verb")
        if value.get("trigger") == "automatic" and verb != ASK and changes(verb):
            return answers.answer_malformed("a refresh changes nothing")
        return answers.answer_button(await self.do(activity, verb, data))

    async def do(self, activity: Received, verb: str, data: Mapping[str, Any]) -> Reply:
        """Run what a button says, or show the form it asks for, as whoever pressed it."""
        if verb == ASK:
            args = data.get("args")
            return await self.obey(
                activity, self.ask, data.get("command"), args if isinstance(args, dict) else {}
            )
        return await self.obey(activity, self.run, verb, data)

    async def obey(self, activity: Received, how: RunBound, name: object, given: Mapping[str, Any]) -> Reply:
        command = COMMANDS.get(name) if isinstance(name, str) else None
        if command and command.quiet:
            # Where somebody is reached is for this channel to find out, and never a client's word.
            return Reply(
                404, text(self.lang_of(activity), "error.unknown_command"), lang=self.lang_of(activity)
            )
        return await self.people.act(activity, lambda caller: how(str(name), given, caller))

    # Messages

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        activity: Received = turn_context.activity
        if not activity.is_to_us:
            return
        if isinstance(activity.value, dict):
            await self.submit(turn_context, activity, activity.value)
            return
        meant = phrases.understand(activity.said, self.lang_of(activity))
        reply = await self.obey(activity, self.ask if meant.asked else self.run, meant.command, meant.given)
        if meant.asked and reply.status == 422:
            # A form that cannot be drawn without knowing what it is about: the menu's buttons know.
            reply = await self.obey(activity, self.run, phrases.MENU, {})
        if activity.is_personal or meant.command in IN_THE_ROOM:
            await turn_context.send_activity(answers.show(reply))
        else:
            await self.answer_alone(turn_context, reply)

    async def submit(self, turn_context: TurnContext, activity: Received, value: Mapping[str, Any]) -> None:
        """A button pressed in a client too old for Action.Execute: its card is replaced by an edit."""
        args = value.get("args")
        typed = {k: v for k, v in value.items() if k not in ("verb", "args", "msteams")}
        verb = value.get("verb")
        reply = await self.do(
            activity, verb if isinstance(verb, str) else "", {**part(value, "args"), **typed}
        )
        if verb == ASK and isinstance(args, dict):
            verb = args.get("command")
        if not activity.is_personal and verb not in IN_THE_ROOM:
            await self.answer_alone(turn_context, reply)
        elif activity.reply_to_id and reply.shown:
            await self.replace_card(turn_context, activity, reply)
        else:
            await turn_context.send_activity(answers.show(reply))

    async def replace_card(self, turn_context: TurnContext, activity: Received, reply: Reply) -> None:
        shown = answers.show(reply)
        try:
            shown.id = activity.reply_to_id
            await turn_context.adapter.update_activity(turn_context, shown)
        except Unsent:
            shown.id = None
            await turn_context.send_activity(shown)

    async def answer_alone(self, turn_context: TurnContext, reply: Reply) -> None:
        """Answer in the 1:1 chat what was asked in company: an answer is drawn for one person."""
        activity: Received = turn_context.activity
        words = "teams.answered_alone"
        try:
            await self.roster.send_alone(activity, answers.show(reply))
        except Unsent as error:
            log.info("no 1:1 conversation: %s", error.reason)
            words = "teams.ask_alone"
        await turn_context.send_activity(answers.say(text(reply.lang, words)))

    # Coming and going

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        await self.arrive(turn_context)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        self.people.forget(caller_of(turn_context.activity))

    async def on_members_added_activity(self, members_added: list[Any], turn_context: TurnContext) -> None:
        activity: Received = turn_context.activity
        if any(member.id == activity.recipient.id for member in members_added):
            await self.arrive(turn_context)
        elif activity.is_in_team:
            self.roster.meet(activity, [member.id for member in members_added])

    async def arrive(self, turn_context: TurnContext) -> None:
        """lisbot was installed. Teams says so twice; people are greeted once."""
        activity: Received = turn_context.activity
        if not self.roster.is_new(activity):
            return
        if activity.is_personal:
            reply = await self.obey(activity, self.run, phrases.MENU, {})
            await turn_context.send_activity(answers.say(text(reply.lang, "teams.welcome")))
            await turn_context.send_activity(answers.show(reply))
            return
        if activity.is_in_team:
            self.roster.meet_everybody(activity)
        await turn_context.send_activity(answers.say(text(self.lang_of(activity), "teams.welcome_room")))

    async def apologise(self, turn_context: TurnContext, error: Exception) -> None:
        """A bug of this channel, or an answer Teams did not take: said once, with a reference to the log."""
        activity: Received = turn_context.activity
        if isinstance(error, Unsent):
            log.warning("an answer was not taken: %s", error.reason)
            return
        ref = secrets.token_hex(3)
        log.error("%s failed, ref %s", activity.type, ref, exc_info=error)
        lang = self.lang_of(activity)
        reply = Reply(500, text(lang, "error.unexpected", ref=ref), lang=lang)
        if activity.type == "invoke":
            turn_context.turn_state[ANSWER] = answers.answer_button(reply)
        elif activity.type == "message":
            try:
                await turn_context.send_activity(answers.show(reply))
            except Unsent as unsent:
                log.warning("an apology was not taken: %s", unsent.reason)

    def lang_of(self, activity: Received) -> str:
        return closest(activity.locale, self.lang)


def changes(verb: str) -> bool:
    """Whether a command changes something; one there is none of might."""
    return verb not in COMMANDS or COMMANDS[verb].changes
