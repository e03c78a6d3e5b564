"""Outcomes, minutes, follow-up, and the register of what came of it all."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.commands import COMMANDS
from lisbot.council.enums import Authority, MinutesState
from lisbot.council.models import (
    AgendaItem,
    Body,
    Delivery,
    FollowUp,
    LogArguments,
    LogLine,
    Meeting,
    MinutesComment,
    Organisation,
    Person,
    Seat,
)
from people import form

PARTLY = "partly"


@pytest.mark.parametrize("kind", ["noted", "input", "advice", "process", "postponed"])
async def test_an_item_ends_in_one_of_these(scene, kind):
    _, item_id = await scene.published()
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome=kind, words="Slik.", agreement=PARTLY)
    item = await scene.one(AgendaItem, id=item_id)
    assert (item.outcome, item.agreement) == (kind, PARTLY)


async def test_advice_says_what_is_advised(scene):
    _, item_id = await scene.published()
    reply = await scene.refused(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice")
    assert (reply.key, set(reply.fields)) == ("words_needed", {"words"})


async def test_those_who_run_the_meeting_are_there_and_the_silent_did_not_attend(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 10, 16)
    view = await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert "Astrid Fjord" in [line.name for line in view.missing]
    assert view.absent == ()


async def test_no_agreement_needs_each_sides_reasons_and_does_not_agree(scene):
    _, item_id = await scene.published()
    given = {"item_id": item_id, "outcome": "disagreement"}
    assert (await scene.refused(RAGNHILD, "outcome.record", **given)).key == "sides_needed"
    given |= {"sides": "Fjord: nei. Ås: ja."}
    reply = await scene.refused(RAGNHILD, "outcome.record", **given, agreement="agreement")
    assert set(reply.fields) == {"agreement"}
    await scene.ok(RAGNHILD, "outcome.record", **given, agreement="none")


async def test_only_the_secretariat_records(scene):
    meeting_id, item_id = await scene.minuted()
    for who in (ASTRID, BJORN, PAAL, FRODE, HILDE, SIRI):
        for name, given in (
            ("outcome.record", {"item_id": item_id, "outcome": "noted"}),
            ("minutes.write", {"item_id": item_id, "discussed": "Nei"}),
            ("minutes.record_presence", {"meeting_id": meeting_id, "present": ""}),
            ("minutes.approve", {"meeting_id": meeting_id}),
        ):
            assert (await scene.refused(who, name, **given)).status == 403


async def test_an_advisory_council_makes_no_decision_and_a_deciding_one_may(scene):
    _, item_id = await scene.published()
    given = {"item_id": item_id, "outcome": "decision", "words": "Slik blir det."}
    reply = await scene.refused(RAGNHILD, "outcome.record", **given)
    assert set(reply.fields) == {"outcome"}
    offered = next(f for f in reply.form["fields"] if f["id"] == "outcome")["choices"]
    assert "decision" not in [c["value"] for c in offered]
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).authority = Authority.DECIDING
    await scene.ok(RAGNHILD, "outcome.record", **given)
    assert "vedtak" in await scene.words(ASTRID, "meeting.show", meeting_id=1) + await scene.words(
        RAGNHILD, "outcome.search"
    )


async def test_the_word_of_decision_is_refused_wherever_it_could_be_shown(scene):
    meeting_id, item_id = await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    june = (await scene.all(Meeting))[1].id
    word = "Vedtaket"
    for who, name, given in (
        (RAGNHILD, "minutes.write", {"item_id": item_id, "discussed": word}),
        (RAGNHILD, "minutes.add_follow_up", {"item_id": item_id, "organisation_id": 1, "what": word}),
        (RAGNHILD, "outcome.record", {"item_id": item_id, "outcome": "advice", "words": word}),
        (RAGNHILD, "agenda_item.add", {"meeting_id": june, "title": word, "kind": "advice"}),
        (RAGNHILD, "agenda_item.edit", {"item_id": item_id, "title": "T", "wording": word, "kind": "advice"}),
        (RAGNHILD, "meeting.cancel", {"meeting_id": june, "reason": word}),
        (ELI, "minutes.comment", {"meeting_id": meeting_id, "text": word}),
        (ELI, "proposal.submit", {"meeting_id": june, "title": "T", "kind": "advice", "background": word}),
    ):
        reply = await scene.refused(who, name, **given)
        assert (reply.key, reply.status) == ("word_of_decision", 422), name
        assert word in str(reply.form["fields"])


@pytest.mark.parametrize("lang", ["nb", "nn"])
async def test_no_card_of_an_advisory_council_says_the_word_of_decision(scene, lang):
    vote_id = await scene.asked()
    meeting_id, item_id = 1, (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    shown = [await scene.card(RAGNHILD, "vote.close", vote_id=vote_id)]
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    people = (RAGNHILD, ASTRID, BJORN, ELI, PAAL, FRODE)
    for who in people:
        await scene.ok(who, "person.choose_language", language=lang)
    given = {
        "body_id": scene.body_id,
        "meeting_id": meeting_id,
        "item_id": item_id,
        "vote_id": vote_id,
        "proposal_id": 1,
        "change_id": 1,
        "seat_id": 1,
    }
    for who in people:
        for name, command in COMMANDS.items():
            wanted = {k: v for k, v in given.items() if k in command.parameters}
            if not command.changes:
                reply = await scene(who, name, **wanted)
            else:
                reply = await form(scene.runtime, who)(name, **wanted)
            shown.append((name, reply.card if reply.view else None, reply.words))
    assert len(shown) > 150
    for each in shown:
        assert "vedtak" not in str(each).casefold() and "vedtek" not in str(each).casefold(), each


async def test_a_postponed_case_comes_back_under_its_number(scene):
    _, item_id = await scene.published()
    june = (await scene.all(Meeting))[1].id
    given = {"item_id": item_id, "outcome": "postponed", "to_meeting_id": june}
    await scene.ok(RAGNHILD, "outcome.record", **given)
    assert "1/27 Felles rotasjon" in await scene.words(RAGNHILD, "agenda.show", meeting_id=june)
    assert (await scene.refused(RAGNHILD, "outcome.record", **given)).key == "already_there"


async def test_minutes_begin_with_those_who_said_they_would_come(scene):
    meeting_id, _ = await scene.published()
    assert (await scene.refused(RAGNHILD, "minutes.start", meeting_id=meeting_id)).key == "not_held_yet"
    await scene.ok(
        ASTRID,
        "attendance.respond",
        meeting_id=meeting_id,
        response="absent",
        reason="Vakt",
        deputy_id=await scene.person(FRODE),
    )
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    await scene.ok(BJORN, "attendance.respond", meeting_id=meeting_id, response="digital")
    scene.at(2027, 3, 10, 12)
    view = await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert [(line.name, line.deputy_for) for line in view.present] == [("Frode Vara", "Astrid Fjord"), ("Bjørn Ås", "")]
    assert [line.name for line in view.missing] == ["Eli Union", "Pål Region"]
    seats = f"{await scene.seat('union')},{await scene.seat('fjord')}"
    view = await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=seats)
    assert [line.name for line in view.present] == ["Frode Vara", "Eli Union"]
    reply = await scene.refused(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present="999")
    assert reply.key == "not_invited"
    assert (await scene.refused(RAGNHILD, "minutes.start", meeting_id=meeting_id)).key == "minutes_started"


async def test_a_draft_is_the_secretariats_until_it_is_sent(scene):
    meeting_id, _ = await scene.minuted()
    for who in (ASTRID, BJORN, PAAL, FRODE):
        assert (await scene.refused(who, "minutes.show", meeting_id=meeting_id)).key == "no_minutes_yet"
        assert "Rådet tilrår" not in await scene.words(who, "outcome.search")
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    for who in (ASTRID, BJORN, PAAL, FRODE):
        assert "Rådet tilrår." in await scene.words(who, "minutes.show", meeting_id=meeting_id)
    assert (await scene.refused(HILDE, "minutes.show", meeting_id=meeting_id)).status == 403
    assert (await scene.refused(SIRI, "minutes.show", meeting_id=meeting_id)).status == 404
    told = await scene.all(Delivery, kind="minutes_sent")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (ASTRID, BJORN, ELI, PAAL)}


async def test_comments_are_kept_with_who_and_when_also_after_the_deadline(scene):
    meeting_id, _ = await scene.minuted()
    given = {"meeting_id": meeting_id, "text": "Vi sa noe annet."}
    assert (await scene.refused(ELI, "minutes.comment", **given)).key == "not_out_for_comments"
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    await scene.ok(ELI, "minutes.comment", **given)
    assert (await scene.refused(ELI, "minutes.comment", **given)).key == "written_already"
    scene.at(2027, 3, 25, 9)
    await scene.ok(BJORN, "minutes.comment", **given)
    assert [(r.name, r.organisation_name) for r in await scene.all(MinutesComment)] == [
        ("Eli Union", "Legenes forening"),
        ("Bjørn Ås", "Ås sykehus HF"),
    ]


async def test_follow_up_belongs_to_an_organisation_of_the_council(scene):
    _, item_id = await scene.minuted()
    fjord = (await scene.one(Organisation, key="fjord")).id
    nord = (await scene.one(Organisation, key="nord")).id
    given = {"item_id": item_id, "what": "Ta opp i linjen", "due_on": "2027-05-01"}
    reply = await scene.refused(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=nord)
    assert set(reply.fields) == {"organisation_id"}
    early = given | {"due_on": "2027-03-01", "organisation_id": fjord}
    assert set((await scene.refused(RAGNHILD, "minutes.add_follow_up", **early)).fields) == {"due_on"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=fjord)
    assert (await scene.refused(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=fjord)).status == 409
    other = (await scene.one(AgendaItem, title="Eventuelt")).id
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given | {"item_id": other}, organisation_id=fjord)
    assert len(await scene.all(FollowUp)) == 2


async def test_minutes_are_not_approved_while_something_is_missing(scene):
    _, item_id = await scene.published()
    scene.at(2027, 3, 10, 10)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    assert "Felles rotasjon" in (await scene.refused(RAGNHILD, "minutes.approve", meeting_id=1)).words
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted")
    vote_id = await scene.question(item_id=item_id)
    assert (await scene.refused(RAGNHILD, "minutes.approve", meeting_id=1)).key == "vote_still_open"
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=1)


async def test_approved_minutes_lock_all_that_is_in_them(scene):
    meeting_id, item_id = await scene.published()
    scene.at(2027, 3, 10, 10)  # the meeting itself is not over
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    item = {"item_id": item_id}
    meeting = {"meeting_id": meeting_id}
    for name, given in (
        ("outcome.record", item | {"outcome": "advice"}),
        ("minutes.write", item | {"discussed": "Nei"}),
        ("minutes.add_follow_up", item | {"organisation_id": 1, "what": "Nei"}),
        ("minutes.record_presence", meeting | {"present": "1"}),
        ("minutes.send", meeting | {"until": "2027-03-30"}),
        ("minutes.approve", meeting),
        ("agenda_item.add", meeting | {"title": "Nei", "kind": "advice"}),
        ("agenda_item.edit", item | {"title": "Nei", "kind": "advice"}),
        ("agenda_item.move_up", item),
        ("agenda_item.remove", item),
        ("agenda.reorder", meeting | {"order": "1,2"}),
        ("notice.send", meeting),
        ("vote.open", item | {"question": "Nei?"}),
        ("meeting.move", meeting | {"day": "2027-04-07"}),
        ("meeting.cancel", meeting | {"reason": "Nei"}),
        ("proposal.submit", meeting | {"title": "Nei", "kind": "advice"}),
    ):
        reply = await scene.refused(RAGNHILD, name, **given)
        assert (name, reply.key) == (name, "minutes_locked")


async def test_reopening_needs_a_reason_and_leaves_a_trace(scene):
    meeting_id, item_id = await scene.approved()
    assert set((await scene.refused(RAGNHILD, "minutes.reopen", meeting_id=meeting_id)).fields) == {"reason"}
    for who in (ASTRID, BJORN, HILDE, SIRI):
        assert (await scene.refused(who, "minutes.reopen", meeting_id=meeting_id, reason="Feil")).status == 403
    await scene.ok(KARI, "minutes.reopen", meeting_id=meeting_id, reason="Feil navn i sak 1")
    (line,) = await scene.all(LogLine, command="minutes.reopen")
    said = await scene.one(LogArguments, line_id=line.id)
    assert "Feil navn i sak 1" in said.args and line.by_name == "Kari Sekretær"
    assert {d.facts["reason"] for d in await scene.all(Delivery, kind="minutes_reopened")} == {"Feil navn i sak 1"}
    await scene.ok(RAGNHILD, "minutes.write", item_id=item_id, discussed="Rettet")
    assert (await scene.refused(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Igjen")).status == 409
    assert (await scene.one(Meeting, id=meeting_id)).minutes_state is MinutesState.DRAFT


async def test_names_stay_as_they_were_that_day(scene):
    vote_id = await scene.asked()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    item_id = (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, organisation_id=1, what="Ta opp")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=1)
    seen = [
        await scene.ok(PAAL, "minutes.show", meeting_id=1),
        await scene.ok(PAAL, "vote.show", vote_id=vote_id),
    ]
    async with scene.runtime.db.write() as db:
        for table in (Organisation, Person):
            for each in await scene.all(table):
                if each.name != "Pål Region":
                    (await db.get_one(table, each.id)).name = "Noen andre"
        for seat in await scene.all(Seat):
            (await db.get_one(Seat, seat.id)).role = "Noe annet"
    assert [
        await scene.ok(PAAL, "minutes.show", meeting_id=1),
        await scene.ok(PAAL, "vote.show", vote_id=vote_id),
    ] == seen


async def test_the_register_of_outcomes_is_searched_by_text_council_year_and_kind(scene):
    await scene.approved()

    async def hits(who=ASTRID, **given):
        return len((await scene.ok(who, "outcome.search", **given)).found)

    assert await hits() == 1
    assert await hits(text="ROTASJON") == await hits(text="rådet TILRÅR") == await hits(text="tilrår felles") == 1
    assert await hits(text="100 %") == await hits(text="turnus") == await hits(text="_") == 0
    assert await hits(year=2027) == await hits(kind="advice") == await hits(body_id=scene.body_id) == 1
    assert await hits(year=2026) == await hits(kind="noted") == 0
    assert await hits(who=SIRI) == await hits(who=SIRI, body_id=scene.body_id) == 0
    assert (await scene.refused(HILDE, "outcome.search", text="rotasjon")).status == 403
    for year in ("20270", "-1", str(10**30)):
        assert set((await scene.refused(ASTRID, "outcome.search", year=year)).fields) == {"year"}
