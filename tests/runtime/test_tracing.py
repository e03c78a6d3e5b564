"""One id from the request to the last message it causes: in the answer, the log's lines, the rows and the trace."""

import asyncio
import json
import logging
import re
import subprocess
import sys

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import builders
from builders import RAGNHILD
from dumps import rows
from lisbot import logs, tracing
from lisbot.app import PARTS, make_app, make_metrics_app
from lisbot.commands import run
from lisbot.council.models import Delivery
from lisbot.council.register.identity import Caller
from lisbot.settings import read
from stages import Scene

GIVEN = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture
def spans():
    kept = InMemorySpanExporter()
    provider = tracing.turn_on(SimpleSpanProcessor(kept))
    yield kept.get_finished_spans
    tracing.turn_off(provider)


@pytest.fixture
async def app(database_url, clock):
    """lisbot, with an address at which Ragnhild opens a call."""
    app = await make_app(read({"SECRET_KEY": "k" * 32, "DATABASE_URL": database_url}), now=clock)
    runtime = app[PARTS].runtime
    scene = Scene(runtime, clock, await builders.council(runtime.db))
    meeting_id = await scene.planned()

    async def open_call(_request: web.Request) -> web.Response:
        given = {"meeting_id": meeting_id, "confirm": True}
        return web.json_response({"status": (await run(runtime, "call.open", given, Caller("cli", RAGNHILD))).status})

    app.router.add_post("/api/open/{whom}", open_call)
    return app


async def ended(runtime) -> list[Delivery]:
    for _ in range(500):
        found = [row for row in await rows(runtime.db, Delivery) if row.kind == "call_opened"]
        if found and all(row.state != "waiting" for row in found):
            return found
        await asyncio.sleep(0.02)
    raise AssertionError("messages wait")


@pytest.mark.parametrize(
    ("headers", "wanted", "parent"),
    [
        ({}, None, None),
        ({"X-Request-ID": GIVEN}, GIVEN, None),
        ({"X-Request-ID": "0af76519-16cd-43dd-8448-eb211c80319c"}, GIVEN, None),
        ({"X-Request-ID": "<script>"}, None, None),
        ({"traceparent": f"00-{GIVEN}-{PARENT}-01"}, GIVEN, PARENT),
        ({"traceparent": f"00-{GIVEN}-{PARENT}-03"}, GIVEN, PARENT),  # of Level 2: its id is random
        ({"traceparent": f"00-{'0' * 32}-{PARENT}-01", "X-Request-ID": GIVEN}, GIVEN, None),
        ({"traceparent": f"00-{GIVEN}-{'0' * 16}-01", "X-Request-ID": PARENT * 2}, PARENT * 2, None),
    ],
)
async def test_all_that_a_request_causes_has_its_id(app, spans, caplog, monkeypatch, headers, wanted, parent):
    caplog.set_level(logging.INFO)
    lines = []
    # The handler is the run's: whatever is left on it, later tests would have.
    monkeypatch.setattr(caplog.handler, "emit", lambda record: lines.append(json.loads(logs.Json().format(record))))
    async with TestClient(TestServer(app)) as client:
        answer = await client.post("/api/open/astrid", headers=headers)
        assert await answer.json() == {"status": 200}
        id_ = answer.headers["X-Request-ID"]
        sent = await ended(app[PARTS].runtime)
        page = ""
        async with TestClient(TestServer(make_metrics_app(app[PARTS]))) as metrics:
            page = await (await metrics.get("/metrics")).text()
    assert re.fullmatch("[0-9a-f]{32}", id_)
    assert id_ == (wanted or id_)
    assert {row.request_id for row in sent} == {id_}
    told = [line["message"] for line in lines if line.get("request") == id_]
    assert sum("call.open through cli: 200" in each for each in told) == 1
    assert sum(f"delivery {sent[0].id} is" in each for each in told) >= 1
    here = [span for span in spans() if f"{span.context.trace_id:032x}" == id_]
    first = next(span for span in here if span.name == "POST /api/open/{whom}")
    assert (f"{first.parent.span_id:016x}" if first.parent else None) == parent, "it begins here, or at the proxy"
    by_id = {span.context.span_id: span for span in here}
    command = next(span for span in here if span.name == "command call.open")
    assert by_id[command.parent.span_id] is first
    delivered = [span for span in here if span.name == "deliver call_opened"]
    assert {span.attributes["lisbot.id"] for span in delivered} == {row.id for row in sent}
    if parent is None:
        assert {by_id[span.parent.span_id] for span in delivered} == {first}, "another process would find it too"
    assert 'lisbot_command_seconds_count{channel="cli",command="call.open"} 1.0' in page


async def test_what_comes_by_no_request_has_an_id_of_its_own(runtime, clock):
    scene = Scene(runtime, clock, await builders.council(runtime.db))
    await scene.called()
    found = [row.request_id for row in await rows(scene.runtime.db, Delivery)]
    assert len(set(found)) == 1
    assert re.fullmatch("[0-9a-f]{32}", found[0])


def test_nothing_of_opentelemetry_is_imported_where_it_is_off():
    code = (
        "import sys, lisbot.app, lisbot.tracing; print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
