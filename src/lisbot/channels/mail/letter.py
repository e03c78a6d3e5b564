"""The mail message itself: RFC 5322, marked as sent by a machine (RFC 3834)."""

import html
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from lisbot.council.addresses import write_domain
from lisbot.render.words import keep_spaces

MAX_SUBJECT = 120  # characters; longer ones are cut by those who show them


def compose_letter(
    sender: str, to: str, subject: str, text: str, lang: str = "", page: str | None = None
) -> EmailMessage:
    """Returns one message to one address. Raises ValueError for what is not one plain address.

    `page` is the body as HTML, beside the plain `text`.
    """
    if any(char in to for char in "\r\n,;<> \t") or to.count("@") != 1:
        raise ValueError("not one address")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = write_domain(to)
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
    return subject if len(subject) <= MAX_SUBJECT else f"{subject[: MAX_SUBJECT - 1].rstrip()}…"


def as_html(text: str) -> str:
    """Returns plain text as HTML."""
    return html.escape(keep_spaces(text)).replace("\n", "<br>")
