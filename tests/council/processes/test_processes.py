"""Change processes as data: who holds a case, what must be there before it moves on, and where it is now."""

from typing import Any

import pytest
from sqlalchemy import select

import builders
import statements
from builders import ASTRID, BJORN, HILDE, KARI, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import CaseProcessState, Post, StageNeed, StageState
from lisbot.council.models import (
    AgendaItem,
    Body,
    CaseProcess,
    Delivery,
    OutsideParty,
    Person,
    Process,
    ProcessStage,
    ProcessVersion,
    Secretariat,
    StageStay,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import CLOCK, Scheduler
from stages import Scene

DIRECTORS = "direktorene@rhf.example"
LATER: dict[str, Any] = {"holder": "case_secretariat", "days": "10"}


async def told(scene: Scene, kind: str) -> list[str]:
    """The addresses of those who were sent a kind of message."""
    found = [await scene.one(Person, id=each.person_id) for each in await scene.all(Delivery, kind=kind)]
    return sorted(person.email for person in found)


async def the_process(scene: Scene) -> int:
    return (await scene.one(Process)).id


async def small(scene: Scene) -> int:
    """The id of a process of three stages: the secretariat, the council, the directors."""
    party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": DIRECTORS, "contact": "Dagny Direktør"}
    await scene.ok(RAGNHILD, "outside_party.create", **party)
    party_id = (await scene.one(OutsideParty)).id
    process_id = (await scene.ok(RAGNHILD, "process.create", name="Fagavtale")).id
    for stage in (
        {"name": "Forberedelse", "holder": "case_secretariat", "needs": "papers", "days": "10"},
        {"name": "Rådet", "holder": "case_body", "needs": "outcome", "days": "60"},
        {"name": "Direktørene", "holder": f"party-{party_id}", "needs": "confirmation", "days": "30"},
    ):
        await scene.ok(RAGNHILD, "process.set_stage", process_id=process_id, **stage)
    stages = {each.name: each for each in await scene.all(ProcessStage)}
    for name, following in (("Forberedelse", "2"), ("Rådet", "3")):
        given = await as_it_is(scene, stages[name]) | {"leads_to": following}
        await scene.ok(RAGNHILD, "process.set_stage", process_id=process_id, stage_id=stages[name].id, **given)
    return process_id


async def as_it_is(_scene: Scene, stage: ProcessStage) -> dict[str, Any]:
    """What the form of a stage sends where nothing is changed in it."""
    holder = f"party-{stage.party_id}" if stage.party_id else stage.holder.value
    return {
        "name": stage.name,
        "holder": holder,
        "needs": ",".join(stage.needs),
        "days": str(stage.days or ""),
        "leads_to": ",".join(map(str, stage.leads_to)),
        "position": str(stage.position),
    }


async def started(scene: Scene, **more: Any) -> int:
    """The id of a case in that process, at its first stage."""
    process_id = await small(scene)
    await scene.on_agenda()
    view = await scene.ok(RAGNHILD, "case_process.start", case_id=1, process_id=process_id, **more)
    return view.id


async def moved(scene: Scene, about: dict[str, int], to: int, **more: Any) -> Any:
    return await scene.ok(RAGNHILD, "case_process.move", **about, to=f"stage-{to}", **more)


async def test_a_process_is_made_of_stages_in_the_secretariats_own_words(scene: Scene) -> None:
    process_id = await small(scene)
    view = await scene.ok(RAGNHILD, "process.show", process_id=process_id)
    assert [(each.name, each.days, each.leads_to) for each in view.stages] == [
        ("Forberedelse", 10, ("Rådet",)),
        ("Rådet", 60, ("Direktørene",)),
        ("Direktørene", 30, ()),
    ]
    assert view.version == 1
    words = await scene.words(RAGNHILD, "process.show", process_id=process_id)
    for said in ("Fagdirektørmøtet", "bekreftelse", "Her slutter prosessen"):
        assert said in words
    again = {"process_id": process_id, "name": "Rådet", "holder": "case_body"}
    assert (await scene.refused(RAGNHILD, "process.set_stage", **again)).key == "stage_is_there"
    unknown = {"process_id": process_id, "name": "Ny", "holder": "case_body"}
    assert (await scene.refused(RAGNHILD, "process.set_stage", **unknown, leads_to="9")).key == "no_such_stage"
    assert (await scene.refused(RAGNHILD, "process.set_stage", **unknown | {"holder": "body-99"})).status == 422
    assert (await scene.refused(RAGNHILD, "process.create", name="Fagavtale")).key == "process_is_there"
    assert (await scene.refused(RAGNHILD, "process.create")).key == "process_without_name"


async def test_a_case_moves_on_when_what_its_stage_needs_is_there(scene: Scene) -> None:
    about = {"case_process_id": await started(scene, words="Se på dette.")}
    shown = await scene.ok(RAGNHILD, "case_process.show", **about)
    assert (shown.stays[-1].stage, shown.needs[0].is_met) == ("Forberedelse", False)
    refused = await scene.refused(RAGNHILD, "case_process.move", **about, to="stage-2")
    assert refused.key == "stage_lacks"
    assert "sakspapirer" in refused.words
    await scene.ok(RAGNHILD, "case_process.note", **about, what="papers", words="Utkast", links="https://n.example/a")
    await moved(scene, about, 2)
    assert (await scene.refused(RAGNHILD, "case_process.note", **about, what="outcome", words="Ja")).status == 422
    assert (await scene.refused(RAGNHILD, "case_process.move", **about, to="stage-3")).key == "stage_lacks"
    await treated(scene)
    shown = await moved(scene, about, 3)
    assert (shown.holder, shown.secretariat) == ("Fagdirektørmøtet", "RegUt Sør")
    assert await told(scene, "stage_reached_by") == [DIRECTORS, KARI, KARI]
    await scene.ok(DIRECTORS, "case_process.note", **about, what="confirmation")
    assert await told(scene, "stage_noted") == [KARI, RAGNHILD]
    ended = await scene.ok(RAGNHILD, "case_process.move", **about, to="end")
    assert (ended.state, [each.state for each in ended.path]) == (CaseProcessState.DONE, [StageState.DONE] * 3)
    assert (await scene.refused(RAGNHILD, "case_process.move", **about, to="end")).key == "case_process_done"
    assert (await scene.refused(DIRECTORS, "case_process.note", **about, what="confirmation")).status == 404


async def treated(scene: Scene) -> None:
    """The council gave its advice about the case, in approved minutes."""
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    item_id = (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=1)


async def test_skipping_a_stage_wants_a_reason_that_is_kept(scene: Scene) -> None:
    about = {"case_process_id": await started(scene)}
    assert (await scene.refused(RAGNHILD, "case_process.move", **about, to="stage-3")).key == "stage_skipped"
    given = about | {"to": "stage-3", "reason": "Haster"}
    asked = await commands.run(scene.runtime, "case_process.move", given, Caller("cli", RAGNHILD))
    assert asked.status == 409
    assert {"stage_skips", "stage_lacks", "stage_goes", "stage_by_mail"} <= set(asked.view.questions)
    view = await moved(scene, about, 3, reason="Haster")
    assert view.stays[0].left_reason == "Haster"
    assert (await scene.refused(RAGNHILD, "case_process.move", **about, to="out")).key == "reason_to_stop"
    stopped = await scene.ok(RAGNHILD, "case_process.move", **about, to="out", reason="Løst")
    assert stopped.state is CaseProcessState.STOPPED
    assert DIRECTORS in await told(scene, "case_process_stopped")
    await scene.ok(RAGNHILD, "case_process.start", case_id=1, process_id=await the_process(scene))  # it may begin again


async def test_what_was_pressed_twice_moves_once(scene: Scene) -> None:
    about = {"case_process_id": await started(scene), "step": 1}
    await moved(scene, about, 2, reason="Klar")
    given = about | {"to": "stage-3", "reason": "Klar"}
    assert (await scene.refused(RAGNHILD, "case_process.move", **given)).key == "case_moved_meanwhile"
    given = {"case_id": 1, "process_id": await the_process(scene)}
    assert (await scene.refused(RAGNHILD, "case_process.start", **given)).key == "case_is_in_process"
    assert len(await scene.all(CaseProcess)) == 1


async def test_a_changed_process_leaves_the_cases_under_way_as_they_are(scene: Scene) -> None:
    about = {"case_process_id": await started(scene)}
    stages = {each.name: each for each in await scene.all(ProcessStage)}
    given = {"process_id": await the_process(scene), "stage_id": stages["Rådet"].id}
    await scene.ok(RAGNHILD, "process.remove_stage", **given)
    view = await scene.ok(RAGNHILD, "process.show", process_id=await the_process(scene))
    assert (view.version, [each.name for each in view.stages]) == (2, ["Forberedelse", "Direktørene"])
    assert (view.under_way, view.in_former, view.stages[0].leads_to) == (1, 1, ())
    assert (await scene.refused(RAGNHILD, "process.remove_stage", **given)).status == 404
    shown = await scene.ok(RAGNHILD, "case_process.show", **about)
    assert [each.name for each in shown.path] == ["Forberedelse", "Rådet", "Direktørene"]
    assert (shown.version, shown.newest) == (1, 2)
    assert "1 (den nyeste er 2)" in await scene.words(RAGNHILD, "case_process.show", **about)
    await moved(scene, about, 2, reason="Klar")
    later = {"process_id": await the_process(scene), "name": "Nytt trinn", "holder": "case_body"}
    await scene.ok(RAGNHILD, "process.set_stage", **later)
    assert len(await scene.all(ProcessVersion)) == 2  # nothing was put into the second


async def test_where_a_case_is_stands_in_words_a_table_and_a_picture(scene: Scene) -> None:
    about = {"case_process_id": await started(scene)}
    scene.at(2027, 2, 14, 9)
    sheet = await scene.sheet(RAGNHILD, "case_process.show", **about)
    assert [(each.title, each.is_now, each.is_done) for each in sheet.steps] == [
        ("Forberedelse", True, False),
        ("Rådet", False, False),
        ("Direktørene", False, False),
    ]
    words = await scene.words(RAGNHILD, "case_process.show", **about)
    assert "i 13 dager." in words
    assert "Rådet · kommer\n" in words and "Fra: kommer" not in words
    assert "Over vanlig tid, som var 10 dager, til " in words
    assert "Venter på: sakspapirer" in words, words
    listed = await scene.ok(RAGNHILD, "process.list")
    (line,) = listed.own
    assert (line.days, line.usual, line.is_overdue, line.waits_for) == (13, 10, True, (StageNeed.PAPERS,))
    sheet = await scene.sheet(RAGNHILD, "process.list")
    (picture,) = [each for each in sheet.sections if each.grid]
    assert picture.grid.columns == ("Forberedelse", "Rådet", "Direktørene")
    assert [each.sign for each in picture.grid.rows[0].cells] == ["!", "·", "·"]
    assert picture.table.rows[0].cells[1] == "Forberedelse"
    case = await scene.words(RAGNHILD, "case.show", case_id=1)
    assert "Forberedelse" in case


async def test_a_case_that_came_today_is_said_to_have_come_today(scene: Scene) -> None:
    words = await scene.words(RAGNHILD, "case_process.show", case_process_id=await started(scene))
    assert "Saken kom til trinnet «Forberedelse» hos " in words and " i dag." in words
    listed = await scene.words(RAGNHILD, "process.list")
    assert "i dag (vanlig tid 10 dager)" in listed


async def test_whoever_holds_a_case_too_long_is_reminded_until_it_moves(scene: Scene) -> None:
    about = {"case_process_id": await started(scene)}
    await moved(scene, about, 3, reason="Klar")  # on 1 February: the directors' 30 days end on 3 March
    for month, day, reminded, silent in ((2, 23, 0, 0), (2, 24, 1, 0), (3, 4, 2, 1), (3, 5, 2, 1), (3, 18, 3, 2)):
        scene.at(2027, month, day, 9)
        for _ in range(2):
            await Scheduler(scene.runtime).run_all_due()
        kinds = [each.kind for each in await scene.all(Delivery)]
        assert (kinds.count("stage_due") + kinds.count("stage_overdue"), kinds.count("stage_silent") // 2) == (
            reminded,
            silent,
        ), (month, day)
    assert set(await told(scene, "stage_overdue")) == {DIRECTORS}
    assert "Direktørene" in await scene.words(RAGNHILD, "worklist.show")
    assert "Direktørene" in await scene.words(RAGNHILD, "dashboard.show")
    for name in ("worklist.show", "dashboard.show"):
        with statements.sent_to(scene.runtime.db) as sent:
            await commands.run(scene.runtime, name, {}, Caller("cli", RAGNHILD))
        assert len(sent) <= 10, name
    assert "1 sak har vært lenger enn vanlig der den er" in await scene.words(
        RAGNHILD, "body.show", body_id=scene.body_id
    )
    await scene.ok(RAGNHILD, "case_process.move", **about, to="end", reason="Svart i møte")
    assert "Direktørene" not in await scene.words(RAGNHILD, "worklist.show")
    scene.at(2027, 6, 1, 9)
    given = {"case_process_id": about["case_process_id"]}
    assert (await commands.run(scene.runtime, "case_process.remind_due", given, CLOCK)).status == 409


async def test_who_may_define_move_and_see(scene: Scene) -> None:
    about = {"case_process_id": await started(scene, words="Hemmelig merknad")}
    async with scene.runtime.db.write() as db:
        north = (await db.scalars(select(Secretariat).where(Secretariat.key == "regut-north"))).one()
        siri = (await db.scalars(select(Person).where(Person.email == SIRI))).one()
        db.add(builders.staff(north, siri, Post.LEADER))
    for who in (SIRI, HILDE, DIRECTORS, BJORN):
        assert (await scene.refused(who, "case_process.show", **about)).status == 404
        assert (await scene.refused(who, "case_process.note", **about, what="confirmation")).status == 404
    for who, status in ((SIRI, 404), (ASTRID, 403), (HILDE, 403)):
        assert (await scene.refused(who, "process.show", process_id=await the_process(scene))).status == status
        given = {"process_id": await the_process(scene), "name": "Ny", "holder": "case_body"}
        assert (await scene.refused(who, "process.set_stage", **given)).status == status
        assert (await scene.refused(who, "case_process.move", **about, to="stage-2", reason="x")).status == status
    assert (
        await scene.refused(SIRI, "case_process.start", case_id=1, process_id=await the_process(scene))
    ).status == 404
    # Members know of a case from when an agenda with it is sent out.
    for name in ("case.show", "journey.show"):
        assert (await scene.refused(BJORN, name, case_id=1)).status == 404
    await scene.ok(RAGNHILD, "notice.send", meeting_id=(await scene.one(AgendaItem, case_id=1)).meeting_id)
    assert (await scene.ok(BJORN, "case.show", case_id=1)).stages[0].id == about["case_process_id"]
    member = await scene.ok(BJORN, "case_process.show", **about)
    assert (member.actions, member.stays[0].words, member.stays[0].stage) == ((), "", "Forberedelse")
    assert (await scene.ok(SIRI, "process.list")).others == ()
    await moved(scene, about, 2, reason="Klar", receiver="RegUt Nord")
    assert await told(scene, "stage_reached_by") == [KARI, SIRI]
    shown = await scene.ok(SIRI, "case_process.show", **about)
    assert [each.command for each in shown.actions] == ["case_process.move", "case_process.note"]
    assert shown.case_id is None
    own = await scene.ok(RAGNHILD, "case_process.show", **about)
    assert [each.arguments.get("to") for each in own.actions] == ["out"]
    refused = await scene.refused(RAGNHILD, "case_process.move", **about, to="stage-3", reason="Haster")
    assert refused.key == "not_your_stage"
    assert [each.number for each in (await scene.ok(SIRI, "process.list")).own] == ["1/27"]
    await scene.ok(SIRI, "case_process.move", **about, to="stage-3", reason="Ferdig her")
    seen = await scene.ok(DIRECTORS, "case_process.show", **about)
    assert [each.command for each in seen.actions] == ["case_process.note"]
    assert seen.stays[0].words == ""
    await scene.ok(RAGNHILD, "case_process.move", **about, to="out", reason="Løst")


async def test_a_stage_whose_holder_is_chosen_asks_who_it_is(scene: Scene) -> None:
    process_id = (await scene.ok(RAGNHILD, "process.create", name="Valgt")).id
    await scene.ok(RAGNHILD, "process.set_stage", process_id=process_id, name="Fagkontakt", holder="chosen")
    await scene.on_agenda()
    given = {"case_id": 1, "process_id": process_id}
    refused = await scene.refused(RAGNHILD, "case_process.start", **given)
    assert refused.key == "stage_needs_receiver"
    assert (await scene.refused(RAGNHILD, "case_process.start", **given, receiver="Ingen")).key == "no_such_receiver"
    view = await scene.ok(RAGNHILD, "case_process.start", **given, receiver="Rådet i nord")
    assert (view.holder, view.secretariat) == ("Rådet i nord", "RegUt Nord")
    assert (await scene.one(StageStay)).body_id == (await scene.one(Body, key="nordrad")).id


async def test_another_council_that_has_a_case_at_the_secretariats_stage_is_named_itself(scene: Scene) -> None:
    process_id = await small(scene)
    await scene.on_agenda()
    given = {"case_id": 1, "process_id": process_id}
    view = await scene.ok(RAGNHILD, "case_process.start", **given, receiver="Rådet i nord")
    assert (view.holder, view.secretariat) == ("Rådet i nord", "RegUt Nord")
    words = await scene.words(RAGNHILD, "process.list")
    assert "Rådet i nord" in words


async def test_the_secretariat_chosen_where_it_has_the_case_anyway_has_it_as_usual(scene: Scene) -> None:
    process_id = await small(scene)
    await scene.on_agenda()
    given = {"case_id": 1, "process_id": process_id, "receiver": "RegUt Sør"}
    asked = await commands.run(scene.runtime, "case_process.start", given, Caller("cli", RAGNHILD))
    assert "stage_held_otherwise" not in asked.view.questions
    await scene.ok(RAGNHILD, "case_process.start", **given)
    # So it goes along where another secretariat runs the council.
    assert (await scene.one(StageStay)).body_id == scene.body_id


async def test_a_process_without_stages_takes_no_case(scene: Scene) -> None:
    process_id = (await scene.ok(RAGNHILD, "process.create", name="Tom")).id
    await scene.on_agenda()
    given = {"case_id": 1, "process_id": process_id}
    assert (await scene.refused(RAGNHILD, "case_process.start", **given)).key == "process_without_stages"
    assert (await scene.one(Process)).name == "Tom"


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_the_one_that_tka_decided_comes_with_lisbot(scene: Scene, lang: str) -> None:
    scene.lang = lang
    view = await scene.ok(RAGNHILD, "process.create", like="shipped-tka")
    assert len(view.stages) == 8
    assert [each.name for each in view.stages if not each.leads_to] == [view.stages[1].name, view.stages[7].name]
    assert len(view.stages[0].leads_to) == 2
    assert {each.name for each in await scene.all(OutsideParty)} == {
        "RegUt-ledermøtet",
        "Helsedirektoratet",
        "Spesialitetskomiteen",
    }
    copy = await scene.ok(RAGNHILD, "process.create", like=f"process-{view.id}", name="Vår egen")
    assert [each.name for each in copy.stages] == [each.name for each in view.stages]


async def forked(scene: Scene) -> dict[str, int]:
    """A case at the first stage of the process that comes with lisbot, which has two ways from there."""
    await scene.on_agenda()
    process = await scene.ok(RAGNHILD, "process.create", like="shipped-tka")
    view = await scene.ok(RAGNHILD, "case_process.start", case_id=1, process_id=process.id)
    return {"case_process_id": view.id}


async def test_where_a_process_forks_both_ways_are_seen_and_neither_is_chosen_for_anybody(scene: Scene) -> None:
    about = await forked(scene)
    words = await scene.words(RAGNHILD, "case_process.show", **about)
    assert "kan saken i stedet gå denne veien: RegUt som er fagkontakt → Rådet i fagkontaktens region" in words
    sheet = await scene.sheet(RAGNHILD, "process.list")
    (picture,) = [each for each in sheet.sections if each.grid]
    assert {"Behandling i regionen", "RegUt som er fagkontakt", "Helsedirektoratet"} <= set(picture.grid.columns)
    form = (await commands.ask(scene.runtime, "case_process.move", about, Caller("cli", RAGNHILD))).view
    assert "Veier herfra: Behandling i regionen / RegUt som er fagkontakt" in form.about
    fields = {each.name: each for each in form.fields}
    assert fields["to"].value in (None, "")
    assert (fields["receiver"].required, fields["receiver"].value) == (True, "usual")
    await scene.ok(RAGNHILD, "case_process.move", **about, to="stage-2", receiver="usual", reason="Lokal")


async def test_whoever_sends_a_case_on_that_is_in_a_process_is_told_of_that_first(scene: Scene) -> None:
    await forked(scene)
    await scene.ok(RAGNHILD, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email=DIRECTORS)
    given = {"case_id": 1, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"}
    reply = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert "på trinnet «Lokal eller nasjonal?» hos RegUt Sør" in " ".join(reply.view.facts)


async def test_whoever_has_no_process_can_use_the_one_that_comes_with_lisbot(scene: Scene) -> None:
    sheet = await scene.sheet(RAGNHILD, "process.list")
    button = next(each for each in sheet.actions if each.title == "Bruk «Endring av læringsaktivitet» fra TKA")
    form = (await commands.ask(scene.runtime, button.command, button.arguments, Caller("cli", RAGNHILD))).view
    assert {each.name: each.value for each in form.fields}["like"] == "shipped-tka"
    await scene.ok(RAGNHILD, button.command, **button.arguments)
    sheet = await scene.sheet(RAGNHILD, "process.list")
    assert not [each for each in sheet.actions if "TKA" in each.title]
