"""Reading what a form sends."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiohttp import web

from lisbot.channels.common.bodies import read_body
from lisbot.channels.web.uploaded_files import parts_in, take_chosen
from lisbot.council.core.characters import without_halves

MAX_BYTES = 3 * 1024 * 1024  # a hundred thousand characters of any script, percent-encoded
MAX_BYTES_OF_STRANGERS = 64 * 1024  # of those who are not signed in: all they send is an address or a language
MAX_FIELDS = 500
WITH_FILES = "multipart/form-data"
CONTENT_TYPES = ("application/x-www-form-urlencoded", WITH_FILES)
PARSER = ThreadPoolExecutor(1, "form")  # one at a time: what it takes of memory is taken once
# A thousand at a time: a match of millions is one step that no other thread gets a turn in.
ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2}){1,1000}")


async def read(request: web.Request, *, is_member: bool) -> dict[str, Any]:
    """Returns the fields of the form that was sent. Raises HTTPRequestEntityTooLarge and what read_body() raises.

    A large one is parsed in a thread, one at a time: nobody else waits for it.
    """
    body = await read_body(request, MAX_BYTES if is_member else MAX_BYTES_OF_STRANGERS)
    with_files = request.headers["Content-Type"] if request.content_type == WITH_FILES else ""
    if len(body) <= MAX_BYTES_OF_STRANGERS:
        return parse(body, with_files)
    return await asyncio.get_running_loop().run_in_executor(PARSER, parse, body, with_files)


def parse(body: bytes, with_files: str = "") -> dict[str, Any]:
    """Returns a form's fields: what was typed, over what its button carried, or where that carries nothing the form
    itself. A name sent several times is a list. `with_files`: the content type of a form that carries files.

    Raises HTTPBadRequest.
    """
    try:
        given = parts_in(body, with_files) if with_files else pairs_in(body)
        pairs = [(without_halves(name), without_halves(value)) for name, value in given]
        button = next((value for name, value in reversed(pairs) if name == "_data"), "{}")
        carried = without_halves(json.loads(button))
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
    return take_chosen(carried | typed)


def pairs_in(body: bytes) -> list[tuple[str, str]]:
    """Returns the names and values in a form's body. Raises ValueError.

    urllib's own reading makes a list of a million pieces of a large form, and nothing else runs while such a list is
    thrown away.
    """
    if not body:
        return []
    if not body.isascii():
        raise ValueError("not percent-encoded")
    fields = body.split(b"&", MAX_FIELDS)
    if len(fields) > MAX_FIELDS:
        raise ValueError("too many fields")
    parted = [field.partition(b"=") for field in fields]
    if not all(equals for _, equals, _ in parted):
        raise ValueError("a field without =")
    return [(decode(name), decode(value)) for name, _, value in parted]


def decode(part: bytes) -> str:
    """Returns what was percent-encoded. Raises ValueError."""
    decoded = ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode()), part.replace(b"+", b" "))
    return decoded.decode(errors="surrogatepass")
