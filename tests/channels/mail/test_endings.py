"""A mail server that is slow, refuses, hangs up, puts off and accepts: where each recipient's message ends."""

import asyncio
import ssl
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from builders import ASTRID, ELI, HILDE, PAAL, RAGNHILD
from channels.mail.conftest import Post, Postman, mail_settings
from lisbot.channels.mail.sender import MailSender
from lisbot.council.models import Delivery, MailTrouble, Person
from lisbot.messaging import Address, Message, TransientError
from lisbot.outbox import Outbox


class Moody(Postman):
    """Does to each recipient's next message what it is told to: `does[address]`, the first first."""

    def __init__(self) -> None:
        super().__init__()
        self.does: dict[str, list[str]] = {}

    async def handle_DATA(self, server, session, envelope):
        left = self.does.get(envelope.rcpt_tos[0], [])
        match left.pop(0) if left else "":
            case "hang up":
                server.transport.abort()
                return "250 OK"
            case "sleep":
                await asyncio.sleep(3)
                return "451 Too late"
            case "take and hang up":
                answer = await super().handle_DATA(server, session, envelope)
                session.hangs_up = True
                return answer
            case answer if answer:
                return answer
        return await super().handle_DATA(server, session, envelope)

    async def handle_QUIT(self, server, session, envelope):
        if getattr(session, "hangs_up", False):
            server.transport.abort()
        return "221 Bye"


@pytest.fixture
def postman() -> Moody:
    return Moody()


@pytest.fixture
def post(scene, port, postman) -> Post:
    sender = MailSender(mail_settings(port), scene.runtime)
    sender.timeout = 0.8
    return Post(scene, Outbox(scene.runtime, {"mail": sender}), postman)


async def test_each_recipient_ends_where_the_mail_server_has_left_them(post, scene, postman):
    await scene.called()
    await post.deliver()  # what came before the notice
    bjorn = "bjorn@xn--s-1fa.example"
    postman.answers = {ELI: ["550 5.1.1 No such user"], PAAL: ["451 4.7.1 Greylisted"]}
    postman.does = {
        ASTRID: ["hang up", "sleep"],
        bjorn: ["take and hang up"],
        HILDE: ["554 5.7.1 Refused"],
    }
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    for hours in (0, 1, 2):
        scene.at(2027, 2, 1, 9 + hours)
        await post.outbox.drain()
    names = {person.id: person.email for person in await scene.all(Person)}
    ended = {names[row.person_id]: row for row in await scene.all(Delivery) if row.kind.startswith("notice")}
    assert {email: (row.state.value, row.reason, row.attempts) for email, row in ended.items()} == {
        ELI: ("failed", "recipient_refused_550", 1),
        PAAL: ("sent", None, 2),
        ASTRID: ("sent", None, 3),
        "bjorn@ås.example": ("sent", None, 1),
        HILDE: ("failed", "mail_refused_554", 1),
    }
    arrived = [to for to, letter in postman.letters if "Innkalling" in letter["Subject"]]
    assert sorted(arrived) == sorted([[PAAL], [ASTRID], [bjorn]])  # each once
    assert [trouble.email for trouble in await scene.all(MailTrouble)] == [ELI]
    said = await scene.words(RAGNHILD, "delivery.show", meeting_id=1)
    assert "tar ikke imot for denne adressen (550)" in said and "tok ikke imot e-posten (554)" in said


async def test_a_server_that_takes_its_time_for_each_answer_has_no_more_for_all(port, postman):
    """The message's lease does not last for longer, and somebody else would send it too."""
    take = postman.handle_RCPT

    async def name_recipient(*given) -> str:
        await asyncio.sleep(0.6)
        return await take(*given)

    async def begin(server, session, envelope, address, options) -> str:
        await asyncio.sleep(0.6)
        envelope.mail_from = address
        return "250 OK"

    postman.handle_MAIL, postman.handle_RCPT = begin, name_recipient
    sender = MailSender(mail_settings(port))
    sender.timeout = 1.0
    with pytest.raises(TransientError, match="mail_server_unreachable"):
        await sender.send(Address("mail", "", "", ELI), Message("x", {}, "nb"))
    assert postman.letters == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_tried_again_is_the_same_mail_with_the_same_links(post, scene, postman):
    """A server that took a mail and was not heard gets it again, and may know it by its number."""
    await scene.called()
    await post.deliver()
    postman.does = {ELI: ["hang up"]}
    kept = []
    take = postman.handle_DATA

    async def look(server, session, envelope):
        kept.append(envelope.content)
        return await take(server, session, envelope)

    postman.handle_DATA = look
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    await post.outbox.drain()
    scene.at(2027, 2, 1, 10)
    await post.outbox.drain()
    first, second = (content for content in kept if b"Notice of the meeting" in content)

    def steady(content: bytes) -> list[bytes]:
        return [line for line in content.split(b"\r\n") if b"/link/" in line or line.startswith(b"Message-ID")]

    assert steady(first) == steady(second) != []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_address_that_works_again_is_no_trouble(post, scene, postman):
    await scene.called()
    postman.answers = {ELI: ["550 No"]}
    await post.outbox.drain()
    assert len(await scene.all(MailTrouble)) == 1
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    await post.outbox.drain()
    assert await scene.all(MailTrouble) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_mail_is_encrypted_where_the_server_can(scene, unused_tcp_port, tmp_path):
    """STARTTLS, and not in the clear where the server's certificate is nobody's we trust."""
    request = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    files = ("-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert"))
    made = await asyncio.create_subprocess_exec("openssl", *request.split(), *files, stderr=asyncio.subprocess.DEVNULL)
    assert await made.wait() == 0
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    postman = Postman()
    controller = Controller(
        postman, hostname="127.0.0.1", port=unused_tcp_port, tls_context=context, require_starttls=True
    )
    await asyncio.to_thread(controller.start)
    try:
        with pytest.raises(TransientError, match="mail_server_unreachable"):
            await MailSender(mail_settings(unused_tcp_port)).send(Address("mail", "", "", ELI), Message("x", {}, "nb"))
        sender = MailSender(mail_settings(unused_tcp_port))
        sender.tls = ssl.create_default_context(cafile=str(tmp_path / "cert"))
        await sender.send(Address("mail", "", "", ELI), Message("x", {}, "nb"))
    finally:
        await asyncio.to_thread(controller.stop)
    assert len(postman.letters) == 1


async def test_what_the_server_has_taken_is_not_sent_again_because_it_cannot_be_written_down(post, scene):
    def fail(_connection, _cursor, statement, *_rest) -> None:
        if "INTO calendar_entry" in statement:
            raise OperationalError(statement, {}, Exception("no room"))

    engine = scene.runtime.db.engine.sync_engine
    await scene.published()
    event.listen(engine, "before_cursor_execute", fail)
    try:
        await post.deliver()
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    scene.clock.at += timedelta(hours=2)
    await post.outbox.drain()
    theirs = [
        letter for to, letter in post.postman.letters if to == [ELI] and letter.get_content_type() != "text/plain"
    ]
    assert len([each for each in theirs if "Notice" in each["Subject"]]) == 1
    assert {row.state.value for row in await scene.all(Delivery, kind="notice")} == {"sent"}
