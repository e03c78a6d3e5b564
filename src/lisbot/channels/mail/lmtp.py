"""Where the organisation's mail server hands over what arrives for lisbot (LMTP, RFC 2033), on this machine alone."""

import asyncio
import logging
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from lisbot.channels.mail.intake import Intake, Unanswered
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BYTES = 5 * 1024 * 1024  # of a message: papers are not handed in by mail
TIMEOUT = 60.0  # seconds that a silent connection is kept


class Handler:
    """Answers what the mail server asks. One recipient a message: each gets its own answer (RFC 2033, 4.2)."""

    def __init__(self, intake: Intake, domain: str) -> None:
        self.intake, self.domain = intake, domain

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.rpartition("@")[2].lower() != self.domain:
            return "550 5.1.2 Not here"
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await self.intake.take_in(envelope.rcpt_tos[0], content, envelope.mail_from)
        except Unanswered:
            return "451 4.3.0 Later"
        except Exception:
            log.exception("a message was not taken in")
            return "451 4.3.0 Later"
        return "250 2.0.0 Taken in"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("a mail server was answered with an error: %s", type(error).__name__)
        return "451 4.3.0 Later"


class LmtpListener:
    """Listens until it is stopped."""

    def __init__(self, runtime: Runtime, domain: str, port: int) -> None:
        self.handler, self.port = Handler(Intake(runtime), domain), port
        self.listening, self.stopping = asyncio.Event(), asyncio.Event()

    def stop(self) -> None:
        self.stopping.set()

    async def work(self) -> None:
        server = await asyncio.get_running_loop().create_server(self.connection, HOST, self.port)
        self.listening.set()
        log.info("mail is taken in on %s:%d", HOST, self.port)
        try:
            await self.stopping.wait()
        finally:
            server.close()

    def connection(self) -> Any:
        return LMTP(
            self.handler,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="lisbot",
            ident="lisbot",
            timeout=TIMEOUT,
            loop=asyncio.get_running_loop(),
        )
