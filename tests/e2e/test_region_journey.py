"""How far it is from an empty database to a region with three councils, their seats and people, in the browser alone:
counted as a browser counts it, pages loaded (L) and forms sent (F)."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer
from counting import Counted
from sqlalchemy import func, select

from journeys import require_told
from lisbot import settings
from lisbot.app import make_app
from lisbot.cli import main
from lisbot.council.models import Body, Person, Seat, Term
from lisbot.db import Database, migrate
from workbooks import COUNCILS, messy

pytestmark = pytest.mark.browser

MOST_LOADS = 40
EMAIL = "vera@vest.example"
SETUP = ("setup", "--secretariat", "RegUt Vest", "--region", "Helse Vest", "--name", "Vera Vest", "--email", EMAIL)


def beside(function, *given):
    """Do something that has a loop of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *given).result()


async def count(url, *tables):
    db = Database(url)
    async with db.read() as session:
        found = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
    await db.close()
    return found


async def test_a_region_is_set_up_from_its_spreadsheet_without_a_pack(browser, tmp_path, monkeypatch, capsys):
    url = f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    beside(lambda: asyncio.run(migrate(url)))
    config = replace(settings.read({}, demo=True), database_url=url)
    server = TestServer(await make_app(config), host="127.0.0.1")
    server.skip_url_asserts = True
    await server.start_server()
    address = f"http://127.0.0.1:{server.port}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    monkeypatch.setenv("BASE_URL", address)
    assert beside(main, SETUP) == 0
    link = capsys.readouterr().out.split()[-1]
    assert beside(main, SETUP) == 1
    sheet, people = messy()
    book = tmp_path / "råd.xlsx"
    book.write_bytes(base64.b64decode(sheet.removeprefix("base64,")))
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(5000)
    counted = Counted(page)
    await page.goto(link)
    await page.click("main button.primary")
    assert "RegUt Vest" in await page.inner_text("main")
    await page.click("main a:has-text('Hent inn regneark')")
    await page.set_input_files("input[type=file]", book)
    await page.click("main button.primary")
    await page.click("main a:has-text('Svar på spørsmålene')")
    for row in await page.locator(".form-row").all():
        choice = "Varaer" if "samme plass" in await row.inner_text() else "Ja, den samme"
        await row.get_by_label(choice).check()
    await page.click("main button.primary")
    await page.click("main a:has-text('Legg inn')")
    assert "3 råd" in await page.inner_text("main")
    await page.click("main button.primary")
    assert await count(url, Body, Seat, Person, Term) == [3, 150, people + 1, 601]
    for council in COUNCILS:
        await page.goto(f"{address}/show/secretariat.show")
        await page.click(f"main a:has-text('{council}')")
        await page.click("main a:has-text('Mandat')")
        await page.fill("[name=mandate_by]", "Fagdirektørmøtet")
        await page.fill("[name=mandate_on]", "2026-06-10")
        await page.click("main button.primary")
        assert "Fagdirektørmøtet" in await page.inner_text("main")
    require_told("a region of three councils", counted.loads, counted.forms)
    assert counted.loads < MOST_LOADS
    await context.close()
    await server.close()
