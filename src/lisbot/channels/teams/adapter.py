"""Our own BotAdapter: POST /api/messages in, the Connector out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from aiohttp import web
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationReference, ResourceResponse

from lisbot.channels.teams.activity import NotAnActivity, Received, read_activity
from lisbot.channels.teams.connector import PASSING_CODES, Connector
from lisbot.channels.teams.tokens import Check, Unauthorized
from lisbot.ports import Unsent

log = logging.getLogger(__name__)

PATH = "/api/messages"
LARGEST = 256 * 1024  # bytes; the Bot Framework itself stops at about 100 KB
PATIENCE = 3.0  # seconds an answer waits to be sent once more: Teams gives the whole turn 10 to 15
ANSWER = BotAdapter._INVOKE_RESPONSE_KEY

T = TypeVar("T")
Turn = Callable[[TurnContext], Awaitable[None]]


class Adapter(BotAdapter):  # type: ignore[misc]
    """Takes in activities whose token holds, hands them to botbuilder's pipeline, sends what comes of it."""

    def __init__(self, check: Check, connector: Connector, on_turn: Turn) -> None:
        super().__init__()
        self.check, self.connector, self.on_turn = check, connector, on_turn

    async def receive(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.Response(status=415)
        if (request.content_length or 0) > LARGEST or len(body := await request.read()) > LARGEST:
            return web.Response(status=413)
        try:
            proof = await self.check(request.headers.get("Authorization"))
            raw = read_activity(orjson.loads(body))
            proof.covers(raw)
        except (orjson.JSONDecodeError, NotAnActivity):
            return web.Response(status=400)
        except Unauthorized as error:
            log.info("refused a request to %s: %s", PATH, error)
            return web.Response(status=401)
        activity = Received(raw)
        context = TurnContext(self, activity)
        await self.run_pipeline(context, self.on_turn)
        if activity.type != "invoke":
            return web.Response(status=200)
        answer = context.turn_state.get(ANSWER)
        if answer is None:
            return web.Response(status=501)
        return web.Response(body=orjson.dumps(answer), content_type="application/json")

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        return [ResourceResponse(id=await self.send(context.activity, activity)) for activity in activities]

    async def send(self, to: Received, activity: Activity) -> str:
        """Send into the conversation it came from, under the same thread. Raises Unsent."""
        return await patiently(
            lambda: self.connector.send(to.service_url, str(to.conversation.id), plain(activity)),
        )

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        to = context.activity
        await patiently(
            lambda: self.connector.update(
                to.service_url, str(to.conversation.id), activity.id, plain(activity)
            )
        )

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self.connector.delete(reference.service_url, reference.conversation.id, reference.activity_id)


async def patiently(send: Callable[[], Awaitable[T]]) -> T:
    """Try once more what a busy conversation turned away, if it asks for no more than a moment."""
    try:
        return await send()
    except Unsent as error:
        wait = 0.5 if error.retry_after is None else error.retry_after
        if error.reason not in PASSING_CODES or wait > PATIENCE:
            raise
        await asyncio.sleep(wait)
        return await send()


def plain(activity: Activity) -> dict[str, Any]:
    sent: dict[str, Any] = activity.serialize()
    return sent
