"""What lisbot knows about somebody, and erasing who they are while minutes and log stay whole."""

import json

import pytest

import builders
from builders import ASTRID, BJORN, ELI, FRODE, KARI, RAGNHILD, SIRI
from lisbot.cards.exports import DATA
from lisbot.commands import run
from lisbot.council.enums import Post
from lisbot.council.models import LogArguments, LogLine, Meeting, Person, RegisterImport, Secretariat, Term
from lisbot.council.register.identity import Caller
from people import form


async def test_everybody_sees_what_is_known_about_themselves_and_takes_it_along(scene):
    await scene.minuted()
    answer = await scene.done(ELI, "person.show_data")
    assert (answer.view.is_own, answer.view.email) == (True, ELI)
    file = json.dumps(DATA["person_data"](answer.view, answer.reply.viewer))
    assert "Eli Union" in file
    assert {row["seat_id"] for row in answer.view.rows["term"]} == {await scene.seat("union")}
    assert "digest" not in file
    assert "Det lisbot" not in await scene.words(ELI, "person.show_data")  # in her own language
    assert "register" in dict(answer.view.counts)


async def test_of_others_only_whoever_keeps_them_sees_it(scene):
    eli = await scene.person(ELI)
    assert (await scene.ok(RAGNHILD, "person.show_data", person_id=eli)).name == "Eli Union"
    assert (await scene.refused(ASTRID, "person.show_data", person_id=eli)).status == 403
    assert (await scene.refused(RAGNHILD, "person.show_data", person_id=await scene.person(SIRI))).status == 404


NORA = "nora@regut-nord.example"
HEADINGS = "Råd;Virksomhet;Navn;E-post;Rolle;Fra;Til\n"


@pytest.fixture
async def nora(scene) -> int:
    """Nora leads the secretariat in the north, where Eli sits too. Returns her id."""
    async with scene.runtime.db.write() as db:
        person = Person(key="nora", name="Nora Nord", email=NORA, lang="nb")
        db.add(person)
        await db.flush()
        north = await scene.one(Secretariat, key="regut-north")
        db.add(builders.staff(north, person, Post.LEADER))
        nord = (await scene.one(Term, person_id=await scene.person(SIRI))).seat_id
        db.add(
            Term(
                seat_id=nord,
                person_id=await scene.person(ELI),
                rank=1,
                from_on=builders.START,
                recorded_at=builders.RECORDED,
            )
        )
        return person.id


async def data_of(scene, by, who):
    """Everything that a file about somebody says, and the file itself."""
    answer = await scene.done(by, "person.show_data", person_id=await scene.person(who))
    return answer.view.rows, json.dumps(DATA["person_data"](answer.view, answer.reply.viewer), ensure_ascii=False)


async def leaves(scene, who):
    """Somebody leaves every seat today, and it is next summer."""
    terms = await scene.all(Term, person_id=await scene.person(who), to_on=None)
    async with scene.runtime.db.write() as db:
        for term in terms:
            row = await db.get_one(Term, term.id)
            row.to_on, row.ended_at, row.changed_at = scene.clock().date(), scene.clock(), scene.clock()
    scene.at(2027, 6, 1)


async def test_who_stands_in_reads_no_reason_of_whom_they_stand_in_for(scene):
    meeting_id, _ = await scene.published()
    given = {"response": "absent", "reason": "Syk i tre uker", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **given)
    rows, file = await data_of(scene, FRODE, FRODE)
    assert [row["deputy_response"] for row in rows["attendance"]] == ["asked"]
    assert "Syk i tre uker" not in file
    assert "Syk i tre uker" in (await data_of(scene, ASTRID, ASTRID))[1]


async def test_another_secretariat_reads_nothing_of_councils_that_are_not_its_own(scene, nora):
    meeting_id, _ = await scene.published()
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Syk i tre uker")
    own, file = await data_of(scene, RAGNHILD, ELI)
    assert "Syk i tre uker" in file
    assert own["delivery"]
    theirs, file = await data_of(scene, NORA, ELI)
    assert "Syk i tre uker" not in file
    assert not {"attendance", "posting", "kept_form"} & set(theirs)
    assert {row["seat_id"] for row in theirs["term"]}.isdisjoint({await scene.seat("union")})
    assert not [row for row in theirs.get("delivery", ()) if row.get("body_id") or "facts" in row]
    assert "Samordningsrådet" not in file


async def test_an_answer_to_an_open_question_is_told_to_nobody_before_it_closes(scene):
    vote_id = await scene.asked()
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")

    async def answer_read_by(who):
        rows, _ = await data_of(scene, who, ELI)
        return [row.get("choice") for row in rows["roll_entry"]]

    assert await answer_read_by(ELI) == ["against"]
    assert await answer_read_by(RAGNHILD) == [None]
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert await answer_read_by(RAGNHILD) == ["against"]


@pytest.mark.parametrize("live", [False, True])
async def test_an_answer_to_a_question_that_was_withdrawn_is_told_to_nobody_else(scene, live):
    vote_id = await scene.asked(live=live)
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason="Feil spørsmål")
    for who, told in ((ELI, "against"), (RAGNHILD, None)):
        rows, _ = await data_of(scene, who, ELI)
        assert [row.get("choice") for row in rows["roll_entry"]] == [told]


async def test_of_what_somebody_did_to_others_only_that_and_when_is_told(scene):
    report = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    seat = await scene.seat("fjord")
    await scene.ok(ASTRID, "seat_change.report", seat_id=seat, anchored_by="Dag Direktør", **report)
    for who in (ASTRID, RAGNHILD):
        rows, file = await data_of(scene, who, ASTRID)
        assert [set(row) for row in rows["seat_change"]] == [{"id", "reported_at"}]
        assert {key for row in rows["log_line"] for key in row} == {"id", "command", "at"}
        assert "nina@fjord.example" not in file
    double = await scene.ok(RAGNHILD, "person.create", name="Eli U.", email="eli@post.example")
    await scene.ok(KARI, "person.merge", person_id=await scene.person(ELI), other_id=double.id)
    rows, file = await data_of(scene, RAGNHILD, KARI)
    assert [set(row) for row in rows["person_merge"]] == [{"id", "at"}]
    assert "eli@post.example" not in file


async def test_who_has_no_seat_any_more_sees_what_is_known_and_chooses_a_language(scene):
    async with scene.runtime.db.write() as db:
        db.add(Person(key="dag", name="Dag Direktør", email="dag@fjord.example", lang="nb"))
    await leaves(scene, ELI)
    for who in (ELI, "dag@fjord.example"):
        assert (await scene.done(who, "person.show_data")).view.is_own
        assert (await scene.done(who, "person.choose_language", language="nn")).lang == "nn"


async def test_erasing_one_leaves_what_is_about_others_and_takes_all_of_theirs(scene):
    """Somebody called «Per», as also another is, under two records and with an address that was replaced."""
    per = await scene.ok(RAGNHILD, "person.create", name="Per", email="per@gammel.example")
    await scene.ok(RAGNHILD, "person.edit", person_id=per.id, name="Per", email="per@ny.example")
    double = await scene.ok(RAGNHILD, "person.create", name="Per Dobbel", email="per@dobbel.example")
    await scene.ok(RAGNHILD, "person.merge", person_id=per.id, other_id=double.id)
    await scene.ok(RAGNHILD, "person.create", name="Per", email="superper@ny.example")
    astrid = await scene.person(ASTRID)
    await scene.ok(RAGNHILD, "person.edit", person_id=astrid, name="Astrid Fjord", email=ASTRID, left_on="2027-01-01")
    lines = (
        "Nytt råd;Fjord;Per;;Rolle A;;\nNytt råd;Fjord;PER;Per@Gammel.example;Rolle B;;\nNytt råd;Fjord;X;;;i går;\n"
    )
    view = await scene.ok(RAGNHILD, "register_import.upload", sheet=HEADINGS + lines, file_name="råd.csv")
    before = {row.line_id for row in await scene.all(LogArguments)}
    await scene.ok(RAGNHILD, "person.erase", person_id=per.id)
    kept = {row.line_id: row.args for row in await scene.all(LogArguments)}
    said = "".join(kept.values())
    for each in ("per@gammel.example", "per@ny.example", "per@dobbel.example", "Per Dobbel"):
        assert f'"{each}"' not in said
    assert "superper@ny.example" in said
    edits = await scene.all(LogLine, command="person.edit", subject=f"person:{astrid}")
    assert {line.id for line in edits} <= set(kept) & before
    assert (await scene.one(Person, id=double.id)).name == f"Slettet person {double.id}"
    read = (await scene.one(RegisterImport, id=view.id)).read
    assert [row["name"] for row in read["rows"]] == ["Per", "X"]


async def test_whoever_is_erased_stands_in_nothing_that_their_spreadsheet_left(scene):
    lines = "Nytt råd;Fjord;Unni Unik;unni@fjord.example;Leder;;\nNytt råd;Fjord;Unik, Unni;;Leder;;2020-01-01\n"
    view = await scene.ok(RAGNHILD, "register_import.upload", sheet=HEADINGS + lines, file_name="råd.csv")
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    unni = await scene.person("unni@fjord.example")
    await leaves(scene, "unni@fjord.example")
    await scene.ok(RAGNHILD, "person.erase", person_id=unni)
    row = await scene.one(RegisterImport, id=view.id)
    assert "unni" not in json.dumps([row.read, row.made, row.answers]).lower()


async def offered(scene, person_id):
    view = await scene.ok(RAGNHILD, "person.show", person_id=person_id)
    return {action.command for action in view.actions}


async def test_who_is_erased_is_gone_and_the_minutes_and_the_log_stay_whole(scene):
    await scene.minuted()
    meeting_id = (await scene.all(Meeting))[0].id
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Nygift", email=ELI)
    await scene.ok(RAGNHILD, "person.add_address", person_id=eli, email="eli@post.example")
    before = await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert (await scene.refused(RAGNHILD, "person.erase", person_id=eli)).key == "holds_still"
    assert "person.erase" not in await offered(scene, eli)
    assert (await scene.refused(BJORN, "person.erase", person_id=eli)).status == 403
    async with scene.runtime.db.write() as db:
        for term in await scene.all(Term, person_id=eli):
            row = await db.get_one(Term, term.id)
            row.to_on = row.ended_at = row.changed_at = scene.clock().date()
            row.ended_at = row.changed_at = scene.clock()
    scene.at(2027, 6, 1)
    given = {"person_id": eli}
    assert "person.erase" in await offered(scene, eli)
    asked = await run(scene.runtime, "person.erase", given, Caller("cli", RAGNHILD))
    assert "kan ikke angres" in asked.words
    view = await scene.ok(RAGNHILD, "person.erase", **given)
    assert [action.command for action in view.actions] == ["person.show_data", "log.show"]
    assert (view.name, view.email, view.addresses, view.former_names) == (f"Slettet person {eli}", "", (), ())
    assert await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id) == before
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None
    said = "".join(row.args for row in await scene.all(LogArguments))
    for each in ("Eli Nygift", "Eli Union", ELI, "eli@post.example"):
        assert each not in said
    assert (await scene.refused("eli@post.example", "worklist.show")).key == "stranger"
    assert (await scene.one(Person, id=eli)).key == f"erased-{eli}"
    assert (await scene.refused(RAGNHILD, "person.erase", **given)).key == "erased_already"
    assert (await form(scene.runtime, RAGNHILD)("person.erase", **given)).status in (200, 409)
