"""A case through its meetings."""

from builders import ASTRID, ELI, HILDE, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.models import AgendaItem, Meeting
from lisbot.council.register.identity import Caller
from stages import MARCH


async def case_of(scene, item_id):
    return (await scene.one(AgendaItem, id=item_id)).case_id


async def test_a_case_that_was_postponed_tells_of_both_meetings(scene):
    meeting_id, item_id = await scene.published()
    june = (await scene.all(Meeting))[1].id
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    given = {"item_id": item_id, "outcome": "postponed", "to_meeting_id": june, "words": "Til juni."}
    await scene.ok(RAGNHILD, "outcome.record", **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    case_id = await case_of(scene, item_id)
    view = await scene.ok(RAGNHILD, "case.show", case_id=case_id)
    assert (view.number, view.title) == ("1/27", "Felles rotasjon")
    assert [(each.meeting_id, each.outcome) for each in view.treatments] == [(meeting_id, "postponed"), (june, None)]
    # June's agenda is not sent out yet.
    view = await scene.ok(ELI, "case.show", case_id=case_id)
    assert [each.meeting_id for each in view.treatments] == [meeting_id]
    assert view.treatments[0].outcome_text == "Til juni."


async def test_what_came_of_it_is_the_secretariats_until_the_minutes_are_sent_out(scene):
    meeting_id, item_id = await scene.minuted()
    case_id = await case_of(scene, item_id)
    assert (await scene.ok(ASTRID, "case.show", case_id=case_id)).treatments[0].outcome is None
    assert (await scene.ok(RAGNHILD, "case.show", case_id=case_id)).treatments[0].outcome == "advice"
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    assert (await scene.ok(ASTRID, "case.show", case_id=case_id)).treatments[0].outcome == "advice"


async def test_a_case_that_is_not_published_is_known_to_the_secretariat_alone(scene):
    item_id = await scene.on_agenda()
    case_id = await case_of(scene, item_id)
    await scene.ok(RAGNHILD, "case.show", case_id=case_id)
    for who in (ASTRID, ELI, SIRI):
        assert (await scene.refused(who, "case.show", case_id=case_id)).status == 404
    assert (await scene.refused(HILDE, "case.show", case_id=case_id)).status == 403


async def test_a_confidential_case_is_not_there_for_a_channel(scene, room):
    item_id = await scene.on_agenda(confidential=True)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    case_id = await case_of(scene, item_id)
    assert (await scene.ok(ELI, "case.show", case_id=case_id)).title == "Felles rotasjon"
    reply = await run(scene.runtime, "case.show", {"case_id": case_id}, Caller("room", str(room)))
    assert (reply.status, reply.view) == (404, None)


async def test_a_channel_sees_a_case_without_its_background_papers(scene, room):
    item_id = await scene.on_agenda(background="Internt notat", links="https://fjord.example/notat")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=(await scene.one(Meeting, held_on=MARCH)).id)
    about = {"case_id": await case_of(scene, item_id)}
    member = await scene.ok(ELI, "case.show", **about)
    assert (member.background, member.links) == ("Internt notat", ("https://fjord.example/notat",))
    view = (await run(scene.runtime, "case.show", about, Caller("room", str(room)))).view
    assert (view.title, view.background, view.links) == ("Felles rotasjon", "", ())
