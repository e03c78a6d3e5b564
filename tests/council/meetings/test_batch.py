"""The same for many councils at once: one preview, each on its own, and what became of each."""

from dataclasses import replace
from functools import partial

import pytest

from builders import ASTRID, HILDE, RAGNHILD
from lisbot import commands
from lisbot.cards import draw_sheet
from lisbot.channels.common.conversation import Conversation, Speaker
from lisbot.commands import batch
from lisbot.council.models import Delivery, LogLine, Meeting, Person
from lisbot.idempotency import ReceiptKey
from people import caller_of, form


@pytest.fixture
async def two(scene, second_council):
    """A meeting in March in each of two councils of one secretariat: their ids."""
    first = await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=second_council, dates="2027-03-17", place="Oslo")
    second = await scene.one(Meeting, body_id=second_council)
    scene.at(2027, 2, 1, 9)
    return [first, second.id]


async def run(scene, who, name, **given):
    return await commands.run(scene.runtime, name, given, await caller_of(scene.runtime, who, "web", "nb"))


async def test_calls_are_opened_in_several_councils_after_one_preview_of_each(scene, two):
    asked = await run(scene, RAGNHILD, "call.open_all", meeting_id=two)
    assert asked.key == "needs_confirming"
    facts = list(asked.view.facts)
    headings = [line for line in facts if line.endswith(":")]
    assert headings == ["Samordningsrådet, onsdag 10. mars 2027:", "FKM-rådet, onsdag 17. mars 2027:"]
    assert len(facts) > 2
    assert not any(each.call_opened_at for each in await scene.all(Meeting))
    done = await run(scene, RAGNHILD, "call.open_all", meeting_id=two, confirm=",".join(asked.view.asked))
    assert [(line.meeting_id, line.is_done) for line in done.view.lines] == [(key, True) for key in two]
    assert [each.call_opened_at is not None for each in await scene.all(Meeting)] == [each in two for each in (1, 2, 3)]


async def test_each_has_its_own_line_in_the_log(scene, two):
    before = len(await scene.all(LogLine))
    await scene.ok(RAGNHILD, "call.open_all", meeting_id=two)
    lines = (await scene.all(LogLine))[before:]
    assert [line.command for line in lines] == ["call.open"] * 2


async def test_what_is_refused_for_one_is_done_for_the_others_and_told_why(scene, two):
    await scene.ok(RAGNHILD, "call.open", meeting_id=two[0])
    sheet = await scene.sheet(RAGNHILD, "call.open_all", meeting_id=two)
    left, done = sheet.sections
    assert (left.heading, done.heading) == ("Ble ikke gjort", "Gjort")
    assert "allerede åpen" in left.rows[0].text
    assert done.rows[0].title == "FKM-rådet, onsdag 17. mars 2027"
    assert sheet.state == "Gjort for 1 av 2"


async def test_the_preview_says_which_cannot_be_done(scene, two):
    await scene.ok(RAGNHILD, "call.open", meeting_id=two[0])
    asked = await run(scene, RAGNHILD, "call.open_all", meeting_id=two)
    assert any("blir stående som det er" in line for line in asked.view.facts)


async def test_what_asks_something_that_was_not_said_yes_to_is_left_as_it_is(scene, two):
    for key in two:
        await scene.ok(RAGNHILD, "call.open", meeting_id=key)
    asked = await run(scene, RAGNHILD, "call.remind_all", meeting_id=two)
    await scene.ok(RAGNHILD, "call.remind", meeting_id=two[0])  # within the hour: the second reminder asks first
    done = await run(scene, RAGNHILD, "call.remind_all", meeting_id=two, confirm=",".join(asked.view.asked))
    assert [line.is_done for line in done.view.lines] == [False, True]
    assert "påminnet" in done.view.lines[0].why


async def test_only_those_who_are_silent_are_reminded_and_only_where_somebody_is(scene, two):
    for key in two:
        await scene.ok(RAGNHILD, "call.open", meeting_id=key)
    data = (await form(scene.runtime, RAGNHILD)("call.remind_all")).form
    (field,) = data["fields"]
    assert [choice["value"] for choice in field["choices"]] == [str(key) for key in two]
    assert field["value"] == ",".join(map(str, two))
    await scene.ok(RAGNHILD, "call.remind_all", meeting_id=two)
    reminded = [each for each in await scene.all(Delivery) if each.kind == "call_reminder"]
    assert {each.subject for each in reminded} == {f"meeting:{key}" for key in two}


async def test_notices_are_sent_where_there_is_something_on_the_agenda(scene, two):
    assert (await form(scene.runtime, RAGNHILD)("notice.send_all")).key == "nothing_for_several"
    for key in two:
        await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=key, title="Sak", kind="discussion")
    asked = await run(scene, RAGNHILD, "notice.send_all", meeting_id=two)
    assert "\n".join(asked.view.facts).count("Sak (drøfting)") == 2
    await scene.ok(RAGNHILD, "notice.send_all", meeting_id=two)
    assert {each.id for each in await scene.all(Meeting) if each.published_at} == set(two)


async def test_those_who_have_not_answered_their_notices_are_reminded_in_several_councils(scene, two):
    assert (await form(scene.runtime, RAGNHILD)("meeting.remind_all")).key == "nothing_for_several"
    for key in two:
        await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=key, title="Sak", kind="discussion")
        await scene.ok(RAGNHILD, "notice.send", meeting_id=key)
    several = {each.command: each for each in (await scene.ok(RAGNHILD, "worklist.show")).several}
    offered = several["meeting.remind_all"].arguments
    (field,) = (await form(scene.runtime, RAGNHILD)("meeting.remind_all", **offered)).form["fields"]
    assert sorted(field["value"].split(",")) == sorted(map(str, two))
    await scene.ok(RAGNHILD, "meeting.remind_all", **offered)
    reminded = [each for each in await scene.all(Delivery) if each.kind == "notice_reminder"]
    assert {each.subject for each in reminded} == {f"meeting:{key}" for key in two}
    assert ASTRID in {(await scene.one(Person, id=each.person_id)).email for each in reminded}
    assert (await scene.refused(ASTRID, "meeting.remind_all", meeting_id=two)).status == 403


async def test_each_asks_its_own_permission_and_nothing_is_told_of_anothers(scene, two):
    for who in (ASTRID, HILDE):
        assert (await scene.refused(who, "call.open_all", meeting_id=two)).status == 403
    sheet = await scene.sheet(RAGNHILD, "call.open_all", meeting_id=[two[0], 999])
    assert sheet.sections[0].rows[0].title == "Et møte du ikke har tilgang til"
    assert sheet.state == "Gjort for 1 av 2"


async def test_what_is_planned_and_the_next_meeting_of_each_council_may_be_chosen_and_those_that_are_due_are(
    scene, two
):
    data = (await form(scene.runtime, RAGNHILD)("call.open_all")).form
    (field,) = data["fields"]
    assert [choice["value"] for choice in field["choices"]] == [str(two[0]), str(two[1]), "2"]
    assert field["value"] == str(two[0])  # the other council has no lead times


async def test_many_who_cannot_be_reached_are_counted_and_a_yes_to_that_is_one_to_all(scene, two, monkeypatch):
    monkeypatch.setattr(batch, "MAX_NAMES", 10)
    scene.runtime = replace(scene.runtime, platforms=frozenset())
    asked = await run(scene, RAGNHILD, "call.open_all", meeting_id=two)
    assert any("kan ikke nås." in line for line in asked.view.facts), asked.view.facts
    assert "Astrid Fjord" not in "\n".join(asked.view.facts)
    done = await run(scene, RAGNHILD, "call.open_all", meeting_id=two, confirm=",".join(asked.view.asked))
    assert [line.is_done for line in done.view.lines] == [True, True]


async def test_a_meeting_chosen_after_the_preview_is_previewed_before_anything_is_done(scene, two):
    asked = await run(scene, RAGNHILD, "call.open_all", meeting_id=two[:1])
    more = await run(scene, RAGNHILD, "call.open_all", meeting_id=two, confirm=",".join(asked.view.asked))
    assert more.key == "needs_confirming"
    assert "FKM-rådet, onsdag 17. mars 2027:" in more.view.facts
    assert not any(each.call_opened_at for each in await scene.all(Meeting))
    fewer = await run(scene, RAGNHILD, "call.open_all", meeting_id=two[1:], confirm=",".join(more.view.asked))
    assert [(line.meeting_id, line.is_done) for line in fewer.view.lines] == [(two[1], True)]


async def test_a_yes_to_what_is_asked_of_one_council_is_none_to_the_same_of_another(scene, two):
    for key in two:
        await scene.ok(RAGNHILD, "call.open", meeting_id=key)
    await scene.ok(RAGNHILD, "call.remind", meeting_id=two[0])
    asked = await run(scene, RAGNHILD, "call.remind_all", meeting_id=two)
    await scene.ok(RAGNHILD, "call.remind", meeting_id=two[1])
    done = await run(scene, RAGNHILD, "call.remind_all", meeting_id=two, confirm=",".join(asked.view.asked))
    assert [line.is_done for line in done.view.lines] == [True, False]


async def test_what_was_sent_once_and_broken_off_is_finished_when_it_is_sent_again(scene, two):
    """A process that dies after the first of two has done the first: the platform sends the same again."""
    receipt, ragnhild = ReceiptKey("slack", "view:1"), await caller_of(scene.runtime, RAGNHILD, "web", "nb")

    async def send(*meetings):
        given = {"meeting_id": meetings, "confirm": "true"}
        return await commands.run(scene.runtime, "call.open_all", given, ragnhild, receipt=receipt)

    await send(two[0])
    again = await send(*two)
    assert [(line.meeting_id, line.is_done) for line in again.view.lines] == [(key, True) for key in two]
    assert all(each.call_opened_at for each in await scene.all(Meeting) if each.id in two)
    assert (await send(*two)).key == "already_done"


async def test_pressed_twice_it_says_what_was_done_and_not_that_it_was_done_before(scene, two):
    ragnhild = await caller_of(scene.runtime, RAGNHILD, "web", "nb")
    conversation = Conversation(partial(commands.run, scene.runtime), partial(commands.ask, scene.runtime), None)
    pressing = Speaker(replace(ragnhild, reach=None), "nb", no_email)
    asked = await conversation.press(pressing, "call.open_all", {"meeting_id": ",".join(map(str, two))})
    given = {"meeting_id": ",".join(map(str, two)), "confirm": ",".join(asked.view.asked)}
    replies = [await conversation.press(pressing, "call.open_all", dict(given)) for _ in range(2)]
    for reply in replies:
        assert draw_sheet(reply.shows, reply.view, reply.viewer).state == "Gjort for 2 av 2"
    assert replies[0].view == replies[1].view


async def no_email():
    return None
