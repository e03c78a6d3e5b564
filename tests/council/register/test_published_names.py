"""Whatever people consent to, withdraw and are asked again, and whoever takes over a seat: no page, feed, card or
export that anybody may read names somebody without a valid basis at that moment, and everybody with one is there."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import builders
from builders import ASTRID, BJORN, ELI, FRODE, PAAL, RAGNHILD
from lisbot import commands
from lisbot.cards import draw_card
from lisbot.cards.register.roster_exports import popolo, roster_table
from lisbot.council.models import Consent, ConsentRequest, Person, Seat
from lisbot.council.register.consents import months_after
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.render.words import words
from lisbot.runtime import Runtime
from people import member

NY = "ny@fjord.example"
NAMES = {
    ASTRID: "Astrid Fjord",
    FRODE: "Frode Vara",
    BJORN: "Bjørn Ås",
    ELI: "Eli Union",
    PAAL: "Pål Region",
    NY: "Ny Nes",
}
PEOPLE = st.sampled_from(list(NAMES))
STEPS = st.one_of(
    st.tuples(st.just("give"), PEOPLE),
    st.tuples(st.just("withdraw"), PEOPLE),
    st.tuples(st.just("decline"), PEOPLE),
    st.tuples(st.just("publish"), st.sampled_from([None, 1]), st.sampled_from([None, 0, 20])),
    st.tuples(st.just("basis"), PEOPLE, st.sampled_from([None, 15])),
    st.tuples(st.just("end_basis"), PEOPLE),
    st.tuples(st.just("days"), st.sampled_from([1, 12, 35])),
    st.tuples(st.just("take_over"), st.sampled_from([NY, ASTRID])),
)
# One of each, so that names come and go whatever is drawn.
WHOLE: list[tuple[Any, ...]] = [
    ("give", ASTRID),
    ("give", ELI),
    ("give", FRODE),
    ("publish", None, None),
    ("decline", FRODE),
    ("publish", 1, 0),
    ("days", 1),
    ("give", ELI),
    ("withdraw", ELI),
    ("give", ELI),
    ("take_over", NY),
    ("give", NY),
    ("basis", PAAL, 15),
    ("days", 12),
    ("end_basis", PAAL),
    ("days", 35),
]
NUMBERS = count(1)


@dataclass
class Basis:
    """What the test itself remembers: a consent to a version of the text, or another basis (version 0)."""

    version: int
    expires_on: date | None
    is_over: bool = False


@dataclass
class World:
    runtime: Runtime
    clock: list[datetime]
    texts: dict[int, tuple[int | None, date | None]] = field(default_factory=dict)  # months, former_until
    given: dict[str, list[Basis]] = field(default_factory=lambda: {who: [] for who in NAMES})
    holder: str = ASTRID

    @property
    def today(self) -> date:
        return self.clock[0].date()

    def may_be_named(self, who: str) -> bool:
        def holds(basis: Basis) -> bool:
            if basis.is_over or (basis.expires_on is not None and basis.expires_on < self.today):
                return False
            newer = [until for version, (_, until) in self.texts.items() if version > basis.version > 0]
            return not any(until is not None and until < self.today for until in newer)

        return any(map(holds, self.given[who]))

    def seated(self) -> Iterator[str]:
        yield from (self.holder, FRODE, BJORN, ELI, PAAL)

    def expected(self) -> set[str]:
        return {NAMES[who] for who in self.seated() if self.may_be_named(who)}

    async def do(self, who: str, name: str, /, **more: Any) -> Any:
        return await member(self.runtime, who)(name, **more)

    async def one(self, query: Any) -> Any:
        async with self.runtime.db.read() as db:
            return await db.scalar(query)

    async def person(self, who: str) -> int | None:
        return await self.one(select(Person.id).where(Person.email == who))

    # What may happen. What is refused changes nothing, in the register and in what the test remembers.

    async def give(self, who: str) -> None:
        request = select(ConsentRequest.id).where(ConsentRequest.person_id == (await self.person(who) or 0))
        request_id = await self.one(request.order_by(ConsentRequest.text_id.desc()).limit(1))
        if request_id and (await self.do(who, "consent.give", request_id=request_id)).status == 200:
            version = max(self.texts)
            months = self.texts[version][0]
            self.given[who].append(Basis(version, months_after(self.today, months) if months else None))

    async def decline(self, who: str) -> None:
        request = select(ConsentRequest.id).where(ConsentRequest.person_id == (await self.person(who) or 0))
        request_id = await self.one(request.order_by(ConsentRequest.text_id.desc()).limit(1))
        if request_id and (await self.do(who, "consent.decline", request_id=request_id)).status == 200:
            self.end_consents(who)

    async def withdraw(self, who: str) -> None:
        own = select(Consent.id).where(Consent.person_id == (await self.person(who) or 0), Consent.text_id.is_not(None))
        consent_id = await self.one(own.order_by(Consent.id.desc()).limit(1))
        if consent_id and (await self.do(who, "consent.withdraw", consent_id=consent_id)).status == 200:
            self.end_consents(who)

    def end_consents(self, who: str) -> None:
        for basis in self.given[who]:
            basis.is_over |= basis.version > 0

    async def publish(self, months: int | None, days: int | None) -> None:
        until = None if days is None else self.today + timedelta(days=days)
        version = len(self.texts) + 1
        texts = {lang: f"Versjon {version} {lang}" for lang in ("nb", "nn", "en")}
        about = {"body_id": 1, **texts, "months": months or "", "former_until": until.isoformat() if until else ""}
        assert (await self.do(RAGNHILD, "consent_text.publish", **about)).status == 200
        self.texts[version] = (months, until if version > 1 else None)

    async def basis(self, who: str, days: int | None) -> None:
        until = None if days is None else self.today + timedelta(days=days)
        about = {"body_id": 1, "person_id": await self.person(who) or 0, "legal_basis": "public_task", "reason": "Verv"}
        about |= {"expires_on": until.isoformat()} if until else {}
        if (await self.do(RAGNHILD, "consent.record_basis", **about)).status == 200:
            self.given[who].append(Basis(0, until))

    async def end_basis(self, who: str) -> None:
        own = select(Consent.id).where(Consent.person_id == (await self.person(who) or 0), Consent.text_id.is_(None))
        consent_id = await self.one(own.where(Consent.withdrawn_at.is_(None)).order_by(Consent.id).limit(1))
        if consent_id:
            reply = await self.do(RAGNHILD, "consent.end_basis", body_id=1, consent_id=consent_id)
            if reply.status == 200:
                next(b for b in self.given[who] if not b.version and not b.is_over).is_over = True

    async def days(self, number: int) -> None:
        self.clock[0] += timedelta(days=number)

    async def take_over(self, who: str) -> None:
        seat_id = await self.one(select(Seat.id).where(Seat.key == "samrad-fjord"))
        about = {"seat_id": seat_id, "name": NAMES[who], "email": who, "from_on": self.today.isoformat()}
        reply = await self.do(RAGNHILD, "seat_change.report", **about, anchored_by="Sjefen", anchored=True)
        if reply.status == 200:
            settled = await self.do(RAGNHILD, "seat_change.approve", change_id=reply.view.id)
            assert settled.status == 200, settled.words
            self.holder = who

    async def look(self) -> None:
        """Everything that anybody may read names whom it may, and nobody else."""
        reply = await commands.run(self.runtime, "roster.show", {"body_id": 1}, Caller("public", "", lang="nb"))
        assert reply.status == 200 and reply.viewer
        shown = {person.name for seat in reply.view.bodies[0].seats for person in seat.people}
        assert shown == self.expected()
        table = roster_table(reply.view, reply.viewer)
        outputs = (
            json.dumps(popolo(reply.view), ensure_ascii=False),
            "\n".join(" ".join(row.cells) for row in table.rows),
            words(draw_card(reply.shows, reply.view, reply.viewer)),
        )
        for output in outputs:
            assert {name for name in NAMES.values() if name in output} == shown
            assert {mail for mail in NAMES if mail in output} == {m for m in NAMES if NAMES[m] in shown}


async def play(database: Path, steps: list[tuple[Any, ...]]) -> None:
    db = Database(f"sqlite+aiosqlite:///{database}")
    clock = [datetime(2026, 11, 2, 9, tzinfo=builders.OSLO)]
    try:
        world = World(Runtime(db, lambda: clock[0], builders.OSLO, key=b"k" * 32, base_url="http://x.example"), clock)
        await builders.council(db)
        assert (await world.do(RAGNHILD, "roster.set", body_id=1, is_published=True)).status == 200
        await world.publish(None, None)
        for deed, *about in steps:
            world.clock[0] += timedelta(minutes=1)
            await getattr(world, deed)(*about)
            await world.look()
    finally:
        await db.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as found:
        yield Path(found)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@example(WHOLE)
@given(steps=st.lists(STEPS, min_size=6, max_size=12))
def test_nobody_is_named_without_a_basis(sqlite_template: Path, folder: Path, steps: list[tuple[Any, ...]]) -> None:
    database = folder / f"{next(NUMBERS)}.db"
    shutil.copy(sqlite_template, database)
    asyncio.run(play(database, steps))
