"""The agenda: hidden while a draft, published, changed once told; and who comes."""

from datetime import date

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.core.context import RoomRef
from lisbot.council.models import AgendaItem, Attendance, Delivery, LogArguments, Meeting, Seat, Term
from lisbot.council.register.identity import Caller


def titles(sheet):
    return [row.title for section in sheet.sections for row in section.rows]


async def test_a_draft_is_the_secretariats_alone(scene):
    item_id = await scene.on_agenda()
    meeting_id = (await scene.all(Meeting))[0].id
    assert titles(await scene.sheet(KARI, "agenda.show", meeting_id=meeting_id)) == [
        "1/27 Felles rotasjon",
        "Eventuelt",
    ]
    for who in (ASTRID, FRODE, BJORN, ELI, PAAL, HILDE):
        assert titles(await scene.sheet(who, "agenda.show", meeting_id=meeting_id)) == []
    for who in (ASTRID, BJORN, PAAL):
        assert (await scene.ok(who, "meeting.show", meeting_id=meeting_id)).items == ()
    # The chair opens votes, but not on what has not been sent out.
    assert (await scene.refused(BJORN, "vote.open", item_id=item_id, question="Nå?")).status == 404


async def test_publishing_tells_members_and_readers_each_their_own(scene):
    await scene.published()
    notices = await scene.all(Delivery, kind="notice")
    assert {d.person_id for d in notices} == {await scene.person(who) for who in (ASTRID, BJORN, ELI, PAAL)}
    assert {d.command for d in notices} == {"meeting.show"}
    copies = await scene.all(Delivery, kind="notice_copy")
    assert [(d.person_id, d.command) for d in copies] == [(await scene.person(HILDE), "agenda.show")]


async def test_a_reader_has_the_published_agenda_and_nothing_else(scene):
    meeting_id, item_id = await scene.published()
    await scene.ok(
        RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Personsak", kind="discussion", confidential=True
    )
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    shown = await scene.sheet(HILDE, "agenda.show", meeting_id=meeting_id)
    assert titles(shown) == ["1/27 Felles rotasjon", "2/27 Konfidensiell sak", "Eventuelt"]
    assert titles(await scene.sheet(ELI, "agenda.show", meeting_id=meeting_id))[1] == "2/27 Personsak"
    for name, given in (
        ("meeting.show", {"meeting_id": meeting_id}),
        ("body.show", {"body_id": scene.body_id}),
        ("register.show", {"body_id": scene.body_id}),
        ("outcome.search", {}),
        ("attendance.respond", {"meeting_id": meeting_id, "response": "comes"}),
    ):
        assert (await scene.refused(HILDE, name, **given)).status == 403
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Nå hemmelig", kind="advice", confidential=True)
    assert "rotasjon" not in await scene.words(HILDE, "agenda.show", meeting_id=meeting_id)


async def test_a_change_is_told_once(scene):
    meeting_id, item_id = await scene.published()
    assert (await scene.refused(RAGNHILD, "notice.send", meeting_id=meeting_id)).key == "nothing_changed"
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Ny tittel", kind="advice")
    assert "Felles rotasjon" in await scene.words(ASTRID, "agenda.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert len(await scene.all(Delivery, kind="agenda_changed")) == 4
    assert len(await scene.all(Delivery, kind="notice")) == 4
    assert "Ny tittel" in await scene.words(ASTRID, "agenda.show", meeting_id=meeting_id)
    assert (await scene.refused(RAGNHILD, "notice.send", meeting_id=meeting_id)).key == "nothing_changed"


async def test_what_is_taken_off_is_there_for_members_until_they_are_told(scene):
    meeting_id, item_id = await scene.published()
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    assert "Felles rotasjon" in await scene.words(ELI, "meeting.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "Felles rotasjon" not in await scene.words(ELI, "meeting.show", meeting_id=meeting_id)


async def test_order_is_set_by_lifting_or_as_a_whole(scene):
    ids = [await scene.on_agenda(title=t) for t in ("A", "B")]
    meeting_id = (await scene.all(Meeting))[0].id
    assert titles(await scene.sheet(RAGNHILD, "agenda_item.move_up", item_id=ids[1]))[0] == "2/27 B"
    last = (await scene.one(AgendaItem, title="Eventuelt")).id
    order = f"{ids[0]},{last},{ids[1]}"
    assert titles(await scene.sheet(RAGNHILD, "agenda.reorder", meeting_id=meeting_id, order=order)) == [
        "1/27 A",
        "Eventuelt",
        "2/27 B",
    ]
    for wrong in (f"{ids[0]},{ids[1]}", f"{order},{ids[0]}", f"{order},999"):
        reply = await scene.refused(RAGNHILD, "agenda.reorder", meeting_id=meeting_id, order=wrong)
        assert reply.key == "not_the_items"
    assert (await scene.refused(RAGNHILD, "agenda_item.move_up", item_id=ids[0])).key == "already_first"


async def test_approval_of_the_last_minutes_puts_itself_first(scene):
    june = (await scene.all(Meeting)) or await scene.called()
    june = (await scene.all(Meeting))[1].id
    # Something is on the next agenda before the last meeting has minutes.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=june, title="Budsjett", kind="information")
    assert titles(await scene.sheet(RAGNHILD, "agenda.show", meeting_id=june)) == ["1/27 Budsjett", "Eventuelt"]
    await scene.minuted()
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    assert titles(await scene.sheet(ELI, "agenda.show", meeting_id=june)) == [
        "Approval of the minutes from Wednesday 10 March 2027",
        "1/27 Budsjett",
        "Any other business",
    ]


async def test_standing_items_stay(scene):
    await scene.on_agenda()
    item = await scene.one(AgendaItem, title="Eventuelt")
    assert (await scene.refused(RAGNHILD, "agenda_item.remove", item_id=item.id)).key == "standing_item"


async def test_only_the_secretariat_arranges(scene):
    meeting_id, item_id = await scene.published()
    for who in (ASTRID, BJORN, PAAL, FRODE, HILDE, SIRI):
        for name, given in (
            ("agenda_item.add", {"meeting_id": meeting_id, "title": "X", "kind": "advice"}),
            ("agenda_item.edit", {"item_id": item_id, "title": "X", "kind": "advice"}),
            ("agenda_item.remove", {"item_id": item_id}),
            ("notice.send", {"meeting_id": meeting_id}),
        ):
            assert (await scene.refused(who, name, **given)).status == 403


async def test_answers_are_taken_once_the_notice_is_out(scene):
    await scene.on_agenda()
    meeting_id = (await scene.all(Meeting))[0].id
    reply = await scene.refused(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert reply.key == "not_published"
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="digital")
    await scene.ok(PAAL, "attendance.respond", meeting_id=meeting_id, response="comes")
    forecast = await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert (forecast.coming, forecast.voting, forecast.has_quorum) == (1, 3, None)
    scene.at(2027, 3, 10, 16)
    reply = await scene.refused(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Syk")
    assert reply.key == "meeting_over"
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["reason"] == "Syk"


async def test_absence_needs_a_reason_that_only_the_secretariat_sees(scene):
    meeting_id, _ = await scene.published()
    reply = await scene.refused(ELI, "attendance.respond", meeting_id=meeting_id, response="absent")
    assert set(reply.fields) == {"reason"}
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Operasjon på mandag")
    for who in (ASTRID, BJORN, PAAL):
        assert "Operasjon" not in await scene.words(who, "meeting.show", meeting_id=meeting_id)
    assert "Operasjon" in await scene.words(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert [line for line in await scene.all(LogArguments) if "Operasjon" in line.args] == []


async def test_a_deputy_is_one_of_the_seats_own(scene):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt"}
    for other in (BJORN, SIRI, ASTRID):
        reply = await scene.refused(ASTRID, "attendance.respond", **given, deputy_id=await scene.person(other))
        assert (reply.status, set(reply.fields)) == (422, {"deputy_id"})
    await scene.ok(ASTRID, "attendance.respond", **given, deputy_id=await scene.person(FRODE))
    asked = await scene.all(Delivery, kind="deputy_asked")
    assert [d.person_id for d in asked] == [await scene.person(FRODE)]


async def test_the_deputy_is_asked_and_answers_and_pressing_twice_says_it_once(scene):
    meeting_id, _ = await scene.published()
    assert (
        await scene.refused(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    ).key == "not_asked"
    for _ in range(2):
        await scene.ok(
            ASTRID,
            "attendance.respond",
            meeting_id=meeting_id,
            response="absent",
            reason="Vakt",
            deputy_id=await scene.person(FRODE),
        )
    assert len(await scene.all(Delivery, kind="absent")) == 2  # one to each at the secretariat
    assert "Kan du møte som vara" in await scene.words(FRODE, "worklist.show")
    for _ in range(2):
        await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="digital")
    assert len(await scene.all(Delivery, kind="deputy_comes")) == 3
    shown = await scene.words(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert "Vara: Frode Vara (kommer digitalt)." in shown
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert [d.person_id for d in await scene.all(Delivery, kind="deputy_released")] == [await scene.person(FRODE)]


async def test_whoever_takes_over_a_seat_answers_for_it(scene):
    """Also when it is its deputy, and the notice went to the one before."""
    meeting_id, _ = await scene.published()
    seat_id, frode = await scene.seat("fjord"), await scene.person(FRODE)
    async with scene.runtime.db.write() as db:
        await db.get_one(Seat, seat_id)
        for t in await scene.all(Term, seat_id=seat_id, rank=0):
            (await db.get_one(Term, t.id)).to_on = date(2027, 1, 31)
        await db.flush()
        db.add(Term(seat_id=seat_id, person_id=frode, rank=0, from_on=date(2027, 2, 1), recorded_at=scene.clock()))
    assert "Du har ikke svart ennå." in await scene.words(FRODE, "meeting.show", meeting_id=meeting_id)
    await scene.ok(FRODE, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert (await scene.one(Attendance, seat_id=seat_id)).name == "Frode Vara"


async def test_a_room_sees_the_meeting_and_nobodys_own_answer(scene):
    ragnhild = await scene.person(RAGNHILD)
    place = Caller("web", str(ragnhild), room=RoomRef("teams", "t", "19:room", "https://smba.example"))
    reply = await commands.run(scene.runtime, "room.link", {"body": "samrad"}, place)
    assert reply.status == 200, reply.words
    for key in ("nordrad", "ingen"):
        assert (await commands.run(scene.runtime, "room.link", {"body": key}, place)).key == "no_such_body"
    # An empty seat is nobody's, and so is a room.
    async with scene.runtime.db.write() as db:
        for t in await scene.all(Term, seat_id=await scene.seat("union")):
            await db.delete(await db.get_one(Term, t.id))
    meeting_id, _ = await scene.published()
    reply = await commands.run(scene.runtime, "meeting.show", {"meeting_id": meeting_id}, Caller("room", "1"))
    assert reply.status == 200
    assert (reply.view.own, reply.view.actions) == (None, ())
    assert {d.kind for d in await scene.all(Delivery, room_id=1)} == {"call_opened", "notice"}
