"""What is asked of somebody now. A thing is on the list until it is done, and then it is not."""

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD


async def test_a_call_is_not_offered_after_its_last_day(scene):
    await scene.called()
    scene.at(2027, 2, 17, 23, 59)
    assert len((await scene.ok(ASTRID, "worklist.show")).calls) == 1
    scene.at(2027, 2, 18, 0, 0)
    assert (await scene.ok(ASTRID, "worklist.show")).calls == ()


async def test_an_open_call_waits_for_those_who_may_propose_until_they_have_answered(scene):
    meeting_id = await scene.called()
    for who in (ASTRID, BJORN, ELI):
        (task,) = (await scene.ok(who, "worklist.show")).calls
        assert [each.command for each in task.actions] == ["proposal.submit", "call.decline"]
        assert str(task.until) == "2027-02-17"
    assert (await scene.ok(PAAL, "worklist.show")).calls == ()
    await scene.proposed(ASTRID)
    await scene.ok(BJORN, "call.decline", meeting_id=meeting_id)
    for who in (ASTRID, BJORN):
        assert (await scene.ok(who, "worklist.show")).calls == ()
    assert [line.title for line in (await scene.ok(ASTRID, "worklist.show")).proposals] == ["Felles rotasjon"]


async def test_a_proposal_sent_back_waits_for_its_sender(scene):
    proposal_id = await scene.proposed()
    await scene.ok(RAGNHILD, "proposal.send_back", proposal_id=proposal_id, reason="Hva?")
    view = await scene.ok(ASTRID, "worklist.show")
    assert [line.id for line in view.returned] == [proposal_id]
    assert view.proposals == ()
    assert (await scene.ok(BJORN, "worklist.show")).returned == ()


async def test_an_invitation_and_a_request_to_stand_in_wait_until_they_are_answered(scene):
    meeting_id, _ = await scene.published()
    (task,) = (await scene.ok(ASTRID, "worklist.show")).invitations
    assert [each.arguments["response"] for each in task.actions] == ["comes", "digital", "absent"]
    frode = await scene.person(FRODE)
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt", "deputy_id": frode}
    await scene.ok(ASTRID, "attendance.respond", **given)
    assert (await scene.ok(ASTRID, "worklist.show")).invitations == ()
    (task,) = (await scene.ok(FRODE, "worklist.show")).stand_ins
    assert {each.command for each in task.actions} == {"attendance.respond_as_deputy"}
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    assert (await scene.ok(FRODE, "worklist.show")).stand_ins == ()


async def test_an_open_question_waits_for_the_seats_on_its_roll(scene):
    vote_id = await scene.asked()
    for who in (ASTRID, BJORN, ELI):
        assert [vote.id for vote in (await scene.ok(who, "worklist.show")).votes] == [vote_id]
    for who in (PAAL, HILDE, RAGNHILD):
        assert (await scene.ok(who, "worklist.show")).votes == ()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    assert (await scene.ok(ASTRID, "worklist.show")).votes == ()


async def test_minutes_out_for_comments_wait(scene):
    meeting_id, _ = await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    (task,) = (await scene.ok(ELI, "worklist.show")).comments
    assert (task.meeting.id, str(task.until)) == (meeting_id, "2027-03-20")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert (await scene.ok(ELI, "worklist.show")).comments == ()


async def test_the_next_meetings_are_there_for_whoever_may_read_the_agenda(scene):
    await scene.planned()
    for who in (ASTRID, HILDE, RAGNHILD):
        meetings = (await scene.ok(who, "worklist.show")).meetings
        assert [str(meeting.held_on) for meeting in meetings] == ["2027-03-10", "2027-06-09"]


async def test_every_line_of_it_can_be_opened_or_answered(scene):
    """Also where a platform has no links."""
    await scene.asked()
    await scene.proposed(ASTRID, title="En sak til")
    for who in (ASTRID, RAGNHILD):
        sheet = await scene.sheet(who, "worklist.show")
        rows = [row for section in sheet.sections for row in section.rows]
        assert rows
        assert [row.title for row in rows if row.opens is None and not row.actions] == []


async def test_a_deputy_is_asked_only_of_the_meeting_they_come_to(scene):
    """A question at one meeting is no task for whoever comes to another, nor between meetings."""
    meeting_id, item_id = await scene.published()
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", **given)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    between = await scene.question(body_id=scene.body_id, question="Mellom møtene?")
    assert (await scene.ok(FRODE, "worklist.show")).votes == ()
    assert [vote.id for vote in (await scene.ok(ASTRID, "worklist.show")).votes] == [between]
    at_meeting = await scene.question(item_id=item_id)
    assert [vote.id for vote in (await scene.ok(FRODE, "worklist.show")).votes] == [at_meeting]
    assert [vote.id for vote in (await scene.ok(ASTRID, "worklist.show")).votes] == [between]
    for who, vote_id in ((FRODE, at_meeting), (ASTRID, between)):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")
        assert (await scene.ok(who, "worklist.show")).votes == ()


async def test_nothing_is_asked_of_a_meeting_that_is_over(scene):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", **given)
    scene.at(2027, 3, 10, 23)
    assert (await scene.ok(BJORN, "worklist.show")).invitations == ()
    assert (await scene.ok(FRODE, "worklist.show")).stand_ins == ()


async def test_its_title_is_what_comes_first_and_not_ones_own_name(scene):
    assert (await scene.sheet(BJORN, "worklist.show")).title == "Ingenting venter på deg nå."
    await scene.asked()
    sheet = await scene.sheet(BJORN, "worklist.show")
    assert sheet.title == sheet.sections[0].rows[0].title == sheet.leads.title
    assert "Bjørn" not in sheet.title and "Bjørn" in sheet.subtitle


async def test_a_question_is_answered_on_it_and_the_next_one_follows(scene):
    first = await scene.question(body_id=scene.body_id, question="Først?", closes_on="2026-11-20")
    second = await scene.question(body_id=scene.body_id, question="Så?", form="single", options="Ja\nNei", secret=True)
    for vote_id, question, choices in (
        (first, "Først?", ["For", "Mot", "Avstår"]),
        (second, "Så?", ["Ja", "Nei", "Avstår"]),
    ):
        sheet = await scene.sheet(ASTRID, "worklist.show")
        assert sheet.title == question
        *answers, page = sheet.leads.actions
        assert [each.title for each in answers] == choices
        assert {each.command for each in answers} == {"vote.cast"} and page.command == "vote.show"
        await scene.ok(ASTRID, "vote.cast", **sheet.leads.actions[0].arguments)
        assert vote_id in [vote.id for vote in (await scene.ok(ASTRID, "worklist.show")).voted]
    view = await scene.ok(ASTRID, "worklist.show")
    assert [(vote.question, vote.choices) for vote in view.voted] == [("Først?", ("for",)), ("Så?", ())]
    said = await scene.words(ASTRID, "worklist.show")
    assert "Svaret ditt: For" in said and "Du har svara hemmeleg." in said and "Ja" not in said
    assert (await scene.ok(BJORN, "worklist.show")).voted == ()
    await scene.ok(RAGNHILD, "vote.close", vote_id=first)
    assert [vote.id for vote in (await scene.ok(ASTRID, "worklist.show")).voted] == [second]


async def test_what_one_has_answered_to_a_notice_stands_at_the_meeting_with_its_link(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", link="https://video.example/x")
    given = {"meeting_id": meeting_id, "response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", **given)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="digital")
    for who, answer in ((ASTRID, "forfall"), (FRODE, "kommer digitalt")):
        sheet = await scene.sheet(who, "worklist.show")
        row = next(row for part in sheet.sections for row in part.rows if row.links)
        assert row.text.endswith(f": {answer}.")
        assert [link.url for link in row.links] == ["https://video.example/x"]
    assert (await scene.ok(HILDE, "worklist.show")).link == ""  # she reads agendas and comes to no meeting
    assert (await scene.ok(BJORN, "worklist.show")).responses == ()


async def test_no_items_from_us_is_an_answer_one_can_see(scene):
    meeting_id = await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=meeting_id)
    assert [meeting.id for meeting in (await scene.ok(BJORN, "worklist.show")).declined] == [meeting_id]
    assert (await scene.ok(ASTRID, "worklist.show")).declined == ()
    scene.at(2027, 2, 18, 9)
    assert (await scene.ok(BJORN, "worklist.show")).declined == ()


async def test_the_last_minutes_are_one_press_away(scene):
    meeting_id, _ = await scene.minuted()
    for who in (ASTRID, RAGNHILD, HILDE):
        assert (await scene.ok(who, "worklist.show")).minutes == ()  # a draft is the secretariat's to go on with
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    for who in (ASTRID, RAGNHILD, PAAL):
        sheet = await scene.sheet(who, "worklist.show")
        rows = [
            row for part in sheet.sections for row in part.rows if row.opens and row.opens.command == "minutes.show"
        ]
        assert [(row.opens.command, row.opens.arguments) for row in rows] == [
            ("minutes.show", {"meeting_id": meeting_id})
        ]
    assert (await scene.ok(HILDE, "worklist.show")).minutes == ()
