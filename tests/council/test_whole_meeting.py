"""The meeting cycle through the one way in, as named people, on both databases."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, OSLO, PAAL, RAGNHILD, SIRI
from lisbot.council.models import Meeting
from lisbot.runtime import Runtime
from people import member

MARCH = date(2027, 3, 10)


@pytest.fixture
async def body_id(runtime: Runtime) -> int:
    return await builders.council(runtime.db)


@pytest.fixture
async def meeting_id(runtime: Runtime, body_id: int, clock) -> int:
    """A meeting on 10 March 2027 whose call is open."""
    ragnhild = member(runtime, RAGNHILD)
    await ok(ragnhild("year_plan.set_dates", body_id=body_id, dates="2027-03-10, 2027-06-09", place="Gardermoen"))
    async with runtime.db.read() as db:
        meeting_id = await db.scalar(select(Meeting.id).where(Meeting.held_on == MARCH))
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=OSLO)
    await ok(ragnhild("call.open", meeting_id=meeting_id))
    return meeting_id


async def ok(reply):
    reply = await reply
    assert reply.status == 200, reply.words
    return reply.view


async def test_a_whole_meeting(runtime: Runtime, body_id: int, meeting_id: int, clock) -> None:
    doors = {e: member(runtime, e) for e in builders.EVERYBODY}
    ragnhild, astrid, bjorn, eli, frode = (doors[e] for e in (RAGNHILD, ASTRID, BJORN, ELI, FRODE))
    mine = await ok(astrid("worklist.show"))
    assert mine.name == "Astrid Fjord"
    await ok(
        astrid(
            "proposal.submit",
            meeting_id=meeting_id,
            title="Felles rotasjon",
            kind="advice",
            background="Vi treng ei felles ordning.",
            wording="Rådet tilrår felles rotasjon.",
            duration_minutes="20",
        )
    )
    await ok(bjorn("call.decline", meeting_id=meeting_id))
    triage = await ok(ragnhild("proposal.triage", meeting_id=meeting_id))
    assert [each.title for each in triage.waiting] == ["Felles rotasjon"]
    await ok(ragnhild("proposal.accept", proposal_id=1))
    agenda = await ok(ragnhild("agenda.show", meeting_id=meeting_id))
    assert [(item.number, item.title) for item in agenda.items] == [("1/27", "Felles rotasjon"), ("", "Eventuelt")]
    hidden = await ok(eli("agenda.show", meeting_id=meeting_id))
    assert hidden.items == ()
    await ok(ragnhild("notice.send", meeting_id=meeting_id))
    read = await ok(doors[HILDE]("agenda.show", meeting_id=meeting_id))
    assert read.items[0].number == "1/27"
    frode_id = 4
    await ok(astrid("attendance.respond", meeting_id=meeting_id, response="absent", reason="Vakt", deputy_id=frode_id))
    await ok(frode("attendance.respond_as_deputy", meeting_id=meeting_id, response="comes"))
    await ok(bjorn("attendance.respond", meeting_id=meeting_id, response="comes"))
    await ok(ragnhild("attendance.forecast", meeting_id=meeting_id))
    clock.at = datetime(2027, 3, 10, 10, 0, tzinfo=OSLO)
    opened = await ok(ragnhild("vote.open", item_id=2, question="Tilrår rådet felles rotasjon?", form="motion"))
    await ok(frode("vote.cast", vote_id=opened.id, choice="for"))
    reply = await astrid("vote.cast", vote_id=opened.id, choice="against")
    assert reply.status == 403
    await ok(bjorn("vote.cast", vote_id=opened.id, choice="for"))
    await ok(eli("vote.cast", vote_id=opened.id, choice="against"))
    vote = await ok(bjorn("vote.close", vote_id=opened.id))
    assert vote.counts["for"] == 2
    clock.at = datetime(2027, 3, 11, 10, 0, tzinfo=OSLO)
    await ok(ragnhild("minutes.start", meeting_id=meeting_id))
    await ok(ragnhild("minutes.write", item_id=2, discussed="Rådet drøfta saka."))
    await ok(ragnhild("outcome.record", item_id=2, outcome="advice", words="Rådet tilrår.", agreement="partly"))
    await ok(ragnhild("minutes.add_follow_up", item_id=2, organisation_id=1, what="Ta opp", due_on="2027-05-01"))
    await ok(ragnhild("minutes.send", meeting_id=meeting_id, until="2027-03-20"))
    await ok(eli("minutes.comment", meeting_id=meeting_id, text="Fine."))
    minutes = await ok(ragnhild("minutes.approve", meeting_id=meeting_id))
    assert "Frode Vara" in [line.name for line in minutes.present]
    reply = await ragnhild("minutes.write", item_id=2, discussed="x")
    assert reply.status == 409
    found = await ok(astrid("outcome.search", text="rotasjon"))
    assert len(found.found) == 1
    change = await ok(
        ragnhild(
            "seat_change.report",
            seat_id=1,
            name="Ny Person",
            email="ny@fjord.example",
            from_on="2027-04-01",
            anchored_by="Direktøren",
            anchored="true",
        )
    )
    await ok(ragnhild("seat_change.approve", change_id=change.id))
    await ok(ragnhild("register.show", body_id=body_id))
    await ok(ragnhild("dashboard.show"))
    await ok(ragnhild("year_plan.show", body_id=body_id, year=2027))
    await ok(ragnhild("body.show", body_id=body_id))
    assert (await ok(ragnhild("log.verify"))).is_whole
    reply = await doors[SIRI]("meeting.show", meeting_id=meeting_id)
    assert reply.status == 404
    assert (await doors[PAAL]("vote.cast", vote_id=opened.id, choice="for")).status == 403
