"""Whatever is sent to Slack's endpoint under a signature that holds: 400, or an answer in words, and never 500.

The commands behind are the real ones.
"""

import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from channels.slack.helpers import ASTRID, put_card, settle, with_button

ODD: list[Any] = [None, True, -1.5, 10**400, "", "x", "\x00", "\ud800", [], [{}], {}, {"id": 7}]
LANGUAGE = "person.choose_language"
Path = tuple[str | int, ...]


async def press(slack) -> None:
    await slack.press(ASTRID, put_card(slack, with_button(LANGUAGE, language="nb")), "Trykk")


async def send_form(slack) -> None:
    await slack.press(ASTRID, put_card(slack, with_button("ask", command=LANGUAGE, args={})), "Trykk")
    await settle(slack)
    await slack.submit(ASTRID, {"Språk": "bokmål"})


async def choose_shortcut(slack) -> None:
    await slack.shortcut(ASTRID, slack.write(ASTRID, "En sak", slack.fake.direct(ASTRID)), "proposal.submit")


async def write(slack) -> None:
    await slack.say(ASTRID, "hjelp")


async def type_command(slack) -> None:
    await slack.slash(ASTRID, "språk nynorsk")


def paths(part: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a request, of a list the first alone."""
    inner = part.items() if isinstance(part, dict) else enumerate(part[:1]) if isinstance(part, list) else ()
    for name, value in inner:
        yield (*path, name)
        yield from paths(value, (*path, name))


def with_odd(whole: Any, path: Path, odd: Any) -> Any:
    changed = part = copy.deepcopy(whole)
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = odd
    return changed


def bugs(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("do", [press, send_form, choose_shortcut, write, type_command])
async def test_a_field_of_a_wrong_type_breaks_nothing(real, caplog, monkeypatch, do):
    sent = []
    send = real.transport.send

    async def keep(kind, payload, *more):
        sent.append((kind, payload))
        return await send(kind, payload, *more)

    await write(real)
    with monkeypatch.context() as patch:
        patch.setattr(real.transport, "send", keep)
        await do(real)
        await settle(real)
    kind, payload = sent[-1]
    for path in paths(payload):
        for odd in ODD:
            if kind == "slash_commands" and odd == "\ud800":
                continue  # a form's encoding has none
            heard = await send(kind, with_odd(payload, path, odd))
            await settle(real)
            assert heard.status in (200, 400, 404), (path, odd, heard)
    assert bugs(caplog) == []
