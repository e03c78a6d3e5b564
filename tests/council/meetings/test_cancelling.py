"""A meeting cancelled: its cases carried to another, put on an agenda again one by one, its questions withdrawn."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot.council.delivery.notifications import decode_facts
from lisbot.council.models import AgendaItem, Case, Delivery, Meeting, Proposal, Room, Vote
from lisbot.texts import text
from stages import JUNE, MARCH


async def two_cases(scene):
    """The ids of the meetings in March and June: March with an accepted proposal, an own case and one that waits."""
    await scene.on_agenda()
    march = (await scene.one(Meeting, held_on=MARCH)).id
    own = {"title": "Egen sak", "kind": "information", "background": "Om saken", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=march, **own)
    await scene.proposed(ELI, "Et forslag som venter")
    return march, (await scene.one(Meeting, held_on=JUNE)).id


async def numbers(scene, meeting_id):
    view = await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)
    return [(item.number, item.title) for item in view.items if item.number]


BOTH = [("1/27", "Felles rotasjon"), ("2/27", "Egen sak")]


async def test_the_cases_of_a_cancelled_meeting_go_to_another_under_their_numbers(scene):
    march, june = await two_cases(scene)
    before = len(await scene.all(Delivery))
    given = {"meeting_id": march, "reason": "Streik", "to_meeting_id": june}
    form = await scene.form(RAGNHILD, "meeting.cancel", **given)
    assert "2 saker er flyttet til møtet onsdag 9. juni 2027." in str(form)
    await scene.ok(RAGNHILD, "meeting.cancel", **given)
    assert await numbers(scene, june) == BOTH
    item = await scene.one(AgendaItem, meeting_id=june, title="Egen sak")
    assert (item.background, item.confidential) == ("Om saken", True)
    waiting = await scene.one(Proposal, title="Et forslag som venter")
    assert (waiting.meeting_id, waiting.state) == (june, "postponed")
    assert [p.title for p in (await scene.ok(RAGNHILD, "proposal.triage", meeting_id=june)).waiting] == [waiting.title]
    told = (await scene.all(Delivery))[before:]
    assert len({d.person_id for d in told}) == len(told)  # once each
    words = {text("nb", f"notification.{d.kind}", **decode_facts(d.facts)).strip() for d in told}
    assert words == {
        "Møtet i Samordningsrådet onsdag 10. mars 2027 er avlyst. Begrunnelse: Streik\n"
        "2 saker er flyttet til møtet onsdag 9. juni 2027. 1 forslag er flyttet til møtet onsdag 9. juni 2027."
    }
    assert (await scene.ok(RAGNHILD, "case.list_waiting", body_id=scene.body_id)).cases == ()


async def test_cases_that_were_not_carried_wait_and_are_carried_afterwards_all_or_one_by_one(scene):
    march, june = await two_cases(scene)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    waiting = (await scene.ok(RAGNHILD, "case.list_waiting", body_id=scene.body_id)).cases
    assert [(each.number, each.since, str(each.held_on)) for each in waiting] == [
        ("1/27", "cancelled", "2027-03-10"),
        ("2/27", "cancelled", "2027-03-10"),
    ]
    second = (await scene.one(Case, number=2)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=second)
    assert await numbers(scene, june) == [("2/27", "Egen sak")]
    view = await scene.ok(RAGNHILD, "meeting.show", meeting_id=march)
    assert [each.command for each in view.actions if each.command == "meeting.carry_cases"]
    await scene.ok(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=june)
    assert sorted(await numbers(scene, june)) == BOTH
    assert (await scene.one(Proposal, title="Et forslag som venter")).meeting_id == june
    reply = await scene.refused(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=june)
    assert reply.key == "nothing_to_carry"
    view = await scene.ok(RAGNHILD, "meeting.show", meeting_id=march)
    assert not [each.command for each in view.actions if each.command == "meeting.carry_cases"]


async def test_whoever_proposed_for_a_meeting_nobody_knew_of_is_told_once(scene):
    meeting_id = await scene.planned()
    await scene.ok(ELI, "proposal.submit", meeting_id=meeting_id, title="Tidlig forslag", kind="advice")
    before = len(await scene.all(Delivery))
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Streik")
    told = (await scene.all(Delivery))[before:]
    assert [(d.kind, d.person_id) for d in told] == [("meeting_cancelled", await scene.person(ELI))]


async def test_open_questions_of_a_cancelled_meeting_are_withdrawn(scene):
    vote_id = await scene.asked(secret=True)
    meeting_id = (await scene.one(Meeting, held_on=MARCH)).id
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Brannalarm")
    vote = await scene.one(Vote, id=vote_id)
    assert (vote.withdrawn_reason, vote.salt) == ("Brannalarm", None)
    assert (await scene.ok(ASTRID, "worklist.show")).votes == ()
    told = await scene.one(Delivery, kind="meeting_cancelled", person_id=await scene.person(ASTRID))
    assert "1 åpen avstemning er trukket tilbake." in text(
        "nb", "notification.meeting_cancelled", **decode_facts(told.facts)
    )


@pytest.mark.parametrize("name", ["meeting.carry_cases", "agenda_item.add_case", "case.list_waiting"])
async def test_only_the_secretariat_carries_cases(scene, name):
    march, june = await two_cases(scene)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    given = {
        "meeting.carry_cases": {"meeting_id": march, "to_meeting_id": june},
        "agenda_item.add_case": {"meeting_id": june, "case_id": 1},
        "case.list_waiting": {"body_id": scene.body_id},
    }[name]
    for who in (ASTRID, FRODE, BJORN, ELI, PAAL, HILDE, SIRI):
        assert (await scene.refused(who, name, **given)).status in (403, 404)
    await scene.ok(RAGNHILD, name, **given)


async def test_a_case_put_off_without_a_date_waits_and_comes_back_under_its_number(scene):
    meeting_id, item_id = await scene.published()
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    (waiting,) = (await scene.ok(RAGNHILD, "case.list_waiting", body_id=scene.body_id)).cases
    assert (waiting.number, waiting.since) == ("1/27", "put_off")
    (button,) = waiting.actions
    form = await scene.form(RAGNHILD, button.command, **button.arguments)
    assert [field["id"] for field in form["fields"]] == ["meeting_id"]
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, button.command, **button.arguments, meeting_id=june)
    assert await numbers(scene, june) == [("1/27", "Felles rotasjon")]
    assert (await scene.ok(RAGNHILD, "case.list_waiting", body_id=scene.body_id)).cases == ()


async def test_a_treated_case_is_followed_up_from_its_own_page(scene):
    _, item_id = await scene.approved()
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    (button,) = await put_on(scene, case_id)
    assert (await scene.ok(ASTRID, "case.show", case_id=case_id)).actions == ()
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, button.command, **button.arguments, meeting_id=june)
    assert await put_on(scene, case_id) == []


async def put_on(scene, case_id):
    """The buttons that put a case on an agenda, of those the secretariat has on its page."""
    view = await scene.ok(RAGNHILD, "case.show", case_id=case_id)
    return [each for each in view.actions if each.command == "agenda_item.add_case"]


async def test_a_case_is_on_one_coming_agenda_at_a_time(scene):
    march, june = await two_cases(scene)
    case_id = (await scene.one(Case, number=2)).id
    reply = await scene.refused(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=case_id)
    assert (reply.key, "onsdag 10. mars 2027" in reply.words) == ("on_another_agenda", True)
    assert (await scene.refused(RAGNHILD, "agenda_item.add_case", meeting_id=march, case_id=case_id)).key == (
        "already_there"
    )
    # Taken off, its proposal waits: the proposal is what brings it back.
    item_id = (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    first = (await scene.one(Case, number=1)).id
    assert (await scene.refused(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=first)).key == (
        "case_waits_for_answer"
    )


async def test_cases_of_another_council_are_not_put_on_an_agenda(scene, second_council):
    march, _ = await two_cases(scene)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=second_council, dates="2027-04-07")
    other = (await scene.one(Meeting, body_id=second_council)).id
    given = {"meeting_id": other, "case_id": 1}
    assert (await scene.refused(RAGNHILD, "agenda_item.add_case", **given)).key == "not_the_bodys_case"
    reply = await scene.refused(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=other)
    assert reply.key == "not_another_meeting"


# The approval of the last minutes follows what is true when the notice goes out.


async def approvals(scene, meeting_id):
    view = await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)
    return [item.title for item in view.items if item.title.startswith("Godkjenning")]


async def test_the_notice_approves_the_minutes_of_the_last_meeting_that_was_held(scene):
    dates = "2026-11-11, 2026-12-09"
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates=dates)
    november, december = [m.id for m in await scene.all(Meeting)]
    scene.at(2026, 11, 12, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=november)
    await scene.planned()
    march = (await scene.one(Meeting, held_on=MARCH)).id
    # March's agenda is begun before December's meeting is held.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=march, title="Egen sak", kind="information")
    assert await approvals(scene, march) == ["Godkjenning av referat fra onsdag 11. november 2026"]
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=november)
    scene.at(2027, 2, 24, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    assert await approvals(scene, march) == ["Godkjenning av referat fra onsdag 9. desember 2026"]
    # Approved meanwhile: taken off by the next notice, or by hand before that.
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=december)
    item = await scene.one(AgendaItem, meeting_id=march, standing="last_minutes")
    assert (await scene.refused(RAGNHILD, "agenda_item.remove", item_id=item.id)).key == "standing_item"
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=december)
    line = (await scene.ok(RAGNHILD, "agenda.show", meeting_id=march)).items[0]
    assert "agenda_item.remove" in [each.command for each in line.actions]
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item.id)
    assert await approvals(scene, march) == []
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    assert await approvals(scene, march) == []


async def test_several_minutes_that_wait_are_approved_in_one_item(scene):
    dates = "2026-11-11, 2026-12-09"
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates=dates)
    november, _ = [m.id for m in await scene.all(Meeting)]
    await scene.planned()
    scene.at(2026, 12, 10, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=november)
    march = (await scene.one(Meeting, held_on=MARCH)).id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    assert await approvals(scene, march) == [
        "Godkjenning av referat fra onsdag 11. november 2026 og onsdag 9. desember 2026"
    ]


@pytest.mark.parametrize("is_sent", [True, False])
async def test_neither_readers_nor_rooms_learn_how_much_was_proposed_or_asked(scene, is_sent):
    march, june = await two_cases(scene)
    async with scene.runtime.db.write() as db:
        db.add(
            Room(
                body_id=scene.body_id,
                platform="teams",
                conversation_id="room",
                service_url="https://smba.example/",
                linked_by_id=await scene.person(RAGNHILD),
                linked_at=scene.clock(),
            )
        )
    if is_sent:
        await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    await scene.question(item_id=(await scene.one(AgendaItem, meeting_id=march, title="Egen sak")).id)
    given = {"meeting_id": march, "reason": "Streik", "to_meeting_id": june}
    await scene.ok(RAGNHILD, "meeting.cancel", **given)
    hilde, astrid = await scene.person(HILDE), await scene.person(ASTRID)
    told = {
        d.person_id: text("nb", f"notification.{d.kind}", **decode_facts(d.facts)).strip()
        for d in await scene.all(Delivery, kind="meeting_cancelled")
    }
    cancelled = "Møtet i Samordningsrådet onsdag 10. mars 2027 er avlyst. Begrunnelse: Streik"
    cases = "\n2 saker er flyttet til møtet onsdag 9. juni 2027."
    assert told[None] == cancelled + (cases if is_sent else "")
    assert told.get(hilde) == (cancelled + cases if is_sent else None)
    assert "1 forslag er flyttet" in told[astrid] and "1 åpen avstemning" in told[astrid]


async def test_what_a_meeting_approves_stays_on_its_agenda_once_it_has_begun(scene):
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2026-12-09")
    december = (await scene.one(Meeting)).id
    await scene.planned()
    march = (await scene.one(Meeting, held_on=MARCH)).id
    scene.at(2027, 2, 24, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=december)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    title = ["Godkjenning av referat fra onsdag 9. desember 2026"]
    scene.at(2027, 3, 10, 10)  # approved at the meeting, and then something urgent is put on
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=december)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=march, title="Hastesak", kind="advice")
    assert await approvals(scene, march) == title
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=march, title="Glemt sak", kind="advice")
    assert await approvals(scene, march) == title


# Whoever proposed what has become a case.


async def unknown_with_a_case(scene):
    """The ids of a meeting that nobody was told of, of June's, and of the accepted proposal that is on its agenda."""
    march = await scene.planned()
    await scene.ok(ELI, "proposal.submit", meeting_id=march, title="Tidlig forslag", kind="advice")
    proposal = await scene.one(Proposal, title="Tidlig forslag")
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal.id)
    return march, (await scene.one(Meeting, held_on=JUNE)).id, proposal.id


async def told_since(scene, before):
    return [(d.kind, d.person_id) for d in (await scene.all(Delivery))[before:]]


async def test_whose_proposal_was_on_the_agenda_is_told_of_cancelling_and_of_carrying(scene):
    march, june, _ = await unknown_with_a_case(scene)
    eli, before = await scene.person(ELI), len(await scene.all(Delivery))
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    assert await told_since(scene, before) == [("meeting_cancelled", eli)]
    await scene.ok(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=june)
    assert await told_since(scene, before + 1) == [("proposal_carried", eli)]
    said = (await scene.all(Delivery))[-1]
    assert text("nb", "notification.proposal_carried", **decode_facts(said.facts)) == (
        "Sak 1/27 «Tidlig forslag» er satt opp på saklisten til møtet onsdag 9. juni 2027."
    )


async def test_cancelled_with_the_case_carried_at_once_the_proposer_is_told_once(scene):
    march, june, _ = await unknown_with_a_case(scene)
    eli, before = await scene.person(ELI), len(await scene.all(Delivery))
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik", to_meeting_id=june)
    assert await told_since(scene, before) == [("meeting_cancelled", eli)]


@pytest.mark.parametrize("carried_at_once", [True, False])
async def test_whoever_has_left_the_council_is_told_no_more_of_what_they_proposed(scene, carried_at_once):
    march, june, _ = await unknown_with_a_case(scene)
    new = {"name": "Nina Ny", "email": "nina@union.example", "from_on": f"{scene.clock.at:%Y-%m-%d}"}
    given = {"seat_id": await scene.seat("union"), "anchored_by": "Lederen", "anchored": True, **new}
    change = await scene.ok(ELI, "seat_change.report", **given)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    eli, before = await scene.person(ELI), len(await scene.all(Delivery))
    to = {"to_meeting_id": june} if carried_at_once else {}
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik", **to)
    if not carried_at_once:
        await scene.ok(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=june)
    assert eli not in {person for _, person in await told_since(scene, before)}


async def test_a_case_put_on_one_by_one_takes_what_it_came_of_along(scene):
    march, june, proposal_id = await unknown_with_a_case(scene)
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    before = len(await scene.all(Delivery))
    case_id = (await scene.one(Case)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=case_id)
    assert await told_since(scene, before) == [("proposal_carried", eli)]
    proposal = await scene.one(Proposal, id=proposal_id)
    assert (proposal.meeting_id, proposal.state) == (june, "accepted")
    # Taken off there, it is the proposal that waits, and its sender is told.
    item = await scene.one(AgendaItem, meeting_id=june, case_id=case_id)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item.id)
    (waiting,) = (await scene.ok(RAGNHILD, "proposal.triage", meeting_id=june)).waiting
    assert (waiting.id, (await told_since(scene, before + 1))) == (proposal_id, [("proposal_taken_off", eli)])


async def test_a_case_put_off_at_a_meeting_that_was_held_leaves_its_proposal_there(scene):
    meeting_id, item_id = await scene.published()
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="postponed")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=(await scene.one(Case)).id)
    assert (await scene.one(Proposal)).meeting_id == meeting_id


async def test_a_case_that_was_treated_before_its_meeting_was_cancelled_does_not_wait(scene):
    march, june = await two_cases(scene)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=march)
    scene.at(2027, 3, 10, 10)  # broken off: the first case was treated, the second put off
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=march)
    first, second = [(await scene.one(AgendaItem, title=title)).id for title in ("Felles rotasjon", "Egen sak")]
    await scene.ok(RAGNHILD, "outcome.record", item_id=first, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "outcome.record", item_id=second, outcome="postponed")
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Brannalarm")
    waiting = (await scene.ok(RAGNHILD, "case.list_waiting", body_id=scene.body_id)).cases
    assert [each.number for each in waiting] == ["2/27"]
    await scene.ok(RAGNHILD, "meeting.carry_cases", meeting_id=march, to_meeting_id=june)
    assert await numbers(scene, june) == [("2/27", "Egen sak")]


@pytest.mark.parametrize("hour", [14, 16])
async def test_a_case_is_offered_to_agendas_by_the_hour_its_meeting_ends(scene, hour):
    _, item_id = await scene.published()
    case_id = (await scene.one(AgendaItem, id=item_id)).case_id
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=june, reason="Streik")
    scene.at(2027, 3, 10, hour)  # it ends at 15, and nothing comes after it
    assert await put_on(scene, case_id) == []
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-09-01")
    assert len(await put_on(scene, case_id)) == (hour == 16)
