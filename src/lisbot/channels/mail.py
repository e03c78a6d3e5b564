"""Mail: what is sent to those who are not reached in chat, and sign-in links."""

import html
import logging
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import aiosmtplib

from lisbot.ports import Address, Message, Unsent
from lisbot.render.words import words
from lisbot.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 30.0  # seconds for one message
PORTS = {"smtp": 587, "smtps": 465}
SUBJECT = 120  # characters; longer ones are cut by those who show them


class Mail:
    """Sends through the organisation's mail server. Raises Unsent; off without SMTP_URL."""

    platform = "mail"
    whole = False

    def __init__(self, settings: Settings) -> None:
        self.url = urlsplit(settings.smtp_url) if settings.smtp_url else None
        self.sender = settings.mail_from or ""
        self.base_url = settings.base_url

    @property
    def is_on(self) -> bool:
        return self.url is not None

    async def send(self, to: Address, message: Message) -> str:
        """The card in words, under why they get it, with the way to its page."""
        said, href = words(message.card), message.href or f"{self.base_url}/"
        text = f"{message.words}\n\n{said}\n\n{href}\n"
        page = (
            f"<p>{lines(message.words)}</p><p>{lines(said)}</p>"
            f'<p><a href="{html.escape(href)}">{html.escape(href)}</a></p>'
        )
        return await self.post(to.conversation_id, message.words, text, message.lang, page)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Mail that is sent is sent."""
        raise Unsent("mail_cannot_be_edited", passing=False, gone=True)

    async def write(self, to: str, subject: str, text: str, lang: str = "") -> None:
        """A plain message, such as a sign-in link."""
        await self.post(to, subject, text, lang)

    async def post(self, to: str, subject: str, text: str, lang: str, page: str | None = None) -> str:
        if self.url is None:
            raise Unsent("mail_off", passing=False)
        try:
            letter = compose(self.sender, to, subject, text, lang, page)
        except ValueError as error:
            raise Unsent("address_malformed", passing=False) from error
        try:
            await aiosmtplib.send(
                letter,
                hostname=self.url.hostname,
                port=self.url.port or PORTS[self.url.scheme],
                username=unquote(self.url.username) if self.url.username else None,
                password=unquote(self.url.password) if self.url.password else None,
                use_tls=self.url.scheme == "smtps",
                start_tls=True if self.url.username and self.url.scheme == "smtp" else None,
                tls_context=ssl.create_default_context(),
                timeout=PATIENCE,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            raise Unsent(
                f"recipient_refused_{codes[0]}", passing=all(400 <= c < 500 for c in codes)
            ) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            # A wrong password is put right by whoever runs lisbot, and the mail should still go then.
            raise Unsent("mail_login_refused", passing=True) from error
        except aiosmtplib.SMTPResponseException as error:
            raise Unsent(f"mail_refused_{error.code}", passing=400 <= error.code < 500) from error
        except (TimeoutError, aiosmtplib.SMTPException, OSError) as error:
            raise Unsent("mail_server_unreachable", passing=True) from error
        return str(letter["Message-ID"])


def compose(sender: str, to: str, subject: str, text: str, lang: str, page: str | None) -> EmailMessage:
    """One message to one address. Raises ValueError for what is not one plain address."""
    if any(char in to for char in "\r\n,;<> \t") or to.count("@") != 1:
        raise ValueError("not one address")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = to
    letter["Subject"] = shorten(" ".join(subject.split()))
    letter["Date"] = format_datetime(datetime.now().astimezone())
    letter["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip("> "))
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(text)
    if page is not None:
        letter.add_alternative(
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
            f"<title>{html.escape(str(letter['Subject']))}</title></head><body>{page}</body></html>",
            subtype="html",
        )
    if lang:  # last: add_alternative moves every Content- header into the first part
        letter["Content-Language"] = lang
    return letter


def shorten(subject: str) -> str:
    return subject if len(subject) <= SUBJECT else f"{subject[: SUBJECT - 1].rstrip()}…"


def lines(text: str) -> str:
    """Plain text as HTML."""
    return html.escape(text).replace("\n", "<br>")
