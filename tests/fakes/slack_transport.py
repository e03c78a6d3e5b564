"""The two ways Slack's requests reach an app: signed HTTP, or a socket the app has opened."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from aiohttp import ClientTimeout
from aiohttp.test_utils import TestClient

PATIENCE = 3.0  # seconds Slack waits for an answer
Payload = dict[str, Any]


@dataclass(frozen=True)
class AppAnswer:
    """What the app answered; status 0 when it did not in time."""

    status: int
    words: str = ""
    is_json: bool = False
    may_retry: bool = True

    @property
    def is_well(self) -> bool:
        return 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """Why Slack sends again, as it names it in X-Slack-Retry-Reason."""
        return "http_timeout" if self.status == 0 else "http_error"

    @property
    def body(self) -> Payload:
        if not self.words:
            return {}
        found: Payload = json.loads(self.words) if self.is_json else {"text": self.words}
        return found


class Transport(Protocol):
    async def send(self, kind: str, payload: Payload, retry: tuple[int, str] | None = None) -> AppAnswer: ...


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """docs.slack.dev/authentication/verifying-requests-from-slack"""
    whole = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), whole, hashlib.sha256).hexdigest()


def encode(kind: str, payload: Payload) -> tuple[bytes, str]:
    """The body and its content type: events are JSON, interactions JSON in a form, commands a form."""
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "interactive":
        return urlencode({"payload": json.dumps(payload)}).encode(), form
    return urlencode(payload).encode(), form


@dataclass
class Http:
    client: TestClient[Any, Any]
    secret: str
    path: str = "/slack/events"
    patience: float = PATIENCE

    def headers(self, body: bytes, kind: str, *, at: float | None = None, **more: str) -> dict[str, str]:
        timestamp = str(int(time.time() if at is None else at))
        return {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.secret, timestamp, body),
            **more,
        }

    async def post(self, body: bytes, headers: dict[str, str]) -> AppAnswer:
        """Send exactly this, and hear what comes back within three seconds."""
        try:
            async with self.client.post(
                self.path, data=body, headers=headers, timeout=ClientTimeout(total=self.patience)
            ) as response:
                words = await response.text()
                is_json = response.content_type == "application/json"
                may_retry = response.headers.get("X-Slack-No-Retry") != "1"
                return AppAnswer(response.status, words, is_json, may_retry)
        except TimeoutError:
            return AppAnswer(0)

    async def send(self, kind: str, payload: Payload, retry: tuple[int, str] | None = None) -> AppAnswer:
        body, content_type = encode(kind, payload)
        more = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}
        return await self.post(body, {**self.headers(body, content_type), **more})
