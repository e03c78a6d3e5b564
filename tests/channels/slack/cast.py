"""The people of builders' council as they are in Slack, others who are not of it, and commands that answer
as they are told."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import builders
from fakes.recorded import Recorded
from fakes.recorded import card as recorded_card
from fakes.slack_client import Slack
from fakes.slack_world import SlackPerson
from lisbot.channels.slack.faces import Face, again
from lisbot.commands import COMMANDS, Reply
from lisbot.render import blocks

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
class Told(Recorded):
    """Commands that remember what they were asked, and answer as told: with a card that has a page."""

    known: set[str] = field(default_factory=lambda: {ASTRID.id})
    register: set[str] = field(default_factory=lambda: {ASTRID.email})
    hrefs: dict[str, str] = field(default_factory=dict)

    async def __call__(self, name: str, given: Any, caller: Any, show: Any = None) -> Reply:
        reply = await super().__call__(name, given, caller)
        if not reply.shown:
            return reply
        href, is_form = self.hrefs.get(name, ""), reply.shows == "form"
        turned = None if is_form or name not in COMMANDS else again(name, given, reply.shows, href)
        return replace(reply, shown=Face(reply.shown, reply.lang, turned))


def card(*words: str) -> dict[str, Any]:
    """A card of these lines, each with a button beside it that says where it leads."""
    rows = [
        {
            "type": "Container",
            "items": [
                {"type": "TextBlock", "text": each, "wrap": True},
                {"type": "ActionSet", "actions": [button("proposal.show", f"Vis {each}", title=each)]},
            ],
        }
        for each in words
    ]
    return {"type": "AdaptiveCard", "version": "1.5", "lang": "nb", "body": rows}


def button(verb: str, title: str, /, **data: Any) -> dict[str, Any]:
    return {"type": "Action.Execute", "verb": verb, "title": title, "data": data}


def with_button(verb: str, title: str = "Trykk", /, **data: Any) -> dict[str, Any]:
    return {**recorded_card("Et kort"), "actions": [button(verb, title, **data)]}


def form(command: str, /, *fields: str, **about: Any) -> dict[str, Any]:
    """A form of these fields, sent to this command."""
    body = [{"type": "Input.Text", "id": each, "label": each.capitalize()} for each in fields]
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "nb",
        "body": body,
        "actions": [button(command, "Send", **about)],
    }


async def settle(*slacks: Slack) -> None:
    """Wait for what lisbot does after it has answered."""
    for slack in slacks:
        while under_way := slack.door.after.under_way:  # type: ignore[attr-defined]
            await asyncio.gather(*under_way)


def token(fake: Any) -> str:
    return next(iter(fake.workspaces.values())).bot_token


def hang(
    slack: Slack, shown: dict[str, Any], where: Any = None, *, alone: Any = None, to: Any = ASTRID
) -> Any:
    """A card of lisbot's, in somebody's conversation with it or in a channel, there perhaps for one alone."""
    fake = slack.fake
    fake.has(to)
    channel = where or fake.direct(to)
    user = alone.id if alone else ""
    return fake.put(fake.workspaces[to.team], channel, "Et kort", blocks.pages(shown)[0], user=user)
