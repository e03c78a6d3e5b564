"""Forms that came back, kept for an hour as they were filled in: each has an address, so that going back to one asks
nothing of the browser, and its language may be changed, whichever process answers.

They lie in the database encrypted, under a key made from SECRET_KEY and from what only the address carries: a form may
hold somebody's answer to a secret question, and whoever has the database and SECRET_KEY reads none of them.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, func, insert, select

from lisbot.channels.web.refusal_data import read_refusal, write_refusal
from lisbot.commands import Command
from lisbot.council.core.errors import Refusal
from lisbot.council.models import KeptForm, table
from lisbot.db import Database
from lisbot.routes import query_values

LIFE = timedelta(hours=1)
MAX_OF_ONE = 8_000_000  # bytes of one person's, twice what a form may hold; the oldest make room
NONCE_SIZE = 12  # bytes, as AES-GCM takes them (NIST SP 800-38D, 8.2)
FORM = table(KeptForm)

KEPT = "_kept"  # in an address: which of them it shows


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form: whose it is, what stands in it, and why it came back, where it did."""

    person_id: int | None
    command: str
    given: Mapping[str, Any]
    refusal: Refusal | None


class KeptForms:
    """The forms that are kept. `key` is the SECRET_KEY."""

    def __init__(self, db: Database, key: bytes) -> None:
        self.db, self.key = db, key

    async def keep(self, form: FilledForm) -> str:
        """Keep a form, and forget those whose hour is over. Returns what its address carries."""
        now, token = datetime.now(UTC), secrets.token_urlsafe(16)
        nonce = secrets.token_bytes(NONCE_SIZE)
        content = json.dumps({"given": dict(form.given), "refusal": write_refusal(form.refusal)}, default=str)
        sealed = nonce + self.cipher(token).encrypt(nonce, content.encode(), owner(form.person_id, form.command))
        row = {"digest": digest(token), "person_id": form.person_id, "sealed": sealed, "made_at": now}
        size = func.sum(func.length(FORM.c.sealed)).over(order_by=FORM.c.id.desc())
        newest = select(FORM.c.id, size.label("size")).where(FORM.c.person_id == form.person_id).subquery()
        async with self.db.write() as db:
            await db.execute(insert(FORM).values(row))
            too_much = select(newest.c.id).where(newest.c.size > MAX_OF_ONE)
            await db.execute(delete(FORM).where((FORM.c.made_at < now - LIFE) | FORM.c.id.in_(too_much)))
        return token

    async def find(self, token: str, person_id: int | None, command: str) -> FilledForm | None:
        """Returns a person's own form of a command, if it is still kept."""
        if not token:
            return None
        kept = select(FORM.c.sealed).where(FORM.c.digest == digest(token), FORM.c.made_at >= datetime.now(UTC) - LIFE)
        async with self.db.read() as db:
            sealed = await db.scalar(kept)
        if sealed is None:
            return None
        try:
            content = self.cipher(token).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], owner(person_id, command))
        except InvalidTag:  # somebody else's, or kept under another SECRET_KEY
            return None
        found = json.loads(content)
        return FilledForm(person_id, command, found["given"], read_refusal(found["refusal"]))

    def cipher(self, token: str) -> AESGCM:
        return AESGCM(hmac.digest(self.key, b"kept form" + token.encode(), "sha256"))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def owner(person_id: int | None, command: str) -> bytes:
    """Returns what a form is bound to: nobody else opens it, nor as another command's."""
    return f"{person_id}:{command}".encode()


def kept_address(command: Command, given: Mapping[str, Any], back: str, token: str) -> str:
    """Returns the address of a form that is kept, which says what the form is about, should it no longer be."""
    about = {name: given[name] for name in sorted(command.context) if isinstance(given.get(name), str | int)}
    return f"/form/{command.name}?{urlencode(query_values(about) | {'_next': back, KEPT: token})}"
