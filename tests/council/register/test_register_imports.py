"""Spreadsheets that are brought into the register: what is understood, asked, made, and taken back."""

from datetime import date

import pytest

from builders import ASTRID, ELI, RAGNHILD, SIRI
from dumps import dump
from lisbot.commands import run
from lisbot.council.enums import OrgKind, Standing
from lisbot.council.models import (
    Body,
    Delivery,
    LogArguments,
    LogLine,
    Organisation,
    Person,
    RegisterImport,
    Seat,
    Term,
)
from lisbot.council.register import spreadsheets
from lisbot.council.register.identity import Caller
from workbooks import HOSPITALS, bomb, crowded, damaged, encoded, messy, with_entities, workbook

HEADINGS = "Råd;Virksomhet;Navn;E-post;Rolle;Fra;Til\n"
TWO = "Nytt råd;Elv sykehus HF;Nina Ny;nina@elv.example;Overlege;2026-12-01;\n"
TWO += "Nytt råd;Elv sykehus HF;Ola Ny;ola@elv.example;Vara;01.12.2026;31.12.2027\n"
KEPT = ("register_import", "log_line", "log_arguments", "log_head", "sqlite_sequence")


async def uploaded(scene, sheet, **given):
    return await scene.ok(RAGNHILD, "register_import.upload", sheet=sheet, file_name="råd.xlsx", **given)


async def answered(scene, import_id, **by_word):
    """Answer each question of the form by a word in it."""
    form = await scene.form(RAGNHILD, "register_import.answer", import_id=import_id)
    given = {}
    for row in form["rows"]:
        word = next((word for word in by_word if word.replace("_", " ") in row["title"]), None)
        assert word, row["title"]
        given[row["fields"][0]["id"]] = by_word[word]
    return await scene.ok(RAGNHILD, "register_import.answer", import_id=import_id, **given)


async def register_of(scene):
    return {name: rows for name, rows in (await dump(scene.runtime.db)).items() if name not in KEPT}


async def test_a_messy_workbook_of_six_hundred_rows_ends_right_and_is_undone_exactly(scene):
    sheet, people = messy()
    before = await register_of(scene)
    view = await uploaded(scene, sheet)
    assert view.lines == 604
    assert {each.why for each in view.left_out} == {"bad_email", "no_name", "ends_first"}
    assert (view.filled, view.formulas) == (585, 13)
    assert 0 < view.open_questions <= 5
    early = await scene.refused(RAGNHILD, "register_import.carry_out", import_id=view.id)
    assert early.key == "import_has_questions"
    view = await answered(scene, view.id, Fjord_sjukehus="same", samme_plass="deputies")
    assert view.open_questions == 0
    assert (view.seats, view.terms) == (150, 601)
    assert len(view.people) == people
    assert list(view.bodies) == ["Rådet for kirurgi", "Rådet for indremedisin", "Rådet for psykiatri"]
    assert set(view.organisations) == {*HOSPITALS} - {"Fjord sykehus HF"}
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    terms = await scene.all(Term)
    assert len(terms) - len(before["term"]) == view.terms
    anne = await scene.one(Person, email="anne.aas.fjord@sykehus.example")
    assert anne.name == "Anne Aas"
    vik = await scene.one(Organisation, name="Vik universitetssykehus HF")
    assert vik.kind is OrgKind.HOSPITAL
    body = await scene.one(Body, name="Rådet for psykiatri")
    assert len((await scene.ok(RAGNHILD, "register.show", body_id=body.id)).seats) == 50
    again = await scene.refused(RAGNHILD, "register_import.carry_out", import_id=view.id)
    assert again.key == "import_settled"
    await scene.ok(RAGNHILD, "register_import.undo", import_id=view.id)
    assert await register_of(scene) == before


async def test_a_text_of_two_lines_makes_a_council_and_says_so_first(scene):
    view = await uploaded(scene, HEADINGS + TWO)
    assert (view.bodies, view.organisations, view.people, view.seats, view.terms) == (
        ("Nytt råd",),
        ("Elv sykehus HF",),
        ("Nina Ny", "Ola Ny"),
        1,
        2,
    )
    assert await scene.all(Body, name="Nytt råd") == []
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    body = await scene.one(Body, name="Nytt råd")
    (seat,) = await scene.all(Seat, body_id=body.id)
    assert (seat.role, seat.standing) == ("Overlege", Standing.VOTING)
    assert [(term.rank, term.from_on, term.to_on) for term in await scene.all(Term, seat_id=seat.id)] == [
        (0, date(2026, 12, 1), None),
        (1, date(2026, 12, 1), date(2027, 12, 31)),
    ]
    same = await uploaded(scene, HEADINGS + TWO)
    assert {each.why for each in same.left_out} == {"there_already"}
    assert (await scene.refused(RAGNHILD, "register_import.carry_out", import_id=same.id)).key == "nothing_to_import"


async def test_who_is_in_the_register_is_found_there_and_nothing_there_is_changed(scene):
    """By any address silently, by the name alone when asked."""
    await scene.ok(RAGNHILD, "person.add_address", person_id=await scene.person(ELI), email="eli@post.example")
    lines = "Nytt råd;Legenes forening;Eli U.;eli@post.example;Tillitsvalgt;;\n"
    lines += (
        "Nytt råd;Fjord;Fjord, Astrid;;Overlege;;\nSamordningsrådet;Fjord;Ny Mann;ny@fjord.example;Utdanningsleder;;\n"
    )
    view = await uploaded(scene, HEADINGS + lines)
    assert [(each.line, each.why) for each in view.left_out] == [(4, "seat_is_held")]
    view = await answered(scene, view.id, Astrid="same")
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    body = await scene.one(Body, name="Nytt råd")
    seats = await scene.all(Seat, body_id=body.id)
    holders = {term.person_id for seat in seats for term in await scene.all(Term, seat_id=seat.id)}
    assert holders == {await scene.person(ELI), await scene.person(ASTRID)}
    assert (await scene.one(Person, email=ELI)).name == "Eli Union"


async def test_one_address_under_two_names_gives_nobody_anothers_seat_without_a_question(scene):
    """Neither within the file nor beside the register."""
    head = "Råd;Virksomhet;Navn;E-post\n"
    shared = "Nytt råd;Lia HF;Kari Nordmann;felles@lia.example\nNytt råd;Fjord HF;Ola Hansen;felles@lia.example\n"
    known = f"Nytt råd;Elv HF;Nils Berg;{ASTRID}\nNytt råd;Nes HF;Eli U.;{ELI}\n"
    view = await uploaded(scene, head + shared + known)
    assert view.open_questions == 2
    view = await answered(scene, view.id, Ola_Hansen="other", Nils_Berg="other")
    assert [(each.line, each.why, each.said) for each in view.left_out] == [
        (3, "address_taken", "Ola Hansen"),
        (4, "address_taken", "Nils Berg"),
    ]
    view = await answered(scene, view.id, Ola_Hansen="other", Nils_Berg="same")
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    body = await scene.one(Body, name="Nytt råd")
    people = {person.id: person.name for person in await scene.all(Person)}
    seats = {seat.id for seat in await scene.all(Seat, body_id=body.id)}
    held = [people[term.person_id] for term in await scene.all(Term) if term.seat_id in seats]
    assert sorted(held) == ["Astrid Fjord", "Eli Union", "Kari Nordmann"]


async def test_the_sheets_of_a_workbook_that_are_not_read_are_said(scene):
    rows = [["Råd", "Virksomhet", "Navn"], ["Nytt råd", "Elv HF", "Nina Ny"]]
    view = await uploaded(scene, workbook(rows, Tom=[], Varaer=rows))
    assert (view.lines, view.sheets_not_read) == (1, ("Varaer",))
    words = await scene.words(RAGNHILD, "register_import.show", import_id=view.id)
    assert "Bare det første arket er lest, ikke: Varaer." in words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
async def test_three_encodings_are_read(scene, encoding):
    text = "Råd;Virksomhet;Navn;E-post\nRådet for øre;Ås sykehus HF;Åse Ødegård;aase@as.example\n"
    view = await uploaded(scene, encoded(text.encode(encoding)))
    assert (view.bodies, view.people) == (("Rådet for øre",), ("Åse Ødegård",))


async def test_dates_of_one_column_are_asked_about_once(scene):
    lines = "".join(f"Nytt råd;Elv sykehus HF;Person {n};p{n}@elv.example;Rolle {n};0{n}/04/2026;\n" for n in (1, 2, 3))
    lines += "Nytt råd;Elv sykehus HF;Person X;x@elv.example;Rolle X;en gang i vår;\n"
    view = await uploaded(scene, HEADINGS + lines)
    assert view.open_questions == 2
    view = await answered(scene, view.id, Hva_kommer_først="day_first", kan_ikke_leses="skip")
    assert [each.why for each in view.left_out] == ["bad_date"]
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    body = await scene.one(Body, name="Nytt råd")
    seats = await scene.all(Seat, body_id=body.id)
    begun = [(await scene.one(Term, seat_id=seat.id)).from_on for seat in seats]
    assert begun == [date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3)]


async def test_a_file_without_a_council_asks_which(scene):
    view = await uploaded(scene, "Navn;Sykehus\nNina Ny;Nes sykehus\n")
    assert view.open_questions == 1
    view = await answered(scene, view.id, hvilket_råd=f"body:{scene.body_id}")
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    assert "Nina Ny" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)


def long_sheet() -> str:
    return HEADINGS + "Råd;Elv;Person;;;;\n" * (spreadsheets.MAX_ROWS + 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("sheet", "key"),
    [
        (bomb, "sheet_grows"),
        (lambda: crowded(rows=150_000, columns=1), "sheet_grows"),
        (lambda: crowded(rows=1, columns=200_000), "sheet_grows"),
        (damaged, "sheet_unreadable"),
        (with_entities, "sheet_unreadable"),
        (lambda: encoded(b"\xd0\xcf\x11\xe0" + b"\0" * 600), "sheet_protected"),
        (lambda: encoded(b"PK\x03\x04 and then nothing"), "sheet_unreadable"),
        (lambda: encoded(b"x" * (spreadsheets.MAX_BYTES + 1)), "sheet_too_large"),
        (lambda: "base64,!!", "sheet_unreadable"),
        (lambda: encoded(b"\x00\x01\x02\x03" * 40), "sheet_unreadable"),
        (lambda: workbook([]), "sheet_empty"),
        (lambda: workbook([["Fisk", "Fugl"], ["torsk", "måke"]]), "sheet_without_column"),
        (long_sheet, "sheet_too_long"),
    ],
)
async def test_what_is_no_register_is_refused_in_words_and_changes_nothing(scene, sheet, key):
    answer = await scene.refused(RAGNHILD, "register_import.upload", sheet=sheet(), file_name="x.xlsx")
    assert (answer.key, set(answer.fields)) == (key, {"sheet"})


async def publishes_by_consent(scene):
    words = dict.fromkeys(("nb", "nn", "en"), "Jeg samtykker.")
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **words)


async def test_whoever_comes_to_a_seat_by_it_is_asked_for_consent_once_and_no_more_when_it_is_undone(scene):
    """Nina has two seats by it and is asked once; Eli has another basis; Ola held his until last year."""
    await publishes_by_consent(scene)
    basis = {"person_id": await scene.person(ELI), "legal_basis": "legal_obligation", "reason": "Oppnevnt ved lov"}
    await scene.ok(RAGNHILD, "consent.record_basis", body_id=scene.body_id, **basis)
    before = await register_of(scene)
    lines = (
        "Nytt råd;Elv sykehus HF;Nina Ny;nina@elv.example;Leder;;\n"
        "Nytt råd;Elv sykehus HF;Nina Ny;nina@elv.example;Referent;;\n"
        f"Nytt råd;Legenes forening;Eli Union;{ELI};Tillitsvalgt;;\n"
        "Nytt råd;Elv sykehus HF;Ola Ny;ola@elv.example;Medlem;2024-01-01;2025-12-31\n"
    )
    view = await uploaded(scene, HEADINGS + lines)
    asked = await run(scene.runtime, "register_import.carry_out", {"import_id": view.id}, Caller("cli", RAGNHILD))
    assert "1 person blir spurt om samtykke" in asked.words
    told = {each.id for each in await scene.all(Delivery)}
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    nina = await scene.person("nina@elv.example")
    assert [(d.kind, d.person_id) for d in await scene.all(Delivery) if d.id not in told] == [("consent_asked", nina)]
    (question,) = (await scene.ok("nina@elv.example", "consent.show")).questions
    await scene.ok(RAGNHILD, "register_import.undo", import_id=view.id)
    assert await register_of(scene) == before
    # Who has answered is in use.
    view = await uploaded(scene, HEADINGS + lines)
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    (question,) = (await scene.ok("nina@elv.example", "consent.show")).questions
    await scene.ok("nina@elv.example", "consent.give", request_id=question.request_id)
    assert (await scene.refused(RAGNHILD, "register_import.undo", import_id=view.id)).key == "import_in_use"


async def test_what_is_in_use_since_is_not_undone(scene):
    view = await uploaded(scene, HEADINGS + TWO)
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    body = await scene.one(Body, name="Nytt råd")
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=body.id, dates="2027-03-10")
    assert (await scene.refused(RAGNHILD, "register_import.undo", import_id=view.id)).key == "import_in_use"


async def test_terms_corrected_or_recorded_since_are_not_undone(scene):
    """What somebody has written since is lost by no undoing."""
    for number, role in enumerate(("Kasserer", "Sekretær"), start=1):
        line = f"Samordningsrådet;Legenes forening;Eli Union;{ELI};{role};2026-10-01;\n"
        await uploaded(scene, HEADINGS + line)
        await scene.ok(RAGNHILD, "register_import.carry_out", import_id=number)
    first, second = [await scene.one(Seat, role=role) for role in ("Kasserer", "Sekretær")]
    before = {"seat_id": first.id, "name": "Astrid Fjord", "email": ASTRID, "from_on": "2026-05-01"}
    scene.at(2026, 11, 3, 9)
    await scene.ok(RAGNHILD, "term.add", **before, to_on="2026-05-31")
    added = await scene.one(Term, seat_id=first.id, from_on=date(2026, 5, 1))
    scene.at(2026, 11, 4, 9)
    await scene.ok(RAGNHILD, "term.retract", term_id=added.id, reason="Feil råd")
    assert (await scene.refused(RAGNHILD, "register_import.undo", import_id=1)).key == "import_in_use"
    term = await scene.one(Term, seat_id=second.id)
    dates = {"name": "Eli Union", "email": ELI, "rank": 0, "from_on": "2026-09-01"}
    await scene.ok(RAGNHILD, "term.correct", term_id=term.id, **dates)
    assert (await scene.refused(RAGNHILD, "register_import.undo", import_id=2)).key == "import_in_use"


async def test_a_spreadsheet_is_its_secretariats_own_and_its_contents_reach_no_log(scene):
    view = await uploaded(scene, HEADINGS + TWO)
    for who, status in ((ASTRID, 403), (SIRI, 403)):
        assert (await scene.refused(who, "register_import.show", import_id=view.id)).status == status
        assert (await scene.refused(who, "register_import.upload", sheet=HEADINGS + TWO)).status == status
    assert (await scene.refused(RAGNHILD, "register_import.show", import_id=4711)).status == 404
    (line,) = await scene.all(LogLine, command="register_import.upload")
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert "Nina" not in arguments.args
    assert len(await scene.all(RegisterImport)) == 1
