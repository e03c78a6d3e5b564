"""The pages around what is shown: languages, who sees which, headers, cookies, errors."""

import copy
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from browser import Visitor, become
from lisbot.app import make_app
from lisbot.db import migrate
from lisbot.settings import read
from sample_sheets import MINE
from sample_site import SHEETS, add_samples, running

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
EVERY = ("/me", "/body/1", "/meeting/3", "/meeting/2/minutes", "/body/1/register", "/outcomes?text=x")
SECRETARYS = ("/overview", "/year?body_id=1&year=2026", "/log")


async def test_every_page_is_there_for_those_it_is_for(kari):
    for path in EVERY + SECRETARYS:
        assert await kari.get(path) == 200, path
    assert 'href="/overview"' in kari.page
    await become(kari, "Astrid Lund")
    for path in EVERY:
        assert await kari.get(path) == 200, path
    for path in SECRETARYS:
        assert await kari.get(path) == 403, path
        assert "Du har ikke tilgang til dette." in kari.page
    assert 'href="/overview"' not in kari.page


async def test_an_agenda_only_reader_is_not_shown_the_way_to_outcomes(visitor):
    await become(visitor, "Liv Berge")
    assert 'href="/outcomes"' not in visitor.page
    assert await visitor.get("/outcomes") == 403


async def test_a_reader_gets_the_language_of_the_browser_until_they_choose(visitor):
    await visitor.get("/", headers={"Accept-Language": "en-GB,nb;q=0.5"})
    assert '<html lang="en">' in visitor.page
    await become(visitor, "Mona Eide")
    await visitor.get("/me", headers={"Accept-Language": "de, nn-NO;q=0.8, en;q=0.2"})
    assert '<html lang="nn">' in visitor.page
    await visitor.send("/language", {"lang": "en"})
    assert (visitor.url.path, visitor.status) == ("/me", 200)
    await visitor.get("/me", headers={"Accept-Language": "nb"})
    assert '<html lang="en">' in visitor.page
    assert await visitor.get("/nowhere") == 404
    assert "There is no such page" in visitor.page


async def test_somebody_not_signed_in_chooses_a_language_too(visitor):
    await visitor.get("/")
    await visitor.send("/language", {"lang": "nn"})
    assert "Kven vil du vere?" in visitor.page
    assert await visitor.send("/language", {"lang": "xx"}) == 400


async def test_every_answer_has_the_strict_headers(astrid):
    for path in ("/", "/me", "/nowhere", "/do/note.write", "/form/note.write"):
        await astrid.get(path)
        assert astrid.headers["Content-Security-Policy"] == POLICY
        assert astrid.headers["X-Content-Type-Options"] == "nosniff"
        assert astrid.headers["Referrer-Policy"] == "same-origin"
        assert astrid.headers["Cache-Control"] == "no-store"
        assert "<script" not in astrid.page and " style=" not in astrid.page and "<style" not in astrid.page


async def test_the_style_sheet_is_kept_by_the_browser_under_a_name_that_changes_with_it(astrid):
    path = astrid.page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert await astrid.get(path) == 200
    assert astrid.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in astrid.headers
    assert await astrid.get(path, headers={"If-None-Match": astrid.headers["ETag"]}) == 304
    assert await astrid.get("/static/lisbot.css") == 404
    assert await astrid.get("/static/..%2f..%2fpages.py") == 404


async def test_over_https_the_cookie_is_bound_to_this_host(tmp_path, monkeypatch):
    add_samples(monkeypatch)
    async with running(tmp_path, BASE_URL="https://lisbot.example.no") as server, Visitor(server) as visitor:
        await visitor.get("/signin")
        cookie = visitor.headers["Set-Cookie"]
        assert cookie.startswith("__Host-lisbot=") and "; Path=/" in cookie
        assert all(f"; {part}" in cookie for part in ("HttpOnly", "Secure", "SameSite=Lax", "Max-Age=43200"))
        assert visitor.headers["Strict-Transport-Security"]


async def test_a_cookie_that_is_changed_or_twelve_hours_old_opens_nothing(demo, astrid, monkeypatch):
    from lisbot.channels.web import session

    cookie = next(c.value for c in astrid.client.cookie_jar if c.key == "lisbot")
    async with Visitor(server=demo) as stranger:
        for given, reached in ((cookie, "/me"), (f"x{cookie}", "/"), (cookie[:-2] + "xx", "/")):
            await stranger.get("/me", headers={"Cookie": f"lisbot={given}"})
            assert stranger.url.path == reached
    later = session.time.time() + 12 * 3600 + 1
    monkeypatch.setattr(session.time, "time", lambda: later)
    await astrid.get("/me")
    assert astrid.url.path == "/"


async def test_signing_out_leaves_nobody_in(astrid):
    await astrid.send("/signout")
    await astrid.get("/me")
    assert astrid.url.path == "/"


async def test_what_a_page_shows_is_text_whatever_it_contains(tmp_path, monkeypatch):
    nasty = "<img src=x onerror=alert(1)>"

    def spoil(node):
        match node:
            case dict():
                return {
                    k: (v if k in ("type", "verb", "status", "href") else spoil(v)) for k, v in node.items()
                }
            case list():
                return [spoil(part) for part in node]
            case str():
                return nasty
        return node

    add_samples(monkeypatch, {**SHEETS, "me.page": spoil(copy.deepcopy(MINE))})
    async with running(tmp_path, demo=True) as server, Visitor(server) as visitor:
        await become(visitor, "Astrid Lund")
        assert visitor.status == 200
        assert "<img src=x" not in visitor.page and "&lt;img src=x onerror=alert(1)&gt;" in visitor.page


async def test_what_breaks_is_answered_with_a_reference_and_no_details(astrid, monkeypatch, caplog):
    from lisbot.channels.web import places

    def fail(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(places, "lead", fail)
    assert await astrid.get("/me") == 500
    reference = next(r.args[1] for r in caplog.records if "failed, ref" in r.msg)
    assert reference in astrid.page and "secret detail" not in astrid.page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5:3978"])
async def test_the_demo_answers_only_to_this_machines_own_name(visitor, host):
    assert await visitor.get("/", headers={"Host": host}) == 403
    assert "<strong>" not in visitor.page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
async def test_a_page_elsewhere_cannot_speak_as_anybody_in_the_demos_teams(tmp_path, unused_tcp_port, host):
    """By DNS rebinding a browser reaches this machine's endpoint under a name of somebody else's."""
    url = f"sqlite+aiosqlite:///{tmp_path}/demo.db"
    await migrate(url)
    config = replace(read({"PORT": str(unused_tcp_port)}, demo=True), database_url=url)
    served = TestServer(await make_app(config), host="127.0.0.1", port=unused_tcp_port)
    async with served as server, Visitor(server) as visitor:
        for name, status in ((host, 403), (f"localhost:{unused_tcp_port}", 400)):
            headers = {"Host": name, "Content-Type": "application/json"}
            assert await visitor.ask("POST", "/api/messages", data=b"{}", headers=headers) == status


async def test_becoming_somebody_takes_a_press_of_the_button_on_our_own_page(visitor):
    assert await visitor.get("/demo/become?person_id=1") == 405
    assert await visitor.ask("POST", "/demo/become", data={"person_id": "1"}) == 403
    for wrong in ("9999", "-1", "²", "1e9", ""):
        await visitor.get("/")
        assert await visitor.send("/demo/become", {"person_id": wrong}) in (400, 404)


@pytest.mark.parametrize(
    ("lang", "privacy", "terms"),
    [("nb", "Personvern", "Vilkår"), ("nn", "Personvern", "Vilkår"), ("en", "Privacy", "Terms")],
)
async def test_anybody_may_read_what_is_kept_of_them_and_on_what_terms(
    tmp_path, monkeypatch, lang, privacy, terms
):
    add_samples(monkeypatch)
    async with running(tmp_path) as server, Visitor(server) as visitor:
        await visitor.get("/signin", headers={"Accept-Language": lang})
        assert 'href="/about/privacy"' in visitor.page and 'href="/about/terms"' in visitor.page
        for path, title in (("privacy", privacy), ("terms", terms)):
            assert await visitor.get(f"/about/{path}", headers={"Accept-Language": lang}) == 200
            assert f"<h1>{title}</h1>" in visitor.page and f'<html lang="{lang}">' in visitor.page
        assert await visitor.get("/about/nothing") == 404


async def test_outside_the_demo_nobody_becomes_anybody(tmp_path, monkeypatch):
    add_samples(monkeypatch)
    async with running(tmp_path) as server, Visitor(server) as visitor:
        await visitor.get("/")
        assert visitor.url.path == "/signin"
        token = visitor.fields("/language")["_csrf"]
        for path in ("/demo/become", "/demo/forward"):
            assert await visitor.ask("POST", path, data={"_csrf": token, "person_id": "1"}) == 404


async def test_winding_the_clock_forward_leads_back_to_the_same_page(astrid):
    await astrid.get("/meeting/3")
    await astrid.send("/demo/forward")
    assert (astrid.status, astrid.url.path) == (200, "/meeting/3")
