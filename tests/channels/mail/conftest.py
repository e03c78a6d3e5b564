"""A real mail server, and a council whose people are reached by mail alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

import builders
from browser import Visitor
from lisbot.channels.mail.sender import MailSender
from lisbot.outbox import Outbox
from lisbot.settings import Settings, read
from pages import serve_pages
from stages import Scene


class Postman:
    """A real SMTP server's handler, which keeps what it is given and answers as it is told. `answers`: to a recipient,
    by their address; `data`: to a message."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], EmailMessage]] = []
        self.senders: list[str] = []
        self.recipient = "250 OK"
        self.data = "250 OK"
        self.answers: dict[str, list[str]] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        left = self.answers.get(address, [])
        answer = left.pop(0) if left else self.recipient
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.data.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=policy.default)
            self.letters.append((envelope.rcpt_tos, letter))
            self.senders.append(envelope.mail_from)
        return self.data

    def to(self, email: str) -> EmailMessage:
        """The last letter to an address."""
        return [letter for recipients, letter in self.letters if recipients == [email]][-1]


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
async def port(postman: Postman, unused_tcp_port: int) -> AsyncIterator[int]:
    controller = Controller(postman, hostname="127.0.0.1", port=unused_tcp_port)
    await asyncio.to_thread(controller.start)
    yield unused_tcp_port
    await asyncio.to_thread(controller.stop)


def mail_settings(port: int, **more: str) -> Settings:
    return read(
        {
            "SECRET_KEY": "k" * 32,
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "lisbot <lisbot@example.no>",
            "BASE_URL": "https://lisbot.example.no",
            **more,
        }
    )


@pytest.fixture
async def scene(runtime: Any, clock: Any) -> Scene:
    return Scene(runtime, clock, await builders.council(runtime.db))


class Post:
    """A council told by mail: what each got, and the pages their links lead to."""

    def __init__(self, scene: Scene, outbox: Outbox, postman: Postman) -> None:
        self.scene, self.outbox, self.postman = scene, outbox, postman

    async def deliver(self) -> None:
        self.postman.letters.clear()
        await self.outbox.drain()

    def text(self, email: str) -> str:
        return self.postman.to(email).get_body(("plain",)).get_content()

    def link(self, email: str, title: str) -> str:
        """The address that a button of somebody's mail leads to, on the pages."""
        line = next(each for each in self.text(email).splitlines() if f"{title}: http" in each)
        return "/" + line.partition("://")[2].partition("/")[2]

    def calendar(self, email: str) -> str | None:
        parts = [part for part in self.postman.to(email).walk() if part.get_content_type() == "text/calendar"]
        return parts[0].get_content() if parts else None


@pytest.fixture
def post(scene: Scene, port: int, postman: Postman) -> Post:
    sender = MailSender(mail_settings(port), scene.runtime)
    return Post(scene, Outbox(scene.runtime, {"mail": sender}), postman)


@pytest.fixture
async def visitor(scene: Scene) -> AsyncIterator[Visitor]:
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serve_pages(scene.runtime))
        yield await stack.enter_async_context(Visitor(server))


def words(said: str, sender: str, **headers: str) -> EmailMessage:
    """A mail in plain words."""
    letter = EmailMessage()
    headers = {"From": sender, "Subject": "SV: Innkalling"} | headers
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(said)
    return letter
