"""The Agents Playground's cast (deploy/teams) are people of the demo's register, linked as in Teams."""

import csv
import json
from pathlib import Path

from fakes.teams import KARI

ROOT = Path(__file__).parents[3]
CAST = ROOT / "deploy/teams/.m365agentsplayground.yml"
PEOPLE = ROOT / "src/lisbot/demo/packs/samordningsrad/people.csv"


def test_everybody_at_the_playground_is_in_the_demos_register():
    cast = json.loads(CAST.read_text("utf-8"))
    users = [cast["currentUser"], *cast["users"]]
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        register = {(row["name"], row["email"]) for row in csv.DictReader(file, delimiter=";")}
    assert {(user["name"], user["email"]) for user in users} <= register
    # Its own schema asks for one who sits at it and exactly five others, each with ids of their own.
    assert len(cast["users"]) == 5
    assert len({user[key] for user in users for key in ("id", "aadObjectId")}) == 12


async def test_in_the_demo_whoever_sits_there_is_linked_by_its_roster(opened, run, ask, connector):
    connector.is_open = True
    run.known.clear()
    teams = await opened(run, ask, {}, demo=True)
    response = await teams.post(teams.activity(KARI, "message", text="hjelp"), None)
    assert response.status == 200
    assert KARI.object_id in run.known
    assert connector.sent[0].card["body"][0]["text"] == "menu.show"
    assert connector.calls["token"] == 0
