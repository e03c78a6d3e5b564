"""Addresses that say by a signature whose answer arrives there, and to what: `answer+meeting-7-12-…@council.example`.

One person's address for one thing is always the same, since a calendar takes in changes from nobody but whom the
invitation came from.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lisbot.council.mail.tokens import is_signed, sign

LOCAL = "answer"
PURPOSE = "reply-address"
LENGTH = 16  # of the signature: what stands before the @ may have 64 letters (RFC 5321, 4.5.3.1.1)
WRITTEN = re.compile(rf"{LOCAL}\+([a-z_]*)-(\d+)-(\d+)-([a-z2-7]+)", re.IGNORECASE)


class Tag(NamedTuple):
    """Whose answer it is, and to what: "meeting:7"; None where the message was about nothing in particular."""

    subject: str | None
    person_id: int


def reply_address(key: bytes, subject: str | None, person_id: int, domain: str) -> str:
    """Returns the address to which one person answers about one thing."""
    noun, _, number = (subject or ":0").partition(":")
    said = f"{noun}-{number}-{person_id}"
    return f"{LOCAL}+{said}-{sign(key, PURPOSE, said, LENGTH)}@{domain}"


def read_reply_address(keys: Iterable[bytes], given: str) -> Tag | None:
    """Returns whose answer arrives at an address that we have signed; None at any other."""
    found = WRITTEN.fullmatch(given.rpartition("@")[0])
    if found is None:
        return None
    noun, number, person_id, signature = found.groups()
    noun = noun.lower()
    if not is_signed(keys, PURPOSE, f"{noun}-{number}-{person_id}", signature, LENGTH):
        return None
    return Tag(f"{noun}:{number}" if noun else None, int(person_id))
