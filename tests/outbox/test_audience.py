"""Whoever something no longer concerns when it is sent is not told of it, on any channel."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, FollowUp, Organisation, Person, Term
from lisbot.outbox import Outbox
from stages import Scene

NY = "ny@fjord.example"


@pytest.fixture
async def scene(runtime: Any, clock: Any) -> Scene:
    scene = Scene(runtime, clock, await builders.council(runtime.db))
    async with runtime.db.write() as db:
        db.add(Person(key="ny", name="Ny Person", email=NY, lang="nb"))
        await db.flush()
        accounts = [
            {
                "platform": "teams",
                "external_id": email,
                "person_id": person_id,
                "service_url": "https://teams.example/",
                "conversation_id": email,
                "linked_at": clock(),
            }
            for person_id, email in await db.execute(select(Person.id, Person.email))
        ]
        await db.execute(insert(Account), accounts)
    return scene


@pytest.fixture
def sent_to(chat: Any):
    def read(beginning: str) -> set[str]:
        return {to for to, message in chat.sent if message.words.startswith(beginning)}

    return read


async def end_term(scene: Scene, email: str, on: date) -> None:
    async with scene.runtime.db.write() as db:
        person = await scene.person(email)
        await db.execute(update(Term).where(Term.person_id == person).values(to_on=on, ended_at=builders.RECORDED))


async def hand_over(scene: Scene, from_on: str) -> None:
    given = {"seat_id": await scene.seat("fjord"), "name": "Ny Person", "email": NY, "from_on": from_on}
    view = await scene.ok(ASTRID, "seat_change.report", **given, anchored_by="Direktøren", anchored=True)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)


async def endings(scene: Scene, kind: str) -> dict[str, tuple[DeliveryState, str | None]]:
    names = {person.id: person.email for person in await scene.all(Person)}
    return {names[d.person_id]: (d.state, d.reason) for d in await scene.all(Delivery, kind=kind) if d.person_id}


NOT_CONCERNED = (DeliveryState.FAILED, "not_concerned")


async def test_whoever_has_left_meanwhile_is_not_told_in_chat_nor_by_mail(scene, outbox, chat, letters):
    await scene.published()
    await end_term(scene, ELI, date(2027, 1, 31))
    await outbox.drain()
    assert (await endings(scene, "notice"))[ELI] == NOT_CONCERNED
    assert (await endings(scene, "notice"))[BJORN][0] is DeliveryState.SENT
    assert ELI not in {to for to, _ in letters.sent}


async def test_a_notice_planned_for_the_first_day_comes_that_morning(scene, outbox, sent_to):
    await hand_over(scene, "2027-03-01")
    await scene.published()
    await outbox.drain()
    assert sent_to("Innkalling til Samordningsrådet") >= {BJORN, PAAL}
    assert sent_to("Det er kalt inn til") == {NY}
    scene.at(2027, 3, 1, 7, 59)
    await outbox.drain()
    assert NY not in sent_to("Innkalling")
    scene.at(2027, 3, 1, 8)
    await outbox.drain()
    assert NY in sent_to("Innkalling til Samordningsrådet")
    assert sent_to("Du representerer nå Utdanningsleder, Fjord sykehus HF") == {NY}


async def test_a_notice_planned_for_a_meeting_that_is_cancelled_is_not_sent(scene, outbox, sent_to):
    await hand_over(scene, "2027-03-01")
    meeting_id, _ = await scene.published()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Snø")
    scene.at(2027, 3, 1, 8)
    await outbox.drain()
    assert "notice" not in [d.kind for d in await scene.all(Delivery) if d.state is DeliveryState.SENT]
    assert sent_to("Møtet i Samordningsrådet") >= {ASTRID, BJORN, NY} - {ASTRID}


async def test_what_asks_people_to_a_meeting_is_not_sent_after_it(scene, outbox, sent_to):
    await scene.published()
    scene.at(2027, 3, 11, 9)
    await outbox.drain()
    assert set((await endings(scene, "notice")).values()) == {NOT_CONCERNED}
    assert (await endings(scene, "notice_copy"))[HILDE] == NOT_CONCERNED


async def test_what_is_written_of_a_meeting_reaches_its_members_after_it(scene, outbox, chat):
    meeting_id, _ = await scene.minuted()
    for text, kind in (("Kort.", "summary_sent"), ("Rettet.", "summary_corrected")):
        await scene.ok(RAGNHILD, "summary.write", meeting_id=meeting_id, text=text)
        await scene.ok(RAGNHILD, "summary.send", meeting_id=meeting_id)
        await outbox.drain()
        told = await endings(scene, kind)
        assert set(told) >= {ASTRID, BJORN, ELI, PAAL}
        assert {state for state, _ in told.values()} == {DeliveryState.SENT}
        assert BJORN in {to for to, message in chat.sent if text in str(message)}


async def test_a_deputy_who_is_released_before_being_asked_is_not_asked(scene, outbox):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt"}
    await scene.ok(ASTRID, "attendance.respond", deputy_id=await scene.person(FRODE), **given)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await outbox.drain()
    assert (await endings(scene, "deputy_asked"))[FRODE] == NOT_CONCERNED
    assert (await endings(scene, "deputy_released"))[FRODE][0] is DeliveryState.SENT


async def test_the_deputy_who_comes_is_told_where_he_is_reached(scene, outbox, sent_to):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt"}
    await scene.ok(ASTRID, "attendance.respond", deputy_id=await scene.person(FRODE), **given)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Snø")
    await outbox.drain()
    assert FRODE in sent_to("Møtet i Samordningsrådet")


async def test_a_change_put_off_puts_off_what_was_planned(scene, outbox, chat, sent_to):
    await hand_over(scene, "2027-03-01")
    await scene.published()
    async with scene.runtime.db.write() as db:
        ny = await scene.person(NY)
        await db.execute(update(Term).where(Term.person_id == ny).values(from_on=date(2027, 3, 5)))
    scene.at(2027, 3, 1, 8)
    await outbox.drain()
    assert NY not in sent_to("Innkalling") | sent_to("Du representerer nå")
    scene.at(2027, 3, 5, 7, 59)
    await outbox.drain()
    assert NY not in sent_to("Innkalling") | sent_to("Du representerer nå")
    scene.at(2027, 3, 5, 8)
    await outbox.drain()
    assert [m.words.split(" ")[0] for to, m in chat.sent if to == NY][-2:] == ["Du", "Innkalling"]
    assert NY in sent_to("Innkalling til Samordningsrådet") & sent_to("Du representerer nå")


async def test_a_change_put_off_until_after_the_meeting_brings_no_notice(scene, outbox, sent_to):
    await hand_over(scene, "2027-03-01")
    await scene.published()
    async with scene.runtime.db.write() as db:
        ny = await scene.person(NY)
        await db.execute(update(Term).where(Term.person_id == ny).values(from_on=date(2027, 3, 12)))
    for day in (1, 12):
        scene.at(2027, 3, day, 8)
        await outbox.drain()
    assert NY not in sent_to("Innkalling")
    assert NY in sent_to("Du representerer nå")


async def test_a_deputy_who_represents_on_the_meetings_day_is_told_of_it_before_the_notice(scene, outbox):
    given = {"seat_id": await scene.seat("fjord"), "name": "Frode Vara", "email": FRODE, "from_on": "2027-03-01"}
    view = await scene.ok(ASTRID, "seat_change.report", **given, anchored_by="Direktøren", anchored=True)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)
    meeting_id = await scene.called()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    await outbox.drain()
    assert (await endings(scene, "meeting_moved"))[FRODE][0] is DeliveryState.SENT


async def test_two_processes_send_once(scene, runtime, chat):
    await hand_over(scene, "2027-03-01")
    await scene.published()
    scene.at(2027, 3, 1, 8)
    for outbox in (Outbox(runtime, {"teams": chat}), Outbox(runtime, {"teams": chat})):
        await outbox.drain()
    notices = [to for to, message in chat.sent if message.words.startswith("Innkalling") and to == NY]
    assert notices == [NY]


async def test_a_successor_before_whose_day_the_meeting_is_moved_is_told_so(scene, outbox, chat):
    await hand_over(scene, "2027-03-01")
    meeting_id, _ = await scene.published()
    await outbox.drain()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-02-24")
    await outbox.drain()
    last = [message.words for to, message in chat.sent if to == NY][-1]
    assert last.startswith("Møtet i Samordningsrådet onsdag 10. mars 2027 er flyttet til onsdag 24. februar 2027")
    assert "Du har ikke plassen den dagen" in last
    scene.at(2027, 3, 1, 9)
    await outbox.drain()
    assert NY not in {to for to, message in chat.sent if message.words.startswith("Innkalling til")}


async def test_whoever_has_answered_meanwhile_is_not_asked_what_they_did(scene, outbox):
    await scene.approved()
    await answer_of(scene, "fjord", "introduced")
    await answer_of(scene, "aas", "waits")
    await outbox.drain()
    told = await endings(scene, "follow_up_asked")
    assert (told[ASTRID], told[BJORN]) == (NOT_CONCERNED, NOT_CONCERNED)
    assert told[ELI][0] is DeliveryState.SENT


async def test_whoever_has_nothing_left_to_say_meanwhile_is_not_asked_again(scene, outbox):
    await scene.approved()
    await answer_of(scene, "fjord", "will_be", day="2027-03-20")
    await outbox.drain()
    scene.at(2027, 4, 1, 9)
    await scene.ok(RAGNHILD, "carry_through.remind", body_id=scene.body_id)
    await answer_of(scene, "aas", "introduced")
    await outbox.drain()
    told = await endings(scene, "follow_up_asked_again")
    assert told[BJORN] == NOT_CONCERNED
    assert {told[who][0] for who in (ASTRID, ELI)} == {DeliveryState.SENT}


async def answer_of(scene: Scene, key: str, answer: str, **more: str) -> None:
    """What an organisation did is said by the secretariat."""
    organisation = await scene.one(Organisation, key=key)
    row = await scene.one(FollowUp, organisation_id=organisation.id)
    await scene.ok(RAGNHILD, "follow_up.answer", follow_up_id=row.id, answer=answer, **more)
