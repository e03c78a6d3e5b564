"""The minutes written in one form: every item's words, outcome and follow-ups at once."""

import json

from builders import ASTRID, BJORN, RAGNHILD
from lisbot.commands.forms import read_basis
from lisbot.council.models import AgendaItem, FollowUp, LogArguments, Meeting, Organisation
from people import form

COMMAND = "minutes.write_items"


async def begun(scene):
    """A meeting held with three cases on its agenda, its minutes begun: its id, and the cases' items by title."""
    await scene.on_agenda(wording="Rådet tilrår felles rotasjon.")
    (meeting,) = [each for each in await scene.all(Meeting) if each.held_on.month == 3]
    given = {"meeting_id": meeting.id, "title": "Status", "kind": "information", "background": "Se vedlegget."}
    await scene.ok(RAGNHILD, "agenda_item.add", **given)
    secret = {"meeting_id": meeting.id, "title": "Personsak", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", **secret)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting.id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting.id)
    items = await scene.all(AgendaItem, meeting_id=meeting.id)
    return meeting.id, {item.title: item.id for item in items if item.case_id}


def inputs(filled):
    """What a form starts from, by the names of its inputs, as it is sent when nothing is changed."""
    rows = [f for row in filled["rows"] for f in (*row["fields"], *(g for more in row["more"] for g in more["fields"]))]
    return {f["id"]: f["typed"] for f in (*filled["fields"], *rows)} | filled["context"]


async def test_the_form_starts_from_what_is_recommended_and_says_what_was_asked(scene):
    meeting_id, items = await begun(scene)
    filled = await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id)
    given = inputs(filled)
    advised, told = (f"items.{items[title]}" for title in ("Felles rotasjon", "Status"))
    assert given[f"{advised}.words"] == "Rådet tilrår felles rotasjon."
    assert given[f"{advised}.outcome"] == ""
    assert given[f"{told}.outcome"] == "noted"
    beside = {row["id"]: "\n".join(row["lines"]) for row in filled["rows"]}
    assert "Innstilling: Rådet tilrår felles rotasjon." in beside[advised]
    assert "Bakgrunn: Se vedlegget." in beside[told]


async def test_one_form_writes_the_whole_meeting(scene):
    meeting_id, items = await begun(scene)
    given = inputs(await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id))
    first, last = (f"items.{items[title]}" for title in ("Felles rotasjon", "Personsak"))
    both = [str((await scene.one(Organisation, key=key)).id) for key in ("fjord", "aas")]
    given |= {
        f"{first}.discussed": "Bred støtte.",
        f"{first}.outcome": "advice",
        f"{first}.what": "Lage plan",
        f"{first}.organisation_id": ",".join(both),
        f"{first}.due_on": "2027-05-01",
        f"{last}.outcome": "input",
    }
    await scene.ok(RAGNHILD, COMMAND, **given)
    item = await scene.one(AgendaItem, id=items["Felles rotasjon"])
    assert (item.discussed, item.outcome, item.outcome_text) == (
        "Bred støtte.",
        "advice",
        "Rådet tilrår felles rotasjon.",
    )
    assert (await scene.one(AgendaItem, id=items["Status"])).outcome == "noted"
    assert [(row.what, row.organisation_name != "") for row in await scene.all(FollowUp)] == [("Lage plan", True)] * 2
    await scene.ok(RAGNHILD, COMMAND, **given)  # pressed twice
    assert len(await scene.all(FollowUp)) == 2
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert (await scene.refused(RAGNHILD, COMMAND, **given)).key == "minutes_locked"


async def test_the_rest_as_recommended_by_one_press(scene):
    meeting_id, items = await begun(scene)
    await scene.ok(RAGNHILD, COMMAND, meeting_id=meeting_id, rest_as_recommended=True)
    item = await scene.one(AgendaItem, id=items["Felles rotasjon"])
    assert (item.outcome, item.outcome_text) == ("advice", "Rådet tilrår felles rotasjon.")
    for title in ("Personsak", "Status"):  # nothing was recommended
        assert (await scene.one(AgendaItem, id=items[title])).outcome is None


async def test_what_was_suggested_and_is_saved_unchanged_stands_in_the_log(scene):
    meeting_id, items = await begun(scene)
    await scene.ok(RAGNHILD, COMMAND, **inputs(await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id)))
    said = json.loads((await scene.all(LogArguments))[-1].args)
    assert said[f"items.{items['Status']}.outcome"] == "noted"
    assert f"items.{items['Status']}.discussed" not in said


async def test_what_is_not_complete_is_kept_and_said_to_be_lacking(scene):
    meeting_id, items = await begun(scene)
    key = f"items.{items['Felles rotasjon']}"
    await scene.ok(RAGNHILD, COMMAND, meeting_id=meeting_id, **{f"{key}.discussed": "Utkast."})
    item = await scene.one(AgendaItem, id=items["Felles rotasjon"])
    assert (item.discussed, item.outcome, item.outcome_text) == ("Utkast.", None, "")
    sheet = await scene.sheet(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    to_do = next(part for part in sheet.sections if part.heading == "Før referatet kan godkjennes")
    ways = [each for row in to_do.rows for each in row.actions]
    assert [each.title.split(" ", 1)[1] for each in ways] == ["Felles rotasjon", "Status", "Personsak"]
    assert [each.arguments["item_id"] for each in ways] == list(items.values())
    assert "minutes.approve" not in {each.command for each in sheet.actions}


async def test_what_is_wrong_is_said_at_its_own_input(scene):
    meeting_id, items = await begun(scene)
    key = f"items.{items['Personsak']}"
    for typed, field in (
        ({"outcome": "advice", "words": ""}, "words"),
        ({"outcome": "decision", "words": "Ja."}, "outcome"),
        ({"outcome": "disagreement"}, "sides"),
        ({"what": "Lage plan"}, "organisation_id"),
        ({"due_on": "2027-05-01"}, "organisation_id"),
        ({"due_on": "en gang"}, "due_on"),
        ({"discussed": "Rådet gjorde vedtak."}, "discussed"),
    ):
        given = {f"{key}.{name}": value for name, value in typed.items()}
        answer = await scene.refused(RAGNHILD, COMMAND, meeting_id=meeting_id, **given)
        assert set(answer.fields) == {f"{key}.{field}"}, answer.words
        shown = inputs(answer.form)
        assert given.items() <= shown.items()
    for stranger in (9999, items["Personsak"] + 1000):
        answer = await scene.refused(RAGNHILD, COMMAND, meeting_id=meeting_id, **{f"items.{stranger}.words": "x"})
        assert answer.key == "not_on_the_agenda"
    answer = await scene.refused(RAGNHILD, COMMAND, meeting_id=meeting_id, **{f"{key}.position": "1"})
    assert answer.status == 422


async def test_two_who_write_at_once_are_warned_item_by_item(scene):
    meeting_id, items = await begun(scene)
    mine = inputs(await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id))
    theirs = dict(mine)
    first, other = (f"items.{items[title]}" for title in ("Felles rotasjon", "Personsak"))
    await scene.ok(RAGNHILD, COMMAND, **theirs | {f"{first}.discussed": "Deres."})
    await scene.ok(RAGNHILD, COMMAND, **mine | {f"{other}.discussed": "Min."})  # another item: both stand
    assert (await scene.one(AgendaItem, id=items["Felles rotasjon"])).discussed == "Deres."
    answer = await scene.refused(RAGNHILD, COMMAND, **mine | {f"{first}.discussed": "Min også."})
    assert answer.key == "changed_meanwhile"
    assert (
        "Deres." in answer.form["rows"][[row["id"] for row in answer.form["rows"]].index(first)]["fields"][0]["problem"]
    )
    assert inputs(answer.form)[f"{first}.discussed"] == "Min også."
    assert read_basis(answer.form["context"]["basis"])


async def test_it_is_the_secretariats_and_may_be_asked_of_one_item(scene):
    meeting_id, items = await begun(scene)
    for who in (ASTRID, BJORN):
        assert (await scene.refused(who, COMMAND, meeting_id=meeting_id)).status == 403
        assert (await form(scene.runtime, who)(COMMAND, meeting_id=meeting_id)).status == 403
    every = await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id)
    assert len(every["rows"]) == len(await scene.all(AgendaItem))
    one = await scene.form(RAGNHILD, COMMAND, meeting_id=meeting_id, item_id=items["Status"])
    assert [row["id"] for row in one["rows"]] == [f"items.{items['Status']}"]
    # Slack carries no more than 3,000 characters with a form: what stands in it, and not what stands in the others.
    assert {name.split(".")[1] for name in read_basis(one["context"]["basis"])} == {str(items["Status"])}
