"""The demo's people, seated in the Agents Playground."""

import json

import pytest

from fakes.teams import KARI
from lisbot.channels.teams import playground

SIX = [(f"Person {n}", f"person{n}@example.no") for n in range(6)]


def test_the_first_sits_at_it_and_the_others_are_its_five_users(tmp_path):
    written = json.loads(playground.write(tmp_path, SIX).read_text("utf-8"))
    assert written["currentUser"]["email"] == "person0@example.no"
    assert [user["email"] for user in written["users"]] == [email for _, email in SIX[1:]]
    ids = [user[key] for user in (written["currentUser"], *written["users"]) for key in ("id", "aadObjectId")]
    assert len(set(ids)) == 12
    assert playground.describe(SIX) == playground.describe(SIX)


@pytest.mark.parametrize("people", [SIX[:5], [*SIX, ("En til", "en@example.no")]])
def test_it_seats_six(people):
    with pytest.raises(ValueError, match="6"):
        playground.describe(people)


async def test_in_the_demo_whoever_sits_there_is_linked_by_its_roster(opened, run, ask, connector):
    connector.is_open = True
    run.known.clear()
    teams = await opened(run, ask, {}, demo=True)
    response = await teams.post(teams.activity(KARI, "message", text="hjelp"), None)
    assert response.status == 200
    assert KARI.object_id in run.known
    assert connector.sent[0].card["body"][0]["text"] == "menu.show"
    assert connector.calls["token"] == 0
