"""A question and its roll, read in one statement, are what two plain statements read."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD
from lisbot import commands
from lisbot.commands.command import Command
from lisbot.council.core.access import P
from lisbot.council.core.fields import VoteId
from lisbot.council.votes import roll, roll_in_one


@pytest.fixture
def compare(scene, monkeypatch):
    """Reads a question in both ways. The roll's rows, if they are the same."""
    read = {}

    async def both(act, *, vote_id: VoteId):
        read["plain"] = await roll.read_question_and_roll(act, vote_id)
        read["in_one"] = await roll_in_one.get_question_for(act, vote_id)

    async def compared(vote_id: int, *, changes: bool = False):
        command = Command("vote.compare", both, needs=P.VIEW, shows="menu", changes=changes)
        monkeypatch.setitem(commands.COMMANDS, command.name, command)
        await scene.ok(BJORN, "vote.compare", vote_id=vote_id)
        assert read["plain"] == read["in_one"]
        return read["plain"][1]

    return compared


async def test_of_a_question_at_a_meeting_as_it_is_answered(scene, compare):
    meeting_id, item_id = await scene.published()
    frode = await scene.person(FRODE)
    response = {"response": "absent", "deputy_id": frode, "reason": "Vakt"}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **response)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    scene.at(2027, 3, 10, 10)
    vote_id = await scene.question(item_id=item_id)
    rows = await compare(vote_id)
    assert [row.stand_in for row in rows].count(frode) == 1

    odd = 'Æ, "ø" og \\å\n[null, {}] \U0001f600'
    await scene.ok(FRODE, "vote.cast", vote_id=vote_id, choice="for", reason=odd)
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("union"), reason="Part i saken")
    rows = await compare(vote_id, changes=True)
    assert {(row.choice, row.reason) for row in rows if row.choice} == {("for", odd), ("against", None)}
    assert [row.recused for row in rows].count(True) == 1

    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await compare(vote_id)


async def test_of_a_secret_question_between_meetings(scene, compare):
    await scene.called()
    vote_id = await scene.question(body_id=scene.body_id, secret=True)
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="for")
    rows = await compare(vote_id)
    assert [row.answered for row in rows].count(True) == 1
    assert {row.choice for row in rows} == {None}
