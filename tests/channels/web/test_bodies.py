"""What is sent to the pages: how much, how slowly, and by those who hang up in the middle of it."""

import asyncio
import io
import logging
import time

import pytest
from aiohttp.test_utils import TestServer

from browser import Visitor
from lisbot.channels.common import bodies
from lisbot.channels.web.form_data import MAX_BYTES, MAX_BYTES_OF_STRANGERS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATHS = ("/do/proposal.submit", "/language", "/signin/link", "/signout", "/demo/become", "/nowhere")


async def longest_wait(work: asyncio.Task) -> float:
    """For which part of the work somebody else, who wants nothing but their turn, is kept waiting at most."""
    longest, begun = 0.0, time.monotonic()
    while not work.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - before)
    return longest / (time.monotonic() - begun)


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_is_not_signed_in_sends_64_kilobytes_and_no_more(visitor, path):
    for size, status in ((MAX_BYTES_OF_STRANGERS + 1, 413), (MAX_BYTES, 413), (1000, 403)):
        body = io.BytesIO(b"a=" + b"x" * (size - 2))
        assert await visitor.ask("POST", path, data=body, headers=FORM) == status, size


async def test_neither_does_whoever_does_not_say_how_much(visitor):
    sent = []

    async def chunks():
        for number in range(300):
            sent.append(number)
            yield b"a" * 10_000
            await asyncio.sleep(0)

    assert await visitor.ask("POST", "/language", data=chunks(), headers=FORM) == 413
    assert len(sent) < 200


async def test_a_cookie_of_nobody_or_one_that_is_made_up_opens_no_more(demo, visitor):
    await visitor.get("/")
    body = b"a=" + b"x" * MAX_BYTES_OF_STRANGERS
    assert await visitor.ask("POST", "/language", data=io.BytesIO(body), headers=FORM) == 413
    headers = FORM | {"Cookie": "lisbot=eyJwZXJzb25faWQiOjF9.c2lnbmVk"}
    async with Visitor(demo) as forger:
        assert await forger.ask("POST", "/language", data=io.BytesIO(body), headers=headers) == 413


async def test_a_large_form_of_a_member_keeps_nobody_waiting(bjorn):
    body = b"a=" + b"%C3%B8" * (MAX_BYTES // 6 - 10)
    asking = asyncio.create_task(bjorn.ask("POST", "/do/proposal.submit", data=io.BytesIO(body), headers=FORM))
    waited = await longest_wait(asking)
    assert await asking == 403
    assert waited < 0.5


async def test_what_is_not_all_there_in_time_is_given_up(visitor, monkeypatch):
    monkeypatch.setattr(bodies, "READ_TIMEOUT", 0.2)

    async def chunks():
        yield b"a="
        await asyncio.Event().wait()  # for ever

    async with asyncio.timeout(60):
        assert await visitor.ask("POST", "/language", data=chunks(), headers=FORM) == 408


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 500\r\n\r\na=1",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
async def test_whoever_hangs_up_in_the_middle_of_a_form_is_no_bug_of_ours(demo: TestServer, caplog, rest):
    caplog.set_level(logging.INFO)
    _, writer = await asyncio.open_connection("127.0.0.1", demo.port)
    head = f"POST /language HTTP/1.1\r\nHost: 127.0.0.1:{demo.port}\r\nContent-Type: {FORM['Content-Type']}\r\n"
    writer.write(head.encode() + rest)
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    await asyncio.sleep(0.2)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []
