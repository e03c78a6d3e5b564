"""The log: a line for every deed, each covering the one before."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, func, select, update

import builders
from builders import ASTRID, BJORN, ELI, HILDE, KARI, RAGNHILD, SIRI
from lisbot.commands import COMMANDS, run
from lisbot.council.kinds import Standing
from lisbot.council.models import Body, LogHead, LogLine, Organisation, Person
from lisbot.council.people import Caller
from lisbot.db import Database
from people import door


async def verified(scene, who=RAGNHILD):
    shown = await scene.ok(who, "log.verify")
    return shown["whole"]


async def lines(scene):
    return await scene.all(LogLine)


async def test_a_deed_is_logged_with_who_when_as_whom_and_from_where(scene):
    await scene.published()
    last = (await lines(scene))[-1]
    assert (last.by_name, last.as_role, last.via, last.command, last.args) == (
        "Ragnhild Regut",
        "secretary",
        "cli",
        "agenda.publish",
        '{"meeting_id":1}',
    )
    assert last.at == scene.clock()
    made = next(line for line in await lines(scene) if line.command == "proposal.make")
    assert (made.by_name, made.as_role) == ("Astrid Fjord", "representative")


async def test_every_deed_has_its_line_in_the_order_they_were_done(scene):
    """Whatever changed something is in the log, once, and nothing else is."""
    done = []

    def note(name, reply, _seconds):
        command = COMMANDS[name]
        if reply.status == 200 and command.changes and not command.quiet:
            done.append(name)

    scene.house = replace(scene.house, after=note)
    await scene.approved()
    await scene.refused(ASTRID, "minutes.reopen", meeting_id=1, reason="Nei")
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=1, reason="Ja")
    assert len(done) == 9
    assert [line.command for line in await lines(scene)] == done


async def test_as_whom_is_what_one_is_to_that_council(scene, second_council):
    """Bjørn sits in two councils; Ragnhild works for one of them and sits in the other's place here."""
    async with scene.house.db.write() as db:
        ragnhild = await db.get_one(Person, await scene.person(RAGNHILD))
        north = await scene.one(Body, key="nordrad")
        seat = builders.seat(north, await scene.one(Organisation, key="rhf"), "Gjest", Standing.VOTING)
        db.add(seat)
        await db.flush()
        db.add(builders.term(seat, ragnhild, from_on=date(2026, 1, 1)))
    await scene.proposed(RAGNHILD, title="Fra sekretariatet")
    (line,) = [line for line in await lines(scene) if line.command == "proposal.make"]
    assert line.as_role == "secretary"


async def test_what_is_refused_or_only_looked_at_leaves_no_line(scene):
    meeting_id, _ = await scene.published()
    before = len(await lines(scene))
    await scene.ok(ASTRID, "meeting.show", meeting_id=meeting_id)
    await scene.refused(ASTRID, "agenda.publish", meeting_id=meeting_id)
    assert len(await lines(scene)) == before


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(update(LogLine).where(LogLine.id == 2).values(by_name="Noen andre"), id="altered"),
        pytest.param(update(LogLine).where(LogLine.id == 2).values(args="{}"), id="altered arguments"),
        pytest.param(update(LogLine).where(LogLine.id == 2).values(by_id=None), id="altered person"),
        pytest.param(delete(LogLine).where(LogLine.id == 2), id="removed"),
        pytest.param(delete(LogLine).where(LogLine.id == 1), id="removed first"),
        pytest.param(
            delete(LogLine).where(LogLine.id == select(func.max(LogLine.id)).scalar_subquery()),
            id="removed last",
        ),
        pytest.param(delete(LogLine), id="removed all"),
        pytest.param(delete(LogHead), id="removed the head"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_altered_or_removed_is_found(scene, tamper):
    await scene.published()
    assert await verified(scene)
    async with scene.house.db.write() as db:
        await db.execute(tamper)
    assert not await verified(scene)


@pytest.mark.parametrize("at", [0, 2, None])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_put_in_is_found(scene, at):
    await scene.published()
    async with scene.house.db.write() as db:
        found = (await db.execute(select(LogLine.__table__).order_by(LogLine.id))).mappings().all()
        copy = dict(found[1]) | {"id": len(found) + 1}
        if at is not None:
            # Room is made, and everything after it is numbered anew.
            for row in reversed(found[at:]):
                await db.execute(update(LogLine).where(LogLine.id == row["id"]).values(id=row["id"] + 1))
            copy["id"] = found[at]["id"]
        await db.execute(LogLine.__table__.insert().values(copy))
    assert not await verified(scene)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_lines_that_changed_places_are_found(scene):
    await scene.published()
    async with scene.house.db.write() as db:
        for old, new in ((2, 999), (3, 2), (999, 3)):
            await db.execute(update(LogLine).where(LogLine.id == old).values(id=new))
    assert not await verified(scene)


async def test_the_log_is_the_secretariats_to_verify(scene):
    for who in (ASTRID, BJORN, HILDE, SIRI):
        assert (await scene.refused(who, "log.verify")).status == 403
    assert await verified(scene, KARI)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_the_chain_is_whole_when_many_write_at_once_from_the_first_line(scene):
    """Also while somebody verifies it."""
    languages = [("nb", "nn", "en")[n % 3] for n in range(12)]
    people = (RAGNHILD, KARI, ASTRID, BJORN, ELI, SIRI) * 2
    replies = await asyncio.gather(
        *(scene(who, "me.language", language=lang) for who, lang in zip(people, languages, strict=True)),
        *(scene(KARI, "log.verify") for _ in range(4)),
    )
    assert [r.status for r in replies] == [200] * 16
    assert all(r.shown["whole"] for r in replies[12:])
    assert [line.id for line in await lines(scene)] == list(range(1, 13))
    assert await verified(scene)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_processes_keep_one_chain(scene, database_url):
    other = replace(scene.house, db=Database(database_url))
    try:
        replies = await asyncio.gather(
            *(
                door(house, who)("me.language", language="nn")
                for house in (scene.house, other)
                for who in (RAGNHILD, ASTRID, ELI)
            )
        )
    finally:
        await other.db.close()
    assert [r.status for r in replies] == [200] * 6
    assert await verified(scene)


async def test_a_deed_that_links_an_account_on_its_way_leaves_two_lines_in_order(scene):
    astrid = Caller("teams", "29:astrid", tenant="tenant", email=ASTRID)
    assert (await run(scene.house, "me.language", {"language": "nn"}, astrid)).status == 200
    assert [line.command for line in await lines(scene)] == ["account.link", "me.language"]
    assert await verified(scene)
