"""What lisbot does with what happens in Teams. It holds no rules and no words."""

import logging
from collections.abc import Mapping
from typing import Any

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext

from lisbot.channels.common.conversation import (
    ASK,
    Conversation,
    asked_for,
    is_about_the_room,
)
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.teams import responses
from lisbot.channels.teams.activity import IncomingActivity
from lisbot.channels.teams.adapter import INVOKE_RESPONSE
from lisbot.channels.teams.members import Members
from lisbot.channels.teams.private_answers import PrivateAnswers
from lisbot.channels.teams.responses import Responses, plain_message
from lisbot.channels.teams.speakers import Speakers, caller_of
from lisbot.commands import Reply, changes_something
from lisbot.commands.refusals import unexpected
from lisbot.intents import MENU
from lisbot.messaging import SendError
from lisbot.render.teams import PAGE
from lisbot.texts import text

log = logging.getLogger(__name__)

PRESSED = "adaptiveCard/action"
# What happens to channels and teams ("Conversation events in your Teams bot").
GONE = {"channelDeleted", "teamArchived", "teamDeleted", "teamHardDeleted"}
BACK = {"channelRestored", "teamUnarchived", "teamRestored"}
# Teams of other people may read along, or no longer ("Agents and tab apps in shared and private channels").
OTHER_MEMBERS = {"channelShared", "channelUnshared"}
SUBMIT_FIELDS = ("verb", "args", "msteams")  # what Action.Submit's data has beside what was typed


class TeamsHandler(ActivityHandler):  # type: ignore[misc]
    """Answers what people press and type, and what Teams tells of coming and going."""

    def __init__(
        self,
        conversation: Conversation,
        speakers: Speakers,
        members: Members,
        respond: Responses,
        private_answers: PrivateAnswers,
    ) -> None:
        self.conversation, self.speakers, self.members, self.respond = conversation, speakers, members, respond
        self.private_answers = private_answers

    # Buttons

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """Answer a pressed button. botbuilder's own reading drops `trigger` and cannot send the answer."""
        activity: IncomingActivity = turn_context.activity
        response = InvokeResponse(status=400, body={"error": {"code": "NotSupported", "message": "unknown invoke"}})
        if activity.name == PRESSED:
            response = InvokeResponse(status=200, body=await self.press(activity))
        turn_context.turn_state[INVOKE_RESPONSE] = response

    async def press(self, activity: IncomingActivity) -> responses.InvokeResponse:
        """Returns the answer to a pressed button, or to a client that refreshes its card."""
        value = activity.value if isinstance(activity.value, dict) else {}
        action = object_in(value, "action")
        verb, data = string_in(action, "verb"), action.get("data") or {}
        if action.get("type") != "Action.Execute" or not verb or not isinstance(data, dict):
            return responses.bad_request("not an Action.Execute with a verb")
        if verb == PAGE:
            return await self.turn_page(activity, data)
        if value.get("trigger") == "automatic" and verb != ASK and changes_something(verb):
            return responses.bad_request("a refresh changes nothing")
        reply = await self.conversation.press(self.speakers.speaker_of(activity), verb, data)
        return self.respond.to_button(reply)

    async def turn_page(self, activity: IncomingActivity, data: Mapping[str, Any]) -> responses.InvokeResponse:
        """Returns another page of what somebody looks at. A page turned changes nothing."""
        command, given = asked_for(data)
        if changes_something(command):
            return responses.bad_request("a page turned changes nothing")
        reply = await self.conversation.run(self.speakers.speaker_of(activity), command, given)
        return self.respond.to_button(reply, page_in(data))

    async def submit(self, turn_context: TurnContext, value: Mapping[str, Any]) -> None:
        """Answer a button pressed in a client too old for Action.Execute: its card is replaced by an edit."""
        activity: IncomingActivity = turn_context.activity
        verb = string_in(value, "verb")
        typed = {name: given for name, given in value.items() if name not in SUBMIT_FIELDS}
        data = {**object_in(value, "args"), **typed}
        command, page = verb, 0
        if verb in (ASK, PAGE):
            command, given = asked_for(data)
        if verb == PAGE:
            if changes_something(command):
                return
            verb, data, page = command, given, page_in(data)
        reply = await self.conversation.press(self.speakers.speaker_of(activity), verb, data)
        if not self.may_answer_here(activity, command):
            await self.answer_privately(turn_context, reply, command, page)
        elif activity.reply_to_id and reply.view is not None:
            await self.replace_card(turn_context, activity.reply_to_id, reply, page)
        else:
            await turn_context.send_activity(self.respond.as_message(reply, page))

    async def replace_card(self, turn_context: TurnContext, message_id: str, reply: Reply, page: int = 0) -> None:
        message = self.respond.as_message(reply, page)
        try:
            message.id = message_id
            await turn_context.adapter.update_activity(turn_context, message)
        except SendError:
            message.id = None
            await turn_context.send_activity(message)

    # Messages

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        activity: IncomingActivity = turn_context.activity
        if not activity.is_to_bot:
            return
        if isinstance(activity.value, dict):
            await self.submit(turn_context, activity.value)
            return
        speaker = self.speakers.speaker_of(activity)
        if files := activity.file_names:
            intent, reply = await self.conversation.say_with_files(speaker, activity.words, files)
            await turn_context.send_activity(plain_message(text(reply.lang, "chat.no_files")))
        else:
            intent, reply = await self.conversation.say(speaker, activity.words)
        if self.may_answer_here(activity, intent.command):
            await turn_context.send_activity(self.respond.as_message(reply))
        else:
            await self.answer_privately(turn_context, reply, intent.command)

    def may_answer_here(self, activity: IncomingActivity, command: str) -> bool:
        """Returns whether an answer may stand where the command was given. It is drawn for one person."""
        return activity.is_personal or is_about_the_room(command)

    async def answer_privately(self, turn_context: TurnContext, reply: Reply, command: str, page: int = 0) -> None:
        """Answer so that nobody else sees it what was asked in company."""
        await self.private_answers.answer(turn_context, self.respond.as_message(reply, page), command, reply.lang)

    # Coming and going

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        """Also a new version of the app ("add-upgrade"), which is no reason to be greeted again."""
        if turn_context.activity.action == "add":
            await self.welcome(turn_context)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        self.conversation.addresses.forget(caller_of(turn_context.activity))
        await self.members.lose_rooms(turn_context.activity, "removed")

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """What Teams tells of its channels and teams, beside who comes and goes."""
        activity: IncomingActivity = turn_context.activity
        event = string_in(activity.channel_data, "eventType")
        if event in OTHER_MEMBERS or activity.members_added or activity.members_removed:
            self.members.forget_roster(activity)
        if event in GONE or any(member.id == activity.recipient.id for member in activity.members_removed):
            await self.members.lose_rooms(activity, event or "removed")
        elif event in BACK:
            await self.members.regain_rooms(activity)
        await super().on_conversation_update_activity(turn_context)

    async def on_members_added_activity(self, members_added: list[Any], turn_context: TurnContext) -> None:
        activity: IncomingActivity = turn_context.activity
        if any(member.id == activity.recipient.id for member in members_added):
            await self.welcome(turn_context)
        elif activity.is_in_team:
            self.members.link(activity, [member.id for member in members_added])

    async def welcome(self, turn_context: TurnContext) -> None:
        """Greet those who installed lisbot: once, though Teams tells of it twice."""
        activity: IncomingActivity = turn_context.activity
        await self.members.regain_rooms(activity)
        if not self.members.is_new_installation(activity):
            return
        speaker = self.speakers.speaker_of(activity)
        if activity.is_personal:
            reply = await self.conversation.run(speaker, MENU, {})
            await turn_context.send_activity(plain_message(text(reply.lang, "teams.welcome")))
            await turn_context.send_activity(self.respond.as_message(reply))
            return
        if activity.is_in_team:
            self.members.link_all(activity)
        await turn_context.send_activity(plain_message(text(speaker.lang, "teams.welcome_room")))

    # Bugs

    async def on_error(self, turn_context: TurnContext, error: Exception) -> None:
        """Say a bug of this channel once, with a reference to the process's log. What Teams did not take is
        logged. Called while the error is being handled."""
        activity: IncomingActivity = turn_context.activity
        if isinstance(error, SendError):
            log.warning("an answer was not taken: %s", error.reason)
            return
        reply = unexpected(activity.type, self.speakers.lang_of(activity))
        if activity.type == "invoke":
            response = InvokeResponse(status=200, body=self.respond.to_button(reply))
            turn_context.turn_state[INVOKE_RESPONSE] = response
        elif activity.type == "message":
            try:
                await turn_context.send_activity(self.respond.as_message(reply))
            except SendError as refused:
                log.warning("an apology was not taken: %s", refused.reason)


def page_in(data: Mapping[str, Any]) -> int:
    """Returns which page a button that turns them asks for. What it carries is the sender's word."""
    page = data.get("page")
    return page if isinstance(page, int) else 0
