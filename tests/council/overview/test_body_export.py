"""All of a council as one file: whole, without what is secret, for those who keep it, and noted in the log."""

import csv
import io
import json
import zipfile

import pytest

from browser import Forms, Visitor, become
from builders import ASTRID, BJORN, ELI, RAGNHILD, SIRI
from council.consultations.consulting import asked, says
from council.processes.test_processes import started
from lisbot.council.models import Base, Case, LogLine
from lisbot.council.overview.body_export import LEFT_OUT
from lisbot.council.register.person_data import is_of
from pages import serve_pages

FORMULA = "=cmd|' /C calc'!A0"


async def fetch(scene, name, path):
    """Returns the status and the file at an address, as somebody gets it in the browser."""
    async with serve_pages(scene.runtime, demo=True) as server, Visitor(server) as visitor:
        await become(visitor, name)
        async with visitor.client.get(server.make_url(path), allow_redirects=False) as response:
            return response, await response.read()


def table(archive, name):
    lines = archive.read(f"{name}.csv").decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(lines, newline=""), delimiter=";"))


async def test_all_of_a_council_is_one_file_and_nothing_of_another(scene):
    _, item_id = await scene.minuted()
    secret = await scene.question(item_id=item_id, secret=True, question="Hemmelig?")
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=secret, choice="against")
    await scene.ok(RAGNHILD, "vote.close", vote_id=secret)
    few = await scene.question(item_id=item_id, secret=True, question="Få svar?")
    await scene.ok(ELI, "vote.cast", vote_id=few, choice="against")
    await scene.ok(RAGNHILD, "vote.close", vote_id=few)
    still_open = await scene.question(item_id=item_id, question="Åpen?")
    await scene.ok(ELI, "vote.cast", vote_id=still_open, choice="against")
    withdrawn = []
    for live in (False, True):
        withdrawn.append(await scene.question(item_id=item_id, question=f"Feil, {live}?", live=live))
        await scene.ok(ELI, "vote.cast", vote_id=withdrawn[-1], choice="against", reason="Jeg er uenig")
        await scene.ok(RAGNHILD, "vote.withdraw", vote_id=withdrawn[-1], reason="Feil spørsmål")
    named = await scene.question(item_id=item_id, question=FORMULA)
    await scene.ok(ELI, "vote.cast", vote_id=named, choice="against")
    await scene.ok(RAGNHILD, "vote.close", vote_id=named)
    response, file = await fetch(scene, "Ragnhild Regut", f"/out/zip/body.export?body_id={scene.body_id}&whole=true")
    assert (response.status, response.content_type) == (200, "application/zip")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    archive = zipfile.ZipFile(io.BytesIO(file))
    assert archive.testzip() is None
    rows = json.loads(archive.read("data.json"))["rows"]
    kinds = {"seat", "term", "meeting", "agenda_item", "attendance", "council_case", "vote", "roll_entry", "log_line"}
    assert kinds | {"person", "organisation", "body", "minutes_version"} - set(rows) <= set(rows) | {"minutes_version"}
    assert {row["body_id"] for row in rows["meeting"] + rows["seat"]} == {scene.body_id}
    assert not {"sealed_ballot", "delivery", "action_link"} & set(rows)
    answers = {row["vote_id"]: [] for row in rows["roll_entry"]}
    for row in rows["roll_entry"]:
        answers[row["vote_id"]].append(row.get("choice"))
        if row["vote_id"] in (secret, few, still_open, *withdrawn):
            assert not {"choice", "reason", "by_id", "by_name", "at", "answered", "changed"} & set(row)
    assert "against" in answers[named]
    results = {row["id"]: row.get("result") for row in rows["vote"]}
    assert results[secret] and results[named]
    assert not results[few] and not results[still_open]
    assert all("salt" not in row for row in rows["vote"])
    for name in archive.namelist():
        if name.endswith(".csv"):
            for row in table(archive, name.removesuffix(".csv")):
                assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))], name
    assert [row["question"] for row in table(archive, "vote")][-1] == f"'{FORMULA}"
    assert {row["email"] for row in table(archive, "person")} >= {ASTRID, BJORN}
    assert SIRI not in archive.read("data.json").decode()
    assert "Samordningsrådet" in archive.read("README.txt").decode()
    (line,) = await scene.all(LogLine, command="body.export")
    assert (line.by_name, line.via, line.context, line.body_id) == ("Ragnhild Regut", "web", "reading", scene.body_id)


async def test_the_page_says_how_much_there_is_and_leads_to_the_file(scene):
    """Looking at it is no reading: nothing of anybody is on it."""
    async with serve_pages(scene.runtime, demo=True) as server, Visitor(server) as visitor:
        await become(visitor, "Ragnhild Regut")
        await visitor.get(f"/show/body.export?body_id={scene.body_id}")
        assert ASTRID not in visitor.page
        assert await scene.all(LogLine, command="body.export") == []
        (form,) = [form for form in Forms(visitor.page).forms if form["action"] == "/out/zip/body.export"]
        assert dict(form["fields"]) == {"body_id": str(scene.body_id), "whole": "true"}


async def test_a_corrected_term_is_there_as_it_was_known_before(scene):
    terms = (await scene.ok(RAGNHILD, "term.list", seat_id=await scene.seat("fjord"))).terms
    given = {"name": "Astrid Fjord", "email": ASTRID, "from_on": "2025-02-01", "reason": "Feil dag"}
    await scene.ok(RAGNHILD, "term.correct", term_id=terms[0].id, **given)
    rows = (await scene.ok(RAGNHILD, "body.export", body_id=scene.body_id, whole="true")).rows
    assert [row["term_id"] for row in rows["former_term"]] == [terms[0].id]
    assert {"known_from", "known_to", "from_on"} <= set(rows["former_term"][0])


OF_NO_BODY = {  # of a secretariat, of a person, of the installation, or of the log as a whole
    *("account", "body_template", "channel_choice", "clock_shift", "consent", "consent_text", "former_name"),
    *("installation", "kept_form", "log_arguments", "log_head", "mail_trouble", "outside_party", "person_address"),
    *("person_merge", "quiet_time", "receipt", "register_import", "reminder", "retention_rule", "schema_version"),
    *("secretariat", "send_budget", "sign_in_link", "staff"),
}


@pytest.mark.parametrize("rows", Base.metadata.sorted_tables, ids=str)
def test_each_table_is_a_councils_or_is_said_to_be_no_councils(rows):
    told = is_of(rows, [1]) is not None or rows.name in ("body", "person", "organisation")
    assert (told and rows.name not in LEFT_OUT) != (rows.name in LEFT_OUT | OF_NO_BODY)


async def test_what_a_council_was_asked_and_where_its_cases_are_is_in_its_file(scene):
    about = await asked(scene)
    await scene.ok(ELI, "consultation.answer", **about, **says("no", "For få spesialister"))
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await scene.ok(ELI, "consultation.comment", **about, comment="Enig i dette")
    rows = (await scene.ok(RAGNHILD, "body.export", body_id=scene.body_id, whole="true")).rows
    assert [row["draft"] for row in rows["consultation"]] == ["Rådet frarår godkjenning."]
    assert [row["answers"]["2"] for row in rows["consultation_statement"]] == ["For få spesialister"]
    assert [row["text"] for row in rows["consultation_comment"]] == ["Enig i dette"]


async def test_where_a_councils_cases_are_and_what_they_belong_to_is_in_its_file(scene):
    await started(scene)
    first, *_ = await scene.all(Case)
    await scene.on_agenda(title="En annen sak")
    other = next(each for each in await scene.all(Case) if each.id != first.id)
    await scene.ok(RAGNHILD, "case_link.add", case_id=other.id, other_case_id=first.id)
    rows = (await scene.ok(RAGNHILD, "body.export", body_id=scene.body_id, whole="true")).rows
    assert [row["case_id"] for row in rows["case_process"]] == [first.id]
    assert [row["other_id"] for row in rows["case_link"]] == [first.id]
    assert [row["name"] for row in rows["process"]] == ["Fagavtale"]
    names = {row["id"]: row["name"] for row in rows["process_stage"]}
    assert [names[row["stage_id"]] for row in rows["stage_stay"]] == ["Forberedelse"]


@pytest.mark.parametrize("who", [ASTRID, SIRI])
async def test_only_whoever_keeps_a_council_takes_it_along(scene, who):
    assert (await scene.refused(who, "body.export", body_id=scene.body_id)).status == 403
    assert await scene.all(LogLine, command="body.export") == []
