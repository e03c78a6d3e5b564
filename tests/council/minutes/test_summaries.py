"""The short account of a meeting: what it begins from, who reads it when, and what it may not say."""

from builders import ASTRID, HILDE, RAGNHILD
from lisbot.council.models import AgendaItem


async def test_it_begins_from_what_came_of_each_case_but_those_that_are_confidential(scene):
    meeting_id, item_id = await scene.minuted()
    text = (await scene.form(RAGNHILD, "summary.write", meeting_id=meeting_id))["fields"][0]["value"]
    assert text == "1/27 Felles rotasjon: tilråding. Rådet tilrår."
    async with scene.runtime.db.write() as db:
        (await db.get(AgendaItem, item_id)).confidential = True
    assert not (await scene.form(RAGNHILD, "summary.write", meeting_id=meeting_id))["fields"][0]["value"]


async def test_it_is_the_secretariats_until_it_is_sent(scene):
    meeting_id, _ = await scene.minuted()
    about = {"meeting_id": meeting_id}
    assert (await scene.refused(RAGNHILD, "summary.send", **about)).key == "summary_missing"
    refused = await scene.refused(RAGNHILD, "summary.write", **about, text="Rådet gjorde vedtak om rotasjon.")
    assert "vedtak" in refused.fields["text"]
    assert (await scene.ok(RAGNHILD, "summary.write", **about, text="Kort.")).state == "draft"
    assert (await scene.refused(ASTRID, "summary.show", **about)).key == "no_summary_yet"
    assert (await scene.refused(ASTRID, "summary.write", **about, text="Nei")).status == 403
    meeting = await scene.sheet(ASTRID, "meeting.show", **about)
    assert not any(action.command.startswith("summary") for action in meeting.actions)
    done = await scene.done(RAGNHILD, "summary.send", **about)
    assert done.reply.told
    assert "Kort." in await scene.words(ASTRID, "summary.show", **about)
    meeting = await scene.sheet(ASTRID, "meeting.show", **about)
    assert "summary.show" in {action.command for action in meeting.actions}
    assert (await scene.refused(HILDE, "summary.show", **about)).status == 403  # of a meeting she is sent the agenda
