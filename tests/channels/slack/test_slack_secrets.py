"""What nobody else is to see in Slack, and what people typed that is never to come to life there."""

from datetime import timedelta

import pytest

import builders
from channels.slack.helpers import ASTRID, BJORN, COUNCIL, RAGNHILD, in_front_of, press_command, settle
from fakes.ample import lift_limits
from fakes.slack_ui import shown
from lisbot.outbox import Outbox

EVIL = "<!channel> <https://evil.example|trygg lenke> & <@U1> :smile:"


@pytest.fixture
async def room(real, scene, fake, monkeypatch):
    """Nothing waits for its turn here. The council's channel, linked, with everybody who can be reached."""
    lift_limits(monkeypatch)
    found = fake.channel("samrad", *COUNCIL)
    for person in COUNCIL:
        await real.say(person, "hjelp")
    await real.slash(RAGNHILD, "koble samrad", found)
    await settle(real)
    return found


async def send_all(real, runtime, seconds=5):
    """Everything that waits is sent, and every card that is out of date edited."""
    outbox = Outbox(runtime, {"slack": real.channel.sender})
    await outbox.drain()
    runtime.now.at += timedelta(seconds=seconds)
    await outbox.drain()


# Trap 23


async def test_what_somebody_typed_is_live_nowhere_from_proposal_to_notices(real, scene, runtime, fake, room):
    proposal_id = await scene.proposed(title=EVIL, background=EVIL, wording=EVIL)
    await send_all(real, runtime)
    await scene.ok(builders.RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason=EVIL)
    await send_all(real, runtime)
    item_id = await scene.on_agenda(title=f"{EVIL} igjen", background=EVIL)
    await scene.ok(builders.RAGNHILD, "notice.send", meeting_id=1)
    await send_all(real, runtime)
    scene.at(2027, 3, 10, 10)
    await scene.question(question=EVIL, item_id=item_id)
    await send_all(real, runtime)
    for person in (ASTRID, BJORN, RAGNHILD):
        await real.slash(person, "saker", room)
        await real.home(person)
    on = in_front_of(real, ASTRID)
    await press_command(real, ASTRID, on, "meeting.show", meeting_id=1)
    said = "\n".join(shown(message) for message in fake.messages)
    assert EVIL in said, "it is shown as it was typed"
    assert "&lt;!channel&gt;" in on.text
    assert fake.breaches == []


async def test_what_somebody_typed_stays_as_it_was_in_a_form_that_comes_back(real, scene, fake):
    await scene.called()
    for background in ("", EVIL):
        await real.slash(ASTRID, "foreslå sak")
        await settle(real)
        given = {"Møte": "Samordningsrådet, onsdag 10. mars 2027", "Tittel": EVIL, "Bakgrunn": background}
        await real.submit(ASTRID, given)
    view = fake.modal(ASTRID)
    assert view.values["title"]["title"]["value"] == EVIL
    assert view.values["background"]["background"]["value"] == EVIL


# A secret ballot


async def test_how_somebody_votes_in_secret_makes_no_difference_to_anything_in_slack(real, scene, runtime, fake, room):
    """Their own message neither: a screen is shared, a phone is lent. It says that they have voted."""
    await scene.asked(secret=True)
    await send_all(real, runtime)
    mine, shared = fake.messages_to(ASTRID)[-1], fake.messages_in(room)[-1]
    await press_command(real, ASTRID, mine, "vote.cast", choice="against")
    await send_all(real, runtime)
    assert mine.history and shared.history, "both say that somebody has voted"
    against = everything(fake)
    await press_command(real, ASTRID, mine, "vote.cast", choice="for")
    await send_all(real, runtime)
    assert everything(fake) == against


async def test_an_open_ballot_is_shown_to_the_voter_and_so_the_comparison_tells(real, scene, runtime, fake, room):
    await scene.asked(secret=False)
    await send_all(real, runtime)
    mine = fake.messages_to(ASTRID)[-1]
    await press_command(real, ASTRID, mine, "vote.cast", choice="against")
    against = everything(fake)
    await press_command(real, ASTRID, mine, "vote.cast", choice="for")
    assert everything(fake) != against


def everything(fake):
    """All that stands in Slack, and all that its buttons carry; not the ids that Slack gives by itself."""

    def bare(node):
        if isinstance(node, dict):
            return {name: bare(inner) for name, inner in node.items() if name != "block_id"}
        return [bare(inner) for inner in node] if isinstance(node, list) else node

    return [(m.channel.id, m.user, m.text, bare(m.blocks)) for m in fake.messages]
