"""lisbot's server on the open internet: half a request, no request, no HTTP, and a thousand of them at once."""

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from lisbot import http_server
from lisbot.app import PARTS, listen, make_app, make_metrics_app
from lisbot.settings import read

REPO = Path(__file__).parents[2]
HALVES = [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "]


@pytest.fixture
def few(monkeypatch, request):
    """The port of one that may have twenty connections."""
    monkeypatch.setattr(http_server, "most_connections", lambda: 20)
    return request.getfixturevalue("port")


@pytest.fixture
async def port(sqlite_template, tmp_path):
    """The port of a lisbot that serves as in production."""
    (tmp_path / "lisbot.db").write_bytes(sqlite_template.read_bytes())
    settings = read({"SECRET_KEY": "k" * 32, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/lisbot.db"})
    app = await make_app(settings)
    runners = [await listen(app, "127.0.0.1", 0), await listen(make_metrics_app(app[PARTS]), "127.0.0.1", 0)]
    yield runners[0].addresses[0][1]
    for runner in reversed(runners):
        await runner.cleanup()


async def is_alive(port: int) -> bool:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as response:
        return response.status == 200


async def is_closed(reader: asyncio.StreamReader, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await reader.read() is not None
    except TimeoutError:
        return False


@pytest.mark.parametrize("half", HALVES)
async def test_half_a_request_is_given_up_in_time(port, monkeypatch, caplog, half):
    monkeypatch.setattr(http_server, "HEAD_TIMEOUT", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(half)
    assert not await is_closed(reader, 0.15)
    assert await is_closed(reader, 2)
    writer.close()
    assert [r.getMessage() for r in caplog.records if "sent no whole request" in r.getMessage()]


async def test_a_head_that_comes_byte_by_byte_is_given_up_too(port, monkeypatch):
    monkeypatch.setattr(http_server, "HEAD_TIMEOUT", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for byte in b"GET /healthz HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaa":
        writer.write(bytes([byte]))
        await asyncio.sleep(0.02)
        if writer.transport.is_closing() or reader.at_eof():
            break
    assert await is_closed(reader, 0.1)
    writer.close()


async def test_the_second_request_of_a_connection_has_as_long(port, monkeypatch):
    monkeypatch.setattr(http_server, "HEAD_TIMEOUT", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for _ in range(2):
        writer.write(whole)
        assert b"200" in await reader.readuntil(b"\r\n")
        await reader.readuntil(b"}")
        await asyncio.sleep(0.5)
    writer.write(whole[:-4])
    assert await is_closed(reader, 2)
    writer.close()


async def test_a_long_request_is_not_cut_off(monkeypatch):
    monkeypatch.setattr(http_server, "HEAD_TIMEOUT", 0.2)

    async def slow(request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(0.4)
        return web.Response(text=str(len(body)))

    app = web.Application()
    app.router.add_post("/", slow)
    runner = await listen(app, "127.0.0.1", 0)

    async def chunks():
        for _ in range(5):
            yield b"x" * 10
            await asyncio.sleep(0.1)

    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    async with ClientSession() as session, session.post(url, data=chunks()) as response:
        assert await response.text() == "50"
    await runner.cleanup()


async def test_when_there_are_too_many_the_oldest_that_sends_nothing_makes_room(few, caplog):
    port = few
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
    assert await is_alive(port)
    for _, writer in opened:
        writer.close()
    assert [r.getMessage() for r in caplog.records if "LimitNOFILE" in r.getMessage()]


def test_a_process_with_few_files_goes_on_answering(sqlite_template, tmp_path, unused_tcp_port):
    """A hundred and fifty halves of a request, against a process that may open a hundred files."""
    (tmp_path / "lisbot.db").write_bytes(sqlite_template.read_bytes())
    code = "import resource as r, lisbot.cli as c; r.setrlimit(r.RLIMIT_NOFILE, (100, 100)); c.main(['serve'])"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO / "src"), "SECRET_KEY": "k" * 32}
    env |= {"PORT": str(unused_tcp_port), "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/lisbot.db"}
    with (tmp_path / "err").open("wb") as errors:
        process = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, stderr=errors)

    async def attack() -> bool:
        opened = []
        for _ in range(150):
            opened.append(await asyncio.open_connection("127.0.0.1", unused_tcp_port))
            opened[-1][1].write(b"GET / HTTP/1.1\r\nX: ")
        async with asyncio.timeout(5):
            answered = await is_alive(unused_tcp_port)
        for _, writer in opened:
            writer.close()
        return answered

    try:
        assert process.stdout and b"ready" in process.stdout.readline()
        assert asyncio.run(attack())
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert "LimitNOFILE" in (tmp_path / "err").read_text()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /language HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    ],
    ids=lambda sent: repr(sent)[:30],
)
async def test_what_is_no_http_is_no_bug_of_ours(port, caplog, sent):
    caplog.set_level(logging.INFO)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    try:
        async with asyncio.timeout(0.5):
            answer = await reader.read()
    except TimeoutError:
        answer = b""
    writer.close()
    await asyncio.sleep(0.1)
    assert b"aiohttp" not in answer.lower() and b"python" not in answer.lower()
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/", "/signin", "/static/lisbot.css", "/nowhere", "/api/messages"]
)
async def test_no_answer_tells_versions(port, path):
    async with ClientSession() as session:
        for method in ("GET", "POST", "OPTIONS"):
            async with session.request(method, f"http://127.0.0.1:{port}{path}") as response:
                assert response.headers["Server"] == "lisbot", (method, response.status)


def test_the_unit_has_files_enough_and_the_proxys_example_is_named():
    assert "LimitNOFILE=65536" in (REPO / "deploy/lisbot.service").read_text()
    assert "deploy/nginx.conf" in (REPO / "deploy/runbook.md").read_text()
