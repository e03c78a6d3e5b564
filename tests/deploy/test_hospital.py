"""What deploy/hospital tells a hospital's IT department is what the program does."""

import re
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from lisbot.app import make_app
from lisbot.council.register.retention_kinds import OF_SECRETARIAT, SHARED
from lisbot.settings import BadSetting, read
from lisbot.texts import text

ROOT = Path(__file__).parents[2]
HOSPITAL = ROOT / "deploy/hospital"


def test_every_test_named_in_the_self_check_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (HOSPITAL / "asvs.md").read_text("utf-8"))
    assert len(named) > 30
    missing = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert missing == []


def test_every_host_the_program_names_is_in_the_list_of_outbound_addresses():
    told = (HOSPITAL / "dataflyt.md").read_text("utf-8")
    channels = [*(ROOT / "src/lisbot/channels").rglob("*.py"), ROOT / "src/lisbot/settings.py"]
    hosts = {host for path in channels for host in re.findall(r'"https://([a-z.]+\.[a-z]+)', path.read_text("utf-8"))}
    assert hosts
    assert {host for host in hosts if f"`{host}`" not in told and not host.startswith("developer.")} == set()


def test_the_times_in_the_assessment_are_those_that_lisbot_suggests():
    rows = re.findall(r"^\| (.+?) \| (\d+) \|", (HOSPITAL / "dpia.md").read_text("utf-8"), re.MULTILINE)
    kinds = {**SHARED, **OF_SECRETARIAT}
    assert dict(rows) == {text("nb", f"retention_kind.{kind}"): str(kept.months) for kind, kept in kinds.items()}


def test_every_setting_named_to_a_hospital_is_one_there_is():
    explained = (ROOT / "deploy/env.example").read_text("utf-8")
    for path in HOSPITAL.glob("*.md"):
        named = set(re.findall(r"`([A-Z][A-Z0-9_]{5,})`", path.read_text("utf-8")))
        assert {name for name in named if name not in explained} == set(), path.name


@pytest.mark.parametrize("path", sorted(HOSPITAL.glob("*.md")), ids=lambda path: path.name)
def test_every_file_pointed_at_is_there(path: Path):
    for to in re.findall(r"\]\((?!https)([^)]+)\)", path.read_text("utf-8")):
        assert (path.parent / to).exists()


async def test_whom_to_tell_of_a_weakness_is_where_it_is_looked_for(sqlite_template: Path):
    env = {"SECRET_KEY": "k" * 32, "DATABASE_URL": f"sqlite+aiosqlite:///{sqlite_template}"}
    for contact, status in ((None, 404), ("mailto:sikkerhet@example.no", 200)):
        given = env | ({"SECURITY_CONTACT": contact} if contact else {})
        async with TestClient(TestServer(await make_app(read(given)))) as client:
            response = await client.get("/.well-known/security.txt")
            assert response.status == status
            said = await response.text()
    assert response.content_type == "text/plain"
    assert "Contact: mailto:sikkerhet@example.no\n" in said
    assert re.search(r"^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", said, re.MULTILINE)
    assert "Preferred-Languages: nb, nn, en\n" in said


@pytest.mark.parametrize("contact", ["sikkerhet@example.no", "http://example.no", "mailto:a@b.no\nExpires: never"])
def test_a_contact_that_is_no_address_of_the_standard_stops_the_start(contact: str):
    with pytest.raises(BadSetting, match="SECURITY_CONTACT"):
        read({"SECRET_KEY": "k" * 32, "SECURITY_CONTACT": contact})
