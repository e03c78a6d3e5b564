"""How it went with what was sent: each message, each recipient, and totals that add up."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Attempt, Delivery, Proposal, SeatChange, Vote
from lisbot.council.register.identity import Caller

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
    assert accepted.reply.told == ("Astrid Fjord får beskjed på e-post.",)
    noticed = await scene.done(RAGNHILD, "notice.send", meeting_id=1)
    assert noticed.reply.told == ("5 personer får beskjed på e-post.",)
    assert (await scene.done(RAGNHILD, "agenda.show", meeting_id=1)).reply.told == ()


async def test_it_is_sent_again_to_those_it_did_not_reach_and_to_nobody_else(sent):
    view = await sent.ok(RAGNHILD, "delivery.show", meeting_id=1)
    notice = next(message for message in view.messages if message.kind == "notice")
    assert notice.to_resend == 1, "Pål no longer has access to it: it is not owed to him"
    [again] = notice.actions
    asked = await commands.run(sent.runtime, again.command, again.arguments, Caller("cli", RAGNHILD))
    assert (asked.key, "Eli Union får beskjed" in asked.words) == ("needs_confirming", True)
    before = {row.id: row.state for row in await sent.all(Delivery)}
    shown = await sent.ok(RAGNHILD, again.command, **again.arguments)
    after = {row.id: row for row in await sent.all(Delivery)}
    assert [after[i].state for i in before if before[i] != after[i].state] == [S.WAITING]
    [waits] = [row for i, row in after.items() if before[i] != row.state]
    assert (waits.person_id, waits.attempts, waits.reason) == (await sent.person(ELI), 0, None)
    [message] = shown.messages
    assert sum(message.counts.values()) == len(message.recipients) == 5
    assert message.actions == ()
    refused = await sent.refused(RAGNHILD, again.command, **again.arguments)
    assert refused.status == 409, "and not twice"


@pytest.mark.parametrize(("who", "status"), [(ASTRID, 403), (PAAL, 403), (SIRI, 404)])
async def test_only_the_bodys_own_secretariat_sends_again(sent, who, status):
    view = await sent.ok(RAGNHILD, "delivery.show", meeting_id=1)
    given = {"delivery_id": next(m.delivery_id for m in view.messages if m.kind == "notice")}
    assert (await sent.refused(who, "delivery.resend", **given)).status in (403, status)
    assert (await sent.refused(who, "delivery.show", **given)).status in (403, status)
    assert (await sent.refused(RAGNHILD, "delivery.show", meeting_id=1, **given)).status == 422
    assert (await sent.refused(RAGNHILD, "delivery.show", delivery_id=9_999)).status == 404


async def test_what_did_not_arrive_is_listed_over_all_councils_and_on_the_secretarys_page(sent):
    view = await sent.ok(RAGNHILD, "delivery.list")
    of_notice = [lost for lost in view.messages if lost.kind == "notice"]
    assert [(lost.kind, lost.count, lost.reasons) for lost in of_notice] == [("notice", 1, ("no_chat_mail_off",))]
    said = await sent.words(RAGNHILD, "delivery.list", body_id=1)
    assert "1 mottaker" in said
    assert [row.actions[0].command for row in (await sent.sheet(RAGNHILD, "delivery.list", body_id=1)).sections[0].rows]
    lost = sum(each.count for each in view.messages)
    assert f"{lost} meldinger kom ikke fram" in await sent.words(RAGNHILD, "worklist.show")
    assert (await sent.refused(ASTRID, "delivery.list")).status == 403
    assert (await sent.refused(SIRI, "delivery.list", body_id=1)).status in (403, 404)
    for each in view.messages:
        await sent.ok(RAGNHILD, "delivery.resend", delivery_id=each.delivery_id)
    assert (await sent.ok(RAGNHILD, "delivery.list")).messages == ()


async def test_what_waits_for_long_is_said_to_the_secretariat(sent):
    assert "venter ennå" not in await sent.words(RAGNHILD, "worklist.show")
    sent.clock.at += timedelta(minutes=20)
    waiting = [row for row in await sent.all(Delivery) if row.state is S.WAITING and row.body_id]
    assert f"{len(waiting)} meldinger venter ennå" in await sent.words(RAGNHILD, "worklist.show")
    assert "bør se på det" in await sent.words(RAGNHILD, "delivery.list", body_id=1)


async def test_each_try_is_shown_with_the_platforms_own_number(sent):
    person_id = await sent.person(BJORN)
    bjorn = next(row for row in await sent.all(Delivery) if (row.kind, row.person_id) == ("notice", person_id))
    async with sent.runtime.db.write() as db:
        at = sent.clock.at
        db.add(Attempt(delivery_id=bjorn.id, number=1, at=at, channel="teams", outcome="gone", reason="not_installed"))
        db.add(Attempt(delivery_id=bjorn.id, number=2, at=at, channel="mail", outcome="sent", message_id="<a@b>"))
    view = await sent.ok(RAGNHILD, "delivery.show", meeting_id=1)
    notice = next(message for message in view.messages if message.kind == "notice")
    line = next(each for each in notice.recipients if each.name == "Bjørn Ås")
    assert [(each.number, each.channel, each.outcome) for each in line.attempts] == [
        (1, "teams", "gone"),
        (2, "mail", "sent"),
    ]
    said = await sent.words(RAGNHILD, "delivery.show", meeting_id=1)
    assert "2 forsøk" in said
    assert "<a@b>" in said
    assert "4 av 5" in said, "how far it has come"


async def test_what_was_sent_is_named_by_what_it_is_about_and_not_as_said_to_whoever_got_it(sent):
    said = await sent.words(RAGNHILD, "delivery.show", meeting_id=1)
    assert "Samordningsrådet har åpnet for innmelding av saker til møtet onsdag 10. mars 2027" in said
    assert "Du får dette fordi" not in said and "Du får den til orientering" not in said
    assert "Du får dette" not in await sent.words(RAGNHILD, "delivery.list")
