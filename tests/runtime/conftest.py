"""A small thing that can be shown and changed, people who are told of it, and a chat that remembers."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from lisbot import cards, commands
from lisbot.commands import Command
from lisbot.council import access, notices
from lisbot.council.act import Act
from lisbot.council.act import Permission as P
from lisbot.council.kinds import Authority, Lang, OrgKind, Standing
from lisbot.council.models import Account, Body, Organisation, Person, Room, Seat, Secretariat, Term
from lisbot.council.typed import Id
from lisbot.outbox import Outbox
from lisbot.ports import Address, Message, Unsent
from lisbot.texts import LANGUAGES, catalogue

WORDS = {
    "nb": "{sign} på tavla {seen_at}",
    "nn": "{sign} på tavla {seen_at}, nynorsk",
    "en": "{sign} on the board",
}


async def show(act: Act, *, body_id: Id):
    """See what is written on a body's board."""
    return await access.body_for(act, body_id)


async def write(act: Act, *, body_id: Id, sign: str = "", to: list[int] | None = None):
    """Write on the board, and tell."""
    body = await access.body_for(act, body_id)
    body.region = sign
    await notices.changed(act, f"body:{body_id}")
    await notices.tell(
        act,
        "sign",
        people=to or (),
        body_id=None if to else body_id,
        shows="body.board",
        args={"body_id": body_id},
        sign=sign,
        seen_at=act.at,
    )
    return body


@dataclass
class Chat:
    """A platform that remembers what hangs where, and refuses as it is told to."""

    platform: str = "teams"
    sent: list = field(default_factory=list)
    edited: list = field(default_factory=list)
    refusals: deque = field(default_factory=deque)
    refused: dict = field(default_factory=dict)

    async def send(self, to: Address, message: Message) -> str:
        self.refuse(to)
        self.sent.append((to.conversation_id, message))
        return f"m{len(self.sent)}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        self.refuse(to)
        self.edited.append((message_id, message))

    def refuse(self, to: Address) -> None:
        if to.conversation_id in self.refused:
            raise self.refused[to.conversation_id]
        if self.refusals:
            raise self.refusals.popleft()

    def signs(self, conversation: str | None = None) -> list[str]:
        return [m.words.split(" ")[0] for to, m in self.sent if conversation in (None, to)]


@dataclass
class Cast:
    body_id: int
    people: dict[str, int]

    def __getattr__(self, name: str) -> int:
        return self.people[name]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch):
    """Two commands of a body's board: one that shows it, one that writes on it."""
    shape = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "${sign}"}]}
    monkeypatch.setattr(cards, "template", lambda name: shape)
    monkeypatch.setitem(cards.FACTS, "board", lambda body, viewer: {"sign": body.region})
    for command in (
        Command("body.board", show, needs=P.VIEW, shows="board", changes=False),
        Command("body.write", write, needs=P.VIEW, shows="board"),
    ):
        monkeypatch.setitem(commands.COMMANDS, command.name, command)
    for lang in LANGUAGES:
        found = catalogue(lang)
        monkeypatch.setitem(found, "notice", found.get("notice", {}) | {"sign": WORDS[lang]})
        monkeypatch.setitem(found, "card", found["card"] | {"board": {}})


@pytest.fixture
async def cast(house, board) -> Cast:
    """A body with Astrid and Bjarne in chat, Cecilie with an address only, David with neither, and a room."""
    async with house.db.write() as db:
        office = Secretariat(key="regut", name="RegUt", region="Nord")
        clinic = Organisation(
            key="hf", name="Sykehuset", short_name="SYK", kind=OrgKind.HOSPITAL, region="Nord"
        )
        db.add_all([office, clinic])
        await db.flush()
        body = Body(
            key="raad",
            secretariat_id=office.id,
            name="Rådet",
            kind="råd",
            region="",
            authority=Authority.ADVISORY,
            lang="nn",
        )
        db.add(body)
        await db.flush()
        people = {}
        for n, (name, email, lang) in enumerate(
            (
                ("astrid", "astrid@example.no", None),
                ("bjarne", "bjarne@example.no", Lang.EN.value),
                ("cecilie", "cecilie@example.no", None),
                ("david", None, None),
            )
        ):
            person = Person(key=name, name=name.title(), email=email, lang=lang)
            seat = Seat(
                key=f"seat{n}",
                body_id=body.id,
                organisation_id=clinic.id,
                role="rep",
                standing=Standing.VOTING,
            )
            db.add_all([person, seat])
            await db.flush()
            people[name] = person.id
            db.add(
                Term(
                    seat_id=seat.id,
                    person_id=person.id,
                    from_on=date(2020, 1, 1),
                    recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
                )
            )
            if name in ("astrid", "bjarne"):
                db.add(
                    Account(
                        platform="teams",
                        tenant="t",
                        external_id=f"aad-{name}",
                        person_id=person.id,
                        service_url="https://teams.example/",
                        conversation_id=name,
                        linked_at=datetime(2026, 1, 1, tzinfo=UTC),
                    )
                )
        db.add(
            Room(
                body_id=body.id,
                platform="teams",
                tenant="t",
                conversation_id="kanalen",
                service_url="https://teams.example/",
                linked_by_id=people["astrid"],
                linked_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
        return Cast(body.id, people)


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def letters() -> Chat:
    return Chat(platform="mail")


@pytest.fixture
def outbox(house, chat, letters) -> Outbox:
    return Outbox(house, {"teams": chat, "mail": letters})


def throttled(seconds: float) -> Unsent:
    return Unsent("Throttled", passing=True, retry_after=seconds)


def blocked() -> Unsent:
    return Unsent("ConversationBlockedByUser", passing=False, gone=True)
