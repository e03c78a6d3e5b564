"""Whoever first writes from a chat account is known by it from then on, and the log says since when."""

import asyncio
import json

from builders import ASTRID, RAGNHILD
from lisbot.commands import run
from lisbot.council.models import Account, LogArguments, LogLine
from lisbot.council.register.identity import Caller


async def test_first_messages_that_come_at_once_are_all_answered_and_link_once(scene):
    caller = Caller("teams", "29:astrid", "tenant", email=ASTRID.upper())
    replies = await asyncio.gather(*(run(scene.runtime, "menu.show", {}, caller) for _ in range(4)))
    assert [reply.status for reply in replies] == [200] * 4
    (account,) = await scene.all(Account)
    assert (account.external_id, account.linked_at) == ("29:astrid", scene.clock())
    (line,) = await scene.all(LogLine, command="account.link")
    assert (line.by_name, line.via, line.at) == ("Astrid Fjord", "teams", scene.clock())
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert json.loads(arguments.args) == {"platform": "teams", "tenant": "tenant", "external_id": "29:astrid"}
    assert (await scene.ok(RAGNHILD, "log.verify")).is_whole


async def test_an_account_stays_with_its_person_whatever_address_it_shows_later(scene):
    await run(scene.runtime, "menu.show", {}, Caller("teams", "29:astrid", "tenant", email=ASTRID))
    later = Caller("teams", "29:astrid", "tenant", email=RAGNHILD)
    assert (await run(scene.runtime, "dashboard.show", {}, later)).status == 403
    assert len(await scene.all(LogLine, command="account.link")) == 1
