"""What the README and the pages beside it say is there, is there: make's targets, commands, files, settings, words."""

import importlib
import os
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

import lisbot
from lisbot import settings
from lisbot.app import make_app
from lisbot.cli.command import command_parser
from lisbot.cli.maintenance import maintenance_parser
from lisbot.cli.overview import MAINTENANCE
from lisbot.commands import COMMANDS, find_command
from lisbot.intents import MENU, understand
from lisbot.packs.schema import columns
from lisbot.texts import catalogue

ROOT = Path(__file__).parents[1]
SRC = Path(lisbot.__file__).parent
README = (ROOT / "README.md").read_text("utf-8")
DECISIONS = ROOT / "docs/decisions"
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "deploy").glob("*.md"),
        ROOT / "cards/README.md",
    )
}
PACKS = (ROOT / "src/lisbot/demo/packs/README.md").read_text("utf-8")
LEFT_OUT = {".git", ".venv", "node_modules", "var", "__pycache__"}
PATH = re.compile(r"[\w.-]*(?:/[\w.-]+)+/?|[\w-]+\.(?:py|toml|md|json|yaml|html|csv|service|txt)")
NAME = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:Microsoft|ToBot|ToChannel)\w+")
MADE_BY_USE = ("var/",)
# What the pages only speak of: the example of a new command, files of an administrator's own, arguments.
EXAMPLES = {"plan.csv", "cards/vacancies.json", "lisbot.db-wal", "lisbot.db-shm"}
EXAMPLE_COMMAND = "seat.list_vacant"


def fenced(page: str) -> list[tuple[str, str]]:
    """The blocks of code, each with its language."""
    return re.findall(r"^```(\w*)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def in_backticks(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))


def typed(program: str) -> list[str]:
    """What the pages say to type: in backticks, and on lines of code."""
    found = [
        code
        for page in PAGES.values()
        for code in (*in_backticks(page), *re.findall(r"^ {4,}(.+)$", page, re.MULTILINE))
    ]
    return sorted({code for code in found if code.split()[0] == program and len(code.split()) > 1})


def named(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """What stands in backticks and looks like this, each with its page."""
    return sorted(
        {(page, code) for page, text in PAGES.items() for code in in_backticks(text) if pattern.fullmatch(code)}
    )


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
    lines = (*in_backticks(README), *re.findall(r"^ {4}(.+)$", README, re.MULTILINE))
    told = {code.split()[1] for code in lines if code.startswith("make ")}
    assert set(phony[1].split()) - told - {"browsers", "clean"} == set()


@pytest.mark.parametrize("code", typed("lisbot"))
def test_lisbot_has_the_command_and_its_options(code: str):
    name, *rest = code.split("#")[0].split()[1:]
    if name.isupper():
        return  # a placeholder for any command
    parser = maintenance_parser(name, "en") if name in MAINTENANCE else command_parser(COMMANDS[name], "en")
    known = parser.format_help()
    assert [word for word in rest if word.startswith("--") and word not in known] == []


@pytest.mark.parametrize(("page", "code"), named(PATH))
def test_the_file_is_there(page: str, code: str):
    if not code.startswith((*MADE_BY_USE, "/")) and code not in EXAMPLES:
        assert is_there(code)


@pytest.mark.parametrize(
    ("page", "to"), [(page, to) for page, text in PAGES.items() for to in sorted(set(LINK.findall(text)))]
)
def test_the_link_leads_somewhere(page: str, to: str):
    assert to.startswith("https://") or (ROOT / page).parent.joinpath(to).exists()


def test_the_settings_are_the_ones_that_are_read():
    read = Path(settings.__file__).read_text("utf-8")
    told = {name for code in in_backticks(README) for name in SETTING.findall(code)}

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


@pytest.mark.parametrize(("page", "code"), named(NAME))
def test_the_command_or_function_is_there(page: str, code: str):
    """A command, by its name of today or a former one, or `module.name` of something in a module with this name."""
    if find_command(code) or code == EXAMPLE_COMMAND or is_there(code):
        return
    *home, name = code.split(".")
    files = [path for end in (f"{'/'.join(home)}.py", f"{'/'.join(home)}/__init__.py") for path in SRC.rglob(end)]
    modules = [".".join(("lisbot", *path.relative_to(SRC).with_suffix("").parts)) for path in files]
    assert any(hasattr(importlib.import_module(module.removesuffix(".__init__")), name) for module in modules)


def test_the_example_pack_has_the_columns_there_are():
    packs = [tomllib.loads(code) for language, code in fenced(PACKS) if language == "toml"]
    assert packs
    for pack in packs:
        for kind, entries in pack.items():
            for entry in entries:
                assert set(entry) <= set(columns(kind))
                assert {name for name, must in columns(kind).items() if must} <= set(entry)
    headers = [code.splitlines()[0].split(";") for language, code in fenced(PACKS) if language == "csv"]
    assert headers
    assert all(set(header) <= set(columns("term")) for header in headers)


@pytest.mark.parametrize("said", sorted(set(re.findall(r"«([^»]+)»", README)) - {"vedtak", "Ledige plasser i {body}"}))
def test_what_may_be_typed_or_pressed_is_in_the_texts(said: str):
    words = str(catalogue("nb"))
    assert f"'{said}'" in words or understand(said, "nb").command != MENU


def test_every_decision_is_dated_and_listed():
    pages = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [name[:4] for name in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    listed = []
    for name in pages:
        heading, _, date, *_ = (DECISIONS / name).read_text("utf-8").splitlines()
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", date), name
        listed.append(f"| [{name[:4]}]({name}) | {date} | {heading.removeprefix(f'# {name[:4]} ')} |")
    assert [line for line in PAGES["docs/decisions/README.md"].splitlines() if line.startswith("| [")] == listed
