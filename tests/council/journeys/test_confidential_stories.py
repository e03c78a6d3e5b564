"""What becomes confidential is so in all that was made of it, and can be opened again."""

from typing import Any

from builders import ASTRID, KARI, RAGNHILD
from council.journeys.test_case_links import other_council, treated
from council.referrals.steps import sent_inside
from lisbot import commands
from lisbot.council.models import AgendaItem, Body, Case, Delivery, Meeting, Proposal, Referral
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


async def test_what_was_told_of_a_case_and_taken_off_again_is_withheld_with_it(scene: Scene, room: int) -> None:
    meeting_id = await scene.planned()
    given = {"title": "Rotasjon i hud", "kind": "advice", "background": "Om hud"}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, **given)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="En annen", kind="discussion")
    case_id = (await scene.one(Case, title="Rotasjon i hud")).id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=(await scene.one(AgendaItem, case_id=case_id)).id)

    async def read_outside() -> str:
        reply = await commands.run(scene.runtime, "agenda.show", {"meeting_id": meeting_id}, Caller("room", str(room)))
        return str(reply.view)

    assert "Rotasjon i hud" in await read_outside()
    [proposal] = await scene.all(Proposal)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal.id)
    await edited(scene, (await scene.one(AgendaItem, case_id=case_id)).id, confidential=True)
    assert "Rotasjon i hud" not in await read_outside()
    assert "En annen" in await read_outside()
    await edited(scene, (await scene.one(AgendaItem, case_id=case_id)).id, confidential=False)
    assert "Rotasjon i hud" in await read_outside()


async def in_another(scene: Scene, who: str, name: str) -> tuple[int, int]:
    """The ids of another council of somebody's secretariat and of a meeting of its."""
    await scene.ok(who, "body.create", name=name, kind="fagråd")
    body_id = (await scene.one(Body, name=name)).id
    await scene.ok(who, "year_plan.set_dates", body_id=body_id, dates="2027-09-29")
    return body_id, (await scene.one(Meeting, body_id=body_id)).id


async def taken_in(scene: Scene, who: str, body_id: int, meeting_id: int) -> int:
    """The id of the case that what was sent to a council becomes there."""
    referral_id = (await scene.one(Referral, to_body_id=body_id)).id
    await scene.ok(who, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    case_id = (await scene.one(Referral, id=referral_id)).to_case_id
    assert case_id is not None
    return case_id


async def closed_at(scene: Scene, who: str, case_id: int) -> None:
    item = await scene.one(AgendaItem, case_id=case_id)
    given = {"title": item.title, "kind": item.kind.value, "confidential": True}
    await scene.ok(who, "agenda_item.edit", item_id=item.id, **given)


async def test_a_council_that_was_asked_closes_nothing_of_another_that_was_asked_too(scene: Scene) -> None:
    referral_id, north, meeting_id = await sent_inside(scene)
    first = await taken_in(scene, KARI, north, meeting_id)
    await scene.ok(KARI, "referral.answer", referral_id=referral_id, answer_kind="answer", answer="Ja.")
    skin, its_meeting = await in_another(scene, RAGNHILD, "Rådet for hud")
    begun = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "referral.send", case_id=begun, cause="other", receiver=f"body-{skin}")
    second = await taken_in(scene, RAGNHILD, skin, its_meeting)
    await closed_at(scene, KARI, first)
    is_closed = {each.id: each.confidential for each in await scene.all(Case)}
    assert is_closed[first]
    assert not is_closed[second]
    assert not is_closed[begun]
    assert not (await scene.one(AgendaItem, case_id=second)).confidential


async def test_a_council_that_was_asked_closes_what_it_sent_on_and_put_before_others(scene: Scene) -> None:
    referral_id, north, meeting_id = await sent_inside(scene)
    first = await taken_in(scene, KARI, north, meeting_id)
    youth, youth_meeting = await in_another(scene, KARI, "Rådet for barn")
    skin, skin_meeting = await in_another(scene, KARI, "Rådet for hud")
    await scene.ok(KARI, "case.share", case_id=first, meeting_id=youth_meeting, title="Rotasjon hos barn")
    on = {"referral_id": referral_id, "reason": "Hører dit"}
    await scene.ok(KARI, "referral.send_on", **on, receiver=f"body-{skin}")
    second = await taken_in(scene, KARI, skin, skin_meeting)
    await closed_at(scene, KARI, first)
    begun = (await scene.one(Referral, to_body_id=skin)).case_id
    is_closed = {each.id: each.confidential for each in await scene.all(Case)}
    assert is_closed[second]
    assert is_closed[(await scene.one(Case, body_id=youth)).id]
    assert not is_closed[begun]


async def test_what_came_of_a_case_that_became_confidential_since_is_found_by_nobody_outside(
    scene: Scene, room: int
) -> None:
    first, _ = await treated(scene, "Simulering")
    then = (await scene.one(AgendaItem, case_id=first)).meeting_id

    async def found_outside() -> list[int]:
        reply = await commands.run(scene.runtime, "outcome.search", {}, Caller("room", str(room)))
        return [line.case_id for line in reply.view.found]

    item_id = await in_june(scene, first)
    assert first in await found_outside()
    await edited(scene, item_id, confidential=True)
    assert first not in await found_outside()
    assert first in [line.case_id for line in (await scene.ok(ASTRID, "outcome.search")).found]
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=then, reason="Feil navn")
    assert first not in await found_outside()
    assert first in [line.case_id for line in (await scene.ok(ASTRID, "outcome.search")).found]


async def test_what_was_asked_about_a_case_that_became_confidential_since_is_not_read_outside(
    scene: Scene, room: int
) -> None:
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Rotasjon i hud", kind="advice")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    item = await scene.one(AgendaItem, title="Rotasjon i hud")
    assert item.case_id is not None
    asked = await scene.ok(RAGNHILD, "vote.open", item_id=item.id, question="Om hud?")
    scene.at(2027, 3, 11, 9)

    async def read_outside() -> tuple[int, list[str]]:
        caller = Caller("room", str(room))
        reply = await commands.run(scene.runtime, "vote.show", {"vote_id": asked.id}, caller)
        body = await commands.run(scene.runtime, "body.show", {"body_id": scene.body_id}, caller)
        return reply.status, [vote.question for vote in body.view.votes]

    item_id = await in_june(scene, item.case_id)
    assert await read_outside() == (200, ["Om hud?"])
    await edited(scene, item_id, confidential=True)
    assert await read_outside() == (404, [])
    assert (await scene.ok(ASTRID, "vote.show", vote_id=asked.id)).question == "Om hud?"
    assert [vote.question for vote in (await scene.ok(ASTRID, "body.show", body_id=scene.body_id)).votes] == ["Om hud?"]
    await scene.ok(RAGNHILD, "vote.close", vote_id=asked.id)
    assert room not in {each.room_id for each in await scene.all(Delivery, kind="vote_closed")}


async def test_a_short_account_begins_without_a_case_that_became_confidential_since(scene: Scene) -> None:
    first, _ = await treated(scene, "Simulering")
    item = await scene.one(AgendaItem, case_id=first)
    await edited(scene, await in_june(scene, first), confidential=True)
    [field] = (await scene.form(RAGNHILD, "summary.write", meeting_id=item.meeting_id))["fields"]
    assert item.title not in field["value"]
    assert "Simulering" in field["value"]
