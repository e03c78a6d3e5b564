"""Addresses that say by a signature whose answer arrives there, and to what: `answer+meeting-7-12-…@council.example`.

One person's address for one thing is the same as long as mail reaches them at the same address, since a calendar takes
in changes from nobody but whom the invitation came from. Once theirs is another it is theirs no more: whoever reads
what was sent to the one before may be somebody else.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lisbot.council.addresses import fold_address
from lisbot.council.mail.tokens import is_signed, sign

LOCAL = "answer"
PURPOSE = "reply-address"
# Any database holds a number of nine digits: one is looked up before it is known whether it is signed.
LENGTH = 16  # of the signature: what stands before the @ may have 64 letters (RFC 5321, 4.5.3.1.1)
WRITTEN = re.compile(rf"{LOCAL}\+([a-z_]{{0,20}})-([0-9]{{1,9}})-([0-9]{{1,9}})-([a-z2-7]{{{LENGTH}}})", re.IGNORECASE)


class Tag(NamedTuple):
    """Whose answer it is said to be, and to what: "meeting:7"; None where the message was about nothing in
    particular."""

    subject: str | None
    person_id: int
    signature: str

    @property
    def said(self) -> str:
        noun, _, number = (self.subject or ":0").partition(":")
        return f"{noun}-{number}-{self.person_id}"

    def is_signed_for(self, keys: Iterable[bytes], email: str | None) -> bool:
        """Returns whether we have signed it for the person whom it names, at the address that is theirs today."""
        return email is not None and is_signed(keys, PURPOSE, signed_words(self.said, email), self.signature, LENGTH)

    def is_signed_as_before(self, keys: Iterable[bytes]) -> bool:
        """Returns whether we have signed it for the person whom it names, whatever their address was: none is signed
        so any more. It proves whose invitation a calendar has, and nothing of an answer."""
        return is_signed(keys, PURPOSE, self.said, self.signature, LENGTH)


def reply_address(key: bytes, subject: str | None, person_id: int, email: str, domain: str) -> str:
    """Returns the address to which one person answers about one thing. `email`: where mail reaches them."""
    said = Tag(subject, person_id, "").said
    return f"{LOCAL}+{said}-{sign(key, PURPOSE, signed_words(said, email), LENGTH)}@{domain}"


def signed_words(said: str, email: str) -> str:
    return f"{said}:{fold_address(email)}"


def parse_reply_address(given: str) -> Tag | None:
    """Returns what an address says of itself; None for any that is none of these. Nothing of it is proved."""
    found = WRITTEN.fullmatch(given.rpartition("@")[0])
    if found is None:
        return None
    noun, number, person_id, signature = found.groups()
    return Tag(f"{noun.lower()}:{number}" if noun else None, int(person_id), signature)
