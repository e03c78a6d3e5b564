"""A change process in a pack: loaded, changed while cases are under way, and at fault."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import RAGNHILD
from lisbot import packs
from lisbot.cli.pack_plan import change_words
from lisbot.council.models import OutsideParty, Process
from stages import Scene

# The council of the scene is RegUt Sør's, and that in the north another secretariat's.
TABLES = """
[[outside_party]]
secretariat = "regut-south"
name = "Fagdirektørmøtet"
kind = "rhf"
email = "direktorene@example.no"
"""
STAGES = """\
secretariat;process;number;name;holder;body;party;needs;days;leads_to
regut-south;Fagavtale;1;Forberedelse;case_secretariat;;;papers,confirmation;10;2,3
regut-south;Fagavtale;2;Nord;named;nordrad;;outcome;60;3
regut-south;Fagavtale;3;Direktørene;named;;Fagdirektørmøtet;answer;;
"""
FIRST, SECOND, THIRD = 2, 3, 4  # the lines they stand on


class Written:
    """A pack with one process of RegUt Sør's, beside what the scene has."""

    def __init__(self, scene: Scene, place: Path) -> None:
        self.scene, self.place, self.stages = scene, place, STAGES
        (place / "pack.toml").write_text(TABLES, "utf-8")
        self.change("", "")

    def change(self, old: str, new: str) -> None:
        assert old in self.stages
        self.stages = self.stages.replace(old, new, 1)
        (self.place / "process_stages.csv").write_text(self.stages, "utf-8")

    async def load(self, **options: Any) -> packs.Plan:
        return await packs.load(self.scene.runtime, self.place, **options)

    async def loaded(self) -> packs.Plan:
        plan = await self.load()
        assert plan.faults == []
        return plan

    async def shown(self) -> Any:
        process = await self.scene.one(Process, name="Fagavtale")
        return await self.scene.ok(RAGNHILD, "process.show", process_id=process.id)

    async def started(self) -> dict[str, int]:
        """What a command about a case in the process is about."""
        process = await self.scene.one(Process, name="Fagavtale")
        await self.scene.on_agenda()
        view = await self.scene.ok(RAGNHILD, "case_process.start", case_id=1, process_id=process.id)
        return {"case_process_id": view.id}


@pytest.fixture
def pack(scene: Scene, tmp_path: Path) -> Written:
    return Written(scene, tmp_path)


async def test_the_stages_are_there_in_order_and_loading_them_again_changes_nothing(pack: Written):
    await pack.loaded()
    view = await pack.shown()
    assert [(each.name, each.holder_name, each.days, each.leads_to) for each in view.stages] == [
        ("Forberedelse", "", 10, ("Nord", "Direktørene")),
        ("Nord", "Rådet i nord", 60, ("Direktørene",)),
        ("Direktørene", "Fagdirektørmøtet", None, ()),
    ]
    assert [list(each.needs) for each in view.stages] == [["papers", "confirmation"], ["outcome"], ["answer"]]
    assert (await pack.loaded()).changes == []
    assert (await pack.shown()).version == 1


async def test_before_any_case_is_in_it_a_change_makes_no_new_version(pack: Written):
    await pack.loaded()
    pack.change(";10;2,3", ";20;2,3")
    await pack.loaded()
    view = await pack.shown()
    assert (view.version, view.stages[0].days) == (1, 20)


async def test_a_case_under_way_keeps_its_version_and_the_next_one_gets_the_new(pack: Written):
    await pack.loaded()
    about = await pack.started()
    pack.change("Nord;named", "Rådet i nord;named")
    pack.change(";3;Direktørene", ";4;Styret")
    pack.change(";2,3", ";2,4")
    pack.change(";60;3", ";60;4")
    plan = await pack.load(dry_run=True)
    assert [(each.what, each.key.rpartition(": ")[2]) for each in plan.changes] == [
        ("changed", "1"), ("changed", "2"), ("added", "4"), ("ended", "3"),
    ]  # fmt: skip
    words = "\n".join(change_words(each, "nb") for each in plan.changes)
    assert "- trinn i en prosess RegUt Sør – Fagavtale – Direktørene" in words
    assert "    leads_to: 2, 3 → 2, 4" in words
    assert (await pack.shown()).version == 1
    await pack.loaded()
    view = await pack.shown()
    assert (view.version, view.under_way, view.in_former) == (2, 1, 1)
    assert [(each.name, each.leads_to) for each in view.stages] == [
        ("Forberedelse", ("Rådet i nord", "Styret")),
        ("Rådet i nord", ("Styret",)),
        ("Styret", ()),
    ]
    case = await pack.scene.ok(RAGNHILD, "case_process.show", **about)
    assert (case.version, case.newest) == (1, 2)
    assert [each.name for each in case.path] == ["Forberedelse", "Nord", "Direktørene"]
    assert (await pack.loaded()).changes == []
    assert (await pack.shown()).version == 2


async def test_what_was_changed_in_lisbot_is_as_the_pack_says_again(pack: Written):
    await pack.loaded()
    view = await pack.shown()
    given = {"name": "Ny", "holder": "case_body", "position": "1"}
    await pack.scene.ok(RAGNHILD, "process.set_stage", process_id=view.id, **given)
    await pack.loaded()
    assert [each.name for each in (await pack.shown()).stages] == ["Forberedelse", "Nord", "Direktørene"]


async def test_a_process_that_the_pack_does_not_mention_is_left_as_it_is(pack: Written):
    await pack.loaded()
    pack.change("".join(pack.stages.splitlines(keepends=True)[1:]), "")
    assert (await pack.loaded()).changes == []
    assert len((await pack.shown()).stages) == 3


async def test_a_new_stage_is_not_held_by_somebody_who_is_closed(pack: Written):
    await pack.loaded()
    party = await pack.scene.one(OutsideParty, name="Fagdirektørmøtet")
    async with pack.scene.runtime.db.write() as db:
        (await db.get_one(OutsideParty, party.id)).closed_on = date(2020, 1, 1)
    assert (await pack.loaded()).changes == []  # as it was before they were
    pack.change(
        "regut-south;Fagavtale;3;", "regut-south;Fagavtale;4;HR;named;;Fagdirektørmøtet;;;\nregut-south;Fagavtale;3;"
    )
    assert [at(found) for found in (await pack.load()).faults] == [("process_stages.csv", THIRD, "closed_holder")]
    assert len((await pack.shown()).stages) == 3


# What is changed, to what, and at which line which fault is told.
FAULTS = {
    "a number twice": (";2;Nord", ";1;Nord", SECOND, "key_twice"),
    "the same number, written otherwise": (";2;Nord", ";01;Nord", SECOND, "key_twice"),
    "a name twice": (";2;Nord", ";2;forberedelse", SECOND, "key_twice"),
    "no such stage": (";10;2,3", ";10;2,9", FIRST, "no_such_stage"),
    "leads to itself": (";10;2,3", ";10;1", FIRST, "leads_to_itself"),
    "words for a number": (";10;2,3", ";10;Nord", FIRST, "not_number"),
    "an unknown need": ("papers,", "paper,", FIRST, "not_offered"),
    "an unknown holder": ("case_secretariat", "secretariat", FIRST, "not_offered"),
    "named, and nobody is": (";Fagdirektørmøtet;", ";;", THIRD, "holder_of_stage"),
    "chosen, and somebody is named": (";named;;Fag", ";chosen;;Fag", THIRD, "holder_of_stage"),
    "an unknown body": ("nordrad", "sørrad", SECOND, "unknown_key"),
    "a misspelt party": (";Fagdirektørmøtet;", ";Fagdirektormøtet;", THIRD, "misspelt_key"),
    "no time at all": (";10;2,3", ";0;2,3", FIRST, "too_small"),
    "no number": (";2;Nord", ";;Nord", SECOND, "missing"),
    "too many stages": (
        ";answer;;\n", ";answer;;\n" + "".join(
            f"regut-south;Fagavtale;{n};{n};chosen;;;;;\n" for n in range(4, 32)
        ), 32, "too_many_stages",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_told_at_its_line_alone_and_nothing_is_loaded(pack: Written, fault: str):
    old, new, line, key = FAULTS[fault]
    pack.change(old, new)
    assert {at(found) for found in (await pack.load()).faults} >= {("process_stages.csv", line, key)}
    assert await pack.scene.all(Process) == []


async def test_a_way_to_a_stage_that_cannot_be_read_is_no_second_fault(pack: Written):
    pack.change(";answer;", ";svar;")
    assert [at(found) for found in (await pack.load()).faults] == [("process_stages.csv", THIRD, "not_offered")]


def at(finding) -> tuple[str, int, str]:
    return Path(finding.file).name, finding.line, finding.key.rpartition(".")[2]
