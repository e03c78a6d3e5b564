"""All proposals that wait treated in one form: each with its answer, together or not at all."""

import pytest

from builders import ASTRID, BJORN, ELI, HILDE, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ProposalState
from lisbot.council.meetings import triage_in_one
from lisbot.council.models import AgendaItem, Delivery, Meeting, Proposal
from people import caller_of, form

COMMAND = "proposal.triage_all"


def answered(*answers):
    """The fields of a form, by each proposal's id."""
    return {f"proposals.{key}.{name}": value for key, given in answers for name, value in given.items()}


async def five(scene):
    """Five proposals for the meeting in March, the last of them late: their ids."""
    first = await scene.proposed(
        ASTRID, title="Felles rotasjon", wording="Rådet tilrår A", links="https://fjord.example/a"
    )
    others = [
        await scene.proposed(who, title=title, background=f"Om {title}.", duration_minutes=20)
        for who, title in ((BJORN, "Rotasjon"), (ELI, "Simulering"), (BJORN, "Parkering"))
    ]
    await scene.ok(RAGNHILD, "call.close", meeting_id=1)
    late = await scene.ok(ELI, "proposal.submit", meeting_id=1, title="For seint", kind="information")
    return [first, *others, late.id]


def five_answers(ids):
    first, second, third, fourth, late = ids
    return answered(
        (first, {"answer": "accept"}),
        (second, {"answer": "merge", "into": f"proposal:{first}"}),
        (third, {"answer": "send_back", "reason": "Hva skal rådet svare på?"}),
        (fourth, {"answer": "reject", "reason": "Sykehusets egen sak."}),
        (late, {"answer": "postpone", "meeting_id": "2"}),
    )


async def test_five_proposals_are_treated_at_once_and_each_sender_is_told(scene):
    ids = await five(scene)
    await scene.ok(RAGNHILD, COMMAND, meeting_id=1, **five_answers(ids))
    states = {p.id: p.state for p in await scene.all(Proposal)}
    became = ("accepted", "merged", "returned", "rejected", "postponed")
    assert states == dict(zip(ids, map(ProposalState, became), strict=True))
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    assert "Om Rotasjon." in item.background
    told = {d.kind for d in await scene.all(Delivery) if d.kind.startswith("proposal_") and d.kind != "proposal_made"}
    assert told == {f"proposal_{state}" for state in became}


async def test_the_form_shows_all_that_was_sent_in_and_what_is_late(scene):
    ids = await five(scene)
    data = (await form(scene.runtime, RAGNHILD)(COMMAND, meeting_id=1)).form
    rows = {row["id"]: row for row in data["rows"]}
    assert list(rows) == [f"proposals.{key}" for key in ids]
    first = "\n".join(rows[f"proposals.{ids[0]}"]["lines"])
    for part in ("Fjord", "tilråding", "Rådet tilrår A", "https://fjord.example/a"):
        assert part in first
    assert "Kom etter fristen" in rows[f"proposals.{ids[4]}"]["lines"]
    assert "Om Rotasjon." in "\n".join(rows[f"proposals.{ids[1]}"]["lines"])
    into = next(f for f in rows[f"proposals.{ids[0]}"]["more"][0]["fields"] if f["id"].endswith(".into"))
    assert [choice["title"] for choice in into["choices"]] == ["Rotasjon", "Simulering", "Parkering", "For seint"]


async def test_it_says_beforehand_what_becomes_of_each_and_whom_it_tells(scene):
    ids = await five(scene)
    ragnhild = await caller_of(scene.runtime, RAGNHILD, "web", "nb")
    given = {"meeting_id": 1, **five_answers(ids)}
    reply = await commands.run(scene.runtime, COMMAND, given, ragnhild)
    assert reply.key == "needs_confirming"
    facts = "\n".join(reply.view.facts)
    for part in (
        "Tas inn på saklisten: «Felles rotasjon»",
        "Slås sammen: «Rotasjon» med sak 1/27",
        "Utsettes: «For seint» til onsdag 9. juni 2027",
        "avslaget kan angres",
    ):
        assert part in facts
    assert {p.state for p in await scene.all(Proposal)} == {ProposalState.SENT}


@pytest.mark.parametrize(
    ("answer", "field", "key"),
    [
        ({"answer": "merge"}, "into", "merge_with_what"),
        ({"answer": "merge", "into": "item:999"}, "into", "no_such_item"),
        ({"answer": "postpone"}, "meeting_id", "postpone_to_when"),
        ({"answer": "postpone", "meeting_id": "1"}, "meeting_id", "not_another_meeting"),
        ({"answer": "send_back"}, "reason", "answer_needs_reason"),
        ({"answer": "reject"}, "reason", "answer_needs_reason"),
    ],
)
async def test_what_lacks_is_said_at_its_own_input_and_nothing_is_done(scene, answer, field, key):
    first, second, *_ = await five(scene)
    given = answered((first, {"answer": "accept"}), (second, answer))
    reply = await scene.refused(RAGNHILD, COMMAND, meeting_id=1, **given)
    assert (reply.key, list(reply.fields)) == (key, [f"proposals.{second}.{field}"])
    assert {p.state for p in await scene.all(Proposal)} == {ProposalState.SENT}
    kept = [f for row in reply.form["rows"] for f in row["fields"] if f["id"] == f"proposals.{first}.answer"]
    assert kept[0]["value"] == "accept"


async def test_one_is_merged_only_with_one_that_is_accepted_at_the_same_time(scene):
    first, second, *_ = await five(scene)
    given = answered((second, {"answer": "merge", "into": f"proposal:{first}"}))
    assert (await scene.refused(RAGNHILD, COMMAND, meeting_id=1, **given)).key == "merge_with_accepted"


async def test_the_rest_is_accepted_by_one_press_and_what_has_no_answer_waits(scene):
    ids = await five(scene)
    await scene.ok(RAGNHILD, COMMAND, meeting_id=1, **answered((ids[2], {"answer": "reject", "reason": "Nei."})))
    waiting = (await scene.ok(RAGNHILD, "proposal.triage", meeting_id=1)).waiting
    assert len(waiting) == 4
    view = await scene.ok(RAGNHILD, COMMAND, meeting_id=1, accept_rest="true")
    assert view.waiting == ()
    assert (await scene.refused(RAGNHILD, COMMAND, meeting_id=1, accept_rest="true")).key == "no_proposal_waits"


async def test_a_form_that_says_nothing_is_refused(scene):
    await five(scene)
    assert (await scene.refused(RAGNHILD, COMMAND, meeting_id=1)).key == "no_answer_given"


async def test_all_councils_are_treated_in_one_form_and_what_is_stranded_goes_elsewhere(scene):
    held = await scene.proposed(ASTRID, title="Igjen")
    scene.at(2027, 3, 11, 9)
    june = await scene.ok(BJORN, "proposal.submit", meeting_id=2, title="I juni", kind="advice")
    data = (await form(scene.runtime, RAGNHILD)(COMMAND, body_id=1)).form
    assert "tar ikke imot flere saker" in "\n".join(data["rows"][0]["lines"])
    await scene.ok(RAGNHILD, COMMAND, accept_rest="true")
    assert {p.id: p.state.value for p in await scene.all(Proposal)} == {held: "sent", june.id: "accepted"}
    await scene.ok(RAGNHILD, COMMAND, **answered((held, {"answer": "postpone", "meeting_id": "2"})))
    assert (await scene.one(Proposal, id=held)).meeting_id == 2


async def test_what_somebody_else_treated_meanwhile_refuses_the_form_and_keeps_the_rest(scene):
    first, second, *_ = await five(scene)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=first)
    given = answered((first, {"answer": "accept"}), (second, {"answer": "accept"}))
    reply = await scene.refused(RAGNHILD, COMMAND, meeting_id=1, **given)
    assert reply.key == "treated_meanwhile"
    assert f"proposals.{second}" in [row["id"] for row in reply.form["rows"]]


async def test_only_the_secretariat_treats_and_only_its_own(scene):
    await five(scene)
    for who in (ASTRID, HILDE, SIRI):
        assert (await scene.refused(who, COMMAND, meeting_id=1, accept_rest="true")).status == 403
    assert (await scene.refused(RAGNHILD, COMMAND, body_id=2, accept_rest="true")).status == 404
    assert {meeting.id for meeting in await scene.all(Meeting)} >= {1, 2}


async def test_a_form_has_room_for_so_many(scene, monkeypatch):
    await five(scene)
    monkeypatch.setattr(triage_in_one, "MOST_AT_ONCE", 3)
    shown = await form(scene.runtime, RAGNHILD)(COMMAND, meeting_id=1)
    assert len(shown.form["rows"]) == 3


async def test_what_came_in_after_the_preview_is_not_accepted_with_the_rest(scene):
    ids = await five(scene)
    ragnhild = await caller_of(scene.runtime, RAGNHILD, "web", "nb")
    given = {"meeting_id": 1, "accept_rest": "true"}
    asked = await commands.run(scene.runtime, COMMAND, given, ragnhild)
    sixth = await scene.ok(BJORN, "proposal.submit", meeting_id=1, title="Kom midt i", kind="advice")
    yes = {"confirm": ",".join(asked.view.asked)}
    again = await commands.run(scene.runtime, COMMAND, {**given, **yes}, ragnhild)
    assert again.key == "needs_confirming"
    assert "Kom midt i" in "\n".join(again.view.facts)
    assert {p.state for p in await scene.all(Proposal)} == {ProposalState.SENT}
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=ids[0])
    yes = {"confirm": ",".join(again.view.asked)}
    assert (await commands.run(scene.runtime, COMMAND, {**given, **yes}, ragnhild)).status == 200, "fewer than asked of"
    assert (await scene.one(Proposal, id=sixth.id)).state is ProposalState.ACCEPTED
