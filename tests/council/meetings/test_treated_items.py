"""What has been asked, said, settled or written about an item keeps it on its agenda."""

import pytest

from builders import ASTRID, ELI, HILDE, RAGNHILD
from lisbot.council.enums import ProposalState
from lisbot.council.models import AgendaItem, Organisation, Proposal, Vote

TREATED = {
    "outcome": ("outcome.record", {"outcome": "noted"}),
    "discussion": ("minutes.write", {"discussed": "Rådet drøftet saken."}),
    "question": ("vote.open", {"question": "Tilrår rådet dette?"}),
    "guest": ("guest.add", {"name": "Ola Taler"}),
    "follow-up": ("minutes.add_follow_up", {"what": "Lage utkast."}),
}


def commands_of(view):
    return {each.command for each in view.actions}


async def minutes_begun(scene):
    """A meeting that goes on, whose minutes are begun, and its item; no notice was sent."""
    item_id = await scene.on_agenda()
    scene.at(2027, 3, 10, 11)
    meeting_id = (await scene.one(AgendaItem, id=item_id)).meeting_id
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    return meeting_id, item_id


async def removable(scene, meeting_id, item_id):
    agenda = await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)
    (line,) = [each for each in agenda.items if each.id == item_id]
    return "agenda_item.remove" in commands_of(line)


async def require_kept(scene, meeting_id, item_id):
    assert not await removable(scene, meeting_id, item_id)
    assert (await scene.refused(RAGNHILD, "agenda_item.remove", item_id=item_id)).key == "item_treated"
    proposal = await scene.one(Proposal)
    assert "proposal.undo" not in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal.id))
    assert (await scene.refused(RAGNHILD, "proposal.undo", proposal_id=proposal.id)).key == "item_treated"


@pytest.mark.parametrize("how", TREATED)
async def test_a_treated_item_is_not_taken_off_and_no_button_says_it_can_be(scene, how):
    meeting_id, item_id = await minutes_begun(scene)
    assert await removable(scene, meeting_id, item_id)
    command, given = TREATED[how]
    if how == "guest":
        given = {"meeting_id": meeting_id, **given}
    if how == "follow-up":
        given = {"organisation_id": (await scene.all(Organisation))[0].id, **given}
    await scene.ok(RAGNHILD, command, item_id=item_id, **given)
    await require_kept(scene, meeting_id, item_id)


async def test_an_item_that_was_commented_on_is_kept(scene):
    meeting_id, item_id = await minutes_begun(scene)
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, item_id=item_id, text="Vi var ikke enige.")
    await require_kept(scene, meeting_id, item_id)


@pytest.mark.parametrize("command", ["agenda_item.remove", "proposal.undo"])
async def test_a_question_put_by_mistake_keeps_nothing_on_the_agenda(scene, command):
    item_id = await scene.on_agenda()
    vote_id = await scene.question(item_id=item_id)
    assert (await scene.refused(RAGNHILD, "agenda_item.remove", item_id=item_id)).key == "item_treated"
    await scene.ok(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason="Feil sak")
    proposal = await scene.one(Proposal)
    assert "proposal.undo" in commands_of(await scene.ok(RAGNHILD, "proposal.show", proposal_id=proposal.id))
    about = {"item_id": item_id} if command == "agenda_item.remove" else {"proposal_id": proposal.id}
    await scene.ok(RAGNHILD, command, **about)
    assert (await scene.one(Proposal)).state is ProposalState.SENT
    assert await scene.all(AgendaItem, id=item_id) == []
    assert "Feil sak" in await scene.words(ASTRID, "vote.show", vote_id=vote_id)


async def test_a_question_put_by_mistake_on_a_confidential_item_stays_confidential(scene):
    item_id = await scene.on_agenda(confidential=True)
    vote_id = await scene.question(item_id=item_id)
    await scene.ok(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason="Feil sak")
    assert (await scene.refused(RAGNHILD, "agenda_item.remove", item_id=item_id)).key == "item_treated"
    assert (await scene.one(Vote)).item_id == item_id
    assert (await scene(HILDE, "vote.show", vote_id=vote_id)).status in (403, 404)
