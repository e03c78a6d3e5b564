"""The packs that are shipped: two councils of different kinds in different regions, side by side."""

import re
import tomllib
from collections import Counter

import pytest
from sqlalchemy import func, select

from lisbot import packs
from lisbot.council.enums import Authority, OrgKind, Standing
from lisbot.council.models import Body, LogLine, Organisation, Person, Seat, Staff, Term
from lisbot.packs.schema import KINDS, columns
from lisbot.runtime import Runtime

SAMORDNINGSRAD, SPECIALTY = packs.SHIPPED
HOSPITALS = 11  # of Helse Sør-Øst


@pytest.fixture
async def loaded(runtime: Runtime) -> Runtime:
    for place in packs.SHIPPED:
        plan = await packs.load(runtime, place)
        assert plan.faults == []
    return runtime


async def test_loading_them_again_changes_nothing_and_writes_nothing(loaded: Runtime):
    for place in packs.SHIPPED:
        plan = await packs.load(loaded, place)
        assert (plan.changes, plan.faults) == ([], [])
    async with loaded.db.read() as db:
        lines = (await db.execute(select(LogLine.command, LogLine.by_name, LogLine.as_role))).all()
    assert lines == [
        ("pack.load", "operator", "operator"),
        ("pack.load", "operator", "operator"),
    ]


async def test_the_samordningsrad_is_composed_as_its_mandate_says(loaded: Runtime):
    async with loaded.db.read() as db:
        body = (await db.execute(select(Body.__table__).where(Body.key == "samordningsrad"))).one()
        seats = (
            await db.execute(
                select(Organisation.kind, Seat.role, Seat.standing, Seat.chairs)
                .join(Organisation, Organisation.id == Seat.organisation_id)
                .where(Seat.body_id == body.id)
            )
        ).all()
    assert (body.authority, body.meetings_per_year) == (Authority.ADVISORY, 4)
    assert (body.quorum, body.majority, body.escalates_to) == (None, None, None)
    assert Counter((seat.kind, seat.standing) for seat in seats) == {
        (OrgKind.HOSPITAL, Standing.VOTING): 2 * HOSPITALS,
        (OrgKind.SECRETARIAT, Standing.NONVOTING): 4,
        (OrgKind.RHF, Standing.VOTING): 2,
        (OrgKind.UNION, Standing.VOTING): 2,
        (OrgKind.DIRECTORATE, Standing.COPY): 1,
    }
    assert Counter(seat.role for seat in seats if seat.kind is OrgKind.HOSPITAL) == {
        "Leder med overordnet ansvar for spesialistutdanning av leger": HOSPITALS,
        "Utdanningskoordinerende overlege": HOSPITALS,
    }
    assert [seat.kind for seat in seats if seat.chairs] == [OrgKind.SECRETARIAT]


async def test_the_specialty_council_is_another_kind_with_a_vacancy_and_its_own_escalation(loaded: Runtime):
    async with loaded.db.read() as db:
        body = (await db.execute(select(Body.__table__).where(Body.key == "hmn-fordoyelse"))).one()
        vacant = (
            await db.scalars(select(Seat.key).outerjoin(Term).where(Seat.body_id == body.id, Term.id.is_(None)))
        ).all()
        languages = set(await db.scalars(select(Person.lang)))
        without_mail = (await db.scalars(select(Person.name).where(Person.email.is_(None)))).all()
        secretariats = await db.scalar(select(func.count(Staff.secretariat_id.distinct())))
    assert body.kind == "Regionalt råd for LIS-utdanning"
    assert body.escalates_to == "Det regionale fagdirektørmøtet eller HR-direktørmøtet"
    assert (body.call_days, body.mandate_on) == (None, None)
    assert vacant == ["hmn-fordoyelse-hnt"]
    assert "nn" in languages
    assert len(without_mail) == 1
    assert secretariats == 2


async def test_somebody_without_an_address_is_warned_about(runtime: Runtime):
    plan = await packs.load(runtime, SAMORDNINGSRAD)
    assert [(f.key, f.values["name"]) for f in plan.warnings] == [("packs.warning.no_email", "Solfrid Nesoddvik")]


def test_every_address_in_them_is_one_that_can_belong_to_nobody():
    for place in packs.SHIPPED:
        for person in packs.read(place).person:
            email = person.entry.email
            assert email is None or email.endswith(("@example.no", "@example.org"))


def test_the_readme_shows_every_column_by_an_example_that_can_be_read(tmp_path):
    readme = (packs.SHIPPED[0].parent / "README.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", readme, re.DOTALL)[1]
    (tmp_path / "pack.toml").write_text(example, "utf-8")
    assert packs.read(tmp_path).faults == []
    shown = tomllib.loads(example)
    assert {kind: set().union(*rows) for kind, rows in shown.items()} == {
        kind: set(columns(kind)) - ({"to"} if kind == "staff" else set()) for kind in KINDS
    }
