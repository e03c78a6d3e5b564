"""The workspaces that have installed lisbot, and their tokens: encrypted, so that a copy of the database lets nobody
speak in Slack."""

import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from lisbot.council.models import Installation
from lisbot.db import Database, is_postgres

log = logging.getLogger(__name__)

NONCE_SIZE = 12  # bytes, as AES-GCM takes them (NIST SP 800-38D, 8.2)
COLUMNS = (Installation.name, Installation.token, Installation.bot_user, Installation.scopes)


@dataclass(frozen=True)
class Installed:
    """One workspace that lisbot may speak in."""

    tenant: str
    name: str
    token: str
    bot_user: str
    scopes: str


class Installations:
    """The installations on one platform. `key` is the SECRET_KEY."""

    def __init__(self, db: Database, key: bytes, platform: str) -> None:
        self.db, self.platform = db, platform
        self.cipher = AESGCM(hmac.digest(key, b"installation" + platform.encode(), "sha256"))
        self.unreadable: set[str] = set()  # workspaces whose token could not be decrypted, once logged

    async def save(self, found: Installed) -> None:
        """Store an installation, in place of an earlier one of the same workspace."""
        nonce = secrets.token_bytes(NONCE_SIZE)
        values = {
            "name": found.name,
            "token": nonce + self.cipher.encrypt(nonce, found.token.encode(), found.tenant.encode()),
            "bot_user": found.bot_user,
            "scopes": found.scopes,
            "installed_at": datetime.now(UTC),
        }
        async with self.db.write() as db:
            insert = postgresql.insert if is_postgres(db) else sqlite.insert
            await db.execute(
                insert(Installation)
                .values(platform=self.platform, tenant=found.tenant, **values)
                .on_conflict_do_update(index_elements=["platform", "tenant"], set_=values)
            )

    async def find(self, tenant: str) -> Installed | None:
        """Returns a workspace's installation; None where there is none that this key decrypts."""
        async with self.db.read() as db:
            row = (await db.execute(select(*COLUMNS).where(*self.of(tenant)))).first()
        if row is None:
            return None
        try:
            token = self.cipher.decrypt(row.token[:NONCE_SIZE], row.token[NONCE_SIZE:], tenant.encode()).decode()
        except InvalidTag:
            self.warn(tenant)
            return None
        return Installed(tenant, row.name, token, row.bot_user, row.scopes)

    def warn(self, tenant: str) -> None:
        """Log why lisbot is silent in a workspace: once, however much is said there."""
        if tenant not in self.unreadable:
            self.unreadable.add(tenant)
            log.warning("%s must install lisbot again: its token was encrypted under another SECRET_KEY", tenant)

    async def forget(self, tenant: str, at: datetime) -> None:
        """Delete the installation of a workspace that removed lisbot at this moment. One made since then stays."""
        async with self.db.write() as db:
            gone = (*self.of(tenant), Installation.installed_at <= at)
            await db.execute(delete(Installation).where(*gone))

    def of(self, tenant: str) -> tuple[ColumnElement[bool], ...]:
        return (Installation.platform == self.platform, Installation.tenant == tenant)
