"""The way of deploy/slack.md from nothing to a working app in Slack, each step as far as it can be taken here."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestClient, TestServer

import builders
from dumps import row, rows
from fakes import slack_world
from fakes.slack_client import Slack
from fakes.slack_oauth import approve
from fakes.slack_ui import shown
from fakes.slack_world import SlackPerson
from lisbot.app import make_app
from lisbot.channels.slack import manifest
from lisbot.channels.slack.endpoint import PATH
from lisbot.cli import main
from lisbot.council.models import Installation, Room
from lisbot.render.slack.blocks import escape
from lisbot.settings import PREFIXES, read
from lisbot.texts import text

STEPS = (Path(__file__).parents[3] / "deploy/slack.md").read_text("utf-8")
SECRET = "5ign"
BASE = "https://lisbot.example.no"
SEVERAL = ("SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
NOBODY = "http://127.0.0.1:9/api/"  # nothing listens there


def cells(head: str) -> list[list[str]]:
    """A table's rows by the first words of its head; each cell as the codes it names, or its words."""
    _, _, rest = STEPS.partition(f"| {head}")
    table = re.match(r"[^\n]*\n\s*\|[-|]+\|\n((?:\s*\|[^\n]*\n)+)", rest)[1]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def env(names: list[str]) -> dict[str, str]:
    """Settings as an administrator would paste them."""
    given = {name: f"{PREFIXES.get(name, '')}{SECRET}" for name in names}
    return {
        "SECRET_KEY": "k" * 32,
        "BASE_URL": BASE,
        "SLACK_TEAMS": "T0HSO",
        "SLACK_API_URL": NOBODY,
        **given,
    }


WAYS = {name: (codes(made)[0], codes(needed)) for name, made, needed in cells("| Manifest |")}


def test_the_first_step_needs_no_settings_and_writes_what_slack_takes(capsys, monkeypatch):
    for name in ("SECRET_KEY", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    typed = re.search(r"^ +lisbot (.*) > manifest\.json$", STEPS, re.MULTILINE)[1]
    assert main(typed.split()) == 0
    manifest.validate(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("way", WAYS)
async def test_each_way_in_has_a_manifest_and_settings_that_start(way, capsys, monkeypatch, sqlite_template):
    typed, needed = WAYS[way]
    for name in ("SLACK_APP_TOKEN", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BASE_URL", BASE)
    assert main(typed.split()[1:]) == 0
    made = json.loads(capsys.readouterr().out)
    settings = read(env(needed) | {"DATABASE_URL": f"sqlite+aiosqlite:///{sqlite_template}"})
    assert made["settings"]["socket_mode_enabled"] is bool(settings.slack.app_token)
    assert ("redirect_urls" in made["oauth_config"]) is bool(settings.slack.client_id)
    async with TestClient(TestServer(await make_app(settings))) as client:
        assert (await client.get("/readyz")).status == 200
        # Socket Mode has no address of its own.
        assert (await client.post(PATH)).status == (404 if settings.slack.app_token else 401)


def test_the_settings_of_the_steps_are_those_of_the_first_way():
    first = next(iter(WAYS.values()))[1]
    assert [codes(name)[0] for name, _ in cells("Setting |")] == [*first, "SLACK_TEAMS"]


async def test_the_one_address_answers_slacks_question_whether_it_is_ours(real):
    """What happens when *Retry* is pressed under Request URL."""
    assert codes(STEPS).count(PATH) == 1
    assert await real.verifies_url()


async def test_in_slack_the_steps_show_what_they_say(real, fake, runtime):
    typed = next(code for code in codes(STEPS) if code.startswith("/lisbot "))
    assert "`@lisbot koble samordningsrad`" in STEPS
    regut, stranger = SlackPerson("Ragnhild", builders.RAGNHILD), SlackPerson("Sverre", "sverre@example.no")
    council = fake.channel("samordningsrad", regut, stranger, with_bot=False)

    await real.home(regut)
    await real.channel.background.close()
    assert "Ragnhild Regut" in shown(fake.homes[regut.id])
    await real.slash(regut, typed.removeprefix("/lisbot "))
    assert "Samordningsrådet" in fake.messages_to(regut)[-1].text
    await real.say(stranger, "hjelp")
    await real.channel.background.close()
    assert [said.text for said in fake.messages_to(stranger)] == [escape(text("nb", "error.stranger"))]

    await real.adds_bot(regut, council)
    await real.say(regut, "koble samrad", council)
    await real.channel.close()
    assert (await row(runtime.db, Room)).conversation_id == council.id


async def test_an_administrator_of_several_workspaces_installs_uses_and_removes_it(database, database_url, fake):
    await builders.council(database)
    assert WAYS["Several workspaces"][1] == list(SEVERAL)
    ours = dict(zip(SEVERAL, (fake.signing_secret, fake.client_id, fake.client_secret), strict=True))
    also = {"SLACK_API_URL": fake.url, "SLACK_TEAMS": slack_world.TEAM, "DATABASE_URL": database_url}
    app = await make_app(read({"SECRET_KEY": "k" * 32} | ours | also))
    regut = SlackPerson("Ragnhild", builders.RAGNHILD)
    async with TestClient(TestServer(app)) as browser:
        assert "/slack/install" in codes(STEPS)
        away = await browser.get("/slack/install", allow_redirects=False)
        back = urlsplit(approve(fake, away.headers["Location"], regut))
        done = await browser.get(f"{back.path}?{back.query}")
        assert (done.status, done.url.query_string) == (200, "")

        slack = Slack(browser, fake)
        await slack.slash(regut, "hjelp")
        assert "Samordningsrådet" in fake.messages_to(regut)[-1].text

        await slack.uninstalls(slack_world.TEAM)
        assert await rows(database, Installation) == []


def test_every_scope_is_explained_and_no_other():
    explained = [scope for cell, _ in cells("Scope |") for scope in codes(cell)]
    assert sorted(explained) == sorted(manifest.SCOPES)


def test_govslack_is_called_where_the_steps_say():
    (api,) = re.findall(r"`SLACK_API_URL` to `([^`]+)`", STEPS)
    assert read(env(WAYS["One workspace"][1]) | {"SLACK_API_URL": api}).slack.api_url == api


def test_what_the_steps_call_things_is_what_slack_shows():
    features = manifest.describe(BASE, "nb", socket_mode=False, several=False)["features"]
    assert f"«{features['shortcuts'][0]['name']}»" in STEPS
    assert all(f"{command['command']} " in " ".join(codes(STEPS)) for command in features["slash_commands"])
    assert f"@{features['bot_user']['display_name']}" in STEPS


def test_the_fake_slack_lets_lisbot_do_what_the_manifest_asks_for_and_no_more():
    assert sorted(slack_world.SCOPES) == sorted(manifest.SCOPES)
    assert manifest.EVENTS_PATH == PATH
