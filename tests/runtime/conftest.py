"""A small thing that can be shown and changed, and people who are told of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from lisbot import cards, commands
from lisbot.cards.sheet import sheet
from lisbot.commands import Command
from lisbot.council import access, notices
from lisbot.council.act import Act
from lisbot.council.act import Permission as P
from lisbot.council.kinds import Authority, Lang, OrgKind, Standing
from lisbot.council.models import Account, Body, Organisation, Person, Room, Seat, Secretariat, Term
from lisbot.council.typed import Id
from lisbot.outbox import Outbox
from lisbot.texts import LANGUAGES, catalogue, look_up
from runtime.chat import Chat

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
    notices.changed(act, f"body:{body_id}")
    await notices.tell(
        act,
        "sign",
        people=to or (),
        rooms_of=None if to else body_id,
        shows="body.board",
        args={"body_id": body_id},
        sign=sign,
        seen_at=act.at,
    )
    return body


@dataclass
class Cast:
    body_id: int
    people: dict[str, int]

    def __getattr__(self, name: str) -> int:
        return self.people[name]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch):
    """Two commands of a body's board: one that shows it, one that writes on it."""
    monkeypatch.setitem(
        cards.FACTS, "board", lambda body, viewer: sheet(body.region, href=f"/body/{body.id}")
    )
    for command in (
        Command("body.board", show, needs=P.VIEW, shows="board", changes=False),
        Command("body.write", write, needs=P.VIEW, shows="board"),
    ):
        monkeypatch.setitem(commands.COMMANDS, command.name, command)
    for lang in LANGUAGES:
        found = catalogue(lang)
        monkeypatch.setitem(found, "notice", found.get("notice", {}) | {"sign": WORDS[lang]})
        monkeypatch.setitem(found, "card", found["card"] | {"board": {}})
    look_up.cache_clear()


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
