"""Reading what somebody sends: no more of it than they may send, and no longer than they are given."""

import asyncio

from aiohttp import web

READ_TIMEOUT = 30.0  # seconds for a whole body, which deploy/nginx.conf gives it too


async def read_body(request: web.Request, max_size: int) -> bytes:
    """Returns what was sent, of at most so many bytes.

    Raises HTTPRequestEntityTooLarge, HTTPRequestTimeout for what is not all there in time, and HTTPBadRequest where
    whoever sends it hung up or does not keep to HTTP: these are their doing, and no bugs of ours.
    """
    if (request.content_length or 0) > max_size:
        raise web.HTTPRequestEntityTooLarge(max_size=max_size, actual_size=request.content_length or 0)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_TIMEOUT):
            async for chunk in request.content.iter_any():
                chunks.append(chunk)
                size += len(chunk)
                if size > max_size:
                    raise web.HTTPRequestEntityTooLarge(max_size=max_size, actual_size=size)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, web.RequestPayloadError):
        raise web.HTTPBadRequest from None
    return b"".join(chunks)
