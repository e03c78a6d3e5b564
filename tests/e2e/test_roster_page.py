"""The public roster in a browser: axe finds nothing, nothing sticks out on a phone, each council prints on one page."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from e2e.test_accessible import AXE, NARROW, RULES, SMALLEST, WIDE
from lisbot.council.enums import ConsentPurpose, LegalBasis
from lisbot.council.models import Body, Consent, Person, Staff
from lisbot.db import Database

pytestmark = pytest.mark.browser


@pytest.fixture
async def published(demo, tmp_path):
    """The demo with every council's roster published, and everybody named in it."""
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/demo.db")
    async with db.write() as session:
        await session.execute(update(Body).values(is_published=True))
        recorder = (await session.scalars(select(Staff.person_id).limit(1))).one()
        secretariats = set(await session.scalars(select(Body.secretariat_id)))
        for person_id in await session.scalars(select(Person.id)):
            for secretariat_id in secretariats:
                session.add(
                    Consent(
                        person_id=person_id,
                        secretariat_id=secretariat_id,
                        purpose=ConsentPurpose.ROSTER,
                        basis=LegalBasis.PUBLIC_TASK,
                        lang="nb",
                        words="Verv",
                        given_at=datetime(2020, 1, 1, tzinfo=UTC),
                        given_via="cli",
                        recorded_by_id=recorder,
                    )
                )
    bodies = []
    async with db.read() as session:
        bodies = list(await session.scalars(select(Body.id)))
    await db.close()
    return demo, bodies


async def test_the_roster_is_read_by_anybody_and_prints_on_one_page_a_council(published, browser):
    address, bodies = published
    page = await (await browser.new_context(bypass_csp=True)).new_page()
    wrong = []
    for lang, scheme in (("nb", "light"), ("nn", "dark"), ("en", "light")):
        for path in ("/roster", f"/roster/{bodies[0]}", f"/roster/{bodies[0]}?embed=1"):
            where = f"{path}{'&' if '?' in path else '?'}lang={lang}"
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(WIDE)
            await page.goto(f"{address}{where}")
            await page.evaluate(AXE)
            for size in (WIDE, NARROW):
                await page.set_viewport_size(size)
                tags = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
                found = await page.evaluate("options => axe.run(document, options)", tags)
                wrong += [
                    f"{where}: {v['id']}: {json.dumps([n['html'][:120] for n in v['nodes'][:2]])}"
                    for v in found["violations"]
                ]
            await page.set_viewport_size(SMALLEST)
            if await page.evaluate("document.documentElement.scrollWidth") > SMALLEST["width"]:
                wrong.append(f"{where}: wider than a small screen")
    assert wrong == []
    for body_id in bodies:
        await page.goto(f"{address}/roster/{body_id}?lang=nb")
        pdf = await page.pdf(format="A4")
        assert pages_of(pdf) == 1, body_id
    await page.goto(f"{address}/roster?lang=nb")
    assert pages_of(await page.pdf(format="A4")) == len(bodies)


def pages_of(pdf: bytes) -> int:
    return pdf.count(b"/Type /Page\n") or pdf.count(b"/Type /Page ") or pdf.count(b"/Type/Page/")
