"""The people of builders' council as they are in Slack, others who are not of it, and commands that answer as
they are told."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import builders
from fakes.recorded import Recorded, shown, viewer
from fakes.slack_client import Slack
from fakes.slack_rules import elements
from fakes.slack_world import Channel, Message, SlackPerson, View
from lisbot.cards import Action, FormView, Opens, Row, Section
from lisbot.cards.form import Field
from lisbot.commands import ALREADY_DONE, Reply
from lisbot.idempotency import ReceiptKey
from lisbot.render.slack import blocks

RAGNHILD = SlackPerson("Ragnhild Regut", builders.RAGNHILD)
ASTRID = SlackPerson("Astrid Fjord", builders.ASTRID, locale="nn-NO")
BJORN = SlackPerson("Bjørn Ås", builders.BJORN)
ELI = SlackPerson("Eli Union", builders.ELI, locale="en-GB")
PAAL = SlackPerson("Pål Region", builders.PAAL)
HILDE = SlackPerson("Hilde Leser", builders.HILDE)
SIRI = SlackPerson("Siri Nord", builders.SIRI)
COUNCIL = (RAGNHILD, ASTRID, BJORN, ELI, PAAL)
STRANGER = SlackPerson("Fremmed", "fremmed@utenfor.example")
ELSEWHERE = "T0ANDRE"  # a workspace lisbot is not allowed to link anybody of


@dataclass
class RecordedCommands(Recorded):
    """Commands that remember what they were asked, answer as told, and take each receipt once."""

    known: set[str] = field(default_factory=lambda: {ASTRID.id})
    register: set[str] = field(default_factory=lambda: {ASTRID.email})
    taken: set[ReceiptKey] = field(default_factory=set)

    async def __call__(self, name: str, given: Any, caller: Any, *, receipt: ReceiptKey | None = None) -> Reply:
        if receipt in self.taken:
            return Reply(409, key=ALREADY_DONE)
        reply = await super().__call__(name, given, caller, receipt=receipt)
        if reply.is_done and receipt:
            self.taken.add(receipt)
        return replace(reply, command=name, given=given)


# What commands answer


def reply(title: str, *actions: Action, lang: str = "nb", opens: Opens | None = None, shows: str = "") -> Reply:
    """A reply that shows a sheet of this title with these buttons."""
    found = shown(title, lang=lang, opens=opens, actions=actions)
    return replace(found, shows=shows or found.shows)


def list_reply(*titles: str, lang: str = "nb", opens: Opens | None = None) -> Reply:
    """A reply that shows a list: each line has a button that says what it is about."""
    rows = tuple(Row(title, actions=(action("proposal.show", f"Vis {title}", title=title),)) for title in titles)
    return shown("Liste", lang=lang, opens=opens, sections=[Section(rows=rows)])


def action(command: str, title: str = "Trykk", /, **given: Any) -> Action:
    return Action(title, command, given)


def form_reply(command: str, *fields: str, lang: str = "nb", **about: Any) -> Reply:
    """A reply with the form of a command that asks for these texts."""
    view = form_view(command, *fields, **about)
    return Reply(200, view=view, shows="form", viewer=viewer(lang), lang=lang, command=command)


def form_refused(command: str, *names: str, fields: dict[str, str], lang: str = "nb") -> Reply:
    """A refusal of a form that comes back, with what is wrong with these fields."""
    view = form_view(command, *names)
    return Reply(422, "Noe må rettes.", view, "form", viewer(lang), fields, lang, command=command)


def form_view(command: str, *fields: str, **about: Any) -> FormView:
    asked = [Field(name, str, required=False, value=None) for name in fields]
    return FormView(command, asked, context=about)


# What lisbot has put in Slack


def card(*words: str) -> dict[str, Any]:
    """A card of these lines, as the outbox hands it over."""
    body = [{"type": "TextBlock", "text": each, "wrap": True} for each in words]
    return {"type": "AdaptiveCard", "version": "1.5", "lang": "nb", "body": body}


def with_button(verb: str, title: str = "Trykk", /, **data: Any) -> dict[str, Any]:
    """A card with one button."""
    pressed = {"type": "Action.Execute", "verb": verb, "title": title, "data": data}
    return {**card("Et kort"), "actions": [pressed]}


def put_card(
    slack: Slack,
    shown: dict[str, Any],
    where: Channel | None = None,
    *,
    alone: SlackPerson | None = None,
    to: SlackPerson = ASTRID,
) -> Message:
    """A card of lisbot's, in somebody's conversation with it or in a channel, there perhaps for one alone."""
    fake = slack.fake
    fake.has(to)
    channel = where or fake.direct(to)
    user = alone.id if alone else ""
    return fake.put(fake.workspaces[to.team], channel, "Et kort", blocks.pages(shown)[0], user=user)


# What is found and pressed there


def commands_on(thing: Message | View) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every button that runs or asks for a command: its command, what it carries, and its action_id."""
    for _, element in elements(thing.blocks):
        if element["type"] == "button" and not element.get("url"):
            verb, data = element["action_id"].partition(":")[2], json.loads(element["value"])
            if verb == "ask":
                yield data["command"], data["args"], element["action_id"]
            elif verb != "page":
                yield verb, data, element["action_id"]


async def press_command(slack: Slack, person: SlackPerson, on: Message | View, command: str, **given: Any) -> None:
    """Press the button for a command that is there, the first that carries this, and wait for what comes of it."""
    there = list(commands_on(on))
    for name, carried, action_id in there:
        if name == command and given.items() <= carried.items():
            await slack.press(person, on, action_id=action_id)
            await settle(slack)
            return
    raise AssertionError(f"no button for {command} {given} among {there}")


def in_front_of(slack: Slack, person: SlackPerson) -> Message | View:
    """What somebody looks at: their modal, or else what lisbot last said to them."""
    return slack.fake.modal(person) or slack.fake.messages_to(person)[-1]


async def settle(*slacks: Slack) -> None:
    """Wait for what lisbot does after it has answered."""
    for slack in slacks:
        while running := slack.channel.background.running:  # type: ignore[attr-defined]
            await asyncio.gather(*running)


def token(fake: Any) -> str:
    return next(iter(fake.workspaces.values())).bot_token
