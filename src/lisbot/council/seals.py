"""Sealing secret answers while their vote is open, so that nothing kept ties a seat to a choice.

A vote's key is derived from the house's key and the vote's own salt. The salt is destroyed when the vote
closes, and with it every way back. A copy of the database alone opens nothing at any time.
"""

import hashlib
import hmac
import secrets

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

REASON = 1_000  # characters of a secret answer's reason
PAD = 6 * 1024  # bytes every answer is sealed at, whatever was answered: room for the longest there can be


def new_salt() -> bytes:
    return secrets.token_bytes(32)


def handle(key: bytes, salt: bytes, seat_id: int) -> str:
    """Where a seat's sealed answer lies. Says nothing to whoever lacks the key."""
    return hmac.new(key, b"handle" + salt + str(seat_id).encode(), hashlib.sha256).hexdigest()


def seal(key: bytes, salt: bytes, choice: str | None, reason: str = "") -> bytes:
    plain = orjson.dumps([choice, reason])
    if len(plain) > PAD:
        raise ValueError("longer than what an answer is sealed at")
    nonce = secrets.token_bytes(12)
    return nonce + box(key, salt).encrypt(nonce, plain.ljust(PAD), None)


def unseal(key: bytes, salt: bytes, sealed: bytes) -> tuple[str | None, str]:
    choice, reason = orjson.loads(box(key, salt).decrypt(sealed[:12], sealed[12:], None))
    return choice, reason


def box(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(hmac.new(key, b"seal" + salt, hashlib.sha256).digest())
