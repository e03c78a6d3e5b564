"""Erasing who somebody is: what goes, what stays whole, and who is not erased yet."""

import asyncio
import json
from datetime import timedelta

from builders import ASTRID, BJORN, ELI, KARI, RAGNHILD
from council.consultations.consulting import HDIR, asked
from council.processes.test_processes import started
from council.register.test_person_data import leaves
from dumps import dump
from lisbot.commands import run
from lisbot.council.enums import DeliveryState, InboundKind
from lisbot.council.log.link import link_committed
from lisbot.council.log.views import Fault
from lisbot.council.models import (
    ActionLink,
    CalendarFeed,
    Delivery,
    Guest,
    InboundMail,
    LogArguments,
    LogLine,
    MailTrouble,
    Meeting,
    OutsideParty,
    Person,
    PersonMerge,
    RegisterImport,
    Staff,
    Term,
    Vote,
)
from lisbot.council.register.identity import Caller
from people import form

HEADINGS = "Råd;Virksomhet;Navn;E-post;Rolle;Fra;Til\n"


async def test_erasing_one_leaves_what_is_about_others_and_takes_all_of_theirs(scene):
    """Somebody called «Per», as also another is, under two records and with an address that was replaced."""
    per = await scene.ok(RAGNHILD, "person.create", name="Per", email="per@gammel.example")
    await scene.ok(RAGNHILD, "person.edit", person_id=per.id, name="Per", email="per@ny.example")
    double = await scene.ok(RAGNHILD, "person.create", name="Per Dobbel", email="per@dobbel.example")
    await scene.ok(RAGNHILD, "person.merge", person_id=per.id, other_id=double.id)
    await scene.ok(RAGNHILD, "person.create", name="Per", email="superper@ny.example")
    astrid = await scene.person(ASTRID)
    await scene.ok(RAGNHILD, "person.edit", person_id=astrid, name="Astrid Fjord", email=ASTRID, left_on="2027-01-01")
    lines = (
        "Nytt råd;Fjord;Per;;Rolle A;;\nNytt råd;Fjord;PER;Per@Gammel.example;Rolle B;;\nNytt råd;Fjord;X;;;i går;\n"
    )
    view = await scene.ok(RAGNHILD, "register_import.upload", sheet=HEADINGS + lines, file_name="råd.csv")
    before = {row.line_id for row in await scene.all(LogArguments)}
    await scene.ok(RAGNHILD, "person.erase", person_id=per.id)
    kept = {row.line_id: row.args for row in await scene.all(LogArguments)}
    said = "".join(kept.values())
    for each in ("per@gammel.example", "per@ny.example", "per@dobbel.example", "Per Dobbel"):
        assert f'"{each}"' not in said
    assert "superper@ny.example" in said
    edits = await scene.all(LogLine, command="person.edit", subject=f"person:{astrid}")
    assert {line.id for line in edits} <= set(kept) & before
    assert (await scene.one(Person, id=double.id)).name == f"Slettet person {double.id}"
    read = (await scene.one(RegisterImport, id=view.id)).read
    assert [row["name"] for row in read["rows"]] == ["Per", "X"]


async def test_whoever_is_erased_stands_in_nothing_that_their_spreadsheet_left(scene):
    lines = "Nytt råd;Fjord;Unni Unik;unni@fjord.example;Leder;;\nNytt råd;Fjord;Unik, Unni;;Leder;;2020-01-01\n"
    view = await scene.ok(RAGNHILD, "register_import.upload", sheet=HEADINGS + lines, file_name="råd.csv")
    await scene.ok(RAGNHILD, "register_import.carry_out", import_id=view.id)
    unni = await scene.person("unni@fjord.example")
    await leaves(scene, "unni@fjord.example")
    await scene.ok(RAGNHILD, "person.erase", person_id=unni)
    row = await scene.one(RegisterImport, id=view.id)
    assert "unni" not in json.dumps([row.read, row.made, row.answers]).lower()


async def offered(scene, person_id):
    view = await scene.ok(RAGNHILD, "person.show", person_id=person_id)
    return {action.command for action in view.actions}


async def test_who_is_erased_is_gone_and_the_minutes_and_the_log_stay_whole(scene):
    await scene.minuted()
    meeting_id = (await scene.all(Meeting))[0].id
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Nygift", email=ELI)
    await scene.ok(RAGNHILD, "person.add_address", person_id=eli, email="eli@post.example")
    before = await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert (await scene.refused(RAGNHILD, "person.erase", person_id=eli)).key == "holds_still"
    assert "person.erase" not in await offered(scene, eli)
    assert (await scene.refused(BJORN, "person.erase", person_id=eli)).status == 403
    async with scene.runtime.db.write() as db:
        for term in await scene.all(Term, person_id=eli):
            row = await db.get_one(Term, term.id)
            row.to_on = row.ended_at = row.changed_at = scene.clock().date()
            row.ended_at = row.changed_at = scene.clock()
    scene.at(2027, 6, 1)
    given = {"person_id": eli}
    assert "person.erase" in await offered(scene, eli)
    asked = await run(scene.runtime, "person.erase", given, Caller("cli", RAGNHILD))
    assert "kan ikke angres" in asked.words
    view = await scene.ok(RAGNHILD, "person.erase", **given)
    assert [action.command for action in view.actions] == ["person.show_data", "log.show"]
    assert (view.name, view.email, view.addresses, view.former_names) == (f"Slettet person {eli}", "", (), ())
    assert await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id) == before
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None
    said = "".join(row.args for row in await scene.all(LogArguments))
    for each in ("Eli Nygift", "Eli Union", ELI, "eli@post.example"):
        assert each not in said
    assert (await scene.refused("eli@post.example", "worklist.show")).key == "stranger"
    assert (await scene.one(Person, id=eli)).key == f"erased-{eli}"
    assert (await scene.refused(RAGNHILD, "person.erase", **given)).key == "erased_already"
    assert (await form(scene.runtime, RAGNHILD)("person.erase", **given)).status == 409


async def test_nobody_is_erased_whom_something_is_still_sent_to_or_asked_of(scene):
    """Each is refused until what they are expected for is over, and is offered it then."""
    meeting_id, _ = await scene.published()
    guest = {"meeting_id": meeting_id, "name": "Gry Gjest", "email": "gry@gjest.example", "item_id": 0}
    await scene.ok(RAGNHILD, "guest_invitation.send", **guest)
    line = {"body_id": scene.body_id, "what": "agenda", "name": "Lise Liste", "email": "lise@liste.example"}
    await scene.ok(RAGNHILD, "distribution_line.add", **line)
    for email in ("gry@gjest.example", "lise@liste.example"):
        person_id = await scene.person(email)
        assert "person.erase" not in await offered(scene, person_id)
        assert (await scene.refused(RAGNHILD, "person.erase", person_id=person_id)).key == "awaited_still"
    scene.at(2027, 6, 1)
    gry = await scene.person("gry@gjest.example")
    assert "person.erase" in await offered(scene, gry)
    await scene.ok(RAGNHILD, "person.erase", person_id=gry)


async def test_nobody_is_erased_who_awaits_a_reply_even_when_nothing_new_goes_to_them(scene):
    about = await asked(scene)
    dina = await scene.person(HDIR)
    party_id = (await scene.one(OutsideParty)).id
    asks = await run(scene.runtime, "outside_party.close", {"party_id": party_id}, Caller("cli", RAGNHILD))
    assert "1 høring derfra er ikke besvart ennå." in asks.words
    await scene.ok(RAGNHILD, "outside_party.close", party_id=party_id)
    scene.at(2027, 6, 1)
    assert "person.erase" not in await offered(scene, dina)
    assert (await scene.refused(RAGNHILD, "person.erase", person_id=dina)).key == "awaited_still"
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Søknaden er trukket")
    assert "person.erase" in await offered(scene, dina)


async def test_nobody_is_erased_who_has_a_case_at_a_stage(scene):
    """Nor is the party closed without saying that a case waits there."""
    case_process_id = await started(scene)
    given = {"case_process_id": case_process_id, "reason": "Haster"}
    await scene.ok(RAGNHILD, "case_process.move", **given, to="stage-3")
    party = await scene.one(OutsideParty)
    assert [each.waiting for each in (await scene.ok(RAGNHILD, "outside_party.list")).parties] == [1]
    await scene.ok(RAGNHILD, "outside_party.close", party_id=party.id)
    scene.at(2027, 6, 1)
    assert (await scene.refused(RAGNHILD, "person.erase", person_id=party.person_id)).key == "awaited_still"
    await scene.ok(RAGNHILD, "case_process.move", **given, to="out")
    await scene.ok(RAGNHILD, "person.erase", person_id=party.person_id)


async def test_an_erased_persons_addresses_are_nowhere_and_their_links_open_nothing(scene):
    """Wherever lisbot wrote them down: as a guest's, in a mail, in what others were told, or as one that fails."""
    meeting_id, _ = await scene.published()
    gry, former = "gry@gjest.example", "gry@gammel.example"
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, name="Gry Gjest", email=former, item_id=0)
    person_id = await scene.person(former)
    await scene.ok(RAGNHILD, "person.edit", person_id=person_id, name="Gry Gjest", email=gry)
    at, ragnhild = scene.clock(), await scene.person(RAGNHILD)
    async with scene.runtime.db.write() as db:
        told = {"name": "Gry Gjest", "email": gry}
        sent = {"made_at": at, "next_at": at, "sent_at": at, "state": DeliveryState.SENT}
        db.add(Delivery(kind="address_added", facts=told, command="", args={}, person_id=ragnhild, **sent))
        db.add(MailTrouble(email=former, reason="unknown", at=at))
        arrived = {"sender": f"Gry Gjest <{gry.upper()}>", "subject": "Syk", "words": "Jeg er syk", "result": ""}
        db.add(InboundMail(digest="a", received_at=at, kind=InboundKind.WORDS, handled_by="", **arrived))
        link = {"digest": "b", "person_id": person_id, "command": "worklist.show", "args": {}}
        db.add(ActionLink(**link, made_at=at, expires_at=at + timedelta(days=400)))
        db.add(CalendarFeed(digest="c", person_id=person_id, made_at=at))
    scene.at(2027, 6, 1)
    await scene.ok(RAGNHILD, "person.erase", person_id=person_id)
    everything = repr(await dump(scene.runtime.db)).casefold()
    assert [each for each in (gry, former, "jeg er syk") if each in everything] == []
    assert (await scene.one(Guest)).name == "Gry Gjest", "the minutes say who was there"
    for model in (ActionLink, CalendarFeed):
        assert [row.revoked_at is None for row in await scene.all(model, person_id=person_id)].count(True) == 0
    (mail,) = await scene.all(InboundMail)
    assert mail.handled_at is not None


async def test_what_vouches_for_a_result_outlives_whoever_closed_the_question(scene):
    """Their name is in it. Without it, nobody would find that the result was changed afterwards."""
    vote_id = await scene.asked()
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(KARI, "vote.close", vote_id=vote_id)
    kari = await scene.person(KARI)
    async with scene.runtime.db.write() as db:
        for post in await scene.all(Staff, person_id=kari):
            (await db.get_one(Staff, post.id)).to_on = scene.clock().date()
    scene.at(2027, 6, 1)
    await scene.ok(RAGNHILD, "person.erase", person_id=kari)
    for _ in range(200):  # transactions of the server's other databases hold up linking
        await link_committed(scene.runtime.db, scene.runtime.key, scene.runtime.former_keys)
        if not (await scene.ok(RAGNHILD, "log.verify")).unlinked:
            break
        await asyncio.sleep(0.05)
    async with scene.runtime.db.write() as db:
        (await db.get_one(Vote, vote_id)).result = {"verdict": "passed", "counts": {"for": 9}}
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is Fault.RESULT


async def test_whoever_was_taken_for_somebody_is_not_erased_with_them(scene):
    """A merging that was undone leaves the other's address the other's."""
    ann = await scene.ok(RAGNHILD, "person.create", name="Ann Feil", email="ann@en.example")
    bea = await scene.ok(RAGNHILD, "person.create", name="Bea Feil", email="bea@to.example")
    await scene.ok(RAGNHILD, "person.merge", person_id=ann.id, other_id=bea.id)
    await scene.ok(RAGNHILD, "person.unmerge", person_id=ann.id)
    (made,) = await scene.all(LogLine, command="person.create", subject=f"person:{bea.id}")
    await scene.ok(RAGNHILD, "person.erase", person_id=ann.id)
    assert [row.line_id for row in await scene.all(LogArguments, line_id=made.id)] == [made.id]
    (merge,) = await scene.all(PersonMerge)
    assert merge.moved["email"] == "bea@to.example"
