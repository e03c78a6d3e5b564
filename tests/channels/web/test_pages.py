"""The pages around what is shown: languages, who sees which, headers, cookies, errors."""

from typing import Any

import pytest
from sqlalchemy import update

from browser import Visitor, become
from builders import BJORN
from lisbot import cards
from lisbot.channels.web import responses, session
from lisbot.channels.web.site import SITE
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    Meeting,
    Organisation,
    Person,
    Proposal,
    Seat,
    SeatChange,
    Secretariat,
    Vote,
)
from pages import serve_pages

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages look the same on both

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
EVERYBODYS = (
    "/me",
    "/body/1",
    "/body/1/register",
    "/body/1/register/on?on=2027-03-03&known_on=2027-03-04",
    "/case/1",
    "/meeting/2",
    "/meeting/1/minutes",
    "/outcomes?text=rotasjon",
    "/year?body_id=1&year=2027",
    "/show/agenda.show?meeting_id=2",
    "/show/call.show?meeting_id=2",
    "/show/menu.show",
    "/show/vote.show?vote_id=1",
)
SECRETARYS = (
    "/overview",
    "/log",
    "/show/attendance.forecast?meeting_id=2",
    "/show/log.show?meeting_id=1",
    "/show/proposal.triage?meeting_id=2",
)


async def test_every_page_is_there_for_those_it_is_for(busy, ragnhild):
    for path in EVERYBODYS + SECRETARYS:
        assert await ragnhild.get(path) == 200, path
    assert "/overview" in ragnhild.links
    await become(ragnhild, "Eli Union")
    for path in EVERYBODYS:
        assert await ragnhild.get(path) == 200, path
    for path in SECRETARYS:
        assert await ragnhild.get(path) == 403, path
        assert "You do not have access to this." in ragnhild.page
    assert "/overview" not in ragnhild.links


async def test_another_regions_member_finds_none_of_it(busy, visitor):
    await become(visitor, "Siri Nord")
    for path in EVERYBODYS + SECRETARYS:
        if "_id=" in path or "1" in path:
            assert await visitor.get(path) in (403, 404), path


async def test_an_agenda_only_reader_is_not_shown_the_way_to_outcomes(busy, visitor):
    await become(visitor, "Hilde Leser")
    assert "/outcomes" not in visitor.links
    assert await visitor.get("/outcomes") == 403


async def test_what_a_row_says_it_opens_is_a_link(busy, bjorn):
    await bjorn.press("Samordningsrådet")  # the next meeting's row
    assert bjorn.url.path == "/meeting/2"
    await bjorn.press("Vis rådet")
    assert bjorn.url.path == "/body/1"
    await bjorn.press("onsdag 9. juni 2027")
    assert bjorn.url.path == "/meeting/2"
    await bjorn.get("/outcomes")
    await bjorn.press("1/27 Felles rotasjon")
    assert bjorn.url.path == "/case/1"
    assert "Rådet tilrår." in bjorn.page
    await bjorn.press("Referat")
    assert bjorn.url.path == "/meeting/1/minutes"
    await become(bjorn, "Ragnhild Regut")
    await bjorn.get("/overview")
    table = bjorn.page.split("<table")[1].split("</table>")[0]
    assert '<a href="/body/1">Samordningsrådet</a>' in table


async def test_what_waits_says_so_in_words_and_has_a_button(busy, bjorn):
    await become(bjorn, "Astrid Fjord")
    waiting = next(button for button in bjorn.buttons if button.words == "Opne og svar")
    assert "Må gjerast:" in waiting.about and "Samordningsrådet" in waiting.about
    await bjorn.get(waiting.href)
    assert "<h1>Tilrår rådet dette?</h1>" in bjorn.page


async def test_a_search_is_an_address_and_its_form_stays_filled_in(busy, bjorn):
    await bjorn.get("/outcomes")
    await bjorn.send("/outcomes", {"text": "rotasjon", "year": "2027"})
    assert bjorn.url.path == "/outcomes" and bjorn.url.query["text"] == "rotasjon"
    assert "1 treff" in bjorn.page and bjorn.fields("/outcomes")["text"] == "rotasjon"
    assert await bjorn.get("/outcomes?text=&year=i+fjor") == 422
    assert bjorn.fields("/outcomes")["year"] == "i fjor"
    assert await bjorn.get("/outcomes?text=rotasjon&utm_source=mail") == 200


async def test_who_sat_on_a_day_is_asked_for_with_two_dates_on_its_page(busy, bjorn):
    await bjorn.get("/body/1/register")
    await bjorn.press("Hvem satt når")
    await bjorn.send("/show/register.look_back", {"on": "2026-03-03", "known_on": "2026-12-24"})
    assert "<h1>Hvem som satt 3. mars 2026</h1>" in bjorn.page
    assert "Sammenlignet med det som var kjent 24. desember 2026." in bjorn.page
    await bjorn.press("Utdanningsleder")
    assert "kjent siden" in bjorn.page


async def test_a_reader_gets_the_language_of_the_browser_until_they_choose(scene, visitor):
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == BJORN).values(lang=None))
    await visitor.get("/", headers={"Accept-Language": "en-GB,nb;q=0.5"})
    assert '<html lang="en">' in visitor.page
    await become(visitor, "Bjørn Ås")
    await visitor.get("/me", headers={"Accept-Language": "de, nn-NO;q=0.8, en;q=0.2"})
    assert '<html lang="nn">' in visitor.page
    await visitor.press("English")
    assert (visitor.url.path, visitor.status) == ("/me", 200)
    await visitor.get("/me", headers={"Accept-Language": "nb"})
    assert '<html lang="en">' in visitor.page
    assert await visitor.get("/nowhere") == 404
    assert "There is no such page" in visitor.page


async def test_somebody_not_signed_in_chooses_a_language_too(visitor):
    await visitor.get("/")
    await visitor.press("Nynorsk")
    assert "Kven vil du vere?" in visitor.page
    assert await visitor.send("/language", {"lang": "xx"}) == 400


async def test_every_answer_has_the_strict_headers(bjorn):
    for path in ("/", "/me", "/nowhere", "/do/proposal.submit", "/form/proposal.submit"):
        await bjorn.get(path)
        assert bjorn.headers["Content-Security-Policy"] == POLICY
        assert bjorn.headers["X-Content-Type-Options"] == "nosniff"
        assert bjorn.headers["Referrer-Policy"] == "same-origin"
        assert bjorn.headers["Cache-Control"] == "no-store"
        assert "<script" not in bjorn.page and " style=" not in bjorn.page and "<style" not in bjorn.page


async def test_the_style_sheet_is_kept_by_the_browser_under_a_name_that_changes_with_it(bjorn):
    path = bjorn.page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert await bjorn.get(path) == 200
    assert bjorn.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in bjorn.headers
    assert await bjorn.get(path, headers={"If-None-Match": bjorn.headers["ETag"]}) == 304
    assert await bjorn.get("/static/lisbot.css") == 404
    assert await bjorn.get("/static/..%2f..%2fpages.py") == 404


async def test_over_https_the_cookie_is_bound_to_this_host(scene):
    async with (
        serve_pages(scene.runtime, BASE_URL="https://lisbot.example.no") as server,
        Visitor(server) as visitor,
    ):
        await visitor.get("/signin")
        cookie = visitor.headers["Set-Cookie"]
        assert cookie.startswith("__Host-lisbot=") and "; Path=/" in cookie
        assert all(f"; {part}" in cookie for part in ("HttpOnly", "Secure", "SameSite=Lax", "Max-Age=43200"))
        assert visitor.headers["Strict-Transport-Security"]


async def test_a_cookie_that_is_changed_or_twelve_hours_old_opens_nothing(demo, bjorn, monkeypatch):
    cookie = next(c.value for c in bjorn.client.cookie_jar if c.key == "lisbot")
    async with Visitor(server=demo) as stranger:
        for given, reached in ((cookie, "/me"), (f"x{cookie}", "/"), (cookie[:-2] + "xx", "/")):
            await stranger.get("/me", headers={"Cookie": f"lisbot={given}"})
            assert stranger.url.path == reached
    later = session.time.time() + 12 * 3600 + 1
    monkeypatch.setattr(session.time, "time", lambda: later)
    await bjorn.get("/me")
    assert bjorn.url.path == "/"


async def test_a_cookie_from_before_a_field_was_renamed_is_still_one(demo, visitor):
    cookies = session.SessionCookies(demo.app[SITE].settings.secret_key, secure=False)
    former = {"person_id": None, "lang": "nn", "said": "vote.cast", "since": session.time.time(), "id": "x"}
    await visitor.get("/", headers={"Cookie": f"lisbot={cookies.signer.dumps(former)}"})
    assert '<html lang="nn">' in visitor.page
    await visitor.get("/", headers={"Cookie": f"lisbot={cookies.signer.dumps(['no', 'session'])}"})
    assert (visitor.status, '<html lang="nb">' in visitor.page) == (200, True)


async def test_signing_out_leaves_nobody_in(bjorn):
    await bjorn.press("Logg ut")
    await bjorn.get("/me")
    assert bjorn.url.path == "/"


async def test_somebody_who_is_no_longer_in_the_register_is_not_signed_in(demo, visitor):
    cookies = demo.app[SITE].cookies
    cookie = cookies.signer.dumps(vars(session.Session(person_id=4711)))
    for path in ("/me", "/nowhere", "/form/proposal.submit"):
        await visitor.get(path, headers={"Cookie": f"lisbot={cookie}"})
        assert visitor.url.path == ("/nowhere" if path == "/nowhere" else "/")
        assert "Logg ut" not in visitor.page


NASTY = "<img src=x onerror=alert(1)>"
TEXTS = {
    AgendaItem: ("title", "background", "wording", "links"),
    Body: ("name", "region", "mandate_by"),
    Case: ("title",),
    Meeting: ("place", "link"),
    Organisation: ("name", "short_name"),
    Person: ("name",),
    Proposal: ("title", "background", "wording", "reason"),
    Seat: ("role",),
    SeatChange: ("name", "anchored_by"),
    Secretariat: ("name",),
    Vote: ("question",),
}


@pytest.mark.parametrize("who", ["Ragnhild Regut", "Bjørn Ås"])
async def test_what_a_page_shows_is_text_whatever_it_contains(busy, visitor, who):
    """Every text in the register and on the agenda is markup here, and no page takes it for that."""
    await become(visitor, who)
    async with busy.runtime.db.write() as db:
        for table, names in TEXTS.items():
            await db.execute(update(table).values(dict.fromkeys(names, NASTY)))
    shown = 0
    for path in (*EVERYBODYS, *SECRETARYS, "/show/proposal.show?proposal_id=2", "/show/seat_change.show?change_id=1"):
        await visitor.get(path)
        assert visitor.status == 200 or path in SECRETARYS, path
        assert "<img src=x" not in visitor.page, path
        shown += visitor.page.count("&lt;img src=x onerror=alert(1)&gt;")
    assert shown > 50


async def test_what_breaks_is_answered_with_a_reference_and_no_details(bjorn, monkeypatch, caplog):
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setitem(cards.SHEETS, "worklist", fail)
    assert await bjorn.get("/me") == 500
    reference = next(r.args[1] for r in caplog.records if "failed, ref" in r.msg)
    assert reference in bjorn.page and "secret detail" not in bjorn.page
    assert bjorn.headers["Content-Type"].startswith("text/html") and "<h1>Noe gikk galt hos oss</h1>" in bjorn.page
    assert [button.words for button in bjorn.buttons if button.href == "/me"] == ["Prøv igjen"]


async def test_where_the_page_of_what_broke_breaks_too_its_words_are_left(bjorn, monkeypatch):
    monkeypatch.setattr(responses, "render_page", None)
    monkeypatch.setattr(responses, "refusal_heading", None)
    assert await bjorn.get("/me") == 500
    assert bjorn.page.startswith("Noe gikk galt hos oss.")


@pytest.mark.parametrize(
    ("lang", "privacy", "terms"),
    [("nb", "Personvern", "Vilkår"), ("nn", "Personvern", "Vilkår"), ("en", "Privacy", "Terms")],
)
async def test_anybody_may_read_what_is_stored_about_them_and_on_what_terms(scene, lang, privacy, terms):
    async with serve_pages(scene.runtime) as server, Visitor(server) as visitor:
        for title in (privacy, terms):
            await visitor.get("/signin", headers={"Accept-Language": lang})
            link = next(button.href for button in visitor.buttons if button.words == title)
            assert await visitor.get(link, headers={"Accept-Language": lang}) == 200
            assert f"<h1>{title}</h1>" in visitor.page and f'<html lang="{lang}">' in visitor.page
        assert await visitor.get("/about/nothing") == 404
