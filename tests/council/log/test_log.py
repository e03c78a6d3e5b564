"""The log: a line for every command that changed something, each link covering the one before."""

import asyncio
from dataclasses import replace
from datetime import date, datetime

import orjson
import pytest
from sqlalchemy import delete, func, select, text, update

import builders
from builders import ASTRID, BJORN, ELI, HILDE, KARI, OSLO, RAGNHILD, SIRI
from lisbot.commands import COMMANDS, run
from lisbot.council.enums import Standing
from lisbot.council.log import chain
from lisbot.council.log.link import link_committed
from lisbot.council.log.views import Fault
from lisbot.council.models import (
    AgendaItem,
    Body,
    LogArguments,
    LogHead,
    LogLine,
    Meeting,
    Organisation,
    Person,
    RollEntry,
    Vote,
    table,
)
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from people import member

LINE, HEAD = table(LogLine), table(LogHead)


async def verified(scene, who=RAGNHILD):
    """The check of everything committed so far. Transactions of the server's other databases hold up linking."""
    for _ in range(200):
        await link_committed(scene.runtime.db, scene.runtime.key, scene.runtime.former_keys)
        check = await scene.ok(who, "log.verify")
        if not check.unlinked:
            break
        await asyncio.sleep(0.02)
    return check


async def lines(scene, **where):
    """The lines in their order, each with what it was given."""
    args = {row.line_id: row.args for row in await scene.all(LogArguments)}
    found = await scene.all(LogLine, **where)
    return [(line, orjson.loads(args[line.id])) for line in found]


async def test_a_line_says_who_when_in_which_role_from_where_and_about_what(scene):
    await scene.published()
    line, given = (await lines(scene))[-1]
    assert (line.v, line.by_name, line.as_role, line.via) == (2, "Ragnhild Regut", "secretary", "cli")
    assert (line.command, line.subject, line.body_id, given) == (
        "notice.send",
        "meeting:1",
        scene.body_id,
        {"meeting_id": 1},
    )
    assert line.at == scene.clock()
    line, _ = (await lines(scene, command="proposal.submit"))[0]
    assert (line.by_name, line.as_role) == ("Astrid Fjord", "representative")
    assert (line.subject, line.context) == ("proposal:1", "meeting:1")


async def test_every_command_has_its_line_in_the_order_they_were_run(scene):
    """Whatever changed something is in the log, once, and nothing else is."""
    done = []

    def note(name, status, *_):
        command = COMMANDS[name]
        if status == 200 and command.changes and not command.is_internal:
            done.append(name)

    scene.runtime = replace(scene.runtime, on_command=note)
    await scene.approved()
    await scene.refused(ASTRID, "minutes.reopen", meeting_id=1, reason="Nei")
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=1, reason="Ja")
    assert len(done) == 9
    assert [line.command for line, _ in await lines(scene)] == done


async def test_the_role_is_what_one_is_to_that_council(scene, second_council):
    """Bjørn sits in two councils; Ragnhild works for one of them and sits in the other's place here."""
    async with scene.runtime.db.write() as db:
        ragnhild = await db.get_one(Person, await scene.person(RAGNHILD))
        north = await scene.one(Body, key="nordrad")
        seat = builders.seat(north, await scene.one(Organisation, key="rhf"), "Gjest", Standing.VOTING)
        db.add(seat)
        await db.flush()
        db.add(builders.term(seat, ragnhild, from_on=date(2026, 1, 1)))
    await scene.proposed(RAGNHILD, title="Fra sekretariatet")
    ((line, _),) = await lines(scene, command="proposal.submit")
    assert line.as_role == "secretary"


async def test_what_is_refused_or_only_looked_at_leaves_no_line(scene):
    meeting_id, _ = await scene.published()
    before = len(await lines(scene))
    await scene.ok(ASTRID, "meeting.show", meeting_id=meeting_id)
    await scene.refused(ASTRID, "notice.send", meeting_id=meeting_id)
    assert len(await lines(scene)) == before


async def test_a_whole_log_says_how_far_it_is_linked(scene):
    vote_id = await scene.asked()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    check = await verified(scene)
    assert (check.fault, check.broken_at, check.unlinked, check.erased) == (None, None, 0, 0)
    assert (check.lines, check.linked_until) == (len(await lines(scene)), scene.clock())
    assert check.link == (await scene.one(LogHead)).link


LAST = select(func.max(LINE.c.number)).scalar_subquery()
EARLIER = [
    pytest.param([update(LINE).where(LINE.c.number == 2).values({name: value})], Fault.LINE, id=f"altered {name}")
    for name, value in {
        "at": datetime(2027, 1, 1, tzinfo=OSLO),
        "by_id": None,
        "by_name": "Noen andre",
        "as_role": "chair",
        "via": "teams",
        "command": "vote.cast",
        "subject": "meeting:2",
        "context": "meeting:2",
        "body_id": 2,
        "link": "0" * 64,
        "v": 3,
    }.items()
]


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        *EARLIER,
        pytest.param([update(LogArguments).where(LogArguments.line_id == 2).values(args="{}")], Fault.ARGUMENTS,
                     id="altered arguments"),
        pytest.param([update(LINE).where(LINE.c.number == 2).values(args_digest="0" * 64)], Fault.LINE,
                     id="altered digest"),
        pytest.param([delete(LINE).where(LINE.c.number == 2)], Fault.LINE, id="removed"),
        pytest.param([delete(LINE).where(LINE.c.number == 1)], Fault.LINE, id="removed first"),
        pytest.param([delete(LINE).where(LINE.c.number == LAST)], Fault.HEAD, id="removed last"),
        pytest.param(
            [
                delete(LINE).where(LINE.c.number > 3),
                update(HEAD).values(last=3, link=select(LINE.c.link).where(LINE.c.number == 3).scalar_subquery()),
            ],
            Fault.HEAD,
            id="cut off, with the head moved back",
        ),
        pytest.param([update(LINE).where(LINE.c.number == 2).values(number=0)], Fault.LINE, id="number below one"),
        pytest.param([update(LINE).where(LINE.c.number == LAST).values(number=-1)], Fault.HEAD, id="last below one"),
        pytest.param([update(LINE).where(LINE.c.number == LAST).values(number=None, link=None)], Fault.HEAD,
                     id="unlinked"),
        pytest.param([delete(LINE)], Fault.HEAD, id="removed all"),
        pytest.param([delete(HEAD)], Fault.HEAD, id="removed the head"),
        pytest.param([update(HEAD).values(seal="")], Fault.HEAD, id="removed the head's seal"),
        pytest.param([delete(LINE), delete(HEAD)], Fault.EMPTIED, id="emptied"),
        pytest.param([delete(LINE), update(HEAD).values(last=0, link="", seal="")], Fault.EMPTIED,
                     id="emptied, with the head set to nothing"),
        pytest.param([update(RollEntry).where(RollEntry.choice == "for").values(choice="against")], Fault.RESULT,
                     id="altered ballot"),
        pytest.param([update(RollEntry).where(RollEntry.answered.is_(False)).values(answered=True)], Fault.RESULT,
                     id="altered roll"),
        pytest.param([update(Vote).values(result={"counts": {"for": 3}})], Fault.RESULT, id="altered result"),
    ],
)  # fmt: skip
async def test_tampering_is_found(scene, tampering, fault):
    vote_id = await scene.asked()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await verified(scene)).is_whole
    await tamper(scene, *tampering)
    check = await scene.ok(RAGNHILD, "log.verify")
    assert check.fault is fault
    assert check.broken_at is not None


@pytest.mark.parametrize(
    "tampering",
    [
        pytest.param(
            [
                delete(LINE).where(LINE.c.number > 3),
                update(HEAD).values(last=3, link=select(LINE.c.link).where(LINE.c.number == 3).scalar_subquery()),
            ],
            id="cut off, with the head moved back",
        ),
        pytest.param([update(HEAD).values(seal="")], id="removed the head's seal"),
        pytest.param([delete(LINE), delete(HEAD)], id="emptied"),
    ],
)
async def test_what_is_written_afterwards_hides_no_tampering(scene, tampering):
    vote_id = await scene.asked()
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await verified(scene)
    await tamper(scene, *tampering)
    await scene.ok(ASTRID, "person.choose_language", language="nb")
    await scene.ok(ASTRID, "person.choose_language", language="nn")
    assert not (await verified(scene)).is_whole


async def tamper(scene, *statements):
    async with scene.runtime.db.write() as db:
        if scene.runtime.db.is_sqlite:
            await db.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            await db.execute(statement)


async def test_a_chain_worked_out_anew_without_the_key_is_found(scene):
    await scene.published()
    await verified(scene)
    key = chain.derive_key(b"a guess")
    link = chain.START
    async with scene.runtime.db.write() as db:
        await db.execute(update(LINE).where(LINE.c.number == 2).values(by_name="Noen andre"))
        for row in (await db.execute(select(LINE).order_by(LINE.c.number))).mappings().all():
            link = chain.compute_link(key, link, row["number"], row)
            await db.execute(update(LINE).where(LINE.c.id == row["id"]).values(link=link))
        seal = chain.compute_seal(key, row["number"], link)
        await db.execute(update(HEAD).values(link=link, seal=seal))
    assert (await scene.ok(RAGNHILD, "log.verify")).broken_at == 1


@pytest.mark.parametrize("at", [0, 2, None, -1], ids=["first", "between", "last", "before the first"])
async def test_what_was_put_in_is_found(scene, at):
    await scene.published()
    await verified(scene)
    async with scene.runtime.db.write() as db:
        found = (await db.execute(select(LINE).order_by(LINE.c.number))).mappings().all()
        copy = dict(found[1]) | {"id": len(found) + 1, "number": len(found) + 1}
        if at == -1:
            copy["number"] = 0
        elif at is not None:
            # Room is made, and everything after it is numbered anew.
            for row in reversed(found[at:]):
                await db.execute(update(LINE).where(LINE.c.id == row["id"]).values(number=row["number"] + 1))
            copy["number"] = found[at]["number"]
        await db.execute(LINE.insert().values(copy))
    assert not (await scene.ok(RAGNHILD, "log.verify")).is_whole


async def test_lines_that_changed_places_are_found(scene):
    await scene.published()
    await verified(scene)
    async with scene.runtime.db.write() as db:
        for old, new in ((2, 999), (3, 2), (999, 3)):
            await db.execute(update(LINE).where(LINE.c.number == old).values(number=new))
    assert (await scene.ok(RAGNHILD, "log.verify")).broken_at == 2


async def test_what_a_line_was_given_can_be_erased_without_breaking_the_chain(scene):
    await scene.published()
    await verified(scene)
    async with scene.runtime.db.write() as db:
        await db.execute(delete(LogArguments).where(LogArguments.line_id == 3))
    check = await scene.ok(RAGNHILD, "log.verify")
    assert (check.is_whole, check.erased) == (True, 1)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_not_linked_yet_is_counted_and_not_judged(scene):
    await scene.published()
    await verified(scene)
    await scene.ok(ASTRID, "person.choose_language", language="nb")
    check = await scene.ok(RAGNHILD, "log.verify")
    assert (check.is_whole, check.unlinked) == (True, 1)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_line_is_linked_before_one_of_an_older_transaction(scene, database_url):
    """The older one has taken its line's place and may still commit it."""
    await scene.planned()
    await verified(scene)
    older = Database(database_url)
    try:
        async with older.write() as db:
            await db.execute(text("SELECT pg_current_xact_id()"))
            await scene.ok(ASTRID, "person.choose_language", language="nb")
            await link_committed(scene.runtime.db, scene.runtime.key, scene.runtime.former_keys)
            assert (await scene.ok(RAGNHILD, "log.verify")).unlinked == 1
    finally:
        await older.close()
    assert (await verified(scene)).unlinked == 0


async def test_the_log_is_the_secretariats_to_verify(scene):
    for who in (ASTRID, BJORN, HILDE, SIRI):
        assert (await scene.refused(who, "log.verify")).status == 403
    assert (await verified(scene, KARI)).is_whole


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_the_chain_is_whole_when_many_write_at_once_from_the_first_line(scene):
    """Also while it is linked by several and verified."""
    languages = [("nb", "nn", "en")[n % 3] for n in range(12)]
    people = (RAGNHILD, KARI, ASTRID, BJORN, ELI, SIRI) * 2

    async def check():
        await link_committed(scene.runtime.db, scene.runtime.key, scene.runtime.former_keys)
        return await scene.ok(KARI, "log.verify")

    replies = await asyncio.gather(
        *(scene(who, "person.choose_language", language=lang) for who, lang in zip(people, languages, strict=True)),
        *(check() for _ in range(4)),
    )
    assert [r.status for r in replies[:12]] == [200] * 12
    assert all(r.is_whole for r in replies[12:])
    check = await verified(scene)
    assert (check.is_whole, check.lines, check.unlinked) == (True, 12, 0)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_processes_keep_one_chain(scene, database_url):
    other = replace(scene.runtime, db=Database(database_url))
    try:
        replies = await asyncio.gather(
            *(
                member(runtime, who)("person.choose_language", language="nn")
                for runtime in (scene.runtime, other)
                for who in (RAGNHILD, ASTRID, ELI)
            )
        )
        await asyncio.gather(*(link_committed(runtime.db, runtime.key) for runtime in (scene.runtime, other)))
    finally:
        await other.db.close()
    assert [r.status for r in replies] == [200] * 6
    assert (await verified(scene)).lines == 6


async def test_a_command_that_links_an_account_on_its_way_leaves_two_lines_in_order(scene):
    astrid = Caller("teams", "29:astrid", tenant="tenant", email=ASTRID)
    assert (await run(scene.runtime, "person.choose_language", {"language": "nn"}, astrid)).status == 200
    assert [line.command for line, _ in await lines(scene)] == ["account.link", "person.choose_language"]
    assert (await verified(scene)).is_whole


async def history(scene, who=RAGNHILD, **about):
    view = await scene.ok(who, "log.show", **about)
    return [(line.by_name, line.command) for line in view.lines]


async def test_the_history_of_a_meeting_a_case_a_seat_and_a_person_is_read_by_the_secretariat(scene):
    meeting_id, item_id = await scene.approved()
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    seat_id = await scene.seat("fjord")
    given = {"name": "Ny", "email": "ny@fjord.example", "from_on": "2027-04-01"}
    given |= {"anchored_by": "Sjefen", "anchored": True}
    await scene.ok(ASTRID, "seat_change.report", seat_id=seat_id, **given)
    about_meeting = await history(scene, meeting_id=meeting_id)
    assert about_meeting[0] == ("Ragnhild Regut", "minutes.approve")
    assert [command for _, command in about_meeting[-3:]] == ["proposal.accept", "proposal.submit", "call.open"]
    assert ("Ragnhild Regut", "outcome.record") in await history(scene, case_id=case_id)
    assert await history(scene, seat_id=seat_id) == [("Astrid Fjord", "seat_change.report")]
    of_astrid = await history(scene, person_id=await scene.person(ASTRID))
    assert of_astrid == [("Astrid Fjord", "seat_change.report"), ("Astrid Fjord", "proposal.submit")]
    words = await scene.words(RAGNHILD, "log.show", meeting_id=meeting_id)
    assert "Ragnhild Regut" in words and "minutes.approve" not in words
    for who in (ASTRID, BJORN, HILDE):
        assert (await scene.refused(who, "log.show", meeting_id=meeting_id)).status == 403
    other = (await scene.all(Meeting))[-1].id + 1
    assert (await scene.refused(RAGNHILD, "log.show", meeting_id=other)).status == 404


async def test_the_history_says_what_was_chosen_as_the_form_did(scene):
    ids = [await scene.proposed(ASTRID, title=f"Sak {number}") for number in range(2)]
    answers = {f"proposals.{ids[0]}.answer": "accept", f"proposals.{ids[1]}.answer": "reject"}
    given = {**answers, f"proposals.{ids[1]}.reason": "Nei"}
    await scene.ok(RAGNHILD, "proposal.triage_all", meeting_id=1, **given)
    reminder = {"what": "agenda_due", "stage": "first", "meeting_id": 1}
    scene.at(2027, 2, 19, 9)
    await run(scene.runtime, "reminder.send", reminder, Caller("clock", ""))
    scene.at(2027, 3, 10, 12)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    items = (await scene.ok(RAGNHILD, "agenda.show", meeting_id=1)).items
    item_id = next(item.id for item in items if item.case_id)
    await scene.ok(RAGNHILD, "minutes.write_items", meeting_id=1, **{f"items.{item_id}.outcome": "noted"})
    words = await scene.words(RAGNHILD, "log.show", meeting_id=1)
    for said in ("Hva skjer med forslaget? Avvis", "Utfall: tatt til orientering", "Trinn: Første påminnelse"):
        assert said in words
    for raw in ("accept", "reject", "noted", "agenda_due", "first"):
        assert raw not in words


async def test_the_history_of_a_seat_is_in_words_too(scene):
    seat_id = await scene.seat("fjord")
    await scene.ok(RAGNHILD, "seat.edit", seat_id=seat_id, role="Overlege", standing="nonvoting")
    words = await scene.words(RAGNHILD, "log.show", seat_id=seat_id)
    assert "Rett i rådet: møte- og talerett" in words and "nonvoting" not in words


async def test_a_new_secret_key_goes_on_from_the_old_keys_chain(scene):
    await scene.planned()
    old = scene.runtime
    assert (await verified(scene)).is_whole
    scene.runtime = replace(old, key=b"n" * 32, former_keys=(old.key,))
    await scene.ok(RAGNHILD, "call.open", meeting_id=1)
    check = await verified(scene)
    assert (check.is_whole, check.lines) == (True, 2)
    # Without the old key the old lines cannot be checked; and it makes no link after the new one's.
    scene.runtime = replace(old, key=b"n" * 32)
    assert (await verified(scene)).broken_at == 1
    scene.runtime = old
    await scene.ok(ASTRID, "call.decline", meeting_id=1)
    await verified(scene)
    scene.runtime = replace(old, key=b"n" * 32, former_keys=(old.key,))
    assert not (await verified(scene)).is_whole
