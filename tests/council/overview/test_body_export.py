"""All of a council as one file: whole, without what is secret, for those who keep it, and noted in the log."""

import csv
import io
import json
import zipfile

import pytest

from browser import Forms, Visitor, become
from builders import ASTRID, BJORN, ELI, RAGNHILD, SIRI
from lisbot.council.models import LogLine
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


@pytest.mark.parametrize("who", [ASTRID, SIRI])
async def test_only_whoever_keeps_a_council_takes_it_along(scene, who):
    assert (await scene.refused(who, "body.export", body_id=scene.body_id)).status == 403
    assert await scene.all(LogLine, command="body.export") == []
