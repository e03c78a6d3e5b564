"""The mail message itself: RFC 5322, marked as sent by a machine (RFC 3834)."""

import hashlib
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from lisbot.channels.mail.personal import Enclosed
from lisbot.council.addresses import write_domain

MAX_SUBJECT = 120  # characters; longer ones are cut by those who show them
LINE = 75  # characters
NOTHING = Enclosed()


def compose_letter(
    sender: str, to: str, subject: str, text: str, lang: str = "", page: str | None = None, enclosed: Enclosed = NOTHING
) -> EmailMessage:
    """Returns one message to one address. Raises ValueError for what is not one plain address.

    `page` is the body as HTML, beside the plain `text`.
    """
    if any(char in to for char in "\r\n,;<> \t") or to.count("@") != 1:
        raise ValueError("not one address")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = write_domain(to)
    # As it is to be sent: Python 3.11 folds a header that it is given in words between two of them without their space.
    letter.set_raw("Subject", fold_subject(shorten(" ".join(subject.split()))))
    letter["Date"] = format_datetime(datetime.now().astimezone())
    letter["Message-ID"] = enclosed.message_id or make_msgid(domain=sender.rpartition("@")[2].rstrip("> "))
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    for name, value in {
        "Reply-To": enclosed.reply_to,
        "In-Reply-To": enclosed.thread_id,
        "References": enclosed.thread_id,
        "List-Unsubscribe": enclosed.off_url and f"<{enclosed.off_url}>",
        "List-Unsubscribe-Post": enclosed.off_url and "List-Unsubscribe=One-Click",
    }.items():
        if value:
            letter[name] = value
    letter.set_content(text)
    if page is not None:
        letter.add_alternative(page, subtype="html")
    if enclosed.calendar is not None:
        # Last, as what may do most is (RFC 2046, 5.1.4): that is where calendars look for it.
        method, calendar = enclosed.calendar
        letter.add_alternative(calendar, subtype="calendar", cte="base64", params={"method": method.value})
    if letter.is_multipart():
        # The same however often it is sent: a server that took it, and was not heard, may know it again.
        content = hashlib.sha256(text.encode()).hexdigest()[:24]
        letter.set_boundary(f"=_{content}")
    if lang:  # last: add_alternative moves every Content- header into the first part
        letter["Content-Language"] = lang
    return letter


def fold_subject(subject: str) -> str:
    """Returns a subject as it is sent, over lines of at most 75 characters (RFC 2047, 2)."""
    is_plain = subject.isascii() and "=?" not in subject  # which would be read as encoded words
    return Header(subject, None if is_plain else "utf-8", LINE, "Subject").encode()


def shorten(subject: str) -> str:
    return subject if len(subject) <= MAX_SUBJECT else f"{subject[: MAX_SUBJECT - 1].rstrip()}…"
