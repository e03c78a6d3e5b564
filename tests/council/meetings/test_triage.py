"""What the secretariat does with proposals: over all meetings, merged with all that was sent in, taken back."""

import pytest

from builders import ASTRID, BJORN, ELI, HILDE, KARI, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ProposalState
from lisbot.council.models import AgendaItem, Case, Delivery, Proposal
from lisbot.council.register.identity import Caller

SECOND = {
    "background": "Bakgrunn fra Ås.",
    "wording": "Rådet tilrår B",
    "links": "https://aas.example/b",
    "duration_minutes": 30,
}


def commands_of(view):
    return [each.command for each in view.actions]


async def merged(scene) -> tuple[int, int]:
    """The ids of the item on the agenda, and of Bjørn's proposal that is merged into it."""
    item_id = await scene.on_agenda(background="Bakgrunn.", links="https://fjord.example/a", wording="Rådet tilrår A")
    proposal_id = await scene.proposed(BJORN, title="Annen rotasjon", **SECOND)
    await scene.ok(RAGNHILD, "proposal.merge", proposal_id=proposal_id, item_id=item_id)
    return item_id, proposal_id


async def test_merging_carries_all_that_was_sent_in_to_the_item_and_to_members(scene):
    await merged(scene)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    for who in (ELI, ASTRID, BJORN):
        said = await scene.words(who, "agenda.show", meeting_id=1)
        for part in ("Ås sykehus HF: Annen rotasjon", "Bakgrunn fra Ås.", "Rådet tilrår B", "https://aas.example/b"):
            assert part in said
        assert "30 minutter" in said
        assert "Rådet tilrår A" in said


async def test_what_is_merged_keeps_the_links_there_and_says_none_twice(scene):
    item_id = await scene.on_agenda(links="https://fjord.example/a")
    links = "https://fjord.example/a\nhttps://aas.example/b"
    other = await scene.proposed(BJORN, title="Annen", links=links)
    await scene.ok(RAGNHILD, "proposal.merge", proposal_id=other, item_id=item_id)
    assert (await scene.one(AgendaItem, id=item_id)).links == links


async def test_what_there_is_no_room_for_is_refused_and_nothing_is_lost(scene):
    item_id = await scene.on_agenda(background="x" * 9_990)
    other = await scene.proposed(BJORN, title="Annen", background="y" * 20)
    assert (await scene.refused(RAGNHILD, "proposal.merge", proposal_id=other, item_id=item_id)).key == "merge_too_long"


async def test_merged_into_what_is_said_to_the_sender_and_in_the_triage(scene):
    _, proposal_id = await merged(scene)
    told = (await scene.all(Delivery, kind="proposal_merged"))[0]
    assert (told.facts["number"], told.facts["case"]) == ("1/27", "Felles rotasjon")
    for who, name, about in (
        (BJORN, "proposal.show", {"proposal_id": proposal_id}),
        (RAGNHILD, "proposal.triage", {"meeting_id": 1}),
        (BJORN, "worklist.show", {}),
    ):
        assert "slått sammen med en annen sak: 1/27 Felles rotasjon" in await scene.words(who, name, **about)


async def test_postponed_to_when_is_said_to_the_sender_and_in_both_triages(scene):
    proposal_id = await scene.proposed(BJORN)
    await scene.ok(RAGNHILD, "proposal.postpone", proposal_id=proposal_id, meeting_id=2)
    for who, name, about in (
        (BJORN, "proposal.show", {"proposal_id": proposal_id}),
        (RAGNHILD, "proposal.triage", {"meeting_id": 1}),
        (RAGNHILD, "proposal.triage", {"meeting_id": 2}),
    ):
        assert "utsatt til et annet møte: onsdag 9. juni 2027" in await scene.words(who, name, **about)
    first = await scene.ok(RAGNHILD, "proposal.triage", meeting_id=1)
    assert (first.waiting, [line.id for line in first.settled]) == ((), [proposal_id])


async def test_each_proposal_in_the_list_has_one_button_and_opens_by_it(scene):
    for who, title in ((ASTRID, "En"), (BJORN, "To"), (ELI, "Tre")):
        await scene.proposed(who, title=title)
    sheet = await scene.sheet(RAGNHILD, "proposal.triage", meeting_id=1)
    rows = [row for section in sheet.sections for row in section.rows]
    assert [[action.command for action in row.actions] for row in rows] == [["proposal.show"]] * 3


async def test_merging_is_offered_only_where_there_is_something_to_merge_with(scene):
    proposal_id = await scene.proposed()
    assert "proposal.merge" not in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal_id))
    await scene.on_agenda(title="En sak")
    assert "proposal.merge" in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal_id))


async def test_the_list_shows_what_was_sent_in_and_what_was_withdrawn(scene):
    await scene.proposed(BJORN, title="Annen rotasjon", **SECOND)
    withdrawn = await scene.proposed(ELI, title="Trukket sak")
    await scene.ok(ELI, "proposal.withdraw", proposal_id=withdrawn)
    said = await scene.words(RAGNHILD, "proposal.triage", meeting_id=1)
    for part in ("Bakgrunn fra Ås.", "Rådet tilrår B", "https://aas.example/b", "30 minutter", "Trukket sak"):
        assert part in said
    view = await scene.ok(RAGNHILD, "proposal.triage", meeting_id=1)
    assert [line.id for line in view.withdrawn] == [withdrawn]


@pytest.mark.parametrize("given", [{"body_id": 1}, {}])
async def test_what_waits_in_a_council_is_listed_over_all_its_meetings(scene, given):
    await scene.proposed(title="I mars")
    await scene.ok(BJORN, "proposal.submit", meeting_id=2, title="I juni", kind="advice")
    view = await scene.ok(RAGNHILD, "proposal.triage", **given)
    assert [(line.title, line.meeting.id) for line in view.waiting] == [("I mars", 1), ("I juni", 2)]
    sheet = await scene.sheet(RAGNHILD, "proposal.triage", **given)
    assert [len(section.rows) for section in sheet.sections] == [1, 1]
    for who, status in ((ASTRID, 403), (HILDE, 403), (SIRI, 403)):
        assert (await scene.refused(who, "proposal.triage", **given)).status == status


async def test_another_secretariats_proposals_are_not_found(scene):
    assert (await scene.refused(RAGNHILD, "proposal.triage", body_id=2)).status == 404


@pytest.mark.parametrize("how", ["held", "cancelled"])
async def test_what_is_stranded_asks_where_to_go_and_can_go_there(scene, how):
    proposal_id = await scene.proposed(ASTRID)
    if how == "held":
        scene.at(2027, 3, 11, 9)
    else:
        await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="For få saker")
    (line,) = (await scene.ok(RAGNHILD, "proposal.triage", body_id=1)).waiting
    assert (line.is_stranded, [each.command for each in line.actions]) == (True, ["proposal.postpone"])
    assert "Velg et annet møte" in await scene.words(RAGNHILD, "proposal.triage", body_id=1)
    offered = commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal_id))
    assert not {"proposal.accept", "proposal.merge"} & set(offered)
    assert "proposal.postpone" in offered
    assert (await scene.refused(RAGNHILD, "proposal.accept", proposal_id=proposal_id)).status == 409
    await scene.ok(RAGNHILD, "proposal.postpone", proposal_id=proposal_id, meeting_id=2)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    assert (await scene.one(AgendaItem, title="Felles rotasjon")).meeting_id == 2


async def test_one_returned_for_a_meeting_that_is_over_is_still_its_senders_to_mend(scene):
    proposal_id = await scene.proposed(ASTRID)
    await scene.ok(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Utdyp")
    scene.at(2027, 3, 11, 9)
    assert [line.id for line in (await scene.ok(ASTRID, "worklist.show")).returned] == [proposal_id]
    await scene.ok(ASTRID, "proposal.edit", proposal_id=proposal_id, title="Utdjupa", kind="advice")
    (line,) = (await scene.ok(RAGNHILD, "proposal.triage", body_id=1)).waiting
    assert (line.title, line.is_stranded) == ("Utdjupa", True)


async def last_told(scene, who):
    return (await scene.all(Delivery, person_id=await scene.person(who)))[-1].kind


@pytest.mark.parametrize(
    ("deed", "given"),
    [
        ("send_back", {"reason": "Hva er spørsmålet?"}),
        ("reject", {"reason": "Hører hjemme et annet sted"}),
        ("postpone", {"meeting_id": 2}),
    ],
)
async def test_an_answer_is_taken_back_with_a_trace_and_the_sender_is_told(scene, deed, given):
    proposal_id = await scene.proposed(ELI)
    await scene.ok(RAGNHILD, f"proposal.{deed}", proposal_id=proposal_id, **given)
    for who, status in ((ELI, 403), (BJORN, 403), (SIRI, 403)):
        assert (await scene.refused(who, "proposal.undo", proposal_id=proposal_id)).status == status
    asked = await commands.run(scene.runtime, "proposal.undo", {"proposal_id": proposal_id}, Caller("cli", KARI))
    assert (asked.key, "Eli Union får beskjed" in asked.words) == ("needs_confirming", True)
    await scene.ok(KARI, "proposal.undo", proposal_id=proposal_id)
    found = await scene.one(Proposal, id=proposal_id)
    assert (found.state, found.meeting_id, found.reason) == (ProposalState.SENT, 1, None)
    assert await last_told(scene, ELI) == "proposal_undone"
    assert [line.id for line in (await scene.ok(RAGNHILD, "proposal.triage", meeting_id=1)).waiting] == [proposal_id]
    assert (await scene.refused(KARI, "proposal.undo", proposal_id=proposal_id)).key == "nothing_to_undo"
    assert "Angre svar" in await scene.words(RAGNHILD, "log.show", meeting_id=1)


async def test_an_acceptance_is_taken_back_and_the_number_is_used_again(scene):
    item_id = await scene.on_agenda()
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title="Skrevet om", kind="discussion")
    await scene.ok(RAGNHILD, "proposal.undo", proposal_id=1)
    assert [item.title for item in await scene.all(AgendaItem)] == ["Eventuelt"]
    assert await last_told(scene, ASTRID) == "proposal_taken_off"
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=1)
    assert (await scene.one(AgendaItem, title="Skrevet om")).kind == "discussion"
    assert [case.label for case in await scene.all(Case)] == ["1/27"]


async def test_what_the_sender_changes_meanwhile_is_in_the_item_that_comes_back(scene):
    item_id = await scene.on_agenda(background="Gammel.")
    await scene.ok(
        RAGNHILD, "agenda_item.edit", item_id=item_id, title="Skrevet om", kind="advice", background="Gammel."
    )
    await scene.ok(RAGNHILD, "proposal.undo", proposal_id=1)
    given = {"title": "Felles rotasjon", "kind": "advice", "background": "Ny."}
    await scene.ok(ASTRID, "proposal.edit", proposal_id=1, **given)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=1)
    assert (await scene.one(AgendaItem, title="Skrevet om")).background == "Ny."


async def test_once_the_agenda_is_sent_with_it_an_acceptance_stands(scene):
    await scene.published()
    assert "proposal.undo" not in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=1))
    assert (await scene.refused(RAGNHILD, "proposal.undo", proposal_id=1)).key == "sent_already"
    late = await scene.proposed(ELI, title="Kom siden")
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=late)
    await scene.ok(RAGNHILD, "proposal.undo", proposal_id=late)


async def test_a_merging_is_taken_back_with_what_it_added(scene):
    item_id, proposal_id = await merged(scene)
    before = await scene.one(AgendaItem, id=item_id)
    assert "Rådet tilrår B" in before.background
    await scene.ok(RAGNHILD, "proposal.undo", proposal_id=proposal_id)
    item = await scene.one(AgendaItem, id=item_id)
    assert (item.background, item.links) == ("Bakgrunn.", "https://fjord.example/a")
    found = await scene.one(Proposal, id=proposal_id)
    assert (found.state, found.case_id, found.wording) == (ProposalState.SENT, None, "Rådet tilrår B")
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    assert (await scene.one(AgendaItem, title="Annen rotasjon")).case_id == 2


async def test_what_was_rewritten_since_stays_and_that_is_said_first(scene):
    item_id, proposal_id = await merged(scene)
    await scene.ok(
        RAGNHILD, "agenda_item.edit", item_id=item_id, title="Rotasjon", kind="advice", background="Alt nytt"
    )
    asked = await commands.run(scene.runtime, "proposal.undo", {"proposal_id": proposal_id}, Caller("cli", KARI))
    assert "skrevet om siden" in asked.words
    await scene.ok(KARI, "proposal.undo", proposal_id=proposal_id)
    assert (await scene.one(AgendaItem, id=item_id)).background == "Alt nytt"


async def test_a_merging_that_was_sent_or_treated_stands(scene):
    item_id, proposal_id = await merged(scene)
    await scene.ok(RAGNHILD, "vote.open", item_id=item_id, question="Nå?")
    assert "proposal.undo" not in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal_id))
    assert (await scene.refused(RAGNHILD, "proposal.undo", proposal_id=proposal_id)).key == "item_treated"
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    assert (await scene.refused(RAGNHILD, "proposal.undo", proposal_id=proposal_id)).key == "sent_already"


async def test_taking_off_an_item_lets_all_that_went_into_it_wait_each_for_itself(scene):
    item_id, other = await merged(scene)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    waiting = (await scene.ok(RAGNHILD, "proposal.triage", body_id=1)).waiting
    assert [(line.title, line.case_number) for line in waiting] == [("Felles rotasjon", "1/27"), ("Annen rotasjon", "")]
    for proposal_id in (1, other):
        await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    assert [case.label for case in await scene.all(Case)] == ["1/27", "2/27"]
    assert "Rådet tilrår B" not in (await scene.one(AgendaItem, title="Felles rotasjon")).background


async def test_an_item_of_the_secretariats_own_is_kept_and_comes_back_as_it_was(scene):
    await scene.planned()
    given = {"title": "Budsjett", "kind": "information", "background": "Lang tekst.", "duration_minutes": 15}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, **given, links="https://regut.example/b")
    item = await scene.one(AgendaItem, title="Budsjett")
    asked = await commands.run(scene.runtime, "agenda_item.remove", {"item_id": item.id}, Caller("cli", RAGNHILD))
    assert "Sak 1/27 beholder nummer og tekst" in asked.words
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item.id)
    (line,) = (await scene.ok(KARI, "proposal.triage", body_id=1)).waiting
    assert (line.title, line.case_number, line.background) == ("Budsjett", "1/27", "Lang tekst.")
    await scene.ok(KARI, "proposal.accept", proposal_id=line.id)
    back = await scene.one(AgendaItem, title="Budsjett")
    assert (back.case_id, back.background, back.links) == (item.case_id, item.background, item.links)
    assert len(await scene.all(Case)) == 1


async def test_a_withdrawal_is_taken_back_by_whoever_sent_it(scene):
    proposal_id = await scene.proposed(BJORN)
    await scene.ok(BJORN, "proposal.withdraw", proposal_id=proposal_id)
    for who, status in ((ASTRID, 404), (RAGNHILD, 404), (HILDE, 403), (SIRI, 404)):
        assert (await scene.refused(who, "proposal.restore", proposal_id=proposal_id)).status == status
    assert "proposal.restore" in commands_of(await scene.ok(BJORN, "proposal.show", proposal_id=proposal_id))
    await scene.ok(BJORN, "proposal.restore", proposal_id=proposal_id)
    assert (await scene.one(Proposal)).state is ProposalState.SENT
    assert await last_told(scene, RAGNHILD) == "proposal_restored"
    assert (await scene.refused(BJORN, "proposal.restore", proposal_id=proposal_id)).key == "not_withdrawn"


async def test_one_that_was_returned_and_withdrawn_comes_back_returned(scene):
    proposal_id = await scene.proposed(BJORN)
    await scene.ok(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Utdyp")
    await scene.ok(BJORN, "proposal.withdraw", proposal_id=proposal_id)
    await scene.ok(BJORN, "proposal.restore", proposal_id=proposal_id)
    assert (await scene.one(Proposal)).state is ProposalState.RETURNED


async def test_rejecting_asks_first(scene):
    proposal_id = await scene.proposed(BJORN)
    given = {"proposal_id": proposal_id, "reason": "Nei"}
    asked = await commands.run(scene.runtime, "proposal.reject", given, Caller("cli", KARI))
    assert (asked.key, "kan angres" in asked.words) == ("needs_confirming", True)
    assert (await scene.one(Proposal)).state is ProposalState.SENT
