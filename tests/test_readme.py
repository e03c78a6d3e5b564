"""What the README says is there, is there: make's targets, commands, files, settings, routes, words."""

import importlib
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from lisbot import settings
from lisbot.app import make_app
from lisbot.cli.command import command_parser
from lisbot.cli.maintenance import maintenance_parser
from lisbot.cli.overview import MAINTENANCE
from lisbot.commands import COMMANDS
from lisbot.intents import MENU, understand
from lisbot.packs.schema import columns
from lisbot.texts import catalogue

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
LEFT_OUT = {".git", ".venv", "node_modules", "var", "__pycache__"}
PATH = re.compile(r"[\w.-]*(?:/[\w.-]+)+/?|[\w-]+\.(?:py|toml|md|json|yaml|html|csv|service|txt)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:Microsoft|ToBot|ToChannel)\w+")
MADE_BY_USE = ("var/",)
EXAMPLES = {"plan.csv"}


def fenced() -> list[tuple[str, str]]:
    """The blocks of code, each with its language."""
    return re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def in_backticks() -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL))


def typed(program: str) -> list[str]:
    """What the README says to type: in backticks, and on lines of code."""
    lines = re.findall(r"^    (.+)$", README, re.MULTILINE)
    return [code for code in (*in_backticks(), *lines) if code.split()[0] == program]


@cache
def everything() -> frozenset[str]:
    """Every file and folder of this source, from the root."""
    found = set()
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in LEFT_OUT]
        found |= {str((Path(folder) / name).relative_to(ROOT)) for name in (*inner, *files)}
    return frozenset(found)


def is_there(path: str) -> bool:
    """Whether this is a file or a folder, named from the root or from further in."""
    path = path.rstrip("/")
    return path in everything() or any(known.endswith(f"/{path}") for known in everything())


@pytest.mark.parametrize("code", typed("make"))
def test_make_has_the_target(code: str):
    target = code.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_readme_has_every_target_that_is_for_people():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    told = {code.split()[1] for code in typed("make")}
    assert set(phony[1].split()) - told - {"browsers", "clean"} == set()


@pytest.mark.parametrize("code", typed("lisbot"))
def test_lisbot_has_the_command_and_its_options(code: str):
    name, *rest = code.split("#")[0].split()[1:]
    parser = maintenance_parser(name, "en") if name in MAINTENANCE else command_parser(COMMANDS[name], "en")
    known = parser.format_help()
    assert [word for word in rest if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize("code", sorted({c for c in in_backticks() if PATH.fullmatch(c)}))
def test_the_file_is_there(code: str):
    if not code.startswith((*MADE_BY_USE, "/")) and code not in EXAMPLES:
        assert is_there(code)


@pytest.mark.parametrize("to", sorted(set(LINK.findall(README))))
def test_the_link_leads_somewhere(to: str):
    assert to.startswith("https://") or (ROOT / to).exists()


def test_the_settings_are_the_ones_that_are_read():
    read = Path(settings.__file__).read_text("utf-8")
    told = {name for code in in_backticks() for name in SETTING.findall(code)}
    assert {name for name in told if f'"{name}"' not in read} == set()
    explained = (ROOT / "deploy/env.example").read_text("utf-8")
    names = {name for name in re.findall(r'"([A-Za-z_]+)"', read) if SETTING.fullmatch(name)}
    names |= {"HOST", "PORT"}
    assert {name for name in names if name not in explained} == set()


async def test_the_routes_are_there(sqlite_template: Path):
    env = {"SECRET_KEY": "k" * 32, "DATABASE_URL": f"sqlite+aiosqlite:///{sqlite_template}"}
    routes = re.findall(r"GET (/\w+)", README)
    assert routes
    async with TestClient(TestServer(await make_app(settings.read(env)))) as client:
        assert {path: (await client.get(path)).status for path in routes} == dict.fromkeys(routes, 200)


@pytest.mark.parametrize("code", sorted({c for c in in_backticks() if re.fullmatch(r"[a-z]+\.[a-z_]+", c)}))
def test_the_function_is_there(code: str):
    home, name = code.split(".")
    if code in COMMANDS or is_there(code):
        return
    homes = [f"lisbot.{home}", f"lisbot.council.{home}"]
    found = [h for h in homes if is_there(f"src/{h.replace('.', '/')}.py")]
    assert found, code
    assert hasattr(importlib.import_module(found[0]), name)


def test_the_example_pack_has_the_columns_there_are():
    packs = [tomllib.loads(code) for language, code in fenced() if language == "toml"]
    assert packs
    for pack in packs:
        for kind, entries in pack.items():
            for entry in entries:
                assert set(entry) <= set(columns(kind))
                assert {name for name, must in columns(kind).items() if must} <= set(entry)
    for header in (code.splitlines()[0].split(";") for language, code in fenced() if not language):
        assert set(header) <= set(columns("seat"))


@pytest.mark.parametrize("said", sorted(set(re.findall(r"«([^»]+)»", README)) - {"vedtak"}))
def test_what_may_be_typed_or_pressed_is_in_the_texts(said: str):
    words = str(catalogue("nb"))
    assert f"'{said}'" in words or understand(said, "nb").command != MENU
