"""Sends mail through the organisation's own mail server."""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib

from lisbot.channels.mail.body import as_page, as_text
from lisbot.channels.mail.letter import NOTHING, compose_letter
from lisbot.channels.mail.personal import Enclosed, Enclosures
from lisbot.messaging import Address, GoneError, Message, PermanentError, SendError, TransientError
from lisbot.runtime import Runtime
from lisbot.settings import Settings
from lisbot.texts import first_sentence

# Seconds for one message, however its server divides them over its answers: the outbox counts on it
# (lisbot.outbox.worker.LONGEST_SEND).
TIMEOUT = 30.0
GOODBYE = 1.0  # seconds for the answer to QUIT, when the message is taken
# Before the code that a mail server gave, for an address or for the mail.
REFUSED, MAIL_REFUSED = "recipient_refused", "mail_refused"
Keep = Callable[[EmailMessage], None]
PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409 and RFC 8314


class MailSender:
    """The outbox's way out by mail, and the pages' for sign-in links. Off without SMTP_URL, or `keep`.

    With a `runtime`, each mail has its recipient's own links, and what their calendar is to be told. `keep` takes each
    message in a mail server's place: in the demo nothing leaves the machine.
    """

    platform = "mail"

    def __init__(self, settings: Settings, runtime: Runtime | None = None, keep: Keep | None = None) -> None:
        self.keep = keep
        self.url = urlsplit(settings.smtp_url) if settings.smtp_url else None
        self.sender = settings.mail_from or ""
        self.base_url = settings.base_url
        self.timeout = TIMEOUT
        self.tls = ssl.create_default_context()
        self.enclosures = Enclosures(runtime, self.sender, settings.inbound_domain) if runtime else None

    @property
    def is_on(self) -> bool:
        return self.url is not None or self.keep is not None

    async def send(self, to: Address, message: Message) -> str:
        """Send the card in words and as HTML, under when it is due and why they get it. Returns the Message-ID.

        Raises SendError.
        """
        if not self.is_on:
            raise PermanentError("mail_off")
        email = to.conversation_id
        enclosed = await self.enclosures.enclose(email, message) if self.enclosures else NOTHING
        page_url = message.page_url or f"{self.base_url}/"
        subject = first_sentence(message.words)
        text, page = as_text(message, enclosed, page_url), as_page(message, enclosed, page_url, subject)
        try:
            message_id = await self.post(email, subject, text, message.lang, page, enclosed)
        except PermanentError as error:
            if self.enclosures and error.reason.startswith(REFUSED):
                await self.enclosures.note_refusal(email, error.reason)
            raise
        if self.enclosures:
            await self.enclosures.record(email, enclosed)
        return message_id

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Raises GoneError: mail that is sent is sent."""
        raise GoneError("mail_cannot_be_edited")

    async def send_text(self, to: str, subject: str, text: str, lang: str = "") -> None:
        """Send a plain message, such as a sign-in link. Raises SendError."""
        await self.post(to, subject, text, lang)

    async def post(
        self, to: str, subject: str, text: str, lang: str, page: str | None = None, enclosed: Enclosed = NOTHING
    ) -> str:
        if not self.is_on:
            raise PermanentError("mail_off")
        try:
            letter = compose_letter(self.sender, to, subject, text, lang, page, enclosed)
        except ValueError as error:
            raise PermanentError("address_malformed") from error
        try:
            await self.deliver(letter, enclosed.reply_to or parseaddr(self.sender)[1])
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
            raise send_error(error) from error
        return str(letter["Message-ID"])

    async def deliver(self, letter: EmailMessage, bounces_to: str) -> None:
        """Hand a message to the mail server. Raises what aiosmtplib raises, and TimeoutError."""
        if self.keep is not None:
            self.keep(letter)
            return
        assert self.url
        client = aiosmtplib.SMTP(
            hostname=self.url.hostname,
            port=self.url.port or PORTS[self.url.scheme],
            username=unquote(self.url.username) if self.url.username else None,
            password=unquote(self.url.password) if self.url.password else None,
            use_tls=self.url.scheme == "smtps",
            start_tls=True if self.url.username and self.url.scheme == "smtp" else None,
            tls_context=self.tls,
            timeout=self.timeout,
        )
        try:
            async with asyncio.timeout(self.timeout):
                await client.connect()
                await client.send_message(letter, sender=bounces_to)
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=GOODBYE)
        finally:
            client.close()


def send_error(error: Exception) -> SendError:
    """Returns what a mail server's refusal means: 4yz may go better later, 5yz will not (RFC 5321, 4.2.1)."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            codes = [refusal.code for refusal in error.recipients]
            return transient_or_permanent(f"{REFUSED}_{codes[0]}", all(map(is_transient, codes)))
        case aiosmtplib.SMTPAuthenticationError():
            # A wrong password is put right by whoever runs lisbot, and the mail should still go then.
            return TransientError("mail_login_refused")
        case aiosmtplib.SMTPResponseException():
            return transient_or_permanent(f"{MAIL_REFUSED}_{error.code}", is_transient(error.code))
        case aiosmtplib.SMTPNotSupported():
            return PermanentError("address_malformed")  # letters beyond ASCII before the @, and a server without them
    return TransientError("mail_server_unreachable")


def is_transient(code: int) -> bool:
    return 400 <= code < 500


def transient_or_permanent(reason: str, may_retry: bool) -> SendError:
    return TransientError(reason) if may_retry else PermanentError(reason)
