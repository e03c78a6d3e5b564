"""A mailbox that is polled (IMAP, RFC 3501), where no mail server hands over what arrives: taken in as by LMTP.

What lies in the box is not taken in yet, whoever has read it; what is, is moved to a folder beside it. Which address a
message came to is said by its headers. They are a stranger's, and need prove nothing: the address itself is signed.
"""

import asyncio
import logging
import ssl
from collections.abc import Collection
from contextlib import suppress
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from typing import Any
from urllib.parse import unquote, urlsplit

from imapclient import IMAPClient

from lisbot.channels.mail.intake import Intake
from lisbot.channels.mail.lmtp import MAX_BYTES
from lisbot.channels.mail.reply_address import LOCAL, parse_reply_address
from lisbot.idempotency import Receipts, Taken
from lisbot.runtime import Runtime
from lisbot.settings import TAKEN_IN, is_loopback

log = logging.getLogger(__name__)

POLL = 60.0  # seconds between looks
TIMEOUT = 30.0  # seconds for one answer of the server
AT_ONCE = 100  # messages taken in at one look
MAX_HEADERS = 100_000  # bytes of a message that are read to find out to which address it came
PLATFORM = "imap"  # of its receipts
ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")


class Mailbox:
    """A connection to the box. Each of its methods waits for the server: none is called on the event loop."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.folder = parts.hostname or "", unquote(parts.path.strip("/")) or "INBOX"
        self.user, password = unquote(parts.username or ""), unquote(parts.password or "")
        tls, is_secure = ssl.create_default_context(), parts.scheme == "imaps"
        port = parts.port or (993 if is_secure else 143)
        self.client = IMAPClient(
            self.host, port, ssl=is_secure, ssl_context=tls if is_secure else None, use_uid=True, timeout=TIMEOUT
        )
        try:
            if not is_secure and not is_loopback(self.host):
                self.client.starttls(tls)
            self.client.login(self.user, password)
            self.make_folder()
            self.validity = self.client.select_folder(self.folder)[b"UIDVALIDITY"]
        except BaseException:
            self.close()
            raise

    def make_folder(self) -> None:
        """Make the folder that messages are moved to, where there is none, among the user's own (RFC 2342)."""
        own = self.client.namespace().personal if self.client.has_capability("NAMESPACE") else None
        self.taken_in = f"{own[0][0] if own else ''}{TAKEN_IN}"
        if not self.client.folder_exists(self.taken_in):
            self.client.create_folder(self.taken_in)

    def waiting(self, left: Collection[int] = ()) -> dict[int, int]:
        """Returns the messages in the box, and how large each is: the oldest first, and last what was `left` there
        before."""
        found = sorted(self.client.search("ALL"), key=lambda number: (number in left, number))[:AT_ONCE]
        sizes = self.client.fetch(found, ["RFC822.SIZE"]) if found else {}
        return {number: sizes[number][b"RFC822.SIZE"] for number in found if number in sizes}

    def read(self, number: int, size: int) -> bytes:
        """Returns a message as it is, unread as before; of one that is too large, its headers."""
        part = "BODY.PEEK[]" if size <= MAX_BYTES else "BODY.PEEK[HEADER]"
        found = self.client.fetch([number], [part]).get(number, {})
        return bytes(next((value for name, value in found.items() if name.startswith(b"BODY[")), b""))

    def put_away(self, number: int) -> None:
        """Move a message out of the box."""
        if self.client.has_capability("MOVE"):
            self.client.move([number], self.taken_in)
            return
        self.client.copy([number], self.taken_in)
        self.client.delete_messages([number], silent=True)
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge([number])
        else:
            self.client.expunge()

    def close(self) -> None:
        with suppress(Exception):  # it is gone already
            self.client.logout()


class ImapPoller:
    """Takes in what lies in the box, until it is stopped. Any number of processes may poll one box."""

    def __init__(self, runtime: Runtime, domain: str, url: str) -> None:
        self.intake, self.domain, self.url = Intake(runtime), domain, url
        self.receipts = Receipts(runtime.db)
        self.stopping = asyncio.Event()
        self.left: set[int] = set()  # what could not be taken in at an earlier look

    def stop(self) -> None:
        self.stopping.set()

    async def work(self) -> None:
        while not self.stopping.is_set():
            try:
                await self.poll()
            except Exception as error:  # what is in the box stays there
                log.error("the mailbox cannot be read: %s", type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self.stopping.wait()

    async def poll(self) -> None:
        """Take in what waits. Raises what the server, or the way to it, is at fault for."""
        box = await asyncio.to_thread(Mailbox, self.url)
        try:
            for number, size in (await asyncio.to_thread(box.waiting, self.left)).items():
                if self.stopping.is_set():
                    break
                await self.take_in(box, number, size)
        finally:
            await asyncio.to_thread(box.close)

    async def take_in(self, box: Mailbox, number: int, size: int) -> None:
        """Take in one message and move it away; one that is not taken in stays, and is tried after what is new at the
        next look."""
        try:
            async with self.receipts.once(PLATFORM, f"{box.user}@{box.host}:{box.validity}:{number}") as taken:
                if taken is Taken.NEW:
                    content = await asyncio.to_thread(box.read, number, size)
                    headers = BytesHeaderParser().parsebytes(content[:MAX_HEADERS])
                    await self.intake.take_in(recipient_of(headers, self.domain), content, return_path(headers))
        except (OSError, box.client.Error):
            raise
        except Exception:
            log.exception("a message was not taken in")
            self.left.add(number)
            return
        self.left.discard(number)
        if taken is not Taken.UNDER_WAY:
            await asyncio.to_thread(box.put_away, number)


def recipient_of(headers: Message, domain: str) -> str:
    """Returns to which of our addresses a message came: the one that says whose answer it is, where one does."""
    given = [str(each)[:MAX_HEADERS] for name in ENVELOPE for each in headers.get_all(name, [])]
    own = [address for _, address in getaddresses(given) if address.rpartition("@")[2].lower() == domain]
    tagged = (address for address in own if parse_reply_address(address) is not None)
    return next(tagged, own[0] if own else f"{LOCAL}@{domain}")


def return_path(headers: Message) -> str | None:
    given: Any = headers.get("Return-Path")
    return None if given is None else str(given).strip().strip("<>")
