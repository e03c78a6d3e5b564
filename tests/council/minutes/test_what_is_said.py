"""What minutes and outcomes say beside what was written: lines kept, marks shown, and nothing twice."""

from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot.council.models import AgendaItem, Meeting
from lisbot.render.slack import blocks
from lisbot.render.teams import render
from stages import JUNE

KEPT_OUT = "De som bare får saklisten, og rådets kanal, ser bare at"


async def confidential(scene):
    """Approved minutes with a confidential item that was recorded without agreement."""
    meeting_id, item_id = await scene.published()
    given = {"title": "Lønnssaken", "kind": "advice", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    sides = "Fjord: for dyrt.\nUnionen: for viktig."
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="disagreement", sides=sides)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return meeting_id, item_id


async def test_what_confidential_means_is_said_wherever_it_is_set_and_shown(scene):
    meeting_id, item_id = await confidential(scene)
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    for name, given in (
        ("minutes.show", {"meeting_id": meeting_id}),
        ("outcome.search", {}),
        ("case.show", {"case_id": case_id}),
        ("meeting.show", {"meeting_id": meeting_id}),
        ("agenda.show", {"meeting_id": meeting_id}),
    ):
        assert KEPT_OUT in await scene.words(BJORN, name, **given), name
    june = (await scene.all(Meeting))[1].id
    for name, given in (("proposal.submit", {"meeting_id": june}), ("agenda_item.add", {"meeting_id": june})):
        form = await scene.form(RAGNHILD, name, **given)
        hint = next(field["hint"] for field in form["fields"] if field["id"] == "confidential")
        assert KEPT_OUT in hint, name


async def test_each_sides_reasons_keep_their_lines_on_every_face(scene):
    meeting_id, item_id = await confidential(scene)
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    for name, given in (("minutes.show", {"meeting_id": meeting_id}), ("case.show", {"case_id": case_id})):
        card = await scene.card(BJORN, name, **given)
        assert "dyrt.\nUnionen" in await scene.words(BJORN, name, **given)
        texts = [each["text"] for each in every_text(card) if "Unionen" in each["text"]]
        assert texts == ["Fjord: for dyrt.\nUnionen: for viktig."], name
        assert "Unionen" in str(blocks.pages(card)) and "dyrt.Unionen" not in str(blocks.pages(card))
        assert "dyrt.Unionen" not in str(render(card, "https://lisbot.example/"))


def every_text(node):
    if isinstance(node, dict):
        if node.get("type") == "TextBlock":
            yield node
        for value in node.values():
            yield from every_text(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_text(value)


async def test_that_no_rule_is_set_is_said_once(scene):
    vote_id = await scene.asked()
    item_id = (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await scene.ok(RAGNHILD, "vote.close", vote_id=await scene.question("Og dette?", item_id=item_id))
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    shown = await scene.words(RAGNHILD, "minutes.show", meeting_id=1)
    assert shown.lower().count("flertallsregel") == 1


async def test_a_case_put_off_without_a_meeting_says_that_it_waits(scene):
    _meeting_id, item_id = await scene.published()
    shown = await scene.words(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed")
    assert "venter i rådets liste" in shown


async def test_reading_minutes_is_asked_until_the_deadline_or_ones_own_comment(scene):
    meeting_id, _ = await scene.minuted()

    async def asked(who):
        return [task.meeting.id for task in (await scene.ok(who, "worklist.show")).comments]

    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    assert await asked(ELI) == await asked(ASTRID) == [meeting_id]
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi var imot.")
    assert (await asked(ELI), await asked(ASTRID)) == ([], [meeting_id])
    scene.at(2027, 3, 20, 23)
    assert await asked(ASTRID) == [meeting_id]
    scene.at(2027, 3, 21, 0)
    assert await asked(ASTRID) == []


async def test_agreeing_with_remarks_takes_the_remark(scene):
    vote_id = await scene.asked(form="consent")
    given = {"vote_id": vote_id, "choice": "remarks"}
    assert set((await scene.refused(ASTRID, "vote.cast", **given)).fields) == {"reason"}
    form = await scene.form(ASTRID, "vote.cast", **given)
    assert {field["id"]: field["required"] for field in form["fields"]}["reason"]
    await scene.ok(ASTRID, "vote.cast", **given, reason="Men ikke i juli.")


async def carried(scene):
    """Minutes begun of a meeting whose case is put off to June. Returns the ids of both, and of the item."""
    meeting_id, item_id = await scene.published()
    june = (await scene.one(Meeting, held_on=JUNE)).id
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed", to_meeting_id=june)
    return meeting_id, june, item_id


async def test_a_case_that_is_put_off_is_not_settled_as_well_while_it_is_on_the_next_agenda(scene):
    meeting_id, june, item_id = await carried(scene)
    given = {"outcome": "advice", "words": "Rådet tilrår."}
    reply = await scene.refused(RAGNHILD, "outcome.record", item_id=item_id, **given)
    assert reply.key == "on_another_agenda"
    assert "1/27" in reply.words and "9. juni 2027" in reply.words
    of_form = {f"items.{item_id}.{name}": value for name, value in given.items()}
    reply = await scene.refused(RAGNHILD, "minutes.write_items", meeting_id=meeting_id, **of_form)
    assert reply.key == "on_another_agenda"
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed", words="Til juni.")
    there = next(item for item in await scene.all(AgendaItem, meeting_id=june) if item.case_id is not None)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=there.id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, **given)


async def test_a_case_put_off_without_a_date_is_given_one_in_the_whole_meetings_form(scene):
    meeting_id, item_id = await scene.published()
    june = (await scene.one(Meeting, held_on=JUNE)).id
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed")
    given = {f"items.{item_id}.outcome": "postponed", f"items.{item_id}.to_meeting_id": june}
    for _ in "twice":
        await scene.ok(RAGNHILD, "minutes.write_items", meeting_id=meeting_id, **given)
    assert [item.title for item in await scene.all(AgendaItem, meeting_id=june) if item.case_id is not None] == [
        "Felles rotasjon"
    ]
