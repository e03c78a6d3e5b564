"""Installing lisbot in one of several workspaces: who gets in, what is kept, and what is said."""

import logging
import re
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, CookieJar, DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from lisbot.channels.slack import install
from lisbot.channels.slack.install import Installer
from lisbot.channels.slack.manifest import SCOPES
from lisbot.idempotency import Receipts
from lisbot.installations import Installations
from lisbot.settings import Slack
from lisbot.texts import LANGUAGES, text

KEY = b"k" * 32
BASE = "http://127.0.0.1:3978"
OURS, ANOTHERS = "T0HSO", "T0STRANGER"
TOKEN = "xoxb-helse-sor-ost"
GIVEN = {
    "ok": True,
    "access_token": TOKEN,
    "token_type": "bot",
    "scope": ",".join(SCOPES),
    "bot_user_id": "U0LISBOT",
    "app_id": "A0LISBOT",
    "team": {"id": OURS, "name": "Helse <Sør-Øst>"},
    "enterprise": None,
    "is_enterprise_install": False,
}


@dataclass
class Authority:
    """What Slack does with codes: each works once, for the client it was given to, at the same address."""

    codes: dict[str, dict] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    down: bool = False
    cut: bool = False  # it takes the request, and the line breaks before it answers

    async def access(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.url))
        form = await request.post()
        if self.cut:
            assert request.transport
            request.transport.abort()
        if self.down:
            return web.Response(status=503, text="try later")
        if request.headers["Authorization"] != f"Basic {b64encode(b'1.2:c11ent').decode()}":
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        if form.get("redirect_uri") != f"{BASE}/slack/oauth_redirect":
            return web.json_response({"ok": False, "error": "bad_redirect_uri"})
        found = self.codes.pop(str(form.get("code")), None)
        return web.json_response(found or {"ok": False, "error": "invalid_code"})

    async def revoke(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.url))
        if self.down:
            return web.Response(status=503, text="try later")
        self.revoked.append(request.headers["Authorization"].removeprefix("Bearer "))
        return web.json_response({"ok": True, "revoked": True})


@pytest.fixture
async def slack():
    fake = Authority()
    app = web.Application()
    app.router.add_post("/api/oauth.v2.access", fake.access)
    app.router.add_route("*", "/api/auth.revoke", fake.revoke)
    async with TestServer(app, host="127.0.0.1") as server:
        fake.api_url = f"http://127.0.0.1:{server.port}/api/"
        yield fake


@pytest.fixture
def installs(database) -> Installations:
    return Installations(database, KEY, "slack")


@pytest.fixture
async def lisbot(slack, installs):
    """Opens browsers on a lisbot that two workspaces may install."""
    settings = Slack("5ign", "", "", "1.2", "c11ent", frozenset({OURS, "T0HMN"}), slack.api_url)
    session = ClientSession(cookie_jar=DummyCookieJar())
    app = web.Application()
    Installer(settings, BASE, KEY, installs, Receipts(installs.db), session, "nb").add_routes(app)
    async with TestServer(app, host="127.0.0.1") as server:

        @asynccontextmanager
        async def browser(lang: str = "nb"):
            headers, jar = {"Accept-Language": lang}, CookieJar(unsafe=True)
            async with ClientSession(server.make_url("/"), headers=headers, cookie_jar=jar) as client:
                yield client

        yield browser
    await session.close()


async def begin(browser) -> str:
    """The state that Slack is sent."""
    response = await browser.get("/slack/install", allow_redirects=False)
    assert response.status == 303
    return parse_qs(urlsplit(response.headers["Location"]).query)["state"][0]


async def come_back(browser, **query):
    return await browser.get("/slack/oauth_redirect", params=query, allow_redirects=False)


async def test_a_workspace_that_is_named_installs_lisbot_and_its_token_is_on(lisbot, slack, installs):
    slack.codes["c0de"] = GIVEN
    async with lisbot() as browser:
        response = await come_back(browser, state=await begin(browser), code="c0de")
        assert (response.status, response.headers["Location"]) == (303, "/slack/installed")
        page = await browser.get("/slack/installed")
        assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
        assert text("nb", "slack.install.done") in await page.text()
    kept = await installs.find(OURS)
    assert (kept.token, kept.bot_user, kept.name) == (TOKEN, "U0LISBOT", "Helse <Sør-Øst>")
    assert kept.scopes.split(",") == list(SCOPES)
    assert slack.revoked == []


async def test_installing_again_takes_the_place_of_the_first(lisbot, slack, installs):
    for number in ("1", "2"):
        slack.codes[number] = GIVEN | {"access_token": f"{TOKEN}-{number}"}
        async with lisbot() as browser:
            await come_back(browser, state=await begin(browser), code=number)
    assert (await installs.find(OURS)).token == f"{TOKEN}-2"


async def test_the_way_to_slack_asks_for_what_the_manifest_names_and_tells_no_secret(lisbot, slack):
    async with lisbot() as browser:
        response = await browser.get("/slack/install", allow_redirects=False)
        to = urlsplit(response.headers["Location"])
        assert f"{to.scheme}://{to.netloc}{to.path}" == slack.api_url.replace("/api/", "/oauth/v2/authorize")
        asked = {name: value for name, (value,) in parse_qs(to.query).items()}
        assert asked.pop("state")
        assert asked == {
            "client_id": "1.2",
            "scope": ",".join(SCOPES),
            "redirect_uri": f"{BASE}/slack/oauth_redirect",
        }
        cookie = response.headers["Set-Cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"))
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("api", "authorize"),
    [
        ("https://slack.com/api/", "https://slack.com/oauth/v2/authorize"),
        ("https://slack-gov.com/api/", "https://slack-gov.com/oauth/v2/authorize"),
    ],
)
def test_consent_is_given_where_the_api_is(api, authorize):
    assert install.authorize_url(api) == authorize


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"team": {"id": ANOTHERS, "name": "Elsewhere"}}, "not_named"),
        ({"team": {"id": ""}}, "not_named"),
        ({"team": None, "is_enterprise_install": True, "enterprise": {"id": OURS}}, "whole_organisation"),
        ({"is_enterprise_install": True, "enterprise": {"id": "E0HSO"}}, "whole_organisation"),
    ],
)
async def test_a_workspace_that_is_not_named_leaves_nothing_behind(lisbot, slack, installs, given, said):
    slack.codes["c0de"] = GIVEN | given
    async with lisbot() as browser:
        response = await come_back(browser, state=await begin(browser), code="c0de")
        assert response.status == 403
        assert text("nb", f"slack.install.{said}") in await response.text()
    assert [await installs.find(team) for team in (OURS, ANOTHERS, "E0HSO", "")] == [None] * 4
    assert slack.revoked == [TOKEN]


async def test_a_token_that_is_no_bots_is_not_kept(lisbot, slack, installs):
    slack.codes["c0de"] = GIVEN | {"token_type": "user", "access_token": "xoxp-somebody"}
    async with lisbot() as browser:
        assert (await come_back(browser, state=await begin(browser), code="c0de")).status == 502
    assert (await installs.find(OURS), slack.revoked) == (None, ["xoxp-somebody"])


async def test_a_state_works_once(lisbot, slack, installs):
    slack.codes |= {"1": GIVEN, "2": GIVEN | {"access_token": "xoxb-another"}}
    async with lisbot() as browser:
        state = await begin(browser)
        (cookie,) = browser.cookie_jar
        assert (await come_back(browser, state=state, code="1")).status == 303
        assert list(browser.cookie_jar) == []
        browser.cookie_jar.update_cookies({cookie.key: cookie.value})
        again = await come_back(browser, state=state, code="2")
        assert again.status == 403
        assert text("nb", "slack.install.begun_elsewhere") in await again.text()
    assert (await installs.find(OURS)).token == TOKEN


async def test_what_was_not_begun_in_this_browser_is_not_finished_in_it(lisbot, slack, installs):
    """Somebody who gets another to open their own answer must not decide which workspace is connected."""
    slack.codes["c0de"] = GIVEN
    async with lisbot() as theirs, lisbot() as ours:
        state = await begin(theirs)
        assert (await come_back(ours, state=state, code="c0de")).status == 403
        await begin(ours)
        assert (await come_back(ours, state=state, code="c0de")).status == 403
        for forged in ("", "x", state[:-2]):
            await begin(ours)
            assert (await come_back(ours, state=forged, code="c0de")).status == 403
        assert (await come_back(ours, code="c0de")).status == 403
    assert await installs.find(OURS) is None
    assert slack.codes and not slack.asked


async def test_whoever_takes_too_long_begins_again(lisbot, slack, installs, monkeypatch):
    slack.codes["c0de"] = GIVEN
    async with lisbot() as browser:
        state = await begin(browser)
        monkeypatch.setattr(install, "STATE_LIFETIME", -1)
        response = await come_back(browser, state=state, code="c0de")
        assert response.status == 403
        assert 'href="/slack/install"' in await response.text()
    assert await installs.find(OURS) is None


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_no_in_slack_is_answered_politely_in_the_visitors_language(lisbot, lang):
    async with lisbot({"en": "de, en-GB;q=0.9, nb;q=0.8"}.get(lang, f"{lang}-NO, en;q=0.5")) as browser:
        response = await come_back(browser, state=await begin(browser), error="access_denied")
        page = await response.text()
        assert (response.status, response.headers["Cache-Control"]) == (403, "no-store")
        assert text(lang, "slack.install.declined") in page
        assert f'<html lang="{lang}">' in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"error": "<script>alert(1)</script>"}, 400),
        ({}, 400),
        ({"code": "no such code"}, 502),
    ],
)
async def test_what_slack_does_not_complete_is_said_and_echoed_nowhere(lisbot, caplog, query, status):
    async with lisbot() as browser:
        response = await come_back(browser, state=await begin(browser), **query)
        assert response.status == status
        page = await response.text()
    assert text("nb", "slack.install.failed") in page
    assert "script" not in page and "<" not in caplog.text


@pytest.mark.parametrize("how", ["down", "cut"])
async def test_a_slack_that_does_not_answer_is_not_asked_twice(lisbot, slack, how):
    setattr(slack, how, True)
    async with lisbot() as browser:
        assert (await come_back(browser, state=await begin(browser), code="c0de")).status == 502
    assert len(slack.asked) == 1


async def test_a_token_that_cannot_be_given_back_is_still_not_kept(lisbot, slack, installs, caplog):
    class Falling(dict):
        def pop(self, *args):
            slack.down = True
            return super().pop(*args)

    slack.codes = Falling(c0de=GIVEN | {"team": {"id": ANOTHERS}})
    async with lisbot() as browser:
        assert (await come_back(browser, state=await begin(browser), code="c0de")).status == 403
    assert await installs.find(ANOTHERS) is None
    assert "could not be revoked" in caplog.text


async def test_nothing_secret_is_logged_or_stands_in_an_address(lisbot, slack, caplog):
    caplog.set_level(logging.INFO)
    slack.codes |= {"c0de-1": GIVEN, "c0de-2": GIVEN | {"team": {"id": ANOTHERS}}}
    async with lisbot() as browser:
        states = []
        for code in ("c0de-1", "c0de-2", "c0de-3"):
            states.append(await begin(browser))
            await come_back(browser, state=states[-1], code=code)
    written = "".join(record.getMessage() for record in caplog.records if record.name.startswith("lisbot"))
    said = written + "".join(slack.asked)
    assert ANOTHERS in written
    assert [s for s in (TOKEN, "c11ent", "c0de", *states) if s in said] == []


async def test_a_link_preview_that_only_looks_installs_nothing(lisbot, slack):
    slack.codes["c0de"] = GIVEN
    async with lisbot() as browser:
        state = await begin(browser)
        looked = await browser.head(f"/slack/oauth_redirect?state={state}&code=c0de")
        assert looked.status == 405
    assert not slack.asked


async def test_over_https_the_cookie_belongs_to_this_very_host(installs):
    settings = Slack("5ign", "", "", "1.2", "c11ent", frozenset({OURS}), "https://slack.com/api/")
    async with ClientSession() as session:
        ours = Installer(settings, "https://lisbot.example.no", KEY, installs, Receipts(installs.db), session, "nb")
        app = web.Application()
        ours.add_routes(app)
        async with TestClient(TestServer(app)) as browser:
            response = await browser.get("/slack/install", allow_redirects=False)
    assert re.match(r"__Host-lisbot-slack=\S+;.* Secure", response.headers["Set-Cookie"])
