"""A small thing that can be shown and changed, and people who are told of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from lisbot import cards, commands
from lisbot.cards.views import sheet
from lisbot.commands import Command
from lisbot.council.core.context import Act
from lisbot.council.core.context import Permission as P
from lisbot.council.core.fields import BodyId
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import Authority, Lang, OrgKind, Standing
from lisbot.council.models import Account, Body, Delivery, Organisation, Person, Room, Seat, Secretariat, Term
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.identity import Caller
from lisbot.outbox import Outbox
from lisbot.texts import LANGUAGES, catalogue, look_up
from outbox.chat import Chat

WORDS = {
    "nb": "{sign} på tavla {seen_at}",
    "nn": "{sign} på tavla {seen_at}, nynorsk",
    "en": "{sign} on the board",
}


@dataclass(frozen=True)
class BoardView:
    body_id: int
    sign: str
    viewer: str  # whose name the member has


async def show(act: Act, *, body_id: BodyId):
    """See what is written on a body's board."""
    body = await get_body_for(act, body_id)
    return BoardView(body.id, body.region, act.by.name)


async def write(act: Act, *, body_id: BodyId, sign: str = "", to: list[int] | None = None, shared: bool = False):
    """Write on the board, and tell."""
    body = await get_body_for(act, body_id)
    body.region = sign
    mark_stale(act, f"body:{body_id}")
    await notify(
        act,
        "sign",
        people=to or (),
        rooms_of=None if to else body_id,
        command="body.board",
        args={"body_id": body_id},
        body_id=body_id,
        drawn_for_role=shared,
        sign=sign,
        seen_at=act.at,
    )
    return BoardView(body.id, body.region, act.by.name)


@dataclass
class Cast:
    body_id: int
    people: dict[str, int]

    def __getattr__(self, name: str) -> int:
        return self.people[name]


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch):
    """Two commands of a body's board: one that shows it, one that writes on it."""
    monkeypatch.setitem(cards.SHEETS, "board", lambda view, viewer: sheet(view.sign, lines=[view.viewer]))
    for command in (
        Command("body.board", show, needs=P.VIEW, shows="board", changes=False),
        Command("body.write", write, needs=P.VIEW, shows="board"),
    ):
        monkeypatch.setitem(commands.COMMANDS, command.name, command)
    for lang in LANGUAGES:
        found = catalogue(lang)
        monkeypatch.setitem(found, "notification", found["notification"] | {"sign": WORDS[lang]})
    look_up.cache_clear()


@pytest.fixture
async def cast(runtime, board) -> Cast:
    """A body with Astrid and Bjarne in chat, Cecilie with an address only, David with neither, and a room."""
    async with runtime.db.write() as db:
        office = Secretariat(key="regut", name="RegUt", region="Nord")
        clinic = Organisation(key="hf", name="Sykehuset", short_name="SYK", kind=OrgKind.HOSPITAL, region="Nord")
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
def tell(runtime, cast):
    async def write(sign: str, *to: int, by: str = "david", shared: bool = False):
        given = {"body_id": cast.body_id, "sign": sign, "shared": shared} | ({"to": list(to)} if to else {})
        reply = await commands.run(runtime, "body.write", given, Caller("web", str(cast.people[by])))
        assert reply.status == 200, reply.words

    return write


@pytest.fixture(name="rows")
def read_rows(runtime):
    async def read(table=Delivery):
        async with runtime.db.sessions() as db:
            return list(await db.scalars(select(table).order_by(table.id)))

    return read


@pytest.fixture
async def second_room(runtime, cast) -> None:
    """The body is told things in a group chat too."""
    async with runtime.db.write() as db:
        db.add(
            Room(
                body_id=cast.body_id,
                platform="teams",
                tenant="t",
                conversation_id="gruppen",
                service_url="https://teams.example/",
                linked_by_id=cast.astrid,
                linked_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def letters() -> Chat:
    return Chat(platform="mail")


@pytest.fixture
def outbox(runtime, chat, letters) -> Outbox:
    return Outbox(runtime, {"teams": chat, "mail": letters})
