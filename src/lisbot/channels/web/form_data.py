"""Reading what a form sends."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

MAX_BYTES = 3 * 1024 * 1024  # a hundred thousand characters of any script, percent-encoded
MAX_FIELDS = 500
SURROGATES = re.compile("[\ud800-\udfff]")


async def read_body(request: web.Request) -> bytes:
    """Returns what was sent. Raises HTTPRequestEntityTooLarge."""
    if (request.content_length or 0) > MAX_BYTES:
        raise web.HTTPRequestEntityTooLarge(max_size=MAX_BYTES, actual_size=request.content_length or 0)
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MAX_BYTES, actual_size=len(body))
    return bytes(body)


def parse(body: bytes) -> dict[str, Any]:
    """Returns a form's fields: what was typed, over what its button carried. A name sent several times is a list.

    Raises HTTPBadRequest.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            max_num_fields=MAX_FIELDS,
            errors="surrogatepass",
        )
        pairs = [(without_surrogates(name), without_surrogates(value)) for name, value in pairs]
        button = next((value for name, value in pairs if name == "_data"), "{}")
        carried = without_surrogates(json.loads(button))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(carried, dict):
        raise web.HTTPBadRequest
    typed: dict[str, Any] = {}
    for name, value in pairs:
        if name in ("_data", "_off"):
            continue
        if name not in typed:
            typed[name] = value
        elif isinstance(typed[name], list):
            typed[name].append(value)
        else:
            typed[name] = [typed[name], value]
    for name, value in pairs:
        if name == "_off":
            unticked, _, meaning = value.partition("=")
            typed.setdefault(unticked, meaning)
    return carried | typed


def without_surrogates(value: Any) -> Any:
    """Returns what was sent, with U+001A (Unicode's own substitute) for half characters: they can be neither stored
    nor shown, and the substitute is refused by name in the form it stands in."""
    match value:
        case str():
            return SURROGATES.sub("\x1a", value)
        case list():
            return [without_surrogates(each) for each in value]
        case dict():
            return {without_surrogates(name): without_surrogates(each) for name, each in value.items()}
    return value
