"""What a pack says of how councils, seats and those outside hang together: loaded, changed, and loaded again."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from lisbot import packs
from lisbot.council.models import (
    Body,
    Coordination,
    DistributionLine,
    LogLine,
    MeetingRight,
    OutsideParty,
    Person,
    ReferralRule,
    Seat,
    Secretariat,
    Term,
)
from lisbot.runtime import Runtime
from lisbot.scheduler import Scheduler

LOADED = datetime(2026, 11, 2, 8, tzinfo=UTC)
RELATIONS = """
[[secretariat]]
key = "regut-fjell"
name = "RegUt Fjell"
region = "Fjell"

[[body]]
key = "utvalget"
secretariat = "regut"
name = "Utvalget"
kind = "Utvalg"
region = "Fjord"
authority = "advisory"

[[outside_party]]
secretariat = "regut"
name = "Direktørmøtet"
kind = "rhf"
email = "direktor@example.no"

[[referral_rule]]
secretariat = "regut"
reason = "no_agreement"
to_party = "Direktørmøtet"

[[referral_rule]]
secretariat = "regut"
body = "radet"
to_body = "utvalget"

[[distribution_line]]
body = "utvalget"
what = "summary"
to_body = "radet"
from = 2026-01-01

[[distribution_line]]
body = "radet"
what = "agenda"
person = "per"
from = 2026-01-01

[[meeting_right]]
body = "radet"
of_body = "utvalget"
from = 2026-01-01

[[coordination]]
body = "utvalget"
secretariat = "regut"
from = 2026-01-01

[[coordination]]
body = "utvalget"
secretariat = "regut-fjell"
from = 2027-01-01

[[derived_role]]
seat = "nes-uko"
derived_from = "seat"
derived_seat = "nes-leder"
"""


@pytest.fixture
def full(pack, clock):
    """The sensible pack with one of each relation, on a day when all of them hold."""
    clock.at = LOADED
    pack.write("pack.toml", (pack.place / "pack.toml").read_text("utf-8") + RELATIONS)
    return pack


async def load(runtime: Runtime, pack) -> packs.Plan:
    plan = await packs.load(runtime, pack.place)
    assert plan.faults == []
    return plan


async def one(runtime: Runtime, query):
    async with runtime.db.read() as db:
        return (await db.execute(query)).one()


async def test_each_is_there_once_after_two_loads_and_one_line_is_in_the_log(runtime: Runtime, full):
    await load(runtime, full)
    assert (await load(runtime, full)).changes == []
    async with runtime.db.read() as db:
        assert (await db.scalars(select(LogLine.command))).all() == ["pack.load"]
        rules = (await db.execute(select(ReferralRule.reason, ReferralRule.to_body_id, ReferralRule.to_party_id))).all()
        lines = (await db.execute(select(DistributionLine.what, DistributionLine.from_on))).all()
        rights = (await db.execute(select(MeetingRight.sees_confidential, MeetingRight.to_on))).all()
        periods = (await db.execute(select(Coordination.from_on, Coordination.to_on, Coordination.in_effect_at))).all()
        mail = await db.scalar(select(Person.email).join(OutsideParty, OutsideParty.person_id == Person.id))
    assert [(reason, bool(body), bool(party)) for reason, body, party in rules] == [
        ("no_agreement", False, True),
        (None, True, False),
    ]
    assert lines == [("summary", date(2026, 1, 1)), ("agenda", date(2026, 1, 1))]
    assert rights == [(False, None)]
    assert [(start, end, bool(at)) for start, end, at in periods] == [
        (date(2026, 1, 1), date(2026, 12, 31), True),
        (date(2027, 1, 1), None, False),
    ]
    assert mail == "direktor@example.no"


async def test_a_derived_seat_is_held_by_whoever_it_follows_from_at_once(runtime: Runtime, full):
    query = select(Person.key).join(Term).join(Seat).where(Seat.key == "nes-uko", Term.to_on.is_(None))
    await load(runtime, full)
    assert (await one(runtime, query)).key == "kari"
    full.change("terms.csv", "nes-leder,kari,0,2026-01-01,", "nes-leder,per,0,2026-01-01,")
    await load(runtime, full)
    assert (await one(runtime, query)).key == "per"


async def test_whoever_coordinates_today_runs_it_whatever_the_councils_own_entry_says(runtime: Runtime, full):
    query = select(Secretariat.key).join(Body).where(Body.key == "utvalget")
    await load(runtime, full)
    assert (await one(runtime, query)).key == "regut"
    day = '[[coordination]]\nbody = "utvalget"\nsecretariat = "regut-fjell"\nfrom = 2027-01-01'
    full.change("pack.toml", day, day.replace("2027-01-01", "2026-10-01"))
    plan = await packs.load(runtime, full.place)
    assert plan.faults == []
    assert (await one(runtime, query)).key == "regut-fjell"
    assert (await load(runtime, full)).changes == []


RULED = """
[[referral_rule]]
secretariat = "regut"
body = "utvalget"
to_party = "Direktørmøtet"
"""


async def kept_rule(runtime: Runtime) -> tuple[str, str]:
    """The keys of the secretariats that keep the one rule of the committee, and whom it names."""
    by = aliased(Secretariat)
    query = (
        select(Secretariat.key, by.key)
        .join(ReferralRule, ReferralRule.secretariat_id == Secretariat.id)
        .join(Body, Body.id == ReferralRule.body_id)
        .join(OutsideParty, OutsideParty.id == ReferralRule.to_party_id)
        .join(by, by.id == OutsideParty.secretariat_id)
        .where(Body.key == "utvalget", OutsideParty.name == "Direktørmøtet")
    )
    return tuple(await one(runtime, query))


async def test_whoever_begins_to_run_a_body_by_a_pack_keeps_its_rules_and_writes_to_whom_they_name(
    runtime: Runtime, full
):
    full.write("pack.toml", (full.place / "pack.toml").read_text("utf-8") + RULED)
    await load(runtime, full)
    assert await kept_rule(runtime) == ("regut", "regut")
    day = '[[coordination]]\nbody = "utvalget"\nsecretariat = "regut-fjell"\nfrom = 2027-01-01'
    full.change("pack.toml", day, day.replace("2027-01-01", "2026-10-01"))
    await load(runtime, full)
    assert await kept_rule(runtime) == ("regut-fjell", "regut-fjell")
    assert (await load(runtime, full)).changes == []


async def test_a_pack_that_is_loaded_after_a_hand_over_changes_nothing_of_a_bodys_rules(runtime: Runtime, full, clock):
    full.write("pack.toml", (full.place / "pack.toml").read_text("utf-8") + RULED)
    await load(runtime, full)
    clock.at = datetime(2027, 1, 1, 8, tzinfo=UTC)
    await Scheduler(runtime).run_all_due()
    assert await kept_rule(runtime) == ("regut-fjell", "regut-fjell")
    assert (await load(runtime, full)).changes == []
    assert await kept_rule(runtime) == ("regut-fjell", "regut-fjell")


async def test_a_rule_that_a_pack_adds_after_a_hand_over_is_kept_by_whoever_runs_the_body(
    runtime: Runtime, full, clock
):
    await load(runtime, full)
    clock.at = datetime(2027, 1, 1, 8, tzinfo=UTC)
    await Scheduler(runtime).run_all_due()
    full.write("pack.toml", (full.place / "pack.toml").read_text("utf-8") + RULED)
    await load(runtime, full)
    assert await kept_rule(runtime) == ("regut-fjell", "regut-fjell")
    assert (await load(runtime, full)).changes == []


async def test_a_coordination_that_has_come_about_is_history(runtime: Runtime, full):
    await load(runtime, full)
    full.change(
        "pack.toml", 'secretariat = "regut"\nfrom = 2026-01-01', 'secretariat = "regut-fjell"\nfrom = 2026-01-01'
    )
    assert [at(f) for f in (await packs.load(runtime, full.place)).faults] == ["coordination_past"]
    full.change(
        "pack.toml", 'secretariat = "regut-fjell"\nfrom = 2026-01-01', 'secretariat = "regut"\nfrom = 2025-01-01'
    )
    assert [at(f) for f in (await packs.load(runtime, full.place)).faults] == ["coordination_past"]


async def test_a_new_address_outside_is_whom_messages_are_made_for(runtime: Runtime, full):
    await load(runtime, full)
    full.change("pack.toml", "direktor@example.no", "nytt.mote@example.no")
    plan = await load(runtime, full)
    assert [(c.kind, c.what, c.name) for c in plan.changes] == [("outside_party", "changed", "Direktørmøtet")]
    query = select(Person.email).join(OutsideParty, OutsideParty.person_id == Person.id)
    assert (await one(runtime, query)).email == "nytt.mote@example.no"


async def test_a_line_that_lisbot_has_ended_stays_ended(runtime: Runtime, full):
    await load(runtime, full)
    async with runtime.db.write() as db:
        for row in await db.scalars(select(MeetingRight)):
            row.to_on = date(2026, 10, 1)
    assert (await load(runtime, full)).changes == []
    full.change("pack.toml", 'of_body = "utvalget"\n', 'of_body = "utvalget"\nsees_confidential = true\n')
    plan = await load(runtime, full)
    assert [(c.kind, c.what, c.name, set(c.fields)) for c in plan.changes] == [
        ("meeting_right", "changed", "Rådet – Utvalget", {"sees_confidential"})
    ]


# What is changed, to what, which fault that is, and what begins with the line where the fault is told.
RULE = '[[referral_rule]]\nsecretariat = "regut"\nreason = "no_agreement"'
FAULTS = {
    "two receivers": ('to_party = "Direktørmøtet"', 'to_party = "Direktørmøtet"\nto_body = "radet"', "one_receiver",
                      RULE),
    "no receiver": ('to_party = "Direktørmøtet"\n', "", "one_receiver", RULE),
    "an unknown party": ('to_party = "Direktørmøtet"', 'to_party = "Styret"', "unknown_key", 'to_party = "Styret"'),
    "to itself": ('to_body = "utvalget"', 'to_body = "radet"', "not_itself", 'body = "radet"\nto_body = "radet"'),
    "meets in itself": ('of_body = "utvalget"', 'of_body = "radet"', "not_itself",
                        'body = "radet"\nof_body = "radet"'),
    "a rule twice": ("[[distribution_line]]\n", f'{RULE}\nto_party = "Direktørmøtet"\n\n[[distribution_line]]\n',
                     "twice", f'{RULE}\nto_party = "Direktørmøtet"\n\n[[distribution_line]]'),
    "a party twice": ("[[meeting_right]]", '[[outside_party]]\nsecretariat = "regut"\nname = "Direktørmøtet"\n'
                      'kind = "rhf"\n\n[[meeting_right]]', "key_twice",
                      'name = "Direktørmøtet"\nkind = "rhf"\n\n[[meeting_right]]'),
    "a line twice": ("[[meeting_right]]", '[[distribution_line]]\nbody = "radet"\nwhat = "agenda"\nperson = "per"\n'
                     "from = 2026-05-01\n\n[[meeting_right]]", "overlap_line", "from = 2026-05-01"),
    "a referral to all": ('what = "agenda"', 'what = "referral"', "not_distributed", 'what = "referral"'),
    "a role of a person": ('person = "per"', 'person = "per"\nrole = "Leder"', "role_of_a_body", 'role = "Leder"'),
    "a post without one": ('derived_from = "seat"', 'derived_from = "post"', "derived_from_what",
                           'derived_from = "post"'),
    "a circle": ('derived_seat = "nes-leder"', 'derived_seat = "nes-leder"\n\n[[derived_role]]\nseat = "nes-leder"\n'
                 'derived_from = "seat"\nderived_seat = "nes-uko"', "derived_circle", 'derived_seat = "nes-leder"'),
    "a derived seat that is given away": ('seat = "nes-uko"', 'seat = "nes-leder"', "derived_held", "nes-leder,kari,"),
    "ends first": ('of_body = "utvalget"', 'of_body = "utvalget"\nto = 2025-01-01', "order",
                   "from = 2026-01-01\n\n[[coordination]]\n"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_told_at_its_line_and_nothing_is_loaded(runtime: Runtime, full, fault: str):
    old, new, key, told_at = FAULTS[fault]
    text = (full.place / "pack.toml").read_text("utf-8")
    assert old in text
    full.write("pack.toml", text.replace(old, new, 1))
    plan = await packs.load(runtime, full.place)
    found = next(each for each in plan.faults if at(each) == key)
    read = (full.place / Path(found.file).name).read_text("utf-8")
    assert "".join(read.splitlines(keepends=True)[found.line - 1 :]).startswith(told_at)
    async with runtime.db.read() as db:
        assert (await db.scalars(select(Body))).all() == []


def at(finding) -> str:
    return finding.key.rpartition(".")[2]
