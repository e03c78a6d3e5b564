"""A representative shares an item with their own hospital's doctors by a link: what comes in is theirs alone."""

from datetime import date, timedelta

from sharing import SECRET, give, path_of, share, shared, stand_in, told
from sqlalchemy import update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.council.core.views import is_allowed
from lisbot.council.enums import InputStance, LocalInputState
from lisbot.council.models import (
    AgendaItem,
    Case,
    Delivery,
    ItemStatement,
    LocalInput,
    LocalInputAnswer,
    LogArguments,
    LogLine,
    Meeting,
    Term,
)
from lisbot.scheduler import Scheduler
from stages import JUNE


async def test_a_doctor_answers_by_the_link_and_the_representative_attaches_what_they_choose(scene, doctor):
    meeting_id, item_id = await scene.published()
    mine = await share(scene, ASTRID, item_id)
    await doctor.get(path_of(mine))
    assert "Felles rotasjon" in doctor.page
    assert "Astrid Fjord, Fjord sykehus HF" in doctor.page
    assert doctor.headers["X-Robots-Tag"] == "noindex"
    assert doctor.headers["Cache-Control"] == "no-store"
    assert await doctor.send(path_of(mine), {"stance": "opposes", "words": SECRET, "name": "Lise Lege"}) == 200
    assert doctor.url.query == {"given": "1"}
    assert "Takk. Innspelet er sendt." in doctor.page
    await give(doctor, path_of(mine), "supports")
    seen = await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)
    assert seen.counts == {InputStance.OPPOSES: 1, InputStance.SUPPORTS: 1}
    assert [(each.words, each.name) for each in seen.answers] == [("", ""), (SECRET, "Lise Lege")]
    words = await scene.words(ASTRID, "local_input.show", local_input_id=mine.id)
    assert SECRET in words
    assert "Lise Lege" in words
    # The button stands on what was said; its form has the words and nobody's name.
    button = next(each for each in seen.answers[1].actions if each.command == "local_input.attach")
    form = await scene.form(ASTRID, button.command, **button.arguments)
    assert SECRET in str(form)
    assert "Lise" not in str(form)
    said = "Fjord har få rettleiarar."
    attached = await scene.ok(ASTRID, "local_input.attach", local_input_id=mine.id, text=said)
    assert attached.statement == said
    for who in (RAGNHILD, BJORN, PAAL):
        for command in ("agenda.show", "meeting.show"):
            assert f"Fjord sykehus HF: {said}" in await scene.words(who, command, meeting_id=meeting_id)
        assert said in await scene.words(who, "case.show", case_id=(await scene.one(Case)).id)
    assert said not in await scene.words(HILDE, "agenda.show", meeting_id=meeting_id)
    await scene.ok(ASTRID, "local_input.detach", local_input_id=mine.id)
    assert said not in await scene.words(RAGNHILD, "agenda.show", meeting_id=meeting_id)


async def test_nobody_else_sees_that_it_is_shared_or_what_came(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    for who in (RAGNHILD, KARI, BJORN, ELI, FRODE, PAAL, HILDE, SIRI):
        assert (await scene(who, "local_input.show", local_input_id=mine.id)).status == 404
        assert (await scene.ok(who, "local_input.list")).lines == ()
        for command in ("local_input.attach", "local_input.stop", "local_input.detach"):
            text = {"text": "x"} if command == "local_input.attach" else {}
            assert (await scene(who, command, local_input_id=mine.id, **text)).status in (403, 404)
    for name in ("body.export",):
        export = await scene.ok(RAGNHILD, name, body_id=scene.body_id, whole=True)
        assert SECRET not in str(export)
        assert "local_input" not in export.rows
    astrid = await scene.person(ASTRID)
    of_astrid = await scene.ok(RAGNHILD, "person.show_data", person_id=astrid)
    assert not {"local_input", "local_input_answer"} & of_astrid.rows.keys()
    own = await scene.ok(ASTRID, "person.show_data")
    assert SECRET in str(own.rows["local_input_answer"])
    assert SECRET not in str([vars(each) for each in await scene.all(LogArguments)])
    assert {line.command for line in await scene.all(LogLine)} >= {"local_input.share"}
    assert "local_input.give" not in {line.command for line in await scene.all(LogLine)}
    assert mine.link.rpartition("/")[2] not in str([vars(each) for each in await scene.all(LocalInput)])


async def test_only_who_speaks_for_an_organisation_is_offered_to_share(scene):
    _, item_id = await scene.published()
    case_id = (await scene.one(Case)).id
    for who in (RAGNHILD, FRODE):
        case = await scene.ok(who, "case.show", case_id=case_id)
        assert not is_allowed(case.actions, "local_input.share")
        await scene.refused(who, "local_input.share", item_id=item_id)
    for who in (BJORN, PAAL):
        assert is_allowed((await scene.ok(who, "case.show", case_id=case_id)).actions, "local_input.share")


async def test_a_deputy_shares_while_they_stand_in(scene, doctor):
    meeting_id, item_id = await scene.published()
    await stand_in(scene, meeting_id)
    mine = await share(scene, FRODE, item_id)
    await doctor.get(path_of(mine))
    assert "Frode Vara" in doctor.page
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="declined")
    assert await doctor.get(path_of(mine)) == 410


async def test_a_deputy_who_came_to_one_meeting_does_not_speak_at_the_next(scene, doctor):
    march, item_id = await scene.published()
    await stand_in(scene, march)
    await share(scene, FRODE, item_id)
    scene.at(2027, 3, 10, 12)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=march)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    given = {"item_id": item_id, "outcome": "postponed", "words": "Utsettes.", "to_meeting_id": june}
    await scene.ok(RAGNHILD, "outcome.record", **given)
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    await stand_in(scene, june)
    case_id = (await scene.one(Case)).id
    mine = await share(scene, FRODE, (await scene.one(AgendaItem, case_id=case_id, meeting_id=june)).id)
    assert await doctor.get(path_of(mine)) == 200
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=june, response="declined")
    assert await doctor.get(path_of(mine)) == 410


async def test_an_item_that_is_confidential_or_not_published_is_not_shared(scene):
    item_id = await scene.on_agenda()
    await scene.refused(ASTRID, "local_input.share", item_id=item_id)
    meeting_id = (await scene.one(Meeting, held_on=date(2027, 3, 10))).id
    [draft, *_] = [each for each in await scene.all(AgendaItem) if each.case_id is None]
    refusal = await scene.refused(ASTRID, "local_input.share", item_id=draft.id)
    assert refusal.key == "local_input_not_published" and draft.title not in refusal.words
    await scene.ok(
        RAGNHILD, "agenda_item.edit", item_id=item_id, title="Felles rotasjon", kind="advice", confidential=1
    )
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.refused(ASTRID, "local_input.share", item_id=item_id)
    case = await scene.ok(ASTRID, "case.show", case_id=(await scene.one(Case)).id)
    assert not is_allowed(case.actions, "local_input.share")


async def test_a_case_put_on_the_next_agenda_while_the_meeting_is_held_leaves_there_what_was_stated_before_it(
    scene, doctor
):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    await scene.ok(ASTRID, "local_input.attach", local_input_id=mine.id, text="Fjord er imot.")
    item_id = (await scene.one(AgendaItem, case_id=mine.case_id)).id
    scene.at(2027, 3, 10, 12)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=mine.meeting.id)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    given = {"item_id": item_id, "outcome": "postponed", "words": "Utsettes.", "to_meeting_id": june}
    await scene.ok(RAGNHILD, "outcome.record", **given)
    assert (await scene.one(AgendaItem, case_id=mine.case_id, meeting_id=june)).title
    assert "Fjord er imot." in await scene.words(BJORN, "agenda.show", meeting_id=mine.meeting.id)
    assert "Fjord er imot." not in await scene.words(RAGNHILD, "agenda.show", meeting_id=june)
    assert (await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)).meeting.id == mine.meeting.id


async def test_a_new_holder_begins_anew(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    astrid, paal, seat = await scene.person(ASTRID), await scene.person(PAAL), await scene.seat("fjord")
    async with scene.runtime.db.write() as db:
        held = Term.person_id == astrid, Term.seat_id == seat
        await db.execute(update(Term).where(*held).values(to_on=date(2027, 2, 20)))
        new = Term(seat_id=seat, person_id=paal, rank=0, from_on=date(2027, 2, 21), recorded_at=builders.RECORDED)
        db.add(new)
    scene.at(2027, 2, 20, 9)
    assert await doctor.get(path_of(mine)) == 200
    scene.at(2027, 2, 21, 9)
    assert await doctor.get(path_of(mine)) == 410
    assert (await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)).state is LocalInputState.LEFT
    assert (await share(scene, PAAL, (await scene.one(AgendaItem, case_id=mine.case_id)).id)).answers == ()
    assert (await scene(ASTRID, "local_input.attach", local_input_id=mine.id, text="x")).status in (403, 409)
    await scene.ok(RAGNHILD, "person.erase", person_id=astrid)
    assert {each.person_id for each in await scene.all(LocalInput)} == {paal}
    assert SECRET not in str([vars(each) for each in await scene.all(LocalInputAnswer)])


async def test_the_representative_is_told_once_a_day_at_most(scene, doctor):
    mine = await shared(scene)
    scheduler = Scheduler(scene.runtime)
    await scheduler.run_all_due()
    assert await told(scene) == 0
    for words in ("Ein", "To"):
        await give(doctor, path_of(mine), words=words)
    await scheduler.run_all_due()
    assert [each.person_id for each in await scene.all(Delivery, kind="local_input_came")] == [
        await scene.person(ASTRID)
    ]
    scene.clock.at += timedelta(hours=1)
    await give(doctor, path_of(mine), words="Tre")
    await scheduler.run_all_due()
    assert await told(scene) == 1
    scene.clock.at += timedelta(days=1)
    await scheduler.run_all_due()
    assert await told(scene) == 2
    scene.clock.at += timedelta(days=1)
    await scheduler.run_all_due()
    assert await told(scene) == 2


async def test_what_came_in_is_erased_some_months_after_the_minutes_and_what_was_attached_stays(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    await scene.ok(ASTRID, "local_input.attach", local_input_id=mine.id, text="Fjord er imot.")
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=mine.meeting.id)
    item_id = (await scene.one(AgendaItem, case_id=mine.case_id)).id
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=mine.meeting.id)
    scheduler = Scheduler(scene.runtime)
    scene.at(2027, 6, 11, 9)
    await scheduler.run_all_due()
    assert len(await scene.all(LocalInputAnswer)) == 1
    scene.at(2027, 6, 13, 9)
    await scheduler.run_all_due()
    assert await scene.all(LocalInputAnswer) == []
    assert await scene.all(LocalInput) == []
    assert [each.text for each in await scene.all(ItemStatement)] == ["Fjord er imot."]
    assert (await doctor.get(path_of(mine))) == 404


async def test_what_came_in_follows_whoever_somebody_turned_out_to_be_and_goes_with_them(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    async with scene.runtime.db.write() as db:
        other = builders.Person(key="astrid2", name="Astrid Fjord", email="a@fjord.example")
        db.add(other)
        await db.flush()
        new_seat = await scene.seat("fjord")
        db.add(
            Term(seat_id=new_seat, person_id=other.id, rank=5, from_on=builders.START, recorded_at=builders.RECORDED)
        )
        other_id = other.id
    astrid = await scene.person(ASTRID)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Term).where(Term.person_id == other_id).values(to_on=builders.START))
        await db.execute(update(Term).where(Term.person_id == astrid).values(from_on=date(2026, 1, 2)))
    await scene.ok(RAGNHILD, "person.merge", person_id=other_id, other_id=astrid)
    assert {each.person_id for each in await scene.all(LocalInput)} == {other_id}
    assert {each.person_id for each in await scene.all(LocalInputAnswer)} == {other_id}
