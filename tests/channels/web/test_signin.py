"""Signing in by a link that works once."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
import pytest_asyncio
from sqlalchemy import select
from yarl import URL

from browser import Visitor
from lisbot.channels.web.site import SITE
from lisbot.council.models import SignInLink
from sample_site import NOW, add_samples, running


@pytest.fixture
def sent():
    return []


@pytest_asyncio.fixture
async def server(tmp_path, monkeypatch, sent):
    add_samples(monkeypatch)

    async def send_mail(to, subject, text):
        sent.append((to, subject, text))

    async with running(tmp_path, send_mail=send_mail) as server:
        yield server


@pytest_asyncio.fixture
async def visitor(server):
    async with Visitor(server) as somebody:
        yield somebody


async def ask(visitor, server, email):
    """Ask for a link, and wait until the errand it starts is done."""
    await visitor.get("/signin")
    await visitor.send("/signin/link", {"email": email})
    for errand in list(server.app[SITE].errands):
        await errand


def link(mail):
    return re.search(r"http://\S+(/signin/link\?token=\S+)", mail[2])[1]


def clock(server, monkeypatch, later):
    house = replace(server.app[SITE].house, now=lambda: NOW + later)
    monkeypatch.setattr(server.app[SITE], "house", house)


async def test_a_link_signs_in_the_one_it_was_sent_to(visitor, server, sent):
    await ask(visitor, server, " Astrid@Example.no ")
    [(to, subject, _)] = sent
    assert (to, subject) == ("astrid@example.no", "Innlogging til lisbot")
    await visitor.get(link(sent[0]))
    await visitor.send("/signin/confirm")
    assert (visitor.status, visitor.url.path) == (200, "/me")
    assert "Astrid Lund" in visitor.page


async def test_the_mail_is_in_the_language_its_reader_has_chosen(visitor, server, sent):
    await visitor.get("/signin", headers={"Accept-Language": "en"})
    await ask(visitor, server, "oystein@example.no")
    assert "Ho verkar éin gong, i 20 minutt." in sent[0][2]


async def test_a_scanner_that_opens_the_link_does_not_use_it_up(visitor, server, sent):
    await ask(visitor, server, "astrid@example.no")
    async with Visitor(server) as scanner:
        for _ in range(3):
            assert await scanner.get(link(sent[0])) == 200
    await visitor.get(link(sent[0]))
    await visitor.send("/signin/confirm")
    assert visitor.url.path == "/me"


async def test_a_link_works_once_and_takes_the_persons_other_links_with_it(visitor, server, sent):
    await ask(visitor, server, "astrid@example.no")
    await ask(visitor, server, "astrid@example.no")
    await visitor.get(link(sent[0]))
    await visitor.send("/signin/confirm")
    for mail in sent:
        async with Visitor(server) as second:
            await second.get(link(mail))
            assert await second.send("/signin/confirm") == 403
            assert "Lenken er brukt opp eller for gammel" in second.page
            await second.get("/me")
            assert second.url.path == "/signin"


async def test_a_link_lives_twenty_minutes(visitor, server, sent, monkeypatch):
    await ask(visitor, server, "astrid@example.no")
    await visitor.get(link(sent[0]))
    clock(server, monkeypatch, timedelta(minutes=20))
    assert await visitor.send("/signin/confirm") == 403


async def test_a_copy_of_the_cookie_opens_nothing_once_signed_out(visitor, server, sent):
    async def sign_in(mail):
        await visitor.get(link(mail))
        await visitor.send("/signin/confirm")
        assert visitor.url.path == "/me"

    await ask(visitor, server, "astrid@example.no")
    await sign_in(sent[0])
    async with Visitor(server) as thief:
        for cookie in visitor.client.cookie_jar:
            thief.client.cookie_jar.update_cookies({cookie.key: cookie.value}, URL(thief.base))
        await thief.get("/me")
        assert thief.url.path == "/me"
        await visitor.send("/signout")
        await thief.get("/me")
        assert thief.url.path == "/signin"
    await ask(visitor, server, "astrid@example.no")
    await sign_in(sent[1])


async def test_nothing_that_signs_in_is_kept(visitor, server, sent):
    await ask(visitor, server, "astrid@example.no")
    token = link(sent[0]).split("=")[1]
    async with server.app[SITE].house.db.read() as db:
        [kept] = (await db.execute(select(SignInLink.__table__))).all()
    assert token not in str(kept) and len(kept.digest) == 64


async def test_a_stranger_is_answered_exactly_as_a_member_is(visitor, server, sent):
    await ask(visitor, server, "astrid@example.no")
    known = visitor.page.replace("astrid@example.no", "X")
    await ask(visitor, server, "nobody@example.no")
    assert visitor.page.replace("nobody@example.no", "X") == known
    assert len(sent) == 1


async def test_at_most_three_links_in_a_quarter_of_an_hour(visitor, server, sent, monkeypatch):
    for _ in range(4):
        await ask(visitor, server, "astrid@example.no")
        assert visitor.status == 200
    assert len(sent) == 3
    clock(server, monkeypatch, timedelta(minutes=16))
    await ask(visitor, server, "astrid@example.no")
    assert len(sent) == 4


async def test_one_address_cannot_ask_on_behalf_of_everybody(visitor, server):
    for n in range(20):
        await ask(visitor, server, f"nobody{n}@example.no")
    await ask(visitor, server, "astrid@example.no")
    assert visitor.status == 429
    assert "Vent et kvarter" in visitor.page


async def test_behind_our_proxy_each_visitor_has_a_limit_of_their_own(tmp_path, monkeypatch, sent):
    add_samples(monkeypatch)

    async def send_mail(*mail):
        sent.append(mail)

    async def answer(server, visitor, forwarded, email):
        await visitor.get("/signin")
        headers = {"X-Forwarded-For": forwarded}
        return await visitor.send("/signin/link", {"email": email}, headers=headers)

    env = {"TRUSTED_PROXIES": "127.0.0.0/8, 10.0.0.1"}
    async with running(tmp_path, send_mail=send_mail, **env) as server, Visitor(server) as visitor:
        for n in range(20):
            assert (
                await answer(server, visitor, f"10.9.9.{n}, 192.0.2.7, 10.0.0.1", f"a{n}@example.no") == 200
            )
        assert await answer(server, visitor, "198.51.100.1, 192.0.2.7", "b@example.no") == 429
        assert await answer(server, visitor, "192.0.2.7, 198.51.100.1", "astrid@example.no") == 200


async def test_whoever_is_no_proxy_of_ours_is_not_believed(visitor, server):
    for n in range(20):
        await ask(visitor, server, f"nobody{n}@example.no")
    await visitor.get("/signin")
    headers = {"X-Forwarded-For": "192.0.2.99"}
    assert await visitor.send("/signin/link", {"email": "astrid@example.no"}, headers=headers) == 429


async def test_one_address_is_not_asked_for_over_and_over(visitor, server):
    for _ in range(5):
        await ask(visitor, server, "nobody@example.no")
    await ask(visitor, server, " Nobody@Example.no")
    assert visitor.status == 429
    await ask(visitor, server, "astrid@example.no")
    assert visitor.status == 200


async def test_a_link_leads_to_the_page_first_asked_for(visitor, server, sent):
    await visitor.get("/meeting/3?look=again")
    assert visitor.url.path == "/signin"
    await visitor.send("/signin/link", {"email": "astrid@example.no"})
    for errand in list(server.app[SITE].errands):
        await errand
    async with Visitor(server) as elsewhere:  # the mail is read in another browser
        await elsewhere.get(link(sent[0]))
        await elsewhere.send("/signin/confirm")
        assert elsewhere.url.path_qs == "/meeting/3?look=again"


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"])
async def test_a_link_leads_nowhere_else(visitor, server, sent, to):
    await ask(visitor, server, "astrid@example.no")
    await visitor.get(link(sent[0]).split("&")[0] + f"&_next={quote(to, safe='')}")
    await visitor.send("/signin/confirm", {"_next": to})
    assert (visitor.url.host, visitor.url.path) == ("127.0.0.1", "/me")


@pytest.mark.parametrize("email", ["", "astrid", "a" * 300 + "@example.no", "astrid@example.no\0", "\0@\0"])
async def test_what_is_no_address_is_said_to_be_none(visitor, server, sent, email):
    await ask(visitor, server, email)
    assert visitor.status == 422 and "Skriv en hel e-postadresse." in visitor.page
    assert visitor.fields("/signin/link")["email"] == email
    assert sent == []


async def test_half_a_character_in_an_address_makes_it_none(visitor, server, sent):
    await visitor.get("/signin")
    token = visitor.fields("/signin/link")["_csrf"]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"_csrf={token}&email=astrid%ed%a0%80@example.no".encode()
    assert await visitor.ask("POST", "/signin/link", data=body, headers=headers) == 422
    assert sent == []


async def test_an_address_typed_on_a_page_open_for_too_long_is_still_there(visitor, server, sent):
    await visitor.get("/signin?_next=/meeting/3")
    visitor.client.cookie_jar.clear()
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert await visitor.send("/signin/link", {"email": "astrid@example.no"}, headers=headers) == 403
    assert visitor.fields("/signin/link")["email"] == "astrid@example.no"
    await visitor.send("/signin/link")
    assert visitor.status == 200
    for errand in list(server.app[SITE].errands):
        await errand
    assert "_next=%2Fmeeting%2F3" in sent[0][2]


async def test_mail_that_fails_is_in_the_log_and_not_on_the_page(tmp_path, monkeypatch, caplog):
    add_samples(monkeypatch)

    async def fail(*_):
        raise OSError("no mail server")

    async with running(tmp_path, send_mail=fail) as server, Visitor(server) as visitor:
        await visitor.get("/signin")
        assert await visitor.send("/signin/link", {"email": "astrid@example.no"}) == 200
        await asyncio.gather(*server.app[SITE].errands, return_exceptions=True)
    assert "an errand failed: OSError" in caplog.text
    assert "astrid@example.no" not in caplog.text


async def test_where_there_is_no_way_in_the_page_says_so(tmp_path, monkeypatch):
    add_samples(monkeypatch)
    async with running(tmp_path) as server, Visitor(server) as visitor:
        await visitor.get("/me")
        assert visitor.url.path == "/signin" and "Innlogging er ikke satt opp her ennå" in visitor.page
        assert await visitor.get("/signin/oidc") == 404
