"""The public roster: read by anybody, without signing in; only what may be published, gone when it may not."""

import csv
import io
import json

import jsonschema
import pytest

from browser import Visitor
from builders import ASTRID, ELI, RAGNHILD
from lisbot.council.models import Consent, ConsentRequest, Person
from pages import serve_pages
from statements import sent_to

WORDS = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}


async def consent(scene, *people):
    for who in people:
        request = await scene.one(ConsentRequest, person_id=await scene.person(who))
        await scene.ok(who, "consent.give", request_id=request.id)


@pytest.fixture
async def published(scene):
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    await scene.ok(RAGNHILD, "roster.set", body_id=scene.body_id, is_published=True)
    await consent(scene, ASTRID)
    return scene


@pytest.fixture
async def anybody(published):
    async with serve_pages(published.runtime) as server, Visitor(server) as visitor:
        yield visitor


async def test_only_who_has_consented_is_named(published, anybody):
    for path in ("/roster/1", "/roster", "/roster.json", "/roster.csv", "/roster/1.json", "/roster/1.csv"):
        assert await anybody.get(path) == 200, path
        assert "Astrid Fjord" in anybody.page and ASTRID in anybody.page
        for name in ("Frode", "Bjørn", "Eli", "Pål", "Hilde", "Siri", "Ragnhild"):
            assert name not in anybody.page, path
    await anybody.get("/roster/1?lang=nb")
    assert "Representant, Legenes forening" in anybody.page


async def test_a_council_that_is_not_published_is_not_there(published, anybody):
    for path in ("/roster/2", "/roster/2.json", "/roster/4711", "/roster/2.csv"):
        assert await anybody.get(path) == 404, path
    assert "Rådet i nord" not in anybody.page


async def test_it_is_asked_for_anew_and_gone_with_the_withdrawal(published, anybody):
    await anybody.get("/roster/1")
    assert anybody.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in anybody.headers
    again = {"If-None-Match": anybody.headers["ETag"]}
    assert (await anybody.get("/roster/1", headers=again), anybody.page) == (304, "")
    await published.ok(ASTRID, "consent.withdraw", consent_id=(await published.one(Consent)).id)
    assert await anybody.get("/roster/1", headers=again) == 200 and "Astrid" not in anybody.page


async def test_search_engines_list_it_only_if_that_was_chosen(published, anybody):
    async def robots():
        await anybody.get("/roster/1")
        return anybody.headers["X-Robots-Tag"], '<meta name="robots" content="noindex">' in anybody.page

    assert await robots() == ("noindex", True)
    await published.ok(RAGNHILD, "roster.set", body_id=1, is_published=True, is_indexable=True)
    assert await robots() == ("all", False)


async def test_it_may_be_embedded_where_that_is_allowed_and_nowhere_else(published):
    site = "https://www.helse.example"
    async with serve_pages(published.runtime, ROSTER_EMBEDDED_IN=site) as server, Visitor(server) as visitor:
        for path, ancestors in (("/roster/1?embed=1", site), ("/roster/1", "'none'"), ("/roster/2?embed=1", site)):
            await visitor.get(path)
            assert f"frame-ancestors {ancestors}" in visitor.headers["Content-Security-Policy"]
            assert ("X-Frame-Options" in visitor.headers) is (ancestors == "'none'")
        await visitor.get("/roster/1?embed=1")
        assert "<header" not in visitor.page and "Astrid Fjord" in visitor.page


async def test_a_look_takes_a_handful_of_statements(published, anybody):
    with sent_to(published.runtime.db) as statements:
        await anybody.get("/roster/1")
    assert 0 < len(statements) <= 6
    with sent_to(published.runtime.db) as statements:
        await anybody.get("/roster")
    assert 0 < len(statements) <= 6


async def test_each_language_has_its_page(published, anybody):
    for lang, words in (("nb", "Hvem som sitter i"), ("nn", "Kven som sit i"), ("en", "Who sits on")):
        await anybody.get(f"/roster/1?lang={lang}")
        assert words in anybody.page and f'<html lang="{lang}">' in anybody.page


async def test_no_cell_begins_a_formula(published, anybody):
    async with published.runtime.db.write() as db:
        (await db.get_one(Person, await published.person(ASTRID))).name = '=cmd|"/c calc"!A1'
    await anybody.get("/roster/1.csv")
    rows = list(csv.reader(io.StringIO(anybody.page.lstrip("\ufeff")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert await anybody.get("/roster/1") == 200


# What Popolo's classes hold of what we say, written after its specification: popoloproject.com/specs.
DAY = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}
WORD = {"type": "string", "minLength": 1}
POPOLO = {
    "persons": {"id": WORD, "name": WORD, "email": {**WORD, "pattern": "@"}},
    "organizations": {"id": WORD, "name": WORD, "classification": WORD, "founding_date": DAY},
    "posts": {"id": WORD, "label": WORD, "role": WORD, "organization_id": WORD},
    "memberships": {
        **dict.fromkeys(("id", "label", "role", "person_id", "organization_id", "on_behalf_of_id", "post_id"), WORD),
        "start_date": DAY,
    },
}
NEEDED = {
    "persons": ["name"],
    "organizations": ["name"],
    "posts": ["label", "organization_id"],
    "memberships": ["person_id", "organization_id"],
}


def popolo_schema():
    """What the whole is to be: collections of things that hold what their class has, and nothing else."""
    kinds = {
        kind: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": properties,
                "required": NEEDED[kind],
                "additionalProperties": False,
            },
        }
        for kind, properties in POPOLO.items()
    }
    return {"type": "object", "properties": kinds, "required": list(kinds), "additionalProperties": False}


async def test_the_json_is_popolo(published, anybody):
    await consent(published, ELI)
    await anybody.get("/roster.json")
    jsonschema.Draft202012Validator(popolo_schema()).validate(json.loads(anybody.page))
    await anybody.get("/roster/1.json")
    found = json.loads(anybody.page)
    jsonschema.Draft202012Validator(popolo_schema()).validate(found)
    assert [each["name"] for each in found["persons"]] == ["Astrid Fjord", "Eli Union"]
    posts = {each["id"]: each for each in found["posts"]}
    organizations = {each["id"]: each for each in found["organizations"]}
    for member in found["memberships"]:
        assert posts[member["post_id"]]["organization_id"] == member["organization_id"]
        assert organizations[member["on_behalf_of_id"]]["name"]
    assert len(posts) == 4  # of those who are only sent the agenda there is none
