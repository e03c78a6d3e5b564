"""A year's file chosen and not only pasted, as programs write it; what is no text is said to be none, and stays."""

from io import BytesIO

import aiohttp
import pytest

from browser import Visitor
from lisbot.channels.web.uploaded_files import parts_in
from lisbot.council.models import Meeting
from stages import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both

LOAD = "/do/year_plan.load"
PLAN = "råd;dato;start;slutt;sted\r\nSamordningsrådet;10.02.2027;12:00;15:00;Møterom «Ål»\r\n"


async def choose(visitor: Visitor, content: bytes, **typed: str) -> int:
    """Choose a file in the form as it stands, and send it as a browser does."""
    form = visitor.form(LOAD)
    data = aiohttp.FormData()
    for name, value in [*form["fields"], *typed.items()]:
        if not name.startswith("_file.") and not (name in typed and value != typed[name]):
            data.add_field(name, value)
    data.add_field("_data", form["buttons"][0]["value"])
    data.add_field("_file.plan", BytesIO(content), filename="årsplan.csv", content_type="text/csv")
    return await visitor.ask("POST", LOAD, data=data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
async def test_a_file_is_read_whatever_it_was_written_as(scene: Scene, ragnhild: Visitor, encoding: str) -> None:
    await ragnhild.get("/form/year_plan.load")
    assert 'enctype="multipart/form-data"' in ragnhild.page
    assert await choose(ragnhild, PLAN.encode(encoding)) == 200
    assert (await scene.one(Meeting)).place == "Møterom «Ål»"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "er et regneark"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "er et regneark"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", "er ikke en tekstfil"),
        (b"\x81\x8d\x8f", "er ikke en tekstfil"),
        (b"r\xc3\xa5d;dato\n" + b"x" * 100_001, "er for lang"),
    ],
)
async def test_what_is_no_text_is_said_to_be_none_and_nothing_pasted_is_lost(
    scene: Scene, ragnhild: Visitor, content: bytes, said: str
) -> None:
    await ragnhild.get("/form/year_plan.load")
    assert await choose(ragnhild, content, plan="råd;dato\nlimt inn") == 422
    assert said in ragnhild.page
    assert "limt inn" in ragnhild.page or said == "er for lang"
    assert await scene.all(Meeting) == []


async def test_a_file_of_each_kind_that_is_read_may_be_chosen(ragnhild: Visitor) -> None:
    await ragnhild.get("/form/register_import.upload")
    assert 'accept=".xlsx,' in ragnhild.page and "(XLSX eller CSV)" in ragnhild.page
    await ragnhild.get("/form/year_plan.load")
    assert 'accept=".csv,' in ragnhild.page and "XLSX" not in ragnhild.page


async def test_nothing_chosen_leaves_what_was_pasted(scene: Scene, ragnhild: Visitor) -> None:
    await ragnhild.get("/form/year_plan.load")
    assert await choose(ragnhild, b"", plan=PLAN) == 200
    assert len(await scene.all(Meeting)) == 1


async def test_a_file_too_large_is_refused_and_one_without_the_token_is_not_read(ragnhild: Visitor) -> None:
    await ragnhild.get("/form/year_plan.load")
    assert await choose(ragnhild, b"x" * 3_200_000) == 413
    data = aiohttp.FormData()
    data.add_field("_file.plan", PLAN.encode(), filename="plan.csv")
    assert await ragnhild.ask("POST", LOAD, data=data) == 403


@pytest.mark.parametrize("body", [b"", b"--x\r\n\r\nno name\r\n--x--\r\n", b"no boundary"])
def test_what_is_no_form_is_refused(body: bytes, database_url: str) -> None:
    with pytest.raises(ValueError):
        parts_in(body, "multipart/form-data; boundary=x")
