"""What of a body's goes to others, who they are, and what they may read of it."""

from datetime import datetime, timedelta

import pytest

from builders import ASTRID, BJORN, HILDE, OSLO, RAGNHILD, SIRI, staff
from distribution_scene import second_body
from lisbot.council.enums import OrgKind, Post
from lisbot.council.models import AgendaItem, Delivery, DistributionLine, Guest, OutsideParty, Person, Secretariat

PAPER = "post@direktoratet.example"


async def add(scene, what, **to):
    return await scene.ok(RAGNHILD, "distribution_line.add", body_id=scene.body_id, what=what, **to)


async def told(scene, who, kind=None):
    person = await scene.person(who)
    return [each for each in await scene.all(Delivery, person_id=person) if kind in (None, each.kind)]


async def test_a_summary_reaches_the_members_of_another_body(scene):
    forum = await second_body(scene)
    await add(scene, "summary", to_body_id=forum)
    meeting_id, _ = await scene.published()
    early = await scene.refused(RAGNHILD, "summary.write", meeting_id=meeting_id, text="For tidlig.")
    assert early.key == "not_held_yet"
    scene.at(2027, 3, 11, 9)
    form = await scene.form(RAGNHILD, "summary.write", meeting_id=meeting_id)
    assert form["fields"][0]["value"] == ""
    await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Rådet drøftet rotasjon.")
    assert (await scene.refused(ASTRID, "summary.show", meeting_id=meeting_id)).key == "no_summary_yet"
    assert (await scene.refused(SIRI, "dispatch.show", meeting_id=meeting_id, what="summary")).status == 404
    done = await scene.done(RAGNHILD, "summary.send", meeting_id=meeting_id)
    assert done.view.state == "sent"
    assert [each.args for each in await told(scene, SIRI)] == [{"meeting_id": meeting_id, "what": "summary"}]
    assert "Rådet drøftet rotasjon." in await scene.words(SIRI, "dispatch.show", meeting_id=meeting_id, what="summary")
    assert "Rådet drøftet rotasjon." in await scene.words(ASTRID, "summary.show", meeting_id=meeting_id)
    assert not await told(scene, HILDE, "distributed_minutes")  # who is sent the agenda of a forum is no member of it
    assert (await scene.refused(RAGNHILD, "summary.send", meeting_id=meeting_id)).key == "summary_sent"
    # What was sent stands until the corrected text is sent.
    view = await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text="Rettet.")
    assert view.state == "changed"
    assert "Rettet." not in await scene.words(SIRI, "dispatch.show", meeting_id=meeting_id, what="summary")
    await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)
    assert "Rettet." in await scene.words(SIRI, "dispatch.show", meeting_id=meeting_id, what="summary")
    sent = [each.kind for each in await told(scene, SIRI)]
    assert sent == ["distributed_minutes", "distributed_minutes_corrected"]
    page = await scene.words(RAGNHILD, "delivery.show", meeting_id=meeting_id)
    assert "Siri Nord" in page


async def test_an_address_outside_gets_the_agenda_and_reads_nothing_else(scene):
    meeting_id = (await scene.published())[0]
    await scene.ok(
        RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Hemmelig sak", kind="discussion", confidential=True
    )
    view = await add(scene, "agenda", email=PAPER, name="Direktoratet, postmottak")
    assert [(line.to, line.count) for line in view.lines] == [("Direktoratet, postmottak", 1)]
    shown = await scene.words(RAGNHILD, "distribution_line.list", body_id=scene.body_id)
    assert "\nDirektoratet, postmottak\nsaklisten · 1 person · fra 1. februar 2027" in shown
    assert not await told(scene, PAPER)
    asked = await scene.form(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "6 personer" in str(asked)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    about = {"meeting_id": meeting_id, "what": "agenda"}
    words = await scene.words(PAPER, "dispatch.show", **about)
    assert "Felles rotasjon" in words and "Hemmelig sak" not in words
    for name in ("agenda.show", "meeting.show", "minutes.show"):
        assert (await scene.refused(PAPER, name, meeting_id=meeting_id)).status in (403, 404)
    assert (await scene.refused(PAPER, "dispatch.show", meeting_id=meeting_id, what="notice")).status == 404
    assert (await scene.refused(SIRI, "dispatch.show", **about)).status == 404
    # They are told once what has changed, that it is moved, and that it is off.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Ny sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "Ny sak" in await scene.words(PAPER, "dispatch.show", **about)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-11")
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Streik")
    changed = "distributed_agenda_changed"
    kinds = ["distributed_agenda", changed, changed, "distributed_agenda_cancelled"]
    assert [each.kind for each in await told(scene, PAPER)] == kinds
    assert "Streik" in await scene.words(PAPER, "dispatch.show", **about)
    # Once the line is over nothing more goes there.
    line = await scene.one(DistributionLine)
    await scene.ok(RAGNHILD, "distribution_line.end", line_id=line.id, to_on="2027-01-01")
    assert not (await scene.ok(ASTRID, "distribution_line.list", body_id=scene.body_id)).lines


async def test_minutes_go_as_they_were_approved_without_what_is_confidential(scene):
    meeting_id = (await scene.published())[0]
    await add(scene, "minutes", to_body_id=scene.body_id, role="leser")
    await add(scene, "outcome", email=PAPER, name="Direktoratet")
    scene.at(2027, 3, 11, 9)
    await scene.ok(
        RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Hemmelig sak", kind="discussion", confidential=True
    )
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    for item in await scene.all(AgendaItem, meeting_id=meeting_id):
        if item.case_id is not None:
            words = {"words": f"Om {item.title}."}
            await scene.ok(RAGNHILD, "minutes.write", item_id=item.id, discussed=f"Sagt om {item.title}")
            await scene.ok(RAGNHILD, "outcome.record", item_id=item.id, outcome="input", **words)
    assert (await scene.refused(HILDE, "dispatch.show", meeting_id=meeting_id, what="minutes")).status == 404
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    words = await scene.words(HILDE, "dispatch.show", meeting_id=meeting_id, what="minutes")
    assert "Sagt om Felles rotasjon" in words and "Hemmelig" not in words, words
    words = await scene.words(PAPER, "dispatch.show", meeting_id=meeting_id, what="outcome")
    assert "Om Felles rotasjon." in words and "Sagt om" not in words and "Hemmelig" not in words
    # While they are corrected, what was approved stands.
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil")
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    await scene.ok(RAGNHILD, "minutes.write", item_id=item.id, discussed="Utkast")
    assert "Utkast" not in await scene.words(HILDE, "dispatch.show", meeting_id=meeting_id, what="minutes")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "one_receiver"),
        ({"organisation_id": 1, "email": PAPER}, "one_receiver"),
        ({"email": PAPER}, "receiver_needs_name"),
        ({"email": PAPER, "name": "Dir", "role": "Leser"}, "role_of_a_body"),
        ({"to_body_id": 2}, "not_found"),  # another secretariat's
        ({"to_body_id": 1, "role": "Pave"}, "no_such_role"),
        ({"organisation_id": 999}, "no_such_organisation"),
        ({"organisation_id": 1, "from_on": "2027-02-01", "to_on": "2027-01-01"}, "ends_before_it_begins"),
        ({"organisation_id": 1, "published_on": "intranet"}, "one_receiver"),
        ({"to_party_id": 4711}, "not_found"),
        ({"published_on": "web"}, "not_on_the_web"),  # minutes are not written to be read by anybody
    ],
)
async def test_what_names_nobody_is_refused(scene, given, key):
    refused = await scene.refused(RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="minutes", **given)
    assert refused.key == key


async def test_only_the_secretariat_keeps_it_and_members_see_it(scene):
    add_it = {"body_id": scene.body_id, "what": "minutes", "organisation_id": 1}
    for who in (ASTRID, BJORN, HILDE, SIRI):
        assert (await scene.refused(who, "distribution_line.add", **add_it)).status in (403, 404)
    await scene.ok(RAGNHILD, "distribution_line.add", **add_it)
    assert (await scene.refused(RAGNHILD, "distribution_line.add", **add_it)).key == "distributed_already"
    line_id = (await scene.one(DistributionLine)).id
    for who in (ASTRID, SIRI):
        refused = await scene.refused(who, "distribution_line.end", line_id=line_id, to_on="2027-01-01")
        assert refused.status in (403, 404)
    assert "Fjord sykehus HF" in await scene.words(ASTRID, "body.show", body_id=scene.body_id)
    (line,) = (await scene.ok(ASTRID, "distribution_line.list", body_id=scene.body_id)).lines
    assert (line.to, line.count, line.actions) == ("Fjord sykehus HF", 1, ())
    assert (await scene.refused(HILDE, "distribution_line.list", body_id=scene.body_id)).status == 403


async def test_whoever_is_written_to_is_the_secretariats_that_writes_to_them(scene):
    """Another secretariat, which keeps nobody there, may not give a mailbox another address."""
    await add(scene, "agenda", email=PAPER, name="Direktoratet")
    person_id = await scene.person(PAPER)
    async with scene.runtime.db.write() as db:
        north = await scene.one(Secretariat, key="regut-north")
        db.add(staff(north, await scene.one(Person, email=SIRI), Post.LEADER))
    given = {"person_id": person_id, "name": "Direktoratet", "email": "siri2@nord.example"}
    assert (await scene.refused(SIRI, "person.edit", **given)).status in (403, 404)
    await scene.ok(RAGNHILD, "person.edit", **given | {"email": "ny@direktoratet.example"})


async def test_a_guest_who_is_sent_the_agenda_too_gets_both(scene):
    await add(scene, "agenda", email=PAPER, name="Direktoratet")
    meeting_id, item_id = await scene.published()
    given = {"name": "Direktoratet", "email": PAPER, "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    async with scene.runtime.db.write() as db:  # their calendar is told
        guest = await db.get_one(Guest, (await scene.one(Guest)).id)
        guest.calendar_digest = "of other hours"
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Ny sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    kinds = ["distributed_agenda", "guest_invited", "guest_changed", "distributed_agenda_changed"]
    assert [each.kind for each in await told(scene, PAPER)] == kinds
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    kinds = ["guest_moved", "distributed_agenda_changed"]
    assert [each.kind for each in await told(scene, PAPER)][-2:] == kinds


async def test_what_becomes_confidential_is_withheld_from_who_was_sent_it(scene):
    await add(scene, "agenda", email=PAPER, name="Direktoratet")
    meeting_id, item_id = await scene.published()
    about = {"meeting_id": meeting_id, "what": "agenda"}
    assert "Felles rotasjon" in await scene.words(PAPER, "dispatch.show", **about)
    secret = {"title": "Felles rotasjon", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **secret)
    assert "Felles rotasjon" not in await scene.words(PAPER, "dispatch.show", **about)


async def test_a_line_that_is_over_is_not_begun_again_and_one_that_was_is_not_undone(scene):
    await add(scene, "agenda", email=PAPER, name="Direktoratet", to_on="2027-06-30")
    line_id = (await scene.one(DistributionLine)).id
    later = await scene.refused(RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2027-12-31")
    assert later.key == "ends_later"
    scene.at(2027, 2, 1, 9)
    early = await scene.refused(RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2026-10-01")
    assert early.key == "ends_before_it_begins"
    await scene.ok(RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2027-01-31")
    again = await scene.refused(RAGNHILD, "distribution_line.end", line_id=line_id, to_on="2027-06-30")
    assert again.key == "ended_already"
    assert len(await scene.all(DistributionLine)) == 1
    await add(scene, "minutes", email=PAPER, from_on="2027-09-01")
    (coming,) = await scene.all(DistributionLine, what="minutes")
    await scene.ok(RAGNHILD, "distribution_line.end", line_id=coming.id, to_on="2027-08-31")
    assert not await scene.all(DistributionLine, what="minutes")


async def test_a_file_of_dates_tells_who_was_sent_each_meeting_that_it_changes(scene):
    await add(scene, "agenda", email=PAPER, name="Direktoratet")
    meeting_id = (await scene.published())[0]
    plan = "body;date;place\nsamrad;2027-03-10;Bergen"
    await scene.ok(RAGNHILD, "year_plan.load", plan=plan)
    kinds = ["distributed_agenda", "distributed_agenda_changed"]
    assert [each.kind for each in await told(scene, PAPER)] == kinds
    assert {each.args["meeting_id"] for each in await told(scene, PAPER)} == {meeting_id}


async def test_what_is_told_for_information_keeps_for_the_morning(scene):
    await add(scene, "agenda", email=PAPER, name="Direktoratet")
    meeting_id, item_id = await scene.published()
    given = {"name": "Nora Ny", "email": "nora@partner.example", "item_id": item_id}
    scene.at(2027, 2, 5, 21)  # a Friday
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Snø")
    for kind in ("distributed_agenda_cancelled", "guest_invited", "guest_cancelled"):
        (message,) = await scene.all(Delivery, kind=kind)
        assert message.next_at.astimezone(OSLO) == datetime(2027, 2, 8, 7, tzinfo=OSLO), kind


async def party(scene, **more):
    given = {"name": "Fagdirektørmøtet", "org_kind": "rhf", **more}
    await scene.ok(RAGNHILD, "outside_party.create", **given)
    return (await scene.one(OutsideParty, name="Fagdirektørmøtet")).id


async def test_a_party_outside_gets_it_at_the_address_it_has_that_day(scene):
    party_id = await party(scene, email=PAPER, contact="Sekretær")
    (line,) = (await add(scene, "agenda", to_party_id=party_id)).lines
    assert (line.to, line.count, line.unreached) == ("Fagdirektørmøtet", 1, ())
    assert "Fagdirektørmøtet" in await scene.words(ASTRID, "body.show", body_id=scene.body_id)
    new = "ny@direktorene.example"
    given = {"party_id": party_id, "name": "Fagdirektørmøtet", "org_kind": "rhf", "contact": "Sekretær"}
    await scene.ok(RAGNHILD, "outside_party.edit", **given, email=new)
    meeting_id = (await scene.published())[0]
    about = {"meeting_id": meeting_id, "what": "agenda"}
    assert [each.kind for each in await told(scene, new)] == ["distributed_agenda"]
    assert "Felles rotasjon" in await scene.words(new, "dispatch.show", **about)
    assert (await scene.refused(PAPER, "dispatch.show", **about)).status == 404
    await scene.ok(RAGNHILD, "outside_party.close", party_id=party_id)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Ny sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert len(await told(scene, new)) == 1
    refused = await scene.refused(
        RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="minutes", to_party_id=party_id
    )
    assert refused.key == "party_is_closed"


async def test_a_party_without_an_address_is_said_to_be_reached_by_nothing(scene):
    party_id = await party(scene)
    form = await scene.form(
        RAGNHILD, "distribution_line.add", body_id=scene.body_id, what="agenda", to_party_id=party_id
    )
    assert "Ingenting når fram til: Fagdirektørmøtet." in str(form)
    (line,) = (await add(scene, "agenda", to_party_id=party_id)).lines
    assert (line.count, line.unreached) == (0, ("Fagdirektørmøtet",))
    shown = await scene.words(RAGNHILD, "distribution_line.list", body_id=scene.body_id)
    assert "\nFagdirektørmøtet\nsaklisten · ingen nå · fra " in shown
    await scene.published()


async def test_another_secretariats_party_is_not_there(scene):
    async with scene.runtime.db.write() as db:
        north = await scene.one(Secretariat, key="regut-north")
        db.add(OutsideParty(secretariat_id=north.id, name="Deres", kind=OrgKind.RHF, email=None))
    theirs = (await scene.one(OutsideParty, name="Deres")).id
    given = {"body_id": scene.body_id, "what": "agenda", "to_party_id": theirs}
    assert (await scene.refused(RAGNHILD, "distribution_line.add", **given)).status == 404
    form = await scene.form(RAGNHILD, "distribution_line.add", body_id=scene.body_id)
    assert "Deres" not in str(form)


@pytest.mark.parametrize("what", ["agenda", "summary"])
async def test_whoever_is_sent_it_no_more_keeps_what_they_were_sent_and_reads_nothing_newer(scene, what):
    await add(scene, what, email=PAPER, name="Direktoratet")
    line_id = (await scene.one(DistributionLine)).id
    meeting_id = (await scene.published())[0]
    about = {"meeting_id": meeting_id, "what": what}

    async def send(said):
        if what == "agenda":
            await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title=said, kind="discussion")
            await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
        else:
            await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text=said)
            await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)

    if what == "summary":
        scene.at(2027, 3, 11, 9)
    for said in ("Den første.", "Den andre."):
        await send(said)
        assert said in await scene.words(PAPER, "dispatch.show", **about)
        scene.clock.at += timedelta(days=1)
    last = (scene.clock.at - timedelta(days=1)).date().isoformat()
    await scene.ok(RAGNHILD, "distribution_line.end", line_id=line_id, to_on=last)
    assert "Den andre." in await scene.words(PAPER, "dispatch.show", **about)
    await send("Den tredje.")
    assert (await scene.refused(PAPER, "dispatch.show", **about)).key == "dispatched_no_more"
