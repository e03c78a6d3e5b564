"""What becomes confidential is so in all that was made of it, and can be opened again."""

from typing import Any

from builders import ASTRID, RAGNHILD
from council.journeys.test_case_links import other_council, treated
from lisbot import commands
from lisbot.council.models import AgendaItem, Case, Meeting
from lisbot.council.register.identity import Caller
from stages import JUNE, Scene


async def edited(scene: Scene, item_id: int, *, confidential: bool) -> None:
    item = await scene.one(AgendaItem, id=item_id)
    given = {"title": item.title, "kind": item.kind.value, "background": item.background}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given, confidential=confidential)


async def in_june(scene: Scene, case_id: int) -> int:
    """The id of a case's item on the agenda of June's meeting, which is sent out."""
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=case_id)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    return (await scene.one(AgendaItem, case_id=case_id, meeting_id=june)).id


async def from_the_channel(scene: Scene, room: int, case_id: int) -> Any:
    return await commands.run(scene.runtime, "case.show", {"case_id": case_id}, Caller("room", str(room)))


async def test_what_becomes_confidential_is_so_in_its_parts_and_before_other_councils(scene: Scene, room: int) -> None:
    first, other = await treated(scene, "Simulering")
    june = (await scene.one(Meeting, held_on=JUNE)).id
    part = (await scene.ok(RAGNHILD, "case.split", case_id=first, meeting_id=june, title="Rotasjon i hud")).case_id
    await scene.ok(RAGNHILD, "case_link.add", case_id=other, other_case_id=first, link_kind="merged_into")
    body_id, meeting_id = await other_council(scene)
    await scene.ok(RAGNHILD, "case.share", case_id=first, meeting_id=meeting_id, title="Rotasjon")
    elsewhere = (await scene.one(Case, body_id=body_id)).id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    item_id = await in_june(scene, first)
    for case_id in (first, other, part):
        assert (await from_the_channel(scene, room, case_id)).status == 200
    await edited(scene, item_id, confidential=True)
    for case_id in (first, other, part):
        assert (await from_the_channel(scene, room, case_id)).status == 404
    for case_id in (first, other, part, elsewhere):
        assert (await scene.one(Case, id=case_id)).confidential
    for case_id in (other, part, elsewhere):
        assert all(item.confidential for item in await scene.all(AgendaItem, case_id=case_id))


async def test_a_part_that_becomes_confidential_leaves_open_what_it_was_split_from(scene: Scene, room: int) -> None:
    [first] = await treated(scene)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    part = (await scene.ok(RAGNHILD, "case.split", case_id=first, meeting_id=june, title="Rotasjon i hud")).case_id
    await edited(scene, (await scene.one(AgendaItem, case_id=part)).id, confidential=True)
    assert (await scene.one(Case, id=part)).confidential
    assert (await from_the_channel(scene, room, first)).status == 200


async def test_a_merged_proposal_that_is_confidential_makes_the_case_so_everywhere(scene: Scene, room: int) -> None:
    [first] = await treated(scene)
    item_id = await in_june(scene, first)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    given = {"title": "Det samme", "kind": "advice", "confidential": True}
    proposal = await scene.ok(ASTRID, "proposal.submit", meeting_id=june, **given)
    await scene.ok(RAGNHILD, "proposal.merge", proposal_id=proposal.id, item_id=item_id)
    assert (await scene.one(Case, id=first)).confidential
    assert (await from_the_channel(scene, room, first)).status == 404


async def test_what_was_made_confidential_by_mistake_is_open_again_from_the_next_notice(
    scene: Scene, room: int
) -> None:
    first, second = await treated(scene, "Simulering")
    item_id = await in_june(scene, first)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await edited(scene, item_id, confidential=True)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    await edited(scene, item_id, confidential=False)
    assert (await from_the_channel(scene, room, first)).status == 404
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    assert (await from_the_channel(scene, room, first)).status == 200
    # Before any notice it is open at once.
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=second)
    draft = (await scene.one(AgendaItem, case_id=second, meeting_id=june)).id
    await edited(scene, draft, confidential=True)
    assert (await from_the_channel(scene, room, second)).status == 404
    await edited(scene, draft, confidential=False)
    assert (await from_the_channel(scene, room, second)).status == 200
