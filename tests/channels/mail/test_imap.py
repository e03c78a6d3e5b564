"""A mailbox that is polled, on a real IMAP server: what lies in it is taken in once, and moved away."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.imapclient import Namespace
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from builders import ASTRID, ELI, RAGNHILD
from channels.mail.conftest import Post, mail_settings
from channels.mail.test_answers import DOMAIN, address_of, answer_of, words
from lisbot.channels.mail import imap as imap_module
from lisbot.channels.mail.imap import ImapPoller, Mailbox
from lisbot.channels.mail.intake import TRIES, Intake
from lisbot.channels.mail.lmtp import MAX_BYTES
from lisbot.channels.mail.sender import MailSender
from lisbot.council.models import InboundMail
from lisbot.outbox import Outbox
from lisbot.settings import TAKEN_IN, BadSetting, read


@pytest.fixture
async def imap(unused_tcp_port_factory) -> AsyncIterator[int]:
    """The port of an IMAP server with one box, in a process of its own."""
    port = unused_tcp_port_factory()
    given = ("--no-tls", "--host", "127.0.0.1", "--port", str(port))
    server = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("pymap")), *given),
        *("dict", "--demo-user", "answer", "--demo-password", "p/w"),
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ},
    )
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            break
        await asyncio.sleep(0.02)  # until it listens
    yield port
    server.kill()
    await server.wait()


@pytest.fixture
def url(imap: int) -> str:
    return f"imap://answer:p%2Fw@127.0.0.1:{imap}/INBOX"


@pytest.fixture
def post(scene, port, postman, url) -> Post:
    settings = mail_settings(port, INBOUND_MAIL_DOMAIN=DOMAIN, IMAP_URL=url)
    return Post(scene, Outbox(scene.runtime, {"mail": MailSender(settings, scene.runtime)}), postman)


class Box:
    """The box as its owner sees it in a mail program."""

    def __init__(self, port: int) -> None:
        self.client = IMAPClient("127.0.0.1", port, ssl=False, timeout=10)
        self.client.login("answer", "p/w")

    def put(self, letter: EmailMessage | bytes, *, seen: bool = False) -> None:
        content = letter if isinstance(letter, bytes) else letter.as_bytes().replace(b"\n", b"\r\n")
        self.client.append("INBOX", content, [b"\\Seen"] if seen else [])

    def counts(self) -> tuple[int, int]:
        """How many messages wait, and how many are taken in."""
        return tuple(self.client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] for name in ("INBOX", TAKEN_IN))


@pytest.fixture
async def box(imap: int) -> AsyncIterator[Box]:
    box = await asyncio.to_thread(Box, imap)
    yield box
    await asyncio.to_thread(box.client.logout)


def to(address: str, letter: EmailMessage, header: str = "To") -> EmailMessage:
    letter[header] = address
    return letter


async def test_what_lies_in_the_box_is_taken_in_once_by_whichever_process(post, scene, box, url):
    await scene.published()
    await post.deliver()
    eli, astrid = address_of(post, ELI), address_of(post, ASTRID)
    pollers = [ImapPoller(scene.runtime, DOMAIN, url) for _ in range(2)]
    await asyncio.gather(*(poller.poll() for poller in pollers))  # an empty box
    letters = (
        to(f"Svar <{eli}>", words("Yes", ELI)),
        to(astrid, words("Forfall", ASTRID, Cc=f"hei@{DOMAIN}", To="raad@example.no"), "Delivered-To"),
        to(f"answer@{DOMAIN}", words("Hei", "ny@example.com")),
        to("someone@elsewhere.example", words("Hei", "ny@example.com")),  # which the box got all the same
    )
    for number, letter in enumerate(letters):
        await asyncio.to_thread(box.put, letter, seen=number == 0)  # which somebody has looked at
    await asyncio.gather(*(poller.poll() for poller in pollers))
    await pollers[0].poll()
    assert ((await answer_of(scene, "union")).response, (await answer_of(scene, "fjord")).response) == (
        "comes",
        "absent",
    )
    assert sorted(row.result for row in await scene.all(InboundMail)) == ["answered"] * 2 + ["unknown"] * 2
    assert await asyncio.to_thread(box.counts) == (0, 4)


async def test_what_cannot_be_taken_in_stays_in_the_box_and_holds_up_nothing(post, scene, box, url):
    await scene.published()
    await post.deliver()

    def fail(_connection, _cursor, statement, parameters, *_rest) -> None:
        if "INTO inbound_mail" in statement and "Plumber" in str(parameters):
            raise OperationalError(statement, {}, Exception("no room"))

    for letter in (words("Hei", "ny@example.com", Subject="Plumber"), to(address_of(post, ELI), words("Yes", ELI))):
        await asyncio.to_thread(box.put, letter)
    poller, engine = ImapPoller(scene.runtime, DOMAIN, url), scene.runtime.db.engine.sync_engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        await poller.poll()
    finally:
        event.remove(engine, "before_cursor_execute", fail)
    assert (await answer_of(scene, "union")).response == "comes"
    assert await asyncio.to_thread(box.counts) == (1, 1)
    await poller.poll()
    assert await asyncio.to_thread(box.counts) == (0, 2)
    assert [each.subject for each in (await scene.ok(RAGNHILD, "inbound_mail.list")).messages] == ["Plumber"]


async def test_what_fails_at_every_look_holds_up_nothing_and_is_put_away(post, scene, box, url, monkeypatch):
    await scene.published()
    await post.deliver()
    judge = Intake.judge

    async def fail(self, mail, tag):
        return await judge(self, mail, tag) if tag else 1 / 0

    monkeypatch.setattr(imap_module, "AT_ONCE", 2)
    monkeypatch.setattr(Intake, "judge", fail)
    for number in range(3):
        await asyncio.to_thread(box.put, words("Hei", "ny@example.com", Subject=f"Plumber {number}"))
    await asyncio.to_thread(box.put, to(address_of(post, ELI), words("Yes", ELI)))
    poller = ImapPoller(scene.runtime, DOMAIN, url)
    for _ in range(2):
        await poller.poll()
    assert (await answer_of(scene, "union")).response == "comes", "what is new comes before what has failed"
    for _ in range(2 * TRIES):
        await poller.poll()
    assert await asyncio.to_thread(box.counts) == (0, 4)
    assert sorted(row.result for row in await scene.all(InboundMail)) == ["answered"] + ["unknown"] * 3


async def test_whatever_number_an_address_holds_the_mail_is_taken_in(scene, box, url):
    address = f"answer+meeting-999999999999-999999999999-{'a' * 16}@{DOMAIN}"
    await asyncio.to_thread(box.put, to(address, words("Ja", "ny@example.com")))
    await ImapPoller(scene.runtime, DOMAIN, url).poll()
    assert await asyncio.to_thread(box.counts) == (0, 1)
    assert [row.result for row in await scene.all(InboundMail)] == ["unknown"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_of_what_is_too_large_the_headers_are_kept(scene, box, url):
    large = (
        b"Subject: Papers\r\nTo: answer@" + DOMAIN.encode() + b"\r\n\r\n" + (b"x" * 70 + b"\r\n") * (MAX_BYTES // 70)
    )
    await asyncio.to_thread(box.put, large)
    await ImapPoller(scene.runtime, DOMAIN, url).poll()
    listed = (await scene.ok(RAGNHILD, "inbound_mail.list")).messages
    assert [(each.subject, each.words) for each in listed] == [("Papers", "")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_works_until_it_is_stopped_though_the_server_is_away(scene, unused_tcp_port, caplog):
    poller = ImapPoller(scene.runtime, DOMAIN, f"imap://a:b@127.0.0.1:{unused_tcp_port}/")
    asyncio.get_running_loop().call_later(0.2, poller.stop)
    await poller.work()
    assert "cannot be read" in caplog.text


async def test_a_server_that_moves_nothing_is_told_to_copy_and_delete(box, url, monkeypatch):
    await asyncio.to_thread(box.put, words("Hei", ELI))
    mailbox = await asyncio.to_thread(Mailbox, url)
    for able in (("UIDPLUS",), ()):
        monkeypatch.setattr(mailbox.client, "has_capability", able.__contains__)
        await asyncio.to_thread(box.put, words("Hei", ELI))
        [number, *_] = await asyncio.to_thread(mailbox.waiting)
        await asyncio.to_thread(mailbox.put_away, number)
    assert await asyncio.to_thread(box.counts) == (1, 2)
    await asyncio.to_thread(mailbox.close)


async def test_folders_lie_where_the_server_has_a_persons_own(box, url, monkeypatch):
    """Servers such as Courier have all of somebody's folders under INBOX, and refuse any other."""
    monkeypatch.setattr(IMAPClient, "has_capability", lambda _self, name: name == "NAMESPACE")
    monkeypatch.setattr(IMAPClient, "namespace", lambda _self: Namespace((("INBOX.", "."),), None, None))
    await asyncio.to_thread(box.put, words("Hei", ELI))
    mailbox = await asyncio.to_thread(Mailbox, url)
    [number] = await asyncio.to_thread(mailbox.waiting)
    await asyncio.to_thread(mailbox.put_away, number)
    await asyncio.to_thread(mailbox.close)
    assert box.client.folder_status(f"INBOX.{TAKEN_IN}", ["MESSAGES"])[b"MESSAGES"] == 1
    assert not box.client.folder_exists(TAKEN_IN)


@pytest.mark.parametrize(
    "given",
    [
        {"INBOUND_MAIL_DOMAIN": DOMAIN, "IMAP_URL": "imaps://answer:x@mail.example.no/lisbot"},
        {"INBOUND_MAIL_DOMAIN": DOMAIN, "IMAP_URL": "imaps://answer:x@mail.example.no/INBOX.Lisbot/"},
        {"IMAP_URL": "imaps://answer:x@mail.example.no/INBOX"},
        {"INBOUND_MAIL_DOMAIN": DOMAIN},
        {"INBOUND_MAIL_DOMAIN": DOMAIN, "IMAP_URL": "https://answer:x@mail.example.no"},
        {"INBOUND_MAIL_DOMAIN": DOMAIN, "IMAP_URL": "imaps://mail.example.no"},
    ],
)
def test_a_box_that_cannot_be_meant_is_refused(given):
    base = {"SECRET_KEY": "k" * 32, "SMTP_URL": "smtp://127.0.0.1", "MAIL_FROM": "lisbot@example.no"}
    with pytest.raises(BadSetting):
        read({**base, **given})
    good = {"INBOUND_MAIL_DOMAIN": DOMAIN, "IMAP_URL": "imaps://answer:geheim@mail.example.no/INBOX"}
    settings = read({**base, **good})
    assert settings.imap_url and "geheim" not in repr(settings)
