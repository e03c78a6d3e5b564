"""What asks first is run and taken back: nothing of it is left, and it says nothing that is not to be known yet."""

import pytest

import builders
from builders import ASTRID, BJORN, ELI, RAGNHILD
from dumps import dump
from lisbot import commands
from lisbot.commands import COMMANDS
from lisbot.council.models import Proposal, SealedBallot, SeatChange, Vote
from lisbot.council.register.identity import Caller
from stages import Scene


@pytest.fixture
async def scene(runtime, clock):
    return Scene(runtime, clock, await builders.council(runtime.db))


async def ask(scene, who, name, **given):
    return await commands.ask(scene.runtime, name, given, Caller("cli", who))


async def test_a_form_that_says_what_would_happen_leaves_nothing_behind(scene, caplog):
    """Of every command that asks first and whose form says it at once: no row, no message, no log line, no number."""
    meeting_id, _ = await scene.minuted()
    await scene.ok(ASTRID, "proposal.submit", meeting_id=2, title="Enda en sak", kind="advice")
    proposal = (await scene.one(Proposal, title="Enda en sak")).id
    new = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01", "anchored_by": "Direktøren"}
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), anchored=True, **new)
    vote_id = await scene.question(body_id=scene.body_id)
    change = (await scene.one(SeatChange)).id
    june = 2
    about = {
        "call.open": {"meeting_id": june},
        "meeting.cancel": {"meeting_id": june, "reason": "Streik"},
        "meeting.move": {"meeting_id": june, "day": "2027-06-16"},
        "minutes.approve": {"meeting_id": meeting_id},
        "minutes.send": {"meeting_id": meeting_id},
        "notice.send": {"meeting_id": june},
        "proposal.withdraw": {"proposal_id": proposal},
        "seat_change.approve": {"change_id": change},
        "vote.close": {"vote_id": vote_id},
        "vote.open": {"body_id": scene.body_id, "question": "Møtes vi digitalt?"},
        "year_plan.set_dates": {"body_id": scene.body_id, "dates": "2027-09-15"},
    }
    before = await dump(scene.runtime.db)
    for name, given in about.items():
        assert COMMANDS[name].asks_first
        reply = await ask(scene, ASTRID if name == "proposal.withdraw" else RAGNHILD, name, **given)
        assert (reply.status, reply.shows) == (200, "form"), (name, reply.words)
        assert reply.view.asked is not None, name
        assert await dump(scene.runtime.db) == before, name
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_secret_vote_is_not_opened_by_asking(scene):
    vote_id = await scene.asked(secret=True)
    for who, choice in ((ASTRID, "for"), (BJORN, "against"), (ELI, "for")):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice)
    before = await dump(scene.runtime.db)
    reply = await ask(scene, RAGNHILD, "vote.close", vote_id=vote_id)
    refused = await commands.run(scene.runtime, "vote.close", {"vote_id": vote_id}, Caller("cli", RAGNHILD))
    for each in (reply, refused):
        said = " ".join([each.words, *each.view.facts])
        assert "For" not in said and "Mot" not in said and "tilslutning" not in said
    assert await dump(scene.runtime.db) == before
    assert len(await scene.all(SealedBallot, vote_id=vote_id)) == 3
    assert (await scene.one(Vote, id=vote_id)).closed_at is None
    closed = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert dict(closed.counts) == {"for": 2, "against": 1, "abstain": 0}


async def test_a_light_deed_says_beforehand_whom_it_tells_without_another_press(scene):
    proposal_id = await scene.proposed()
    assert "Den som sendte forslaget, får beskjed om svaret." in await scene.words(
        RAGNHILD, "proposal.show", proposal_id=proposal_id
    )
    assert "får beskjed om svaret" not in await scene.words(ASTRID, "proposal.show", proposal_id=proposal_id)
    form = await scene.form(RAGNHILD, "proposal.send_back", proposal_id=proposal_id)
    assert form["asked"] == ["Den som sendte forslaget, får beskjed med begrunnelsen."]
    sent = await scene.done(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Skriv mer.")
    assert sent.reply.told == ("Astrid Fjord får beskjed: 1 på e-post.",)
