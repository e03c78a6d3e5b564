"""The demo's own pages: becoming somebody, moving the clock; and that nobody elsewhere comes to them."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer, unused_port

from browser import Visitor, become
from builders import BJORN, ELI, PAAL
from lisbot.app import make_app
from lisbot.channels.mail.sender import MailSender
from lisbot.db import migrate
from lisbot.demo.mailbox import Mailbox, begin_again, folder_beside
from lisbot.outbox import Outbox
from lisbot.settings import read
from pages import serve_pages


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.5:3978"])
async def test_the_demo_answers_only_to_this_machines_own_name(visitor, host):
    assert await visitor.get("/", headers={"Host": host}) == 403
    assert "<strong>" not in visitor.page and "<h1>Det gikk ikke</h1>" in visitor.page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
async def test_a_page_elsewhere_cannot_speak_as_anybody_in_the_demos_teams(tmp_path, host):
    """By DNS rebinding a browser reaches this machine's endpoint under a name of somebody else's."""
    url, port = f"sqlite+aiosqlite:///{tmp_path}/demo.db", unused_port()
    await migrate(url)
    config = replace(read({"PORT": str(port)}, demo=True), database_url=url)
    served = TestServer(await make_app(config), host="127.0.0.1", port=port)
    async with served as server, Visitor(server) as visitor:
        for name, status in ((host, 403), (f"localhost:{port}", 400)):
            headers = {"Host": name, "Content-Type": "application/json"}
            assert await visitor.ask("POST", "/api/messages", data=b"{}", headers=headers) == status


@pytest.mark.parametrize(
    "name",
    [
        *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP", "CF-Ray"),
        *("Cf-Connecting-Ip", "True-Client-IP", "x-original-host", "Ngrok-Trace-Id", "X-Azure-FDID", "Cdn-Loop"),
    ],
)
async def test_the_demo_lets_nobody_in_through_a_tunnel(scene, visitor, name):
    """A tunnel that rewrites Host makes whoever is at its other end a visitor of this machine's."""
    await visitor.get("/")
    token = visitor.fields("/language")["_csrf"]
    headers = {name: "for=203.0.113.7"}
    assert await visitor.get("/", headers=headers) == 403
    data = {"_csrf": token, "person_id": str(await scene.person(BJORN))}
    assert await visitor.ask("POST", "/demo/become", data=data, headers=headers) == 403
    assert await visitor.ask("POST", "/api/messages", json={}, headers=headers) == 403


async def test_becoming_somebody_takes_a_press_of_the_button_on_our_own_page(visitor):
    assert await visitor.get("/demo/become?person_id=1") == 405
    assert await visitor.ask("POST", "/demo/become", data={"person_id": "1"}) == 403
    for wrong in ("9999", "-1", "²", "1e9", ""):
        await visitor.get("/")
        assert await visitor.send("/demo/become", {"person_id": wrong}) in (400, 404)


async def test_nobody_without_a_part_in_the_councils_is_on_the_front_page_or_becomes_anybody(scene, visitor):
    await visitor.get("/")
    assert "Bjørn Ås" in visitor.page and "Pål Region" not in visitor.page
    assert await visitor.send("/demo/become", {"person_id": str(await scene.person(PAAL))}) == 404


async def test_outside_the_demo_nobody_becomes_anybody(scene):
    async with serve_pages(scene.runtime) as server, Visitor(server) as visitor:
        await visitor.get("/")
        assert visitor.url.path == "/signin"
        token = visitor.fields("/language")["_csrf"]
        for path in ("/demo/become", "/demo/forward"):
            assert await visitor.ask("POST", path, data={"_csrf": token, "person_id": "1"}) == 404


async def test_moving_the_clock_forward_leads_back_to_the_same_page(busy, bjorn):
    await bjorn.get("/meeting/2")
    await bjorn.press("Spol fram")
    assert (bjorn.status, bjorn.url.path) == (200, "/meeting/2")
    assert "Klokken er flyttet fram" in bjorn.page


async def test_mail_that_the_demo_sends_is_read_there_and_its_buttons_work(scene, runtime, tmp_path):
    """Whoever has no Teams, such as a receiver outside, can be tried too: nothing leaves the machine."""
    mailbox = Mailbox(tmp_path / "mail", runtime.now)
    await scene.called()
    async with serve_pages(runtime, demo=True, mailbox=mailbox) as server, Visitor(server) as visitor:
        config = replace(read(demo=True), base_url=f"http://127.0.0.1:{server.port}")
        sender = MailSender(config, replace(runtime, base_url=config.base_url), mailbox.keep)
        await Outbox(runtime, {"mail": sender}).drain()
        await become(visitor, "Bjørn Ås")
        await visitor.press("Post")
        assert BJORN in visitor.page and ELI not in visitor.page
        await visitor.press("Vis post til alle")
        assert ELI in visitor.page
        (subject,) = [each.words for each in visitor.buttons if "har åpnet for innmelding" in each.words]
        await visitor.press(subject)
        assert "Ingen saker fra oss" in visitor.page
        await visitor.get(next(each.href for each in visitor.buttons if each.words == "Ingen saker fra oss"))
        assert (visitor.status, visitor.url.path.split("/")[1]) == (200, "link")
    assert [each.to for each in Mailbox(tmp_path / "mail", runtime.now).newest(BJORN)] == [BJORN]


def test_a_demo_that_begins_again_has_no_mail_of_the_one_before(tmp_path):
    database = tmp_path / "demo.db"
    folder_beside(database).mkdir()
    for is_there in (True, False):
        if is_there:
            database.touch()
        else:
            database.unlink()
        begin_again(database)
        assert folder_beside(database).exists() is is_there
