"""Answers by mail, handed over by a real LMTP client: whose they are is said by the signed address, and by nothing
else."""

import asyncio
import smtplib
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from sqlalchemy import update

from builders import ASTRID, ELI, FRODE, PAAL, RAGNHILD
from channels.mail.conftest import Post, mail_settings, words
from lisbot.channels.mail.intake import TRIES, Intake
from lisbot.channels.mail.lmtp import LmtpListener
from lisbot.channels.mail.sender import MailSender
from lisbot.council.mail.tokens import sign
from lisbot.council.models import Attendance, CalendarEntry, Delivery, InboundMail, MailTrouble, Meeting, PersonAddress
from lisbot.outbox import Outbox
from statements import transactions_of

DOMAIN = "svar.example.no"


@pytest.fixture
def post(scene, port, postman) -> Post:
    settings = mail_settings(port, INBOUND_MAIL_DOMAIN=DOMAIN, LMTP_PORT="1")
    return Post(scene, Outbox(scene.runtime, {"mail": MailSender(settings, scene.runtime)}), postman)


@pytest.fixture
async def arrive(scene, unused_tcp_port_factory):
    """Hand a message over, as the organisation's mail server does. Returns its answer."""
    port = unused_tcp_port_factory()
    listener = LmtpListener(scene.runtime, DOMAIN, port)
    task = asyncio.create_task(listener.work())
    await listener.listening.wait()

    def hand_over(to: str | bytes, content: bytes, sender: str) -> int:
        with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.example.no") as server:
            server.ehlo_or_helo_if_needed()
            server.mail(sender)
            if isinstance(to, bytes):
                server.send(b"RCPT TO:<" + to + b">\r\n")
            code, _ = server.rcpt(to) if isinstance(to, str) else server.getreply()
            return server.data(content)[0] if code == 250 else code

    async def send(to: str | bytes, letter, sender: str = "noen@example.no") -> int:
        content = letter if isinstance(letter, bytes) else letter.as_bytes().replace(b"\n", b"\r\n")
        return await asyncio.to_thread(hand_over, to, content, sender)

    yield send
    listener.stop()
    await task


def reply(calendar: str, answer: str, sender: str, comment: str = "") -> EmailMessage:
    """What a calendar sends back: its own zone, its own capitals."""
    lines = calendar.replace("\r\n ", "").split("\r\n")
    uid = next(line for line in lines if line.startswith("UID:"))
    sequence = next(line for line in lines if line.startswith("SEQUENCE:"))
    letter = words("", sender)
    said = "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0"),
            *("BEGIN:VEVENT", f"ATTENDEE;PARTSTAT={answer};CN=X:MAILTO:{sender.upper()}", uid, sequence),
            *([f"COMMENT:{comment}"] if comment else []),
            *("DTSTAMP:20270201T080000Z", "DTSTART;TZID=W. Europe Standard Time:20270310T090000"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        ]
    )
    letter.add_alternative(said, subtype="calendar", params={"method": "REPLY"})
    return letter


def address_of(post: Post, email: str) -> str:
    return post.postman.to(email)["Reply-To"]


async def answer_of(scene, seat: str) -> Attendance:
    return await scene.one(Attendance, seat_id=await scene.seat(seat))


async def test_a_calendars_answer_counts_for_whom_its_address_was_made(post, scene, arrive):
    await scene.published()
    await post.deliver()
    assert f'ORGANIZER;CN="lisbot":mailto:{address_of(post, ELI)}' in post.calendar(ELI).replace("\r\n ", "")
    assert post.postman.to(ELI)["From"] == "lisbot <lisbot@example.no>"
    eli, astrid, paal = ((address_of(post, each), post.calendar(each)) for each in (ELI, ASTRID, PAAL))
    assert await arrive(eli[0].upper().replace(DOMAIN.upper(), DOMAIN), reply(eli[1], "ACCEPTED", ELI)) == 250
    assert (await answer_of(scene, "union")).response == "comes"
    await arrive(paal[0], reply(paal[1], "TENTATIVE", PAAL))
    assert (await answer_of(scene, "rhf")).response is None
    declined = reply(astrid[1], "DECLINED", ASTRID, "Vakt")
    for _ in range(2):  # brought again, since the mail server had not heard the answer
        assert await arrive(astrid[0], declined) == 250
    fjord = await answer_of(scene, "fjord")
    assert (fjord.response, fjord.reason) == ("absent", "Vakt")
    assert len(await scene.all(InboundMail)) == 3 and all(row.handled_at for row in await scene.all(InboundMail))
    await post.deliver()
    assert "ein vara" in post.text(ASTRID) and "/link/" in post.text(ASTRID)
    assert "svaret ditt til møtet" in post.text(PAAL)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=1, day="2027-03-30", starts="10:00", ends="15:00")
    await post.deliver()
    await arrive(eli[0], reply(eli[1], "DECLINED", ELI))  # to the meeting as it was
    assert (await answer_of(scene, "union")).response is None
    assert [row.result for row in await scene.all(InboundMail)][-1] == "outdated"


async def test_whatever_number_an_address_holds_the_mail_is_taken_in(scene, arrive):
    """Anybody writes such an address: a message that raises would be brought again for days."""
    signature = "a" * 16
    for number in (0, 2**31, 999_999_999_999, 10**30):
        for said in (f"meeting-1-{number}", f"meeting-{number}-1", f"-{number}-{number}"):
            assert await arrive(f"answer+{said}-{signature}@{DOMAIN}", words("Ja", "ny@example.com")) == 250
    assert await arrive(f"answer+meeting-\u00bd@{DOMAIN}".encode(), words("Ja", "ny@example.com")) == 250
    assert await arrive(b"answer+\xff@" + DOMAIN.encode(), words("Ja", "ny@example.com")) == 250
    assert {row.result for row in await scene.all(InboundMail)} == {"unknown"}
    assert len(await scene.all(InboundMail)) == 14


async def test_what_meets_a_bug_each_time_is_kept_unread_and_brought_no_more(scene, arrive, monkeypatch):
    monkeypatch.setattr(Intake, "judge", lambda *_: 1 / 0)
    letter = words("Ja", "ny@example.com")
    codes = [await arrive(f"answer@{DOMAIN}", letter) for _ in range(TRIES + 1)]
    assert codes == [451] * (TRIES - 1) + [250] * 2
    assert [(row.result, row.words) for row in await scene.all(InboundMail)] == [("unknown", "Ja")]


async def test_a_calendar_invited_from_an_address_of_before_is_told_from_it_that_the_meeting_is_off(post, scene):
    """Before, such an address was signed for a person whatever theirs was: an upgrade leaves no meeting standing."""
    meeting_id, _ = await scene.published()
    await post.deliver()
    eli = await scene.person(ELI)
    said, shown = f"meeting-{meeting_id}-{eli}", (await scene.one(Meeting, id=meeting_id)).calendar_digest
    former = f"answer+{said}-{sign(scene.runtime.key, 'reply-address', said, 16)}@{DOMAIN}"
    async with scene.runtime.db.write() as db:
        theirs = CalendarEntry.person_id == eli
        await db.execute(update(CalendarEntry).where(theirs).values(organizer=former, digest=shown))
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Illness")
    await post.deliver()
    told = post.calendar(ELI).replace("\r\n ", "")
    assert "METHOD:CANCEL" in told and f"mailto:{former}" in told


async def test_a_deputy_answers_for_the_seat_they_are_asked_for(post, scene, arrive):
    meeting_id, _ = await scene.published()
    given = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **given)
    await post.deliver()
    await arrive(address_of(post, FRODE), words("Ja, jeg kommer.\n\nMvh\nFrode\n\n> Innkalling", FRODE))
    assert (await answer_of(scene, "fjord")).deputy_response == "comes"


async def test_plain_words_answer_and_anything_else_is_read_by_people(post, scene, arrive):
    meeting_id, _ = await scene.published()
    await post.deliver()
    to = address_of(post, ELI)
    await arrive(to, words("Hi,\nabsent: on call\n\nBest regards,\nEli\n\nOn Monday lisbot wrote:\n> yes", ELI))
    union = await answer_of(scene, "union")
    assert (union.response, union.reason) == ("absent", "on call")
    page = words("", ELI)
    page.set_content("<style>p{}</style><p>Yes<script>alert(1)</script></p><blockquote>no</blockquote>", subtype="html")
    await arrive(to, page, ELI)
    assert (await answer_of(scene, "union")).response == "comes"
    await arrive(to, words("No", "stranger@example.com"))  # the tag decides, and the list says who sent it
    assert (await answer_of(scene, "union")).response == "absent"
    for said in ("Yes, but I have to leave at noon.", "What about the minutes?"):
        await arrive(to, words(said, ELI))
    await arrive(f"hei@{DOMAIN}", words("Kan jeg få være med?", "ny@example.com"))
    await arrive(to.replace("-1-", "-2-", 1), words("ja", ELI))  # somebody else's number is not signed
    await arrive(to, words("Yes", ELI, Auto_Submitted="auto-replied"))
    assert (await answer_of(scene, "union")).response == "absent"
    listed = await scene.ok(RAGNHILD, "inbound_mail.list")
    assert [each.result for each in listed.messages] == [
        "answered_elsewhere",
        "unclear",
        "unclear",
        "unknown",
        "unknown",
    ]
    assert listed.messages[0].sender == "stranger@example.com" and listed.messages[0].person == "Eli Union"
    await post.deliver()
    assert any(to == [RAGNHILD] and "Eli Union" in letter["Subject"] for to, letter in post.postman.letters)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    await arrive(to, words("yes", ELI))
    assert (await scene.all(InboundMail))[-1].result == "refused"
    await post.deliver()
    assert any(to == [ELI] and "not registered" in letter["Subject"] for to, letter in post.postman.letters)


async def test_an_answer_is_written_down_with_what_it_answers_or_not_at_all(post, scene, arrive):
    await scene.published()
    await post.deliver()
    with transactions_of(scene.runtime.db) as committed:
        await arrive(address_of(post, ELI), words("Yes", ELI))
    writing = [each for each in committed if "INSERT INTO inbound_mail" in each]
    assert len(writing) == 1 and "UPDATE attendance" in writing[0]


async def test_a_yes_answers_the_question_and_nothing_else(post, scene, arrive):
    """What a message of theirs answers is said by its own headers, or else it is what they were sent last."""
    meeting_id = await scene.called()
    await post.deliver()
    to, call = address_of(post, ELI), post.postman.to(ELI)["Message-ID"]
    await arrive(to, words("Yes", ELI))  # to whether she has items
    await scene.on_agenda()
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await post.deliver()
    notice = post.postman.to(ELI)["Message-ID"]
    await arrive(to, words("Yes", ELI, In_Reply_To=call))
    assert (await answer_of(scene, "union")).response is None
    await arrive(to, words("No", ELI, In_Reply_To="<x@example.com>", References=f"{call} {notice} <x@example.com>"))
    assert (await answer_of(scene, "union")).response == "absent"
    await post.deliver()
    deputy = post.postman.to(ELI)
    assert "deputy" in deputy.get_body(("plain",)).get_content()
    for said in (
        words("Yes", ELI, In_Reply_To=deputy["Message-ID"]),  # somebody comes in her place
        words("Yes", ELI, Subject="1"),
        words("Yes", ELI, In_Reply_To=notice.replace("delivery-", "delivery-1")),
    ):
        await arrive(to, said)
        assert (await answer_of(scene, "union")).response == "absent"
    await arrive(to, words("Yes", ELI, In_Reply_To=notice))
    assert (await answer_of(scene, "union")).response == "comes"
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-30", starts="10:00", ends="15:00")
    await arrive(to, words("No", ELI, In_Reply_To=notice))  # to the day it was
    assert (await answer_of(scene, "union")).response is None
    results = [row.result for row in await scene.all(InboundMail)]
    assert results == [*["unclear"] * 2, "answered", *["unclear"] * 3, "answered", "outdated"]
    await post.deliver()
    await arrive(to, words("No", ELI, In_Reply_To=post.postman.to(ELI)["Message-ID"]))
    assert (await answer_of(scene, "union")).response == "absent"


async def test_no_items_is_an_answer_to_the_call(post, scene, arrive):
    await scene.called()
    await post.deliver()
    await arrive(address_of(post, ASTRID), words("Ingen saker frå oss", ASTRID))
    assert [row.result for row in await scene.all(InboundMail)] == ["answered"]


async def test_an_address_that_somebody_had_answers_for_nobody(post, scene, arrive):
    meeting_id, _ = await scene.published()
    await post.deliver()
    to, calendar = address_of(post, ELI), post.calendar(ELI)
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Union", email="eli.berg@union.example")
    await arrive(to, words("Yes", ELI))
    await arrive(to, reply(calendar, "ACCEPTED", ELI))
    assert (await answer_of(scene, "union")).response is None
    assert [row.result for row in await scene.all(InboundMail)] == ["unknown", "unknown"]
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    await post.deliver()
    assert post.calendar("eli.berg@union.example") is None  # which never had it


async def test_a_calendar_at_another_address_is_invited_anew(post, scene, arrive):
    meeting_id, _ = await scene.published()
    await post.deliver()
    before = post.calendar(ELI).replace("\r\n ", "")
    email = "eli.berg@union.example"
    await scene.ok(RAGNHILD, "person.edit", person_id=await scene.person(ELI), name="Eli Union", email=email)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Eventuelt", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await post.deliver()
    after = post.calendar(email).replace("\r\n ", "")
    organizer = next(line for line in after.splitlines() if line.startswith("ORGANIZER"))
    assert "METHOD:REQUEST" in after and organizer.endswith(address_of(post, email)) and organizer not in before
    await arrive(address_of(post, email), reply(after, "ACCEPTED", email))
    assert (await answer_of(scene, "union")).response == "comes"


async def test_an_invitation_that_was_passed_on_is_answered_for_all_to_see(post, scene, arrive):
    await scene.published()
    await post.deliver()
    letter = reply(post.calendar(ELI), "DECLINED", "somebody@example.com")
    letter.replace_header("From", ELI)
    await arrive(address_of(post, ELI), letter)
    listed = await scene.ok(RAGNHILD, "inbound_mail.list")
    assert [each.result for each in listed.messages] == ["answered_elsewhere"]
    eli = await scene.person(ELI)
    async with scene.runtime.db.write() as db:
        db.add(PersonAddress(person_id=eli, email="eli@sykehus.example", added_at=scene.clock.at))
    await arrive(address_of(post, ELI), words("Yes", "Eli Union <Eli@sykehus.example>"))
    assert len((await scene.ok(RAGNHILD, "inbound_mail.list")).messages) == 1  # no other's


async def test_only_what_says_it_is_automatic_is_read_by_nobody(post, scene, arrive):
    await scene.published()
    await post.deliver()
    to = address_of(post, ELI)
    await arrive(to, words("Out of office", ELI, Auto_Submitted="auto-replied; owner"))
    await arrive(to, words("Yes", ELI, Precedence="list"))
    await arrive(to, words("Yes", ELI, Auto_Submitted="no", X_Autoreply="yes"))
    await arrive(f"hei@{DOMAIN}", words("Yes", ELI, Auto_Submitted="auto-generated"))
    listed = await scene.ok(RAGNHILD, "inbound_mail.list")
    assert [each.result for each in listed.messages] == ["automatic"] * 3
    assert (await answer_of(scene, "union")).response is None


async def test_what_comes_back_is_a_delivery_that_failed(post, scene, arrive):
    await scene.published()
    await post.deliver()
    letter, to = post.postman.to(ELI), address_of(post, ELI)
    assert post.postman.senders[-1].startswith("answer+")  # to which reports come back
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["Subject"] = "mailer-daemon@mx.example.no", "Undelivered"
    report.attach(MIMEText("Sorry."))
    status = MIMEMultipart()
    status.set_type("message/delivery-status")
    status.set_payload([MIMEText(""), MIMEText("")])
    del status.get_payload()[0]["Content-Type"], status.get_payload()[1]["Content-Type"]
    status.get_payload()[1]["Final-Recipient"] = f"rfc822; {ELI}"
    status.get_payload()[1]["Action"], status.get_payload()[1]["Status"] = "failed", "5.1.1"
    report.attach(status)
    report.attach(MIMEMessage(letter))
    assert await arrive(to, report, "") == 250
    failed = await scene.all(Delivery, state="failed")
    assert [(row.person_id, row.reason) for row in failed] == [(await scene.person(ELI), "bounced_5.1.1")]
    assert letter["Message-ID"].startswith(f"<delivery-{failed[0].id}.")
    assert (await scene.one(MailTrouble)).email == ELI
    assert "(5.1.1)" in await scene.words(RAGNHILD, "delivery.show", meeting_id=1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"From: x\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xe5\xe5",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 5000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
        b"Subject: =?utf-8?b?////?= =?x-no?q?a?=\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT",
    ],
)
async def test_whatever_is_sent_is_kept_and_breaks_nothing(scene, arrive, content):
    assert await arrive(f"answer@{DOMAIN}", content) == 250
    assert len((await scene.ok(RAGNHILD, "inbound_mail.list")).messages) == 1
    assert await arrive("answer@somewhere-else.example", content) == 550


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_message_that_is_too_large_is_refused(scene, arrive):
    assert await arrive(f"answer@{DOMAIN}", b"x" * 78 + (b"\r\n" + b"y" * 76) * 75_000) == 552
    assert not await scene.all(InboundMail)
