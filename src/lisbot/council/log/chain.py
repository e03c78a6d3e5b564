"""The chain's arithmetic: what a line's link covers, and how it is computed.

Version 2 covers every field of a line and the digest of its arguments, never the arguments themselves, so that
these can be erased. The hash is keyed with a key derived from SECRET_KEY: whoever can write to the database but
does not have the key cannot work the chain out anew.
Version 1 hashed the arguments too, without a key. Its lines are covered by version 2's links like all others,
their old hash included.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

VERSION = 2
START = "0" * 64
# What a link of each version covers, in this order, after the link before it and the line's number. A new
# column is a new version: the fields of an old one never change.
_V2 = (
    *("v", "at", "by_id", "by_name", "as_role", "via", "command"),
    *("subject", "context", "body_id", "args_digest", "hash_v1"),
)
COVERED = {1: _V2, 2: _V2}
REASON = 6  # the column of a roll that has the reason of the ballot
HASHED_V1 = ("at", "by_id", "by_name", "as_role", "via", "command", "args")


def derive_key(secret_key: bytes) -> bytes:
    """Returns the key of the log's hashes, derived from SECRET_KEY."""
    return hmac.digest(secret_key, b"lisbot log", "sha256")


def derive_keys(secret_key: bytes, former: Iterable[bytes] = ()) -> tuple[bytes, ...]:
    """Returns the log's key, and then those it had under former SECRET_KEYs, the newest first."""
    return tuple(derive_key(each) for each in (secret_key, *former))


def new_salt() -> str:
    return secrets.token_hex(16)


def digest(salt: str, args: str) -> str:
    """Returns the salted digest of a line's arguments. Without the salt, which is erased with them, short
    arguments cannot be guessed from it."""
    return hashlib.sha256(f"{salt}|{args}".encode()).hexdigest()


def compute_link(key: bytes, previous: str, number: int, line: Mapping[str, Any]) -> str:
    """Returns the keyed hash of a line: over the link before it, its number and every covered field."""
    fields = [plain(line[name]) for name in COVERED[line["v"]]]
    return hmac.new(key, orjson.dumps([previous, number, *fields]), hashlib.sha256).hexdigest()


def compute_seal(key: bytes, last: int, link: str) -> str:
    """Returns the keyed hash of the head, without which a chain could be cut short and its head moved back."""
    return hmac.new(key, orjson.dumps(["head", last, link]), hashlib.sha256).hexdigest()


def is_sealed(keys: Iterable[bytes], last: int, link: str, seal: str) -> bool:
    """Returns whether a head is as lisbot left it, under any of its keys. One that has linked nothing yet, after a
    migration from version 1, has no seal."""
    if not last and not seal:
        return True
    return any(hmac.compare_digest(compute_seal(key, last, link or START), seal) for key in keys)


def compute_hash_v1(previous: str, number: int, line: Mapping[str, Any]) -> str:
    """Returns the hash that version 1 gave a line."""
    fields = [previous, number, *(plain(line[name]) for name in HASHED_V1)]
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


def plain(value: object) -> object:
    """Returns a moment as text in UTC, to the microsecond; anything else as it is."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def roll_digest(roll: Sequence[Sequence[object]]) -> str:
    """Returns the digest of a closed vote's roll: who could answer, who did, and in a named vote what.

    The last column of a row is why its seat was recused, which older lines have in the column of the ballot's reason.
    """
    told = []
    for *columns, recused_reason in roll:
        older = recused_reason in ("", columns[REASON])
        told.append(columns if older else [*columns, recused_reason])
    return hashlib.sha256(orjson.dumps(told)).hexdigest()
