"""The call for items, what is proposed, and what the secretariat does with it."""

import asyncio

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ProposalState
from lisbot.council.meetings import calls
from lisbot.council.models import AgendaItem, CallDecline, Case, Delivery, Meeting, Proposal
from lisbot.council.register.identity import Caller
from people import form


async def test_opening_a_call_tells_each_voting_representative(scene):
    meeting_id = await scene.called()
    told = await scene.all(Delivery, kind="call_opened")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (ASTRID, BJORN, ELI)}
    assert (await scene.refused(RAGNHILD, "call.open", meeting_id=meeting_id)).status == 409


async def test_one_press_says_nothing_from_us_and_two_say_no_more(scene):
    meeting_id = await scene.called()
    for _ in range(2):
        await scene.ok(BJORN, "call.decline", meeting_id=meeting_id)
    assert len(await scene.all(CallDecline)) == 1
    for who in (FRODE, HILDE, SIRI, RAGNHILD):
        assert (await scene.refused(who, "call.decline", meeting_id=meeting_id)).status in (403, 404)


async def test_the_secretariat_sees_who_is_silent_and_members_do_not(scene):
    meeting_id = await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=meeting_id)
    await scene.proposed(ASTRID)

    async def silent(who):
        return [seat.holder for seat in (await scene.ok(who, "call.show", meeting_id=meeting_id)).silent]

    assert await silent(RAGNHILD) == ["Eli Union"]
    assert await silent(ASTRID) == await silent(ELI) == []
    (status,) = (await scene.ok(RAGNHILD, "dashboard.show")).bodies
    assert status.silent == 1


async def test_proposing_takes_back_nothing_from_us(scene):
    meeting_id = await scene.called()
    await scene.ok(ASTRID, "call.decline", meeting_id=meeting_id)
    await scene.proposed(ASTRID)
    assert await scene.all(CallDecline) == []


async def test_where_no_meeting_is_set_up_the_form_says_so_instead_of_offering_nothing(scene):
    refused = await form(scene.runtime, ASTRID)("proposal.submit")
    assert (refused.status, refused.words) == (409, "Det er ikkje noko å velje under «Møte» no.")


async def test_who_may_propose(scene):
    meeting_id = await scene.called()
    given = {"meeting_id": meeting_id, "kind": "discussion"}
    for who in (ASTRID, PAAL, KARI):
        await scene.ok(who, "proposal.submit", **given, title=f"Fra {who}")
    for who, status in ((FRODE, 403), (HILDE, 403), (SIRI, 404)):
        assert (await scene.refused(who, "proposal.submit", **given, title="Nei")).status == status


async def test_a_double_press_proposes_once(scene):
    await scene.proposed()
    meeting_id = (await scene.all(Meeting))[0].id
    given = {"meeting_id": meeting_id, "title": "Felles rotasjon", "kind": "advice"}
    assert (await scene.refused(ASTRID, "proposal.submit", **given)).key == "proposed_already"
    await scene.ok(BJORN, "proposal.submit", **given)


async def test_one_sees_changes_and_withdraws_ones_own_until_the_deadline(scene):
    proposal_id = await scene.proposed()
    change = {"proposal_id": proposal_id, "title": "Betre tittel", "kind": "discussion", "duration_minutes": "15"}
    for who, status in ((BJORN, 404), (SIRI, 404), (RAGNHILD, 404), (HILDE, 403)):
        assert (await scene.refused(who, "proposal.edit", **change)).status == status
        assert (await scene.refused(who, "proposal.withdraw", proposal_id=proposal_id)).status == status
    assert (await scene.refused(BJORN, "proposal.show", proposal_id=proposal_id)).status == 404
    await scene.ok(ASTRID, "proposal.edit", **change)
    assert "Betre tittel" in await scene.words(ASTRID, "proposal.show", proposal_id=proposal_id)
    scene.at(2027, 2, 18, 0, 1)
    reply = await scene.refused(ASTRID, "proposal.edit", **change)
    assert (reply.key, reply.lang) == ("deadline_passed", "nn")
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["title"] == "Betre tittel"


async def test_the_last_minute_of_the_deadline_is_in_time_and_the_next_is_late(scene):
    await scene.called()
    scene.at(2027, 2, 17, 23, 59)
    await scene.proposed(title="I siste liten")
    scene.at(2027, 2, 18, 0, 0)
    await scene.proposed(title="For seint")
    assert [p.late for p in await scene.all(Proposal)] == [False, True]
    assert "Kom etter" in await scene.words(ASTRID, "proposal.show", proposal_id=2)
    await scene.ok(ASTRID, "proposal.withdraw", proposal_id=2)


async def test_a_withdrawn_proposal_is_kept(scene):
    proposal_id = await scene.proposed()
    await scene.ok(ASTRID, "proposal.withdraw", proposal_id=proposal_id)
    assert (await scene.one(Proposal)).state is ProposalState.WITHDRAWN
    assert (await scene.refused(ASTRID, "proposal.withdraw", proposal_id=proposal_id)).status == 409


@pytest.mark.parametrize(
    ("deed", "given"),
    [
        ("accept", {}),
        ("send_back", {"reason": "Hva er spørsmålet?"}),
        ("reject", {"reason": "Hører hjemme et annet sted"}),
    ],
)
async def test_only_the_secretariat_triages_and_only_once(scene, deed, given):
    proposal_id = await scene.proposed()
    for who, status in ((ASTRID, 403), (BJORN, 403), (FRODE, 403), (PAAL, 403), (HILDE, 403), (SIRI, 403)):
        reply = await scene.refused(who, f"proposal.{deed}", proposal_id=proposal_id, **given)
        assert reply.status == status
    await scene.ok(KARI, f"proposal.{deed}", proposal_id=proposal_id, **given)
    told = await scene.all(Delivery, person_id=await scene.person(ASTRID))
    assert told[-1].kind.startswith("proposal_")
    assert told[-1].facts["reason"] == given.get("reason", "")
    assert (await scene.refused(RAGNHILD, f"proposal.{deed}", proposal_id=proposal_id, **given)).status == 409


async def test_a_reason_is_needed_to_return_and_to_reject(scene):
    proposal_id = await scene.proposed()
    for name in ("proposal.send_back", "proposal.reject"):
        reply = await scene.refused(RAGNHILD, name, proposal_id=proposal_id, reason="  ")
        assert (reply.status, set(reply.fields)) == (422, {"reason"})


async def test_a_returned_proposal_is_edited_and_sent_again_even_after_the_deadline(scene):
    proposal_id = await scene.proposed()
    await scene.ok(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Utdyp")
    scene.at(2027, 2, 20, 9)
    assert "Utdyp" in await scene.words(ASTRID, "worklist.show")
    await scene.ok(ASTRID, "proposal.edit", proposal_id=proposal_id, title="Utdjupa", kind="advice")
    assert (await scene.one(Proposal)).state is ProposalState.SENT
    assert (await scene.all(Delivery))[-1].kind == "proposal_sent_again"


async def test_merging_keeps_both_and_tells_the_number(scene):
    item_id = await scene.on_agenda()
    other = await scene.proposed(ELI, title="Rotation", background="From the union.")
    await scene.ok(RAGNHILD, "proposal.merge", proposal_id=other, item_id=item_id)
    assert "From the union." in (await scene.one(AgendaItem, id=item_id)).background
    assert (await scene.all(Delivery, person_id=await scene.person(ELI)))[-1].facts["number"] == "1/27"
    assert (await scene.one(Proposal, id=other)).state is ProposalState.MERGED


async def test_postponing_moves_a_proposal_to_another_meeting_of_the_same_council(scene):
    proposal_id = await scene.proposed()
    first, second = (m.id for m in await scene.all(Meeting))
    reply = await scene.refused(RAGNHILD, "proposal.postpone", proposal_id=proposal_id, meeting_id=first)
    assert reply.key == "not_another_meeting"
    await scene.ok(RAGNHILD, "proposal.postpone", proposal_id=proposal_id, meeting_id=second)
    triage = await scene.ok(RAGNHILD, "proposal.triage", meeting_id=second)
    assert [proposal.title for proposal in triage.waiting] == ["Felles rotasjon"]


async def test_numbers_follow_one_another_and_none_is_used_again(scene):
    for title in ("En", "To", "Tre"):
        await scene.on_agenda(title=title)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=(await scene.one(AgendaItem, title="Tre")).id)
    await scene.on_agenda(title="Fire")
    assert [c.label for c in await scene.all(Case)] == ["1/27", "2/27", "3/27", "4/27"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_numbers_are_whole_when_many_are_taken_at_once(scene):
    proposals = [await scene.proposed(title=f"Sak {n}") for n in range(8)]
    replies = await asyncio.gather(
        *(scene(who, "proposal.accept", proposal_id=p) for who, p in zip((RAGNHILD, KARI) * 4, proposals, strict=True))
    )
    assert [r.status for r in replies] == [200] * 8
    assert sorted(c.number for c in await scene.all(Case)) == list(range(1, 9))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_who_accept_one_proposal_at_once_make_one_case(scene):
    proposal_id = await scene.proposed()
    replies = await asyncio.gather(
        *(scene(who, "proposal.accept", proposal_id=proposal_id) for who in (RAGNHILD, KARI))
    )
    assert sorted(r.status for r in replies) == [200, 409]
    assert len(await scene.all(Case)) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_presses_at_the_same_moment_propose_once(scene):
    meeting_id = await scene.called()
    given = {"meeting_id": meeting_id, "title": "Samtidig", "kind": "advice"}
    replies = await asyncio.gather(*(scene(ASTRID, "proposal.submit", **given) for _ in range(3)))
    assert sorted(r.status for r in replies) == [200, 409, 409]


async def test_the_clock_opens_and_closes_calls(scene):
    meeting_id = await scene.planned()

    async def tick():
        for due, deed in ((calls.due_to_open, "call.open"), (calls.due_to_close, "call.close")):
            async with scene.runtime.db.read() as db:
                found = await due(db, scene.clock(), scene.runtime.tz)
            for given in found:
                reply = await commands.run(scene.runtime, deed, given, Caller("clock", ""))
                assert reply.status == 200, reply.words

    for when, is_open in (
        ((2027, 1, 26), False),
        ((2027, 1, 27), True),
        ((2027, 2, 17), True),
        ((2027, 2, 18), False),
    ):
        scene.at(*when, 0, 5)
        await tick()
        assert (await scene.one(Meeting, id=meeting_id)).is_call_open is is_open
