"""Walking through Slack by the buttons that are there, from the menu: what people want to open can be opened."""

import json
from collections.abc import AsyncIterator

import distribution_scene
from channels.slack.helpers import ASTRID, RAGNHILD, commands_on, in_front_of, press_command, settle
from fakes.slack_ui import shown
from lisbot.commands import changes_something, public_commands
from lisbot.council.models import AgendaItem, Vote
from register_asks import SHEET

EVERY_READING_COMMAND = {command.name for command in public_commands() if not command.changes}
START = {"menu.show"}
ASKED = {"line_confirmation.show", "dispatch.show", "guest_invitation.show"}  # told by a message of its own
MOST_OF_A_KIND = 2  # years have a button to the next one, without end
CHANGE = {"name": "Ny Leder", "email": "ny@fjord.example", "from_on": "2027-04-01", "anchored_by": "Sjefen"}


async def walk(slack, person) -> AsyncIterator[str]:
    """Yields every command that changes nothing and that buttons lead to. Each is opened anew from the menu."""
    seen: dict[str, set[str]] = {}
    ways: list[list[tuple[str, dict]]] = [[]]
    while ways:
        way = ways.pop(0)
        await slack.say(person, "hjelp")
        await settle(slack)
        for command, given in way:
            await press_command(slack, person, in_front_of(slack, person), command, **given)
        if way:
            yield way[-1][0]
        for command, given, _ in commands_on(in_front_of(slack, person)):
            opened = seen.setdefault(command, set())
            what = json.dumps(given, sort_keys=True)
            if not changes_something(command) and what not in opened and len(opened) < MOST_OF_A_KIND:
                opened.add(what)
                ways.append([*way, (command, given)])


async def test_buttons_lead_from_the_menu_to_everything_there_is_to_look_at(real, scene):
    """The secretary and a member look around while a vote is open, and the secretary when minutes are written."""
    vote_id = await scene.asked()
    seat_id = await scene.seat("fjord")
    await scene.ok(ASTRID.email, "seat_change.report", seat_id=seat_id, anchored=True, **CHANGE)
    await scene.ok(RAGNHILD.email, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    await scene.sent_on()
    await scene.in_process()
    await scene.consulted()
    await scene.shared()
    found = set()
    for person in (RAGNHILD, ASTRID):
        found |= {command async for command in walk(real, person)}
    await scene.ok(RAGNHILD.email, "vote.close", vote_id=vote_id)
    scene.at(2027, 3, 11, 9)
    item = await scene.one(AgendaItem, id=(await scene.one(Vote, id=vote_id)).item_id)
    await scene.ok(RAGNHILD.email, "minutes.start", meeting_id=item.meeting_id)
    await distribution_scene.distribute(scene)
    found |= {command async for command in walk(real, RAGNHILD)}
    assert EVERY_READING_COMMAND - START - ASKED - found == set()


async def test_a_row_that_opens_one_thing_has_its_button_beside_it(real, scene, fake):
    """What a person wants of a council, of their worklist and of a search is a press away."""
    await scene.approved()
    for words, command in (("hjelp", "body.show"), ("saker", "meeting.show"), ("søk", "case.show")):
        await real.say(ASTRID, words)
        await settle(real)
        message = fake.messages_to(ASTRID)[-1]
        rows = [block for block in message.blocks if block.get("accessory")]
        assert command in {block["accessory"]["action_id"].partition(":")[2] for block in rows}, shown(message)
        for block in rows:
            label = block["accessory"]["accessibility_label"]
            assert block["accessory"]["text"]["text"] in label and ":" in label
