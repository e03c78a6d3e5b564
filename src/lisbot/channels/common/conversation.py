"""What the chat channels do alike with what somebody typed or pressed. It holds no rules and no words.

A channel proves who speaks and reads what was sent; what is shown, and where, is the channel's own too.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lisbot import intents
from lisbot.cards import FormView
from lisbot.channels.common import offers
from lisbot.channels.common.address_book import AddressBook
from lisbot.channels.common.presses import Presses
from lisbot.channels.common.protocols import AskCommand, RunCommand
from lisbot.channels.common.untrusted import object_in
from lisbot.commands import Reply, changes_something, find_command
from lisbot.commands.refusals import refused
from lisbot.council.core.errors import NotFound
from lisbot.council.overview.views import MenuView
from lisbot.council.register.identity import Caller
from lisbot.idempotency import ReceiptKey
from lisbot.intents import MENU, Intent

ASK = "ask"  # the verb of a button that asks for a command's form (cards/ask.json)
PROPOSE = "proposal.submit"
STRANGER = "stranger"  # the key of a reply to somebody who is not in the register

FindEmail = Callable[[], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever typed or pressed something, as far as the platform has proved it.

    lang         the language to refuse them in before lisbot knows them
    find_email   asks the platform's own roster for their address. Returns None where it may not be trusted to
                 say who somebody is.
    find_tenant  says where they belong, once their address is found: in a channel that several tenants share the
                 conversation's own tenant need not be theirs

    `caller.reach`, where it is set, is remembered as where they are reached.
    """

    caller: Caller
    lang: str
    find_email: FindEmail
    find_tenant: Callable[[], str] | None = None


class Conversation:
    """Runs commands for those who speak on one platform."""

    def __init__(self, run: RunCommand, ask: AskCommand, addresses: AddressBook) -> None:
        self.run_command, self.ask_command, self.addresses = run, ask, addresses
        self.presses = Presses()

    async def say(self, speaker: Speaker, words: str, *, receipt: ReceiptKey | None = None) -> tuple[Intent, Reply]:
        """Do what was typed. Returns which command that was, and how it went.

        A form that cannot be drawn without knowing what it is about becomes the menu: its buttons know.
        """
        intent = intents.understand(words, speaker.lang)
        if intent.unknown and intent.deputy and (answer := await self.say_deputy_alone(speaker, intent)):
            return answer
        if intent.unknown or intent.needs_body or intents.name_in(intent.rest if intent.is_about_body else ""):
            return await self.say_of_body(speaker, intent)
        if not intent.asks:
            return intent, await self.run(speaker, intent.command, intent.arguments, receipt=receipt)
        reply = await self.ask(speaker, intent.command, intent.arguments)
        if intent.deputy and isinstance(reply.view, FormView):
            return await self.say_who_comes(speaker, intent, reply, receipt)
        if reply.status == 422:
            intent = Intent(MENU)
            reply = await self.run(speaker, intent.command, {})
        return intent, reply

    async def say_of_body(self, speaker: Speaker, intent: Intent) -> tuple[Intent, Reply]:
        """Show what was asked for of the council that was named, or the council that was all that was named. Where it
        is not certain what was meant, ask: with the menu, and a button for whatever it may be."""
        menu = await self.run(speaker, MENU, {})
        if not isinstance(menu.view, MenuView) or menu.viewer is None:
            named = Intent(MENU) if intent.needs_body else intent
            is_menu = not menu.is_done or named.command == MENU
            return named, menu if is_menu else await self.run(speaker, named.command, named.arguments)
        answer = offers.interpret(intent, menu.view, menu.viewer)
        if isinstance(answer, MenuView):
            return Intent(MENU), replace(menu, view=answer)
        return answer, await self.run(speaker, answer.command, answer.arguments)

    async def say_who_comes(
        self, speaker: Speaker, intent: Intent, form: Reply, receipt: ReceiptKey | None
    ) -> tuple[Intent, Reply]:
        """Answer the notice with the deputy that was named, where nothing is left to be said or chosen; else ask for
        the form with them in it, or with the question who it is."""
        intent, problem = offers.name_deputy(intent, form)
        if problem:
            again = await self.ask(speaker, intent.command, intent.arguments)
            form = again if isinstance(again.view, FormView) else form
            return intent, replace(form, words=problem, view=replace(form.view, problem=problem))
        if not intent.asks:
            return intent, await self.run(speaker, intent.command, intent.arguments, receipt=receipt)
        return intent, await self.ask(speaker, intent.command, intent.arguments)

    async def say_deputy_alone(self, speaker: Speaker, intent: Intent) -> tuple[Intent, Reply] | None:
        """Offer the form of an absence with the deputy who was all that was named: «Kari Lie kommer». Returns None
        where none of the speaker's deputies may be meant."""
        absent = Intent(offers.ANSWER, intents.SAYS[offers.ANSWER], asks=True, deputy=intent.deputy)
        form = await self.ask(speaker, absent.command, absent.arguments)
        if not offers.is_deputy(absent, form):
            return None
        return await self.say_who_comes(speaker, absent, form, None)

    async def say_with_files(
        self, speaker: Speaker, words: str, files: Sequence[str], *, receipt: ReceiptKey | None = None
    ) -> tuple[Intent, Reply]:
        """Answer a message that came with files, which lisbot cannot take: the form of a proposal, with what was typed.

        What was typed and means something else that changes things is done as without the files.
        """
        intent = intents.understand(words, speaker.lang)
        if changes_something(intent.command) and intent.command != PROPOSE:
            return await self.say(speaker, words, receipt=receipt)
        if intent.command != PROPOSE or not intent.arguments:
            intent = intents.propose(words if words and intent.command != PROPOSE else files[0])
        return intent, await self.ask(speaker, intent.command, intent.arguments)

    async def press(
        self, speaker: Speaker, verb: str, data: Mapping[str, Any], *, receipt: ReceiptKey | None = None
    ) -> Reply:
        """Do what a button says: run its command, or ask for its form. What it carries is the sender's word."""
        if verb == ASK:
            name, given = asked_for(data)
            return await self.ask(speaker, name, given)
        return await self.run(speaker, verb, data, receipt=receipt)

    async def run(
        self, speaker: Speaker, name: str, given: Mapping[str, Any], *, receipt: ReceiptKey | None = None
    ) -> Reply:
        """Run a command. What channels alone run is unknown to those who speak.

        What changes nothing takes no receipt: it may be run again, and writes none.
        """
        if not changes_something(name):
            return await self.identified(speaker, name, lambda caller: self.run_command(name, given, caller))
        return await self.presses.run_once(
            (speaker.caller.tenant, speaker.caller.external_id, name, json.dumps(given, sort_keys=True, default=str)),
            lambda: self.identified(
                speaker, name, lambda caller: self.run_command(name, given, caller, receipt=receipt)
            ),
        )

    async def ask(self, speaker: Speaker, name: str, given: Mapping[str, Any]) -> Reply:
        """Ask for a command's form."""
        return await self.identified(speaker, name, lambda caller: self.ask_command(name, given, caller))

    async def identified(self, speaker: Speaker, name: str, call: Callable[[Caller], Awaitable[Reply]]) -> Reply:
        """Call as the speaker. A stranger is looked up in the platform's roster, and the call made once more.

        Afterwards, where they are known, remembers where they are reached.
        """
        command = find_command(name)
        if command and command.is_internal:
            return refused(NotFound("unknown_command"), name, speaker.lang)
        caller = speaker.caller
        reply = await call(caller)
        if reply.key == STRANGER and (email := await speaker.find_email()):
            caller = replace(
                caller, email=email, tenant=speaker.find_tenant() if speaker.find_tenant else caller.tenant
            )
            reply = await call(caller)
        if caller.reach and is_known(reply):
            await self.addresses.remember(caller, caller.reach)
        return reply


def asked_for(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Returns the command whose form a button asks for, and what the form is about."""
    name = data.get("command")
    return name if isinstance(name, str) else "", object_in(data, "args")


def is_known(reply: Reply) -> bool:
    """Returns whether whoever got this reply is in the register."""
    return reply.key != STRANGER


def is_about_the_room(name: str) -> bool:
    """Returns whether a command, by today's name or a former one, is answered where all in the room see it."""
    command = find_command(name)
    return command is not None and command.name in offers.ABOUT_THE_ROOM
