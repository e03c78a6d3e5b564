"""What there is in the fake Slack: workspaces, people, channels, messages and views, and who can see what."""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from fakes.slack_words import plain, texts

TEAM = "T0HUSET"
APP = "A0LISBOT"
SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)


def code(*words: str, size: int = 9) -> str:
    """Letters and digits that look like the end of one of Slack's ids, the same for the same words."""
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:size].upper()


def bot_of(team: str) -> str:
    return f"B{code(team, 'bot')}"


@dataclass
class Clock:
    """The time in Slack: the world's own, and what a test has put to it."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def goes(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass(frozen=True)
class SlackPerson:
    name: str
    email: str
    id: str = ""
    team: str = TEAM
    locale: str = "nb-NO"
    is_restricted: bool = False  # a guest of several channels
    is_ultra_restricted: bool = False  # a guest of one channel
    is_stranger: bool = False  # of another workspace, and in no channel the app can see
    deleted: bool = False
    is_bot: bool = False
    is_email_confirmed: bool = True

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", f"U{code(self.name, self.email, self.team)}")

    @property
    def username(self) -> str:
        return self.email.split("@")[0]

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


@dataclass
class Workspace:
    id: str = TEAM
    name: str = "Huset"
    scopes: tuple[str, ...] = SCOPES
    is_installed: bool = True
    has_home: bool = True
    has_messages_tab: bool = True
    bot_token: str = ""

    def __post_init__(self) -> None:
        self.bot_token = self.bot_token or f"xoxb-{code(self.id, 'token', size=24)}"

    @property
    def domain(self) -> str:
        return self.name.lower()

    @property
    def bot_id(self) -> str:
        return bot_of(self.id)

    @property
    def bot_user(self) -> str:
        return f"U{code(self.id, 'bot user')}"


@dataclass(eq=False)
class Channel:
    """A channel or, when `alone` names somebody, the direct messages between them and the bot."""

    id: str
    name: str
    team: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    alone: str = ""

    @property
    def is_im(self) -> bool:
        return bool(self.alone)


@dataclass
class Version:
    """How a message or view stood before it was changed."""

    text: str
    blocks: list[dict[str, Any]]
    metadata: str = ""


@dataclass(eq=False)
class Message:
    team: str
    channel: Channel
    ts: str
    by: str  # the user id of who wrote it
    text: str
    blocks: list[dict[str, Any]]
    user: str = ""  # of an ephemeral one: who alone sees it
    thread_ts: str = ""
    metadata: str = ""
    is_deleted: bool = False
    history: list[Version] = field(default_factory=list)

    def becomes(self, text: str, blocks: list[dict[str, Any]], metadata: str | None = None) -> None:
        """What it says from now on; its metadata stays when none is given."""
        self.history.append(Version(self.text, self.blocks, self.metadata))
        self.text, self.blocks = text, blocks
        self.metadata = self.metadata if metadata is None else metadata


@dataclass(eq=False)
class View:
    """A modal or a home, and what stands in its inputs."""

    id: str
    team: str  # where the app is installed that made it
    user: str
    viewer_team: str
    body: dict[str, Any]
    hash: str
    root: str = ""
    previous: str = ""
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_open: bool = True
    errors: dict[str, str] = field(default_factory=dict)  # what stands beside its inputs, by block_id
    history: list[Version] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.body["type"])

    @property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body["blocks"]
        return found

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def text(self) -> str:
        """All that is to be read on it."""
        return "\n".join(line for line in (plain(self.title), *texts(self.blocks)) if line)

    @property
    def metadata(self) -> str:
        return str(self.body.get("private_metadata", ""))


@dataclass(frozen=True)
class Sight:
    """Something a person's client has been given: a message, ephemeral, modal or home, as it was once."""

    kind: str
    where: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: str  # given to the client though nothing shows it

    @property
    def whole(self) -> str:
        """Everything in it, to look for what should not be there."""
        return json.dumps([self.text, self.blocks, self.metadata], ensure_ascii=False)


def sights(kind: str, where: str, thing: Message | View) -> list[Sight]:
    """How this has looked, the oldest first."""
    versions = (*thing.history, thing)
    return [Sight(kind, where, each.text, each.blocks, each.metadata) for each in versions]


class World:
    """Everything there is, and the questions one can ask about who is where and sees what."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, SlackPerson] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.views: list[View] = []  # every one there has been
        self.stacks: dict[str, list[View]] = {}  # the modals open before somebody, the uppermost last
        self.homes: dict[str, View] = {}
        self.numbers = itertools.count(1)

    # Who and where

    def workspace(self, team: str = TEAM, name: str = "Huset", **more: Any) -> Workspace:
        """The workspace of this id; made when there is none."""
        if team not in self.workspaces:
            self.workspaces[team] = Workspace(team, name, **more)
        return self.workspaces[team]

    def has(self, person: SlackPerson) -> SlackPerson:
        """This person is somewhere in Slack."""
        self.people[person.id] = person
        return person

    def channel(
        self,
        name: str,
        *people: SlackPerson,
        team: str = TEAM,
        is_private: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """The channel of this name with these people in it, and the bot unless told."""
        for person in people:
            self.has(person)
        found = Channel(f"C{code(team, name)}", name, team, [p.id for p in people], is_private)
        if with_bot:
            found.members.append(self.workspaces[team].bot_user)
        return self.channels.setdefault(found.id, found)

    def direct(self, person: SlackPerson, team: str = "") -> Channel:
        """The direct messages between somebody and the bot of a workspace, their own unless told."""
        self.has(person)
        team = team or person.team
        bot = self.workspaces[team].bot_user
        found = Channel(f"D{code(team, person.id)}", "directmessage", team, [person.id, bot], True, alone=person.id)
        return self.channels.setdefault(found.id, found)

    def shares_a_channel(self, person_id: str, workspace: Workspace) -> bool:
        return any(
            person_id in c.members and workspace.bot_user in c.members and not c.is_im
            for c in self.channels.values()
            if c.team == workspace.id
        )

    def new_ts(self) -> str:
        return f"{int(self.clock())}.{next(self.numbers):06}"

    # What is seen

    def can_see(self, person: SlackPerson, message: Message) -> bool:
        if message.user:
            return message.user == person.id
        where = message.channel
        is_open_to_all = not where.is_private and where.team == person.team and not person.is_guest
        return person.id in where.members or is_open_to_all

    def seen_by(self, person: SlackPerson) -> list[Sight]:
        """Whatever this person's Slack has shown them or could: also what was edited or taken away since."""
        found: list[Sight] = []
        for message in self.messages:
            if self.can_see(person, message):
                kind = "ephemeral" if message.user else "message"
                found += sights(kind, message.channel.name, message)
        for view in self.views:
            if view.user == person.id:
                found += sights(view.kind, "", view)
        return found

    def messages_to(self, person: SlackPerson) -> list[Message]:
        """What the bot says to this person alone, as it stands: their direct messages and ephemerals."""
        bots = {w.bot_user for w in self.workspaces.values()}
        return [
            m for m in self.messages if m.by in bots and not m.is_deleted and person.id in (m.user, m.channel.alone)
        ]

    def messages_in(self, channel: Channel) -> list[Message]:
        """What all see in this channel, as it stands."""
        return [m for m in self.messages if m.channel is channel and not m.user and not m.is_deleted]

    def modal(self, person: SlackPerson) -> View | None:
        """The modal that is uppermost before somebody."""
        stack = self.stacks.get(person.id)
        return stack[-1] if stack else None
