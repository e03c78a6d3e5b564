"""The workspaces that have installed lisbot, and their tokens: sealed, so that a copy of the database says
nothing to Slack."""

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

NONCE = 12  # bytes
KEPT = (Installation.name, Installation.token, Installation.bot_user, Installation.scopes)


@dataclass(frozen=True)
class Installed:
    """One workspace that lisbot may speak in."""

    tenant: str
    name: str
    token: str
    bot_user: str
    scopes: str


class Installs:
    """The installations on one platform. `key` is the house's own."""

    def __init__(self, db: Database, key: bytes, platform: str) -> None:
        self.db, self.platform = db, platform
        self.box = AESGCM(hmac.digest(key, b"installation" + platform.encode(), "sha256"))
        self.closed: set[str] = set()  # the workspaces whose token could not be opened, as the log was told

    async def keep(self, found: Installed) -> None:
        """Keep an installation, in place of an earlier one of the same workspace."""
        nonce = secrets.token_bytes(NONCE)
        kept = {
            "name": found.name,
            "token": nonce + self.box.encrypt(nonce, found.token.encode(), found.tenant.encode()),
            "bot_user": found.bot_user,
            "scopes": found.scopes,
            "installed_at": datetime.now(UTC),
        }
        async with self.db.write() as db:
            insert = postgresql.insert if is_postgres(db) else sqlite.insert
            await db.execute(
                insert(Installation)
                .values(platform=self.platform, tenant=found.tenant, **kept)
                .on_conflict_do_update(index_elements=["platform", "tenant"], set_=kept)
            )

    async def find(self, tenant: str) -> Installed | None:
        """A workspace's installation; None where there is none, or its token was sealed under another key."""
        async with self.db.read() as db:
            row = (await db.execute(select(*KEPT).where(*self.of(tenant)))).first()
        if row is None:
            return None
        try:
            token = self.box.decrypt(row.token[:NONCE], row.token[NONCE:], tenant.encode()).decode()
        except InvalidTag:
            self.warn(tenant)
            return None
        return Installed(tenant, row.name, token, row.bot_user, row.scopes)

    def warn(self, tenant: str) -> None:
        """Tell those who run lisbot why it is silent in a workspace: once, however much is said there."""
        if tenant not in self.closed:
            self.closed.add(tenant)
            log.warning("%s must install lisbot again: its token was sealed under another SECRET_KEY", tenant)

    async def forget(self, tenant: str, at: datetime) -> None:
        """The workspace removed lisbot at this moment. An installation made since then stays."""
        async with self.db.write() as db:
            gone = (*self.of(tenant), Installation.installed_at <= at)
            await db.execute(delete(Installation).where(*gone))

    def of(self, tenant: str) -> tuple[ColumnElement[bool], ...]:
        return (Installation.platform == self.platform, Installation.tenant == tenant)
