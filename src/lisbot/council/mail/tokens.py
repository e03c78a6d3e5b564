"""Short words signed with the SECRET_KEY: they say by themselves what they are for, and nobody else makes one."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

LENGTH = 26  # letters of a signature, of five bits each: nobody finds another by trying


def sign(key: bytes, purpose: str, said: str, length: int = LENGTH) -> str:
    """Returns the signature of what is said, for one purpose, in small letters and digits: a mail server may change
    capitals."""
    mac = hmac.new(key, f"lisbot.{purpose}:{said}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac).decode().lower()[:length]


def is_signed(keys: Iterable[bytes], purpose: str, said: str, signature: str, length: int = LENGTH) -> bool:
    """Returns whether one of these keys has signed it."""
    given = signature.lower().encode()
    return any(hmac.compare_digest(sign(key, purpose, said, length).encode(), given) for key in keys)
