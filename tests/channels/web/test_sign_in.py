"""Signing in by a link that works once."""

import asyncio
import re
import time
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select
from yarl import URL

from browser import Visitor
from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot.channels.web.site import SITE
from lisbot.council.models import SignInLink
from lisbot.council.register.sign_in import MAX_PER_WINDOW
from pages import serve_pages

NAME = "Bjørn Ås"


@pytest.fixture
def sent():
    """The mails that were sent: to, subject, text."""
    return []


@pytest.fixture
async def server(scene, sent):
    async def send_mail(to, subject, text):
        sent.append((to, subject, text))

    async with serve_pages(scene.runtime, send_mail=send_mail) as server:
        yield server


@pytest.fixture
async def visitor(server):
    async with Visitor(server) as somebody:
        yield somebody


async def ask_for_link(visitor, server, email):
    """Ask for a link, and wait until what that starts in the background is done."""
    await visitor.get("/signin")
    await visitor.send("/signin/link", {"email": email})
    await background(server)


async def background(server):
    await asyncio.gather(*server.app[SITE].tasks.running)


def link(mail):
    return re.search(r"http://\S+(/signin/link\?token=\S+)", mail[2])[1]


async def test_a_link_signs_in_the_one_it_was_sent_to(visitor, server, sent):
    await ask_for_link(visitor, server, f" {BJORN.title()} ")
    [(to, subject, text)] = sent
    assert (to, subject) == (BJORN, "Innlogging til lisbot")
    assert f"{visitor.base}/signin/link?token=" in text
    await visitor.get(link(sent[0]))
    await visitor.press("Logg inn")
    assert (visitor.status, visitor.url.path) == (200, "/me")
    assert NAME in visitor.page


async def test_the_mail_is_in_the_language_its_reader_has_chosen(visitor, server, sent):
    await visitor.get("/signin", headers={"Accept-Language": "en"})
    await ask_for_link(visitor, server, ASTRID)
    assert "Ho verkar éin gong, i 20 minutt." in sent[0][2]


async def test_a_scanner_that_opens_the_link_does_not_use_it_up(visitor, server, sent):
    await ask_for_link(visitor, server, BJORN)
    async with Visitor(server) as scanner:
        for _ in range(3):
            assert await scanner.get(link(sent[0])) == 200
    await visitor.get(link(sent[0]))
    await visitor.press("Logg inn")
    assert visitor.url.path == "/me"


async def test_a_link_works_once_and_takes_the_persons_other_links_with_it(visitor, server, sent):
    await ask_for_link(visitor, server, BJORN)
    await ask_for_link(visitor, server, BJORN)
    await visitor.get(link(sent[0]))
    await visitor.press("Logg inn")
    for mail in sent:
        async with Visitor(server) as second:
            await second.get(link(mail))
            assert await second.press("Logg inn") == 403
            assert "Lenken er brukt opp eller for gammel" in second.page
            await second.get("/me")
            assert second.url.path == "/signin"


async def test_a_link_lives_twenty_minutes(scene, visitor, server, sent):
    await ask_for_link(visitor, server, BJORN)
    await visitor.get(link(sent[0]))
    scene.clock.at += timedelta(minutes=20)
    assert await visitor.press("Logg inn") == 403


async def test_a_copy_of_the_cookie_opens_nothing_once_signed_out(visitor, server, sent):
    async def sign_in(mail):
        await visitor.get(link(mail))
        await visitor.press("Logg inn")
        assert visitor.url.path == "/me"

    await ask_for_link(visitor, server, BJORN)
    await sign_in(sent[0])
    async with Visitor(server) as thief:
        for cookie in visitor.client.cookie_jar:
            thief.client.cookie_jar.update_cookies({cookie.key: cookie.value}, URL(thief.base))
        await thief.get("/me")
        assert thief.url.path == "/me"
        await visitor.press("Logg ut")
        for path in ("/me", "/form/proposal.submit", "/show/menu.show"):
            await thief.get(path)
            assert thief.url.path == "/signin"
    await ask_for_link(visitor, server, BJORN)
    await sign_in(sent[1])


async def test_nothing_that_signs_in_is_stored(visitor, server, sent):
    await ask_for_link(visitor, server, BJORN)
    token = link(sent[0]).split("=")[1].split("&")[0]
    async with server.app[SITE].runtime.db.read() as db:
        [stored] = (await db.execute(select(SignInLink.__table__))).all()
    assert token not in str(stored) and len(stored.digest) == 64


async def test_a_stranger_is_answered_exactly_as_a_member_is(visitor, server, sent):
    await ask_for_link(visitor, server, ELI)
    known = visitor.page.replace(ELI, "X")
    await ask_for_link(visitor, server, "nobody@example.no")
    assert visitor.page.replace("nobody@example.no", "X") == known
    assert len(sent) == 1


async def test_at_most_three_links_in_a_quarter_of_an_hour(scene, visitor, server, sent):
    for _ in range(4):
        await ask_for_link(visitor, server, BJORN)
        assert visitor.status == 200
    assert len(sent) == 3
    scene.clock.at += timedelta(minutes=16)
    await ask_for_link(visitor, server, BJORN)
    assert len(sent) == 4


async def test_one_machine_cannot_ask_on_behalf_of_everybody(visitor, server):
    for n in range(20):
        await ask_for_link(visitor, server, f"nobody{n}@example.no")
    await ask_for_link(visitor, server, BJORN)
    assert visitor.status == 429
    assert "Vent et kvarter" in visitor.page


async def test_behind_our_proxy_each_visitor_has_a_limit_of_their_own(scene, sent):
    async def send_mail(*mail):
        sent.append(mail)

    async def answer(server, visitor, forwarded, email):
        await visitor.get("/signin")
        headers = {"X-Forwarded-For": forwarded}
        return await visitor.send("/signin/link", {"email": email}, headers=headers)

    env = {"TRUSTED_PROXIES": "127.0.0.0/8, 10.0.0.1"}
    async with serve_pages(scene.runtime, send_mail=send_mail, **env) as server, Visitor(server) as visitor:
        for n in range(20):
            assert await answer(server, visitor, f"10.9.9.{n}, 192.0.2.7, 10.0.0.1", f"a{n}@example.no") == 200
        assert await answer(server, visitor, "198.51.100.1, 192.0.2.7", "b@example.no") == 429
        assert await answer(server, visitor, "192.0.2.7, 198.51.100.1", BJORN) == 200


async def test_whoever_is_no_proxy_of_ours_is_not_believed(visitor, server):
    for n in range(20):
        await ask_for_link(visitor, server, f"nobody{n}@example.no")
    await visitor.get("/signin")
    headers = {"X-Forwarded-For": "192.0.2.99"}
    assert await visitor.send("/signin/link", {"email": BJORN}, headers=headers) == 429


async def test_one_address_is_not_asked_for_over_and_over(visitor, server):
    for _ in range(5):
        await ask_for_link(visitor, server, "nobody@example.no")
    await ask_for_link(visitor, server, " Nobody@Example.no")
    assert visitor.status == 429
    await ask_for_link(visitor, server, BJORN)
    assert visitor.status == 200


async def test_nobody_uses_up_the_links_of_another(scene, sent):
    async def send_mail(*mail):
        sent.append(mail)

    async def ask(server, visitor, machine):
        await visitor.get("/signin")
        await visitor.send("/signin/link", {"email": BJORN}, headers={"X-Forwarded-For": machine})
        await background(server)
        return visitor.status

    env = {"TRUSTED_PROXIES": "127.0.0.0/8"}
    async with serve_pages(scene.runtime, send_mail=send_mail, **env) as server, Visitor(server) as visitor:
        for machine in ("192.0.2.7", "192.0.2.8"):
            assert [await ask(server, visitor, machine) for _ in range(6)] == [200] * 5 + [429]
        assert len(sent) == 6
        assert await ask(server, visitor, "198.51.100.1") == 200
        assert len(sent) == 7
        await visitor.get(link(sent[-1]))
        await visitor.press("Logg inn")
        assert visitor.url.path == "/me"
        async with Visitor(server) as crowd:
            for n in range(30):
                await ask(server, crowd, f"203.0.113.{n}")
        assert len(sent) == 20, "a mailbox is not filled however many machines ask"


async def test_the_links_of_an_hour_are_counted_for_the_person_however_the_address_is_written_and_in_every_process(
    scene, sent
):
    """Two processes on one database; each request from a machine of its own, in one of many spellings, or for another
    address of the same person."""

    async def send_mail(*mail):
        sent.append(mail)

    bjorn = await scene.person(BJORN)
    await scene.ok(RAGNHILD, "person.add_address", person_id=bjorn, email="b.as@privat.example")
    local, _, domain = BJORN.partition("@")
    punycode = "xn--" + domain.split(".")[0].encode("punycode").decode() + ".example"
    spellings = (BJORN, BJORN.upper(), f" {BJORN} ", f"\u200b{BJORN}", f"{local}@{punycode}", "B.As@Privat.example")
    env = {"TRUSTED_PROXIES": "127.0.0.0/8"}
    async with (
        serve_pages(scene.runtime, send_mail=send_mail, **env) as one,
        serve_pages(scene.runtime, send_mail=send_mail, **env) as other,
        Visitor(one) as at_one,
        Visitor(other) as at_other,
    ):

        async def ask(number):
            server, visitor = ((one, at_one), (other, at_other))[number % 2]
            await visitor.get("/signin")
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            await visitor.send("/signin/link", {"email": spellings[number % len(spellings)]}, headers=headers)
            await background(server)
            return visitor.status

        assert {await ask(number) for number in range(24)} == {200}, "whoever asks learns nothing of it"
        assert len(sent) == MAX_PER_WINDOW
        assert {to for to, *_ in sent} == {BJORN, "b.as@privat.example"}
        scene.clock.at += timedelta(minutes=61)
        assert [await ask(number) for number in (30, 31)] == [200, 200]
        assert len(sent) == MAX_PER_WINDOW + 2


@pytest.mark.parametrize(
    ("lang", "words"), [("nb", "Du logger inn som"), ("nn", "Du loggar inn som"), ("en", "You are")]
)
async def test_the_page_says_whom_the_link_signs_in(visitor, server, sent, lang, words):
    await ask_for_link(visitor, server, BJORN)
    await visitor.get(link(sent[0]), headers={"Accept-Language": lang})
    assert words in visitor.page and f"{NAME} ({BJORN})" in visitor.page
    await visitor.get("/signin/link?token=made-up")
    assert NAME not in visitor.page


async def test_a_used_link_says_nothing_of_anybody(visitor, server, sent):
    await ask_for_link(visitor, server, BJORN)
    await visitor.get(link(sent[0]))
    await visitor.press("Logg inn")
    async with Visitor(server) as other:
        await other.get(link(sent[0]))
        assert NAME not in other.page and BJORN not in other.page


async def test_a_clock_that_is_set_back_keeps_nobody_out(scene, visitor, server, sent, monkeypatch):
    """It stood a day ahead while somebody asked for links, signed in and signed out."""

    class Ahead(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=1)

    with monkeypatch.context() as ahead:
        ahead.setattr("lisbot.channels.web.sign_in.datetime", Ahead)
        ahead.setattr("lisbot.channels.web.session.time.time", lambda now=time.time: now() + 24 * 60 * 60)
        scene.clock.at += timedelta(days=1)
        for _ in range(3):
            await ask_for_link(visitor, server, BJORN)
            assert visitor.status == 200
        await visitor.get(link(sent[-1]))
        await visitor.press("Logg inn")
        assert visitor.url.path == "/me"
        [cookie] = [each.value for each in visitor.client.cookie_jar if each.key == "lisbot"]
        await visitor.press("Logg ut")
    scene.clock.at -= timedelta(days=1)
    async with Visitor(server) as other:
        await ask_for_link(other, server, BJORN)
        assert len(sent) == 4
        await other.get(link(sent[-1]))
        await other.press("Logg inn")
        assert other.url.path == "/me"
        await other.get("/me")
        assert other.url.path == "/me"
    async with Visitor(server) as thief:
        await thief.get("/me", headers={"Cookie": f"lisbot={cookie}"})
        assert thief.url.path == "/signin"


async def test_a_link_leads_to_the_page_first_asked_for(scene, visitor, server, sent):
    await scene.planned()
    await visitor.get("/meeting/1?look=again")
    assert visitor.url.path == "/signin"
    await visitor.send("/signin/link", {"email": BJORN})
    await background(server)
    async with Visitor(server) as elsewhere:  # the mail is read in another browser
        await elsewhere.get(link(sent[0]))
        await elsewhere.press("Logg inn")
        assert (elsewhere.status, elsewhere.url.path_qs) == (200, "/meeting/1?look=again")


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"])
async def test_a_link_leads_nowhere_else(visitor, server, sent, to):
    await ask_for_link(visitor, server, BJORN)
    await visitor.get(link(sent[0]).split("&")[0] + f"&_next={quote(to, safe='')}")
    await visitor.send("/signin/confirm", {"_next": to})
    assert (visitor.url.host, visitor.url.path) == ("127.0.0.1", "/me")


@pytest.mark.parametrize("email", ["", "astrid", "a" * 300 + "@example.no", "astrid@example.no\0", "\0@\0"])
async def test_what_is_no_address_is_said_to_be_none(visitor, server, sent, email):
    await ask_for_link(visitor, server, email)
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
    await visitor.get("/signin?_next=/meeting/1")
    visitor.client.cookie_jar.clear()
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert await visitor.send("/signin/link", {"email": ELI}, headers=headers) == 403
    assert visitor.fields("/signin/link")["email"] == ELI
    await visitor.send("/signin/link")
    assert visitor.status == 200
    await background(server)
    assert "_next=%2Fmeeting%2F1" in sent[0][2]


async def test_mail_that_fails_is_in_the_log_and_not_on_the_page(scene, caplog):
    async def fail(*_):
        raise OSError("no mail server")

    async with serve_pages(scene.runtime, send_mail=fail) as server, Visitor(server) as visitor:
        await visitor.get("/signin")
        assert await visitor.send("/signin/link", {"email": ELI}) == 200
        await background(server)
    assert "OSError" in caplog.text
    assert ELI not in caplog.text


async def test_without_a_way_to_sign_in_the_page_says_so(scene):
    async with serve_pages(scene.runtime) as server, Visitor(server) as visitor:
        await visitor.get("/me")
        assert visitor.url.path == "/signin" and "Innlogging er ikke satt opp her ennå" in visitor.page
        assert await visitor.get("/signin/oidc") == 404
        token = visitor.fields("/language")["_csrf"] if "/language" in visitor.page else ""
        assert await visitor.ask("POST", "/signin/link", data={"_csrf": token, "email": ELI}) == 404
