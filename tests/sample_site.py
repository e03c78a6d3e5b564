"""A house with invented people, and sample things to show, for what the pages do with any of them."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestServer

from lisbot import settings as settings_module
from lisbot.cards import FACTS
from lisbot.channels.web import add_pages
from lisbot.commands import COMMANDS, Command, House
from lisbot.council.act import Permission as P
from lisbot.council.errors import Invalid
from lisbot.council.kinds import Authority, ItemKind, OrgKind, Post, Standing
from lisbot.council.models import Base, Body, Organisation, Person, Seat, Secretariat, Staff, Term
from lisbot.council.typed import Day, Id, Line, Prose
from lisbot.db import Database
from lisbot.demo.stage import Stage
from lisbot.texts import LANGUAGES, catalogue, look_up
from sample_sheets import SHEETS

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
START = date(2026, 1, 1)


def settings(port: int, **env: str) -> settings_module.Settings:
    given = {"BASE_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": "a key that only these tests know of"}
    return settings_module.read(given | env)


async def fill(db: Database) -> None:
    """One council with a secretary, a representative, a deputy, a union and a reader."""
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with db.write() as session:
        regut = Secretariat(key="regut", name="RegUt Eksempel", region="Eksempelregionen")
        hospital = Organisation(key="nord", name="Nordsykehuset HF", short_name="Nord", kind=OrgKind.HOSPITAL)
        union = Organisation(key="ylf", name="Yngre legers forening", short_name="YLF", kind=OrgKind.UNION)
        hdir = Organisation(key="hdir", name="Helsedirektoratet", short_name="Hdir", kind=OrgKind.DIRECTORATE)
        session.add_all([regut, hospital, union, hdir])
        await session.flush()
        people = {
            key: Person(key=key, name=name, email=f"{key}@example.no", lang=lang)
            for key, name, lang in (
                ("kari", "Kari Solbakken", "nb"),
                ("astrid", "Astrid Lund", None),
                ("oystein", "Øystein Bø", "nn"),
                ("mona", "Mona Eide", None),
                ("leser", "Liv Berge", None),
            )
        }
        body = Body(
            key="samordning",
            secretariat_id=regut.id,
            name="Samordningsrådet",
            kind="samordningsråd",
            region="Eksempelregionen",
            authority=Authority.ADVISORY,
        )
        session.add_all([*people.values(), body])
        await session.flush()
        session.add(
            Staff(
                secretariat_id=regut.id,
                person_id=people["kari"].id,
                post=Post.LEADER,
                from_on=START,
                recorded_at=NOW,
            )
        )
        seats = [
            Seat(key="s1", body_id=body.id, organisation_id=hospital.id, role="leder", standing="voting"),
            Seat(key="s2", body_id=body.id, organisation_id=union.id, role="tillitsvalgt", standing="voting"),
            Seat(key="s3", body_id=body.id, organisation_id=hdir.id, role="sakliste", standing="copy"),
        ]
        for seat in seats:
            seat.standing = Standing(seat.standing)
        session.add_all(seats)
        await session.flush()
        for seat, key, rank in ((0, "astrid", 0), (0, "oystein", 1), (1, "mona", 0), (2, "leser", 0)):
            session.add(
                Term(
                    seat_id=seats[seat].id,
                    person_id=people[key].id,
                    rank=rank,
                    from_on=START,
                    recorded_at=NOW,
                )
            )


async def overview(act: Any) -> str:
    return "overview.show"


async def mine(act: Any) -> str:
    return "me.page"


async def body(act: Any, *, body_id: Id) -> str:
    return "body.show"


async def register(act: Any, *, body_id: Id) -> str:
    return "register.show"


async def meeting(act: Any, *, meeting_id: Id) -> str:
    return "meeting.show"


async def minutes(act: Any, *, meeting_id: Id) -> str:
    return "minutes.show"


async def search(act: Any, *, text: Line = "", year: Id | None = None, kind: ItemKind | None = None) -> str:
    return "outcome.search"


async def year(act: Any, *, body_id: Id | None = None, year: Id | None = None) -> str:
    return "year.show"


async def verify(act: Any) -> str:
    return "log.verify"


WRITTEN: list[dict[str, Any]] = []


async def write_note(
    act: Any,
    *,
    title: Line,
    text: Prose = "",
    kind: ItemKind,
    on: Day | None = None,
    minutes: int | None = None,
    urgent: bool = True,
) -> str:
    if title == "closed":
        raise Invalid("not_found", field="title")
    WRITTEN.append({"title": title, "text": text, "kind": kind, "on": on, "urgent": urgent, "by": act.by.id})
    return "note"


SAMPLES: tuple[tuple[str, Callable[..., Any], P, bool], ...] = (
    ("me.page", mine, P.SELF, False),
    ("overview.show", overview, P.OVERSEE, False),
    ("body.show", body, P.VIEW, False),
    ("register.show", register, P.VIEW, False),
    ("meeting.show", meeting, P.READ_AGENDA, False),
    ("minutes.show", minutes, P.VIEW, False),
    ("outcome.search", search, P.VIEW, False),
    ("year.show", year, P.OVERSEE, False),
    ("log.verify", verify, P.OVERSEE, False),
    ("note.write", write_note, P.SELF, True),
)
WORDS = {
    "nb": {"name": "Foreslå sak", "button": "Foreslå sak", "help": "", "submit": "Send inn"},
    "nn": {"name": "Foreslå sak", "button": "Foreslå sak", "help": "", "submit": "Send inn"},
    "en": {"name": "Propose an item", "button": "Propose an item", "help": "", "submit": "Send in"},
}
LABELS = {
    "nb": {
        "title": "Tittel",
        "text": "Bakgrunn",
        "kind": "Hva ber du om?",
        "on": "Møtet",
        "urgent": "Haster",
    },
    "nn": {
        "title": "Tittel",
        "text": "Bakgrunn",
        "kind": "Kva ber du om?",
        "on": "Møtet",
        "urgent": "Hastar",
    },
    "en": {
        "title": "Title",
        "text": "Background",
        "kind": "What is asked?",
        "on": "Meeting",
        "urgent": "Urgent",
    },
}


def add_samples(monkeypatch: Any, sheets: dict[str, dict[str, Any]] = SHEETS) -> None:
    """Put the sample things into the table of commands for as long as a test runs."""
    for name, do, needs, changes in SAMPLES:
        shows = f"sample {name}"
        monkeypatch.setitem(COMMANDS, name, Command(name, do, needs, shows, changes))
        monkeypatch.setitem(FACTS, shows, lambda thing, viewer: sheets.get(thing, {"title": thing}))
    for lang in LANGUAGES:
        words = catalogue(lang)
        command = {
            **words.get("command", {}),
            "note": {"write": {**WORDS[lang], "arg": LABELS[lang], "hint": {"text": "Kort og presist."}}},
            "outcome": {**words.get("command", {}).get("outcome", {}), "search": {**WORDS[lang], "arg": {}}},
        }
        me = command.get("me", {}).get("language", {"name": "Språk", "button": "Språk"})
        monkeypatch.setitem(words, "command", {**command, "me": {**command.get("me", {}), "language": me}})
        kinds = {"information": "Orientering", "discussion": "Drøfting", "advice": "Tilråding"}
        monkeypatch.setitem(words, "item_kind", kinds)
    look_up.cache_clear()
    monkeypatch.setitem(FACTS, "language", lambda thing, viewer: {})
    WRITTEN.clear()


@asynccontextmanager
async def running(tmp_path: Any, *, demo: bool = False, send_mail: Any = None, **env: str) -> Any:
    """The pages, served on a loopback port, over a real database."""
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/web.db")
    await fill(db)
    app = web.Application()
    server = TestServer(app, host="127.0.0.1")
    server.skip_url_asserts = True
    given = settings(0, **env)
    house = House(db, lambda: NOW, ZoneInfo("Europe/Oslo"), given.lang, b"k" * 32, given.base_url)

    async def forward() -> datetime:
        return NOW

    # The port is known only when the server listens, and the settings name it.
    await start(server, app, given, house, demo, send_mail, Stage(house, forward))
    try:
        yield server
    finally:
        await server.close()
        await db.close()


async def start(
    server: Any, app: Any, given: Any, house: Any, demo: bool, send_mail: Any, stage: Any
) -> None:
    from lisbot.channels.web.site import SITE

    add_pages(app, house=house, settings=replace(given, demo=demo), send_mail=send_mail, demo=stage)
    await server.start_server()
    site = app[SITE]
    if given.base_url.startswith("http://127"):
        site.settings = replace(site.settings, base_url=f"http://127.0.0.1:{server.port}")
        if site.provider is not None:
            site.provider.redirect_uri = f"{site.settings.base_url}/signin/callback"
