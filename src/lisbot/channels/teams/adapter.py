"""Our own BotAdapter: POST /api/messages in, the Connector out."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import orjson
from aiohttp import web
from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ConversationReference, ResourceResponse

from lisbot.channels.common.bodies import read_body
from lisbot.channels.common.retry import with_retries
from lisbot.channels.teams.activity import IncomingActivity, NotAnActivity, read_activity
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.refusals import BY_CODE
from lisbot.channels.teams.tokens import Unauthorized, Verify
from lisbot.council.core.characters import storable
from lisbot.messaging import TransientError

log = logging.getLogger(__name__)

PATH = "/api/messages"
MAX_BODY = 256 * 1024  # bytes; the Bot Framework itself stops at about 100 KB
MAX_WAIT = 3.0  # seconds an answer waits to be sent once more: Teams gives the whole turn 10 to 15
INVOKE_RESPONSE = BotAdapter._INVOKE_RESPONSE_KEY

T = TypeVar("T")
OnTurn = Callable[[TurnContext], Awaitable[None]]


class TeamsAdapter(BotAdapter):  # type: ignore[misc]
    """Takes in activities whose token holds, hands them to botbuilder's pipeline, sends what comes of it."""

    def __init__(self, verify: Verify, connector: Connector, on_turn: OnTurn) -> None:
        super().__init__()
        self.verify, self.connector, self.on_turn = verify, connector, on_turn

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request: 415 another type, 401 not proved, 413 too large, 400 no activity; or what came of it.

        The token is looked at before anything is read."""
        if request.content_type != "application/json":
            return web.Response(status=415)
        try:
            proof = await self.verify(request.headers.get("Authorization"))
            raw = read_activity(read_json(await read_body(request, MAX_BODY)))
            proof.require_covers(raw)
        except (orjson.JSONDecodeError, NotAnActivity):
            return web.Response(status=400)
        except Unauthorized as error:
            log.info("refused a request to %s: %s", PATH, error)
            return web.Response(status=401)
        context = TurnContext(self, IncomingActivity(raw))
        await self.run_pipeline(context, self.on_turn)
        response: InvokeResponse | None = context.turn_state.get(INVOKE_RESPONSE)
        if response is None:
            return web.Response(status=200)
        return web.Response(body=orjson.dumps(response.body), status=response.status, content_type="application/json")

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        return [ResourceResponse(id=await self.send(context.activity, activity)) for activity in activities]

    async def send(self, to: IncomingActivity, activity: Activity) -> str:
        """Send into the conversation and thread that something came from. Returns its id. Raises SendError."""
        return await answer_in_time(
            lambda: self.connector.send(to.service_url, str(to.conversation.id), activity.serialize())
        )

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        to: IncomingActivity = context.activity
        await answer_in_time(
            lambda: self.connector.update(to.service_url, str(to.conversation.id), activity.id, activity.serialize())
        )

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self.connector.delete(reference.service_url, reference.conversation.id, reference.activity_id)


def read_json(body: bytes) -> Any:
    """Returns what some JSON says, with a substitute for what no database keeps: Teams sends none of it."""
    found = orjson.loads(body)
    return storable(found) if b"\\u0000" in body else found


async def answer_in_time(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and once more what a busy conversation turned away, where it asks for no more than a moment."""
    return await with_retries(send, attempts=2, first_wait=0.5, max_wait=MAX_WAIT, may_retry=was_turned_away)


def was_turned_away(error: TransientError) -> bool:
    """Returns whether Teams certainly did not take a message: one that got no answer may have arrived."""
    return error.reason in BY_CODE
