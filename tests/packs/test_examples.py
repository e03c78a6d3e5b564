"""The packs that are shipped: councils of different kinds in different regions, side by side."""

import re
import tomllib
from collections import Counter

import pytest
from sqlalchemy import func, select

from lisbot import packs
from lisbot.council.enums import Authority, Distributed, OrgKind, ReferralReason, StageHolder, Standing
from lisbot.council.models import Body, LogLine, Organisation, Person, Process, Seat, Secretariat, Staff, Term
from lisbot.packs.schema import KINDS, columns
from lisbot.runtime import Runtime
from people import member

SAMORDNINGSRAD, SPECIALTY, NORD, CROSS_REGIONAL = packs.EXAMPLES
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
    for place in packs.EXAMPLES:
        pack = packs.read(place)
        for written in [*pack.person, *pack.outside_party]:
            email = written.entry.email
            assert email is None or email.endswith(("@example.no", "@example.org"))


@pytest.mark.parametrize("step", [1, -1], ids=["in order", "backwards"])
async def test_all_of_them_are_loaded_beside_one_another_in_any_order(runtime: Runtime, step: int):
    for place in packs.EXAMPLES[::step]:
        assert (await packs.load(runtime, place)).faults == []
    for place in packs.EXAMPLES:
        plan = await packs.load(runtime, place)
        assert (plan.changes, plan.faults) == ([], [])


@pytest.fixture
async def nord(runtime: Runtime):
    """RegUt's leader in Helse Nord, at their pack."""
    assert (await packs.load(runtime, NORD)).faults == []
    return member(runtime, "magne.balsfjordmo@example.org")


async def body_of(runtime: Runtime, key: str) -> int:
    async with runtime.db.read() as db:
        return (await db.scalars(select(Body.id).where(Body.key == key))).one()


async def holders(runtime: Runtime, body: str) -> dict[str, str]:
    """Who holds each seat of a council, by the seat's key."""
    query = select(Seat.key, Person.name).join(Term, Term.seat_id == Seat.id).join(Person, Person.id == Term.person_id)
    async with runtime.db.read() as db:
        rows = await db.execute(query.join(Body, Body.id == Seat.body_id).where(Body.key == body, Term.to_on.is_(None)))
        return {row.key: row.name for row in rows}


async def test_strategisk_rad_is_composed_as_the_steering_group_says(runtime: Runtime, nord):
    async with runtime.db.read() as db:
        rows = await db.execute(select(Body.key, Body.meetings_per_year, Body.authority).order_by(Body.id))
        bodies = {row.key: (row.meetings_per_year, row.authority) for row in rows}
        query = select(Organisation.kind, Seat.role).join(Organisation, Organisation.id == Seat.organisation_id)
        seats = (await db.execute(query.join(Body).where(Body.key == "nord-strategisk-rad"))).all()
    assert bodies == {
        "nord-strategisk-rad": (2, Authority.ADVISORY),
        "nord-au": (None, Authority.ADVISORY),
        "nord-forum": (None, Authority.ADVISORY),
    }
    assert Counter(seats) == {
        (OrgKind.RHF, "Leder, utpekt av RHF-et"): 1,
        (OrgKind.HOSPITAL, "Fagsjef"): 4,
        (OrgKind.HOSPITAL, "HR-sjef"): 4,
    }
    chief = (await holders(runtime, "nord-strategisk-rad"))["nord-strategisk-unn-fagsjef"]
    assert await holders(runtime, "nord-au") == {
        "nord-au-rhf": "Turid Lofothaugen",
        "nord-au-fagsjef-unn": chief,
        "nord-au-regut": "Magne Balsfjordmo",
    }


async def test_the_resume_of_au_goes_to_strategisk_rad_and_forum_and_the_forum_may_meet(runtime: Runtime, nord):
    au = await nord("distribution_line.list", body_id=await body_of(runtime, "nord-au"))
    assert [(line.what, line.to, line.count) for line in au.view.lines] == [
        (Distributed.SUMMARY, "Strategisk råd for LIS-utdanning", 9),
        (Distributed.SUMMARY, "Regionalt forum for LIS-utdanning", 5),
    ]
    council = await nord("distribution_line.list", body_id=await body_of(runtime, "nord-strategisk-rad"))
    assert [right.of_body for right in council.view.rights] == ["Regionalt forum for LIS-utdanning"]


async def test_a_case_in_helse_nord_goes_to_one_of_two_meetings_and_then_higher(nord):
    kept = await nord("outside_party.list")
    assert {(rule.cause, rule.level, rule.receiver) for rule in kept.view.rules} == {
        (ReferralReason.NO_AGREEMENT, 1, "Fagsjefmøtet i Helse Nord"),
        (ReferralReason.NO_AGREEMENT, 1, "HR-sjefmøtet i Helse Nord"),
        (ReferralReason.NO_AGREEMENT, 2, "Helse Nord RHF v/ utvalgt direktør"),
    }


async def test_a_case_in_helse_midt_norge_goes_to_a_meeting_of_directors_by_its_reason(loaded: Runtime):
    kept = await member(loaded, "helge.strindasletta@example.org")("outside_party.list")
    by_reason: dict[ReferralReason, list[str]] = {}
    for rule in kept.view.rules:
        by_reason.setdefault(rule.cause, []).append(rule.receiver)
    medical, staff = "Fagdirektørmøtet i Midt-Norge", "HR-direktørmøtet i Midt-Norge"
    assert {reason: set(names) for reason, names in by_reason.items()} == {
        ReferralReason.NO_AGREEMENT: {medical, staff},
        ReferralReason.BOTTLENECK: {medical},
        ReferralReason.OTHER: {medical, staff},
    }


async def test_tka_is_led_by_the_hr_director_of_whichever_region_coordinates(runtime: Runtime):
    assert (await packs.load(runtime, CROSS_REGIONAL)).faults == []
    seats = await holders(runtime, "tka")
    assert len(seats) == 1 + 3 * 4 + 2
    assert seats["tka-leder"] == seats["tka-hr-hmn"]
    assert [seats[f"tka-regut-{region}"] for region in ("hso", "hmn", "nord", "vest")] == list(
        (await holders(runtime, "regut-ledermotet")).values()
    )
    helge = member(runtime, "helge.strindasletta@example.org")
    body_id = await body_of(runtime, "tka")
    async with runtime.db.read() as db:
        north = (await db.scalars(select(Secretariat.id).where(Secretariat.key == "regut-nord"))).one()
    today = str(runtime.now().date())
    moved = {"body_id": body_id, "secretariat_id": north, "from_on": today, "confirm": True}
    assert (await helge("coordination.plan", **moved)).status == 200
    seats = await holders(runtime, "tka")
    assert seats["tka-leder"] == seats["tka-hr-nord"]
    assert (await packs.load(runtime, CROSS_REGIONAL)).changes == []


async def test_every_regut_has_the_process_that_tka_decided_as_it_comes_with_lisbot(runtime: Runtime):
    assert (await packs.load(runtime, CROSS_REGIONAL)).faults == []
    helge = member(runtime, "helge.strindasletta@example.org")
    loaded = (await helge("process.list")).view.processes
    assert [(each.name, each.version) for each in loaded] == [("Endring av læringsaktivitet", 1)]
    made = await helge("process.create", like="shipped-tka", name="En til", confirm=True)
    shown = (await helge("process.show", process_id=loaded[0].id)).view
    assert stages_of(shown) == stages_of(made.view)
    assert [line.holder_name for line in shown.stages if line.holder is StageHolder.NAMED] == [
        "RegUt-ledermøtet",
        "RegUt-ledermøtet",
        "Helsedirektoratet",
        "Spesialitetskomiteen",
    ]
    async with runtime.db.read() as db:
        query = select(Secretariat.key).join(Process, Process.secretariat_id == Secretariat.id)
        having = set(await db.scalars(query.where(Process.name == "Endring av læringsaktivitet")))
    assert having == {"regut-hso", "regut-hmn", "regut-nord", "regut-vest"}
    assert (await packs.load(runtime, CROSS_REGIONAL)).changes == []


def stages_of(view) -> list[tuple]:
    return [
        (line.number, line.name, line.holder, line.holder_name, line.needs, line.days, line.leads_to)
        for line in view.stages
    ]


def test_the_readme_shows_every_column_by_an_example_that_can_be_read(tmp_path):
    readme = (packs.SHIPPED[0].parent / "README.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", readme, re.DOTALL)[1]
    (tmp_path / "pack.toml").write_text(example, "utf-8")
    assert packs.read(tmp_path).faults == []
    shown = tomllib.loads(example)
    assert {kind: set().union(*rows) for kind, rows in shown.items()} == {
        kind: set(columns(kind)) - ({"to"} if kind == "staff" else set()) for kind in KINDS
    }
