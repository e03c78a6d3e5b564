"""How it went with what was sent: each message, each recipient, and totals that add up."""

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Delivery, Proposal, SeatChange, Vote

S = DeliveryState


async def mark(scene, who, state, **values):
    """What the outbox would have written of what one person was sent."""
    async with scene.runtime.db.write() as db:
        of = update(Delivery).where(Delivery.person_id == await scene.person(who), Delivery.subject == "meeting:1")
        await db.execute(of.values(state=state, **values))


@pytest.fixture
async def sent(scene, room):
    """A notice of which one message came through, one fell back to mail, one failed and one reached nobody."""
    await scene.published()
    at = scene.clock.at
    await mark(scene, ASTRID, S.SENT, channel="teams", sent_at=at)
    await mark(scene, BJORN, S.FELL_BACK, channel="mail", sent_at=at, reason="not_installed")
    await mark(scene, ELI, S.UNREACHABLE, reason="no_chat_mail_off")
    await mark(scene, PAAL, S.FAILED, reason="not_shown_403")
    return scene


async def test_every_recipient_of_every_message_stands_there_and_the_totals_add_up(sent):
    view = await sent.ok(RAGNHILD, "delivery.show", meeting_id=1)
    notice = next(message for message in view.messages if message.kind == "notice")
    assert sum(notice.counts.values()) == len(notice.recipients)
    states = {each.name or each.platform: each.state for each in notice.recipients}
    assert states == {
        "Astrid Fjord": S.SENT,
        "Bjørn Ås": S.FELL_BACK,
        "Eli Union": S.UNREACHABLE,
        "Pål Region": S.FAILED,
        "teams": S.WAITING,
    }
    everything = [each for message in view.messages for each in message.recipients]
    assert len(everything) == len(await sent.all(Delivery, subject="meeting:1"))


async def test_why_it_did_not_reach_somebody_is_said_in_words(sent):
    said = await sent.words(RAGNHILD, "delivery.show", meeting_id=1)
    assert "Innkalling til Samordningsrådet" in said
    assert "5 mottakere: 1 kan ikke nås, 1 mislyktes, 1 venter, 1 på e-post i stedet og 1 sendt" in said
    assert "har ikke åpnet en samtale med lisbot, og e-post er ikke satt opp" in said
    assert "har ikke lenger tilgang til dette" in said
    assert "lisbot er ikke installert der" in said
    assert "Rådets kanal i Teams" in said
    assert said.index("Eli Union") < said.index("Astrid Fjord"), "whom it did not reach comes first"


@pytest.mark.parametrize("who", [ASTRID, BJORN, ELI, PAAL, HILDE])
async def test_only_the_bodys_own_secretariat_may(sent, who):
    assert (await sent.refused(who, "delivery.show", meeting_id=1)).status == 403


async def test_anothers_secretariat_finds_nothing(sent):
    assert (await sent.refused(SIRI, "delivery.show", meeting_id=1)).status in (403, 404)
    assert (await sent.done(KARI, "delivery.show", meeting_id=1)).status == 200


async def test_questions_proposals_and_changes_have_theirs(scene):
    vote_id = await scene.asked()
    proposal = (await scene.one(Proposal)).id
    new = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01", "anchored_by": "Direktøren"}
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), anchored=True, **new)
    change = (await scene.one(SeatChange)).id
    assert (await scene.one(Vote)).id == vote_id
    for about, kinds in (
        ({"vote_id": vote_id}, {"vote_opened"}),
        ({"proposal_id": proposal}, {"proposal_accepted", "proposal_made"}),
        ({"change_id": change}, {"change_reported"}),
    ):
        view = await scene.ok(RAGNHILD, "delivery.show", **about)
        assert {message.kind for message in view.messages} == kinds
    assert (await scene.refused(RAGNHILD, "delivery.show")).status == 422
    assert (await scene.refused(RAGNHILD, "delivery.show", meeting_id=1, vote_id=1)).status == 422
    assert (await scene.refused(RAGNHILD, "delivery.show", vote_id=99)).status == 404


async def test_a_deed_says_afterwards_whom_it_tells(scene):
    proposal_id = await scene.proposed()
    accepted = await scene.done(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    assert accepted.reply.told == ("Astrid Fjord får beskjed: 1 på e-post.",)
    noticed = await scene.done(RAGNHILD, "notice.send", meeting_id=1)
    assert noticed.reply.told == ("5 personer får beskjed: 5 på e-post.",)
    assert (await scene.done(RAGNHILD, "agenda.show", meeting_id=1)).reply.told == ()
