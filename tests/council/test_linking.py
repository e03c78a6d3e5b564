"""Whoever first writes from a chat account is known by it from then on, and the log says since when."""

import asyncio
import json

from builders import ASTRID, RAGNHILD
from lisbot.commands import run
from lisbot.council.models import Account, LogLine
from lisbot.council.people import Caller


async def test_first_messages_that_come_at_once_are_all_answered_and_link_once(scene):
    caller = Caller("teams", "29:astrid", "tenant", email=ASTRID.upper())
    replies = await asyncio.gather(*(run(scene.house, "menu.show", {}, caller) for _ in range(4)))
    assert [reply.status for reply in replies] == [200] * 4
    (account,) = await scene.all(Account)
    assert (account.external_id, account.linked_at) == ("29:astrid", scene.clock())
    (line,) = await scene.all(LogLine, command="account.link")
    assert (line.by_name, line.via, line.at) == ("Astrid Fjord", "teams", scene.clock())
    assert json.loads(line.args) == {"platform": "teams", "tenant": "tenant", "external_id": "29:astrid"}
    assert (await scene.ok(RAGNHILD, "log.verify"))["whole"]


async def test_an_account_stays_with_its_person_whatever_address_it_shows_later(scene):
    await run(scene.house, "menu.show", {}, Caller("teams", "29:astrid", "tenant", email=ASTRID))
    later = Caller("teams", "29:astrid", "tenant", email=RAGNHILD)
    assert (await run(scene.house, "overview.show", {}, later)).status == 403
    assert len(await scene.all(LogLine, command="account.link")) == 1
