"""Socket Mode: docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from uuid import uuid4

from aiohttp import WSMsgType, web

from fakes.slack_transport import PATIENCE, AppAnswer, Payload
from fakes.slack_ui import Stopped
from fakes.slack_world import APP

MOST = 10  # connections of one app
WITH_ANSWER = ("view_submission",)  # interactions whose ack may carry something


class Sockets:
    """The connections an app has opened; each request goes to one of them, and waits for its ack."""

    def __init__(self, url: Callable[[str], str]) -> None:
        self.url = url
        self.tickets: set[str] = set()
        self.open: list[web.WebSocketResponse] = []
        self.waiting: dict[str, asyncio.Future[Payload]] = {}
        self.patience = PATIENCE
        self.turn = 0

    def ticket(self) -> str:
        """An address that opens one connection, once."""
        found = uuid4().hex
        self.tickets.add(found)
        return self.url(f"/link/?ticket={found}&app_id={APP}").replace("http", "ws", 1)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=401)
        self.tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.open) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.open.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.open),
                "connection_info": {"app_id": APP},
                "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            }
        )
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self.take(json.loads(message.data))
        finally:
            if socket in self.open:
                self.open.remove(socket)
        return socket

    def take(self, ack: Payload) -> None:
        waiting = self.waiting.pop(ack.get("envelope_id", ""), None)
        if waiting and not waiting.done():
            waiting.set_result(ack)

    async def send(self, kind: str, payload: Payload, retry: tuple[int, str] | None = None) -> AppAnswer:
        """Send an envelope down one of the connections, and hear its ack within three seconds."""
        if not self.open:
            return AppAnswer(0)
        takes_answer = kind == "slash_commands" or payload.get("type") in WITH_ANSWER
        envelope: Payload = {
            "envelope_id": str(uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": takes_answer,
        }
        if kind == "events_api":
            number, reason = retry or (0, "")
            envelope |= {"retry_attempt": number, "retry_reason": reason}
        waiting = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = waiting
        self.turn += 1
        await self.open[self.turn % len(self.open)].send_json(envelope)
        try:
            ack = await asyncio.wait_for(waiting, self.patience)
        except TimeoutError:
            self.waiting.pop(envelope["envelope_id"], None)
            return AppAnswer(0)
        answer = ack.get("payload")
        if answer and not takes_answer:
            raise Stopped(f"this ack takes no payload: {answer}")
        return AppAnswer(200, json.dumps(answer) if answer else "", is_json=True)

    async def connected(self, count: int = 1) -> None:
        """Until the app has so many connections."""
        for _ in range(500):
            if len(self.open) >= count:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{len(self.open)} of {count} connections")

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack asks the app to go and come again, and (unless it is only a warning) hangs up."""
        for socket in list(self.open):
            info = {"host": "applink-1"}
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": info})
            if reason != "warning":
                self.open.remove(socket)
                await socket.close()

    async def close(self) -> None:
        for socket in list(self.open):
            await socket.close()
