"""Sealed ballots: secret answers while their vote is open, so that nothing kept ties a seat to a choice.

A vote's key is derived from SECRET_KEY and the vote's own salt. The salt is destroyed when the vote closes, and
with it every way back. A copy of the database alone opens nothing at any time.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.models import SealedBallot, Vote, table
from lisbot.db import WIPE

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAX_REASON = 1_000  # characters of a secret answer's reason
PADDED_SIZE = 6 * 1024  # bytes every answer is sealed at, whatever it is: room for the longest there can be
SALT_SIZE, NONCE_SIZE = 32, 12  # bytes; NIST SP 800-38D recommends 96 bits for a nonce of AES-GCM
SEALED = table(SealedBallot)
REPLACE = update(SEALED).where(SEALED.c.handle == bindparam("place")).values(sealed=bindparam("new_sealed"))


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_SIZE)


def handle(key: bytes, salt: bytes, seat_id: int) -> str:
    """Returns under which handle a seat's sealed ballot lies. It says nothing to whoever lacks the key."""
    return hmac.new(key, b"handle" + salt + str(seat_id).encode(), hashlib.sha256).hexdigest()


def seal(key: bytes, salt: bytes, choice: str | None, reason: str = "") -> bytes:
    """Returns an answer encrypted, always of the same size. No choice: a blank."""
    plain = orjson.dumps([choice, reason])
    if len(plain) > PADDED_SIZE:
        raise ValueError("longer than what an answer is sealed at")
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + cipher(key, salt).encrypt(nonce, plain.ljust(PADDED_SIZE), None)


def unseal(key: bytes, salt: bytes, sealed: bytes) -> tuple[str | None, str]:
    """Returns the choice and reason in a sealed ballot. Raises InvalidTag under another key."""
    plain = cipher(key, salt).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], None)
    choice, reason = orjson.loads(plain)
    return choice, reason


def cipher(key: bytes, salt: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only where a vote is secret

    return AESGCM(hmac.new(key, b"seal" + salt, hashlib.sha256).digest())


async def lay_blanks(act: Act, vote: Vote, seat_ids: Iterable[int]) -> None:
    """Lay a sealed blank for every seat of the roll, in an order that says nothing."""
    assert vote.salt
    handles = sorted(handle(act.key, vote.salt, seat_id) for seat_id in seat_ids)
    await act.db.execute(
        insert(SealedBallot),
        [{"handle": h, "vote_id": vote.id, "sealed": seal(act.key, vote.salt, None)} for h in handles],
    )


async def replace(act: Act, salt: bytes, seat_id: int, choice: str | None, reason: str = "") -> None:
    """Put another answer, or a blank, in the place of a seat's. Raises Conflict under another SECRET_KEY."""
    place = handle(act.key, salt, seat_id)
    kept = await act.db.execute(REPLACE, {"place": place, "new_sealed": seal(act.key, salt, choice, reason)})
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("sealed_elsewhere")


async def open_and_destroy(act: Act, vote: Vote) -> list[tuple[str, str]]:
    """Open a vote's sealed ballots and destroy them. Returns each choice and reason, in an order that says
    nothing. Raises Conflict under another SECRET_KEY."""
    from cryptography.exceptions import InvalidTag

    assert vote.salt
    query = select(SealedBallot.sealed).where(SealedBallot.vote_id == vote.id)
    sealed = list(await act.db.scalars(query))
    try:
        opened = [unseal(act.key, vote.salt, each) for each in sealed]
    except InvalidTag:
        raise Conflict("sealed_elsewhere") from None
    await act.db.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote.id))
    act.db.info[WIPE] = True
    secrets.SystemRandom().shuffle(opened)
    return [(choice, reason) for choice, reason in opened if choice]
