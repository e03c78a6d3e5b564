"""The notice by mail: due when, whole, with a link for each button and an invitation for the calendar."""

from dataclasses import replace

import pytest
from icalendar import Calendar

from builders import ASTRID, ELI, FRODE, HILDE, PAAL, RAGNHILD
from channels.mail.conftest import Post, mail_settings
from lisbot.channels.mail.sender import MailSender
from lisbot.council.models import Account, Attendance, Delivery, LogLine, Meeting, QuietTime
from lisbot.outbox import Outbox


def event_of(file: str):
    calendar = Calendar.from_ical(file)
    return str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


async def test_a_notice_is_answered_at_one_press_from_its_mail(post, scene, visitor):
    await scene.published()
    await post.deliver()
    letter = post.postman.to(ASTRID)
    assert post.text(ASTRID).startswith("Møtet byrjar onsdag 10. mars 2027 kl. 09.00.\r\n")
    assert "Felles rotasjon" in post.text(ASTRID)
    assert f"{scene.runtime.base_url}/show/quiet_time.show" in post.text(ASTRID)  # why they get it
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = post.link(ASTRID, "Kjem")
    for _ in range(2):  # a scanner opens it, then she does
        assert await visitor.get(link) == 200
    assert "Astrid Fjord" in visitor.page and "Felles rotasjon" in visitor.page
    assert (await scene.one(Attendance, seat_id=await scene.seat("fjord"))).response is None
    await visitor.press("Kjem")
    assert visitor.status == 200, visitor.page
    assert (await scene.one(Attendance, seat_id=await scene.seat("fjord"))).response == "comes"
    assert (await scene.all(LogLine))[-1].via == "mail"
    assert await visitor.get(link) == 410
    assert await visitor.get("/me") == 200 and visitor.url.path == "/signin"


async def test_each_has_the_meeting_in_their_calendar_and_whoever_reads_along_has_not(post, scene):
    meeting_id, _ = await scene.published()
    await post.deliver()
    method, event = event_of(post.calendar(PAAL))
    assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", f"meeting-{meeting_id}@lisbot", 0)
    assert event["DTSTART"].dt.isoformat() == "2027-03-10T09:00:00+01:00"
    assert str(event["ATTENDEE"]).casefold() == f"mailto:{PAAL}".casefold()
    assert post.calendar(HILDE) is None
    assert post.calendar(ELI) is not None


async def test_a_calendar_is_told_of_every_real_change_and_of_nothing_else(post, scene):
    meeting_id, _ = await scene.published()
    await post.deliver()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Eventuelt", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await post.deliver()
    assert post.calendar(ELI) is None
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-30", starts="10:00", ends="15:00")
    await post.deliver()
    method, event = event_of(post.calendar(ELI))
    assert (method, event["SEQUENCE"]) == ("REQUEST", 1)
    assert event["DTSTART"].dt.isoformat() == "2027-03-30T10:00:00+02:00"
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    await post.deliver()
    method, event = event_of(post.calendar(ELI))
    assert (method, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 2, "CANCELLED")


async def test_a_deputy_gets_their_own_and_is_taken_out_again(post, scene):
    meeting_id, _ = await scene.published()
    frode = await scene.person(FRODE)
    answer = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt", "deputy_id": frode}
    await scene.ok(ASTRID, "attendance.respond", **answer)
    await post.deliver()
    assert event_of(post.calendar(FRODE))[0] == "REQUEST"
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await post.deliver()
    method, event = event_of(post.calendar(FRODE))
    assert (method, event["SEQUENCE"]) == ("CANCEL", 1)


async def test_two_installations_tell_a_calendar_of_two_meetings(scene, port, postman):
    """And one that moves to another address tells of the same meeting still."""

    def post_from(base_url: str) -> Post:
        runtime = replace(scene.runtime, base_url=base_url)
        return Post(scene, Outbox(runtime, {"mail": MailSender(mail_settings(port), runtime)}), postman)

    meeting_id, _ = await scene.published()
    post = post_from("https://lisbot.sykehus.example")
    await post.deliver()
    uid = event_of(post.calendar(PAAL))[1]["UID"]
    assert uid == f"meeting-{meeting_id}@lisbot.sykehus.example"
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-30", starts="10:00", ends="15:00")
    post = post_from("https://raad.helse.example")
    await post.deliver()
    assert event_of(post.calendar(PAAL))[1]["UID"] == uid


class Chat:
    """A chat that takes whatever it is given."""

    platform = "teams"

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send(self, to, message) -> str:
        self.sent.append(to.conversation_id)
        return f"m{len(self.sent)}"

    async def edit(self, to, message_id, message) -> None: ...


async def in_chat(scene, who: str) -> None:
    account = {"platform": "teams", "tenant": "t", "service_url": "https://teams.example", "conversation_id": who}
    async with scene.runtime.db.write() as db:
        about = {"person_id": await scene.person(who), "external_id": who, "linked_at": scene.clock.at}
        db.add(Account(**about, **account))


async def test_a_calendar_that_was_told_by_mail_is_told_of_a_move_though_its_person_has_come_into_chat(scene, post):
    meeting_id, _ = await scene.published()
    await post.deliver()
    await in_chat(scene, ELI)
    post.outbox.senders["teams"] = chat = Chat()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Eventuelt", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await post.deliver()
    assert chat.sent == [ELI] and not [to for to, _ in post.postman.letters if to == [ELI]]  # nothing for a calendar
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-30", starts="10:00", ends="15:00")
    await post.deliver()
    assert chat.sent == [ELI] * 2
    method, event = event_of(post.calendar(ELI))
    assert (method, event["SEQUENCE"], event["DTSTART"].dt.day) == ("REQUEST", 1, 30)
    assert "moved" in post.postman.to(ELI)["Subject"]
    sent = await scene.ok(RAGNHILD, "delivery.show", meeting_id=meeting_id)
    moved = next(each for each in sent.messages if each.kind == "meeting_moved")
    copied = [each for each in sent.messages if each.kind == "mail_copy"]
    assert [each.counts for each in copied] == [{"sent": 1}]
    (copy,) = await scene.all(Delivery, kind="mail_copy")
    (told,) = await scene.all(Delivery, kind="meeting_moved", person_id=copy.person_id)
    assert copy.request_id == told.request_id is not None
    assert [line.channel for line in moved.recipients if line.name == "Eli Union"] == ["teams"]
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    await post.deliver()
    assert event_of(post.calendar(ELI))[0] == "CANCEL"


@pytest.mark.parametrize(("copies", "mails"), [("calendar", [1, 0, 1]), ("all", [1, 1, 1]), ("none", [0, 0, 0])])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_is_in_chat_gets_by_mail_what_they_have_asked_for(scene, post, copies, mails):
    await in_chat(scene, ELI)
    post.outbox.senders["teams"] = Chat()
    async with scene.runtime.db.write() as db:
        about = {"free_days": True, "digest": True, "copies": copies}
        db.add(QuietTime(person_id=await scene.person(ELI), **about))
    await scene.called()
    await post.outbox.drain()
    got = []

    async def count() -> None:
        await post.deliver()
        got.append(sum(to == [ELI] for to, _ in post.postman.letters))

    meeting_id = (await scene.all(Meeting))[0].id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Rotasjon", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await count()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Eventuelt", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await count()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-30", starts="10:00", ends="15:00")
    await count()
    assert got == mails
